"""One question of a diagnosis, answered step by step, each step within its part of the time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import isfinite

from thuisplan.inputs.instance import Instance
from thuisplan.model.evaluate import Values
from thuisplan.model.exact import ExactPlan
from thuisplan.model.problem import Problem
from thuisplan.solvers.conflicting import conflicting_rules
from thuisplan.solvers.diagnosis import Giving, Limited, Listener, Question, Repair
from thuisplan.solvers.highs import LEAST_SECONDS, Interrupt, Limits
from thuisplan.solvers.relax import NOISE, Relaxed, Room
from thuisplan.solvers.target import Target
from thuisplan.solvers.tried import try_repair
from thuisplan.solvers.workers import SHORTEST, side_by_side

MOST_REPAIRS = 4
"""Repairs that are shown at most: enough to choose from."""

ENOUGH_REPAIRS = 2
"""With fewer, other lines of the same families are looked for, and other families with them."""

# Part of the time by which a step must end; what a step leaves goes to the next.
BY_FEASIBLE, BY_ALONE, BY_PAIRS, BY_TOGETHER, BY_LIMITED, BY_REPAIRS = 0.2, 0.35, 0.5, 0.6, 0.65, 0.85

MOST_SECONDS = 0.08
"""Part of the time that one relaxation may take, unless its step says otherwise."""

MOST_ALONE, MOST_TOGETHER = 0.15, 0.12
"""The same where there are few, and much is asked of each."""


class Inquiry:
    """One question, answered step by step.

    Parameters
    ----------
    code
        ``rules`` or ``needs``.
    target
        What has to hold.
    ends
        Monotonic time at which to stop.
    interrupt
        Flag that ends the search.
    listen
        Hears of what is found.
    """

    def __init__(
        self, code: str, target: Target, ends: float, interrupt: Interrupt, listen: Listener
    ) -> None:
        self.code = code
        self.target = target
        self.began = time.monotonic()
        self.ends = ends
        self.interrupt = interrupt
        self.listen = listen
        self.unfinished: set[str] = set()
        self.relaxed: dict[tuple[str, ...], Relaxed] = {}
        self.cheapest: dict[str, float] = {}
        self.holding: ExactPlan | None = None

    def answer(self) -> Question:
        """Return the answer; every step takes what the ones before it found."""
        status = self.status()
        if status == "holds":
            return Question(self.code, status, seconds=self.seconds())
        question = Question(self.code, status, alone=self.alone())
        question = replace(question, pairs=self.pairs())
        question = replace(question, together=self.together((*question.alone, *question.pairs)))
        found = [*question.alone, *question.pairs, *question.together]
        if any(giving.outcome == "repaired" and not giving.falls for giving in found):
            # A plan in which nothing gives is proof that everything holds.
            status = "holds" if status == "unknown" else "contradiction"
            return Question(self.code, status, seconds=self.seconds())
        question = replace(question, limited=self.limited(question.alone))
        question = replace(question, repairs=self.repairs(found))
        conflicting = conflicting_rules(self.target, self.ends, self.interrupt)
        if conflicting is None:
            self.unfinished.add("conflicting")
        else:
            self.listen(self.code, conflicting)
        return replace(
            question,
            conflicting=conflicting,
            unfinished=tuple(sorted(self.unfinished)),
            seconds=self.seconds(),
        )

    def seconds(self) -> float:
        """Return the wall time so far."""
        return time.monotonic() - self.began

    def status(self) -> str:
        """Return whether everything holds as it is."""
        room = Room(self.target, (), interrupt=self.interrupt)
        found = room.least(self.limits(self.by(BY_FEASIBLE) - time.monotonic()))
        self.holding = found.plan
        return {"repaired": "holds", "cannot": "conflict"}.get(found.giving.outcome, "unknown")

    # --- the steps ----------------------------------------------------------------------

    def alone(self) -> tuple[Giving, ...]:
        """Return what each family alone would have to give."""

        def work(room: Room, seconds: float) -> Relaxed:
            found = self.relatively_least(room, room.least(self.limits(seconds), self.starts(room)), seconds)
            self.listen(self.code, found.giving)
            return found

        rooms = [self.room((family,)) for family in self.target.families]
        found = side_by_side(work, rooms, self.by(BY_ALONE), self.most(MOST_ALONE))
        self.keep(found, "alone")
        return tuple(
            Giving(room.families, "unknown", room.unit) if one is None else one.giving
            for room, one in zip(rooms, found, strict=True)
        )

    def relatively_least(self, room: Room, found: Relaxed, seconds: float) -> Relaxed:
        """Return of repairs of one size the relatively smallest, and remember how small one can be."""
        giving = found.giving
        if giving.outcome != "repaired" or giving.relative is None:
            return found
        family = giving.families[0]
        self.cheapest[family] = float(giving.relative)
        if giving.unit is None or found.plan is None:
            return found
        left = max(SHORTEST, seconds - giving.seconds)
        other = self.room(room.families, relative=True).least(self.limits(left), [found.plan.values])
        if other.giving.relative is None or other.giving.relative >= giving.relative:
            return found
        self.cheapest[family] = float(other.giving.relative)
        if sum(fall.amount for fall in other.giving.falls) != giving.amount:
            return found
        return Relaxed(replace(giving, falls=other.giving.falls, relative=other.giving.relative), other.plan)

    def pairs(self) -> tuple[Giving, ...]:
        """Return the pairs that are relatively cheaper than each alone, or that can where neither can."""
        limits: dict[tuple[str, ...], float] = {
            pair: min(self.cheapest.get(family, float("inf")) for family in pair)
            for pair in combinations(self.target.families, 2)
        }
        rooms = self.promising((*self.cheaper(limits), *self.able(limits)), limits)
        found = self.least(rooms, "pairs", BY_PAIRS, MOST_SECONDS)
        kept = [
            one.giving
            for one in found
            if one is not None and self.smaller(one.giving, limits[one.giving.families])
        ]
        for giving in kept:
            self.listen(self.code, giving)
        return tuple(sorted(kept, key=_by_size))

    def promising(self, rooms: Iterable[Room], limits: Mapping[tuple[str, ...], float]) -> list[Room]:
        """Return the pairs that may be cheaper than a limit, by their relaxation; the cheapest first."""
        listed = list(rooms)
        bounds = side_by_side(
            lambda room, seconds: room.bound(self.limits(seconds)), listed, self.by(BY_PAIRS), self.most()
        )
        if None in bounds:
            self.unfinished.add("pairs")
        kept = [
            (bound.relative_bound or Fraction(0), room)
            for room, bound in zip(listed, bounds, strict=True)
            if bound is not None
            and bound.outcome != "cannot"
            and (bound.relative_bound or 0) < limits[room.families] * (1 - NOISE)
        ]
        return [room for _, room in sorted(kept, key=lambda one: (one[0], one[1].families))]

    def cheaper(self, limits: Mapping[tuple[str, ...], float]) -> list[Room]:
        """Return the pairs of which one can repair it alone and both together may be cheaper."""
        left = self.by(BY_PAIRS) - time.monotonic()
        every = self.room(tuple(self.target.families), relative=True).bound(self.limits(left))
        lowest = float(every.relative_bound or 0)
        return [
            self.room(pair, relative=True)
            for pair, limit in limits.items()
            if isfinite(limit) and lowest < limit * (1 - NOISE)
        ]

    def able(self, limits: Mapping[tuple[str, ...], float]) -> list[Room]:
        """Return the pairs of which neither can repair it alone and both together may."""
        one_of: list[frozenset[str]] = []
        rooms = []
        for pair, limit in limits.items():
            if isfinite(limit) or any(families.isdisjoint(pair) for families in one_of):
                continue
            left = self.by(BY_PAIRS) - time.monotonic()
            if left <= 0:
                self.unfinished.add("pairs")
                break
            room = self.room(pair, relative=True)
            witnesses = room.witnesses(self.limits(min(left, self.most())))
            if witnesses:
                one_of.append(witnesses)
            else:
                rooms.append(room)
        return rooms

    def together(self, smaller: tuple[Giving, ...]) -> tuple[Giving, ...]:
        """Return what all families together would have to give, where nothing smaller is enough."""
        if any(giving.outcome == "repaired" for giving in smaller):
            return ()
        return self.all_of([tuple(self.target.families)])

    def limited(self, alone: tuple[Giving, ...]) -> tuple[Limited, ...]:
        """Return what keeps needs from being met: nothing, where it is not asked."""
        return ()

    def repairs(self, found: list[Giving]) -> tuple[Repair, ...]:
        """Return repairs that solve: those found, the smallest first, and where these are few others."""
        repairs: list[Repair] = []
        for giving in sorted((g for g in found if g.outcome == "repaired"), key=_by_size):
            if len(repairs) < MOST_REPAIRS:
                self.attempt(repairs, self.relaxed[giving.families], ())
        for families, closed in self.others(repairs):
            if len(repairs) >= ENOUGH_REPAIRS:
                break
            left = self.by(BY_REPAIRS) - time.monotonic()
            if left <= 0:
                self.unfinished.add("repairs")
                break
            room = Room(self.target, families, True, closed, interrupt=self.interrupt)
            relaxed = room.least(self.limits(min(left, self.most())))
            if relaxed.giving.outcome == "repaired":
                self.attempt(repairs, relaxed, tuple(sorted(closed)))
            elif relaxed.giving.outcome == "unknown":
                self.unfinished.add("repairs")
        return tuple(repairs)

    def attempt(self, repairs: list[Repair], relaxed: Relaxed, avoiding: tuple[int, ...]) -> None:
        """Try a repair on the changed input; keep it unless it does not solve."""
        left = self.by(BY_REPAIRS) - time.monotonic()
        if relaxed.plan is None or left <= 0 or self.interrupt.is_set():
            self.unfinished.add("repairs")
            return
        tried = try_repair(
            self.target.instance,
            self.target.problem,
            relaxed.giving.falls,
            relaxed.plan,
            self.again,
            left,
            self.interrupt,
        )
        if tried.outcome == "unknown":
            self.unfinished.add("repairs")
        if tried.outcome != "fails":
            giving = _named(relaxed.giving)
            repair = Repair(len(repairs) + 1, giving, avoiding, tried.changes, tried.outcome == "solves")
            repairs.append(repair)
            self.listen(self.code, repair)

    def others(self, repairs: list[Repair]) -> list[tuple[tuple[str, ...], frozenset[int]]]:
        """Return where to look for another repair: families that may give, and lines that may not.

        Another repair exists only if there is one that does without some line of the first: so after
        all its lines, each of them is closed alone.
        """
        if not repairs:
            return []
        first = repairs[0].giving
        used = frozenset(fall.position for fall in first.falls)
        series = {fall.requirement.series for fall in first.falls}
        everywhere = frozenset(
            position
            for position, requirement in enumerate(self.target.problem.requirements)
            if requirement.series in series
        )
        every = tuple(self.target.families)
        places = [(first.families, everywhere), (every, everywhere), (first.families, used), (every, used)]
        return places + [(every, frozenset({position})) for position in sorted(used)]

    def again(self, instance: Instance, problem: Problem) -> Target:
        """Return what has to hold in a changed input."""
        return Target(instance, problem)

    # --- what the steps share -----------------------------------------------------------

    def room(self, families: tuple[str, ...], relative: bool = False) -> Room:
        return Room(self.target, families, relative, interrupt=self.interrupt)

    def least(self, rooms: list[Room], step: str, part: float, most: float) -> list[Relaxed | None]:
        """Return the least of each room within the time of a step, and keep it for the repairs."""
        found = side_by_side(
            lambda room, seconds: room.least(self.limits(seconds), self.starts(room)),
            rooms,
            self.by(part),
            self.most(most),
        )
        self.keep(found, step)
        return found

    def keep(self, found: Iterable[Relaxed | None], step: str) -> None:
        """Keep what was found for the repairs, and remember if a step was not finished."""
        for one in found:
            if one is None or one.giving.outcome == "unknown":
                self.unfinished.add(step)
            elif one.giving.outcome == "repaired":
                self.relaxed.setdefault(one.giving.families, one)

    def starts(self, room: Room) -> list[Values]:
        """Return plans in which nothing is missed but lines that may give."""
        return [values for families, values in self.known() if families <= set(room.families)]

    def known(self) -> list[tuple[frozenset[str], Values]]:
        """Return plans: the families of which lines are missed in them, and the values of their columns."""
        return [
            (frozenset(families), one.plan.values)
            for families, one in self.relaxed.items()
            if one.plan is not None
        ]

    def smaller(self, giving: Giving, limit: float) -> bool:
        """Return whether a pair is cheaper than each of its families alone, and both give."""
        if giving.outcome != "repaired" or giving.relative is None:
            return False
        gives = {fall.requirement.family for fall in giving.falls}
        return gives == set(giving.families) and giving.relative < limit * (1 - NOISE)

    def all_of(self, sets: list[tuple[str, ...]]) -> tuple[Giving, ...]:
        """Return what each of some large sets of families would have to give, if they can."""
        rooms = [self.room(families, relative=True) for families in sets if families]
        found = self.least(rooms, "together", BY_TOGETHER, MOST_TOGETHER)
        able = [one for one in found if one is not None and one.giving.outcome == "repaired"]
        for one in able:
            self.relaxed[_named(one.giving).families] = one
            self.listen(self.code, _named(one.giving))
        return tuple(_named(one.giving) for one in able)

    def limits(self, seconds: float) -> Limits:
        return Limits(seconds=max(LEAST_SECONDS, seconds))

    def by(self, part: float) -> float:
        """Return the monotonic time by which a step must end: at once where it was asked to stop."""
        if self.interrupt.is_set():
            return time.monotonic()
        return self.began + part * (self.ends - self.began)

    def most(self, part: float = MOST_SECONDS) -> float:
        """Return the most time for one relaxation."""
        return part * (self.ends - self.began)


def _named(giving: Giving) -> Giving:
    """Return a repair that names only the families that give something."""
    return replace(giving, families=tuple(sorted({fall.requirement.family for fall in giving.falls})))


def _by_size(giving: Giving) -> tuple[Fraction, tuple[str, ...]]:
    return giving.relative or Fraction(0), giving.families
