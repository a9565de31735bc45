"""One run: from the base and changes to a published plan. What a worker does, wherever it is."""

from __future__ import annotations

import errno
import io
import json
import tempfile
import time
import traceback
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thuisplan.commands.batch.base import pack, unpack, unpack_base, versions
from thuisplan.commands.run import seconds_left
from thuisplan.inputs.findings import InputError
from thuisplan.inputs.read_change import Change
from thuisplan.inputs.variants.variant import RunSettings
from thuisplan.inputs.write import write_folder
from thuisplan.outputs.plan_folder import MANIFEST, FolderError
from thuisplan.outputs.texts import LANGUAGES, finding_text, folder_text, text, verify_text

if TYPE_CHECKING:
    from thuisplan.inputs.instance import Instance
    from thuisplan.inputs.scenario import Scenario
    from thuisplan.solvers.solution import Solution

RESERVE = 2.0
"""Seconds that are kept at least for verifying and writing."""

RUNS, SUMMARIES = "runs", "summaries"
"""Folders of a batch: of plans with their records, and of what is compared of them."""

TOLD = 5
"""How many sentences a record keeps of what is wrong."""

PLANNED, UNPLANNED, WRONG, UNFIT, LIMITED, NO_PLAN, UNVERIFIED = 0, 1, 2, 3, 4, 5, 6
"""Exit codes of a run: those of ``solve``."""

