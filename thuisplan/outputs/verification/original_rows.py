"""What every row of the resolved input must be, from the rows as given: one function per way of deriving.

Rows are compared as canonical text: yes and no, fractions as ``2/3``, codes separated by ``|``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from thuisplan.inputs.columns import Row
from thuisplan.inputs.defaults import STAGES
from thuisplan.inputs.settings import Settings
from thuisplan.outputs.verification.resolved import Texts
from thuisplan.outputs.verification.tables import Tables

_FLAGS = ("in_programme", "adds_social", "adds_mid", "adds_stock", "uses_capacity")
_COSTS = ("extra_cost_eur", "deficit_eur")


@dataclass(frozen=True)
class Original:
    """The input as given, and the input as used next to it.

    Parameters
    ----------
    settings, rows
        As given: settings, and table -> typed rows.
    texts
        As used: table -> rows as text.
    tables
        As used: the same tables, typed.
    assumed
        (table, key, column) of every default that had to be filled in; the list of assumptions must name it.
    """

    settings: Settings
    rows: Mapping[str, tuple[Any, ...]]
    texts: Mapping[str, tuple[Texts, ...]]
    tables: Tables
    assumed: set[tuple[str, str, str]] = field(default_factory=set)

    def assume(self, row: Row, column: str) -> None:
        """Note that a default was filled in."""
        key = " ".join(str(part) for part in row.key() if part is not None)
        self.assumed.add((row.table, key, column))

    def years(self, row: Any) -> list[int]:
        """Return the years of the horizon that a row covers."""
        last = self.settings.last_year if row.to_year is None else row.to_year
        return [year for year in self.settings.years if row.from_year <= year <= last]


def as_text(value: Any) -> str:
    """Return a value as canonical files write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "|".join(value) if isinstance(value, tuple) else str(value)


def texts(row: Row, **derived: Any) -> Texts:
    """Return the columns of a row as text, those that are derived in the place of its own."""
    values = {column.name: getattr(row, column.name) for column in row.columns()}
    return {name: as_text(value) for name, value in {**values, **derived}.items()}


def passed_through(original: Original, table: str) -> Iterator[Texts]:
    """Every row as it was given."""
    yield from (texts(row) for row in original.rows[table])


def closed(original: Original, table: str) -> Iterator[Texts]:
    """Every row as given; without a last year it runs to the end of the horizon."""
    yield from (texts(row, to_year=_end(original, row)) for row in original.rows[table])


def _end(original: Original, row: Any) -> int:
    return int(row.to_year or max(row.from_year, original.settings.last_year))


# --- supply ---------------------------------------------------------------------


def options(original: Original, table: str) -> Iterator[Texts]:
    """Every row as given, what was empty filled in; the lead time becomes a first year."""
    found = {row["option"]: row for row in original.texts[table]}
    for row in original.rows[table]:
        filled: dict[str, Any] = {}
        for name in _FLAGS:
            if getattr(row, name) is None:
                # Which default is a choice that the assumptions report; that it is there is checked.
                used = found.get(row.option, {}).get(name)
                filled[name] = used if used in ("yes", "no") else "yes|no"
                original.assume(row, name)
        for name in _COSTS:
            if getattr(row, name) is None:
                original.assume(row, name)
        yield texts(
            row,
            **filled,
            need_category=row.need_category or row.dwelling_type,
            first_year=max(row.first_year or 0, original.settings.open_year + row.lead_time_years),
            lead_time_years=0,
        )


def availability(original: Original, table: str) -> Iterator[Texts]:
    """The rows for a municipality and option by name, else for all options, all municipalities, both."""
    named: dict[tuple[str, str], list[Any]] = {}
    for row in original.rows[table]:
        named.setdefault((row.municipality_code, row.option), []).append(row)
    for code in [row.code for row in original.rows["municipalities"]]:
        for option in [row.option for row in original.rows["options"]]:
            ways = ((code, option), (code, "*"), ("*", option), ("*", "*"))
            for row in next((named[way] for way in ways if way in named), ()):
                if row.max_per_year is not None:
                    yield texts(row, municipality_code=code, option=option, to_year=_end(original, row))


