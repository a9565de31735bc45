"""The folder of a batch: what is there of its runs, so that nothing is done twice and nothing is lost.

``OUT/manifest.json``         kind ``comparison``; says who is writing, and in the end which tables there are
``OUT/input/``                the file of variants (``original``) and the base, as given
``OUT/runs/ID/``              a plan; ``OUT/runs/ID.json`` is its record, written after it
``OUT/runs/ID.start``         the values of the plan of the reference, the start of other runs
``OUT/summaries/ID.parquet``  what is compared of it

A run counts when its record is there. Nothing here takes a finished run away.
"""

from __future__ import annotations

import io
import json
import os
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from thuisplan.commands.batch.job import LIMITED, PLANNED, RUNS, SUMMARIES, UNFIT, Outcome
from thuisplan.inputs.read import copy_input
from thuisplan.inputs.variants.variant import VariantSet
from thuisplan.outputs.comparison.run_info import CLOSED, FAILED, INFEASIBLE, STOPPED
from thuisplan.outputs.comparison.summary import write_summary
from thuisplan.outputs.moving import remove, rename, sync
from thuisplan.outputs.plan_folder import (
    IGNORED_FILES,
    MANIFEST,
    FolderError,
    PlanFolder,
    file_digest,
    load_manifest,
    locked,
    os_errors,
    prepare_parent,
    real_path,
    recover,
    refuse_overlap,
)
from thuisplan.outputs.publish import made_with

KIND = "comparison"

