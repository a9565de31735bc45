"""Plans within the limits of the stages that differ as much as possible in where they build.

The plan of the stages comes first. Every alternative satisfies all hard lines and stays, exactly, within the
limit that each stage left to later ones; among those plans it is as far as could be found from all plans
before it (``model/distance.py``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from thuisplan.inputs.instance import Instance
from thuisplan.model.distance import Counts, totals
from thuisplan.model.exact import ExactPlan, vector
from thuisplan.model.problem import Floats, Problem
from thuisplan.solvers.farthest import farthest
from thuisplan.solvers.highs import Interrupt, Limits
from thuisplan.solvers.least_anywhere import LeastAnywhere, least_anywhere
from thuisplan.solvers.polish import broken, polish
from thuisplan.solvers.ranges import ranges
from thuisplan.solvers.solution import Solution, StageRecord, solution_of
from thuisplan.solvers.staged import ATTEMPTS, Options

RANGES_SHARE = 0.25
"""Part of the time that may go into the least and the most of every number."""

PROOF_SHARE = 0.5
"""Part of the time that goes into the least number in any plan, if that is asked."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A plan that differs from those before it.

    Parameters
    ----------
    solution
        The plan, with the stages of the first plan.
    counts
        Dwellings per municipality and dwelling type.
    distance
        Dwellings that it has in another municipality than the nearest plan before it.
    nearest
        That plan: 0 is the plan of the stages, 1 the first alternative.
    bound
        No plan within the limits is farther from all those before it; None if that is not known.
    seconds
        Wall time.
    clocked
        Whether the clock or an interrupt ended any step: the plan may then differ from run to run.
    """

    solution: Solution
    counts: Counts
    distance: int
    nearest: int
    bound: int | None
    seconds: float
    clocked: bool


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The alternatives of a plan.

    Parameters
    ----------
    cells
        (municipality, dwelling type) that plans are compared by.
    counts
        Dwellings of the first plan per cell.
    plans
        The alternatives, in the order in which they were found.
    ended
        ``all`` that were asked for; ``no_other`` (proved: no plan within the limits has a dwelling in
        another municipality than one that is there), ``none_found``, ``time_limit`` or ``interrupted``.
    left
        For ``none_found``: how far another plan could at most be from those found; None if unknown.
    least
        Per cell, the least number in any plan within the limits; None if not asked for.
    """

    cells: tuple[tuple[str, str], ...]
    counts: Counts
    plans: tuple[Alternative, ...]
    ended: str
    left: int | None = None
    least: tuple[LeastAnywhere, ...] | None = None

    @property
    def complete(self) -> bool:
        """Whether the search was not cut short."""
        return self.ended not in ("time_limit", "interrupted")


def alternatives(
    instance: Instance,
    problem: Problem,
    solution: Solution,
    count: int,
    options: Options,
    prove: bool = False,
    writing: float = 0.0,
    interrupt: Interrupt | None = None,
    found: Callable[[int, Alternative], None] | None = None,
) -> Alternatives:
    """Return plans within the limits of the stages that differ as much as possible.

    Parameters
    ----------
    instance, problem
        The resolved input and its compiled problem, as the stages were solved with.
    solution
        The plan of the stages.
    count
        How many other plans.
    options
        Its ``seconds`` bound the whole.
    prove
        Whether to look for the least number in any plan.
    writing
        Seconds that ``found`` takes per plan.
    interrupt
        Flag that ends the search; what was found so far is kept.
    found
        Called with the number of each alternative when it is found.
    """
    run = _Run(instance, problem, solution, options, prove, interrupt or Interrupt())
    return run.plans(count, writing, found or (lambda number, alternative: None))


