"""Tables of the rules of a plan: per rule, per level, and every line for the workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from thuisplan.inputs.labels import FAMILY_LABELS, PURPOSES, STATUSES, STRENGTHS, VERDICTS
from thuisplan.outputs.report.content import Column, Kind, State, Table, Value
from thuisplan.outputs.report.plan.rule_lines import LEVELS, Group, LineWords, Row, grouped, in_order
from thuisplan.outputs.report.plan_view import PlanView

SOURCE = "rules.parquet"
TOLD_ELSEWHERE = frozenset({"need", "extra_cost", "deficit"})
"""Families whose lines above the municipality stand in the sections on needs and on money."""
ONE_BY_ONE = 2
"""So many lines of one rule, place and subject stand in the page one by one; more are taken together."""
LONGEST = 120
"""Most lines of a level that the page shows; what is broken or binds goes first."""
OUTCOMES = ("met", "broken", "not_testable", "exempt", "binding")

Cells = Mapping[str, Value]


class RuleTables:
    """Makes the tables of rules.

    Parameters
    ----------
    view
        The plan.
    rows
        Rows of ``rules.parquet``.
    lines
        What lines are about, in words.
    """

    def __init__(self, view: PlanView, rows: list[Row], lines: LineWords) -> None:
        self.view = view
        self.rows = rows
        self.lines = lines
        self.words = view.words("report_rules")

    def tables(self) -> Iterator[Table]:
        """Yield the table of all rules, one per level from wide to narrow, and that of all lines."""
        yield self._overview()
        by_level: dict[str, list[Row]] = {level: [] for level in LEVELS}
        for row in self.rows:
            by_level[self.lines.level(row)].append(row)
        municipal = by_level.pop("municipality")
        for level, rows in by_level.items():
            if any(row["family"] not in TOLD_ELSEWHERE for row in rows):
                yield self._level(level, rows)
        if municipal:
            yield self._municipal(municipal)
        yield self._all()

    def _common(self, row: Row) -> dict[str, Value]:
        """Return what every line of a rule shares."""
        return {
            "rule": self.view.label(FAMILY_LABELS, row["family"]),
            "code": row["rule_id"],
            "strength": self.view.label(STRENGTHS, row["strength"]),
            "valid": self.words.say("years", first=row["valid_from"], last=row["valid_to"]),
            "status": self.view.label(STATUSES, row["status"]),
            "source": row["source"] or "",
        }

    def _line(self, row: Row) -> dict[str, Value]:
        return {
            **self._common(row),
            "place": self.lines.place(row),
            "subject": self.lines.subject(row),
            "period": row["period"],
            "result": row["lhs"],
            "operator": self._operator(row["operator"]),
            "norm": row["rhs"],
            "unit": self.lines.unit(row),
            "result_pct": row["value_pct"],
            "norm_pct": row["norm_pct"],
            "margin": row["margin"],
            "verdict": self.view.label(VERDICTS, row["verdict"]),
            "binding": row["binding"],
        }

    def _operator(self, operator: str) -> str:
        return self.words.say({">=": "at_least", "<=": "at_most", "0 or >=": "none_or"}[operator])

    def _overview(self) -> Table:
        columns = self.words.columns("rule", "code", "strength")
        columns += self.words.columns("lines", *OUTCOMES, kind=Kind.WHOLE, adds_up=True)
        columns += self.words.columns("valid", "status", "source")
        groups = in_order(grouped(self.rows, "rule_id", "strength"))
        cells: list[Cells] = []
        for group in groups:
            count = group.count()
            whole = {"lines": len(group.lines), **{name: count[name] for name in OUTCOMES}}
            cells.append({**self._common(group.first), **whole})
        return self._table("rules_each", columns, cells, [group.state() for group in groups], [])

    def _level(self, level: str, rows: list[Row]) -> Table:
        """Return the lines of a level: periods one by one if they are few, else the tightest of them."""
        columns = self.words.columns("rule", "place", "subject", "period")
        columns += self.words.columns("result", kind=Kind.NUMBER) + self.words.columns("operator")
        columns += self.words.columns("norm", kind=Kind.NUMBER) + self.words.columns("unit")
        columns += self.words.columns("result_pct", "norm_pct", kind=Kind.PERCENT)
        columns += self.words.columns("margin", kind=Kind.NUMBER) + self.words.columns("verdict")
        columns += self.words.columns("binding", kind=Kind.YES_NO)
        columns += self.words.columns("together", "strength", "valid", "status", "source", "code")
        shown = [row for row in rows if row["family"] not in TOLD_ELSEWHERE]
        cells: list[Cells] = []
        states: list[State] = []
        for group in grouped(shown, "rule_id", "strength", "place", "subject"):
            for part in [Group([row]) for row in group.lines] if len(group.lines) <= ONE_BY_ONE else [group]:
                row = part.tightest() or part.first
                binding = bool(part.count()["binding"])
                cells.append({**self._line(row), "binding": binding, "together": self._together(part)})
                states.append(part.state())
        # The table is wide: what nothing is said in is left out.
        columns = [column for column in columns if any(cell[column.code] not in ("", None) for cell in cells)]
        notes = [self.words.say("below_together")] if len(cells) < len(shown) else []
        if len(cells) > LONGEST:
            notes.append(self.words.say("below_longest", shown=LONGEST, left=len(cells) - LONGEST))
            urgency = (State.BROKEN, State.BINDING, State.PLAIN)
            first = sorted(range(len(cells)), key=lambda position: urgency.index(states[position]))
            kept = sorted(first[:LONGEST])
            cells, states = [cells[position] for position in kept], [states[position] for position in kept]
        notes += [self.words.say("below_elsewhere")] if len(shown) < len(rows) else []
        return self._table(f"rules_{level}", columns, cells, states, notes)

    def _together(self, group: Group) -> str:
        """Return of how many lines the tightest is shown, and what became of them; nothing for one."""
        if len(group.lines) == 1:
            return ""
        count = group.count()
        periods = sorted(row["period"] for row in group.lines)
        return self.words.say(
            "together",
            lines=len(group.lines),
            first=periods[0][:4],
            last=periods[-1][-4:],
            **{name: count[name] for name in ("met", "broken", "binding")},
        )

    def _municipal(self, rows: list[Row]) -> Table:
        columns = self.words.columns("rule", "code", "strength")
        columns += self.words.columns("municipalities", kind=Kind.WHOLE)
        columns += self.words.columns("lines", *OUTCOMES, kind=Kind.WHOLE, adds_up=True)
        columns += self.words.columns("smallest", kind=Kind.NUMBER)
        columns += self.words.columns("unit", "where", "when", "valid", "status", "source")
        groups = in_order(grouped(rows, "rule_id", "strength"))
        cells: list[Cells] = []
        for group in groups:
            count, tightest = group.count(), group.tightest()
            cells.append(
                {
                    **self._common(group.first),
                    "municipalities": len({row["place"] for row in group.lines}),
                    "lines": len(group.lines),
                    **{name: count[name] for name in OUTCOMES},
                    "smallest": None if tightest is None else tightest["margin"],
                    "unit": self.lines.unit(group.first),
                    "where": "" if tightest is None else self.lines.about(tightest),
                    "when": "" if tightest is None else tightest["period"],
                }
            )
        notes = [self.words.say("below_smallest"), self.words.say("below_pages")]
        states = [group.state() for group in groups]
        return self._table("rules_municipality", columns, cells, states, notes)

    def _all(self) -> Table:
        """Return every line with every column; for the workbook."""
        columns = self.words.columns(
            "rule", "code", "purpose", "place", "place_code", "subject", "subject_code"
        )
        columns += self.words.columns("period", "strength") + self.words.columns("result", kind=Kind.NUMBER)
        columns += self.words.columns("operator") + self.words.columns("norm", "allowed", kind=Kind.NUMBER)
        columns += self.words.columns("unit") + self.words.columns(
            "result_pct", "norm_pct", kind=Kind.PERCENT
        )
        columns += self.words.columns("margin", "slack", kind=Kind.NUMBER) + self.words.columns("verdict")
        columns += self.words.columns("binding", kind=Kind.YES_NO)
        columns += self.words.columns("valid_from", "valid_to", kind=Kind.YEAR) + self.words.columns(
            "status", "source"
        )
        label = self.view.label
        families = {code: label(FAMILY_LABELS, code) for code in {row["family"] for row in self.rows}}
        operators = {code: self._operator(code) for code in {row["operator"] for row in self.rows}}
        units = {(row["rule_id"], row["unit"]): row for row in self.rows}
        told = {key: self.lines.unit(row) for key, row in units.items()}
        cells = [
            (
                families[row["family"]],
                row["rule_id"],
                label(PURPOSES, row["purpose"] or None),
                self.lines.place(row),
                row["place"] or "",
                self.lines.subject(row),
                row["subject"] or "",
                row["period"],
                label(STRENGTHS, row["strength"]),
                row["lhs"],
                operators[row["operator"]],
                row["rhs"],
                row["allowed"],
                told[row["rule_id"], row["unit"]],
                row["value_pct"],
                row["norm_pct"],
                row["margin"],
                row["slack"],
                label(VERDICTS, row["verdict"]),
                row["binding"],
                row["valid_from"],
                row["valid_to"],
                label(STATUSES, row["status"]),
                row["source"] or "",
            )
            for row in self.rows
        ]
        states = {
            position: State.BROKEN if row["verdict"] == "broken" else State.BINDING
            for position, row in enumerate(self.rows)
            if row["verdict"] == "broken" or row["binding"]
        }
        return self.words.table("rules_all", columns, cells, SOURCE, states=states, on_page=False)

    def _table(
        self, code: str, columns: list[Column], cells: list[Cells], states: list[State], notes: list[str]
    ) -> Table:
        rows = [[cell[column.code] for column in columns] for cell in cells]
        marked = {position: state for position, state in enumerate(states) if state is not State.PLAIN}
        return self.words.table(code, columns, rows, SOURCE, states=marked, notes=tuple(notes))
