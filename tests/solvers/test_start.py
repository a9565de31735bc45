"""Start from the plan of another input: it never harms, it need not be possible, and what it finds holds."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from thuisplan.inputs.changes import Change, apply
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.resolve import resolve
from thuisplan.model.build import build
from thuisplan.model.problem import Problem
from thuisplan.model.stages import stages
from thuisplan.solvers import search
from thuisplan.solvers.highs import Interrupt, Limits, solve
from thuisplan.solvers.solution import Solution
from thuisplan.solvers.staged import Options, solve_stages
from thuisplan.solvers.start import ahead, named_values, near_plan, wanted

EXACT = Limits(relative_gap=0.0, absolute_gap=1e-6)


def _two_places(small: Any, money: int = 99_000) -> Instance:
    """Return a need of 6 homes that either of two places can build, at 10 thousand euros each."""
    return small.instance(
        small.option("home", extra_cost_eur=10_000),
        [small.offer(place, "home", 5) for place in (small.A, small.B)],
        small.need("home", 6),
        small.pot("p", "extra_cost", {2026: money}),
        small.stage(1, "unmet_special"),
        small.stage(2, "extra_cost"),
    )


def _values(problem: Problem, homes: dict[str, int]) -> np.ndarray[Any, Any]:
    """Return whole numbers by municipality as values of the columns."""
    return wanted(problem, {f"x[{place},2026,home]": float(count) for place, count in homes.items()})


def test_a_start_is_read_by_the_names_of_columns(small: Any) -> None:
    """Of 9 homes at most 5 are offered; no numbers, unknown names and parts of a dwelling do no harm."""
    problem = build(_two_places(small))
    first, second = (f"x[{place},2026,home]" for place in (small.A, small.B))
    start = {first: 2.4, second: float("nan"), "x[nowhere,2026,home]": 3.0}
    values = wanted(problem, start)
    assert {c.name: v for c, v in zip(problem.columns, values, strict=True) if v} == {first: 2.0}
    assert values.shape == (len(problem.columns),)
    assert wanted(problem, {}).tolist() == [0.0] * len(problem.columns)


def test_named_values_are_the_whole_numbers_of_a_plan(small: Any) -> None:
    """All 6 homes, and nothing of the money: payments follow from what is built."""
    made = _two_places(small)
    problem = build(made)
    plan = solve_stages(made, problem, stages(made), Options())
    assert isinstance(plan, Solution)
    named = named_values(problem, plan)
    assert sum(named.values()) == 6
    assert all(name.startswith("x[") for name in named)


@pytest.mark.parametrize(("first", "second"), [(1, 5), (5, 1), (3, 3), (2, 4)])
def test_of_equal_plans_the_nearest_is_found(small: Any, first: int, second: int) -> None:
    """Every division of 6 homes leaves nothing unmet; the one that was wanted is the one that comes."""
    problem = build(_two_places(small)).with_cost({"unmet_special": 1.0})
    aim = _values(problem, {small.A: first, small.B: second})
    relaxed = solve(problem.relaxed(), EXACT).values
    assert relaxed is not None
    found = near_plan(problem, None, aim, None, relaxed, 0.1, EXACT, Interrupt())
    assert found is not None
    assert np.array_equal(np.round(found[problem.integral]), aim[problem.integral])


def test_a_plan_that_is_not_possible_is_repaired(small: Any) -> None:
    """Of 6 homes money for 4 is left: the plan nearest to 5 and 1 has 4 homes of these, so 2 are unmet."""
    problem = build(_two_places(small, money=40_000)).with_cost({"unmet_special": 1.0})
    aim = _values(problem, {small.A: 5, small.B: 1})
    relaxed = solve(problem.relaxed(), EXACT).values
    assert relaxed is not None
    found = near_plan(problem, None, aim, None, relaxed, 0.1, EXACT, Interrupt())
    assert found is not None
    assert float(problem.cost @ found) == pytest.approx(2)
    assert np.abs(found - aim)[problem.integral].sum() == pytest.approx(2)


def test_what_was_found_before_is_not_lost(small: Any) -> None:
    """From a plan with 3 homes and an aim of none the plan that comes is no worse: 3 unmet at most."""
    problem = build(_two_places(small)).with_cost({"unmet_special": 1.0})
    three = _values(problem, {small.A: 3})
    fixed = {int(c): float(three[c]) for c in np.flatnonzero(problem.integral)}
    plan = solve(problem.with_bounds(fixed, fixed), EXACT).values
    relaxed = solve(problem.relaxed(), EXACT).values
    assert plan is not None
    assert relaxed is not None
    none = np.zeros(len(problem.columns))
    found = near_plan(problem, None, none, plan, relaxed, 0.1, EXACT, Interrupt())
    assert found is not None
    assert float(problem.cost @ found) <= 3


def test_later_stages_weigh_a_tenth_of_a_tolerance(small: Any) -> None:
    """6 homes at 10 thousand euros cost 60. With tolerances of 2 dwelling-years, and of 5 % of 60 or 3, a
    thousand euros weighs 0.1 x 2 / 3 of a dwelling-year.
    """
    made = _two_places(small)
    problem = build(made)
    plan = solve_stages(made, problem, stages(made), Options())
    assert isinstance(plan, Solution)
    values = np.array([float(value) for value in plan.values])
    cost = ahead(
        problem,
        ({"unmet_special": 1.0}, Limits(relative_gap=0.0, absolute_gap=2.0)),
        [({"extra_cost": 1.0}, Limits(relative_gap=0.05, absolute_gap=1.0))],
        values,
    )
    assert float(cost @ values) == pytest.approx(0.1 * 2 / 3 * 60)


@pytest.fixture(scope="module")
def region(generate: Any) -> Instance:
    """Return a generated region of two municipalities and two years."""
    return resolve(generate(2, 1, 2))


@pytest.fixture(scope="module")
def solved(region: Instance) -> Solution:
    """Return its plan, found without a start."""
    plan = solve_stages(region, build(region), stages(region), Options())
    assert isinstance(plan, Solution)
    return plan


@pytest.mark.parametrize("seed", range(2))
def test_an_absurd_start_is_harmless(region: Instance, solved: Solution, seed: int) -> None:
    """Whole numbers from -5 to 50 at random: every stage closes as without, no hard line is broken."""
    problem = build(region)
    rng = random.Random(seed)
    start = {column.name: float(rng.randint(-5, 50)) for column in problem.columns}
    asked = stages(region)
    found = solve_stages(region, problem, asked, Options(), start=start)
    assert isinstance(found, Solution)
    assert found.closed == solved.closed
    assert not [r for r in found.lines if r.requirement.strength == "hard" and r.verdict == "broken"]
    first, other = found.stages[0], solved.stages[0]
    close = max(asked[0].close_abs, asked[0].close_rel * float(other.value or 0)) + 1e-6
    # Both are within the tolerance of one optimum; the bound of neither is above the plan of the other.
    assert abs(float(first.value or 0) - float(other.value or 0)) <= close
    assert float(first.bound or 0) <= float(other.value or 0) + 1e-6
    assert float(other.bound or 0) <= float(first.value or 0) + 1e-6


def test_the_plan_of_the_base_starts_its_variants(region: Instance, solved: Solution) -> None:
    """A tenth more needs, and a tenth less: every stage closes, each bound below its value."""
    start = named_values(build(region), solved)
    for factor in ("1.1", "0.9"):
        changed = apply(region, [Change("needs", "* *", "central", "multiply", factor)])
        found = solve_stages(changed, build(changed), stages(changed), Options(), start=start)
        assert isinstance(found, Solution)
        assert found.closed
        assert all((record.bound or 0) <= (record.value or 0) + 1e-6 for record in found.stages)


def test_a_start_of_the_same_input_closes_the_first_stage_at_once(
    small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From its own plan of 4 homes for 40 thousand euros the first stage is closed before all other steps."""
    made = _two_places(small, money=40_000)
    problem = build(made)
    plan = solve_stages(made, problem, stages(made), Options())
    assert isinstance(plan, Solution)

    def refused(*_: Any, **__: Any) -> Any:
        raise AssertionError("searched on")

    for step in ("dived", "improve", "partial", "prove"):
        monkeypatch.setattr(search.Search, step, refused)
    again = solve_stages(made, problem, stages(made)[:1], Options(), start=named_values(problem, plan))
    assert isinstance(again, Solution)
    assert again.measures["unmet_special"] == 2
    assert again.stages[0].stopped == "closed"