_STATUSES = {PLANNED: CLOSED, LIMITED: STOPPED, UNFIT: INFEASIBLE}
_HALF = ".half"
"""Ending of the name of what is being written."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of a run besides its plan.

    Parameters
    ----------
    run
        Its name.
    asked
        Hash of what was asked.
    exit, reason, sentences, seconds, log
        As in its ``Outcome``.
    """

    run: str
    asked: str
    exit: int
    reason: str
    sentences: tuple[Mapping[str, str], ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    log: str = ""

    @property
    def finished(self) -> bool:
        """Whether the answer stands: a plan with every stage closed, or a proof that there is none."""
        return self.status in (CLOSED, INFEASIBLE)

    @property
    def status(self) -> str:
        """How it ended, in the words of a comparison."""
        return _STATUSES.get(self.exit, FAILED)


class BatchFolder:
    """The folder of a batch that is being written; made by ``batch_folder``.

    Parameters
    ----------
    path
        The folder.
    token
        What its manifest says for workers to find it by.
    """

    def __init__(self, path: Path, token: str) -> None:
        self.path = path
        self.token = token

    def records(self) -> dict[str, Record]:
        """Return the records of runs by name; what cannot be read is no record."""
        found = {}
        for path in sorted((self.path / RUNS).glob("*.json")):
            try:
                content = json.loads(path.read_text(encoding="utf-8"))
                found[path.stem] = Record(**{**content, "sentences": tuple(content["sentences"])})
            except (OSError, ValueError, TypeError, KeyError):
                continue
        return found

    def is_whole(self, record: Record) -> bool:
        """Return whether all of a run is there: what somebody took away is done again.

        What is compared of it is taken from its plan, so that alone does not ask for another run.
        """
        if record.exit not in (PLANNED, LIMITED):
            return True
        try:
            PlanFolder.open(self.path / RUNS / record.run)
        except FolderError:
            return False
        summary = self.path / SUMMARIES / f"{record.run}.parquet"
        if not summary.is_file():
            with os_errors(self.path):
                write_summary(self.path / RUNS / record.run, summary)
        return True

    def values(self, run: str) -> bytes | None:
        """Return the packed values of the plan of a run, where they were kept."""
        path = self._values(run)
        return path.read_bytes() if path.is_file() else None

    def keep(self, run: str, asked: str, outcome: Outcome) -> Record:
        """Keep what came of a run, its record last.

        Parameters
        ----------
        run, asked
            Name of the run, and hash of what was asked.
        outcome
            What came of it.

        Raises
        ------
        FolderError
            ``disk_full, write_failed, out_unwritable``.
        """
        names = ("exit", "reason", "sentences", "seconds", "log")
        record = Record(run, asked, **{name: getattr(outcome, name) for name in names})
        with os_errors(self.path):
            if outcome.files is not None:
                self._unpack(run, outcome.files)
            if outcome.values is not None:
                _write(self._values(run), outcome.values)
            _write(self.path / RUNS / f"{run}.json", _json(asdict(record)))
        return record

    def clear_tables(self) -> None:
        """Take away the tables of an earlier comparison: this one may have others."""
        with os_errors(self.path):
            for path in self.path.glob("*.parquet"):
                path.unlink()

    def finish(self, about: Mapping[str, Any]) -> None:
        """Write the manifest of a batch that ended: it lists the tables, the summaries and the input.

        Parameters
        ----------
        about
            What the manifest says besides kind and versions.
        """
        with os_errors(self.path):
            for half in (self.path / SUMMARIES).glob(".*"):
                half.unlink()  # of a worker that was killed
            summaries = (self.path / SUMMARIES).glob("*.parquet")
            listed = [*self.path.glob("*.parquet"), *summaries, *(self.path / "input").rglob("*")]
            names = sorted(path.relative_to(self.path).as_posix() for path in listed if path.is_file())
            self._write_manifest(about, {name: file_digest(self.path / name) for name in names})

    def _values(self, run: str) -> Path:
        return self.path / RUNS / f"{run}.start"

    def _unpack(self, run: str, files: bytes) -> None:
        half = self.path / RUNS / f".{run}{_HALF}"
        remove(half)
        with zipfile.ZipFile(io.BytesIO(files)) as archive:
            archive.extractall(half)
        remove(self.path / RUNS / run)
        rename(half / RUNS / run, self.path / RUNS / run)
        summary = Path(SUMMARIES) / f"{run}.parquet"
        os.replace(half / summary, self.path / summary)
        remove(half)

    def _write_manifest(self, about: Mapping[str, Any], files: Mapping[str, str]) -> None:
        _write(self.path / MANIFEST, _json({**made_with(KIND), **about, "files": files}))

    def _clear_changed(self) -> None:
        """Take away summaries that are not as they were listed: they are made again from their plans."""
        manifest = load_manifest(self.path)
        for name, digest in (manifest["files"] if manifest is not None else {}).items():
            path = self.path / name
            if Path(name).parent == Path(SUMMARIES) and path.is_file() and file_digest(path) != digest:
                path.unlink()

    def _begin(self, variants: VariantSet) -> None:
        """Say who is writing, clean up after who was killed here, and copy what was given."""
        self._clear_changed()
        begun = {"status": "unfinished", "language": variants.language, "batch": self.token}
        self._write_manifest(begun, {})
        for name in (RUNS, SUMMARIES):
            (self.path / name).mkdir(exist_ok=True)
        for left in (self.path / RUNS).glob(".*.thuisplan-*"):
            recover(left.with_name(left.name[1:].rpartition(".")[0]))
        for half in [*self.path.glob(f".*{_HALF}"), *(self.path / RUNS).glob(f".*{_HALF}")]:
            remove(half) if half.is_dir() else half.unlink()
        half = self.path / f".input{_HALF}"
        (half / "original").mkdir(parents=True)
        (half / "base").mkdir()
        beside = variants.path.resolve().parent
        for file in (variants.path, *variants.files):
            near = file.resolve().is_relative_to(beside)
            copy = half / "original" / (file.resolve().relative_to(beside) if near else file.name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
        copy_input(variants.base, half / "base")
        remove(self.path / "input")
        rename(half, self.path / "input")


@contextmanager
def batch_folder(out: Path, variants: VariantSet) -> Iterator[BatchFolder]:
    """Open a folder for a batch, new or begun before, and keep others out of it.

    Parameters
    ----------
    out
        Where it is to come.
    variants
        What is asked; their file and base are copied.

    Raises
    ------
    FolderError
        As ``PlanFolder.check_target``, and ``not_a_comparison``.
    """
    target = real_path(out)
    with os_errors(target):
        for source in (variants.path, variants.base):
            refuse_overlap(target, real_path(source))
        prepare_parent(target)
    with locked(target, 0.0):
        folder = BatchFolder(target, uuid.uuid4().hex)
        with os_errors(target):
            _refuse_foreign(target)
            target.mkdir(exist_ok=True)
            folder._begin(variants)
        yield folder


def _refuse_foreign(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise FolderError("out_is_file", path=str(target))
    manifest = load_manifest(target)
    if manifest is not None and manifest["kind"] != KIND:
        raise FolderError("not_a_comparison", path=str(target), kind=manifest["kind"])
    if manifest is None and target.exists():
        # What a batch writes first is its manifest.
        ours = IGNORED_FILES | {f".{MANIFEST}{_HALF}"}
        entries = {path.name + "/" * path.is_dir() for path in target.iterdir()}
        if foreign := sorted(entries - ours):
            raise FolderError("not_our_folder", path=str(target), files=foreign[:5], count=len(foreign))


def _write(path: Path, content: bytes) -> None:
    """Write a file in one step: it is there whole, or as it was."""
    half = path.with_name(f".{path.name}{_HALF}")
    half.write_bytes(content)
    sync(half)
    os.replace(half, path)


def _json(content: Any) -> bytes:
    return (json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()
