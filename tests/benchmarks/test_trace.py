"""When a solver came how close, from what it said."""

from __future__ import annotations

import pytest

from benchmarks.trace import Point, Trace, finite, gap, time_to


def test_the_gap_is_relative_to_the_plan() -> None:
    """(200 - 190) / 200 = 5 %; a plan of zero is proved by a bound of zero only."""
    assert gap(200.0, 190.0) == pytest.approx(0.05)
    assert gap(0.0, 0.0) == 0.0
    assert gap(0.0, -1.0) is None
    assert gap(None, 3.0) is None
    assert gap(100.0, 100.0 - 1e-5) == 0.0  # 1e-7 of the plan is noise


def test_the_best_so_far_counts() -> None:
    """Who speaks of a worse plan later still has the better one: the gap of 10 % is there at 2 s."""
    trace = Trace()
    trace.add(1.0, 120.0, None)
    trace.add(2.0, 100.0, 90.0)
    trace.add(3.0, 110.0, 80.0)
    trace.add(4.0, 100.0, 99.0)
    points = trace.points(5.0, 100.0, 99.0)
    assert points == [Point(1.0, 120.0, None), Point(2.0, 100.0, 90.0), Point(4.0, 100.0, 99.0)]
    assert time_to(points, 0.1) == 2.0
    assert time_to(points, 0.01) == 4.0
    assert time_to(points, 0.005) is None


def test_what_the_end_contradicts_is_left_out() -> None:
    """A plan of 90 cannot have been one if 100 is the best at the end, nor 105 a bound if 98 is."""
    trace = Trace()
    trace.add(1.0, 90.0, 89.0)
    trace.add(2.0, 104.0, 105.0)
    points = trace.points(3.0, 100.0, 98.0)
    assert points == [Point(1.0, None, 89.0), Point(2.0, 104.0, 89.0), Point(3.0, 100.0, 98.0)]


def test_without_a_plan_there_is_no_time() -> None:
    """A solver that ends without a plan had none on the way; infinity of solvers is nothing."""
    trace = Trace()
    trace.add(1.0, 1e20, -1e20)
    trace.add(2.0, float("inf"), 5.0)
    assert trace.points(3.0, None, 5.0) == [Point(2.0, None, 5.0)]
    assert finite(1e20) is None
