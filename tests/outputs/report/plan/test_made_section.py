"""How a plan was made, in a report: from its manifest, with the gap of every stage in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from thuisplan.inputs.write import write_folder
from thuisplan.model.build import build
from thuisplan.model.stages import stages
from thuisplan.outputs.publish import publish
from thuisplan.outputs.report.content import State
from thuisplan.outputs.report.plan.made_section import made_section
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.solvers.staged import Options, solve_stages

STAGE: dict[str, Any] = {
    "stage": 1,
    "unit": "dwelling-years",
    "measures": [{"measure": "unmet_special", "weight": 1.0, "value_published": 200.0}],
    "value_closed": 190.0,
    "value_published": 200.0,
    "limit": 201.0,
    "bound": 198.5,
    "gap_absolute": 1.5,
    "gap_relative": 0.0075,
    "stopped": "closed",
    "seconds": 1.25,
}
MANIFEST: dict[str, Any] = {
    "thuisplan": "1.2.3",
    "input_hash": "sha256:abc",
    "platform": "computer",
    "seed": 7,
    "seconds": {"build": 1.0, "solve": 2.0},
    "versions": {"python": "3.11"},
    "options": {"gap": None, "prove": False, "time_limit": 60.0, "method": "auto"},
    "status": {"stopped": "closed", "holds": "optimum within tolerances"},
    "reproducible": True,
    "verification": {"requirements": 12},
    "measures": {"unmet_special": 200.0},
    "files": {"plan.parquet": "aa", "needs.parquet": "bb"},
    "stages": [STAGE],
}


@pytest.fixture
def written(small: Any, view_of: Callable[..., PlanView]) -> Callable[..., PlanView]:
    """Return a function that views a manifest written by hand; it says how it differs from ``MANIFEST``."""

    def view(language: str = "en", **manifest: Any) -> PlanView:
        made = view_of(small.instance(small.place("GM0001")), language=language)
        return replace(made, manifest={**MANIFEST, **manifest})

    return view


def stage_sentence(view: PlanView) -> str:
    """Return the sentence about the first stage."""
    [found] = [sentence for sentence in made_section(view).lead if sentence.startswith("1. ")]
    return found


def test_a_published_plan_is_told_by_its_manifest(
    small: Any, view_of: Callable[..., PlanView], table_of: Any, tmp_path: Path
) -> None:
    """Every stage, file and measure of a plan that was solved and published, as the manifest has them."""
    scenario = small.scenario(
        small.option("home"),
        small.offer(small.A, "home", 3),
        small.need("home", 5, need_class="regular"),
        years=2,
    )
    (tmp_path / "given").mkdir()
    write_folder(scenario, tmp_path / "given", None)
    instance = small.resolve(scenario)
    solution = solve_stages(instance, build(instance), stages(instance), Options())
    run = {"options": {"gap": None}, "seed": 3, "seconds": {"build": 0.5, "solve": 1.5}}
    folder = publish(instance, solution, tmp_path / "given", tmp_path / "plan", run)
    view = replace(view_of(instance, solution, "en"), manifest=folder.manifest)
    section = made_section(view)
    made = table_of(section, "made_stages")
    figures = ("value_closed", "value_published", "limit", "bound", "gap_absolute")
    assert len(made.rows) == len(folder.manifest["stages"]) == 4
    for row, stage in zip(made.rows, folder.manifest["stages"], strict=True):
        assert row[0] == stage["stage"]
        assert list(row[3:8]) == [stage[name] for name in figures]
        relative = stage["gap_relative"]
        assert row[8] == (None if relative is None else 100 * relative)
    # 5 a year and 3 are built: 2 and 4 short, 6 dwelling-years, and no plan does better.
    assert "2. unmet regular need: 6 dwelling-years. A better plan cannot exist here." in section.lead
    assert dict(table_of(section, "made_files").rows) == folder.manifest["files"]
    assert {row[1]: row[2] for row in table_of(section, "made_measures").rows} == folder.manifest["measures"]
    lines = folder.manifest["verification"]["requirements"]
    assert section.lead[0].startswith("The plan was computed again")
    assert f" {lines} tests of rules" in section.lead[0]


def test_a_gap_is_what_cannot_exist(written: Any) -> None:
    """1.5 of 200 is 0.75 %; 1.501 of 200 would be rounded up, to 0.76 %."""
    assert stage_sentence(written()) == (
        "1. unmet special need: 200 dwelling-years. A plan that is more than 0.75% better here cannot exist."
    )
    more = {**STAGE, "gap_relative": 0.007505}
    assert "more than 0.76% better" in stage_sentence(written(stages=[more]))
    assert "meer dan 0,76 % beter is, kan niet bestaan" in stage_sentence(written("nl", stages=[more]))


@pytest.mark.parametrize(
    ("unit", "value", "gap", "told"),
    [
        ("share", 0.3, 0.0098, "30% of the task. A plan that is more than 0.98 percentage points better"),
        ("kEUR", 14688.292, 0.04, "€14,688,292. A plan that is more than"),
        ("relative", 0.796, 0.02, "79.6% of the norm, added over the rules. A plan"),
        ("blend", 196112.2, 41.0, "196,112 weighted. A plan that is more than"),
    ],
)
def test_every_unit_has_its_own_words(written: Any, unit: str, value: float, gap: float, told: str) -> None:
    """Shares in percentage points of their absolute gap, money in euros, the rest relative to the value."""
    stage = {
        **STAGE,
        "unit": unit,
        "value_published": value,
        "gap_absolute": gap,
        "gap_relative": gap / value,
    }
    assert told in stage_sentence(written(stages=[stage]))


def test_parts_are_percentages_in_the_table(written: Any, table_of: Any) -> None:
    """0.3 of the task is 30 %, and its bound 0.29 is 29 %."""
    stage = {**STAGE, "unit": "share", "value_published": 0.3, "bound": 0.29, "limit": None}
    [row] = table_of(made_section(written(stages=[stage])), "made_stages").rows
    assert row[2] == "%, part of the task"
    assert (row[4], row[5], row[6]) == (30, None, pytest.approx(29))


def test_a_gap_of_none_is_not_known(written: Any) -> None:
    """A value of zero with a bound below it has no relative gap."""
    stage = {**STAGE, "value_published": 0.0, "bound": -1.0, "gap_absolute": 1.0, "gap_relative": None}
    assert stage_sentence(written(stages=[stage])).endswith("How much better it could be is not known.")


def test_a_stage_that_stopped_and_one_that_was_not_run_are_said(written: Any, table_of: Any) -> None:
    """The first stage ended at the clock; the second never began, so that it has no bound."""
    late = {**STAGE, "stopped": "time_limit"}
    idle = {**STAGE, "stage": 2, "stopped": "not_run", "measures": [{"measure": "extra_cost", "weight": 1.0}]}
    view = written(
        stages=[late, idle],
        status={"stopped": "time_limit", "holds": "plan"},
        reproducible=False,
    )
    section = made_section(view)
    assert section.lead == (
        "The plan was computed again from the written files, without the model: 12 tests of rules and all "
        "sums are right.",
        "Stage 1 (unmet special need) was not finished (time limit): the plan is right, but a better one may "
        "exist.",
        "Mind: stages 2 were not run. This is an interim result, not a programme.",
        "The objectives were made as small as possible one after the other. A later one may give back at "
        "most a small tolerance of an earlier one, chosen in advance; what cannot exist below, cannot exist "
        "within that order:",
        "1. unmet special need: 200 dwelling-years. A plan that is more than 0.75% better here cannot exist.",
        "Made with Thuisplan 1.2.3, in 3 seconds of computing.",
        "The clock ended a step of the computation: who computes again may get a slightly different plan. "
        "Whether it is right does not depend on that.",
    )
    table = table_of(section, "made_stages")
    assert table.states == {0: State.ATTENTION, 1: State.ATTENTION}
    assert table.rows[1][6:9] == (None, None, None)
    facts = dict(table_of(section, "made_facts").rows)
    assert facts["what is shown"] == "a plan that is right; a better one may exist"


def test_facts_are_told_as_people_write_them(written: Any, table_of: Any) -> None:
    """Yes and no, what was not asked, and numbers in the language."""
    table = table_of(made_section(written("nl")), "made_facts")
    facts = dict(table.rows)
    assert table.folded
    assert facts["opnieuw hetzelfde plan"] == "ja"
    assert facts["instelling gap"] == "niet gevraagd"
    assert facts["instelling prove"] == "nee"
    assert facts["instelling time_limit"] == "60"
    assert facts["versie van python"] == "3.11"
    assert facts["vingerafdruk van de invoer"] == "sha256:abc"
