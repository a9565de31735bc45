"""Places follow from a flow and a stay: the row of the national table that does not divide by its years."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuisplan.inputs.steady_state import places_in_use, places_needed


@pytest.mark.parametrize(("flow", "total", "yearly"), [(8_800, 61_600, 3_771), (9_500, 66_500, 4_071)])
def test_the_clustered_row_of_the_national_table_follows_with_a_stay_of_three_years(
    flow: int, total: int, yearly: int
) -> None:
    """Facts b.1 and m.4: seven years of flow are the total; 8,800 x 3 / 7 = 3,771, there rounded to 3,770."""
    assert flow * 7 == total
    needed = places_needed(flow, 3, 0, 7, 0)
    assert needed == flow * 3
    assert round(needed / 7) == yearly
    assert round(needed / 70) * 10 in (3_770, 4_070)


@given(st.integers(1, 500), st.integers(1, 12))
def test_places_in_use_are_those_of_people_who_come_and_leave_after_their_stay(flow: int, stay: int) -> None:
    """Facts m.12: year by year, once the first have left, flow x stay people are there, not flow."""
    present: list[int] = []
    for _ in range(3 * stay):
        present = [years + 1 for years in present if years + 1 < stay] + [0] * flow
    assert len(present) == places_in_use(flow, stay)


@given(st.fractions(0, 100), st.integers(1, 9), st.fractions(0, 9), st.integers(1, 20), st.integers(0, 2000))
def test_growth_adds_and_what_is_there_is_not_asked_again(
    flow: Fraction, stay: int, growth: Fraction, years: int, in_use: int
) -> None:
    needed = places_needed(flow, stay, growth, years, in_use)
    assert needed == max(0, flow * stay + growth * years - in_use)
    assert places_needed(flow, stay, growth, years, in_use + 1) >= needed - 1
