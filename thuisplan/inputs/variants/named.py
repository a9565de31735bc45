"""Reads the named changes of a file of variants, each held against the base."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from thuisplan.inputs.changes import ChangeError, apply
from thuisplan.inputs.findings import Finding
from thuisplan.inputs.read_change import Change, canonical
from thuisplan.inputs.scenario import Origin
from thuisplan.inputs.tables import Municipality
from thuisplan.inputs.variants.base import Base
from thuisplan.inputs.variants.entry import Entry, value_text
from thuisplan.inputs.variants.named_figures import (
    capacity_changes,
    commitment_changes,
    cost_changes,
    flow_changes,
    need_changes,
    pot_changes,
)
from thuisplan.inputs.variants.named_rules import key_changes, rule_changes, rule_set_changes
from thuisplan.inputs.variants.places import Report, Where
from thuisplan.inputs.variants.tables import Listed, read_changes

Located = tuple[Change, Origin]
"""A change, and where it stands."""

KINDS: Mapping[str, Callable[[Base, Entry], tuple[Change, ...]]] = MappingProxyType(
    {
        "rule": rule_changes,
        "rule_set": rule_set_changes,
        "key": key_changes,
        "pot": pot_changes,
        "needs": need_changes,
        "flows": flow_changes,
        "cost": cost_changes,
        "capacity": capacity_changes,
        "commitments": commitment_changes,
    }
)
"""Key that says what a change is about -> what reads it; ``table`` and ``file`` come before these."""


def read_named(base: Base, folder: Path, where: Where, given: Any, report: Report) -> tuple[Change, ...]:
    """Return the changes of a name, which is a table or a list of these; what is wrong is reported.

    Parameters
    ----------
    base
        The base; the changes are applied to it together, and checked as an input is.
    folder
        Where files that it names are looked for.
    where, given
        Its place in the file of variants, and what stands there.
    report
        What is wrong is added to it.
    """
    before = len(report.findings)
    parts = given if isinstance(given, list) else [given]
    located: list[Located] = []
    for place, part in enumerate(parts):
        here = (*where, place) if isinstance(given, list) else where
        if isinstance(part, dict) and part:
            located += _read(base, folder, Entry(here, part, report))
        else:
            report.at("variants_not_a_change", here)
    changes = tuple(change for change, _ in located)
    if len(report.findings) == before:
        try:
            apply(base.instance, changes, [origin for _, origin in located])
        except ChangeError as error:
            report.again(error.findings, where, {origin.source for _, origin in located})
    return changes


def read_listed(
    base: Base, folder: Path, name: str, where: Where, report: Report, by_variant: bool = False
) -> tuple[Listed, ...]:
    """Return the changes in a file; none if it cannot be read, which is reported.

    Parameters
    ----------
    base, folder, name
        The base, and the file as it is named.
    where
        What names the file.
    report
        What is wrong is added to it.
    by_variant
        Whether each row names its variant.
    """
    if not (folder / name).exists():
        report.at("variants_no_file", where, name)
        return ()
    findings: list[Finding] = []
    listed = read_changes(base, folder / name, name, findings, by_variant)
    report.findings += findings
    return () if findings else listed


def _read(base: Base, folder: Path, entry: Entry) -> list[Located]:
    origin = Origin(entry.report.source, entry.report.line(entry.where) or 1)
    if "table" in entry.values:
        return [(change, origin) for change in _written(base, entry)]
    if "file" in entry.values:
        name = entry.text("file")
        if name is None or not entry.only("file"):
            return []
        return [
            (one.change, one.origin)
            for one in read_listed(base, folder, name, entry.place("file"), entry.report)
        ]
    kind = next((name for name in KINDS if name in entry.values), None)
    if kind is None:
        known = (*KINDS, "table", "file")
        entry.report.unknown("variants_unknown_kind", entry.where, next(iter(entry.values)), known)
        return []
    return [(change, origin) for change in KINDS[kind](base, entry)]


def _written(base: Base, entry: Entry) -> tuple[Change, ...]:
    """Return a change that is written out as a row of the overrides."""
    if not entry.only("table", "key", "column", "operation", "value"):
        return ()
    table, key, operation = entry.text("table"), entry.text("key"), entry.text("operation")
    if table is None or key is None or operation is None:
        return ()
    rest = {name: value_text(entry.values.get(name, "")) for name in ("column", "value")}
    change = Change(table, key, rest["column"], operation, rest["value"])
    return (canonical(change, base.instance.rows(Municipality)),)
