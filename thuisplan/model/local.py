"""What a municipality has to do with a line of a rule: its part of it, and which way the line pulls."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from thuisplan.inputs.instance import Instance
from thuisplan.model.evaluate import Line, Values, evaluate
from thuisplan.model.forms import Form
from thuisplan.model.problem import Column, Problem
from thuisplan.model.requirement import EUROS, Requirement, Sense

_PLACES = {"x": 1, "z": 1, "moved": 1, "n": 1, "s": 1, "a": 1, "p": 1, "given": 1, "taken": 1, "y": 2}
"""Quantity -> where the municipality stands in its key."""

_OPTIONS = {"x": 3, "z": 3, "moved": 3, "n": 3, "s": 3, "p": 4, "y": 4}
"""Quantity -> where the option stands in its key; the others are about no option."""


@dataclass(frozen=True, slots=True)
class LocalLine:
    """A line of a rule, seen from some columns of one municipality.

    Parameters
    ----------
    line
        The line with its outcome.
    part
        What these columns add to its left side, in the unit of the line (euros for money).
    pull
        ``limits`` if more of these columns use up the room of the line, ``demands`` if they give it
        room, ``project`` for "zero or at least", ``both`` if it differs per column.
    """

    line: Line
    part: Fraction
    pull: str


def local_columns(
    problem: Problem, municipality: str, options: Collection[str] | None = None
) -> frozenset[int]:
    """Return the columns about a municipality.

    Parameters
    ----------
    problem
        The compiled problem.
    municipality
        Its code.
    options
        Only columns about these options; None for all, lettings of vacated dwellings too.
    """
    return frozenset(
        position
        for position, column in enumerate(problem.columns)
        if place_of(column) == municipality and (options is None or option_of(column) in options)
    )


def place_of(column: Column) -> Any:
    """Return the municipality that a column is about, None for none."""
    position = _PLACES.get(column.key[0])
    return None if position is None else column.key[position]


def option_of(column: Column) -> Any:
    """Return the option that a column is about, None for none."""
    position = _OPTIONS.get(column.key[0])
    return None if position is None else column.key[position]


def local_lines(
    instance: Instance, problem: Problem, values: Values, municipality: str, columns: Collection[int]
) -> Iterator[LocalLine]:
    """Yield the lines that some columns have a part in, of those that bind or are broken.

    Parameters
    ----------
    instance, problem
        The resolved input and its compiled problem.
    values
        Exact values of its columns.
    municipality
        From which is looked; lines that another municipality has of its own are not.
    columns
        The columns about it that count.
    """
    seen = [
        (requirement, forms)
        for requirement, forms in zip(problem.requirements, problem.forms, strict=True)
        if not is_elsewhere(instance, requirement, municipality)
    ]
    part = replace(problem, requirements=tuple(r for r, _ in seen), forms=tuple(forms for _, forms in seen))
    for line, (left, right, _) in zip(evaluate(instance, part, values), part.forms, strict=True):
        tells = line.binding or line.verdict == "broken"
        if not tells or left is None or right is None:
            continue
        left = problem.flat(left)
        entries = _within(left.minus(problem.flat(right)), columns)
        if not entries:
            continue
        own = _within(left, columns)
        factor = 1 / EUROS if line.requirement.unit == "kEUR" else Fraction(1)
        amount = sum((number * values[column] for column, number in own.items()), Fraction(0)) * factor
        yield LocalLine(line, amount, _pull(line.requirement.sense, entries))


def is_elsewhere(instance: Instance, requirement: Requirement, municipality: str) -> bool:
    """Return whether a line is one that another municipality has of its own."""
    return requirement.place != municipality and requirement.place in instance.municipalities


def _within(form: Form, columns: Collection[int]) -> dict[int, Fraction | int]:
    pairs = zip(form.columns, form.coefficients, strict=True)
    return {column: number for column, number in pairs if column in columns and number}


def _pull(sense: Sense, entries: dict[int, Fraction | int]) -> str:
    if sense is Sense.ZERO_OR_AT_LEAST:
        return "project"
    signs = {number > 0 for number in entries.values()}
    if len(signs) == 2:
        return "both"
    return "limits" if signs.pop() == (sense is Sense.AT_MOST) else "demands"
