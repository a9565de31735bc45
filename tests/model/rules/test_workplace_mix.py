"""The family ``workplace_mix``: who is housed in a municipality mostly works there."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


def _flow(small: Any, flow_id: str, purpose: str, place: str, households: int, **values: Any) -> Any:
    """Return labour migrants who come in 2026, by where they work; they may be housed in region R."""
    filled = {"housed_purpose": "agreement", "housed_place": small.REGION, "to_year": 2026, **values}
    return small.flow(
        flow_id, households, **{"of": "labour_migrants", "purpose": purpose, "place": place, **filled}
    )


def _site(small: Any, own: int, region: int, outside: int, most: int = 100, **stay: Any) -> list[Any]:
    """Return a site in A and who could live there: working in A, in B, or elsewhere.

    Those who work farther away weigh more, so a plan houses as many of them as it may.
    """
    return [
        small.option("lodge", dwelling_type="short_midstay", unit="place", segment="outside"),
        small.place(small.B),
        small.offer(small.A, "lodge", most, 2026),
        small.group("labour_migrants"),
        small.fits("labour_migrants", "short_midstay", **stay),
        _flow(small, "own", "municipality", small.A, own),
        _flow(small, "near", "municipality", small.B, region, weight=Fraction(2)),
        _flow(small, "far", "outside", "elsewhere", outside, weight=Fraction(3)),
    ]


def _rule(small: Any, **values: Any) -> list[Any]:
    shares = {"own_share": "8/10", "region_share": "1/10", "outside_share": "1/10"}
    return small.rule("mix", "workplace_mix", shares, **values)  # type: ignore[no-any-return]


def test_hand_solved_eighty_ten_ten(small: Any) -> None:
    """A site with 100 places: at least 80 work in A, at most 10 in the region, at most 10 outside it.

    The last weigh most, yet no more than 10 of the 30 get in (oracle m.9).
    """
    plan = small.solved(_site(small, 85, 12, 30), _rule(small))
    assert plan.amounts["p"] == {
        (small.A, 2026, "own", "lodge"): 80,
        (small.A, 2026, "near", "lodge"): 10,
        (small.A, 2026, "far", "lodge"): 10,
    }
    for subject, (lhs, sense, rhs) in {
        "own": (80, ">=", 80),
        "region": (10, "<=", 10),
        "outside": (10, "<=", 10),
    }.items():
        found = small.line(plan, "mix", small.A, subject, 2026)
        assert small.outcome(found) == (lhs, sense, rhs, "met")
        assert found.value_pct == found.norm_pct == lhs


def test_hand_solved_a_share_of_who_lives_there(small: Any) -> None:
    """With 16 who work in A at most 2 of each other kind come in: 16 is 80 % of 20."""
    plan = small.solved(_site(small, 16, 12, 30), _rule(small))
    assert {key[2]: number for key, number in plan.amounts["p"].items()} == {"own": 16, "near": 2, "far": 2}


def test_hand_solved_counts_those_within_their_stay(small: Any) -> None:
    """Who stays two years counts in two: 8 who work in A let 1 + 1 others live there, in 2026 and in 2027.

    In 2028 all have left; nobody who works in A comes any more, so nobody else gets in.
    """
    plan = small.solved(_site(small, 8, 5, 5, stay_years=2, returns=False), _rule(small), years=3)
    assert plan.amounts["p"] == {
        (small.A, 2026, "own", "lodge"): 8,
        (small.A, 2026, "near", "lodge"): 1,
        (small.A, 2026, "far", "lodge"): 1,
    }
    for year, (lhs, rhs) in {2026: (8, 8), 2027: (8, 8), 2028: (0, 0)}.items():
        assert small.outcome(small.line(plan, "mix", small.A, "own", year)) == (lhs, ">=", rhs, "met")


def test_hand_solved_other_groups_do_not_count(small: Any) -> None:
    """Students from elsewhere live beside the 80-10-10 of the labour migrants: all 40 get in."""
    plan = small.solved(
        _site(small, 16, 12, 30),
        small.group("students"),
        small.fits("students", "short_midstay"),
        _flow(small, "study", "outside", "elsewhere", 40, of="students"),
        _rule(small),
    )
    assert plan.amounts["p"][small.A, 2026, "study", "lodge"] == 40
    assert small.outcome(small.line(plan, "mix", small.A, "own", 2026)) == (16, ">=", 16, "met")


def test_hand_solved_a_region_within_that_of_the_rule_is_the_region(small: Any) -> None:
    """A bus company of all of R is of the region; a coast of A alone is A; a province with C is outside.

    8 + 1 + 1 live there of the 8, 5 and 5 who come.
    """
    rows = [row for row in _site(small, 0, 0, 0) if not getattr(row, "flow_id", None)]
    plan = small.solved(
        rows,
        small.place(small.C),
        small.region("agreement", small.REGION, small.A, small.B),
        small.region("wmo", "coast", small.A),
        small.region("province", "wide", small.A, small.B, small.C),
        _flow(small, "coast", "wmo", "coast", 8),
        _flow(small, "bus", "agreement", small.REGION, 5, weight=Fraction(2)),
        _flow(small, "wide", "province", "wide", 5, weight=Fraction(3)),
        _rule(small),
    )
    assert {key[2]: n for key, n in plan.amounts["p"].items()} == {"coast": 8, "bus": 1, "wide": 1}
    for subject, lhs in {"own": 8, "region": 1, "outside": 1}.items():
        assert small.line(plan, "mix", small.A, subject, 2026).lhs == lhs


def test_binds_and_without_it_more_come_from_afar(small: Any) -> None:
    """Both lines bind at 80 and 10 of 100; without the rule all 30 from outside get in."""
    rows = _site(small, 85, 12, 30)
    plan = small.solved(rows, _rule(small))
    assert small.line(plan, "mix", small.A, "own", 2026).binding
    assert small.line(plan, "mix", small.A, "outside", 2026).binding
    free = small.solved(rows)
    assert free.amounts["p"][small.A, 2026, "far", "lodge"] == 30


def _only_from_afar(small: Any) -> list[Any]:
    """Return 5 households from outside the region, of whom 5 must get a new social dwelling in A."""
    return [
        small.option("home"),
        small.place(small.B),
        small.offer(small.A, "home", 10, 2026),
        small.group("labour_migrants"),
        small.fits("labour_migrants", route="new_build"),
        _flow(small, "far", "outside", "elsewhere", 5),
    ]


def test_broken_input_hard(small: Any) -> None:
    """5 from outside must be housed and nobody else comes: 80 % of 5 is 4 short, 5 - 10 % is 4.5 too many.

    That is 8.5 in all; without the floor of 5 nobody is housed.
    """
    floor = {"form": "floor", "dwellings": 5, "base": "first_lettings"}
    result = small.unsolved(
        _only_from_afar(small),
        small.rule("floor", "vacancy_share", floor, strength="hard"),
        _rule(small),
    )
    found = small.giving(result)
    assert found["workplace_mix"] == 8.5
    assert found["vacancy_share"] == 5
    assert "lettings" not in found


def test_broken_input_soft_and_monitor(small: Any) -> None:
    """As a soft rule all 5 are housed: 4 of 10 short and 4.5 of 10 too many, 10 being what is offered."""
    soft = small.solved(_only_from_afar(small), _rule(small, strength="soft"))
    assert small.line(soft, "mix", small.A, "own", 2026).slack == 4
    assert small.line(soft, "mix", small.A, "outside", 2026).slack == Fraction(9, 2)
    assert soft.measures["rule_violation"] == Fraction(85, 100)
    followed = small.solved(_only_from_afar(small), _rule(small, strength="monitor"))
    assert small.line(followed, "mix", small.A, "own", 2026).verdict == "broken"
    assert followed.measures["rule_violation"] == 0


def test_golden_lp(small: Any, golden: Golden) -> None:
    """Three lines a year for A, where there is a site; with a stay of one year 2027 counts only its own."""
    golden(
        "workplace_mix", small.instance(_site(small, 8, 2, 2, most=9, stay_years=1), _rule(small), years=2)
    )


@settings(max_examples=12, deadline=None)
@given(
    come=st.tuples(st.integers(0, 12), st.integers(0, 4), st.integers(0, 4)),
    most=st.integers(0, 14),
    tenths=st.tuples(st.integers(0, 8), st.integers(0, 4), st.integers(0, 4)),
)
def test_property_as_many_as_the_shares_let_in(
    small: Any, come: tuple[int, int, int], most: int, tenths: tuple[int, int, int]
) -> None:
    """Of all mixes that fit the places and the shares the plan leaves the least weight waiting."""
    own, near, far = (Fraction(tenth, 10) for tenth in tenths)
    rule = small.rule("mix", "workplace_mix", {"own_share": own, "region_share": near, "outside_share": far})
    plan = small.solved(_site(small, *come, most=most), rule)
    fits = [
        (a, b, c)
        for a in range(come[0] + 1)
        for b in range(come[1] + 1)
        for c in range(come[2] + 1)
        if (total := a + b + c) <= most and a >= own * total and b <= near * total and c <= far * total
    ]
    least = min(come[0] - a + 2 * (come[1] - b) + 3 * (come[2] - c) for a, b, c in fits)
    assert plan.measures["unmet_special"] == least
