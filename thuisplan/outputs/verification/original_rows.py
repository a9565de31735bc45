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
from thuisplan.inputs.defaults import STAGES, SWAPS
from thuisplan.inputs.settings import Settings
from thuisplan.outputs.verification.resolved import Texts
from thuisplan.outputs.verification.tables import Tables

_FLAGS = ("in_programme", "adds_social", "adds_mid", "adds_stock", "uses_capacity")
_KINDS = ("extra_cost", "deficit")


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
    override_sources
        File or sheet of each override, in their order.
    assumed
        (table, key, column) of every default that had to be filled in; the list of assumptions must name it.
    """

    settings: Settings
    rows: Mapping[str, tuple[Any, ...]]
    texts: Mapping[str, tuple[Texts, ...]]
    tables: Tables
    override_sources: tuple[str, ...] = ()
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


def none(original: Original, table: str) -> Iterator[Texts]:
    """No row: what was given is in other tables, and must not count twice."""
    yield from ()


def exemptions(original: Original, table: str) -> Iterator[Texts]:
    """Every row as it was given; what compensates it must be listed."""
    for row in original.rows[table]:
        if row.compensated_in is not None:
            original.assume(row, "compensated_in")
        yield texts(row)


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
        for kind in _KINDS:
            if getattr(row, f"{kind}_eur") is None:
                original.assume(row, f"{kind}_eur")
            filled |= _repriced(original, row, f"{kind}_eur", f"{kind}_price_year")
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
                rounded(Fraction(n, len(years)) * row.dwellings * factor) for n in (position, position + 1)
            )
            if after > before or len(years) == 1:
                yield texts(row, from_year=year, to_year=year, dwellings=after - before, realisation=1)


def rounded(number: Fraction) -> int:
    """Return a number rounded half up."""
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
            before = rounded(running)
            running += _estimate(rows[year], original.settings.need_level)
            increment = rounded(running) - before
            yield texts(rows[year], from_year=year, to_year=year, low=None, central=increment, high=None)


def _estimate(row: Any, level: str) -> Fraction:
    central = row.central
    if central is None:
        ends = [end for end in (row.low, row.high) if end is not None]
        central = sum(ends, Fraction(0)) / len(ends)
    chosen = {"low": row.low, "central": central, "high": row.high}[level]
    return Fraction(central if chosen is None else chosen)


def pots(original: Original, table: str) -> Iterator[Texts]:
    """Every row as given, its limit and so its price year in euros of the plan's price year."""
    for row in original.rows[table]:
        derived = _repriced(original, row, "max_per_dwelling_eur", "price_year")
        budgets = [budget for budget in original.rows["budgets"] if budget.pot_id == row.pot_id]
        if any(_in_plan_euros(original, budget.amount_eur, row.price_year) is not None for budget in budgets):
            derived["price_year"] = original.settings.price_year
        yield texts(row, **derived)


def budgets(original: Original, table: str) -> Iterator[Texts]:
    """A row per year of the horizon, with the amount of each year in euros of the plan's price year."""
    years = {pot.pot_id: pot.price_year for pot in original.rows["pots"]}
    for row in original.rows[table]:
        amount = _in_plan_euros(original, row.amount_eur, years.get(row.pot_id))
        if amount is None:
            amount = row.amount_eur
        else:
            original.assume(row, "amount_eur")
        for year in original.years(row):
            yield texts(row, from_year=year, to_year=year, amount_eur=amount)


def _repriced(original: Original, row: Any, amount: str, price_year: str) -> dict[str, Any]:
    """Return an amount and its price year, where the plan has another price year than the amount."""
    euros = _in_plan_euros(original, getattr(row, amount), getattr(row, price_year))
    if euros is None:
        return {}
    original.assume(row, amount)
    return {amount: euros, price_year: original.settings.price_year}


def _in_plan_euros(original: Original, amount: int | None, price_year: int | None) -> int | None:
    """Return an amount times the ratio of two indices, rounded half up; None where it stays as it is."""
    plan_year = original.settings.price_year
    if plan_year is None or price_year in (None, plan_year) or not amount:
        return None
    index = {row.year: row.index for row in original.rows["price_indices"]}
    return rounded(Fraction(amount) * index[plan_year] / index[price_year])


# --- stages ------------------------------------------------------------------------------


def stages(original: Original, table: str) -> Iterator[Texts]:
    """Every row as given; without any, the default order, with the last stage where tasks may be swapped."""
    rows = original.rows[table]
    parameters = original.texts["rule_parameters"]
    swaps = any(row["parameter"] == "swap" and row["value"] == "yes" for row in parameters)
    for row in rows or (*STAGES, SWAPS)[: len(STAGES) + swaps]:
        if not rows:
            original.assume(row, "weight")
        yield texts(row)
