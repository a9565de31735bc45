"""Publishing, recovering and opening plan folders, also when the process dies half-way."""

from __future__ import annotations

import errno
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from thuisplan.outputs import plan_folder
from thuisplan.outputs.plan_folder import FolderError, PlanFolder, recover

PACKAGE_ROOT = Path(plan_folder.__file__).parents[2]
FILES_PER_PLAN = 12

# The child publishes plans A and B in turn, for ever; its arguments are the target and how it must end.
CHILD = """
import os, sys
from pathlib import Path
from thuisplan.outputs import plan_folder

def plan(letter):
    def write(folder):
        (folder / "input" / "original").mkdir(parents=True)
        for number in range(12):
            (folder / f"table{number}.parquet").write_text(letter * 5000)
        (folder / "input" / "original" / "scenario.toml").write_text(letter)
        return {"kind": "plan", "format": 1, "letter": letter}
    return write

out, mode = Path(sys.argv[1]), sys.argv[2]
if mode != "exchange":
    plan_folder.exchange = lambda one, other: False
if mode.startswith("die-after-rename-"):
    left, rename = int(mode.rsplit("-", 1)[1]), plan_folder.rename
    def dying_rename(source, goal):
        global left
        rename(source, goal)
        left -= 1
        if left == 0:
            os._exit(9)
    plan_folder.rename = dying_rename
    plan_folder.PlanFolder.publish(out, plan("B"), lambda folder: None)
while True:
    for letter in "BA":
        plan_folder.PlanFolder.publish(out, plan(letter), lambda folder: None)
        print(letter, flush=True)
"""


def writer(letter: str) -> Callable[[Path], Mapping[str, Any]]:
    """Return a writer of a plan whose files all consist of one letter."""

    def write(folder: Path) -> dict[str, Any]:
        (folder / "input" / "original").mkdir(parents=True)
        for number in range(FILES_PER_PLAN):
            (folder / f"table{number}.parquet").write_text(letter * 5000)
        (folder / "input" / "original" / "scenario.toml").write_text(letter)
        return {"kind": "plan", "format": 1, "letter": letter}

    return write


def accept(folder: Path) -> None:
    """Find nothing wrong."""


def publish(out: Path, letter: str = "A") -> PlanFolder:
    return PlanFolder.publish(out, writer(letter), accept)


