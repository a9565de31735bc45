"""Checks on needs: their estimates, their places and what can meet them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.tables import Availability, Membership, Municipality, Need, Option

SAME_IN_EVERY_ROW = ("purpose", "place", "need_category", "need_class", "strength", "weight", "decides")


def estimates(context: Context) -> Iterator[Finding]:
    """Needs without any estimate, or with estimates in the wrong order."""
    for row in context.rows(Need):
        given = [value for value in (row.low, row.central, row.high) if value is not None]
        if not given:
            yield context.at(Severity.WRONG, "need_without_amount", row, "central", need=row.need_id)
        elif given != sorted(given):
            about = {"need": row.need_id, "low": row.low, "central": row.central, "high": row.high}
            yield context.at(Severity.WRONG, "estimates_out_of_order", row, "low", **about)


def one_need_one_description(context: Context) -> Iterator[Finding]:
    """Rows of one need that differ in what must be the same."""
    for need, rows in context.needs.items():
        for row in rows[1:]:
            for column in SAME_IN_EVERY_ROW:
                if getattr(row, column) != getattr(rows[0], column):
                    first = context.row_number(rows[0])
                    yield context.at(
                        Severity.WRONG, "need_rows_differ", row, column, need=need, first_row=first
                    )
                    break


def needs_without_option(context: Context) -> Iterator[Finding]:
    """Needs that no option can meet in their place."""
    if not context.complete(Option):
        return
    categories = {row.need_category or row.dwelling_type for row in context.options.values()}
    for need, rows in context.needs.items():
        row, codes = rows[0], context.members(rows[0].purpose, rows[0].place)
        # A need that is only reported, or only compared, may stay without an answer.
        severity = Severity.WRONG if row.decides and row.strength != "monitor" else Severity.NOTICE
        about: dict[str, Any] = {"need": need, "category": row.need_category, "place": _place(context, row)}
        options = context.options_for(row.need_category)
        if not options:
            about["nearest"] = context.nearest(row.need_category, categories)
            yield context.at(severity, "unknown_need_category", row, "need_category", **about)
        elif codes and context.complete(Availability):
            about["options"] = options
            if any(context.most_offered(code, option) for code in codes for option in options):
                continue
            if any(context.listed(code, option) for code in codes for option in options):
                # The input says in so many words that nothing is offered: the shortfall will show it.
                severity = Severity.WARNING if severity is Severity.WRONG else severity
                yield context.at(severity, "need_offered_none", row, "need_category", **about)
            else:
                yield context.at(severity, "need_without_option", row, "need_category", **about)


def _place(context: Context, row: Need) -> str:
    return context.name(row.place) if row.purpose == "municipality" else row.place


def overlapping_needs(context: Context) -> Iterator[Finding]:
    """Needs of one category that count the same dwellings twice, or contradict each other."""
    if not context.complete(Need, Membership, Municipality):
        return
    categories: dict[str, list[Need]] = {}
    own = {row.need_id for row in context.rows(Need)}  # flows are compared with needs by their own check
    for rows in context.needs.values():
        if rows[0].need_id in own and context.members(rows[0].purpose, rows[0].place):
            categories.setdefault(rows[0].need_category, []).append(rows[0])
    for needs in categories.values():
        needs.sort(key=lambda row: -len(context.members(row.purpose, row.place)))
        for place, wide in enumerate(needs):
            codes = context.members(wide.purpose, wide.place)
            narrow = [row for row in needs[place + 1 :] if codes & context.members(row.purpose, row.place)]
            both = [row for row in narrow if _counts(wide) and _counts(row)]
            if both:
                yield context.at(Severity.WRONG, "needs_overlap", wide, "place", **_sums(context, wide, both))
            others = [row for row in narrow if _counts(wide) != _counts(row)]
            yield from _disagreement(context, wide, others)


def _counts(row: Need) -> bool:
    return row.decides and row.strength != "monitor"


def _disagreement(context: Context, wide: Need, narrow: list[Need]) -> Iterator[Finding]:
    """Compare a need with those that divide its place, of which one side does not count."""
    codes = context.members(wide.purpose, wide.place)
    for purpose in sorted({row.purpose for row in narrow} - {wide.purpose}):
        level = [row for row in narrow if row.purpose == purpose]
        covered = frozenset().union(*(context.members(row.purpose, row.place) for row in level))
        about = _sums(context, wide, level)
        # Needs of some of the municipalities may well sum to less than that of the region.
        difference = about["others_total"] - about["total"]
        if (covered == codes and abs(difference) >= 1) or (covered < codes and difference >= 1):
            yield context.at(Severity.WARNING, "needs_disagree", wide, "place", **about)


def _sums(context: Context, wide: Need, narrow: list[Need]) -> dict[str, Any]:
    others = sum((context.total(row.need_id) for row in narrow), Fraction(0))
    return {
        "category": wide.need_category,
        "need": wide.need_id,
        "place": _place(context, wide),
        "total": context.total(wide.need_id),
        "others": tuple(row.need_id for row in narrow),
        "others_total": others,
        "counts": _counts(wide),
    }


CHECKS = (estimates, one_need_one_description, needs_without_option, overlapping_needs)
