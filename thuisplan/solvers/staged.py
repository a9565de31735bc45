"""Solve the stages in order, each from the plan before it, and keep the plan exact."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from thuisplan.inputs.instance import Instance
from thuisplan.model.blocks import Blocks, find_blocks
from thuisplan.model.exact import ExactPlan, vector
from thuisplan.model.problem import Floats, Problem
from thuisplan.model.stages import TRIVIAL_BOUND, Stage
from thuisplan.solvers.exchange import exchange
from thuisplan.solvers.highs import Interrupt, Limits, Progress, SolverError, solve_or_unknown
from thuisplan.solvers.polish import broken, polish
from thuisplan.solvers.relax import each_alone
from thuisplan.solvers.search import Found, Search
from thuisplan.solvers.solution import NOISE, NoPlan, Solution, StageRecord, solution_of
from thuisplan.solvers.start import ahead, wanted
from thuisplan.solvers.target import Target

ATTEMPTS = 3
"""How often a stage is searched again when its plan does not hold exactly."""

FIRST_SHARE = 0.5
"""Part of the time that the first stage may use: it is the hardest."""

LARGE = 10_000
"""Problems with so many whole columns are solved region by region, unless asked otherwise."""

METHODS = ("auto", "whole", "regions")
"""How a problem may be solved."""

AHEAD_FROM = 2
"""Number of stages that do not look ahead when there is a plan to start from: it slows them, for nothing."""

EXCHANGE_SHARE = 0.8
"""Part of a stage's time that may go into asking its question the other way round."""

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
    method
        ``whole``, ``regions`` (where the problem falls apart into regions) or ``auto``, by its size.
    """

    seconds: float = float("inf")
    gap: float | None = None
    threads: int = 1
    seed: int = 0
    method: str = "auto"


def solve_stages(
    instance: Instance,
    problem: Problem,
    stages: tuple[Stage, ...],
    options: Options,
    interrupt: Interrupt | None = None,
    listen: Listener | None = None,
    log: Path | None = None,
    start: Mapping[str, float] | None = None,
    pool: Executor | None = None,
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
    start
        Name of a column -> value in the plan of another input (``start.named_values``). It need not be
        possible here: every stage looks for plans near it first. None to search from nothing.
    pool
        Where regions are solved, if they are; None for threads of this process.

    Returns
    -------
    Solution or NoPlan
        A plan that satisfies every hard requirement and every limit exactly, or why there is none.
    """
    run = _Run(instance, problem, options, interrupt or Interrupt(), listen, log)
    run.wanted = None if start is None else wanted(problem, start)
    run.pool = pool
    return run.stages(stages)


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
        self.original = problem
        self.problem = problem
        self.options = options
        self.interrupt = interrupt
        self.listen = listen
        self.log = log
        self.deadline = time.monotonic() + options.seconds
        self.plan: ExactPlan | None = None
        self.records: list[StageRecord] = []
        self.wanted: Floats | None = None
        self.pool: Executor | None = None
        self.asked: tuple[Stage, ...] = ()

    def stages(self, stages: tuple[Stage, ...]) -> Solution | NoPlan:
        """Solve every stage; without a plan after the first there is none."""
        self.asked = stages
        for position, stage in enumerate(stages):
            left = len(stages) - position
            # The first is the hardest; later ones get twice an equal part of the time left, the last all.
            record = self.stage(stage, FIRST_SHARE if left == len(stages) > 1 else 2 / (left + 1))
            if isinstance(record, NoPlan):
                return replace(record, stages=tuple(self.records))
            self.records.append(record)
            if self.listen:
                self.listen(stage, record)
            if self.plan is None:
                reason = "interrupted" if self.interrupt.is_set() else "time_limit"
                return NoPlan(reason, stages=tuple(self.records))
            if record.limit is not None:
                self.problem = self.problem.with_limit(stage.measures, record.limit)
        assert self.plan is not None
        plan = self.plan
        records = [record.held_against(plan.objective(record.stage.measures)) for record in self.records]
        return solution_of(self.original, plan, records)

    def left(self) -> float:
        """Return the seconds left for all stages."""
        return max(0.0, self.deadline - time.monotonic())

    def stage(self, stage: Stage, share: float) -> StageRecord | NoPlan:
        """Solve one stage in a part of the time left."""
        if self.plan is not None:
            value = self.plan.objective(stage.measures)
            if value <= TRIVIAL_BOUND:
                return self.record(stage, "at_bound", TRIVIAL_BOUND)
            if self.interrupt.is_set() or self.left() == 0:
                return self.record(stage, "not_run", TRIVIAL_BOUND)
        elif self.interrupt.is_set() or self.left() == 0:
            return StageRecord(stage, "not_run")
        began = time.monotonic()
        try:
            found = self.search(stage, self.left() * share)
        except SolverError:
            if self.plan is None:
                raise
            # The plan of the stages before it is worth more than what the solver ran into.
            return self.record(stage, "failed", TRIVIAL_BOUND, time.monotonic() - began)
        if isinstance(found, NoPlan):
            return found
        return self.record(stage, found.stopped, found.bound, time.monotonic() - began, found.clocked)

    def record(
        self, stage: Stage, stopped: str, bound: float, seconds: float = 0.0, clocked: bool = False
    ) -> StageRecord:
        """Return the record of a stage; the value and the limit are those of the exact plan."""
        if self.plan is None:
            return StageRecord(stage, stopped, None, bound, None, seconds, clocked)
        value = self.plan.objective(stage.measures)
        record = StageRecord(stage, stopped, value, bound, stage.limit(value), seconds, clocked)
        record = record.held_against(value)
        # Within the noise the solver's bound may be above its plan; what is told is not.
        return record if record.bound is None else replace(record, bound=min(record.bound, value))

    def search(self, stage: Stage, seconds: float) -> Found | NoPlan:
        """Search until the plan holds exactly; a plan that does not is never kept."""
        problem = self.problem
        ends = time.monotonic() + seconds
        first: Found | None = None
        clocked = False
        for _ in range(ATTEMPTS):
            limits = self.limits(stage, seconds).until(ends)
            start = None if self.plan is None else vector(problem, self.plan)
            blocks = self.blocks(problem)
            search = Search(
                self.instance,
                problem,
                stage,
                limits,
                self.interrupt,
                self.progress(stage),
                self.log,
                blocks,
                self.pool,
            )
            relaxation = search.relax(start is not None, self.left())
            if start is not None and first is None and blocks is None:
                limits = limits.until(ends)
                part = replace(limits, seconds=limits.seconds * EXCHANGE_SHARE)
                start, clocked = self.exchange(stage, problem, start, relaxation.bound, part)
            if start is not None:
                search.ahead = self.ahead(stage, problem, start)
            found = search.run(start, self.left(), self.wanted_of(problem))
            clocked |= found.clocked
            # Tightening changes the model: only the first bound is valid for it.
            first = first or found
            if found.stopped == "infeasible" and self.plan is None:
                return self.infeasible(problem) if problem is self.problem else NoPlan("inexact")
            if found.plan is None:
                break
            exact = self.polish(problem.with_cost(stage.measures), found.plan)
            broken = self.broken(exact)
            if not broken:
                return self.keep(stage, exact, replace(found, bound=first.bound, clocked=clocked))
            problem = problem.with_rows_tightened(broken)
        assert first is not None
        if self.plan is None and found.plan is not None:
            return NoPlan("inexact")
        stopped = "failed" if found.stopped in ("infeasible", "closed") else found.stopped
        return replace(first, stopped=stopped, clocked=clocked)

    def wanted_of(self, problem: Problem) -> Floats | None:
        """Return the plan to start from as values of a problem that may have more columns."""
        if self.wanted is None:
            return None
        return np.concatenate([self.wanted, np.zeros(len(problem.columns) - len(self.wanted))])

    def ahead(self, stage: Stage, problem: Problem, values: Floats) -> Floats | None:
        """Return what later stages ask of a stage that starts from another plan, as a small cost."""
        position = self.asked.index(stage)
        if self.wanted is None or position < AHEAD_FROM:
            return None
        later = [(one.measures, self.limits(one, 0.0)) for one in self.asked[position + 1 :]]
        return ahead(problem, (stage.measures, self.limits(stage, 0.0)), later, values)

    def exchange(
        self, stage: Stage, problem: Problem, start: Floats, bound: float, limits: Limits
    ) -> tuple[Floats, bool]:
        """Return a start that closes a stage whose bound is zero, or the one given; and if it was cut."""
        value = float(problem.with_cost(stage.measures).cost @ start)
        if not np.isfinite(bound) or value <= max(limits.absolute_gap, limits.relative_gap * value):
            return start, False
        began = time.monotonic()
        met = exchange(
            self.instance, self.original, stage, self.records, start, bound, limits, self.interrupt
        )
        cut = time.monotonic() - began >= limits.seconds or self.interrupt.is_set()
        return (start if met is None else met), cut

    def blocks(self, problem: Problem) -> Blocks | None:
        """Return the regions to solve a problem by, None to solve it as a whole."""
        if self.options.method == "regions":
            return find_blocks(self.instance, problem, coupled=1.0)
        large = self.options.method == "auto" and int(problem.integral.sum()) >= LARGE
        return find_blocks(self.instance, problem) if large else None

    def keep(self, stage: Stage, exact: ExactPlan, found: Found) -> Found:
        """Keep a plan that holds, unless the one before it was better."""
        if self.plan is None or exact.objective(stage.measures) <= self.plan.objective(stage.measures):
            self.plan = exact
        value = self.plan.objective(stage.measures)
        limits = self.limits(stage, 0.0)
        close = max(limits.absolute_gap, limits.relative_gap * abs(value)) + NOISE * max(1.0, abs(value))
        if found.stopped == "closed" and value - found.bound > close:
            return replace(found, stopped="failed")
        return found

    def polish(self, problem: Problem, values: Floats) -> ExactPlan:
        """Fix the whole numbers, solve what is left, and put it on its grain."""
        return polish(self.instance, self.original, problem, values, self.options.threads)

    def broken(self, exact: ExactPlan) -> dict[int, float]:
        """Return the rows that an exact plan breaks, and by how much to tighten them."""
        return broken(self.problem, self.records, exact)

    def infeasible(self, problem: Problem) -> NoPlan:
        """Confirm with presolve off; then say which families would have to give."""
        limits = Limits(
            seconds=max(1.0, self.left()),
            threads=self.options.threads,
            seed=self.options.seed,
            presolve=False,
        )
        feasibility = replace(problem, cost=np.zeros(len(problem.columns)))
        confirmation = solve_or_unknown(feasibility, limits, None, self.interrupt, None, self.log)
        if confirmation.values is not None:
            return NoPlan("contradiction")
        if confirmation.stopped != "infeasible":
            return NoPlan("infeasible_unconfirmed")
        target = Target(self.instance, problem)
        giving = each_alone(target, self.deadline, self.options.threads, self.interrupt)
        # What needs nothing to give is feasible.
        needless = any(found.outcome == "repaired" and not found.falls for found in giving)
        return NoPlan("contradiction") if needless else NoPlan("infeasible", giving)

    def limits(self, stage: Stage, seconds: float) -> Limits:
        return Limits(
            seconds=seconds,
            relative_gap=stage.close_rel if self.options.gap is None else self.options.gap,
            absolute_gap=max(1e-6, stage.close_abs) if self.options.gap is None else 1e-6,
            threads=self.options.threads,
            seed=self.options.seed,
        )

    def progress(self, stage: Stage) -> Callable[[Progress], None] | None:
        listen = self.listen
        return None if listen is None else lambda progress: listen(stage, progress)
