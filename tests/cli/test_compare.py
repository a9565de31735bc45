"""``compare``: many variants run, stopped, killed and resumed; what is wrong with them is told."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from thuisplan.inputs.read import read
from thuisplan.inputs.write import write_folder
from thuisplan.solvers.executors import Workers

Run = Callable[..., Any]
needs_signals = pytest.mark.skipif(os.name == "nt", reason="kills a process by its number")

PLAIN = """
format = 1
base = "small"

[changes.more]
table = "needs"
key = "* *"
column = "central"
operation = "multiply"
value = "1.5"

[changes.poor]
pot = "prov"
factor = "50%"

[[grid]]
name = "g"
axes.needs = ["base", "more"]
axes.money = ["base", "poor"]
"""
# Of "more" and "poor" each with each there are four inputs, of which one is the base itself: four runs.
NAMES = ["base", "g: base + base", "g: base + poor", "g: more + base", "g: more + poor"]


def factors(count: int) -> str:
    """Return a file with so many variants beside the base: one euro more a year, two euros more ..."""
    text = 'format = 1\nbase = "small"\n'
    for number in range(1, count + 1):
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
    return text


class _Here(Workers):
    """Does each run in this process, at once."""

    @property
    def width(self) -> int:
        return 1

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(work(*given, **named))
        return future

    def give_up(self) -> None:
        """Leave it: nothing is under way."""


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs be done in this process, where other processes are not what a test is about.

    One that starts clean loads the solver and the model first, which takes ten times as long as a run.
    """

    @contextmanager
    def opened(jobs: int, scheduler: str | None = None) -> Iterator[Workers]:
        yield _Here()

    monkeypatch.setattr("thuisplan.commands.batch.run.executor", opened)


