"""How the needs of a plan stand: asked, in the plan, missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from thuisplan.inputs.tables import Membership
from thuisplan.outputs.published import Rows
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.report.sums import series_by

SPECIAL, REGULAR, FOLLOWED, UNTESTED = "special", "regular", "followed", "untested"
KINDS = (SPECIAL, REGULAR, FOLLOWED)
"""Needs of target groups, of the regular programme, and those that a plan only follows; never added up.

A plan follows needs that are monitored, and wider estimates that do not decide.
"""
STANDINGS = (*KINDS, UNTESTED)
"""Those, and needs of an area of which not all municipalities are in the input: others build for them too."""


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


@dataclass(frozen=True, slots=True)
class Untested:
    """An area of which needs or waiting lists cannot be tested.

    Parameters
    ----------
    place
        Its name.
    here
        Municipalities of it in the input.
    size
        Municipalities that it has; None if the input does not say.
    needs, lists
        Whether it has needs, and whether it has waiting lists.
    """

    place: str
    here: int
    size: int | None
    needs: bool
    lists: bool


@dataclass(frozen=True)
class NeedLines:
    """The rows of ``needs.parquet``, per need and per category, and who waits.

    Needs and waiting lists of an area that is not wholly in the input are shown, and never said to be met or
    missing: here is decided which they are.

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
        """Return which of ``KINDS`` a need is of, whether it can be tested or not."""
        row = self.view.instance.needs[need_id].row
        if row.strength == "monitor" or not row.decides:
            return FOLLOWED
        return SPECIAL if row.need_class == SPECIAL else REGULAR

    def testable(self, need_id: str) -> bool:
        """Return whether all municipalities of the area of a need are in the input."""
        row = self.view.instance.needs[need_id].row
        return self.view.instance.region(row.purpose, row.place).whole

    def stands(self, need_id: str) -> str:
        """Return which of ``STANDINGS`` a need is of: its kind if it can be tested."""
        return self.kind(need_id) if self.testable(need_id) else UNTESTED

    @cached_property
    def waiting(self) -> Rows:
        """Rows of ``waiting_list`` of which can be said whether somebody waits."""
        flows = self.view.instance.lettings.flows
        return [row for row in self.view.rows("waiting_list") if flows[row["flow_id"]].whole]

    @cached_property
    def untested(self) -> tuple[Untested, ...]:
        """The areas whose needs or waiting lists cannot be tested, in the order of the input."""
        flows = self.view.instance.lettings.flows
        of_needs = {
            (rows[0]["purpose"], rows[0]["place"])
            for need_id, rows in self.series.items()
            if not self.testable(need_id)
        }
        of_lists = {
            (row["purpose"], row["place"])
            for row in self.view.rows("waiting_list")
            if not flows[row["flow_id"]].whole
        }
        sizes = {
            (row.purpose, row.place): row.region_municipalities for row in self.view.instance.rows(Membership)
        }
        return tuple(
            Untested(region.place, len(region.members), sizes[area], area in of_needs, area in of_lists)
            for region in self.view.instance.all_regions()
            if (area := (region.purpose, region.place)) in of_needs | of_lists
        )

    @cached_property
    def categories(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """(how it stands, category) -> its needs; in order, in each the category with most missing first."""
        result: dict[tuple[str, str], list[str]] = {}
        for need_id, rows in self.series.items():
            result.setdefault((self.stands(need_id), rows[0]["need_category"]), []).append(need_id)
        place = {key: position for position, key in enumerate(result)}

        def order(key: tuple[str, str]) -> tuple[int, int, int]:
            return STANDINGS.index(key[0]), -self.standing(result[key]).shortfall, place[key]

        return {key: tuple(result[key]) for key in sorted(result, key=order)}

    def needs_of(self, kind: str) -> tuple[str, ...]:
        """Return the needs that stand so: one of ``STANDINGS``."""
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
