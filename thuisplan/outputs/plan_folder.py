"""Plan folders: the only code that publishes, recovers and opens a plan.

A new plan is written and checked in a hidden folder beside the old one, flushed to disk, and then
takes its place. Names alone say how far that came, so any moment at which a machine stops is understood:

``OUT``                      the published plan
``.OUT.thuisplan-staged``    being written, or being removed: never to be trusted
``.OUT.thuisplan-passed``    written, checked and flushed: may become ``OUT``
``.OUT.thuisplan-backup``    the old plan, moved aside until the new one is in place
``.OUT.thuisplan-lock``      held by whoever publishes or recovers

Where the system can exchange two folders in one step, only ``staged`` is ever needed. Elsewhere
two renames leave a moment without ``OUT``; the next command that looks ends what was begun.
The whole folder is replaced: ``report/`` and ``alternatives/`` of the old plan go away with it.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout, UnixFileLock

from thuisplan.outputs.moving import exchange, remove, rename, sync

PLAN_FORMAT = 1
KINDS = ("plan", "assessment", "diagnosis", "comparison")
MANIFEST = "manifest.json"
SETTINGS = Path("input") / "resolved" / "scenario.toml"
#: Folders that later commands add to a published plan; the manifest does not list their files.
EXTRA_FOLDERS = ("report", "alternatives", "explained")
#: Files that file managers leave behind: nobody's work.
IGNORED_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})

_STAGED, _PASSED, _BACKUP = "staged", "passed", "backup"
_LOCK_SECONDS = 5.0
#: A solved plan is worth more patience than a question: another publication may still be checking.
_PUBLISH_LOCK_SECONDS = 60.0
_CODES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "disk_full"),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), "out_unwritable"),
}


class FolderError(Exception):
    """A folder cannot be used, as a code and values; the sentence is made elsewhere.

    Parameters
    ----------
    code
        One of ``not_our_folder, out_contains_input, out_is_file, out_is_mount_point, out_unwritable,
        parent_missing, disk_full, write_failed, folder_busy, folder_unreadable, not_a_plan,
        not_a_comparison, runs_disk_full, plan_incomplete, unsupported_plan_format, report_in_use``.
    **values
        What the sentence mentions; always ``path``.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values: Mapping[str, object] = values


