"""What is needed and what of it is in the plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from thuisplan.inputs.labels import DWELLING_TYPES, STRENGTHS
from thuisplan.outputs import line_words
from thuisplan.outputs.report.category_words import category_words
from thuisplan.outputs.report.colours import TYPE_COLOURS
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
from thuisplan.outputs.report.phrases import capital, listed
from thuisplan.outputs.report.plan.need_lines import FOLLOWED, REGULAR, SPECIAL, UNTESTED, NeedLines
from thuisplan.outputs.report.plan.untested_words import untested_told
from thuisplan.outputs.report.plan_view import PlanView, Words

CHARTS = 6
"""Charts of needs; the categories with the largest need have one."""
SOURCE = "needs.parquet"
AMOUNTS = ("required", "delivered", "shortfall", "surplus")
GIVEN = ("required", "delivered")
"""Amounts that are told of needs that cannot be tested, too."""


def needs_section(view: PlanView) -> Section | None:
    """Return the section about the needs: what is asked, what is in the plan, and what is missing.

    Parameters
    ----------
    view
        The plan.

    Returns
    -------
    Section or None
        None if the plan has no needs.
    """
    needs = _Needs(view)
    if not needs.lines.series:
        return None
    items: tuple[Table | Chart, ...] = (
        *needs.charts(),
        needs.category_table(),
        needs.last_table(),
        needs.all_table(),
    )
    return Section("needs", needs.words.say("title"), tuple(needs.lead()), items)


@dataclass(frozen=True)
class _Needs:
    view: PlanView

    @cached_property
    def words(self) -> Words:
        return self.view.words("report_needs")

    @cached_property
    def lines(self) -> NeedLines:
        return NeedLines(self.view)

    @cached_property
    def names(self) -> dict[str, str]:
        return dict(category_words(self.view.instance, self.view.language))

    # --- sentences ----------------------------------------------------------------------

    def lead(self) -> Iterator[str]:
        """Yield what is missing first, then what is late, what cannot be told, and what is met."""
        kinds = (SPECIAL, REGULAR)
        short = [kind for kind in kinds if self.lines.standing(self.lines.needs_of(kind)).shortfall]
        for kind in short:
            yield from self._asked(kind)
        yield from self._worst()
        yield from self._followed()
        yield from self._late()
        yield from untested_told(self.lines, lists=False)
        for kind in kinds:
            if kind not in short:
                yield from self._asked(kind)

    def _asked(self, kind: str) -> Iterator[str]:
        """Yield what is missing of a kind, the largest shortfalls first, and what is not."""
        needs = self.lines.needs_of(kind)
        if not needs:
            return
        whole = self.lines.standing(needs)
        values = {"year": self.view.years[-1], "required": whole.required, "missing": whole.shortfall}
        if not whole.required:
            yield self.words.say(f"{kind}_nothing", **values)
        elif not whole.shortfall:
            yield self.words.say(f"{kind}_met", **values)
        else:
            share = Fraction(whole.shortfall, whole.required)
            yield self.words.say(f"{kind}_missing", share=share, **values)
            yield from self._per_category(kind)

    def _per_category(self, kind: str) -> Iterator[str]:
        parts, met = [], []
        for (one, category), needs in self.lines.categories.items():
            standing = self.lines.standing(needs)
            if one == kind and standing.shortfall:
                values = {"missing": standing.shortfall, "required": standing.required}
                parts.append(self.words.say("part", category=self.names[category], **values))
            elif one == kind and standing.required:
                met.append(self.names[category])
        if len(parts) + len(met) > 1:
            yield self.words.say("parts", parts=listed(self.words, parts))
        if met:
            yield self.words.say("met", categories=listed(self.words, met))

    def _worst(self) -> Iterator[str]:
        """Yield where most is missing, of the categories that several places need."""
        for (kind, category), needs in self.lines.categories.items():
            short = [(self.lines.standing([need]), need) for need in needs]
            short = sorted((one for one in short if one[0].shortfall), key=lambda one: -one[0].shortfall)
            if kind in (FOLLOWED, UNTESTED) or len(needs) == 1 or not short:
                continue
            parts = [
                self.words.say(
                    "where_part", place=self._place(need), missing=found.shortfall, required=found.required
                )
                for found, need in short[:3]
            ]
            values = {"category": capital(self.names[category]), "places": len(needs), "short": len(short)}
            yield self.words.say("where", parts=parts, **values)

    def _late(self) -> Iterator[str]:
        """Yield the categories that are met at the end and were not before."""
        parts = []
        for (kind, category), needs in self.lines.categories.items():
            years = sorted({str(year) for need in needs for year in self.lines.years_short(need)})
            if kind not in (FOLLOWED, UNTESTED) and years and not self.lines.standing(needs).shortfall:
                when = line_words.years(years)
                parts.append(self.words.say("late_part", category=self.names[category], years=when))
        if parts:
            yield self.words.say("late", parts=listed(self.words, parts), year=self.view.years[-1])

    def _followed(self) -> Iterator[str]:
        followed = {
            category: self.lines.standing(needs)
            for (kind, category), needs in self.lines.categories.items()
            if kind == FOLLOWED
        }
        parts = [
            self.words.say(
                "part", category=self.names[category], missing=one.shortfall, required=one.required
            )
            for category, one in followed.items()
            if one.shortfall
        ]
        if parts:
            yield self.words.say("followed", parts=listed(self.words, parts), year=self.view.years[-1])
        elif any(one.required for one in followed.values()):
            yield self.words.say("followed_met", year=self.view.years[-1])

    def _place(self, need_id: str) -> str:
        return self.view.place(self.lines.series[need_id][0]["place"])

    # --- charts -------------------------------------------------------------------------

    def charts(self) -> Iterator[Chart]:
        """Yield a chart per category: asked of the plan before followed, target groups before the rest."""
        categories = [
            (key, needs)
            for key, needs in self.lines.categories.items()
            if key[0] != UNTESTED and self.lines.standing(needs).required
        ]
        order = {key: position for position, (key, _) in enumerate(categories)}
        by_size = sorted(
            categories,
            key=lambda one: (one[0][0] == FOLLOWED, -self.lines.standing(one[1]).required, order[one[0]]),
        )
        chosen = {key for key, _ in by_size[:CHARTS]}
        for key, needs in categories:
            if key in chosen:
                yield self._chart(*key, needs)

    def _chart(self, kind: str, category: str, needs: tuple[str, ...]) -> Chart:
        """Return need as a line over what of it is met; what is too much in one place helps no other."""
        path = [self.lines.standing(needs, position) for position in range(len(self.view.years))]
        line, end = self.words.say("required"), path[-1]
        met = tuple(standing.required - standing.shortfall for standing in path)
        colour = TYPE_COLOURS.get(self._type(category), 1)
        values = {"category": capital(self.names[category]), "year": self.view.years[-1]}
        told = self.words.say("told", required=end.required, met=met[-1], missing=end.shortfall, **values)
        title = self.words.say("chart" if kind != FOLLOWED else "chart_followed", **values)
        return Chart(
            f"need_{kind}_{category}",
            title,
            told,
            ChartKind.STACKED,
            self.view.years,
            (
                Series(self.words.say("met_part"), met, colour),
                Series(line, tuple(standing.required for standing in path), 0),
            ),
            self.words.say("unit"),
            lines=(line,),
        )

    def _type(self, category: str) -> str:
        """Return the one type of dwelling that serves a category; empty if there are more."""
        if category in DWELLING_TYPES.labels:
            return category
        options = self.view.instance.options
        types = {options[code].dwelling_type for code in self.view.instance.options_for(category)}
        return types.pop() if len(types) == 1 else ""

    # --- tables -------------------------------------------------------------------------

    def category_table(self) -> Table:
        words = self.words
        columns = [
            words.column("category"),
            words.column("kind"),
            *(words.column(code, Kind.WHOLE) for code in AMOUNTS),
            words.column("shortfall_pct", Kind.PERCENT),
            words.column("places_short", Kind.WHOLE),
            words.column("places", Kind.WHOLE),
        ]
        rows, states = [], {}
        for number, ((kind, category), needs) in enumerate(self.lines.categories.items()):
            whole, tested = self.lines.standing(needs), kind != UNTESTED
            rows.append(
                (
                    capital(self.names[category]),
                    words.say(f"kind_{kind}"),
                    *(getattr(whole, code) if tested or code in GIVEN else None for code in AMOUNTS),
                    100 * whole.shortfall / whole.required if tested and whole.required else None,
                    sum(1 for need in needs if self.lines.standing([need]).shortfall) if tested else None,
                    len(needs),
                )
            )
            states[number] = State.SHORT if tested and whole.shortfall else State.PLAIN
        notes = (words.say("note_added"), words.say("note_surplus"))
        return words.table("needs_category", columns, rows, SOURCE, states=states, notes=notes)

    def last_table(self) -> Table:
        words, lines = self.words, self.lines
        columns = [
            words.column("place"),
            words.column("category"),
            words.column("strength"),
            *(words.column(code, Kind.WHOLE) for code in AMOUNTS),
            words.column("first_short", Kind.YEAR),
            words.column("years_short", Kind.WHOLE),
        ]
        rows: list[tuple[Value, ...]] = []
        states, links = {}, {}
        for (kind, category), needs in lines.categories.items():
            tested = kind != UNTESTED
            for need in sorted(needs, key=lambda one: -lines.standing([one]).shortfall):
                row, years = lines.series[need][-1], lines.years_short(need)
                if row["place"] in self.view.names:
                    links[len(rows)] = row["place"]
                states[len(rows)] = State.SHORT if tested and row["shortfall"] else State.PLAIN
                strength = self.view.label(STRENGTHS, self.view.instance.needs[need].row.strength)
                rows.append(
                    (
                        self._place(need),
                        capital(self.names[category]),
                        strength if tested else f"{strength}, {words.say('kind_untested')}",
                        *(row[code] if tested or code in GIVEN else None for code in AMOUNTS),
                        years[0] if tested and years else None,
                        len(years) if tested else None,
                    )
                )
        folded = len(rows) > FOLDED_ROWS
        return words.table("needs_last", columns, rows, SOURCE, states=states, links=links, folded=folded)

    def all_table(self) -> Table:
        words = self.words
        columns = [
            words.column("need"),
            words.column("category"),
            words.column("place"),
            words.column("year", Kind.YEAR),
            *(words.column(code, Kind.WHOLE) for code in AMOUNTS),
        ]
        rows = [
            (
                need,
                capital(self.names[row["need_category"]]),
                self._place(need),
                row["year"],
                *(row[code] for code in AMOUNTS),
            )
            for need, series in self.lines.series.items()
            for row in series
        ]
        return words.table("needs_all", columns, rows, SOURCE, on_page=False)
