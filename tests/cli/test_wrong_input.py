"""Input that cannot be used and places that cannot be written: a sentence, exit 2, and nothing lost."""

from __future__ import annotations

import errno
import importlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def _text(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        with book.open("xl/workbook.xml", "w") as stream:
            for _ in range(250):
                stream.write(b"0" * 1_000_000)
    return path


def _huge(small: Path) -> Path:
    with (small / "needs.csv").open("r+b") as table:
        table.truncate(500_000_000)
    return small


def _folder_for_file(small: Path) -> Path:
    (small / "needs.csv").unlink()
    (small / "needs.csv").mkdir()
    return small


def _emptied(small: Path) -> Path:
    (small / "municipalities.csv").write_bytes(b"")
    return small


def _without(small: Path, name: str) -> Path:
    (small / name).unlink()
    return small


INPUTS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "nothing there": (lambda s: s / "nosuch", "there is no folder or file"),
    "another kind of file": (lambda s: _text(s / "notes.txt", b"hi"), "'.txt'"),
    "one table": (lambda s: s / "needs.csv", "needs.csv"),
    "corrupt workbook": (lambda s: _text(s / "a.xlsx", b"PK\x03\x04 and no more"), "a.xlsx"),
    "workbook with a password": (
        lambda s: _text(s / "a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        "password",
    ),
    "empty workbook": (lambda s: _text(s / "a.xlsx", b""), "a.xlsx"),
    "zip bomb": (lambda s: _bomb(s / "a.xlsx"), "too large"),
    "table of 500 MB": (_huge, "500,000,000 bytes"),
    "folder for a table": (_folder_for_file, "needs.csv"),
    "emptied table": (_emptied, "municipalities.csv"),
    "no settings": (lambda s: _without(s, "scenario.toml"), "scenario.toml"),
    "no municipalities": (lambda s: _without(s, "municipalities.csv"), "municipalities"),
    "bytes for a table": (lambda s: _text(s / "needs.csv", bytes(range(256))).parent, "needs.csv"),
    "bytes for settings": (lambda s: _text(s / "scenario.toml", bytes(range(256))).parent, "scenario.toml"),
    "an empty folder": (lambda s: _emptied_folder(s / "empty"), "scenario.toml"),
}


def _emptied_folder(path: Path) -> Path:
    path.mkdir()
    return path


@pytest.mark.parametrize("kind", INPUTS)
def test_wrong_input_gets_a_sentence(kind: str, small: Path, plan: Path, run: Run, snapshot: Run) -> None:
    """Each unusable input is exit 2 with a sentence that names it and a remedy; an old plan stays."""
    make, named = INPUTS[kind]
    given, before = make(small), snapshot(plan)
    for outcome in (
        run("validate", given, "--language", "en"),
        run("solve", given, "-o", plan, "--language", "en"),
    ):
        assert outcome.code == 2, outcome
        assert outcome.err.startswith("Unusable: ")
        assert named in outcome.err
        assert "What to do: " in outcome.err
    assert snapshot(plan) == before


def test_a_plan_is_not_an_input(plan: Path, run: Run) -> None:
    """Who gives the folder of a plan hears which folder inside it is the input."""
    outcome = run("validate", plan, "--language", "en")
    assert outcome.code == 2
    assert f"{plan / 'input'}" in outcome.err


@pytest.mark.parametrize(
    ("out", "named"),
    [
        ("{tmp}/theirs", "notes.txt"),
        ("{tmp}/file.txt", "is a file, not a folder"),
        ("{tmp}/file.txt/plan", "file.txt"),
        ("{small}", "because the input is there too"),
        ("{small}/plan", "because the input is there too"),
        ("{tmp}", "because the input is there too"),
        pytest.param(
            "/proc/plan",
            "cannot be written",
            marks=pytest.mark.skipif(
                sys.platform != "linux", reason="a read-only place that is always there"
            ),
        ),
    ],
)
def test_a_place_that_cannot_take_the_plan_is_refused_before_solving(
    out: str, named: str, small: Path, tmp_path: Path, run: Run, snapshot: Run
) -> None:
    """A folder that holds other people's files, the input, or cannot be written: exit 2, untouched."""
    (tmp_path / "theirs").mkdir()
    _text(tmp_path / "theirs" / "notes.txt", b"mine")
    _text(tmp_path / "file.txt", b"mine")
    before = snapshot(tmp_path)
    outcome = run("solve", small, "-o", out.format(tmp=tmp_path, small=small))
    assert outcome.code == 2, outcome
    assert named in outcome.err
    assert "stage 1" not in outcome.out
    assert snapshot(tmp_path) == before


def test_an_own_file_in_a_plan_protects_it(plan: Path, small: Path, run: Run, snapshot: Run) -> None:
    """A plan in which somebody put a file of their own is not replaced, and the file is named."""
    _text(plan / "advice to the council.docx", b"weeks of work")
    before = snapshot(plan)
    outcome = run("solve", small, "-o", plan)
    assert outcome.code == 2
    assert "advice to the council.docx" in outcome.err
    assert snapshot(plan) == before


@pytest.mark.parametrize("broken", ["table", "workbook", "input", "log"])
def test_a_full_disk_while_writing_keeps_the_old_plan(
    broken: str, plan: Path, small: Path, run: Run, snapshot: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever file the disk has no room for: exit 2, the old plan intact, nothing half-written."""

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    module, name = {
        "table": ("thuisplan.outputs.publish", "pq.write_table"),
        "workbook": ("thuisplan.outputs.publish", "write_workbook"),
        "input": ("thuisplan.outputs.publish", "copy_input"),
        "log": ("thuisplan.commands.run", "copy_input"),
    }[broken]
    # By module, as the command has the name of its file.
    target = importlib.import_module(module)
    if name.startswith("pq."):
        target, name = target.pq, name.removeprefix("pq.")
    monkeypatch.setattr(target, name, full)
    before = snapshot(plan)
    outcome = run("solve", small, "-o", plan, "--xlsx")
    assert outcome.code == 2, outcome
    assert "the disk is full" in outcome.err.casefold()
    assert snapshot(plan) == before
    assert [path.name for path in plan.parent.iterdir() if path.name.startswith(".plan")] == []


@pytest.fixture
def little_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a real disk of 400 kB; only root on Linux can make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if sys.platform != "linux" or os.geteuid() != 0 or mount is None:
        pytest.skip("needs the right to mount a disk")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], capture_output=True)
    if made.returncode:
        pytest.skip("this system lets nobody mount a disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_really_is_full(
    little_disk: Path, plan: Path, small: Path, run: Run, snapshot: Run
) -> None:
    """On a real disk with 16 kB left: exit 2, the old plan intact; with room again the plan comes."""
    shutil.copytree(plan, little_disk / "plan")
    before = snapshot(little_disk)
    free = shutil.disk_usage(little_disk).free
    _text(little_disk / "filler", bytes(free - 16_384))
    outcome = run("solve", small, "-o", little_disk / "plan")
    (little_disk / "filler").unlink()
    assert outcome.code == 2, outcome
    assert "the disk is full" in outcome.err.casefold()
    assert snapshot(little_disk) == before
    assert run("verify", little_disk / "plan").code == 0


def test_a_new_input_is_whole_or_absent(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up while ``new`` writes leaves no half input, and a folder that was there stays."""
    from thuisplan.inputs import write

    honest = write._write

    def full_after_three(path: Path, *rest: Any) -> None:
        if len(list(path.parent.iterdir())) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        honest(path, *rest)

    monkeypatch.setattr(write, "_write", full_after_three)
    (tmp_path / "there").mkdir()
    for folder in (tmp_path / "there", tmp_path / "absent"):
        outcome = run("new", folder, "--municipality", "GM0262", "--language", "en")
        assert outcome.code == 2
        assert "cannot be written" in outcome.err
    assert list(tmp_path.iterdir()) == [tmp_path / "there"]
    assert list((tmp_path / "there").iterdir()) == []


def test_input_that_changes_during_a_run_changes_nothing(
    small: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who saves a table while the solver works gets the plan of the input as it was read, verified."""
    from thuisplan.solvers import staged

    honest = staged.solve_stages
    before = (small / "needs.csv").read_bytes()

    def meanwhile(*arguments: Any, **named: Any) -> Any:
        (small / "needs.csv").write_text("need_id\nhalf saved", encoding="utf-8")
        return honest(*arguments, **named)

    monkeypatch.setattr(staged, "solve_stages", meanwhile)
    outcome = run("solve", small, "-o", tmp_path / "plan")
    assert outcome.code == 0, outcome
    assert (tmp_path / "plan" / "input" / "original" / "needs.csv").read_bytes() == before


def test_capitals_in_file_names_do_not_matter(small: Path, tmp_path: Path, run: Run) -> None:
    """``Scenario.TOML`` and ``NEEDS.CSV`` are read, copied into the plan and verified."""
    (small / "scenario.toml").rename(small / "Scenario.TOML")
    (small / "needs.csv").rename(small / "NEEDS.CSV")
    outcome = run("solve", small, "-o", tmp_path / "plan")
    assert outcome.code == 0, outcome
    names = {path.name for path in (tmp_path / "plan" / "input" / "original").iterdir()}
    assert {"Scenario.TOML", "NEEDS.CSV"} <= names
    assert run("verify", tmp_path / "plan").code == 0


def test_required_tables_with_headings_and_no_rows(run: Run, tmp_path: Path) -> None:
    """An input without a municipality, option or need is refused, every such table named."""
    assert run("new", tmp_path / "a", "--municipality", "GM0262").code == 0
    for name in ("gemeenten", "opties", "aanbod", "behoeften"):
        path = tmp_path / "a" / f"{name}.csv"
        path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    outcome = run("solve", tmp_path / "a", "-o", tmp_path / "plan")
    assert outcome.code == 2
    for name in ("gemeenten", "opties", "aanbod", "behoeften"):
        assert f"e tabel '{name}' heeft geen rijen" in outcome.err
    assert not (tmp_path / "plan").exists()
