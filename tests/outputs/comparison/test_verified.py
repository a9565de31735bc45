"""A comparison with an error is found out, whichever figure it is in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from thuisplan.outputs.comparison.compare import compare_runs
from thuisplan.outputs.plan_folder import PLAN_FORMAT, file_digest
from thuisplan.outputs.schemas import SCHEMAS
from thuisplan.outputs.verification import verify
from thuisplan.outputs.verification.measures import UNITS
from thuisplan.outputs.verification.written_comparison import COMPARISON_SCHEMAS

CLUSTERED, MARKET = "clustered", "market"
MEASURES = {"unmet_special", "extra_cost"}


@pytest.fixture
def comparison(runs: Any, rule: Any) -> Any:
    """Return a folder in which every table has rows."""
    two_stages = {"unmet_special": (100.0, 90.0), "extra_cost": (6.0, 5.0)}
    fewer = {"unmet_special": (70.0, 60.0), "extra_cost": (8.0, 7.0)}
    worse = {"unmet_special": (120.0, 119.0), "extra_cost": (9.0, 8.0)}
    order = [("order", "unmet_special > extra_cost"), ("keep", "1%")]
    lines = [rule("r"), rule("r", binding=True)]
    runs.add("base", {("A", CLUSTERED, 2026): 6}, two_stages, reproducible=True, rules=lines)
    runs.add("a1", {("B", MARKET, 2027): 4}, fewer, labels=[("a", "base")], rules=[rule("r")])
    runs.add("a2", {("A", CLUSTERED, 2026): 7}, two_stages, labels=[("a", "two")])
    runs.add("no r", {("A", CLUSTERED, 2026): 9}, fewer, "price", [("without", "r")])
    runs.add("p1", {("A", CLUSTERED, 2026): 9}, worse, "frontier", order)
    for number in range(1, 4):
        built = {("A", CLUSTERED, 2026): number}
        runs.add(f"draw {number}", built, two_stages, kind="draw", labels=[("draw", str(number))])
    compare_runs(runs.out, runs.infos, "base")
    return runs


def _changed(value: Any) -> Any:
    return not value if isinstance(value, bool) else value + 1


def _columns() -> list[tuple[str, str]]:
    """Return every column with a figure: it is a number, or yes or no, and no part of the key.

    Of the measures only those of the plans here.
    """
    absent = {f"{name}{part}" for name in UNITS.keys() - MEASURES for part in ("", "_bound")}
    return [
        (table, column)
        for table, schema in COMPARISON_SCHEMAS.items()
        for column, kind in schema.columns.items()
        if kind.rstrip("?") in ("whole", "number", "yes_no") and column not in (*schema.key, *absent)
    ]


@pytest.mark.parametrize(("table", "column"), _columns())
def test_every_changed_figure_is_found(comparison: Any, check: Any, table: str, column: str) -> None:
    """A figure that is one more than it should be is named with its table."""
    path = comparison.out / f"{table}.parquet"
    found = pq.read_table(path)
    rows = found.to_pylist()
    there = [row for row in rows if row[column] is not None]
    there[-1][column] = _changed(there[-1][column])
    pq.write_table(pa.Table.from_pylist(rows, found.schema), path)
    problems = check("base")
    assert {(one.code, one.values["file"]) for one in problems} == {("value_differs", path.name)}


@pytest.mark.parametrize("table", sorted(COMPARISON_SCHEMAS))
def test_a_row_that_is_missing_is_found(comparison: Any, check: Any, table: str) -> None:
    """Each table has a row for everything that it is about."""
    path = comparison.out / f"{table}.parquet"
    found = pq.read_table(path)
    pq.write_table(found.slice(0, found.num_rows - 1), path)
    assert ("row_missing", path.name) in {(one.code, one.values.get("file")) for one in check("base")}


def test_a_winner_that_is_no_better_is_found(comparison: Any, check: Any) -> None:
    """That p1 loses to the reference is true; that it loses to itself is not."""
    path = comparison.out / "frontier.parquet"
    found = pq.read_table(path)
    rows = [{**row, "dominated_by": row["dominated_by"] and "p1"} for row in found.to_pylist()]
    pq.write_table(pa.Table.from_pylist(rows, found.schema), path)
    assert {one.values["file"] for one in check("base")} == {path.name}


def _publish(runs: Any, **values: Any) -> Path:
    """Write the manifest of a comparison, and return its folder."""
    files = {path.name: file_digest(path) for path in runs.out.glob("*.parquet")}
    content = {"kind": "comparison", "format": PLAN_FORMAT, "reference": "base", "hold": "9/10", **values}
    content |= {"runs": [asdict(one) for one in runs.infos], "files": files}
    (runs.out / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    return Path(runs.out)


def test_the_plans_of_a_comparison_are_verified_too(comparison: Any) -> None:
    """The plans here are made up: each of the eight runs is found not to be right."""
    found = verify(_publish(comparison))
    wrong = [one.values["run"] for one in found.problems if one.code == "run_not_verified"]
    assert wrong == [one.run for one in comparison.infos]
    assert not found.passed


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda out: (out / "prices.parquet").unlink(), "file_missing"),
        (lambda out: (out / "notes.txt").write_text("mine"), "file_unexpected"),
        (lambda out: (out / "prices.parquet").write_bytes(b"no"), "file_changed"),
    ],
)
def test_files_of_a_comparison_are_those_of_its_manifest(
    comparison: Any, change: Callable[[Path], object], code: str
) -> None:
    """A table less, a file more, and a table that was changed are found; the runs have their own lists."""
    out = _publish(comparison)
    change(out)
    files = {one.code for one in verify(out).problems if one.code.startswith("file_")}
    assert files == {code}


@pytest.mark.parametrize("column", ["municipality_code", "municipality", "unit", "value"])
def test_a_changed_summary_is_found_where_its_hash_is_not_listed(
    comparison: Any, check: Any, column: str
) -> None:
    """Comparisons of before summaries were listed: every cell is held against the plan of the run."""
    path = comparison.out / "summaries" / "a1.parquet"
    found = pq.read_table(path)
    rows = found.to_pylist()
    there = next(row for row in rows if row["municipality_code"])
    there[column] = there[column] + 1 if column == "value" else f"{there[column]}!"
    pq.write_table(pa.Table.from_pylist(rows, found.schema), path)
    [one] = [one for one in check("base") if one.values["file"] == "summaries/a1.parquet"]
    assert (one.code, one.values["column"]) == ("value_differs", column)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda folder: (folder / "a1.parquet").unlink(), "file_missing"),
        (lambda folder: (folder / "a1.parquet").rename(folder / "other.parquet"), "file_unexpected"),
        (lambda folder: (folder / "a1.parquet").write_bytes(b"no"), "unreadable_file"),
    ],
)
def test_a_missing_or_foreign_summary_is_found_where_its_hash_is_not_listed(
    comparison: Any, check: Any, change: Callable[[Path], object], code: str
) -> None:
    """A summary that is gone, of no run, or cut off is named."""
    change(comparison.out / "summaries")
    found = {(one.code, one.values["file"]) for one in check("base")}
    name = "other" if code == "file_unexpected" else "a1"
    assert (code, f"summaries/{name}.parquet") in found


def test_the_columns_are_those_that_are_written() -> None:
    """What verification expects of a table is what comparisons write."""
    from thuisplan.outputs.comparison.schemas import COMPARISONS

    for name, schema in COMPARISON_SCHEMAS.items():
        assert set(schema.columns) == set(COMPARISONS[name].names)
    assert set(COMPARISONS) - set(COMPARISON_SCHEMAS) == {"summary", "sentences"}
    assert not set(COMPARISON_SCHEMAS) & set(SCHEMAS)
