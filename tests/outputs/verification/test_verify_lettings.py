"""A plan that lets, moves, swaps and divides passes; whatever is changed in its tables is found and named.

The plan is solved, from an input with people in two municipalities; what it holds does not matter here, only
that every one of the tables that not every plan has is among its files.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from thuisplan import commands
from thuisplan.inputs.tables import Corporation, Key, Neighbourhood, Tariff
from thuisplan.inputs.write import write_folder
from thuisplan.outputs.verification import Problem, verify

A, B = "GM0001", "GM0002"
TABLES = (
    "allocations", "waiting_list", "vacancies", "swaps", "flex", "neighbourhoods", "settlement",
    "corporations",
)  # fmt: skip


@pytest.fixture(scope="module")
def solved(small: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a plan of four years, made by ``solve``.

    Of 60 social dwellings a twentieth is vacated each year in A and in B; 5 households come a year; flex
    stands 1 year and moves once; the task of A is more than A can house.
    """
    flex = {"dwelling_type": "short_midstay", "route": "flex", "segment": "outside", "service_life_years": 1}
    rows = [
        [small.place(code, social_stock=60, dwelling_stock=240) for code in (A, B)],
        [small.turnover(code, Fraction(1, 20)) for code in (A, B)],
        small.option("flex", **flex, extra_cost_eur=9000),
        small.offer(A, "flex", 2), small.offer(B, "flex", 2),
        small.need("flex", 1),
        small.group("homeless"), small.group("permit_holders", "task", persons_per_household=Fraction(2)),
        small.flow("hl", 5, waiting_at_start=3),
        small.fits("homeless"), small.fits("homeless", "short_midstay", stay_years=1, returns=False),
        small.fits("permit_holders"),
        small.task(A, 9), small.task(B, 1),
        small.rule("permit", "permit_holders", {"swap": "yes"}),
        small.rule("flex", "flex_life", {"life_years": 4, "move_cost_eur": 100}),
        small.standing(A, "flex", 2, 2025),
        small.rule("share", "vacancy_share", {"form": "cap", "share": "3/5"}, place="R"),
        small.rule("fair", "fair_share", {"key": "k", "flows": "hl"}, track=2, place="R"),
        Key(key_id="k", basis="social_stock"),
        Neighbourhood(municipality_code=A, neighbourhood="north", max_special=1),
        Neighbourhood(municipality_code=A, neighbourhood="south", preferred=True),
        Corporation(municipality_code=A, corporation="x", social_dwellings=40),
        Corporation(municipality_code=A, corporation="y", social_dwellings=20),
        Tariff(rule_id="fair", eur_per_dwelling=1000),
        small.pot("p", "extra_cost", {year: 30000 for year in range(2026, 2030)}),
        small.pot("q", "deficit", carries_rest=True),
    ]  # fmt: skip
    folder = tmp_path_factory.mktemp("people")
    measures = ("unmet_special", "rule_violation", "fair_share_max", "extra_cost")
    write_folder(small.scenario(*rows, years=4, measures=measures), folder / "input", None)
    options = commands.SolveOptions(time_limit=60, gap=0.01, threads=1, seed=0, xlsx=False)
    outcome = commands.solve(folder / "input", folder / "plan", options)
    assert outcome.folder is not None
    return folder / "plan"


@pytest.fixture
def plan(solved: Path, tmp_path: Path) -> Path:
    """Return a copy of the plan to change."""
    return Path(shutil.copytree(solved, tmp_path / "plan"))


