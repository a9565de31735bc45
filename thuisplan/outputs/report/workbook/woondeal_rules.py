"""The rules that a sheet for the *woondeal* lists: what is agreed or law, not how a plan is put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from thuisplan.inputs.instance import Region
from thuisplan.inputs.labels import FAMILY_LABELS, PURPOSES, STRENGTHS, VERDICTS
from thuisplan.outputs.line_words import years
from thuisplan.outputs.report.content import Kind, State, Table
from thuisplan.outputs.report.phrases import capital, listed
from thuisplan.outputs.report.plan.rule_lines import Group, Line, LineWords, Row
from thuisplan.outputs.report.plan_view import PlanView, Words

FAMILIES = (
    "social_share",
    "mid_share",
    "affordable_share",
    "feature_target",
    "fair_share",
    "minimum_contribution",
    "stock_share",
    "vacancy_share",
    "permit_holders",
    "follow_up",
    "flex_life",
    "steady_series",
    "workplace_mix",
    "own_first",
    "neighbourhood",
    "care_capacity",
)
"""Families whose rules are listed, in this order. Needs have a table of their own; capacity, availability
and money say what can be built, not what was agreed."""
NAMED = 4
"""Municipalities that a line names; the others are counted."""


@dataclass(frozen=True)
class RegionRules:
    """The published rules by the place they speak of.

    Parameters
    ----------
    view
        The plan.
    words
        Sentences and headings.
    """

    view: PlanView
    words: Words

    @cached_property
    def line_words(self) -> LineWords:
        """What lines are about, in words."""
        return LineWords(self.view)

    @cached_property
    def _lines(self) -> Mapping[str, list[Row]]:
        """Place -> lines of listed families."""
        listed, result = frozenset(FAMILIES), dict[str, list[Row]]()
        for row in self.view.rows("rules"):
            if row["family"] in listed:
                result.setdefault(row["place"], []).append(row)
        return result

    def table(self, region: Region) -> Table | None:
        """Return the rules of a region, of its municipalities and of what it is part of; None if none.

        Parameters
        ----------
        region
            The region. Lines of its municipalities are taken together per rule and period.
        """
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for line in self._around(region):
            own = line["place"] in self.view.names
            # A line per period stands by itself; lines per year are told as one.
            period = line["period"] if "-" in line["period"] else ""
            area = "" if own else line["place"]
            groups.setdefault((FAMILIES.index(line["family"]), line["rule_id"], area, period), []).append(
                line
            )
        ordered = [groups[key] for key in sorted(groups)]
        if not ordered:
            return None
        words = self.words
        columns = (
            words.column("rule"),
            words.column("where"),
            words.column("period"),
            words.column("strength"),
            words.column("result", Kind.NUMBER),
            words.column("norm", Kind.NUMBER),
            words.column("unit"),
            words.column("verdict"),
            words.column("remark"),
            words.column("source"),
        )
        states = {number: State.BROKEN for number, lines in enumerate(ordered) if _verdict(lines) == "broken"}
        rows = (self._row(lines) for lines in ordered)
        return words.table("rules", columns, rows, "rules.parquet", states=states)

    def _around(self, region: Region) -> Iterable[Row]:
        """Yield the lines of a region, its municipalities and the regions it is part of."""
        here = frozenset(region.members)
        areas = {
            (area.purpose, area.place)
            for area in self.view.instance.all_regions()
            if area.purpose != "municipality" and here & frozenset(area.members)
        }
        # In order: the same plan is told in the same words.
        for place in sorted({place for _, place in areas} | here):
            for line in self._lines.get(place, ()):
                if place in here or (line["purpose"], place) in areas:
                    yield line
        yield from (line for line in self._lines.get("", ()) if not line["place"])

    def _row(self, lines: list[Row]) -> tuple[Any, ...]:
        tight = Group(lines).tightest() or lines[0]
        percent = tight["value_pct"] is not None and tight["norm_pct"] is not None
        verdict = _verdict(lines)
        label = self.view.label(FAMILY_LABELS, tight["family"])
        return (
            self.words.say("rule", family=capital(label), rule=tight["rule_id"]),
            self._where(lines),
            ", ".join(years(line["period"] for line in lines)),
            self.view.label(STRENGTHS, tight["strength"]),
            tight["value_pct"] if percent else tight["lhs"],
            tight["norm_pct"] if percent else tight["rhs"],
            self._unit(tight, percent),
            self.view.label(VERDICTS, verdict),
            self._remark(lines, tight, verdict),
            tight["source"] or "",
        )

    def _where(self, lines: list[Row]) -> str:
        places = dict.fromkeys(line["place"] for line in lines)
        first = lines[0]
        if first["place"] not in self.view.names:
            if not first["place"]:
                return self.words.say("everywhere")
            purpose = self.view.label(PURPOSES, first["purpose"])
            return self.words.say("place", purpose=purpose, place=first["place"])
        if len(places) == 1:
            return self.view.place(first["place"])
        return self.words.say("municipalities", count=len(places))

    def _unit(self, line: Line, percent: bool) -> str:
        sign = self.words.say("at_least" if line["operator"] == ">=" else "at_most")
        return f"{'%' if percent else self.line_words.unit(line)}, {sign}"

    def _remark(self, lines: list[Row], tight: Row, verdict: str) -> str:
        """Return how many lines are met, where not, and of which line result and norm are shown."""
        said = []
        broken = [line for line in lines if line["verdict"] == "broken"]
        if len(lines) > 1:
            met = sum(line["verdict"] == "met" for line in lines)
            said.append(self.words.say("met_of", met=met, all=len(lines)))
        places = list(dict.fromkeys(line["place"] for line in broken if line["place"] in self.view.names))
        if places and len(lines) > 1:
            names = listed(self.words, (self.view.place(place) for place in places), NAMED)
            said.append(self.words.say("broken_in", names=names))
        if len(lines) > 1:
            place = self.view.place(tight["place"]) if tight["place"] in self.view.names else ""
            said.append(self.words.say("tightest", at=" ".join((place, tight["period"])).strip()))
        if verdict == "not_testable":
            said.append(self.words.say("not_testable"))
        elif binding := sum(line["binding"] and not _is_empty(line) for line in lines):
            code = "binding" if len(lines) == 1 else "binding_in"
            said.append(self.words.say(code, count=binding, all=len(lines)))
        return " ".join(said)


def _verdict(lines: list[Row]) -> str:
    """Return the verdict of lines together: the worst of them."""
    found = {line["verdict"] for line in lines}
    return next(one for one in ("broken", "not_testable", "met", "exempt") if one in found)


def _is_empty(line: Line) -> bool:
    """Return whether a line sets nothing against nothing, as a share of no dwellings: that is not tight."""
    return not line["lhs"] and not line["rhs"]
