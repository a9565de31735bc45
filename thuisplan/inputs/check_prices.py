"""Checks on price years: amounts in euros of different years, and the indices that convert them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.labels import MONEY_KINDS
from thuisplan.inputs.prices import Prices, prices_of
from thuisplan.inputs.tables import Budget, Option, Pot, PriceIndex


@dataclass(frozen=True, slots=True)
class Priced:
    """An amount above zero with its price year.

    Parameters
    ----------
    kind
        Kind of money.
    year
        Price year, None if unknown.
    row, column
        Where the price year stands.
    name
        The option or pot.
    """

    kind: str
    year: int | None
    row: Option | Pot
    column: str
    name: str


def plan_prices(context: Context) -> Prices:
    """Return the price year of the plan with the indices that can be used."""
    return prices_of(context.settings.price_year, (row for row in context.rows(PriceIndex) if row.index > 0))


def in_plan_prices(prices: Prices, amount: int, own: int | None) -> int:
    """Return an amount as the plan counts it; as it is given where an index is missing."""
    if own is None or not prices.differs(own, [amount]) or not {own, prices.wanted} <= set(prices.indices):
        return amount
    return prices.converted(amount, own)


def amounts(context: Context) -> Iterator[Priced]:
    """Yield every cost, limit and budget above zero with its price year; a pot once."""
    for option in context.options.values():
        for kind in MONEY_KINDS.labels:
            if getattr(option, f"{kind}_eur"):
                column = f"{kind}_price_year"
                yield Priced(kind, getattr(option, column), option, column, option.option)
    filled = {row.pot_id for row in context.rows(Budget) if row.amount_eur}
    for pot in context.rows(Pot):
        if pot.max_per_dwelling_eur or pot.pot_id in filled:
            yield Priced(pot.kind, pot.price_year, pot, "price_year", pot.pot_id)


def mixed_years(context: Context) -> Iterator[Finding]:
    """Amounts of one kind in euros of different years, with no year to convert them to."""
    if context.settings.price_year is not None:
        return
    for kind in MONEY_KINDS.labels:
        years = {priced.year for priced in amounts(context) if priced.kind == kind} - {None}
        if len(years) > 1:
            about: dict[str, Any] = {"kind": kind, "years": tuple(sorted(y for y in years if y is not None))}
            yield Finding(Severity.NOTICE, "price_years_differ", about)


def missing_indices(context: Context) -> Iterator[Finding]:
    """Price years that an amount must be converted from or to, and that have no index."""
    wanted = context.settings.price_year
    if wanted is None or not context.complete(PriceIndex):
        return
    listed = {row.year for row in context.rows(PriceIndex)}
    users: dict[int, list[Priced]] = {}
    for priced in amounts(context):
        if priced.year not in (None, wanted):
            users.setdefault(priced.year or 0, []).append(priced)
    names = sorted({priced.name for some in users.values() for priced in some})
    if users and wanted not in listed:
        yield context.at_setting(
            Severity.WRONG, "plan_index_missing", "price_year", wanted, year=wanted, names=names
        )
    for year, some in sorted(users.items()):
        if year not in listed:
            about = {"year": year, "names": sorted({priced.name for priced in some}), "wanted": wanted}
            yield context.at(Severity.WRONG, "index_missing", some[0].row, some[0].column, **about)


def zero_indices(context: Context) -> Iterator[Finding]:
    """An index of zero: nothing can be converted with it."""
    for row in context.rows(PriceIndex):
        if row.index == 0:
            yield context.at(Severity.WRONG, "index_zero", row, "index", year=row.year)


def unknown_years(context: Context) -> Iterator[Finding]:
    """Amounts that stay as they are because nobody said of which year their euros are."""
    wanted = context.settings.price_year
    names = sorted({priced.name for priced in amounts(context) if priced.year is None})
    if wanted is not None and names:
        yield Finding(Severity.NOTICE, "price_year_unknown", {"names": names, "wanted": wanted})


CHECKS = (mixed_years, missing_indices, zero_indices, unknown_years)
