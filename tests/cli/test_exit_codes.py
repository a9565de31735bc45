"""Exit codes of the commands, and what is on screen with each."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from thuisplan.cli import console
from thuisplan.solvers.solution import NoPlan

Run = Callable[..., Any]


def test_every_command_ends_with_zero_when_it_is_done(tmp_path: Path, start: Run) -> None:
    """The installed command makes an input, finds it in order, solves it and verifies the plan: exit 0."""
    made = start("new", "here", "--municipality", "GM0262", cwd=tmp_path)
    assert (made.code, made.err) == (0, "")
    assert "thuisplan solve here -o here-plan" in made.out
    assert start("validate", "here", cwd=tmp_path).code == 0
    done = start("solve", "here", "-o", "here-plan", cwd=tmp_path)
    assert done.code == 0, done
    assert done.out.rstrip().endswith(f"Het plan staat in {tmp_path / 'here-plan'}.")
    assert start("verify", "here-plan", cwd=tmp_path).code == 0


def test_a_bug_is_one_sentence_and_a_log(
    small: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unexpected error ends with 1, without a traceback on screen, and with a log that has it."""

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("thuisplan.commands.solve", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    outcome = run("solve", small, "-o", tmp_path / "plan")
    assert outcome.code == 1
    assert "boom" not in outcome.text
    [log] = tmp_path.glob("thuisplan-*.log")
    assert str(log) in outcome.err
    assert "RuntimeError: boom" in log.read_text(encoding="utf-8")
    assert not (tmp_path / "plan").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["solve"],
        ["solve", "{small}"],
        ["plan", "{small}"],
        ["solve", "{small}", "-o", "{out}", "--gap", "2"],
        ["solve", "{small}", "-o", "{out}", "--gap", "a lot"],
        ["solve", "{small}", "-o", "{out}", "--time-limit", "0"],
        ["solve", "{small}", "-o", "{out}", "--threads", "0"],
        ["solve", "{small}", "-o", "{out}", "--seed", "-1"],
        ["validate", "{small}", "--language", "de"],
        ["new", "{out}"],
        ["new", "{out}", "--example", "atlantis"],
        ["new", "{out}", "--example", "stedendriehoek", "--municipality", "GM0262"],
        ["new", "{out}", "--municipality", "Lochem"],
        ["new", "{out}", "--municipality", "*"],
        ["new", "{small}", "--municipality", "GM0262"],
        ["new", "{small}/needs.csv", "--municipality", "GM0262"],
        ["verify", "{small}"],
        ["verify", "{out}"],
        ["verify", "{small}/needs.csv"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_two(small: Path, tmp_path: Path, run: Run, arguments: list[str]) -> None:
    """Wrong usage ends with 2, says something, and writes nothing."""
    out = tmp_path / "out"
    before = sorted(tmp_path.rglob("*"))
    outcome = run(*(argument.format(small=small, out=out) for argument in arguments))
    assert outcome.code == 2
    assert outcome.text.strip()
    assert sorted(tmp_path.rglob("*")) == before


THREE_PROJECTS = {
    "options": """
        option,dwelling_type,route,segment,unit,need_category,extra_cost_eur,deficit_eur,minimum_project
        care,care_suitable,new_build,social_rent,dwelling,care,0,0,3
        owner,affordable_owner,new_build,affordable_owner,dwelling,owner,0,0,3
        rent,social_regular,new_build,social_rent,dwelling,rent,0,0,3""",
    "availability": "municipality_code,option,from_year,to_year,max_per_year\nGM0001,*,2026,2027,4",
    "capacity": "municipality_code,route,from_year,to_year,dwellings_per_year\nGM0001,,2026,2027,4",
    "commitments": "municipality_code,option,year,dwellings\n",
    "pots": "pot_id,payer,kind\n",
    "budgets": "pot_id,from_year,amount_eur\n",
    "rules": """
        rule_id,family,purpose,place,strength
        care,minimum_contribution,municipality,GM0001,hard
        owner,minimum_contribution,municipality,GM0001,hard
        rent,minimum_contribution,municipality,GM0001,hard""",
    "rule_parameters": """
        rule_id,parameter,value
        care,dwellings,1
        care,options,care
        owner,dwellings,1
        owner,options,owner
        rent,dwellings,1
        rent,options,rent""",
}
"""An input whose conflict only solving shows: each of its rules can hold with any two others."""


def test_conflicting_input_is_listed_by_validate_and_solve(
    tmp_path: Path, write_small: Run, run: Run
) -> None:
    """Commitments above capacity and above the offer are both listed, with place and remedy: exit 3."""
    commitments = "municipality_code,option,year,dwellings\nGM0001,rent,2026,20"
    given = write_small(tmp_path / "given", commitments=commitments)
    checked, solved = run("validate", given), run("solve", given, "-o", tmp_path / "plan")
    assert (checked.code, solved.code) == (3, 3)
    assert checked.out.splitlines() == [
        "Conflicting: here hard rules cannot hold together.",
        "- Adorp, 2026: there are commitments for 20 dwellings (20 rent; commitments.csv, row 2), but the "
        "availability is 10 (availability.csv, row 3). "
        "What to do: raise the availability to at least 20, or lower the commitment.",
        "- Adorp, 2026: there are commitments for 20 dwellings (20 rent; commitments.csv, row 2), but the "
        "capacity is 12 (capacity.csv, row 2). "
        "What to do: raise the capacity to at least 20, or move commitments to another year.",
        f"What would have to give, and how much: thuisplan diagnose {given}",
    ]
    assert solved.err == checked.out
    assert not (tmp_path / "plan").exists()


def test_what_cannot_fit_names_the_families_that_would_have_to_give(
    tmp_path: Path, write_small: Run, run: Run
) -> None:
    """Rules that only together cannot hold: exit 3, with the least that each family would have to give.

    Three options in projects of three, each to be built in two years, in a capacity of four a year: one of
    the years would need six, so two more. One option fewer does, or a project of one dwelling beside three.
    """
    given = write_small(tmp_path / "given", **THREE_PROJECTS)
    assert run("validate", given).code == 0
    outcome = run("solve", given, "-o", tmp_path / "plan")
    assert outcome.code == 3
    # Where it falls is the solver's choice: each year and each option would do.
    assert [line for line in outcome.err.splitlines() if not line.startswith("    ")] == [
        "The hard rules cannot hold together. This is proved, also without presolve. "
        "If one kind of rule has to give, then by:",
        "- capacity: 2 dwellings, and no fewer",
        "- minimum contribution: 1 dwellings, and no fewer",
        "- minimum project size: 2 dwellings, and no fewer",
        "- cannot repair it alone, or not worked out in time: availability",
    ]
    assert not (tmp_path / "plan").exists()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("infeasible", 3),
        ("infeasible_unconfirmed", 5),
        ("contradiction", 5),
        ("time_limit", 5),
        ("inexact", 6),
        ("interrupted", 130),
    ],
)
def test_every_way_to_end_without_a_plan_has_its_code_and_sentence(
    plan: Path,
    small: Path,
    run: Run,
    snapshot: Run,
    monkeypatch: pytest.MonkeyPatch,
    reason: str,
    code: int,
    language: str,
) -> None:
    """Without a plan the code says why, a sentence too, and the plan that was there stays."""
    monkeypatch.setattr("thuisplan.solvers.staged.solve_stages", lambda *_, **__: NoPlan(reason))
    before = snapshot(plan)
    outcome = run("solve", small, "-o", plan, "--language", language)
    assert outcome.code == code
    assert re.search(r"[.:]$", outcome.err.rstrip())
    assert "{" not in outcome.err
    assert snapshot(plan) == before


