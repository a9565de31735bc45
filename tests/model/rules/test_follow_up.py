"""The family ``follow_up``: whose temporary stay ends has a permanent home in the same year."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


def _rows(small: Any, households: int, rooms: int, vacated: int, stay: int = 1) -> list[Any]:
    """Return households that come in 2026, rooms for a stay, and what is vacated for good in A."""
    return [
        small.vacating(small.A, vacated),
        small.group("homeless"),
        small.flow("urgent", households, to_year=2026),
        small.fits("homeless", "room", stay_years=stay),
        small.fits("homeless"),
        small.option("room", dwelling_type="room", adds_social=False),
        small.offer(small.A, "room", rooms, 2026),
    ]


def test_hand_solved_no_more_temporary_places_than_homes_after_them(small: Any) -> None:
    """5 come, 1 dwelling is vacated a year, 4 rooms for 1 year: 1 + 1 in 2026, as 2027 has 1 home only."""
    plan = small.solved(_rows(small, 5, 4, 1), years=2)
    assert small.let(plan, "urgent", source="a", years=[2027]) == 1
    assert small.let(plan, "urgent", source="p", years=[2026]) == 1
    assert small.outcome(small.line(plan, "follow_up", "R", "urgent", 2027)) == (1, ">=", 1, "met")


def test_hand_solved_flagged_where_it_is_soft(small: Any) -> None:
    """As a soft rule all 4 rooms are let and 3 of the 4 who leave in 2027 have no permanent home."""
    soft = small.rule("follow_up", "follow_up", strength="soft")
    plan = small.solved(_rows(small, 5, 4, 1), soft, years=2)
    assert small.let(plan, "urgent", source="p", years=[2026]) == 4
    assert small.line(plan, "follow_up", "R", "urgent", 2027).slack == 3


def test_hand_solved_a_permanent_stay_asks_nothing(small: Any) -> None:
    """Without an end of the stay there is no line."""
    rows = _rows(small, 5, 4, 1)
    rows[3] = small.fits("homeless", "room")
    plan = small.solved(rows, years=2)
    assert not [line for line in plan.lines if line.requirement.family == "follow_up"]


def test_binds_when_the_homes_after_it_are_scarce(small: Any) -> None:
    """With 1 vacated a year it binds; with 9 there are homes to spare for who came later."""
    assert small.line(small.solved(_rows(small, 5, 4, 1), years=2), "follow_up", "R", "urgent", 2027).binding


def test_broken_input_a_floor_on_temporary_places(small: Any) -> None:
    """A task of 2 persons that only rooms can hold in 2026, and nothing after them: refused."""
    rows = [
        small.group("permit_holders", "task"),
        small.fits("permit_holders", "room", stay_years=1),
        small.option("room", dwelling_type="room"),
        small.offer(small.A, "room", 2, 2026),
        small.task(small.A, 2),
        small.rule("permit_holders", "permit_holders", strength="hard", valid_to=2026),
    ]
    found = small.giving(small.unsolved(rows, years=2))
    assert found["follow_up"] == 2
    assert found["permit_holders"] == 2


def test_golden_lp(small: Any, golden: Golden) -> None:
    """A line in the year in which a stay of 2026 ends."""
    golden("follow_up", small.instance(_rows(small, 5, 4, 1), years=2))


@settings(max_examples=12, deadline=None)
@given(
    households=st.integers(0, 6),
    rooms=st.integers(0, 5),
    vacated=st.integers(0, 4),
    stay=st.integers(1, 2),
    years=st.integers(1, 4),
)
def test_property_follow_up_by_plain_sums(
    small: Any, households: int, rooms: int, vacated: int, stay: int, years: int
) -> None:
    """In every year at least as many get a permanent home as leave a temporary place."""
    plan = small.solved(_rows(small, households, rooms, vacated, stay), years=years)
    for year in range(2026, 2026 + years):
        leaving = small.let(plan, "urgent", source="p", years=[year - stay])
        assert small.let(plan, "urgent", source="a", years=[year]) >= leaving
