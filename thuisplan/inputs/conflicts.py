"""Hard rules of a resolved input that cannot hold together, as far as can be seen without solving.

Every conflict is a floor above a ceiling: what is committed, or demanded by a hard rule,
against the most that availability, capacity, plans and money allow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain, combinations
from typing import Any

from thuisplan.inputs.check_conflicts_local import neighbourhoods
from thuisplan.inputs.check_conflicts_money import committed_money
from thuisplan.inputs.check_conflicts_norms import demands
from thuisplan.inputs.check_context import Context
from thuisplan.inputs.check_limits import HardLimits
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import Availability, Commitment, Option, Plan


def find_conflicts(instance: Instance) -> tuple[Finding, ...]:
    """Return the conflicts of an input whose tables are well formed.

    Parameters
    ----------
    instance
        The resolved input.

    Returns
    -------
    tuple of Finding
        Findings of severity ``conflict``, each with the row that is most to the
        point. An empty answer does not prove that a plan exists.
    """
    limits = HardLimits(instance)
    context = Context(instance.scenario)
    return tuple(finding for one in CONFLICTS for finding in one(limits, context))


def _commitments(limits: HardLimits) -> Iterator[Commitment]:
    """Yield the commitments that must be kept."""
    for row in limits.instance.rows(Commitment):
        if (
            row.dwellings
            and row.year >= limits.instance.settings.open_year
            and limits.hard("commitment", row.year, row.municipality_code)
        ):
            yield row


def _about(context: Context, row: Commitment) -> dict[str, Any]:
    return {
        "municipality": context.name(row.municipality_code),
        "option": row.option,
        "year": row.year,
        "committed": row.dwellings,
    }


def availability(limits: HardLimits, context: Context) -> Iterator[Finding]:
    """Commitments above what is offered, or of what is not offered at all."""
    listed: dict[tuple[str, str], list[Availability]] = {}
    for offer in limits.instance.rows(Availability):
        listed.setdefault((offer.municipality_code, offer.option), []).append(offer)
    for row in _commitments(limits):
        if not limits.hard("availability", row.year, row.municipality_code):
            continue
        # A lead time is no obstacle: who agreed on a dwelling had decided on it before.
        offers = [
            offer
            for offer in listed.get((row.municipality_code, row.option), ())
            if offer.from_year <= row.year <= (row.year if offer.to_year is None else offer.to_year)
        ]
        about = _about(context, row)
        if not offers:
            yield context.at(Severity.CONFLICT, "commitment_not_offered", row, "dwellings", **about)
        elif row.dwellings > (most := max(offer.max_per_year or 0 for offer in offers)):
            about |= {"most": most, "offer_row": context.row_number(offers[0])}
            yield context.at(Severity.CONFLICT, "commitment_above_availability", row, "dwellings", **about)


def exclusions(limits: HardLimits, context: Context) -> Iterator[Finding]:
    """Commitments of what the municipality does not build."""
    for row in _commitments(limits):
        cell = (row.municipality_code, row.year, row.option)
        if cell in limits.instance.excluded and limits.hard("exclusion", row.year, row.municipality_code):
            yield context.at(
                Severity.CONFLICT, "commitment_excluded", row, "dwellings", **_about(context, row)
            )


def capacity(limits: HardLimits, context: Context) -> Iterator[Finding]:
    """Commitments of a year that are together above the capacity."""
    commitments = list(_commitments(limits))
    for (municipality, route, year), most in limits.instance.capacity.items():
        if year < limits.instance.settings.open_year or not limits.hard("capacity", year, municipality):
            continue
        rows = [
            row
            for row in commitments
            if (row.municipality_code, row.year) == (municipality, year)
            and _uses(limits.instance.options[row.option], route)
        ]
        total = sum(row.dwellings for row in rows)
        if total > most:
            about = {
                "municipality": context.name(municipality),
                "route": route,
                "year": year,
                "committed": total,
                "most": most,
            }
            code = "commitments_above_capacity" if route is None else "commitments_above_route_capacity"
            yield context.at(Severity.CONFLICT, code, _largest(rows), "dwellings", **about)


def _uses(option: Option, route: str | None) -> bool:
    return bool(option.uses_capacity) and route in (None, option.route)


def _largest(rows: list[Commitment]) -> Commitment:
    return max(rows, key=lambda row: row.dwellings)


def plans(limits: HardLimits, context: Context) -> Iterator[Finding]:
    """Commitments that are in total above what the plans offer by then."""
    instance = limits.instance
    by_place: dict[tuple[str, str], list[Plan]] = {}
    for plan in instance.rows(Plan):
        by_place.setdefault((plan.municipality_code, plan.route), []).append(plan)
    commitments = list(_commitments(limits))
    for (municipality, route), rows in by_place.items():
        own = [
            row
            for row in commitments
            if row.municipality_code == municipality and _uses(instance.options[row.option], route)
        ]
        found = _first_above_plans(limits, own, rows)
        if found:
            about = {"municipality": context.name(municipality), "route": route, **found[1]}
            yield context.at(Severity.CONFLICT, "commitments_above_plans", found[0], "dwellings", **about)


def _first_above_plans(
    limits: HardLimits, commitments: list[Commitment], plans_: list[Plan]
) -> tuple[Commitment, Mapping[str, Any]] | None:
    """Return the first year, and set of segments, in which more is committed than planned."""
    options = limits.instance.options
    segments = sorted({options[row.option].segment for row in commitments})
    sets = chain.from_iterable(combinations(segments, n) for n in range(len(segments), 0, -1))
    chosen = list(sets) if any(plan.segment for plan in plans_) else [tuple(segments)]
    for year in limits.open_years:
        for some in chosen:
            rows = [row for row in commitments if row.year <= year and options[row.option].segment in some]
            total = sum(row.dwellings for row in rows)
            most = sum(
                p.dwellings
                for p in plans_
                if p.from_year <= year and (p.segment is None or p.segment in some)
            )
            if total > most and limits.hard("capacity", year, rows[0].municipality_code):
                return _largest(rows), {"year": year, "committed": total, "most": most, "segments": some}
    return None


CONFLICTS: tuple[Callable[[HardLimits, Context], Iterator[Finding]], ...] = (
    availability,
    exclusions,
    capacity,
    plans,
    committed_money,
    neighbourhoods,
    demands,
)