def letter_of(out: Path) -> str:
    """Open the plan, insist that it is complete and of one piece, and return its letter."""
    folder = PlanFolder.open(out)
    assert folder.changed_files() == []
    assert folder.unlisted_files() == []
    assert len(folder.manifest["files"]) == FILES_PER_PLAN + 1
    letter = str(folder.manifest["letter"])
    assert (out / "table3.parquet").read_text() == letter * 5000
    return letter


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def start_child(out: Path, mode: str) -> subprocess.Popen[str]:
    paths = [str(PACKAGE_ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}
    command = [sys.executable, "-c", CHILD, str(out), mode]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.fixture(params=["exchange", "renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test both with the exchange of folders, where the system has it, and without."""
    if request.param == "renames":
        monkeypatch.setattr(plan_folder, "exchange", lambda one, other: False)
    return str(request.param)


# --- publishing and opening


def test_a_first_plan_is_complete_and_leaves_nothing_beside_it(tmp_path: Path, way: str) -> None:
    out = tmp_path / "deeper" / "plan"
    PlanFolder.check_target(out)
    folder = publish(out)
    assert folder.path == out.resolve()
    assert letter_of(out) == "A"
    assert names_in(out.parent) == ["plan"]
    # SHA-256 of the single letter "A".
    expected = "559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd"
    assert folder.manifest["files"]["input/original/scenario.toml"] == expected
    text = (out / "manifest.json").read_text(encoding="utf-8")
    assert text == json.dumps(folder.manifest, sort_keys=True, indent=2) + "\n"


@pytest.mark.parametrize("before", ["absent", "empty", "only_ignored_files", "plan"])
def test_every_target_we_accept_ends_up_as_the_new_plan(tmp_path: Path, way: str, before: str) -> None:
    out = tmp_path / "plan"
    if before == "plan":
        publish(out, "A")
        (out / "report").mkdir()
        (out / "report" / "index.html").write_text("of the old plan")
        (out / "alternatives" / "01").mkdir(parents=True)
        (out / ".DS_Store").write_text("x")
    elif before != "absent":
        out.mkdir()
    if before == "only_ignored_files":
        (out / "Thumbs.db").write_text("x")
    PlanFolder.check_target(out)
    publish(out, "B")
    assert letter_of(out) == "B"
    assert not (out / "report").exists()
    assert names_in(tmp_path) == ["plan"]


def test_the_system_under_test_exchanges_folders_on_linux(tmp_path: Path) -> None:
    """Otherwise the tests of the exchange would silently test the renames."""
    if sys.platform != "linux":
        pytest.skip("other systems may have no exchange")
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert plan_folder.exchange(tmp_path / "one", tmp_path / "other")
    assert names_in(tmp_path / "one") == ["other"]
    assert not plan_folder.exchange(tmp_path / "one", tmp_path / "absent")


def test_a_failed_check_leaves_the_old_plan_and_no_trace(tmp_path: Path, way: str) -> None:
    out = tmp_path / "plan"
    publish(out, "A")

    def reject(folder: Path) -> None:
        assert json.loads((folder / "manifest.json").read_text())["letter"] == "B"
        raise RuntimeError("does not add up")

    with pytest.raises(RuntimeError, match="does not add up"):
        PlanFolder.publish(out, writer("B"), reject)
    assert letter_of(out) == "A"
    assert names_in(tmp_path) == ["plan"]


def test_an_interrupt_while_writing_leaves_an_absent_target_absent(tmp_path: Path) -> None:
    def interrupted(folder: Path) -> dict[str, Any]:
        (folder / "half").write_text("x")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        PlanFolder.publish(tmp_path / "plan", interrupted, accept)
    assert names_in(tmp_path) == []


def test_a_manifest_without_kind_or_format_is_a_mistake_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Expected a manifest with a kind"):
        PlanFolder.publish(tmp_path / "plan", lambda folder: {"kind": "plan"}, accept)
    assert names_in(tmp_path) == []


def test_changed_missing_and_added_files_are_named(tmp_path: Path) -> None:
    folder = publish(tmp_path / "plan")
    (folder.path / "table1.parquet").write_text("changed")
    (folder.path / "table2.parquet").unlink()
    (folder.path / "input" / "note.txt").write_text("mine")
    assert folder.changed_files() == ["table1.parquet", "table2.parquet"]
    assert folder.unlisted_files() == ["input/note.txt"]


def test_a_replaced_plan_is_no_longer_current(tmp_path: Path) -> None:
    folder = publish(tmp_path / "plan", "A")
    assert folder.is_current()
    publish(tmp_path / "plan", "B")
    assert not folder.is_current()


def test_a_plan_whose_copied_input_was_read_only_can_be_replaced(tmp_path: Path, way: str) -> None:
    folder = publish(tmp_path / "plan", "A")
    original = folder.path / "input" / "original"
    (original / "scenario.toml").chmod(0o444)
    original.chmod(0o555)
    publish(tmp_path / "plan", "B")
    assert letter_of(tmp_path / "plan") == "B"
    assert names_in(tmp_path) == ["plan"]


def test_the_new_plan_is_as_private_as_the_old_one(tmp_path: Path, way: str) -> None:
    folder = publish(tmp_path / "plan", "A")
    folder.path.chmod(0o700)
    publish(tmp_path / "plan", "B")
    assert folder.path.stat().st_mode & 0o777 == 0o700 or os.name == "nt"


def test_a_link_stands_for_the_folder_it_points_to(tmp_path: Path, way: str) -> None:
    publish(tmp_path / "real", "A")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real", target_is_directory=True)
    PlanFolder.check_target(link)
    publish(link, "B")
    assert link.is_symlink()
    assert letter_of(tmp_path / "real") == letter_of(link) == "B"


def test_the_working_directory_can_be_the_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    publish(tmp_path / "plan", "A")
    monkeypatch.chdir(tmp_path / "plan")
    PlanFolder.check_target(Path())
    assert publish(Path(), "B").path == (tmp_path / "plan").resolve()
    monkeypatch.chdir(tmp_path)
    assert letter_of(tmp_path / "plan") == "B"


# --- refusals


def refusal(out: Path, inputs: Path | None = None) -> FolderError:
    with pytest.raises(FolderError) as caught:
        PlanFolder.check_target(out, inputs)
    assert caught.value.values["path"] == str(out.resolve())
    return caught.value


def test_a_folder_with_files_of_somebody_else_is_refused_and_kept(tmp_path: Path) -> None:
    out = tmp_path / "photos"
    (out / "report").mkdir(parents=True)  # an extra folder counts only inside a plan
    for number in range(7):
        (out / f"photo{number}.jpg").touch()
    error = refusal(out)
    assert error.code == "not_our_folder"
    assert error.values["files"] == [f"photo{number}.jpg" for number in range(5)]
    assert error.values["count"] == 8
    with pytest.raises(FolderError) as caught:
        publish(out)
    assert caught.value.code == "not_our_folder"
    assert len(names_in(out)) == 8
    assert names_in(tmp_path) == ["photos"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": "my-app", "version": 3}', "\ufeff{}"])
def test_a_manifest_of_another_program_does_not_make_a_folder_ours(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    assert refusal(tmp_path).values["files"] == ["manifest.json"]


def test_a_plan_with_a_file_or_a_link_added_is_refused(tmp_path: Path) -> None:
    folder = publish(tmp_path / "plan")
    (folder.path / "input" / "notes.docx").touch()
    (tmp_path / "elsewhere").mkdir()
    (folder.path / "report").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    error = refusal(folder.path)
    assert (error.code, error.values["files"]) == ("not_our_folder", ["input/notes.docx", "report"])


def test_a_file_added_while_the_plan_is_written_is_not_lost(tmp_path: Path) -> None:
    out = tmp_path / "plan"
    publish(out, "A")

    def meanwhile(folder: Path) -> dict[str, Any]:
        (out / "notes.docx").write_text("an afternoon of work")
        return dict(writer("B")(folder))

    with pytest.raises(FolderError) as caught:
        PlanFolder.publish(out, meanwhile, accept)
    assert caught.value.code == "not_our_folder"
    assert (out / "notes.docx").exists()
    assert PlanFolder.open(out).manifest["letter"] == "A"


def test_a_file_is_refused_also_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert refusal(tmp_path / "file").code == "out_is_file"
    assert refusal(tmp_path / "link").code == "out_is_file"


def test_a_file_among_the_parents_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    error = refusal(tmp_path / "file" / "deeper" / "plan")
    assert error.code == "parent_missing"
    assert error.values["parent"] == str((tmp_path / "file" / "deeper").resolve())


def test_a_mount_point_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == tmp_path.resolve())
    assert refusal(tmp_path).code == "out_is_mount_point"


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_parent_that_takes_no_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    make = Path.mkdir

    def refuse(path: Path, *arguments: Any, **options: Any) -> None:
        if path.parent == tmp_path.resolve():
            raise OSError(number, os.strerror(number))
        make(path, *arguments, **options)

    monkeypatch.setattr(Path, "mkdir", refuse)
    error = refusal(tmp_path / "plan")
    assert (error.code, error.values["reason"]) == ("out_unwritable", os.strerror(number))


def test_a_file_system_that_makes_no_folders_is_refused_even_to_root() -> None:
    if not Path("/proc/self").exists():
        pytest.skip("needs /proc")
    assert refusal(Path("/proc/thuisplan")).code == "out_unwritable"
    assert refusal(Path("/proc/thuisplan/deeper")).code in {"parent_missing", "out_unwritable"}


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "disk_full"), (errno.EROFS, "out_unwritable"), (errno.EIO, "write_failed")],
)
def test_a_disk_that_fails_keeps_the_old_plan(tmp_path: Path, way: str, number: int, code: str) -> None:
    out = tmp_path / "plan"
    publish(out, "A")

    def fail(folder: Path) -> dict[str, Any]:
        writer("B")(folder)
        raise OSError(number, os.strerror(number))

    with pytest.raises(FolderError) as caught:
        PlanFolder.publish(out, fail, accept)
    assert (caught.value.code, caught.value.values["reason"]) == (code, os.strerror(number))
    assert letter_of(out) == "A"
    assert names_in(tmp_path) == ["plan"]


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_a_rename_that_fails_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    """The renames are: staged to passed, old to backup, passed to the target."""
    out = tmp_path / "plan"
    publish(out, "A")
    (out / "table7.parquet").unlink()  # an incomplete plan is not ours to throw away either
    rename, calls = plan_folder.rename, iter(range(1, 100))

    def fail_once(source: Path, goal: Path) -> None:
        if next(calls) == failing:
            raise OSError(errno.EACCES, "in use by another program")
        rename(source, goal)

    monkeypatch.setattr(plan_folder, "exchange", lambda one, other: False)
    monkeypatch.setattr(plan_folder, "rename", fail_once)
    with pytest.raises(FolderError) as caught:
        publish(out, "B")
    assert caught.value.code == "out_unwritable"
    assert opening(out).values["files"] == ["table7.parquet"]
    assert (out / "table2.parquet").read_text() == "A" * 5000
    assert names_in(tmp_path) == ["plan"]


@pytest.mark.parametrize(
    ("out", "inputs", "relation"),
    [
        ("case", "case", "same"),
        ("case", "case/./", "same"),
        ("case", "case/scenario.xlsx", "input_inside_out"),
        ("case", "case/deeper/input", "input_inside_out"),
        ("case/out", "case", "out_inside_input"),
        ("case/input/out", "case/input", "out_inside_input"),
    ],
)
def test_input_is_never_deleted(tmp_path: Path, out: str, inputs: str, relation: str) -> None:
    error = refusal(tmp_path / out, tmp_path / inputs)
    assert (error.code, error.values["relation"]) == ("out_contains_input", relation)


@pytest.mark.parametrize("inputs", ["plan/input", "plan/input/original", "plan2", "scenario.xlsx"])
def test_the_input_of_a_plan_and_what_lies_elsewhere_are_allowed(tmp_path: Path, inputs: str) -> None:
    publish(tmp_path / "plan")
    PlanFolder.check_target(tmp_path / "plan", tmp_path / inputs)


# --- opening what cannot be opened


def opening(path: Path) -> FolderError:
    with pytest.raises(FolderError) as caught:
        PlanFolder.open(path)
    return caught.value


def test_what_is_no_plan_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert opening(tmp_path / "file").code == "not_a_plan"
    assert opening(tmp_path).code == "not_a_plan"
    assert opening(tmp_path / "absent").values == {
        "path": str(tmp_path.resolve() / "absent"),
        "exists": False,
    }


def test_a_plan_with_a_file_missing_is_not_opened(tmp_path: Path) -> None:
    folder = publish(tmp_path / "plan")
    (folder.path / "table5.parquet").unlink()
    error = opening(folder.path)
    assert (error.code, error.values["files"]) == ("plan_incomplete", ["table5.parquet"])


def test_a_plan_of_a_later_format_is_not_opened(tmp_path: Path) -> None:
    folder = publish(tmp_path / "plan")
    (folder.path / "manifest.json").write_text(json.dumps({**folder.manifest, "format": 2}))
    error = opening(folder.path)
    assert (error.code, error.values["found"], error.values["supported"]) == ("unsupported_plan_format", 2, 1)


# --- processes that die


@pytest.mark.parametrize("mode", ["exchange", "renames"])
def test_a_process_killed_at_any_moment_leaves_a_complete_plan(tmp_path: Path, mode: str) -> None:
    out = tmp_path / "plan"
    publish(out, "A")
    chance = random.Random(20260101)
    for _ in range(6):
        child = start_child(out, mode)
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "B"  # it is publishing
        time.sleep(chance.uniform(0, 0.15))
        child.kill()
        child.communicate()
        assert letter_of(out) in {"A", "B"}
        # An empty lock or probe can stay; the next publication removes them.
        assert set(names_in(tmp_path)) <= {"plan", ".plan.thuisplan-lock", ".plan.thuisplan-probe"}
    PlanFolder.check_target(out)
    publish(out, "A")
    assert names_in(tmp_path) == ["plan"]


@pytest.mark.parametrize(("renames", "expected"), [(1, "A"), (2, "B"), (3, "B")])
@pytest.mark.parametrize("first", ["open", "check_target", "publish"])
def test_a_process_that_dies_between_the_renames(
    tmp_path: Path, renames: int, expected: str, first: str
) -> None:
    """After the second rename there is no plan in place: the one that passed its check is put there."""
    out = tmp_path / "plan"
    publish(out, "A")
    child = start_child(out, f"die-after-rename-{renames}")
    child.communicate(timeout=30)
    assert child.returncode == 9
    assert out.exists() == (renames != 2)
    if first == "publish":
        publish(out, "C")
        expected = "C"
    elif first == "check_target":
        PlanFolder.check_target(out)
    assert letter_of(out) == expected
    assert names_in(tmp_path) == ["plan"]


def test_without_a_new_plan_that_passed_the_old_one_comes_back(tmp_path: Path) -> None:
    """It comes back as it was, also when its owner had deleted a file."""
    backup = publish(tmp_path / ".plan.thuisplan-backup", "A").path
    publish(tmp_path / ".plan.thuisplan-staged", "B")  # not checked, or half removed: not to be trusted
    (backup / "table1.parquet").unlink()
    (tmp_path / "plan").mkdir()  # somebody made an empty folder in the meantime
    recover(tmp_path / "plan")
    assert opening(tmp_path / "plan").values["files"] == ["table1.parquet"]
    assert (tmp_path / "plan" / "table2.parquet").read_text() == "A" * 5000
    assert names_in(tmp_path) == ["plan"]


def test_plans_are_kept_while_somebody_elses_folder_is_in_their_place(tmp_path: Path) -> None:
    publish(tmp_path / ".plan.thuisplan-backup", "A")
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "mine.txt").touch()
    recover(tmp_path / "plan")
    assert refusal(tmp_path / "plan").code == "not_our_folder"
    (tmp_path / "plan" / "mine.txt").unlink()
    assert letter_of(tmp_path / "plan") == "A"


