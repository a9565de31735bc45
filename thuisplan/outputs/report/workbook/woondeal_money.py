"""What the dwellings of a row of a *woondeal* sheet cost, per kind of money, and what of it is unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from thuisplan.inputs.labels import MONEY_KINDS
from thuisplan.inputs.periods import Period
from thuisplan.outputs.report.phrases import capital
from thuisplan.outputs.report.plan_view import PlanView, Words
from thuisplan.outputs.report.workbook.woondeal_content import MONEY_CODES, DealColumn

Key = tuple[str, Period]
"""Municipality and period."""


@dataclass(frozen=True)
class RegionMoney:
    """The published costs of a plan by municipality and period.

    Parameters
    ----------
    view
        The plan.
    words
        Sentences and headings.
    periods
        The periods.
    """

    view: PlanView
    words: Words
    periods: tuple[Period, ...]

    @cached_property
    def _sums(self) -> tuple[Mapping[Key, Counter[str]], Mapping[Key, Counter[str]]]:
        """Euros per kind of money that are known, and housing units of which they are not."""
        known, unknown = dict[Key, Counter[str]](), dict[Key, Counter[str]]()
        for row in self.view.rows("plan"):
            period = next(period for period in self.periods if row["year"] in period.years)
            key = row["municipality_code"], period
            sums, missing = known.setdefault(key, Counter()), unknown.setdefault(key, Counter())
            for kind in MONEY_CODES:
                amount = row[f"{kind}_eur"]
                sums[kind] += amount or 0
                missing[kind] += row["dwellings"] if amount is None else 0
        return known, unknown

    def columns(self) -> tuple[DealColumn, ...]:
        """Return a column per kind of money."""
        say = self.words.say
        labels = ((kind, capital(self.view.label(MONEY_KINDS, kind))) for kind in MONEY_CODES)
        return tuple(DealColumn(kind, label, say("group_money"), say("note_money")) for kind, label in labels)

    def amounts(self, code: str, period: Period) -> dict[str, int]:
        """Return kind of money -> euros of all that a municipality builds in a period; unknown ones not."""
        known, unknown = (sums.get((code, period), Counter()) for sums in self._sums)
        return {kind: known[kind] for kind in MONEY_CODES if not unknown[kind]}

    def remarks(self, code: str, period: Period) -> list[str]:
        """Return which amounts are unknown, in words."""
        missing = self._sums[1].get((code, period), Counter())
        return [
            self.words.say("money_unknown", kind=capital(self.view.label(MONEY_KINDS, kind)), count=count)
            for kind, count in missing.items()
            if count
        ]
