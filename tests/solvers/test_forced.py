"""One dwelling or project more or fewer than a plan has, by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from thuisplan.model.evaluate import evaluate, measure_values
from thuisplan.model.stages import stages
from thuisplan.solvers import highs
from thuisplan.solvers.forced import Force, Forced, Level, forced
from thuisplan.solvers.highs import Interrupt, Limits


def _forced(small: Any, instance: Any, completed: dict[Any, int], code: str, step: int, what: str) -> Forced:
    """Return the alternative from a plan of these completions; stages were held to what the plan has."""
    problem = small.build(instance)
    values = small.values_of(problem, completed)
    lines = tuple(evaluate(instance, problem, values))
    measures = measure_values(problem, lines, values)
    levels = [
        Level(stage, value, stage.limit(value))
        for stage in stages(instance)
        for value in [sum(weight * float(measures[name]) for name, weight in stage.measures.items())]
    ]
    force = Force(code, (what,), step)
    return forced(instance, problem, values, levels, force, Limits(10.0), Interrupt())


def _two(small: Any, *rows: Any, **values: Any) -> Any:
    """Return A and B, that need 10 special dwellings; each may build 8 of them, and 10 in all."""
    return small.instance(
        small.option("care", dwelling_type="care_suitable"),
        small.market("sale"),
        [small.offer(code, "care", 8) for code in (small.A, small.B)],
        [small.offer(code, "sale", 10) for code in (small.A, small.B)],
        [small.capacity(code, 10) for code in (small.A, small.B)],
        small.need("care", 10, need_class="special"),
        small.need("sale", 10, need_class="regular"),
        *rows,
        **values,
    )


def test_one_more_here_is_one_fewer_there(small: Any) -> None:
    """A has 6 of care and B 4, A 4 of sale and B 6: both needs are met. One more of care in A: one less in B.

    Capacity is full, so A gives up one of sale and B, with room for it, builds that one: four change.
    """
    built = {
        (small.A, 2026, "care"): 6,
        (small.B, 2026, "care"): 4,
        (small.A, 2026, "sale"): 4,
        (small.B, 2026, "sale"): 6,
    }
    found = _forced(small, _two(small), built, small.A, 1, "care")
    assert found.outcome == "found"
    assert found.within
    assert found.changes == {
        (small.A, 2026, "care"): 1,
        (small.A, 2026, "sale"): -1,
        (small.B, 2026, "care"): -1,
        (small.B, 2026, "sale"): 1,
    }
    # No alternative is smaller: both needs are met in full by exactly what stands.
    assert found.least_change == pytest.approx(4)


def test_one_fewer_that_nobody_can_take_over_costs_the_first_stage(small: Any) -> None:
    """B builds its 8 already and A 2: one fewer in A leaves one waiting, which no stage allowed."""
    built = {(small.A, 2026, "care"): 2, (small.B, 2026, "care"): 8}
    found = _forced(small, _two(small), built, small.A, -1, "care")
    assert found.outcome == "found"
    assert found.changes is not None
    assert found.changes[small.A, 2026, "care"] == -1
    assert found.plan is not None
    assert found.plan.measures["unmet_special"] == 1
    assert [stage.number for stage in found.worse] == [1]


def test_stages_give_in_order(small: Any) -> None:
    """A is full: 5 of care, 1 clustered, 4 of sale, and every need is met. One more that is clustered.

    It takes the place of one of care, and a special need waits, or of one of sale: the first stage is
    spared and the second, of the regular programme, gives.
    """
    instance = small.instance(
        small.option("care", dwelling_type="care_suitable"),
        small.option("clustered", dwelling_type="clustered"),
        small.market("sale"),
        [small.offer(small.A, what, 8) for what in ("care", "clustered", "sale")],
        small.capacity(small.A, 10),
        small.need("care", 5, need_class="special"),
        small.need("clustered", 1, need_class="special"),
        small.need("sale", 4, need_class="regular"),
    )
    built = {(small.A, 2026, "care"): 5, (small.A, 2026, "clustered"): 1, (small.A, 2026, "sale"): 4}
    found = _forced(small, instance, built, small.A, 1, "clustered")
    assert found.changes == {(small.A, 2026, "clustered"): 1, (small.A, 2026, "sale"): -1}
    assert [stage.number for stage in found.worse] == [2]


def test_a_project_more_is_a_whole_project(small: Any) -> None:
    """Care comes in threes, one project in A and one in B: three fewer in A are three more in B."""
    instance = small.instance(
        small.option("care", dwelling_type="care_suitable", minimum_project=3),
        [small.offer(code, "care", 9) for code in (small.A, small.B)],
        small.need("care", 6, need_class="special"),
    )
    built = {(small.A, 2026, "care"): 3, (small.B, 2026, "care"): 3}
    found = _forced(small, instance, built, small.A, -3, "care")
    assert found.outcome == "found"
    assert found.changes == {(small.A, 2026, "care"): -3, (small.B, 2026, "care"): 3}


def test_what_hard_rules_forbid_is_impossible(small: Any) -> None:
    """A is offered 8: nine cannot be; a commitment of 6 does not become 5. Both are proved."""
    built = {(small.A, 2026, "care"): 8, (small.B, 2026, "care"): 2}
    assert _forced(small, _two(small), built, small.A, 1, "care").outcome == "impossible"
    agreed = _two(small, small.committed(small.A, "care", 6))
    built = {(small.A, 2026, "care"): 6, (small.B, 2026, "care"): 4}
    assert _forced(small, agreed, built, small.A, -1, "care").outcome == "impossible"


def test_an_interrupt_finds_nothing_and_says_so(small: Any) -> None:
    """A search that is interrupted at once proves nothing."""
    instance = _two(small)
    problem = small.build(instance)
    values = small.values_of(problem, {})
    interrupt = Interrupt()
    interrupt.set()
    found = forced(instance, problem, values, (), Force(small.A, ("care",), 1), Limits(5.0), interrupt)
    assert found.outcome in ("none", "found")


def test_what_the_solver_takes_back_is_searched_for(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Called infeasible with presolve and not without: the second counts, and one more in A is found."""
    real = highs.solve
    asked: list[bool] = []

    def lies(problem: Any, limits: Limits, *values: Any) -> highs.Outcome:
        asked.append(limits.presolve)
        outcome = real(problem, limits, *values)
        return replace(outcome, stopped="infeasible", values=None) if len(asked) == 1 else outcome

    monkeypatch.setattr(highs, "solve", lies)
    built = {(small.A, 2026, "care"): 5, (small.B, 2026, "care"): 5}
    assert _forced(small, _two(small), built, small.A, 1, "care").outcome == "found"
    assert asked[:2] == [True, False]
