"""When the hard rules cannot hold together: what each family alone would have to give."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction

import numpy as np

from thuisplan.model.build import REPAIR
from thuisplan.model.problem import Problem
from thuisplan.solvers.highs import Interrupt, Limits, solve
from thuisplan.solvers.solution import Giving, NoPlan

SMALLEST = 1e-6
"""A repair below this is none: the solver then contradicts itself."""

SECONDS_PER_FAMILY = 20.0
"""Time for one relaxation; the bound says how far it came."""


def families_that_give(problem: Problem, deadline: float, threads: int, interrupt: Interrupt) -> NoPlan:
    """Return, per family of hard rules, the least total violation that repairs an infeasible problem.

    Parameters
    ----------
    problem
        A problem that is infeasible.
    deadline
        Monotonic time at which to stop; each family gets two seconds at least.
    threads
        Threads of the solver.
    interrupt
        Flag that ends the search.

    Returns
    -------
    NoPlan
        ``infeasible`` with one Giving per family, or ``contradiction`` if a relaxation
        needs no violation at all.
    """
    families = sorted({r.family for r in problem.requirements if r.imposed and r.strength == "hard"})
    giving = []
    for family in families:
        left = deadline - time.monotonic()
        seconds = min(SECONDS_PER_FAMILY, max(2.0, left))
        found = _relax(problem, family, Limits(seconds=seconds, threads=threads), interrupt)
        if found.amount is not None and found.amount < SMALLEST:
            return NoPlan("contradiction")
        giving.append(found)
    return NoPlan("infeasible", tuple(giving))


def _relax(problem: Problem, family: str, limits: Limits, interrupt: Interrupt) -> Giving:
    rows = [
        row
        for row in problem.rows_of(family)
        if (requirement := problem.requirements[problem.rows[row].requirement or 0]).imposed
        and requirement.strength == "hard"
    ]
    unit = problem.requirements[problem.rows[rows[0]].requirement or 0].unit
    relaxed = problem.with_slack({row: (REPAIR, Fraction(1)) for row in rows}, prefix="gives")
    relaxed = replace(relaxed, cost=np.zeros(len(relaxed.columns))).with_cost({REPAIR: 1.0})
    outcome = solve(relaxed, limits, None, interrupt)
    if outcome.values is None:
        known = outcome.stopped == "infeasible"
        return Giving(family, unit, None, None if known else max(0.0, outcome.bound))
    falls = [
        (problem.rows[relaxed.columns[c].key[1]].name, float(outcome.values[c]))
        for c in relaxed.columns_of("gives")
        if outcome.values[c] > SMALLEST
    ]
    falls.sort(key=lambda fall: (-fall[1], fall[0]))
    amount = outcome.objective if outcome.objective is not None else 0.0
    return Giving(family, unit, amount, max(0.0, outcome.bound), tuple(falls[:5]))
