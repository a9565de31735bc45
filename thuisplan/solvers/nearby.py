"""The steps of a stage that starts from the plan of another input.

1. A plan near it, or near that of the stage before, is mostly within the tolerance or nearly so. Of such
   plans the one that leaves later stages little to do is looked for.
2. Where that leaves a small gap, the root of the whole model mostly betters the bound enough.
3. If not, plans further away are looked for with this stage alone in mind, until one closes it.
4. Between those searches come the parts and the special options, which find what is not near.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from thuisplan.model.problem import Floats
from thuisplan.solvers.start import near_plan

if TYPE_CHECKING:
    from thuisplan.solvers.search import Search

SHARES = (100.0, 20.0, 5.0)
"""How dear it is to depart from a known plan, dearest first: see ``near_plan``."""

NEARLY = 1.3
"""A gap of so many tolerances may be closed by the bound at the root of the whole model."""

GAP = 0.2
"""A search near a known plan is closed at this part of the stage's tolerance."""

CLOSED = 0.95
"""A search for this stage alone stops at this part of the tolerance: the rest is for what rounding loses."""

TIME_SHARE = 0.5
"""Part of the time left that a search near a plan, or one for a bound, may take."""

ROOT = 1
"""Nodes spent on a bound."""


class Nearby:
    """The search of one stage from the plan of another input.

    Parameters
    ----------
    search
        The search of the stage; it knows the problem, the bound and the time.
    wanted
        Values of the whole columns in the other plan, length ``n``; they need not be possible.
    relaxed
        Values of the relaxation, length ``n``.
    """

    def __init__(self, search: Search, wanted: Floats, relaxed: Floats) -> None:
        self.search = search
        self.wanted = wanted
        self.relaxed = relaxed
        self.least: float | None = None

    def first(self, plan: Floats | None) -> Floats | None:
        """Return a plan near the one so far; near that of the other input if there is none yet.

        Parameters
        ----------
        plan
            Values of the columns of the plan so far, length ``n``, None if there is none.
        """
        if plan is not None:
            return self.settled(self.nearer(plan, plan, SHARES[0]))
        for share in SHARES:
            plan = self.approached(plan, self.wanted if plan is None else plan, share)
            if plan is not None and self.search.done(self.settled(plan)):
                break
        return plan

    def on(self, plan: Floats) -> Floats:
        """Return a plan at least as good: cheap steps first, the bound bettered on the way.

        Parameters
        ----------
        plan
            Values of the columns of the plan so far, length ``n``.
        """
        search = self.search
        steps: tuple[Callable[[Floats], Floats], ...] = (
            lambda plan: self.nearer(plan, plan, SHARES[1], alone=True),
            lambda plan: search.improve(plan, rounds=1),
            search.partial,
            lambda plan: self.nearer(plan, plan, SHARES[2], alone=True),
            lambda plan: self.nearer(plan, self.wanted, SHARES[2], alone=True),
        )
        for step in steps:
            if search.done(plan):
                break
            plan = self.settled(step(plan))
        return plan

    def nearer(self, plan: Floats, aim: Floats, share: float, alone: bool = False) -> Floats:
        """Return the better of a plan that is there and one near an aim."""
        found = self.approached(plan, aim, share, alone)
        return plan if found is None else found

    def approached(
        self, plan: Floats | None, aim: Floats, share: float, alone: bool = False
    ) -> Floats | None:
        """Return the better of a plan and one near an aim; alone, later stages ask nothing of it."""
        search = self.search
        if plan is not None and search.done(plan):
            return plan
        tolerance = search.target().tolerance(search.bound)
        limits = replace(search.left(TIME_SHARE), relative_gap=0.0, absolute_gap=GAP * tolerance)
        if alone:
            limits = replace(limits, target=search.bound + CLOSED * tolerance)
        ends = time.monotonic() + limits.seconds
        found = near_plan(
            search.problem,
            None if alone else search.ahead,
            aim,
            plan,
            self.relaxed,
            share * tolerance,
            limits,
            search.interrupt,
        )
        search.clocked |= time.monotonic() >= ends
        if found is None or (plan is not None and search.value(found) >= search.value(plan)):
            return plan
        search.known = True
        search.tell(search.value(found))
        return found

    def settled(self, plan: Floats) -> Floats:
        """Better the bound where that may close a plan; nothing is tried twice for the same plan."""
        search = self.search
        value = search.value(plan)
        if self.least is None or value < self.least:
            self.least = value
            if not search.done(plan) and value - search.bound <= NEARLY * search.target().tolerance(value):
                limits = replace(search.proof(plan, TIME_SHARE), nodes=ROOT)
                search.solve(search.problem, limits, plan)
        return plan
