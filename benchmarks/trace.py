"""A trace of a solver: its best plan and its bound over time, and when they came how close."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import isfinite

GAPS = (0.05, 0.02, 0.01, 0.005, 0.003)
"""Gaps of which the time is told."""

INFINITY = 1e20
"""What solvers write for it, at least."""

NOISE = 1e-6
"""Relative difference below which two objectives are equal."""


@dataclass(frozen=True, slots=True)
class Point:
    """A moment: seconds, best plan so far and bound so far; None if there is none yet."""

    seconds: float
    value: float | None
    bound: float | None

    @property
    def gap(self) -> float | None:
        """Relative gap between the two, None where there is none."""
        return gap(self.value, self.bound)


@dataclass(slots=True)
class Trace:
    """What one solver said of its progress.

    Parameters
    ----------
    heard
        Filled by ``add``.
    """

    heard: list[Point] = field(default_factory=list)

    def add(self, seconds: float, value: float | None, bound: float | None) -> None:
        """Add what a solver says at a moment.

        Parameters
        ----------
        seconds
            Since it began.
        value, bound
            Of a plan and of the bound; None or infinite where there is none.
        """
        point = Point(seconds, finite(value), finite(bound))
        if not self.heard or (point.value, point.bound) != (self.heard[-1].value, self.heard[-1].bound):
            self.heard.append(point)

    def points(self, seconds: float, value: float | None, bound: float | None) -> list[Point]:
        """Return the best plan and the best bound over time, to the end.

        Parameters
        ----------
        seconds
            At which the solver ended.
        value, bound
            What it ended with. A plan that was better than the last, or a bound above it, was none: it is
            left out.
        """
        points: list[Point] = []
        last = Point(0.0, None, None)
        for one in [*self.heard, Point(seconds, value, bound)]:
            plan = None if _better(one.value, value) else one.value
            proved = None if _better(bound, one.bound) else one.bound
            point = Point(one.seconds, _best(min, last.value, plan), _best(max, last.bound, proved))
            if (point.value, point.bound) != (last.value, last.bound):
                points.append(point)
                last = point
        return points


def gap(value: float | None, bound: float | None) -> float | None:
    """Return the relative gap (value - bound) / |value|.

    Parameters
    ----------
    value, bound
        Of a plan, and a bound that no plan is below; None if there is none yet.

    Returns
    -------
    float or None
        Zero within the noise; negative where the bound is above the plan, which cannot be. None where one is
        missing, and for a plan of zero that is not proved.
    """
    if value is None or bound is None:
        return None
    apart = value - bound
    if abs(apart) <= NOISE * max(1.0, abs(value)):
        return 0.0
    return apart / abs(value) if value else None


def time_to(points: Iterable[Point], wanted: float) -> float | None:
    """Return the seconds until the gap was this small, None if it never was."""
    return next((p.seconds for p in points if p.gap is not None and 0 <= p.gap <= wanted), None)


def finite(number: float | None) -> float | None:
    """Return a number, None for what a solver writes as infinity: 1e20 and up.

    Parameters
    ----------
    number
        A value or a bound.
    """
    return number if number is not None and isfinite(number) and abs(number) < INFINITY else None


def _better(one: float | None, other: float | None) -> bool:
    """Return whether one is less than the other by more than noise; anything is less than nothing."""
    if one is None or other is None:
        return one is not None
    return one < other - NOISE * max(1.0, abs(other))


def _best(better: Callable[[list[float]], float], one: float | None, other: float | None) -> float | None:
    known = [number for number in (one, other) if number is not None]
    return better(known) if known else None
