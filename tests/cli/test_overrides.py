"""Overrides and agreed deviations through the commands: what cannot be kept is changed until it can."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Run = Callable[..., Any]


def _rules(plan: Path) -> dict[tuple[str, ...], dict[str, Any]]:
    rows = pq.read_table(plan / "rules.parquet").to_pylist()
    return {tuple(row[c] for c in ("rule_id", "place", "subject", "period")): row for row in rows}


def test_one_more_dwelling_of_capacity_makes_a_plan(run: Run, unfit: Path, tmp_path: Path) -> None:
    """Six that are committed and a project of three need room for nine; there is room for eight."""
    (unfit / "overrides.csv").write_text(
        "table,key,column,operation,value\ncapacity,Beveen - 2026,dwellings_per_year,add,1\n",
        encoding="utf-8",
    )
    outcome = run("solve", unfit, "-o", tmp_path / "plan")
    assert outcome.code == 0, outcome
    assert run("verify", tmp_path / "plan").code == 0
    assert _rules(tmp_path / "plan")["capacity", "GM0002", "all", "2026"]["rhs"] == 9
    listed = pq.read_table(tmp_path / "plan" / "assumptions.parquet").to_pylist()
    found = [(a["key"], a["value"], a["source"]) for a in listed if a["table"] == "capacity"]
    assert found == [("GM0002 - 2026", "add 1", "overrides.csv")]


def test_an_agreed_deviation_makes_a_plan(run: Run, unfit: Path, tmp_path: Path) -> None:
    """30 % of six is 1.8 dwellings: allowed to miss that, Beveen builds its six and nothing social."""
    (unfit / "deviations.csv").write_text(
        "rule_id,place,subject,period,amount,agreed_by\n"
        "social-30,GM0002,,2026,9/5,council\nneed,R,care,2031,1,council\n",
        encoding="utf-8",
    )
    outcome = run("solve", unfit, "-o", tmp_path / "plan")
    assert outcome.code == 0, outcome
    assert run("verify", tmp_path / "plan").code == 0
    line = _rules(tmp_path / "plan")["social-30", "GM0002", "", "2026"]
    assert (line["lhs"], line["rhs"], line["allowed"], line["verdict"]) == (0, 0, 1.8, "met")
    # The other one is about no line, and both commands say so.
    for told in (outcome.err, run("validate", unfit).out):
        assert "deviations.csv, row 3: no line of the rule 'need'" in " ".join(told.split())


def test_a_wrong_override_stops_every_command(run: Run, small: Path, tmp_path: Path) -> None:
    """Named with its file and row; nothing is solved with half of the changes."""
    (small / "overrides.csv").write_text(
        "table,key,column,operation,value\ncapacity,GM0003 - 2026,dwellings_per_year,set,1\n",
        encoding="utf-8",
    )
    for arguments in (("validate", small), ("solve", small, "-o", tmp_path / "plan")):
        outcome = run(*arguments)
        assert outcome.code == 2, outcome
        assert "overrides.csv, row 2" in " ".join(outcome.text.split())
    assert not (tmp_path / "plan").exists()
