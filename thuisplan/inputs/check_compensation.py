"""Checks on specialisation: a place that is freed of one rule takes part in an integral agreement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.tables import Exemption, Membership, Municipality, Rule, RuleParameter

COUNTED = ("options", "of_options", "flows")
"""Parameters that say what a rule counts."""


def compensations(context: Context) -> Iterator[Finding]:
    """Exemptions whose compensating rule is none, or does not compensate."""
    if not context.complete(Rule, RuleParameter, Membership, Municipality):
        return
    exempt = {(row.rule_id, row.place): row for row in context.rows(Exemption)}
    for row in context.rows(Exemption):
        name = row.compensated_in
        if name is None:
            continue
        integral, freed = context.rules.get(name), context.rules.get(row.rule_id)
        about: dict[str, Any] = {"rule": name, "place": row.place, "freed": row.rule_id}
        if integral is None:
            near = context.nearest(name, context.rules)
            values = {"code": name, "table": Rule.table, "nearest": near, "more": 0}
            yield context.at(Severity.WRONG, "unknown_code", row, "compensated_in", **values)
        elif integral.family != "fair_share" or name == row.rule_id:
            yield context.at(Severity.WRONG, "compensation_not_fair_share", row, "compensated_in", **about)
        elif row.place not in {code for codes in context.places_of(integral).values() for code in codes}:
            yield context.at(Severity.WRONG, "compensation_without_place", row, "compensated_in", **about)
        elif (other := exempt.get((name, row.place))) is not None and other.value is None:
            about["other_row"] = context.row_number(other)
            yield context.at(Severity.WRONG, "compensation_exempt_too", row, "compensated_in", **about)
        elif freed is not None and not _counts_any(context, freed, integral):
            yield context.at(Severity.WRONG, "compensation_counts_none", row, "compensated_in", **about)


def _counts_any(context: Context, freed: Rule, integral: Rule) -> bool:
    """Return whether a rule counts something of another; yes where one does not say what it counts."""
    first, second = context.parameters(freed), context.parameters(integral)
    for name in COUNTED:
        with_name = "options" if name == "of_options" else name
        ours, theirs = first.get(name) or (), second.get(with_name) or ()
        if ours and theirs:
            return bool(set(ours) & set(theirs))
    return True


CHECKS = (compensations,)
