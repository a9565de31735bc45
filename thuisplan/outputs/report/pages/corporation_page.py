"""What a housing corporation reads: what it builds and lets, what it pays, and what a deviation means.

The input names corporations in the table ``corporations``. Of a payer it does not say whether it is one: who
carries deficit, what a dwelling costs more than its rent brings in, gets a page too, and that page says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from thuisplan.inputs.tables import Corporation, Pot
from thuisplan.outputs.answer import sentence_text
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
from thuisplan.outputs.report.pages.line_groups import LineGroup
from thuisplan.outputs.report.pages.page_deviation import fewer
from thuisplan.outputs.report.pages.page_index import PlanIndex
from thuisplan.outputs.report.pages.page_less_money import with_less
from thuisplan.outputs.report.pages.page_rules import MOST_ROWS, RuleWords, Told, rule_table
from thuisplan.outputs.report.phrases import listed, span
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.report.segments import segment_series
from thuisplan.outputs.type_words import counted

SECTION = "report_corporation"
MOST_PLACES = 20
"""Municipalities that a table shows; of more it shows those with the most."""
MOST_NAMES = 6
"""Municipalities that a sentence names."""
ASKING = ("social_share", "stock_share", "vacancy_share")
"""Families that ask social rent, or its lettings."""


def corporation_pages(view: PlanView) -> tuple[Page, ...]:
    """Return a page per corporation, and per payer that carries deficit.

    Parameters
    ----------
    view
        The plan.
    """
    names = sorted({row.corporation for row in view.instance.rows(Corporation)})
    payers = {pot.payer for pot in view.instance.pots.values() if pot.kind == "deficit"}
    index = PlanIndex(view)
    titles = [*names, *sorted(payers - set(names))]
    return tuple(
        CorporationPage(index, name, f"corporation-{position}").page()
        for position, name in enumerate(titles, start=1)
    )


class CorporationPage:
    """The page of one corporation or payer.

    Parameters
    ----------
    index
        The plan by municipality.
    name
        Its name.
    code
        Code of the page.
    """

    def __init__(self, index: PlanIndex, name: str, code: str) -> None:
        self.index, self.view, self.name, self.code = index, index.view, name, code
        self.words = index.view.words(SECTION)
        self.parts = [row for row in self.view.rows("corporations") if row["corporation"] == name]
        self.stock = [row for row in self.view.instance.rows(Corporation) if row.corporation == name]
        self.pots = [pot for pot in self.view.instance.pots.values() if pot.payer == name]
        ids = {pot.pot_id for pot in self.pots}
        self.payments = [row for row in self.view.rows("funding") if row["pot_id"] in ids]

    def page(self) -> Page:
        """Return the page."""
        sections = (
            self._answer(),
            self._share(),
            self._programme(),
            self._rules(),
            self._money(),
            self._people(),
            self._deviation(),
        )
        present = tuple(section for section in sections if section is not None)
        group = self.words.say("group_corporations" if self.stock else "group_payers")
        return Page(self.code, self.name, "corporation", group, present)

    def _section(self, code: str, lead: Iterable[str], *items: Table | Chart | None) -> Section | None:
        """Return a section; None if it says nothing."""
        told, shown = tuple(lead), tuple(item for item in items if item is not None)
        return Section(code, self.words.say(f"title_{code}"), told, shown) if told or shown else None

    # --- the answer ---------------------------------------------------------------

    def _answer(self) -> Section | None:
        return self._section("answer", self._told())

    def _told(self) -> Iterator[str]:
        say, years = self.words.say, self.view.years
        about: dict[str, Any] = {"name": self.name, "years": span(years)}
        if self.parts:
            new = sum(row["new_dwellings"] for row in self.parts)
            lettings = sum(row["lettings"] for row in self.parts)
            places = len({row["municipality_code"] for row in self.parts})
            yield say("part", **about, new=new, lettings=lettings, places=places)
        elif self.stock:
            yield say("no_part", **about)
        for pot in self.pots:
            account = self.index.accounts.get(pot.pot_id, [])
            used, paid_for = sum(row["used_eur"] for row in account), sum(self._paid_for(pot).values())
            available = sum(row["available_eur"] for row in account)
            values = {**about, "kind": pot.kind, "used": used, "dwellings": paid_for, "available": available}
            yield say("pays_rest" if pot.carries_rest else "pays", **values)
        if not self.stock:
            yield say("not_said", name=self.name)

    def _cells(self, pots: Sequence[Pot]) -> Mapping[tuple[str, int, str], int]:
        """Return (municipality, year, option) -> dwellings that pots pay for; each counts once."""
        ids = {pot.pot_id for pot in pots}
        return {
            (row["municipality_code"], row["year"], row["option"]): row["dwellings"]
            for row in self.payments
            if row["pot_id"] in ids and row["amount_eur"]
        }

    def _paid_for(self, pot: Pot) -> Mapping[tuple[str, int, str], int]:
        return self._cells([pot])

    # --- its share, and what it builds -------------------------------------------------

    def _share(self) -> Section | None:
        """Return its part in each municipality: by its social dwellings there."""
        if not self.parts:
            return None
        shares = {row["municipality_code"]: row["share"] for row in self.parts}
        stock = {row.municipality_code: row for row in self.stock}
        rows = [
            (
                self.view.place(code),
                stock[code].social_dwellings,
                100 * share,
                sum(row["lettings"] for row in self.parts if row["municipality_code"] == code),
                sum(row["new_dwellings"] for row in self.parts if row["municipality_code"] == code),
                stock[code].source,
            )
            for code, share in shares.items()
        ]
        columns = (
            self.words.column("municipality"),
            self.words.column("stock", Kind.WHOLE, True),
            self.words.column("share", Kind.PERCENT),
            self.words.column("lettings", Kind.WHOLE, True),
            self.words.column("new", Kind.WHOLE, True),
            self.words.column("source"),
        )
        table = self.words.table("share", columns, rows, "corporations.parquet")
        return self._section("share", [self.words.say("share_lead")], table)

    def _programme(self) -> Section | None:
        """Return what it builds, or helps to pay for, per municipality and year."""
        tables = []
        if any(row["new_dwellings"] for row in self.parts):
            built = Counter({(r["municipality_code"], r["year"]): r["new_dwellings"] for r in self.parts})
            tables.append(self._per_year("built", built, "corporations.parquet"))
        paid = self._cells(self.pots)
        if not paid:
            return self._section("programme", (), *tables)
        per_place: Counter[tuple[str, int]] = Counter()
        kinds: Counter[str] = Counter()
        for (code, year, option), dwellings in paid.items():
            per_place[code, year] += dwellings
            kinds[self.view.instance.options[option].dwelling_type] += dwellings
        counts = [sentence_text(counted(n, kind), self.view.language) for kind, n in kinds.most_common() if n]
        lead = [self.words.say("paid_types", name=self.name, total=sum(paid.values()), counts=counts)]
        tables.append(self._per_year("paid", per_place, "funding.parquet"))
        return self._section("programme", lead, self._chart(paid), *tables)

    def _chart(self, paid: Mapping[tuple[str, int, str], int]) -> Chart:
        years, options = self.view.years, self.view.instance.options
        per_year: Counter[tuple[str, int]] = Counter()
        for (_, year, option), dwellings in paid.items():
            per_year[options[option].segment, year] += dwellings
        series = segment_series(self.view, per_year)
        values = {"name": self.name, "years": span(years), "total": sum(paid.values())}
        title, told = self.words.say("chart_paid"), self.words.say("chart_told", **values)
        return Chart("paid_chart", title, told, ChartKind.STACKED, years, series, self.words.say("units"))

    def _per_year(self, code: str, numbers: Counter[tuple[str, int]], source: str) -> Table:
        """Return a table of municipalities and years."""
        years = self.view.years
        totals: Counter[str] = Counter()
        for (place, _), number in numbers.items():
            totals[place] += number
        shown = [place for place, _ in totals.most_common(MOST_PLACES)]
        rows = [
            (self.view.place(place), *(numbers[place, year] or None for year in years), totals[place])
            for place in shown
        ]
        rest = [place for place in totals if place not in set(shown)]
        if rest:
            others = [sum(numbers[place, year] for place in rest) for year in years]
            label = self.words.say("other_places", count=len(rest))
            rows.append((label, *others, sum(totals[place] for place in rest)))
        columns = [
            self.words.column("municipality"),
            *year_columns(years),
            self.words.column("total", Kind.WHOLE, True),
        ]
        links = {row: place for row, place in enumerate(shown)}
        return self.words.table(code, columns, rows, source, links=links)

    # --- rules, money, people ------------------------------------------------------------

    def _rules(self) -> Section | None:
        """Return the limits of its pots, and what asks social rent or lettings where it works."""
        words = RuleWords(self.index)
        found = sorted(self._told_rules(), key=lambda told: told.rank)
        shown = [told for told in found if told.first["unit"] == "EUR" or told.state in ("broken", "binding")]
        if not shown:
            return self._section("rules", [self.words.say("rules_none")])
        lead = [self.words.say("rules_lead")]
        if len(shown) > MOST_ROWS:
            lead.append(self.words.say("rules_rest", count=len(shown) - MOST_ROWS))
        table = rule_table(self.index, words, shown[:MOST_ROWS])
        return self._section("rules", lead, self._with_places(table, shown[:MOST_ROWS]))

    def _with_places(self, table: Table, shown: Sequence[Told]) -> Table:
        """Return a table of rules in which a municipality goes by its name: nothing is "here"."""
        rows = tuple(
            (row[0], self.view.place(told.first["place"]), *row[2:]) if told.own else row
            for row, told in zip(table.rows, shown, strict=True)
        )
        return Table(table.code, table.title, table.columns, rows, table.source, table.notes, table.states)

    def _told_rules(self) -> Iterator[Told]:
        ids, seen = {pot.pot_id for pot in self.pots}, set()
        for code in self.places:
            for own, groups in ((True, self.index.own_lines(code)), (False, self.index.regional_lines(code))):
                for group in groups:
                    if id(group) not in seen and self._asks(group, ids):
                        seen.add(id(group))
                        yield Told((group,), own)

    @staticmethod
    def _asks(group: LineGroup, pots: set[str]) -> bool:
        row = group.first
        if row["unit"] == "EUR":
            return row["subject"].split(":")[0] in pots
        return row["family"] in ASKING and row["strength"] != "monitor"

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Municipalities where it has dwellings or pays for them, in the order of the input."""
        known = {row["municipality_code"] for row in (*self.parts, *self.payments)}
        known |= {row.municipality_code for row in self.stock}
        return tuple(code for code in self.view.names if code in known)

    def _money(self) -> Section | None:
        lead, tables = [], []
        for pot in self.pots:
            account = self.index.accounts.get(pot.pot_id, [])
            values = {"kind": pot.kind, "source": pot.source, "pot": pot.pot_id}
            lead.append(self.words.say("pot" if pot.source else "pot_without_source", **values))
            tables.append(self._account(pot, account))
        return self._section("money", lead, *tables) or self._section("money", [self.words.say("no_pot")])

    def _account(self, pot: Pot, account: Rows) -> Table:
        carried = ("available", "carried_in", "used", "carried_out", "lapsed")
        names: tuple[str, ...] = carried if pot.carry_over else ("available", "used", "lapsed")
        rows = [(str(row["year"]), *(row[f"{name}_eur"] for name in names)) for row in account]
        flows = ("available", "used", "lapsed")
        columns = [
            self.words.column("year"),
            *(self.words.column(name, Kind.EUROS, adds_up=name in flows) for name in names),
        ]
        table = self.words.table("account", columns, rows, "finance.parquet")
        return Table(f"account_{pot.pot_id}", table.title, table.columns, table.rows, table.source)

    def _people(self) -> Section | None:
        """Return what it lets to target groups per municipality and year."""
        let = Counter({(row["municipality_code"], row["year"]): row["lettings"] for row in self.parts})
        if not any(let.values()):
            return None
        return self._section("people", (), self._per_year("let", let, "corporations.parquet"))

    # --- what a deviation means -------------------------------------------------------------

    def _deviation(self) -> Section | None:
        lead = [*self._fewer_lettings(), *(told for pot in self.pots for told in self._less_money(pot))]
        if lead:
            lead.append(self.words.say("deviation_unsolved"))
        return self._section("deviation", lead)

    def _fewer_lettings(self) -> Iterator[str]:
        """Yield who else could let: only corporations with stock in the same municipality."""
        let: Counter[str] = Counter()
        for row in self.parts:
            let[row["municipality_code"]] += row["lettings"]
        lettings, places = let.total(), [code for code in self.view.names if let[code]]
        if not lettings:
            return
        others = {
            code: {
                row.corporation
                for row in self.view.instance.rows(Corporation)
                if row.municipality_code == code and row.social_dwellings and row.corporation != self.name
            }
            for code in places
        }
        shared = [code for code in places if others[code]]
        alone = [self.view.place(code) for code in places if not others[code]]
        values = {
            "name": self.name,
            "lettings": lettings,
            "fewer": fewer(lettings),
            "places": len(places),
            "shared": len(shared),
            "there": sum(let[code] for code in shared),
            "others": len(set[str]().union(*others.values())),
            "names": listed(self.view.words("report_municipality"), alone, MOST_NAMES, "more"),
        }
        code = "fewer_lettings" if not alone else "fewer_lettings_some" if shared else "fewer_lettings_alone"
        yield self.words.say(code, **values)

    def _less_money(self, pot: Pot) -> Iterator[str]:
        say, account = self.words.say, self.index.accounts.get(pot.pot_id, [])
        if pot.carries_rest:
            yield say("carries_rest", name=self.name, kind=pot.kind)
            return
        payments = [row for row in self.payments if row["pot_id"] == pot.pot_id]
        less = with_less(self.view.instance, pot, account, payments)
        values: dict[str, Any] = {"name": self.name, "kind": pot.kind, "short": less.short}
        if not less.short:
            yield say("less_fits", **values)
            return
        yield say("less_short", **values, dwellings=less.dwellings, each=less.most_each)
        yield say("others_left", kind=pot.kind, left=self._left_of_others(pot))

    def _left_of_others(self, pot: Pot) -> int:
        """Return what pots of others for the same kind of money have left in all years: at most that."""
        others = [
            one for one in self.view.instance.pots.values() if one.kind == pot.kind and one.payer != self.name
        ]
        left = 0
        for one in others:
            account = self.index.accounts.get(one.pot_id, [])
            left += sum(row["lapsed_eur"] for row in account) + sum(
                row["carried_out_eur"] for row in account[-1:]
            )
        return left
