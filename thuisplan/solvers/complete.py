"""Complete what a programme does not say: who pays, who is housed where, what moves.

The dwellings are fixed as given. What is left is chosen with the least violation of hard lines, each
relative to its reference, and then for the stages in order. Lines about dwellings alone play no part: no
choice can change them.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from thuisplan.inputs.families import FAMILIES
from thuisplan.inputs.instance import Instance
from thuisplan.model.build import REPAIR
from thuisplan.model.evaluate import evaluate
from thuisplan.model.exact import ExactPlan, exact_plan, exact_values
from thuisplan.model.problem import Floats, Problem
from thuisplan.model.requirement import EUROS
from thuisplan.model.stages import Stage
from thuisplan.solvers.highs import Interrupt, Limits, Outcome, solve_or_unknown
from thuisplan.solvers.polish import settled
from thuisplan.solvers.reach import FROM_THE_MODEL
from thuisplan.solvers.search import Search

FITTING_SHARE = 0.6
"""Part of the time for keeping every hard line; the rest is for finding what gives where that cannot be."""

LATER_SHARE = 0.4
"""Part of the time after which the stages after the first stop: they settle what is shown, not what fits."""

BUILDING_SHARE = 0.9
"""The same where others' dwellings are chosen as well."""

SPREAD = frozenset({"fair_share_max", "fair_share_mean"})
"""Measures that are not asked for: how evenly lettings are spread takes longer than a verdict may, and a
programme of dwellings says nothing of it."""

ATTEMPTS = 3
"""How often a completion is sought again when it does not hold in whole euros."""

NOISE = 1e-6
"""A violation below this is none."""

LEAST_GAP = 1e-4
"""Relative gap at which the least violation is known well enough."""

