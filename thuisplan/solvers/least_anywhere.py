"""The least number of dwellings of a type in a municipality, in any plan within the limits."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from thuisplan.inputs.instance import Instance
from thuisplan.model.distance import Counts, Totals
from thuisplan.model.problem import Floats, Problem
from thuisplan.solvers.highs import Interrupt, Limits, solve_or_unknown
from thuisplan.solvers.improve import Closing, improve

BELOW_ONE = 0.999
"""A whole number is proved when the bound is less than one away."""

NOISE = 1e-6
"""What a bound may be off before it is rounded up."""


@dataclass(frozen=True, slots=True)
class LeastAnywhere:
    """The least number of one cell.

    Parameters
    ----------
    bound
        No plan within the limits has fewer.
    found
        The least that a plan has.
    """

    bound: int
    found: int

    @property
    def proved(self) -> bool:
        """Whether a plan has no more than every plan must have."""
        return self.found == self.bound


def least_anywhere(
    instance: Instance,
    problem: Problem,
    cells: Totals,
    plans: Sequence[tuple[Floats, Counts]],
    relaxed: Floats,
    limits: Limits,
    interrupt: Interrupt,
    holds: Callable[[Floats], bool],
) -> tuple[LeastAnywhere, ...]:
    """Return the least number of every cell.

    Parameters
    ----------
    instance, problem
        The input and its problem, with the limits of the stages.
    cells
        What is counted.
    plans
        Plans that are known, with their numbers.
    relaxed
        Bounds of every cell, whole.
    limits
        Its ``seconds`` bound the whole; every cell that is open gets an equal part of what is left.
    interrupt
        Flag that ends the search; cells not reached keep the bound they have.
    holds
        Whether a plan of the solver has an exact one with the same whole numbers.
    """
    deadline = time.monotonic() + limits.seconds
    result = [
        LeastAnywhere(int(bound), min(counts[cell] for _, counts in plans))
        for cell, bound in enumerate(relaxed)
    ]
    sums = cells.matrix(len(problem.columns))
    waiting = [cell for cell, number in enumerate(result) if not number.proved]
    while waiting and not interrupt.is_set() and time.monotonic() < deadline:
        cell = waiting.pop(0)
        seconds = (deadline - time.monotonic()) / (len(waiting) + 1)
        start = min(plans, key=lambda plan: plan[1][cell])[0]
        goal = replace(problem, cost=np.asarray(sums[cell].todense()).ravel())
        result[cell] = _least(
            instance, goal, start, result[cell], replace(limits, seconds=seconds), interrupt, holds
        )
    return tuple(result)


def _least(
    instance: Instance,
    problem: Problem,
    start: Floats,
    known: LeastAnywhere,
    limits: Limits,
    interrupt: Interrupt,
    holds: Callable[[Floats], bool],
) -> LeastAnywhere:
    """Return the least of one objective: part by part as far as that goes, then by the whole problem."""
    ends = time.monotonic() + limits.seconds
    target = Closing(float(known.bound), 0.0, NOISE)
    plan = improve(instance, problem, problem, start, target, limits, interrupt, rounds=1)
    value, bound = round(float(problem.cost @ plan)), known.bound
    if value > bound and time.monotonic() < ends:
        limits = replace(limits.until(ends), relative_gap=0.0, absolute_gap=BELOW_ONE)
        outcome = solve_or_unknown(problem, limits, plan, interrupt)
        if np.isfinite(outcome.bound) and outcome.stopped != "infeasible":
            bound = max(bound, int(np.ceil(outcome.bound - NOISE * max(1.0, abs(outcome.bound)))))
        if outcome.values is not None and outcome.objective is not None:
            plan, value = outcome.values, min(value, round(outcome.objective))
    if value < known.found and holds(plan):
        return LeastAnywhere(min(bound, value), value)
    return LeastAnywhere(min(bound, known.found), known.found)