def test_a_plan_that_fails_verification_is_not_published(
    plan: Path, small: Path, run: Run, snapshot: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that changes one number: exit 6, the sum is named, and the old plan is untouched."""
    from thuisplan.outputs import publish

    honest = publish.plan_tables

    def dishonest(*arguments: Any) -> Any:
        tables = honest(*arguments)
        rows = tables["plan"].to_pylist()
        rows[0]["dwellings"] += 1
        return {**tables, "plan": type(tables["plan"]).from_pylist(rows, tables["plan"].schema)}

    monkeypatch.setattr(publish, "plan_tables", dishonest)
    before = snapshot(plan)
    outcome = run("solve", small, "-o", plan)
    assert outcome.code == 6
    lines = outcome.err.splitlines()
    assert lines[0] == "The plan failed verification and was therefore not written:"
    assert len(lines) > 1
    assert "The plan is in" not in outcome.out
    assert snapshot(plan) == before
    assert [path.name for path in plan.parent.iterdir() if path.name.startswith(".plan")] == []


def test_the_codes_are_those_of_the_contract() -> None:
    """The constants have the values that scripts of users rely on."""
    names = ("DONE", "BUG", "WRONG", "UNFIT", "LIMITED", "NO_PLAN", "UNVERIFIED", "INTERRUPTED")
    assert [getattr(console, name) for name in names] == [0, 1, 2, 3, 4, 5, 6, 130]


def test_who_stops_reading_does_not_stop_the_plan(small: Path, tmp_path: Path, command: list[str]) -> None:
    """When the reader of the output goes away, the plan is made and published all the same: exit 0."""
    import subprocess

    process = subprocess.Popen(
        [*command, "solve", str(small), "-o", str(tmp_path / "plan")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), err) == (0, b"")
    assert (tmp_path / "plan" / "manifest.json").exists()
