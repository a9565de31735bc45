"""Checks on temporary dwellings: what may be moved, how long it lasts, and what stands today."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.tables import (
    Availability,
    FlexStock,
    Membership,
    Municipality,
    Option,
    Rule,
    RuleParameter,
)


def _rules(context: Context) -> list[Rule]:
    return [rule for rule in context.rules.values() if rule.family == "flex_life"]


def moved_options(context: Context, rule: Rule) -> tuple[str, ...]:
    """Return the options that a ``flex_life`` rule moves, named or by default.

    Parameters
    ----------
    context
        The scenario and its lookups.
    rule
        A rule of that family.
    """
    named = context.parameters(rule)["options"]
    if named:
        return tuple(option for option in named if option in context.options)
    return tuple(
        code
        for code, row in context.options.items()
        if row.route == "flex" and row.service_life_years is not None
    )


def lives(context: Context) -> Iterator[Finding]:
    """Rules about what does not leave its site, is not offered, or does not live long enough."""
    if not context.complete(Option, RuleParameter):
        return
    for rule in _rules(context):
        parameters = context.parameters(rule)
        about: dict[str, Any] = {"rule": rule.rule_id}
        options = moved_options(context, rule)
        if not options and not parameters["options"]:
            yield context.at(Severity.WARNING, "flex_rule_without_options", rule, "family", **about)
        members = [code for codes in context.places_of(rule).values() for code in codes]
        for code in options:
            option = context.options[code]
            life, stay = parameters["life_years"], option.service_life_years
            found: dict[str, Any] = {**about, "option": code, "life": life, "stay": stay}
            if stay is None:
                yield context.at(
                    Severity.WRONG, "flex_without_service_life", option, "service_life_years", **found
                )
            elif life is not None and life < stay:
                yield context.at(Severity.WRONG, "flex_life_below_stay", rule, "family", **found)
            elif life is not None and life - stay - parameters["delay_years"] < 1:
                found["delay"] = parameters["delay_years"]
                yield context.at(Severity.WARNING, "flex_never_moves", rule, "family", **found)
            if (
                context.complete(Availability)
                and members
                and not any(context.most_offered(place, code) for place in members)
            ):
                yield context.at(Severity.WARNING, "flex_not_offered", rule, "family", **found)


def one_rule_per_dwelling(context: Context) -> Iterator[Finding]:
    """Two rules that move the same option in the same municipality."""
    if not context.complete(Option, RuleParameter, Membership, Municipality):
        return
    first: dict[tuple[str, str], str] = {}
    for rule in _rules(context):
        places = [(place, code) for place, codes in context.places_of(rule).items() for code in codes]
        for option in moved_options(context, rule):
            taken = {code: first[code, option] for _, code in places if (code, option) in first}
            for code, other in list(taken.items())[:1]:
                about = {"rule": rule.rule_id, "other": other, "option": option}
                about["municipality"] = context.name(code)
                yield context.at(Severity.WRONG, "flex_rules_overlap", rule, "family", **about)
            first |= {(code, option): rule.rule_id for _, code in places}


def stock_of_today(context: Context) -> Iterator[Finding]:
    """Dwellings of today that cannot be moved, or that no rule moves."""
    if not context.complete(Option, RuleParameter, Membership, Municipality):
        return
    moved = {
        (code, option)
        for rule in _rules(context)
        for codes in context.places_of(rule).values()
        for code in codes
        for option in moved_options(context, rule)
    }
    for row in context.rows(FlexStock):
        option = context.options.get(row.option)
        about = {"option": row.option, "municipality": context.name(row.municipality_code)}
        if option is not None and option.service_life_years is None:
            yield context.at(Severity.WRONG, "flex_stock_permanent", row, "option", **about)
        elif option is not None and (row.municipality_code, row.option) not in moved:
            yield context.at(Severity.WARNING, "flex_stock_not_moved", row, "option", **about)


CHECKS = (lives, one_rule_per_dwelling, stock_of_today)