@pytest.fixture
def variants(tmp_path: Path, small: Path) -> Callable[[str], Path]:
    """Return a function that writes a file of variants next to the small input."""

    def write(text: str = PLAIN) -> Path:
        path = tmp_path / "variants.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def records(out: Path) -> dict[str, dict[str, Any]]:
    """Return the records of the runs in a folder."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (out / "runs").glob("*.json")}


def tables(out: Path) -> dict[str, list[dict[str, Any]]]:
    """Return all tables of a comparison, without the times that the runs took."""
    found = {path.stem: pq.read_table(path).to_pylist() for path in sorted(out.glob("*.parquet"))}
    for row in found["runs"]:
        row.pop("seconds")
        row.pop("build_seconds")
    return found


def done(text: str) -> int:
    """Return how many runs were told that they were done now."""
    return sum(": done, " in line for line in text.splitlines())


@pytest.fixture(scope="session")
def compared(tmp_path_factory: pytest.TempPathFactory, write_small: Run, run: Run) -> Path:
    """Return the comparison of ``PLAIN``; not to be changed."""
    folder = tmp_path_factory.mktemp("compared")
    write_small(folder / "small")
    (folder / "variants.toml").write_text(PLAIN, encoding="utf-8")
    outcome = run("compare", folder / "variants.toml", "-o", folder / "out", "--jobs", "2")
    assert outcome.code == 0, outcome
    assert done(outcome.out) == 5
    return folder / "out"


def test_equal_inputs_share_a_run(compared: Path) -> None:
    """Five variants, of which two are the base: four runs, and every variant has its row."""
    rows = pq.read_table(compared / "runs.parquet").to_pylist()
    assert [row["variant"] for row in rows] == NAMES
    assert rows[0]["run"] == rows[1]["run"]
    assert {path.name for path in (compared / "runs").iterdir() if path.is_dir()} == {r["run"] for r in rows}
    assert len(records(compared)) == 4
    assert {record["exit"] for record in records(compared).values()} == {0}


def test_every_run_is_a_plan_that_verifies_with_its_own_input(compared: Path, run: Run) -> None:
    """``verify`` holds each run to its input, which is the base with the changes as overrides."""
    rows = {row["variant"]: row["run"] for row in pq.read_table(compared / "runs.parquet").to_pylist()}
    folder = compared / "runs" / rows["g: more + poor"]
    assert run("verify", folder).code == 0
    overrides = (folder / "input" / "original" / "overrides.csv").read_text(encoding="utf-8")
    assert overrides.splitlines()[0] == "table,key,column,operation,value"
    assert "multiply" in overrides
    # 50,000 and 30,000 euros, halved.
    with (folder / "input" / "resolved" / "budgets.csv").open(encoding="utf-8") as file:
        assert {row["amount_eur"] for row in csv.DictReader(file)} == {"25000", "15000"}


def test_the_input_of_a_run_reads_as_what_was_solved(compared: Path, tmp_path: Path, snapshot: Run) -> None:
    """Reading ``input/original`` of a run gives ``input/resolved``, byte for byte."""
    for folder in (path for path in (compared / "runs").iterdir() if path.is_dir()):
        again = tmp_path / folder.name
        write_folder(read(folder / "input" / "original").instance.scenario, again, None)
        assert snapshot(again) == snapshot(folder / "input" / "resolved")


def test_the_folder_says_what_it_is(compared: Path, manifest_of: Run) -> None:
    """Kind, reference, the state of every run, hashes of tables, summaries and input; no runs among them."""
    manifest = manifest_of(compared)
    assert (manifest["kind"], manifest["status"], manifest["reference"]) == ("comparison", "finished", "base")
    assert [one["name"] for one in manifest["runs"]] == NAMES
    assert "batch" not in manifest
    assert "comparison.parquet" in manifest["files"]
    assert "input/original/variants.toml" in manifest["files"]
    assert "input/base/needs.csv" in manifest["files"]
    listed = {name for name in manifest["files"] if name.startswith("summaries/")}
    assert listed == {f"summaries/{path.name}" for path in (compared / "summaries").iterdir()}
    assert not any(name.startswith("runs/") for name in manifest["files"])


@pytest.mark.usefixtures("here")
def test_what_is_there_is_used_again(compared: Path, variants: Run, tmp_path: Path, run: Run) -> None:
    """The same command once more runs nothing and writes the same tables."""
    out = Path(shutil.copytree(compared, tmp_path / "out"))
    before = {path: path.stat().st_mtime_ns for path in (out / "runs").rglob("*")}
    outcome = run("compare", variants(), "-o", out)
    assert outcome.code == 0, outcome
    assert (done(outcome.out), "5 runs were there already" in outcome.out) == (0, True)
    assert {path: path.stat().st_mtime_ns for path in (out / "runs").rglob("*")} == before
    assert tables(out) == tables(compared)


@pytest.mark.usefixtures("here")
def test_a_summary_that_is_gone_is_made_again(
    compared: Path, variants: Run, tmp_path: Path, run: Run
) -> None:
    """What is compared of a plan is taken from it once more; nothing is run again."""
    out = Path(shutil.copytree(compared, tmp_path / "out"))
    summaries = {path.name: pq.read_table(path) for path in (out / "summaries").iterdir()}
    shutil.rmtree(out / "summaries")
    outcome = run("compare", variants(), "-o", out)
    assert (outcome.code, done(outcome.out)) == (0, 0), outcome
    assert {path.name: pq.read_table(path) for path in (out / "summaries").iterdir()} == summaries
    assert tables(out) == tables(compared)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("changed", "was changed after it was written"),
        ("foreign", "does not belong to the plan"),
    ],
)
def test_verify_names_a_summary_that_is_not_of_its_plan(
    kind: str, told: str, compared: Path, tmp_path: Path, run: Run
) -> None:
    """One changed byte of a summary, and one of no run, end with 6, and the file is named."""
    out = Path(shutil.copytree(compared, tmp_path / "out"))
    first = min((out / "summaries").iterdir())
    if kind == "foreign":
        first = Path(shutil.copy(first, out / "summaries" / "other.parquet"))
    else:
        content = bytearray(first.read_bytes())
        # The middle of the file is in its figures or in what it says of them.
        content[len(content) // 2] ^= 1
        first.write_bytes(bytes(content))
    outcome = run("verify", out, "--language", "en")
    assert outcome.code == 6, outcome
    assert [line for line in outcome.err.splitlines() if f"summaries/{first.name}" in line and told in line]


@pytest.mark.usefixtures("here")
def test_a_summary_that_was_changed_is_made_again(
    compared: Path, variants: Run, tmp_path: Path, run: Run
) -> None:
    """A name of a municipality that somebody changed is that of the plan again after the same command."""
    out = Path(shutil.copytree(compared, tmp_path / "out"))
    first = min((out / "summaries").iterdir())
    right = pq.read_table(first)
    rows = [{**row, "municipality": "Elsewhere"} for row in right.to_pylist()]
    pq.write_table(right.from_pylist(rows, right.schema), first)
    outcome = run("compare", variants(), "-o", out)
    assert (outcome.code, done(outcome.out)) == (0, 0), outcome
    assert pq.read_table(first) == right
    assert run("verify", out).code == 0


def test_what_was_checked_is_told_in_the_language_of_the_base(compared: Path, run: Run) -> None:
    """The base is English, and so is the verdict about its comparison."""
    outcome = run("verify", compared)
    assert outcome.code == 0, outcome
    assert outcome.out.startswith("The comparison is right")


@pytest.mark.usefixtures("here")
def test_one_variant_is_one(variants: Run, tmp_path: Path, run: Run) -> None:
    """A file without variants asks for the base alone; the second time it is there already."""
    path, out = variants('format = 1\nbase = "small"\n'), tmp_path / "out"
    assert run("compare", path, "-o", out).out.startswith("1 variant.\n")
    assert "1 run was there already" in run("compare", path, "-o", out).out


@pytest.mark.usefixtures("here")
def test_a_variant_more_is_one_run_more(compared: Path, variants: Run, tmp_path: Path, run: Run) -> None:
    """With one more variant only that one is run."""
    out = Path(shutil.copytree(compared, tmp_path / "out"))
    more = '[changes.rich]\npot = "prov"\nfactor = 2\n[[variant]]\nname = "rich"\nchanges = ["rich"]\n'
    outcome = run("compare", variants(PLAIN + more), "-o", out)
    assert outcome.code == 0, outcome
    assert done(outcome.out) == 1
    assert len(records(out)) == 5


@needs_signals
@pytest.mark.usefixtures("here")
def test_a_batch_that_was_killed_goes_on_where_it_was(
    variants: Run, tmp_path: Path, running: Run, run: Run
) -> None:
    """``kill -9`` half-way through 13 runs: the next command runs only what was missing, and the tables are
    those of a batch that was left alone."""
    path, out = variants(factors(12)), tmp_path / "out"
    with running("compare", path, "-o", out, "--jobs", "2", "--language", "en") as process:
        _wait_for(process, "6 of 13")
        process.kill()
        process.wait()
    kept = {name: record for name, record in records(out).items() if record["exit"] == 0}
    assert 6 <= len(kept) < 13
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["status"] == "unfinished"
    stamps = {name: (out / "runs" / name / "manifest.json").stat().st_mtime_ns for name in kept}
    checked = run("verify", out)
    assert (checked.code, len(checked.err.splitlines())) == (2, 1), checked
    assert "is not finished" in checked.err
    outcome = run("compare", path, "-o", out, "--language", "en")
    assert outcome.code == 0, outcome
    assert done(outcome.out) == 13 - len(kept)
    assert {n: (out / "runs" / n / "manifest.json").stat().st_mtime_ns for n in kept} == stamps
    alone = tmp_path / "alone"
    assert run("compare", path, "-o", alone).code == 0
    assert tables(out) == tables(alone)
    assert [path.name for path in (out / "runs").iterdir() if path.name.startswith(".")] == []


@needs_signals
def test_a_process_that_is_killed_loses_no_run(variants: Run, tmp_path: Path, running: Run) -> None:
    """``kill -9`` of one of the processes that solve: every run is there in the end, and exit is 0."""
    psutil = pytest.importorskip("psutil")
    path, out = variants(factors(8)), tmp_path / "out"
    with running("compare", path, "-o", out, "--jobs", "2", "--language", "en") as process:
        _wait_for(process, "3 of 9")
        workers = [
            child
            for child in psutil.Process(process.pid).children(recursive=True)
            if "spawn_main" in " ".join(child.cmdline())
        ]
        assert len(workers) == 2
        workers[0].kill()
        printed, errors = process.communicate(timeout=120)
    assert process.returncode == 0, (printed, errors)
    assert errors == ""
    assert {record["exit"] for record in records(out).values()} == {0}
    assert len(records(out)) == 9


@needs_signals
@pytest.mark.usefixtures("here")
def test_ctrl_c_compares_what_is_finished(variants: Run, tmp_path: Path, running: Run, run: Run) -> None:
    """Interrupted half-way: exit 4, the finished runs are compared and the others named as not run."""
    path, out = variants(factors(12)), tmp_path / "out"
    with running("compare", path, "-o", out, "--jobs", "2", "--language", "en") as process:
        _wait_for(process, "4 of 13")
        process.send_signal(signal.SIGINT)
        printed, errors = process.communicate(timeout=120)
    assert process.returncode == 4, (printed, errors)
    assert "Stopping: " in errors
    assert "Traceback" not in errors
    rows = pq.read_table(out / "runs.parquet").to_pylist()
    states = [row["status"] for row in rows]
    assert 4 <= states.count("closed") < 13
    assert states.count("closed") + states.count("missing") == 13
    assert run("compare", path, "-o", out).code == 0


def _wait_for(process: subprocess.Popen[str], start: str) -> None:
    """Read lines until one starts so."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(start):
            return
    raise AssertionError((lines, process.stderr.read() if process.stderr else ""))


