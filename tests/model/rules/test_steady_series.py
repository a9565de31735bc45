"""The family ``steady_series``: a region completes about as much as in the year before."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import Realised

Golden = Callable[[str, Instance], None]


def _steady(
    small: Any, share: str = "1/5", room: int = 1, strength: str = "hard", **values: Any
) -> list[Any]:
    parameters = {"share": share, "dwellings": room, **values}
    rows: list[Any] = small.rule(
        "steady", "steady_series", parameters, purpose="agreement", place=small.REGION, strength=strength
    )
    return rows


def _rows(small: Any, first: int, later: int, asked: int, year: int = 2026) -> list[Any]:
    """Return homes offered in A, so many in 2026 and in later years, and a need of one year."""
    return [
        small.option("home"),
        small.offer(small.A, "home", first, 2026),
        *(small.offer(small.A, "home", later, y) for y in (2027, 2028)),
        small.need("home", asked, from_year=year, to_year=year),
    ]


def test_hand_solved_no_steep_fall(small: Any) -> None:
    """10 asked in 2026: then 2027 completes at least 4/5 x 10 - 1 = 7, and 2028 4.6, so 5."""
    measures = ("unmet_special", "lateness")
    plan = small.solved(_rows(small, 10, 10, 10), _steady(small), years=3, measures=measures)
    assert plan.completed == {
        (small.A, 2026, "home"): 10,
        (small.A, 2027, "home"): 7,
        (small.A, 2028, "home"): 5,
    }
    assert small.outcome(small.line(plan, "steady", small.REGION, "least", 2028)) == (
        5, ">=", Fraction(4 * 7, 5) - 1, "met",
    )  # fmt: skip


def test_hand_solved_no_steep_rise(small: Any) -> None:
    """2 offered in 2026 and 20 asked: at most 6/5 x 2 + 1 = 3.4 in 2027, so 3, and 4.6 in 2028, so 4."""
    plan = small.solved(_rows(small, 2, 20, 20), _steady(small), years=3, measures=("unmet_special",))
    assert plan.completed == {
        (small.A, 2026, "home"): 2,
        (small.A, 2027, "home"): 3,
        (small.A, 2028, "home"): 4,
    }


def test_hand_solved_the_region_and_not_each_municipality(small: Any) -> None:
    """A completes 6 in 2026 and B 6 in 2027: uneven in each, steady in the region."""
    plan = small.solved(
        small.option("home"),
        small.offer(small.A, "home", 6, 2026),
        small.offer(small.B, "home", 6, 2027),
        small.need("home", 6),
        _steady(small, "0", 0),
        years=2,
    )
    assert plan.completed == {(small.A, 2026, "home"): 6, (small.B, 2027, "home"): 6}


def test_hand_solved_only_the_options_that_count(small: Any) -> None:
    """Only flex is to be steady: none of it in 2026 and one room, so one in 2027; homes are free."""
    plan = small.solved(
        [small.option("flex", route="flex", in_programme=False), small.offer(small.A, "flex", 9, 2027)],
        small.need("flex", 9, from_year=2027),
        [small.option("home"), small.offer(small.A, "home", 9, 2027), small.need("home", 9, from_year=2027)],
        _steady(small, options="flex"),
        years=2,
        measures=("unmet_special",),
    )
    assert plan.completed == {(small.A, 2027, "flex"): 1, (small.A, 2027, "home"): 9}


def test_hand_solved_the_first_planned_year_is_free(small: Any) -> None:
    """9 realised in 2026 ask nothing of 2027, the first open year; 2028 follows 2027."""
    done = Realised(municipality_code=small.A, option="home", year=2026, dwellings=9)
    rows = [small.option("home"), small.offer(small.A, "home", 9)]
    plan = small.solved(rows, done, _steady(small), years=3, first_open_year=2027)
    lines = [one for one in plan.lines if one.requirement.rule_id == "steady"]
    assert {one.requirement.period for one in lines} == {"2028"}
    assert not plan.completed


def test_hand_solved_exempt_region(small: Any) -> None:
    """An exempt region may fall from 10 to none."""
    plan = small.solved(
        _rows(small, 10, 10, 10), _steady(small), small.exempt("steady", small.REGION), years=2
    )
    assert plan.completed == {(small.A, 2026, "home"): 10}
    assert small.line(plan, "steady", small.REGION, "least", 2027).verdict == "exempt"


def test_binds_and_without_it_more_is_built(small: Any) -> None:
    """3 of at most 3.4 binds; without the rule 20 are there in 2028: 2, 9 and 9."""
    plan = small.solved(_rows(small, 2, 9, 20), _steady(small), years=3)
    found = small.line(plan, "steady", small.REGION, "most", 2027)
    assert (found.margin, found.binding) == (Fraction(2, 5), True)
    free = small.solved(_rows(small, 2, 9, 20), years=3)
    assert small.built(free, small.A, options=["home"]) == 20


def test_broken_input_hard(small: Any) -> None:
    """1 offered in 2026 and 9 agreed in 2027: 6.8 above 2.2, or 7 fewer agreed, or 6 more offered first.

    (9 - 1) / 1.2 = 6.67, so 7 in 2026.
    """
    rows = [*_rows(small, 1, 9, 0)[:3], small.committed(small.A, "home", 9, 2027)]
    found = small.giving(small.unsolved(rows, _steady(small), years=2))
    assert found["steady_series"] == 6.8
    assert found["commitment"] == 7
    assert found["availability"] == 6


def test_broken_input_soft(small: Any) -> None:
    """As a soft rule 6.8 above it, of the 9 that are offered in 2027: a violation of 6.8/9."""
    rows = [*_rows(small, 1, 9, 0)[:3], small.committed(small.A, "home", 9, 2027)]
    plan = small.solved(rows, _steady(small, strength="soft"), years=2, measures=("rule_violation",))
    assert small.line(plan, "steady", small.REGION, "most", 2027).slack == Fraction(34, 5)
    assert plan.measures["rule_violation"] == Fraction(34, 5) / 9


def test_golden_lp(small: Any, golden: Golden) -> None:
    """Two rows per region and year after the first planned one."""
    rows = [small.option("home"), [small.offer(code, "home", 4) for code in (small.A, small.B)]]
    golden("steady_series", small.instance(rows, _steady(small), years=3))


@settings(max_examples=12, deadline=None)
@given(
    tenths=st.integers(0, 10),
    room=st.integers(0, 3),
    asked=st.lists(st.integers(0, 6), min_size=3, max_size=3),
    most=st.lists(st.integers(0, 6), min_size=6, max_size=6),
)
def test_property_every_year_is_near_the_one_before(
    small: Any, tenths: int, room: int, asked: list[int], most: list[int]
) -> None:
    """By plain sums over both municipalities: no year is out of the band around the year before."""
    years = (2026, 2027, 2028)
    offers = [
        small.offer(code, "home", number, year)
        for (code, year), number in zip(
            [(c, y) for c in (small.A, small.B) for y in years], most, strict=True
        )
    ]
    needs = [small.need("home", n, from_year=y, to_year=y) for n, y in zip(asked, years, strict=True)]
    share = Fraction(tenths, 10)
    plan = small.solved(small.option("home"), offers, needs, _steady(small, str(share), room), years=3)
    totals = [small.built(plan, small.A, small.B, options=["home"], years=[year]) for year in years]
    for before, now, year in zip(totals, totals[1:], years[1:], strict=False):
        assert (1 - share) * before - room <= now <= (1 + share) * before + room
        assert small.line(plan, "steady", small.REGION, "most", year).lhs == now
