"""What sizes of repairs are multiples of: a bound may be rounded up to it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm

from thuisplan.model.requirement import EUROS
from thuisplan.solvers.target import Target


def size_grain(target: Target, positions: Iterable[int]) -> Fraction | None:
    """Return a number that every sum of what lines give is a multiple of; None if there is none of use.

    Parameters
    ----------
    target
        What has to hold.
    positions
        Positions of lines of one unit.
    """
    steps = [step for position in positions for step in _steps(target, position)]
    if not steps:
        return None
    common = Fraction(gcd(*(s.numerator for s in steps)), lcm(*(s.denominator for s in steps)))
    return common if common >= EUROS else None


def _steps(target: Target, position: int) -> list[Fraction]:
    """Return what the amount of a line is made of: whole numbers times these."""
    left, right, _ = target.problem.forms[position]
    assert left is not None
    assert right is not None
    difference = left.minus(right)
    steps = [Fraction(difference.constant), target.allowed.get(position, Fraction(0))]
    for column, coefficient in zip(difference.columns, difference.coefficients, strict=True):
        steps.append(Fraction(coefficient) * (target.problem.columns[column].grain or 0))
    return [abs(step) for step in steps if step]
