"""Conflicts that are seen without solving: which lines, and by how much, worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.tables import Neighbourhood
from thuisplan.model.conflicts import Conflict, conflicts
from thuisplan.model.problem import Problem

A, B = "GM0001", "GM0002"


def _seen(small: Any, *rows: Any, **values: Any) -> tuple[Problem, tuple[Conflict, ...]]:
    problem = small.build(small.instance(*rows, **values))
    return problem, conflicts(problem)


def _told(small: Any, *rows: Any, **values: Any) -> list[tuple[set[str], Fraction]]:
    """Return, per conflict, the rules in it and what is missing."""
    problem, found = _seen(small, *rows, **values)
    return [
        ({problem.requirements[part.requirement].rule_id for part in one.lines}, one.short) for one in found
    ]


def test_nothing_is_told_of_what_can_be_built(small: Any) -> None:
    """Four agreed, five offered, room for four: there is a plan."""
    rows = [
        small.option("home"),
        small.offer(A, "home", 5),
        small.committed(A, "home", 4),
        small.need("home", 1),
    ]
    assert _told(small, *rows, small.capacity(A, 4)) == []


def test_two_things_that_cannot_be_are_told_apart(small: Any) -> None:
    """12 agreed: 2 above the offer of 10, 4 above the capacity of 8; mending one leaves the other."""
    rows = [
        small.option("home"),
        small.offer(A, "home", 10),
        small.committed(A, "home", 12),
        small.need("home", 1),
    ]
    assert _told(small, *rows, small.capacity(A, 8)) == [
        ({"availability", "commitment"}, 2),
        ({"capacity", "commitment"}, 4),
    ]


def test_every_line_is_named_with_its_number(small: Any) -> None:
    """80 + 40 agreed = 120 in a capacity of 95: 25 too many."""
    problem, [found] = _seen(
        small,
        [small.option("home"), small.middle("mid"), small.need("home", 1)],
        [small.offer(A, "home", 100), small.offer(A, "mid", 100), small.capacity(A, 95)],
        [small.committed(A, "home", 80), small.committed(A, "mid", 40)],
    )
    names = [problem.requirements[part.requirement].name for part in found.lines]
    assert names == [
        "capacity[GM0001,all,2026]",
        "commitment[GM0001,home,2026]",
        "commitment[GM0001,mid,2026]",
    ]
    assert [part.amount for part in found.lines] == [95, 80, 40]
    assert [part.weight for part in found.lines] == [1, 1, 1]
    assert found.short == 25


def test_limits_of_years_and_places_add_up(small: Any) -> None:
    """Two places, two years, room for 3 a year each: 12 of the 13 that the region must build."""
    rows = [
        small.option("home"),
        small.need("home", 1),
        [(small.offer(place, "home", 9), small.capacity(place, 3)) for place in (A, B)],
    ]
    target = {"of_options": "home", "dwellings": 13, "periods": "horizon"}
    asked = small.rule("target", "feature_target", target, purpose="agreement", strength="hard")
    assert _told(small, *rows, asked, years=2) == [({"target", "capacity"}, 1)]


def test_the_smallest_of_nested_limits_counts(small: Any) -> None:
    """Room for 5 and then 1, plans for 8: at most 5 + 1 = 6 of the 7 asked, whatever the plans offer."""
    rows = [small.option("home"), small.need("home", 1), small.offer(A, "home", 9), small.plan(A, 8)]
    rooms = [small.capacity(A, 5, year=2026), small.capacity(A, 1, year=2027)]
    least = small.rule("least", "minimum_contribution", {"options": "home", "dwellings": 7})
    assert _told(small, *rows, rooms, least, years=2) == [({"least", "capacity"}, 1)]


def test_what_is_agreed_takes_room_from_what_is_asked(small: Any) -> None:
    """30 % social beside 6 agreed market dwellings in a capacity of 8: 2 of 8 is 0.4 short of 2.4."""
    rows = [
        [small.option("home"), small.market("free"), small.need("home", 1), small.capacity(A, 8)],
        [small.offer(A, "home", 9), small.offer(A, "free", 9), small.committed(A, "free", 6)],
        small.rule("social", "social_share", {"side": "all", "share": "30 %"}),
    ]
    assert _told(small, *rows) == [({"social", "commitment", "capacity"}, Fraction(2, 5))]


def test_a_cap_below_a_floor(small: Any) -> None:
    """20 homes are vacated, all designated: at least 30 % and at most 20 % to the groups misses 6 - 4 = 2."""
    rows = [
        [small.vacating(A, 20, designated_share=Fraction(1)), small.group("homeless")],
        [small.flow("homeless", 50), small.fits("homeless"), small.option("home"), small.offer(A, "home", 0)],
        small.rule("floor", "vacancy_share", {"form": "floor", "share": "30 %"}, strength="hard"),
        small.rule("cap", "vacancy_share", {"form": "cap", "share": "20 %"}, strength="hard"),
    ]
    assert _told(small, *rows) == [({"floor", "cap"}, 2)]


def test_a_date_that_comes_too_early(small: Any) -> None:
    """The option comes in 2028, the contribution of 5 is due in 2027: all 5 are missing."""
    rows = [small.option("home", first_year=2028), small.offer(A, "home", 9), small.need("home", 1)]
    due = small.rule("due", "minimum_contribution", {"options": "home", "dwellings": 5, "by_year": 2027})
    assert _told(small, *rows, due, years=3) == [({"due"}, 5)]


# --- projects -------------------------------------------------------------------------


def test_a_project_that_does_not_fit(small: Any) -> None:
    """Projects of 12, room for 10, one asked: nothing can be built. Projects of 10 fit."""

    def told(size: int) -> list[tuple[set[str], Fraction]]:
        return _told(
            small,
            [small.option("care", minimum_project=size), small.offer(A, "care", 20), small.need("care", 1)],
            [
                small.capacity(A, 10),
                small.rule("one", "minimum_contribution", {"options": "care", "dwellings": 1}),
            ],
        )

    assert told(12) == [({"one", "project_size", "capacity"}, 1)]
    assert told(10) == []


def test_projects_are_left_out_where_they_are_not_needed(small: Any) -> None:
    """11 asked in a room for 10: that is told without the size of projects."""
    rows = [small.option("care", minimum_project=12), small.offer(A, "care", 20), small.need("care", 1)]
    least = small.rule("least", "minimum_contribution", {"options": "care", "dwellings": 11})
    assert _told(small, *rows, small.capacity(A, 10), least) == [({"least", "capacity"}, 1)]


# --- running totals -------------------------------------------------------------------


def test_of_a_running_total_the_first_and_the_worst_year_are_told(small: Any) -> None:
    """Plans of 5 in 2026 only; 6, 1 and 4 agreed: 1, 2 and 6 too many. 2027 says nothing new."""
    rows = [small.option("home"), small.offer(A, "home", 9), small.need("home", 1), small.plan(A, 5)]
    agreed = [small.committed(A, "home", n, year) for year, n in ((2026, 6), (2027, 1), (2028, 4))]
    problem, found = _seen(small, rows, agreed, years=3)
    told = [(problem.requirements[one.line.requirement].period, one.short) for one in found]
    assert told == [("2026", 1), ("2028", 6)]


# --- money ----------------------------------------------------------------------------


def _care(small: Any, cost: int, agreed: int, year: int = 2026) -> list[Any]:
    return [
        small.option("care", extra_cost_eur=cost),
        small.offer(A, "care", 9),
        small.need("care", 1),
        small.committed(A, "care", agreed, year),
    ]


def test_what_no_window_pays(small: Any) -> None:
    """3 agreed for 2027, while the only pot pays what is completed up to 2026."""
    state = small.pot("state", "extra_cost", {2026: 99_000}, finish_to=2026)
    problem, [found] = _seen(small, _care(small, 1000, 3, 2027), state, years=2)
    assert [problem.requirements[part.requirement].rule_id for part in found.lines] == ["commitment"]
    assert found.definitions == ("paid[extra_cost,GM0001,2027,care]",)


def test_a_pot_that_pays_half_leaves_the_other_half(small: Any) -> None:
    """4 of 1,000 euros; the state pays half at most. The own pot has 1,900 for the other 2,000."""
    state = small.pot("state", "extra_cost", {2026: 99_000}, max_share=Fraction(1, 2))
    own = {money: small.pot("own", "extra_cost", {2026: money}) for money in (1900, 2000)}
    assert _told(small, _care(small, 1000, 4), state, own[1900]) == [
        ({"extra_cost", "commitment"}, Fraction(1, 10))
    ]
    assert _told(small, _care(small, 1000, 4), state, own[2000]) == []


def test_an_account_pays_later_and_other_pots_do_not(small: Any) -> None:
    """1,000 in each of two years against 1,500 in the second: enough with an account, 500 short without."""
    budget = {2026: 1000, 2027: 1000}
    account = small.pot("p", "extra_cost", budget, carry_over=True)
    assert _told(small, _care(small, 1500, 1, 2027), account, years=2) == []
    yearly = small.pot("p", "extra_cost", budget)
    assert _told(small, _care(small, 1500, 1, 2027), yearly, years=2) == [
        ({"extra_cost", "commitment"}, Fraction(1, 2))
    ]


def test_a_contribution_that_money_cannot_pay(small: Any) -> None:
    """5 asked at 1,000 euros: the pots of both years hold 2,000 each, which pays 4."""
    rows = [small.option("care", extra_cost_eur=1000), small.offer(A, "care", 9), small.need("care", 1)]
    pot = small.pot("p", "extra_cost", {2026: 2000, 2027: 2000})
    least = small.rule("least", "minimum_contribution", {"options": "care", "dwellings": 5})
    assert _told(small, rows, pot, least, years=2) == [({"least", "extra_cost"}, 1)]


# --- neighbourhoods -------------------------------------------------------------------


@pytest.mark.parametrize(("most", "short"), [(0, 3), (2, 1), (3, 0), (None, 0)])
def test_neighbourhoods_hold_together_what_is_agreed(small: Any, most: int | None, short: int) -> None:
    """Four special dwellings; South takes one and North the other three, or fewer."""
    rows = [
        [small.option("care"), small.offer(A, "care", 9), small.committed(A, "care", 4)],
        small.need("care", 1, need_class="special"),
        Neighbourhood(municipality_code=A, neighbourhood="North", max_special=most),
        Neighbourhood(municipality_code=A, neighbourhood="South", max_special=1),
    ]
    expected = [({"neighbourhood", "commitment"}, Fraction(short))] if short else []
    assert _told(small, rows) == expected


def test_only_neighbourhoods_that_take_an_option_count(small: Any) -> None:
    """North has no limit, but takes no care dwellings; South takes one of the two that are agreed."""
    rows = [
        [
            small.option("care"),
            small.option("room"),
            small.offer(A, "care", 9),
            small.committed(A, "care", 2),
        ],
        [small.need(name, 1, need_class="special") for name in ("care", "room")],
        Neighbourhood(municipality_code=A, neighbourhood="North", options=("room",)),
        Neighbourhood(municipality_code=A, neighbourhood="South", max_special=1),
    ]
    assert _told(small, rows) == [({"neighbourhood", "commitment"}, 1)]


# --- what makes no conflict -----------------------------------------------------------


@pytest.mark.parametrize("strength", ["soft", "monitor"])
def test_lines_that_are_not_hard_make_no_conflict(small: Any, strength: str) -> None:
    rows = [small.option("home"), small.offer(A, "home", 1), small.need("home", 9)]
    least = small.rule(
        "least", "minimum_contribution", {"options": "home", "dwellings": 5}, strength=strength
    )
    assert _told(small, rows, least) == []


def test_the_order_of_the_input_does_not_matter(small: Any) -> None:
    """The same conflicts in the same order, whichever way the rows are given."""
    rows = [
        *[small.option("home"), small.middle("mid"), small.need("home", 1)],
        *[small.offer(place, what, 5) for place in (A, B) for what in ("home", "mid")],
        *[small.committed(place, "home", 6) for place in (A, B)],
        *[small.capacity(place, 4) for place in (A, B)],
    ]
    assert _told(small, rows) == _told(small, list(reversed(rows)))
    assert len(_told(small, rows)) == 4
