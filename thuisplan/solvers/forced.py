r"""A forced alternative: so many dwellings more or fewer here, and what then changes elsewhere.

From the published plan :math:`\hat x`, with :math:`X` the dwellings of some options in one municipality:

.. math:: X \ge \hat X + n \quad\text{or}\quad X \le \hat X - n

First the stages give as little as they can, in order, beyond what each allowed later ones; then as few
dwellings as possible change, :math:`\min \sum |x - \hat x|`. It is a search near the plan, to be quick: the
forced options, the regular programme and the municipality are free, the other special options stay. What is
built is decided with lettings as fractions, and who is housed in it follows. So what is found is exact and
holds every hard rule, and a better one may exist; that nothing gives at all needs no proof.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from thuisplan.inputs.instance import Instance
from thuisplan.model.build import REPAIR
from thuisplan.model.exact import ExactPlan, exact_plan
from thuisplan.model.local import place_of
from thuisplan.model.problem import Floats, Problem
from thuisplan.model.stages import Stage
from thuisplan.solvers.apart import lettings_of
from thuisplan.solvers.highs import Interrupt, Limits, Outcome, solve_confirmed, solve_or_unknown
from thuisplan.solvers.improve import category_of, special_needs
from thuisplan.solvers.polish import settled

NOISE = 1e-6
"""Relative room for what the solver rounds."""

ALIKE = 0.99
"""Plans that differ by less than one dwelling are alike."""

NEAR = 0.05
"""A plan whose change is this near to the least is near enough."""

STEP_SHARE = 0.4
"""Part of the time left for one step."""

DEAR = 100.0
"""Dwellings changed that weigh as much as a tolerance of a stage."""

LATER = 1e-3
"""Weight of a tolerance of a later stage, while an earlier one is brought down."""

LITTLE = 0.25
"""Part of what a stage was closed to that whole lettings may cost without a wider search."""

LEAST_CHANGE = 1e-6
"""Weight of a household housed elsewhere, against a tolerance of a stage."""

WHOLE_LETTINGS = 0.01
"""Part of a tolerance to which whole lettings are sought."""

BOUND_SECONDS = 10.0
"""Time for the relaxation that bounds the change."""


@dataclass(frozen=True, slots=True)
class Level:
    """What a stage of the published plan comes to, and what others were allowed.

    Parameters
    ----------
    stage
        The stage.
    published
        Its objective in the published plan.
    limit
        What later stages were held to, at least ``published``.
    """

    stage: Stage
    published: float
    limit: float


@dataclass(frozen=True, slots=True)
class Force:
    """What is forced.

    Parameters
    ----------
    municipality
        Its code.
    options
        The options that are counted together.
    step
        Dwellings more, or below zero fewer, over the whole horizon.
    """

    municipality: str
    options: tuple[str, ...]
    step: int


@dataclass(frozen=True, slots=True)
class Forced:
    """The plan with what is forced.

    Parameters
    ----------
    force
        What was forced.
    outcome
        ``found``; ``impossible`` (no plan keeps the hard rules: proved, with presolve off too);
        ``none`` where the time was over, or nothing was found near the plan.
    plan
        The exact plan, None without one.
    changes
        (municipality, year, option) -> dwellings more, or below zero fewer, than in the published plan.
    least_change
        No alternative within the limits of the stages changes fewer dwellings; None if that is not known.
    within
        Whether every stage stays within what it allowed later ones.
    worse
        The stages that give more than they allowed, by more than they were closed to: first one first.
    seconds
        Wall time.
    """

    force: Force
    outcome: str
    plan: ExactPlan | None = None
    changes: Mapping[tuple[str, int, str], int] | None = None
    least_change: float | None = None
    within: bool = False
    worse: tuple[Stage, ...] = ()
    seconds: float = 0.0


def forced(
    instance: Instance,
    problem: Problem,
    values: Sequence[Fraction | int],
    levels: Sequence[Level],
    force: Force,
    limits: Limits,
    interrupt: Interrupt,
) -> Forced:
    """Return the alternative with so many dwellings more or fewer.

    Parameters
    ----------
    instance, problem
        The resolved input and its compiled problem.
    values
        Exact values of the columns in the published plan.
    levels
        The stages of the published plan, in order.
    force
        What is forced.
    limits
        Seconds for all of it, threads and seed.
    interrupt
        Flag that ends the search.
    """
    began = time.monotonic()
    found = _Search(instance, problem, values, levels, force, limits, interrupt).run()
    return replace(found, seconds=time.monotonic() - began)


class _Search:
    def __init__(
        self,
        instance: Instance,
        problem: Problem,
        values: Sequence[Fraction | int],
        levels: Sequence[Level],
        force: Force,
        limits: Limits,
        interrupt: Interrupt,
    ) -> None:
        self.instance, self.original, self.force = instance, problem, force
        self.levels, self.limits, self.interrupt = levels, limits, interrupt
        self.ends = time.monotonic() + limits.seconds
        self.values = values
        self.built = problem.columns_of("x")
        self.lettings = lettings_of(problem)
        self.hard = self._forced(problem.with_reference({c: int(values[c]) for c in self.built}))
        self.problem, self.worse = _with_worsening(self.hard, levels)

    def _forced(self, problem: Problem) -> Problem:
        cells = [column for column in self.built if self._is_forced(column)]
        now = sum(int(self.values[column]) for column in cells)
        level = float(max(0, now + self.force.step))
        lower, upper = (level, np.inf) if self.force.step > 0 else (-np.inf, level)
        return problem.with_row("forced", dict.fromkeys(cells, 1.0), lower, upper)

    def _is_forced(self, column: int) -> bool:
        _, municipality, _, option = self.original.columns[column].key
        return municipality == self.force.municipality and option in self.force.options

    def run(self) -> Forced:
        """Search near, then wider; in order of the stages only where one of them has to give."""
        feasible = solve_confirmed(self.hard.relaxed(), self.left(), None, self.interrupt)
        if feasible.stopped == "infeasible":
            return Forced(self.force, "impossible")
        built: Floats | None = None
        for regular in (False, True):
            near = self.near(regular)
            found = self.building(self.priced(near), STEP_SHARE, built).values
            built = built if found is None else found
        if built is None:
            return Forced(self.force, "none")
        if any(built[c] > _closed(level) for c, level in zip(self.worse, self.levels, strict=True)):
            built = self.in_order(near, built)
        return self.finish(built)

    # --- what is built --------------------------------------------------------------------

    def near(self, regular: bool) -> Problem:
        """Return the problem in which other options elsewhere stay as they are, perhaps not the regular."""
        special = special_needs(self.instance)
        forced = set(self.force.options)
        fixed = {
            column: float(self.values[column])
            for column in self.built
            if place_of(self.problem.columns[column]) != self.force.municipality
            and self.problem.columns[column].key[3] not in forced
            and not (regular and category_of(self.instance, self.problem.columns[column].key) not in special)
        }
        return self.problem.with_bounds(fixed, fixed)

    def priced(self, problem: Problem) -> Problem:
        """Return the problem that changes as little as can be, and pays dearly for what stages give."""
        prices = {c: DEAR / _tolerance(level) for c, level in zip(self.worse, self.levels, strict=True)}
        costs = _with_costs(problem, prices)
        return replace(costs, cost=costs.cost + problem.with_cost({"change": 1.0}).cost)

    def in_order(self, problem: Problem, built: Floats) -> Floats:
        """Let the stages give as little as they can, in order; then change as little as can be."""
        scales = {column: _tolerance(level) for column, level in zip(self.worse, self.levels, strict=True)}
        for number, column in enumerate(self.worse):
            if built[column] > NOISE * scales[column]:
                # Later stages count a little: a plan that spares them is as good for this one.
                later = {after: LATER / scales[after] for after in self.worse[number + 1 :]}
                costs = _with_costs(problem, {column: 1.0 / scales[column], **later})
                found = self.building(costs, STEP_SHARE, built).values
                built = built if found is None else found
            # Within its tolerance the solver may call a little less than nothing a solution.
            most = max(0.0, float(built[column])) + NOISE * scales[column]
            problem = problem.with_bounds({}, {column: most})
        last = self.building(problem.with_cost({"change": 1.0}), STEP_SHARE, built).values
        return built if last is None else last

    def building(self, problem: Problem, share: float, start: Floats | None) -> Outcome:
        """Decide what is built, with lettings as fractions, in a part of the time left."""
        integral = problem.integral.copy()
        integral[: len(self.lettings)] &= ~self.lettings
        seconds = self.left().seconds * share
        limits = replace(self.left(), seconds=seconds, relative_gap=NEAR, absolute_gap=ALIKE)
        return self.solve(replace(problem, integral=integral), limits, start)

    def least_change(self) -> float | None:
        """Return a bound of the change within the limits of the stages, from the relaxation of the whole."""
        within = self.problem.with_bounds({}, dict.fromkeys(self.worse, 0.0)).with_cost({"change": 1.0})
        relaxed = self.solve(within.relaxed(), replace(self.limits, seconds=BOUND_SECONDS))
        return relaxed.objective if relaxed.stopped == "closed" else None

    # --- who is housed in it ------------------------------------------------------------------

    def finish(self, built: Floats) -> Forced:
        """Return the exact plan for what is built."""
        exact = self.completed(built)
        if exact is None:
            return Forced(self.force, "none")
        changes = {
            self.original.columns[column].key[1:]: int(exact.values[column] - self.values[column])
            for column in self.built
            if exact.values[column] != self.values[column]
        }
        within = not any(self.excesses(exact))
        bound = self.least_change() if within else None
        return Forced(self.force, "found", exact, changes, bound, within, self.worse_stages(exact))

    def completed(self, built: Floats) -> ExactPlan | None:
        """Return the exact plan in which everything but lettings and money is as built.

        Who is housed where stays as it was if it can; else it changes where something else is built,
        and last of all everywhere. The first that keeps the limits of the stages will do.
        """
        changed = {
            place_of(self.original.columns[column])
            for column in self.built
            if round(built[column]) != self.values[column]
        }
        whole = [int(c) for c in np.flatnonzero(self.original.integral & ~self.lettings)]
        fixed = {column: float(round(built[column])) for column in whole}
        let = {
            c: int(self.values[c]) for c in map(int, np.flatnonzero(self.original.integral & self.lettings))
        }
        best: ExactPlan | None = None
        for moving in (set(), changed, set(self.instance.municipalities)):
            stay = {
                column: float(households)
                for column, households in let.items()
                if place_of(self.original.columns[column]) not in moving
            }
            exact = self.housed(self.original.with_bounds(fixed | stay, fixed | stay), let)
            if exact is not None and (best is None or self.excesses(exact) < self.excesses(best)):
                best = exact
            if best is not None and not self.worse_stages(best, LITTLE):
                break
        return best

    def housed(self, problem: Problem, let: Mapping[int, int]) -> ExactPlan | None:
        """Return the exact plan with as little as can be of what stages give more, and of change."""
        problem, worse = _with_worsening(problem.with_reference(let), self.levels)
        weights = {c: 1.0 / _tolerance(level) for c, level in zip(worse, self.levels, strict=True)}
        costs = _with_costs(problem, weights)
        costs = replace(costs, cost=costs.cost + LEAST_CHANGE * problem.with_cost({"change": 1.0}).cost)
        found = self.solve(costs, replace(self.left(), relative_gap=0.0, absolute_gap=WHOLE_LETTINGS))
        if found.values is None:
            return None
        values = settled(costs, found.values, self.limits)
        exact = exact_plan(self.instance, self.original, values[: len(self.original.columns)])
        return None if exact.broken else exact

    def excesses(self, exact: ExactPlan) -> list[float]:
        """Return what each stage gives more than it allowed, zero within the noise."""
        result = []
        for level in self.levels:
            more = exact.objective(level.stage.measures) - level.limit
            result.append(more if more > NOISE * max(1.0, abs(level.limit)) else 0.0)
        return result

    def worse_stages(self, exact: ExactPlan, part: float = 1.0) -> tuple[Stage, ...]:
        """Return the stages that give more than they allowed, by (a part of) what they were closed to."""
        return tuple(
            level.stage
            for level, more in zip(self.levels, self.excesses(exact), strict=True)
            if more > part * _closed(level)
        )

    # --- what the steps share --------------------------------------------------------------------

    def solve(self, problem: Problem, limits: Limits, start: Floats | None = None) -> Outcome:
        """Solve until interrupted."""
        return solve_or_unknown(problem, limits, start, self.interrupt)

    def left(self) -> Limits:
        """Return limits with the time that is left."""
        return self.limits.until(self.ends)


def _with_worsening(problem: Problem, levels: Iterable[Level]) -> tuple[Problem, list[int]]:
    """Return a problem held to the limits of the stages, and per stage the column of what it gives more."""
    rows = {}
    for level in levels:
        problem = problem.with_limit(level.stage.measures, level.limit + NOISE * max(1.0, abs(level.limit)))
        rows[problem.limit_row(level.stage.measures)] = (REPAIR, Fraction(0))
    first = len(problem.columns)
    return problem.with_slack(rows, prefix="worse"), list(range(first, first + len(rows)))


def _with_costs(problem: Problem, costs: Mapping[int, float]) -> Problem:
    cost = np.zeros(len(problem.columns))
    cost[list(costs)] = list(costs.values())
    return replace(problem, cost=cost)


def _tolerance(level: Level) -> float:
    """Return what a stage may give back, the unit in which it gives more."""
    stage = level.stage
    return max(stage.keep_rel * abs(level.published), stage.keep_abs, 1e-3)


def _closed(level: Level) -> float:
    """Return how far from its best a stage was closed: less than that is no worsening."""
    return max(level.stage.close_abs, level.stage.close_rel * abs(level.limit))
