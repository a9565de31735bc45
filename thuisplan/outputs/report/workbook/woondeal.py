"""What a plan means for a *woondeal*: per building region, municipalities by five-year periods.

A sheet counts what the published tables say and adds nothing of its own. The total is of dwellings within
the segments; rooms, pitches, places and dwellings outside the segments stand beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from thuisplan.inputs.instance import Region
from thuisplan.inputs.labels import (
    FEATURES,
    ROUTES,
    SEGMENTS,
)
from thuisplan.inputs.periods import Period
from thuisplan.inputs.tables import Commitment
from thuisplan.outputs.line_words import group
from thuisplan.outputs.report.numbers import at_most
from thuisplan.outputs.report.periods import five_years
from thuisplan.outputs.report.phrases import capital
from thuisplan.outputs.report.plan.need_lines import FOLLOWED
from thuisplan.outputs.report.plan_view import PlanView, Words
from thuisplan.outputs.report.workbook.woondeal_content import (
    MONEY_CODES,
    SEGMENT_CODES,
    Deal,
    DealBlock,
    DealColumn,
    DealRow,
)
from thuisplan.outputs.report.workbook.woondeal_money import RegionMoney
from thuisplan.outputs.report.workbook.woondeal_needs import Area, RegionNeeds, option_words
from thuisplan.outputs.report.workbook.woondeal_rules import RegionRules

SECTION = "report_woondeal"
PURPOSE = "woningbouwregio"
"""Purpose of the regions that make a *woondeal*."""

_ALWAYS = ("new_build", "transformation", "flex")
"""Routes that have a column even where nothing is built by them."""
_UNITS = ("room", "pitch", "place", "dwelling")
"""Units outside the total."""


def deals(view: PlanView) -> tuple[Deal, ...]:
    """Return what a plan means for a *woondeal*, one record per building region.

    Parameters
    ----------
    view
        The plan.

    Returns
    -------
    tuple of Deal
        In order of name. Municipalities in no building region come last, together. If the input has no
        building regions: one per agreement, else one for all municipalities; each says so. None if the
        plan has no municipalities.
    """
    if not view.instance.municipalities:
        return ()
    made = _Deals(view)
    return tuple(made.deal(region) for region in made.regions())


@dataclass(frozen=True)
class _Deals:
    view: PlanView

    @cached_property
    def words(self) -> Words:
        return self.view.words(SECTION)

    @cached_property
    def found(self) -> tuple[Region, ...]:
        """The regions that the input names."""
        instance = self.view.instance
        return instance.regions(PURPOSE) or instance.regions("agreement")

    def regions(self) -> tuple[Region, ...]:
        """Return the regions that get a sheet; together they have every municipality."""
        inside = {code for region in self.found for code in region.members}
        rest = tuple(code for code in self.view.instance.municipalities if code not in inside)
        if not rest:
            return self.found
        name = self.words.say("no_region" if self.found else "all")
        return (*self.found, Region("", name, rest, True))

    @cached_property
    def needs(self) -> RegionNeeds:
        return RegionNeeds(self.view, self.words, self.periods)

    @cached_property
    def money(self) -> RegionMoney:
        return RegionMoney(self.view, self.words, self.periods)

    @cached_property
    def rules(self) -> RegionRules:
        return RegionRules(self.view, self.words)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        return five_years(self.view.years)

    def _period_of(self, year: int) -> Period:
        return next(period for period in self.periods if year in period.years)

    # --- what is built ------------------------------------------------------------------

    @cached_property
    def built(self) -> Mapping[tuple[str, Period], Counter[str]]:
        """(municipality, period) -> column -> housing units."""
        result: dict[tuple[str, Period], Counter[str]] = {}
        for row in self.view.rows("plan"):
            counts = result.setdefault((row["municipality_code"], self._period_of(row["year"])), Counter())
            for code in self._columns_of(row):
                counts[code] += row["dwellings"]
            if _inside(row):
                counts["committed"] += row["committed"]
        return result

    def _columns_of(self, row: Mapping[str, Any]) -> Iterable[str]:
        """Return the columns that a row of the plan counts in."""
        if not _inside(row):
            return (f"outside_{row['unit']}",)
        option = self.view.instance.options[row["option"]]
        codes = ["total", row["segment"], f"route_{row['route']}"]
        if "zero_step" in option.features:
            codes.append("zero_step")
        if row["dwelling_type"] in ("clustered", "care_suitable"):
            codes.append(row["dwelling_type"])
        return codes

    @cached_property
    def columns(self) -> tuple[DealColumn, ...]:
        used = {code for counts in self.built.values() for code in counts}
        routes = [code for code in ROUTES.labels if code in _ALWAYS or f"route_{code}" in used]
        units = [code for code in _UNITS if code != "dwelling" or "outside_dwelling" in used]
        known = {f"outside_{code}" for code in _UNITS}
        others = sorted(code for code in used if code.startswith("outside_") and code not in known)
        view, say = self.view, self.words.say
        inside, part, outside = say("group_total"), say("group_part"), say("group_outside")
        return (
            DealColumn("total", say("column_total"), inside, say("note_total")),
            *(DealColumn(code, capital(view.label(SEGMENTS, code)), inside) for code in SEGMENT_CODES),
            *(DealColumn(f"route_{code}", capital(view.label(ROUTES, code)), part) for code in routes),
            DealColumn("committed", say("column_committed"), part, say("note_committed")),
            DealColumn("zero_step", capital(view.label(FEATURES, "zero_step")), part, say("note_zero_step")),
            DealColumn("clustered", say("column_clustered"), part, say("note_special")),
            DealColumn("care_suitable", say("column_care_suitable"), part, say("note_special")),
            *(DealColumn(f"outside_{code}", say(f"column_{code}"), outside) for code in units),
            *(DealColumn(code, code.removeprefix("outside_"), outside) for code in others),
            *self.money.columns(),
            DealColumn("shortfall", say("column_shortfall"), say("group_shortfall"), say("note_shortfall")),
        )

    # --- for whom -----------------------------------------------------------------------

    @cached_property
    def whom(self) -> Mapping[tuple[str, Period], str]:
        """(municipality, period) -> for whom it is built and let, in words with numbers."""
        built: dict[tuple[str, Period], Counter[str]] = {}
        let: dict[tuple[str, Period], Counter[str]] = {}
        for row in self.view.rows("plan"):
            key = row["municipality_code"], self._period_of(row["year"])
            built.setdefault(key, Counter())[option_words(self.view, row["option"])] += row["dwellings"]
        for row in self.view.rows("allocations"):
            key = row["municipality_code"], self._period_of(row["year"])
            let.setdefault(key, Counter())[self._group(row["group"])] += row["households"]
        return {key: self._told(built.get(key), let.get(key)) for key in {**built, **let}}

    def _told(self, built: Counter[str] | None, let: Counter[str] | None) -> str:
        parts = []
        for code, counts in (("whom_built", built), ("whom_let", let)):
            counted = [
                self.words.say("counted", name=name, count=count)
                for name, count in (counts or Counter()).most_common()
                if count
            ]
            if counted:
                parts.append(self.words.say(code, parts=", ".join(counted)))
        return " ".join(parts)

    def _group(self, code: str) -> str:
        return self.view.told(group(self.view.instance, code))

    # --- the sheet ----------------------------------------------------------------------

    def deal(self, region: Region) -> Deal:
        """Return the sheet of a region."""
        listed = [self.words.say("source_plan")]
        inside, wider = self.needs.areas(region)
        blocks = tuple(self._block(region, period, inside, wider, listed) for period in self.periods)
        say = self.words.say
        return Deal(
            region.place,
            say("title", region=region.place),
            self._heading(region),
            self._warnings(region),
            (self.words.say("total_means"), *((self.words.say("wider_means"),) if wider else ())),
            self.columns,
            blocks,
            self.needs.table(region),
            self.rules.table(region),
            tuple(listed),
            self._signatures(region),
            say("files"),
        )

    def _block(
        self,
        region: Region,
        period: Period,
        inside: Sequence[Area],
        wider: Sequence[Area],
        listed: list[str],
    ) -> DealBlock:
        rows = [self._row(code, period, listed) for code in region.members]
        if inside:
            lacks = sum(self.needs.missing[area][period] for area in inside)
            name = self.words.say("whole_region", year=period.last)
            rows.append(DealRow(name, {"shortfall": lacks}))
        names = dict(self.needs.wider(area, period) for area in wider)
        unknown = any(self.money.remarks(code, period) for code in region.members)
        return DealBlock(str(period), period.last, tuple(rows), names, unknown)

    def _row(self, code: str, period: Period, listed: list[str]) -> DealRow:
        built = self.built.get((code, period), Counter())
        values = {
            column.code: built[column.code] for column in self.columns if column.code not in MONEY_CODES
        }
        own = self.needs.missing.get(("municipality", code))
        values["shortfall"] = own[period] if own else 0
        values |= self.money.amounts(code, period)
        told = [self.whom.get((code, period), ""), *self.money.remarks(code, period)]
        return DealRow(
            self.view.place(code),
            values,
            " ".join(part for part in told if part),
            self._numbers(code, period, listed),
        )

    def _numbers(self, code: str, period: Period, listed: list[str]) -> tuple[int, ...]:
        """Return the numbers of the sources of a municipality in a period; new ones are listed."""
        numbers = {1}
        for source in (*self.sources.get((code, period), ()), *self.sources.get((code, None), ())):
            if source not in listed:
                listed.append(source)
            numbers.add(listed.index(source) + 1)
        return tuple(sorted(numbers))

    @cached_property
    def sources(self) -> Mapping[tuple[str, Period | None], tuple[str, ...]]:
        """(municipality, period or None for all) -> sources of what is agreed, and of its own needs."""
        result: dict[tuple[str, Period | None], dict[str, None]] = {}
        for row in self.view.instance.rows(Commitment):
            if row.source and row.year in self.view.years:
                key = row.municipality_code, self._period_of(row.year)
                told = self.words.say("source_committed", source=row.source)
                result.setdefault(key, {})[told] = None
        for need_id, series in self.view.instance.needs.items():
            need, counts = series.row, self.needs.lines.kind(need_id) != FOLLOWED
            if need.purpose == "municipality" and need.source and counts:
                told = self.words.say("source_need", source=need.source)
                result.setdefault((need.place, None), {})[told] = None
        return {key: tuple(told) for key, told in result.items()}

    def _heading(self, region: Region) -> tuple[tuple[str, str], ...]:
        say, manifest = self.words.say, self.view.manifest
        count = len(region.members)
        lines = [
            (
                say("label_region"),
                say("region_one" if count == 1 else "region", place=region.place, count=count),
            ),
            (say("label_plan"), self.view.instance.settings.name),
            (say("label_date"), ""),
        ]
        if "input_hash" in manifest:
            made = say("made", version=manifest["thuisplan"], hash=str(manifest["input_hash"])[:19])
            lines.append((say("label_made"), made))
        checked = manifest.get("verification", {}).get("requirements")
        if checked is not None:
            lines.append((say("label_verified"), say("verified", lines=checked)))
        stages = [stage for stage in manifest.get("stages", ()) if stage.get("gap_relative") is not None]
        if stages:
            lines.append((say("label_gap"), say("gap", gap=at_most(stages[0]["gap_relative"]))))
        return tuple(lines)

    def _signatures(self, region: Region) -> tuple[str, ...]:
        """Return who signs: the municipalities, their provinces, the state and the corporations."""
        say, here = self.words.say, frozenset(region.members)
        found = self.view.instance.regions("province")
        provinces = [area.place for area in found if here & frozenset(area.members)]
        return (
            *(say("signs", name=self.view.place(code)) for code in region.members),
            *(say("signs_province", name=place) for place in provinces),
            *(() if provinces else (say("signs_any_province"),)),
            say("signs_nation"),
            say("signs_corporations"),
        )

    def _warnings(self, region: Region) -> tuple[str, ...]:
        say = self.words.say
        told = []
        if not region.purpose:
            told.append(say("not_in_region" if self.found else "no_regions_all"))
        elif region.purpose != PURPOSE:
            told.append(say("no_regions", place=region.place))
        if not region.whole:
            told.append(say("partial", place=region.place))
        return tuple(told)


def _inside(row: Mapping[str, Any]) -> bool:
    """Return whether a row of the plan counts in the total: dwellings within the segments."""
    return bool(row["unit"] == "dwelling" and row["segment"] in SEGMENT_CODES)
