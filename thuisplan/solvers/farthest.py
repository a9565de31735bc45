"""A plan as far as can be from others, within the limits of the stages.

1. Where to go: the relaxation, with for every municipality, dwelling type and earlier plan a binary that
   says whether more or fewer is built. It bounds the distance, and its answer says in which direction
   every number is to move. A small problem is solved whole this way, and that is the answer.
2. How far a plan gets in these directions is linear, and that is what ``improve`` is quick at: part by
   part, from a plan so far.
3. Where the plan got to says better directions; once more, until nothing is gained. A step never makes the
   plan nearer, because the distance is never less than it is in any directions.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from thuisplan.inputs.instance import Instance
from thuisplan.model.distance import (
    Counts,
    Signs,
    Totals,
    with_directions,
    with_distance,
)
from thuisplan.model.problem import Floats, Problem
from thuisplan.solvers.highs import Interrupt, Limits, solve_or_unknown
from thuisplan.solvers.improve import Closing, improve

WHOLE_COLUMNS = 300
"""Whole columns up to which the distance is maximised in one go; beyond it the root alone takes a minute."""

DIRECTION_SHARE = 0.4
"""Part of the time that may go into the directions."""

DIRECTION_NODES = 1
"""Nodes spent on the directions: more of them better the bound a little, and the directions not."""

WHOLE_NODES = 5000
"""Nodes spent on a small problem."""

CLOSE = 0.02
"""The directions, and a plan in them, are good enough at this part of the bound."""

ROUNDS = 3
"""Most times that directions are taken from a plan."""

ALONG = 0.1
"""Weight of the mean distance beside the least one, which alone shows no way up."""

BELOW_ONE = 0.999
"""A whole distance is the farthest when the bound is less than one away."""

NOISE = 1e-6
"""What a bound may be off, relative to itself, before it is rounded."""


@dataclass(frozen=True, slots=True)
class Farthest:
    """A plan far from others.

    Parameters
    ----------
    values
        Values of the columns of the problem that was given; those of the start if nothing was gained.
    bound
        No plan is farther away [dwellings]; None if that is not known.
    clocked
        Whether the clock or an interrupt ended any step.
    """

    values: Floats
    bound: int | None
    clocked: bool


def farthest(
    instance: Instance,
    problem: Problem,
    cells: Totals,
    plans: Sequence[Counts],
    starts: Sequence[Floats],
    most: tuple[Floats, Floats],
    limits: Limits,
    interrupt: Interrupt,
) -> Farthest:
    """Return a plan as far as can be from others: the least distance to any of them counts.

    Parameters
    ----------
    instance, problem
        The input and its problem, with the limits of the stages.
    cells
        What is compared.
    plans
        Dwellings per cell of the plans to get away from.
    starts
        Plans of the problem, to search from the farthest of them in the first directions.
    most
        The least and the most of every cell in any plan of the problem.
    limits
        Its ``seconds`` bound the whole.
    interrupt
        Flag that ends the search and keeps the plan so far.
    """
    return _Search(instance, problem, cells, plans, most, limits, interrupt).run(starts)


class _Search:
    def __init__(
        self,
        instance: Instance,
        problem: Problem,
        cells: Totals,
        plans: Sequence[Counts],
        most: tuple[Floats, Floats],
        limits: Limits,
        interrupt: Interrupt,
    ) -> None:
        self.instance = instance
        self.problem = problem
        self.cells = cells
        self.plans = plans
        self.there = [np.array(plan, dtype=float) for plan in plans]
        self.range = most
        self.limits = limits
        self.interrupt = interrupt
        self.deadline = time.monotonic() + limits.seconds
        self.bound: int | None = None
        self.clocked = False

    def run(self, starts: Sequence[Floats]) -> Farthest:
        signs, values = self.directions()
        best = max(starts, key=lambda start: self.least(start))
        if values is not None and self.least(values) > self.least(best):
            best = values
        if self.bound is None or self.least(best) < self.bound:
            # The first directions are far from the plans themselves: the start that is farthest in them.
            start = (
                max(starts, key=lambda each: float(self.along(signs, each)[0])) if values is None else best
            )
            best = self.approach(signs, start, best)
        self.clocked |= self.interrupt.is_set()
        return Farthest(best, self.bound, self.clocked)

    def directions(self) -> tuple[list[Signs], Floats | None]:
        """Return directions to go, and a plan where the problem is small enough to solve whole."""
        least, most = self.range
        signs = [np.where(most - plan >= plan - least, 1.0, -1.0) for plan in self.there]
        if not np.isfinite(most).all():
            return signs, None
        count = len(self.problem.columns)
        large = with_distance(self.problem, self.cells, self.plans, least, most)
        small = int(self.problem.integral.sum()) <= WHOLE_COLUMNS
        if not small:
            relaxed = large.integral.copy()
            relaxed[:count] = False
            large = replace(large, integral=relaxed)
        limits = replace(
            self.limits,
            seconds=self.left() * (1.0 if small else DIRECTION_SHARE),
            relative_gap=0.0 if small else CLOSE,
            # Distances are whole.
            absolute_gap=BELOW_ONE if small else 1e-6,
            nodes=WHOLE_NODES if small else DIRECTION_NODES,
        )
        outcome = solve_or_unknown(large, limits, None, self.interrupt)
        self.clocked |= outcome.stopped in ("time_limit", "interrupted")
        if np.isfinite(outcome.bound) and outcome.stopped != "infeasible":
            self.bound = int(np.floor(-outcome.bound + NOISE * max(1.0, abs(outcome.bound))))
        if outcome.values is None:
            return signs, None
        there = outcome.values[:count]
        found = self.cells.matrix(count) @ there
        return self.away(found), there if small else None

    def approach(self, signs: list[Signs], start: Floats, best: Floats) -> Floats:
        """Return the farthest plan found by going in directions, each time those of the last plan."""
        for _ in range(ROUNDS):
            if self.interrupt.is_set() or self.left() <= 0:
                self.clocked = True
                break
            before = self.least(best)
            found = self.step(signs, start)
            if self.least(found) > before:
                best = found
            if self.least(best) - before <= CLOSE * self.least(best):
                break
            start = best
            signs = self.away(np.array(self.cells.of(best), dtype=float))
        return best

    def away(self, counts: Floats) -> list[Signs]:
        """Return the directions in which some numbers lie from the plans."""
        return [np.where(counts - plan >= 0, 1.0, -1.0) for plan in self.there]

    def step(self, signs: list[Signs], start: Floats) -> Floats:
        """Return a plan that is farther in some directions than the start, if one is found."""
        problem = with_directions(self.problem, self.cells, self.plans, signs)
        # The least distance moves only when the nearest plan gets farther away: the others count a little.
        guided = replace(problem, cost=problem.cost.copy())
        guided.cost[problem.columns_of("elsewhere")] = -ALONG / len(signs)
        limits = self.limits.until(self.deadline)
        bound = solve_or_unknown(problem.relaxed(), limits, None, self.interrupt).bound
        plan = np.concatenate([start, self.along(signs, start)])
        limits = replace(self.limits.until(self.deadline), relative_gap=0.0, absolute_gap=BELOW_ONE)
        target = Closing(bound, CLOSE, BELOW_ONE)
        plan = improve(self.instance, problem, guided, plan, target, limits, self.interrupt, rounds=1)
        self.clocked |= self.left() <= 0
        return plan[: len(self.problem.columns)]

    def least(self, values: Floats) -> int:
        """Return the distance of a plan to the nearest of the others."""
        counts = self.cells.of(values)
        return min(self.cells.distance(counts, plan) for plan in self.plans)

    def along(self, signs: Sequence[Signs], values: Floats) -> Floats:
        """Return how far a plan is in given directions, as the columns of ``with_directions`` say it.

        First the distance to the nearest plan, then what stands elsewhere per plan and type.
        """
        counts = np.array(self.cells.of(values), dtype=float)
        of_type = self.cells.of_type
        moved = [
            np.minimum(
                of_type @ np.where(sign > 0, counts - plan, 0.0),
                of_type @ np.where(sign < 0, plan - counts, 0.0),
            )
            for sign, plan in zip(signs, self.there, strict=True)
        ]
        return np.concatenate([[min(float(each.sum()) for each in moved)], *moved])

    def left(self) -> float:
        """Return the seconds left."""
        return max(0.0, self.deadline - time.monotonic())
