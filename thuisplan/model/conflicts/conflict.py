"""A conflict, and which of many are worth telling."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from thuisplan.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Part:
    """A line that takes part in a conflict.

    Parameters
    ----------
    requirement
        Its position in ``problem.requirements``.
    weight
        How many times it counts in the sum that cannot hold.
    amount
        The number in it: what it asks or allows apart from everything that varies [its unit].
    """

    requirement: int
    weight: Fraction
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Conflict:
    """Lines that cannot hold together.

    Parameters
    ----------
    line
        The line that is told first: it cannot hold if the others do.
    short
        What is missing at least [unit of ``line``].
    parts
        The other lines.
    definitions
        Names of the definition rows that it takes.
    """

    line: Part
    short: Fraction
    parts: tuple[Part, ...]
    definitions: tuple[str, ...]

    @property
    def lines(self) -> tuple[Part, ...]:
        """All lines, the one that is told first in front."""
        return (self.line, *self.parts)

    @property
    def positions(self) -> frozenset[int]:
        """Positions of all its lines."""
        return frozenset(part.requirement for part in self.lines)

    @property
    def others(self) -> frozenset[int]:
        """Positions of its other lines."""
        return frozenset(part.requirement for part in self.parts)


def told(found: Sequence[Conflict], problem: Problem) -> tuple[Conflict, ...]:
    """Return conflicts without those that say no more than others, in order of their first line.

    Parameters
    ----------
    found
        All conflicts, as they were found.
    problem
        The compiled problem.
    """
    left = _largest(found, problem)
    left = _first_and_worst(left, problem)
    left = [one for one in left if not any(_says_more(other, one) for other in left)]
    return tuple(sorted(left, key=lambda one: (one.line.requirement, one.short)))


def _says_more(one: Conflict, other: Conflict) -> bool:
    """Whether a conflict takes fewer lines than another and misses as much."""
    if one is other or one.short < other.short or not one.positions <= other.positions:
        return False
    # Of two that say the same the one with the earlier line is told.
    same = one.positions == other.positions and one.short == other.short
    return not same or one.line.requirement < other.line.requirement


def _largest(found: Iterable[Conflict], problem: Problem) -> list[Conflict]:
    """Return, of lines of one rule, place and period that the same lines break, the one that misses most."""
    result: dict[tuple[object, ...], Conflict] = {}
    for one in found:
        line = problem.requirements[one.line.requirement]
        key = (line.rule_id, line.purpose, line.place, line.period, one.others or line.subject)
        known = result.get(key)
        if known is None or _size(one, problem) > _size(known, problem):
            result[key] = one
    return list(result.values())


def _size(one: Conflict, problem: Problem) -> tuple[Fraction, int]:
    return one.short, -len(problem.requirements[one.line.requirement].subject)


def _first_and_worst(found: Iterable[Conflict], problem: Problem) -> list[Conflict]:
    """Return, of running totals, the first period that cannot hold, and the worst if that is later."""
    series: dict[tuple[str, ...], list[Conflict]] = {}
    for one in found:
        series.setdefault(problem.requirements[one.line.requirement].series, []).append(one)
    result: list[Conflict] = []
    for years in series.values():
        heads: list[list[Conflict]] = []
        for one in sorted(years, key=lambda one: problem.requirements[one.line.requirement].period):
            chain = next((chain for chain in heads if chain[0].others <= one.others), None)
            if chain is None:
                heads.append([one])
            else:
                chain.append(one)
        for chain in heads:
            worst = max(chain, key=lambda one: one.short)
            result += [chain[0]] if worst.short <= chain[0].short else [chain[0], worst]
    return result
