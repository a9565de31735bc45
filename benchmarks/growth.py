"""How the time of Thuisplan grows with municipalities and with years."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import log
from typing import Any

from benchmarks import ours
from benchmarks.cases import Case, Terms
from benchmarks.processes import apart
from benchmarks.race import SOLVERS, Row, row_of


def growth(cases: Iterable[Case], terms: Terms) -> Iterator[Row]:
    """Yield a row per case.

    Parameters
    ----------
    cases
        Of increasing size.
    terms
        Time, gap, cores and seed.
    """
    for case in cases:
        ran = apart(ours.first_stage, case, terms, seconds=terms.seconds)
        yield row_of("growth", case, SOLVERS["ours"], ran)


def powers(rows: Sequence[Row], within: str) -> list[float | None]:
    """Return, per row, the power of the size with which time grew since the row before it.

    Parameters
    ----------
    rows
        As ``growth`` gives them; a row is held against the one before it if they differ in size only.
    within
        Gap whose time is taken, as ``time_to`` names it.

    Returns
    -------
    list of float or None
        1.0 where twice the municipalities took twice the time; None where there is nothing to compare.
    """
    later = [_power(one, other, within) for one, other in pairwise(rows)]
    return [None, *later][: len(rows)]


def _power(one: Row, other: Row, within: str) -> float | None:
    before, after = one["case"], other["case"]
    times = [_time(row, within) for row in (one, other)]
    if {**before, "size": 0} != {**after, "size": 0} or not all(times) or not before["size"]:
        return None
    ratio = after["size"] / before["size"]
    return None if ratio == 1 else log(times[1] / times[0]) / log(ratio)


def _time(row: Row, within: str) -> Any:
    return row.get("time_to", {}).get(within)
