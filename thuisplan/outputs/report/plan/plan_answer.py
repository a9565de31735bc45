"""The first screen of a plan: how many, where, what is missing, what it costs, and why to trust it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from thuisplan.inputs.labels import MEASURES, MONEY_KINDS
from thuisplan.outputs.report.category_words import category_words
from thuisplan.outputs.report.content import Chart, ChartKind, State, Tile
from thuisplan.outputs.report.numbers import at_most, millions
from thuisplan.outputs.report.plan.need_lines import FOLLOWED, KINDS, NeedLines, Standing
from thuisplan.outputs.report.plan_view import PlanView, Words
from thuisplan.outputs.report.segments import segment_series
from thuisplan.outputs.report.sums import added, costs

LARGEST = 3
"""Municipalities that the answer names."""


@dataclass(frozen=True)
class PlanAnswer:
    """The answer of a plan.

    Parameters
    ----------
    view
        The plan.
    """

    view: PlanView

    @cached_property
    def _words(self) -> Words:
        return self.view.words("report_answer")

    def sentences(self) -> tuple[str, ...]:
        """Return how many and where, what is missing, and what it costs and how good it is."""
        return (
            " ".join((self._how_many(), self._where())),
            " ".join(self._missing()),
            " ".join((self._cost(), self._trust())),
        )

    def tiles(self) -> tuple[Tile, ...]:
        """Return the five numbers of the first screen, in the order in which a council asks."""
        return (
            self._many_tile(),
            self._where_tile(),
            self._missing_tile(),
            self._cost_tile(),
            self._trust_tile(),
        )

    def picture(self) -> Chart:
        """Return what is completed every year, by segment."""
        rows, years = self.view.rows("plan"), self.view.years
        series = segment_series(self.view, added(rows, "segment", "year"))
        totals = added(rows, "year")
        busiest = max(years, key=lambda year: totals[year])
        told = self._words.say(
            "picture_told", first=years[0], last=years[-1], most=totals[busiest], year=busiest
        )
        title, unit = self._words.say("picture"), self._words.say("units")
        return Chart("picture", title, told, ChartKind.STACKED, years, series, unit)

    # --- how many, where --------------------------------------------------------------

    @cached_property
    def _per_municipality(self) -> Counter[str]:
        return added(self.view.rows("plan"), "municipality_code")

    @cached_property
    def _total(self) -> int:
        return self._per_municipality.total()

    def _period(self) -> dict[str, Any]:
        return {"first": self.view.years[0], "last": self.view.years[-1], "years": len(self.view.years)}

    def _how_many(self) -> str:
        rows = self.view.rows("plan")
        outside = sum(row["dwellings"] for row in rows if row["segment"] == "outside")
        committed = sum(row["committed"] for row in rows)
        values = {"total": self._total, "committed": committed, "inside": self._total - outside}
        code = "how_many_outside" if outside else "how_many"
        return self._words.say(code, **self._period(), outside=outside, **values)

    def _where(self) -> str:
        if not self._total or len(self.view.names) == 1:
            return ""
        return self._words.say("where", parts=self._largest(), none=len(self.view.names) - len(self._built))

    @cached_property
    def _built(self) -> list[tuple[str, int]]:
        return [(code, count) for code, count in self._per_municipality.most_common() if count]

    def _largest(self) -> list[str]:
        return [
            self._words.say("largest", name=self.view.place(code), dwellings=count)
            for code, count in self._built[:LARGEST]
        ]

    def _many_tile(self) -> Tile:
        committed = sum(row["committed"] for row in self.view.rows("plan"))
        note = self._words.say("many_note", committed=committed, **self._period())
        return Tile(self._words.say("many"), self._words.say("many_value", total=self._total), note)

    def _where_tile(self) -> Tile:
        value = self._words.say("where_value", built=len(self._built), all=len(self.view.names))
        note = ", ".join(self._largest()) if self._built else self._words.say("nowhere")
        return Tile(self._words.say("where_label"), value, note)

    # --- what is missing --------------------------------------------------------------

    @cached_property
    def _needs(self) -> NeedLines:
        return NeedLines(self.view)

    @cached_property
    def _standing(self) -> Mapping[str, Standing]:
        """Kind of needs -> how they stand at the end of the last year; kinds that the plan has."""
        needs = {kind: self._needs.needs_of(kind) for kind in KINDS}
        return {kind: self._needs.standing(every) for kind, every in needs.items() if every}

    @cached_property
    def _waiting(self) -> int | None:
        last = self.view.years[-1]
        rows = [row for row in self.view.rows("waiting_list") if row["year"] == last]
        return round(sum(row["waiting_after"] for row in rows)) if rows else None

    def _missing(self) -> list[str]:
        said = []
        for kind, found in self._standing.items():
            code = f"{kind}_missing" if found.shortfall else f"{kind}_met"
            values = {"asked": found.required, "missing": found.shortfall, "last": self.view.years[-1]}
            said.append(self._words.say(code, **values, categories=self._open(kind)))
        if self._waiting is not None:
            said.append(self._words.say("waiting", waiting=self._waiting, last=self.view.years[-1]))
        return said or [self._words.say("no_needs")]

    def _open(self, kind: str) -> list[str]:
        """Return the need categories of a kind that are not met at the end, most missing first."""
        called = category_words(self.view.instance, self.view.language)
        missing = {
            category: self._needs.standing(needs).shortfall
            for (one, category), needs in self._needs.categories.items()
            if one == kind
        }
        return [
            self._words.say("category", name=called[category], missing=count)
            for category, count in missing.items()
            if count
        ]

    def _missing_tile(self) -> Tile:
        needs = {kind: found for kind, found in self._standing.items() if kind != FOLLOWED}
        label = self._words.say("missing_label")
        if not needs:
            return Tile(label, "-", self._words.say("no_needs"))
        missing = sum(found.shortfall for found in needs.values())
        parts = [
            self._words.say(f"{kind}_note", asked=found.required, missing=found.shortfall)
            for kind, found in needs.items()
        ]
        if self._waiting is not None:
            parts.append(self._words.say("waiting_note", waiting=self._waiting))
        value = self._words.say("missing_value", missing=missing)
        return Tile(label, value, "; ".join(parts), State.SHORT if missing else State.GOOD)

    # --- what it costs ----------------------------------------------------------------

    @cached_property
    def _costs(self) -> Mapping[str, int]:
        # What is lost for good is told before what somebody else pays.
        found = costs(self.view.rows("plan"))
        return {kind: found[kind] for kind in ("deficit", "extra_cost")}

    @cached_property
    def _unknown(self) -> int:
        rows = self.view.rows("plan")
        return sum(row["dwellings"] for row in rows if None in (row["deficit_eur"], row["extra_cost_eur"]))

    def _cost(self) -> str:
        if not any(self._costs.values()):
            return self._words.say("no_cost")
        parts = [
            self._words.say("cost_part", amount=cost, kind=self.view.label(MONEY_KINDS, kind).lower())
            for kind, cost in self._costs.items()
            if cost
        ]
        told = self._words.say("cost", parts=parts)
        return told if not self._unknown else f"{told} {self._words.say('unknown', dwellings=self._unknown)}"

    def _cost_tile(self) -> Tile:
        # Two kinds of money with budgets of their own: they are not added up.
        costs = {kind: cost for kind, cost in self._costs.items() if cost}
        value = " + ".join(self._words.say("cost_value", amount=millions(cost)) for cost in costs.values())
        notes = [" + ".join(self.view.label(MONEY_KINDS, kind) for kind in costs)] if costs else []
        if self._unknown:
            notes.append(self._words.say("unknown_note", dwellings=self._unknown))
        note = "; ".join(notes) or self._words.say("no_cost")
        return Tile(self._words.say("cost_label"), value or "-", note)

    # --- can it be trusted --------------------------------------------------------------

    @property
    def _closed(self) -> bool:
        return bool(self.view.manifest["status"]["stopped"] == "closed")

    def _stage(self) -> tuple[str, Fraction | None]:
        """Return what the first stage makes as small as possible, and how much smaller it could be [%]."""
        first = self.view.manifest["stages"][0]
        names = [self.view.label(MEASURES, one["measure"]) for one in first["measures"]]
        name = names[0] if len(names) == 1 else self._words.say("weighted", names=names)
        gap = first["gap_relative"]
        return name, None if gap is None else at_most(gap)

    def _trust(self) -> str:
        lines = self.view.manifest["verification"]["requirements"]
        name, gap = self._stage()
        code = "trust" if gap is not None else "trust_without_gap"
        told = self._words.say(code, lines=lines, gap=gap, measure=name)
        return told if self._closed else f"{told} {self._words.say('not_closed')}"

    def _trust_tile(self) -> Tile:
        lines = self.view.manifest["verification"]["requirements"]
        _, gap = self._stage()
        notes = [self._words.say("lines_note", lines=lines)]
        if gap is not None:
            notes.append(self._words.say("gap_note", gap=gap))
        notes.append(self._words.say("closed_note" if self._closed else "not_closed_note"))
        state = State.GOOD if self._closed else State.BINDING
        return Tile(self._words.say("trust_label"), self._words.say("trust_value"), "; ".join(notes), state)
