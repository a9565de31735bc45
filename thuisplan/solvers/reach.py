"""How far what others build can move a line: what makes a line testable for a part of the region.

Others build at least what is committed, as far as that is hard, and at most what is offered. A line
whose outcome is the same whatever they choose within that is testable; the rest is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from thuisplan.inputs.instance import Cell
from thuisplan.model.evaluate import Line
from thuisplan.model.forms import Form
from thuisplan.model.local import place_of
from thuisplan.model.problem import INFINITY, Problem
from thuisplan.model.requirement import Requirement, Sense

NONE = Fraction(0)
SWAPS = frozenset({"given", "taken"})
"""Quantities that take two: who hands a task over needs another who takes it."""

FROM_THE_MODEL = frozenset({"y", "carried", "a", "p", "moved", "n", "s", "given", "taken"})
"""Quantities that a programme does not say."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far others can move the margin of a line from where their commitments leave it.

    Parameters
    ----------
    own
        Whether the line depends on the municipalities of the programme at all.
    others
        Whether it depends on others.
    completed
        Whether it depends on quantities that a programme does not say.
    helped, harmed
        The most that others can add to the margin and take from it [unit of the row]; None without end.
    """

    own: bool
    others: bool
    completed: bool
    helped: Fraction | None = NONE
    harmed: Fraction | None = NONE

    def verdict(self, line: Line) -> tuple[str, Fraction]:
        """Return the verdict of a line, and by how much it is broken whatever others do.

        Parameters
        ----------
        line
            The line with others at their commitments.
        """
        if not self.others or line.verdict not in ("met", "broken"):
            return line.verdict, line.slack
        factor = 1000 if line.unit == "EUR" else 1
        assert line.margin is not None
        if self.own and self.helped is not None and line.margin + self.helped * factor < 0:
            return "broken", -(line.margin + self.helped * factor)
        if self.own and self.harmed is not None and line.margin - self.harmed * factor >= 0:
            return "met", NONE
        return "not_testable", NONE


@dataclass(frozen=True, slots=True)
class _Freedom:
    """How many more and how many fewer than committed others can build; more is None without end."""

    more: Fraction | None
    fewer: Fraction


def reaches(problem: Problem, places: Collection[str], committed: Mapping[Cell, int] | None) -> list[Reach]:
    """Return the reach of others per requirement.

    Parameters
    ----------
    problem
        The compiled problem.
    places
        Codes of the municipalities of the programme.
    committed
        What others build at least; None where the model chooses what they build, so that every line
        is testable.
    """
    known = {column: _within(problem, column, places) for column in range(len(problem.columns))}
    rooms = {} if committed is None else _rooms(problem, committed)
    result = []
    for requirement, (left, right, _) in zip(problem.requirements, problem.forms, strict=True):
        if left is None or right is None:
            result.append(Reach(True, False, False))
            continue
        form = problem.flat(left.minus(right))
        completed = any(problem.columns[c].key[0] in FROM_THE_MODEL for c in form.columns)
        about = requirement.purpose != "municipality" or requirement.place in places
        here = {known[c] for c in form.columns} or {about}
        reach = Reach(True in here, False in here, completed)
        if committed is not None and reach.others:
            reach = _moved(problem, requirement, form, reach, known, rooms)
        elif committed is None:
            reach = replace(reach, own=True, others=False)
        result.append(reach)
    return result


def _within(problem: Problem, column: int, places: Collection[str]) -> bool:
    """Return whether a column is decided by the programme's municipalities alone."""
    record = problem.columns[column]
    return record.key[0] not in SWAPS and place_of(record) in places


def _rooms(problem: Problem, committed: Mapping[Cell, int]) -> dict[int, _Freedom]:
    """Return, per column of dwellings, how far it can be from what is committed."""
    most: dict[int, Fraction] = {}
    for column, record in enumerate(problem.columns):
        if record.key[0] == "x" and problem.upper[column] < INFINITY:
            most[column] = Fraction(int(problem.upper[column]))
    for column, level in _levels(problem, Sense.AT_MOST):
        most[column] = min(level, most.get(column, level))
    least: dict[int, Fraction] = {}
    for column, level in _levels(problem, Sense.AT_LEAST):
        least[column] = max(level, least.get(column, NONE))
    rooms = {}
    for column, record in enumerate(problem.columns):
        if record.key[0] == "x":
            level = Fraction(committed.get(record.key[1:], 0))
            more = max(NONE, most[column] - level) if column in most else None
            # What is agreed by a rule that is not hard, or that may be missed, may not be built.
            rooms[column] = _Freedom(more, max(NONE, level - least.get(column, NONE)))
    return rooms


def _levels(problem: Problem, sense: Sense) -> Iterator[tuple[int, Fraction]]:
    """Yield the hard ends of single columns: offers and exclusions, or what is agreed."""
    for requirement, (left, right, _) in zip(problem.requirements, problem.forms, strict=True):
        hard = requirement.strength == "hard" and requirement.imposed
        if not hard or left is None or right is None or requirement.sense is not sense:
            continue
        if len(left.columns) == 1 and not right.columns and left.coefficients[0] > 0:
            yield left.columns[0], Fraction(right.constant - left.constant) / left.coefficients[0]


def _moved(
    problem: Problem,
    requirement: Requirement,
    form: Form,
    reach: Reach,
    known: Mapping[int, bool],
    rooms: Mapping[int, _Freedom],
) -> Reach:
    """Return a reach with the most that others can help and harm."""
    outside = [(c, Fraction(n)) for c, n in zip(form.columns, form.coefficients, strict=True) if not known[c]]
    if requirement.sense is Sense.ZERO_OR_AT_LEAST:
        return replace(reach, helped=None, harmed=None)
    if requirement.unit == "kEUR" and {problem.columns[c].key[0] for c, _ in outside} <= {"y", "carried"}:
        # Whatever others build on top of what is committed only costs more.
        fewer = any(room.fewer for column, room in rooms.items() if not known[column])
        return replace(reach, helped=None if fewer else NONE, harmed=None)
    sign = -1 if requirement.sense is Sense.AT_MOST else 1
    helped: Fraction | None = NONE
    harmed: Fraction | None = NONE
    for column, coefficient in outside:
        if column not in rooms:
            return replace(reach, helped=None, harmed=None)
        up, down = rooms[column].more, rooms[column].fewer
        gain, loss = (up, down) if sign * coefficient > 0 else (down, up)
        helped = None if helped is None or gain is None else helped + abs(coefficient) * gain
        harmed = None if harmed is None or loss is None else harmed + abs(coefficient) * loss
    return replace(reach, helped=helped, harmed=harmed)
