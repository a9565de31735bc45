"""The first screen of a plan: how many, where, what is missing, what it costs, and why to trust it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from thuisplan.inputs.labels import MEASURES, MONEY_KINDS
from thuisplan.outputs.report.category_words import category_words
from thuisplan.outputs.report.content import Chart, ChartKind, State, Tile
from thuisplan.outputs.report.numbers import at_most, millions
from thuisplan.outputs.report.plan.largest import LARGEST, stand_out
from thuisplan.outputs.report.plan.made_section import DONE
from thuisplan.outputs.report.plan.need_lines import FOLLOWED, KINDS, NeedLines, Standing
from thuisplan.outputs.report.plan.untested_words import untested_told
from thuisplan.outputs.report.plan_view import PlanView, Words
from thuisplan.outputs.report.segments import segment_series
from thuisplan.outputs.report.sums import added, costs
from thuisplan.outputs.texts import unit_text


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
            " ".join(part for part in (self._how_many(), self._where()) if part),
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

    def picture(self) -> Chart | None:
        """Return what is completed every year, by segment; None if nothing is."""
        if not self._total:
            return None
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
        """Return where most comes; nothing where no municipality stands out."""
        largest = stand_out(self._built)
        code = "where" if len(largest) > 1 else "where_one"
        return self._words.say(code, parts=self._named(largest)) if largest else ""

    @cached_property
    def _built(self) -> dict[str, int]:
        return {code: count for code, count in self._per_municipality.most_common() if count}

    def _named(self, codes: Iterable[str]) -> list[str]:
        return [
            self._words.say("largest", name=self.view.place(code), dwellings=self._built[code])
            for code in codes
        ]

    def _many_tile(self) -> Tile:
        committed = sum(row["committed"] for row in self.view.rows("plan"))
        note = self._words.say("many_note", committed=committed, **self._period())
        return Tile(self._words.say("many"), self._words.say("many_value", total=self._total), note)

    def _where_tile(self) -> Tile:
        value = self._words.say("where_value", built=len(self._built), all=len(self.view.names))
        return Tile(self._words.say("where_label"), value, self._where_note())

    def _where_note(self) -> str:
        """Return every number where these are few, else the largest; nothing where none stand out."""
        if not self._built:
            return self._words.say("nowhere")
        if len(self._built) <= LARGEST:
            return ", ".join(self._named(self._built))
        largest = stand_out(self._built)
        code = "where_note" if len(largest) > 1 else "where_note_one"
        return self._words.say(code, parts=", ".join(self._named(largest))) if largest else ""

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
        rows = [row for row in self._needs.waiting if row["year"] == self.view.years[-1]]
        # The last permit holders may be a larger household than the task asked: that houses nobody else.
        return round(sum(max(0, row["waiting_after"]) for row in rows)) if rows else None

    def _missing(self) -> list[str]:
        said = []
        for kind, found in self._standing.items():
            code = f"{kind}_missing" if found.shortfall else f"{kind}_met"
            if not found.shortfall and self._late(kind):
                code = f"{kind}_late"
            values = {"asked": found.required, "missing": found.shortfall, "last": self.view.years[-1]}
            said.append(self._words.say(code, **values, categories=self._open(kind)))
        if self._waiting is not None:
            code = {0: "waiting_none", 1: "waiting_one"}.get(self._waiting, "waiting")
            said.append(self._words.say(code, waiting=self._waiting, last=self.view.years[-1]))
        return [*said, *self._untested] or [self._words.say("no_needs")]

    @property
    def _untested(self) -> tuple[str, ...]:
        return untested_told(self._needs)

    def _late(self, kind: str) -> bool:
        """Return whether something of a kind is missing before the end."""
        return any(self._needs.years_short(need) for need in self._needs.needs_of(kind))

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
        label, waiting = self._words.say("missing_label"), self._waiting
        parts = [
            self._words.say(f"{kind}_note", asked=found.required, missing=found.shortfall)
            for kind, found in needs.items()
        ]
        if waiting is not None:
            code = "waiting_note_one" if waiting == 1 else "waiting_note"
            parts.append(self._words.say(code, waiting=waiting))
        places = [area.place for area in self._needs.untested]
        if places:
            parts.append(self._words.say("untested_note", places=places))
        if not needs:
            state = State.SHORT if waiting else State.PLAIN
            return Tile(label, "-", "; ".join(parts) or self._words.say("no_needs"), state)
        missing = sum(found.shortfall for found in needs.values())
        good = State.PLAIN if places else State.GOOD
        state = State.SHORT if missing or waiting else good
        return Tile(label, self._words.say("missing_value", missing=missing), "; ".join(parts), state)

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
        """Return what is known to be paid, and of how many units that is not known."""
        unknown, values = self._unknown, {"dwellings": self._unknown, "all": self._total}
        parts = [
            self._words.say("cost_part", amount=cost, kind=self.view.label(MONEY_KINDS, kind).lower())
            for kind, cost in self._costs.items()
            if cost
        ]
        if parts:
            told = self._words.say("cost", parts=parts)
            return told if not unknown else f"{told} {self._words.say('unknown', **values)}"
        if not unknown:
            return self._words.say("no_cost")
        return self._words.say("unknown_all" if unknown == self._total else "unknown_rest_free", **values)

    def _cost_tile(self) -> Tile:
        # Two kinds of money with budgets of their own: they are not added up.
        costs = {kind: cost for kind, cost in self._costs.items() if cost}
        unknown, label = self._unknown, self._words.say("cost_label")
        values = {"dwellings": unknown, "all": self._total}
        if not costs and unknown and unknown == self._total:
            return Tile(
                label, self._words.say("unknown_value"), self._words.say("unknown_all_note", **values)
            )
        amounts = [self._words.say("cost_value", amount=millions(cost)) for cost in costs.values()]
        value = " + ".join(amounts) or self._words.say("free_value")
        notes = [" + ".join(self.view.label(MONEY_KINDS, kind) for kind in costs)] if costs else []
        if unknown:
            notes.append(self._words.say("unknown_note", **values))
        return Tile(label, value, "; ".join(notes) or self._words.say("no_cost_note"))

    # --- can it be trusted --------------------------------------------------------------

    @cached_property
    def _unfinished(self) -> list[Mapping[str, Any]]:
        return [stage for stage in self.view.manifest["stages"] if stage["stopped"] not in DONE]

    @cached_property
    def _gap(self) -> Fraction | None:
        """How much smaller what the first stage makes small could be [%]."""
        gap = self.view.manifest["stages"][0]["gap_relative"]
        return None if gap is None else at_most(gap)

    def _trust(self) -> str:
        """Return that it was checked, how good it is, and whether it is what was asked for."""
        said = [self._words.say("trust", lines=self.view.manifest["verification"]["requirements"])]
        first = self.view.manifest["stages"][0]
        names = [self.view.label(MEASURES, one["measure"]) for one in first["measures"]]
        measure = names[0] if len(names) == 1 else self._words.say("weighted", names=names)
        if len(names) == 1:
            unit = unit_text(first["unit"], self.view.language)
            measure = self._words.say("measured", measure=measure, unit=unit)
        code = "best" if self._gap == 0 else "gap" if self._gap is not None else "gap_unknown"
        said.append(self._words.say(code, gap=self._gap, measure=measure))
        idle = [str(stage["stage"]) for stage in self._unfinished if stage["stopped"] == "not_run"]
        if idle:
            said.append(self._words.say("idle_one" if len(idle) == 1 else "idle", stages=idle))
        elif self._unfinished:
            said.append(self._words.say("not_closed"))
        return " ".join(said)

    def _trust_tile(self) -> Tile:
        lines = self.view.manifest["verification"]["requirements"]
        notes = [self._words.say("lines_note", lines=lines)]
        if self._gap is not None:
            notes.append(self._words.say("gap_note", gap=self._gap))
        notes.append(self._words.say("not_closed_note" if self._unfinished else "closed_note"))
        state = State.BINDING if self._unfinished else State.GOOD
        return Tile(self._words.say("trust_label"), self._words.say("trust_value"), "; ".join(notes), state)
