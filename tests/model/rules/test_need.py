"""The family ``need``: coverage per year, the surplus that is allowed, and how short a plan stays."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


def _rows(small: Any, dwellings: int, first: int = 5, second: int = 3, **values: Any) -> list[Any]:
    """Return homes in A and B, at most ``first`` and ``second`` a year, and a need a year in their region."""
    return [
        small.option("home"),
        small.offer(small.A, "home", first),
        small.offer(small.B, "home", second),
        small.need("home", dwellings, **values),
    ]


def test_hand_solved_shortfall_adds_up_over_years(small: Any) -> None:
    """10 a year asked and 5 + 3 a year offered: 2 short in 2026 and 20 - 16 = 4 in 2027, 6 dwelling-years."""
    plan = small.solved(_rows(small, 10), years=2)
    assert small.outcome(small.line(plan, "need", "R", "home", 2026)) == (8, ">=", 10, "broken")
    assert small.outcome(small.line(plan, "need", "R", "home", 2027)) == (16, ">=", 20, "broken")
    assert plan.measures["unmet_special"] == 6
    assert plan.measures["unmet_regular"] == 0


def test_hand_solved_weight_and_class(small: Any) -> None:
    """A regular need of weight 3 counts its 6 dwelling-years three times: 18, and not as special."""
    plan = small.solved(_rows(small, 10, need_class="regular", weight=Fraction(3)), years=2)
    assert plan.measures["unmet_regular"] == 18
    assert plan.measures["unmet_special"] == 0


def test_hand_solved_temporary_dwellings_leave(small: Any) -> None:
    """Homes that stand one year: 8 in service in both years, so 10 - 8 and 20 - 8 short, 14 together."""
    rows = [small.option("home", service_life_years=1, route="flex"), *_rows(small, 10)[1:]]
    plan = small.solved(rows, years=2)
    assert small.line(plan, "need", "R", "home", 2027).lhs == 8
    assert plan.measures["unmet_special"] == 14


def test_hand_solved_surplus_is_one_project_or_what_is_fixed(small: Any) -> None:
    """Projects of 4 allow 2 + 4 = 6; a commitment of 7 is more, so 7 may be there without violation."""
    rows = [small.option("home", minimum_project=4), small.offer(small.A, "home", 9), small.need("home", 2)]
    plan = small.solved(rows)
    assert small.outcome(small.line(plan, "need", "R", "home:surplus", 2026)) == (4, "<=", 6, "met")
    plan = small.solved(rows, small.committed(small.A, "home", 7))
    assert small.outcome(small.line(plan, "need", "R", "home:surplus", 2026)) == (7, "<=", 7, "met")
    assert plan.measures["rule_violation"] == 0


def test_binds_because_nothing_else_asks_for_dwellings(small: Any) -> None:
    """With a need of 4 exactly 4 are built, and without it none: lateness and cost ask for nothing."""
    costly = small.option("home", deficit_eur=1000)
    money = small.pot("p", "deficit", {2026: 99_000})
    measures = ("unmet_special", "deficit")
    plan = small.solved(costly, money, _rows(small, 4)[1:], measures=measures)
    found = small.line(plan, "need", "R", "home", 2026)
    assert small.outcome(found) == (4, ">=", 4, "met")
    assert found.binding
    assert not small.solved(costly, money, _rows(small, 0)[1:], measures=measures).completed


def test_broken_input_is_a_shortfall_or_only_reported(small: Any) -> None:
    """9 asked and 8 offered: one short, a violation of 1; as a need that is followed it costs nothing."""
    plan = small.solved(_rows(small, 9))
    assert small.line(plan, "need", "R", "home", 2026).slack == 1
    assert plan.measures["unmet_special"] == 1
    followed = small.solved(_rows(small, 9, strength="monitor"))
    found = small.line(followed, "need", "R", "home", 2026)
    # Nothing is steered on, so nothing is built: 9 short.
    assert (found.slack, found.verdict, found.binding) == (9, "broken", False)
    assert followed.measures["unmet_special"] == 0


def test_broken_input_surplus_is_a_soft_violation(small: Any) -> None:
    """A commitment of 5 is allowed for; 2 more for another rule are 7 against 1 + 1: reference 2, so 2/2."""
    rows = _rows(small, 1, first=9), small.committed(small.A, "home", 5)
    more = small.rule("more", "minimum_contribution", {"options": "home", "dwellings": 7}, place=small.A)
    plan = small.solved(rows, more)
    assert small.outcome(small.line(plan, "need", "R", "home:surplus", 2026)) == (7, "<=", 5, "broken")
    assert plan.measures["rule_violation"] == Fraction(2, 2)


def test_golden_lp(small: Any, golden: Golden) -> None:
    """The rows of two needs, one of them in a region that is not whole: a free row."""
    part = small.region("province", "P", small.A, size=9)
    other = small.need("home", 1, need_id="part", purpose="province", place="P")
    golden("need", small.instance(_rows(small, 4), part, other, years=2))


@settings(max_examples=12, deadline=None)
@given(asked=st.integers(0, 12), first=st.integers(0, 6), second=st.integers(0, 6))
def test_property_shortfall_is_what_the_offers_leave(small: Any, asked: int, first: int, second: int) -> None:
    """With offers alone the least shortfall of year t is the largest of 0 and t x (asked - offered)."""
    plan = small.solved(_rows(small, asked, first, second), years=2)
    short = max(0, asked - first - second)
    assert plan.measures["unmet_special"] == short + 2 * short
    for year in (2026, 2027):
        found = small.line(plan, "need", "R", "home", year)
        total = small.built(plan, small.A, small.B, options=["home"], years=range(2026, year + 1))
        assert found.lhs == total
        assert found.rhs == asked * (year - 2025)
        assert (found.verdict == "met") == (total >= asked * (year - 2025))
