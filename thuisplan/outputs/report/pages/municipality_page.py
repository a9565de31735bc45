"""What the council of a municipality reads: its answer, share, programme, rules, money and people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from thuisplan.inputs.labels import DWELLING_TYPES, MONEY_KINDS
from thuisplan.inputs.tables import Municipality
from thuisplan.outputs.answer import Sentence, sentence_text
from thuisplan.outputs.explanation_money import money_sentences
from thuisplan.outputs.explanation_share import share_sentences
from thuisplan.outputs.explanation_subject import introduced_once
from thuisplan.outputs.fair_share import LETTINGS_TRACK
from thuisplan.outputs.line_words import ASKED, group
from thuisplan.outputs.published import Rows
from thuisplan.outputs.report.content import (
    Chart,
    ChartKind,
    Kind,
    Page,
    Section,
    Table,
    year_columns,
)
from thuisplan.outputs.report.input_words import column_words
from thuisplan.outputs.report.numbers import exact, to_tenths
from thuisplan.outputs.report.pages.page_deviation import deviation_section
from thuisplan.outputs.report.pages.page_followed import followed_told
from thuisplan.outputs.report.pages.page_index import PlanIndex
from thuisplan.outputs.report.pages.page_rules import (
    SECTION,
    RuleWords,
    pressing,
    rules_section,
    shown_rules,
)
from thuisplan.outputs.report.pages.page_share import growth_path, shortfall_shared
from thuisplan.outputs.report.phrases import listed, span
from thuisplan.outputs.report.plan_view import PlanView, Words
from thuisplan.outputs.report.segments import segment_series
from thuisplan.outputs.report.sums import added, costs
from thuisplan.outputs.type_words import counted

LISTED_IN_PURPOSES = ("agreement", "woningbouwregio", "woningmarktregio", "province")
"""Kinds of regions under which a page is listed, the first one that there is."""
NAMED_RULES = 3
"""Rules that the answer names."""
FIGURES = (
    "inhabitants",
    "households",
    "dwelling_stock",
    "social_stock",
    "mid_stock",
    "vacancies_per_year",
    "pitches",
    "urgent_lettings_today",
    "permit_lettings_today",
    "registered_seekers",
)
"""Figures of a municipality that its page shows."""
DEFAULTS_SHOWN = 5
"""Assumptions of Thuisplan itself about a municipality that its page names."""


def municipality_pages(view: PlanView) -> tuple[Page, ...]:
    """Return a page per municipality, in the order of the input.

    Parameters
    ----------
    view
        The plan.
    """
    index = PlanIndex(view)
    words = RuleWords(index)
    return tuple(MunicipalityPage(index, words, code).page() for code in view.names)


class MunicipalityPage:
    """The page of one municipality.

    Parameters
    ----------
    index
        The plan by municipality.
    rule_words
        What puts rules into words, for all pages.
    code
        The municipality.
    """

    def __init__(self, index: PlanIndex, rule_words: RuleWords, code: str) -> None:
        self.index, self.view, self.code = index, index.view, code
        self.words: Words = index.view.words(SECTION)
        self.rule_words = rule_words
        self.name = index.view.place(code)
        self.cells = index.cells.get(code, [])
        self.pressing = pressing(index, code)

    def page(self) -> Page:
        """Return the page."""
        sections = (
            self._answer(),
            self._share(),
            self._programme(),
            rules_section(self.index, self.rule_words, self.code, self.pressing),
            self._money(),
            self._people(),
            deviation_section(self.index, self.code),
            self._figures(),
        )
        present = tuple(section for section in sections if section is not None)
        return Page(self.code, self.name, "municipality", self._group(), present)

    def _group(self) -> str:
        regions = {region.purpose: region.place for region in reversed(self.index.regions.get(self.code, ()))}
        return next((regions[purpose] for purpose in LISTED_IN_PURPOSES if purpose in regions), "")

    def _said(self, sentences: Iterable[Sentence]) -> list[str]:
        return [sentence_text(sentence, self.view.language) for sentence in sentences]

    # --- the answer -----------------------------------------------------------------

    def _answer(self) -> Section:
        parts = [" ".join(self._how_many()), " ".join(self._asked()), self._cost(), self._held_back()]
        return Section("answer", self.words.say("title_answer"), tuple(part for part in parts if part))

    def _how_many(self) -> Iterator[str]:
        say, years = self.words.say, self.view.years
        about: dict[str, Any] = {"name": self.name, "years": span(years)}
        total = sum(row["dwellings"] for row in self.cells)
        if not total:
            yield say("built_none", **about)
            return
        kinds = added(self.cells, "dwelling_type")
        counts = self._said(counted(number, kind) for kind, number in kinds.most_common())
        yield say("built", **about, total=total, counts=counts)
        special = sum(row["dwellings"] for row in self.cells if row["option"] in self.index.special)
        committed = sum(row["committed"] for row in self.cells)
        if self.index.special:
            yield say("special" if special else "special_none", special=special)
        if committed:
            yield say("committed", committed=committed)

    def _asked(self) -> Iterator[str]:
        """Yield what each rule that divides a task asks here, and whether it is delivered."""
        for end in self.index.ends(self.code):
            lettings = end["track"] == LETTINGS_TRACK
            deviation = exact(end["deviation"])
            missed = abs(deviation) > exact(end["tolerance"])
            outcome = "within" if not missed else "short" if deviation < 0 else "above"
            if self.index.fair.verdict(end["rule_id"], self.code, end["year"]) == "not_testable":
                outcome = "untested"
            yield self.words.say(
                "asked_households" if lettings else "asked",
                name=self.name,
                rule=end["rule_id"],
                year=end["year"],
                target=round(end["target"]),
                task=round(end["task"]),
                delivered=round(end["delivered"]),
                outcome=self.words.say(
                    f"outcome_{outcome}",
                    tolerance=to_tenths(exact(end["tolerance"])),
                    deviation=_rounded(abs(deviation)),
                ),
            )
            why = shortfall_shared(self.index, end)
            if why:
                yield why

    def _cost(self) -> str:
        """Return what is known of the costs, and of how many units they are unknown."""
        say = self.words.say
        if not any(row["dwellings"] for row in self.cells):
            return ""
        known, total = costs(self.cells), sum(row["dwellings"] for row in self.cells)
        unknown = {
            kind: sum(row["dwellings"] for row in self.cells if row[f"{kind}_eur"] is None) for kind in known
        }
        parts = [say("cost_part", amount=amount, kind=kind) for kind, amount in known.items() if amount]
        payers = added(self.index.payments.get(self.code, []), "payer", value="amount_eur")
        names = [payer for payer, amount in payers.most_common() if amount]
        told = [say("cost_paid" if names else "cost", parts=parts, payers=names)] if parts else []
        free = [kind for kind, amount in known.items() if not amount and not unknown[kind]]
        if free and not parts:
            told.append(say("cost_none", kinds=self._kinds(free)))
        never = [kind for kind, number in unknown.items() if number == total]
        if never:
            told.append(say("cost_unknown", kinds=self._kinds(never), total=total))
        told += [
            say("cost_some_unknown", kind=kind, unknown=number, total=total)
            for kind, number in unknown.items()
            if 0 < number < total
        ]
        return " ".join(told)

    def _kinds(self, kinds: Iterable[str]) -> list[str]:
        return [MONEY_KINDS.text(kind, self.view.language) for kind in kinds]

    def _held_back(self) -> str:
        """Return which rules are missed or have nothing to spare; those that are only followed do neither."""
        told: dict[str, list[str]] = {"broken": [], "binding": []}
        for one in shown_rules(self.index, self.pressing):
            if one.state in told and one.first["strength"] != "monitor":
                name = self.rule_words.short(one)
                if name not in told[one.state] and (
                    one.state == "broken" or one.first["family"] not in ASKED
                ):
                    told[one.state].append(name)
        parts = [
            self.words.say(f"held_{state}", rules=listed(self.words, names, NAMED_RULES, "more"))
            for state, names in told.items()
            if names
        ]
        return " ".join(parts) or self.words.say("held_none")

    # --- share, programme, money ------------------------------------------------------

    def _share(self) -> Section:
        told = self._said(introduced_once(share_sentences(self.index.subject(self.code))))
        if self.index.ends(self.code):
            told = [self.words.say("share_lead"), *told, *growth_path(self.index, self.code)]
        return Section("share", self.words.say("title_share"), tuple(told))

    def _programme(self) -> Section | None:
        if not self.cells:
            return None
        title = self.words.say("title_programme")
        return Section("programme", title, (), (self._chart(), self._table()))

    def _chart(self) -> Chart:
        years, totals = self.view.years, added(self.cells, "year")
        series = segment_series(self.view, added(self.cells, "segment", "year"))
        busiest = max(years, key=lambda year: totals[year])
        values = {"name": self.name, "years": span(years), "most": totals[busiest], "year": busiest}
        title, told = self.words.say("chart_programme"), self.words.say("chart_told", **values)
        return Chart(
            "programme_chart", title, told, ChartKind.STACKED, years, series, self.words.say("units")
        )

    def _table(self) -> Table:
        per_type: dict[str, Counter[int]] = {}
        for row in self.cells:
            per_type.setdefault(row["dwelling_type"], Counter())[row["year"]] += row["dwellings"]
        order = [*DWELLING_TYPES.labels, *sorted(set(per_type) - set(DWELLING_TYPES.labels))]
        rows = [
            (
                self.view.label(DWELLING_TYPES, kind),
                *(per_type[kind][year] or None for year in self.view.years),
                sum(per_type[kind].values()),
            )
            for kind in order
            if kind in per_type
        ]
        columns = (
            self.words.column("type"),
            *year_columns(self.view.years),
            self.words.column("total", Kind.WHOLE, True),
        )
        return self.words.table("programme", columns, rows, "plan.parquet")

    def _money(self) -> Section:
        told = self._said(money_sentences(self.index.subject(self.code)))
        lead = (self.words.say("money_lead"), *told) if any(costs(self.cells).values()) else tuple(told)
        return Section("money", self.words.say("title_money"), lead)

    # --- people -------------------------------------------------------------------------

    def _people(self) -> Section | None:
        let, vacated = self.index.allocations.get(self.code, []), self.index.vacancies.get(self.code, [])
        lead = [*self._housed(let), *self._waiting(), *followed_told(self.index, self.code)]
        if not lead and not vacated:
            return None
        items = (self._lettings(vacated),) if vacated else ()
        return Section("people", self.words.say("title_people"), tuple(lead), items)

    def _housed(self, let: Rows) -> Iterator[str]:
        here = added(let, "flow_id", value="households")
        for flow, total in sorted(self.index.housed.items()):
            if here[flow]:
                share = Fraction(here[flow], total)
                values = {"name": self.name, "households": here[flow], "total": total, "share": share}
                yield self.words.say("housed", group=self._group_of(flow), **values)

    def _group_of(self, flow: str) -> str:
        return self.view.told(group(self.view.instance, self.view.instance.lettings.flows[flow].group))

    def _waiting(self) -> Iterator[str]:
        """Yield how many still wait at the end: here, and in the whole regions that share a list."""
        places = {region.place for region in self.index.regions.get(self.code, ())}
        for row in self.index.needs.waiting:
            if row["year"] == self.view.years[-1] and row["place"] in (self.code, *places):
                values = {"place": self.view.place(row["place"]), "year": row["year"]}
                waiting = to_tenths(exact(row["waiting_after"]))
                yield self.words.say(
                    "waiting", group=self._group_of(row["flow_id"]), waiting=waiting, **values
                )

    def _lettings(self, vacated: Rows) -> Table:
        per_year = {row["year"]: row for row in vacated}
        names = ("vacated", "first_lettings", "to_groups", "to_permit_holders", "regular")
        rows = []
        for name in names:
            values = [per_year[year][name] if year in per_year else None for year in self.view.years]
            total = sum((exact(value) for value in values if value is not None), Fraction(0))
            if not total and name != "regular":
                continue
            rows.append((self.words.say(f"row_{name}"), *(_whole(value) for value in values), round(total)))
        columns = [self.words.column("what"), *year_columns(self.view.years, adds_up=False)]
        columns.append(self.words.column("total", Kind.WHOLE))
        notes = (self.words.say("note_lettings"),)
        return self.words.table("lettings", columns, rows, "vacancies.parquet", notes=notes)

    # --- what is specific to it ------------------------------------------------------------

    def _figures(self) -> Section:
        row = self.view.instance.municipalities[self.code]
        headings = {column.name: column for column in Municipality.columns()}
        known = [
            self.words.say(
                "figure", name=headings[name].meaning.text(self.view.language), value=getattr(row, name)
            )
            for name in FIGURES
            if getattr(row, name) is not None
        ]
        say = self.words.say
        lead = [say("figures", known="; ".join(known))] if known else []
        year = "" if row.reference_year is None else say("in_year", year=row.reference_year)
        lead.append(
            say("figures_source", source=row.source, year=year) if row.source else say("figures_no_source")
        )
        lead += self._assumptions()
        return Section("figures", say("title_figures"), tuple(lead))

    def _assumptions(self) -> Iterator[str]:
        """Yield how many figures of the input are about this municipality, and which Thuisplan filled in."""
        rows, say = self.index.assumed.get(self.code, []), self.words.say
        if not rows:
            return
        filled = [row for row in rows if row["origin"] == "default"]
        yield say("assumed", name=self.name, count=len(rows), filled=len(filled))
        alike: Counter[tuple[str, ...]] = Counter(
            tuple(row[name] for name in ("table", "column", "value", "source")) for row in filled
        )
        for (table, column, value, source), count in alike.most_common(DEFAULTS_SHOWN):
            values = {"table": table, "value": value, "source": source, "count": count}
            yield say("filled_in", column=column_words(table, column, self.view.language), **values)
        if len(alike) > DEFAULTS_SHOWN:
            yield say("filled_more", count=len(alike) - DEFAULTS_SHOWN)


def _rounded(value: Fraction) -> Fraction:
    """Return a whole number, but of less than ten one decimal: it may be close to what is allowed."""
    return Fraction(round(value)) if value >= 10 else to_tenths(value)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(exact(value))
