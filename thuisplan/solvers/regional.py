r"""Solve a nation region by region, around one relaxation of the whole.

1. The relaxation of the whole divides what regions share: money, and room in the totals of provinces
   and the nation (``model/blocks.py``). It is also the bound of the whole.
2. Every region dives from its part of the relaxation to a plan, several at a time (``dive.py``); where
   that finds none, it is solved as it is. Plans of all regions together are a plan of the whole.
3. With a plan of an earlier stage at hand what serves special needs is held first, and then the regular
   programme: each alone is decided in a moment.
4. While the plan is not good enough, what is shared is divided anew: the relaxation is solved once
   more with the projects of the plan held, and every region starts again from there; the regions that
   lose most are then solved with all that is shared free and the others held.

A step never makes the plan worse, and the bound never depends on how the whole was divided.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from thuisplan.model.blocks import Blocks, Part, share_of, together, within
from thuisplan.model.problem import Floats, Problem
from thuisplan.solvers.dive import dive, near
from thuisplan.solvers.highs import LEAST_SECONDS, Interrupt, Limits, solve_or_unknown
from thuisplan.solvers.polish import settled
from thuisplan.solvers.proximity import nearest_relaxation

PART_GAP = 0.3
"""A region is closed at this part of the tolerance of the whole: what it loses adds up with the others."""

DIVE_SHARE = 0.4
"""Part of a region's time that a dive may take."""

REGION_SECONDS = 10.0
"""Most time for one region when a dive finds nothing; it has a plan mostly after a part of it."""

ROOM = 0.8
"""Part of the room below an earlier limit that is left to whole numbers."""

NEAR = 0.3
"""Part of the tolerance that staying near a plan may cost."""

STEP_NODES = 50
"""Nodes after which one region's improvement stops."""

BROKEN = 1e-6
"""Rows that a plan of all regions breaks by more than this part of their size are broken."""


@dataclass(frozen=True, slots=True)
class Task:
    """One region to solve.

    Parameters
    ----------
    number
        Of the region.
    part
        Its problem.
    point
        Values of its columns where it begins: relaxed, or a plan.
    start
        A plan of it, if there is one.
    limits
        When to stop.
    must
        Whether a plan is needed where a dive finds none; else the region stays as it is.
    """

    number: int
    part: Part
    point: Floats
    start: Floats | None
    limits: Limits
    must: bool


def solve_region(task: Task, interrupt: Interrupt | None = None) -> tuple[int, Floats | None, bool]:
    """Return the number of a region, the best values found for it, and whether the clock cut it short.

    Parameters
    ----------
    task
        The region; also on another machine, so nothing else is needed.
    interrupt
        Flag that ends the solve, where it can be heard.
    """
    problem, start, limits = task.part.problem, task.start, task.limits
    ends = time.monotonic() + limits.seconds
    point: Floats | None = task.point
    if start is not None:
        # What a region makes of its share in a plan may be far from that plan.
        point = solve_or_unknown(problem.relaxed(), limits, None, interrupt).values
    found = None
    if point is not None:
        diving = replace(
            limits, target=_close_to(problem, point, limits), seconds=DIVE_SHARE * limits.seconds
        )
        found = dive(problem, point, diving, interrupt)
    if found is None and (task.must or start is not None):
        # Far from the relaxation only the solver's own heuristics find a plan.
        nodes = None if start is None else STEP_NODES
        found = solve_or_unknown(problem, replace(limits.until(ends), nodes=nodes), start, interrupt)
    if found is None:
        return task.number, None, False
    values = found.values
    if start is not None and (values is None or float(problem.cost @ values) >= float(problem.cost @ start)):
        values = start
    return task.number, values, found.stopped == "time_limit"


def _close_to(problem: Problem, point: Floats, limits: Limits) -> float:
    """Return the objective that is close enough to a relaxation."""
    value = float(problem.cost @ point)
    return value + max(limits.absolute_gap, limits.relative_gap * abs(value))


