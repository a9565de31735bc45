"""``compare OUT_A OUT_B``: what differs, where it is written, and what is refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from thuisplan.inputs.labels import MEASURES

Run = Callable[..., Any]


def test_a_plan_against_itself_is_equal(solved: Path, run: Run) -> None:
    """Every figure is the same; it speaks the language of the input."""
    outcome = run("compare", solved, solved)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "Two plans",
        f"- The first plan is {solved}, the second {solved}. Differences are the second minus the first.",
        "- Both plans have the same input.",
        "- The plans are equal: every figure is the same.",
        "",
    ]


def test_the_tables_are_published_and_verify(
    solved: Path, tmp_path: Path, run: Run, manifest_of: Run
) -> None:
    """With ``-o`` the tables stand in a folder that ``verify`` accepts, until one is changed."""
    out = tmp_path / "differences"
    outcome = run("compare", solved, solved, "-o", out, "--language", "nl")
    assert outcome.code == 0
    assert f"De tabellen staan in {out}." in outcome.out
    assert manifest_of(out)["kind"] == "comparison"
    assert run("verify", out).code == 0
    path = out / "comparison.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    rows[0]["difference"] += 1
    pq.write_table(pa.Table.from_pylist(rows, table.schema), path)
    checked = run("verify", out)
    assert checked.code == 6
    assert "comparison.parquet" in checked.err


def test_what_is_no_plan_or_not_right_is_not_compared(solved: Path, tmp_path: Path, run: Run) -> None:
    """A folder without a plan is refused; a plan that was changed is named with what is wrong."""
    outcome = run("compare", solved, tmp_path)
    assert outcome.code == 2
    assert str(tmp_path) in outcome.err
    wrong = tmp_path / "wrong"
    shutil.copytree(solved, wrong)
    (wrong / "needs.parquet").unlink()
    shutil.copy(solved / "finance.parquet", wrong / "needs.parquet")
    outcome = run("compare", solved, wrong, "--language", "en")
    assert outcome.code == 6
    assert f"The plan in {wrong} is not right" in outcome.err
    assert outcome.out == ""


def test_a_comparison_never_takes_the_place_of_a_plan_that_is_compared(solved: Path, run: Run) -> None:
    """OUT may not be one of the two plans."""
    before = {path: path.read_bytes() for path in solved.glob("*.parquet")}
    assert run("compare", solved, solved, "-o", solved).code == 2
    assert {path: path.read_bytes() for path in solved.glob("*.parquet")} == before


def test_a_plan_says_every_measure(solved: Path, manifest_of: Run) -> None:
    """Those that no stage minimises too: plans with other stages are compared on all of them."""
    measures = manifest_of(solved)["measures"]
    assert set(measures) == set(MEASURES.labels)
    staged = {
        part["measure"]: part["value_published"]
        for s in manifest_of(solved)["stages"]
        for part in s["measures"]
    }
    assert staged.items() <= measures.items()
