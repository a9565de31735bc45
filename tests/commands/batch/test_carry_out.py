"""Handing out runs to real processes, of which some are lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from thuisplan.commands.batch.carry_out import carry_out
from thuisplan.commands.batch.job import Job, Outcome
from thuisplan.solvers.executors import executor
from thuisplan.solvers.highs import Interrupt

Make = Callable[..., Job]


def do(tricks: Any, jobs: list[Job], processes: int = 2) -> dict[str, Outcome]:
    """Carry out jobs in processes; return their outcomes by run."""
    found: dict[str, Outcome] = {}

    def ended(job: Job, outcome: Outcome) -> None:
        assert job.run not in found
        found[job.run] = outcome

    carry_out(iter(jobs), lambda: executor(processes), tricks.work, ended, Interrupt())
    return found


def tries(tmp_path: Path, run: str) -> int:
    """Return how often a run was begun."""
    return len((tmp_path / f"{run}.tries").read_text(encoding="utf-8").split())


def test_a_run_that_kills_its_process_twice_fails_and_no_other_does(
    tricks: Any, job: Make, tmp_path: Path
) -> None:
    """Of six runs one kills its process: it fails after two tries, the other five end as they should."""
    names = ["fine-1", "fine-2", "deadly", "slow-0.2", "fine-3", "fine-4"]
    found = do(tricks, [job(name) for name in names])
    assert {name: outcome.exit for name, outcome in found.items()} == {
        name: 1 if name == "deadly" else 0 for name in names
    }
    assert found["deadly"].reason == "lost"
    assert "2 times" in found["deadly"].sentences[0]["en"]
    assert tries(tmp_path, "deadly") == 2


def test_a_process_that_is_lost_once_costs_no_run(tricks: Any, job: Make, tmp_path: Path) -> None:
    """A run whose process is killed from outside is done again, and the others end as they should."""
    found = do(tricks, [job("once-0.1"), job("slow-1"), job("fine")])
    assert {name: outcome.exit for name, outcome in found.items()} == {"once-0.1": 0, "slow-1": 0, "fine": 0}
    assert tries(tmp_path, "once-0.1") == 2


def test_an_error_on_the_way_is_the_outcome_of_its_run_alone(tricks: Any, job: Make) -> None:
    """What a worker raises does not end the batch."""
    found = do(tricks, [job("raising"), job("fine")], processes=1)
    assert (found["raising"].exit, found["fine"].exit) == (1, 0)
    assert "RuntimeError: no way back" in found["raising"].sentences[0]["nl"]


def test_runs_that_wait_for_another_come_after_it(tricks: Any, job: Make) -> None:
    """None means "not now": the second run is asked for again when the first has ended."""
    order: list[str] = []

    def jobs() -> Any:
        yield job("slow-0.3")
        while not order:
            yield None
        yield job("fine")

    carry_out(jobs(), lambda: executor(2), tricks.work, lambda job, _: order.append(job.run), Interrupt())
    assert order == ["slow-0.3", "fine"]


def test_an_interrupt_gives_up_what_is_running(tricks: Any, job: Make) -> None:
    """Interrupted after the first of two runs, the second, of a minute, is not waited for."""
    interrupt = Interrupt()
    ended: list[str] = []

    def end(job: Job, _: Outcome) -> None:
        ended.append(job.run)
        interrupt.set()

    carry_out(iter([job("fine"), job("slow-60")]), lambda: executor(2), tricks.work, end, interrupt)
    assert ended == ["fine"]


def test_what_cannot_be_kept_ends_all(tricks: Any, job: Make) -> None:
    """When keeping an outcome fails, as on a full disk, the error ends the batch at once."""

    def end(job: Job, _: Outcome) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        carry_out(iter([job("fine"), job("slow-60")]), lambda: executor(2), tricks.work, end, Interrupt())
