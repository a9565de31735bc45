r"""The least that rule families have to give for everything else to hold.

.. math:: \min \sum_i w_i s_i, \qquad s_i \ge 0

with :math:`s_i` what a hard line of the families gives, and :math:`w_i = 1` (the size in dwellings, persons
or money) or one divided by the reference of the line (the relative size). Of a running total, what gives in a
year loosens all later years too, so that the sum is what is missing at most and not a sum over years. What a
pot is short of is spent and not owed. All other hard lines hold; soft lines stay soft.

The relaxation without whole numbers goes first: its size is a bound, and where it cannot be repaired nothing
can. That there is no repair is believed if the other families must give something even where these give
freely, which has its own proof (prices), or if the solver says so with presolve off too. Sizes are those of
an exact plan.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import floor

import numpy as np

from thuisplan.model.build import REPAIR
from thuisplan.model.evaluate import Values
from thuisplan.model.exact import ExactPlan, exact_plan
from thuisplan.model.problem import Floats, Problem
from thuisplan.model.stages import Stage
from thuisplan.solvers.diagnosis import Giving
from thuisplan.solvers.highs import Interrupt, Limits, SolverError, solve_confirmed, solve_or_unknown
from thuisplan.solvers.polish import settled
from thuisplan.solvers.search import Found, Search
from thuisplan.solvers.size_grain import size_grain
from thuisplan.solvers.target import Target

SCALE = 1000
"""Relative sizes are solved in thousandths: prices per euro stay far from the solver's tolerance."""

NOISE = 1e-6
"""Relative difference below which two sizes are equal."""

CERTAIN = 1e-3
"""A relative size above this, in thousandths, is no noise of the solver."""

PRICED = 1e-9
"""What lowers the size by more than this per unit takes part in it."""

START_SHARE, START_NODES = 0.6, 20
"""Part of the time, and nodes, that may be spent on a plan to begin with."""

STEPS = (0, 5)
"""How far such a plan may be from the relaxation: dwellings of a municipality, year and option."""

ATTEMPTS = 3
"""How often a repair is searched again when its plan does not hold exactly."""

SECONDS_PER_FAMILY = 20.0
"""Time for what one family alone has to give; the bound says how far it came."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What families give, and the plan in which they do; no plan where none was found."""

    giving: Giving
    plan: ExactPlan | None = None