def plans(original: Original, table: str) -> Iterator[Texts]:
    """A row per year: dwellings after attrition in equal parts, the running total rounded half up."""
    factors = {(row.route, row.status): row.factor for row in original.rows["realisation"]}
    for row in original.rows[table]:
        factor = row.realisation
        if factor is None:
            factor = factors.get((row.route, row.status), Fraction(1))
            original.assume(row, "realisation")
        years = range(row.from_year, (row.to_year or original.settings.last_year) + 1)
        for position, year in enumerate(years):
            before, after = (
                _rounded(Fraction(n, len(years)) * row.dwellings * factor) for n in (position, position + 1)
            )
            if after > before or len(years) == 1:
                yield texts(row, from_year=year, to_year=year, dwellings=after - before, realisation=1)


def _rounded(number: Fraction) -> int:
    return math.floor(number + Fraction(1, 2))


# --- demand and money -------------------------------------------------------------


def needs(original: Original, table: str) -> Iterator[Texts]:
    """A row per year: the estimate that counts, its running total rounded half up."""
    yearly: dict[str, dict[int, Any]] = {}
    for row in original.rows[table]:
        for year in original.years(row):
            yearly.setdefault(row.need_id, {})[year] = row
        if row.central is None and original.settings.need_level == "central":
            ends = {row.low, row.high} - {None}
            if len(ends) > 1 and original.years(row):
                original.assume(row, "central")
    for rows in yearly.values():
        running = Fraction(0)
        for year in sorted(rows):
            before = _rounded(running)
            running += _estimate(rows[year], original.settings.need_level)
            increment = _rounded(running) - before
            yield texts(rows[year], from_year=year, to_year=year, low=None, central=increment, high=None)


def _estimate(row: Any, level: str) -> Fraction:
    central = row.central
    if central is None:
        ends = [end for end in (row.low, row.high) if end is not None]
        central = sum(ends, Fraction(0)) / len(ends)
    chosen = {"low": row.low, "central": central, "high": row.high}[level]
    return Fraction(central if chosen is None else chosen)


def budgets(original: Original, table: str) -> Iterator[Texts]:
    """A row per year of the horizon, with the amount of each year."""
    for row in original.rows[table]:
        yield from (texts(row, from_year=year, to_year=year) for year in original.years(row))


# --- keys and stages ----------------------------------------------------------------


def keys(original: Original, table: str) -> Iterator[Texts]:
    """Every key with its shares listed; the last year of a growth path stays."""
    for row in original.rows[table]:
        yield texts(row, basis="shares", start_basis=None, path_first_year=None)


def key_shares(original: Original, table: str) -> Iterator[Texts]:
    """Listed shares per year; else from the shares at the start to those of the basis, in a straight line."""
    for key in original.rows["keys"]:
        if key.basis == "shares":
            rows = [row for row in original.rows[table] if row.key_id == key.key_id]
            own = {(row.municipality_code, row.year) for row in rows}
            for row in rows:
                # A share of a year outside the horizon is kept, and divides nothing.
                every = [y for y in original.settings.years if (row.municipality_code, y) not in own]
                yield from (texts(row, year=year) for year in (every if row.year is None else [row.year]))
            continue
        for place, year, share in _path(original, key):
            yield {
                "key_id": key.key_id,
                "municipality_code": place,
                "year": as_text(year),
                "share": as_text(share),
                "source": as_text(key.source),
            }


def _path(original: Original, key: Any) -> Iterator[tuple[str, int, Fraction]]:
    goal = _fractions(original, key.basis)
    start = goal if key.start_basis is None else _fractions(original, key.start_basis)
    for year in original.settings.years:
        along = Fraction(1)
        if key.start_basis is not None:
            span = key.path_last_year - key.path_first_year
            along = min(Fraction(1), max(Fraction(0), Fraction(year - key.path_first_year, span)))
        for place in goal:
            yield place, year, (1 - along) * start[place] + along * goal[place]


def _fractions(original: Original, basis: str) -> dict[str, Fraction]:
    rows = original.rows["municipalities"]
    whole = sum(getattr(row, basis) for row in rows)
    return {row.code: Fraction(getattr(row, basis), whole) for row in rows}


def stages(original: Original, table: str) -> Iterator[Texts]:
    """Every row as given; without any, the default order."""
    rows = original.rows[table]
    for row in rows or STAGES:
        if not rows:
            original.assume(row, "weight")
        yield texts(row)
