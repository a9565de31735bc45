"""Checks on neighbourhoods, care, corporations and settlement."""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.tables import (
    CareDemand,
    Corporation,
    Group,
    Municipality,
    Neighbourhood,
    Option,
    Rule,
    Tariff,
)


def care_demand(context: Context) -> Iterator[Finding]:
    """Hours of support of something that is neither an option nor a group."""
    if not context.complete(Option, Group):
        return
    known = {*context.options, *(row.group for row in context.rows(Group))}
    for row in context.rows(CareDemand):
        if row.subject not in known:
            about = {"subject": row.subject, "nearest": context.nearest(row.subject, known)}
            yield context.at(Severity.WRONG, "care_subject_unknown", row, "subject", **about)


def neighbourhoods(context: Context) -> Iterator[Finding]:
    """Options that are not there, and a least scale above the most."""
    for row in context.rows(Neighbourhood):
        about = {
            "neighbourhood": row.neighbourhood,
            "most": row.max_special,
            "scale": row.minimum_scale,
        }
        for option in row.options if context.complete(Option) else ():
            if option not in context.options:
                near = context.nearest(option, context.options)
                found = {"code": option, "table": Option.table, "nearest": near, "more": 0}
                yield context.at(Severity.WRONG, "unknown_code", row, "options", **found)
        if row.max_special is not None and (row.minimum_scale or 0) > row.max_special:
            yield context.at(Severity.WRONG, "scale_above_most", row, "minimum_scale", **about)


def corporations(context: Context) -> Iterator[Finding]:
    """Stocks that cannot be divided by, or that are together more than the municipality has."""
    if not context.complete(Corporation, Municipality):
        return
    by_place: dict[str, list[Corporation]] = {}
    for row in context.rows(Corporation):
        by_place.setdefault(row.municipality_code, []).append(row)
    for code, rows in by_place.items():
        total = sum(row.social_dwellings for row in rows)
        place = context.municipalities.get(code)
        about = {"municipality": context.name(code), "total": total}
        if not total:
            yield context.at(
                Severity.WRONG, "corporations_without_stock", rows[0], "social_dwellings", **about
            )
        elif place is not None and place.social_stock is not None and total > place.social_stock:
            about["stock"] = place.social_stock
            yield context.at(
                Severity.WARNING, "corporations_above_stock", rows[0], "social_dwellings", **about
            )


def tariffs(context: Context) -> Iterator[Finding]:
    """Amounts for a rule that settles nothing."""
    if not context.complete(Rule):
        return
    for row in context.rows(Tariff):
        rule = context.rules.get(row.rule_id)
        if rule is not None and rule.family != "fair_share":
            about = {"rule": rule.rule_id, "family": rule.family}
            yield context.at(Severity.WRONG, "tariff_without_fair_share", row, "rule_id", **about)


CHECKS = (care_demand, neighbourhoods, corporations, tariffs)
