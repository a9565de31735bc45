"""Numbers as a report keeps them: a few decimals, and whole ones whole."""

from __future__ import annotations

PLACES = 3
NOISE = 1e-6


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
