"""Warnings where a programme is optimistic."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from thuisplan.inputs.tables import Realisation, Realised
from thuisplan.solvers.optimism import optimism


def _said(made: Any, programme: dict[tuple[str, int, str], int]) -> list[tuple[Any, ...]]:
    places = {cell[0] for cell in programme}
    return [
        (w.kind, w.municipality, w.year, w.option or w.route, w.dwellings, w.limit)
        for w in optimism(made, places, programme)
    ]


def test_supply_that_is_not_there(small: Any) -> None:
    """Of late (from 2028) 2 in 2027, of home 3 in a year without an offer, and 7 where 5 are offered."""
    made = small.instance(
        [small.option("home"), small.option("late", first_year=2028)],
        [small.offer(small.A, "home", 5, 2026), small.offer(small.A, "late", 5)],
        years=3,
    )
    programme = {(small.A, 2026, "home"): 7, (small.A, 2027, "home"): 3, (small.A, 2027, "late"): 2}
    assert _said(made, programme) == [
        ("offer", small.A, 2026, "home", 7, 5),
        ("not_offered", small.A, 2027, "home", 3, 0),
        ("lead_time", small.A, 2027, "late", 2, 2028),
    ]


def test_capacity_that_attrition_eats(small: Any) -> None:
    """Capacity 100, 20 agreed, 70 % of soft plans come about: 20 + 0.7 x 80 = 76 is likely, 77 is more."""
    made = small.instance(
        small.option("home"), small.offer(small.A, "home", 200), small.capacity(small.A, 100),
        small.committed(small.A, "home", 20),
        [Realisation(route="new_build", status="soft", factor=Fraction(7, 10))],
    )  # fmt: skip
    assert _said(made, {(small.A, 2026, "home"): 76}) == []
    assert _said(made, {(small.A, 2026, "home"): 101}) == []  # that breaks the rule of capacity
    assert _said(made, {(small.A, 2026, "home"): 77}) == [("capacity", small.A, 2026, "new_build", 77, 76)]


def test_a_pace_never_seen(small: Any) -> None:
    """8 were completed in 2026 and 2027, 4 a year; 9 in 2028 and 2029 are 4.5 a year, 8 are 4."""
    made = small.instance(
        small.option("home"), small.offer(small.A, "home", 9),
        [Realised(municipality_code=small.A, year=2026, option="home", dwellings=8)],
        years=4, first_open_year=2028,
    )  # fmt: skip
    base = {(small.A, 2026, "home"): 8, (small.A, 2028, "home"): 5}
    assert _said(made, {**base, (small.A, 2029, "home"): 3}) == []
    assert _said(made, {**base, (small.A, 2029, "home"): 4}) == [
        ("pace", small.A, None, None, Fraction(9, 2), 4)
    ]


def test_realised_figures_are_facts(small: Any) -> None:
    """The programme says 6 in 2026, 8 were completed: that is told."""
    made = small.instance(
        small.option("home"), small.offer(small.A, "home", 9),
        [Realised(municipality_code=small.A, year=2026, option="home", dwellings=8)],
        years=2, first_open_year=2027,
    )  # fmt: skip
    assert _said(made, {(small.A, 2026, "home"): 6}) == [("realised", small.A, 2026, "home", 6, 8)]
