"""Scenarios by themselves, and what the plan of one means for another: what a regret is held against."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from thuisplan.inputs.instance import Cell, Instance
from thuisplan.model.build import build
from thuisplan.model.exact import ExactPlan, vector
from thuisplan.model.joined import common_cells, places_of, with_decisions
from thuisplan.model.problem import Floats, Problem
from thuisplan.model.stages import TRIVIAL_BOUND, Stage
from thuisplan.solvers.highs import Interrupt, Limits, SolverError, solve_or_unknown
from thuisplan.solvers.polish import broken, polish
from thuisplan.solvers.regretted import Imposed, OwnRun
from thuisplan.solvers.search import Search
from thuisplan.solvers.solution import NOISE
from thuisplan.solvers.staged import ATTEMPTS, Options
from thuisplan.solvers.workers import WORKERS, side_by_side

OWN_SHARES = (0.2, 0.5)
"""Part of the time for what each scenario can reach alone; then of the time left, for those without."""

PATIENCE = 0.5
"""Part of the time left that a first plan of a scenario may take."""

TAKING_UP = 0.5
"""Part of the time of a scenario that may go into taking up the plan of its own run."""

IMPOSED_SHARE = 0.2
"""Part of the time for imposing the plan of each scenario on the others."""

CONFIRMING = 2.0
"""Seconds that confirming gets at least: that there are no decisions is not said without."""


def believable(bound: float, value: float | None) -> float:
    """Return a bound that goes with a plan: one that is above it, but for noise, is none.

    Parameters
    ----------
    bound
        What no plan should be below.
    value
        What a plan reaches; None if there is none.
    """
    if value is None or bound <= value:
        return bound
    return value if bound <= value + NOISE * max(1.0, abs(value)) else TRIVIAL_BOUND


@dataclass(slots=True)
class Known:
    """What is known of a scenario so far.

    Parameters
    ----------
    value
        The least that any plan of it reaches; None without one.
    bound
        No plan of it is below this.
    impossible
        Whether it has no plan at all, confirmed without presolve.
    plan
        The plan that was made for it alone.
    """

    value: float | None = None
    bound: float = 0.0
    impossible: bool = False
    plan: ExactPlan | None = field(default=None, repr=False)

    def better(self, value: float) -> None:
        """Hear of a plan of the scenario."""
        self.value = value if self.value is None else min(self.value, value)


class Scenarios:
    """The scenarios with what is known of each.

    Parameters
    ----------
    instances
        Scenario -> its resolved input.
    stage
        What is regretted.
    common_until
        Last common year.
    options, deadline
        Limits, and the monotonic time at which to end.
    runs
        Scenario -> its own run, where it was solved by itself before.
    interrupt
        Flag that ends every search.
    """

    def __init__(
        self,
        instances: Mapping[str, Instance],
        stage: Stage,
        common_until: int,
        options: Options,
        deadline: float,
        runs: Mapping[str, OwnRun],
        interrupt: Interrupt,
    ) -> None:
        self.instances, self.stage, self.runs = instances, stage, runs
        self.options, self.deadline, self.interrupt = options, deadline, interrupt
        self.problems = {name: build(instance) for name, instance in instances.items()}
        self.cells = common_cells(list(self.problems.values()), common_until)
        self.known = {name: Known() for name in instances}
        for name, run in runs.items():
            self.known[name] = Known(run.value, believable(run.bound, run.value))
        self.imposed: list[Imposed] = []

    def own_bests(self) -> None:
        """Find the best of each scenario, and how good it can be; what has no plan yet gets more time."""
        for share in OWN_SHARES:
            waiting = [name for name, one in self.known.items() if one.plan is None and not one.impossible]
            self.search_own(waiting, share * self.left())

    def search_own(self, names: Sequence[str], seconds: float) -> None:
        """Search some scenarios by themselves."""
        ends = time.monotonic() + seconds
        most = seconds / max(1, -(-len(names) // WORKERS))

        def work(name: str, seconds: float) -> tuple[str, ExactPlan | None, float]:
            problem, began = self.problems[name], time.monotonic()
            taken_up = self.taken_up(name, TAKING_UP * seconds)
            if taken_up is not None and self.is_close(name, taken_up):
                self.known[name].plan = taken_up
                return "plan", taken_up, self.known[name].bound
            start = None if taken_up is None else vector(problem, taken_up)
            if start is None:
                # What was found for another scenario may be a plan here.
                others = (of for of, one in list(self.known.items()) if one.plan is not None)
                carried = (self.carried_over(of, problem) for of in others)
                start = next((values for values in carried if values is not None), None)
            # Without a plan of every scenario there is nothing to regret: a first one may take longer.
            rest = seconds - (time.monotonic() - began)
            outcome, plan, bound = self.alone(name, problem, rest, start, PATIENCE * self.left())
            plans = [one for one in (plan, taken_up) if one is not None]
            plan = min(plans, key=lambda one: one.objective(self.stage.measures), default=None)
            self.known[name].plan = plan
            return outcome if plan is None else "plan", plan, bound

        found = side_by_side(work, names, ends, most)
        for name, one in zip(names, found, strict=True):
            known = self.known[name]
            if one is None:
                continue
            outcome, plan, bound = one
            # What its own run found is a verified plan.
            known.impossible = outcome == "impossible" and name not in self.runs
            if plan is not None:
                known.better(plan.objective(self.stage.measures))
            known.bound = believable(max(known.bound, bound), known.value)

    def taken_up(self, name: str, seconds: float) -> ExactPlan | None:
        """Return a plan that completes what the own run of a scenario does; None if none is found in time."""
        problem = self.problems[name]
        places, run = places_of(problem), self.runs.get(name)
        if run is None:
            return None
        decided = {cell: run.completed.get(cell, 0) for cell in places}
        fixed = with_decisions(problem, decided)
        return None if fixed is None else self.alone(name, fixed, seconds)[1]

    def is_close(self, name: str, plan: ExactPlan) -> bool:
        """Return whether no plan of a scenario is better by more than what counts."""
        close = self.limits(0.0).absolute_gap
        return plan.objective(self.stage.measures) - self.known[name].bound <= close

    def alone(
        self,
        name: str,
        problem: Problem,
        seconds: float,
        start: Floats | None = None,
        patience: float = 0.0,
    ) -> tuple[str, ExactPlan | None, float]:
        """Return ``plan``, ``impossible`` or ``not_known``, the best plan of a scenario, and a bound."""
        instance, original = self.instances[name], self.problems[name]
        ends = time.monotonic() + seconds
        tightened, bound = problem, None
        for _ in range(ATTEMPTS):
            limits = self.limits(seconds).until(ends)
            search = Search(instance, tightened, self.stage, limits, self.interrupt, None, None)
            first = start if tightened is problem else None
            try:
                found = search.run(first, max(patience, limits.seconds))
            except SolverError:
                break
            if found.stopped == "infeasible" and tightened is problem:
                return "impossible" if self.confirmed(problem) else "not_known", None, TRIVIAL_BOUND
            # Tightening changes the problem: only the first bound holds.
            bound = found.bound if bound is None else bound
            if found.plan is None:
                break
            costed = tightened.with_cost(self.stage.measures)
            plan = polish(instance, original, costed, found.plan, self.options.threads)
            rows = broken(tightened, (), plan)
            if not rows:
                return "plan", plan, believable(bound, plan.objective(self.stage.measures))
            tightened = tightened.with_rows_tightened(rows)
        return "not_known", None, TRIVIAL_BOUND if bound is None else bound

    def confirmed(self, problem: Problem) -> bool:
        """Return whether there is no plan, with presolve off too."""
        limits = replace(self.limits(max(CONFIRMING, self.left())), presolve=False)
        feasible = replace(problem, cost=np.zeros(len(problem.columns)))
        return solve_or_unknown(feasible, limits, None, self.interrupt).stopped == "infeasible"

    # --- the plan of one, imposed on others -----------------------------------------------------

    def impose(self) -> Mapping[str, ExactPlan] | None:
        """Impose each plan on every other scenario; return the plans with the least largest regret."""
        names = list(self.problems)
        decided = {name: self.decided(name, one.plan) for name, one in self.known.items() if one.plan}
        pairs = [(of, on) for of in names for on in names if of != on and self.cells]
        ends = time.monotonic() + IMPOSED_SHARE * self.options.seconds
        turns = max(1, -(-len(pairs) // WORKERS))

        def work(pair: tuple[str, str], seconds: float) -> tuple[str, ExactPlan | None, float]:
            of, on = pair
            fixed = with_decisions(self.problems[on], decided[of])
            if fixed is None:
                return "impossible", None, TRIVIAL_BOUND
            return self.alone(on, fixed, seconds, self.carried_over(of, fixed))

        found = side_by_side(work, pairs, ends, (ends - time.monotonic()) / turns)
        outcomes = dict(zip(pairs, found, strict=True))
        for (_, on), one in outcomes.items():
            if one is not None and one[1] is not None:
                self.known[on].better(one[1].objective(self.stage.measures))
        choices: list[tuple[float, float, int, dict[str, ExactPlan]]] = []
        for position, of in enumerate(names):
            plans: dict[str, ExactPlan] = {}
            for on in names:
                outcome, plan, bound = outcomes.get((of, on)) or ("not_known", None, TRIVIAL_BOUND)
                if (of, on) not in outcomes:
                    outcome, plan, bound = "plan", self.known[on].plan, self.known[on].bound
                if plan is not None:
                    plans[on] = plan
                self.imposed.append(self.told(of, on, outcome, plan, bound))
            if len(plans) == len(names):
                values = [self.regret_of(name, plan) for name, plan in plans.items()]
                choices.append((max(values), sum(values), position, plans))
        return min(choices)[3] if choices else None

    def decided(self, name: str, plan: ExactPlan) -> dict[Cell, int]:
        """Return what a plan of a scenario completes in the common years."""
        places = places_of(self.problems[name])
        return {cell: int(plan.values[places[cell]]) if cell in places else 0 for cell in self.cells}

    def carried_over(self, of: str, problem: Problem) -> Floats | None:
        """Return the whole plan of a scenario as a plan of another one's problem; None if it is none.

        Where only soft rules differ, what suits one scenario suits the other, though not best.
        """
        plan, own = self.known[of].plan, self.problems[of]
        assert plan is not None
        levels = {
            column.name: float(value)
            for column, value, whole in zip(own.columns, plan.values, own.integral, strict=True)
            if whole
        }
        whole = np.flatnonzero(problem.integral).tolist()
        fixed = {column: levels.get(problem.columns[column].name, 0.0) for column in whole}
        if any(not problem.lower[c] <= level <= problem.upper[c] for c, level in fixed.items()):
            return None
        held = problem.with_bounds(fixed, fixed).with_cost(self.stage.measures).relaxed()
        return solve_or_unknown(held, self.limits(self.left()), None, self.interrupt).values

    def told(self, of: str, on: str, outcome: str, plan: ExactPlan | None, bound: float) -> Imposed:
        """Return what imposing a plan on a scenario gives; every regret is at least what the bounds say."""
        known = self.known[on]
        if plan is None or known.value is None:
            return Imposed(of, on, outcome, bound=bound)
        return self.updated(Imposed(of, on, outcome, plan.objective(self.stage.measures), bound))

    def regret_of(self, name: str, plan: ExactPlan) -> float:
        """Return the regret of a plan against the best known of its scenario."""
        best = self.known[name].value
        assert best is not None
        return max(0.0, plan.objective(self.stage.measures) - best)

    # --- what comes of it ----------------------------------------------------------------------

    def settle(self, plans: Mapping[str, ExactPlan]) -> None:
        """Hear of plans of the scenarios, and hold bounds and regrets against the best that is known now.

        Parameters
        ----------
        plans
            Scenario -> a plan of it; none to hear of no other.
        """
        for name, plan in plans.items():
            self.known[name].better(plan.objective(self.stage.measures))
        for known in self.known.values():
            # A plan that was found later may be below what was taken for a bound: then it was none.
            known.bound = believable(known.bound, known.value)
        self.imposed = [self.updated(one) for one in self.imposed]

    def updated(self, one: Imposed) -> Imposed:
        """Return what imposing gives with what is known by now."""
        known = self.known[one.scenario]
        if one.value is None or known.value is None:
            return one
        least = max(0.0, one.bound - known.value)
        return replace(one, at_least=least, at_most=max(least, one.value - known.bound))

    def left(self) -> float:
        """Return the seconds left."""
        return max(0.0, self.deadline - time.monotonic())

    def limits(self, seconds: float) -> Limits:
        """Return limits at which a best or a bound is good enough: as close as the input says, absolutely."""
        return Limits(
            seconds=max(NOISE, seconds),
            relative_gap=0.0,
            absolute_gap=max(NOISE, self.stage.close_abs),
            threads=self.options.threads,
            seed=self.options.seed,
        )
