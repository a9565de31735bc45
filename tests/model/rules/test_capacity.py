"""The family ``capacity``: dwellings a year, and what building plans offer in total and by segment."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


def _all(small: Any, *codes: str, most: int = 10) -> list[Any]:
    """Return offers of options in A and needs that are just as large."""
    return [row for code in codes for row in (small.offer(small.A, code, most), small.need(code, most))]


def test_hand_solved_capacity_of_a_year(small: Any) -> None:
    """Capacity 7 for homes and flex together; rooms use none: 7 + 10 of 30 are built, 13 short."""
    plan = small.solved(
        small.option("home"),
        small.option("flex", route="flex"),
        small.option("room", dwelling_type="room", route="splitting_sharing", segment="outside", unit="room"),
        _all(small, "home", "flex", "room"),
        small.capacity(small.A, 7),
    )
    assert small.outcome(small.line(plan, "capacity", small.A, "all", 2026)) == (7, "<=", 7, "met")
    assert small.built(plan, small.A, options=["room"]) == 10
    assert plan.measures["unmet_special"] == 13


def test_hand_solved_capacity_of_a_route(small: Any) -> None:
    """New build at most 4 of the 10 homes; flex is another route: 4 + 10 are built."""
    plan = small.solved(
        small.option("home"),
        small.option("flex", route="flex"),
        _all(small, "home", "flex"),
        small.capacity(small.A, 4, "new_build"),
    )
    assert small.outcome(small.line(plan, "capacity", small.A, "new_build", 2026)) == (4, "<=", 4, "met")
    assert small.built(plan, small.A, options=["flex"]) == 10


def test_hand_solved_plans_add_up_over_years(small: Any) -> None:
    """Plans of 4 from 2026 and 5 from 2027: at most 4, then 9; 10 a year asked, so 6 + 11 = 17 short."""
    plan = small.solved(
        small.option("home"),
        _all(small, "home"),
        small.plan(small.A, 4),
        small.plan(small.A, 5, year=2027),
        years=2,
    )
    for year, total in ((2026, 4), (2027, 9)):
        found = small.line(plan, "capacity", small.A, "plans:new_build", year)
        assert small.outcome(found) == (total, "<=", total, "met")
    assert plan.measures["unmet_special"] == 17


def test_hand_solved_plans_by_segment(small: Any) -> None:
    """3 social and 2 for any segment: market at most 2, social at most 5, together at most 5."""
    rows = [small.option("home"), small.market("free"), _all(small, "home", "free")]
    plan = small.solved(rows, small.plan(small.A, 3, "social_rent"), small.plan(small.A, 2))
    rhs = {
        found.requirement.subject: found.rhs for found in plan.lines if found.requirement.family == "capacity"
    }
    assert rhs == {
        "plans:new_build:market": 2,
        "plans:new_build:social_rent": 5,
        "plans:new_build:market+social_rent": 5,
    }
    assert plan.measures["unmet_special"] == 15


def test_binds_and_without_it_more_is_built(small: Any) -> None:
    """Capacity 7 holds a need of 10 down to 7; without the capacity all 10 are built."""
    rows = [small.option("home"), _all(small, "home")]
    found = small.line(small.solved(rows, small.capacity(small.A, 7)), "capacity", small.A, "all", 2026)
    assert (found.lhs, found.binding) == (7, True)
    free = small.solved(rows)
    assert small.built(free, small.A, options=["home"]) == 10


def test_broken_input_hard(small: Any) -> None:
    """Commitments of 120 against a capacity of 95: either gives 120 - 95 = 25."""
    result = small.unsolved(
        small.option("home"),
        small.offer(small.A, "home", 200),
        small.committed(small.A, "home", 120),
        small.capacity(small.A, 95),
    )
    found = small.giving(result)
    assert found["capacity"] == 25
    assert found["commitment"] == 25
    # More may be built than is asked, so nothing else can repair it.
    assert all(amount is None for family, amount in found.items() if family not in ("capacity", "commitment"))
    assert small.falls(result, "capacity") == {f"capacity[{small.A},all,2026]": 25}


def test_broken_input_soft_and_monitor(small: Any) -> None:
    """The same as a soft rule: a violation of 25, relative 25/95; only followed: 25 short, and no measure."""
    rows = (
        small.option("home"),
        small.offer(small.A, "home", 200),
        small.committed(small.A, "home", 120),
        small.capacity(small.A, 95),
    )
    soft = small.solved(rows, small.rule("capacity", "capacity", strength="soft"))
    assert small.line(soft, "capacity", small.A, "all", 2026).slack == 25
    assert soft.measures["rule_violation"] == Fraction(25, 95)
    followed = small.solved(rows, small.rule("capacity", "capacity", strength="monitor"))
    found = small.line(followed, "capacity", small.A, "all", 2026)
    assert (found.slack, found.verdict) == (25, "broken")
    assert followed.measures["rule_violation"] == 0


def test_golden_lp(small: Any, golden: Golden) -> None:
    """The rows of a yearly capacity and of plans for a segment."""
    made = small.instance(
        small.option("home"),
        small.market("free"),
        _all(small, "home", "free"),
        small.capacity(small.A, 7),
        small.plan(small.A, 3, "social_rent"),
        small.plan(small.A, 2),
    )
    golden("capacity", made)


@settings(max_examples=12, deadline=None)
@given(social=st.integers(0, 8), free=st.integers(0, 8), any_segment=st.integers(0, 8))
def test_property_plans_can_be_divided(small: Any, social: int, free: int, any_segment: int) -> None:
    """What is built can be put into the plans, and all that fits is built (Hall's condition).

    Homes use plans for social rent first, market dwellings those for the market; the rest of both
    needs plans for any segment. 6 of each are asked.
    """
    plan = small.solved(
        small.option("home"),
        small.market("free"),
        _all(small, "home", "free", most=6),
        small.plan(small.A, social, "social_rent"),
        small.plan(small.A, free, "market"),
        small.plan(small.A, any_segment),
    )
    homes, dear = (small.built(plan, small.A, options=[code]) for code in ("home", "free"))
    assert max(0, homes - social) + max(0, dear - free) <= any_segment
    fits = [a + b for a in range(7) for b in range(7) if max(0, a - social) + max(0, b - free) <= any_segment]
    assert homes + dear == max(fits)
