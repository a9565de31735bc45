"""Reads an earlier plan from its folder, to stay close to it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from thuisplan.inputs.files import read_raw
from thuisplan.inputs.findings import Finding, InputError, Severity
from thuisplan.inputs.parse import parse
from thuisplan.inputs.reference import Reference
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Municipality, Option
from thuisplan.outputs.plan_folder import FolderError, PlanFolder

PLAN = "plan.parquet"
RESOLVED = "input/resolved/"


def read_reference(path: Path) -> Reference:
    """Read an earlier plan.

    Parameters
    ----------
    path
        A plan folder, or one of its alternatives.

    Raises
    ------
    FolderError
        If there is no plan that this version reads.
    InputError
        If its files were edited, or cannot be read any more.
    """
    folder = PlanFolder.open(path)
    if folder.manifest["kind"] != "plan":
        raise FolderError("not_a_plan", path=str(folder.path), exists=True)
    edited = [name for name in folder.changed_files() if name == PLAN or name.startswith(RESOLVED)]
    if edited:
        raise InputError([Finding(Severity.WRONG, "reference_edited", {"path": str(path), "files": edited})])
    scenario = _scenario(path, folder.path / RESOLVED)
    try:
        rows = pq.read_table(folder.path / PLAN).to_pylist()
        dwellings = {(r["municipality_code"], r["year"], r["option"]): r["dwellings"] for r in rows}
    except (pa.ArrowException, OSError, KeyError) as error:
        raise _unreadable(path, str(error)) from error
    return Reference(
        path=str(path),
        name=scenario.settings.name,
        input_hash=str(folder.manifest["input_hash"]),
        plan_hash=str(folder.manifest["files"][PLAN]),
        municipalities={row.code: row.name for row in scenario.rows(Municipality)},
        options={row.option: row.dwelling_type for row in scenario.rows(Option)},
        years=scenario.settings.years,
        dwellings=dwellings,
    )


def _scenario(path: Path, resolved: Path) -> Scenario:
    scenario, findings = parse(read_raw(resolved))
    if scenario is None:
        first = next((f for f in findings if f.severity is Severity.WRONG), None)
        raise _unreadable(path, str(first.source if first else resolved))
    return scenario


def _unreadable(path: Path, reason: str) -> InputError:
    values = {"path": str(path), "reason": reason}
    return InputError([Finding(Severity.WRONG, "reference_unreadable", values)])
