"""Relaxations near a plan: of all that are about as good, the one that departs least from it.

A relaxation has many optimal points, and most share few whole numbers with a plan at hand. A small price on
departing from the plan finds one that shares nearly all: what is left to decide is then small.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from thuisplan.model.problem import Column, Floats, Problem
from thuisplan.solvers.highs import Interrupt, Limits, solve_or_unknown

SAME = 1e-6
"""Whole numbers that differ by less are the same."""


def nearest_relaxation(
    problem: Problem,
    aim: Floats,
    relaxed: Floats,
    cost: float,
    limits: Limits,
    interrupt: Interrupt | None = None,
) -> Floats | None:
    """Return values of a relaxation that departs little from a plan.

    Parameters
    ----------
    problem
        The problem with its cost.
    aim
        Values of the columns in the plan, length ``n``; it need not be possible.
    relaxed
        Values of the relaxation as it is.
    cost
        What staying near the plan may cost, in the unit of the objective.
    limits
        When to stop.
    interrupt
        Flag that ends the solve.

    Returns
    -------
    array or None
        Length ``n``; None if the solver found none.
    """
    whole = problem.integral
    aim = np.where(whole, np.round(aim), 0.0)
    distance = float(np.abs(relaxed[whole] - aim[whole]).sum())
    if distance <= SAME:
        return relaxed
    outcome = solve_or_unknown(_priced(problem, aim, cost / distance), limits, None, interrupt)
    if outcome.values is None:
        return None
    width = len(problem.columns)
    values = outcome.values[:width].copy()
    values[_split(problem, aim)] -= outcome.values[width:]
    return values


def _split(problem: Problem, aim: Floats) -> NDArray[np.int64]:
    """Return the whole columns that may become both less and more than in the plan."""
    return np.flatnonzero(problem.integral & (aim > problem.lower) & (aim < problem.upper))


def _priced(problem: Problem, aim: Floats, price: float) -> Problem:
    r"""Return the relaxation with a price on departing from a plan.

    A column that may depart both ways is ``x = up - down`` with ``up`` from its aim upwards and
    ``down`` from zero; of a column at an end of its range departing has one direction.
    """
    whole = problem.integral
    cost = problem.cost.copy()
    at_top = whole & (aim >= problem.upper) & (problem.upper > problem.lower)
    cost[whole] += price
    cost[at_top] -= 2 * price
    split = _split(problem, aim)
    lower = problem.lower.copy()
    lower[split] = aim[split]
    down = aim[split] - problem.lower[split]
    names = [Column(f"down[{problem.columns[c].name}]", ("down", int(c)), None) for c in split]
    return replace(
        problem,
        columns=(*problem.columns, *names),
        lower=np.concatenate([lower, np.zeros(len(split))]),
        upper=np.concatenate([problem.upper, down]),
        integral=np.zeros(len(problem.columns) + len(split), dtype=bool),
        matrix=sparse.csr_matrix(sparse.hstack([problem.matrix, -problem.matrix[:, split]])),
        cost=np.concatenate([cost, price - problem.cost[split]]),
    )
