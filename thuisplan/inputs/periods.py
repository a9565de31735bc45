"""Periods over which share rules count: '2026-2030 2031-2035', 'year' or 'horizon'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Years from ``first`` up to and including ``last``."""

    first: int
    last: int

    @property
    def years(self) -> range:
        """The years of the period."""
        return range(self.first, self.last + 1)

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def read_periods(text: str, first_year: int, last_year: int) -> tuple[Period, ...]:
    """Return the periods that ``text`` names, cut to the given years.

    Parameters
    ----------
    text
        ``year`` (``jaar``), ``horizon`` (``geheel``), a year at which the horizon is
        split after, or periods ``first-last`` separated by spaces.
    first_year, last_year
        Years in which the rule holds.

    Raises
    ------
    ValueError
        If the text is none of these, or periods overlap.
    """
    word = text.strip().casefold()
    if word in ("year", "jaar"):
        return tuple(Period(year, year) for year in range(first_year, last_year + 1))
    if word in ("horizon", "geheel"):
        named = [Period(first_year, last_year)]
    elif re.fullmatch(r"\d{4}", word):
        named = [Period(first_year, int(word)), Period(int(word) + 1, last_year)]
    elif re.fullmatch(r"\d{4}(-\d{4})?(\s+\d{4}(-\d{4})?)*", word):
        ends = [[int(year) for year in part.split("-")] for part in word.split()]
        named = [Period(part[0], part[-1]) for part in ends]
        ordered = sorted(named)
        if any(a.last < a.first for a in named) or any(a.last >= b.first for a, b in pairwise(ordered)):
            raise ValueError("periods overlap or run backwards")
    else:
        raise ValueError("not a list of periods")
    cut = [Period(max(p.first, first_year), min(p.last, last_year)) for p in named]
    return tuple(p for p in cut if p.first <= p.last)
