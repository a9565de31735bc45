"""How much better another plan could be, as it is promised."""

from __future__ import annotations

from fractions import Fraction
from math import ceil


def at_most(gap: float) -> Fraction:
    """Return a gap as a percentage in hundredths, rounded up: less would promise too much.

    Parameters
    ----------
    gap
        Part of the value, such as 0.0071; below zero it is rounding of the solver.
    """
    return Fraction(ceil(max(0.0, gap) * 10_000), 100)
