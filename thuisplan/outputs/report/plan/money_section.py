"""The money of a plan: what is available, used, lapses and is left, who pays and where it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import Any

from thuisplan.inputs.labels import MONEY_KINDS
from thuisplan.inputs.tables import Pot
from thuisplan.outputs.line_words import pot as pot_words
from thuisplan.outputs.line_words import years
from thuisplan.outputs.report.colours import COLOURS, told_apart
from thuisplan.outputs.report.content import (
    Chart,
    ChartKind,
    Column,
    Kind,
    Section,
    Series,
    State,
    Table,
    Value,
)
from thuisplan.outputs.report.phrases import capital, listed, span
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.report.sums import added, costs, rows_by

MILLION = 1_000_000
FLOWS = ("available", "carried_in", "used", "carried_out", "lapsed")
PAYER_COLUMNS = 8
"""Most payers that have a column of their own in the table of municipalities."""

Row = dict[str, Any]


def money_section(view: PlanView) -> Section | None:
    """Return what the plan costs, who pays it and what is left; None if there are no pots and no costs.

    Parameters
    ----------
    view
        The plan.
    """
    money = _Money(view)
    return money.section() if money.finance or any(money.costs.values()) else None


class _Money:
    def __init__(self, view: PlanView) -> None:
        self.view = view
        self.words = view.words("report_money")
        self.finance = view.rows("finance")
        self.plan = view.rows("plan")
        self.costs = costs(self.plan)
        present = {row["kind"] for row in self.finance}
        self.kinds = [kind for kind in MONEY_KINDS.labels if kind in present]
        self.full = self._full()
        self.of_pot = rows_by(self.finance, "pot_id")

    def section(self) -> Section:
        items: list[Table | Chart] = [self._chart(kind) for kind in self.kinds]
        items += [self._pots(kind) for kind in self.kinds]
        items.append(self._municipalities())
        if self.finance:
            items += [self._per_year(), self._payments()]
        return Section("money", self.words.say("title"), tuple(self._lead()), tuple(items))

    def _full(self) -> dict[str, list[str]]:
        """Return the years in which a pot is used up, or holds too little for one dwelling more."""
        result: dict[str, list[str]] = {}
        for row in self.view.rows("rules"):
            if row["unit"] == "EUR" and row["binding"]:
                result.setdefault(row["subject"].split(":")[0], []).append(row["period"])
        return result

    def _totals(self, rows: list[Row]) -> Counter[str]:
        """Return sums over years of one pot or of pots of one kind, and what is left after the last."""
        last = max(row["year"] for row in self.finance)
        result: Counter[str] = Counter()
        for row in rows:
            result.update({name: row[f"{name}_eur"] for name in ("available", "used", "lapsed")})
            if row["year"] == last:
                result["left"] += row["carried_out_eur"]
        return result

    def _of_kind(self, kind: str) -> list[Row]:
        return [row for row in self.finance if row["kind"] == kind]

    def _limited(self, kind: str) -> list[Row]:
        """Return the rows of pots of a kind that hold so much and no more."""
        return [row for row in self._of_kind(kind) if not self._pot(row).carries_rest]

    def _pot(self, row: Row) -> Pot:
        return self.view.instance.pots[row["pot_id"]]

    def _pots_of(self, kind: str) -> list[str]:
        return [pot for pot, rows in self.of_pot.items() if rows[0]["kind"] == kind]

    def _pot_name(self, pot: str) -> str:
        return self.view.told(pot_words(self.view.instance, pot))

    # --- what is found --------------------------------------------------------------

    def _lead(self) -> Iterator[str]:
        for kind in self.kinds:
            yield from self._used(kind)
        for kind, cost in self.costs.items():
            if cost and kind not in self.kinds:
                yield self.words.say("without_pots", kind=kind, cost=cost)
        for kind in self.kinds:
            yield from self._empty(kind)
        if len(self.kinds) > 1:
            yield self.words.say("never_added")
        yield from self._unknown()

    def _used(self, kind: str) -> Iterator[str]:
        limited = self._limited(kind)
        if limited:
            total, when = self._totals(limited), [row["year"] for row in limited]
            left = total["lapsed"] or total["left"]
            values: dict[str, Any] = {"period": span(when), "last": max(when), **_of(total)}
            if not total["available"]:
                code = "nothing"
            else:
                code, values = "used" if left else "used_all", {**values, "share": _share(total)}
            yield capital(self.words.say(code, kind=kind, **values))
        rest = [pot for pot in self._pots_of(kind) if self.view.instance.pots[pot].carries_rest]
        if rest:
            amount = sum(row["used_eur"] for pot in rest for row in self.of_pot[pot])
            names = listed(self.words, (self._pot_name(pot) for pot in rest), others="more")
            yield capital(self.words.say("rest", kind=kind, pots=names, amount=amount))

    def _empty(self, kind: str) -> Iterator[str]:
        full = [
            self.words.say("full_part", pot=self._pot_name(pot), years=years(self.full[pot]))
            for pot in self._pots_of(kind)
            if pot in self.full
        ]
        yield (
            self.words.say("full", kind=kind, parts=listed(self.words, full, others="more"))
            if full
            else self.words.say("never_full", kind=kind)
        )

    def _unknown(self) -> Iterator[str]:
        for kind in MONEY_KINDS.labels:
            rows = [row for row in self.plan if row[f"{kind}_eur"] is None]
            if rows:
                dwellings = sum(row["dwellings"] for row in rows)
                yield self.words.say("unknown", kind=kind, dwellings=dwellings)

    # --- charts ------------------------------------------------------------------------

    def _chart(self, kind: str) -> Chart:
        """Return what every payer pays per year over what becomes available in it, in millions."""
        used: dict[str, Counter[int]] = {}
        available: Counter[int] = Counter()
        for row in self._of_kind(kind):
            used.setdefault(row["payer"], Counter())[row["year"]] += row["used_eur"]
        for row in self._limited(kind):
            available[row["year"]] += row["available_eur"]
        in_order = sorted(used, key=lambda payer: -used[payer].total())
        shown, others = told_apart(in_order)
        when = sorted({row["year"] for row in self._of_kind(kind)})
        series = [
            Series(payer, tuple(used[payer][year] / MILLION for year in when), colour)
            for colour, payer in enumerate(shown, start=1)
        ]
        if others:
            rest = tuple(sum(used[payer][year] for payer in others) / MILLION for year in when)
            series.append(Series(self.words.say("others"), rest, COLOURS))
        line = self.words.say("available")
        if available:
            series.append(Series(line, tuple(available[year] / MILLION for year in when), 0))
        everything = sum(row["used_eur"] for row in self._of_kind(kind))
        told = self.words.say(
            "chart_told",
            kind=kind,
            period=span(when),
            used=everything,
            available=available.total(),
        )
        title, unit = self.words.say("chart", kind=kind), self.words.say("millions")
        return Chart(
            f"money_{kind}",
            title,
            told,
            ChartKind.STACKED,
            tuple(when),
            tuple(series),
            unit,
            (line,) if available else (),
        )

    # --- tables ------------------------------------------------------------------------

    def _euros(self, *codes: str) -> list[Column]:
        return self.words.columns(*codes, kind=Kind.EUROS, adds_up=True)

    def _pots(self, kind: str) -> Table:
        columns = self.words.columns("payer", "pot", "place") + self._euros(
            "available", "used", "lapsed", "left"
        )
        columns += [
            self.words.column("used_pct", Kind.PERCENT),
            *self.words.columns("after_year", "full", "source"),
        ]
        rows: list[list[Value]] = []
        states = {}
        for pot in self._pots_of(kind):
            row, total = self.view.instance.pots[pot], self._totals(self.of_pot[pot])
            share = float(100 * _share(total)) if total["available"] else None
            after = "carries_rest" if row.carries_rest else "carry_over" if row.carry_over else "lapses"
            if pot in self.full:
                states[len(rows)] = State.BINDING
            rows.append(
                [
                    row.payer,
                    pot,
                    self.view.place(row.place or "") or self.words.say("everywhere"),
                    None if row.carries_rest else total["available"],
                    *(total[name] for name in ("used", "lapsed", "left")),
                    None if row.carries_rest else share,
                    self.words.say(after),
                    ", ".join(years(self.full.get(pot, []))),
                    row.source or "",
                ]
            )
        notes = (self.words.say("below_full"),) if states else ()
        return self.words.table(
            f"money_pots_{kind}", columns, rows, "finance.parquet, rules.parquet", states=states, notes=notes
        )

    def _per_year(self) -> Table:
        columns = [*self.words.columns("kind", "payer", "pot"), self.words.column("year", Kind.YEAR)]
        columns += [*self.words.columns(*FLOWS, kind=Kind.EUROS), self.words.column("binding", Kind.YES_NO)]
        full = {(pot, period) for pot, periods in self.full.items() for period in periods}
        rows: list[list[Value]] = []
        states = {}
        for kind in self.kinds:
            for row in self._of_kind(kind):
                binding = (row["pot_id"], str(row["year"])) in full
                if binding:
                    states[len(rows)] = State.BINDING
                rest = self._pot(row).carries_rest
                amounts = [None if rest and name == "available" else row[f"{name}_eur"] for name in FLOWS]
                label = self.view.label(MONEY_KINDS, kind)
                rows.append([label, row["payer"], row["pot_id"], row["year"], *amounts, binding])
        notes = (self.words.say("below_years"),)
        source = "finance.parquet, rules.parquet"
        return self.words.table("money_years", columns, rows, source, states=states, folded=True, notes=notes)

    def _municipalities(self) -> Table:
        """Return what the plan costs in every municipality, and who pays it where payers are few."""
        paid: dict[str, Counter[tuple[str, str]]] = {code: Counter() for code in self.view.names}
        cost = {
            kind: added(self.plan, "municipality_code", value=f"{kind}_eur") for kind in MONEY_KINDS.labels
        }
        for row in self.view.rows("funding"):
            paid[row["municipality_code"]][row["kind"], row["payer"]] += row["amount_eur"]
        payers = list(dict.fromkeys((row["kind"], row["payer"]) for row in self.finance))
        payers.sort(key=lambda one: self.kinds.index(one[0]))
        if len(payers) > PAYER_COLUMNS:
            payers = []
        columns = self.words.columns("municipality") + self._euros(*MONEY_KINDS.labels)
        for number, (kind, payer) in enumerate(payers, start=1):
            heading = self.words.say("paid_by", kind=kind, payer=payer)
            columns.append(Column(f"payer_{number}", heading, Kind.EUROS, True))
        rows: list[list[Value]] = [
            [name, *(cost[kind][code] for kind in MONEY_KINDS.labels), *(paid[code][one] for one in payers)]
            for code, name in self.view.names.items()
        ]
        links = dict(enumerate(self.view.names))
        source = "plan.parquet, funding.parquet" if payers else "plan.parquet"
        notes = (self.words.say("below_municipalities"),)
        return self.words.table("money_municipalities", columns, rows, source, links=links, notes=notes)

    def _payments(self) -> Table:
        """Return every payment: which pot pays how much for what, where and when; for the workbook."""
        columns = [*self.words.columns("municipality"), self.words.column("year", Kind.YEAR)]
        columns += self.words.columns("option", "kind", "payer", "pot")
        columns += [self.words.column("dwellings", Kind.WHOLE), self.words.column("amount", Kind.EUROS)]
        rows = [
            [
                self.view.place(row["municipality_code"]),
                row["year"],
                row["option"],
                self.view.label(MONEY_KINDS, row["kind"]),
                row["payer"],
                row["pot_id"],
                row["dwellings"],
                row["amount_eur"],
            ]
            for row in self.view.rows("funding")
        ]
        return self.words.table("money_payments", columns, rows, "funding.parquet", on_page=False)


def _of(total: Counter[str]) -> dict[str, int]:
    return {name: total[name] for name in ("available", "used", "lapsed", "left")}


def _share(total: Counter[str]) -> Fraction:
    """Return what part is used, rounded down to tenths of a percent: never all of it while some is left."""
    return Fraction(floor(Fraction(1000 * total["used"], total["available"])), 1000)
