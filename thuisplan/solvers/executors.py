"""Where runs are carried out: processes of this machine, or the workers of a Dask cluster.

Both are an ``Executor``. HiGHS fixes its number of threads at the first solve of a process, so a worker
does one run at a time, with one thread.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, TypeVar
from weakref import WeakSet

from thuisplan.inputs.findings import InputError
from thuisplan.inputs.raw import wrong

PATIENCE = 10.0
"""Seconds in which a scheduler must answer and have a worker."""

CLOSING = 2.0
"""Seconds that the library gets for saying that nothing answered."""

RECOUNT = 2.0
"""Seconds after which the workers of a cluster are counted again: they come and go."""

AHEAD = 2
"""Runs that a cluster is given per worker: one that is worked on, and one that is there when it is done."""

_ADDRESS = re.compile(r"((tcp|tls|ws|wss)://)?[^\s/:]+(:\d+)|((tcp|tls|ws|wss)://)?\[[0-9a-fA-F:.]+\]:\d+")

Result = TypeVar("Result")


class SchedulerError(InputError):
    """The cluster that was asked for cannot be used."""


class Workers(Executor):
    """An executor that knows how many runs it can be given at a time."""

    @property
    def width(self) -> int:
        """How many runs to hand out at a time."""
        raise NotImplementedError

    def give_up(self) -> None:
        """Stop the workers, or leave them to others, whatever they are doing."""
        raise NotImplementedError


@contextmanager
def executor(jobs: int, scheduler: str | None = None) -> Iterator[Workers]:
    """Open the workers; what they are still doing at the end is given up.

    Parameters
    ----------
    jobs
        Number of processes on this machine.
    scheduler
        Address of a Dask scheduler, such as ``tcp://10.0.0.4:8786``; then `jobs` is not used.

    Yields
    ------
    Workers
        A lost process breaks it (``BrokenExecutor``); a lost worker of a cluster does not: the scheduler
        hands its run to another.

    Raises
    ------
    SchedulerError
        If the address is none, nothing answers there, there is no worker, or ``distributed`` is not
        installed.
    """
    workers = _Processes(jobs) if scheduler is None else _Cluster(scheduler)
    try:
        yield workers
    finally:
        workers.give_up()


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# --- this machine -----------------------------------------------------------------------------


class _Processes(Workers):
    """Processes of this machine that start clean: what a solver did in this one is not theirs."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._others = set(multiprocessing.active_children())
        context = multiprocessing.get_context("spawn")
        with _quiet_tracker():
            self._pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin)
        self._given: WeakSet[Future[Any]] = WeakSet()

    @property
    def width(self) -> int:
        return self._jobs

    def submit(self, work: Callable[..., Result], /, *given: Any, **named: Any) -> Future[Result]:
        future = self._pool.submit(work, *given, **named)
        self._given.add(future)
        return future

    def give_up(self) -> None:
        if all(future.done() for future in self._given):
            self._pool.shutdown()
            return
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - self._others:
            process.kill()
            process.join()


@contextmanager
def _quiet_tracker() -> Iterator[None]:
    """Start Python's tracker of semaphores without its warning.

    Pyomo makes a semaphore when it is loaded. Of a process that is killed the tracker takes it away, as it
    should, and then warns everybody at the terminal.
    """
    name = "PYTHONWARNINGS"
    before = os.environ.get(name)
    os.environ[name] = ",".join(filter(None, (before, "ignore:resource_tracker:UserWarning")))
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _begin() -> None:
    """Leave Ctrl-C to the process that gives the work, and end with it, also when it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


# --- a cluster --------------------------------------------------------------------------------


class _Cluster(Workers):
    """The workers of a Dask scheduler."""

    def __init__(self, address: str) -> None:
        if not _ADDRESS.fullmatch(address):
            raise SchedulerError([wrong("scheduler_address", address)])
        try:
            from distributed import Client
        except ImportError as error:
            raise SchedulerError([wrong("scheduler_not_installed", address)]) from error
        # What goes wrong is told by us, once.
        for name in ("distributed", "distributed.client", "tornado.application"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        found: list[Any] = []

        def connect() -> None:
            # What answers at a wrong address can be anything, and so can what the library makes of it.
            with suppress(Exception):
                found.append(Client(address, timeout=PATIENCE, set_as_default=False))

        # The library waits for ever for what listens and says nothing; we do not.
        connecting = threading.Thread(target=connect, daemon=True)
        connecting.start()
        connecting.join(PATIENCE + CLOSING)
        if not found:
            raise SchedulerError([wrong("scheduler_unreachable", address, seconds=PATIENCE)])
        self._client = found[0]
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            self._client.close()
            raise SchedulerError([wrong("scheduler_without_workers", address, seconds=PATIENCE)]) from error
        # Two runs are never one because they look alike.
        self._executor = self._client.get_executor(pure=False)
        self._address = address
        self._threads, self._counted = 0, float("-inf")

    @property
    def width(self) -> int:
        if time.monotonic() - self._counted > RECOUNT:
            with self._lost():
                self._threads = sum(self._client.ncores().values())
            self._counted = time.monotonic()
        return AHEAD * max(1, self._threads)

    def submit(self, work: Callable[..., Result], /, *given: Any, **named: Any) -> Future[Result]:
        with self._lost():
            submitted: Future[Result] = self._executor.submit(work, *given, **named)
        return submitted

    def give_up(self) -> None:
        # Of a scheduler that is gone nobody can take leave.
        with suppress(Exception):
            self._executor.shutdown(wait=False)
            self._client.close(timeout=CLOSING)

    @contextmanager
    def _lost(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise SchedulerError([wrong("scheduler_lost", self._address)]) from error
