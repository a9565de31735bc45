"""Checks of overrides and agreed deviations, before there is a model to hold them against."""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.columns import CellError
from thuisplan.inputs.deviations import years_of
from thuisplan.inputs.families import FAMILIES
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.read_change import as_change, change_finding, read_change
from thuisplan.inputs.tables import Deviation, Municipality, Override


def overrides(context: Context) -> Iterator[Finding]:
    """Overrides of what no input has: tables, columns, operations, keys with another number of parts."""
    for row in context.rows(Override):
        change = as_change(row)
        try:
            read_change(change, context.rows(Municipality))
        except CellError as error:
            yield change_finding(change, error, context.origin(row), context.settings.language)


def deviations(context: Context) -> Iterator[Finding]:
    """Deviations from rules that say what exists, and periods that are none."""
    for row in context.rows(Deviation):
        rule = context.rules.get(row.rule_id)
        if rule is not None and FAMILIES[rule.family].always:
            yield context.at(Severity.WRONG, "deviation_of_always", row, "rule_id", rule=row.rule_id)
        if years_of(row.period) is None:
            yield context.at(Severity.WRONG, "deviation_period", row, "period")


CHECKS = (overrides, deviations)
