"""How the needs of a plan stand: asked, in the plan, missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.report.sums import series_by

SPECIAL, REGULAR, FOLLOWED = "special", "regular", "followed"
KINDS = (SPECIAL, REGULAR, FOLLOWED)
"""Needs of target groups, of the regular programme, and those that a plan only follows; never added up.

A plan follows needs that are monitored, and wider estimates that do not decide.
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How much is asked up to a year, and how much of that is missing.

    Parameters
    ----------
    required, delivered, shortfall, surplus
        In dwellings; what one place has too many does not make up for what another lacks.
    """

    required: int
    delivered: int
    shortfall: int
    surplus: int


@dataclass(frozen=True)
class NeedLines:
    """The rows of ``needs.parquet``, per need and per category.

    Parameters
    ----------
    view
        The plan.
    """

    view: PlanView

    @cached_property
    def series(self) -> Mapping[str, tuple[Mapping[str, Any], ...]]:
        """Need -> its rows, in order of year."""
        return series_by(self.view.rows("needs"), "need_id")

    def kind(self, need_id: str) -> str:
        """Return which of ``KINDS`` a need is of."""
        row = self.view.instance.needs[need_id].row
        if row.strength == "monitor" or not row.decides:
            return FOLLOWED
        return SPECIAL if row.need_class == SPECIAL else REGULAR

    @cached_property
    def categories(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """(kind, category) -> its needs; kinds in order, in each the category with most missing first."""
        result: dict[tuple[str, str], list[str]] = {}
        for need_id, rows in self.series.items():
            result.setdefault((self.kind(need_id), rows[0]["need_category"]), []).append(need_id)
        place = {key: position for position, key in enumerate(result)}

        def order(key: tuple[str, str]) -> tuple[int, int, int]:
            return KINDS.index(key[0]), -self.standing(result[key]).shortfall, place[key]

        return {key: tuple(result[key]) for key in sorted(result, key=order)}

    def needs_of(self, kind: str) -> tuple[str, ...]:
        """Return the needs of a kind."""
        return tuple(need for (one, _), needs in self.categories.items() if one == kind for need in needs)

    def standing(self, needs: Iterable[str], position: int = -1) -> Standing:
        """Return how some needs stand together, at the end of a year.

        Parameters
        ----------
        needs
            Needs of one kind.
        position
            Number of the year in their series; by default the last.
        """
        rows = [self.series[need][position] for need in needs]
        columns = ("required", "delivered", "shortfall", "surplus")
        return Standing(*(sum(row[column] for row in rows) for column in columns))

    def years_short(self, need_id: str) -> tuple[int, ...]:
        """Return the years at the end of which a need is not met."""
        return tuple(row["year"] for row in self.series[need_id] if row["shortfall"])
