"""One run: every way in which it can end, and a worker that does not see the folder of the batch."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from thuisplan.commands.batch import job as module
from thuisplan.commands.batch.base import pack, unpack
from thuisplan.commands.batch.folder import BatchFolder
from thuisplan.commands.batch.job import Job, work
from thuisplan.inputs.read_change import Change
from thuisplan.inputs.variants.variant import RunSettings
from thuisplan.outputs.plan_folder import PlanFolder
from thuisplan.outputs.verification import verify
from thuisplan.solvers.solution import NoPlan

MORE = Change("needs", "rent *", "central", "multiply", "2")


@pytest.fixture
def base(small: Any, scenario: Any) -> bytes:
    """Return a packed base: three dwellings are needed in one municipality that may build five."""
    rows = [small.option("rent"), small.offer(small.A, "rent", 5), small.need("rent", 3)]
    return pack(scenario(*rows))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a folder in which the workers find the token of their batch."""
    (tmp_path / "runs").mkdir()
    (tmp_path / "summaries").mkdir()
    (tmp_path / "manifest.json").write_text(json.dumps({"batch": "ours"}), encoding="utf-8")
    return tmp_path


@pytest.fixture
def make(base: bytes, out: Path, job: Callable[..., Job]) -> Callable[..., Job]:
    """Return a function that makes a job in the folder."""

    def one(**values: Any) -> Job:
        return job("run", **{"base": base, "out": str(out), "token": "ours", **values})

    return one


def test_a_run_publishes_its_plan_and_summary(make: Callable[..., Job], out: Path) -> None:
    """Where the worker sees the folder it writes there, and sends nothing but how it went."""
    outcome = work(make())
    assert (outcome.exit, outcome.reason, outcome.files, outcome.values) == (0, "closed", None, None)
    assert set(outcome.seconds) == {"prepare", "build", "solve", "publish"}
    assert verify(PlanFolder.open(out / "runs" / "run").path).passed
    assert (out / "summaries" / "run.parquet").is_file()


def test_a_worker_elsewhere_sends_the_files(make: Callable[..., Job], out: Path) -> None:
    """A worker that finds another token, or no folder, sends the plan; what is kept of it verifies."""
    outcome = work(make(token="of another batch"))
    assert not (out / "runs" / "run").exists()
    assert outcome.files is not None
    record = BatchFolder(out, "ours").keep("run", "asked", outcome)
    assert record.finished
    assert verify(PlanFolder.open(out / "runs" / "run").path).passed
    assert (out / "summaries" / "run.parquet").is_file()
    assert BatchFolder(out, "ours").records() == {"run": record}


def test_the_values_of_the_reference_are_the_start_of_others(make: Callable[..., Job], out: Path) -> None:
    """The reference sends the values of its plan; a run with that start has a plan of its own input."""
    outcome = work(make(keeps_values=True))
    assert outcome.values is not None
    assert sum(unpack(outcome.values).values()) == 3
    outcome = work(make(changes=(MORE,), start=outcome.values))
    assert outcome.exit == 0, outcome
    manifest = PlanFolder.open(out / "runs" / "run").manifest
    # Six are needed and five may be built: one is missing in the one year.
    assert manifest["stages"][0]["value_published"] + manifest["measures"]["unmet_regular"] >= 1


def test_only_the_first_stage_is_solved_where_that_is_asked(make: Callable[..., Job], out: Path) -> None:
    """``stages = "first"``: the plan has one stage."""
    assert work(make(settings=RunSettings(stages="first"))).exit == 0
    assert len(PlanFolder.open(out / "runs" / "run").manifest["stages"]) == 1


def test_changes_that_do_not_go_together_are_told(make: Callable[..., Job]) -> None:
    """A change of a row that is not there: exit 2, with the sentence of the finding."""
    outcome = work(make(changes=(Change("needs", "none *", "central", "multiply", "2"),)))
    assert (outcome.exit, outcome.reason) == (2, "wrong")
    assert "none" in outcome.sentences[0]["nl"]


def test_what_cannot_hold_is_told(make: Callable[..., Job], out: Path) -> None:
    """Seven promised where five may be built: exit 3 with both numbers, and nothing is written."""
    promised = Change("commitments", "GM0001 rent 2026", "dwellings", "set", "7")
    outcome = work(make(changes=(promised,)))
    assert (outcome.exit, outcome.reason) == (3, "conflicts")
    assert "7 dwellings" in outcome.sentences[0]["en"]
    assert list((out / "runs").iterdir()) == []


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("infeasible", 3),
        ("infeasible_unconfirmed", 5),
        ("contradiction", 5),
        ("time_limit", 5),
        ("inexact", 6),
    ],
)
def test_every_way_to_end_without_a_plan_has_its_code(
    reason: str, code: int, make: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ``solve``, with a whole sentence in both languages."""
    monkeypatch.setattr("thuisplan.solvers.staged.solve_stages", lambda *_, **__: NoPlan(reason))
    outcome = work(make())
    assert (outcome.exit, outcome.reason) == (code, reason)
    assert all(sentence.endswith(".") for sentence in outcome.sentences[0].values())


@pytest.mark.parametrize(
    ("error", "code", "reason"),
    [(OSError(errno.ENOSPC, "No space left"), 2, "disk_full"), (RuntimeError("boom"), 1, "bug")],
)
def test_whatever_goes_wrong_is_an_outcome(
    error: Exception, code: int, reason: str, make: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk says so; what nobody foresaw is kept in the record, and no traceback in a sentence."""

    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(module, "_write", fail)
    outcome = work(make())
    assert (outcome.exit, outcome.reason) == (code, reason)
    assert "Traceback" not in outcome.sentences[0]["en"]
    assert ("boom" in outcome.log) == (reason == "bug")


def test_a_worker_with_other_versions_does_nothing(make: Callable[..., Job]) -> None:
    """Its plan would not be the run that it is called."""
    outcome = work(make(versions={"thuisplan": "0.0", "highspy": "0.0"}))
    assert (outcome.exit, outcome.reason) == (1, "versions")
    assert "thuisplan 0.0" in outcome.sentences[0]["en"]
