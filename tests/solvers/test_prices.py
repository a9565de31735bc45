"""What more room is worth in the first stage, by hand."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from thuisplan.model.evaluate import evaluate, measure_values
from thuisplan.model.exact import ExactPlan
from thuisplan.model.stages import stages
from thuisplan.solvers.highs import Interrupt, Limits
from thuisplan.solvers.prices import Price, Priced, relaxed_price, relaxed_prices, rooms, solved_price
from thuisplan.solvers.relaxation import Relaxation


def _prices(instance: Any, small: Any) -> dict[str, Price]:
    problem = small.build(instance)
    found = relaxed_prices(problem, stages(instance)[0], rooms(problem))
    return {price.room.name: price for price in found}


def _care(small: Any, *rows: Any, budget: int, **values: Any) -> Any:
    """Return A, that needs 20 care dwellings a year and may build 12 of them, at 100,000 euros each."""
    return small.instance(
        small.option("care", extra_cost_eur=100_000),
        small.offer(small.A, "care", 12),
        small.need("care", 20, need_class="special"),
        small.pot("fund", "extra_cost", {2026 + t: budget for t in range(values.get("years", 1))}),
        *rows,
        **values,
    )


def test_a_million_euros_builds_ten_more(small: Any) -> None:
    """With 150,000 one and a half stand (fractions may); with 1,150,000 eleven and a half: 10 fewer wait."""
    assert _prices(_care(small, budget=150_000), small)["fund"].low == pytest.approx(10)


def test_a_price_is_a_difference_and_not_a_slope(small: Any) -> None:
    """With 700,000 seven stand. A million would pay ten more, but only five more are offered."""
    assert _prices(_care(small, budget=700_000), small)["fund"].low == pytest.approx(5)


def test_a_million_is_spread_over_the_years(small: Any) -> None:
    """Two years, each half a million more: 5 more in 2026 stand for two years, 5 more in 2027 for one: 15."""
    assert _prices(_care(small, budget=0, years=2), small)["fund"].low == pytest.approx(15)


def test_what_is_not_used_up_is_worth_nothing(small: Any) -> None:
    """Twelve are offered and two million pays for twenty: more money houses nobody."""
    price = _prices(_care(small, budget=2_000_000), small)["fund"]
    assert (price.low, price.high, price.method) == (0, 0, "relaxation")


@pytest.mark.parametrize("over", ["time", "interrupt"])
def test_what_there_is_no_time_for_is_not_known(small: Any, over: str) -> None:
    """At the deadline, or once stopped, a price has no bounds: nothing is claimed of it."""
    instance = _care(small, budget=150_000)
    problem, stop = small.build(instance), Interrupt()
    if over == "interrupt":
        stop.set()
    deadline = time.monotonic() + (60 if over == "interrupt" else -1)
    [price] = relaxed_prices(problem, stages(instance)[0], rooms(problem), deadline, stop)
    assert (price.low, price.high, price.method) == (0, float("inf"), "solved")


def test_a_longer_path_that_is_not_known_may_cost_as_well() -> None:
    """20 wait in the plan of the first stage and 18 in that of a longer path: 2; without it, no bounds."""
    path = Priced("grow", "path", (0,))
    assert relaxed_price(path, 20.0, 18.0) == Price(path, 2.0, 2.0, "relaxation")
    unknown = Price(path, float("-inf"), float("inf"), "solved")
    assert relaxed_price(path, 20.0, None) == unknown
    assert relaxed_price(path, None, None) == unknown


def test_bounds_of_one_question_are_gone_in_the_next(small: Any) -> None:
    """6 asked and 4 offered: 2 wait. At most 4 homes stand, 3 where
    no more may, and afterwards it is as it was.
    """
    made = small.instance(small.option("home"), small.offer(small.A, "home", 4), small.need("home", 6))
    problem = small.build(made).with_cost({"unmet_special": 1.0})
    slack = problem.columns_of("slack")[0]
    closed = Relaxation(problem.with_bounds({}, {slack: 2.0}))
    cost = np.zeros(len(problem.columns))
    cost[problem.columns_of("x")] = -1.0
    assert closed.least() == pytest.approx(2)
    assert closed.least(cost) == pytest.approx(-4)
    assert closed.least(cost, {problem.columns_of("x")[0]: 3.0, slack: 5.0}) == pytest.approx(-3)
    assert closed.least() == pytest.approx(2)
    assert closed.least(deadline=time.monotonic() - 1) is None


def _social(small: Any, strength: str) -> Any:
    """Return A, that builds 100: half social by a rule, and care, which is not social, is needed: 80."""
    return small.instance(
        small.option("rent"),
        small.option("care", segment="market", dwelling_type="care_suitable"),
        small.offer(small.A, "rent", 100),
        small.offer(small.A, "care", 100),
        small.capacity(small.A, 100),
        small.need("care", 80, need_class="special"),
        small.rule(
            "half", "social_share", {"share": "1/2", "side": "all"}, strength=strength, purpose="municipality"
        ),
    )


def test_a_point_of_a_share_rule_is_a_point_of_its_base(small: Any) -> None:
    """Of 100 dwellings 50 must be social; with 49 % there is room for 51 of care: one waits less."""
    assert _prices(_social(small, "hard"), small)["half"].low == pytest.approx(1)


def test_a_soft_rule_plays_no_part_in_the_first_stage(small: Any) -> None:
    """The first stage counts who waits, and lets a soft rule be broken: its price is not asked."""
    assert _prices(_social(small, "soft"), small)["half"].method == "no_part"


def test_a_price_with_whole_dwellings_lies_between_its_bounds(small: Any) -> None:
    """With 150,000 one stands, with 1,150,000 eleven: 10. Both are solved to the end, so it is exact."""
    instance = _care(small, budget=150_000)
    problem, first = small.build(instance), stages(instance)[0]
    values = problem.complete(
        {
            position: {"x": 1, "y": 100}.get(column.key[0], 0)
            for position, column in enumerate(problem.columns)
            if column.key[0] in ("x", "y")
        }
    )
    lines = tuple(evaluate(instance, problem, values))
    plan = ExactPlan(values, lines, measure_values(problem, lines, values), ())
    [room] = rooms(problem)
    limits = Limits(10.0, relative_gap=0.0)
    price = solved_price(instance, problem, first, room, plan, (19.0, 19.0), limits, Interrupt())
    assert (price.low, price.high, price.method) == (10, 10, "solved")


def test_a_bound_that_is_not_tight_makes_a_range(small: Any) -> None:
    """The plan has 19 waiting, and the solver only proved that 18.5 must: the price is 9.5 to 10."""
    instance = _care(small, budget=150_000)
    problem, first = small.build(instance), stages(instance)[0]
    values = problem.complete({})
    lines = tuple(evaluate(instance, problem, values))
    plan = ExactPlan(values, lines, measure_values(problem, lines, values), ())
    [room] = rooms(problem)
    limits = Limits(10.0, relative_gap=0.0)
    price = solved_price(instance, problem, first, room, plan, (18.5, 19.0), limits, Interrupt())
    assert (price.low, price.high) == (9.5, 10)
