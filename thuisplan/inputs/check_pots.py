"""Checks on the strings attached to pots: windows in time, years of use and target groups."""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.tables import Flow, Group, Option, PermitTask, Pot

WINDOWS = ("start", "finish")
"""What a window of a pot can look at; the columns are ``<window>_from`` and ``<window>_to``."""


def windows(context: Context) -> Iterator[Finding]:
    """Windows that run backwards, or in which no dwelling of the plan can start or be completed."""
    for pot in context.rows(Pot):
        yield from _windows(context, pot)


def _windows(context: Context, pot: Pot) -> Iterator[Finding]:
    for window in WINDOWS:
        first, last = getattr(pot, f"{window}_from"), getattr(pot, f"{window}_to")
        if first is not None and last is not None and last < first:
            reversed_ = {"from_year": first, "to_year": last}
            yield context.at(Severity.WRONG, "years_reversed", pot, f"{window}_to", **reversed_)
            continue
        begin, end = _possible(context, pot, window)
        late = first is not None and first > end
        if late or (last is not None and last < begin):
            code = "pot_start_outside_horizon" if window == "start" else "pot_finish_outside_horizon"
            column = f"{window}_from" if late else f"{window}_to"
            yield context.at(Severity.WRONG, code, pot, column, pot=pot.pot_id, first=begin, last=end)


def _possible(context: Context, pot: Pot, window: str) -> tuple[int, int]:
    """Return the first and last year in which a dwelling of the horizon starts, or is completed."""
    first, last = context.settings.first_year, context.settings.last_year
    if window == "finish":
        return first, last
    times = [row.building_years for row in _earmarked(context, pot)] or [0]
    return first - max(times), last - min(times)


def _earmarked(context: Context, pot: Pot) -> list[Option]:
    """Return the options of the types that a pot is for."""
    types = pot.dwelling_types
    return [row for row in context.options.values() if not types or row.dwelling_type in types]


def nothing_to_pay(context: Context) -> Iterator[Finding]:
    """Pots whose windows and years of use leave nothing of what can still be planned."""
    if not context.complete(Option):
        return
    for pot in context.rows(Pot):
        options = _earmarked(context, pot)
        if not options or any(_windows(context, pot)):
            continue  # told by the check on earmarks, or on windows
        if not any(pot.long_enough(row) for row in options):
            life = max(row.service_life_years or 0 for row in options)
            about = {"pot": pot.pot_id, "years": pot.minimum_use_years, "life": life}
            yield context.at(Severity.WARNING, "pot_use_too_long", pot, "minimum_use_years", **about)
            continue
        begin, last = context.settings.open_year, context.settings.last_year
        given = [f"{w}_{end}" for w in WINDOWS for end in ("from", "to") if _given(pot, f"{w}_{end}")]
        if given and not any(
            pot.may_pay(row, year)
            for row in options
            for year in range(max(row.first_year or 0, begin + row.lead_time_years), last + 1)
        ):
            about = {"pot": pot.pot_id, "first": begin, "last": last}
            yield context.at(Severity.WARNING, "pot_pays_nothing", pot, given[-1], **about)


def _given(pot: Pot, column: str) -> bool:
    return getattr(pot, column) is not None


def groups(context: Context) -> Iterator[Finding]:
    """Target groups of a pot that the input does not have, or of which nobody comes."""
    if not context.complete(Group):
        return
    known = {row.group for row in context.rows(Group)}
    coming = {row.group for row in context.rows(Flow)}
    if context.rows(PermitTask):
        coming.add("permit_holders")
    for pot in context.rows(Pot):
        for group in pot.groups:
            if group not in known:
                about = {"code": group, "table": Group.table, "nearest": context.nearest(group, known)}
                yield context.at(Severity.WRONG, "unknown_code", pot, "groups", **about, more=0)
            elif group not in coming and context.complete(Flow, PermitTask):
                yield context.at(
                    Severity.WARNING, "pot_group_without_flow", pot, "groups", pot=pot.pot_id, group=group
                )


CHECKS = (windows, nothing_to_pay, groups)
