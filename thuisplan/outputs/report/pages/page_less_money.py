"""What it means for a plan when a payer has less money: a bound that the tables prove."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import Pot
from thuisplan.outputs.published import Rows
from thuisplan.outputs.report.pages.page_deviation import PART


@dataclass(frozen=True, slots=True)
class Less:
    """A pot with a tenth less every year, while the plan stays as it is.

    Parameters
    ----------
    short
        Euros that the pot then lacks at least.
    most_each
        The most that one of the dwellings it pays for asks of this kind of money [EUR].
    """

    short: Fraction
    most_each: int

    @property
    def dwellings(self) -> int:
        """Dwellings that then are not paid for, at least: none frees more than the most that one asks."""
        return -(-self.short // self.most_each) if self.most_each else 0


def with_less(instance: Instance, pot: Pot, account: Rows, payments: Rows) -> Less:
    """Return what a pot lacks with a tenth less every year.

    Parameters
    ----------
    instance
        The resolved input, for what dwellings ask.
    pot
        The pot; what it has left lapses, or is spent in a later year.
    account
        Its rows of ``finance``, in order of year.
    payments
        Its rows of ``funding``.
    """
    lacking = [row["used_eur"] - row["available_eur"] * Fraction(PART - 1, PART) for row in account]
    if pot.carry_over:
        # Spent up to a year, less what came in up to then; the largest lack of any year stays lacking.
        short = max([Fraction(0), *accumulate(lacking)])
    else:
        short = sum((max(Fraction(0), one) for one in lacking), Fraction(0))
    each = [
        max(
            instance.unit_cost(row["option"], pot.kind),
            instance.move_cost(row["municipality_code"], row["option"], pot.kind),
        )
        for row in payments
        if row["amount_eur"]
    ]
    return Less(short, max(each, default=0))
