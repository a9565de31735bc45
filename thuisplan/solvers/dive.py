"""Dive from the relaxation to a plan: what is nearly whole there stays nearly as it is.

Where a relaxation leaves few projects undecided, the best plan is near it: switches of projects that are
whole in the relaxation are kept, numbers of dwellings stay within a few of it, and only the projects that
it leaves open are free. That is a small part of the problem, solved in a moment. How much is lost
is read from the relaxation of that part; where that is too much the dive is made wider, or not at all.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from thuisplan.model.problem import Floats, Problem
from thuisplan.solvers.highs import Interrupt, Limits, Outcome, solve_or_unknown

REACHES = (3, 10)
"""How far numbers may be from the relaxation; a wider reach is tried where a smaller one loses too much."""

LOSS = 0.01
"""Part of the objective that the relaxation of what is left may lose; beyond it a dive finds no good plan."""

WHOLE = 1e-6
"""Numbers that are this close to a whole one are whole."""

NODES = 100
"""Nodes after which a dive stops; unlike time, that gives equal plans on any machine."""


def dive(
    problem: Problem,
    point: Floats,
    limits: Limits,
    interrupt: Interrupt | None = None,
) -> Outcome | None:
    """Return the best plan near a relaxed one, if a good one can be there.

    Parameters
    ----------
    problem
        The problem with its cost.
    point
        Values of the columns in its relaxation, length ``n``.
    limits
        Seconds, closing tolerance of what is left, and the objective that is good enough.
    interrupt
        Flag that ends the dive.

    Returns
    -------
    Outcome or None
        The plan with its objective; its bound is that of what is left, not of the problem. None where
        the relaxation leaves no good plan near it.
    """
    value = float(problem.cost @ point)
    for part in (near(problem, point, reach) for reach in REACHES):
        relaxation = solve_or_unknown(part.relaxed(), replace(limits, target=None), None, interrupt)
        if relaxation.objective is None or relaxation.objective - value > LOSS * abs(value) + WHOLE:
            continue
        outcome = solve_or_unknown(part, replace(limits, nodes=NODES), None, interrupt)
        if outcome.values is None:
            outcome = _from_any(part, limits, interrupt)
        if outcome.values is not None:
            return outcome
    return None


def _from_any(part: Problem, limits: Limits, interrupt: Interrupt | None) -> Outcome:
    """Solve from a plan that was found without an objective, which often leads the solver astray."""
    free = replace(part, cost=np.zeros(len(part.cost)))
    anything = solve_or_unknown(free, replace(limits, target=None, nodes=NODES), None, interrupt)
    if anything.values is None:
        return anything
    return solve_or_unknown(part, replace(limits, nodes=NODES), anything.values, interrupt)


def near(problem: Problem, point: Floats, reach: int) -> Problem:
    """Return a problem whose whole numbers stay near a relaxed plan.

    Parameters
    ----------
    problem
        The problem.
    point
        Values of the columns in its relaxation, length ``n``.
    reach
        How far numbers may be from it [dwellings or lettings].
    """
    whole = np.flatnonzero(problem.integral)
    split = np.abs(point - np.round(point)) > WHOLE
    switches = {problem.columns[c].key[1:]: c for c in whole if problem.columns[c].key[0] == "z"}
    lower, upper = problem.lower.copy(), problem.upper.copy()
    for column in whole:
        key = problem.columns[column].key
        if key[0] == "z":
            if not split[column]:
                lower[column] = upper[column] = round(point[column])
            continue
        switch = switches.get(key[1:])
        # A project that is open, or may be, finds its own size.
        if switch is None or not (split[switch] or point[switch] > WHOLE):
            lower[column] = max(lower[column], np.floor(point[column] + WHOLE) - reach)
            upper[column] = min(upper[column], np.ceil(point[column] - WHOLE) + reach)
    return replace(problem, lower=lower, upper=upper)
