"""What a pot asks besides a place and a type: windows for start and completion, and years of use."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def _rows(small: Any, asked: int, **option: Any) -> list[Any]:
    """Return homes of 10,000 euros extra cost: as many are offered a year as a need asks."""
    return [
        small.option("home", extra_cost_eur=10_000, **option),
        small.offer(small.A, "home", asked),
        small.need("home", asked),
    ]


def _plenty(small: Any, **values: Any) -> list[Any]:
    rows: list[Any] = small.pot("p", "extra_cost", {year: 900_000 for year in (2026, 2027, 2028)}, **values)
    return rows


@pytest.mark.parametrize(
    ("strings", "built"),
    [
        ({}, {2026, 2027, 2028}),
        # With two years of building, a start in 2026 is a completion in 2028.
        ({"start_from": 2026}, {2028}),
        ({"start_to": 2024}, {2026}),
        ({"start_from": 2025, "start_to": 2025}, {2027}),
        ({"finish_from": 2027}, {2027, 2028}),
        ({"finish_to": 2027, "start_from": 2025}, {2027}),
    ],
)
def test_a_pot_pays_within_its_windows(small: Any, strings: dict[str, int], built: set[int]) -> None:
    """2 a year are asked and offered; in the years that a window excludes none is built."""
    plan = small.solved(_rows(small, 2, building_years=2), _plenty(small, **strings), years=3)
    assert plan.completed == {(small.A, year, "home"): 2 for year in built}


@pytest.mark.parametrize(("life", "built"), [(9, 0), (10, 2), (None, 2)])
def test_a_pot_pays_for_its_years_of_use(small: Any, life: int | None, built: int) -> None:
    """10 years of use are asked: nine are too few, ten and permanent are enough."""
    rows = _rows(small, 2, route="flex", service_life_years=life)
    plan = small.solved(rows, _plenty(small, minimum_use_years=10))
    assert small.built(plan, small.A, options=["home"]) == built


def test_what_a_window_excludes_another_payer_pays(small: Any) -> None:
    """The state pays 2 homes completed by 2026; the city, that carries the rest, the 2 of 2027."""
    state = _plenty(small, finish_to=2026)
    plan = small.solved(
        _rows(small, 2),
        state,
        small.pot("city", "extra_cost", carries_rest=True, finish_from=2027),
        years=2,
    )
    assert plan.payments == {
        ("p", small.A, 2026, "home"): 20_000,
        ("city", small.A, 2027, "home"): 20_000,
    }


def test_an_earmark_that_is_not_spent_pays_for_nothing_else(small: Any) -> None:
    """2,700,000 for care, for another place, for a past start or for longer use: one home of 10,000 is paid.

    Each of these pots could pay all that is asked, were it not for its string.
    """
    strings: list[dict[str, Any]] = [
        {"dwelling_types": ("care_suitable",)},
        {"purpose": "municipality", "place": small.B},
        {"start_to": 2020},
        {"finish_from": 2030},
        {"minimum_use_years": 31},
    ]
    pots = [
        small.pot(f"string{n}", "extra_cost", {2026: 540_000}, carry_over=True, **string)
        for n, string in enumerate(strings)
    ]
    plan = small.solved(
        _rows(small, 3, route="flex", service_life_years=30),
        small.place(small.B),
        pots,
        small.pot("p", "extra_cost", {2026: 19_999}),
        years=2,
    )
    assert plan.payments == {("p", small.A, 2026, "home"): 10_000}
    for number in range(len(strings)):
        [*lines] = [one for one in plan.lines if one.requirement.subject == f"string{number}"]
        assert {one.lhs for one in lines} == {0}


@pytest.mark.parametrize(("most", "paid"), [(None, 20_000), (6_000, 12_000)])
def test_a_pot_for_a_target_group_pays_for_what_is_let_to_it(small: Any, most: int | None, paid: int) -> None:
    """5 homes asked; 2 homeless households and 3 students come: the pot pays for the 2, the city the rest."""
    pot = _plenty(small, groups=("homeless",), max_per_dwelling_eur=most)
    plan = small.solved(
        _rows(small, 5),
        [small.group("homeless"), small.fits("homeless"), small.flow("urgent", 2)],
        [small.group("students"), small.fits("students"), small.flow("young", 3, of="students")],
        pot,
        small.pot("city", "extra_cost", carries_rest=True),
        small.committed(small.A, "home", 5),
        measures=("unmet_special", "rule_violation"),
    )
    assert plan.amounts["p"][small.A, 2026, "urgent", "home"] == 2
    found = small.line(plan, "extra_cost", small.A, "p:home:groups", 2026)
    assert (found.rhs, found.unit, found.verdict) == (paid, "EUR", "met")
    assert plan.payments.get(("p", small.A, 2026, "home"), 0) <= paid


def test_a_pot_for_a_target_group_alone_builds_for_that_group_alone(small: Any) -> None:
    """There is no other payer: 5 asked, 2 homeless households come and 2 homes are built."""
    plan = small.solved(
        _rows(small, 5),
        [small.group("homeless"), small.fits("homeless"), small.flow("urgent", 2)],
        _plenty(small, groups=("homeless",)),
    )
    assert plan.completed == {(small.A, 2026, "home"): 2}
    assert plan.payments == {("p", small.A, 2026, "home"): 20_000}
    assert small.line(plan, "extra_cost", small.A, "p:home:groups", 2026).binding


def test_a_pot_for_a_target_group_of_which_nobody_comes_pays_nothing(small: Any) -> None:
    """Nobody comes, so nothing is let and nothing is paid; another earmark is not touched for it."""
    plan = small.solved(_rows(small, 5), small.group("homeless"), _plenty(small, groups=("homeless",)))
    assert not plan.completed


@settings(max_examples=15, deadline=None)
@given(
    window=st.tuples(*[st.none() | st.integers(2024, 2030)] * 4),
    use=st.none() | st.integers(1, 6),
    life=st.none() | st.integers(1, 6),
    building=st.integers(0, 3),
    rest=st.booleans(),
)
def test_property_every_payment_lies_within_the_windows(
    small: Any,
    window: tuple[int | None, int | None, int | None, int | None],
    use: int | None,
    life: int | None,
    building: int,
    rest: bool,
) -> None:
    """By comparing years one by one: a pot pays where it may, and where it may not nothing is built."""
    names = ("start_from", "start_to", "finish_from", "finish_to")
    plan = small.solved(
        _rows(small, 1, route="flex", service_life_years=life, building_years=building),
        _plenty(small, **dict(zip(names, window, strict=True)), minimum_use_years=use, carries_rest=rest),
        years=3,
    )
    start_from, start_to, finish_from, finish_to = window
    for year in (2026, 2027, 2028):
        may = (
            (start_from is None or year - building >= start_from)
            and (start_to is None or year - building <= start_to)
            and (finish_from is None or year >= finish_from)
            and (finish_to is None or year <= finish_to)
            and (use is None or life is None or life >= use)
        )
        homes = plan.completed.get((small.A, year, "home"), 0)
        assert plan.payments.get(("p", small.A, year, "home"), 0) == 10_000 * homes
        assert may or homes == 0
