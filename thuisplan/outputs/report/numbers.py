"""Numbers of the tables as a report keeps and says them: without noise, and rounded to promise no more."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

PLACES = 3
"""Decimals that a table of an answer keeps."""
NOISE = 1e-6
"""A number this close to a whole one is that whole one."""


def exact(value: float) -> Fraction:
    """Return the number that a column of the tables stands for, without the noise of its last digits."""
    return Fraction(round(value, 6)).limit_denominator(10**6)


def tidy(value: float, places: int = PLACES) -> float | int:
    """Return a value with so many decimals; a whole number as one.

    Parameters
    ----------
    value
        A value of a table.
    places
        Decimals that are kept.
    """
    return round(value) if abs(value - round(value)) < NOISE else round(value, places)


def tidy_or_none(value: float | None, places: int = PLACES) -> float | int | None:
    """Return the same of a value that may be missing."""
    return None if value is None else tidy(value, places)


def to_tenths(value: float | Fraction) -> Fraction:
    """Return a number to one decimal."""
    return Fraction(round(value * 10), 10)


def millions(amount: int) -> Fraction:
    """Return euros as they are said of a whole plan: in millions, with one decimal."""
    return Fraction(round(amount, -5), 1_000_000)


def at_most(gap: float) -> Fraction:
    """Return how much better another plan could be, as a percentage in hundredths.

    It is rounded up: less would promise too much.

    Parameters
    ----------
    gap
        Part of the value, such as 0.0071; below zero it is rounding of the solver.
    """
    return Fraction(ceil(max(0.0, gap) * 10_000), 100)
