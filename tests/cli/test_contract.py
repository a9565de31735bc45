"""What ``solve`` writes: exactly the files, columns, types and fields that readers rely on."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

Run = Callable[..., Any]

COLUMNS = {
    "plan": "municipality_code municipality year option dwelling_type route segment unit dwellings committed "
    "extra_cost_eur deficit_eur",
    "needs": "need_id purpose place need_category year required delivered shortfall surplus",
    "rules": "rule_id family purpose place subject period strength lhs operator rhs allowed unit value_pct "
    "norm_pct margin slack verdict binding valid_from valid_to status source",
    "funding": "pot_id payer kind municipality_code year option dwellings amount_eur",
    "finance": "pot_id payer kind year available_eur carried_in_eur used_eur carried_out_eur lapsed_eur",
    "fair_share": "rule_id key track group basis place municipality_code year share task target delivered "
    "tolerance deviation",
    "stock": "municipality_code year dwellings social mid social_share_pct mid_share_pct",
    "assumptions": "table key column value unit source year status origin",
    "settlement": "rule_id track municipality_code year target delivered difference persons tariff_eur "
    "amount_eur",
}
KEYS = {
    "plan": "municipality_code year option",
    "needs": "need_id year",
    "rules": "rule_id place subject period",
    "funding": "pot_id municipality_code year option",
    "finance": "pot_id year",
    "fair_share": "rule_id place municipality_code year",
    "stock": "municipality_code year",
    "settlement": "rule_id municipality_code",
}
WHOLE = {"dwellings", "committed", "required", "delivered", "shortfall", "surplus", "social", "mid", "year"}


def test_the_files_are_those_of_the_contract(solved: Path) -> None:
    """A plan is its tables, manifest, log, input as given and as used, and the workbook asked for."""
    names = {path.name for path in solved.iterdir()}
    tables = {f"{name}.parquet" for name in COLUMNS}
    assert names == tables | {"manifest.json", "solver.log", "input", "plan.xlsx"}
    assert {path.name for path in (solved / "input").iterdir()} == {"original", "resolved"}
    assert [path.name for path in solved.parent.iterdir() if path.name.startswith(".")] == []


def test_the_input_as_given_is_kept_byte_for_byte(solved: Path, snapshot: Run) -> None:
    """``input/original/`` holds what was given, unchanged."""
    assert snapshot(solved / "input" / "original") == snapshot(solved.parent / "small")


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_types_units_and_order(name: str, solved: Path) -> None:
    """Columns stand in their order, whole numbers are integers, texts are strings, units are in metadata."""
    table = pq.read_table(solved / f"{name}.parquet")
    assert table.column_names == COLUMNS[name].split()
    for field in table.schema:
        unit = (field.metadata or {}).get(b"unit", b"").decode()
        if field.name.endswith("_eur"):
            assert (field.type, unit) == (pa.int64(), "EUR")
        elif field.name.endswith("_pct"):
            assert (field.type, unit) == (pa.float64(), "%")
        elif field.name in WHOLE and name not in ("fair_share", "settlement"):
            assert field.type == pa.int64()
            assert unit in ("dwellings", "year")
        else:
            assert field.type in (pa.string(), pa.int64(), pa.float64(), pa.bool_())
    rows = table.to_pylist()
    assert rows
    if name in KEYS:
        keys = [tuple(row[column] for column in KEYS[name].split()) for row in rows]
        assert keys == sorted(keys)
        assert len(set(keys)) == len(keys)


def test_the_plan_has_the_commitment_and_its_costs(solved: Path) -> None:
    """The two committed dwellings of Adorp: 2 x 50,000 euros deficit; only rows with a dwelling are there."""
    rows = pq.read_table(solved / "plan.parquet").to_pylist()
    [rent] = [row for row in rows if row["option"] == "rent"]
    assert rent == {
        "municipality_code": "GM0001",
        "municipality": "Adorp",
        "year": 2026,
        "option": "rent",
        "dwelling_type": "social_regular",
        "route": "new_build",
        "segment": "social_rent",
        "unit": "dwelling",
        "dwellings": 2,
        "committed": 2,
        "extra_cost_eur": 0,
        "deficit_eur": 100_000,
    }
    assert all(row["dwellings"] > 0 for row in rows)


def test_amounts_add_up_between_tables(solved: Path) -> None:
    """Payments sum to the costs of the plan and to what the pots used; budgets are not exceeded."""
    tables = {name: pq.read_table(solved / f"{name}.parquet").to_pylist() for name in COLUMNS}
    for kind in ("extra_cost", "deficit"):
        paid = sum(row["amount_eur"] for row in tables["funding"] if row["kind"] == kind)
        assert paid == sum(row[f"{kind}_eur"] or 0 for row in tables["plan"])
        assert paid == sum(row["used_eur"] for row in tables["finance"] if row["kind"] == kind)
    assert all(
        row["used_eur"] + row["carried_out_eur"] + row["lapsed_eur"]
        == row["available_eur"] + row["carried_in_eur"]
        for row in tables["finance"]
    )


def test_pandas_and_duckdb_read_the_same_plan(solved: Path) -> None:
    """Both count the same dwellings per municipality, year and type, without help."""
    path = solved / "plan.parquet"
    columns = ["municipality", "year", "dwelling_type"]
    with_pandas = pd.read_parquet(path).groupby(columns).dwellings.sum()
    query = f"SELECT {', '.join(columns)}, sum(dwellings) FROM '{path}' GROUP BY ALL"
    assert {(*row[:3], int(row[3])) for row in duckdb.sql(query).fetchall()} == {
        (*key, int(value)) for key, value in with_pandas.items()
    }
    assert with_pandas["Adorp", 2026, "social_regular"] == 2


def test_the_manifest_says_how_the_plan_was_made(solved: Path, manifest_of: Run) -> None:
    """Kind, versions, platform, hash, options, seed, seconds, both statuses, verification and files."""
    manifest = manifest_of(solved)
    assert (manifest["kind"], manifest["format"], manifest["seed"]) == ("plan", 1, 0)
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", manifest["input_hash"])
    assert {"python", "highspy", "pyomo", "numpy", "scipy", "pyarrow"} <= set(manifest["versions"])
    assert manifest["thuisplan"]
    assert manifest["platform"]
    assert manifest["options"] == {
        "alternatives": 0,
        "gap": None,
        "method": "auto",
        "prove": False,
        "report": False,
        "reference": None,
        "scheduler": None,
        "seed": 0,
        "threads": 1,
        "time_limit": 600.0,
        "xlsx": True,
    }
    assert set(manifest["seconds"]) >= {"build", "solve"}
    assert manifest["status"] == {"stopped": "closed", "holds": "optimum within tolerances"}
    assert manifest["verification"]["requirements"] == pq.read_table(solved / "rules.parquet").num_rows
    assert manifest["reproducible"] is True
    written = {path.relative_to(solved).as_posix() for path in solved.rglob("*") if path.is_file()}
    assert set(manifest["files"]) == written - {"manifest.json"}


def test_the_manifest_has_value_bound_and_gap_of_every_stage(solved: Path, manifest_of: Run) -> None:
    """Published values lie between the bound and the limit of their stage, and the gap is their distance."""
    stages = manifest_of(solved)["stages"]
    assert [stage["stage"] for stage in stages] == list(range(1, len(stages) + 1))
    for stage in stages:
        value, bound = stage["value_published"], stage["bound"]
        assert bound - 1e-6 <= stage["value_closed"] <= stage["limit"] + 1e-6
        assert bound - 1e-6 <= value <= stage["limit"] + 1e-6
        assert stage["gap_absolute"] == pytest.approx(value - bound)
        assert stage["gap_relative"] == pytest.approx((value - bound) / value if value else 0)
        assert stage["stopped"] in ("closed", "at_bound")
        assert stage["unit"]
        weighed = sum(part["weight"] * part["value_published"] for part in stage["measures"])
        assert weighed == pytest.approx(value)


def test_the_workbook_holds_the_tables_as_numbers_and_texts(solved: Path) -> None:
    """Every table is a sheet with the same cells; numbers are numbers, and no cell is a formula."""
    book = openpyxl.load_workbook(solved / "plan.xlsx")
    assert book.sheetnames == list(COLUMNS)
    for name in COLUMNS:
        table = pq.read_table(solved / f"{name}.parquet")
        headings, *rows = book[name].iter_rows()
        assert [cell.value for cell in headings] == table.column_names
        # Excel keeps fifteen digits, and an empty text is an empty cell.
        found = [cell.value for row in rows for cell in row]
        expected = [value for row in table.to_pylist() for value in row.values()]
        for one, other in zip(found, expected, strict=True):
            same = one == pytest.approx(other, rel=1e-14) if isinstance(other, float) else one == other
            assert same or (one is None and other == "")
        assert {cell.data_type for row in rows for cell in row} <= {"n", "s", "b"}


def test_without_xlsx_there_is_no_workbook(small: Path, tmp_path: Path, run: Run) -> None:
    """A workbook comes only when asked for, and goes when the plan is made again without."""
    assert run("solve", small, "-o", tmp_path / "plan", "--xlsx").code == 0
    assert (tmp_path / "plan" / "plan.xlsx").exists()
    assert run("solve", small, "-o", tmp_path / "plan").code == 0
    assert not (tmp_path / "plan" / "plan.xlsx").exists()
