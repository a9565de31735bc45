"""The figures a plan rests on: which are defaults, where each comes from, and what is not settled yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from thuisplan.inputs.columns import Column as InputColumn
from thuisplan.inputs.describe import unit_text
from thuisplan.inputs.labels import STATUSES
from thuisplan.inputs.tables import TABLES
from thuisplan.outputs.report.content import Column, Kind, Section, State, Table, Value
from thuisplan.outputs.report.input_words import column_words, table_words
from thuisplan.outputs.report.phrases import listed
from thuisplan.outputs.report.plan.rule_lines import PROVISIONAL
from thuisplan.outputs.report.plan_view import PlanView

SOURCE = "assumptions.parquet"
ORIGINS = ("user", "default")
KEYS = 400
"""Characters of the list of rows that share a default; the workbook has each of them."""

Row = dict[str, Any]


def assumptions_section(view: PlanView) -> Section | None:
    """Return what figures the plan used, with source and status; None if none is listed.

    Parameters
    ----------
    view
        The plan.
    """
    rows = view.rows("assumptions")
    return _Assumptions(view, rows).section() if rows else None


class _Assumptions:
    def __init__(self, view: PlanView, rows: list[Row]) -> None:
        self.view = view
        self.words = view.words("report_assumptions")
        self.rows = rows
        self.defaults = [row for row in rows if row["origin"] == "default"]
        self._described: dict[tuple[str, str], InputColumn | None] = {}

    def section(self) -> Section:
        tables = (self._counts(), *([self._used()] if self.defaults else []), self._all())
        return Section("assumptions", self.words.say("title"), tuple(self._lead()), tables)

    # --- what is found --------------------------------------------------------------

    def _lead(self) -> Iterator[str]:
        given = len(self.rows) - len(self.defaults)
        code = "listed" if given else "no_sources"
        yield self.words.say(code, all=len(self.rows), given=given, defaults=len(self.defaults))
        statuses = Counter(row["status"] for row in self.rows)
        if statuses["assumption"]:
            yield self.words.say("assumed", count=statuses["assumption"])
        stated = sum(row["status"] == "input" and row["origin"] == "user" for row in self.rows)
        if stated:
            yield self.words.say("given", count=stated)
        unsettled = [code for code in STATUSES.labels if code in PROVISIONAL and statuses[code]]
        if unsettled:
            parts = [self.words.say("status", status=code, count=statuses[code]) for code in unsettled]
            yield self.words.say("unsettled", parts=parts)
        if self.defaults:
            kinds = Counter((row["table"], row["column"]) for row in self.defaults)
            parts = [
                self.words.say(
                    "kind",
                    table=table_words(table, self.view.language),
                    column=self._heading(table, column),
                    count=count,
                )
                for (table, column), count in kinds.most_common()
            ]
            yield self.words.say("defaults", parts=listed(self.words, parts, others="more"))
        else:
            yield self.words.say("no_defaults")

    # --- words of the input ---------------------------------------------------------

    def _column(self, table: str, column: str) -> InputColumn | None:
        """Return what describes a column of the input; None for what is no column of a table."""
        key = table, column
        if key not in self._described:
            columns = TABLES[table].columns() if table in TABLES else ()
            self._described[key] = next((one for one in columns if one.name == column), None)
        return self._described[key]

    def _heading(self, table: str, column: str) -> str:
        """Return what a column is called; what is no column of a table, such as a setting, as it is."""
        known = self._column(table, column) is not None
        return column_words(table, column, self.view.language) if known else column

    def _unit(self, row: Row) -> str:
        described = self._column(row["table"], row["column"])
        known = described is not None and described.unit == row["unit"]
        return unit_text(described, self.view.language) if described and known else row["unit"] or ""

    def _value(self, row: Row) -> str:
        """Return a value as people write it: the label of a code, else as it stands in the input."""
        described, value = self._column(row["table"], row["column"]), row["value"] or ""
        vocabulary = None if described is None else described.kind.vocabulary
        if vocabulary is None or not value:
            return value
        return ", ".join(vocabulary.text(code, self.view.language) for code in value.split("|"))

    def _row(self, row: Row) -> dict[str, Value]:
        return {
            "table": table_words(row["table"], self.view.language),
            "key": row["key"],
            "column": self._heading(row["table"], row["column"]),
            "value": self._value(row),
            "unit": self._unit(row),
            "source": row["source"] or "",
            "year": row["year"],
            "status": self.view.label(STATUSES, row["status"]),
            "origin": self.words.say(row["origin"]),
        }

    # --- tables ------------------------------------------------------------------------

    def _counts(self) -> Table:
        """Return how many figures have which status, given and by default."""
        counts = Counter((row["status"], row["origin"]) for row in self.rows)
        order = [code for code in STATUSES.labels if any(counts[code, origin] for origin in ORIGINS)]
        order += sorted({status for status, _ in counts} - set(order))
        columns = [self.words.column("status")]
        columns += [self.words.column(code, Kind.WHOLE, True) for code in (*ORIGINS, "together")]
        rows: list[list[Value]] = [
            [self.view.label(STATUSES, code), *parts, sum(parts)]
            for code in order
            for parts in [[counts[code, origin] for origin in ORIGINS]]
        ]
        states = {n: State.ATTENTION for n, code in enumerate(order) if code in PROVISIONAL}
        notes = (self.words.say("below_all"),)
        return self.words.table("assumptions_statuses", columns, rows, SOURCE, states=states, notes=notes)

    def _used(self) -> Table:
        """Return the defaults; rows of the input that share one are told together."""
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for row in self.defaults:
            same = tuple(row[name] for name in ("table", "column", "value", "unit", "source", "status"))
            groups.setdefault(same, []).append(row)
        names = ("table", "column", "value", "unit", "rows", "key", "status", "source")
        cells = []
        for rows in groups.values():
            keys = ", ".join(row["key"] for row in rows)
            shown = (
                keys if len(keys) <= KEYS else self.words.say("keys", keys=keys[:KEYS].rpartition(", ")[0])
            )
            cells.append({**self._row(rows[0]), "rows": len(rows), "key": shown})
        return self.words.table(
            "assumptions_defaults",
            [self._typed(name) for name in names],
            [[cell[name] for name in names] for cell in cells],
            SOURCE,
            folded=True,
            notes=(self.words.say("below_defaults"),),
        )

    def _all(self) -> Table:
        names = ("table", "key", "column", "value", "unit", "source", "year", "status", "origin")
        rows = []
        for row in self.rows:
            cell = self._row(row)
            rows.append([cell[name] for name in names])
        columns = [self._typed(name) for name in names]
        return self.words.table("assumptions_all", columns, rows, SOURCE, on_page=False)

    def _typed(self, code: str) -> Column:
        kind = {"year": Kind.YEAR, "rows": Kind.WHOLE}.get(code, Kind.TEXT)
        return self.words.column(code, kind, adds_up=code == "rows")
