"""What people need and what a plan lacks of it, for a sheet for the *woondeal*."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from thuisplan.inputs.instance import Region
from thuisplan.inputs.labels import DWELLING_TYPES, NEED_CATEGORIES, PURPOSES, ROUTES
from thuisplan.inputs.periods import Period
from thuisplan.outputs.report.content import Column, Kind, Table
from thuisplan.outputs.report.phrases import capital
from thuisplan.outputs.report.plan.need_lines import FOLLOWED, UNTESTED, NeedLines
from thuisplan.outputs.report.plan_view import PlanView, Words

Area = tuple[str, str]
"""Purpose and place."""
COUNTING = {FOLLOWED: "followed", UNTESTED: "untested"}
"""How needs stand -> what the sheet says of whether they count; all others do."""


@dataclass(frozen=True)
class RegionNeeds:
    """The published needs by the area they speak of, at the end of every period.

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
    def lines(self) -> NeedLines:
        """How the needs stand, year by year."""
        return NeedLines(self.view)

    @cached_property
    def missing(self) -> Mapping[Area, Counter[Period]]:
        """(purpose, place) -> period -> what its needs that count lack at the end of it.

        An area that is not wholly in the input is among them: it is named, and what it lacks is not said.
        """
        result: dict[Area, Counter[Period]] = {}
        for need_id, rows in self._rows.items():
            need = self.view.instance.needs[need_id].row
            if self.lines.kind(need_id) != FOLLOWED:
                counts = result.setdefault((need.purpose, need.place), Counter())
                for period, row in rows.items():
                    counts[period] += row["shortfall"]
        return result

    @cached_property
    def _rows(self) -> Mapping[str, Mapping[Period, Mapping[str, Any]]]:
        """Need -> period -> its published row at the end of it."""
        ends = {period.last: period for period in self.periods}
        return {
            need_id: {ends[row["year"]]: row for row in rows if row["year"] in ends}
            for need_id, rows in self.lines.series.items()
        }

    @cached_property
    def members(self) -> Mapping[Area, frozenset[str]]:
        """(purpose, place) -> municipalities that are in the input."""
        found = self.view.instance.all_regions()
        return {(region.purpose, region.place): frozenset(region.members) for region in found}

    def wider(self, area: Area, period: Period) -> tuple[str, int | None]:
        """Return the name of a wider area and what it lacks; None if that cannot be tested."""
        purpose, place = area
        region = self.view.instance.region(purpose, place)
        values = {"purpose": self.view.label(PURPOSES, purpose), "place": place}
        if region.whole:
            told = self.words.say("wider", count=len(region.members), year=period.last, **values)
            return told, self.missing[area][period]
        return self.words.say("wider_untested", here=len(region.members), **values), None

    def areas(self, region: Region) -> tuple[list[Area], list[Area]]:
        """Return the areas with needs that lie within a region, and those that also lie outside it.

        An area of which not all municipalities are in the input may lie outside it.
        """
        inside: list[Area] = []
        wider: list[Area] = []
        here = frozenset(region.members)
        for area in self.missing:
            if area[0] != "municipality" and self.members[area] & here:
                within = self.members[area] <= here and self.view.instance.region(*area).whole
                (inside if within else wider).append(area)
        return inside, wider

    def table(self, region: Region) -> Table | None:
        """Return the needs of the region and of the areas it is part of, at the end of every period."""
        here = frozenset(region.members)
        rows = []
        for need_id, periods in self._rows.items():
            need = self.view.instance.needs[need_id].row
            area = (
                frozenset((need.place,))
                if need.purpose == "municipality"
                else self.members[need.purpose, need.place]
            )
            if not area & here:
                continue
            stands = self.lines.stands(need_id)
            rows.append(
                (
                    need.purpose == "municipality",
                    self._label(need.need_category),
                    self._where(need.purpose, need.place),
                    self.words.say(COUNTING.get(stands, "counts")),
                    *(
                        None if (stands, column) == (UNTESTED, "shortfall") else periods[period][column]
                        for period in self.periods
                        for column in ("required", "delivered", "shortfall")
                    ),
                    need.source,
                )
            )
        if not rows:
            return None
        words = self.words
        columns = [
            *(words.column(code) for code in ("need", "where", "counting")),
            *(
                Column(f"{code}_{period.last}", words.say(f"column_{code}", year=period.last), Kind.WHOLE)
                for period in self.periods
                for code in ("required", "delivered", "lacking")
            ),
            words.column("source"),
        ]
        ordered = sorted(rows, key=lambda row: row[:3])
        return words.table("needs", columns, (row[1:] for row in ordered), "needs.parquet")

    def _label(self, category: str) -> str:
        if category in NEED_CATEGORIES.labels:
            return capital(self.view.label(NEED_CATEGORIES, category))
        options = self.view.instance.options_for(category)
        return capital(option_words(self.view, options[0])) if options else category

    def _where(self, purpose: str, place: str) -> str:
        if purpose == "municipality":
            return self.view.place(place)
        return self.words.say("place", purpose=self.view.label(PURPOSES, purpose), place=place)


def option_words(view: PlanView, code: str) -> str:
    """Return what an option is for: its need category if that has a label, else its type and route."""
    option = view.instance.options[code]
    if option.need_category in NEED_CATEGORIES.labels:
        return view.label(NEED_CATEGORIES, option.need_category)
    kind, route = view.label(DWELLING_TYPES, option.dwelling_type), view.label(ROUTES, option.route)
    return f"{kind} ({route})"