Sentences = tuple[Mapping[str, str], ...]
"""Language -> sentence."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is asked.

    Parameters
    ----------
    run, asked
        Name of the run, and hash of what is asked.
    base
        The packed input that the runs share.
    changes
        Of the variant.
    settings
        How it is solved.
    out
        Folder of the batch, where its client sees it.
    token
        What the manifest of that folder says if a worker sees the same folder there.
    versions
        Of the client; with others the plan would not be the run that it is called.
    start
        Packed values of the plan of the reference; None if there is none.
    keeps_values
        Whether the values of this plan are wanted as the start of others.
    """

    run: str
    asked: str
    base: bytes = field(repr=False)
    changes: tuple[Change, ...]
    settings: RunSettings
    out: str
    token: str
    versions: Mapping[str, str]
    start: bytes | None = field(default=None, repr=False)
    keeps_values: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job.

    Parameters
    ----------
    exit
        As ``solve`` would have ended.
    reason
        ``closed``, ``stopped``, ``conflicts``, a reason of ``NoPlan``, ``wrong``, ``unverified``,
        ``disk_full``, ``folder``, ``versions``, ``lost``, ``worker`` or ``bug``.
    sentences
        Why there is no plan.
    seconds
        Step -> wall time.
    values
        Packed values of the plan, where they are wanted.
    files
        The plan and its summary as an archive, where the worker does not see the folder of the batch.
    log
        Of an error that nobody foresaw.
    """

    exit: int
    reason: str
    sentences: Sentences = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    values: bytes | None = field(default=None, repr=False)
    files: bytes | None = field(default=None, repr=False)
    log: str = ""


def work(job: Job) -> Outcome:
    """Do one run. Whatever goes wrong is an outcome: one run does not stop the others.

    Parameters
    ----------
    job
        What is asked.
    """
    began = time.monotonic()
    outcome = _guarded(job, began)
    return outcome if outcome.seconds else replace(outcome, seconds={"run": time.monotonic() - began})


def _guarded(job: Job, began: float) -> Outcome:
    if dict(job.versions) != versions():
        told = {"asked": _listed(job.versions), "found": _listed(versions())}
        return Outcome(UNPLANNED, "versions", _said("batch.other_versions", **told))
    try:
        return _run(job, began)
    except InputError as error:
        return wrong(error)
    except FolderError as error:
        full = error.code == "disk_full"
        sentence = {lg: folder_text(error, lg) for lg in LANGUAGES}
        return Outcome(WRONG, "disk_full" if full else "folder", (sentence,))
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return Outcome(WRONG, "disk_full", _said("batch.disk_full", reason=error.strerror))
        failed = getattr(error, "verification", None)
        if failed is not None:
            problems = failed.problems[:TOLD]
            sentences = tuple({lg: verify_text(p, lg) for lg in LANGUAGES} for p in problems)
            return Outcome(UNVERIFIED, "unverified", sentences)
        # The error itself may not survive the way back, and its text is all that anybody can use there.
        return Outcome(UNPLANNED, "bug", _said("batch.bug", run=job.run), log=traceback.format_exc())


def wrong(error: InputError) -> Outcome:
    """Return the outcome of changes that do not go together."""
    found = error.findings[:TOLD]
    return Outcome(WRONG, "wrong", tuple({lg: finding_text(one, lg) for lg in LANGUAGES} for one in found))


def lost(times: int) -> Outcome:
    """Return the outcome of a run of which the process ended, so many times."""
    return Outcome(UNPLANNED, "lost", _said("batch.lost", times=times))


def failed(error: Exception) -> Outcome:
    """Return the outcome of a run that did not come back from its worker."""
    return Outcome(UNPLANNED, "worker", _said("batch.worker", error=f"{type(error).__name__}: {error}"))


def _run(job: Job, began: float) -> Outcome:
    from thuisplan.model.conflicts import conflicts
    from thuisplan.model.stages import stages
    from thuisplan.outputs.answer import sentence_text
    from thuisplan.outputs.conflicts import conflict_sentences
    from thuisplan.solvers.solution import NoPlan
    from thuisplan.solvers.staged import Options, solve_stages
    from thuisplan.solvers.start import named_values

    # The first run of a process pays for loading all of this, the first of a base for its workshop.
    base, settings = unpack_base(job.base), job.settings
    _ = base.workshop
    seconds = {"prepare": time.monotonic() - began}
    given, instance = base.variant(job.changes)
    problem = base.build(instance)
    seconds["build"] = time.monotonic() - began - seconds["prepare"]
    if seen := conflicts(problem):
        told = conflict_sentences(instance, seen[:TOLD])
        sentences = tuple({lg: sentence_text(one, lg) for lg in LANGUAGES} for one in told)
        return Outcome(UNFIT, "conflicts", sentences, seconds)
    asked = stages(instance)[:1] if settings.stages == "first" else stages(instance)
    result = solve_stages(
        instance,
        problem,
        asked,
        Options(
            seconds=seconds_left(began, settings.time_limit, RESERVE),
            gap=settings.gap,
            threads=settings.threads,
            seed=settings.seed,
        ),
        start=None if job.start is None else unpack(job.start),
    )
    seconds["solve"] = time.monotonic() - began - sum(seconds.values())
    if isinstance(result, NoPlan):
        code = {"infeasible": UNFIT, "inexact": UNVERIFIED}.get(result.reason, NO_PLAN)
        # That sentence goes on in a list, which is for `diagnose`.
        key = "batch.infeasible" if result.reason == "infeasible" else f"no_plan.{result.reason}"
        return Outcome(code, result.reason, _said(key), seconds)
    run = {
        "options": {"time_limit": settings.time_limit, "gap": settings.gap, "stages": settings.stages},
        "seed": settings.seed,
        "seconds": {step: round(spent, 2) for step, spent in seconds.items()},
    }
    files = _write(job, given, instance, result, run)
    seconds["publish"] = time.monotonic() - began - sum(seconds.values())
    code, reason = (PLANNED, "closed") if result.closed else (LIMITED, "stopped")
    values = pack(named_values(problem, result)) if job.keeps_values else None
    return Outcome(code, reason, (), seconds, values, files)


def _write(
    job: Job, given: Scenario, instance: Instance, solution: Solution, run: Mapping[str, Any]
) -> bytes | None:
    """Publish the plan and its summary in the folder of the batch, or return them as an archive."""
    from thuisplan.outputs.comparison.summary import write_summary
    from thuisplan.outputs.publish import publish

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        source = Path(scratch) / "input"
        write_folder(given, source, None)
        shared = sees_folder(Path(job.out), job.token)
        out = Path(job.out) if shared else Path(scratch) / "out"
        folder = publish(instance, solution, source, out / RUNS / job.run, run)
        write_summary(folder.path, out / SUMMARIES / f"{job.run}.parquet")
        return None if shared else _archive(out)


def sees_folder(out: Path, token: str) -> bool:
    """Return whether the folder of the batch is here: another machine may have another folder there."""
    try:
        manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("batch") == token


def _archive(folder: Path) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return stream.getvalue()


def _said(key: str, **values: Any) -> Sentences:
    return ({language: text(key, language, **values) for language in LANGUAGES},)


def _listed(found: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(found.items()))