Bools = NDArray[np.bool_]
Series = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole plan around fixed dwellings.

    Parameters
    ----------
    plan
        The plan with exact values.
    how
        ``nothing`` (there was nothing to complete), ``best``, ``found`` or ``stopped``: see ``Assessed``.
    """

    plan: ExactPlan
    how: str


def complete(
    instance: Instance,
    problem: Problem,
    judged: Problem,
    dwellings: Mapping[int, int],
    stages: Sequence[Stage],
    limits: Limits,
    interrupt: Interrupt | None = None,
    start: Floats | None = None,
) -> Completion:
    """Return a plan around fixed dwellings.

    Parameters
    ----------
    instance, problem
        The resolved input and its compiled problem.
    judged
        The same problem with rows freed or loosened that are not to be tested.
    dwellings
        Column of completed dwellings -> its value; what is left out is chosen as well.
    stages
        Objectives in order; the first counts most, the others as far as there is time for them.
    limits
        Its ``seconds`` bound the whole.
    interrupt
        Flag that ends the search.
    start
        Values of the columns of a plan around these dwellings, if one is known.
    """
    run = _Completion(instance, problem, judged, dwellings, stages, limits, interrupt)
    return run.plan(start)


class _Completion:
    def __init__(
        self,
        instance: Instance,
        problem: Problem,
        judged: Problem,
        dwellings: Mapping[int, int],
        stages: Sequence[Stage],
        limits: Limits,
        interrupt: Interrupt | None,
    ) -> None:
        self.instance = instance
        self.problem = problem
        self.dwellings = dwellings
        self.stages = stages
        self.limits = limits
        self.interrupt = interrupt
        began = time.monotonic()
        self.deadline = began + limits.seconds
        self.fitting = began + FITTING_SHARE * limits.seconds
        self.open = open_columns(problem, dwellings)
        # Where dwellings are to be chosen too, the stages decide what is told of needs: they get the time.
        self.building = bool(self.open[problem.columns_of("x")].any())
        self.later = began + (BUILDING_SHARE if self.building else LATER_SHARE) * limits.seconds
        self.left_over = around(judged, dwellings, self.open)
        self.matters = self._mattering()

    def plan(self, start: Floats | None) -> Completion:
        """Return the plan: with every hard line held where it can be, else with the least violation."""
        nothing = np.zeros(len(self.problem.columns))
        if not self.open[[column.key[0] != "total" for column in self.problem.columns]].any():
            return Completion(self.exact(nothing), "nothing")
        best = self.staged(self.left_over, start, known=False)
        if best is not None:
            plan = self.whole(*best[:2])
            if not self.excess(best[0], plan, frozenset()):
                return Completion(plan, "best" if best[2] else "found")
        relaxed = self.relaxed(nothing)
        least = self.solve(relaxed.with_cost({REPAIR: 1.0}), LEAST_GAP, self.deadline)
        if least.values is None:
            # Nothing was found in time: nothing is paid and nobody is housed.
            return Completion(self.exact(nothing), "stopped")
        level = relaxed.measure(REPAIR, least.values) * (1 + LEAST_GAP) + NOISE
        best = self.staged(relaxed.with_limit({REPAIR: 1.0}, level), least.values, known=True)
        assert best is not None
        how = "best" if best[2] else "found"
        return Completion(self.whole(*best[:2]), how if least.stopped == "closed" else "stopped")

    def _mattering(self) -> Bools:
        """Return the columns that a choice can change: what is open, and the slack of rows about it."""
        rows = abs(self.problem.matrix) @ self.open.astype(float) > 0
        result = self.open.copy()
        for position, column in enumerate(self.problem.columns):
            if column.key[0] == "peak" or (column.key[0] == "slack" and rows[column.key[1]]):
                result[position] = True
        return result

    def staged(
        self, problem: Problem, values: Floats | None, known: bool
    ) -> tuple[Problem, Floats, bool] | None:
        """Return the problem of the last stage, its values, and whether the first stage was closed.

        Later stages, that no choice matters to or that there is no time for, are passed over, and so is
        how fairly lettings are spread. None if nothing is found and the values to start from are not
        known to hold.
        """
        closed = False
        for number, stage in enumerate(self.stages):
            goal = problem.with_cost(stage.measures)
            until = self.later if number else self.deadline if known else self.fitting
            late = number > 0 and time.monotonic() >= until
            idle = not goal.cost[: len(self.matters)][self.matters].any()
            if number and (late or idle or SPREAD.intersection(stage.measures)):
                continue
            if self.building:
                found, stopped = self.searched(problem, stage, until, values if known else None)
            else:
                outcome = self.solve(goal, stage, until, values)
                found, stopped = outcome.values, outcome.stopped
            if found is not None:
                values, known = found, True
            if values is None or not known:
                return None
            closed |= number == 0 and stopped == "closed"
            problem = goal.with_limit(stage.measures, stage.limit(float(goal.cost @ values)) + NOISE)
        assert values is not None
        return problem, values, closed

    def whole(self, problem: Problem, values: Floats) -> ExactPlan:
        """Return the exact plan near a solver's: whole quantities fixed, payments in whole euros.

        Where lines give, payments are chosen so that they give the least: the search may stop a little above
        that. A line that only rounding breaks is tightened and the payments are chosen once more.
        """
        if problem.columns_of("gives"):
            problem = problem.with_cost({REPAIR: 1.0})
        for _ in range(ATTEMPTS):
            values = settled(problem, values, self.limits)
            plan = self.exact(values)
            excess = self.excess(problem, plan, self.gives(problem, values))
            if not excess:
                break
            problem = problem.with_rows_tightened(excess)
        return plan

    def gives(self, problem: Problem, values: Floats) -> frozenset[Series]:
        """Return what gives in a plan: rule, place and subject of the lines with slack."""
        found = set()
        for column in problem.columns_of("gives"):
            position = problem.rows[problem.columns[column].key[1]].requirement
            if values[column] > NOISE and position is not None:
                found.add(problem.requirements[position].series)
        return frozenset(found)

    def excess(self, problem: Problem, plan: ExactPlan, gives: Collection[Series]) -> dict[int, float]:
        """Return the imposed rows that a plan breaks and that do not give, in their own unit."""
        result = {}
        for row in plan.broken:
            position = self.problem.rows[row].requirement
            imposed = np.isfinite(problem.row_lower[row]) or np.isfinite(problem.row_upper[row])
            if position is None or not imposed or self.problem.requirements[position].series in gives:
                continue
            room = _room(self.problem, problem, row)
            excess = float(plan.lines[position].slack * (EUROS if plan.lines[position].unit == "EUR" else 1))
            if excess > room:
                result[row] = excess - room
        return result

    def relaxed(self, nothing: Floats) -> Problem:
        """Return the problem in which hard lines give, relative to their reference.

        What says how many dwellings there are to let or to move does not give where letting and
        moving nothing keeps it.
        """
        idle = list(evaluate(self.instance, self.problem, self.problem.complete(dict(self.dwellings))))
        prices = {}
        for row, record in enumerate(self.left_over.rows):
            if record.requirement is None:
                continue
            requirement = self.problem.requirements[record.requirement]
            imposed = np.isfinite(self.left_over.row_lower[row]) or np.isfinite(self.left_over.row_upper[row])
            kept = FAMILIES[requirement.family].always and idle[record.requirement].verdict != "broken"
            if imposed and requirement.strength == "hard" and not kept:
                prices[row] = (REPAIR, 1 / requirement.reference)
        return self.left_over.with_slack(prices, prefix="gives", carried=True)

    def exact(self, values: Floats) -> ExactPlan:
        """Return the exact plan at the values of a solver; the dwellings are those given."""
        given = exact_values(self.problem, values[: len(self.problem.columns)])
        known = {c: given[c] for c, column in enumerate(self.problem.columns) if column.grain is not None}
        full = self.problem.complete({**known, **self.dwellings})
        return exact_plan(self.instance, self.problem, np.array([float(value) for value in full]))

    def solve(
        self, problem: Problem, until: Stage | float, deadline: float, start: Floats | None = None
    ) -> Outcome:
        """Solve until a stage is closed or a relative gap is reached, or until a deadline."""
        limits = self.limits.until(deadline)
        if isinstance(until, Stage):
            gap = max(limits.absolute_gap, until.close_abs)
            limits = replace(limits, relative_gap=until.close_rel, absolute_gap=gap)
        else:
            limits = replace(limits, relative_gap=until)
        return solve_or_unknown(problem, limits, start, self.interrupt)

    def searched(
        self, problem: Problem, stage: Stage, deadline: float, start: Floats | None
    ) -> tuple[Floats | None, str]:
        """Search as for a plan, which a model with dwellings to choose is as hard as; and why it stopped."""
        limits = self.limits.until(deadline)
        gap = max(limits.absolute_gap, stage.close_abs)
        limits = replace(limits, relative_gap=stage.close_rel, absolute_gap=gap)
        interrupt = self.interrupt or Interrupt()
        search = Search(self.instance, problem, stage, limits, interrupt, None, None)
        found = search.run(start, limits.seconds)
        return found.plan, found.stopped


def open_columns(problem: Problem, dwellings: Mapping[int, int]) -> Bools:
    """Return which columns are not known once the dwellings are.

    Parameters
    ----------
    problem
        The compiled problem.
    dwellings
        Columns of dwellings that are given.

    Returns
    -------
    array
        Length ``n``; shortfalls and peaks are not counted.
    """
    result = np.zeros(len(problem.columns), dtype=bool)
    free: set[tuple[object, ...]] = set()
    totals: dict[str, int] = {}
    for position, column in enumerate(problem.columns):
        group = column.key[0]
        if group == "x" and position not in dwellings:
            free.add(column.key[1:])
            result[position] = True
        elif group in FROM_THE_MODEL:
            result[position] = True
        if group == "total":
            totals[column.name] = position
    for position in problem.columns_of("z"):
        result[position] = problem.columns[position].key[1:] in free
    for row, (form, _) in problem.exact_rows.items():
        total = totals.get(problem.rows[row].name)
        if total is not None:
            # What a total is made of was defined before it.
            result[total] = any(result[c] for c in form.columns)
    return result


def around(problem: Problem, dwellings: Mapping[int, int], chosen: Bools) -> Problem:
    """Return the problem of what is left: dwellings fixed, and no row that only they decide.

    Definitions of totals stay; those that no choice can keep (nobody may pay, no neighbourhood may
    take it) go, and are told by ``impossible_rows``.

    Parameters
    ----------
    problem
        The compiled problem.
    dwellings
        Column of completed dwellings -> its value.
    chosen
        Which columns are left to choose; see ``open_columns``.
    """
    values = {column: float(number) for column, number in dwellings.items()}
    about = abs(problem.matrix) @ chosen.astype(float) > 0
    totals = {column.name for column in problem.columns if column.key[0] == "total"}
    decided = [
        position
        for position, row in enumerate(problem.rows)
        if not about[position] and row.kind in ("requirement", "definition") and row.name not in totals
    ]
    lower, upper = problem.row_lower.copy(), problem.row_upper.copy()
    lower[decided], upper[decided] = -np.inf, np.inf
    return replace(
        problem.with_bounds(values, values),
        row_lower=lower,
        row_upper=upper,
        integral=problem.integral & chosen,
    )


def _room(problem: Problem, judged: Problem, row: int) -> float:
    """Return by how much a row was loosened, in its own unit."""
    lower, upper = (
        getattr(problem, side)[row] - getattr(judged, side)[row] for side in ("row_lower", "row_upper")
    )
    loosened = lower if np.isfinite(lower) else -upper
    return max(0.0, float(loosened) / problem.rows[row].scale)


def impossible_rows(problem: Problem, plan: ExactPlan) -> tuple[int, ...]:
    """Return the definitions that dwellings break: nobody may pay for them, or no neighbourhood takes them.

    Parameters
    ----------
    problem
        The compiled problem.
    plan
        A plan whose dwellings were given.
    """
    broken = [row for row in plan.broken if row in problem.exact_rows]
    return tuple(row for row in broken if not problem.rows[row].name.startswith("ceiling["))
