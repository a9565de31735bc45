"""The family ``availability``: at most so many of an option in a municipality and year."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


def test_hand_solved_offers_of_each_year(small: Any) -> None:
    """3 offered in 2026 and 5 in 2027, 10 a year asked: 7 short, then 20 - 8 = 12; 19 together."""
    plan = small.solved(
        small.option("home"),
        small.offer(small.A, "home", 3, 2026),
        small.offer(small.A, "home", 5, 2027),
        small.need("home", 10),
        years=2,
    )
    assert plan.completed == {(small.A, 2026, "home"): 3, (small.A, 2027, "home"): 5}
    assert plan.measures["unmet_special"] == 19


def test_hand_solved_not_before_the_first_year(small: Any) -> None:
    """A lead time of one year leaves 2027 only: no line and no dwelling in 2026."""
    plan = small.solved(
        small.option("home", lead_time_years=1),
        small.offer(small.A, "home", 3),
        small.need("home", 3),
        years=2,
    )
    assert plan.completed == {(small.A, 2027, "home"): 3}
    periods = {one.requirement.period for one in plan.lines if one.requirement.family == "availability"}
    assert periods == {"2027"}


def test_binds_and_a_larger_offer_is_used(small: Any) -> None:
    """4 of the 6 asked are offered and built; an offer of 9 is used for 6 and does not bind."""
    for most, total, binding in ((4, 4, True), (9, 6, False)):
        plan = small.solved(small.option("home"), small.offer(small.A, "home", most), small.need("home", 6))
        found = small.line(plan, "availability", small.A, "home", 2026)
        assert (found.lhs, found.rhs, found.binding) == (total, most, binding)


def test_broken_input_hard(small: Any) -> None:
    """8 committed and 5 offered: either gives 3."""
    result = small.unsolved(
        small.option("home"), small.offer(small.A, "home", 5), small.committed(small.A, "home", 8)
    )
    found = small.giving(result)
    assert (found["availability"], found["commitment"]) == (3, 3)


def test_broken_input_soft(small: Any) -> None:
    """As a soft rule it gives 3 of 5: a violation of 3/5."""
    plan = small.solved(
        small.option("home"),
        small.offer(small.A, "home", 5),
        small.committed(small.A, "home", 8),
        small.rule("availability", "availability", strength="soft"),
    )
    assert small.line(plan, "availability", small.A, "home", 2026).slack == 3
    assert plan.measures["rule_violation"] == Fraction(3, 5)


def test_broken_input_loosens_the_ceiling_of_projects_too(small: Any) -> None:
    """A need of 8 in projects of 4 goes over a soft offer of 5 by 3: its project gives with it."""
    plan = small.solved(
        small.option("care", minimum_project=4),
        small.offer(small.A, "care", 5),
        small.need("care", 8),
        small.rule("availability", "availability", strength="soft"),
    )
    assert plan.completed == {(small.A, 2026, "care"): 8}
    assert small.line(plan, "availability", small.A, "care", 2026).slack == 3


def test_broken_input_soft_offer_makes_no_small_project(small: Any) -> None:
    """2 asked, 3 offered, projects of 4: an offer that may give 1 makes a project of 4, never one of 2."""
    plan = small.solved(
        small.option("care", minimum_project=4),
        small.offer(small.A, "care", 3),
        small.need("care", 2),
        small.rule("availability", "availability", strength="soft"),
    )
    assert plan.completed == {(small.A, 2026, "care"): 4}
    assert small.line(plan, "availability", small.A, "care", 2026).slack == 1


def test_broken_input_monitor_does_not_limit_a_project(small: Any) -> None:
    """An offer of 5 that is only followed lets a project of 8 come: 3 too many are reported."""
    plan = small.solved(
        small.option("care", minimum_project=4),
        small.offer(small.A, "care", 5),
        small.need("care", 8),
        small.rule("availability", "availability", strength="monitor"),
    )
    assert plan.completed == {(small.A, 2026, "care"): 8}
    assert small.line(plan, "availability", small.A, "care", 2026).slack == 3


def test_golden_lp(small: Any, golden: Golden) -> None:
    """One row per offered cell; what is not offered has no column."""
    made = small.instance(
        small.option("home"),
        small.offer(small.A, "home", 3, 2026),
        small.offer(small.A, "home", 5, 2027),
        small.offer(small.B, "home", 2, 2027),
        years=2,
    )
    golden("availability", made)


@settings(max_examples=12, deadline=None)
@given(most=st.integers(0, 9), more=st.integers(0, 5), asked=st.integers(0, 12))
def test_property_margin_shifts_with_the_offer(small: Any, most: int, more: int, asked: int) -> None:
    """The shortfall is what the offer lacks; at a fixed plan a larger offer is that much more margin."""
    margins = []
    for offered in (most, most + more):
        rows = [small.option("home"), small.offer(small.A, "home", offered), small.need("home", asked)]
        made = small.instance(rows)
        problem = small.build(made)
        values = small.values_of(problem, {(small.A, 2026, "home"): 2})
        [found] = [
            one for one in small.evaluate(made, problem, values) if one.requirement.family == "availability"
        ]
        margins.append(found.margin)
        plan = small.solved(rows)
        assert small.built(plan, small.A, options=["home"]) <= offered
        assert plan.measures["unmet_special"] == max(0, asked - offered)
    assert margins == [most - 2, most - 2 + more]
