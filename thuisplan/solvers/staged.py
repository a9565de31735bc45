"""Solve the stages in order, each from the plan before it, and keep the plan exact."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from thuisplan.inputs.instance import Instance
from thuisplan.model.evaluate import (
    Values,
    broken_rows,
    evaluate,
    exact_values,
    measure_values,
)
from thuisplan.model.problem import Floats, Problem
from thuisplan.model.quantities import EUROS
from thuisplan.model.stages import TRIVIAL_BOUND, Stage
from thuisplan.solvers.giving import families_that_give
from thuisplan.solvers.highs import Interrupt, Limits, Outcome, Progress, solve
from thuisplan.solvers.improve import Target, improve
from thuisplan.solvers.solution import NoPlan, Solution, StageRecord

ATTEMPTS = 3
"""How often a stage is solved again when its plan does not hold exactly."""

GUIDES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {"fair_share_max": MappingProxyType({"fair_share_mean": 1.0})}
)
"""Measure -> what the search by parts minimises besides it: a maximum alone shows no way down."""

FIRST_NODES = 1
"""Nodes spent on a first plan before it is improved part by part."""

IMPROVE_SHARE = 0.6
"""Part of a stage's time that may go into improving by parts; the rest goes to the proof."""

Listener = Callable[[Stage, Progress | StageRecord], None]
"""Hears of progress within a stage, and of the end of each."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to solve.

    Parameters
    ----------
    seconds
        Wall time for all stages together; unused time of a stage passes on.
    gap
        Relative closing tolerance of all stages; None for that of each stage.
    threads, seed
        One thread unless asked for more.
    """

    seconds: float = float("inf")
    gap: float | None = None
    threads: int = 1
    seed: int = 0


def solve_stages(
    instance: Instance,
    problem: Problem,
    stages: tuple[Stage, ...],
    options: Options,
    interrupt: Interrupt | None = None,
    listen: Listener | None = None,
    log: Path | None = None,
) -> Solution | NoPlan:
    """Solve the stages in order.

    Parameters
    ----------
    instance, problem
        The resolved input and its compiled problem.
    stages
        Objectives in order.
    options
        Limits.
    interrupt
        When set, the running stage ends, later ones are skipped and the best plan is kept.
    listen
        Hears of progress.
    log
        File for the solver's log.

    Returns
    -------
    Solution or NoPlan
        A plan that satisfies every hard requirement exactly, or why there is none.
    """
    return _Run(instance, problem, options, interrupt or Interrupt(), listen, log).stages(stages)


