"""The least regret of a batch: a verified plan of every scenario, whose first years are the same."""

from __future__ import annotations

import importlib.util
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from thuisplan.commands.batch.base import Base
from thuisplan.commands.batch.regret import RegretRun, folder_names, known_run, run_regret
from thuisplan.inputs.read import read, read_scenario
from thuisplan.inputs.read_change import Change
from thuisplan.inputs.variants.variant import Regret, RunSettings, Variant, VariantSet
from thuisplan.inputs.write import write_folder
from thuisplan.model.stages import stages
from thuisplan.outputs.publish import publish
from thuisplan.outputs.verification import verify
from thuisplan.outputs.verification.problems import Problem
from thuisplan.outputs.verification.regret import check_regret
from thuisplan.solvers.regretted import OwnRun
from thuisplan.solvers.solution import Solution

ROOT = Path(__file__).parents[3]
YEARS = (2026, 2027)


@pytest.fixture(scope="module")
def small() -> Any:
    """Return the module that makes small instances."""
    spec = importlib.util.spec_from_file_location("small", ROOT / "tests" / "model" / "small.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _needs(category: str, dwellings: int) -> tuple[Change, ...]:
    return tuple(Change("needs", f"{category} {year}", "central", "set", str(dwellings)) for year in YEARS)


def _excluded(*years: int) -> tuple[Change, ...]:
    return tuple(Change("capacity", f"GM0001 - {year}", "dwellings_per_year", "set", "0") for year in years)


def _variants(small: Any, tmp_path: Path, **changed: tuple[Change, ...]) -> tuple[VariantSet, Base]:
    """Return two scenarios of A in two years: two homes a year are asked, or two care dwellings."""
    given = small.scenario(
        [small.option(what) for what in ("home", "care")],
        [small.offer(small.A, what, 2) for what in ("home", "care")],
        small.capacity(small.A, 2),
        small.need("home", 2),
        small.need("care", 0),
        years=2,
    )
    path = tmp_path / "base"
    write_folder(given, path, None)
    variants = {
        "homes first": (),
        "care/first": (*_needs("home", 0), *_needs("care", 2)),
        **changed,
    }
    asked = VariantSet(
        path=tmp_path / "variants.toml",
        base=path,
        language="en",
        settings=RunSettings(),
        reference="homes first",
        variants=tuple(Variant(name, changes) for name, changes in variants.items()),
        regret=Regret(tuple(variants), 2026, 60.0),
    )
    return asked, Base(read_scenario(path)[0])


@pytest.fixture(scope="module")
def made(small: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[RegretRun, Path]:
    """Return what came of it, and its folder."""
    out = tmp_path_factory.mktemp("regret") / "out"
    out.mkdir()
    return run_regret(*_variants(small, out.parent), out), out


def test_every_scenario_has_a_verified_plan_with_the_same_first_year(made: tuple[RegretRun, Path]) -> None:
    """One home and one care dwelling in the first year, whichever comes; the second year adapts.

    See the test of the solver: the regret is 2 in both, and whoever knows nothing could do no better.
    """
    run, out = made
    assert run.closed
    assert list(run.folders) == ["homes first", "care/first"]
    for scenario, folder in run.folders.items():
        assert folder.parent == out / "regret"
        assert verify(folder).passed
        rows = pq.read_table(folder / "plan.parquet").to_pylist()
        built = {(row["year"], row["option"]): row["dwellings"] for row in rows if row["dwellings"]}
        wanted = "home" if scenario == "homes first" else "care"
        assert built == {(2026, "home"): 1, (2026, "care"): 1, (2027, wanted): 2}
        manifest = json.loads((folder / "manifest.json").read_text())
        assert manifest["regret"] == {
            "scenario": scenario,
            "common_until": 2026,
            "measures": {"unmet_special": 1.0},
            "regret": 2.0,
            "regret_at_most": 2.0,
        }
        assert manifest["status"] == {"stopped": "common", "holds": "plan"}
        assert [stage["bound"] for stage in manifest["stages"]] == [0.0, None, None, None]


def test_the_input_of_its_plan_is_that_of_the_scenario(made: tuple[RegretRun, Path], small: Any) -> None:
    """Who reads the input of a plan gets the scenario: its needs are those of the changes."""
    run, _ = made
    asked = {}
    for scenario, folder in run.folders.items():
        instance = read(folder / "input" / "original").instance
        asked[scenario] = {name: dict(need.required) for name, need in instance.needs.items()}
    assert asked == {
        "homes first": {"home": {2026: 2, 2027: 4}, "care": {2026: 0, 2027: 0}},
        "care/first": {"home": {2026: 0, 2027: 0}, "care": {2026: 2, 2027: 4}},
    }


def test_the_tables_say_what_was_found(made: tuple[RegretRun, Path]) -> None:
    """Every scenario with its folder and regret, and every common number."""
    _, out = made
    rows = {
        name: pq.read_table(out / f"{name}.parquet").to_pylist() for name in ("regret", "common_decisions")
    }
    assert [(row["scenario"], row["folder"], row["own_best"], row["regret"]) for row in rows["regret"]] == [
        ("homes first", "regret/homes-first", 0.0, 2.0),
        ("care/first", "regret/care-first", 0.0, 2.0),
    ]
    assert [(row["year"], row["option"], row["dwellings"]) for row in rows["common_decisions"]] == [
        (2026, "care", 1),
        (2026, "home", 1),
    ]


def test_what_is_told_is_recomputed(made: tuple[RegretRun, Path]) -> None:
    """The tables follow from the plans; another decision, regret or bound than theirs is seen."""
    _, out = made
    problems: list[Problem] = []
    lines, sums = check_regret(out, verify, problems)
    assert not problems
    assert lines > 0
    assert sums > 0
    for name, column, value in (
        ("common_decisions", "dwellings", 2),
        ("regret", "regret", 1.0),
        ("regret", "value", 3.0),
        ("regret", "own_bound", 5.0),
    ):
        file = out / f"{name}.parquet"
        kept = file.read_bytes()
        table = pq.read_table(file)
        rows = table.to_pylist()
        rows[0][column] = value
        pq.write_table(table.from_pylist(rows, schema=table.schema), file)
        problems = []
        check_regret(out, verify, problems)
        file.write_bytes(kept)
        assert {problem.code for problem in problems} == {"value_differs"}, (name, column)


def test_the_best_of_a_scenario_is_not_worse_than_its_own_run(
    made: tuple[RegretRun, Path], tmp_path: Path
) -> None:
    """The search says that a scenario reaches 0 alone; a run of it that says -1 contradicts that, 1 does not.

    With a regret of 2 the plan of the scenario reaches 2.
    """
    out = Path(shutil.copytree(made[1], tmp_path / "out"))
    about = {"kind": "comparison", "format": 1, "files": {}}
    named = {"name": "homes first", "run": "r1", "status": "closed"}
    (out / "manifest.json").write_text(json.dumps({**about, "runs": [named]}), encoding="utf-8")
    run = Path(shutil.copytree(out / "regret" / "homes-first", out / "runs" / "r1"))
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    for reached, wrong in ((1.0, []), (-1.0, [("own_best", -1.0, 0.0)])):
        changed = {**manifest, "measures": {**manifest["measures"], "unmet_special": reached}}
        (run / "manifest.json").write_text(json.dumps(changed), encoding="utf-8")
        problems: list[Problem] = []
        check_regret(out, verify, problems)
        told = [(one.values["column"], one.values["expected"], one.values["found"]) for one in problems]
        assert told == wrong


def test_without_a_table_there_is_nothing_to_check(tmp_path: Path) -> None:
    """A comparison that asked for no regret is right without one."""
    problems: list[Problem] = []
    assert check_regret(tmp_path, verify, problems) == (0, 0)
    assert not problems


def test_the_first_stage_alone(small: Any, tmp_path: Path) -> None:
    """Where the variants are solved for the first stage alone, so are these plans; they verify as well."""
    asked, base = _variants(small, tmp_path)
    run = run_regret(replace(asked, settings=RunSettings(stages="first")), base, tmp_path)
    assert [record.stage.measures for record in run.found.stages] == [{"regret": 1.0}, {"unmet_special": 1.0}]
    for folder in run.folders.values():
        assert [one["stage"] for one in json.loads((folder / "manifest.json").read_text())["stages"]] == [1]
        assert verify(folder).passed


def test_where_no_decision_is_possible_there_are_no_plans(small: Any, tmp_path: Path) -> None:
    """A home that is agreed for 2026 and no capacity in that year do not go together: proved, and said."""
    agreed = (Change("commitments", "GM0001 home 2026", "dwellings", "set", "1"),)
    asked, base = _variants(small, tmp_path, agreed=agreed, closed=_excluded(2026))
    run = run_regret(asked, base, tmp_path)
    assert run.found.ended == "impossible"
    assert run.found.conflicting == (("agreed", "closed"),)
    assert run.closed
    assert not run.folders
    assert not (tmp_path / "regret").exists()
    codes = [row["code"] for row in pq.read_table(tmp_path / "regret_sentences.parquet").to_pylist()]
    assert "impossible" in codes
    assert "conflicting" in codes


def test_what_a_run_proved_counts(small: Any, tmp_path: Path) -> None:
    """Three homes a year where there is room for two: 1 and 2 short, as its own run proved: 3 at least."""
    result = small.solve(
        made := small.instance(
            small.option("home"), small.offer(small.A, "home", 2), small.need("home", 3), years=2
        )
    )
    assert isinstance(result, Solution)
    source = tmp_path / "input"
    write_folder(made.scenario, source, None)
    publish(made, result, source, tmp_path / "plan", {})
    first = stages(made)[0]
    completed = {("GM0001", year, "home"): 2 for year in YEARS}
    assert known_run(tmp_path / "plan", first) == OwnRun(3.0, 3.0, completed)
    # Of another stage it says what the plan reaches, and nothing of what cannot be better.
    second = stages(made)[1]
    reached = sum(float(result.measures[name]) for name in second.measures)
    assert known_run(tmp_path / "plan", second) == OwnRun(reached, 0.0, completed)
    assert known_run(tmp_path / "nowhere", first) is None


def test_folders_have_names_that_every_disk_takes() -> None:
    """What is no letter or digit becomes a dash, and equal names are told apart."""
    assert folder_names(("g: low + state-70", "..", "A/B", "a b", "hoog é")) == {
        "g: low + state-70": "g-low-state-70",
        "..": "scenario",
        "A/B": "A-B",
        "a b": "a-b-2",
        "hoog é": "hoog-é",
    }
