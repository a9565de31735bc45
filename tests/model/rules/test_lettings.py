"""The family ``lettings``: nothing is let that is not vacated, does not stand, or does not fit."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


def _rows(small: Any, households: int, vacated: int, **turnover: object) -> list[Any]:
    """Return homeless households of A, for whom vacated social dwellings of A fit."""
    return [
        small.vacating(small.A, vacated, **turnover),
        small.group("homeless"),
        small.flow("urgent", households),
        small.fits("homeless"),
    ]


def test_hand_solved_no_more_than_is_vacated(small: Any) -> None:
    """10 of 1,000 are vacated and 12 households come: 10 are housed, 2 wait."""
    plan = small.solved(_rows(small, 12, 10))
    assert plan.amounts["a"] == {(small.A, 2026, "urgent"): 10}
    assert small.outcome(small.line(plan, "lettings", small.A, "vacated", 2026)) == (10, "<=", 10, "met")
    assert plan.measures["unmet_special"] == 2


def test_hand_solved_only_what_is_designated(small: Any) -> None:
    """Half of the 10 vacated are designated: 5 are let."""
    plan = small.solved(_rows(small, 12, 10, designated_share=Fraction(1, 2)))
    assert small.let(plan, "urgent") == 5


def test_hand_solved_large_families_need_large_dwellings(small: Any) -> None:
    """Half of the households are large and a fifth of 10 vacated dwellings: 1/2 a <= 2, so 4 are let."""
    rows = _rows(small, 12, 10, large_share=Fraction(1, 5))
    rows[1] = small.group("homeless", large_family_share=Fraction(1, 2))
    plan = small.solved(rows)
    assert small.let(plan, "urgent") == 4
    assert small.outcome(small.line(plan, "lettings", small.A, "large", 2026)) == (2, "<=", 2, "met")


def test_hand_solved_the_part_that_fits(small: Any) -> None:
    """Three tenths of the 10 vacated fit: 3 are let; where nothing fits, none."""
    rows = _rows(small, 12, 10)
    plan = small.solved(rows[:3], small.fits("homeless", fit=Fraction(3, 10)))
    assert small.let(plan, "urgent") == 3
    assert small.line(plan, "lettings", small.A, "fit:urgent", 2026).binding
    nowhere = [small.fits("homeless"), small.fits("homeless", municipality_code=small.A, fit=Fraction(0))]
    assert small.let(small.solved(rows[:3], nowhere), "urgent") == 0


def test_hand_solved_what_is_built_is_let(small: Any) -> None:
    """10 vacated and 2 built: the 12 households are housed; the new dwellings are let once."""
    rows = [_rows(small, 12, 10), small.option("home"), small.offer(small.A, "home", 2)]
    plan = small.solved(rows)
    assert plan.completed == {(small.A, 2026, "home"): 2}
    assert plan.amounts["p"] == {(small.A, 2026, "urgent", "home"): 2}
    # In 2027 the 2 built add 1/100 x 2 to what is vacated (10.02, so 10 whole): 2 more are built.
    plan = small.solved(rows, years=2)
    assert small.let(plan, "urgent", source="p") == 4
    assert small.outcome(small.line(plan, "lettings", small.A, "home", 2027)) == (2, "<=", 2, "met")


def test_hand_solved_new_dwellings_are_let_once(small: Any) -> None:
    """4 are completed in 2026 and regular seekers take them; who comes in 2028 finds none."""
    rows = [
        small.vacating(small.A, 0),
        small.group("homeless"),
        small.flow("urgent", 2, from_year=2028, to_year=2028),
        small.fits("homeless"),
        small.option("home"),
        small.offer(small.A, "home", 4, 2026),
        small.need("home", 4, to_year=2026, need_class="regular"),
    ]
    plan = small.solved(rows, years=3)
    assert plan.completed == {(small.A, 2026, "home"): 4}
    assert small.let(plan, "urgent") == 0


def test_hand_solved_nobody_outstays_a_temporary_dwelling(small: Any) -> None:
    """Flex that stands 2 years, no stay given: its household is back on the list in 2028."""
    rows = [
        small.group("homeless"),
        small.flow("urgent", 1, to_year=2026),
        small.fits("homeless"),
        small.option("flex", route="flex", service_life_years=2),
        small.offer(small.A, "flex", 1, 2026),
        small.rule("follow_up", "follow_up", strength="monitor"),
    ]
    plan = small.solved(rows, years=3)
    assert plan.amounts["p"] == {(small.A, 2026, "urgent", "flex"): 1}
    waits = [small.line(plan, "waiting_list", "R", "urgent", year).slack for year in (2026, 2027, 2028)]
    assert waits == [0, 0, 1]
    # With follow-up it is not offered at all: there is no home after it.
    assert small.let(small.solved(rows[:5], years=3), "urgent") == 0


def test_hand_solved_a_place_is_let_again_after_the_stay(small: Any) -> None:
    """1 place, a stay of 2 years, 1 household a year: let in 2026 and 2028; in use is flow x stay (m.12)."""
    rows = [
        small.group("homeless"),
        small.flow("urgent", 1),
        small.fits("homeless", "room", stay_years=2, returns=False),
        small.option("room", dwelling_type="room"),
        small.offer(small.A, "room", 1, 2026),
    ]
    plan = small.solved(rows, years=4)
    assert plan.amounts["p"] == {
        (small.A, 2026, "urgent", "room"): 1,
        (small.A, 2028, "urgent", "room"): 1,
    }
    # With 2 places, flow 1 x stay 2, everybody is housed.
    plan = small.solved(rows[:4], small.offer(small.A, "room", 2), years=4)
    assert small.built(plan, small.A, options=["room"]) == 2
    assert plan.measures["unmet_special"] == 0


def test_hand_solved_moving_on_sets_dwellings_free(small: Any) -> None:
    """4 clustered dwellings, of which half set a social dwelling free a year later: 10 vacated, then 12."""
    rows = [
        _rows(small, 20, 10),
        small.option("clustered", dwelling_type="clustered", adds_social=False),
        small.offer(small.A, "clustered", 4, 2026),
        small.need("clustered", 4),
        small.moving_on("clustered", Fraction(1, 2), lag_years=1),
    ]
    plan = small.solved(rows, years=2)
    assert small.line(plan, "lettings", small.A, "vacated", 2026).rhs == 10
    assert small.line(plan, "lettings", small.A, "vacated", 2027).rhs == 12


def test_hand_solved_rents_they_can_pay(small: Any) -> None:
    """Of two dwellings one is above their rent class: only the other is let to them."""
    rows = [
        small.group("homeless", rent_classes=("first_cap",)),
        small.flow("urgent", 2),
        small.fits("homeless"),
        small.option("cheap", rent_class="first_cap"),
        small.option("dear", rent_class="liberalisation"),
        [small.offer(small.A, what, 1) for what in ("cheap", "dear")],
    ]
    plan = small.solved(rows)
    assert plan.amounts["p"] == {(small.A, 2026, "urgent", "cheap"): 1}


def test_binds_what_is_vacated(small: Any) -> None:
    """With 10 vacated for 12 the line binds; with 20 it does not."""
    assert small.line(small.solved(_rows(small, 12, 10)), "lettings", small.A, "vacated", 2026).binding
    assert not small.line(small.solved(_rows(small, 12, 20)), "lettings", small.A, "vacated", 2026).binding


def test_broken_input_a_floor_above_what_is_vacated(small: Any) -> None:
    """A hard floor of 12 on 10 vacated: the floor gives 2; what is vacated exists and never gives."""
    floor = {"form": "floor", "dwellings": 12, "groups": "homeless"}
    found = small.giving(
        small.unsolved(_rows(small, 12, 10), small.rule("f", "vacancy_share", floor, strength="hard"))
    )
    assert found == {"vacancy_share": 2}


def test_golden_lp(small: Any, golden: Golden) -> None:
    """What is vacated, what is large, what fits and what stands, per year."""
    rows = [
        _rows(small, 12, 10, large_share=Fraction(1, 5))[0],
        small.group("homeless", large_family_share=Fraction(1, 2)),
        small.flow("urgent", 12),
        small.fits("homeless", fit=Fraction(1, 2)),
        small.option("home"),
        small.offer(small.A, "home", 5),
    ]
    golden("lettings", small.instance(rows, years=2))


@settings(max_examples=12, deadline=None)
@given(
    households=st.integers(0, 8),
    vacated=st.integers(0, 6),
    most=st.integers(0, 4),
    stay=st.sampled_from([None, 1, 2]),
    years=st.integers(1, 3),
)
def test_property_lettings_by_plain_sums(
    small: Any, households: int, vacated: int, most: int, stay: int | None, years: int
) -> None:
    """In every year lettings are within what is vacated, and occupants within what stands."""
    rows = [
        _rows(small, households, vacated),
        small.option("home"),
        small.offer(small.A, "home", most),
        small.fits("homeless", route="new_build", stay_years=stay),
    ]
    plan = small.solved(rows, years=years)
    for year in range(2026, 2026 + years):
        standing = small.built(plan, small.A, options=["home"], years=range(2026, year))
        # 1,000 dwellings and what the plan added before this year, times the turnover.
        assert small.let(plan, "urgent", source="a", years=[year]) <= Fraction(vacated, 1000) * (
            1000 + standing
        )
        first = 2026 if stay is None else year - stay + 1
        inside = small.let(plan, "urgent", source="p", years=range(first, year + 1))
        assert inside <= small.built(plan, small.A, options=["home"], years=range(2026, year + 1))
