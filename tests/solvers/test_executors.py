"""Where runs are carried out: processes of this machine, and a cluster that may not be there."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from thuisplan.solvers import executors
from thuisplan.solvers.executors import SchedulerError, cores, executor

PARENT = """
import time
from thuisplan.solvers.executors import executor

if __name__ == "__main__":
    with executor(2) as workers:
        print(workers.submit(__import__("os").getpid).result(), flush=True)
        workers.submit(time.sleep, 60)
        time.sleep(60)
"""


def alive(process: int) -> bool:
    """Return whether a process still runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_processes_are_other_processes() -> None:
    """Work is done elsewhere, at most so many at a time."""
    with executor(2) as workers:
        found = {workers.submit(os.getpid).result() for _ in range(3)}
        assert workers.width == 2
    assert os.getpid() not in found
    assert len(found) <= 2
    assert not any(alive(process) for process in found)


def test_what_is_running_at_the_end_is_given_up() -> None:
    """Leaving the workers does not wait for a minute of sleep."""
    began = time.monotonic()
    with executor(1) as workers:
        worker = workers.submit(os.getpid).result()
        workers.submit(time.sleep, 60)
    assert time.monotonic() - began < 20
    assert not alive(worker)


@pytest.mark.skipif(os.name == "nt", reason="looks for a process by its number")
def test_workers_end_with_the_process_that_was_killed(tmp_path: os.PathLike[str]) -> None:
    """After ``kill -9`` of the process that gave the work, its workers end too, also while they work."""
    script = os.path.join(tmp_path, "parent.py")
    with open(script, "w", encoding="utf-8") as file:
        file.write(PARENT)
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        worker = int(parent.stdout.readline())
        assert alive(worker)
        parent.kill()
        parent.wait()
        ends = time.monotonic() + 10
        while alive(worker) and time.monotonic() < ends:
            time.sleep(0.05)
    assert not alive(worker)


def test_there_is_a_core() -> None:
    """The number of cores is at least one, and no more than the machine has."""
    assert 1 <= cores() <= (os.cpu_count() or 1)


# --- a cluster ----------------------------------------------------------------------------------


def refusal(address: str) -> str:
    """Return with which finding an address is refused."""
    with pytest.raises(SchedulerError) as caught, executor(1, address):
        raise AssertionError
    [finding] = caught.value.findings
    assert finding.source == address
    return finding.code


@pytest.mark.parametrize("address", ["", "here", "tcp://here", "foo://here:8786", "tcp://here:port", "a b:1"])
def test_what_is_no_address_is_refused_at_once(address: str) -> None:
    """An address has a port, and a way of speaking that Dask knows."""
    assert refusal(address) == "scheduler_address"


@pytest.fixture
def silent() -> Iterator[str]:
    """Return the address of something that listens and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


def test_a_scheduler_that_is_not_there_is_told_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens, the error comes when patience is over."""
    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "PATIENCE", 0.5)
    began = time.monotonic()
    assert refusal("tcp://127.0.0.1:9") == "scheduler_unreachable"
    assert time.monotonic() - began < 10


def test_what_answers_and_is_no_scheduler_is_told_too(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something that listens there and says nothing is no scheduler either: the library itself would wait."""
    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "PATIENCE", 0.5)
    monkeypatch.setattr(executors, "CLOSING", 0.5)
    assert refusal(silent) == "scheduler_unreachable"


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The part for clusters is optional."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert refusal("tcp://127.0.0.1:8786") == "scheduler_not_installed"
