"""Checks across tables: everything that is wrong with a scenario before it is resolved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from thuisplan.inputs import (
    check_changes,
    check_compensation,
    check_figures,
    check_flex,
    check_groups,
    check_keys,
    check_letting_rules,
    check_lettings,
    check_local,
    check_money,
    check_needs,
    check_parameters,
    check_pots,
    check_prices,
    check_references,
    check_rules,
)
from thuisplan.inputs.check_context import Context
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.raw import TABLE_NAMES, plain_name
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import TABLES, Flow, Need, PermitTask

PLACEHOLDERS = ("VUL IN", "FILL IN")
"""How the source of a value that a template made up begins."""


def placeholders(context: Context) -> Iterator[Finding]:
    """Rows of a template that nobody filled in yet: a plan on them says nothing."""
    counts = {
        row_type.nl: sum(str(getattr(row, "source", "")).startswith(PLACEHOLDERS) for row in rows)
        for row_type in TABLES.values()
        if (rows := context.rows(row_type))
    }
    left = {table: count for table, count in counts.items() if count}
    if left:
        tables = [f"{table} {count}" for table, count in left.items()]
        yield Finding(Severity.WARNING, "placeholders_left", {"count": sum(left.values()), "tables": tables})


CHECKS: tuple[Callable[[Context], Iterator[Finding]], ...] = (
    *check_references.CHECKS,
    *check_figures.CHECKS,
    *check_needs.CHECKS,
    *check_money.CHECKS,
    *check_pots.CHECKS,
    *check_prices.CHECKS,
    *check_keys.CHECKS,
    *check_rules.CHECKS,
    *check_compensation.CHECKS,
    *check_groups.CHECKS,
    *check_lettings.CHECKS,
    *check_letting_rules.CHECKS,
    *check_flex.CHECKS,
    *check_local.CHECKS,
    *check_parameters.CHECKS,
    *check_changes.CHECKS,
    placeholders,
)


def check(scenario: Scenario, incomplete: Collection[str] = ()) -> tuple[Finding, ...]:
    """Check a scenario across its tables and report everything at once.

    Parameters
    ----------
    scenario
        As read; rows with cells that could not be read may be missing.
    incomplete
        Names of the tables of which rows were left out. What refers to such a
        table is not called unknown: one bad cell would make a finding everywhere.

    Returns
    -------
    tuple of Finding
        Wrong, warning and notice, in the order of the checks. A scenario without
        a ``wrong`` finding can be resolved.
    """
    empty = [
        name
        for name, row_type in TABLES.items()
        if row_type.required_table and not scenario.tables.get(name) and name not in incomplete
    ]
    if any(scenario.tables.get(row_type.table) for row_type in (Flow, PermitTask)):
        # Who is housed in what is vacated needs no dwellings to be added.
        empty = [name for name in empty if name != Need.table]
    found = [Finding(Severity.WRONG, "table_without_rows", {"table": name}) for name in empty]
    context = Context(scenario, frozenset((*incomplete, *empty)))
    return (*found, *(finding for one in CHECKS for finding in one(context)))


def incomplete_tables(findings: Iterable[Finding]) -> frozenset[str]:
    """Return the tables of which something could not be read.

    Parameters
    ----------
    findings
        Those of reading and parsing, before ``check``.
    """
    found = set()
    for finding in findings:
        if finding.severity is Severity.WRONG:
            stem = (finding.source or "").split("/")[-1].removesuffix(".csv")
            found.add(finding.values.get("table") or TABLE_NAMES.get(plain_name(stem)))
    return frozenset(table for table in found if table)
