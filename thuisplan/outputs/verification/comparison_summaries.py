"""The summaries of a comparison: each is of a run that is there, and has the figures of its plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from thuisplan.outputs.verification.compare import compare
from thuisplan.outputs.verification.comparison_figures import AT, Figures
from thuisplan.outputs.verification.measures import UNITS
from thuisplan.outputs.verification.problems import Problem, problem
from thuisplan.outputs.verification.resolved import Row
from thuisplan.outputs.verification.written import read_written
from thuisplan.outputs.verification.written_comparison import SUMMARY

FOLDER = "summaries"
_NAMED_IN = ("plan", "allocations")
"""Tables of a plan that name every municipality of which it has figures."""
_DWELLINGS = frozenset({"dwellings", "required", "delivered", "shortfall"})


def check_summary(
    folder: Path, run: str, figures: Figures, units: Mapping[str, str], found: list[Problem]
) -> int:
    """Check that a summary says of a plan what the plan says itself; return how many cells were compared.

    Parameters
    ----------
    folder
        The folder of the comparison, with the plan in ``runs/``.
    run
        Name of the run.
    figures
        Its figures, taken again from the plan.
    units
        Subject -> its unit; dwellings unless it is here, a measure, or a rule that says so itself.
    found
        What differs is added to it.
    """
    table = f"{FOLDER}/{run}"
    if not (folder / f"{table}.parquet").is_file():
        found.append(problem("file_missing", file=f"{table}.parquet"))
        return 0
    schemas = {table: SUMMARY}
    written = read_written(folder, table, found, schemas)
    if written is None:
        return 0
    names = _names(folder / "runs" / run)
    expected: dict[tuple[object, ...], Row] = {}
    for cell, value in figures.items():
        subject, purpose, place, kind = cell[:4]
        code = place if purpose == AT else None
        row: Row = {
            "municipality_code": code,
            "municipality": None if code is None else names.get(code, code),
            "value": value,
        }
        if subject in units or subject in _DWELLINGS:
            row["unit"] = units.get(subject, "dwellings")
        elif subject in ("measure", "bound"):
            row["unit"] = UNITS[kind]
        expected[cell] = row
    return compare(table, expected, written, found, schemas)


def check_foreign(folder: Path, listed: Mapping[str, str], found: list[Problem]) -> None:
    """Check that every summary is of a run that is there.

    Parameters
    ----------
    folder
        The folder of the comparison.
    listed
        The files of its manifest. Comparisons of before they listed summaries may have those of all runs.
    found
        What is of no run is added to it.
    """
    if any(name.startswith(f"{FOLDER}/") for name in listed):
        return  # then what is not listed is told with the files
    for path in sorted((folder / FOLDER).glob("*.parquet")):
        if not (folder / "runs" / path.stem).is_dir():
            found.append(problem("file_unexpected", file=f"{FOLDER}/{path.name}"))


def _names(plan: Path) -> dict[str, str]:
    """Return what the tables of a plan call its municipalities."""
    rows: list[Row] = []
    for name in _NAMED_IN:
        if (plan / f"{name}.parquet").exists():
            rows += read_written(plan, name, []) or []
    return {row["municipality_code"]: row["municipality"] for row in rows}
