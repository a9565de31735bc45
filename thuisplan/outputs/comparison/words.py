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


def amount(value: float, unit: str) -> Sentence:
    """Return an amount without its sign, in its unit."""
    shown = readable(abs(value) * SCALES.get(unit, 1.0))
    return Sentence(SECTION, f"amount_{unit.replace('-', '_')}", {"value": shown})


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


def apart(measure: str, value: float, other: float) -> Sentence:
    """Return how much lower or higher a measure is than another value of it."""
    code = "lower" if value < other else "higher"
    shown = amount(value - other, MEASURE_UNITS[measure])
    return Sentence(SECTION, code, {"measure": measure, "amount": shown})


def dwellings_apart(value: int, other: int) -> Sentence:
    """Return how many more or fewer dwellings there are."""
    code = "fewer" if value < other else "more"
    return Sentence(SECTION, code, {"dwellings": abs(value - other)})


def is_within_gap(row: dict[str, Any], base: dict[str, Any], measure: str) -> bool | None:
    """Return whether two rows of ``runs`` can differ in a measure from solving alone; None if unproved."""
    bounds = row[f"{measure}_bound"], base[f"{measure}_bound"]
    if None in bounds:
        return None
    return bool(bounds[0] <= base[measure] and bounds[1] <= row[measure])
