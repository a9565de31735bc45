"""``compare`` on a Dask cluster: a real scheduler, real workers, and one of them killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

pytest.importorskip("distributed")

Run = Callable[..., Any]
COUNT = 7
"""Variants in the file, the base included."""


@pytest.fixture
def variants(tmp_path: Path, small: Path) -> Path:
    """Return a file with six variants beside the base: one euro more a year, two euros more ..."""
    text = 'format = 1\nbase = "small"\n'
    for number in range(1, COUNT):
        text += f"""
[changes.c{number}]
table = "budgets"
key = "prov *"
column = "amount_eur"
operation = "add"
value = "{number}"
[[variant]]
name = "v{number}"
changes = ["c{number}"]
"""
    path = tmp_path / "variants.toml"
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def started(*arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """Return a process of Dask's command, ended at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "DASK_DISTRIBUTED__WORKER__DAEMON": "False"},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def scheduling(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Return the address of a scheduler, and its process."""
    told = folder / "scheduler.json"
    with started("scheduler", "--port", 0, "--no-dashboard", "--scheduler-file", told) as process:
        ends = time.monotonic() + 60
        while not told.exists() or not told.read_text(encoding="utf-8").strip():
            assert process.poll() is None
            assert time.monotonic() < ends
            time.sleep(0.1)
        yield json.loads(told.read_text(encoding="utf-8"))["address"], process


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Return the address of a scheduler without workers, and its process; both are of one test."""
    with scheduling(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a scheduler with one worker, that all tests here use and none ends."""
    folder = tmp_path_factory.mktemp("cluster")
    with scheduling(folder) as (address, _), worker(address, folder / "worker"):
        yield address


def worker(address: str, folder: Path) -> Any:
    """Return a worker with one thread, without anybody who starts it again."""
    options = ("--nthreads", 1, "--no-nanny", "--no-dashboard", "--local-directory", folder)
    return started("worker", address, *options)


def _wait_for(process: subprocess.Popen[str], start: str) -> None:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(start):
            return
    raise AssertionError((lines, process.stderr.read() if process.stderr else ""))


def _wait_for_workers(address: str, count: int) -> None:
    """Wait until so many workers are known to a scheduler."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


def states(out: Path) -> list[str]:
    """Return how the runs of a comparison ended."""
    return [row["status"] for row in pq.read_table(out / "runs.parquet").to_pylist()]


def test_a_worker_that_is_killed_loses_no_run(
    variants: Path, tmp_path: Path, cluster: str, running: Run, run: Run
) -> None:
    """Two workers, one killed when two of seven runs are done: all seven are there, and they verify."""
    out = tmp_path / "out"
    with worker(cluster, tmp_path / "one") as one:
        _wait_for_workers(cluster, 2)
        with running("compare", variants, "-o", out, "--scheduler", cluster, "--language", "en") as process:
            _wait_for(process, f"2 of {COUNT}")
            one.kill()
            printed, errors = process.communicate(timeout=180)
        assert process.returncode == 0, (printed, errors)
    assert states(out) == ["closed"] * COUNT
    for folder in (path for path in (out / "runs").iterdir() if path.is_dir()):
        assert run("verify", folder).code == 0


def test_a_scheduler_that_goes_away_is_told_and_finished_runs_are_kept(
    variants: Path, tmp_path: Path, scheduler: Any, running: Run, run: Run
) -> None:
    """The scheduler is killed half-way: exit 2 with one sentence; without it the rest is run here."""
    address, process_of_scheduler = scheduler
    out = tmp_path / "out"
    with (
        worker(address, tmp_path / "one"),
        running("compare", variants, "-o", out, "--scheduler", address, "--language", "en") as process,
    ):
        _wait_for(process, f"2 of {COUNT}")
        process_of_scheduler.kill()
        printed, errors = process.communicate(timeout=120)
    assert process.returncode == 2, (printed, errors)
    assert "scheduler is gone" in errors
    assert len(errors.splitlines()) == 2, errors
    kept = len(list((out / "runs").glob("*.json")))
    assert 2 <= kept < COUNT
    outcome = run("compare", variants, "-o", out, "--jobs", "1", "--language", "en")
    assert outcome.code == 0, outcome
    assert sum(": done, " in line for line in outcome.out.splitlines()) == COUNT - kept


def test_a_scheduler_without_workers_is_told(
    variants: Path, tmp_path: Path, scheduler: Any, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody would ever do the runs: exit 2, and what to start."""
    monkeypatch.setattr("thuisplan.solvers.executors.PATIENCE", 2.0)
    outcome = run("compare", variants, "-o", tmp_path / "out", "--scheduler", scheduler[0])
    assert outcome.code == 2
    assert "has no workers" in outcome.err


def test_workers_that_do_not_see_the_folder_send_their_plans(
    variants: Path, tmp_path: Path, cluster: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that looks for another folder: all plans come over and verify."""
    from thuisplan.commands.batch.folder import BatchFolder

    begin = BatchFolder._begin

    def elsewhere(self: BatchFolder, asked: Any) -> None:
        begin(self, asked)
        self.token = "of a folder that the workers do not have"

    monkeypatch.setattr(BatchFolder, "_begin", elsewhere)
    out = tmp_path / "out"
    outcome = run("compare", variants, "-o", out, "--scheduler", cluster)
    assert outcome.code == 0, outcome
    assert states(out) == ["closed"] * COUNT
    assert run("verify", out).code == 0


def test_regions_of_a_nation_are_solved_by_the_workers_of_a_cluster(
    tmp_path: Path, cluster: str, running: Run, run: Run, write_nation: Run
) -> None:
    """A small nation, its regions solved by two workers: the plan verifies and says how it was made."""
    nation, out = write_nation(tmp_path / "nation"), tmp_path / "out"
    arguments = ("solve", nation, "-o", out, "--method", "regions", "--scheduler", cluster)
    with worker(cluster, tmp_path / "one"):
        _wait_for_workers(cluster, 2)
        with running(*arguments, "--time-limit", 120, "--language", "en") as process:
            printed, errors = process.communicate(timeout=180)
        assert process.returncode in (0, 4), (printed, errors)
    options = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["options"]
    assert (options["method"], options["scheduler"]) == ("regions", cluster)
    assert run("verify", out).code == 0
