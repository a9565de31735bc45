"""The family ``own_first``: own municipality first, then those below the regional mean."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import MunicipalityFigure

Golden = Callable[[str, Instance], None]


def _places(small: Any, **pitches: int | None) -> list[Any]:
    """Return municipalities of 10,000 dwellings with pitches, by letter: A=10, B=None."""
    codes = {"A": small.A, "B": small.B, "C": small.C}
    return [
        small.place(codes[letter], dwelling_stock=10_000, pitches=number)
        for letter, number in pitches.items()
    ]


def _pitch(small: Any, asked: int, offered: dict[str, int], own: dict[str, int]) -> list[Any]:
    """Return pitches offered per municipality, what the region needs and the need of municipalities."""
    return [
        small.option("pitch", dwelling_type="caravan", unit="pitch", segment="outside"),
        small.need("pitch", asked),
        [small.offer(code, "pitch", most) for code, most in offered.items()],
        [
            small.need(
                "pitch", number, need_id=f"own-{code}", purpose="municipality", place=code, decides=False
            )
            for code, number in own.items()
        ],
    ]


def _rule(small: Any, *codes: str, strength: str = "hard", **parameters: str) -> list[Any]:
    """Return the rule for the own needs of some municipalities, in region R."""
    needs = "|".join(f"own-{code}" for code in codes)
    filled = {"options": "pitch", "needs": needs, **parameters}
    return small.rule("first", "own_first", filled, purpose="agreement", strength=strength)  # type: ignore[no-any-return]


def test_hand_solved_what_does_not_fit_goes_below_the_mean(small: Any) -> None:
    """A (15 pitches) needs 3 and has room for 1; C (15) needs none; B (6) needs 2. The mean is 12.

    A builds its 1; the other 2 may not go to C, above the mean, so B builds 2 + 2 = 4.
    A is 2 short of its own 3: a violation of 2/3.
    """
    plan = small.solved(
        _places(small, A=15, B=6, C=15),
        _pitch(small, 5, {small.A: 1, small.B: 9, small.C: 9}, {small.A: 3, small.B: 2}),
        _rule(small, small.A, small.B),
    )
    assert plan.completed == {(small.A, 2026, "pitch"): 1, (small.B, 2026, "pitch"): 4}
    assert small.outcome(small.line(plan, "first", small.A, "own", 2026)) == (1, ">=", 3, "broken")
    assert small.outcome(small.line(plan, "first", small.A, "receives", 2026)) == (1, "<=", 3, "met")
    assert small.outcome(small.line(plan, "first", small.C, "receives", 2026)) == (0, "<=", 0, "met")
    assert small.outcome(small.line(plan, "first", small.B, "own", 2026)) == (4, ">=", 2, "met")
    assert not [
        found
        for found in plan.lines
        if (found.requirement.place, found.requirement.subject) == (small.B, "receives")
    ]
    assert plan.measures["rule_violation"] == Fraction(2, 3)


def test_hand_solved_thirteen_in_ten_thousand_is_the_mean(small: Any) -> None:
    """26 pitches at 20,000 dwellings and 13 at 10,000 are both 1.3 per 1,000: neither is below the mean.

    Each has its part, so of the 4 that are needed each builds its own 1, and 2 are short (facts I8).
    """
    plan = small.solved(
        small.place(small.A, dwelling_stock=20_000, pitches=26),
        small.place(small.B, dwelling_stock=10_000, pitches=13),
        _pitch(small, 4, {small.A: 9, small.B: 9}, {small.A: 1, small.B: 1}),
        _rule(small, small.A, small.B),
    )
    assert plan.completed == {(small.A, 2026, "pitch"): 1, (small.B, 2026, "pitch"): 1}
    assert plan.measures["unmet_special"] == 2


def test_hand_solved_own_first_though_another_has_room(small: Any) -> None:
    """2 of A and 1 of B, both below C: though B has room for all, A houses its own 2 and B its 1."""
    plan = small.solved(
        _places(small, A=1, B=1, C=9),
        _pitch(small, 3, {small.A: 9, small.B: 9}, {small.A: 2, small.B: 1}),
        _rule(small, small.A, small.B),
    )
    assert plan.completed == {(small.A, 2026, "pitch"): 2, (small.B, 2026, "pitch"): 1}
    assert plan.measures["rule_violation"] == 0


def test_hand_solved_unknown_figures_and_a_region_in_part(small: Any) -> None:
    """Without figures of A its ``receives`` cannot be tested, and the mean is B's: B has its part.

    In a region of which a municipality lacks, no line can be tested.
    """
    rows = _pitch(small, 4, {small.A: 9, small.B: 9}, {small.A: 1, small.B: 1})
    plan = small.solved(_places(small, A=None, B=5), rows, _rule(small, small.A, small.B))
    assert small.line(plan, "first", small.A, "receives", 2026).verdict == "not_testable"
    assert small.line(plan, "first", small.A, "own", 2026).verdict == "met"
    assert plan.completed == {(small.A, 2026, "pitch"): 3, (small.B, 2026, "pitch"): 1}
    part = small.region("agreement", small.REGION, small.A, small.B, size=3)
    plan = small.solved(_places(small, A=5, B=5), rows, part, _rule(small, small.A, small.B))
    lines = [found for found in plan.lines if found.requirement.family == "own_first"]
    assert {found.verdict for found in lines} == {"not_testable"}


def test_hand_solved_by_other_figures(small: Any) -> None:
    """By a figure of one's own per inhabitant B (4 per 1,000) is above A (2 per 1,000): B takes no more."""
    plan = small.solved(
        [small.place(code, inhabitants=1_000) for code in (small.A, small.B)],
        [
            MunicipalityFigure(municipality_code=code, figure="halls", value=Fraction(number))
            for code, number in ((small.A, 2), (small.B, 4))
        ],
        _pitch(small, 4, {small.A: 9, small.B: 9}, {small.A: 1, small.B: 1}),
        _rule(small, small.A, small.B, stock="halls", per="inhabitants"),
    )
    assert plan.completed == {(small.A, 2026, "pitch"): 3, (small.B, 2026, "pitch"): 1}


