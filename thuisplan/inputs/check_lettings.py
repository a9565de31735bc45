"""Checks on what is vacated, on the task for permit holders and on temporary dwellings of today."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from thuisplan.inputs.check_context import Context, as_ranges
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.homes import Homes, housing_place
from thuisplan.inputs.lettings import PERMIT_HOLDERS
from thuisplan.inputs.tables import (
    Availability,
    Flow,
    Group,
    Membership,
    Municipality,
    Option,
    PermitSwap,
    PermitTask,
    Rule,
    Suitability,
    Turnover,
)


def turnover_rates(context: Context) -> Iterator[Finding]:
    """Municipalities of which it cannot be said how many dwellings are vacated."""
    named = {row.municipality_code for row in context.rows(Turnover)}
    for row in context.rows(Turnover):
        star = row.municipality_code == "*"
        codes = [c for c in context.municipalities if c not in named] if star else [row.municipality_code]
        unknown = []
        for code in codes:
            place = context.municipalities.get(code)
            if place is None or place.vacancies_per_year is not None:
                continue
            if place.social_stock is None or row.rate is None:
                unknown.append(code)
        if unknown:
            about = {"municipalities": context.names(unknown)}
            yield context.at(Severity.WRONG, "turnover_unknown", row, "rate", **about)


def turnover_years(context: Context) -> Iterator[Finding]:
    """Open years in which nothing is vacated in a municipality where people may be housed in what is."""
    if not context.complete(Turnover, Flow, PermitTask, Suitability, Membership, Municipality):
        return
    rows: dict[str, list[Turnover]] = {}
    for row in context.rows(Turnover):
        rows.setdefault(row.municipality_code, []).append(row)
    open_years = {year for year in context.years if year >= context.settings.open_year}
    gaps: dict[tuple[str, str], list[str]] = {}
    for code in sorted(_housing(context)):
        # Rows that name a municipality take the place of those for all, in every year.
        whose = code if code in rows else "*"
        years = open_years.difference(*(context.spread(row) for row in rows.get(whose, ())))
        if years and whose in rows:
            gaps.setdefault((whose, as_ranges(years)), []).append(code)
    for (whose, missing), codes in gaps.items():
        about = {"municipalities": context.names(codes), "years": missing}
        yield context.at(Severity.WARNING, "turnover_years_missing", rows[whose][0], "from_year", **about)


def _housing(context: Context) -> frozenset[str]:
    """Return the municipalities where a flow, or the task, may be housed in what is vacated."""
    homes = Homes(context)
    flows = [row for row in context.rows(Flow) if row.need_category is None]
    places = [(row.flow_id, row.group, context.members(*housing_place(row))) for row in flows]
    task = frozenset(row.municipality_code for row in context.rows(PermitTask))
    places.append((PERMIT_HOLDERS, PERMIT_HOLDERS, task.intersection(context.municipalities)))
    return frozenset(
        code for flow, group, codes in places for code in codes if homes.vacated(flow, group, code)
    )


# --- permit holders -----------------------------------------------------------------


def permit_tasks(context: Context) -> Iterator[Finding]:
    """Tasks for permit holders of whom nothing is known, or who can be housed nowhere."""
    tasks: dict[str, PermitTask] = {}
    past: list[PermitTask] = []
    last = context.settings.last_year
    for row in context.rows(PermitTask):
        tasks.setdefault(row.municipality_code, row)
        if row.year > last:
            horizon = {"first": context.settings.first_year, "last": last}
            yield context.at(Severity.WARNING, "years_outside_horizon", row, "year", **horizon)
        elif row.year < context.settings.open_year and row.persons:
            past.append(row)
    if past:
        about: dict[str, Any] = {"persons": sum(row.persons for row in past), "rows": len(past)}
        about["open_year"] = context.settings.open_year
        yield context.at(Severity.NOTICE, "permit_tasks_of_past", past[0], "persons", **about)
    if not tasks:
        return
    first = next(iter(tasks.values()))
    if context.complete(Group) and all(row.group != PERMIT_HOLDERS for row in context.rows(Group)):
        yield context.at(Severity.WARNING, "permit_group_missing", first)
    if not context.complete(Suitability, Option, Availability, Turnover, Municipality):
        return
    if all(row.group != PERMIT_HOLDERS or not row.fit for row in context.rows(Suitability)):
        about = {"flow": PERMIT_HOLDERS, "group": PERMIT_HOLDERS}
        yield context.at(Severity.WRONG, "group_without_suitability", first, **about)
        return
    homes = Homes(context)
    for code, row in tasks.items():
        if code in context.municipalities and not homes.any(PERMIT_HOLDERS, PERMIT_HOLDERS, (code,)):
            about = {"municipality": context.name(code)}
            column = "municipality_code"
            if homes.suits_vacated(PERMIT_HOLDERS, code):  # and only the setting keeps them out of it
                yield context.at(Severity.WARNING, "permit_task_without_priority", row, column, **about)
            else:
                yield context.at(Severity.WARNING, "permit_task_without_home", row, column, **about)


def swaps(context: Context) -> Iterator[Finding]:
    """Agreed swaps outside the region, with oneself, or of more than the task."""
    if not context.complete(PermitTask, Membership, Municipality):
        return
    for row in context.rows(PermitSwap):
        if not {row.from_municipality, row.to_municipality} <= set(context.municipalities):
            continue  # told by the check on codes
        if row.from_municipality == row.to_municipality:
            yield context.at(Severity.WRONG, "swap_with_itself", row, "to_municipality")
            continue
        if row.year > (last := context.settings.last_year):
            horizon = {"first": context.settings.first_year, "last": last}
            yield context.at(Severity.WARNING, "years_outside_horizon", row, "year", **horizon)
        elif row.year < context.settings.open_year:
            over = {"year": row.year, "open_year": context.settings.open_year}
            yield context.at(Severity.NOTICE, "swap_of_past", row, "year", **over)
        if all(task.municipality_code != row.to_municipality for task in context.rows(PermitTask)):
            # What it takes over would be counted nowhere.
            about = {"municipality": context.name(row.to_municipality)}
            yield context.at(Severity.WRONG, "swap_without_task", row, "to_municipality", **about)
        yield from _regions(context, row)
        yield from _more_than_task(context, row)


def _regions(context: Context, row: PermitSwap) -> Iterator[Finding]:
    rule = _permit_rule(context, row.year)
    places = context.places_of(rule)
    regions = [
        next((place for place, codes in places.items() if code in codes), None)
        for code in (row.from_municipality, row.to_municipality)
    ]
    if regions[0] is None or regions[0] != regions[1]:
        about: dict[str, Any] = {
            "from_municipality": context.name(row.from_municipality),
            "to_municipality": context.name(row.to_municipality),
            "from_place": regions[0],
            "to_place": regions[1],
            "purpose": context.purpose(rule),
        }
        yield context.at(Severity.WRONG, "swap_outside_region", row, "to_municipality", **about)


def _permit_rule(context: Context, year: int) -> Rule:
    rules = [rule for rule in context.rules.values() if rule.family == PERMIT_HOLDERS]
    valid = [rule for rule in rules if (rule.valid_from or 0) <= year <= (rule.valid_to or year)]
    return (valid or rules)[0]


def _more_than_task(context: Context, row: PermitSwap) -> Iterator[Finding]:
    code, year, first = row.from_municipality, row.year, context.settings.open_year
    if year < first:
        return  # over, and counted nowhere
    task = sum(
        (task.persons if task.year >= first else 0) + task.backlog_persons
        for task in context.rows(PermitTask)
        if task.municipality_code == code and task.year <= year
    )
    before = [swap for swap in context.rows(PermitSwap) if first <= swap.year <= year]
    taken = sum(swap.persons for swap in before if swap.to_municipality == code)
    given = sum(swap.persons for swap in before if swap.from_municipality == code)
    if given > task + taken:
        about = {"municipality": context.name(code), "year": year, "task": task + taken, "given": given}
        yield context.at(Severity.WRONG, "swap_above_task", row, "persons", **about)


CHECKS = (turnover_rates, turnover_years, permit_tasks, swaps)
