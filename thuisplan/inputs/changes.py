"""Changes of a resolved input: overrides, repairs and what-ifs are lists of these.

A change names a table, the key of its rows, a column, an operation and a value, all as text. It applies
to the resolved tables: every default is filled in there, and every figure stands at its own years. The
result is resolved too, and is checked like any input.
"""

from __future__ import annotations

from collections.abc import Sequence

from thuisplan.inputs.checks import check
from thuisplan.inputs.columns import CellError
from thuisplan.inputs.edited_tables import EditedTables
from thuisplan.inputs.findings import Finding, InputError, Severity
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.read_change import NOT_CHANGED, Change, change_finding, read_change
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.row_keys import key_text
from thuisplan.inputs.scenario import Origin, Scenario
from thuisplan.inputs.tables import TABLES, Municipality

__all__ = ["Change", "ChangeError", "apply", "key_text"]


class ChangeError(InputError):
    """A change cannot be applied; holds all findings."""


def apply(instance: Instance, changes: Sequence[Change], origins: Sequence[Origin | None] = ()) -> Instance:
    """Return a resolved input with changes, applied in order.

    Parameters
    ----------
    instance
        The resolved input.
    changes
        What changes.
    origins
        Where each change stands, for the findings; empty for changes made by code.

    Returns
    -------
    Instance
        Resolved and checked.

    Raises
    ------
    ChangeError
        If a change names what is not there, has a value that does not fit, or the result is wrong.
    """
    language = instance.settings.language
    edited = EditedTables(instance)
    findings: list[Finding] = []
    for change, origin in zip(changes, tuple(origins) or (None,) * len(changes), strict=True):
        try:
            edited.apply(read_change(change, instance.rows(Municipality)), origin)
        except CellError as error:
            findings.append(change_finding(change, error, origin, language))
    if findings:
        raise ChangeError(findings, language)
    changed = edited.scenario()
    findings = made_wrong(instance.scenario, changed) or _not_resolved(changed)
    if findings:
        raise ChangeError(findings, language)
    return Instance(changed)


def made_wrong(before: Scenario, after: Scenario) -> list[Finding]:
    """Return what is wrong with an input and was not wrong before it changed.

    Parameters
    ----------
    before, after
        The input without and with its changes.
    """
    wrong = _wrong(after)
    if not wrong:
        return []
    earlier = {(f.code, f.source, f.row, f.column) for f in _wrong(before)}
    return [f for f in wrong if (f.code, f.source, f.row, f.column) not in earlier]


def _wrong(scenario: Scenario) -> list[Finding]:
    return [finding for finding in check(scenario) if finding.severity is Severity.WRONG]


def _not_resolved(scenario: Scenario) -> list[Finding]:
    """Return a finding if the changed tables say something that resolving would still spread or fill in."""
    again = resolve(scenario).scenario.tables
    other = [
        name for name in TABLES if name not in NOT_CHANGED and again[name] != scenario.tables.get(name, ())
    ]
    return [Finding(Severity.WRONG, "change_before_resolving", {"tables": other})] if other else []
