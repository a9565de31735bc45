"""Hands jobs to workers and hears what came of them; a process that is lost takes no run with it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from thuisplan.commands.batch.job import Job, Outcome, failed, lost
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.solvers.executors import SchedulerError, Workers

if TYPE_CHECKING:
    from thuisplan.solvers.highs import Interrupt

STRIKES = 2
"""How often a run may take its process with it before it counts as failed."""

LISTEN = 0.2
"""Seconds after which an interrupt is heard at the latest."""

Work = Callable[[Job], Outcome]
Ended = Callable[[Job, Outcome], None]


def carry_out(
    jobs: Iterator[Job | None],
    workers: Callable[[], AbstractContextManager[Workers]],
    work: Work,
    ended: Ended,
    interrupt: Interrupt,
) -> None:
    """Do jobs until there are none, or until the interrupt is set.

    Parameters
    ----------
    jobs
        What there is to do; the next is asked for when a worker is free. None says that it depends on what
        is under way.
    workers
        Opens the workers, again when they broke.
    work
        What a worker does with a job.
    ended
        Called with each job and what came of it, in the order in which they end. What it raises ends all.
    interrupt
        When set, what is running is given up.

    Raises
    ------
    SchedulerError
        ``scheduler_lost``.
    """
    hands = _Hands(jobs, work, ended, interrupt)
    while not interrupt.is_set():
        with workers() as opened:
            broken = hands.hand_out(opened)
        if not broken:
            return
        for job in broken:
            hands.strike(job)


class _Hands:
    """What is handed out, and what must be handed out again."""

    def __init__(self, jobs: Iterator[Job | None], work: Work, ended: Ended, interrupt: Interrupt) -> None:
        self.jobs = jobs
        self.work = work
        self.ended = ended
        self.interrupt = interrupt
        self.suspects: deque[Job] = deque()
        self.strikes: Counter[str] = Counter()

    def hand_out(self, workers: Workers) -> list[Job]:
        """Do jobs with these workers; return those that were under way when they broke."""
        pending: dict[Future[Outcome], Job] = {}
        broken: list[Job] = []
        while not self.interrupt.is_set():
            # Which of several runs took the process with it shows when each is alone.
            alone = self.suspects or any(self.strikes[job.run] for job in pending.values())
            width = 1 if alone else workers.width
            while not broken and len(pending) < width and (job := self.next()) is not None:
                try:
                    pending[workers.submit(self.work, job)] = job
                except BrokenExecutor:
                    broken.append(job)
            if not pending:
                return broken
            for future in wait(pending, LISTEN, FIRST_COMPLETED).done:
                job = pending.pop(future)
                try:
                    outcome = future.result()
                except BrokenExecutor:
                    broken.append(job)
                    continue
                except CancelledError as error:
                    raise SchedulerError([Finding(Severity.WRONG, "scheduler_lost")]) from error
                except Exception as error:  # of the way there or back: the run itself raises nothing
                    outcome = failed(error)
                self.ended(job, outcome)
        return []

    def next(self) -> Job | None:
        """Return the next job, None if there is none now; those that were lost come first."""
        return self.suspects.popleft() if self.suspects else next(self.jobs, None)

    def strike(self, job: Job) -> None:
        """Note that a job was under way when the workers broke; do it again unless it did so before."""
        self.strikes[job.run] += 1
        if self.strikes[job.run] < STRIKES:
            self.suspects.append(job)
        else:
            self.ended(job, lost(STRIKES))
