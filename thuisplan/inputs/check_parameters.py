"""Checks on the parameters of rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.columns import CellError, Column
from thuisplan.inputs.families import FAMILIES, parameter_column
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.lettings import PERMIT_HOLDERS
from thuisplan.inputs.periods import read_periods
from thuisplan.inputs.tables import TABLES, Flow, Group, Need, Option, Rule, RuleParameter

YEAR_PARAMETER = "by_year"
OPTION_LISTS = ("options", "of_options")


def values(context: Context) -> Iterator[Finding]:
    """Parameters that the family does not have, or whose value cannot be read."""
    seen: dict[tuple[str, str], RuleParameter] = {}
    for row in context.rows(RuleParameter):
        rule = context.rules.get(row.rule_id)
        if rule is None:
            continue  # told by the check on codes
        column = parameter_column(rule.family, row.parameter)
        if column is None:
            yield _unknown_parameter(context, row, rule)
        elif (rule.rule_id, column.name) in seen:
            first = context.row_number(seen[rule.rule_id, column.name])
            yield context.at(
                Severity.WRONG, "parameter_twice", row, "parameter",
                rule=rule.rule_id, parameter=row.parameter, first_row=first,
            )  # fmt: skip
        else:
            seen[rule.rule_id, column.name] = row
            yield from _unreadable_value(context, row, rule, column)


def _unknown_parameter(context: Context, row: RuleParameter, rule: Rule) -> Finding:
    columns = FAMILIES[rule.family].parameters.columns()
    found = {
        "rule": rule.rule_id,
        "parameter": row.parameter,
        "family": rule.family,
        "known": tuple(column.heading(context.settings.language) for column in columns),
        "nearest": context.nearest(row.parameter, (name for c in columns for name in (c.nl, c.name))),
    }
    code = "unknown_parameter" if columns else "family_without_parameters"
    return context.at(Severity.WRONG, code, row, "parameter", **found)


def _unreadable_value(context: Context, row: RuleParameter, rule: Rule, column: Column) -> Iterator[Finding]:
    about: dict[str, Any] = {"rule": rule.rule_id, "parameter": row.parameter, "kind": column.kind.name}
    try:
        value = column.kind.read(row.value).value
    except CellError as error:
        if column.kind.vocabulary:
            labels = column.kind.vocabulary.labels
            names = [name for code, label in labels.items() for name in (code, label.nl, label.en)]
            about["nearest"] = context.nearest(row.value, names)
        found = {"field": column.name, **about, **error.values}
        yield context.at(Severity.WRONG, error.code, row, "value", **found)
        return
    limits = {"minimum": column.minimum, "maximum": column.maximum}
    if (column.minimum is not None and value < column.minimum) or (
        column.maximum is not None and value > column.maximum
    ):
        yield context.at(Severity.WRONG, "out_of_range", row, "value", field=column.name, **limits)
    elif column.name == "periods":
        yield from _periods(context, row, rule)
    elif column.name == YEAR_PARAMETER:
        yield from _year(context, row, rule, value)
    yield from _codes(context, row, column, value, about)


def _periods(context: Context, row: RuleParameter, rule: Rule) -> Iterator[Finding]:
    first, last = _valid(context, rule)
    about = {"rule": rule.rule_id, "first": first, "last": last}
    try:
        named = read_periods(row.value, 0, 9999)
        kept = read_periods(row.value, first, last) if first <= last else ()
    except ValueError:
        yield context.at(Severity.WRONG, "unreadable_periods", row, "value", **about)
        return
    if not kept and first <= last:
        yield context.at(Severity.WRONG, "periods_outside_horizon", row, "value", **about)
    # "2030" and "year" are cut to the horizon by their meaning; named periods were meant as they are.
    elif "-" in row.value and any(p.first < first or p.last > last for p in named):
        yield context.at(Severity.WARNING, "periods_partly_outside_horizon", row, "value", **about)


def _year(context: Context, row: RuleParameter, rule: Rule, year: int) -> Iterator[Finding]:
    first, last = _valid(context, rule)
    if first <= last and not first <= year <= last:
        about = {"rule": rule.rule_id, "year": year, "first": first, "last": last}
        yield context.at(Severity.WRONG, "year_outside_rule", row, "value", **about)


def _valid(context: Context, rule: Rule) -> tuple[int, int]:
    first, last = context.settings.first_year, context.settings.last_year
    return max(first, rule.valid_from or first), min(last, rule.valid_to or last)


def _codes(
    context: Context, row: RuleParameter, column: Column, value: Any, about: Mapping[str, Any]
) -> Iterator[Finding]:
    """Yield the codes of other tables that a parameter names and that are not there."""
    table, target = "", ""
    if column.name in OPTION_LISTS:
        table, target = Option.table, "option"
    elif column.name == "needs":
        table, target = Need.table, "need_id"
    elif column.name == "flows":
        table, target = Flow.table, "flow_id"
    elif column.name == "groups":
        table, target = Group.table, "group"
    elif column.refers is not None:
        table, target = column.refers.split(".")
    if not table or not context.complete(TABLES[table]):
        return
    known = {getattr(other, target) for other in context.rows(TABLES[table])}
    if column.name == "needs":
        known |= set(context.needs)
    elif column.name in ("flows", "groups"):
        known |= {PERMIT_HOLDERS}
    for code in value if isinstance(value, tuple) else (value,):
        if code not in known:
            near = context.nearest(code, known)
            found = {"code": code, "table": table, "nearest": near, "more": 0}
            yield context.at(Severity.WRONG, "unknown_code", row, "value", **found)


def missing(context: Context) -> Iterator[Finding]:
    """Parameters that a family cannot do without."""
    if not context.complete(RuleParameter):
        return
    for rule in context.rules.values():
        for column in FAMILIES[rule.family].parameters.columns():
            if column.required and column.name not in context.given.get(rule.rule_id, {}):
                name = column.heading(context.settings.language)
                about = {"rule": rule.rule_id, "family": rule.family, "parameter": name}
                yield context.at(Severity.WRONG, "missing_parameter", rule, "family", **about)
            elif column.required and context.parameters(rule)[column.name] == ():
                row = context.given[rule.rule_id][column.name]
                yield context.at(
                    Severity.WRONG, "empty_list", row, "value", rule=rule.rule_id, parameter=row.parameter
                )


def feature_targets(context: Context) -> Iterator[Finding]:
    """A target needs a share or a number, and a feature that some option has."""
    features = {feature for option in context.options.values() for feature in option.features}
    for rule in context.rules.values():
        if rule.family != "feature_target" or not context.complete(RuleParameter):
            continue
        given = context.given.get(rule.rule_id, {})
        if ("share" in given) == ("dwellings" in given):
            code = "target_twice" if "share" in given else "target_missing"
            yield context.at(Severity.WRONG, code, rule, "family", rule=rule.rule_id)
        if "feature" in given and context.complete(Option):
            feature = given["feature"].value.strip()
            if feature not in features:
                near = context.nearest(feature, features)
                about = {"rule": rule.rule_id, "feature": feature, "nearest": near}
                yield context.at(Severity.WRONG, "unknown_feature", given["feature"], "value", **about)


CHECKS = (values, missing, feature_targets)
