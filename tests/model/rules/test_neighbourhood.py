"""The family ``neighbourhood``: what each may get, from what scale, and which are preferred."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import Neighbourhood
from thuisplan.solvers.solution import Solution

Golden = Callable[[str, Instance], None]


def _in(small: Any, name: str, most: int | None = None, **values: Any) -> Neighbourhood:
    """Return a neighbourhood of A."""
    return Neighbourhood(municipality_code=small.A, neighbourhood=name, max_special=most, **values)


def _care(small: Any, asked: int, most: int = 9, **values: Any) -> list[Any]:
    """Return care dwellings in A and a need a year."""
    return [small.option("care", **values), small.offer(small.A, "care", most), small.need("care", asked)]


def _placed(plan: Solution) -> dict[tuple[int, str, str], int]:
    """Return (year, option, neighbourhood) -> dwellings."""
    return {key[1:]: number for key, number in plan.amounts.get("n", {}).items()}


def test_hand_solved_limits_and_spared(small: Any) -> None:
    """North holds 3, South is spared and West 2: 5 of the 8 are built, 3 short."""
    plan = small.solved(
        _care(small, 8), _in(small, "North", 3), _in(small, "South", 0), _in(small, "West", 2)
    )
    assert _placed(plan) == {(2026, "care", "North"): 3, (2026, "care", "West"): 2}
    assert plan.measures["unmet_special"] == 3
    assert small.outcome(small.line(plan, "neighbourhood", small.A, "South", 2026)) == (0, "<=", 0, "met")


def test_hand_solved_options_of_a_neighbourhood(small: Any) -> None:
    """Rooms go only to North, which holds 4; care goes anywhere, so it leaves North to the rooms: 4 + 6."""
    plan = small.solved(
        _care(small, 6),
        small.option("room"),
        small.offer(small.A, "room", 9),
        small.need("room", 9),
        _in(small, "North", 4),
        _in(small, "South", 6, options=("care",)),
    )
    assert _placed(plan) == {(2026, "room", "North"): 4, (2026, "care", "South"): 6}


def test_hand_solved_limits_add_up_and_temporary_ones_leave(small: Any) -> None:
    """A limit of 3 holds for both years together; of dwellings that stand one year 3 come each year."""
    rows = _in(small, "North", 3)
    plan = small.solved(_care(small, 3), rows, years=2)
    assert plan.completed == {(small.A, 2026, "care"): 3}
    found = small.line(plan, "neighbourhood", small.A, "North", 2027)
    assert small.outcome(found) == (3, "<=", 3, "met")
    plan = small.solved(_care(small, 3, route="flex", service_life_years=1), rows, years=2)
    assert plan.completed == {(small.A, 2026, "care"): 3, (small.A, 2027, "care"): 3}


def test_hand_solved_regular_homes_and_other_places_are_free(small: Any) -> None:
    """Only options for special groups get a neighbourhood, and only where there are any: B has none."""
    plan = small.solved(
        _care(small, 9),
        small.option("home"),
        small.offer(small.A, "home", 9),
        small.need("home", 9, need_class="regular"),
        small.offer(small.B, "care", 4),
        _in(small, "North", 2),
    )
    assert plan.completed == {
        (small.A, 2026, "care"): 2,
        (small.A, 2026, "home"): 9,
        (small.B, 2026, "care"): 4,
    }
    assert _placed(plan) == {(2026, "care", "North"): 2}


def _centres(small: Any, scale: int = 5, **values: Any) -> list[Any]:
    """Return two centre places where an option comes from a scale."""
    return [_in(small, name, minimum_scale=scale, **values) for name in ("East", "West")]


def test_hand_solved_care_comes_in_one_centre_at_scale(small: Any) -> None:
    """3 can be built a year and a centre asks 5: the 6 of two years come in one centre, not 3 in each.

    The 6 are needed by 2027: 3 a year (facts D47).
    """
    plan = small.solved(_care(small, 3, most=3), _centres(small), years=2)
    assert plan.measures["unmet_special"] == 0
    [centre] = {key[2] for key in _placed(plan)}
    found = small.line(plan, "neighbourhood", small.A, f"scale:{centre}:care", 2027)
    assert small.outcome(found) == (6, "0 or >=", 5, "met")
    [other] = {"East", "West"} - {centre}
    found = small.line(plan, "neighbourhood", small.A, f"scale:{other}:care", 2027)
    assert small.outcome(found) == (0, "0 or >=", 5, "met")
    assert not found.binding


def test_hand_solved_or_it_does_not_come_at_all(small: Any) -> None:
    """2 a year for two years are 4, below the scale of 5: nothing is built, and 2 + 4 are short."""
    plan = small.solved(_care(small, 2, most=2), _centres(small), years=2)
    assert not plan.completed
    assert plan.measures["unmet_special"] == 2 + 4


def test_hand_solved_half_in_preferred_neighbourhoods(small: Any) -> None:
    """Strong is preferred and holds 2 of the 8: half is 4, so 2 lack, divided by 1/2 of the 9 offered.

    Where a third is asked, 8/3 - 2 = 2/3 lacks, divided by 1/3 of 9. A ninth dwelling would be no surplus
    and needs a place in Strong as well, so it does not come.
    """
    rows = [_care(small, 8), _in(small, "Strong", 2, preferred=True), _in(small, "Weak")]
    measures = ("unmet_special", "rule_violation", "lateness")
    plan = small.solved(rows, measures=measures)
    found = small.line(plan, "neighbourhood", small.A, "preferred", 2026)
    assert (*small.outcome(found), found.value_pct) == (2, ">=", 4, "broken", 25)
    assert plan.measures["rule_violation"] == Fraction(2) / Fraction(9, 2)
    third = small.rule("neighbourhood", "neighbourhood", {"preferred_share": "1/3"})
    plan = small.solved(rows, third, measures=measures)
    found = small.line(plan, "neighbourhood", small.A, "preferred", 2026)
    assert (found.slack, found.norm_pct) == (Fraction(2, 3), Fraction(100, 3))
    assert plan.measures["rule_violation"] == Fraction(2, 9)


def test_hand_solved_preferred_first(small: Any) -> None:
    """Strong holds 9: at least half of the 8 are placed there, and nothing lacks."""
    plan = small.solved(_care(small, 8), _in(small, "Strong", 9, preferred=True), _in(small, "Weak"))
    assert plan.measures["rule_violation"] == 0
    assert _placed(plan)[2026, "care", "Strong"] >= 4


def test_binds_and_without_it_more_is_built(small: Any) -> None:
    """A limit of 3 holds a need of 8 down to 3; without neighbourhoods none is short."""
    plan = small.solved(_care(small, 8), _in(small, "North", 3))
    assert small.line(plan, "neighbourhood", small.A, "North", 2026).binding
    assert plan.measures["unmet_special"] == 5
    assert small.solved(_care(small, 8)).measures["unmet_special"] == 0


def test_binds_at_scale_and_without_it_fewer_are_built(small: Any) -> None:
    """1 is needed and a centre asks 5: 5 are built. Without a scale 1, or 2 as the surplus allows."""
    plan = small.solved(_care(small, 1), _centres(small))
    [centre] = {key[2] for key in _placed(plan)}
    found = small.line(plan, "neighbourhood", small.A, f"scale:{centre}:care", 2026)
    assert (*small.outcome(found), found.binding) == (5, "0 or >=", 5, "met", True)
    free = small.solved(_care(small, 1), _in(small, "East"))
    assert small.built(free, small.A, options=["care"]) <= 2


def test_broken_input_hard(small: Any) -> None:
    """8 are agreed and North holds 5: North gives 3 more, or the agreement gives 3."""
    result = small.unsolved(_care(small, 0), small.committed(small.A, "care", 8), _in(small, "North", 5))
    assert small.giving(result) == {"neighbourhood": 3, "commitment": 3, "availability": None}
    assert small.falls(result, "neighbourhood") == {f"neighbourhood[{small.A},North,2026]": 3}


def test_broken_input_hard_below_scale(small: Any) -> None:
    """3 are agreed, 3 are offered and centres ask 5: a centre gives 2, the agreement 3, the offer 2."""
    result = small.unsolved(_care(small, 0, most=3), small.committed(small.A, "care", 3), _centres(small))
    assert small.giving(result) == {"neighbourhood": 2, "commitment": 3, "availability": 2}


def test_broken_input_hard_no_neighbourhood_allows_it(small: Any) -> None:
    """Care is agreed where no neighbourhood takes care: only the agreement can give, all 4."""
    result = small.unsolved(
        _care(small, 0),
        small.option("room"),
        small.committed(small.A, "care", 4),
        _in(small, "North", options=("room",), most=9),
    )
    assert small.giving(result) == {"commitment": 4, "availability": None}


def test_broken_input_soft_and_monitor(small: Any) -> None:
    """As a soft rule 3 too many of 5; only followed it costs nothing, and all still get a place."""
    rows = (_care(small, 0), small.committed(small.A, "care", 8), _in(small, "North", 5))
    soft = small.solved(rows, small.rule("neighbourhood", "neighbourhood", strength="soft"))
    assert small.line(soft, "neighbourhood", small.A, "North", 2026).slack == 3
    assert soft.measures["rule_violation"] == Fraction(3, 5)
    followed = small.solved(rows, small.rule("neighbourhood", "neighbourhood", strength="monitor"))
    assert small.line(followed, "neighbourhood", small.A, "North", 2026).verdict == "broken"
    assert followed.measures["rule_violation"] == 0
    assert _placed(followed) == {(2026, "care", "North"): 8}


def test_followed_only_preference_costs_nothing_either(small: Any) -> None:
    """Strong is preferred and spared, so none of the 4 agreed comes there: half lacks, and is only told."""
    rows = [
        _care(small, 0), small.committed(small.A, "care", 4), _in(small, "Strong", options=("room",),
        preferred=True), _in(small, "Weak"),
    ]  # fmt: skip
    rows += [small.option("room"), small.offer(small.A, "room", 1), small.need("room", 0)]
    hard = small.solved(rows)
    assert small.line(hard, "neighbourhood", small.A, "preferred", 2026).requirement.strength == "soft"
    assert hard.measures["rule_violation"] > 0
    followed = small.solved(rows, small.rule("neighbourhood", "neighbourhood", strength="monitor"))
    found = small.line(followed, "neighbourhood", small.A, "preferred", 2026)
    assert (found.requirement.strength, found.verdict) == ("monitor", "broken")
    assert followed.measures["rule_violation"] == 0


def test_broken_input_soft_scale(small: Any) -> None:
    """As a soft rule the 3 agreed come in one centre, 2 below its scale of 5: not in both."""
    plan = small.solved(
        _care(small, 0, most=3),
        small.committed(small.A, "care", 3),
        _centres(small),
        small.rule("neighbourhood", "neighbourhood", strength="soft"),
    )
    assert plan.measures["rule_violation"] == Fraction(2, 5)
    assert list(_placed(plan).values()) == [3]


def test_golden_lp(small: Any, golden: Golden) -> None:
    """What neighbourhoods get is what is built; a limit, a scale with its binary, and the preferred half."""
    made = small.instance(
        _care(small, 4),
        _in(small, "North", 3, preferred=True),
        _in(small, "East", minimum_scale=5),
        years=2,
    )
    golden("neighbourhood", made)


@settings(max_examples=12, deadline=None)
@given(
    most=st.tuples(*[st.integers(0, 5)] * 3),
    asked=st.tuples(st.integers(0, 6), st.integers(0, 6)),
    scale=st.integers(1, 5),
)
def test_property_everything_has_a_place_and_all_that_fits_is_built(
    small: Any, most: tuple[int, int, int], asked: tuple[int, int], scale: int
) -> None:
    """Care goes to the first two neighbourhoods, rooms to the last two; the second asks a scale.

    What is placed is what is built, within the limits and from the scale, and of all ways to fill
    the neighbourhoods the one found is least short.
    """
    one, two, three = most
    plan = small.solved(
        [small.option(name) for name in ("care", "room")],
        [small.offer(small.A, name, 6) for name in ("care", "room")],
        [small.need(name, number) for name, number in zip(("care", "room"), asked, strict=True)],
        _in(small, "one", one, options=("care",)),
        _in(small, "two", two, minimum_scale=scale),
        _in(small, "three", three, options=("room",)),
    )
    placed = _placed(plan)
    for name in ("care", "room"):
        total = sum(number for key, number in placed.items() if key[1] == name)
        assert total == small.built(plan, small.A, options=[name])
        assert placed.get((2026, name, "two"), scale) >= scale
    for name, limit in zip(("one", "two", "three"), most, strict=True):
        assert sum(number for key, number in placed.items() if key[2] == name) <= limit
    shared = [0, *range(scale, 6)]
    ways = [
        max(0, asked[0] - min(6, a + care)) + max(0, asked[1] - min(6, b + room))
        for care in shared
        for room in shared
        if care + room <= two
        for a in range(one + 1)
        for b in range(three + 1)
        if a + care <= 6 and b + room <= 6
    ]
    assert plan.measures["unmet_special"] == min(ways)
