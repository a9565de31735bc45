"""The family ``flex_life``: a flex dwelling leaves its site after its years there, and may move once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import Neighbourhood

Golden = Callable[[str, Instance], None]


def _rows(small: Any, here: int = 2, life: int = 10, delay: int = 1, **parameters: object) -> list[Any]:
    """Return flex dwellings that stand so long on a site, and how they move within R."""
    filled = {"life_years": life, "delay_years": delay, **parameters}
    return [
        small.option("flex", route="flex", service_life_years=here),
        small.rule("move", "flex_life", filled),
    ]


def test_hand_solved_moved_after_its_years_and_the_delay(small: Any) -> None:
    """2 stand in A in 2026-2027, are moved in 2028 and stand in B in 2029-2030."""
    rows = [
        _rows(small),
        small.offer(small.A, "flex", 2, 2026),
        small.offer(small.B, "flex", 2, 2029),
        small.need("flex", 2, to_year=2026),
    ]
    plan = small.solved(rows, years=5, measures=("unmet_special", "extra_cost", "rule_violation"))
    need = [small.line(plan, "need", "R", "flex", year).lhs for year in range(2026, 2031)]
    assert need == [2, 2, 0, 2, 2]
    assert plan.completed.get((small.A, 2026, "flex")) == 2


def test_hand_solved_no_longer_than_its_life(small: Any) -> None:
    """2 years here, 1 for the move, a life of 4: 1 year on the second site."""
    rows = [
        _rows(small, life=4),
        small.offer(small.A, "flex", 2, 2026),
        small.committed(small.A, "flex", 2),
        small.offer(small.B, "flex", 2, 2029),
        small.capacity(small.B, 0, year=2029),
        small.need("flex", 2, to_year=2026),
    ]
    plan = small.solved(rows, years=5)
    assert plan.amounts["moved"] == {(small.B, 2029, "flex"): 2}
    assert [small.line(plan, "need", "R", "flex", year).lhs for year in (2029, 2030)] == [2, 0]


def test_hand_solved_dwellings_of_today_move_too(small: Any) -> None:
    """3 stand until 2026; from 2028 they are in B."""
    rows = [
        _rows(small),
        small.standing(small.A, "flex", 3, 2026),
        [small.offer(small.B, "flex", 3, 2028), small.capacity(small.B, 0, year=2028)],
        small.need("flex", 3, to_year=2026),
    ]
    plan = small.solved(rows, years=3)
    assert plan.amounts["moved"] == {(small.B, 2028, "flex"): 3}
    assert small.outcome(small.line(plan, "move", "R", "pool:flex", 2028)) == (3, "<=", 3, "met")


def test_hand_solved_a_move_is_paid(small: Any) -> None:
    """3 moves of EUR 2,000 from a pot of 4,000: 2 are moved, 1 stays in the pool."""
    rows = [
        _rows(small, move_cost_eur=2000),
        small.standing(small.A, "flex", 3, 2026),
        [small.offer(small.B, "flex", 3, 2028), small.capacity(small.B, 0, year=2028)],
        small.need("flex", 3, to_year=2026),
        small.pot("state", "extra_cost", {2028: 4000}),
    ]
    plan = small.solved(rows, years=3)
    assert plan.amounts["moved"] == {(small.B, 2028, "flex"): 2}
    assert plan.payments == {("state", small.B, 2028, "flex"): 4000}
    assert plan.measures["extra_cost"] == 4


def test_hand_solved_a_site_holds_no_more_than_is_offered(small: Any) -> None:
    """2 places in B: 1 is built new there as agreed, so 1 of the 3 in the pool finds a site."""
    rows = [
        _rows(small),
        small.standing(small.A, "flex", 3, 2026),
        small.offer(small.B, "flex", 2, 2028),
        small.committed(small.B, "flex", 1, 2028),
        small.capacity(small.B, 1, year=2028),
        small.need("flex", 9, to_year=2026),
    ]
    plan = small.solved(rows, years=3)
    assert plan.completed == {(small.B, 2028, "flex"): 1}
    assert plan.amounts["moved"] == {(small.B, 2028, "flex"): 1}
    assert small.line(plan, "move", small.B, "site:flex", 2028).binding


def test_binds_when_the_pool_is_empty(small: Any) -> None:
    """3 in the pool and 5 needed: the pool binds; for 1 it does not."""
    for needed, binds in ((5, True), (1, False)):
        rows = [
            _rows(small),
            small.standing(small.A, "flex", 3, 2026),
            [small.offer(small.B, "flex", 5, 2028), small.capacity(small.B, 0, year=2028)],
            small.need("flex", needed, to_year=2026),
            small.rule("need", "need", {"surplus": 0}),
        ]
        plan = small.solved(rows, years=3)
        assert small.line(plan, "move", "R", "pool:flex", 2028).binding is binds


def test_broken_input_a_minimum_that_only_the_pool_could_fill(small: Any) -> None:
    """5 asked of B in 2028, none may be built and 3 are in the pool: 2 built, or 2 less asked.

    The pool itself says what exists and never gives.
    """
    rows = [
        _rows(small),
        small.standing(small.A, "flex", 3, 2026),
        [small.offer(small.B, "flex", 5, 2028), small.capacity(small.B, 0, year=2028)],
        small.rule("least", "minimum_contribution", {"options": "flex", "dwellings": 5}, place=small.B),
    ]
    found = small.giving(small.unsolved(rows, years=3))
    assert "flex_life" not in found
    assert found["minimum_contribution"] == 2
    assert found["capacity"] == 2


def test_golden_lp(small: Any, golden: Golden) -> None:
    """The pool of R and the sites of B, with dwellings of today and of the plan."""
    rows = [
        _rows(small, here=1),
        small.standing(small.A, "flex", 3, 2026),
        small.offer(small.B, "flex", 4),
    ]
    golden("flex_life", small.instance(rows, years=3))


@settings(max_examples=12, deadline=None)
@given(
    here=st.integers(1, 2),
    life=st.integers(2, 6),
    delay=st.integers(0, 1),
    today=st.integers(0, 3),
    years=st.integers(1, 5),
)
def test_property_no_dwelling_moves_before_it_left(
    small: Any, here: int, life: int, delay: int, today: int, years: int
) -> None:
    """What has moved by a year is at most what left by then, and stands for the rest of its life only."""
    if life < here:
        life = here
    rows = [
        _rows(small, here, life, delay),
        small.standing(small.A, "flex", today, 2026),
        [small.offer(code, "flex", 2) for code in (small.A, small.B)],
        small.need("flex", 2, to_year=2027),
    ]
    plan = small.solved(rows, years=years)
    moved, there = plan.amounts.get("moved", {}), min(here, life - here - delay)
    for year in range(2026, 2026 + years):
        gone = small.built(
            plan, small.A, small.B, options=["flex"], years=range(2026, year - here - delay + 1)
        )
        left_today = today if 2027 + delay <= year else 0
        assert sum(n for (_, when, _), n in moved.items() if when <= year) <= gone + left_today
        stands = small.built(plan, small.A, small.B, options=["flex"], years=range(year - here + 1, year + 1))
        stands += sum(n for (_, when, _), n in moved.items() if year - there < when <= year)
        assert small.line(plan, "need", "R", "flex", year).lhs == stands


def test_hand_solved_not_where_it_is_excluded_or_a_neighbourhood_decides(small: Any) -> None:
    """3 in the pool; where B excludes flex, or a neighbourhood has to take every dwelling, none moves."""
    rows = [
        _rows(small),
        small.standing(small.A, "flex", 3, 2026),
        [small.offer(small.B, "flex", 3, 2028), small.capacity(small.B, 0, year=2028)],
        small.need("flex", 3, to_year=2026),
    ]
    assert small.solved(rows, years=3).amounts["moved"] == {(small.B, 2028, "flex"): 3}
    excluded = small.solved(rows, small.excluded(small.B, "flex", 2028), years=3)
    assert "moved" not in excluded.amounts
    spared = Neighbourhood(municipality_code=small.B, neighbourhood="North", max_special=0)
    assert "moved" not in small.solved(rows, spared, years=3).amounts
