"""Solve one stage: bound it, find a plan, improve it, prove it.

1. The relaxation (no whole numbers) gives a first bound.
2. Without a plan so far, HiGHS looks for one at the root.
3. One round of ``improve`` betters the plan part by part, and mostly closes the stage.
4. If not, a partial relaxation follows: the regular programme may be fractional, the special
   options stay whole. It is much smaller, its bound is nearly that of the whole model, and
   its special part is a good plan to complete. Where everybody can be housed, what is built
   is bounded without the lettings (``apart.py``).
5. ``improve`` goes on until it gains nothing, and what is left goes to the whole model.

With the plan of another input to start from, other steps come before 5 (``nearby.py``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from thuisplan.inputs.instance import Instance
from thuisplan.model.blocks import Blocks
from thuisplan.model.exact import objective_grain, round_up
from thuisplan.model.joined import REGRET, REGRETTED
from thuisplan.model.problem import Floats, Problem
from thuisplan.model.stages import TRIVIAL_BOUND, Stage
from thuisplan.solvers.apart import lettings_of, without_lettings
from thuisplan.solvers.dive import dive
from thuisplan.solvers.highs import Interrupt, Limits, Outcome, Progress, solve, solve_or_unknown
from thuisplan.solvers.improve import Closing, category_of, improve, special_needs
from thuisplan.solvers.nearby import Nearby
from thuisplan.solvers.regional import Regional

GUIDES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "fair_share_max": MappingProxyType({"fair_share_mean": 1.0}),
        # The largest regret comes first, but where only another scenario can gain it may.
        REGRET: MappingProxyType({REGRETTED: 0.1}),
    }
)
"""Measure -> what the search by parts minimises besides it: a maximum alone shows no way down."""

FIRST_NODES = 1
"""Nodes spent on a first plan before it is improved part by part."""

IMPROVE_SHARE = 0.5
"""Part of a stage's time that may go into improving by parts; the rest goes to the proof."""

RESERVE = 0.001
"""Part of an earlier limit that is left for whole numbers of lettings when a plan is to be completed."""

DIVE_SHARE = 0.1
"""Part of a stage's time that a dive may take; it takes a moment."""

REGIONAL_GAIN = 0.02
"""Part of the tolerance that a round through all regions must gain for another."""

PARTIAL_SHARE = 0.7
"""Part of what is then left that may go into the partial relaxation."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the search of one stage ended with.

    Parameters
    ----------
    stopped
        ``closed``, ``infeasible``, ``time_limit``, ``interrupted``, or ``failed`` where the
        solver gave up with time left.
    plan
        Values of the columns of the best plan, None if there is none.
    bound
        No plan is better.
    clocked
        Whether the clock ended any step: the plan may then differ from run to run.
    """

    stopped: str
    plan: Floats | None
    bound: float
    clocked: bool


