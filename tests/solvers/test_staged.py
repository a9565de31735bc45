"""Stages in order: what later ones keep, when one is passed over, and how it ends early."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.resolve import resolve
from thuisplan.model.build import build
from thuisplan.model.stages import Stage, stages
from thuisplan.solvers.highs import Interrupt, Progress
from thuisplan.solvers.solution import NoPlan, Solution, StageRecord
from thuisplan.solvers.staged import Options, solve_stages


@pytest.fixture(scope="module")
def region(generate: Any) -> Instance:
    """Return a generated region of two municipalities and two years."""
    return resolve(generate(2, 1, 2))


def _costly(small: Any, *stages_of: Any) -> Instance:
    """Return a need of 3 homes of 10 thousand euros, with stages of the test's own."""
    return small.instance(
        small.option("home", extra_cost_eur=10_000),
        small.offer(small.A, "home", 9),
        small.need("home", 3),
        small.pot("p", "extra_cost", {2026: 99_000}),
        stages_of,
    )


def _holds(result: Solution) -> None:
    """Check that no hard line is broken."""
    broken = [
        line.requirement.name
        for line in result.lines
        if line.requirement.strength == "hard" and line.verdict == "broken"
    ]
    assert broken == []


def test_without_tolerance_later_stages_give_nothing_back(small: Any) -> None:
    """All 3 homes stay, at 30 thousand euros: the money stage may not leave a need open."""
    plan = small.solve(_costly(small, small.stage(1, "unmet_special"), small.stage(2, "extra_cost")))
    assert plan.measures["unmet_special"] == 0
    assert plan.measures["extra_cost"] == 30


def test_what_is_kept_leaves_room_for_later_stages(small: Any) -> None:
    """One dwelling-year may be given back: 2 homes at 20 thousand euros, and the limit is 0 + 1."""
    first = small.stage(1, "unmet_special", keep_abs=Fraction(1))
    plan = small.solve(_costly(small, first, small.stage(2, "extra_cost")))
    assert plan.measures["unmet_special"] == 1
    assert plan.measures["extra_cost"] == 20
    assert [record.limit for record in plan.stages] == [1, 20]
    assert [record.value for record in plan.stages] == [0, 20]


def test_a_blend_weighs_its_measures(small: Any) -> None:
    """A dwelling short costs 1, and 10 thousand euros a tenth of that each: 0.1 x 10 = 1, or 0.2 x 10 = 2.

    At a weight of 1/20 building is cheaper (0.5 against 1), at 1/5 leaving it is.
    """
    for weight, homes in ((Fraction(1, 20), 3), (Fraction(1, 5), 0)):
        blend = small.stage(1, "unmet_special"), small.stage(1, "extra_cost", weight=weight)
        plan = small.solve(_costly(small, blend))
        assert small.built(plan, small.A, options=["home"]) == homes
        [record] = plan.stages
        assert record.stage.unit == "blend"
        assert record.value == pytest.approx(0.5 * homes + (3 - homes))


def test_later_stages_keep_the_limits_of_earlier_ones(region: Instance) -> None:
    """In the published plan every stage is within the limit that was set when it closed."""
    result = solve_stages(region, build(region), stages(region), Options())
    assert isinstance(result, Solution)
    _holds(result)
    assert [record.stage.number for record in result.stages] == [stage.number for stage in stages(region)]
    for record in result.stages:
        assert record.value is not None
        assert record.bound is not None
        assert record.limit == pytest.approx(record.stage.limit(record.value))
        assert result.objective(record.stage) <= record.limit + 1e-6
        assert record.bound <= record.value + 1e-6


def test_a_stage_at_its_trivial_bound_is_not_solved(small: Any) -> None:
    """Nothing is short after the first stage, so the second, regular needs, is at zero already."""
    plan = small.solve(_costly(small, small.stage(1, "unmet_special"), small.stage(2, "unmet_regular")))
    assert [record.stopped for record in plan.stages] == ["closed", "at_bound"]
    assert (plan.stages[1].value, plan.stages[1].bound, plan.stages[1].seconds) == (0, 0, 0)
    assert plan.closed


def test_equal_seeds_give_equal_plans(region: Instance) -> None:
    """Two runs with the same seed build and pay the same, to the euro."""
    first, second = (
        solve_stages(region, build(region), stages(region)[:3], Options(seed=7)) for _ in range(2)
    )
    assert isinstance(first, Solution)
    assert isinstance(second, Solution)
    assert first.completed == second.completed
    assert first.payments == second.payments


