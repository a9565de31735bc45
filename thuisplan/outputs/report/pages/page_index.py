"""Rows of a plan by the place they are about: made once, so that no page looks through a whole table."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import floor

from thuisplan.inputs.instance import Region
from thuisplan.inputs.key_shares import Keys
from thuisplan.outputs.explanation_subject import Subject
from thuisplan.outputs.programme import Programme
from thuisplan.outputs.published import Published, Rows
from thuisplan.outputs.report.category_words import category_words
from thuisplan.outputs.report.numbers import exact
from thuisplan.outputs.report.pages.line_groups import LineGroup
from thuisplan.outputs.report.periods import period_of
from thuisplan.outputs.report.plan.fair_lines import FairLines
from thuisplan.outputs.report.plan.need_lines import NeedLines
from thuisplan.outputs.report.plan.rule_lines import Line
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.report.segments import SHARES
from thuisplan.outputs.report.special import special_options
from thuisplan.outputs.report.sums import added, rows_by

_CODE = re.compile(r"\bGM\d{4}\b|(?<=_)GM\d{4}\b")
"""A municipality in the key of an assumption."""


@dataclass(frozen=True)
class LocalRows(Published):
    """The tables of a plan in which funding and fair share are those of one municipality.

    Parameters
    ----------
    folder
        Folder of the plan.
    index
        The rows by municipality.
    code
        The municipality.
    """

    index: PlanIndex
    code: str

    def rows(self, table: str) -> Rows:
        """Return the rows of a table."""
        if table == "funding":
            return self.index.payments.get(self.code, [])
        if table == "fair_share":
            return self.index.targets.get(self.code, [])
        return self.index.view.rows(table)


@dataclass(frozen=True)
class LocalSubject(Subject):
    """A municipality of many: what does not differ between them is looked up once.

    Parameters
    ----------
    index
        The rows by municipality.
    """

    index: PlanIndex

    @cached_property
    def keys(self) -> Keys:
        """The keys of the input as it was given, the same for all."""
        return self.index.keys

    @cached_property
    def here(self) -> Rows:
        """Rows of ``plan`` of this municipality."""
        return self.index.cells.get(self.municipality, [])


@dataclass(frozen=True)
class PlanIndex:
    """Rows of a plan by municipality and by region.

    Parameters
    ----------
    view
        The plan.
    """

    view: PlanView

    def subject(self, code: str) -> Subject:
        """Return what the sentences of an explanation start from, for a municipality and all types."""
        view = self.view
        local = LocalRows(view.published.folder, self, code)
        return LocalSubject(view.instance, view.given, local, code, None, (), self)

    # --- tables by municipality ---------------------------------------------------------

    def _by_municipality(self, table: str) -> Mapping[str, Rows]:
        return rows_by(self.view.rows(table), "municipality_code")

    @cached_property
    def cells(self) -> Mapping[str, Rows]:
        """Municipality -> rows of ``plan``."""
        return self._by_municipality("plan")

    @cached_property
    def payments(self) -> Mapping[str, Rows]:
        """Municipality -> rows of ``funding``."""
        return self._by_municipality("funding")

    @cached_property
    def targets(self) -> Mapping[str, Rows]:
        """Municipality -> rows of ``fair_share``."""
        return self._by_municipality("fair_share")

    @cached_property
    def allocations(self) -> Mapping[str, Rows]:
        """Municipality -> rows of ``allocations``."""
        return self._by_municipality("allocations")

    @cached_property
    def vacancies(self) -> Mapping[str, Rows]:
        """Municipality -> rows of ``vacancies``."""
        return self._by_municipality("vacancies")

    @cached_property
    def assumed(self) -> Mapping[str, Rows]:
        """Municipality -> rows of ``assumptions`` about it."""
        result: dict[str, Rows] = defaultdict(list)
        for row in self.view.rows("assumptions"):
            for code in set(_CODE.findall(row["key"])):
                result[code].append(row)
        return result

    @cached_property
    def housed(self) -> Counter[str]:
        """Flow -> households housed in the whole plan."""
        return added(self.view.rows("allocations"), "flow_id", value="households")

    @cached_property
    def accounts(self) -> Mapping[str, Rows]:
        """Pot -> rows of ``finance``, in order of year."""
        return rows_by(self.view.rows("finance"), "pot_id")

    @cached_property
    def special(self) -> frozenset[str]:
        """Options that serve a need of target groups."""
        return special_options(self.view.instance)

    def category(self, code: str) -> str:
        """Return what a need category is called."""
        return self._categories.get(code, code)

    @cached_property
    def _categories(self) -> Mapping[str, str]:
        return category_words(self.view.instance, self.view.language)

    # --- what is divided ----------------------------------------------------------------

    @cached_property
    def keys(self) -> Keys:
        """The keys of the input as it was given."""
        return Keys(self.view.given)

    def ends(self, code: str) -> list[Line]:
        """Return the rows of ``fair_share`` of a municipality in the last year of each rule."""
        return self._ends.get(code, [])

    @cached_property
    def _ends(self) -> Mapping[str, list[Line]]:
        result: dict[str, list[Line]] = defaultdict(list)
        for (_, code), rows in self.fair.series.items():
            result[code].append(rows[-1])
        return result

    @cached_property
    def rule_ends(self) -> Mapping[tuple[str, str], list[Line]]:
        """(fair-share rule, region) -> the rows of all its municipalities in its last year."""
        result: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for code in self.view.names:
            for row in self.ends(code):
                result[row["rule_id"], row["place"]].append(row)
        return result

    @cached_property
    def fair(self) -> FairLines:
        """What the rules of fair share came to."""
        return FairLines(self.view)

    @property
    def settled(self) -> Mapping[tuple[str, str], Line]:
        """(rule, municipality) -> its row of ``settlement``: its share in what is delivered."""
        return self.fair.settled

    @cached_property
    def needs(self) -> NeedLines:
        """How the needs stand, year by year."""
        return NeedLines(self.view)

    @cached_property
    def needs_at_end(self) -> Mapping[tuple[str, str], list[Line]]:
        """(purpose, place) -> rows of ``needs`` in the last year."""
        result: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for rows in self.needs.series.values():
            result[rows[-1]["purpose"], rows[-1]["place"]].append(rows[-1])
        return result

    @cached_property
    def room(self) -> Mapping[str, int]:
        """Municipality -> the most that can still be completed by its yearly capacity of all routes together.

        Only of who has a hard limit in every open year. A limit on plans, or on a type, may leave less.
        """
        margins: dict[str, list[int]] = defaultdict(list)
        for row in self.view.rows("rules"):
            limits = (row["family"], row["subject"], row["strength"]) == ("capacity", "all", "hard")
            if limits and row["margin"] is not None:
                margins[row["place"]].append(floor(exact(row["margin"])))
        open_years = sum(year >= self.view.instance.settings.open_year for year in self.view.years)
        return {code: sum(found) for code, found in margins.items() if len(found) == open_years}

    # --- places ---------------------------------------------------------------------------

    @cached_property
    def regions(self) -> Mapping[str, tuple[Region, ...]]:
        """Municipality -> the regions that it is part of."""
        result: dict[str, tuple[Region, ...]] = defaultdict(tuple)
        for region in self.view.instance.all_regions():
            if region.purpose != "municipality":
                for code in region.members:
                    result[code] = (*result[code], region)
        return result

    # --- rules ------------------------------------------------------------------------------

    @cached_property
    def _groups(self) -> Mapping[tuple[str, str], tuple[LineGroup, ...]]:
        """(purpose, place) of a region, or "" and the code of a municipality -> its lines."""
        names = self.view.names
        found: dict[tuple[str, str, str, str], Rows] = defaultdict(list)
        for row in self.view.rows("rules"):
            purpose = "" if row["place"] in names else row["purpose"]
            found[purpose, row["place"], row["rule_id"], row["subject"]].append(row)
        result: dict[tuple[str, str], list[LineGroup]] = defaultdict(list)
        for (purpose, place, _, _), rows in found.items():
            result[purpose, place].append(LineGroup(tuple(rows)))
        return {place: tuple(groups) for place, groups in result.items()}

    def own_lines(self, code: str) -> tuple[LineGroup, ...]:
        """Return the lines that a municipality has of its own."""
        return self._groups.get(("", code), ())

    def regional_lines(self, code: str) -> tuple[LineGroup, ...]:
        """Return the lines of the regions that a municipality is part of, and of the whole plan."""
        places = [(region.purpose, region.place) for region in self.regions.get(code, ())]
        return tuple(group for place in [*places, ("", "")] for group in self._groups.get(place, ()))

    # --- the part of each municipality in what a region does ----------------------------------

    @cached_property
    def programme(self) -> Programme:
        """The programme, for what is in service."""
        return Programme(self.view.instance, self.view.published.amounts(self.view.instance))

    @cached_property
    def _known_parts(self) -> dict[tuple[str, ...], Mapping[str, int]]:
        return {}

    def parts(self, row: Line) -> Mapping[str, int]:
        """Return what each municipality adds to the left side of a line of a region.

        Only where the tables prove it: the parts sum to the left side. Else there are none.
        """
        about = tuple(row[name] for name in ("rule_id", "purpose", "place", "subject", "period"))
        if about not in self._known_parts:
            parts = self._parts(row)
            proved = row["lhs"] is not None and sum(parts.values()) == exact(row["lhs"])
            self._known_parts[about] = parts if proved else {}
        return self._known_parts[about]

    def _parts(self, row: Line) -> Mapping[str, int]:
        instance, name = self.view.instance, row["subject"].split(":")[0]
        if row["unit"] == "EUR":
            return self._paid.get((row["subject"], int(row["period"])), {})
        members = self._members(row)
        if row["family"] == "need" and name in instance.needs:
            options, year = instance.options_for(instance.needs[name].row.need_category), int(row["period"])
            return {code: self.programme.in_service((code,), year, options) for code in members}
        if row["family"] in SHARES:
            counted = [(year, segment) for year in period_of(row).years for segment in SHARES[row["family"]]]
            return {code: sum(self._counting[code, *one] for one in counted) for code in members}
        return {}

    def _members(self, row: Line) -> tuple[str, ...]:
        if not row["place"]:
            return tuple(self.view.names)
        return self.view.instance.region(row["purpose"], row["place"]).members

    @cached_property
    def _paid(self) -> Mapping[tuple[str, int], Counter[str]]:
        """(pot, year) -> municipality -> euros."""
        result: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        for row in self.view.rows("funding"):
            result[row["pot_id"], row["year"]][row["municipality_code"]] += row["amount_eur"]
        return result

    @cached_property
    def _counting(self) -> Counter[tuple[str, int, str]]:
        """(municipality, year, segment) -> dwellings that count in the programme."""
        return added(self.view.programme, "municipality_code", "year", "segment")