@dataclass
class Regional:
    """Plans of a problem that falls apart into regions.

    Parameters
    ----------
    problem
        The problem with its cost.
    blocks
        Its regions.
    limits
        Closing tolerance of the whole, threads and seed.
    ends
        Monotonic moment at which everything ends.
    interrupt
        Flag that ends the search.
    report
        Called with each better objective.
    pool
        Where regions are solved; None for threads of this process.
    clocked
        Whether the clock ended any step.
    """

    problem: Problem
    blocks: Blocks
    limits: Limits
    ends: float
    interrupt: Interrupt
    report: Callable[[float], None] | None = None
    pool: Executor | None = None
    clocked: bool = False

    def around(self, point: Floats, plan: Floats | None = None) -> Floats | None:
        """Return a plan of the whole near a relaxed one; None where some region has none.

        Parameters
        ----------
        point
            Values of a relaxation of the whole, length ``n``.
        plan
            A plan to be better than; it is returned if nothing better is found.
        """
        tasks = [self._task(number, point, None, plan is None) for number in range(len(self.blocks.names))]
        parts = {task.number: task.part for task in tasks}
        found = {n: (parts[n], values) for n, values in self._solved(tasks) if values is not None}
        missing = sorted(set(parts) - set(found))
        values = together(self.problem, self.blocks, self._with_point(found, parts, point))
        left: list[int] = []
        for number in missing:
            # With the others held, what they leave over is this region's.
            outcome = None if self.over() else self._within(number, values, None)
            if outcome is None:
                left.append(number)
            else:
                values = outcome
        kept = self._kept(values, plan, left) if left else values
        return plan if kept is None else self._better(plan, kept)

    def _kept(self, values: Floats, plan: Floats | None, missing: Sequence[int]) -> Floats | None:
        """Return values in which regions that found nothing stay as in the plan, if that is possible."""
        if plan is None:
            return None
        mixed = values.copy()
        columns = self.blocks.columns(missing)
        mixed[columns] = plan[columns]
        mixed = settled(self.problem, mixed, self._left())
        return mixed if self._holds(mixed) else None

    def near(self, relaxed: Floats, plan: Floats) -> Floats:
        """Return values of a relaxation near a plan that leaves room for whole numbers within earlier limits.

        The relaxation as it is uses the limits of earlier stages to the last, and shares few whole
        numbers with the plan: then many a region finds no plan around it.

        Parameters
        ----------
        relaxed
            Values of the relaxation as it is; returned where no other is found.
        plan
            A plan within the limits.
        """
        problem = self.problem
        upper = problem.row_upper.copy()
        for row in problem.measures.values():
            if np.isfinite(upper[row]):
                upper[row] -= ROOM * max(0.0, upper[row] - float((problem.matrix[row] @ plan)[0]))
        bound = float(problem.cost @ relaxed)
        tolerance = max(self.limits.absolute_gap, self.limits.relative_gap * abs(bound))
        values = nearest_relaxation(
            replace(problem, row_upper=upper), plan, relaxed, NEAR * tolerance, self._left(), self.interrupt
        )
        return relaxed if values is None else values

    def holding(self, plan: Floats, held: NDArray[np.bool_]) -> Floats:
        """Return a plan at least as good that keeps some whole numbers as they are.

        Parameters
        ----------
        plan
            A plan of the whole.
        held
            Which columns stay as they are in the plan, length ``n``.
        """
        fixed = {int(c): float(round(plan[c])) for c in np.flatnonzero(held & self.problem.integral)}
        smaller = replace(self, problem=self.problem.with_bounds(fixed, fixed))
        point = solve_or_unknown(smaller.problem.relaxed(), self._left(), None, self.interrupt)
        better = None if point.values is None else smaller.around(point.values, plan)
        self.clocked |= point.stopped == "time_limit" or smaller.clocked
        return plan if better is None else better

    def exchanged(self, plan: Floats) -> Floats:
        """Return a plan at least as good: what is shared is divided anew around the projects of the plan.

        Parameters
        ----------
        plan
            A plan of the whole.
        """
        held = near(self.problem, plan, _any_number(self.problem))
        point = solve_or_unknown(held.relaxed(), self._left(), None, self.interrupt)
        self.clocked |= point.stopped == "time_limit"
        better = None if point.values is None else self.around(point.values, plan)
        return plan if better is None else better

    def apart(self, plan: Floats) -> Floats:
        """Return a plan at least as good: every region starts again from its share in the plan.

        Parameters
        ----------
        plan
            A plan of the whole.
        """
        tasks = [self._task(number, plan, plan, False) for number in range(len(self.blocks.names))]
        parts = {task.number: task.part for task in tasks}
        found = {n: (parts[n], values) for n, values in self._solved(tasks) if values is not None}
        values = together(self.problem, self.blocks, self._with_point(found, parts, plan))
        better = self._better(plan, values)
        return plan if better is None else better

    def in_turn(self, plan: Floats, relaxed: Floats) -> Floats:
        """Return a plan at least as good: the regions that lose most in turn, the others held.

        Parameters
        ----------
        plan
            A plan of the whole.
        relaxed
            Values of its relaxation: how much worse a region is than there is what it loses.
        """
        worse = self.problem.cost * (plan - relaxed)
        count = len(self.blocks.names)
        loss = np.array([worse[self.blocks.columns([number])].sum() for number in range(count)])
        tolerance = _close_to(self.problem, relaxed, self._part_limits()) - float(self.problem.cost @ relaxed)
        for number in np.argsort(-loss):
            if self.over() or loss[number] <= tolerance * self.blocks.weights[number]:
                break
            values = self._within(int(number), plan, plan)
            better = None if values is None else self._better(plan, values)
            plan = plan if better is None else better
        return plan

    def over(self) -> bool:
        """Return whether time is over or a stop was asked for."""
        return self.interrupt.is_set() or time.monotonic() >= self.ends

    # --- parts ------------------------------------------------------------------------------

    def _task(self, number: int, point: Floats, plan: Floats | None, must: bool) -> Task:
        part = share_of(self.problem, self.blocks, number, point)
        start = None if plan is None else self._values(part, plan, number)
        seconds = min(REGION_SECONDS, max(LEAST_SECONDS, self.ends - time.monotonic()))
        limits = replace(self._part_limits(), seconds=seconds)
        return Task(number, part, self._values(part, point, number), start, limits, must)

    def _values(self, part: Part, point: Floats, number: int) -> Floats:
        """Return the values of a part at a point of the whole: of what is shared its own part."""
        values = point[part.columns].copy()
        values[np.isin(part.columns, self.blocks.sums)] *= self.blocks.weights[number]
        return values

    def _part_limits(self) -> Limits:
        return replace(
            self.limits,
            threads=1,
            target=None,
            relative_gap=PART_GAP * self.limits.relative_gap,
            absolute_gap=max(1e-6, PART_GAP * self.limits.absolute_gap / len(self.blocks.names)),
        )

    def _solved(self, tasks: Iterable[Task]) -> Iterator[tuple[int, Floats | None]]:
        for number, values, clocked in self._results(tasks):
            self.clocked |= clocked
            yield number, values

    def _results(self, tasks: Iterable[Task]) -> Iterator[tuple[int, Floats | None, bool]]:
        if self.pool is not None:
            yield from self.pool.map(solve_region, tasks)
            return
        # The solver leaves Python free while it runs, so threads are enough, and share their memory.
        with ThreadPoolExecutor(self.limits.threads) as pool:
            yield from pool.map(self._here, tasks)

    def _here(self, task: Task) -> tuple[int, Floats | None, bool]:
        """Solve a region in this process, where time and a stop are known."""
        if self.over():
            return task.number, task.start, True
        seconds = min(task.limits.seconds, self.ends - time.monotonic())
        return solve_region(replace(task, limits=replace(task.limits, seconds=seconds)), self.interrupt)

    def _with_point(
        self, found: dict[int, tuple[Part, Floats]], parts: dict[int, Part], point: Floats
    ) -> dict[int, tuple[Part, Floats]]:
        """Return the parts with values, those without a plan as they are at the point."""
        held = {n: (part, self._values(part, point, n)) for n, part in parts.items() if n not in found}
        return held | found

    def _within(self, number: int, values: Floats, plan: Floats | None) -> Floats | None:
        """Return values of the whole with one region solved, the others held; None if it has no plan."""
        part = within(self.problem, self.blocks, [number], values)
        limits = replace(self._part_limits(), seconds=min(REGION_SECONDS, self._left().seconds))
        relaxed = solve_or_unknown(part.problem.relaxed(), limits, None, self.interrupt).values
        if relaxed is None:
            return None
        start = None if plan is None else plan[part.columns]
        # The relaxation is at hand, so it need not be solved again: the start comes second.
        _, found, clocked = solve_region(
            Task(number, part, relaxed, None, limits, plan is None), self.interrupt
        )
        if found is None and start is not None:
            nodes = replace(limits.until(self.ends), nodes=STEP_NODES)
            found = solve_or_unknown(part.problem, nodes, start, self.interrupt).values
        self.clocked |= clocked
        if found is None:
            return None
        result = values.copy()
        result[part.columns] = found
        return result

    def _better(self, plan: Floats | None, values: Floats) -> Floats | None:
        """Return the better of a plan and values; values that break a row or are not whole are no plan."""
        if not self._holds(values):
            return plan
        value = float(self.problem.cost @ values)
        if plan is not None and value >= float(self.problem.cost @ plan):
            return plan
        if self.report is not None:
            self.report(value)
        return values

    def _holds(self, values: Floats) -> bool:
        whole = self.problem.integral
        if np.abs(values[whole] - np.round(values[whole])).max(initial=0.0) > BROKEN:
            return False
        activity = self.problem.matrix @ values
        size = np.maximum(1.0, abs(self.problem.matrix) @ np.abs(values))
        short = np.maximum(self.problem.row_lower - activity, activity - self.problem.row_upper)
        return bool((short <= BROKEN * size).all())

    def _left(self) -> Limits:
        return replace(self.limits, threads=1, target=None).until(self.ends)


def _any_number(problem: Problem) -> int:
    """Return a reach that leaves numbers of dwellings free."""
    finite = problem.upper[problem.integral & np.isfinite(problem.upper)]
    return int(finite.max(initial=1.0))
