"""A conflict of a sum that cannot hold: its lines with the numbers that tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from thuisplan.model.conflicts.claims import Claim
from thuisplan.model.conflicts.conflict import Base, Conflict, Part
from thuisplan.model.problem import Problem


def conflict_of(problem: Problem, claim: Claim) -> Conflict | None:
    """Return the conflict in a sum that is negative; None if no line takes part.

    Parameters
    ----------
    problem
        The compiled problem.
    claim
        A sum without columns, that is negative.
    """
    if not claim.parts:
        return None
    plain = [_part(problem, position, Fraction(weight)) for position, weight in claim.parts.items()]
    first, *others = (replace(part, base=_base(problem, part, plain)) for part in plain)
    return Conflict(first, -claim.constant / first.weight, tuple(others), tuple(sorted(claim.definitions)))


def _part(problem: Problem, position: int, weight: Fraction) -> Part:
    left, right, _ = problem.forms[position]
    assert left is not None
    assert right is not None
    flat = problem.flat(right)
    return Part(
        position,
        weight,
        Fraction(flat.constant - problem.flat(left).constant),
        problem.requirements[position],
        is_number=not flat.columns,
        most_of_one=Fraction(max(right.coefficients, default=0)),
    )


def _base(problem: Problem, part: Part, parts: Sequence[Part]) -> Base | None:
    """Return what is fixed in the base of a share; None for a line that is no share."""
    left, _, base = problem.forms[part.requirement]
    if part.line.share is None or left is None or base is None:
        return None
    besides = problem.flat(base.minus(left))
    columns = frozenset(besides.columns)
    agreed = []
    for one in parts:
        form = problem.forms[one.requirement][0]
        if one.is_agreed and form is not None and columns.issuperset(form.columns):
            agreed.append(one)
    return Base(
        Fraction(problem.flat(base).constant),
        sum((one.amount for one in agreed), Fraction(besides.constant)),
        frozenset(one.requirement for one in agreed),
    )
