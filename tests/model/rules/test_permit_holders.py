"""The family ``permit_holders``: the statutory task in persons, with backlog, swaps and transfers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


def _rows(small: Any, *vacated: int, persons: int = 2) -> list[Any]:
    """Return permit holders, so many persons to a dwelling, and what is vacated in A, B ..."""
    places = (small.A, small.B, small.C)
    return [
        [small.vacating(code, dwellings) for code, dwellings in zip(places, vacated, strict=False)],
        small.group("permit_holders", "task", persons_per_household=Fraction(persons)),
        small.fits("permit_holders"),
    ]


def _swap(small: Any, **parameters: object) -> list[Any]:
    return list(small.rule("permit_holders", "permit_holders", {"swap": "yes", **parameters}))


def test_hand_solved_half_years_and_backlog(small: Any) -> None:
    """3 and 4 persons in two half-years and a backlog of 1: 8 persons, 4 dwellings of two persons."""
    rows = [_rows(small, 5), small.task(small.A, 3, backlog_persons=1), small.task(small.A, 4, half=2)]
    plan = small.solved(rows)
    assert plan.amounts["a"] == {(small.A, 2026, "permit_holders"): 4}
    found = small.line(plan, "permit_holders", small.A, "task", 2026)
    assert (*small.outcome(found), found.unit) == (8, ">=", 8, "met", "persons")


def test_hand_solved_what_is_not_housed_is_carried(small: Any) -> None:
    """8 persons a year and 3 dwellings vacated: 2 behind in 2026, 4 in 2027; per household 1 and 2."""
    rows = [_rows(small, 3), small.task(small.A, 8), small.task(small.A, 8, 2027)]
    plan = small.solved(rows, years=2)
    behind = [small.line(plan, "permit_holders", small.A, "task", year).slack for year in (2026, 2027)]
    assert behind == [2, 4]
    assert plan.measures["unmet_special"] == 3


def test_hand_solved_an_odd_person_needs_a_whole_dwelling(small: Any) -> None:
    """7 persons, two to a dwelling: 4 dwellings, 8 persons; not 5 dwellings."""
    plan = small.solved(_rows(small, 9), small.task(small.A, 7))
    assert small.let(plan, "permit_holders") == 4


def test_hand_solved_agreed_swap(small: Any) -> None:
    """A hands 4 of its 10 persons to B: 3 dwellings in A, 2 in B, the total stays 10."""
    rows = [
        _rows(small, 9, 9),
        small.task(small.A, 10),
        small.task(small.B, 0),
        small.swap(small.A, small.B, 4),
    ]
    plan = small.solved(rows)
    assert plan.amounts["a"] == {
        (small.A, 2026, "permit_holders"): 3,
        (small.B, 2026, "permit_holders"): 2,
    }


def test_hand_solved_the_plan_swaps_where_it_may(small: Any) -> None:
    """Nothing is vacated in A: with swapping B houses its 6 persons, without it they wait."""
    rows = [_rows(small, 0, 9), small.task(small.A, 6), small.task(small.B, 0)]
    alone = small.solved(rows)
    assert alone.measures["unmet_special"] == 3
    plan = small.solved(rows, _swap(small))
    assert plan.measures["unmet_special"] == 0
    assert plan.amounts["given"] == {(small.A, 2026): 6}
    assert plan.amounts["taken"] == {(small.B, 2026): 6}
    assert plan.amounts["a"] == {(small.B, 2026, "permit_holders"): 3}


def test_hand_solved_no_more_than_may_be_handed_over(small: Any) -> None:
    """At most a third of the 6 persons of A: 2 are taken over by B, 4 wait (2 households)."""
    rows = [_rows(small, 0, 9), small.task(small.A, 6), small.task(small.B, 0)]
    plan = small.solved(rows, _swap(small, swap_share="1/3"))
    assert plan.amounts["given"] == {(small.A, 2026): 2}
    assert plan.measures["unmet_special"] == 2


def test_hand_solved_a_ban_on_priority_moves_the_task_to_building(small: Any) -> None:
    """Without priority none of the 9 vacated dwellings is theirs: the task stays, 2 are built for them."""
    homes = [small.option("home"), small.offer(small.A, "home", 2)]
    rows = [_rows(small, 9), small.task(small.A, 6), homes]
    assert small.let(small.solved(rows), "permit_holders", source="a") >= 1
    banned = small.solved(rows, permit_holder_priority=False)
    assert small.let(banned, "permit_holders", source="a") == 0
    assert small.let(banned, "permit_holders", source="p") == 2
    assert small.line(banned, "permit_holders", small.A, "task", 2026).slack == 2


def test_hand_solved_inside_or_on_top(small: Any) -> None:
    """5 urgent households and 4 persons in 2 dwellings: inside, 3 + 2 are housed; on top, 5 + 2."""
    rows = [
        _rows(small, 9),
        small.task(small.A, 4),
        small.group("homeless"),
        small.fits("homeless"),
        small.flow("urgent", 5, includes_permit_holders=True),
    ]
    inside = small.solved(rows, permit_holders_inside=True)
    assert (small.let(inside, "urgent"), small.let(inside, "permit_holders")) == (3, 2)
    on_top = small.solved(rows)
    assert (small.let(on_top, "urgent"), small.let(on_top, "permit_holders")) == (5, 2)


def test_binds_when_the_task_is_just_met(small: Any) -> None:
    """8 persons in 4 dwellings: met without anything to spare."""
    plan = small.solved(_rows(small, 5), small.task(small.A, 8))
    assert small.line(plan, "permit_holders", small.A, "task", 2026).binding


def test_broken_input_a_hard_task(small: Any) -> None:
    """8 persons and 3 dwellings vacated: the task gives 2 persons; what is vacated never gives."""
    rows = [_rows(small, 3), small.task(small.A, 8)]
    hard = small.rule("permit_holders", "permit_holders", strength="hard")
    found = small.giving(small.unsolved(rows, hard))
    assert found["permit_holders"] == 2
    assert "lettings" not in found


def test_golden_lp(small: Any, golden: Golden) -> None:
    """The task and what may be handed over, in two municipalities that may swap."""
    rows = [_rows(small, 2, 9), small.task(small.A, 6), small.task(small.B, 1, half=2), _swap(small)]
    golden("permit_holders", small.instance(rows))


@settings(max_examples=12, deadline=None)
@given(
    tasks=st.lists(st.integers(0, 7), min_size=2, max_size=2),
    vacated=st.lists(st.integers(0, 4), min_size=2, max_size=2),
    persons=st.integers(1, 3),
    years=st.integers(1, 2),
)
def test_property_the_regional_total_is_kept(
    small: Any, tasks: list[int], vacated: list[int], persons: int, years: int
) -> None:
    """What is handed over is taken over in the same year, and nobody is housed twice."""
    rows = [_rows(small, *vacated, persons=persons), _swap(small)]
    for code, number in zip((small.A, small.B), tasks, strict=True):
        rows += [small.task(code, number, year) for year in range(2026, 2026 + years)]
    plan = small.solved(rows, years=years)
    for year in range(2026, 2026 + years):
        given_away = sum(n for (_, when), n in plan.amounts.get("given", {}).items() if when == year)
        taken = sum(n for (_, when), n in plan.amounts.get("taken", {}).items() if when == year)
        assert given_away == taken
        housed = small.let(plan, "permit_holders", years=range(2026, year + 1)) * persons
        assert housed <= sum(tasks) * (year - 2025) + 2 * persons
        slack = sum(
            small.line(plan, "permit_holders", code, "task", year).slack for code in (small.A, small.B)
        )
        assert slack >= sum(tasks) * (year - 2025) - housed


def test_hand_solved_an_exempt_municipality_takes_nothing_over(small: Any) -> None:
    """A is exempt and houses nobody: B may not hand its 6 persons to A, and they wait."""
    rows = [_rows(small, 0, 0), small.task(small.A, 0), small.task(small.B, 6), _swap(small)]
    plan = small.solved(rows, small.exempt("permit_holders", small.A))
    assert "given" not in plan.amounts
    assert plan.measures["unmet_special"] == 3


def test_hand_solved_no_more_is_swapped_than_helps(small: Any) -> None:
    """A houses 4 of its 6 persons in the 2 dwellings it has: the 2 others go to B, and nothing else moves."""
    rows = [_rows(small, 2, 9), small.task(small.A, 6), small.task(small.B, 4), _swap(small)]
    plan = small.solved(rows, measures=("unmet_special", "swapped"))
    assert plan.amounts["given"] == {(small.A, 2026): 2}
    assert plan.measures["swapped"] == 2


def test_hand_solved_of_past_half_years_only_the_backlog_counts(small: Any) -> None:
    """8 persons of 2026 are behind us, 2 of them not housed; with the 4 of 2027 that is 6: 3 dwellings."""
    rows = [
        _rows(small, 9),
        small.task(small.A, 8, backlog_persons=2),
        small.task(small.A, 4, 2027),
    ]
    plan = small.solved(rows, years=2, first_open_year=2027)
    assert plan.amounts["a"] == {(small.A, 2027, "permit_holders"): 3}


def test_hand_solved_a_rule_of_one_region_speaks_of_it_only(small: Any) -> None:
    """The rule names region S with B in it: the task of A stands in no line."""
    rows = [
        _rows(small, 9, 9),
        small.task(small.A, 4),
        small.task(small.B, 4),
        small.region("wmo", "S", small.B),
        small.rule("permit_holders", "permit_holders", purpose="wmo", place="S"),
    ]
    plan = small.solved(rows)
    lines = [line for line in plan.lines if line.requirement.family == "permit_holders"]
    assert {line.requirement.place for line in lines} == {small.B}
