"""Named changes of rules and of the keys by which they divide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from thuisplan.inputs.columns import CellError
from thuisplan.inputs.families import FAMILIES, parameter_column
from thuisplan.inputs.findings import InputError
from thuisplan.inputs.labels import KEY_BASES, STRENGTHS
from thuisplan.inputs.raw import plain_name
from thuisplan.inputs.read_change import Change
from thuisplan.inputs.row_keys import key_text
from thuisplan.inputs.rule_sets import RULE_SETS
from thuisplan.inputs.tables import (
    Budget,
    Capacity,
    CareCapacity,
    Commitment,
    Deviation,
    Exclusion,
    Exemption,
    Key,
    Neighbourhood,
    Option,
    PermitTask,
    Plan,
    Reason,
    Rule,
    RuleParameter,
    Suitability,
)
from thuisplan.inputs.variants.base import Base
from thuisplan.inputs.variants.entry import EVERY, Entry

OFF = frozenset({"off", "uit"})
"""Strength of a rule that is not there. It is followed: the plan is free of it, and shows what it lacks."""

SHORT = MappingProxyType({"zacht": "soft", "volgen": "monitor"})
"""Shorter Dutch for a strength than its label."""

MEASURES_NEED = frozenset({"need", "waiting_list"})
"""Families that count what is short: their lines have the strength of the need or the flow itself."""

COLUMNS = ("weight", "valid_from", "valid_to")
"""Columns of a rule that a variant may change."""

PATH = ("path_first_year", "path_last_year", "start_basis", "basis")
"""Columns of a key that a variant may change."""

BUILDING_BLOCKS: Mapping[str, tuple[type[Any], ...]] = MappingProxyType(
    {
        "capacity": (Capacity, Plan),
        "commitment": (Commitment,),
        "exclusion": (Exclusion,),
        "extra_cost": (Budget,),
        "deficit": (Budget,),
        "permit_holders": (PermitTask,),
        "follow_up": (Suitability,),
        "neighbourhood": (Neighbourhood,),
        "care_capacity": (CareCapacity,),
    }
)
"""Family that comes by itself -> tables without which it says nothing."""


def can_be_off(rule: Rule) -> bool:
    """Return whether a plan can be made without a rule."""
    return not FAMILIES[rule.family].always and rule.family not in MEASURES_NEED


def says_something(base: Base, rule: Rule) -> bool:
    """Return whether a rule demands anything of the base."""
    if rule.family == "project_size":
        return any(option.minimum_project > 1 for option in base.instance.rows(Option))
    tables = BUILDING_BLOCKS.get(rule.family)
    return tables is None or any(base.instance.rows(table) for table in tables)


def without(rule: Rule) -> Change:
    """Return the change that takes a rule away."""
    return Change(Rule.table, key_text((rule.rule_id,)), "strength", "set", "monitor")


def rule_changes(base: Base, entry: Entry) -> tuple[Change, ...]:
    """Return the changes of a table about a rule: its strength, columns and parameters."""
    text = entry.text("rule")
    rule = base.instance.rules_by_id.get(text or "")
    if text is None or rule is None:
        if text is not None:
            entry.report.unknown(
                "variants_unknown_rule", entry.place("rule"), text, base.instance.rules_by_id
            )
        return ()
    if len(entry.values) == 1:
        entry.report.at("variants_says_nothing", entry.where, None, name=rule.rule_id)
    result: list[Change] = []
    for name in entry.values:
        if name != "rule":
            result += _of_rule(base, entry, rule, name)
    return tuple(result)


def _of_rule(base: Base, entry: Entry, rule: Rule, name: str) -> tuple[Change, ...]:
    columns = {column.name: column for column in Rule.columns() if column.name in (*COLUMNS, "strength")}
    named = {plain_name(one): column for column in columns.values() for one in (column.name, column.nl)}
    column = named.get(plain_name(name))
    if column is not None and column.name == "strength":
        return _strength(entry, rule, name)
    text = entry.text(name)
    if text is None:
        return ()
    if column is not None:
        return (Change(Rule.table, key_text((rule.rule_id,)), column.name, "set", text),)
    parameter = parameter_column(rule.family, name)
    if parameter is None:
        own = [one for c in FAMILIES[rule.family].parameters.columns() for one in (c.name, c.nl)]
        entry.report.unknown(
            "variants_unknown_parameter", entry.place(name), name, [*columns, *own], rule=rule.rule_id
        )
        return ()
    if parameter.refers == "keys.key_id" and text not in base.instance.shares:
        return _by_basis(base, entry, rule, name, text)
    try:
        parameter.kind.read(text)
    except CellError as error:
        vocabulary = parameter.kind.vocabulary
        known = tuple(vocabulary.labels) if vocabulary else None
        entry.report.at("variants_bad_value", entry.place(name), text, reason=error.code, known=known)
        return ()
    key = key_text((rule.rule_id, parameter.name))
    return (Change(RuleParameter.table, key, "value", "set", text),)


def _strength(entry: Entry, rule: Rule, name: str) -> tuple[Change, ...]:
    text = entry.text(name)
    if text is None:
        return ()
    word = text.casefold()
    strength = "monitor" if word in OFF else SHORT.get(word) or STRENGTHS.read_code(text)
    if strength is None:
        known = ("off", *STRENGTHS.labels)
        entry.report.at("variants_bad_value", entry.place(name), text, known=known)
        return ()
    if not can_be_off(rule) and strength != rule.strength:
        entry.report.at("variants_rule_stays", entry.place(name), text, rule=rule.rule_id, family=rule.family)
        return ()
    return (Change(Rule.table, key_text((rule.rule_id,)), "strength", "set", strength),)


def _by_basis(base: Base, entry: Entry, rule: Rule, name: str, text: str) -> tuple[Change, ...]:
    """Return the changes that have a rule divide by a figure; the growth path of its key stays."""
    basis = KEY_BASES.read_code(text)
    keys = {key.key_id: key for key in base.given.rows(Key)}
    now = keys.get(str(getattr(base.instance.parameters(rule), "key", "")))
    if basis in (None, "shares", "factors") or now is None:
        figures = [code for code in KEY_BASES.labels if code not in ("shares", "factors")]
        entry.report.unknown("variants_unknown_key_id", entry.place(name), text, [*keys, *figures])
        return ()
    made = replace(now, key_id=basis, basis=basis, method="additive", total=None, source=None)
    try:
        changes = base.changes_for({Key: (*keys.values(), made)})
    except InputError as error:
        entry.report.again(error.findings, entry.place(name))
        return ()
    key = key_text((rule.rule_id, "key"))
    return (*changes, Change(RuleParameter.table, key, "value", "set", str(basis)))


def key_changes(base: Base, entry: Entry) -> tuple[Change, ...]:
    """Return the changes of a table about a distribution key: its basis and its growth path."""
    text = entry.text("key")
    keys = {key.key_id: key for key in base.given.rows(Key)}
    if text is None or text not in keys:
        if text is not None:
            entry.report.unknown("variants_unknown_key_id", entry.place("key"), text, keys)
        return ()
    if not entry.only("key", *PATH):
        return ()
    if len(entry.values) == 1:
        entry.report.at("variants_says_nothing", entry.where, None, name=text)
        return ()
    key = keys[text]
    new: dict[str, Any] = {}
    for name in PATH:
        if name in entry.values and name.endswith("year"):
            year = entry.number(name, whole=True, least=1990, most=2100)
            new[name] = None if year is None else int(year)
        elif name in entry.values:
            new[name] = entry.code(name, KEY_BASES)
    if None in new.values():
        return ()
    if key.basis == "shares" and "basis" not in new:
        entry.report.at("variants_key_fixed", entry.place("key"), text, key=text)
        return ()
    others = [row for row in keys.values() if row.key_id != text]
    try:
        return base.changes_for({Key: (*others, replace(key, **new))})
    except InputError as error:
        entry.report.again(error.findings, entry.where)
        return ()


def rule_set_changes(base: Base, entry: Entry) -> tuple[Change, ...]:
    """Return the changes that add a ready set of rules, if asked in the place of another."""
    text = entry.text("rule_set")
    if text is None or not entry.only("rule_set", "instead_of"):
        return ()
    sets = base.given.settings.rule_sets
    if text not in RULE_SETS:
        entry.report.unknown("variants_unknown_rule_set", entry.place("rule_set"), text, RULE_SETS)
        return ()
    left = sets
    if "instead_of" in entry.values:
        gone = entry.one_of("variants_unknown_rule_set", "instead_of", sets)
        left = tuple(name for name in sets if gone not in (name, EVERY))
    if text in left:
        entry.report.at("variants_rule_set_there", entry.place("rule_set"), text)
        return ()
    kept = {rule.rule_id for name in (*left, text) for rule in RULE_SETS[name]}
    kept |= {rule.rule_id for rule in base.given.rows(Rule)} | set(FAMILIES)
    about: tuple[type[Any], ...] = (RuleParameter, Exemption, Deviation, Reason)
    # What is said of a rule that leaves with its set leaves too.
    rows = {one: [row for row in base.given.rows(one) if row.rule_id in kept] for one in about}
    try:
        return base.changes_for(rows, rule_sets=(*left, text))
    except InputError as error:
        entry.report.again(error.findings, entry.place("rule_set"))
        return ()
