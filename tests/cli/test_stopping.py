"""Time limits, Ctrl-C and progress: what a run that does not finish leaves behind."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
needs_signals = pytest.mark.skipif(os.name == "nt", reason="sends SIGINT to one process")


def _wait_for(process: subprocess.Popen[str], start: str) -> list[str]:
    """Read lines until one starts so, and return them."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(start):
            return lines
    raise AssertionError((lines, process.stderr.read() if process.stderr else ""))


@needs_signals
def test_ctrl_c_in_a_later_stage_publishes_the_best_plan(
    region: Run, tmp_path: Path, running: Run, run: Run, manifest_of: Run
) -> None:
    """Interrupted after the first stage: exit 4, verified, later stages named as interrupted or not run."""
    out = tmp_path / "plan"
    with running("solve", region(20), "-o", out, "--time-limit", "14", "--gap", "0") as process:
        _wait_for(process, "stage 1 ")
        process.send_signal(signal.SIGINT)
        printed, errors = process.communicate(timeout=60)
    assert process.returncode == 4, errors
    assert "Finishing: " in errors
    assert "Traceback" not in errors
    assert f"The plan is in {out}." in printed
    manifest = manifest_of(out)
    assert manifest["reproducible"] is False
    assert manifest["status"]["holds"] == "plan"
    ended = {stage["stopped"] for stage in manifest["stages"][1:]}
    assert ended & {"interrupted", "not_run"}
    assert "not run" in printed
    assert run("verify", out).code == 0


@needs_signals
def test_a_second_ctrl_c_publishes_nothing(region: Run, plan: Path, running: Run, snapshot: Run) -> None:
    """Interrupted twice: exit 130, the sentence says so, and the plan that was there stays."""
    before = snapshot(plan)
    with running("solve", region(20), "-o", plan, "--time-limit", "14", "--gap", "0") as process:
        _wait_for(process, "stage 1 ")
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        while not process.stderr.readline().startswith("Finishing: "):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert errors == "Interrupted; nothing was written.\n"
    assert snapshot(plan) == before


@needs_signals
def test_ctrl_c_before_there_is_a_plan(region: Run, plan: Path, running: Run, snapshot: Run) -> None:
    """Interrupted while the model is being built: exit 130, and the plan that was there stays."""
    before = snapshot(plan)
    with running("solve", region(20), "-o", plan, "--time-limit", "24") as process:
        _wait_for(process, "region 20")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert errors.rstrip().endswith("Interrupted before there was a plan; nothing was written.")
    assert snapshot(plan) == before


def test_a_stage_that_stops_at_the_time_limit_is_named(
    region: Run, tmp_path: Path, run: Run, manifest_of: Run
) -> None:
    """With too little time for proof: exit 4, a verified plan, and the stages at their limit are named."""
    out = tmp_path / "plan"
    began = time.monotonic()
    outcome = run("solve", region(9), "-o", out, "--time-limit", "9", "--gap", "0")
    assert outcome.code == 4, outcome
    assert time.monotonic() - began < 25
    assert "Not every stage closed (time limit)" in outcome.out
    manifest = manifest_of(out)
    assert manifest["status"] == {"stopped": "time_limit", "holds": "plan"}
    assert manifest["reproducible"] is False
    assert "time_limit" in {stage["stopped"] for stage in manifest["stages"]}
    assert run("verify", out).code == 0


def test_without_time_there_is_a_verified_plan_or_none(region: Run, tmp_path: Path, run: Run) -> None:
    """One second for fifty municipalities: exit 5 and no folder, or exit 4 and a plan that verifies."""
    out = tmp_path / "plan"
    outcome = run("solve", region(50), "-o", out, "--time-limit", "1", "--gap", "0")
    assert outcome.code in (4, 5), outcome
    if outcome.code == 5:
        assert "No plan was found in time. That does not say there is none." in outcome.err
        assert not out.exists()
    else:
        assert run("verify", out).code == 0


def test_progress_elsewhere_is_one_plain_line_per_event(
    small: Path, tmp_path: Path, start: Run, manifest_of: Run
) -> None:
    """Off a terminal each stage ends with one line, without control characters or carriage returns."""
    outcome = start("solve", small, "-o", tmp_path / "plan")
    assert outcome.code == 0
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", outcome.text)
    lines = [line for line in outcome.out.splitlines() if line.startswith("stage ")]
    stages = manifest_of(tmp_path / "plan")["stages"]
    assert [int(line.split()[1]) for line in lines] == [stage["stage"] for stage in stages]


@needs_signals
def test_on_a_terminal_something_moves(small: Path, tmp_path: Path, command: list[str]) -> None:
    """On a terminal a line is drawn and redrawn while a stage runs, and the cursor comes back."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*command, "solve", str(small), "-o", str(tmp_path / "plan")],
        stdout=theirs,
        stderr=theirs,
        stdin=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    )
    os.close(theirs)
    seen = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if select.select([ours], [], [], 0.2)[0]:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other side is closed
                break
            if not part:
                break
            seen += part
        elif process.poll() is not None:
            break
    os.close(ours)
    assert process.wait(10) == 0
    assert seen.count(b"\x1b[2K") > 1
    assert seen.rfind(b"\x1b[?25h") > seen.find(b"\x1b[?25l") >= 0
