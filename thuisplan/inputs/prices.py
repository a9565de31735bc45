"""Amounts of one price year in euros of another, by the ratio of two price indices."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from thuisplan.inputs.columns import Row
from thuisplan.inputs.tables import Budget, Option, Pot, PriceIndex

SOURCE = "omgerekend van prijspeil {own} naar {wanted} / converted from price year {own} to {wanted}"
"""What the list of assumptions says of a converted amount."""


@dataclass(frozen=True, slots=True)
class Prices:
    """The price year of a scenario, and the index of every year that is listed.

    Parameters
    ----------
    wanted
        Price year of the scenario; None: every amount stays as it is given.
    indices
        Year -> index, above zero.
    """

    wanted: int | None
    indices: Mapping[int, Fraction]

    def differs(self, own: int | None, amounts: Iterable[int | None]) -> bool:
        """Return whether there is anything to convert: an amount, of a known other price year.

        Parameters
        ----------
        own
            Price year of the amounts, None if unknown: those stay as they are.
        amounts
            Euros; nothing and zero are the same in every price year.
        """
        return None not in (self.wanted, own) and self.wanted != own and any(amounts)

    def converted(self, amount: int, own: int) -> int:
        r"""Return an amount in euros of the scenario's price year, rounded half up to whole euros.

        .. math:: a \cdot i_{wanted} / i_{own}

        Raises
        ------
        KeyError
            If one of the two years has no index.
        """
        assert self.wanted is not None
        exact = amount * self.indices[self.wanted] / self.indices[own]
        return math.floor(exact + Fraction(1, 2))

    def source(self, own: int, source: str | None) -> str:
        """Return where a converted amount comes from: its own source, and both price years."""
        how = SOURCE.format(own=own, wanted=self.wanted)
        return f"{source}; {how}" if source else how


def prices_of(wanted: int | None, rows: Iterable[PriceIndex]) -> Prices:
    """Return the prices of a scenario.

    Parameters
    ----------
    wanted
        The setting ``price_year``.
    rows
        The table ``price_indices``.
    """
    return Prices(wanted, {row.year: row.index for row in rows})


Assume = Callable[[Row, str, Any, str], None]
"""Notes a default in the list of assumptions: row, column, value and where it comes from."""


def in_prices(prices: Prices, row: Option | Pot, amount: str, year: str, assume: Assume) -> dict[str, Any]:
    """Return the columns of a row that change when an amount of it gets the price year of the plan.

    Parameters
    ----------
    prices
        Price year of the plan, and indices.
    row
        An option or a pot.
    amount, year
        Columns of the amount [EUR/dwelling] and of its price year.
    assume
        Called for what is converted.
    """
    own, euros = getattr(row, year), getattr(row, amount)
    if not prices.differs(own, [euros]):
        return {}
    converted = prices.converted(euros, own)
    assume(row, amount, converted, prices.source(own, row.source))
    return {amount: converted, year: prices.wanted}


def pots_in_prices(
    prices: Prices, pots: Iterable[Pot], budgets: Iterable[Budget], assume: Assume
) -> list[Pot]:
    """Return the pots with their limits, and so their price years, in those of the plan.

    A pot without any amount keeps its price year: it says nothing.
    """
    held: dict[str, list[int]] = {}
    for row in budgets:
        held.setdefault(row.pot_id, []).append(row.amount_eur)
    result = []
    for pot in pots:
        filled = in_prices(prices, pot, "max_per_dwelling_eur", "price_year", assume)
        if prices.differs(pot.price_year, held.get(pot.pot_id, ())):
            filled["price_year"] = prices.wanted
        result.append(replace(pot, **filled))
    return result


def budgets_in_prices(
    prices: Prices, pots: Iterable[Pot], budgets: Iterable[Budget], assume: Assume
) -> Iterator[Budget]:
    """Yield the budgets in euros of the plan's price year; their own is that of the pot."""
    years = {pot.pot_id: pot.price_year for pot in pots}
    for row in budgets:
        own = years.get(row.pot_id)
        if own is None or not prices.differs(own, [row.amount_eur]):
            yield row
            continue
        converted = prices.converted(row.amount_eur, own)
        assume(row, "amount_eur", converted, prices.source(own, row.source))
        yield replace(row, amount_eur=converted)
