"""The family ``social_share``: at least 30 % social rent where the stock has less than the average."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


def _place(small: Any, stock: int | None, **values: Any) -> Any:
    """Return municipality A with so many social dwellings of 100; the national average is 25.9 %."""
    return small.place(small.A, dwelling_stock=100, social_stock=stock, **values)


def _rows(small: Any, asked: int, stock: int | None = 20, **parameters: object) -> list[Any]:
    """Return A with a need of market dwellings, and dwellings that count at a deficit of 1,000 euros."""
    return [
        _place(small, stock),
        small.option("home", deficit_eur=1000),
        small.market("free"),
        small.offer(small.A, "home", 20),
        small.offer(small.A, "free", 20),
        small.need("free", asked),
        small.pot("p", "deficit", carries_rest=True),
        small.rule("share", "social_share", parameters),
    ]


MEASURES = ("unmet_special", "rule_violation", "deficit")


def _solved(small: Any, *rows: Any, **values: Any) -> Any:
    """Return the plan that needs the least deficit: no more that counts than the rule asks."""
    return small.solved(*rows, measures=MEASURES, **values)


@pytest.mark.parametrize(("asked", "counting"), [(7, 3), (8, 4)])
def test_hand_solved_least_that_counts(small: Any, asked: int, counting: int) -> None:
    """7 market dwellings and s social: s >= 0.3 (s + 7) gives s >= 3 (norm of the draft decree, facts D3).

    With 8 market dwellings s >= 2.4 / 0.7 = 3.43, so 4.
    """
    plan = _solved(small, _rows(small, asked))
    assert plan.completed == {(small.A, 2026, "home"): counting, (small.A, 2026, "free"): asked}
    found = small.line(plan, "share", small.A, "", 2026)
    assert (found.lhs, found.rhs) == (counting, Fraction("3/10") * (asked + counting))
    assert found.value_pct == Fraction(100 * counting, asked + counting)
    assert found.norm_pct == 100 * Fraction("3/10")


def test_hand_solved_only_on_its_side(small: Any) -> None:
    """With 40 of 100 social dwellings A is above the average: no line, and nothing social is built."""
    plan = _solved(small, _rows(small, 7, stock=40))
    assert not [one for one in plan.lines if one.requirement.rule_id == "share"]
    assert small.built(plan, small.A, options=["home"]) == 0
    # Side all: every municipality, whatever its stock.
    plan = _solved(small, _rows(small, 7, stock=40, side="all"))
    assert small.built(plan, small.A, options=["home"]) == 3


def test_hand_solved_exactly_at_the_average(small: Any) -> None:
    """259 of 1,000 is exactly 25.9 %: below the average unless the settings say above."""
    rows = [small.place(small.A, dwelling_stock=1000, social_stock=259), *_rows(small, 7)[1:]]
    lines = [
        [one for one in _solved(small, rows, at_average=side).lines if one.requirement.rule_id == "share"]
        for side in ("below", "above")
    ]
    assert [len(found) for found in lines] == [1, 0]


@pytest.mark.parametrize(("choice", "counting"), [("social", 3), ("mid", 0), (None, 3)])
def test_hand_solved_as_the_municipality_chose(small: Any, choice: str | None, counting: int) -> None:
    """Who chose social builds s >= 0.3 (s + 7), so 3, on whichever side; who chose the middle segment none.

    Without a choice the side counts: 20 of 100 is below the average, hence social.
    """
    stock = 20 if choice is None else 40
    rows = [_place(small, stock, programme_choice=choice), *_rows(small, 7, side="chosen")[1:]]
    plan = _solved(small, rows)
    assert small.built(plan, small.A, options=["home"]) == counting
    lines = [one for one in plan.lines if one.requirement.rule_id == "share"]
    assert [one.verdict for one in lines] == (["met"] if counting else [])


def test_hand_solved_unknown_choice_cannot_be_tested(small: Any) -> None:
    """Neither a choice nor a stock: the line is reported and not imposed."""
    plan = _solved(small, _rows(small, 7, stock=None, side="chosen"))
    assert small.line(plan, "share", small.A, "", 2026).verdict == "not_testable"


def test_hand_solved_unknown_stock_cannot_be_tested(small: Any) -> None:
    """Without the stock nobody knows the side: the line is reported with its figures and not imposed."""
    plan = _solved(small, _rows(small, 7, stock=None))
    found = small.line(plan, "share", small.A, "", 2026)
    assert (found.verdict, found.lhs, found.rhs) == ("not_testable", 0, Fraction("3/10") * 7)


def test_hand_solved_agreed_otherwise(small: Any) -> None:
    """An exemption frees A; an agreement on 1/8 asks s >= (s + 7)/8, so 1."""
    plan = _solved(small, _rows(small, 7), small.exempt("share", small.A))
    assert small.line(plan, "share", small.A, "", 2026).verdict == "exempt"
    assert small.built(plan, small.A, options=["home"]) == 0
    plan = _solved(small, _rows(small, 7), small.exempt("share", small.A, Fraction(1, 8)))
    found = small.line(plan, "share", small.A, "", 2026)
    assert (found.lhs, found.rhs, found.norm_pct) == (1, 1, Fraction(25, 2))


def test_binds_and_without_it_none_is_built(small: Any) -> None:
    """The line holds with nothing to spare; only followed, a plan without deficit is better."""
    plan = _solved(small, _rows(small, 7))
    found = small.line(plan, "share", small.A, "", 2026)
    assert (found.margin, found.binding) == (0, True)
    assert plan.measures["deficit"] == 3
    rows = _rows(small, 7)[:-1], small.rule("share", "social_share", strength="monitor")
    assert _solved(small, rows).measures["deficit"] == 0


def _all_market(small: Any) -> list[Any]:
    """Return 10 agreed market dwellings in A, where nothing else is offered."""
    return [
        _place(small, 20),
        small.market("free"),
        small.offer(small.A, "free", 20),
        small.committed(small.A, "free", 10),
    ]


def test_broken_input_hard(small: Any) -> None:
    """Of 10 agreed dwellings none counts: the rule gives 3/10 x 10, or all 10 are given up."""
    result = small.unsolved(_all_market(small), small.rule("share", "social_share"))
    found = small.giving(result)
    assert found.pop("social_share") == 3
    assert found.pop("commitment") == 10
    assert set(found.values()) <= {None}


def test_broken_input_soft(small: Any) -> None:
    """3/10 x 10 short of a reference of 3/10 x 20 offered: a violation of 1/2, times a weight of 3."""
    rule = small.rule("share", "social_share", strength="soft", weight=Fraction(3))
    plan = small.solved(_all_market(small), rule)
    assert small.line(plan, "share", small.A, "", 2026).slack == 10 * Fraction("3/10")
    assert plan.measures["rule_violation"] == Fraction(3, 2)


def test_golden_lp(small: Any, golden: Golden) -> None:
    """One row per period for A; B stands on the other side and C has no stock: a free row."""
    made = small.instance(
        _rows(small, 7, periods="2026"),
        small.place(small.B, dwelling_stock=100, social_stock=40),
        small.place(small.C),
        [small.offer(code, "home", 5) for code in (small.B, small.C)],
        years=3,
    )
    golden("social_share", made)


@settings(max_examples=12, deadline=None)
@given(counting=st.integers(0, 30), free=st.integers(0, 30), times=st.integers(1, 9))
def test_property_a_share_does_not_depend_on_size(small: Any, counting: int, free: int, times: int) -> None:
    """Verdict by plain sums; so many times the plan is the same percentage and so many times the margin."""
    made = small.instance(_rows(small, 7))
    problem = small.build(made)
    found = []
    for factor in (1, times):
        completed = {(small.A, 2026, "home"): factor * counting, (small.A, 2026, "free"): factor * free}
        lines = small.evaluate(made, problem, small.values_of(problem, completed))
        found += [one for one in lines if one.requirement.rule_id == "share"]
    one, other = found
    assert (one.verdict == "met") == (10 * counting >= 3 * (counting + free))
    assert other.margin == times * one.margin
    assert (other.verdict, other.value_pct) == (one.verdict, one.value_pct)