class Room:
    """A problem in which some families may give.

    Parameters
    ----------
    target
        What has to hold.
    families
        Families that may give; none to ask whether everything holds as it is.
    relative
        Whether the size is relative to the references; always where the lines differ in unit.
    closed
        Positions of lines that may not give nevertheless.
    free
        Positions of lines that may give at no price, as if they were not there.
    interrupt
        Flag that ends a search.
    """

    def __init__(
        self,
        target: Target,
        families: Iterable[str],
        relative: bool = False,
        closed: frozenset[int] = frozenset(),
        free: frozenset[int] = frozenset(),
        interrupt: Interrupt | None = None,
    ) -> None:
        self.target = target
        self.families = tuple(sorted(families))
        self.interrupt = interrupt or Interrupt()
        closed = frozenset(one for position in closed for one in target.alike(position))
        rows = {row: target.lines[row] for family in self.families for row in target.families.get(family, ())}
        self.rows = {row: p for row, p in rows.items() if p not in closed and p not in free}
        self.free = {row: p for row, p in target.lines.items() if p in free}
        units = {target.problem.requirements[position].unit for position in self.rows.values()}
        self.unit = units.pop() if len(units) == 1 and not relative else None
        self._floor: Giving | None = None
        self._relaxation: Floats | None = None
        self._witnesses: frozenset[str] | None = None

    @cached_property
    def opened(self) -> Problem:
        """The problem with room to give, at the price of it."""
        prices = {row: (REPAIR, self._price(position)) for row, position in self.rows.items()}
        prices |= {row: (REPAIR, Fraction(0)) for row in self.free}
        opened = self.target.problem.with_slack(prices, prefix="gives", carried=True)
        return opened.with_cost({REPAIR: 1.0})

    def bound(self, limits: Limits) -> Giving:
        """Return a bound from the relaxation without whole numbers, or that there is no repair."""
        if self._floor is None:
            began = time.monotonic()
            ends = began + limits.seconds
            if self.witnesses(limits):
                return self._giving("cannot", 0.0, seconds=time.monotonic() - began)
            outcome = solve_confirmed(self.opened.relaxed(), limits.until(ends), None, self.interrupt)
            self._relaxation = outcome.values
            known = outcome.objective if outcome.stopped == "closed" else None
            answer = "cannot" if outcome.stopped == "infeasible" else "unknown"
            self._floor = self._giving(answer, known or 0.0, seconds=time.monotonic() - began)
        return self._floor

    def least(self, limits: Limits, known: Iterable[Values] = ()) -> Relaxed:
        """Return the least that the families give, its bound, and a plan that proves it is enough.

        Parameters
        ----------
        limits
            When to stop.
        known
            Values of the columns of plans in which nothing else is missed: where the search begins.
        """
        began = time.monotonic()
        lowest = self.bound(limits)
        if lowest.outcome == "cannot":
            return Relaxed(lowest)
        bound = float((lowest.relative_bound if self.unit is None else lowest.bound) or 0) * self._scale
        closing = replace(limits, relative_gap=0.0, absolute_gap=0.9 * float(self._grain or NOISE))
        if self._grain is None:
            closing = replace(closing, relative_gap=NOISE)
        problem = self.opened
        for attempt in range(ATTEMPTS):
            found = self._search(problem, closing.until(began + limits.seconds), known)
            if not attempt:
                # Tightened it is another problem: what is proved of that says nothing about this one.
                bound = max(bound, found.bound)
            if found.plan is None:
                proved = found.stopped == "infeasible" and not attempt
                answer = "cannot" if proved else "unknown"
                return Relaxed(self._giving(answer, bound, seconds=time.monotonic() - began))
            plan = self._exact(problem, found.plan, limits)
            broken = self.target.broken(plan, frozenset({*self.rows.values(), *self.free.values()}))
            if not broken:
                return Relaxed(self._giving("repaired", bound, plan, time.monotonic() - began), plan)
            problem = problem.with_rows_tightened(broken)
        return Relaxed(self._giving("unknown", bound, seconds=time.monotonic() - began))

    def may_hold(self, limits: Limits) -> bool:
        """Return whether everything holds without whole numbers; where time is over it may."""
        return solve_or_unknown(self.opened.relaxed(), limits, None, self.interrupt).stopped != "infeasible"

    def witnesses(self, limits: Limits) -> frozenset[str]:
        """Return families of which one must give besides these; none if these may be enough.

        In the relaxation in which these give freely and all others at a price: the families whose giving
        would lower the least size. Whatever others give freely as well, the size stays what it is. None,
        too, if there was no time.
        """
        if self._witnesses is None:
            others = [family for family in self.target.families if family not in self.families]
            freely = frozenset({*self.rows.values(), *self.free.values()})
            room = Room(self.target, others, True, free=freely, interrupt=self.interrupt)
            self._witnesses = room._priced(limits)
        return self._witnesses

    def _priced(self, limits: Limits) -> frozenset[str]:
        """Return the families whose giving would lower the least size; none if it is nothing."""
        if not self.rows:
            return frozenset()
        outcome = solve_or_unknown(self.opened.relaxed(), limits, None, self.interrupt)
        if outcome.duals is None or (outcome.objective or 0.0) <= CERTAIN:
            return frozenset()
        worth = self.opened.matrix.T @ outcome.duals
        requirements = self.target.problem.requirements
        return frozenset(
            requirements[self.rows[row]].family
            for column in self.opened.columns_of("gives")
            if (row := self.opened.columns[column].key[1]) in self.rows and worth[column] > PRICED
        )

    # --- what they are made of ---------------------------------------------------------

    @property
    def _scale(self) -> int:
        return SCALE if self.unit is None else 1

    def _price(self, position: int) -> Fraction:
        return Fraction(1) if self.unit is not None else SCALE / self.target.reference(position)

    def _search(self, problem: Problem, limits: Limits, known: Iterable[Values]) -> Found:
        """Search for whole numbers, from the best plan there is to begin with."""
        ends = time.monotonic() + limits.seconds
        short = replace(limits, seconds=limits.seconds * START_SHARE)
        starts = [self._next_to_it(problem, short), *(self._completed(problem, v, short) for v in known)]
        able = [start for start in starts if start is not None]
        start = min(able, key=lambda values: float(problem.cost @ values), default=None)
        found = self._searched(problem, start, limits.until(ends))
        if found.stopped != "infeasible":
            return found
        again = solve_or_unknown(problem, replace(limits.until(ends), presolve=False), None, self.interrupt)
        if again.values is None:
            return replace(found, stopped=again.stopped)
        return self._searched(problem, again.values, limits.until(ends))

    def _searched(self, problem: Problem, start: Floats | None, limits: Limits) -> Found:
        stage = Stage(1, {REPAIR: 1.0}, limits.relative_gap, limits.absolute_gap, 0.0, 0.0)
        search = Search(self.target.instance, problem, stage, limits, self.interrupt, None, None)
        try:
            return search.run(start, limits.seconds)
        except SolverError:
            return Found("failed", None, 0.0, clocked=False)

    def _next_to_it(self, problem: Problem, limits: Limits) -> Floats | None:
        """Return a plan with what is built next to the relaxation; None if there is none at hand.

        Where nearly everything may give, the solver on its own begins with absurd plans. Projects are
        nothing or one larger than in the relaxation; the rest may differ by a few.
        """
        near = self._relaxation
        if near is None:
            return None
        ends = time.monotonic() + limits.seconds
        values: Floats | None = None
        options = self.target.instance.options
        projects = {problem.columns[column].key[1:] for column in problem.columns_of("z")}
        for step in STEPS:
            lower, upper = {}, {}
            for column in problem.columns_of("x"):
                key, above = problem.columns[column].key, float(np.ceil(near[column] - NOISE))
                lower[column] = max(0.0, float(np.floor(near[column] + NOISE)) - step)
                upper[column] = above + step
                if key[1:] in projects:
                    lower[column] = 0.0
                    upper[column] = above + options[key[3]].minimum_project if above else 0.0
                # A column keeps its own bounds: what is agreed and not offered has an end.
                lower[column] = max(lower[column], float(problem.lower[column]))
                upper[column] = min(upper[column], float(problem.upper[column]))
            room = replace(limits.until(ends), nodes=START_NODES)
            found = solve_or_unknown(problem.with_bounds(lower, upper), room, values, self.interrupt)
            values = values if found.values is None else found.values
        return values

    def _completed(self, problem: Problem, values: Values, limits: Limits) -> Floats | None:
        """Return a plan with the least that its whole numbers take to give; None if that is none."""
        width = len(self.target.problem.columns)
        whole = {c: float(values[c]) for c in range(width) if problem.integral[c]}
        fixed = problem.with_bounds(whole, whole).relaxed()
        return solve_or_unknown(fixed, limits, None, self.interrupt).values

    def _exact(self, problem: Problem, values: Floats, limits: Limits) -> ExactPlan:
        """Fix the whole numbers, give as little as these need, and put the plan on its grain."""
        values = settled(problem, values, limits)
        width = len(self.target.problem.columns)
        return exact_plan(self.target.instance, self.target.problem, values[:width])

    def _giving(
        self, outcome: str, bound: float, plan: ExactPlan | None = None, seconds: float = 0.0
    ) -> Giving:
        giving = Giving(self.families, outcome, self.unit, seconds=seconds)
        if plan is not None:
            falls = self.target.falls(plan, self.rows.values())
            relative = self.target.relative(falls)
            amount = None if self.unit is None else sum((fall.amount for fall in falls), Fraction(0))
            giving = replace(giving, falls=falls, amount=amount, relative=relative)
        if outcome == "cannot":
            return giving
        if self.unit is None:
            return replace(giving, relative_bound=self._rounded(bound, giving.relative))
        return replace(giving, bound=self._rounded(bound, giving.amount))

    def _rounded(self, bound: float, size: Fraction | None) -> Fraction:
        """Return a bound on its grain, not above the size; equal to it where the difference is noise."""
        room = (bound - NOISE * max(1.0, bound)) / self._scale
        if self._grain is None:
            exact = Fraction(max(0.0, room)).limit_denominator(10**9)
        else:
            exact = -floor(-room / float(self._grain)) * self._grain
        if size is not None and room >= float(size) - 2 * NOISE * max(1 / self._scale, float(size)):
            return size
        return max(Fraction(0), exact if size is None else min(size, exact))

    @cached_property
    def _grain(self) -> Fraction | None:
        return None if self.unit is None else size_grain(self.target, self.rows.values())


def each_alone(target: Target, deadline: float, threads: int, interrupt: Interrupt) -> tuple[Giving, ...]:
    """Return what each family of hard rules alone would have to give, one after the other.

    Parameters
    ----------
    target
        What has to hold, and cannot.
    deadline
        Monotonic time at which to stop; each family gets two seconds at least.
    threads
        Threads of the solver.
    interrupt
        Flag that ends the search.
    """
    giving = []
    for family in target.families:
        seconds = min(SECONDS_PER_FAMILY, max(2.0, deadline - time.monotonic()))
        room = Room(target, [family], interrupt=interrupt)
        giving.append(room.least(Limits(seconds=seconds, threads=threads)).giving)
    return tuple(giving)
