"""From a solver's plan to one that holds exactly: whole numbers fixed, the rest put on its grain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from thuisplan.inputs.instance import Instance
from thuisplan.model.exact import ExactPlan, exact_plan
from thuisplan.model.problem import Floats, Problem
from thuisplan.model.requirement import EUROS
from thuisplan.solvers.highs import Limits, solve_or_unknown
from thuisplan.solvers.solution import NOISE, StageRecord

POLISH_SECONDS = 30.0
"""Time for the linear problem that is left when whole numbers are fixed; it takes a moment."""


def polish(
    instance: Instance, original: Problem, problem: Problem, values: Floats, threads: int
) -> ExactPlan:
    """Fix the whole numbers, solve what is left, and put it on its grain.

    Parameters
    ----------
    instance, original
        The resolved input and its problem, without the limits of any stage.
    problem
        The problem that was solved: the same columns in the same order, perhaps more after them.
    values
        Values of its columns as the solver gave them.
    threads
        Threads of the solver.
    """
    values = settled(problem, values, Limits(threads=threads))
    return exact_plan(instance, original, values[: len(original.columns)])


def settled(problem: Problem, values: Floats, limits: Limits) -> Floats:
    """Return values with the whole numbers fixed and what is left at its best for them.

    No interrupt ends it: without it a plan that was found would not hold.

    Parameters
    ----------
    problem
        The problem with its cost.
    values
        Values of its columns as the solver gave them, length ``n``.
    limits
        How the solver runs; the time is ``POLISH_SECONDS``.

    Returns
    -------
    array
        Length ``n``; the values that were given if the solver finds none.
    """
    whole = {int(c): float(round(values[c])) for c in np.flatnonzero(problem.integral)}
    fixed = problem.with_bounds(whole, whole).relaxed()
    for presolve in (True, False):
        outcome = solve_or_unknown(fixed, replace(limits, seconds=POLISH_SECONDS, presolve=presolve))
        if outcome.values is not None:
            return outcome.values
    return values


def broken(problem: Problem, records: Iterable[StageRecord], plan: ExactPlan) -> dict[int, float]:
    """Return the rows that an exact plan breaks, and by how much to tighten them.

    Parameters
    ----------
    problem
        The problem with the limits of the stages.
    records
        How these stages went.
    plan
        The plan.
    """
    # A definition has no room to tighten; naming it is enough to try again.
    rows = {row: _excess(problem, plan, row) for row in plan.broken}
    for record in records:
        if record.limit is None:
            continue
        excess = plan.objective(record.stage.measures) - record.limit
        if excess > NOISE * max(1.0, abs(record.limit)):
            rows[problem.limit_row(record.stage.measures)] = max(excess, NOISE)
    return rows


def _excess(problem: Problem, plan: ExactPlan, row: int) -> float:
    """Return by how much a plan breaks a row, in the row's own unit."""
    position = problem.rows[row].requirement
    if position is None:
        return 0.0
    line = plan.lines[position]
    return float(line.slack * (EUROS if line.requirement.unit == "kEUR" else 1))
