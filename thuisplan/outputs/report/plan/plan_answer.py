"""The first screen of a plan: how many, where, what is missing, what it costs, and why to trust it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from thuisplan.inputs.labels import MEASURES, MONEY_KINDS, SEGMENTS
from thuisplan.outputs.report.category_words import category_words
from thuisplan.outputs.report.colours import SEGMENT_COLOURS
from thuisplan.outputs.report.content import Chart, ChartKind, Series, State, Tile
from thuisplan.outputs.report.gap import at_most
from thuisplan.outputs.report.plan_view import PlanView, Words

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
        per_year: Counter[tuple[str, int]] = Counter()
        for row in self.view.rows("plan"):
            per_year[row["segment"], row["year"]] += row["dwellings"]
        years = self.view.years
        segments = [code for code in SEGMENTS.labels if any(per_year[code, year] for year in years)]
        series = tuple(
            Series(
                self.view.label(SEGMENTS, code),
                tuple(per_year[code, year] for year in years),
                SEGMENT_COLOURS[code],
            )
            for code in segments
        )
        totals = [sum(per_year[code, year] for code in segments) for year in years]
        most = max(totals, default=0)
        told = self._words.say(
            "picture_told", first=years[0], last=years[-1], most=most, year=years[totals.index(most)]
        )
        title, unit = self._words.say("picture"), self._words.say("units")
        return Chart("picture", title, told, ChartKind.STACKED, years, series, unit)

    # --- how many, where --------------------------------------------------------------

    @cached_property
    def _per_municipality(self) -> Counter[str]:
        result: Counter[str] = Counter()
        for row in self.view.rows("plan"):
            result[row["municipality_code"]] += row["dwellings"]
        return result

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
    def _needs(self) -> Mapping[str, tuple[int, int]]:
        """``special``, ``regular`` or ``monitor`` -> (asked, missing) at the end of the last year."""
        result: dict[str, tuple[int, int]] = {}
        last = self.view.years[-1]
        for row in self.view.rows("needs"):
            need = self.view.instance.needs[row["need_id"]].row
            if row["year"] != last or not need.decides:
                continue
            kind = "monitor" if need.strength == "monitor" else str(need.need_class)
            asked, missing = result.get(kind, (0, 0))
            result[kind] = asked + row["required"], missing + row["shortfall"]
        return result

    @cached_property
    def _waiting(self) -> int | None:
        last = self.view.years[-1]
        rows = [row for row in self.view.rows("waiting_list") if row["year"] == last]
        return round(sum(row["waiting_after"] for row in rows)) if rows else None

    def _missing(self) -> list[str]:
        said = []
        for kind in ("special", "regular", "monitor"):
            if kind in self._needs:
                asked, missing = self._needs[kind]
                code = f"{kind}_missing" if missing else f"{kind}_met"
                values = {"asked": asked, "missing": missing, "last": self.view.years[-1]}
                said.append(self._words.say(code, **values, categories=self._open(kind)))
        if self._waiting is not None:
            said.append(self._words.say("waiting", waiting=self._waiting, last=self.view.years[-1]))
        return said or [self._words.say("no_needs")]

    def _open(self, kind: str) -> list[str]:
        """Return the need categories of a kind that are not met at the end, most missing first."""
        missing: Counter[str] = Counter()
        for row in self.view.rows("needs"):
            need = self.view.instance.needs[row["need_id"]].row
            found = "monitor" if need.strength == "monitor" else str(need.need_class)
            if row["year"] == self.view.years[-1] and need.decides and found == kind:
                missing[row["need_category"]] += row["shortfall"]
        called = category_words(self.view.instance, self.view.language)
        return [
            self._words.say("category", name=called[code], missing=count)
            for code, count in missing.most_common()
            if count
        ]

    def _missing_tile(self) -> Tile:
        special, regular = self._needs.get("special"), self._needs.get("regular")
        label = self._words.say("missing_label")
        if special is None and regular is None:
            return Tile(label, "-", self._words.say("no_needs"))
        missing = (special or (0, 0))[1] + (regular or (0, 0))[1]
        parts = [
            self._words.say(f"{kind}_note", asked=need[0], missing=need[1])
            for kind, need in (("special", special), ("regular", regular))
            if need is not None
        ]
        if self._waiting is not None:
            parts.append(self._words.say("waiting_note", waiting=self._waiting))
        value = self._words.say("missing_value", missing=missing)
        return Tile(label, value, "; ".join(parts), State.BROKEN if missing else State.GOOD)

    # --- what it costs ----------------------------------------------------------------

    @cached_property
    def _costs(self) -> Mapping[str, int]:
        rows = self.view.rows("plan")
        return {kind: sum(row[f"{kind}_eur"] or 0 for row in rows) for kind in ("deficit", "extra_cost")}

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
        value = " + ".join(self._words.say("cost_value", amount=_millions(cost)) for cost in costs.values())
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


def _millions(amount: int) -> Fraction:
    return Fraction(round(amount, -5), 1_000_000)
