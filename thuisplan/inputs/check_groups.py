"""Checks on target groups: their flows, where these may be housed, and what fits them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.homes import Homes, housing_place
from thuisplan.inputs.lettings import PERMIT_HOLDERS, VACATED_TYPE
from thuisplan.inputs.resolve_lettings import permit_households
from thuisplan.inputs.tables import (
    Availability,
    Flow,
    Group,
    Membership,
    Municipality,
    Need,
    Option,
    PermitTask,
    Suitability,
    Turnover,
)

SAME_IN_EVERY_ROW = (
    "group",
    "purpose",
    "place",
    "housed_purpose",
    "housed_place",
    "need_category",
    "weight",
    "strength",
)
NEED_COLUMNS = ("stay_years", "growth", "in_use_today")
"""Columns that mean something only for a flow that becomes a need."""
LETTING_COLUMNS = ("waiting_at_start", "includes_permit_holders")
"""Columns that mean something only for a flow that is housed by lettings."""


def _flows(context: Context) -> dict[str, list[Flow]]:
    result: dict[str, list[Flow]] = {}
    for row in context.rows(Flow):
        result.setdefault(row.flow_id, []).append(row)
    return result


def one_flow_one_description(context: Context) -> Iterator[Finding]:
    """Rows of one flow that differ in what must be the same, or count its waiting list twice."""
    for flow, rows in _flows(context).items():
        if flow == PERMIT_HOLDERS:
            yield context.at(Severity.WRONG, "flow_id_reserved", rows[0], "flow_id", flow=flow)
        about = {"flow": flow, "first_row": context.row_number(rows[0])}
        for row in rows[1:]:
            for column in SAME_IN_EVERY_ROW:
                if getattr(row, column) != getattr(rows[0], column):
                    yield context.at(Severity.WRONG, "flow_rows_differ", row, column, **about)
                    break
        waiting = [row for row in rows if row.waiting_at_start]
        if len(waiting) > 1:
            about["first_row"] = context.row_number(waiting[0])
            yield context.at(Severity.WRONG, "flow_waiting_twice", waiting[1], "waiting_at_start", **about)


def housing_places(context: Context) -> Iterator[Finding]:
    """Places where a flow may be housed that are missing, half given or unknown."""
    for row in context.rows(Flow):
        about: dict[str, Any] = {"flow": row.flow_id}
        if (row.housed_purpose is None) != (row.housed_place is None):
            missing = "housed_purpose" if row.housed_purpose is None else "housed_place"
            yield context.at(Severity.WRONG, "housed_place_incomplete", row, missing, **about)
        elif row.housed_place is None:
            if row.purpose == "outside":
                yield context.at(Severity.WRONG, "outside_without_housing", row, "housed_place", **about)
        elif context.complete(Membership, Municipality):
            places = context.places.get(row.housed_purpose or "", {})
            if row.housed_place not in places:
                about |= {"purpose": row.housed_purpose, "place": row.housed_place}
                about["nearest"] = context.nearest(row.housed_place, places)
                yield context.at(Severity.WRONG, "unknown_housed_place", row, "housed_place", **about)


def amounts(context: Context) -> Iterator[Finding]:
    """Flows from which more is taken off than they hold."""
    inside = context.settings.permit_holders_inside
    for row in context.rows(Flow):
        about: dict[str, Any] = {"flow": row.flow_id, "households": row.households}
        if row.counted_elsewhere > row.households:
            yield context.at(
                Severity.WRONG, "flow_below_counted_elsewhere", row, "counted_elsewhere", **about
            )
        elif inside and row.includes_permit_holders:
            for year in context.spread(row):
                taken = permit_households(context.scenario, row, year)
                if taken > row.households - row.counted_elsewhere:
                    about |= {"year": year, "permit_holders": taken}
                    yield context.at(Severity.WRONG, "flow_below_permit_holders", row, "households", **about)
                    break


def permit_holders(context: Context) -> Iterator[Finding]:
    """Permit holders who would be counted twice, or taken off nothing."""
    marked = [rows[0] for rows in _flows(context).values() if any(r.includes_permit_holders for r in rows)]
    tasks = context.rows(PermitTask)
    if context.settings.permit_holders_inside and context.complete(Flow, PermitTask):
        if not marked or not tasks:
            yield context.at_setting(
                Severity.WARNING, "permit_holders_inside_nothing", "permit_holders_inside", "true"
            )
        for place, row in enumerate(marked):
            members = context.members(row.purpose, row.place)
            for other in marked[:place]:
                if members & context.members(other.purpose, other.place):
                    about = {"flow": row.flow_id, "other": other.flow_id}
                    yield context.at(
                        Severity.WRONG, "permit_holders_in_two_flows", row, "includes_permit_holders", **about
                    )
    if tasks:
        for rows in _flows(context).values():
            if rows[0].group == PERMIT_HOLDERS:
                about = {"flow": rows[0].flow_id}
                yield context.at(
                    Severity.WARNING, "permit_holders_flow_beside_task", rows[0], "group", **about
                )


def flows_as_needs(context: Context) -> Iterator[Finding]:
    """Flows that become a need: what that takes, and that nothing else counts the same places."""
    for flow, rows in _flows(context).items():
        about: dict[str, Any] = {"flow": flow}
        for row in rows:
            if row.need_category is None:
                columns = [c for c in NEED_COLUMNS if getattr(row, c)]
                code = "flow_column_of_needs"
            else:
                columns = [c for c in LETTING_COLUMNS if getattr(row, c)]
                code = "flow_column_of_lettings"
                if row.stay_years is None:
                    yield context.at(Severity.WRONG, "flow_need_without_stay", row, "stay_years", **about)
            for column in columns:
                yield context.at(Severity.WRONG, code, row, column, **about)
        if rows[0].need_category is not None:
            if len(rows) > 1:
                yield context.at(Severity.WRONG, "flow_need_in_two_periods", rows[1], "from_year", **about)
            if any(need.need_id == flow for need in context.rows(Need)):
                yield context.at(Severity.WRONG, "flow_id_of_need", rows[0], "flow_id", **about)


def needs_given_twice(context: Context) -> Iterator[Finding]:
    """A need that is given as dwellings and as a flow, or as two flows."""
    if not context.complete(Need, Flow, Membership, Municipality):
        return
    flows = [rows[0] for rows in _flows(context).values() if rows[0].need_category is not None]
    for place, flow in enumerate(flows):
        members, years = context.members(*housing_place(flow)), set(context.spread(flow))
        about: dict[str, Any] = {"flow": flow.flow_id, "category": flow.need_category}
        for need in context.rows(Need):
            if (
                need.need_category == flow.need_category
                and need.decides
                and members & context.members(need.purpose, need.place)
                and years.intersection(context.spread(need))
            ):
                about |= {"need": need.need_id, "need_row": context.row_number(need)}
                yield context.at(Severity.WRONG, "need_and_flow", flow, "need_category", **about)
                break
        for other in flows[:place]:
            if other.need_category == flow.need_category and members & context.members(*housing_place(other)):
                about["other"] = other.flow_id
                yield context.at(Severity.WRONG, "flows_share_a_need", flow, "need_category", **about)


def needs_also_let(context: Context) -> Iterator[Finding]:
    """Needs of special groups that are met by what may be let to a flow too: both count.

    Regular dwellings are for everybody, also for who is urgent: that is no double count.
    """
    if not context.complete(Need, Flow, Suitability, Option, Availability, Membership, Municipality, Group):
        return
    places = Homes(context)
    lists = [(rows[0], housing_place(rows[0])) for rows in _flows(context).values()]
    housed = [
        (row.flow_id, row.group, context.members(*place)) for row, place in lists if row.need_category is None
    ]
    task = frozenset(row.municipality_code for row in context.rows(PermitTask))
    housed.append((PERMIT_HOLDERS, PERMIT_HOLDERS, task))
    told: set[str] = set()
    for need in context.rows(Need):
        if need.need_id in told or not need.decides or need.need_class != "special":
            continue
        told.add(need.need_id)
        members, serving = context.members(need.purpose, need.place), context.options_for(need.need_category)
        for flow, group, codes in housed:
            let = {option for code in codes & members for option in places.options(group, code)}
            if options := tuple(option for option in serving if option in let):
                about: dict[str, Any] = {"need": need.need_id, "category": need.need_category}
                about |= {"options": options, "flow": flow}
                yield context.at(Severity.NOTICE, "need_also_let", need, "need_category", **about)


def homes(context: Context) -> Iterator[Finding]:
    """Flows that no dwelling fits, or for which there is nothing where they may live."""
    if not context.complete(Suitability, Option, Availability, Turnover, Membership, Municipality, Group):
        return
    places = Homes(context)
    suited = {row.group for row in context.rows(Suitability) if row.fit > 0}
    known = {row.group for row in context.rows(Group)}
    told: set[str] = set()
    for flow, rows in _flows(context).items():
        row = rows[0]
        if row.need_category is not None or row.group not in known:
            continue
        severity = Severity.WARNING if row.strength == "monitor" else Severity.WRONG
        about: dict[str, Any] = {"flow": flow, "group": row.group}
        purpose, place = housing_place(row)
        members = context.members(purpose, place)
        if row.group not in suited:
            if row.group not in told:
                told.add(row.group)
                yield context.at(severity, "group_without_suitability", row, "group", **about)
        elif members and not places.any(flow, row.group, members):
            about["place"] = context.name(place) if purpose == "municipality" else place
            yield context.at(severity, "flow_without_home", row, "place", **about)


def unused_suitability(context: Context) -> Iterator[Finding]:
    """Dwelling types that no option has, and that are not vacated either."""
    if not context.complete(Option):
        return
    types = {option.dwelling_type for option in context.options.values()}
    told: set[str] = set()
    for row in context.rows(Suitability):
        if row.dwelling_type not in {*types, VACATED_TYPE, *told}:
            told.add(row.dwelling_type)
            near = context.nearest(row.dwelling_type, types)
            about = {"group": row.group, "type": row.dwelling_type, "nearest": near}
            yield context.at(Severity.WARNING, "suitability_unused", row, "dwelling_type", **about)


CHECKS = (
    one_flow_one_description,
    housing_places,
    amounts,
    permit_holders,
    flows_as_needs,
    needs_given_twice,
    needs_also_let,
    homes,
    unused_suitability,
)
