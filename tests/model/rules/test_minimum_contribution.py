"""The family ``minimum_contribution``: every municipality has at least so many in service by a year."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


def _rows(small: Any, dwellings: int, most: int = 5, **parameters: object) -> list[Any]:
    """Return homes in A and B, and a minimum for every municipality of their region."""
    filled = {"options": "home", "dwellings": dwellings, **parameters}
    return [
        small.option("home"),
        [small.offer(code, "home", most) for code in (small.A, small.B)],
        small.rule("least", "minimum_contribution", filled, purpose="agreement"),
    ]


def test_hand_solved_each_its_part(small: Any) -> None:
    """2 each: A and B build 2, though nobody else asks for any."""
    plan = small.solved(_rows(small, 2))
    assert plan.completed == {(small.A, 2026, "home"): 2, (small.B, 2026, "home"): 2}


def test_hand_solved_exempt_or_another_number(small: Any) -> None:
    """A is exempt and B agreed on 1: only that one is built."""
    plan = small.solved(_rows(small, 2), small.exempt("least", small.A), small.exempt("least", small.B, 1))
    assert plan.completed == {(small.B, 2026, "home"): 1}
    assert small.line(plan, "least", small.A, "", 2026).verdict == "exempt"
    assert small.outcome(small.line(plan, "least", small.B, "", 2026)) == (1, ">=", 1, "met")


def test_hand_solved_in_service_in_its_year(small: Any) -> None:
    """2 in service in 2027; homes that stand one year count only if completed in 2027."""
    rows = [small.option("home", route="flex", service_life_years=1), *_rows(small, 2, by_year=2027)[1:]]
    plan = small.solved(rows, years=3)
    assert plan.completed == {(small.A, 2027, "home"): 2, (small.B, 2027, "home"): 2}
    # Permanent ones count from whenever they are completed.
    plan = small.solved(_rows(small, 2, by_year=2027), years=3)
    assert small.line(plan, "least", small.A, "", 2027).lhs == small.built(
        plan, small.A, options=["home"], years=(2026, 2027)
    )


def test_binds_and_without_it_none_is_built(small: Any) -> None:
    """The line binds at 2; only followed, nothing is built."""
    plan = small.solved(_rows(small, 2))
    assert small.line(plan, "least", small.A, "", 2026).binding
    parameters = {"options": "home", "dwellings": 2}
    followed = small.rule(
        "least", "minimum_contribution", parameters, purpose="agreement", strength="monitor"
    )
    plan = small.solved(_rows(small, 2)[:2], followed)
    assert not plan.completed
    assert small.line(plan, "least", small.A, "", 2026).verdict == "broken"


def test_broken_input_hard(small: Any) -> None:
    """5 each and capacity 1 in A: 4 short, or 4 more capacity."""
    found = small.giving(small.unsolved(_rows(small, 5), small.capacity(small.A, 1)))
    assert found == {"minimum_contribution": 4, "capacity": 4, "availability": None}


def test_broken_input_soft(small: Any) -> None:
    """As a soft rule 4 of 5: a violation of 4/5."""
    parameters = {"options": "home", "dwellings": 5}
    soft = small.rule("least", "minimum_contribution", parameters, place=small.A, strength="soft")
    plan = small.solved(_rows(small, 5)[:2], soft, small.capacity(small.A, 1))
    assert small.line(plan, "least", small.A, "", 2026).slack == 4
    assert plan.measures["rule_violation"] == Fraction(4, 5)


def test_golden_lp(small: Any, golden: Golden) -> None:
    """One row per municipality in the year it is tested; an exempt one is free."""
    golden("minimum_contribution", small.instance(_rows(small, 2), small.exempt("least", small.B), years=2))


@settings(max_examples=12, deadline=None)
@given(least=st.integers(0, 8), years=st.integers(1, 3), life=st.integers(1, 4), most=st.integers(1, 5))
def test_property_in_service_by_plain_sums(small: Any, least: int, years: int, life: int, most: int) -> None:
    """There is a plan if and only if the last ``life`` years can hold the minimum; then the sum says so."""
    rows = [small.option("home", route="flex", service_life_years=life), *_rows(small, least, most)[1:]]
    result = small.solve(small.instance(rows, years=years))
    if most * min(years, life) < least:
        assert small.giving(result)["minimum_contribution"] == 2 * (least - most * min(years, life))
        return
    last = 2025 + years
    standing = range(last - life + 1, last + 1)
    for code in (small.A, small.B):
        total = small.built(result, code, options=["home"], years=standing)
        assert total >= least
        assert small.line(result, "least", code, "", last).lhs == total
