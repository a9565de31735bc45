"""The question whether all that is asked can be met, while every hard rule holds."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from thuisplan.inputs.instance import Instance
from thuisplan.model.evaluate import Values
from thuisplan.model.exact import ExactPlan
from thuisplan.model.problem import Problem
from thuisplan.solvers.asked import allowing, asked, beyond, demand
from thuisplan.solvers.diagnosis import Fall, Giving, Limited, Listener, Question
from thuisplan.solvers.highs import Interrupt
from thuisplan.solvers.inquiry import BY_FEASIBLE, BY_LIMITED, Inquiry
from thuisplan.solvers.relax import Room
from thuisplan.solvers.target import Series, Target
from thuisplan.solvers.workers import side_by_side


class AboutNeeds(Inquiry):
    """Whether all that is asked can be met; what cannot, whatever gives, is told and left out.

    Parameters
    ----------
    instance, problem
        The resolved input and its compiled problem.
    ends
        Monotonic time at which to stop.
    interrupt
        Flag that ends the search.
    listen
        Hears of what is found.
    holding
        A plan in which all hard rules hold, if one is known.
    """

    def __init__(
        self,
        instance: Instance,
        problem: Problem,
        ends: float,
        interrupt: Interrupt,
        listen: Listener,
        holding: ExactPlan | None = None,
    ) -> None:
        self.asks = asked(instance, problem)
        super().__init__("needs", self.asks.target, ends, interrupt, listen)
        self.problem = problem
        self.beyond: tuple[Fall, ...] = ()
        self.within_rules = holding

    def answer(self) -> Question:
        """Return the answer, with what cannot be met and what limits each need."""
        question = super().answer()
        return replace(question, beyond=self.beyond)

    def status(self) -> str:
        """Return whether everything can be met, but for what cannot be met whatever gives."""
        status = super().status()
        if status != "conflict":
            return status
        limits = self.limits(self.by(BY_FEASIBLE) - time.monotonic())
        self.beyond = beyond(self.asks, limits, self.interrupt) or ()
        if not self.beyond:
            return status
        self.asks = allowing(self.asks, self.problem, self.beyond)
        self.target = self.asks.target
        return super().status()

    def known(self) -> list[tuple[frozenset[str], Values]]:
        """Return plans that are known, also one in which nothing is missed but what is asked."""
        known = super().known()
        if self.within_rules is not None:
            known.append((frozenset(self.asks.families), self.within_rules.values))
        return known

    def together(self, smaller: tuple[Giving, ...]) -> tuple[Giving, ...]:
        """Return what all rules have to give so that all is met, and what is asked so that all rules hold.

        Each only where no one or two of them are enough.
        """
        able = [set(giving.families) for giving in smaller if giving.outcome == "repaired"]
        sides = (self.asks.rules, self.asks.families)
        wanted = [side for side in sides if len(side) > 2 and not any(few <= set(side) for few in able)]
        return self.all_of(wanted)

    def limited(self, alone: tuple[Giving, ...]) -> tuple[Limited, ...]:
        """Return the needs that cannot be met even if all else that is asked makes way."""
        series = self.asks.series()
        able = any(g.outcome == "repaired" and g.families[0] in self.asks.rules for g in alone)
        if able or len(series) == 1:
            return ()
        short = self.short(series)
        rooms = [
            Room(target, (family,), interrupt=self.interrupt)
            for target, _ in short
            for family in self.asks.rules
        ]
        found = side_by_side(
            lambda room, seconds: room.least(self.limits(seconds)).giving,
            rooms,
            self.by(BY_LIMITED),
            self.most(),
        )
        if None in found:
            self.unfinished.add("limited")
        givings: dict[int, list[Giving]] = {last: [] for _, last in short}
        lasts = [last for _, last in short for _ in self.asks.rules]
        for last, giving in zip(lasts, found, strict=True):
            if giving is not None and giving.outcome != "cannot":
                givings[last].append(giving)
        result = [Limited(self.problem.requirements[last], tuple(givings[last])) for last in givings]
        for one in result:
            self.listen(self.code, one)
        return tuple(result)

    def short(self, series: Mapping[Series, frozenset[int]]) -> list[tuple[Target, int]]:
        """Return the needs that cannot be met alone: what has to hold for each, and its last line."""
        targets = [
            demand(self.target.instance, self.problem, positions, dict(self.target.allowed))
            for positions in series.values()
        ]
        met = side_by_side(
            lambda target, seconds: Room(target, (), interrupt=self.interrupt).may_hold(self.limits(seconds)),
            targets,
            self.by(BY_LIMITED),
            self.most(),
        )
        if None in met:
            self.unfinished.add("limited")
        return [
            (target, max(positions, key=lambda p: int(self.problem.requirements[p].period)))
            for target, positions, may in zip(targets, series.values(), met, strict=True)
            if may is False
        ]

    def again(self, instance: Instance, problem: Problem) -> Target:
        """Return what is asked of a changed input, but for what cannot be met."""
        asks = asked(instance, problem)
        allowed = {
            self.problem.requirements[position].name: amount
            for position, amount in self.target.allowed.items()
        }
        given = {
            position: allowed[problem.requirements[position].name]
            for position in asks.positions
            if problem.requirements[position].name in allowed
        }
        return demand(instance, problem, asks.positions, given)