class Search:
    """The search of one stage.

    Parameters
    ----------
    instance, problem
        The input and its problem, held to the limits of earlier stages.
    stage
        What is minimised.
    limits
        Seconds for the whole stage, closing tolerances, threads and seed.
    interrupt
        Flag that ends the search and keeps the plan.
    report
        Hears of progress.
    log
        File for the solver's log.
    blocks
        Regions of the problem, if it is to be solved region by region.
    pool
        Where regions are solved; None for threads of this process.
    """

    def __init__(
        self,
        instance: Instance,
        problem: Problem,
        stage: Stage,
        limits: Limits,
        interrupt: Interrupt,
        report: Callable[[Progress], None] | None,
        log: Path | None,
        blocks: Blocks | None = None,
        pool: Executor | None = None,
    ) -> None:
        self.instance = instance
        self.problem = problem.with_cost(stage.measures)
        self.guided = problem.with_cost(dict(stage.measures) | _guide(stage))
        self.limits = limits
        self.interrupt = interrupt
        self.report = report
        self.log = log
        self.blocks = blocks
        self.pool = pool
        self.grain = objective_grain(problem, dict(stage.measures))
        self.began = time.monotonic()
        self.bound = TRIVIAL_BOUND
        self.clocked = False
        self.known = False
        self.relaxation: Outcome | None = None
        self.ahead: Floats | None = None

    def relax(self, known: bool, patience: float) -> Outcome:
        """Solve the relaxation, which gives the first bound.

        Parameters
        ----------
        known
            Whether there is a plan, which nothing that the solver runs into may lose.
        patience
            Seconds that it may take.
        """
        self.known = known
        self.relaxation = self.solve(self.problem.relaxed(), self.limits.until(self.began + patience))
        return self.relaxation

    def run(self, plan: Floats | None, patience: float, wanted: Floats | None = None) -> Found:
        """Search for a better plan and a better bound.

        Parameters
        ----------
        plan
            The plan so far.
        patience
            Seconds that may be spent on a first plan if there is none.
        wanted
            Values of the whole columns in the plan of another input, length ``n``; they need not be
            possible.
        """
        ends = self.began + patience
        relaxation = self.relaxation or self.relax(plan is not None, patience)
        if relaxation.stopped == "infeasible":
            return Found("infeasible", None, TRIVIAL_BOUND, self.clocked)
        nearby = None
        if wanted is not None and relaxation.values is not None:
            nearby = Nearby(self, wanted, relaxation.values)
            plan = nearby.first(plan)
        if plan is None and self.blocks is None and relaxation.values is not None:
            plan = self.dived(relaxation.values)
        if self.blocks is not None and relaxation.values is not None:
            plan = self.by_region(self.blocks, relaxation.values, plan)
            if plan is not None:
                return self.found(plan)
        if plan is None:
            first = self.solve(self.problem, replace(self.limits.until(ends), nodes=FIRST_NODES))
            if first.values is None and first.stopped == "node_limit":
                # Nothing at the root: the whole time goes to a first plan.
                first = self.solve(self.problem, self.limits.until(ends))
            if first.values is None:
                return Found(first.stopped, None, self.bound, self.clocked)
            plan = first.values
            self.known = True
        if nearby is not None:
            plan = nearby.on(plan)
        elif not self.done(plan):
            plan = self.improve(plan, rounds=1)
            if not self.done(plan):
                plan = self.partial(plan)
        if not self.done(plan):
            plan = self.improve(plan)
        if not self.done(plan):
            plan = self.prove(plan)
        return self.found(plan)

    def found(self, plan: Floats) -> Found:
        """Return what the search ended with."""
        # A plan that an interrupt cut short depends on the clock too, even if it closes the stage.
        self.clocked |= self.interrupt.is_set()
        if self.target().reached(self.value(plan)):
            return Found("closed", plan, self.bound, self.clocked)
        if self.interrupt.is_set():
            return Found("interrupted", plan, self.bound, self.clocked)
        return Found("time_limit" if self.late() else "failed", plan, self.bound, self.clocked)

    # --- steps --------------------------------------------------------------------------

    def dived(self, relaxed: Floats) -> Floats | None:
        """Return a first plan near the relaxation, if a good one can be there."""
        found = dive(self.problem, relaxed, self.left(DIVE_SHARE), self.interrupt)
        if found is None or found.values is None:
            return None
        self.clocked |= found.stopped == "time_limit"
        self.known = True
        self.tell(float(found.objective or 0.0))
        return found.values

    def by_region(self, blocks: Blocks, relaxed: Floats, plan: Floats | None) -> Floats | None:
        """Return a plan of all regions, at least as good as the one so far; None if some region has none."""
        ends = self.began + self.limits.seconds
        regional = Regional(self.problem, blocks, self.limits, ends, self.interrupt, self.tell, self.pool)
        if plan is None:
            plan = regional.around(relaxed)
        else:
            special = self.special()
            for held in (special, ~special):
                plan = plan if self.done(plan) else regional.holding(plan, held)
            if not self.done(plan):
                plan = regional.around(regional.near(relaxed, plan), plan)
        self.known |= plan is not None
        while plan is not None and not self.done(plan):
            before = self.value(plan)
            plan = regional.in_turn(plan, relaxed)
            plan = plan if self.done(plan) else regional.apart(plan)
            plan = plan if self.done(plan) else regional.exchanged(plan)
            if self.value(plan) > before - REGIONAL_GAIN * self.target().tolerance(before):
                break
        self.clocked |= regional.clocked
        return plan

    def tell(self, value: float) -> None:
        """Report a better plan."""
        if self.report is not None:
            self.report(Progress(time.monotonic() - self.began, value, self.bound))

    def improve(self, plan: Floats, rounds: int | None = None) -> Floats:
        """Improve a plan part by part, until nothing more is gained or for so many rounds."""
        limits = self.left(IMPROVE_SHARE)
        ends = time.monotonic() + limits.seconds
        plan = improve(
            self.instance,
            self.problem,
            self.guided,
            plan,
            self.target(),
            limits,
            self.interrupt,
            self.tell,
            rounds,
        )
        self.clocked |= time.monotonic() >= ends
        return plan

    def partial(self, plan: Floats) -> Floats:
        """Bound by a model in which the regular programme may be fractional; complete its plan."""
        special = self.special()
        if not special.any() or special.sum() == self.problem.integral.sum():
            return plan
        smaller = without_lettings(self.problem, plan) or self.problem
        # Whole lettings lose a little against earlier limits: what can be completed leaves it to them.
        lettings = lettings_of(self.problem)
        reserved = smaller.with_limits_lowered(RESERVE) if lettings.any() else smaller
        partly = self.solve(
            replace(reserved, integral=special),
            self.proof(plan, PARTIAL_SHARE),
            plan,
            bounds=reserved is smaller,
        )
        if partly.values is None or self.done(plan):
            return plan
        # What is built first, then who is housed in it: whole lettings are easy once the rest stands.
        built = replace(reserved, integral=self.problem.integral & ~lettings)
        completed = self.solve_with(built, special, partly.values)
        if lettings.any() and completed.values is not None:
            completed = self.solve_with(self.problem, built.integral, completed.values)
        return self.better(plan, completed)

    def solve_with(self, problem: Problem, fixed: NDArray[np.bool_], values: Floats) -> Outcome:
        """Solve with some whole columns fixed at these values."""
        bounds = {int(c): float(round(values[c])) for c in np.flatnonzero(fixed)}
        return self.solve(problem.with_bounds(bounds, bounds), self.left(PARTIAL_SHARE), bounds=False)

    def prove(self, plan: Floats) -> Floats:
        """Solve the whole model until it closes; a better plan has a smaller tolerance, so perhaps again."""
        while True:
            value = self.value(plan)
            plan = self.better(plan, self.solve(self.problem, self.proof(plan, 1.0), plan))
            if self.done(plan) or self.value(plan) >= value:
                return plan

    def special(self) -> NDArray[np.bool_]:
        """Return which whole columns belong to options that serve special needs."""
        special = special_needs(self.instance)
        serving = [
            whole and category_of(self.instance, column.key) in special
            for column, whole in zip(self.problem.columns, self.problem.integral, strict=True)
        ]
        return np.array(serving, dtype=bool)

    # --- what the steps share --------------------------------------------------------------

    def solve(
        self, problem: Problem, limits: Limits, start: Floats | None = None, bounds: bool = True
    ) -> Outcome:
        """Solve a problem whose bound holds for the stage (unless ``bounds`` is False)."""
        # With a plan in hand nothing that the solver runs into may lose it.
        run = solve_or_unknown if self.known else solve
        heard = self.hears(problem, bounds)
        began = time.monotonic()
        outcome = run(problem, limits, start, self.interrupt, heard, self.log)
        if start is not None and outcome.stopped in ("closed", "infeasible") and outcome.nodes == 0:
            # HiGHS 1.15.1 was seen to call a start optimal before any node though it was not: ask without.
            limits = limits.until(began + limits.seconds)
            outcome = run(problem, limits, None, self.interrupt, heard, self.log)
        self.clocked |= outcome.stopped == "time_limit"
        if bounds and outcome.stopped != "infeasible":
            self.bound = max(self.bound, round_up(outcome.bound, self.grain))
        return outcome

    def hears(self, problem: Problem, bounds: bool) -> Callable[[Progress], None] | None:
        """Return what hears a solver and passes on what holds for the stage: whole plans and its bounds."""
        report = self.report
        if report is None:
            return None
        whole = bool((problem.integral >= self.problem.integral).all())

        def heard(progress: Progress) -> None:
            proved = bounds and progress.bound is not None
            bound = max(self.bound, progress.bound) if proved and progress.bound else self.bound
            best = progress.best if whole else None
            report(Progress(time.monotonic() - self.began, best, bound))

        return heard

    def better(self, plan: Floats, outcome: Outcome) -> Floats:
        """Return the better of a plan and an outcome."""
        if outcome.values is None or self.value(outcome.values) >= self.value(plan):
            return plan
        return outcome.values

    def value(self, plan: Floats) -> float:
        """Return the objective of a plan."""
        return float(self.problem.cost @ plan)

    def target(self) -> Closing:
        """Return when a plan is good enough."""
        return Closing(self.bound, self.limits.relative_gap, self.limits.absolute_gap)

    def done(self, plan: Floats) -> bool:
        """Return whether there is nothing left to do, or no time to do it in."""
        late = self.late()
        self.clocked |= late
        return late or self.interrupt.is_set() or self.target().reached(self.value(plan))

    def late(self) -> bool:
        """Return whether the time of the stage is over."""
        return time.monotonic() - self.began >= self.limits.seconds

    def left(self, share: float) -> Limits:
        """Return limits with a share of the time that is left."""
        now = time.monotonic()
        return self.limits.until(now + share * (self.began + self.limits.seconds - now))

    def proof(self, plan: Floats, share: float) -> Limits:
        """Return limits that end a search as soon as its bound, rounded up, closes the stage."""
        value = self.value(plan)
        gap = self.target().tolerance(value)
        if self.grain is not None:
            # Any bound above the last multiple that does not close the stage is rounded up to one that does.
            step = float(self.grain)
            gap = value - (ceil((value - gap) / step - 1e-9) - 1) * step - 1e-3 * step
        return replace(self.left(share), relative_gap=0.0, absolute_gap=gap)


def _guide(stage: Stage) -> dict[str, float]:
    guide = {name: weight for measure in stage.measures for name, weight in GUIDES.get(measure, {}).items()}
    return {name: weight for name, weight in guide.items() if name not in stage.measures}
