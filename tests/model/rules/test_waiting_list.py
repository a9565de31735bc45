"""The family ``waiting_list``: who needs a home is housed; who is not, waits."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


def _rows(small: Any, households: int, vacated: int, **flow: object) -> list[Any]:
    """Return homeless households of region R (A), and what is vacated in A."""
    return [
        small.vacating(small.A, vacated),
        small.group("homeless"),
        small.flow("urgent", households, **flow),
        small.fits("homeless"),
    ]


def test_hand_solved_the_list_grows_by_what_is_not_housed(small: Any) -> None:
    """5 wait, 10 come a year, 8 are vacated: 7 wait at the end of 2026 and 9 at that of 2027."""
    plan = small.solved(_rows(small, 10, 8, waiting_at_start=5), years=2)
    first, second = (small.line(plan, "waiting_list", "R", "urgent", year) for year in (2026, 2027))
    assert small.outcome(first) == (8, ">=", 15, "broken")
    assert small.outcome(second) == (16, ">=", 25, "broken")
    assert (first.slack, second.slack) == (7, 9)
    assert plan.measures["unmet_special"] == 16


def test_hand_solved_nobody_is_housed_twice(small: Any) -> None:
    """3 come and 8 are vacated: 3 are housed, however many a cheap target would like."""
    target = small.rule("t", "vacancy_share", {"form": "floor", "dwellings": 6, "groups": "homeless"})
    plan = small.solved(_rows(small, 3, 8), target)
    assert small.let(plan, "urgent") == 3
    assert small.line(plan, "t", "R", "least", 2026).slack == 3


def test_hand_solved_back_on_the_list_after_the_stay(small: Any) -> None:
    """1 household, 1 room for 1 year: in 2027 it is back on the list and waits, as nothing is permanent."""
    rows = [
        small.group("homeless"),
        small.flow("urgent", 1, to_year=2026),
        small.fits("homeless", "room", stay_years=1),
        small.option("room", dwelling_type="room"),
        small.offer(small.A, "room", 1, 2026),
        small.rule("follow_up", "follow_up", strength="monitor"),
    ]
    plan = small.solved(rows, years=2)
    # In 2027 the room is free again and is let once more to the household that came back.
    assert small.let(plan, "urgent") == 2
    assert small.line(plan, "waiting_list", "R", "urgent", 2027).lhs == 1
    # Where they leave for good, nobody comes back: one letting.
    rows[2] = small.fits("homeless", "room", stay_years=1, returns=False)
    assert small.let(small.solved(rows, years=2), "urgent") == 1


def test_hand_solved_weights_say_who_goes_first(small: Any) -> None:
    """1 vacated dwelling, one household of each of two flows: the heavier one gets it."""
    rows = [
        small.vacating(small.A, 1),
        [small.group(code) for code in ("homeless", "detention")],
        small.flow("light", 1),
        small.flow("heavy", 1, "detention", weight=Fraction(2)),
        [small.fits(code) for code in ("homeless", "detention")],
    ]
    plan = small.solved(rows)
    assert plan.amounts["a"] == {(small.A, 2026, "heavy"): 1}
    assert plan.measures["unmet_special"] == 1


def test_hand_solved_elsewhere_in_the_region(small: Any) -> None:
    """They come from A, where nothing is vacated, and may be housed in all of R: B houses them."""
    rows = [
        [small.vacating(small.A, 0), small.vacating(small.B, 5)],
        small.group("homeless"),
        small.fits("homeless"),
    ]
    own = small.flow("urgent", 3, purpose="municipality", place=small.A)
    assert small.let(small.solved(rows, own), "urgent") == 0
    anywhere = small.flow(
        "urgent", 3, purpose="municipality", place=small.A, housed_purpose="agreement", housed_place="R"
    )
    assert small.solved(rows, anywhere).amounts["a"] == {(small.B, 2026, "urgent"): 3}


def test_binds_when_the_last_household_is_housed(small: Any) -> None:
    """8 come and 8 are vacated: met without anything to spare."""
    assert small.line(small.solved(_rows(small, 8, 8)), "waiting_list", "R", "urgent", 2026).binding


def test_broken_input_as_a_flow_that_is_only_followed(small: Any) -> None:
    """A flow that is only followed is reported and not housed; it counts in no measure."""
    plan = small.solved(_rows(small, 8, 8, strength="monitor"))
    assert small.let(plan, "urgent") == 0
    assert small.line(plan, "waiting_list", "R", "urgent", 2026).verdict == "broken"
    assert plan.measures["unmet_special"] == 0


def test_golden_lp(small: Any, golden: Golden) -> None:
    """A line per year, with those who wait as its slack, and the households housed so far."""
    rows = _rows(small, 10, 8, waiting_at_start=5)
    golden("waiting_list", small.instance(rows, years=2))


@settings(max_examples=12, deadline=None)
@given(come=st.integers(0, 6), wait=st.integers(0, 4), vacated=st.integers(0, 6), years=st.integers(1, 3))
def test_property_the_list_by_plain_sums(small: Any, come: int, wait: int, vacated: int, years: int) -> None:
    """Who waits: the list of the year before, plus who came, less who was housed; never below 0."""
    plan = small.solved(_rows(small, come, vacated, waiting_at_start=wait), years=years)
    waiting = wait
    for year in range(2026, 2026 + years):
        # The best plan lets all that is vacated while anybody waits.
        housed = min(waiting + come, vacated)
        waiting += come - housed
        assert small.let(plan, "urgent", years=[year]) == housed
        assert small.line(plan, "waiting_list", "R", "urgent", year).slack == waiting


def test_hand_solved_a_region_in_part_is_not_imposed(small: Any) -> None:
    """They come from a province of which a municipality is missing: reported, and it counts in no measure."""
    rows = [_rows(small, 9, 3, purpose="province", place="P"), small.region("province", "P", small.A, size=2)]
    plan = small.solved(rows)
    assert small.line(plan, "waiting_list", "P", "urgent", 2026).verdict == "not_testable"
    assert plan.measures["unmet_special"] == 0
