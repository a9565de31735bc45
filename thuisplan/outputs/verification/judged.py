"""Recomputes the lines of all rules and compares them with ``rules.parquet``, one to one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from thuisplan.outputs.verification.compare import Key, plain, same
from thuisplan.outputs.verification.line import AT_MOST, Line
from thuisplan.outputs.verification.problems import Problem, problem
from thuisplan.outputs.verification.registry import AUTOMATIC, FAMILIES
from thuisplan.outputs.verification.resolved import Row
from thuisplan.outputs.verification.tables import Rule, Tables
from thuisplan.outputs.verification.written import SCHEMAS

_LINE_COLUMNS = (
    "purpose",
    "strength",
    "lhs",
    "operator",
    "rhs",
    "allowed",
    "unit",
    "value_pct",
    "norm_pct",
    "margin",
    "slack",
    "verdict",
    "binding",
)
_RULE_COLUMNS = ("family", "valid_from", "valid_to", "status", "source")


@dataclass(frozen=True, slots=True)
class Judged:
    """A line and the rule it comes from."""

    rule: Rule
    line: Line


def judge(tables: Tables, problems: list[Problem]) -> list[Judged]:
    """Return the lines of all rules; a rule that cannot be restated is a problem."""
    families = {rule.family for rule in tables.rules}
    for family in AUTOMATIC:
        if family not in families:
            problems.append(problem("rule_missing", file="input/resolved/rules.csv", family=family))
    return [judged for rule in tables.rules for judged in _lines(tables, rule, problems)]


def _lines(tables: Tables, rule: Rule, problems: list[Problem]) -> Iterator[Judged]:
    restated = FAMILIES.get(rule.family)
    if restated is None:
        problems.append(problem("unknown_family", rule_id=rule.rule_id, family=rule.family))
        return
    try:
        yield from (Judged(rule, _loosened(tables, rule, line)) for line in restated(tables, rule))
    # The files may hold anything: a rule that names what is not there must not hide the other rules.
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        reason = f"{type(error).__name__}: {error}"
        problems.append(problem("not_checkable", check="rule", rule_id=rule.rule_id, reason=reason))


def _loosened(tables: Tables, rule: Rule, line: Line) -> Line:
    """Return a line with the deviation that was agreed: the only place where one applies."""
    allowed = tables.agreed(rule, line.place, line.subject, line.period)
    if allowed is None or line.rhs is None:
        return line
    return replace(line, allowed=allowed, rhs=line.rhs + (allowed if line.operator == AT_MOST else -allowed))


def check_rules(judged: list[Judged], written: list[Row], problems: list[Problem]) -> None:
    """Compare the lines with those written; what is missing, extra or different is a problem."""
    by_key = {tuple(row[column] for column in SCHEMAS["rules"].key): row for row in written}
    expected: dict[Key, Judged] = {}
    for one in judged:
        key = (one.rule.rule_id, one.line.place, one.line.subject, one.line.period)
        if key in expected:
            problems.append(problem("line_twice", **_where(key, one.rule.family)))
        expected[key] = one
    for key, row in by_key.items():
        if key not in expected:
            problems.append(problem("line_unexpected", file="rules.parquet", **_where(key, row["family"])))
    for key, one in expected.items():
        where = {"file": "rules.parquet", **_where(key, one.rule.family)}
        if key not in by_key:
            problems.append(problem("line_missing", **where))
            continue
        row = by_key[key]
        values = {column: getattr(one.line, column) for column in _LINE_COLUMNS}
        values |= {column: getattr(one.rule, column) for column in _RULE_COLUMNS}
        for column, value in values.items():
            if not same(row[column], value):
                differs = {**where, "column": column, "expected": plain(value), "found": row[column]}
                problems.append(problem("line_differs", **differs))


def check_hard(judged: list[Judged], problems: list[Problem]) -> None:
    """Report every hard line that can be tested and does not hold."""
    for one in judged:
        line = one.line
        if line.strength == "hard" and line.verdict == "broken":
            key = (one.rule.rule_id, line.place, line.subject, line.period)
            problems.append(
                problem(
                    "hard_rule_broken",
                    **_where(key, one.rule.family),
                    lhs=plain(line.lhs),
                    operator=line.operator,
                    rhs=plain(line.rhs),
                    by=plain(line.slack),
                    unit=line.unit,
                )
            )


def _where(key: Key, family: str) -> dict[str, Any]:
    rule_id, place, subject, period = key
    return {"rule_id": rule_id, "family": family, "place": place, "subject": subject, "period": period}
