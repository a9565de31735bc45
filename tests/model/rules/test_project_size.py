"""The family ``project_size``: in a year nothing new, or at least a project."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


def _rows(small: Any, asked: int, least: int = 4, most: int = 6, **values: Any) -> list[Any]:
    """Return care dwellings in A, in projects of at least ``least``, and a need a year."""
    return [
        small.option("care", minimum_project=least, **values),
        small.offer(small.A, "care", most),
        small.need("care", asked),
    ]


def test_hand_solved_one_project_for_two_years(small: Any) -> None:
    """2 a year asked and projects of 4: one project in 2026 serves both years; 4 <= 2 + 4 is no surplus."""
    plan = small.solved(_rows(small, 2), years=2)
    assert plan.completed == {(small.A, 2026, "care"): 4}
    assert plan.measures["unmet_special"] == 0
    assert plan.measures["rule_violation"] == 0
    # No project in 2027: the line is met and does not bind.
    found = small.line(plan, "project_size", small.A, "care", 2027)
    assert (*small.outcome(found), found.margin, found.binding) == (0, "0 or >=", 4, "met", 0, False)


def test_hand_solved_counts_from_what_is_agreed(small: Any) -> None:
    """1 agreed and 3 asked: 1 + a project of 4 is 5, since 2 more would be no project."""
    plan = small.solved(_rows(small, 3), small.committed(small.A, "care", 1))
    assert plan.completed == {(small.A, 2026, "care"): 5}
    assert small.line(plan, "project_size", small.A, "care", 2026).lhs == 4


def test_binds_and_without_it_less_is_built(small: Any) -> None:
    """A need of 2 at 1,000 euros each takes a project of 4; without a minimum 2 are built."""
    money = small.pot("p", "extra_cost", {2026: 9_000})
    measures = ("unmet_special", "extra_cost")
    plan = small.solved(_rows(small, 2, extra_cost_eur=1000), money, measures=measures)
    found = small.line(plan, "project_size", small.A, "care", 2026)
    assert (*small.outcome(found), found.binding) == (4, "0 or >=", 4, "met", True)
    free = small.solved(_rows(small, 2, least=1, extra_cost_eur=1000), money, measures=measures)
    assert free.completed == {(small.A, 2026, "care"): 2}


def _at_least(small: Any, dwellings: int) -> list[Any]:
    return small.rule("least", "minimum_contribution", {"options": "care", "dwellings": dwellings})


def test_broken_input_hard(small: Any) -> None:
    """2 must come, 3 are offered, projects are of 4.

    A project of 3 is 1 too small; an offer of 4 is 1 more; without the contribution of 2 nothing is built.
    """
    found = small.giving(small.unsolved(_rows(small, 0, most=3), _at_least(small, 2)))
    assert found["project_size"] == 1
    assert found["availability"] == 1
    assert found["minimum_contribution"] == 2


def test_broken_input_soft(small: Any) -> None:
    """As a soft rule a project of 3 is 1 too small of 4: a violation of 1/4, less than that of 2 of 4.

    The surplus is worth 4 and plays no part.
    """
    plan = small.solved(
        _rows(small, 0, most=3),
        _at_least(small, 2),
        small.rule("project_size", "project_size", strength="soft"),
    )
    assert plan.completed == {(small.A, 2026, "care"): 3}
    assert small.line(plan, "project_size", small.A, "care", 2026).slack == 1
    assert plan.measures["rule_violation"] == Fraction(1, 4)


def test_golden_lp(small: Any, golden: Golden) -> None:
    """Two rows and a binary per cell; an agreement of 1 in 2026 shifts both."""
    golden("project_size", small.instance(_rows(small, 2), small.committed(small.A, "care", 1), years=2))


@settings(max_examples=12, deadline=None)
@given(least=st.integers(2, 6), most=st.integers(0, 8), agreed=st.integers(0, 2), asked=st.integers(0, 7))
def test_property_new_dwellings_are_none_or_a_project(
    small: Any, least: int, most: int, agreed: int, asked: int
) -> None:
    """What comes on top of the agreed is zero or at least the minimum, and the shortfall is the least."""
    agreed = min(agreed, most)
    plan = small.solved(_rows(small, asked, least, most), small.committed(small.A, "care", agreed))
    total = plan.completed.get((small.A, 2026, "care"), 0)
    allowed = [n for n in range(agreed, most + 1) if n == agreed or n - agreed >= least]
    assert total in allowed
    assert plan.measures["unmet_special"] == min(max(0, asked - n) for n in allowed)