@pytest.mark.usefixtures("here")
def test_a_variant_that_fails_does_not_stop_the_others(variants: Run, tmp_path: Path, run: Run) -> None:
    """One cannot fit, two changes of another do not go together: exit 4, both told, the third has a plan."""
    text = """
format = 1
base = "small"
[changes.promised]
table = "commitments"
key = "GM0001 rent 2026"
column = "dwellings"
operation = "set"
value = "40"
[changes.early]
table = "availability"
key = "GM0001 rent *"
operation = "remove"
[changes.later]
table = "availability"
key = "GM0001 rent 2026"
column = "max_per_year"
operation = "multiply"
value = "2"
[changes.poor]
pot = "prov"
factor = "50%"
[[variant]]
name = "promised"
changes = ["promised"]
[[variant]]
name = "both"
changes = ["early", "later"]
[[variant]]
name = "poor"
changes = ["poor"]
"""
    out = tmp_path / "out"
    outcome = run("compare", variants(text), "-o", out)
    assert outcome.code == 4, outcome
    states = {row["variant"]: row for row in pq.read_table(out / "runs.parquet").to_pylist()}
    assert {name: row["exit_code"] for name, row in states.items()} == {
        "base": 0, "promised": 3, "both": 2, "poor": 0,
    }  # fmt: skip
    assert "40 dwellings" in outcome.out
    assert "The variant 'both' has no answer that stands yet" in outcome.err
    # What cannot fit stands; what was wrong is tried again.
    again = run("compare", variants(text), "-o", out)
    assert again.code == 4
    assert "3 runs were there already" in again.out


