"""What each municipality would have by the agreed key, and what it has in the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from thuisplan.inputs.labels import KEY_FIGURES, VERDICTS
from thuisplan.inputs.tables import Key
from thuisplan.outputs.fair_share import LETTINGS_TRACK
from thuisplan.outputs.report.content import (
    FOLDED_ROWS,
    Chart,
    ChartKind,
    Kind,
    Section,
    Series,
    State,
    Table,
    Value,
)
from thuisplan.outputs.report.phrases import listed
from thuisplan.outputs.report.plan.fair_lines import FairLines, Row
from thuisplan.outputs.report.plan_view import PlanView, Words

KEYS = 2
"""Ways of dividing that the lead explains; if there are more, it explains none."""
BARS = 12
"""Municipalities in a chart: those with the largest deviations."""
SOURCE = "fair_share.parquet, rules.parquet, settlement.parquet"
SOURCE_ALL = "fair_share.parquet, rules.parquet"
AMOUNTS = ("task", "target", "delivered", "deviation", "tolerance")


def fair_share_section(view: PlanView) -> Section | None:
    """Return the section about fair share: target against plan per municipality.

    Parameters
    ----------
    view
        The plan.

    Returns
    -------
    Section or None
        None if the plan has no rule of fair share.
    """
    lines = FairLines(view)
    if not lines.series:
        return None
    parts = [_Track(view, lines, track) for track in lines.tracks]
    words = view.words("report_fair_share")
    items = [item for part in parts for item in (part.chart(), part.last_table(), part.all_table())]
    lead = [sentence for part in parts for sentence in part.lead()]
    lead += [words.say("meaning"), *_keys(view, words, {rows[-1]["key"] for rows in lines.series.values()})]
    return Section("fair_share", words.say("title"), tuple(lead), tuple(items))


def _keys(view: PlanView, words: Words, used: Set[str]) -> list[str]:
    """Return what the keys divide by, as the input was given; nothing if that takes too many sentences."""
    said = []
    for key in view.given.rows(Key):
        if key.key_id not in used:
            continue
        if key.basis not in KEY_FIGURES.labels:
            said.append(words.say(f"key_{key.basis}"))
        elif key.start_basis and key.path_first_year and key.path_last_year:
            values = {"start": key.start_basis, "first": key.path_first_year, "last": key.path_last_year}
            said.append(words.say("key_path", basis=key.basis, **values))
        else:
            said.append(words.say("key_figure", basis=key.basis))
    different = list(dict.fromkeys(said))
    return different if len(different) <= KEYS else []


@dataclass(frozen=True)
class _Track:
    """The rules that count dwellings, or those that count households.

    Parameters
    ----------
    view
        The plan.
    lines
        What its rules came to.
    track
        Track of the rules.
    """

    view: PlanView
    lines: FairLines
    track: int

    @cached_property
    def words(self) -> Words:
        return self.view.words("report_fair_share")

    @cached_property
    def kind(self) -> str:
        return "households" if self.track == LETTINGS_TRACK else "dwellings"

    @cached_property
    def last(self) -> Mapping[tuple[str, str], Row]:
        """(rule, municipality) -> its row of the last year."""
        return {key: self.lines.series[key][-1] for key in self.lines.tracks[self.track]}

    @cached_property
    def _rules(self) -> set[str]:
        return {rule for rule, _ in self.last}

    # --- sentences ----------------------------------------------------------------------

    def lead(self) -> Iterator[str]:
        yield from self._task()
        yield from self._end()
        yield from self._settled()
        yield from self._on_the_way()

    @cached_property
    def _totals(self) -> tuple[int, int]:
        """The task and what of it is delivered; what one region has too many helps no other."""
        tasks: dict[tuple[str, str], float] = {}
        delivered: Counter[tuple[str, str]] = Counter()
        for (rule, _), row in self.last.items():
            if row["basis"] == "task":
                tasks[rule, row["place"]] = row["task"]
                delivered[rule, row["place"]] += row["delivered"]
        counted = sum(min(task, delivered[key]) for key, task in tasks.items())
        return round(sum(tasks.values())), round(counted)

    def _task(self) -> Iterator[str]:
        task, delivered = self._totals
        if task:
            code = "task_short" if delivered < task else "task_met"
            values = {"task": task, "delivered": delivered, "missing": task - delivered}
            yield self.words.say(f"{code}_{self.kind}", years=self._years(), **values)

    def _end(self) -> Iterator[str]:
        """Yield who is outside the margin at the end, the farthest first."""
        outside = [key for key, row in self.last.items() if self._verdict(key, row) == "broken"]
        outside.sort(key=lambda key: -abs(self.last[key]["deviation"]))
        tested = sum(1 for key, row in self.last.items() if self._verdict(key, row) in ("met", "broken"))
        if outside:
            parts = [self._part(self.last[key]) for key in outside]
            values = {"count": len(outside), "tested": tested, "parts": listed(self.words, parts, 4)}
            yield self.words.say("end_outside", years=self._years(), **values)
        elif tested:
            yield self.words.say("end_within", tested=tested, years=self._years())
        else:
            yield self.words.say("end_untested", years=self._years())

    def _settled(self) -> Iterator[str]:
        """Yield the largest difference if what is delivered is divided, where that is not the task."""
        task, delivered = self._totals
        settled = [row for key, row in self.lines.settled.items() if key in self.last]
        if 0 < delivered < task and settled:
            worst = max(settled, key=lambda row: abs(row["difference"]))
            even = abs(worst["difference"]) < 1
            part = self._part({**worst, "deviation": worst["difference"]})
            yield self.words.say("settled_even" if even else "settled", part=part)

    def _on_the_way(self) -> Iterator[str]:
        """Yield how often municipalities are outside the margin before the end, and where it is worst."""
        tested, outside = 0, []
        for key in self.last:
            for row in self.lines.series[key][:-1]:
                verdict = self.lines.verdict(*key, row["year"])
                tested += verdict in ("met", "broken")
                if verdict == "broken":
                    outside.append(row)
        if outside:
            worst = max(outside, key=lambda row: abs(row["deviation"]))
            values = {"count": len(outside), "tested": tested, "part": self._part(worst)}
            yield self.words.say("way_outside", year=worst["year"], **values)
        elif tested:
            yield self.words.say("way_within", tested=tested)

    def _part(self, row: Row) -> str:
        """Return how far a municipality is from its share."""
        deviation = row["deviation"]
        share = Fraction(abs(deviation) / row["target"]).limit_denominator(10**6) if row["target"] else None
        code = "part_more" if deviation > 0 else "part_less"
        values = {"name": self.view.place(row["municipality_code"]), "by": _near(abs(deviation))}
        return self.words.say(code if share is not None else f"{code}_bare", share=share, **values)

    def _years(self) -> str:
        return str(max(row["year"] for row in self.last.values()))

    def _verdict(self, key: tuple[str, str], row: Row) -> str | None:
        return self.lines.verdict(*key, row["year"])

    # --- chart and tables -----------------------------------------------------------------

    def chart(self) -> Chart:
        ordered = sorted(self.last.values(), key=lambda row: -abs(row["deviation"]))
        shown = ordered[:BARS]
        # A municipality may have a share by several rules: then the rule stands beside its name.
        codes = [row["municipality_code"] for row in shown]
        names = tuple(
            self.view.place(row["municipality_code"])
            if codes.count(row["municipality_code"]) == 1
            else f"{self.view.place(row['municipality_code'])} ({row['rule_id']})"
            for row in shown
        )
        whole = len(shown) == len(ordered)
        values = {"shown": len(shown), "all": len(ordered), "year": self._years()}
        code = "told" if whole else "told_largest"
        even = not _near(abs(shown[0]["deviation"]))
        told = self.words.say("told_even" if even else code, part=self._part(shown[0]), **values)
        title = self.words.say(f"chart_{self.kind}" if whole else f"chart_{self.kind}_largest", **values)
        series = (
            Series(self.words.say("target"), tuple(row["target"] for row in shown), 0),
            Series(self.words.say("delivered"), tuple(row["delivered"] for row in shown), 1),
        )
        unit = self.words.say(f"unit_{self.kind}")
        return Chart(f"fair_share_{self.kind}_chart", title, told, ChartKind.LYING, names, series, unit)

    def last_table(self) -> Table:
        words = self.words
        columns = [
            words.column("municipality"),
            *([words.column("rule")] if len(self._rules) > 1 else []),
            words.column("place"),
            words.column("share", Kind.PERCENT),
            *(words.column(code, Kind.NUMBER) for code in AMOUNTS),
            words.column("deviation_pct", Kind.PERCENT),
            words.column("settled", Kind.NUMBER),
            words.column("difference", Kind.NUMBER),
            words.column("verdict"),
            words.column("years_outside", Kind.WHOLE),
        ]
        rows: list[tuple[Value, ...]] = []
        states, links = {}, {}
        for key, row in self.last.items():
            verdict, settled = self._verdict(key, row), self.lines.settled.get(key)
            states[len(rows)] = self._state(key, row, verdict)
            links[len(rows)] = row["municipality_code"]
            outside = sum(
                1 for one in self.lines.series[key] if self.lines.verdict(*key, one["year"]) == "broken"
            )
            rows.append(
                (
                    self.view.place(row["municipality_code"]),
                    *([row["rule_id"]] if len(self._rules) > 1 else []),
                    row["place"],
                    100 * row["share"],
                    *(row[code] for code in AMOUNTS),
                    100 * row["deviation"] / row["target"] if row["target"] else None,
                    *((settled["target"], settled["difference"]) if settled else (None, None)),
                    self._told(verdict),
                    outside,
                )
            )
        return words.table(
            f"fair_share_{self.kind}",
            columns,
            rows,
            SOURCE,
            states=states,
            links=links,
            notes=tuple(words.say(f"note_{code}") for code in ("target", "tolerance", "settled")),
            folded=len(rows) > FOLDED_ROWS,
        )

    def _state(self, key: tuple[str, str], row: Row, verdict: str | None) -> State:
        if verdict == "broken":
            return State.BROKEN
        return State.BINDING if self.lines.binding(*key, row["year"]) else State.PLAIN

    def _told(self, verdict: str | None) -> Value:
        return self.words.say("untested") if verdict is None else self.view.label(VERDICTS, verdict)

    def all_table(self) -> Table:
        words = self.words
        columns = [
            words.column("rule"),
            words.column("key"),
            words.column("place"),
            words.column("municipality"),
            words.column("code"),
            words.column("year", Kind.YEAR),
            words.column("share", Kind.PERCENT),
            *(words.column(code, Kind.NUMBER) for code in AMOUNTS),
            words.column("verdict"),
        ]
        rows: list[tuple[Value, ...]] = [
            (
                row["rule_id"],
                row["key"],
                row["place"],
                self.view.place(row["municipality_code"]),
                row["municipality_code"],
                row["year"],
                100 * row["share"],
                *(row[code] for code in AMOUNTS),
                self._told(self._verdict(key, row)),
            )
            for key in self.last
            for row in self.lines.series[key]
        ]
        return words.table(f"fair_share_{self.kind}_all", columns, rows, SOURCE_ALL, on_page=False)


def _near(amount: float) -> int | float:
    """Return a number as it is said: whole, or with one decimal if it is small."""
    return round(amount) if amount >= 10 else round(amount, 1)
