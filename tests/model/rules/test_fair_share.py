"""The family ``fair_share``: each municipality delivers its share of the task, on its growth path."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import Key, KeyShare, Turnover

Golden = Callable[[str, Instance], None]


MEASURES = ("unmet_special", "rule_violation", "fair_share_max", "fair_share_mean", "deficit")
FIGURES = {"A": (100, 3), "B": (300, 1)}
"""Inhabitants and vacancies: by inhabitants A has 1/4 and B 3/4, by vacancies A has 3/4 and B 1/4."""


def _solved(small: Any, *rows: Any, **values: Any) -> Any:
    return small.solved(*rows, measures=MEASURES, **values)


def _key(small: Any, first: Fraction) -> list[Any]:
    """Return a key of given shares: ``first`` for A, the rest for B."""
    return [
        Key(key_id="k", basis="shares"),
        KeyShare(key_id="k", municipality_code=small.A, share=first),
        KeyShare(key_id="k", municipality_code=small.B, share=1 - first),
    ]


def _path(small: Any) -> list[Any]:
    """Return a key by inhabitants, on its way from vacancies in 2025 to 2027."""
    places = [
        small.place(code, inhabitants=people, vacancies_per_year=vacancies)
        for code, (people, vacancies) in zip((small.A, small.B), FIGURES.values(), strict=True)
    ]
    path = dict(start_basis="vacancies_per_year", path_first_year=2025, path_last_year=2027)
    return [*places, Key(key_id="k", basis="inhabitants", **path)]


def _rule(small: Any, strength: str | None = None, **parameters: object) -> list[Any]:
    filled = {"key": "k", "options": "home", "dead_band_dwellings": 0, **parameters}
    return small.rule("fair", "fair_share", filled, strength=strength)


def _rows(small: Any, asked: int, first: int = 9, second: int = 9) -> list[Any]:
    """Return homes offered in A and B, and a need a year in their region."""
    return [
        small.option("home"),
        small.offer(small.A, "home", first),
        small.offer(small.B, "home", second),
        small.need("home", asked),
    ]


def test_hand_solved_two_thirds_and_one_third(small: Any) -> None:
    """A task of 9 with shares 2/3 and 1/3 is 6 and 3, exactly."""
    plan = _solved(small, _rows(small, 9), _key(small, Fraction(2, 3)), _rule(small))
    assert plan.completed == {(small.A, 2026, "home"): 6, (small.B, 2026, "home"): 3}
    for subject, sense in (("most", "<="), ("least", ">=")):
        assert small.outcome(small.line(plan, "fair", small.A, subject, 2026)) == (6, sense, 6, "met")
    assert plan.measures["fair_share_max"] == 0


def test_hand_solved_growth_path_divides_each_increment(small: Any) -> None:
    """8 a year. Halfway in 2026 A has 1/2 (between 3/4 and 1/4), in 2027 1/4: G = 4, then 4 + 2 = 6.

    A quarter of the total of 16 would be 4: that would punish who followed the path.
    """
    plan = _solved(small, _rows(small, 8), _path(small), _rule(small, checkpoint_every=1), years=2)
    rhs = [small.line(plan, "fair", small.A, "most", year).rhs for year in (2026, 2027)]
    assert rhs == [4, 6]
    assert [small.line(plan, "fair", small.B, "most", year).rhs for year in (2026, 2027)] == [4, 10]
    assert small.built(plan, small.A, options=["home"]) == 6
    assert plan.measures["fair_share_max"] == 0


def test_hand_solved_checkpoints(small: Any) -> None:
    """Seven years, tested every third: 2028, 2031, the last of the path (2027) and the last (2032)."""
    made = small.instance(_rows(small, 8), _path(small), _rule(small), years=7)
    found = {one.period for one in small.build(made).requirements if one.family == "fair_share"}
    assert found == {"2027", "2028", "2031", "2032"}


def test_hand_solved_dead_band(small: Any) -> None:
    """A tenth and 1 dwelling around a task of 10 each: from 0.9 x 10 - 1 = 8 to 1.1 x 10 + 1 = 12."""
    band = _rule(small, dead_band_share="0.1", dead_band_dwellings=1)
    plan = _solved(small, _rows(small, 20, 20, 8), _key(small, Fraction(1, 2)), band)
    assert plan.completed == {(small.A, 2026, "home"): 12, (small.B, 2026, "home"): 8}
    assert small.line(plan, "fair", small.A, "most", 2026).rhs == 12
    assert small.line(plan, "fair", small.A, "least", 2026).rhs == 8
    assert plan.measures["fair_share_max"] == 0


def test_hand_solved_of_what_is_delivered(small: Any) -> None:
    """4 in A and 1 in B of a task of 9: shares 2/3 and 1/3 of the 5 delivered are 10/3 and 5/3.

    2/3 too much in A and too little in B, against the full task of 6 and 3: at most 2/9.
    """
    plan = _solved(small, _rows(small, 9, 4, 1), _key(small, Fraction(2, 3)), _rule(small, basis="delivered"))
    assert small.outcome(small.line(plan, "fair", small.A, "most", 2026)) == (
        4,
        "<=",
        Fraction(10, 3),
        "broken",
    )
    assert small.outcome(small.line(plan, "fair", small.B, "least", 2026)) == (
        1,
        ">=",
        Fraction(5, 3),
        "broken",
    )
    assert plan.measures["fair_share_max"] == Fraction(2, 9)


def test_binds_and_without_it_the_cheapest_place_builds_all(small: Any) -> None:
    """Homes in B have a deficit of 1,000 euros: with the rule B builds its 3, without it A builds all 9."""
    rows = [
        small.option("cheap", need_category="home"),
        small.option("dear", need_category="home", deficit_eur=1000),
        small.offer(small.A, "cheap", 9),
        small.offer(small.B, "dear", 9),
        small.need("home", 9),
        small.pot("p", "deficit", carries_rest=True),
        _key(small, Fraction(2, 3)),
    ]
    plan = _solved(small, rows, _rule(small, options="cheap|dear"))
    assert plan.measures["deficit"] == 3
    assert small.line(plan, "fair", small.B, "least", 2026).binding
    assert _solved(small, rows, _rule(small, "monitor", options="cheap|dear")).measures["deficit"] == 0


def test_broken_input_soft(small: Any) -> None:
    """B can build 1 of its 3, and the need of 9 comes first, so A builds 8 of 6: 2 too little and 2 too much.

    Largest deviation 2/3, of B; mean of 2/6 and 2/3 over two municipalities: 1/2.
    """
    plan = _solved(small, _rows(small, 9, 9, 1), _key(small, Fraction(2, 3)), _rule(small))
    assert small.line(plan, "fair", small.A, "most", 2026).slack == 2
    assert small.line(plan, "fair", small.B, "least", 2026).slack == 2
    assert plan.measures["fair_share_max"] == Fraction(2, 3)
    assert plan.measures["fair_share_mean"] == Fraction(1, 2)
    assert plan.measures["rule_violation"] == 0


def test_broken_input_hard(small: Any) -> None:
    """As a hard rule B must build 3 and is offered 1: either gives 2. A may leave the need of 9 open."""
    rows = _rows(small, 9, 9, 1), _key(small, Fraction(2, 3)), _rule(small, "hard")
    found = small.giving(small.unsolved(rows, measures=MEASURES))
    assert found == {"fair_share": 2, "availability": 2}


def test_broken_input_region_in_part_cannot_be_tested(small: Any) -> None:
    """A region of which a municipality is missing has shares of another whole: reported, not imposed."""
    part = small.region("agreement", "R", small.A, small.B, size=3)
    plan = _solved(small, _rows(small, 9, 9, 1), part, _key(small, Fraction(2, 3)), _rule(small))
    verdicts = {one.verdict for one in plan.lines if one.requirement.family == "fair_share"}
    assert verdicts == {"not_testable"}
    assert plan.measures["fair_share_max"] == 0


def test_golden_lp(small: Any, golden: Golden) -> None:
    """Two rows per municipality and checkpoint on a path, their slack in the mean, and the largest of it."""
    golden(
        "fair_share", small.instance(_rows(small, 8), _path(small), _rule(small, checkpoint_every=1), years=2)
    )


@settings(max_examples=12, deadline=None)
@given(
    asked=st.integers(0, 12),
    numbers=st.lists(st.integers(0, 12), min_size=6, max_size=6),
    band=st.fractions(0, 1, max_denominator=9),
    room=st.integers(0, 3),
)
def test_property_targets_follow_the_path(
    small: Any, asked: int, numbers: list[int], band: Fraction, room: int
) -> None:
    """Targets grow by share x the task of the year and add up to the task; deviations are plain sums."""
    rule = _rule(small, checkpoint_every=1, dead_band_share=band, dead_band_dwellings=room)
    made = small.instance(_rows(small, asked), _path(small), rule, years=3)
    problem = small.build(made)
    years = (2026, 2027, 2028)
    cells = [(code, year, "home") for code in (small.A, small.B) for year in years]
    completed = dict(zip(cells, numbers, strict=True))
    found = {
        (one.requirement.place, one.requirement.subject, int(one.requirement.period)): one
        for one in small.evaluate(made, problem, small.values_of(problem, completed))
        if one.requirement.family == "fair_share"
    }
    # On the path from 3/4 in 2025 to 1/4 in 2027, and that of B the other way round.
    shares = {small.A: (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))}
    shares[small.B] = tuple(1 - share for share in shares[small.A])
    for code in (small.A, small.B):
        target, total = Fraction(0), 0
        for share, year in zip(shares[code], years, strict=True):
            target += share * asked
            total += completed[code, year, "home"]
            assert found[code, "most", year].margin == (1 + band) * target + room - total
            assert found[code, "least", year].margin == total - (1 - band) * target + room


def _urgent(small: Any, *vacated: int, come: int = 9, wait: int = 0) -> list[Any]:
    """Return urgent households of R, and what is vacated in A and B."""
    return [
        [small.vacating(code, number) for code, number in zip((small.A, small.B), vacated, strict=True)],
        small.group("homeless"),
        small.fits("homeless"),
        small.flow("urgent", come, waiting_at_start=wait),
    ]


def test_hand_solved_lettings_by_the_key(small: Any) -> None:
    """Track 2: 9 come, A has two thirds and may be 1 off: at least 5 in A, at most 4 in B, though B has 9."""
    rule = small.rule("fair", "fair_share", {"key": "k", "flows": "urgent"}, track=2)
    plan = _solved(small, _urgent(small, 9, 9), _key(small, Fraction(2, 3)), rule)
    assert 5 <= plan.amounts["a"][small.A, 2026, "urgent"] <= 7
    assert small.line(plan, "fair", small.A, "least", 2026).rhs == 5
    assert small.line(plan, "fair", small.B, "most", 2026).rhs == 4
    assert plan.measures["fair_share_max"] == 0


def test_hand_solved_lettings_and_those_who_wait(small: Any) -> None:
    """Who waits at the start is part of the task: 3 + 9 households, a third of which is 4 in B."""
    rule = small.rule("fair", "fair_share", {"key": "k", "flows": "urgent"}, track=2)
    plan = _solved(small, _urgent(small, 9, 1, wait=3), _key(small, Fraction(2, 3)), rule)
    # Of 4 less 1 in B only 1 is vacated: 2 short of the 3, a half of the task of 4.
    found = small.line(plan, "fair", small.B, "least", 2026)
    assert (found.lhs, found.rhs, found.slack) == (1, 3, 2)
    assert plan.measures["fair_share_max"] == Fraction(1, 2)


def test_hand_solved_lettings_of_what_is_let(small: Any) -> None:
    """By what is delivered: 6 vacated in A and none in B are 6 let; a third of that is 2, less 1: 1 short."""
    parameters = {"key": "k", "flows": "urgent", "basis": "delivered"}
    rule = small.rule("fair", "fair_share", parameters, track=2)
    plan = _solved(small, _urgent(small, 6, 0), _key(small, Fraction(2, 3)), rule)
    assert small.line(plan, "fair", small.B, "least", 2026).slack == 1


def test_hand_solved_who_comes_back_is_counted_once(small: Any) -> None:
    """3 live in rooms of A in 2026, which are gone in 2027: they are back, and B houses them for good.

    A has 3 in 2026 and none in 2027, B none and 3. By half of the task of 3 each should have 3/2, 1 more or
    less: both 1/2 too far off at the end. Lettings alone would be 3 and 3, of a task of 3.
    """
    rule = small.rule("fair", "fair_share", {"key": "k", "flows": "urgent", "checkpoint_every": 1}, track=2)
    rows = [
        small.option("room", dwelling_type="room", service_life_years=1),
        small.offer(small.A, "room", 3, 2026),
        small.place(small.B, vacancies_per_year=3),
        Turnover(municipality_code=small.B, from_year=2027),
        small.group("homeless"), small.fits("homeless"), small.fits("homeless", "room"),
        small.flow("urgent", 3, to_year=2026),
    ]  # fmt: skip
    plan = _solved(small, rows, _key(small, Fraction(1, 2)), rule, years=2)
    assert plan.amounts["p"] == {(small.A, 2026, "urgent", "room"): 3}
    assert plan.amounts["a"] == {(small.B, 2027, "urgent"): 3}
    for code, housed in ((small.A, [3, 0]), (small.B, [0, 3])):
        assert [small.line(plan, "fair", code, "most", year).lhs for year in (2026, 2027)] == housed
    assert small.line(plan, "fair", small.A, "least", 2027).slack == Fraction(1, 2)


def test_hand_solved_a_path_from_the_lettings_of_today(small: Any) -> None:
    """Today A lets 30 of 40, by inhabitants it should 1 of 4: halfway the path that is a half."""
    places = [
        small.place(code, inhabitants=people, urgent_lettings_today=lettings)
        for code, people, lettings in ((small.A, 100, 30), (small.B, 300, 10))
    ]
    path = dict(start_basis="urgent_lettings_today", path_first_year=2025, path_last_year=2027)
    made = small.instance(places, Key(key_id="k", basis="inhabitants", **path), _rows(small, 8))
    assert made.shares["k"] == {(small.A, 2026): Fraction(1, 2), (small.B, 2026): Fraction(1, 2)}
