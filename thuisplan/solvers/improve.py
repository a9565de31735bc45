"""Improve a plan piece by piece: free a few municipalities, years or options, fix the rest.

HiGHS finds good plans for a part quickly and for the whole slowly: within the limits of
earlier stages its own heuristics often find nothing at all. Every part is solved from the
plan so far, so a step never makes it worse. Parts are drawn from a seed and stop by
counting nodes, never by the clock, so that equal seeds give equal plans.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from thuisplan.inputs.instance import Instance
from thuisplan.model.problem import Floats, Problem
from thuisplan.solvers.highs import Interrupt, Limits, solve

NODES = 60
"""Nodes after which the solution of a part stops."""

PATIENCE = 2
"""Rounds without gain after which the parts are called exhausted."""

Part = Callable[[str, int, str], bool]
"""Whether a cell (municipality, year, option) is free."""


@dataclass(frozen=True, slots=True)
class Target:
    """When a plan is good enough.

    Parameters
    ----------
    bound
        No plan is better.
    relative, absolute
        Closing tolerances; either suffices.
    """

    bound: float
    relative: float
    absolute: float

    def reached(self, value: float) -> bool:
        """Return whether a plan with this objective is close enough to the bound."""
        return value - self.bound <= max(self.absolute, self.relative * abs(value))


def improve(
    instance: Instance,
    problem: Problem,
    guided: Problem,
    plan: Floats,
    target: Target,
    limits: Limits,
    interrupt: Interrupt,
    report: Callable[[float], None] | None = None,
) -> Floats:
    """Return a plan at least as good, by solving parts until the target or exhaustion.

    Parameters
    ----------
    instance, problem
        The input and its problem, with the cost that the target speaks of.
    guided
        The same problem with the cost that the search follows.
    plan
        Values of the columns of a plan, length ``n``.
    target
        When to stop.
    limits
        Its ``seconds`` bound the whole search.
    interrupt
        Flag that ends the search.
    report
        Called with each better objective.
    """
    return _Search(instance, problem, guided, limits, interrupt, report).run(plan, target)


class _Search:
    def __init__(
        self,
        instance: Instance,
        problem: Problem,
        guided: Problem,
        limits: Limits,
        interrupt: Interrupt,
        report: Callable[[float], None] | None,
    ) -> None:
        self.instance = instance
        self.problem = problem
        self.guided = guided
        self.limits = limits
        self.interrupt = interrupt
        self.report = report
        self.deadline = time.monotonic() + limits.seconds
        self.rng = random.Random(limits.seed)
        self.whole = [int(c) for c in np.flatnonzero(problem.integral)]
        self.cells = [problem.columns[c].key[1:] for c in self.whole]
        self.categories = sorted({o.need_category for o in instance.options.values()})
        count = len(instance.municipalities)
        self.places = max(2, min(count, -(-count // 3)))
        self.span = max(2, min(len(instance.years), 3))

    def run(self, plan: Floats, target: Target) -> Floats:
        value = float(self.guided.cost @ plan)
        idle = 0
        while idle < PATIENCE and not self.finished(plan, target):
            before = value
            closed = tried = 0
            for part in self.parts(plan):
                if self.finished(plan, target):
                    break
                better, whole = self.solve_part(part, plan)
                tried += 1
                closed += whole
                if better is not None and (found := float(self.guided.cost @ better)) < value - 1e-9:
                    plan, value = better, found
                    if self.report:
                        self.report(float(self.problem.cost @ plan))
            if closed * 2 > tried:
                # Parts that are solved to the end teach more when they are larger.
                self.places = min(len(self.instance.municipalities), self.places + 1)
                self.span = min(len(self.instance.years), self.span + 1)
            idle = 0 if value < before - max(1e-9, 1e-5 * abs(before)) else idle + 1
        return plan

    def finished(self, plan: Floats, target: Target) -> bool:
        reached = target.reached(float(self.problem.cost @ plan))
        return reached or self.interrupt.is_set() or time.monotonic() >= self.deadline

    def solve_part(self, part: Part, plan: Floats) -> tuple[Floats | None, bool]:
        """Solve with only the cells of a part free; return values and whether it was closed."""
        fixed = {
            column: float(round(plan[column]))
            for column, cell in zip(self.whole, self.cells, strict=True)
            if not part(*cell)
        }
        limits = replace(
            self.limits,
            seconds=max(0.1, self.deadline - time.monotonic()),
            relative_gap=1e-4,
            absolute_gap=1e-6,
            nodes=NODES,
        )
        outcome = solve(self.guided.with_bounds(fixed, fixed), limits, plan, self.interrupt)
        return outcome.values, outcome.stopped == "closed"

    def parts(self, plan: Floats) -> Iterator[Part]:
        """Yield one round of parts: each need category, windows of years, groups of places."""
        options = self.instance.options
        for category in self.categories:
            yield lambda m, t, o, category=category: options[o].need_category == category
        years = self.instance.years
        for first in range(years[0], years[-1], max(1, self.span - 1)):
            yield lambda m, t, o, first=first: first <= t < first + self.span
        for group in self.groups(plan):
            yield lambda m, t, o, group=group: m in group

    def groups(self, plan: Floats) -> Iterator[frozenset[str]]:
        """Yield groups of municipalities: a division of all, and some around the worst off."""
        places = list(self.instance.municipalities)
        self.rng.shuffle(places)
        for start in range(0, len(places), self.places):
            yield frozenset(places[start : start + self.places])
        for worst in self.worst(plan)[:3]:
            others = [place for place in places if place != worst]
            yield frozenset([worst, *self.rng.sample(others, min(len(others), self.places - 1))])

    def worst(self, plan: Floats) -> list[str]:
        """Return the municipalities with the largest violations, worst first."""
        found: dict[str, float] = {}
        for column in self.problem.columns_of("slack"):
            row = self.problem.rows[self.problem.columns[column].key[1]]
            if row.requirement is None or plan[column] <= 1e-6:
                continue
            requirement = self.problem.requirements[row.requirement]
            if requirement.place in self.instance.municipalities:
                size = plan[column] / float(requirement.reference)
                found[requirement.place] = max(found.get(requirement.place, 0.0), size)
        return sorted(found, key=lambda place: (-found[place], place))
