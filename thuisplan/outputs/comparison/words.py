"""Figures of a comparison in words: an amount in its unit, and how two plans differ in a measure."""

from __future__ import annotations

from typing import Any

from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.comparison.schemas import MEASURE_UNITS

SECTION = "compared_words"

SCALES = {"kEUR": 1000.0, "share": 100.0}
"""Unit -> factor to what people read: euros, percentage points."""

TOLERANCE = 1e-6
"""Relative difference that is none: solvers end that far from a whole number."""


APART, SAME, OPEN, UNPROVED = "apart", "same", "open", "unproved"
"""How two plans stand in a measure."""


def amount(value: float, unit: str) -> Sentence:
    """Return an amount without its sign, in its unit."""
    shown = readable(abs(value) * SCALES.get(unit, 1.0))
    one = "_one" if shown == 1 and unit != "kEUR" else ""
    return Sentence(SECTION, f"amount_{unit.replace('-', '_')}{one}", {"value": shown})


def counted(noun: str, count: int) -> Sentence:
    """Return how many there are of something, in the singular or the plural.

    Parameters
    ----------
    noun
        ``variants``, ``pairs``, ``draws`` or ``broken``.
    count
        How many.
    """
    return Sentence(SECTION, noun + ("_one" if count == 1 else ""), {"count": count})


def readable(value: float) -> float | int:
    """Return a number with as many decimals as are worth reading in a comparison."""
    size = abs(value)
    return round(value) if size >= 100 else round(value, 1 if size >= 10 else 3)


def is_less(value: float, other: float) -> bool:
    """Return whether a value is below another, beyond rounding."""
    return value < other - TOLERANCE * max(1.0, abs(value), abs(other))


def differs(value: float, other: float) -> bool:
    """Return whether two values are apart, beyond rounding."""
    return is_less(value, other) or is_less(other, value)


def between(measure: str, least: float, most: float) -> Sentence:
    """Return how much lower or higher a measure is at least and at most.

    Parameters
    ----------
    measure
        The measure.
    least, most
        Between which values the difference lies; both below zero, or both above.
    """
    unit = MEASURE_UNITS[measure]
    code = ("lower" if most < 0 else "higher") + ("" if differs(least, most) else "_same")
    low, high = sorted((least, most), key=abs)
    values = {"measure": measure, "least": amount(low, unit), "most": amount(high, unit)}
    return Sentence(SECTION, code, values)


def possible_difference(
    row: dict[str, Any], base: dict[str, Any], measure: str
) -> tuple[float, float] | None:
    """Return between which values two rows of ``runs`` can differ in a measure, solved to the end.

    Both are best somewhere from their bound to what was found. None where one of them has no bound.
    """
    bounds = row[f"{measure}_bound"], base[f"{measure}_bound"]
    if None in bounds:
        return None
    return bounds[0] - base[measure], row[measure] - bounds[1]


def standing(row: dict[str, Any], base: dict[str, Any], measure: str) -> str:
    """Return how two rows of ``runs`` stand in a measure.

    Returns
    -------
    str
        ``APART`` and ``SAME`` are proved; ``OPEN`` where solving further decides, also where both plans
        have the same value; ``UNPROVED`` where one of them never minimised it.
    """
    possible = possible_difference(row, base, measure)
    if row["run"] is not None and row["run"] == base["run"]:
        return SAME
    if possible is None:
        return UNPROVED
    least, most = possible
    if is_less(base[measure], row[f"{measure}_bound"]) or is_less(row[measure], base[f"{measure}_bound"]):
        return APART
    room = TOLERANCE * max(1.0, abs(row[measure]), abs(base[measure]))
    return SAME if max(abs(least), abs(most)) <= room else OPEN
