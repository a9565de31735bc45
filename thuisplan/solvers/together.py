"""The stages of all scenarios together: the largest regret, the sum of regrets, and what follows."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from thuisplan.inputs.instance import Instance
from thuisplan.model.exact import ExactPlan, exact_plan, vector
from thuisplan.model.joined import REGRET, Joined
from thuisplan.model.problem import Floats, Problem
from thuisplan.model.stages import TRIVIAL_BOUND, Stage
from thuisplan.solvers.highs import Interrupt, Limits, SolverError
from thuisplan.solvers.polish import broken, settled
from thuisplan.solvers.search import Search
from thuisplan.solvers.solution import NOISE, StageRecord
from thuisplan.solvers.staged import ATTEMPTS, Options

SHARES: Mapping[str, float] = MappingProxyType({"largest": 0.5, "sum": 0.25})
"""Part of the time left for the largest regret, and then for the sum; the other stages share what remains."""

Plans = Mapping[str, ExactPlan]


class Together:
    """The search over all scenarios.

    Parameters
    ----------
    base
        What the scenarios are changes of.
    instances, problems
        Scenario -> its input and its problem.
    joined
        The problem of all, with the measure ``regret``.
    first
        What is regretted, with its tolerances.
    best
        Scenario -> what its regret is held against.
    lowest
        No sum over the scenarios of what is regretted is below this.
    options, deadline
        Threads and seed, and the monotonic time at which to end.
    interrupt
        Flag that ends the search and keeps the plans.
    heard
        Called at the beginning of each step.
    """

    def __init__(
        self,
        base: Instance,
        instances: Mapping[str, Instance],
        problems: Mapping[str, Problem],
        joined: Joined,
        first: Stage,
        best: Mapping[str, float],
        lowest: float,
        options: Options,
        deadline: float,
        interrupt: Interrupt,
        heard: Callable[[str], None],
    ) -> None:
        self.base, self.instances, self.problems = base, instances, problems
        self.joined, self.first, self.best, self.lowest = joined, first, best, lowest
        self.problem = joined.problem
        self.options, self.deadline = options, deadline
        self.interrupt, self.heard = interrupt, heard
        self.plans: Plans | None = None
        self.records: list[StageRecord] = []

    def run(self, later: Sequence[Stage], start: Plans | None) -> str:
        """Search every stage; return how it ended, ``infeasible`` where there are no common decisions.

        Parameters
        ----------
        later
            The stages that follow; each is the sum over all scenarios.
        start
            Plans with common decisions, if any are known.
        """
        self.plans = start
        # A regret is small beside what it is a difference of: only absolute tolerances mean something.
        largest = replace(self.first, number=0, measures={REGRET: 1.0}, close_rel=0.0)
        total = replace(self.first, close_rel=0.0)
        waiting = [largest, total, *later]
        steps = ["largest", "sum", *("later" for _ in later)]
        for position, (step, stage) in enumerate(zip(steps, waiting, strict=True)):
            self.heard(step)
            rest = len(waiting) - position
            share = SHARES[step] if rest > 1 and step in SHARES else 2 / (rest + 1)
            record = self.stage(stage, share * self.left())
            if record.stopped == "infeasible":
                return "infeasible"
            self.records.append(record)
            if self.plans is None:
                return "no_plan" if record.stopped in ("time_limit", "failed") else record.stopped
            self.hold(record, sum(self.best.values()) if step == "sum" else 0.0)
        ends = [record.stopped for record in self.records if not record.closed]
        # A bound that its plan contradicts is not used: nothing is known but the plan.
        return ends[0].replace("contradiction", "failed") if ends else "closed"

    def hold(self, record: StageRecord, known: float) -> None:
        """Hold later stages to what a stage reached, and to what it may give back of it."""
        assert record.value is not None
        # Of the sum of regrets, not of what they are differences of.
        limit = known + record.stage.limit(record.value - known)
        self.problem = self.problem.with_limit(record.stage.measures, limit)
        self.records[-1] = replace(record, limit=limit)

    def stage(self, stage: Stage, seconds: float) -> StageRecord:
        """Search one stage, until its plans hold exactly."""
        began = time.monotonic()
        ends = began + seconds
        if self.plans is not None and self.objective(stage, self.plans) <= TRIVIAL_BOUND:
            return self.record(stage, "at_bound", TRIVIAL_BOUND, began, False)
        if self.interrupt.is_set() or seconds <= 0:
            stopped = "interrupted" if self.interrupt.is_set() else "time_limit"
            return self.record(stage, stopped, TRIVIAL_BOUND, began, True)
        problem, bound, clocked = self.problem, None, False
        stopped = "inexact" if self.plans is None else "failed"
        for _ in range(ATTEMPTS):
            limits = self.limits(stage, seconds).until(ends)
            start = None if self.plans is None else self.vector(self.plans)
            search = Search(self.base, problem, stage, limits, self.interrupt, None, None)
            try:
                found = search.run(start, limits.seconds if start is not None else self.left())
            except SolverError:
                stopped = "failed"
                break
            clocked |= found.clocked
            if found.stopped == "infeasible" and self.plans is None and problem is self.problem:
                return StageRecord(stage, "infeasible")
            bound = found.bound if bound is None else bound
            if found.plan is None:
                stopped = "failed" if found.stopped == "infeasible" else found.stopped
                break
            plans = self.exact(problem, stage, found.plan)
            rows = self.broken(problem, plans)
            if not rows:
                self.keep(stage, plans)
                stopped = found.stopped
                break
            problem = problem.with_rows_tightened(rows)
        return self.record(stage, stopped, bound or TRIVIAL_BOUND, began, clocked)

    def record(self, stage: Stage, stopped: str, bound: float, began: float, clocked: bool) -> StageRecord:
        """Return how a stage went; what is told is the value of the exact plans."""
        seconds = time.monotonic() - began
        if self.plans is None:
            return StageRecord(stage, stopped, None, bound, None, seconds, clocked)
        value = self.objective(stage, self.plans)
        if stage.measures == self.first.measures:
            bound = max(bound, self.lowest)
        limits = self.limits(stage, 0.0)
        close = max(limits.absolute_gap, limits.relative_gap * abs(value)) + NOISE * max(1.0, abs(value))
        if stopped == "closed" and value - bound > close:
            stopped = "failed"
        record = StageRecord(stage, stopped, value, bound, None, seconds, clocked).held_against(value)
        return record if record.bound is None else replace(record, bound=min(record.bound, value))

    def keep(self, stage: Stage, plans: Plans) -> None:
        """Keep plans that hold, unless those before were better."""
        if self.plans is None or self.objective(stage, plans) <= self.objective(stage, self.plans):
            self.plans = plans

    def exact(self, problem: Problem, stage: Stage, values: Floats) -> Plans:
        """Return the exact plan of every scenario: whole numbers fixed, what is left at its best."""
        values = settled(problem.with_cost(stage.measures), values, Limits(threads=self.options.threads))
        return {
            name: exact_plan(self.instances[name], own, self.joined.part(name, values))
            for name, own in self.problems.items()
        }

    def broken(self, problem: Problem, plans: Plans) -> dict[int, float]:
        """Return the rows of the joined problem that exact plans break, and by how much."""
        rows = {
            self.joined.rows[name].start + row: amount
            for name, plan in plans.items()
            for row, amount in broken(self.problems[name], (), plan).items()
        }
        for record in self.records:
            assert record.limit is not None
            excess = self.objective(record.stage, plans) - record.limit
            if excess > NOISE * max(1.0, abs(record.limit)):
                rows[problem.limit_row(record.stage.measures)] = max(excess, NOISE)
        return rows

    def objective(self, stage: Stage, plans: Plans) -> float:
        """Return the objective of a stage: the largest regret, or the sum over the scenarios."""
        if REGRET in stage.measures:
            return self.largest(plans)
        return sum(plan.objective(stage.measures) for plan in plans.values())

    def largest(self, plans: Plans) -> float:
        """Return the largest regret of plans."""
        measures = self.first.measures
        regrets = (plan.objective(measures) - self.best[name] for name, plan in plans.items())
        return max(0.0, *regrets)

    def vector(self, plans: Plans) -> Floats:
        """Return exact plans as a start."""
        values = self.joined.whole({name: vector(self.problems[name], plan) for name, plan in plans.items()})
        values[self.problem.columns_of(REGRET)] = self.largest(plans)
        return values

    def left(self) -> float:
        """Return the seconds left for all stages."""
        return max(0.0, self.deadline - time.monotonic())

    def limits(self, stage: Stage, seconds: float) -> Limits:
        regretted = stage.measures == self.first.measures or REGRET in stage.measures
        relative = stage.close_rel if self.options.gap is None or regretted else self.options.gap
        return Limits(
            seconds=seconds,
            relative_gap=relative,
            absolute_gap=max(NOISE, stage.close_abs),
            threads=self.options.threads,
            seed=self.options.seed,
        )
