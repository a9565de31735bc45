"""``solve --reference``: the least change from an earlier plan, what does not match, and what is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

Run = Callable[..., Any]


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def test_the_same_input_gives_the_same_plan(solved: Path, tmp_path: Path, run: Run, manifest_of: Run) -> None:
    """Nothing changes, byte by byte; the manifest names the earlier plan and has the stage for the change."""
    out = tmp_path / "again"
    outcome = run("solve", solved / "input", "-o", out, "--reference", solved)
    assert outcome.code == 0, outcome
    assert (out / "plan.parquet").read_bytes() == (solved / "plan.parquet").read_bytes()
    assert outcome.err.splitlines() == [
        "Earlier plan",
        "- Compared is 'Two places': 9 dwellings of that plan, in 2 municipality(ies), 2026-2027.",
    ]
    assert (
        "Compared with the earlier plan\n- Nothing changes: every dwelling comes in the same municipality, "
        "in the same year and as the same option.\n"
    ) in outcome.out
    manifest, before = manifest_of(out), manifest_of(solved)
    assert manifest["reference"] == {
        "path": str(solved),
        "name": "Two places",
        "input_hash": before["input_hash"],
        "plan": before["files"]["plan.parquet"],
    }
    stages = [(s["stage"], s["measures"][0]["measure"]) for s in manifest["stages"]]
    assert stages[-2:] == [(8, "change"), (9, "lateness")]
    assert run("verify", out).code == 0


def test_a_plan_may_take_the_place_of_the_one_it_stays_close_to(
    plan: Path, run: Run, manifest_of: Run
) -> None:
    """OUT and the earlier plan are one folder: read first, replaced last."""
    outcome = run("solve", plan / "input", "-o", plan, "--reference", plan)
    assert outcome.code == 0, outcome
    assert manifest_of(plan)["reference"]["path"] == str(plan)
    assert run("verify", plan).code == 0


def test_what_no_longer_fits_is_the_change(solved: Path, tmp_path: Path, write_small: Run, run: Run) -> None:
    """Care in Beveen goes from 4 in 2026 to at most 3: the plan says what changed, and verifies."""
    before = {
        (row["municipality_code"], row["year"], row["option"]): row["dwellings"]
        for row in _rows(solved / "plan.parquet")
    }
    [beveen] = [n for (code, _, option), n in before.items() if (code, option) == ("GM0002", "care")]
    assert beveen == 4
    given = write_small(
        tmp_path / "small",
        availability="""
            municipality_code,option,from_year,to_year,max_per_year
            GM0001,care,2026,2027,6
            GM0001,rent,2026,2027,10
            GM0002,care,2026,2026,3
            GM0002,owner,2026,2027,8""",
    )
    out = tmp_path / "plan"
    outcome = run("solve", given, "-o", out, "--reference", solved)
    assert outcome.code == 0, outcome
    rows = _rows(out / "changes.parquet")
    after = {
        (row["municipality_code"], row["year"], row["option"]): row["dwellings"]
        for row in _rows(out / "plan.parquet")
    }
    assert {(r["municipality_code"], r["year"], r["option"]): r["after"] for r in rows if r["after"]} == after
    assert {
        (r["municipality_code"], r["year"], r["option"]): r["before"] for r in rows if r["before"]
    } == before
    assert after.get(("GM0002", 2026, "care"), 0) <= 3
    assert run("verify", out).code == 0
    told = {row["code"]: row["en"] for row in _rows(out / "sentences.parquet")}
    counted = sum(abs(row["change"]) for row in rows)
    assert told["changed"].startswith(f"Difference from the earlier plan: {counted} in dwellings, ")


def test_a_plan_of_another_scenario_says_what_was_used(
    solved: Path, tmp_path: Path, write_small: Run, run: Run
) -> None:
    """The horizon moved by a year: 2028 is not compared, and 2026 is of before it."""
    given = write_small(
        tmp_path / "later",
        settings=SETTINGS_LATER,
        availability="""
            municipality_code,option,from_year,to_year,max_per_year
            GM0001,care,2027,2028,6
            GM0001,rent,2027,2028,10""",
        commitments="""
            municipality_code,option,year,dwellings
            GM0001,rent,2027,2""",
        capacity="""
            municipality_code,route,from_year,to_year,dwellings_per_year
            GM0001,,2027,2028,12""",
        needs="""
            need_id,purpose,place,need_category,need_class,from_year,to_year,central
            care,agreement,R,care,special,2027,2028,4""",
        budgets="""
            pot_id,from_year,to_year,amount_eur
            prov,2027,2028,50000""",
        rules="""
            rule_id,family,track,purpose,place,strength,weight,valid_from,valid_to,status,source
            social-30,social_share,1,municipality,,hard,1,2027,2028,draft,letter""",
        rule_parameters="""
            rule_id,parameter,value
            social-30,share,3/10
            social-30,side,below""",
    )
    out = tmp_path / "plan"
    outcome = run("solve", given, "-o", out, "--reference", solved)
    assert outcome.code == 0, outcome
    before = _rows(solved / "plan.parquet")
    in_2026 = sum(row["dwellings"] for row in before if row["year"] == 2026)
    assert (
        "- Not compared, because outside the horizon of this input: 2026; the earlier plan has "
        f"{in_2026} dwellings then."
    ) in outcome.err
    assert "- Not compared, because outside the horizon of the earlier plan: 2028." in outcome.err
    status = {(row["year"], row["status"]) for row in _rows(out / "changes.parquet")}
    assert {year for year, name in status if name == "not_compared"} <= {2026, 2028}
    assert run("verify", out).code == 0


SETTINGS_LATER = """
format = 1
name = "A year later"
language = "en"
first_year = 2027
last_year = 2028
"""


def test_nothing_in_common_is_refused(solved: Path, tmp_path: Path, run: Run) -> None:
    """A plan for other municipalities: exit 2, a sentence with a remedy, and nothing written."""
    given = tmp_path / "other"
    assert run("new", given, "--municipality", "GM0262", "--language", "en").code == 0
    outcome = run("solve", given, "-o", tmp_path / "plan", "--reference", solved)
    assert outcome.code == 2
    assert outcome.err.splitlines()[-1] == (
        f"- There is nothing to compare with the earlier plan {solved} ('Two places'): it has no "
        "municipality, no option or no open year in common with this input. What to do: name a plan of the "
        "same scenario with --reference, or leave the option out."
    )
    outcome = run("solve", given, "-o", tmp_path / "plan", "--reference", solved, "--language", "nl")
    assert outcome.err.splitlines()[-1] == (
        f"- Er valt niets te vergelijken met het eerdere plan {solved} ('Two places'): het heeft geen "
        "gemeente, geen optie of geen open jaar gemeen met deze invoer. Wat te doen: noem bij --reference "
        "een plan van hetzelfde scenario, of laat de optie weg."
    )
    assert not (tmp_path / "plan").exists()


def test_an_edited_plan_is_refused(small: Path, plan: Path, tmp_path: Path, run: Run) -> None:
    """The figures of the earlier plan were changed by hand: exit 2, with the file."""
    rows = _rows(plan / "plan.parquet")
    rows[0]["dwellings"] += 1
    pq.write_table(pa.Table.from_pylist(rows), plan / "plan.parquet")
    outcome = run("solve", small, "-o", tmp_path / "out", "--reference", plan)
    assert outcome.code == 2
    assert outcome.err.splitlines()[-1] == (
        f"- Files of the earlier plan {plan} were changed after they were written (plan.parquet): there is "
        "no comparing with that. What to do: restore them, or solve the input of that plan again and use the "
        "outcome."
    )
    assert not (tmp_path / "out").exists()


def test_no_plan_is_refused(small: Path, tmp_path: Path, run: Run) -> None:
    """A folder that is no plan, or is not there: exit 2."""
    for path in (small, tmp_path / "nowhere"):
        outcome = run("solve", small, "-o", tmp_path / "out", "--reference", path)
        assert outcome.code == 2
        assert outcome.err.strip()
    assert not (tmp_path / "out").exists()


# --- verification -------------------------------------------------------------------------------


@pytest.fixture
def close(solved: Path, tmp_path: Path, run: Run) -> Path:
    """Return a plan that was to stay close to another."""
    out = tmp_path / "close"
    assert run("solve", solved / "input", "-o", out, "--reference", solved).code == 0
    return out


def _rewrite(folder: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change the table ``changes`` and its hash, as somebody would who covers his tracks."""
    import hashlib

    path = folder / "changes.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    change(rows)
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["changes.parquet"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("after", 99, "after of GM0001 · 2026 · rent is 99 in changes.parquet"),
        ("change", 5, "change of GM0001 · 2026 · rent is 5 in changes.parquet"),
        ("status", "realised", "status of GM0001 · 2026 · rent is realised in changes.parquet"),
        ("before", 7, "the measure change"),
    ],
)
def test_a_changed_figure_is_found(close: Path, run: Run, column: str, value: object, told: str) -> None:
    """What follows from this plan is recomputed; another ``before`` makes another measure."""

    def change(rows: list[dict[str, Any]]) -> None:
        [row] = [
            r for r in rows if (r["municipality_code"], r["year"], r["option"]) == ("GM0001", 2026, "rent")
        ]
        row[column] = value
        if column == "before":
            row["change"] = row["after"] - row["before"]

    _rewrite(close, change)
    outcome = run("verify", close)
    assert outcome.code == 6
    assert told.casefold() in outcome.err.casefold()


def test_a_missing_row_and_a_missing_table_are_found(close: Path, run: Run) -> None:
    """Every dwelling of the plan is compared; without the table nothing is."""
    copy = Path(shutil.copytree(close, close.parent / "copy"))
    _rewrite(copy, lambda rows: rows.remove(rows[0]))
    outcome = run("verify", copy)
    assert outcome.code == 6
    assert "changes.parquet" in outcome.err
    (close / "changes.parquet").unlink()
    assert run("verify", close).code in (2, 6)
