"""What no plan may do, counted raw: homes from nowhere, people housed twice, rules that steer unasked."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

OPTIONS = ("home", "room", "flex")


def _rows(small: Any, come: int, vacated: int, most: int, stay: int, life: int) -> list[Any]:
    """Return households of R, vacated dwellings of A, and homes, rooms for a stay and flex for a life."""
    return [
        small.vacating(small.A, vacated),
        small.group("homeless"),
        small.flow("urgent", come),
        small.fits("homeless"),
        small.fits("homeless", "room", stay_years=stay),
        small.option("home"),
        small.option("room", dwelling_type="room", adds_social=False),
        small.option("flex", route="flex", service_life_years=life),
        [small.offer(small.A, what, most) for what in OPTIONS],
    ]


@settings(max_examples=25, deadline=None)
@given(
    come=st.integers(0, 7),
    vacated=st.integers(0, 4),
    most=st.integers(0, 3),
    stay=st.integers(1, 3),
    life=st.integers(1, 3),
    years=st.integers(1, 4),
)
def test_nobody_lives_in_a_dwelling_that_is_not_there(
    small: Any, come: int, vacated: int, most: int, stay: int, life: int, years: int
) -> None:
    """Lettings within what is vacated and completed, occupants within what stands, no more than came."""
    plan = small.solved(_rows(small, come, vacated, most, stay, life), years=years)
    placed = plan.amounts.get("p", {})
    stays = {"home": None, "room": stay, "flex": life}

    def let(option: str, first: int, last: int) -> int:
        return sum(n for (_, when, _, what), n in placed.items() if what == option and first <= when <= last)

    housed = back = 0
    for year in range(2026, 2026 + years):
        before = small.built(plan, small.A, options=["home"], years=range(2026, year))
        free = small.let(plan, "urgent", source="a", years=[year])
        # Of 1,000 dwellings and the homes of earlier years so many per thousand are vacated.
        assert free * 1000 <= vacated * (1000 + before)
        assert let("home", year, year) <= small.built(plan, small.A, options=["home"], years=[year])
        rooms = small.built(plan, small.A, options=["room"], years=range(2026, year + 1))
        assert let("room", year - stay + 1, year) <= rooms
        flex = small.built(plan, small.A, options=["flex"], years=range(year - life + 1, year + 1))
        assert let("flex", year - life + 1, year) <= flex
        housed += small.let(plan, "urgent", years=[year])
        back += sum(let(what, year - n, year - n) for what, n in stays.items() if n is not None)
        assert housed - back <= come * (year - 2025)


@settings(max_examples=10, deadline=None)
@given(come=st.integers(0, 7), vacated=st.integers(0, 4), most=st.integers(0, 3))
def test_a_rule_that_is_only_followed_changes_nothing(small: Any, come: int, vacated: int, most: int) -> None:
    """With a floor, a cap and a series that are only followed every measure is as without them."""
    rows = _rows(small, come, vacated, most, 2, 2)
    followed = [
        small.rule("cap", "vacancy_share", {"form": "cap", "dwellings": 1}, strength="monitor"),
        small.rule("floor", "vacancy_share", {"form": "floor", "dwellings": 9}, strength="monitor"),
        small.rule("series", "steady_series", {"options": "home", "dwellings": 0}, strength="monitor"),
    ]
    assert small.solved(rows, followed, years=3).measures == small.solved(rows, years=3).measures
