"""Start from the plan of another input: keep what it decides as far as the optimum allows.

A variant of an input mostly has plans that differ little from the plan of the input itself. So:

1. The relaxation is solved once more with a price on every whole number that departs from the other
   plan: most then stay, and the objective hardly suffers.
2. Those that stay are fixed; the rest, a small part of the problem, is solved.

Nothing here asks that the other plan be possible: what does not fit departs from it in the first
step, and a plan that is found is a plan of this problem.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from thuisplan.model.problem import Floats, Problem
from thuisplan.solvers.highs import Interrupt, Limits, solve_or_unknown
from thuisplan.solvers.proximity import SAME, nearest_relaxation
from thuisplan.solvers.solution import Solution

AHEAD = 0.1
"""What a tolerance of a later stage weighs, in tolerances of the stage."""

NODES = 10
"""Nodes after which the search for the rest stops: it is small."""


def named_values(problem: Problem, solution: Solution) -> dict[str, float]:
    """Return the whole numbers of a plan by the name of their column, those that are not zero.

    Parameters
    ----------
    problem
        The problem that was solved.
    solution
        A plan of it.
    """
    return {
        column.name: float(value)
        for column, value, whole in zip(problem.columns, solution.values, problem.integral, strict=True)
        if whole and value
    }


def wanted(problem: Problem, start: Mapping[str, float]) -> Floats:
    """Return the whole numbers of another plan as far as this problem has them; zero for the others.

    Parameters
    ----------
    problem
        The problem that is to be solved.
    start
        Name of a column -> value; names that are not there and values that are no numbers count for nothing.

    Returns
    -------
    array
        Length ``n``, whole and within the bounds of the columns.
    """
    given = np.array([start.get(column.name, 0.0) for column in problem.columns], dtype=float)
    whole = np.round(np.where(np.isfinite(given), given, 0.0))
    return np.clip(np.where(problem.integral, whole, 0.0), problem.lower, problem.upper)


def ahead(
    problem: Problem,
    own: tuple[Mapping[str, float], Limits],
    later: Sequence[tuple[Mapping[str, float], Limits]],
    values: Floats,
) -> Floats:
    """Return what later stages ask, as a cost that is small beside that of a stage.

    Of many plans that close a stage some leave the later ones little to do. A tolerance of a later
    stage weighs ``AHEAD`` tolerances of this one.

    Parameters
    ----------
    problem
        The problem.
    own, later
        Measures and closing tolerances of the stage, and of those after it.
    values
        Values of a plan, length ``n``: they say how large the tolerances are.

    Returns
    -------
    array
        Cost per column, length ``n``, in the unit of the stage.
    """

    def costed(measures: Mapping[str, float], limits: Limits) -> tuple[Floats, float]:
        cost = problem.with_cost(measures).cost
        return cost, max(limits.absolute_gap, limits.relative_gap * abs(float(cost @ values)))

    _, close = costed(*own)
    result = np.zeros(len(problem.columns))
    for one in later:
        cost, tolerance = costed(*one)
        result += AHEAD * close / tolerance * cost
    return result


def near_plan(
    problem: Problem,
    ahead: Floats | None,
    aim: Floats,
    plan: Floats | None,
    relaxed: Floats,
    cost: float,
    limits: Limits,
    interrupt: Interrupt,
) -> Floats | None:
    """Return a plan near an aim, if one is found.

    Parameters
    ----------
    problem
        The problem with its cost.
    ahead
        Cost of later stages (``ahead``), None to look at this one alone.
    aim
        Whole numbers to stay near, length ``n``; they need not be possible.
    plan
        A plan of this problem, if there is one: what is fixed is fixed where it agrees too, so that
        the search begins with a plan.
    relaxed
        Values of the relaxation, length ``n``.
    cost
        What departing from the aim as far as the relaxation does would cost, in the unit of the objective.
        So the objective is at most this above its bound before whole numbers are asked for; mostly it is
        far less, as most of that distance is no use to the objective.
    limits
        When each of the two solves may stop; their ``seconds`` are for both.
    interrupt
        Flag that ends the search.

    Returns
    -------
    array or None
        A plan of this problem; it may be worse than the one that was given.
    """
    if ahead is not None:
        problem = replace(problem, cost=problem.cost + ahead)
    whole = np.flatnonzero(problem.integral)
    aim = np.where(problem.integral, np.round(aim), 0.0)
    ends = time.monotonic() + limits.seconds
    values = nearest_relaxation(problem, aim, relaxed, cost, limits, interrupt)
    if values is None:
        return None
    same = np.abs(values[whole] - aim[whole]) <= SAME
    start = None
    if plan is not None:
        same &= np.abs(plan[whole] - aim[whole]) <= SAME
        start = np.where(problem.integral, np.round(plan), plan)
    fixed = {int(c): float(aim[c]) for c in whole[same]}
    limits = replace(limits.until(ends), nodes=NODES)
    return solve_or_unknown(problem.with_bounds(fixed, fixed), limits, start, interrupt).values
