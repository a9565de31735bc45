"""The least regret of a comparison: plans verify, the first years are one, and regrets are differences.

What a scenario can reach alone is the word of the search, but never worse than the plan of its own run;
what its plan with the common decisions reaches is recomputed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from thuisplan.outputs.verification.compare import same
from thuisplan.outputs.verification.folder import MANIFEST, read_manifest
from thuisplan.outputs.verification.problems import Problem, Verification, problem
from thuisplan.outputs.verification.resolved import Row, read_settings
from thuisplan.outputs.verification.written import SCHEMAS, key_text, read_written, schema

TABLE = "regret"
FILE = "regret.parquet"
TOLERANCE = 1e-6
RUNS = "runs"
PLANNED = ("closed", "stopped")

REGRET_SCHEMAS = {
    TABLE: schema(
        "scenario",
        text="scenario measures unit",
        text_or_empty="folder",
        yes_no="impossible",
        number="own_bound",
        number_or_empty="own_best value regret regret_at_most",
    ),
    "common_decisions": schema(
        "municipality_code year option",
        text="municipality_code municipality option dwelling_type",
        whole="year dwellings",
    ),
}
"""Table -> its key and columns."""

Verify = Callable[[Path], Verification]
Built = dict[tuple[Any, ...], int]


def check_regret(folder: Path, verify: Verify, found: list[Problem]) -> tuple[int, int]:
    """Check the least regret of a comparison; return how many lines of plans and figures were compared.

    Parameters
    ----------
    folder
        The folder of the comparison; without a table of regrets there is nothing to check.
    verify
        Verifies the plan of a scenario.
    found
        What differs is added to it.
    """
    if not (folder / FILE).exists():
        return 0, 0
    rows, decisions = (read_written(folder, name, found, REGRET_SCHEMAS) for name in REGRET_SCHEMAS)
    if rows is None or decisions is None:
        return 0, 0
    lines = sums = 0
    runs = _own_runs(folder)
    for row in rows:
        reached = None
        if row["folder"] is not None:
            plan = folder / row["folder"]
            outcome = verify(plan)
            lines, sums = lines + outcome.lines, sums + outcome.sums
            if not outcome.passed:
                found.append(problem("run_not_verified", run=row["folder"], count=len(outcome.problems)))
            manifest = read_manifest(plan, found)
            if manifest is not None:
                reached = _reached(manifest, outcome)
                sums += _check_decisions(plan, manifest, decisions, found)
                sums += _check_best(row, manifest, runs.get(row["scenario"]), found)
        elif decisions:
            found.append(problem("row_unexpected", file="common_decisions.parquet", key=row["scenario"]))
        sums += _check_row(row, reached, found)
    return lines, sums


def _own_runs(folder: Path) -> dict[str, Path]:
    """Return variant -> the plan of its own run, which is verified with the runs."""
    if not (folder / MANIFEST).exists():
        return {}
    manifest = read_manifest(folder, [])
    told = [] if manifest is None else manifest.get("runs", [])
    return {one["name"]: folder / RUNS / one["run"] for one in told if one["status"] in PLANNED}


def _check_best(row: Row, manifest: Mapping[str, Any], run: Path | None, found: list[Problem]) -> int:
    """Check that what a scenario reaches alone is not worse than what its own run reached."""
    own = None if run is None else read_manifest(run, [])
    weights = manifest["regret"]["measures"]
    if own is None or any(name not in own["measures"] for name in weights):
        return 0
    reached = float(sum(weight * own["measures"][name] for name, weight in weights.items()))
    best = row["own_best"]
    if best is None or best > reached + TOLERANCE * max(1.0, abs(reached)):
        values = {"column": "own_best", "expected": reached, "found": best}
        found.append(problem("value_differs", file=FILE, key=row["scenario"], **values))
    return 1


def _reached(manifest: Mapping[str, Any], outcome: Verification) -> float | None:
    """Return what a plan reaches of what is regretted, recomputed from its tables."""
    weights = manifest["regret"]["measures"]
    if not all(name in outcome.measures for name in weights):
        return None
    return float(sum(weight * outcome.measures[name] for name, weight in weights.items()))


def _check_row(row: Row, reached: float | None, found: list[Problem]) -> int:
    """Check the figures of a scenario: what its plan reaches, less what it can reach alone."""
    best, bound = row["own_best"], row["own_bound"]
    expected = {
        "value": reached,
        "regret": None if reached is None or best is None else max(0.0, reached - best),
        "regret_at_most": None if reached is None else max(0.0, reached - bound),
    }
    for column, value in expected.items():
        if not _close(row[column], value):
            values = {"column": column, "expected": value, "found": row[column]}
            found.append(problem("value_differs", file=FILE, key=row["scenario"], **values))
    for column in ("own_best", "value"):
        value = row[column]
        if value is not None and bound > value + TOLERANCE * max(1.0, abs(value)):
            values = {"column": "own_bound", "expected": value, "found": bound}
            found.append(problem("value_differs", file=FILE, key=row["scenario"], **values))
    return len(expected)


def _check_decisions(
    plan: Path, manifest: Mapping[str, Any], decisions: list[Row], found: list[Problem]
) -> int:
    """Check that a plan completes what is decided in the common years, and nothing else."""
    settings, written = read_settings(plan, found), read_written(plan, "plan", found, SCHEMAS)
    if settings is None or written is None:
        return 0
    until = manifest["regret"]["common_until"]
    key = REGRET_SCHEMAS["common_decisions"].key
    built = {
        tuple(row[column] for column in key): row["dwellings"]
        for row in written
        if settings.first_open_year <= row["year"] <= until
    }
    decided: Built = {tuple(row[column] for column in key): row["dwellings"] for row in decisions}
    for cell in sorted({*built, *decided}):
        expected, told = built.get(cell, 0), decided.get(cell, 0)
        if not same(told, expected):
            file, column = "common_decisions.parquet", f"dwellings ({manifest['regret']['scenario']})"
            values = {"column": column, "expected": expected, "found": told}
            found.append(problem("value_differs", file=file, key=key_text(cell), **values))
    return len(built)


def _close(found: float | None, expected: float | None) -> bool:
    if found is None or expected is None:
        return found is None and expected is None
    return abs(found - expected) <= TOLERANCE * max(1.0, abs(expected))
