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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thuisplan.inputs.instance import Instance
from thuisplan.model.problem import Floats, Problem
from thuisplan.solvers.highs import Interrupt, Limits, solve_or_unknown

NODES = 10
"""Nodes after which the solution of a part stops: the root finds nearly all there is to find."""

PATIENCE = 2
"""Rounds without gain after which the parts are called exhausted."""

PART_GAP = 0.2
"""A part is closed at this part of the stage's tolerance: finer work is lost on it."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Closing:
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

    def tolerance(self, value: float) -> float:
        """Return how far from the bound a plan with this objective may be."""
        return max(self.absolute, self.relative * abs(value))

    def reached(self, value: float) -> bool:
        """Return whether a plan with this objective is close enough to the bound."""
        return value - self.bound <= self.tolerance(value)


LETTINGS = "lettings"
"""Category of the whole columns that say who is housed where."""


def category_of(instance: Instance, key: tuple[Any, ...]) -> str:
    """Return the need category that a whole column serves; lettings are a category of their own.

    Parameters
    ----------
    instance
        The resolved input.
    key
        Key of the column: quantity, municipality, year and, for dwellings, the option.
    """
    dwellings = key[0] in ("x", "z", "moved", "n", "s")
    return instance.options[key[3]].need_category if dwellings else LETTINGS


def special_needs(instance: Instance) -> set[str]:
    """Return the categories of special needs."""
    return {need.row.need_category for need in instance.needs.values() if need.row.need_class == "special"}


def improve(
    instance: Instance,
    problem: Problem,
    guided: Problem,
    plan: Floats,
    target: Closing,
    limits: Limits,
    interrupt: Interrupt,
    report: Callable[[float], None] | None = None,
    rounds: int | None = None,
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
    rounds
        Most rounds through all parts; None until two of them give nothing.
    """
    return _Search(instance, problem, guided, limits, interrupt, report).run(plan, target, rounds)


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
        self.whole = np.flatnonzero(problem.integral)
        keys = [problem.columns[c].key for c in self.whole]
        self.place = np.array([key[1] for key in keys])
        self.year = np.array([key[2] for key in keys])
        self.category = np.array([category_of(instance, key) for key in keys])
        special = special_needs(instance)
        self.special = np.isin(self.category, list(special))
        self.lettings = self.category == LETTINGS
        # Projects first, there whole numbers bite most; then what has the fewest cells.
        names, counts = np.unique(self.category[self.special], return_counts=True)
        projects = {o.need_category for o in instance.options.values() if o.minimum_project > 1}
        order = sorted(zip(names, counts, strict=True), key=lambda each: (each[0] not in projects, each[1]))
        self.special_categories = [name for name, _ in order]
        # What cannot be decided on its own is freed together; sizes grow and shrink with success.
        self.sizes = {"years": 2, "places": 3, "special": 4}

    def run(self, plan: Floats, target: Closing, rounds: int | None) -> Floats:
        value = float(self.guided.cost @ plan)
        # What the search follows may lead away from what is asked: the best on the way is kept.
        best, least = plan, float(self.problem.cost @ plan)
        closed: set[bytes] = set()
        idle = done = 0
        while idle < PATIENCE and done != rounds and not self.finished(plan, target):
            before = value
            done += 1
            for kind, mask in self.parts(plan, quick=rounds is not None and self.lettings.any()):
                if self.finished(plan, target):
                    break
                # A part that was solved to the end has no more to give until the plan changes.
                if mask.tobytes() in closed:
                    continue
                better, solved = self.solve_part(mask, plan, target)
                gain = 0.0 if better is None else value - float(self.guided.cost @ better)
                if better is not None and gain > 1e-9:
                    plan, value = better, value - gain
                    closed.clear()
                    asked = float(self.problem.cost @ plan)
                    if asked <= least:
                        best, least = plan, asked
                    if self.report:
                        self.report(asked)
                if solved:
                    closed.add(mask.tobytes())
                self.resize(kind, solved, gain)
            tolerance = target.tolerance(value)
            idle = 0 if value < before - 0.1 * tolerance - 1e-9 else idle + 1
        return best

    def resize(self, kind: str, solved: bool, gain: float) -> None:
        """Enlarge parts that are solved to the end; make those smaller that give nothing."""
        if kind in self.sizes:
            if solved:
                self.sizes[kind] += 1
            elif gain <= 0:
                self.sizes[kind] = max(2, self.sizes[kind] - 1)

    def finished(self, plan: Floats, target: Closing) -> bool:
        reached = target.reached(float(self.problem.cost @ plan))
        return reached or self.interrupt.is_set() or time.monotonic() >= self.deadline

    def solve_part(self, mask: Mask, plan: Floats, target: Closing) -> tuple[Floats | None, bool]:
        """Solve with only a part free; return values and whether it was solved to the end."""
        start = plan.copy()
        start[self.whole] = np.round(plan[self.whole])
        fixed = {int(c): float(start[c]) for c in self.whole[~mask]}
        limits = replace(
            self.limits.until(self.deadline),
            relative_gap=0.0,
            absolute_gap=max(1e-6, PART_GAP * target.tolerance(float(self.problem.cost @ plan))),
            nodes=NODES,
        )
        outcome = solve_or_unknown(self.guided.with_bounds(fixed, fixed), limits, start, self.interrupt)
        return outcome.values, outcome.stopped == "closed"

    def parts(self, plan: Floats, quick: bool) -> Iterator[tuple[str, Mask]]:
        """Yield one round of parts: each need category, windows of years, groups of places.

        A quick round has the categories only: with lettings the other parts are slow.
        """
        # Who is housed where stays as it is at first: without it these parts are solved in no time.
        regular = ~self.special & ~self.lettings
        yield "category", regular
        for category in self.special_categories:
            yield "category", self.category == category
        for category in self.special_categories:
            # The regular programme goes along: it is easy, and it takes up what a change sets free.
            yield "category", (self.category == category) | regular
        if self.lettings.any():
            yield "category", self.lettings
        if quick:
            return
        if self.lettings.any():
            yield "category", regular | self.lettings
        years, first = self.instance.years, self.instance.years[0]
        while first < years[-1]:
            span = min(self.sizes["years"], len(years))
            yield "years", (self.year >= first) & (self.year < first + span)
            first += max(1, span - 1)
        places = list(self.instance.municipalities)
        worst = self.worst(plan)
        for kind, scope in (
            ("special", self.special | self.lettings),
            ("places", np.ones(len(self.whole), dtype=bool)),
        ):
            self.rng.shuffle(places)
            # The worst off first, each with others drawn at random: they must exchange.
            groups = [[place] for place in worst[:2]] if kind == "special" else []
            for group in groups:
                others = [place for place in places if place not in group]
                group += self.rng.sample(others, min(len(others), self.sizes[kind] - 1))
            start = 0
            while start < len(places):
                groups.append(places[start : start + self.sizes[kind]])
                start += self.sizes[kind]
            for group in groups:
                yield kind, np.isin(self.place, group) & scope

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
