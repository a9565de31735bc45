"""Small instances, written as rows: what the tests of the model and of the solvers start from.

Test modules get this module as the fixture ``small``. Every maker returns a row, or a list of rows;
``instance`` takes both and fills in the municipalities, the region R of kind ``agreement`` that holds
them all, and stages without any tolerance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy import sparse

from thuisplan.inputs.columns import Row, sorted_rows
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    TABLES,
    Availability,
    Budget,
    Capacity,
    Commitment,
    Exclusion,
    Exemption,
    FlexStock,
    Flow,
    FlowThrough,
    Group,
    Membership,
    Municipality,
    Need,
    Option,
    PermitSwap,
    PermitTask,
    Plan,
    Pot,
    Rule,
    RuleParameter,
    StageRow,
    Suitability,
    Turnover,
)
from thuisplan.model.build import build as build
from thuisplan.model.evaluate import Line
from thuisplan.model.evaluate import evaluate as evaluate
from thuisplan.model.problem import Problem
from thuisplan.model.stages import stages
from thuisplan.solvers.solution import NoPlan, Solution
from thuisplan.solvers.staged import Options, solve_stages

A, B, C = "GM0001", "GM0002", "GM0003"
REGION = "R"
FIRST = 2026
Rows = Row | Iterable[Any]

# --- rows -------------------------------------------------------------------------


def place(code: str, **values: Any) -> Municipality:
    """Return a municipality; its figures are unknown unless given."""
    return Municipality(**{"code": code, "name": code, "boundary_year": 2025, **values})


def region(purpose: str, name: str, *codes: str, size: int | None = None) -> list[Membership]:
    """Return the memberships of a region that is whole unless a larger ``size`` is given."""
    count = len(codes) if size is None else size
    return [
        Membership(municipality_code=code, purpose=purpose, place=name, region_municipalities=count)
        for code in codes
    ]


def option(code: str, **values: Any) -> Option:
    """Return an option: a regular social dwelling by new build that serves the need of its own name."""
    filled = {
        "dwelling_type": "social_regular",
        "route": "new_build",
        "segment": "social_rent",
        "need_category": code,
        "extra_cost_eur": 0,
        "deficit_eur": 0,
        **values,
    }
    return Option(option=code, **filled)


def market(code: str, **values: Any) -> Option:
    """Return an option of market dwellings."""
    return option(code, **{"dwelling_type": "market", "segment": "market", **values})


def middle(code: str, **values: Any) -> Option:
    """Return an option of mid rent."""
    return option(code, **{"dwelling_type": "mid_rent", "segment": "mid_rent", **values})


def offer(code: str, what: str, most: int, year: int | None = None) -> Availability:
    """Return an offer, of every year or of one."""
    return Availability(
        municipality_code=code, option=what, from_year=year or FIRST, to_year=year, max_per_year=most
    )


def capacity(code: str, dwellings: int, route: str | None = None, year: int | None = None) -> Capacity:
    """Return a capacity, of every year or of one."""
    return Capacity(
        municipality_code=code,
        route=route,
        from_year=year or FIRST,
        to_year=year,
        dwellings_per_year=dwellings,
    )


def plan(code: str, dwellings: int, segment: str | None = None, year: int = FIRST) -> Plan:
    """Return a building plan by new build that is realised in full."""
    return Plan(
        project=f"{segment or 'any'}-{year}",
        municipality_code=code,
        status="hard",
        route="new_build",
        segment=segment,
        from_year=year,
        to_year=year,
        dwellings=dwellings,
        realisation=Fraction(1),
    )


def committed(code: str, what: str, dwellings: int, year: int = FIRST) -> Commitment:
    """Return a commitment."""
    return Commitment(municipality_code=code, option=what, year=year, dwellings=dwellings)


def excluded(code: str, what: str, year: int = FIRST) -> Exclusion:
    """Return an exclusion of one year."""
    return Exclusion(municipality_code=code, option=what, from_year=year, to_year=year)


def need(category: str, dwellings: int, **values: Any) -> Need:
    """Return a need of region R with the name of its category: so many dwellings a year."""
    filled = {
        "need_id": category,
        "purpose": "agreement",
        "place": REGION,
        "from_year": FIRST,
        "central": Fraction(dwellings),
        **values,
    }
    return Need(need_category=category, **filled)


def rule(
    rule_id: str, family: str, parameters: Mapping[str, object] | None = None, **values: Any
) -> list[Row]:
    """Return a rule with its parameters."""
    return [
        Rule(rule_id=rule_id, family=family, **values),
        *(
            RuleParameter(rule_id=rule_id, parameter=name, value=str(value))
            for name, value in (parameters or {}).items()
        ),
    ]


def exempt(rule_id: str, where: str, value: Fraction | int | None = None) -> Exemption:
    """Return an exemption, or with a value the agreement of another norm."""
    return Exemption(
        rule_id=rule_id, place=where, value=None if value is None else Fraction(value), agreed_by="all"
    )


def pot(pot_id: str, kind: str, euros: Mapping[int, int] | None = None, **values: Any) -> list[Row]:
    """Return a pot with a budget per year."""
    return [
        Pot(pot_id=pot_id, payer=pot_id, kind=kind, **values),
        *(
            Budget(pot_id=pot_id, from_year=year, to_year=year, amount_eur=amount)
            for year, amount in (euros or {}).items()
        ),
    ]


def group(code: str, *roles: str, **values: Any) -> Group:
    """Return a target group; urgent by law unless other roles are given."""
    return Group(group=code, roles=roles or ("statutory",), **values)


def flow(code: str, households: Fraction | int, of: str = "homeless", **values: Any) -> Flow:
    """Return a flow from region R of so many households a year, who are on the waiting list."""
    filled = {"purpose": "agreement", "place": REGION, "from_year": FIRST, **values}
    return Flow(flow_id=code, group=of, households=Fraction(households), **filled)


def fits(of: str, dwelling_type: str = "social_regular", **values: Any) -> Suitability:
    """Return that a dwelling type fits a group, everywhere and for good."""
    return Suitability(group=of, dwelling_type=dwelling_type, **values)


def turnover(code: str, rate: Fraction | None = None, **values: Any) -> Turnover:
    """Return what part of the social stock is vacated, in every year."""
    return Turnover(municipality_code=code, from_year=FIRST, rate=rate, **values)


def vacating(code: str, dwellings: int, **values: Any) -> list[Row]:
    """Return a municipality in which so many of a thousand social dwellings are vacated each year."""
    stock = place(code, social_stock=1000, dwelling_stock=4000)
    return [stock, turnover(code, Fraction(dwellings, 1000), **values)]


def moving_on(what: str, take_up: Fraction, **values: Any) -> FlowThrough:
    """Return what moving on to an option sets free."""
    return FlowThrough(option=what, take_up=take_up, **{"municipality_code": "*", **values})


def task(code: str, persons: int, year: int = FIRST, half: int = 1, **values: Any) -> PermitTask:
    """Return the task for permit holders of a half-year."""
    return PermitTask(municipality_code=code, year=year, half=half, persons=persons, **values)


def swap(giver: str, taker: str, persons: int, year: int = FIRST) -> PermitSwap:
    """Return an agreed swap of a task."""
    return PermitSwap(
        from_municipality=giver, to_municipality=taker, year=year, persons=persons, agreed_by="all"
    )


def standing(code: str, what: str, dwellings: int, last_year: int) -> FlexStock:
    """Return flex dwellings of today."""
    return FlexStock(municipality_code=code, option=what, last_year=last_year, dwellings=dwellings)


def stage(number: int, measure: str, **values: Any) -> StageRow:
    """Return a stage without tolerances."""
    return StageRow(stage=number, measure=measure, **values)


# --- from rows to a plan --------------------------------------------------------------


def scenario(
    *rows: Rows,
    years: int = 1,
    measures: tuple[str, ...] = ("unmet_special", "unmet_regular", "rule_violation", "lateness"),
    **settings: Any,
) -> Scenario:
    """Return a scenario of these rows.

    Municipalities that the rows name and do not describe are added, and make region R
    unless the rows have memberships of kind ``agreement``. Without stages among the rows
    the measures are minimised in order, exactly.
    """
    given = list(flat(rows))
    described = {row.code for row in given if isinstance(row, Municipality)}
    named = {code for row in given if (code := getattr(row, "municipality_code", None)) not in (None, "*")}
    given += [place(code) for code in sorted(named - described)]
    if not any(isinstance(row, Membership) and row.purpose == "agreement" for row in given):
        given += region("agreement", REGION, *sorted(named | described))
    if not any(isinstance(row, StageRow) for row in given):
        given += [stage(number, measure) for number, measure in enumerate(measures, start=1)]
    tables = {name: sorted_rows(row for row in given if row.table == name) for name in TABLES}
    filled = {"format": 1, "name": "small", "first_year": FIRST, "last_year": FIRST + years - 1, **settings}
    return Scenario(Settings(**filled), MappingProxyType(tables))


def instance(*rows: Rows, **values: Any) -> Instance:
    """Return the resolved instance of these rows; see ``scenario``."""
    return resolve(scenario(*rows, **values))


def solve(made: Instance, **options: Any) -> Solution | NoPlan:
    """Return what solving the stages of an instance gives."""
    return solve_stages(made, build(made), stages(made), Options(**options))


def solved(*rows: Rows, **values: Any) -> Solution:
    """Return the plan of these rows; there must be one."""
    result = solve(instance(*rows, **values))
    assert isinstance(result, Solution), result
    assert all(record.closed for record in result.stages), result.stages
    return result


def unsolved(*rows: Rows, **values: Any) -> NoPlan:
    """Return why there is no plan of these rows; there must be none."""
    result = solve(instance(*rows, **values))
    assert isinstance(result, NoPlan), result
    return result


def giving(result: NoPlan) -> dict[str, float | None]:
    """Return what each family alone would have to give, rounded to a thousandth."""
    assert result.reason == "infeasible", result
    return {
        found.families[0]: None if found.amount is None else round(float(found.amount), 3)
        for found in result.giving
    }


def falls(result: NoPlan, family: str) -> dict[str, Fraction]:
    """Return where it falls if this family alone gives: name of the line -> amount."""
    [found] = [one for one in result.giving if one.families == (family,)]
    return {fall.requirement.name: fall.amount for fall in found.falls}


def line(result: Solution, rule_id: str, where: str = "", subject: str = "", period: object = "") -> Line:
    """Return one line of a plan."""
    [found] = [
        one
        for one in result.lines
        if (one.requirement.rule_id, one.requirement.place, one.requirement.subject, one.requirement.period)
        == (rule_id, where, subject, str(period))
    ]
    return found


def outcome(found: Line) -> tuple[Any, str, Any, str]:
    """Return left side, operator, right side and verdict of a line."""
    return found.lhs, str(found.requirement.sense), found.rhs, found.verdict


def built(result: Solution, *codes: str, options: Iterable[str], years: Iterable[int] | None = None) -> int:
    """Return how many dwellings of some options a plan completes, by plain sums."""
    chosen, within = set(options), None if years is None else set(years)
    return sum(
        dwellings
        for (code, year, what), dwellings in result.completed.items()
        if code in codes and what in chosen and (within is None or year in within)
    )


def let(result: Solution, *flows: str, source: str = "ap", years: Iterable[int] | None = None) -> int:
    """Return how many households of some flows a plan houses: vacated (a), in places (p), by plain sums."""
    within = None if years is None else set(years)
    return sum(
        households
        for quantity in source
        for key, households in result.amounts.get(quantity, {}).items()
        if key[2] in flows and (within is None or key[1] in within)
    )


def values_of(problem: Problem, completed: Mapping[tuple[str, int, str], int]) -> list[Fraction | int]:
    """Return the exact values of all columns of a problem without money for given completions."""
    result: list[Fraction | int] = [0] * len(problem.columns)
    for position, column in enumerate(problem.columns):
        if column.key[0] == "x":
            result[position] = completed.get(column.key[1:], 0)
    names = {column.name: position for position, column in enumerate(problem.columns)}
    for row, (form, _) in problem.exact_rows.items():
        position = names.get(problem.rows[row].name)
        if position is not None:
            # A definition is "total - value == 0": with the total still at zero, minus its form is the value.
            result[position] = -form.value(result)
    return result


# --- the problem of one family ------------------------------------------------------


def rows_of(problem: Problem, family: str) -> list[int]:
    """Return the rows that impose requirements of a family."""
    return [
        position
        for position, row in enumerate(problem.rows)
        if row.requirement is not None and problem.requirements[row.requirement].family == family
    ]


def restricted(problem: Problem, family: str) -> Problem:
    """Return the rows of one family with the definitions and columns they use, slack and its price.

    The objective is the price of the slack of these rows in all measures together.
    """
    matrix = problem.matrix.tocsr()
    rows = set(rows_of(problem, family))
    columns: set[int] = set()
    while True:
        columns |= {int(c) for row in rows for c in matrix[row, :].indices}
        names = {
            problem.columns[c].name for c in columns if problem.columns[c].key[0] in ("total", "carried")
        }
        wanted = set(rows)
        for position, row in enumerate(problem.rows):
            if row.kind == "definition":
                used = {
                    problem.columns[int(c)].key[0] for c in matrix[position, :].indices if int(c) in columns
                }
                if row.name in names or used & {"z", "y", "n", "s"}:
                    wanted.add(position)
            elif row.kind == "peak":
                slack = [
                    int(c) for c in matrix[position, :].indices if problem.columns[int(c)].key[0] == "slack"
                ]
                if columns.issuperset(slack):
                    wanted.add(position)
        if wanted == rows:
            break
        rows = wanted
    kept, chosen = sorted(rows), sorted(columns)
    cost = np.zeros(len(problem.columns))
    for row in problem.measures.values():
        entries = np.asarray(matrix[row, :].todense()).ravel()
        for position in chosen:
            if problem.columns[position].key[0] in ("slack", "peak"):
                cost[position] += entries[position]
    return replace(
        problem,
        columns=tuple(problem.columns[c] for c in chosen),
        lower=problem.lower[chosen],
        upper=problem.upper[chosen],
        integral=problem.integral[chosen],
        matrix=sparse.csr_matrix(matrix[kept, :][:, chosen]),
        row_lower=problem.row_lower[kept],
        row_upper=problem.row_upper[kept],
        rows=tuple(problem.rows[row] for row in kept),
        exact_rows=MappingProxyType({}),
        measures=MappingProxyType({}),
        cost=cost[chosen],
    )


def named_for_lp(problem: Problem) -> Problem:
    """Return a problem whose names the LP format allows: it knows no brackets, colons or signs."""
    allowed = str.maketrans("[]:+-", "().&_")
    return replace(
        problem,
        columns=tuple(replace(column, name=column.name.translate(allowed)) for column in problem.columns),
        rows=tuple(replace(row, name=row.name.translate(allowed)) for row in problem.rows),
    )


def flat(rows: Iterable[Any]) -> Iterator[Row]:
    """Yield the rows of lists within lists."""
    for row in rows:
        if isinstance(row, Row):
            yield row
        else:
            yield from flat(row)
