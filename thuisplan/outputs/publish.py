"""Write a plan, verify it, publish it: nothing is published that fails verification."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from thuisplan import __version__
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.labels import MEASURES
from thuisplan.inputs.read import copy_input
from thuisplan.inputs.reference import Comparison
from thuisplan.inputs.write import write_folder
from thuisplan.outputs.changed import change_tables
from thuisplan.outputs.plan_folder import PLAN_FORMAT, PlanFolder
from thuisplan.outputs.tables import plan_tables
from thuisplan.outputs.verification import Verification, verify
from thuisplan.outputs.workbook import write_workbook

if TYPE_CHECKING:
    from thuisplan.solvers.solution import Solution

PACKAGES = ("highspy", "pyomo", "numpy", "scipy", "pyarrow", "pydantic")


class VerificationFailed(Exception):
    """A plan failed verification; nothing was published.

    Parameters
    ----------
    verification
        What was found.
    """

    def __init__(self, verification: Verification) -> None:
        super().__init__(f"{len(verification.problems)} problems")
        self.verification = verification


def publish(
    instance: Instance,
    solution: Solution,
    source: Path,
    out: Path,
    run: Mapping[str, Any],
    log: Path | None = None,
    workbook: bool = False,
    comparison: Comparison | None = None,
) -> PlanFolder:
    """Publish a plan.

    Parameters
    ----------
    instance
        The resolved input.
    solution
        The plan with exact values.
    source
        The input as it was given; copied into the plan.
    out
        Where the plan is to come.
    run
        Options, seconds and seed of the run, for the manifest.
    log
        The solver's log; copied into the plan.
    workbook
        Whether the tables are written as ``plan.xlsx`` too.
    comparison
        The earlier plan that this one was to stay close to, beside the input.

    Raises
    ------
    VerificationFailed
        If the written plan fails verification.
    FolderError
        If the plan cannot be written there.
    """

    def write(folder: Path) -> Mapping[str, Any]:
        tables = plan_tables(instance, solution)
        if comparison is not None:
            tables |= change_tables(comparison, solution)
        if workbook:
            write_workbook(tables, folder / "plan.xlsx")
        resolved = _write(folder, instance, source, tables)
        text = log.read_text(encoding="utf-8", errors="replace") if log and log.exists() else ""
        (folder / "solver.log").write_text(text, encoding="utf-8")
        return manifest(solution, run, input_hash(resolved)) | _earlier(comparison)

    return PlanFolder.publish(out, write, _verified)


def _verified(folder: Path) -> None:
    """Refuse a folder that fails verification."""
    verification = verify(folder)
    if not verification.passed:
        raise VerificationFailed(verification)


def _earlier(comparison: Comparison | None) -> dict[str, Any]:
    """Return what the manifest says of an earlier plan."""
    if comparison is None:
        return {}
    earlier = comparison.reference
    return {
        "reference": {
            "path": earlier.path,
            "name": earlier.name,
            "input_hash": earlier.input_hash,
            "plan": earlier.plan_hash,
        }
    }


def publish_answer(
    kind: str,
    instance: Instance,
    source: Path,
    out: Path,
    run: Mapping[str, Any],
    tables: Mapping[str, pa.Table],
    write_more: Callable[[Path], None] | None = None,
) -> PlanFolder:
    """Publish an answer about an input that is no plan.

    Parameters
    ----------
    kind
        ``assessment`` or ``diagnosis``.
    instance
        The resolved input.
    source
        The input as it was given; copied into the folder.
    out
        Where the answer is to come.
    run
        What the manifest says besides: options, status, seconds.
    tables
        Name -> table.
    write_more
        Writes other files into the folder it is given.

    Raises
    ------
    VerificationFailed
        If the written answer fails verification.
    FolderError
        If the answer cannot be written there.
    """

    def write(folder: Path) -> Mapping[str, Any]:
        resolved = _write(folder, instance, source, tables)
        if write_more is not None:
            write_more(folder)
        return {**made_with(kind, input_hash(resolved)), **run}

    return PlanFolder.publish(out, write, _verified)


def _write(folder: Path, instance: Instance, source: Path, tables: Mapping[str, pa.Table]) -> Path:
    """Write tables, and the input as given and as used; return the folder of the latter."""
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    original, resolved = folder / "input" / "original", folder / "input" / "resolved"
    original.mkdir(parents=True)
    copy_input(source, original)
    resolved.mkdir()
    write_folder(instance.scenario, resolved, None)
    return resolved


def made_with(kind: str, hashed: str | None = None) -> dict[str, Any]:
    """Return what every manifest begins with: kind, versions and the hash of the input, if it has one."""
    return {
        "kind": kind,
        "format": PLAN_FORMAT,
        "thuisplan": __version__,
        "versions": {"python": platform.python_version()} | {p: metadata.version(p) for p in PACKAGES},
        "platform": platform.platform(),
        **({} if hashed is None else {"input_hash": hashed}),
    }


def input_hash(resolved: Path) -> str:
    """Return the hash of a resolved input: equal content gives an equal hash.

    Parameters
    ----------
    resolved
        Folder with the resolved input; the list of assumptions does not count.
    """
    digest = hashlib.sha256()
    files = {file.relative_to(resolved).as_posix(): file for file in resolved.rglob("*") if file.is_file()}
    for name in sorted(files):
        if name != "assumptions.csv":
            digest.update(name.encode() + b"\0" + files[name].read_bytes() + b"\0")
    return f"sha256:{digest.hexdigest()}"


def manifest(solution: Solution, run: Mapping[str, Any], hashed: str) -> dict[str, Any]:
    """Return the manifest of a plan, without the hashes of its files.

    Parameters
    ----------
    solution
        The plan.
    run
        Options, seconds and seed of the run.
    hashed
        Hash of the resolved input.
    """
    stopped = [record.stopped for record in solution.stages if not record.closed]
    return {
        **made_with("plan", hashed),
        **run,
        "status": {
            "stopped": "closed" if not stopped else stopped[0],
            "holds": "optimum within tolerances" if not stopped else "plan",
        },
        "stages": [_stage(solution, position) for position in range(len(solution.stages))],
        # Of all measures: plans are compared on those that no stage minimised too.
        "measures": {
            name: float(value)
            for name, value in sorted(solution.measures.items())
            # What hard rules would have to give is no measure of a plan: they hold.
            if name in MEASURES.labels
        },
        # That the plan was published says that it was verified; this is what there was to verify.
        "verification": {"requirements": len(solution.lines)},
        # Plans repeat on the same versions and platform unless the clock ended a stage.
        "reproducible": not stopped and not any(record.clocked for record in solution.stages),
    }


def _stage(solution: Solution, position: int) -> dict[str, Any]:
    record = solution.stages[position]
    published = solution.objective(record.stage)
    bound = record.bound
    return {
        "stage": record.stage.number,
        "measures": [
            {"measure": name, "weight": weight, "value_published": float(solution.measures[name])}
            for name, weight in record.stage.measures.items()
        ],
        "unit": record.stage.unit,
        "stopped": record.stopped,
        "value_closed": record.value,
        "limit": record.limit,
        "value_published": published,
        "bound": bound,
        "gap_absolute": None if bound is None else published - bound,
        "gap_relative": None if bound is None else _relative(published - bound, published),
        "seconds": round(record.seconds, 2),
    }


def _relative(gap: float, value: float) -> float | None:
    """Return a gap as a part of the value; next to nothing it means nothing."""
    if gap <= 0:
        return 0.0
    return gap / abs(value) if value else None
