"""Functions in process groups of their own: memory of all processes, failures, and nothing left running."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import processes
from benchmarks.processes import apart

HOLD = "import sys, time; held = bytearray(int(sys.argv[1])); time.sleep(float(sys.argv[2]))"


def hold_in_two(size: int, seconds: float) -> int:
    """Hold so many bytes in each of two further processes."""
    command = [sys.executable, "-c", HOLD, str(size), str(seconds)]
    children = [subprocess.Popen(command) for _ in range(2)]
    return sum(child.wait() for child in children)


def fail() -> None:
    """Fail with a sentence."""
    raise ValueError("this was said")


def leave_behind(path: str) -> None:
    """Start a process that outlives this one, and write its number."""
    command = [sys.executable, "-c", HOLD, "1", "60"]
    Path(path).write_text(str(subprocess.Popen(command).pid), encoding="utf-8")


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="no memory of single processes here")
def test_memory_of_all_processes_adds_up() -> None:
    """Two processes that hold 150 MiB each for 2 s, in which ten looks are taken: over 300 MiB together."""
    ran = apart(hold_in_two, 150 * 2**20, 2.0, seconds=30)
    assert ran.answer == 0
    assert 300 < ran.megabytes < 1000


def test_a_failure_is_told() -> None:
    """The last line of what a failing function printed comes back."""
    ran = apart(fail, seconds=30)
    assert ran.answer is None
    assert ran.failure is not None
    assert ran.failure.endswith("ValueError: this was said")


def test_nothing_is_left_running(tmp_path: Path) -> None:
    """What a function started and did not wait for is ended with it: gone, or waiting to be collected."""
    written = tmp_path / "pid"
    apart(leave_behind, str(written), seconds=30)
    assert _gone(int(written.read_text(encoding="utf-8")))


def test_a_group_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """With 1 s and no grace, a function of a minute is ended long before."""
    monkeypatch.setattr(processes, "GRACE", 0.0)
    began = time.monotonic()
    ran = apart(hold_in_two, 1, 60.0, seconds=1)
    assert ran.failure == "did not end in time"
    assert time.monotonic() - began < 30


def _gone(pid: int) -> bool:
    for _ in range(50):
        try:
            os.kill(pid, 0)
            stat = Path(f"/proc/{pid}/stat")
            if stat.exists() and stat.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.1)
    return False
