"""The family ``feature_target``: a number or a share of dwellings with a feature, or by a route."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


MEASURES = ("unmet_special", "rule_violation", "deficit")


def _rows(small: Any, asked: int, parameters: dict[str, object], **values: Any) -> list[Any]:
    """Return plain homes, and zero-step, flex and both at a deficit of 1, 2 and 4 thousand euros."""
    return [
        small.option("plain", need_category="home"),
        small.option("zero", need_category="home", features=("zero_step",), deficit_eur=1000),
        small.option("flex", need_category="home", route="flex", deficit_eur=2000),
        small.option("both", need_category="home", route="flex", features=("zero_step",), deficit_eur=4000),
        [small.offer(small.A, code, 6) for code in ("plain", "zero", "flex", "both")],
        small.need("home", asked),
        small.pot("p", "deficit", carries_rest=True),
        small.rule("target", "feature_target", parameters, **values),
    ]


def _solved(small: Any, *rows: Any, **values: Any) -> Any:
    """Return the plan that needs the least deficit: no more with the feature than the rule asks."""
    return small.solved(*rows, measures=MEASURES, **values)


def test_hand_solved_number_of_a_route(small: Any) -> None:
    """ "Of which 3 flex": of 6 homes 3 come as flex, the cheapest of both, 6 thousand euros."""
    plan = _solved(small, _rows(small, 6, {"route": "flex", "dwellings": 3}))
    assert plan.completed == {(small.A, 2026, "plain"): 3, (small.A, 2026, "flex"): 3}
    assert small.outcome(small.line(plan, "target", small.A, "", 2026)) == (3, ">=", 3, "met")


def test_hand_solved_share_of_the_programme(small: Any) -> None:
    """Half zero-step of what counts in the programme: flex does not count, so 3 of 6 plain and zero."""
    plan = _solved(small, _rows(small, 6, {"feature": "zero_step", "share": "1/2"}))
    assert plan.completed == {(small.A, 2026, "plain"): 3, (small.A, 2026, "zero"): 3}
    found = small.line(plan, "target", small.A, "", 2026)
    assert (found.lhs, found.rhs, found.value_pct) == (3, 3, 50)


def test_hand_solved_feature_and_route_together(small: Any) -> None:
    """2 that are both zero-step and flex: only the dearest option is both, 8 thousand euros."""
    plan = _solved(small, _rows(small, 6, {"route": "flex", "feature": "zero_step", "dwellings": 2}))
    assert plan.completed == {(small.A, 2026, "plain"): 4, (small.A, 2026, "both"): 2}


def test_hand_solved_part_of_named_options(small: Any) -> None:
    """A third zero-step of flex and both only: 6 homes without any of them ask nothing."""
    parameters = {"feature": "zero_step", "share": "1/3", "of_options": "flex|both"}
    plan = _solved(small, _rows(small, 6, parameters))
    assert small.outcome(small.line(plan, "target", small.A, "", 2026)) == (0, ">=", 0, "met")
    # 3 flex agreed: both >= (3 + both)/3 gives 1.5, so 2.
    plan = _solved(small, _rows(small, 6, parameters), small.committed(small.A, "flex", 3))
    assert small.built(plan, small.A, options=["both"]) == 2


def test_hand_solved_one_dwelling_serves_several_targets(small: Any) -> None:
    """It consumes nothing: with capacity 2, 2 that are both serve 2 flex and 2 zero-step."""
    rules = [
        small.rule("a", "feature_target", {"route": "flex", "dwellings": 2}),
        small.rule("b", "feature_target", {"feature": "zero_step", "dwellings": 2}),
    ]
    rows = _rows(small, 2, {"dwellings": 0})
    plan = _solved(small, rows, rules, small.capacity(small.A, 2))
    assert plan.completed == {(small.A, 2026, "both"): 2}


def test_hand_solved_another_number_is_agreed(small: Any) -> None:
    """A agreed on 1 flex instead of 3."""
    rows = _rows(small, 6, {"route": "flex", "dwellings": 3})
    plan = _solved(small, rows, small.exempt("target", small.A, 1))
    assert small.outcome(small.line(plan, "target", small.A, "", 2026)) == (1, ">=", 1, "met")


def test_binds_and_without_it_none_is_built(small: Any) -> None:
    """The line binds at 3; only followed, 6 plain homes without deficit are better."""
    rows = _rows(small, 6, {"route": "flex", "dwellings": 3})
    plan = _solved(small, rows)
    assert small.line(plan, "target", small.A, "", 2026).binding
    assert plan.measures["deficit"] == 6
    followed = _solved(small, _rows(small, 6, {"route": "flex", "dwellings": 3}, strength="monitor"))
    assert followed.completed == {(small.A, 2026, "plain"): 6}


def test_broken_input_hard(small: Any) -> None:
    """20 flex asked and 6 + 6 offered: the target gives 8, or the offer."""
    result = small.unsolved(_rows(small, 0, {"route": "flex", "dwellings": 20}, strength="hard"))
    found = small.giving(result)
    assert found.pop("feature_target") == 8
    assert found.pop("availability") == 8
    assert set(found.values()) <= {None}


def test_broken_input_soft(small: Any) -> None:
    """A target is soft by default: 8 of 20 short; one over the surplus of 1 would be worth less than 1/20."""
    rows = _rows(small, 12, {"route": "flex", "dwellings": 20})
    plan = _solved(small, rows)
    assert small.line(plan, "target", small.A, "", 2026).slack == 8
    assert plan.measures["rule_violation"] == Fraction(8, 20)


def test_golden_lp(small: Any, golden: Golden) -> None:
    """A number, and a share of named options, each in its own row with its slack."""
    made = small.instance(
        _rows(small, 6, {"route": "flex", "dwellings": 3}),
        small.rule(
            "zero", "feature_target", {"feature": "zero_step", "share": "1/3", "of_options": "flex|both"}
        ),
    )
    golden("feature_target", made)


@pytest.mark.parametrize("route", [None, "flex"])
@settings(max_examples=12, deadline=None)
@given(
    numbers=st.lists(st.integers(0, 9), min_size=4, max_size=4), share=st.fractions(0, 1, max_denominator=9)
)
def test_property_verdict_is_the_plain_sum(
    small: Any, route: str | None, numbers: list[int], share: Fraction
) -> None:
    """For any plan: met if and only if zero-step (and flex) >= share x the programme, plain and zero."""
    parameters = {"feature": "zero_step", "share": share} | ({"route": route} if route else {})
    made = small.instance(_rows(small, 6, parameters))
    problem = small.build(made)
    plain, zero, _, both = numbers
    cells = [(small.A, 2026, code) for code in ("plain", "zero", "flex", "both")]
    completed = dict(zip(cells, numbers, strict=True))
    values = small.values_of(problem, completed)
    [found] = [one for one in small.evaluate(made, problem, values) if one.requirement.rule_id == "target"]
    counting = both if route else zero + both
    assert found.margin == counting - share * (plain + zero)
    assert (found.verdict == "met") == (counting >= share * (plain + zero))
