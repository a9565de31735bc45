"""Checks on the rules about who is housed where, and on those that divide lettings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.columns import WHOLE
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.homes import Homes
from thuisplan.inputs.lettings import PERMIT_HOLDERS
from thuisplan.inputs.resolve_lettings import start_share, urgent_flows, urgent_groups
from thuisplan.inputs.tables import (
    Flow,
    Group,
    Membership,
    Municipality,
    MunicipalityFigure,
    PermitTask,
    Rule,
    RuleParameter,
    Turnover,
)


def _rules(context: Context, family: str) -> Iterator[tuple[Rule, Mapping[str, Any]]]:
    if context.complete(RuleParameter):
        for rule in context.rules.values():
            if rule.family == family:
                yield rule, context.parameters(rule)


def _housed(context: Context) -> dict[str, Flow]:
    """Return the flows that are housed by lettings in some year of the horizon."""
    return {
        row.flow_id: row for row in context.rows(Flow) if row.need_category is None and context.spread(row)
    }


# --- shares of the vacancies -------------------------------------------------------------


def vacancy_shares(context: Context) -> Iterator[Finding]:
    """A share or a number, and not both; flows and vacancies that it can be a share of."""
    for rule, parameters in _rules(context, "vacancy_share"):
        about: dict[str, Any] = {"rule": rule.rule_id}
        if (parameters["share"] is None) == (parameters["dwellings"] is None):
            code = "vacancy_share_missing" if parameters["share"] is None else "vacancy_share_twice"
            yield context.at(Severity.WRONG, code, rule, "family", **about)
        yield from _growth_path(context, rule, parameters)
        if context.complete(Flow, Group):
            yield from _groups(context, rule, parameters)
        if context.complete(Turnover, Membership, Municipality) and parameters["base"] != "first_lettings":
            vacating = Homes(context).vacating
            for place, codes in context.places_of(rule).items():
                if not vacating.intersection(codes):
                    shown = context.name(place) if context.purpose(rule) == "municipality" else place
                    yield context.at(
                        Severity.WARNING,
                        "vacancy_share_without_turnover",
                        rule,
                        "place",
                        **about,
                        region=shown,
                    )


def _growth_path(context: Context, rule: Rule, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    names = ("start_share", "path_first_year", "path_last_year")
    start, first, last = (parameters[name] for name in names)
    about: dict[str, Any] = {"rule": rule.rule_id}
    if (start, first, last) == (None, None, None):
        return
    if first is None or last is None:
        yield context.at(Severity.WRONG, "share_path_incomplete", rule, "family", **about)
    elif first >= last:
        yield context.at(
            Severity.WRONG, "share_path_reversed", rule, "family", **about, from_year=first, to_year=last
        )
    elif parameters["dwellings"] is not None:
        yield context.at(Severity.WRONG, "share_path_of_number", rule, "family", **about)
    elif start is None and context.complete(Membership, Municipality):
        regions = tuple(context.places_of(rule))
        if len(regions) > 1:
            # Each lets another part today; one start for all would be none of theirs.
            about["regions"] = context.names(regions)
            yield context.at(Severity.WRONG, "start_share_of_regions", rule, "family", **about)
            return
        filled = _with_purpose(context, rule)
        if start_share(context.scenario, filled, bool(parameters["permit_holders"])) is None:
            yield context.at(Severity.WRONG, "start_share_unknown", rule, "family", **about)


def _with_purpose(context: Context, rule: Rule) -> Rule:
    return replace(rule, purpose=context.purpose(rule))


def _groups(context: Context, rule: Rule, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    present = {row.group for row in _housed(context).values()}
    named = parameters["groups"] or urgent_groups(context.scenario, parameters["roles"])
    about: dict[str, Any] = {"rule": rule.rule_id}
    if not present.intersection(named) and not parameters["permit_holders"]:
        yield context.at(Severity.WARNING, "vacancy_share_without_flows", rule, "family", **about)
    elif empty := [group for group in parameters["groups"] if group not in present]:
        given = context.given[rule.rule_id]["groups"]
        yield context.at(Severity.WARNING, "groups_without_flow", given, "value", **about, groups=empty)


# --- fair share of lettings ----------------------------------------------------------------


def fair_shares(context: Context) -> Iterator[Finding]:
    """Fair share of dwellings names options, that of lettings flows that are housed by lettings."""
    if not context.complete(Flow, Group, Membership, Municipality):
        return
    housed = _housed(context)
    for rule, parameters in _rules(context, "fair_share"):
        given = context.given.get(rule.rule_id, {})
        about: dict[str, Any] = {"rule": rule.rule_id}
        if rule.track != 2:
            if not parameters["options"]:
                yield context.at(Severity.WRONG, "fair_share_without_options", rule, "family", **about)
            if "flows" in given:
                unused = {**about, "parameter": given["flows"].parameter, "track": rule.track}
                yield context.at(
                    Severity.WARNING, "parameter_of_other_track", given["flows"], "value", **unused
                )
            continue
        for name in ("options", "needs"):
            if name in given:
                unused = {**about, "parameter": given[name].parameter, "track": 2}
                yield context.at(Severity.WARNING, "parameter_of_other_track", given[name], "value", **unused)
        known = {*housed, *((PERMIT_HOLDERS,) if context.rows(PermitTask) else ())}
        filled = _with_purpose(context, rule)
        if not parameters["flows"] and not urgent_flows(context.scenario, housed.values(), filled):
            yield context.at(Severity.WRONG, "fair_share_without_flows", rule, "family", **about)
        for flow in parameters["flows"]:
            listed = flow == PERMIT_HOLDERS or any(row.flow_id == flow for row in context.rows(Flow))
            if flow not in known and listed:
                yield context.at(
                    Severity.WRONG, "flow_without_lettings", given["flows"], "value", **about, flow=flow
                )


# --- other families -------------------------------------------------------------------------


def workplace_mixes(context: Context) -> Iterator[Finding]:
    """Three shares that together are the whole, of groups that come from somewhere."""
    if not context.complete(Flow):
        return
    present = {row.group for row in _housed(context).values()}
    for rule, parameters in _rules(context, "workplace_mix"):
        about: dict[str, Any] = {"rule": rule.rule_id}
        shares = [parameters[name] for name in ("own_share", "region_share", "outside_share")]
        if None not in shares and (total := sum(shares)) != 1:
            yield context.at(Severity.WARNING, "mix_does_not_sum", rule, "family", **about, sum=total)
        if empty := [group for group in parameters["groups"] if group not in present]:
            yield context.at(Severity.WARNING, "mix_without_flows", rule, "family", **about, groups=empty)


def own_first(context: Context) -> Iterator[Finding]:
    """Needs of one municipality each, and figures that are there."""
    for rule, parameters in _rules(context, "own_first"):
        about: dict[str, Any] = {"rule": rule.rule_id}
        given = context.given.get(rule.rule_id, {})
        for need in parameters["needs"] or ():
            rows = context.needs.get(need)
            if rows and rows[0].purpose != "municipality":
                values = {**about, "need": need, "place": rows[0].place}
                yield context.at(Severity.WRONG, "own_need_of_region", given["needs"], "value", **values)
        if not context.complete(MunicipalityFigure):
            continue
        figures = {row.figure for row in context.rows(MunicipalityFigure)}
        known = figures | {column.name for column in Municipality.columns() if column.kind is WHOLE}
        for name in ("stock", "per"):
            if parameters[name] not in known:
                near = context.nearest(str(parameters[name]), known)
                values = {**about, "figure": parameters[name], "nearest": near}
                row = given.get(name)
                yield context.at(
                    Severity.WRONG, "unknown_stock_figure", row or rule, "value" if row else None, **values
                )


CHECKS = (vacancy_shares, fair_shares, workplace_mixes, own_first)