# --- several at once


def test_a_reader_sees_one_plan_or_the_other_while_they_alternate(tmp_path: Path, way: str) -> None:
    out = tmp_path / "plan"
    publish(out, "A")
    child = start_child(out, way)
    try:
        seen: set[str] = set()
        end = time.monotonic() + 1.5
        reads = 0
        while time.monotonic() < end or seen != {"A", "B"}:
            assert child.poll() is None
            folder = PlanFolder.open(out)
            changed = folder.changed_files()
            if folder.is_current():  # nobody replaced it while we read
                assert changed == []
                seen.add(folder.manifest["letter"])
            reads += 1
            assert time.monotonic() < end + 15, f"saw only {seen} in {reads} reads"
    finally:
        child.kill()
        child.communicate()
    assert letter_of(out) in {"A", "B"}


def test_a_plan_replaced_while_it_is_opened_is_opened_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "plan"
    publish(out, "A")
    read = plan_folder._read

    def read_and_be_overtaken(folder: Path) -> dict[str, Any]:
        manifest = read(folder)
        monkeypatch.setattr(plan_folder, "_read", read)
        publish(out, "B")
        return manifest

    monkeypatch.setattr(plan_folder, "_read", read_and_be_overtaken)
    assert letter_of(out) == "B"


def test_two_publishers_take_turns(tmp_path: Path, way: str) -> None:
    out = tmp_path / "plan"
    inside, most, failures = 0, 0, []

    def slow(letter: str) -> Callable[[Path], Mapping[str, Any]]:
        def write(folder: Path) -> Mapping[str, Any]:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            time.sleep(0.02)
            manifest = writer(letter)(folder)
            inside -= 1
            return manifest

        return write

    def run(letter: str) -> None:
        try:
            for _ in range(5):
                PlanFolder.publish(out, slow(letter), accept)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(letter,)) for letter in "ABC"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert most == 1
    assert letter_of(out) in {"A", "B", "C"}
    assert names_in(tmp_path) == ["plan"]


def test_while_a_plan_is_being_written_the_old_one_can_be_read_and_no_other_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_folder, "_PUBLISH_LOCK_SECONDS", 0.2)
    monkeypatch.setattr(plan_folder, "_LOCK_SECONDS", 0.2)
    out = tmp_path / "plan"

    def first(folder: Path) -> None:
        assert opening(out).code == "folder_busy"

    PlanFolder.publish(out, writer("A"), first)

    def second(folder: Path) -> None:
        assert letter_of(out) == "A"
        with pytest.raises(FolderError) as caught:
            publish(out, "C")
        assert caught.value.code == "folder_busy"
        assert (folder / "manifest.json").exists()

    PlanFolder.publish(out, writer("B"), second)
    assert letter_of(out) == "B"


def test_a_lock_and_a_probe_left_by_a_killed_process_hold_nobody_up(tmp_path: Path) -> None:
    (tmp_path / ".plan.thuisplan-lock").touch()
    (tmp_path / ".plan.thuisplan-probe").mkdir()
    PlanFolder.check_target(tmp_path / "plan")
    publish(tmp_path / "plan", "A")
    assert letter_of(tmp_path / "plan") == "A"
    assert names_in(tmp_path) == ["plan"]
