"""The least regret: first years that are the same in all scenarios, and the least bad in the worst of them.

1. Each scenario alone, from the plan of its own run if there is one: the best that it can reach, and a
   bound.
2. The first years of each of these plans are imposed on every other scenario: what deciding for one
   scenario means when another comes. Each gives a plan of all scenarios together to start from.
3. All scenarios together (``model.joined``): the least largest regret, then among those the least sum
   of regrets, then the other stages of the input, each the sum over all scenarios.

The regret is held against the best plan that is known of a scenario. That plan may not be its best, so
the true regret is between what is known and the distance to the bound of the scenario. The bound of the
largest regret holds for the true one too: a better best plan only makes every regret larger.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import gcd, lcm
from types import MappingProxyType

from thuisplan.inputs.instance import Instance
from thuisplan.model.exact import ExactPlan, objective_grain
from thuisplan.model.joined import join, with_regret
from thuisplan.model.stages import stages
from thuisplan.solvers.highs import Interrupt
from thuisplan.solvers.regretted import OwnBest, OwnRun, Regretted, ScenarioRegret
from thuisplan.solvers.scenarios import Scenarios
from thuisplan.solvers.solution import Solution, StageRecord, solution_of
from thuisplan.solvers.staged import Options
from thuisplan.solvers.together import Together

COMMON = "common"
"""How the stages of a plan ended whose first years were decided for all scenarios together."""


def regret(
    base: Instance,
    instances: Mapping[str, Instance],
    common_until: int,
    options: Options,
    runs: Mapping[str, OwnRun] = MappingProxyType({}),
    first_only: bool = False,
    interrupt: Interrupt | None = None,
    heard: Callable[[str], None] | None = None,
) -> Regretted:
    """Return the common decisions with the least largest regret, and a plan of every scenario with them.

    Parameters
    ----------
    base
        What the scenarios are changes of; its first stage is what is regretted.
    instances
        Scenario -> its resolved input.
    common_until
        Last year in which all scenarios complete the same.
    options
        Its ``seconds`` bound the whole; its ``gap`` is that of the other stages.
    runs
        Scenario -> its own run, where it was solved by itself before: nothing worse is taken for its best.
    first_only
        Whether the stages after the regret are left out.
    interrupt
        Flag that ends the search and keeps what was found.
    heard
        Called at the beginning of each step: ``own``, ``imposed``, ``largest``, ``sum`` or ``later``.
    """
    run = _Run(base, instances, common_until, options, runs, first_only, interrupt or Interrupt(), heard)
    return run.all()


class _Run:
    def __init__(
        self,
        base: Instance,
        instances: Mapping[str, Instance],
        common_until: int,
        options: Options,
        runs: Mapping[str, OwnRun],
        first_only: bool,
        interrupt: Interrupt,
        heard: Callable[[str], None] | None,
    ) -> None:
        self.began = time.monotonic()
        self.base, self.until, self.options, self.interrupt = base, common_until, options, interrupt
        self.heard = heard or (lambda step: None)
        self.asked = slice(1) if first_only else slice(None)
        self.stage = stages(base)[0]
        deadline = self.began + options.seconds
        self.scenarios = Scenarios(instances, self.stage, common_until, options, deadline, runs, interrupt)

    def all(self) -> Regretted:
        """Do every step; without a plan of each scenario there is nothing to regret."""
        self.heard("own")
        self.scenarios.own_bests()
        known = self.scenarios.known.values()
        if any(one.impossible for one in known):
            return self.result("scenario_impossible")
        if any(one.plan is None for one in known):
            return self.result("interrupted" if self.interrupt.is_set() else "no_plan")
        self.heard("imposed")
        start = self.scenarios.impose()
        return self.together(start)

    # --- all together ------------------------------------------------------------------------

    def together(self, start: Mapping[str, ExactPlan] | None) -> Regretted:
        """Search for the least largest regret, the least sum, and what follows."""
        alone = self.scenarios
        alone.settle({})
        best = {name: known.value or 0.0 for name, known in alone.known.items()}
        together = join(alone.problems, self.until)
        joined = with_regret(together, alone.problems, self.stage.measures, best, self.grain())
        # No sum is below what the bounds of the scenarios add up to.
        lowest = sum(known.bound for known in alone.known.values())
        search = Together(
            self.base,
            alone.instances,
            alone.problems,
            joined,
            self.stage,
            best,
            lowest,
            self.options,
            alone.deadline,
            self.interrupt,
            self.heard,
        )
        ended = search.run(stages(self.base)[self.asked][1:], start)
        if ended == "infeasible":
            conflicting = alone.confirmed(joined.problem)
            ended = "impossible" if conflicting else "impossible_unconfirmed"
            return replace(self.result(ended), conflicting=self.conflicts() if conflicting else ())
        alone.settle(search.plans or {})
        return self.result(ended, search.plans, search.records)

    def conflicts(self) -> tuple[tuple[str, str], ...]:
        """Return the pairs of scenarios that have no common decisions."""
        found = []
        for pair in combinations(self.scenarios.problems, 2):
            joined = join({name: self.scenarios.problems[name] for name in pair}, self.until)
            if self.scenarios.confirmed(joined.problem):
                found.append(pair)
        return tuple(found)

    def grain(self) -> Fraction | None:
        """Return a number that every regret is a multiple of, if there is one."""
        measures = dict(self.stage.measures)
        grains = [objective_grain(problem, measures) for problem in self.scenarios.problems.values()]
        known = [grain for grain in grains if grain is not None]
        if len(known) < len(grains):
            return None
        return Fraction(gcd(*(g.numerator for g in known)), lcm(*(g.denominator for g in known)))

    # --- what comes of it ----------------------------------------------------------------------

    def result(
        self,
        ended: str,
        plans: Mapping[str, ExactPlan] | None = None,
        records: Sequence[StageRecord] = (),
    ) -> Regretted:
        """Return what is known at the end."""
        told = []
        for name, known in self.scenarios.known.items():
            own = OwnBest(known.value, known.bound, known.impossible)
            if plans is None:
                told.append(ScenarioRegret(name, own))
                continue
            value = plans[name].objective(self.stage.measures)
            told.append(ScenarioRegret(name, own, value, self.solution(name, plans[name])))
        decisions = {}
        if plans is not None:
            name, plan = next(iter(plans.items()))
            decisions = self.scenarios.decided(name, plan)
        return Regretted(
            stage=self.stage,
            common_until=self.until,
            ended=ended,
            scenarios=tuple(told),
            decisions=decisions,
            bound=records[0].bound if records else None,
            imposed=tuple(self.scenarios.imposed),
            stages=tuple(records),
            seconds=time.monotonic() - self.began,
        )

    def solution(self, name: str, plan: ExactPlan) -> Solution:
        """Return the plan of a scenario; its first stage is held against the bound of that scenario."""
        bound = self.scenarios.known[name].bound
        own = stages(self.scenarios.instances[name])[self.asked]
        same = own[0].measures == self.stage.measures
        records = [
            StageRecord(stage, COMMON, bound=bound if at == 0 and same else None)
            for at, stage in enumerate(own)
        ]
        return solution_of(self.scenarios.problems[name], plan, records)
