"""A function in a process group of its own, with the peak memory of all its processes together."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

SAMPLE = 0.2
"""Seconds between two looks at the memory."""

GRACE = 120.0
"""Seconds that a function may take beyond its time, for what comes before and after solving."""

_LAST_LINES = 3
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a function gave.

    Parameters
    ----------
    answer
        What it returned, as JSON carries it; None when it failed.
    megabytes
        Peak of the memory of its processes together. Where the system shows no memory of single processes,
        the peak of the largest of them.
    failure
        Last lines of what it printed, None when it did not fail.
    """

    answer: Any
    megabytes: float
    failure: str | None = None


def apart(target: Callable[..., Any], *args: Any, seconds: float) -> Ran:
    """Run a function in a process group of its own, and end the whole group after it.

    Parameters
    ----------
    target
        A function of a module; what it returns must fit in JSON.
    args
        What it is called with.
    seconds
        After this time and ``GRACE`` the group is killed [s].
    """
    with tempfile.TemporaryDirectory() as scratch:
        out, log = Path(scratch) / "answer.json", Path(scratch) / "log.txt"
        process = multiprocessing.get_context("spawn").Process(
            target=_work, args=(target, args, str(out), str(log))
        )
        process.start()
        try:
            peak = _watch(process, time.monotonic() + seconds + GRACE)
            if process.is_alive():
                return Ran(None, peak / 2**20, "did not end in time")
        finally:
            _end(process)
        if not out.exists():
            printed = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
            return Ran(None, peak / 2**20, " ".join(printed.splitlines()[-_LAST_LINES:]) or "ended early")
        written = json.loads(out.read_text(encoding="utf-8"))
        return Ran(written["answer"], max(peak, written["peak"]) / 2**20)


def _work(target: Callable[..., Any], args: tuple[Any, ...], out: str, log: str) -> None:
    # A session of our own: whatever is started from here can be found, and ended, together.
    os.setsid()
    with open(log, "wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        answer = target(*args)
    # Kilobytes, except on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    text = json.dumps({"answer": answer, "peak": peak * unit})
    part = Path(out + ".part")
    part.write_text(text, encoding="utf-8")
    part.rename(out)


def _watch(process: BaseProcess, deadline: float) -> int:
    """Return the peak of the memory of a process and all that it starts, when it has ended [bytes]."""
    assert process.pid is not None
    peak = 0
    while process.is_alive() and time.monotonic() < deadline:
        peak = max(peak, memory_of(process.pid))
        process.join(SAMPLE)
    return peak


def _end(process: BaseProcess) -> None:
    assert process.pid is not None
    try:
        # Its group is there from its first line on, and stays as long as anything in it lives.
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()
    process.join()


def memory_of(session: int) -> int:
    """Return the memory of the processes of a session, shared pages counted once [bytes].

    Parameters
    ----------
    session
        Number of the process that began it.
    """
    if not (_PROC / "self" / "smaps_rollup").exists():
        return 0
    return sum(_proportional(place) for place in _PROC.glob("[0-9]*") if _session(place) == session)


def _session(place: Path) -> int | None:
    try:
        # The name of the program, in brackets, may hold spaces: what counts comes after it.
        return int((place / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[3])
    except OSError:
        return None


def _proportional(place: Path) -> int:
    try:
        lines = (place / "smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
