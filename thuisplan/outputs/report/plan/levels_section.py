"""Levels that must add up: municipality, building region, agreement, province, nation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from thuisplan.inputs.instance import Region
from thuisplan.inputs.labels import FAMILY_LABELS, PURPOSES, SEGMENTS, STRENGTHS, VERDICTS
from thuisplan.inputs.periods import Period
from thuisplan.outputs import line_words
from thuisplan.outputs.report.content import Column, Kind, Section, State, Table, Value
from thuisplan.outputs.report.phrases import capital, listed
from thuisplan.outputs.report.plan.level_sums import LevelSums
from thuisplan.outputs.report.plan_view import PlanView, Words
from thuisplan.outputs.report.segments import AFFORDABLE

FOLDED_ROWS = 100
"""From so many rows on, a page shows a table only when asked."""
SOURCE = "plan.parquet"
OPEN = ("broken", "not_testable")
"""Verdicts that a level must tell."""


def levels_section(view: PlanView) -> Section | None:
    """Return the section about levels: what every level has, and where that is not whole or not met.

    Parameters
    ----------
    view
        The plan.

    Returns
    -------
    Section or None
        None if the input has no regions.
    """
    levels = _Levels(view)
    if not levels.sums.regions:
        return None
    rules = [levels.rules_table()] if levels.open_lines else []
    items = (levels.sum_table(), levels.region_table(), *rules, levels.municipality_table())
    return Section("levels", levels.words.say("title"), tuple(levels.lead()), items)


@dataclass(frozen=True)
class _Levels:
    view: PlanView

    @cached_property
    def words(self) -> Words:
        return self.view.words("report_levels")

    @cached_property
    def sums(self) -> LevelSums:
        return LevelSums(self.view)

    @cached_property
    def open_lines(self) -> Mapping[tuple[str, str, str, str, str], list[Mapping[str, Any]]]:
        """(purpose, place, rule, strength, verdict) -> lines above the municipality that are ``OPEN``."""
        result: dict[tuple[str, str, str, str, str], list[Mapping[str, Any]]] = {}
        for row in self.view.rows("rules"):
            if (
                row["verdict"] in OPEN
                and row["purpose"]
                and row["place"]
                and row["place"] not in self.view.names
            ):
                key = row["purpose"], row["place"], row["rule_id"], row["strength"], row["verdict"]
                result.setdefault(key, []).append(row)
        order = {(region.purpose, region.place): number for number, region in enumerate(self.sums.regions)}
        last = len(order)
        return {key: result[key] for key in sorted(result, key=lambda key: (order.get(key[:2], last), key))}

    # --- sentences ----------------------------------------------------------------------

    def lead(self) -> Iterator[str]:
        yield from self._broken()
        yield from self._partly()
        yield from self._untested()
        yield from self._crossing()
        yield self._adds_up()
        yield from self._compared()

    def _broken(self) -> Iterator[str]:
        """Yield per kind of rule where it is not met; rules that are only followed are in the table."""
        found: dict[str, dict[str, set[str]]] = {}
        for (_, place, _, strength, verdict), rows in self.open_lines.items():
            for row in rows:
                if verdict == "broken" and strength != "monitor":
                    found.setdefault(row["family"], {}).setdefault(place, set()).add(row["period"])
        if found:
            parts = [
                self.words.say(
                    "broken_part",
                    family=self.view.label(FAMILY_LABELS, family),
                    places=listed(self.words, (self.view.place(place) for place in places), 3),
                    years=line_words.years(set().union(*places.values())),
                )
                for family, places in found.items()
            ]
            yield self.words.say("broken", parts="; ".join(parts))
        elif any(row["purpose"] != "municipality" for row in self.view.rows("rules")):
            yield self.words.say("none_broken")

    def _partly(self) -> Iterator[str]:
        """Yield the regions that are not wholly in the input."""
        partly = [region for region in self.sums.regions if not region.whole]
        if not partly:
            yield self.words.say("whole")
            return
        parts = []
        for region in partly:
            size = self.sums.sizes[region.purpose, region.place]
            values = {"place": region.place, "purpose": region.purpose, "count": len(region.members)}
            parts.append(self.words.say("partly_part" if size else "partly_unknown", size=size, **values))
        yield self.words.say("partly", parts=listed(self.words, parts))

    def _untested(self) -> Iterator[str]:
        found: dict[str, set[str]] = {}
        for (_, place, _, _, verdict), rows in self.open_lines.items():
            if verdict == "not_testable":
                for row in rows:
                    found.setdefault(row["family"], set()).add(place)
        for family, places in found.items():
            ordered = [region.place for region in self.sums.regions if region.place in places]
            values = {"family": capital(self.view.label(FAMILY_LABELS, family))}
            yield self.words.say("untested", places=listed(self.words, dict.fromkeys(ordered)), **values)

    def _crossing(self) -> Iterator[str]:
        """Yield the regions that lie in several provinces."""
        province = {
            code: region.place for region in self.view.instance.regions("province") for code in region.members
        }
        parts = []
        for region in self.sums.regions:
            inside = sorted({province[code] for code in region.members if code in province})
            if len(inside) > 1 and region.purpose not in ("province", "nation"):
                parts.append(
                    self.words.say(
                        "crossing_part", place=region.place, purpose=region.purpose, provinces=inside
                    )
                )
        if parts:
            yield self.words.say("crossing", parts=listed(self.words, parts, 3))

    def _adds_up(self) -> str:
        """Return whether the regions of every level hold all municipalities, each once."""
        missing = []
        for purpose in self.sums.purposes:
            covered = self._covered(purpose)
            names = [name for code, name in self.view.names.items() if code not in covered]
            if names:
                missing.append(
                    self.words.say("gap_part", purpose=purpose, names=listed(self.words, names, 3))
                )
        total = sum(self._total(self.view.names, period) for period in self.sums.periods)
        if missing:
            return self.words.say("gaps", parts="; ".join(missing), total=total)
        return self.words.say("adds_up", total=total)

    def _covered(self, purpose: str) -> Counter[str]:
        return Counter(code for region in self.view.instance.regions(purpose) for code in region.members)

    def _total(self, members: Any, period: Period) -> int:
        return self.sums.segments(members, period).total()

    def _compared(self) -> Iterator[str]:
        """Yield whether what rules count equals the sum of the municipalities."""
        count, different = 0, []
        for row, total in self.sums.differences():
            count += 1
            if abs(row["lhs"] - total) > 1e-6:
                values = {"rule": row["rule_id"], "place": self.view.place(row["place"])}
                different.append(
                    self.words.say(
                        "different_part", period=row["period"], lhs=row["lhs"], total=total, **values
                    )
                )
        if different:
            values = {"lines": count, "count": len(different)}
            yield self.words.say("different", parts=listed(self.words, different, 4), **values)
        elif count:
            yield self.words.say("same", lines=count)

    # --- tables -------------------------------------------------------------------------

    def sum_table(self) -> Table:
        """Return per level what its regions add up to, beside the plan as a whole."""
        words = self.words
        total = sum(self._total(self.view.names, period) for period in self.sums.periods)
        columns = [
            words.column("level"),
            words.column("regions", Kind.WHOLE),
            words.column("partly", Kind.WHOLE),
            words.column("municipalities", Kind.WHOLE),
            *(
                Column(
                    f"dwellings_{period.first}",
                    words.say("column_dwellings_in", period=str(period)),
                    Kind.WHOLE,
                )
                for period in self.sums.periods
            ),
            words.column("total", Kind.WHOLE),
            words.column("difference", Kind.WHOLE),
        ]
        rows: list[tuple[Value, ...]] = []
        states = {}
        for number, purpose in enumerate(("municipality", *self.sums.purposes)):
            regions = self.view.instance.regions(purpose)
            members = [code for region in regions for code in region.members]
            counts = [self._total(members, period) for period in self.sums.periods]
            partly = sum(1 for region in regions if not region.whole)
            states[number] = State.PLAIN if sum(counts) == total else State.BROKEN
            level = capital(self.view.label(PURPOSES, purpose))
            rows.append(
                (level, len(regions), partly, len(members), *counts, sum(counts), sum(counts) - total)
            )
        note = words.say("note_sums")
        return words.table("levels_sums", columns, rows, SOURCE, states=states, notes=(note,))

    def region_table(self) -> Table:
        words = self.words
        columns = [
            words.column("place"),
            words.column("level"),
            words.column("municipalities", Kind.WHOLE),
            words.column("of", Kind.WHOLE),
            words.column("whole", Kind.YES_NO),
            *self._amount_columns(adds_up=False),
        ]
        rows: list[tuple[Value, ...]] = [
            (
                region.place,
                capital(self.view.label(PURPOSES, region.purpose)),
                len(region.members),
                self.sums.sizes[region.purpose, region.place],
                region.whole,
                *self._amounts(region, period),
            )
            for region in self.sums.regions
            for period in self.sums.periods
        ]
        return words.table(
            "levels",
            columns,
            rows,
            SOURCE,
            notes=(words.say("note_partly"), words.say("note_affordable")),
            folded=len(rows) > FOLDED_ROWS,
        )

    def municipality_table(self) -> Table:
        words = self.words
        columns = [words.column("municipality"), *self._amount_columns(adds_up=True)]
        rows: list[tuple[Value, ...]] = []
        links = {}
        for code, name in self.view.names.items():
            for period in self.sums.periods:
                links[len(rows)] = code
                rows.append((name, *self._amounts(Region("municipality", code, (code,), True), period)))
        on_page = len(self.view.names) <= FOLDED_ROWS
        return words.table(
            "levels_municipality", columns, rows, SOURCE, links=links, folded=True, on_page=on_page
        )

    def _amount_columns(self, adds_up: bool) -> list[Column]:
        words = self.words
        return [
            words.column("period"),
            words.column("total", Kind.WHOLE, adds_up),
            *(
                Column(f"segment_{code}", capital(self.view.label(SEGMENTS, code)), Kind.WHOLE, adds_up)
                for code in SEGMENTS.labels
            ),
            words.column("programme", Kind.WHOLE, adds_up),
            words.column("affordable", Kind.PERCENT),
        ]

    def _amounts(self, region: Region, period: Period) -> list[Value]:
        segments = self.sums.segments(region.members, period)
        programme = self.sums.segments(region.members, period, programme=True)
        base = programme.total()
        affordable = sum(programme[code] for code in AFFORDABLE)
        return [
            str(period),
            segments.total(),
            *(segments[code] for code in SEGMENTS.labels),
            base,
            100 * affordable / base if base else None,
        ]

    def rules_table(self) -> Table:
        words, view = self.words, self.view
        columns = [
            words.column("place"),
            words.column("level"),
            *(words.column(code) for code in ("rule", "family", "strength", "verdict", "years")),
            words.column("lines", Kind.WHOLE),
        ]
        rows, states = [], {}
        for number, ((purpose, place, rule_id, strength, verdict), lines) in enumerate(
            self.open_lines.items()
        ):
            states[number] = State.BROKEN if verdict == "broken" else State.PLAIN
            rows.append(
                (
                    view.place(place),
                    capital(view.label(PURPOSES, purpose)),
                    rule_id,
                    view.label(FAMILY_LABELS, lines[0]["family"]),
                    view.label(STRENGTHS, strength),
                    view.label(VERDICTS, verdict),
                    ", ".join(line_words.years(line["period"] for line in lines)),
                    len(lines),
                )
            )
        note, folded = words.say("note_rules"), len(rows) > FOLDED_ROWS
        return words.table(
            "levels_rules", columns, rows, "rules.parquet", states=states, notes=(note,), folded=folded
        )
