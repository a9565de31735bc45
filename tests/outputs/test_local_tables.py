"""The tables of moved dwellings, neighbourhoods and corporations, of plans written by hand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from thuisplan.inputs.tables import Corporation, Neighbourhood

Tables = Callable[..., dict[str, list[dict[str, Any]]]]


def _flex(small: Any, *rows: Any) -> Any:
    return small.instance(
        small.option("flex", route="flex", service_life_years=2),
        small.rule("move", "flex_life", {"life_years": 6}),
        [small.offer(small.A, "flex", 5), small.offer(small.B, "flex", 5)],
        *rows,
        years=6,
    )


def test_a_dwelling_goes_through_the_pool_of_the_region(small: Any, tables: Tables) -> None:
    """3 of 2026 leave A in 2028, are in the pool in 2029 after a year of moving; 2 of them go to B then."""
    made = tables(_flex(small), x={(small.A, 2026, "flex"): 3}, moved={(small.B, 2029, "flex"): 2})
    by_place = {
        code: [r for r in made["flex"] if r["municipality_code"] == code] for code in (small.A, small.B)
    }
    assert [row["in_service"] for row in by_place[small.A]] == [3, 3, 0, 0, 0, 0]
    assert [row["left"] for row in by_place[small.A]] == [0, 0, 3, 0, 0, 0]
    assert [row["moved_in"] for row in by_place[small.B]] == [0, 0, 0, 2, 0, 0]
    assert [row["left"] for row in by_place[small.B]] == [0, 0, 0, 0, 0, 2]
    assert [row["pool"] for row in by_place[small.B]] == [0, 0, 0, 1, 1, 1]


def test_in_service_is_that_of_the_year_before_plus_what_came_less_what_left(
    small: Any, tables: Tables
) -> None:
    """The identity holds in every row, whatever is completed and moved."""
    completed = {(small.A, 2026, "flex"): 3, (small.A, 2028, "flex"): 1, (small.B, 2027, "flex"): 2}
    rows = tables(_flex(small), x=completed, moved={(small.A, 2029, "flex"): 1})["flex"]
    for before, row in pairwise(rows):
        if before["municipality_code"] == row["municipality_code"]:
            came = row["completed"] + row["moved_in"]
            assert row["in_service"] == before["in_service"] + came - row["left"]


def test_dwellings_of_today_are_in_the_pool_after_their_last_year(small: Any, tables: Tables) -> None:
    """4 stand until 2026: they can be on a next site in 2028; B takes 1, and 3 stay in the pool."""
    instance = _flex(small, small.standing(small.A, "flex", 4, 2026))
    rows = tables(instance, moved={(small.B, 2028, "flex"): 1})["flex"]
    assert [row["pool"] for row in rows if row["municipality_code"] == small.A] == [0, 0, 3, 3, 3, 3]
    assert {row["in_service"] for row in rows if row["municipality_code"] == small.A} == {0}


def test_a_move_is_paid_and_no_completion(small: Any, tables: Tables) -> None:
    """2 moves of 5,000 euros: 10,000 in funding for 2 dwellings, and no row in plan."""
    instance = small.instance(
        small.option("flex", route="flex", service_life_years=2),
        small.rule("move", "flex_life", {"life_years": 6, "move_cost_eur": 5_000, "kind": "extra_cost"}),
        small.standing(small.A, "flex", 2, 2024),
        small.offer(small.B, "flex", 5),
        small.pot("province", "extra_cost", {2026: 20_000}),
    )
    made = tables(
        instance,
        moved={(small.B, 2026, "flex"): 2},
        y={("province", small.B, 2026, "flex"): 10_000},
    )
    assert made["plan"] == []
    [payment] = made["funding"]
    assert (payment["dwellings"], payment["amount_eur"]) == (2, 10_000)
    assert [row["lapsed_eur"] for row in made["finance"]] == [10_000]


def test_neighbourhoods_in_order(small: Any, tables: Tables) -> None:
    """One row per municipality, neighbourhood, year and option."""
    instance = small.instance(
        small.option("home"),
        small.need("home", 5, need_class="special"),
        small.offer(small.A, "home", 5),
        [Neighbourhood(municipality_code=small.A, neighbourhood=name) for name in ("North", "East")],
    )
    placed = {(small.A, 2026, "home", "North"): 2, (small.A, 2026, "home", "East"): 3}
    made = tables(instance, x={(small.A, 2026, "home"): 5}, n=placed)
    assert [tuple(row.values()) for row in made["neighbourhoods"]] == [
        (small.A, "East", 2026, "home", 3),
        (small.A, "North", 2026, "home", 2),
    ]


def _corporations(small: Any, **stocks: int) -> Any:
    return small.instance(
        small.group("homeless"),
        small.flow("urgent", 50),
        small.fits("homeless"),
        small.vacating(small.A, 100),
        small.option("home"),
        small.offer(small.A, "home", 50),
        [
            Corporation(municipality_code=small.A, corporation=name, social_dwellings=stock)
            for name, stock in stocks.items()
        ],
    )


def test_corporations_do_their_part_by_stock(small: Any, tables: Tables) -> None:
    """600, 300 and 100 of 1000: of 8 lettings 4.8, 2.4 and 0.8, so 5, 2 and 1; of 4 new 2.4, 1.2 and 0.4.

    Of the 4 that is 2, 1 and 0, and the last for the largest remainder; 0.4 twice: the first by name.
    """
    instance = _corporations(small, Thuis=600, Wonen=300, Zorg=100)
    made = tables(instance, x={(small.A, 2026, "home"): 4}, a={(small.A, 2026, "urgent"): 8})
    assert [tuple(row.values())[1:] for row in made["corporations"]] == [
        ("Thuis", 2026, 0.6, 5, 3),
        ("Wonen", 2026, 0.3, 2, 1),
        ("Zorg", 2026, 0.1, 1, 0),
    ]


@given(
    lettings=st.integers(0, 500),
    built=st.integers(0, 500),
    stocks=st.lists(st.integers(0, 5000), min_size=1, max_size=6),
)
def test_the_parts_of_corporations_sum_exactly(
    small: Any, tables: Tables, lettings: int, built: int, stocks: list[int]
) -> None:
    """Nothing is lost and nothing doubled; without any stock nothing is divided."""
    instance = _corporations(small, **{f"c{number}": stock for number, stock in enumerate(stocks)})
    made = tables(instance, x={(small.A, 2026, "home"): built}, a={(small.A, 2026, "urgent"): lettings})
    rows = made["corporations"]
    if not sum(stocks):
        assert rows == []
        return
    assert sum(row["lettings"] for row in rows) == lettings
    assert sum(row["new_dwellings"] for row in rows) == built
    whole = sum(stocks)
    for row, stock in zip(rows, stocks, strict=True):
        assert abs(row["lettings"] - Fraction(lettings * stock, whole)) < 1