class _Run:
    def __init__(
        self,
        instance: Instance,
        problem: Problem,
        solution: Solution,
        options: Options,
        prove: bool,
        interrupt: Interrupt,
    ) -> None:
        self.instance = instance
        self.original = problem
        self.solution = solution
        self.options = options
        self.prove = prove
        self.interrupt = interrupt
        self.began = time.monotonic()
        self.cells = totals(instance, problem)
        self.within = within_limits(problem, solution.stages)
        self.known = [ExactPlan(solution.values, solution.lines, dict(solution.measures), ())]

    def plans(self, count: int, writing: float, found: Callable[[int, Alternative], None]) -> Alternatives:
        """Find the alternatives one by one, then the least numbers."""
        ends = self.began + self.options.seconds * (1 - PROOF_SHARE if self.prove else 1)
        width = len(self.within.columns)
        until = self.began + RANGES_SHARE * (ends - self.began)
        least, most, _ = ranges(self.within, self.cells.matrix(width), until, self.interrupt)
        plans: list[Alternative] = []
        ended, left = "all", None
        for number in range(1, count + 1):
            waiting = count + 1 - number
            seconds = (ends - time.monotonic()) / waiting - writing
            if self.interrupt.is_set() or seconds <= 0:
                ended = "interrupted" if self.interrupt.is_set() else "time_limit"
                break
            alternative = self.another((least, most), seconds)
            if not alternative.distance:
                ended = self.why(alternative)
                left = alternative.bound if ended == "none_found" else None
                break
            plans.append(alternative)
            found(number, alternative)
        proved = self.least_numbers(least) if self.prove else None
        return Alternatives(self.cells.cells, self.counts[0], tuple(plans), ended, left, proved)

    def why(self, none: Alternative) -> str:
        """Return why there is no other plan: there is none, or the search ended without."""
        if none.bound is not None and none.bound <= 0:
            return "no_other"
        if self.interrupt.is_set():
            return "interrupted"
        return "time_limit" if none.clocked else "none_found"

    @property
    def counts(self) -> list[Counts]:
        """Dwellings per cell of every plan so far."""
        return [self.cells.of(plan.values) for plan in self.known]

    def another(self, most: tuple[Floats, Floats], seconds: float) -> Alternative:
        """Return a plan far from all those so far; at no distance if none was found."""
        began = time.monotonic()
        starts = [vector(self.within, plan) for plan in self.known]
        counts = self.counts
        limits = self.limits(seconds)
        reached = farthest(
            self.instance, self.within, self.cells, counts, starts, most, limits, self.interrupt
        )
        plan = self.exact(reached.values) or self.known[0]
        there = self.cells.of(plan.values)
        distances = [self.cells.distance(there, other) for other in counts]
        bound = None if reached.bound is None else max(reached.bound, min(distances))
        if min(distances):
            self.known.append(plan)
        return Alternative(
            solution=self.published(plan, reached.clocked),
            counts=there,
            distance=min(distances),
            nearest=distances.index(min(distances)),
            bound=bound,
            seconds=time.monotonic() - began,
            clocked=reached.clocked,
        )

    def exact(self, values: Floats) -> ExactPlan | None:
        """Return the plan that holds exactly near the solver's, None if rounding cannot be mended."""
        problem = self.within
        for _ in range(ATTEMPTS):
            plan = polish(self.instance, self.original, problem, values, self.options.threads)
            excess = broken(problem, self.solution.stages, plan)
            if not excess:
                return plan
            problem = problem.with_rows_tightened(excess)
        return None

    def published(self, plan: ExactPlan, clocked: bool) -> Solution:
        """Return a plan with the stages it is held to; a bound that it is better than was none."""
        held = (r.held_against(plan.objective(r.stage.measures)) for r in self.solution.stages)
        records = [replace(record, clocked=record.clocked or clocked) for record in held]
        return solution_of(self.original, plan, records)

    def least_numbers(self, least: Floats) -> tuple[LeastAnywhere, ...]:
        """Return the least number of every cell in any plan within the limits."""
        left = self.began + self.options.seconds - time.monotonic()
        return least_anywhere(
            self.instance,
            self.within,
            self.cells,
            [(vector(self.within, plan), self.cells.of(plan.values)) for plan in self.known],
            least,
            self.limits(left),
            self.interrupt,
            lambda values: self.exact(values) is not None,
        )

    def limits(self, seconds: float) -> Limits:
        return Limits(
            seconds=max(0.0, seconds),
            relative_gap=0.0,
            absolute_gap=1e-6,
            threads=self.options.threads,
            seed=self.options.seed,
        )


def within_limits(problem: Problem, records: Sequence[StageRecord]) -> Problem:
    """Return a problem whose plans stay within what every stage left to later ones.

    Parameters
    ----------
    problem
        The problem without limits.
    records
        How the stages went.
    """
    for record in records:
        if record.limit is not None:
            problem = problem.with_limit(record.stage.measures, record.limit)
    return replace(problem, cost=np.zeros(len(problem.columns)))
