"""The family ``care_capacity``: places and lettings ask no more support than there is."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import CareCapacity, CareDemand

Golden = Callable[[str, Instance], None]


def _hours(purpose: str, place: str, hours: int, **years: int) -> CareCapacity:
    """Return hours that are available, of every year unless years are given."""
    return CareCapacity(purpose=purpose, place=place, hours=Fraction(hours), **{"from_year": 2026, **years})


def _asks(**hours: int) -> list[CareDemand]:
    """Return what options and groups ask: places in service or households housed."""
    return [CareDemand(subject=subject, hours=Fraction(number)) for subject, number in hours.items()]


def _care(small: Any, asked: int, hours: int, **values: Any) -> list[Any]:
    """Return care dwellings in A at 20 hours each, a need a year, and hours in A."""
    return [
        small.option("care", **values),
        small.offer(small.A, "care", 9),
        small.need("care", asked),
        _asks(care=20),
        _hours("municipality", small.A, hours),
    ]


def test_hand_solved_places_in_service(small: Any) -> None:
    """100 hours at 20 a place: 5 of the 8 asked, 3 short, and none more in the second year: 3 + 11 short."""
    plan = small.solved(_care(small, 8, 100), years=2)
    for year in (2026, 2027):
        found = small.line(plan, "care_capacity", small.A, "", year)
        assert small.outcome(found) == (100, "<=", 100, "met")
        assert found.unit == "hours"
    assert small.built(plan, small.A, options=["care"]) == 5
    assert plan.measures["unmet_special"] == 3 + 11


def test_hand_solved_temporary_places_free_hours(small: Any) -> None:
    """Places that stand one year ask hours in that year only: 5 in 2026 and 5 in 2027."""
    plan = small.solved(_care(small, 5, 100, route="flex", service_life_years=1), years=2)
    assert plan.completed == {(small.A, 2026, "care"): 5, (small.A, 2027, "care"): 5}


def test_hand_solved_a_region_shares_its_hours(small: Any) -> None:
    """100 hours for A and B: 4 places at 20 and 4 at 5 are 100 hours; homes ask none and are all built."""
    plan = small.solved(
        small.option("care"),
        small.option("group"),
        small.option("home"),
        small.offer(small.A, "care", 4),
        small.offer(small.B, "group", 9),
        small.offer(small.B, "home", 9),
        small.need("care", 4, weight=Fraction(9)),
        small.need("group", 9),
        small.need("home", 9),
        _asks(care=20, group=5),
        _hours("agreement", small.REGION, 100),
    )
    assert plan.completed == {
        (small.A, 2026, "care"): 4,
        (small.B, 2026, "group"): 4,
        (small.B, 2026, "home"): 9,
    }
    assert small.line(plan, "care_capacity", small.REGION, "", 2026).lhs == 4 * 20 + 4 * 5


def _youth(small: Any, households: int, hours: int) -> list[Any]:
    """Return households of youth care for the 9 dwellings vacated in A each year, at 30 hours each."""
    return [
        small.vacating(small.A, 9),
        small.group("youth_care"),
        small.fits("youth_care"),
        small.flow("youth", households, of="youth_care"),
        _asks(youth_care=30),
        _hours("municipality", small.A, hours),
    ]


def test_hand_solved_households_in_the_year_they_are_housed(small: Any) -> None:
    """4 a year at 30 hours, 100 hours: 3 a year are housed, so 1 waits and then 2."""
    plan = small.solved(_youth(small, 4, 100), years=2)
    assert plan.amounts["a"] == {(small.A, 2026, "youth"): 3, (small.A, 2027, "youth"): 3}
    assert small.line(plan, "care_capacity", small.A, "", 2027).lhs == 90
    assert plan.measures["unmet_special"] == 1 + 2


def test_hand_solved_years_and_regions_in_part(small: Any) -> None:
    """The hours of 2027 limit that year only; those of a region of which a part lacks limit nothing."""
    rows = [small.option("care"), small.offer(small.A, "care", 9), small.need("care", 5), _asks(care=20)]
    plan = small.solved(rows, _hours("municipality", small.A, 60, from_year=2027), years=2)
    found = [one.requirement.period for one in plan.lines if one.requirement.family == "care_capacity"]
    assert found == ["2027"]
    assert small.built(plan, small.A, options=["care"]) == 3
    part = small.region("agreement", small.REGION, small.A, size=2)
    plan = small.solved(rows, part, _hours("agreement", small.REGION, 60))
    assert small.line(plan, "care_capacity", small.REGION, "", 2026).verdict == "not_testable"


def test_binds_and_without_it_more_is_built(small: Any) -> None:
    """110 hours hold 5 places of 20: the 10 left are less than a place. Without the limit none is short."""
    plan = small.solved(_care(small, 8, 110))
    found = small.line(plan, "care_capacity", small.A, "", 2026)
    assert (found.lhs, found.margin, found.binding) == (100, 10, True)
    assert not small.line(small.solved(_care(small, 2, 110)), "care_capacity", small.A, "", 2026).binding
    free = small.solved(_care(small, 8, 110)[:-1])
    assert (plan.measures["unmet_special"], free.measures["unmet_special"]) == (3, 0)


def test_broken_input_hard(small: Any) -> None:
    """5 places agreed at 20 hours and 60 hours: 40 hours more, or 2 places fewer."""
    result = small.unsolved(_care(small, 0, 60), small.committed(small.A, "care", 5))
    assert small.giving(result) == {"care_capacity": 40, "commitment": 2, "availability": None}
    [found] = [one for one in result.giving if one.families == ("care_capacity",)]
    assert found.unit == "hours"


def test_broken_input_soft_and_monitor(small: Any) -> None:
    """As a soft rule 40 hours too many of 60; only followed it is told and costs nothing."""
    rows = (_care(small, 0, 60), small.committed(small.A, "care", 5))
    soft = small.solved(rows, small.rule("care_capacity", "care_capacity", strength="soft"))
    assert small.line(soft, "care_capacity", small.A, "", 2026).slack == 40
    assert soft.measures["rule_violation"] == Fraction(40, 60)
    followed = small.solved(rows, small.rule("care_capacity", "care_capacity", strength="monitor"))
    assert small.line(followed, "care_capacity", small.A, "", 2026).verdict == "broken"
    assert followed.measures["rule_violation"] == 0


def test_golden_lp(small: Any, golden: Golden) -> None:
    """Places of two options and households of a group share the hours of a year."""
    made = small.instance(
        _youth(small, 4, 100),
        small.option("care"),
        small.option("group", route="flex", service_life_years=1),
        [row for code in ("care", "group") for row in (small.offer(small.A, code, 9), small.need(code, 4))],
        _asks(care=20, group=5),
        years=2,
    )
    golden("care_capacity", made)


@settings(max_examples=12, deadline=None)
@given(
    each=st.tuples(st.integers(0, 7), st.integers(0, 7)),
    asked=st.tuples(st.integers(0, 5), st.integers(0, 5)),
    hours=st.integers(0, 40),
)
def test_property_hours_are_never_exceeded_and_none_is_short_for_nothing(
    small: Any, each: tuple[int, int], asked: tuple[int, int], hours: int
) -> None:
    """The hours asked fit in the hours there are, and of all pairs that fit the least is short."""
    names = ("care", "group")
    plan = small.solved(
        [small.option(name) for name in names],
        [small.offer(small.A, name, 5) for name in names],
        [small.need(name, number) for name, number in zip(names, asked, strict=True)],
        _asks(**dict(zip(names, each, strict=True))),
        _hours("municipality", small.A, hours),
    )
    care, group = (small.built(plan, small.A, options=[name]) for name in names)
    assert care * each[0] + group * each[1] <= hours
    assert small.line(plan, "care_capacity", small.A, "", 2026).lhs == care * each[0] + group * each[1]
    fits = [(a, b) for a in range(6) for b in range(6) if a * each[0] + b * each[1] <= hours]
    least = min(max(0, asked[0] - a) + max(0, asked[1] - b) for a, b in fits)
    assert plan.measures["unmet_special"] == least
