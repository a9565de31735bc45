"""A conflict, and which of many are worth telling."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from thuisplan.model.requirement import Requirement


@dataclass(frozen=True, slots=True)
class Base:
    """What is fixed in what a share is a share of.

    Parameters
    ----------
    constant
        What is realised in it [its unit].
    besides
        What is realised or agreed in it and does not count for the share [its unit].
    agreed
        Positions of the lines of the conflict that agree on that.
    """

    constant: Fraction
    besides: Fraction
    agreed: frozenset[int]


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
    line
        The requirement itself.
    is_number
        Whether its right side is a number, so that what it asks can be told.
    most_of_one
        Of what varies in its right side: the most that one of it adds [its unit].
    base
        What is fixed in what it is a share of; None where it is no share.
    """

    requirement: int
    weight: Fraction
    amount: Fraction
    line: Requirement = field(compare=False)
    is_number: bool
    most_of_one: Fraction
    base: Base | None = None

    @property
    def is_agreed(self) -> bool:
        """Whether it says that what is agreed is built."""
        return self.line.family == "commitment"


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

    def short_of(self, part: Part) -> Fraction:
        """Return what is missing in the unit of one of its lines."""
        return self.short * self.line.weight / part.weight

    @property
    def positions(self) -> frozenset[int]:
        """Positions of all its lines."""
        return frozenset(part.requirement for part in self.lines)

    @property
    def others(self) -> frozenset[int]:
        """Positions of its other lines."""
        return frozenset(part.requirement for part in self.parts)


def told(found: Sequence[Conflict]) -> tuple[Conflict, ...]:
    """Return conflicts without those that say no more than others, in order of their first line.

    Parameters
    ----------
    found
        All conflicts, as they were found.
    """
    left = _first_and_worst(_largest(found))
    left = [one for one in left if not any(_says_more(other, one) for other in left)]
    return tuple(sorted(left, key=lambda one: (one.line.requirement, one.short)))


def _says_more(one: Conflict, other: Conflict) -> bool:
    """Whether a conflict takes fewer lines than another and misses as much."""
    if one is other or one.short < other.short or not one.positions <= other.positions:
        return False
    # Of two that say the same the one with the earlier line is told.
    same = one.positions == other.positions and one.short == other.short
    return not same or one.line.requirement < other.line.requirement


def _largest(found: Iterable[Conflict]) -> list[Conflict]:
    """Return, of lines of one rule, place and period that the same lines break, the one that misses most."""
    result: dict[tuple[object, ...], Conflict] = {}
    for one in found:
        line = one.line.line
        key = (line.rule_id, line.purpose, line.place, line.period, one.others or line.subject)
        known = result.get(key)
        if known is None or _size(one) > _size(known):
            result[key] = one
    return list(result.values())


def _size(one: Conflict) -> tuple[Fraction, int]:
    return one.short, -len(one.line.line.subject)


def _first_and_worst(found: Iterable[Conflict]) -> list[Conflict]:
    """Return, of running totals, the first period that cannot hold, and the worst if that is later."""
    series: dict[tuple[str, ...], list[Conflict]] = {}
    for one in found:
        series.setdefault(one.line.line.series, []).append(one)
    result: list[Conflict] = []
    for years in series.values():
        heads: list[list[Conflict]] = []
        for one in sorted(years, key=lambda one: one.line.line.period):
            chain = next((chain for chain in heads if chain[0].others <= one.others), None)
            if chain is None:
                heads.append([one])
            else:
                chain.append(one)
        for chain in heads:
            worst = max(chain, key=lambda one: one.short)
            result += [chain[0]] if worst.short <= chain[0].short else [chain[0], worst]
    return result
