"""The power of the size with which time grows."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.growth import powers


def row(size: int, seconds: float | None, years: int = 10) -> dict[str, Any]:
    """Return what ``powers`` reads of a row."""
    return {"case": {"size": size, "years": years}, "time_to": {"1.0%": seconds}}


def test_twice_the_size_in_four_times_the_time_is_a_square() -> None:
    """log 4 / log 2 = 2; the first row has nothing before it."""
    assert powers([row(50, 3.0), row(100, 12.0)], "1.0%") == [None, pytest.approx(2.0)]


def test_other_years_and_missing_times_are_not_compared() -> None:
    """10 and 15 years are two series, and a gap that was never reached has no time; no rows give nothing."""
    rows = [
        row(50, 3.0),
        row(50, 4.0, years=15),
        row(100, None, years=15),
        {"case": {"size": 200, "years": 15}},
    ]
    assert powers(rows, "1.0%") == [None, None, None, None]
    assert powers([], "1.0%") == []