class _Run:
    def __init__(
        self,
        instance: Instance,
        problem: Problem,
        options: Options,
        interrupt: Interrupt,
        listen: Listener | None,
        log: Path | None,
    ) -> None:
        self.instance = instance
        self.problem = problem
        self.options = options
        self.interrupt = interrupt
        self.listen = listen
        self.log = log
        self.deadline = time.monotonic() + options.seconds
        self.plan: Floats | None = None
        self.exact: Values = ()
        self.records: list[StageRecord] = []

    def stages(self, stages: tuple[Stage, ...]) -> Solution | NoPlan:
        original = self.problem
        for position, stage in enumerate(stages):
            record = self.stage(stage, self.seconds_for(len(stages) - position))
            if isinstance(record, NoPlan):
                return replace(record, stages=tuple(self.records))
            self.records.append(record)
            if self.listen:
                self.listen(stage, record)
            if record.limit is not None:
                self.problem = self.problem.with_limit(stage.measures, record.limit)
        if self.plan is None:
            reason = "interrupted" if self.interrupt.is_set() else "time_limit"
            return NoPlan(reason, stages=tuple(self.records))
        return self.solution(original)

    def seconds_for(self, stages_left: int) -> float:
        return max(0.0, self.deadline - time.monotonic()) / stages_left

    def stage(self, stage: Stage, seconds: float) -> StageRecord | NoPlan:
        """Solve one stage; without a plan so far, what cannot be solved ends the work."""
        problem = self.problem.with_cost(stage.measures)
        if self.plan is not None:
            value = float(problem.cost @ self.plan)
            if value <= TRIVIAL_BOUND + 1e-9:
                return StageRecord(stage, "at_bound", value, TRIVIAL_BOUND, stage.limit(max(0.0, value)))
            if self.interrupt.is_set() or seconds <= 0:
                return StageRecord(stage, "not_run", value, TRIVIAL_BOUND, stage.limit(value))
        elif self.interrupt.is_set() or seconds <= 0:
            return StageRecord(stage, "not_run")
        began = time.monotonic()
        outcome = self.exact_outcome(problem, stage, seconds)
        if isinstance(outcome, NoPlan):
            return outcome
        spent = time.monotonic() - began
        bound = max(outcome.bound, TRIVIAL_BOUND)
        if outcome.values is None:
            if self.plan is None:
                return StageRecord(stage, outcome.stopped, None, bound, None, spent)
            value = float(problem.cost @ self.plan)
            stopped = "failed" if outcome.stopped == "infeasible" else outcome.stopped
            bound = TRIVIAL_BOUND if stopped == "failed" else bound
            return StageRecord(stage, stopped, value, min(bound, value), stage.limit(value), spent)
        self.plan = outcome.values
        value = float(problem.cost @ self.plan)
        return StageRecord(stage, outcome.stopped, value, min(bound, value), stage.limit(value), spent)

    def exact_outcome(self, problem: Problem, stage: Stage, seconds: float) -> Outcome | NoPlan:
        """Search, fix the integers, and check every row exactly; tighten what breaks and go on."""
        limits = self.limits(stage, seconds)
        bound: float | None = None
        for _ in range(ATTEMPTS):
            outcome = self.search(problem, stage, limits)
            # Tightening changes the model: only the first bound is valid for it.
            bound = outcome.bound if bound is None else bound
            outcome = replace(outcome, bound=bound)
            if outcome.stopped == "infeasible" and self.plan is None:
                return self.infeasible(problem)
            if outcome.values is None:
                return outcome
            polished, exact, broken = self.polish(problem, outcome.values)
            if not broken:
                self.exact = exact
                return replace(outcome, values=polished)
            problem = problem.with_rows_tightened({row: float(EUROS) for row in broken})
        if self.plan is None:
            return NoPlan("inexact")
        return replace(outcome, stopped="failed", values=None)

    def search(self, problem: Problem, stage: Stage, limits: Limits) -> Outcome:
        """Bound by the relaxation, improve part by part, then the whole model for what is left.

        The first two steps mostly close a stage; the whole model proves or improves.
        """
        began = time.monotonic()
        relaxation = solve(_relaxed(problem), replace(limits, nodes=None), None, self.interrupt)
        bound = max(relaxation.bound, TRIVIAL_BOUND)
        plan = self.plan
        if relaxation.stopped == "infeasible":
            return relaxation
        if plan is None:
            first = solve(
                problem,
                replace(limits, nodes=FIRST_NODES),
                None,
                self.interrupt,
                self.progress(stage),
                self.log,
            )
            if first.values is None or first.stopped != "node_limit":
                return first
            plan, bound = first.values, max(bound, first.bound)
        target = Target(bound, limits.relative_gap, limits.absolute_gap)
        left = limits.seconds - (time.monotonic() - began)
        guided = problem.with_cost(dict(stage.measures) | _guide(stage))
        plan = improve(
            self.instance,
            problem,
            guided,
            plan,
            target,
            replace(limits, seconds=left * IMPROVE_SHARE),
            self.interrupt,
            self.report(stage, began, bound),
        )
        value = float(problem.cost @ plan)
        left = limits.seconds - (time.monotonic() - began)
        if target.reached(value):
            return Outcome("closed", plan, value, bound, time.monotonic() - began)
        if self.interrupt.is_set():
            return Outcome("interrupted", plan, value, bound, time.monotonic() - began)
        outcome = solve(
            problem, replace(limits, seconds=left), plan, self.interrupt, self.progress(stage), self.log
        )
        bound = max(bound, outcome.bound)
        if outcome.values is None or (outcome.objective or 0.0) > value:
            outcome = replace(outcome, values=plan, objective=value)
        reached = target.reached(outcome.objective or 0.0) or outcome.stopped == "closed"
        stopped = "closed" if reached else outcome.stopped
        return replace(outcome, stopped=stopped, bound=bound)

    def report(self, stage: Stage, began: float, bound: float) -> Callable[[float], None] | None:
        listen = self.listen
        if listen is None:
            return None
        return lambda value: listen(stage, Progress(time.monotonic() - began, value, bound))

    def polish(self, problem: Problem, values: Floats) -> tuple[Floats, Values, list[int]]:
        """Fix the integers and solve what is left; return values, exact values, broken rows."""
        whole = {int(c): round(float(values[c])) for c in np.flatnonzero(problem.integral)}
        fixed = _relaxed(problem.with_bounds(whole, whole))
        outcome = solve(fixed, Limits(threads=self.options.threads, seed=self.options.seed))
        if outcome.values is None:
            outcome = solve(
                fixed, Limits(threads=self.options.threads, seed=self.options.seed, presolve=False)
            )
        polished = outcome.values if outcome.values is not None else values
        exact = exact_values(problem, polished)
        return polished, exact, broken_rows(self.instance, self.problem, exact)

    def infeasible(self, problem: Problem) -> NoPlan:
        """Confirm with presolve off; then say which families would have to give."""
        left = max(1.0, self.deadline - time.monotonic())
        limits = Limits(seconds=left, threads=self.options.threads, seed=self.options.seed, presolve=False)
        feasibility = replace(problem, cost=np.zeros(len(problem.columns)))
        confirmation = solve(feasibility, limits, None, self.interrupt, None, self.log)
        if confirmation.values is not None:
            return NoPlan("contradiction")
        if confirmation.stopped != "infeasible":
            return NoPlan("infeasible_unconfirmed")
        return families_that_give(problem, self.deadline, self.options.threads, self.interrupt)

    def limits(self, stage: Stage, seconds: float) -> Limits:
        return Limits(
            seconds=seconds,
            relative_gap=stage.close_rel if self.options.gap is None else self.options.gap,
            absolute_gap=stage.close_abs if self.options.gap is None else 1e-6,
            threads=self.options.threads,
            seed=self.options.seed,
        )

    def progress(self, stage: Stage) -> Callable[[Progress], None] | None:
        listen = self.listen
        return None if listen is None else lambda progress: listen(stage, progress)

    def solution(self, problem: Problem) -> Solution:
        lines = tuple(evaluate(self.instance, problem, self.exact))
        completed: dict[tuple[str, int, str], int] = {}
        payments: dict[tuple[str, str, int, str], int] = {}
        for column, value in zip(problem.columns, self.exact, strict=True):
            if not value:
                continue
            group, *key = column.key
            if group == "x":
                municipality, year, option = key
                completed[municipality, year, option] = int(value)
            elif group == "y":
                pot, municipality, year, option = key
                payments[pot, municipality, year, option] = int(value / EUROS)
        return Solution(
            completed=completed,
            payments=payments,
            lines=lines,
            measures=measure_values(problem, lines, self.exact),
            stages=tuple(self.records),
        )


def _relaxed(problem: Problem) -> Problem:
    return replace(problem, integral=np.zeros(len(problem.columns), dtype=bool))


def _guide(stage: Stage) -> dict[str, float]:
    guide = {name: weight for measure in stage.measures for name, weight in GUIDES.get(measure, {}).items()}
    return {name: weight for name, weight in guide.items() if name not in stage.measures}
