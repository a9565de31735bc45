"""What has to hold, and what a plan gives on it: the lines of rules that are missed, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from thuisplan.inputs.families import FAMILIES
from thuisplan.inputs.instance import Instance
from thuisplan.model.evaluate import Line
from thuisplan.model.exact import ExactPlan
from thuisplan.model.problem import Problem
from thuisplan.model.requirement import EUROS, Requirement
from thuisplan.solvers.diagnosis import Fall

Series = tuple[str, str, str, str]


@dataclass(frozen=True)
class Target:
    """What has to hold.

    Parameters
    ----------
    instance
        The resolved input.
    problem
        Its compiled problem, with the strengths that are asked about.
    allowed
        Position of a hard line -> by how much it may be missed before it counts [unit of the line].
    """

    instance: Instance
    problem: Problem
    allowed: Mapping[int, Fraction] = field(default_factory=dict)

    @cached_property
    def lines(self) -> Mapping[int, int]:
        """Row -> position of the requirement that it imposes."""
        rows = enumerate(self.problem.rows)
        return {row: record.requirement for row, record in rows if record.requirement is not None}

    @cached_property
    def families(self) -> Mapping[str, tuple[int, ...]]:
        """Family -> rows of its hard lines, sorted by family; those that say what exists never give."""
        found: dict[str, list[int]] = {}
        for row, position in self.lines.items():
            requirement = self.problem.requirements[position]
            hard = requirement.strength == "hard" and requirement.imposed
            if hard and not FAMILIES[requirement.family].always:
                found.setdefault(requirement.family, []).append(row)
        return {family: tuple(rows) for family, rows in sorted(found.items())}

    @cached_property
    def _references(self) -> Mapping[tuple[str, ...], Fraction]:
        found: dict[tuple[str, ...], Fraction] = {}
        for requirement in self.problem.requirements:
            largest = max(found.get(requirement.gives_as, Fraction(0)), requirement.reference)
            found[requirement.gives_as] = largest
        return found

    @cached_property
    def _alike(self) -> Mapping[tuple[tuple[str, ...], str], tuple[int, ...]]:
        found: dict[tuple[tuple[str, ...], str], list[int]] = {}
        for position, requirement in enumerate(self.problem.requirements):
            found.setdefault((requirement.gives_as, requirement.period), []).append(position)
        return {key: tuple(positions) for key, positions in found.items()}

    def alike(self, position: int) -> tuple[int, ...]:
        """Return the positions of the lines that give together with a line: they state one figure."""
        requirement = self.problem.requirements[position]
        return self._alike[requirement.gives_as, requirement.period]

    def reference(self, position: int) -> Fraction:
        """Return what giving is divided by: the largest reference of the line in any period [its unit]."""
        return self._references[self.problem.requirements[position].gives_as]

    def relative(self, falls: Iterable[Fall]) -> Fraction:
        """Return the size of a repair relative to the references of its lines."""
        return sum((fall.amount / self.reference(fall.position) for fall in falls), Fraction(0))

    def missed(self, line: Line, position: int) -> Fraction:
        """Return by how much more than allowed a line is missed [its unit]; below zero if it is not."""
        return line.slack * _unit(line.requirement) - self.allowed.get(position, 0)

    def falls(self, plan: ExactPlan, positions: Iterable[int]) -> tuple[Fall, ...]:
        """Return what lines give in a plan; of a running total what a period gives on top of those before."""
        before: dict[tuple[str, ...], Fraction] = {}
        seen: set[int] = set()
        result = []
        for position in sorted(positions, key=lambda p: _order(self.problem.requirements[p])):
            if position in seen:
                continue
            # Of lines that state one figure the first speaks for all.
            seen.update(self.alike(position))
            requirement = self.problem.requirements[position]
            amount = max(self.missed(plan.lines[one], one) for one in self.alike(position))
            if _runs_on(requirement):
                given = before.get(requirement.gives_as, Fraction(0))
                before[requirement.gives_as] = max(given, amount)
                amount -= given
            if amount > 0:
                result.append(Fall(position, requirement, amount))
        return tuple(result)

    def broken(self, plan: ExactPlan, may_give: frozenset[int]) -> dict[int, float]:
        """Return the rows that a plan breaks although they may not give: row -> excess [its unit]."""
        found = {}
        for row in plan.broken:
            position = self.lines.get(row)
            if position is None:
                # A definition has no room to tighten; naming it is enough to try again.
                found[row] = 0.0
            elif may_give.isdisjoint(self.alike(position)):
                missed = self.missed(plan.lines[position], position)
                if missed > 0:
                    found[row] = float(missed)
        return found


def _order(requirement: Requirement) -> tuple[str, ...]:
    return (*requirement.series, requirement.period)


def _unit(requirement: Requirement) -> Fraction:
    """Return what an amount of a line is multiplied by: lines count in euros, the model in thousands."""
    return EUROS if requirement.unit == "kEUR" else Fraction(1)


def _runs_on(requirement: Requirement) -> bool:
    """Return whether what is missing in a line is still missing later: running totals, and accounts."""
    return requirement.carried or (requirement.unit == "kEUR" and bool(requirement.follows))
