"""The whole variables of the Pyomo model, and how to ask for one without making it."""

from __future__ import annotations

from typing import Any

import pyomo.core as pyo

WHOLE = {
    "x": pyo.NonNegativeIntegers,
    "z": pyo.Binary,
    "moved": pyo.NonNegativeIntegers,
    "a": pyo.NonNegativeIntegers,
    "p": pyo.NonNegativeIntegers,
    "given": pyo.NonNegativeIntegers,
    "taken": pyo.NonNegativeIntegers,
    "n": pyo.NonNegativeIntegers,
    "s": pyo.Binary,
}
"""Whole quantities and their domains; their keys begin with the municipality and the year."""


def made(variable: Any, key: tuple[Any, ...]) -> Any:
    """Return a variable that was made, or 0: asking Pyomo for another would make it."""
    return variable[key] if key in variable else 0  # noqa: SIM401 (an IndexedVar has no ``get``)
