"""Periods of years: those of five years that levels and deals are told in, and those of lines of rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from thuisplan.inputs.periods import Period

YEARS = 5
"""Years of a period; periods end in years that can be divided by it, such as 2026-2030."""


def five_years(years: Iterable[int]) -> tuple[Period, ...]:
    """Return years in parts of five: 2026-2030, 2031-2035.

    Parameters
    ----------
    years
        In order, without gaps.
    """
    parts = [list(part) for _, part in groupby(years, key=lambda year: (year - 1) // YEARS)]
    return tuple(Period(part[0], part[-1]) for part in parts)


def period_of(row: Mapping[str, Any]) -> Period:
    """Return the years that a line of a rule is about: one, or from the first to the last.

    Parameters
    ----------
    row
        Row of ``rules``.
    """
    first, _, last = row["period"].partition("-")
    return Period(int(first), int(last or first))