def test_binds_and_without_it_more_goes_there(small: Any) -> None:
    """A has its part and takes its own 2, so 5 needed leave 2 short; without the rule A takes 4."""
    rows = [
        _places(small, A=9, B=1),
        _pitch(small, 5, {small.A: 9, small.B: 1}, {small.A: 2, small.B: 1}),
    ]
    plan = small.solved(rows, _rule(small, small.A, small.B))
    found = small.line(plan, "first", small.A, "receives", 2026)
    assert (*small.outcome(found), found.binding) == (2, "<=", 2, "met", True)
    assert plan.measures["unmet_special"] == 2
    free = small.solved(rows)
    assert free.measures["unmet_special"] == 0
    assert small.built(free, small.A, options=["pitch"]) >= 4


def _too_many(small: Any) -> list[Any]:
    """Return A above the mean, where 4 are agreed and its own need is 2."""
    return [
        _places(small, A=9, B=1),
        _pitch(small, 0, {small.A: 9, small.B: 9}, {small.A: 2, small.B: 0}),
        small.committed(small.A, "pitch", 4),
    ]


def test_broken_input_hard(small: Any) -> None:
    """4 agreed where only 2 may come: the agreement gives 2, or the rule does."""
    found = small.giving(small.unsolved(_too_many(small), _rule(small, small.A)))
    assert found == {"own_first": 2, "commitment": 2, "availability": None}


def test_broken_input_soft_and_monitor(small: Any) -> None:
    """As a soft rule 2 too many of 2: a violation of 1; only followed it is told and costs nothing.

    The 4 are no surplus of the region's need of zero: they are agreed.
    """
    soft = small.solved(_too_many(small), _rule(small, small.A, strength="soft"))
    assert small.line(soft, "first", small.A, "receives", 2026).slack == 2
    assert soft.measures["rule_violation"] == 1
    followed = small.solved(_too_many(small), _rule(small, small.A, strength="monitor"))
    assert small.line(followed, "first", small.A, "receives", 2026).verdict == "broken"
    assert followed.measures["rule_violation"] == 0


def test_followed_only_its_own_line_costs_nothing_either(small: Any) -> None:
    """A needs 3 and has room for 1: 2 short. As a soft rule that is 2/3; only followed it is told."""
    rows = [_places(small, A=15, B=6), _pitch(small, 1, {small.A: 1}, {small.A: 3})]
    soft = small.solved(rows, _rule(small, small.A, strength="soft"))
    assert soft.measures["rule_violation"] == Fraction(2, 3)
    followed = small.solved(rows, _rule(small, small.A, strength="monitor"))
    found = small.line(followed, "first", small.A, "own", 2026)
    assert (found.requirement.strength, found.verdict) == ("monitor", "broken")
    assert followed.measures["rule_violation"] == 0


def test_golden_lp(small: Any, golden: Golden) -> None:
    """Two lines for A, which has its part, and one for B; needs add up over two years."""
    made = small.instance(
        _places(small, A=9, B=1),
        _pitch(small, 5, {small.A: 9, small.B: 9}, {small.A: 2, small.B: 1}),
        _rule(small, small.A, small.B),
        years=2,
    )
    golden("own_first", made)


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_property_least_shortfall_then_least_away_from_home(small: Any, data: Any) -> None:
    """Of all plans within the ceilings the one found is least short, then breaks the soft lines least.

    All plans are tried: 0 to 3 pitches in each of three municipalities.
    """
    codes = (small.A, small.B, small.C)
    three = st.lists(st.integers(0, 3), min_size=3, max_size=3)
    pitches, own, most = (data.draw(three, label=name) for name in ("pitches", "own", "most"))
    plan = small.solved(
        _places(small, **dict(zip("ABC", pitches, strict=True))),
        _pitch(
            small,
            sum(own),
            dict(zip(codes, most, strict=True)),
            dict(zip(codes, own, strict=True)),
        ),
        _rule(small, *codes),
        measures=("unmet_special", "rule_violation"),
    )
    mean = Fraction(sum(pitches), 3)
    ceilings = [min(m, o) if p >= mean else m for p, o, m in zip(pitches, own, most, strict=True)]
    asked = sum(own)

    def violation(built: tuple[int, ...]) -> tuple[int, Fraction]:
        away = sum(Fraction(max(0, o - n), max(1, o)) for o, n in zip(own, built, strict=True))
        # One more than the need is no surplus yet.
        surplus = Fraction(max(0, sum(built) - asked - 1), asked + 1)
        return max(0, asked - sum(built)), away + surplus

    best = min(violation(built) for built in product(*(range(n + 1) for n in ceilings)))
    assert (plan.measures["unmet_special"], plan.measures["rule_violation"]) == best