def _change(folder: Path, table: str, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """Change the rows of a table, and the manifest with it: so that only the figures can tell."""
    path = folder / f"{table}.parquet"
    found = pq.read_table(path)
    rows = found.to_pylist()
    change(rows)
    pq.write_table(pa.Table.from_pylist(rows, found.schema), path)
    _list_again(folder, f"{table}.parquet")


def _list_again(folder: Path, file: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"].pop(file, None)
    if (folder / file).exists():
        manifest["files"][file] = hashlib.sha256((folder / file).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _found(folder: Path) -> tuple[Problem, ...]:
    return verify(folder).problems


def test_the_plan_passes_and_has_every_table(solved: Path) -> None:
    """What was solved is what is recomputed, and no table of those that are tested is without rows."""
    assert _found(solved) == ()
    for table in TABLES:
        assert pq.read_table(solved / f"{table}.parquet").num_rows > 0


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_is_missing_or_cannot_be_read_is_named(plan: Path, table: str) -> None:
    """Without its file nobody can check what the table says; a file of garbage says nothing."""
    file = f"{table}.parquet"
    (plan / file).write_bytes(b"garbage")
    _list_again(plan, file)
    assert ("unreadable_file", file) in {(p.code, p.values.get("file")) for p in _found(plan)}
    (plan / file).unlink()
    _list_again(plan, file)
    assert ("table_missing", file) in {(p.code, p.values.get("file")) for p in _found(plan)}


def test_a_table_without_a_reason_is_named(plan_files: Any) -> None:
    """The tiny plan is about no people: it has no lettings to list."""
    folder = plan_files.write()
    pq.write_table(pa.table({"year": [2026]}), folder / "allocations.parquet")
    plan_files.write_manifest()
    [found] = _found(folder)
    assert (found.code, found.values["file"]) == ("table_unexpected", "allocations.parquet")


@pytest.mark.parametrize("table", TABLES)
def test_a_row_less_and_a_row_more_are_found(plan: Path, table: str) -> None:
    """Each key has its row, and no other key has one."""
    _change(plan, table, lambda rows: rows.pop())
    assert _found(plan)
    _change(plan, table, lambda rows: rows.append({**rows[0], "municipality_code": "GM0404"}))
    assert _found(plan)


def _cells() -> list[tuple[str, str]]:
    from thuisplan.outputs.verification.written import SCHEMAS

    return [(table, column) for table in TABLES for column in SCHEMAS[table].columns]


@pytest.mark.parametrize(("table", "column"), _cells())
def test_every_cell_of_every_table_is_checked(plan: Path, table: str, column: str) -> None:
    """Any cell that is changed is found, with the manifest rewritten as if nothing happened."""

    def change(rows: list[dict[str, Any]]) -> None:
        value = rows[0][column]
        rows[0][column] = f"{value}x" if isinstance(value, str) else (value or 0) + 1

    _change(plan, table, change)
    assert _found(plan)


def test_a_letting_too_many_breaks_the_rule_and_the_list(plan: Path) -> None:
    """With ten more households than were let, more is let than is vacated; someone is housed twice."""

    def more(rows: list[dict[str, Any]]) -> None:
        row = next(row for row in rows if row["source"] == "vacated" and row["flow_id"] == "hl")
        row["households"] += 20
        row["persons"] += 20

    _change(plan, "allocations", more)
    found = _found(plan)
    assert any(p.code == "hard_rule_broken" and p.values["rule_id"] == "lettings" for p in found)
    assert any(p.code == "housed_twice" for p in found)
    assert any(p.code == "value_differs" and p.values["file"] == "waiting_list.parquet" for p in found)


def test_a_dwelling_that_moves_out_of_nothing_breaks_the_pool(plan: Path) -> None:
    """Nine dwellings more than there are cannot come from the pool, and nobody paid for their move."""
    _change(plan, "flex", lambda rows: rows[-1].update(moved_in=rows[-1]["moved_in"] + 9))
    found = _found(plan)
    broken = {p.values["subject"] for p in found if p.code == "hard_rule_broken"}
    assert {"pool:flex", "site:flex"} <= broken
    assert any(p.code == "cost_not_covered" for p in found)


def test_a_swap_that_only_one_knows_of_is_found(plan: Path) -> None:
    """A hands over a person whom nobody takes over."""

    def more(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["municipality_code"] == A:
                row["planned_out"] += 1

    _change(plan, "swaps", more)
    assert any(p.code == "swap_unbalanced" for p in _found(plan))
