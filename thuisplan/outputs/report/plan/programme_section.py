"""What comes where and when: the programme per municipality, type and year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from thuisplan.inputs.labels import DWELLING_TYPES, ROUTES, SEGMENTS, UNITS, Vocabulary
from thuisplan.outputs.answer import sentence_text
from thuisplan.outputs.report.colours import TYPE_COLOURS
from thuisplan.outputs.report.content import (
    FOLDED_ROWS,
    Chart,
    ChartKind,
    Column,
    Kind,
    Section,
    Series,
    Table,
    Value,
    year_columns,
)
from thuisplan.outputs.report.phrases import capital, listed, span
from thuisplan.outputs.report.plan.largest import LARGEST, stand_out
from thuisplan.outputs.report.plan.need_lines import REGULAR, SPECIAL, NeedLines
from thuisplan.outputs.report.plan_view import PlanView, Words
from thuisplan.outputs.report.segments import segment_series
from thuisplan.outputs.report.special import special_options
from thuisplan.outputs.report.sums import added
from thuisplan.outputs.type_words import counted, type_words

EVEN = Fraction(1, 20)
"""Years differ by no more than this part if the pace is called even."""
SOURCE = "plan.parquet"


def programme_section(view: PlanView) -> Section | None:
    """Return the section about the programme: what comes, where, when, and for what segment.

    Parameters
    ----------
    view
        The plan.
    """
    programme = _Programme(view)
    items: tuple[Table | Chart, ...] = ()
    if programme.rows:
        items = (
            *programme.charts(),
            programme.types_table(),
            programme.years_table(),
            programme.all_table(),
        )
    return Section("programme", programme.words.say("title"), tuple(programme.lead()), items)


@dataclass(frozen=True)
class _Programme:
    view: PlanView

    @cached_property
    def words(self) -> Words:
        return self.view.words("report_programme")

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        return [row for row in self.view.rows("plan") if row["dwellings"]]

    @cached_property
    def per_municipality(self) -> Mapping[str, int]:
        return added(self.rows, "municipality_code")

    @cached_property
    def total(self) -> int:
        return sum(self.per_municipality.values())

    # --- sentences ----------------------------------------------------------------------

    def lead(self) -> Iterator[str]:
        yield from self._missing()
        if not self.rows:
            yield self.words.say("nothing", span=span(self.view.years))
            return
        yield self._total()
        yield from self._nowhere()
        yield from self._segments()
        yield from self._apart()
        yield from self._pace()

    def _missing(self) -> Iterator[str]:
        lines = NeedLines(self.view)
        special, regular = (lines.standing(lines.needs_of(kind)) for kind in (SPECIAL, REGULAR))
        values = {
            "year": self.view.years[-1],
            "special": special.shortfall,
            "special_required": special.required,
            "regular": regular.shortfall,
            "regular_required": regular.required,
        }
        if special.shortfall and regular.shortfall:
            yield self.words.say("missing_both", **values)
        elif special.shortfall:
            yield self.words.say("missing_special", **values)
        elif regular.shortfall:
            yield self.words.say("missing_regular", **values)

    def _total(self) -> str:
        values = {"span": span(self.view.years), "total": self.total}
        if self.total == 1:
            places = [self.view.place(code) for code in self.per_municipality]
            return self.words.say("total_one", places=places, **values)
        few = len(self.per_municipality) <= LARGEST
        ordered = sorted(self.per_municipality, key=lambda code: -self.per_municipality[code])
        named = ordered if few else stand_out(self.per_municipality)
        if len(self.view.names) == 1 or not named:
            return self.words.say("total", **values)
        places = [
            self.words.say("place", name=self.view.place(code), dwellings=self.per_municipality[code])
            for code in named
        ]
        code = "total_in" if few else "total_where" if len(named) > 1 else "total_where_one"
        return self.words.say(code, places=places, **values)

    def _nowhere(self) -> Iterator[str]:
        names = [name for code, name in self.view.names.items() if not self.per_municipality.get(code)]
        if names:
            yield self.words.say("nowhere", names=listed(self.words, names), span=span(self.view.years))

    def _segments(self) -> Iterator[str]:
        segments = +added(self.view.programme, "segment")
        base = segments.total()
        if base:
            parts = [
                self.words.say(
                    "segment",
                    share=Fraction(segments[code], base),
                    segment=self.view.label(SEGMENTS, code),
                )
                for code in _in_order(SEGMENTS, segments)
            ]
            yield self.words.say("segments", base=base, parts=parts)

    def _apart(self) -> Iterator[str]:
        """Yield what is outside the segments, for target groups, temporary, already built, or agreed."""
        outside = added((row for row in self.rows if row["segment"] == "outside"), "dwelling_type")
        if outside:
            code = "outside" if len(outside) > 1 else "outside_one"
            yield self.words.say(code, total=outside.total(), parts=self._counted(outside))
        special = special_options(self.view.instance)
        groups = added((row for row in self.rows if row["option"] in special), "dwelling_type")
        if groups:
            share = Fraction(groups.total(), self.total)
            code = "special" if len(groups) > 1 else "special_one"
            yield self.words.say(code, total=groups.total(), share=share, parts=self._counted(groups))
        flex = [row for row in self.rows if row["route"] == "flex"]
        if flex:
            apart = not any(self.view.instance.options[row["option"]].in_programme for row in flex)
            count = sum(row["dwellings"] for row in flex)
            yield self.words.say("flex_apart" if apart else "flex", dwellings=count)
        open_year = self.view.instance.settings.open_year
        realised = sum(row["dwellings"] for row in self.rows if row["year"] < open_year)
        if realised:
            yield self.words.say("realised", dwellings=realised, year=open_year - 1)
        committed = sum(row["committed"] for row in self.rows)
        if committed:
            share = Fraction(committed, self.total)
            yield self.words.say("committed", dwellings=committed, share=share)

    def _counted(self, types: Mapping[str, int]) -> list[str]:
        ordered = sorted(types.items(), key=lambda item: -item[1])
        return [sentence_text(counted(count, code), self.view.language) for code, count in ordered]

    def _pace(self) -> Iterator[str]:
        if len(self.view.years) > 1:
            years = added(self.rows, "year")
            most = max(self.view.years, key=lambda year: years[year])
            least = min(self.view.years, key=lambda year: years[year])
            if years[most] != years[least]:
                code = "pace_even" if years[most] - years[least] <= EVEN * years[most] else "pace"
                values = {"most": years[most], "least": years[least]}
                yield self.words.say(code, most_year=most, least_year=least, **values)

    # --- charts -------------------------------------------------------------------------

    def charts(self) -> Iterator[Chart]:
        segments = segment_series(self.view, added(self.rows, "segment", "year"))
        series = [replace(one, label=capital(one.label)) for one in segments]
        yield self._chart("programme_segments", series)
        special = special_options(self.view.instance)
        counts = added((row for row in self.rows if row["option"] in special), "dwelling_type", "year")
        types = _in_order(DWELLING_TYPES, (code for code, _ in counts))
        series = [
            self._series(capital(self._type(code)), [code], counts, TYPE_COLOURS[code])
            for code in types
            if code in TYPE_COLOURS
        ]
        # Grey says only "something else", so all types without a colour are one.
        rest = [code for code in types if code not in TYPE_COLOURS]
        if rest:
            label = capital(self._type(rest[0])) if len(rest) == 1 else self.words.say("other_types")
            series.append(self._series(label, rest, counts, 0))
        if series:
            yield self._chart("programme_special", series)

    def _series(
        self, label: str, codes: list[str], counts: Mapping[tuple[str, int], int], colour: int
    ) -> Series:
        years = self.view.years
        return Series(label, tuple(sum(counts[code, year] for code in codes) for year in years), colour)

    def _chart(self, code: str, series: list[Series]) -> Chart:
        years = self.view.years
        totals = [sum(one.values[position] or 0 for one in series) for position in range(len(years))]
        values = {"first": years[0], "start": totals[0], "last": years[-1], "end": totals[-1]}
        told = self.words.say(f"told_{code}" if len(years) > 1 else f"told_{code}_one", **values)
        title, unit = self.words.say(f"chart_{code}"), self.words.say("unit")
        return Chart(code, title, told, ChartKind.STACKED, years, tuple(series), unit)

    def _type(self, code: str) -> str:
        return sentence_text(type_words(code), self.view.language)

    # --- tables -------------------------------------------------------------------------

    def types_table(self) -> Table:
        types = _in_order(DWELLING_TYPES, {row["dwelling_type"] for row in self.rows})
        counts = added(self.rows, "municipality_code", "dwelling_type")
        columns = [
            Column(f"type_{code}", capital(self.view.label(DWELLING_TYPES, code)), Kind.WHOLE, True)
            for code in types
        ]
        return self._wide("programme_types", columns, types, counts)

    def years_table(self) -> Table:
        counts = added(self.rows, "municipality_code", "year")
        return self._wide("programme_years", year_columns(self.view.years), self.view.years, counts)

    def _wide(
        self, code: str, columns: list[Column], keys: Iterable[Any], counts: Mapping[Any, int]
    ) -> Table:
        names, ordered = self.view.names, tuple(keys)
        rows: list[tuple[Value, ...]] = [
            (name, *(counts[place, key] for key in ordered), self.per_municipality.get(place, 0))
            for place, name in names.items()
        ]
        every = [self.words.column("municipality"), *columns, self.words.column("total", Kind.WHOLE, True)]
        return self.words.table(
            code,
            every,
            rows,
            SOURCE,
            notes=(self.words.say(f"note_{code}"),),
            links=dict(enumerate(names)),
            folded=len(rows) > FOLDED_ROWS or code == "programme_years",
        )

    def all_table(self) -> Table:
        words, label = self.words, self.view.label
        whole = ("dwellings", "committed")
        columns = [
            words.column("municipality"),
            words.column("code"),
            words.column("year", Kind.YEAR),
            *(words.column(code) for code in ("option", "type", "route", "segment", "unit")),
            *(words.column(code, Kind.WHOLE, True) for code in whole),
            *(words.column(code, Kind.EUROS, True) for code in ("extra_cost", "deficit")),
        ]
        vocabularies = (
            ("dwelling_type", DWELLING_TYPES), ("route", ROUTES), ("segment", SEGMENTS), ("unit", UNITS)
        )  # fmt: skip
        rows: list[tuple[Value, ...]] = [
            (
                self.view.place(row["municipality_code"]),
                row["municipality_code"],
                row["year"],
                row["option"],
                *(label(vocabulary, row[column]) for column, vocabulary in vocabularies),
                *(row[column] for column in (*whole, "extra_cost_eur", "deficit_eur")),
            )
            for row in self.rows
        ]
        return words.table(
            "programme_all", columns, rows, SOURCE, on_page=False, notes=(words.say("note_programme_all"),)
        )


def _in_order(vocabulary: Vocabulary, codes: Iterable[str]) -> list[str]:
    """Return codes once each, in the order of their vocabulary and then those of the user."""
    order = {code: position for position, code in enumerate(vocabulary.labels)}
    return sorted(set(codes), key=lambda code: (order.get(code, len(order)), code))
