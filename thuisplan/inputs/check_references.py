"""Checks on codes, places and years that one table takes from another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Any

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.columns import Row
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.tables import (
    TABLES,
    Availability,
    Budget,
    Capacity,
    CareCapacity,
    Commitment,
    Exclusion,
    Flow,
    FlowThrough,
    KeyShare,
    Membership,
    Need,
    Plan,
    Pot,
    Realised,
    Rule,
    StockChange,
    Suitability,
    Turnover,
)

STARRED = {Availability.table, Suitability.table, Turnover.table, FlowThrough.table}
"""Tables in which ``*`` stands for all that is not named."""

PERIODS: tuple[type[Row], ...] = (
    Availability,
    Capacity,
    Plan,
    Exclusion,
    StockChange,
    Need,
    Flow,
    Turnover,
    CareCapacity,
    Budget,
)
"""Tables whose rows hold from a year to a year."""


def unknown_codes(context: Context) -> Iterator[Finding]:
    """Codes that the table they come from does not have; each once per table."""
    for name, row_type in TABLES.items():
        for column in row_type.columns():
            if column.refers is None:
                continue
            table, target = column.refers.split(".")
            if not context.complete(TABLES[table]):
                continue
            known: Collection[str] = {getattr(row, target) for row in context.rows(TABLES[table])}
            if column.refers == "rules.rule_id":
                known = context.rules
            times: Counter[str] = Counter()
            first: dict[str, Row] = {}
            for row in context.rows(row_type):
                code = getattr(row, column.name)
                if code in known or (code == "*" and name in STARRED):
                    continue
                times[code] += 1
                first.setdefault(code, row)
            for code, row in first.items():
                near = context.nearest(code, known)
                values = {"code": code, "table": table, "nearest": near, "more": times[code] - 1}
                yield context.at(Severity.WRONG, "unknown_code", row, column.name, **values)


def unknown_places(context: Context) -> Iterator[Finding]:
    """Places of needs, flows, pots and rules that no membership has."""
    for row_type in (Need, Flow, CareCapacity, Pot, Rule):
        for row in context.rows(row_type):
            if not (isinstance(row, Flow) and row.purpose == "outside"):
                yield from _unknown_place(context, row)


def _unknown_place(context: Context, row: Any) -> Iterator[Finding]:
    if isinstance(row, Pot) and (row.purpose is None) != (row.place is None):
        missing = "purpose" if row.purpose is None else "place"
        yield context.at(Severity.WRONG, f"{missing}_missing", row, missing, pot=row.pot_id)
        return
    purpose = context.purpose(row) if isinstance(row, Rule) else row.purpose
    if (
        row.place is None
        or not context.complete(Membership)
        or not context.complete(TABLES["municipalities"])
    ):
        return
    places = context.places.get(purpose)
    if places is None:
        near = context.nearest(purpose, context.places)
        values = {"purpose": purpose, "place": row.place, "nearest": near}
        yield context.at(Severity.WRONG, "unknown_purpose", row, "purpose", **values)
    elif row.place not in places:
        near = context.nearest(row.place, places)
        yield context.at(
            Severity.WRONG, "unknown_place", row, "place", purpose=purpose, place=row.place, nearest=near
        )


def memberships(context: Context) -> Iterator[Finding]:
    """Regions whose full size is given in two ways, or is smaller than what is in the input."""
    regions: dict[tuple[str, str], list[Membership]] = {}
    for row in context.rows(Membership):
        if row.purpose == "municipality":
            yield context.at(Severity.WRONG, "municipality_as_region", row, "purpose")
        regions.setdefault((row.purpose, row.place), []).append(row)
    for (purpose, place), rows in regions.items():
        sizes = {row.region_municipalities for row in rows}
        values: dict[str, Any] = {"purpose": purpose, "place": place}
        if len(sizes) > 1:
            odd = next(row for row in rows if row.region_municipalities != rows[0].region_municipalities)
            values |= {"size": odd.region_municipalities, "first": rows[0].region_municipalities}
            values["first_row"] = context.row_number(rows[0])
            yield context.at(Severity.WRONG, "region_size_differs", odd, "region_municipalities", **values)
        elif (size := rows[0].region_municipalities) is not None and size < len(rows):
            values |= {"size": size, "members": len(rows)}
            yield context.at(
                Severity.WRONG, "region_size_too_small", rows[0], "region_municipalities", **values
            )


def years(context: Context) -> Iterator[Finding]:
    """Periods that run backwards, or lie wholly outside the horizon."""
    first, last = context.settings.first_year, context.settings.last_year
    horizon = {"first": first, "last": last}
    for row_type in PERIODS:
        rows: tuple[Any, ...] = context.rows(row_type)
        for row in rows:
            start, end = row.from_year, row.to_year
            if end is not None and end < start:
                yield context.at(
                    Severity.WRONG, "years_reversed", row, "to_year", from_year=start, to_year=end
                )
            elif start > last or (end is not None and end < first):
                column = "from_year" if start > last else "to_year"
                yield context.at(Severity.WARNING, "years_outside_horizon", row, column, **horizon)
    for share in context.rows(KeyShare):
        if share.year is not None and not first <= share.year <= last:
            yield context.at(Severity.WARNING, "years_outside_horizon", share, "year", **horizon)


def overlapping_years(context: Context) -> Iterator[Finding]:
    """Two rows about the same thing in the same year."""
    for row_type in PERIODS:
        groups: dict[tuple[Any, ...], list[Any]] = {}
        names = [column.name for column in row_type.key_columns() if column.name != "from_year"]
        for row in context.rows(row_type):
            groups.setdefault(tuple(getattr(row, name) for name in names), []).append(row)
        for rows in groups.values():
            rows.sort(key=lambda row: row.from_year)
            for before, row in pairwise(rows):
                if before.to_year is None or before.to_year >= row.from_year:
                    values = {
                        "from_year": row.from_year,
                        "other_row": context.row_number(before),
                        "other_from": before.from_year,
                        "other_to": before.to_year,
                    }
                    yield context.at(Severity.WRONG, "years_overlap", row, "from_year", **values)


def fixed_numbers(context: Context) -> Iterator[Finding]:
    """Commitments and realised dwellings in years where they have no place."""
    settings = context.settings
    horizon = {"first": settings.first_year, "last": settings.last_year, "open_year": settings.open_year}
    for row in context.rows(Commitment):
        if not settings.first_year <= row.year <= settings.last_year:
            yield context.at(
                Severity.WRONG, "commitment_outside_horizon", row, "year", year=row.year, **horizon
            )
        elif row.year < settings.open_year:
            yield context.at(
                Severity.WRONG, "commitment_in_closed_year", row, "year", year=row.year, **horizon
            )
    for done in context.rows(Realised):
        if done.year >= settings.open_year:
            yield context.at(Severity.WRONG, "realised_in_open_year", done, "year", year=done.year, **horizon)
        elif done.year < settings.first_year:
            yield context.at(Severity.WARNING, "years_outside_horizon", done, "year", **horizon)


def commitments_not_offered(context: Context) -> Iterator[Finding]:
    """Commitments of what is not offered then; a lead time is no obstacle for what was agreed on before."""
    if not context.complete(Availability):
        return
    for row in context.rows(Commitment):
        offers = context.listed(row.municipality_code, row.option)
        here = any(offer.from_year <= row.year <= (offer.to_year or row.year) for offer in offers)
        if row.dwellings and not here and row.option in context.options:
            about = {
                "municipality": context.name(row.municipality_code),
                "option": row.option,
                "year": row.year,
                "committed": row.dwellings,
            }
            yield context.at(Severity.WARNING, "commitment_not_offered", row, "dwellings", **about)


CHECKS = (
    unknown_codes,
    unknown_places,
    memberships,
    years,
    overlapping_years,
    fixed_numbers,
    commitments_not_offered,
)