@pytest.mark.usefixtures("here")
def test_a_full_disk_ends_the_batch_and_keeps_what_is_finished(
    variants: Run, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No room for the third record: exit 2 with one sentence, two runs kept; with room the rest is run."""
    from thuisplan.commands.batch import folder

    path, out = variants(factors(4)), tmp_path / "out"
    write = folder._write

    def full(target: Path, content: bytes) -> None:
        if target.suffix == ".json" and target.parent.name == "runs" and len(records(out)) == 2:
            raise OSError(28, "No space left on device", str(target))
        write(target, content)

    with monkeypatch.context() as patched:
        patched.setattr(folder, "_write", full)
        outcome = run("compare", path, "-o", out, "--jobs", "1")
    assert outcome.code == 2, outcome
    assert outcome.err.startswith("The disk is full")
    assert len(outcome.err.splitlines()) == 1
    assert len(records(out)) == 2
    outcome = run("compare", path, "-o", out, "--jobs", "1")
    assert (outcome.code, done(outcome.out)) == (0, 3), outcome


# --- wrong input ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
def test_very_many_variants_are_asked_twice(
    variants: Run, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above the limit nothing is written without --yes; with it the batch begins."""
    monkeypatch.setattr(sys.modules["thuisplan.commands.compare"], "MOST_RUNS", 3)
    path, out = variants(), tmp_path / "out"
    outcome = run("compare", path, "-o", out)
    assert outcome.code == 2
    assert "5 variants, more than 3" in outcome.err
    assert not out.exists()
    assert run("compare", path, "-o", out, "--yes").code == 0


def test_a_scheduler_that_is_not_there_ends_with_two(
    variants: Run, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unreachable scheduler, and an address that is none: exit 2 and one sentence each."""
    pytest.importorskip("distributed")
    monkeypatch.setattr("thuisplan.solvers.executors.PATIENCE", 0.5)
    for address, said in [("tcp://127.0.0.1:9", "no scheduler answers"), ("here", "not the address")]:
        outcome = run("compare", variants(), "-o", tmp_path / "out", "--scheduler", address)
        assert outcome.code == 2
        assert said in outcome.err
        assert address in outcome.err
        assert "Nothing was written" in outcome.err
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["foreign", "plan", "file", "base"])
def test_other_folders_are_refused(kind: str, variants: Run, plan: Path, tmp_path: Path, run: Run) -> None:
    """Somebody's folder, a plan, a file and the base itself stay as they are: exit 2."""
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "work.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    target = {"plan": plan, "base": tmp_path / "small"}.get(kind, tmp_path / kind)
    path = variants()
    before = sorted(tmp_path.rglob("*"))
    outcome = run("compare", path, "-o", target)
    assert outcome.code == 2, outcome
    assert str(target) in outcome.err
    assert sorted(tmp_path.rglob("*")) == before


def test_two_batches_in_one_folder_do_not_mix(variants: Run, tmp_path: Path, running: Run, run: Run) -> None:
    """While one command writes there another is refused with exit 2."""
    path, out = variants(factors(6)), tmp_path / "out"
    with running("compare", path, "-o", out, "--jobs", "1", "--language", "en") as process:
        _wait_for(process, "1 of 7")
        outcome = run("compare", path, "-o", out, "--language", "en")
        assert outcome.code == 2
        assert "Another program is working" in outcome.err
        assert process.wait(120) == 0


def test_without_a_folder_it_is_said_what_is_missing(variants: Run, run: Run) -> None:
    """A batch needs -o."""
    outcome = run("compare", variants())
    assert (outcome.code, "-o" in outcome.err) == (2, True)
