"""All that is asked as hard lines: needs, the waiting list, the task for permit holders, where they decide.

Some of it cannot be met whatever gives: nothing of the kind is offered there and then, or fewer homes are
vacated than households come. That is told first, and allowed after that: what is left can be met, at a price.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from thuisplan.inputs.instance import Instance
from thuisplan.model.problem import Problem
from thuisplan.solvers.diagnosis import Fall
from thuisplan.solvers.highs import Interrupt, Limits
from thuisplan.solvers.relax import Room
from thuisplan.solvers.target import Series, Target

UNMET = "unmet_"
"""How the measures begin that count what is asked and not met."""


@dataclass(frozen=True)
class Asked:
    """What is asked, as a target.

    Parameters
    ----------
    target
        In which all that is asked is hard, but for what is allowed.
    positions
        Positions of the lines that ask.
    """

    target: Target
    positions: frozenset[int]

    @property
    def families(self) -> tuple[str, ...]:
        """Families that ask, sorted."""
        return tuple(sorted({self.target.problem.requirements[p].family for p in self.positions}))

    @property
    def rules(self) -> tuple[str, ...]:
        """Families that may give and do not ask, sorted."""
        return tuple(family for family in self.target.families if family not in self.families)

    def series(self) -> dict[Series, frozenset[int]]:
        """Return the lines about one thing in one place, over all periods."""
        found: dict[Series, set[int]] = {}
        for position in sorted(self.positions):
            found.setdefault(self.target.problem.requirements[position].series, set()).add(position)
        return {series: frozenset(positions) for series, positions in found.items()}


def asked(instance: Instance, problem: Problem) -> Asked:
    """Return all that is asked, with nothing allowed."""
    positions = frozenset(
        position
        for position, requirement in enumerate(problem.requirements)
        if requirement.measure.startswith(UNMET) and requirement.imposed
    )
    return Asked(demand(instance, problem, positions, {}), positions)


def demand(
    instance: Instance, problem: Problem, positions: frozenset[int], allowed: dict[int, Fraction]
) -> Target:
    """Return a target in which some soft lines are hard, but for what is allowed.

    Parameters
    ----------
    instance, problem
        The resolved input and its compiled problem, in which these lines have a slack.
    positions
        Positions of the lines.
    allowed
        Position -> by how much it may be missed [unit of the line].
    """
    allowed = {position: amount for position, amount in allowed.items() if position in positions}
    requirements = tuple(
        replace(requirement, strength="hard") if position in positions else requirement
        for position, requirement in enumerate(problem.requirements)
    )
    positioned = {row: record.requirement for row, record in enumerate(problem.rows)}
    slacks = [c for c in problem.columns_of("slack") if positioned[problem.columns[c].key[1]] in positions]
    looser = {
        row: -float(allowed[position])
        for row, position in positioned.items()
        if position is not None and position in allowed
    }
    hard = problem.with_bounds({}, dict.fromkeys(slacks, 0.0)).with_rows_tightened(looser)
    return Target(instance, replace(hard, requirements=requirements), allowed)


def beyond(asks: Asked, limits: Limits, interrupt: Interrupt) -> tuple[Fall, ...] | None:
    """Return what cannot be met even if every rule gives as much as it takes; None if it is not known.

    Parameters
    ----------
    asks
        What is asked, with nothing allowed.
    limits
        When to stop.
    interrupt
        Flag that ends the search.
    """
    rules = (row for family in asks.rules for row in asks.target.families[family])
    free = frozenset(asks.target.lines[row] for row in rules)
    room = Room(asks.target, asks.families, True, free=free, interrupt=interrupt)
    if room.bound(limits).relative_bound == 0:
        return ()
    found = room.least(limits)
    return found.giving.falls if found.giving.outcome == "repaired" else None


def allowing(asks: Asked, problem: Problem, falls: tuple[Fall, ...]) -> Asked:
    """Return what is asked but for what cannot be met: of a running total also in later periods.

    Parameters
    ----------
    asks
        What is asked, with nothing allowed.
    problem
        The compiled problem.
    falls
        What cannot be met, as ``beyond`` tells it.
    """
    given: dict[int, Fraction] = {}
    for series, positions in asks.series().items():
        total = Fraction(0)
        by_position = {fall.position: fall.amount for fall in falls if fall.requirement.series == series}
        for position in sorted(positions, key=lambda p: int(problem.requirements[p].period)):
            total += by_position.get(position, 0)
            if total:
                given[position] = total
    return replace(asks, target=demand(asks.target.instance, problem, asks.positions, given))