@dataclass(frozen=True)
class PlanFolder:
    """A published plan, as it was when it was opened.

    Parameters
    ----------
    path
        The folder, with symbolic links resolved.
    manifest
        Content of ``manifest.json``; ``files`` maps relative paths to SHA-256 hashes.
    """

    path: Path
    manifest: Mapping[str, Any] = field(repr=False)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the plan at `path`; an interrupted publication is completed or undone first.

        Raises
        ------
        FolderError
            ``not_a_plan, plan_incomplete, unsupported_plan_format, folder_unreadable, folder_busy``.
        """
        target = real_path(path)
        failure = FolderError("folder_busy", path=str(target))
        # A plan can be replaced while we look at it: what we saw counts only if it is still there afterwards.
        for attempt in range(10):
            recover(target)
            try:
                folder = cls(target, _read(target))
                if folder.is_current():
                    return folder
            except FolderError as error:
                failure = error
            time.sleep(0.002 * attempt)
        raise failure

    @property
    def language(self) -> str | None:
        """Language of the input; what is about many inputs says it itself. None if it cannot be read."""
        try:
            settings = tomllib.loads((self.path / SETTINGS).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            settings = {"language": self.manifest.get("language")}
        language = settings.get("language", "nl")
        return language if language in ("nl", "en") else None

    @staticmethod
    def check_target(out: Path, inputs: Path | None = None) -> None:
        """Refuse, before any solving, a folder in which a plan cannot or must not be published.

        Parameters
        ----------
        out
            Where the plan is to come. A symbolic link stands for the folder it points to.
        inputs
            The input of the command. It may lie in ``out/input/``, because it is copied into the new
            plan before the old one goes; anywhere else in `out` it would be lost.

        Raises
        ------
        FolderError
            ``out_contains_input, parent_missing, out_unwritable, out_is_file, out_is_mount_point,
            not_our_folder, folder_busy``.
        """
        target = real_path(out)
        with os_errors(target):
            if inputs is not None:
                refuse_overlap(target, real_path(inputs))
            prepare_parent(target)
            recover(target)
            _refuse_foreign(target)

    @classmethod
    def publish(
        cls, out: Path, write: Callable[[Path], Mapping[str, Any]], check: Callable[[Path], None]
    ) -> Self:
        """Write, check and publish a plan; on any exception `out` keeps what it held.

        Parameters
        ----------
        out
            Where the plan is to come.
        write
            Writes all files into the empty folder it is given and returns the manifest, with ``kind``
            and ``format`` and without ``files``.
        check
            Raises if the finished folder fails verification; the error propagates.

        Raises
        ------
        FolderError
            As `check_target`, and ``disk_full, write_failed``.
        """
        target = real_path(out)
        with os_errors(target):
            prepare_parent(target)
            with locked(target, _PUBLISH_LOCK_SECONDS):
                _settle(target, prefer=(_PASSED, _BACKUP))
                _refuse_foreign(target)
                try:
                    staged = _sibling(target, _STAGED)
                    staged.mkdir()
                    _write_manifest(staged, write(staged))
                    manifest = _read(staged)
                    check(staged)
                    for path in (*staged.rglob("*"), staged):
                        sync(path)  # a power cut after the rename must find whole files
                    # Writing and checking take time in which somebody may have put a file in the old plan.
                    _refuse_foreign(target)
                    _put_in_place(staged, target)
                finally:
                    _settle(target, prefer=(_BACKUP,))
                return cls(target, manifest)

    def is_current(self) -> bool:
        """Whether this plan is still the published one; ask it after reading several files."""
        return load_manifest(self.path) == self.manifest

    def changed_files(self) -> list[str]:
        """Return the listed files whose content is no longer what was published, or that are gone."""
        return sorted(
            name for name, digest in self.manifest["files"].items() if file_digest(self.path / name) != digest
        )

    def unlisted_files(self) -> list[str]:
        """Return the files that Thuisplan did not publish, `EXTRA_FOLDERS` apart."""
        extra = tuple(f"{name}/" for name in EXTRA_FOLDERS)
        listed = self.manifest["files"]
        return [name for name in _files(self.path) if name not in listed and not name.startswith(extra)]


def recover(out: Path) -> None:
    """Complete or undo an interrupted publication at `out`, and remove what it left behind.

    Raises
    ------
    FolderError
        ``folder_busy`` when another process is publishing and there is no plan to read meanwhile.
    """
    target = real_path(out)
    if not any(os.path.lexists(_sibling(target, state)) for state in (_STAGED, _PASSED, _BACKUP)):
        return
    readable = load_manifest(target) is not None
    try:
        with os_errors(target), locked(target, 0 if readable else _LOCK_SECONDS):
            _settle(target, prefer=(_PASSED, _BACKUP))
    except FolderError:
        # The leftovers are those of a live publisher, or not ours to remove; the plan itself is complete.
        if not readable:
            raise


def _settle(target: Path, prefer: tuple[str, ...]) -> None:
    """Bring the names back to rest; where the plan is missing, the first of `prefer` becomes it."""
    staged, passed, backup = (_sibling(target, state) for state in (_STAGED, _PASSED, _BACKUP))
    remove(staged)
    if _is_vacant(target):
        whole = [source for source in (_sibling(target, state) for state in prefer) if source.is_dir()]
        if whole:
            remove(target)
            rename(whole[0], target)
    elif load_manifest(target) is None:
        return  # somebody else's folder has come in between: keep the plans until that is sorted out
    for leftover in (passed, backup):
        if leftover.is_dir():
            with suppress(OSError):  # under its own name it would count as whole if we died removing it
                rename(leftover, staged)
            remove(staged)


def _put_in_place(staged: Path, target: Path) -> None:
    if _is_vacant(target):
        remove(target)
        rename(staged, target)
    else:
        shutil.copymode(target, staged)  # who may read the plan is for its owner to say
        if not exchange(staged, target):
            passed = _sibling(target, _PASSED)
            rename(staged, passed)
            rename(target, _sibling(target, _BACKUP))
            rename(passed, target)
    sync(target.parent)


def _write_manifest(staged: Path, manifest: Mapping[str, Any]) -> None:
    if manifest.get("kind") not in KINDS or manifest.get("format") != PLAN_FORMAT:
        raise ValueError(f"Expected a manifest with a kind of {KINDS} and format {PLAN_FORMAT}.")
    complete = {**manifest, "files": {name: file_digest(staged / name) for name in _files(staged)}}
    text = json.dumps(complete, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    (staged / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def load_manifest(folder: Path) -> dict[str, Any] | None:
    """Read the manifest, or None if this is not a Thuisplan folder."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    except OSError as error:
        raise FolderError("folder_unreadable", path=str(folder), reason=error.strerror) from error
    ours = isinstance(manifest, dict) and manifest.get("kind") in KINDS and "format" in manifest
    return manifest if ours and isinstance(manifest.get("files"), dict) else None


def _read(folder: Path) -> dict[str, Any]:
    """Read the manifest of a complete plan of a format we know."""
    manifest = load_manifest(folder)
    if manifest is None:
        raise FolderError("not_a_plan", path=str(folder), exists=folder.exists())
    if manifest["format"] != PLAN_FORMAT:
        found = manifest["format"]
        raise FolderError("unsupported_plan_format", path=str(folder), found=found, supported=PLAN_FORMAT)
    missing = [name for name in sorted(manifest["files"]) if not (folder / name).is_file()]
    if missing:
        raise FolderError("plan_incomplete", path=str(folder), files=missing[:5], count=len(missing))
    return manifest


