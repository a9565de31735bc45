"""Staying close to an earlier plan: where the stage stands, and that the change is the least there is."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.resolve import resolve
from thuisplan.model.build import build
from thuisplan.model.stages import stages
from thuisplan.solvers.solution import Solution
from thuisplan.solvers.staged import Options, solve_stages

Cell = tuple[str, int, str]


def _close_to(made: Instance, earlier: Mapping[Cell, int]) -> Solution:
    """Return the plan of an instance that changes least from what an earlier plan completes."""
    problem = build(made)
    columns = {c: earlier.get(problem.columns[c].key[1:], 0) for c in problem.columns_of("x")}
    plan = solve_stages(made, problem.with_reference(columns), stages(made, reference=True), Options())
    assert isinstance(plan, Solution), plan
    return plan


def _measures(made: Instance, reference: bool) -> list[tuple[int, list[str]]]:
    return [(stage.number, list(stage.measures)) for stage in stages(made, reference)]


# --- where the stage stands -------------------------------------------------------------------


def test_change_comes_before_lateness(small: Any) -> None:
    """The stages from lateness on have the next number; without an earlier plan nothing is different."""
    made = small.instance(small.option("home"), small.offer(small.A, "home", 1))
    names = [(1, "unmet_special"), (2, "unmet_regular"), (3, "rule_violation")]
    before = [(number, [name]) for number, name in names]
    assert _measures(made, False) == [*before, (4, ["lateness"])]
    assert _measures(made, True) == [*before, (4, ["change"]), (5, ["lateness"])]


def test_change_is_last_where_lateness_is_no_stage(small: Any) -> None:
    """Stages 1 and 4 without lateness: change is stage 5."""
    listed = [small.stage(1, "unmet_special"), small.stage(4, "extra_cost")]
    made = small.instance(small.option("home"), small.offer(small.A, "home", 1), listed)
    assert _measures(made, True) == [(1, ["unmet_special"]), (4, ["extra_cost"]), (5, ["change"])]


def test_who_lists_change_says_where_it_stands(small: Any) -> None:
    """A stage of the input is kept, with its tolerances."""
    listed = [
        small.stage(1, "unmet_special"),
        small.stage(2, "change", keep_abs=Fraction(6)),
        small.stage(3, "lateness"),
    ]
    made = small.instance(small.option("home"), small.offer(small.A, "home", 1), listed)
    assert [(stage.number, stage.keep_abs) for stage in stages(made, True)] == [(1, 0), (2, 6), (3, 0)]


def test_nothing_of_the_change_is_given_back_for_building_earlier(small: Any) -> None:
    """The earlier plan builds 3 homes in the second year, the need is of the second year: they stay there."""
    made = small.instance(
        small.option("home"),
        small.offer(small.A, "home", 3),
        small.need("home", 0, to_year=2026),
        small.need("home", 3, from_year=2027),
        years=2,
        measures=("unmet_special", "lateness"),
    )
    earlier = {(small.A, 2027, "home"): 3}
    assert _close_to(made, earlier).completed == earlier
    assert small.solve(made).completed == {(small.A, 2026, "home"): 3}


# --- the least change --------------------------------------------------------------------------


def _region(small: Any, *more: Any) -> Instance:
    """Return a need of 10 homes, that A and B may build in one year."""
    made: Instance = small.instance(
        small.option("home"),
        [small.offer(code, "home", 10) for code in (small.A, small.B)],
        small.need("home", 10),
        more,
    )
    return made


def test_an_earlier_plan_that_still_fits_comes_back(small: Any) -> None:
    """7 in A and 3 in B is as good as any plan: nothing changes, and that is proved."""
    earlier = {(small.A, 2026, "home"): 7, (small.B, 2026, "home"): 3}
    plan = _close_to(_region(small), earlier)
    assert plan.completed == earlier
    assert plan.measures["change"] == 0
    [record] = [r for r in plan.stages if "change" in r.stage.measures]
    assert (record.value, record.bound, record.closed) == (0, 0, True)


def test_what_no_longer_fits_moves_and_no_more(small: Any) -> None:
    """A now has room for 6 of its 10 homes: 4 fewer there and 4 more in B, a change of 8."""
    plan = _close_to(_region(small, small.capacity(small.A, 6)), {(small.A, 2026, "home"): 10})
    assert plan.completed == {(small.A, 2026, "home"): 6, (small.B, 2026, "home"): 4}
    assert plan.measures["change"] == 8
    [record] = [r for r in plan.stages if "change" in r.stage.measures]
    assert (record.value, record.bound) == (8, 8)


def test_earlier_stages_come_first(small: Any) -> None:
    """The earlier plan left 4 of 10 homes open: they are built now, though that is a change of 4."""
    plan = _close_to(_region(small), {(small.A, 2026, "home"): 6})
    assert plan.measures["unmet_special"] == 0
    assert plan.measures["change"] == 4
    assert plan.completed[small.A, 2026, "home"] >= 6


def test_an_earlier_plan_may_be_impossible_in_itself(small: Any) -> None:
    """14 homes in A, where 10 are offered: the least change from it is still found.

    A comes down to 10, which is all that is needed: 4 fewer.
    """
    plan = _close_to(_region(small), {(small.A, 2026, "home"): 14})
    assert plan.completed == {(small.A, 2026, "home"): 10}
    assert plan.measures["change"] == 4


def test_without_a_reference_the_change_is_nothing(small: Any) -> None:
    """A stage for the change in the input, and no earlier plan: at its bound, not solved."""
    plan = small.solve(_region(small, small.stage(1, "unmet_special"), small.stage(2, "change")))
    assert [record.stopped for record in plan.stages] == ["closed", "at_bound"]
    assert plan.measures["change"] == 0


@pytest.mark.parametrize("seed", range(12))
def test_the_change_is_the_least_of_all_plans(small: Any, seed: int) -> None:
    """Two places, homes and care in projects of two, random earlier plans, against counting every plan."""
    chance = random.Random(seed)
    cells = [(place, 2026, what) for place in (small.A, small.B) for what in ("home", "care")]
    most = {cell: chance.randint(0, 4) for cell in cells}
    needs = {"home": chance.randint(0, 5), "care": chance.randint(0, 5)}
    room = {place: chance.randint(1, 6) for place in (small.A, small.B)}
    earlier = {cell: chance.randint(0, 5) for cell in cells if most[cell]}
    made = small.instance(
        small.option("home"),
        small.option("care", minimum_project=2),
        [small.offer(place, what, number) for (place, _, what), number in most.items()],
        [small.need(what, number) for what, number in needs.items()],
        [small.capacity(place, number) for place, number in room.items()],
        measures=("unmet_special",),
    )
    best = None
    for numbers in product(*(range(number + 1) for number in most.values())):
        plan = dict(zip(cells, numbers, strict=True))
        if any(sum(n for c, n in plan.items() if c[0] == place) > top for place, top in room.items()):
            continue
        if any(n == 1 for cell, n in plan.items() if cell[2] == "care"):
            continue
        unmet = sum(
            max(0, asked - sum(n for c, n in plan.items() if c[2] == what)) for what, asked in needs.items()
        )
        change = sum(abs(plan[cell] - before) for cell, before in earlier.items())
        best = min(best or (unmet, change), (unmet, change))
    plan = _close_to(made, earlier)
    assert (plan.measures["unmet_special"], plan.measures["change"]) == best


def test_the_change_is_what_counting_the_dwellings_says(generate: Any) -> None:
    """In a generated region the measure is the sum over cells of what differs, and the bound is below it."""
    made = resolve(generate(2, 1, 2))
    problem = build(made)
    first = solve_stages(made, problem, stages(made)[:3], Options(seed=3))
    assert isinstance(first, Solution)
    earlier = {cell: n + 3 for cell, n in first.completed.items()}
    plan = _close_to(made, earlier)
    cells = {*earlier, *plan.completed}
    counted = sum(abs(plan.completed.get(cell, 0) - earlier.get(cell, 0)) for cell in cells)
    assert plan.measures["change"] == counted
    [record] = [r for r in plan.stages if "change" in r.stage.measures]
    assert record.bound is not None
    assert record.bound <= counted + 1e-6
