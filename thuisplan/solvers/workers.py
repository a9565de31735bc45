"""Two solves at a time: the solver leaves Python free while it runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

WORKERS = 2
"""Solves that run next to each other, each with one thread."""

SHORTEST = 0.2
"""No solve gets less time than this; what would is not begun [s]."""

Given = TypeVar("Given")
Found = TypeVar("Found")


def side_by_side(
    work: Callable[[Given, float], Found], jobs: Iterable[Given], ends: float, most: float
) -> list[Found | None]:
    """Return what each job gives, in the order of the jobs; None for those that time was too short for.

    Parameters
    ----------
    work
        Takes a job and its time [s].
    jobs
        What there is to do.
    ends
        Monotonic time at which no job begins any more, and at which the last must end.
    most
        Most time for one job [s].
    """

    def one(job: Given) -> Found | None:
        left = ends - time.monotonic()
        return work(job, min(left, most)) if left >= SHORTEST else None

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, jobs))
