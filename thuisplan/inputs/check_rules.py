"""Checks on rules: their validity, their places and what is needed to test them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.families import FAMILIES
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.rule_sets import NUMBERS, RULE_SETS, contradictions
from thuisplan.inputs.tables import (
    CareCapacity,
    Exemption,
    Flow,
    Key,
    Membership,
    Municipality,
    Pot,
    Reason,
    Rule,
    RuleParameter,
)

SHARE_FAMILIES = frozenset({"social_share", "mid_share", "affordable_share", "stock_share"})
SIDED = frozenset({"social_share", "mid_share"})
PROVISIONAL = frozenset({"bill", "draft"})
"""Statuses of a text that may have changed since its date."""

NUMBERED = frozenset({"minimum_contribution", "feature_target", "vacancy_share"})
BY_EITHER = frozenset({"feature_target", "vacancy_share"})
"""Families whose norm is a share or a number."""
BY_MUNICIPALITY = frozenset(
    {"minimum_contribution", "fair_share", "stock_share", "capacity", "availability", "commitment"}
    | {"exclusion", "project_size", "workplace_mix", "own_first", "neighbourhood"}
)
"""Families whose lines speak of one municipality, whatever the level of the rule."""


def rule_sets(context: Context) -> Iterator[Finding]:
    """Unknown rule sets, sets that cannot hold together; and the date of those that are drafts."""
    for names in contradictions(context.settings.rule_sets):
        yield context.at_setting(
            Severity.WRONG, "rule_sets_contradict", "rule_sets", "|".join(names), names=names
        )
    for name in context.settings.rule_sets:
        if name not in RULE_SETS:
            near = context.nearest(name, RULE_SETS)
            yield context.at_setting(
                Severity.WRONG,
                "unknown_rule_set",
                "rule_sets",
                name,
                name=name,
                nearest=near,
                known=tuple(RULE_SETS),
            )
            continue
        for date in sorted({row.status_date or "?" for row in RULE_SETS[name] if row.status in PROVISIONAL}):
            yield context.at_setting(
                Severity.NOTICE, "rule_set_dated", "rule_sets", name, name=name, date=date
            )


def rule_set_keys(context: Context) -> Iterator[Finding]:
    """A rule set divides by a key that the scenario must bring."""
    if not context.complete(Key, RuleParameter):
        return
    known = {row.key_id for row in context.rows(Key)}
    numbers = {row for name in context.settings.rule_sets for row in NUMBERS.get(name, ())}
    for rule in context.rules.values():
        row = context.given.get(rule.rule_id, {}).get("key")
        if row in numbers and row is not None and row.value not in known:
            sets = context.settings.rule_sets
            values = {"rule": rule.rule_id, "key": row.value, "known": tuple(sorted(known))}
            yield context.at_setting(
                Severity.WRONG, "rule_set_key_missing", "rule_sets", "|".join(sets), **values
            )


def validity(context: Context) -> Iterator[Finding]:
    """Rules that hold in no year of the horizon, or not in all the years they name."""
    first, last = context.settings.first_year, context.settings.last_year
    for row in context.rows(Rule):
        start, end = row.valid_from, row.valid_to
        values = {"rule": row.rule_id, "valid_from": start, "valid_to": end, "first": first, "last": last}
        if start is not None and end is not None and end < start:
            reversed_ = {"from_year": start, "to_year": end}
            yield context.at(Severity.WRONG, "years_reversed", row, "valid_to", **reversed_)
        elif (start is not None and start > last) or (end is not None and end < first):
            column = "valid_from" if start is not None and start > last else "valid_to"
            yield context.at(Severity.WRONG, "rule_outside_horizon", row, column, **values)
        elif (start is not None and start < first) or (end is not None and end > last):
            column = "valid_from" if start is not None and start < first else "valid_to"
            yield context.at(Severity.WARNING, "rule_partly_outside_horizon", row, column, **values)


def automatic_families(context: Context) -> Iterator[Finding]:
    """Two rules for the same building block in the same year: which strength holds?"""
    for family, description in FAMILIES.items():
        if not description.automatic:
            continue
        for row in context.rows(Rule):
            if row.rule_id == family != row.family:
                values = {"rule": row.rule_id, "family": row.family}
                yield context.at(Severity.WRONG, "rule_id_reserved", row, "rule_id", **values)
        rows = [row for row in context.rows(Rule) if row.family == family]
        rows.sort(key=lambda row: row.valid_from or 0)
        for before, row in pairwise(rows):
            if before.valid_to is None or before.valid_to >= (row.valid_from or 0):
                values = {"family": family, "rule": row.rule_id, "other": before.rule_id}
                yield context.at(Severity.WRONG, "family_named_twice", row, "family", **values)


def always(context: Context) -> Iterator[Finding]:
    """Rules that say how many dwellings there are, and would not hold: dwellings would come from nowhere."""
    first, last = context.settings.first_year, context.settings.last_year
    for row in context.rows(Rule):
        family = FAMILIES[row.family]
        if not family.always:
            continue
        values: dict[str, Any] = {"rule": row.rule_id, "family": row.family}
        if context.strength(row) != "hard":
            yield context.at(Severity.WRONG, "rule_always_hard", row, "strength", **values)
        if not family.automatic:
            continue
        start, end = row.valid_from or first, row.valid_to or last
        if start > first or end < last:
            column = "valid_from" if start > first else "valid_to"
            yield context.at(
                Severity.WRONG, "rule_always_valid", row, column, **values, first=first, last=last
            )


def municipalities_without_region(context: Context) -> Iterator[Finding]:
    """A municipality that escapes a rule because nobody said in which region it lies."""
    if not context.complete(Membership, Municipality) or not context.municipalities:
        return
    told: set[str] = set()
    for rule in context.rules.values():
        purpose = context.purpose(rule)
        if rule.place is not None or purpose == "municipality" or FAMILIES[rule.family].automatic:
            continue
        if purpose in told:
            continue
        told.add(purpose)
        placed = {code for codes in context.places.get(purpose, {}).values() for code in codes}
        if not placed:
            yield _no_region_at_all(context, rule, purpose)
            continue
        # A rule that is only reported escapes nobody's notice, but its figures would not be complete.
        strict = any(
            context.purpose(r) == purpose and r.place is None and context.strength(r) != "monitor"
            for r in context.rules.values()
        )
        for code, row in context.municipalities.items():
            if code not in placed:
                severity = Severity.WRONG if strict else Severity.WARNING
                values = {"municipality": context.name(code), "purpose": purpose, "rule": rule.rule_id}
                yield context.at(severity, "municipality_without_region", row, "code", **values)


def _no_region_at_all(context: Context, rule: Rule, purpose: str) -> Finding:
    values = {"rule": rule.rule_id, "purpose": purpose}
    if context.from_set(rule):
        return Finding(Severity.NOTICE, "set_rule_without_region", values)
    near = context.nearest(purpose, context.places)
    return context.at(Severity.WRONG, "rule_without_region", rule, "purpose", nearest=near, **values)


def regions_not_whole(context: Context) -> Iterator[Finding]:
    """Rules of regions that are not wholly in the input: reported, not imposed."""
    rules: dict[tuple[str, str], list[str]] = {}
    for rule in context.rules.values():
        if FAMILIES[rule.family].automatic:
            continue
        for place in context.places_of(rule):
            rules.setdefault((context.purpose(rule), place), []).append(rule.rule_id)
    first: dict[tuple[str, str], Membership] = {}
    for row in context.rows(Membership):
        first.setdefault((row.purpose, row.place), row)
    for (purpose, place), names in rules.items():
        if (purpose, place) in first and not context.whole(purpose, place):
            row = first[purpose, place]
            values = {
                "purpose": purpose,
                "place": place,
                "rules": tuple(names),
                "members": len(context.members(purpose, place)),
                "size": row.region_municipalities,
            }
            code = "region_size_unknown" if row.region_municipalities is None else "region_not_whole"
            yield context.at(Severity.NOTICE, code, row, "region_municipalities", **values)


def unknown_stock(context: Context) -> Iterator[Finding]:
    """Municipalities whose stock is not known while a rule needs it."""
    needed: dict[tuple[str, str], list[str]] = {}
    for rule in context.rules.values():
        parameters = context.parameters(rule)
        columns: tuple[str, ...] = ()
        chosen = False
        if rule.family in SIDED and context.purpose(rule) == "municipality" and parameters["side"] != "all":
            columns = ("dwelling_stock", "social_stock")
            chosen = parameters["side"] == "chosen"
        elif rule.family == "stock_share":
            columns = ("dwelling_stock", f"{parameters['segment'] or 'social'}_stock")
        for codes in context.places_of(rule).values():
            for code in codes:
                if chosen and context.municipalities[code].programme_choice is not None:
                    continue  # what a municipality chose does not depend on its stock
                for column in columns:
                    needed.setdefault((code, column), []).append(rule.rule_id)
    for (code, column), names in needed.items():
        row = context.municipalities.get(code)
        if row is not None and not getattr(row, column):
            if column != "dwelling_stock" and getattr(row, column) == 0:
                continue
            values = {"municipality": context.name(code), "rules": tuple(dict.fromkeys(names))}
            yield context.at(Severity.NOTICE, "stock_unknown", row, column, **values)


def exemptions(context: Context) -> Iterator[Finding]:
    """Exemptions of places that a rule does not have, or with a value that it cannot use."""
    for row in context.rows(Exemption):
        rule = context.rules.get(row.rule_id)
        if rule is None:
            continue  # told by the check on codes
        if FAMILIES[rule.family].always:
            about = {"rule": rule.rule_id, "family": rule.family, "place": row.place}
            yield context.at(Severity.WRONG, "exemption_of_always", row, "rule_id", **about)
            continue
        places = _exempt_places(context, rule)
        if row.place not in places and context.complete(Membership, Municipality):
            near = context.nearest(row.place, places)
            values = {"rule": rule.rule_id, "place": row.place, "nearest": near}
            yield context.at(Severity.WRONG, "exemption_place_unknown", row, "place", **values)
        yield from _exempt_value(context, row, rule)


def reasons(context: Context) -> Iterator[Finding]:
    """Reasons for places that a rule does not have."""
    for row in context.rows(Reason):
        rule = context.rules.get(row.rule_id)
        if rule is None or row.place is None or not context.complete(Membership, Municipality):
            continue  # an unknown rule is told by the check on codes
        places = _exempt_places(context, rule)
        if row.place not in places:
            near = context.nearest(row.place, places)
            values = {"rule": rule.rule_id, "place": row.place, "nearest": near}
            yield context.at(Severity.WRONG, "reason_place_unknown", row, "place", **values)


def _exempt_places(context: Context, rule: Rule) -> set[str]:
    if rule.family == "need":
        return {rows[0].place for rows in context.needs.values()}
    if rule.family in ("extra_cost", "deficit"):
        pots = [pot for pot in context.rows(Pot) if pot.kind == rule.family]
        return {pot.place for pot in pots if pot.place is not None} | set(context.municipalities)
    if rule.family in ("waiting_list", "follow_up"):
        return {flow.place for flow in context.rows(Flow)}
    if rule.family == "permit_holders":
        return set(context.municipalities)  # a task is also there where no swap is possible
    if rule.family == "care_capacity":
        return {row.place for row in context.rows(CareCapacity)}
    if rule.family in BY_MUNICIPALITY:
        return {code for codes in context.places_of(rule).values() for code in codes}
    return set(context.places_of(rule))


def _exempt_value(context: Context, row: Exemption, rule: Rule) -> Iterator[Finding]:
    if row.value is None:
        return
    values = {"rule": rule.rule_id, "family": rule.family}
    by_share = rule.family in SHARE_FAMILIES or (
        rule.family in BY_EITHER and context.parameters(rule)["share"] is not None
    )
    if by_share and row.value > 1:
        yield context.at(Severity.WRONG, "exemption_share_above_one", row, "value", **values)
    elif not by_share and rule.family not in NUMBERED:
        yield context.at(Severity.WRONG, "exemption_value_unused", row, "value", **values)
    elif not by_share and row.value.denominator != 1:
        yield context.at(Severity.WRONG, "exemption_not_whole", row, "value", **values)


CHECKS = (
    rule_sets,
    rule_set_keys,
    validity,
    automatic_families,
    always,
    municipalities_without_region,
    regions_not_whole,
    unknown_stock,
    exemptions,
    reasons,
)