def test_an_interrupt_before_the_start_leaves_no_plan(region: Instance) -> None:
    """Without a plan so far an interrupt ends with none."""
    interrupt = Interrupt()
    interrupt.set()
    result = solve_stages(region, build(region), stages(region), Options(), interrupt)
    assert isinstance(result, NoPlan)
    assert result.reason == "interrupted"
    assert result.giving == ()


def test_an_interrupt_in_a_later_stage_keeps_the_plan(region: Instance) -> None:
    """Interrupted when the first stage has closed: its plan stays, and no later stage claims to be solved."""
    interrupt = Interrupt()

    def listen(stage: Stage, event: Progress | StageRecord) -> None:
        if isinstance(event, StageRecord):
            interrupt.set()

    result = solve_stages(region, build(region), stages(region), Options(), interrupt, listen)
    assert isinstance(result, Solution)
    _holds(result)
    assert result.stages[0].stopped == "closed"
    assert {record.stopped for record in result.stages[1:]} <= {"not_run", "interrupted", "at_bound"}
    assert {"not_run", "interrupted"} & {record.stopped for record in result.stages}
    assert not result.closed
    assert result.completed


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.2])
def test_a_tiny_time_limit_never_raises(generate: Any, seconds: float) -> None:
    """Out of time is a reason or a plan that holds, whatever was reached."""
    made = resolve(generate(3, 2, 3))
    result = solve_stages(made, build(made), stages(made), Options(seconds=seconds))
    if isinstance(result, NoPlan):
        assert result.reason == "time_limit"
    else:
        _holds(result)
        assert len(result.stages) == len(stages(made))


def test_listeners_hear_the_end_of_every_stage(small: Any, tmp_path: Path) -> None:
    """Each stage is reported once, in order, and the solver's log is written."""
    made = _costly(small, small.stage(1, "unmet_special"), small.stage(2, "extra_cost"))
    heard: list[int] = []

    def listen(stage: Stage, event: Progress | StageRecord) -> None:
        if isinstance(event, StageRecord):
            heard.append(event.stage.number)

    solve_stages(made, build(made), stages(made), Options(), None, listen, tmp_path / "solver.log")
    assert heard == [1, 2]


def test_two_conflicts_at_once_add_up(small: Any) -> None:
    """In A 120 agreed and capacity 95, in B 7 agreed of what is excluded.

    Only the agreements repair both, by 25 + 7 = 32.
    """
    result = small.unsolved(
        small.option("home"),
        [small.offer(code, "home", 200) for code in (small.A, small.B)],
        small.committed(small.A, "home", 120),
        small.capacity(small.A, 95),
        small.committed(small.B, "home", 7),
        small.excluded(small.B, "home"),
    )
    assert small.giving(result) == {
        "commitment": 32,
        "capacity": None,
        "exclusion": None,
        "availability": None,
    }
    assert small.falls(result, "commitment") == {
        f"commitment[{small.A},home,2026]": 25,
        f"commitment[{small.B},home,2026]": 7,
    }
    [found] = [one for one in result.giving if one.families == ("commitment",)]
    assert (found.bound, found.proved) == (32, True)


def test_an_interrupt_while_nothing_fits_is_no_proof(small: Any) -> None:
    """A conflict that was not confirmed for lack of time is never called infeasible with amounts."""
    made = small.instance(
        small.option("home"),
        small.offer(small.A, "home", 200),
        small.committed(small.A, "home", 120),
        small.capacity(small.A, 95),
    )
    interrupt = Interrupt()
    interrupt.set()
    result = solve_stages(made, build(made), stages(made), Options(), interrupt)
    assert isinstance(result, NoPlan)
    assert result.reason != "infeasible"


def test_stages_of_one_number_make_one_stage(small: Any) -> None:
    """Rows of stage 1 are a blend, with the widest of their tolerances; limits are value + room."""
    made = _costly(
        small,
        small.stage(1, "unmet_special", keep_rel=Fraction(1, 10)),
        small.stage(1, "unmet_regular", weight=Fraction(2), keep_abs=Fraction(3)),
        small.stage(5, "lateness"),
    )
    first, second = stages(made)
    assert dict(first.measures) == {"unmet_special": 1.0, "unmet_regular": 2.0}
    assert (first.keep_rel, first.keep_abs) == (0.1, 3.0)
    # The larger of a tenth and 3.
    assert [first.limit(value) for value in (10.0, 50.0)] == [13.0, 55.0]
    assert (second.number, second.unit) == (5, "dwelling-years")
