"""What moves in a plan: relocatable dwellings, task that changes hands, and what is settled afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from thuisplan.outputs.line_words import option
from thuisplan.outputs.report.content import Kind, Section, State, Table, Value
from thuisplan.outputs.report.plan_view import PlanView

MOVES = ("completed", "moved_in", "left")
SWAPS = ("task_persons", "agreed_out", "agreed_in", "planned_out", "planned_in", "remaining_persons")
SETTLED = ("target", "delivered", "difference", "persons")

Row = dict[str, Any]


def flex_section(view: PlanView) -> Section | None:
    """Return what moves, changes hands and is settled; None if the plan has nothing of it.

    Parameters
    ----------
    view
        The plan.
    """
    if not any(view.rows(table) for table in ("flex", "swaps", "settlement")):
        return None
    made = _Flex(view)
    return Section("flex", made.words.say("title"), tuple(made.lead()), tuple(made.tables()))


class _Flex:
    def __init__(self, view: PlanView) -> None:
        self.view = view
        self.words = view.words("report_flex")
        self.flex = view.rows("flex")
        self.swaps = view.rows("swaps")
        self.settlement = view.rows("settlement")

    def lead(self) -> Iterator[str]:
        """Yield what moves, what changes hands, who pays whom."""
        if self.flex:
            yield from self._moves()
        if self.swaps:
            last = max(row["year"] for row in self.swaps)
            rows = [row for row in self.swaps if row["year"] == last]
            agreed, planned = (sum(row[name] for row in rows) for name in ("agreed_out", "planned_out"))
            code = "swapped" if agreed or planned else "not_swapped"
            yield self.words.say(code, last=last, agreed=agreed, planned=planned)
        if self.settlement:
            yield from self._settled()

    def tables(self) -> Iterator[Table]:
        """Yield the tables that the plan has rows for."""
        if self.flex:
            yield from (self._stays(), self._flex_all())
        if self.swaps:
            yield from (self._swapped(), self._swaps_all())
        if self.settlement:
            yield self._settlement()

    # --- dwellings that move --------------------------------------------------------

    def _moves(self) -> Iterator[str]:
        total: Counter[str] = Counter()
        last = max(row["year"] for row in self.flex)
        for row in self.flex:
            total.update({name: row[name] for name in MOVES})
            if row["year"] == last:
                total["in_service"] += row["in_service"]
        values = {name: total[name] for name in (*MOVES, "in_service")}
        yield self.words.say("moves", first=min(row["year"] for row in self.flex), last=last, **values)
        pooled = self._pooled(last)
        if pooled:
            yield self.words.say("pooled", last=last, pooled=pooled)

    def _pooled(self, year: int) -> int:
        """Return what stands in pools: the pool of a region is written at each of its municipalities."""
        pools: dict[tuple[str, str], int] = {}
        for row in self.flex:
            if row["year"] == year:
                pools[self._pool_of(row), row["option"]] = row["pool"]
        return sum(pools.values())

    def _pool_of(self, row: Row) -> str:
        """Return the region of whose pool a row tells."""
        move = self.view.instance.moves.get((row["municipality_code"], row["option"]))
        return row["municipality_code"] if move is None else move.region.place

    def _option(self, code: str) -> str:
        """Return an option in words; one that the input does not have is its own word."""
        if code not in self.view.instance.options:
            return code
        return self.view.told(option(self.view.instance, code))

    def _stays(self) -> Table:
        """Return per municipality and option what came and went, and what stands at the end."""
        last = max(row["year"] for row in self.flex)
        totals: dict[tuple[str, str], Counter[str]] = {}
        for row in self.flex:
            total = totals.setdefault((row["municipality_code"], row["option"]), Counter())
            total.update({name: row[name] for name in MOVES})
            if row["year"] == last:
                total["in_service"] += row["in_service"]
        columns = self.words.columns("municipality", "option")
        columns += self.words.columns(*MOVES, "in_service", kind=Kind.WHOLE, adds_up=True)
        rows: list[list[Value]] = [
            [self.view.place(place), self._option(code), *(total[name] for name in (*MOVES, "in_service"))]
            for (place, code), total in totals.items()
        ]
        links = {position: place for position, (place, _) in enumerate(totals)}
        notes = (self.words.say("below_stays", last=last),)
        return self.words.table("flex_places", columns, rows, "flex.parquet", links=links, notes=notes)

    def _flex_all(self) -> Table:
        columns = self.words.columns("municipality", "option")
        columns += self.words.columns("year", kind=Kind.YEAR) + self.words.columns(
            *MOVES, "in_service", "pool", kind=Kind.WHOLE
        )
        rows = [
            [
                self.view.place(row["municipality_code"]),
                row["option"],
                *(row[name] for name in ("year", *MOVES, "in_service", "pool")),
            ]
            for row in self.flex
        ]
        notes = (self.words.say("below_pool"),)
        return self.words.table("flex_all", columns, rows, "flex.parquet", notes=notes, on_page=False)

    # --- task that changes hands, and what is settled -----------------------------------

    def _swapped(self) -> Table:
        """Return the task per municipality up to the last year, and what changed hands."""
        last = max(row["year"] for row in self.swaps)
        rows = [row for row in self.swaps if row["year"] == last]
        columns = self.words.columns("municipality") + self.words.columns(
            *SWAPS, kind=Kind.WHOLE, adds_up=True
        )
        cells = [[self.view.place(r["municipality_code"]), *(r[name] for name in SWAPS)] for r in rows]
        links = {position: row["municipality_code"] for position, row in enumerate(rows)}
        notes = (self.words.say("below_swaps", last=last),)
        return self.words.table("swaps", columns, cells, "swaps.parquet", links=links, notes=notes)

    def _swaps_all(self) -> Table:
        columns = self.words.columns("municipality") + self.words.columns("year", kind=Kind.YEAR)
        columns += self.words.columns(*SWAPS, kind=Kind.WHOLE)
        rows = [
            [self.view.place(row["municipality_code"]), row["year"], *(row[name] for name in SWAPS)]
            for row in self.swaps
        ]
        return self.words.table("swaps_all", columns, rows, "swaps.parquet", on_page=False)

    def _settled(self) -> Iterator[str]:
        priced = [row for row in self.settlement if row["amount_eur"] is not None]
        if not priced:
            yield self.words.say("no_tariff")
            return
        paid = [row for row in priced if row["amount_eur"] < 0]
        values = {"paying": len({row["municipality_code"] for row in paid})}
        values["amount"] = -sum(row["amount_eur"] for row in paid)
        values["receives"] = sum(row["amount_eur"] for row in priced if row["amount_eur"] > 0)
        yield self.words.say("settled" if paid or values["receives"] else "nothing_settled", **values)
        if len(priced) < len(self.settlement):
            yield self.words.say("without_tariff", count=len(self.settlement) - len(priced))

    def _settlement(self) -> Table:
        """Return what every municipality gave against its share; in the page only where euros are settled."""
        columns = self.words.columns("municipality", "rule")
        columns += self.words.columns("year", kind=Kind.YEAR) + self.words.columns(*SETTLED, kind=Kind.NUMBER)
        columns += self.words.columns("tariff", "amount", kind=Kind.EUROS)
        rows = [
            [
                self.view.place(row["municipality_code"]),
                row["rule_id"],
                row["year"],
                *(row[name] for name in SETTLED),
                row["tariff_eur"],
                row["amount_eur"],
            ]
            for row in self.settlement
        ]
        owes = {
            position: State.BINDING
            for position, row in enumerate(self.settlement)
            if row["amount_eur"] is not None and row["amount_eur"] < 0
        }
        links = {position: row["municipality_code"] for position, row in enumerate(self.settlement)}
        priced = any(row["amount_eur"] is not None for row in self.settlement)
        notes = (self.words.say("below_settlement"),)
        return self.words.table(
            "settlement",
            columns,
            rows,
            "settlement.parquet",
            states=owes,
            links=links,
            notes=notes,
            on_page=priced,
        )
