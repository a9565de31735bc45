"""What the manifest says of stages and status is recomputed, or must not contradict itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from thuisplan.outputs.verification import Problem, verify

Change = Callable[[dict[str, Any]], object]


def _problems(plan_files: Any, change: Change) -> list[Problem]:
    change(plan_files.manifest)
    return list(verify(plan_files.write()).problems)


def _stage(number: int, **values: Any) -> Change:
    return lambda manifest: manifest["stages"][number - 1].update(values)


def _measure(number: int, **values: Any) -> Change:
    return lambda manifest: manifest["stages"][number - 1]["measures"][0].update(values)


@pytest.mark.parametrize(
    ("change", "code", "values"),
    [
        (lambda m: m["stages"].pop(), "stage_missing", {"stage": 2}),
        (lambda m: m["stages"].append(dict(m["stages"][1], stage=3)), "stage_unexpected", {"stage": 3}),
        (lambda m: m["stages"].append(m["stages"][1]), "stage_unexpected", {"stage": 2}),
        (_measure(1, measure="lateness"), "stage_differs", {"column": "measures"}),
        (_measure(1, weight=0.5), "stage_differs", {"column": "weight unmet_special", "expected": 1.0}),
        (_stage(2, unit="EUR"), "stage_differs", {"column": "unit", "expected": "kEUR"}),
        (_stage(2, value_published=59.0, gap_absolute=5.0, gap_relative=5 / 59), "stage_differs", {}),
        (_stage(2, limit=1e9), "stage_differs", {"column": "limit", "expected": 60.0, "found": 1e9}),
        (_stage(2, limit=None), "stage_differs", {"column": "limit", "expected": 60.0}),
        (_stage(2, limit=60.001), "stage_differs", {"column": "limit"}),
        # 60 thousand euros is more than the 55 that the stage ended with, and left.
        (_stage(2, value_closed=55.0, limit=55.0), "limit_exceeded", {"stage": 2, "found": 60.0}),
        (_stage(2, gap_absolute=5.0), "stage_differs", {"column": "gap_absolute", "expected": 6.0}),
        (_stage(2, gap_absolute=None), "stage_differs", {"column": "gap_absolute"}),
        (_stage(2, gap_relative=0.0), "stage_differs", {"column": "gap_relative", "expected": 0.1}),
        (_stage(2, gap_relative=None), "stage_differs", {"column": "gap_relative"}),
        (_stage(2, bound=None), "stage_differs", {"column": "gap_absolute", "expected": None}),
        (_measure(1, value_published=0.0), "measure_differs", {"measure": "unmet_special", "expected": 1.0}),
        (_stage(1, stopped="time_limit"), "status_differs", {"column": "reproducible", "expected": False}),
        (_stage(1, stopped="time_limit"), "status_differs", {"column": "status.stopped"}),
        (_stage(1, stopped="time_limit"), "status_differs", {"column": "status.holds", "expected": "plan"}),
        (lambda m: m["status"].update(stopped="interrupted"), "status_differs", {"expected": "closed"}),
        (lambda m: m["status"].update(holds="plan"), "status_differs", {"column": "status.holds"}),
        (lambda m: m.pop("status"), "status_differs", {"column": "status.stopped", "found": None}),
        (lambda m: m.pop("verification"), "status_differs", {"column": "verification.requirements"}),
        (lambda m: m["verification"].update(requirements=27), "status_differs", {"expected": 28}),
        (lambda m: m.pop("reproducible"), "status_differs", {"column": "reproducible"}),
        # Measures of no stage are what plans are compared on too: 6 x 10 thousand euros.
        (lambda m: m.update(measures={"extra_cost": 61.0}), "status_differs", {"expected": 60.0}),
        (lambda m: m.update(options={"stages": "first"}), "stage_unexpected", {"stage": 2}),
        (lambda m: m.update(measures={"beauty": 1.0}), "status_differs", {"column": "measures.beauty"}),
    ],
)
def test_whatever_is_changed_is_named(
    plan_files: Any, change: Change, code: str, values: dict[str, Any]
) -> None:
    """The right figure stands next to the one in the manifest."""
    found = _problems(plan_files, change)
    assert [p for p in found if p.code == code and values.items() <= dict(p.values).items()], found


def test_no_stages_is_not_a_plan_without_objectives(plan_files: Any) -> None:
    """The input has two."""
    found = _problems(plan_files, lambda manifest: manifest.update(stages=[]))
    assert [(p.code, p.values["stage"]) for p in found] == [("stage_missing", 1), ("stage_missing", 2)]


@pytest.mark.parametrize("bound", [60.5, 1e9])
def test_a_bound_above_the_value_is_named(plan_files: Any, bound: float) -> None:
    """Nothing can be better than the bound, so neither can what was found; a negative gap hides nothing."""
    found = _problems(plan_files, _stage(2, bound=bound, gap_absolute=60.0 - bound, gap_relative=0.0))
    assert {p.code for p in found} == {"bound_above_value"}


def test_a_bound_above_what_later_stages_made_of_it_is_named(plan_files: Any) -> None:
    """The stage ended at 80, and the plan needs only 60: then 70 was no bound."""
    change = _stage(2, value_closed=80.0, limit=80.0, bound=70.0, gap_absolute=-10.0, gap_relative=0.0)
    [found] = _problems(plan_files, change)
    assert (found.code, found.values["expected"], found.values["found"]) == ("bound_above_value", 60.0, 70.0)


@pytest.mark.parametrize(
    "change",
    [
        # A stage may give up before it has a value, and a plan may come of a later one.
        _stage(2, value_closed=None, limit=None),
        _stage(2, bound=None, gap_absolute=None, gap_relative=None),
        _stage(2, stopped="at_bound"),
        lambda manifest: manifest.update(reproducible=False),
        # Rounding of floating point, as by other software, is no change.
        _stage(2, limit=60.00000001, value_published=60.00000001, gap_absolute=6.00000001),
    ],
)
def test_what_may_be_is_accepted(plan_files: Any, change: Change) -> None:
    """Only what contradicts the plan or the rest of the manifest is a problem."""
    assert _problems(plan_files, change) == []


def test_a_plan_that_was_stopped_says_so_everywhere(plan_files: Any) -> None:
    """Consistent words for a stage that ran out of time."""

    def change(manifest: dict[str, Any]) -> None:
        manifest["stages"][1]["stopped"] = "time_limit"
        manifest["status"] = {"stopped": "time_limit", "holds": "plan"}
        manifest["reproducible"] = False

    assert _problems(plan_files, change) == []


def test_what_may_be_given_back_makes_the_limit(plan_files: Any) -> None:
    """A tenth of 54 is 5.4 and less than 6: the limit is 60; without it the value would be too high."""
    for part in ("original", "resolved"):
        plan_files.replace_in(f"input/{part}/stages.csv", "extra_cost,1,0,0,0,0", "extra_cost,1,0,0,1/10,6")
    assert _problems(plan_files, _stage(2, value_closed=54.0, limit=60.0)) == []


def test_several_measures_make_a_blend(plan_files: Any) -> None:
    """Half of 60 thousand euros and a third of 9 dwelling-years is 33."""
    rows = "2,extra_cost,1/2,0,0,0,0\n2,lateness,1/3,0,0,0,0"
    for part in ("original", "resolved"):
        plan_files.replace_in(f"input/{part}/stages.csv", "2,extra_cost,1,0,0,0,0", rows)
    measures = [
        {"measure": "extra_cost", "weight": 0.5, "value_published": 60.0},
        {"measure": "lateness", "weight": 1 / 3, "value_published": 9.0},
    ]
    values = {"value_closed": 33.0, "limit": 33.0, "value_published": 33.0, "bound": 33.0}
    gap = {"gap_absolute": 0.0, "gap_relative": 0.0}
    assert _problems(plan_files, _stage(2, measures=measures, unit="blend", **values, **gap)) == []


def test_a_plan_of_the_first_stage_alone_needs_no_other(plan_files: Any) -> None:
    """Where the manifest says that only the first stage was asked, no other is missed."""

    def first_alone(manifest: dict[str, Any]) -> None:
        manifest["stages"].pop()
        manifest["options"] = {"stages": "first"}

    assert _problems(plan_files, first_alone) == []
