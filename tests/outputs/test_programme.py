"""What stands at the end of a year: completed, realised, left, and come from another site."""

from __future__ import annotations

from typing import Any

from thuisplan.outputs.programme import Programme


def test_a_moved_dwelling_stands_for_its_second_years(small: Any) -> None:
    """2 flex stand 2 years in A from 2026; a life of 6 and a move of 1 leave min(2, 6 - 2 - 1) = 2 years."""
    instance = small.instance(
        small.option("flex", route="flex", service_life_years=2),
        small.rule("move", "flex_life", {"life_years": 6}),
        small.offer(small.A, "flex", 2),
        small.offer(small.B, "flex", 2),
        years=6,
    )
    programme = Programme(
        instance, {"x": {(small.A, 2026, "flex"): 2}, "moved": {(small.B, 2029, "flex"): 2}}
    )
    here = [programme.in_service([small.A], year, ["flex"]) for year in instance.years]
    there = [programme.in_service([small.B], year, ["flex"]) for year in instance.years]
    assert here == [2, 2, 0, 0, 0, 0]
    assert there == [0, 0, 0, 2, 2, 0]
    assert [programme.leaving(small.A, year, "flex") for year in instance.years] == [0, 0, 2, 0, 0, 0]
    assert programme.leaving(small.B, 2031, "flex") == 2


def test_moved_dwellings_count_in_the_stock(small: Any) -> None:
    """Social flex that moved to B adds 2 to its 100 social dwellings for as long as it stands there."""
    instance = small.instance(
        small.option("flex", route="flex", service_life_years=1),
        small.rule("move", "flex_life", {"life_years": 3}),
        small.place(small.A),
        small.place(small.B, social_stock=100, dwelling_stock=500),
        small.offer(small.B, "flex", 2),
        years=3,
    )
    programme = Programme(instance, {"moved": {(small.B, 2027, "flex"): 2}})
    assert [programme.stock(small.B, y, "adds_social", 100, "social_lost") for y in instance.years] == [
        100,
        102,
        100,
    ]
