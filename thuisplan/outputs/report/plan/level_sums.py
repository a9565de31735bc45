"""What a plan completes per municipality and period, and what that is per region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from thuisplan.inputs.instance import Region
from thuisplan.inputs.labels import PURPOSES
from thuisplan.inputs.periods import Period
from thuisplan.inputs.tables import Membership
from thuisplan.outputs.report.periods import five_years, period_of
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.report.segments import SHARES
from thuisplan.outputs.report.sums import added

SMALL, LARGE = ("woningbouwregio", "agreement"), ("province", "nation")
"""Levels in order: smaller regions, then what else the input has, then larger ones."""


@dataclass(frozen=True)
class LevelSums:
    """Sums of a plan per level.

    Parameters
    ----------
    view
        The plan.
    """

    view: PlanView

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """Return the years of the plan in parts of five: 2026-2030, 2031-2035."""
        return five_years(self.view.years)

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """Return the regions of all purposes but the municipality itself, smaller levels first."""
        others = [p for p in PURPOSES.labels if p not in (*SMALL, *LARGE)]
        order = {purpose: number for number, purpose in enumerate((*SMALL, *others))}
        order |= {purpose: 1000 + number for number, purpose in enumerate(LARGE)}
        found = [region for region in self.view.instance.all_regions() if region.purpose != "municipality"]
        return tuple(
            sorted(found, key=lambda region: (order.get(region.purpose, 900), region.purpose, region.place))
        )

    @cached_property
    def purposes(self) -> tuple[str, ...]:
        """Return the levels above the municipality, in order."""
        return tuple(dict.fromkeys(region.purpose for region in self.regions))

    @cached_property
    def sizes(self) -> Mapping[tuple[str, str], int | None]:
        """(purpose, place) -> municipalities that the whole region has; None if unknown."""
        return {
            (row.purpose, row.place): row.region_municipalities for row in self.view.instance.rows(Membership)
        }

    @cached_property
    def _all(self) -> Mapping[tuple[str, int, str], int]:
        return added(self.view.rows("plan"), "municipality_code", "year", "segment")

    @cached_property
    def _programme(self) -> Mapping[tuple[str, int, str], int]:
        return added(self.view.programme, "municipality_code", "year", "segment")

    def segments(self, members: Iterable[str], period: Period, programme: bool = False) -> Counter[str]:
        """Return segment -> dwellings completed in a period.

        Parameters
        ----------
        members
            Codes of municipalities.
        period
            Years.
        programme
            Whether only what counts in the new-build programme is meant.
        """
        result: Counter[str] = Counter()
        for code in members:
            result.update(self._of(code, period, programme))
        return result

    def _of(self, code: str, period: Period, programme: bool) -> Counter[str]:
        """Return the same of one municipality; kept, as every region adds it up again."""
        if (programme, period) not in self._made:
            self._made[programme, period] = self._count(period, programme)
        return self._made[programme, period].get(code, Counter())

    @cached_property
    def _made(self) -> dict[tuple[bool, Period], dict[str, Counter[str]]]:
        return {}

    def _count(self, period: Period, programme: bool) -> dict[str, Counter[str]]:
        result: dict[str, Counter[str]] = {}
        for (code, year, segment), count in (self._programme if programme else self._all).items():
            if period.first <= year <= period.last:
                result.setdefault(code, Counter())[segment] += count
        return result

    def differences(self) -> Iterator[tuple[Mapping[str, Any], int]]:
        """Yield the lines of rules about the new-build programme, each with the sum over its municipalities.

        The left side of a line in ``rules.parquet`` should be that sum.
        """
        instance = self.view.instance
        for row in self.view.rows("rules"):
            if row["family"] in SHARES and row["lhs"] is not None:
                members = instance.region(row["purpose"], row["place"]).members
                segments = self.segments(members, period_of(row), programme=True)
                yield row, sum(segments[segment] for segment in SHARES[row["family"]])