def _is_vacant(folder: Path) -> bool:
    """Whether there is nothing here that anybody would miss."""
    if not os.path.lexists(folder):
        return True
    return folder.is_dir() and all(entry.name in IGNORED_FILES for entry in folder.iterdir())


def _files(folder: Path) -> list[str]:
    """List the files as relative POSIX paths, in order, without the manifest and ignored files."""
    # rglob does not walk into a link to a folder: it counts as one file.
    paths = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    names = (path.relative_to(folder).as_posix() for path in paths if path.name not in IGNORED_FILES)
    return sorted(name for name in names if name != MANIFEST)


def _refuse_foreign(target: Path) -> None:
    if os.path.ismount(target):  # it cannot be renamed, and its parent is another disk
        raise FolderError("out_is_mount_point", path=str(target))
    if os.path.lexists(target) and not target.is_dir():
        raise FolderError("out_is_file", path=str(target))
    if _is_vacant(target):
        return
    if (manifest := load_manifest(target)) is not None:
        foreign = PlanFolder(target, manifest).unlisted_files()
    else:
        entries = {path.name + "/" * path.is_dir() for path in target.iterdir()}
        foreign = sorted(entries - IGNORED_FILES)
    if foreign:
        raise FolderError("not_our_folder", path=str(target), files=foreign[:5], count=len(foreign))


def refuse_overlap(target: Path, source: Path) -> None:
    """Refuse to write where the input is, but for the folder ``input`` of what was written."""
    steps = _steps(target, source)
    if steps is not None and steps[:1] != ("input",):
        relation = "input_inside_out" if steps else "same"
    elif _steps(source, target) is not None:
        relation = "out_inside_input"
    else:
        return
    raise FolderError("out_contains_input", path=str(target), input=str(source), relation=relation)


def _steps(outer: Path, inner: Path) -> tuple[str, ...] | None:
    """Return the steps from `outer` down to `inner`, or None if it lies elsewhere."""
    for ancestor in (inner, *inner.parents):
        # One folder can have several spellings where disks ignore case.
        if ancestor == outer or (ancestor.exists() and outer.exists() and ancestor.samefile(outer)):
            return inner.parts[len(ancestor.parts) :]
    return None


def prepare_parent(target: Path) -> None:
    """Make the folder that `target` comes in, and see that it can be written to."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except (FileNotFoundError, FileExistsError, NotADirectoryError) as error:
        raise FolderError("parent_missing", path=str(target), parent=str(target.parent)) from error
    probe = _sibling(target, "probe")
    try:  # permission bits do not bind everybody and disks can be read-only: only trying tells
        with suppress(FileExistsError):  # somebody else is trying, or died trying
            probe.mkdir()
    except FileNotFoundError as error:  # the answer of file systems that make no folders at all
        raise FolderError("out_unwritable", path=str(target), reason=error.strerror) from error
    with suppress(FileNotFoundError):
        probe.rmdir()


@contextmanager
def locked(target: Path, seconds: float) -> Iterator[None]:
    """Keep others from publishing at `target`; waits so many seconds for who does."""
    # The lock lies beside the plan, not in the system's folder for temporary files: plans lie on
    # shared disks, and only there do colleagues on other machines and other accounts meet it.
    path = _sibling(target, "lock")
    lock = FileLock(path, timeout=seconds, mode=0o666)  # a colleague must be able to lock it after a crash
    try:
        lock.acquire()
    except Timeout:
        raise FolderError("folder_busy", path=str(target)) from None
    try:
        yield
    finally:
        # Safe while held: filelock does not accept a lock on a file that has lost its name, and tries
        # again. On Windows it removes the file itself.
        if isinstance(lock, UnixFileLock):
            path.unlink(missing_ok=True)
        lock.release()


@contextmanager
def os_errors(target: Path) -> Iterator[None]:
    """Turn what the system refuses into a ``FolderError`` about `target`."""
    try:
        yield
    except OSError as error:
        code = _CODES.get(error.errno or 0, "write_failed")
        raise FolderError(code, path=str(target), reason=error.strerror or str(error)) from error


def real_path(path: Path) -> Path:
    """Return a path with symbolic links resolved."""
    try:
        return Path(path).resolve()
    except (OSError, RuntimeError) as error:  # links in a circle; a working directory that is gone
        raise FolderError("folder_unreadable", path=str(path), reason=str(error)) from error


def _sibling(target: Path, state: str) -> Path:
    return target.parent / f".{target.name}.thuisplan-{state}"


def file_digest(file: Path) -> str:
    """Return the SHA-256 hash of a file; nothing if it is not there."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return ""
