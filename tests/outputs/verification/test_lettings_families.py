"""The families about people and places hold where the arithmetic says so, and no further.

The input is that of the folder ``people``. A has 100 social dwellings of which a tenth is vacated each year,
four fifths of them designated; the stock of B is unknown, and 5 are vacated there. People without a home
(``hl``) come from region R and may be let what is vacated in both, and places of ``flex``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.outputs.verification import FAMILIES
from thuisplan.outputs.verification.amounts import Amounts
from thuisplan.outputs.verification.line import Line
from thuisplan.outputs.verification.tables import Rule, Tables

A, B = "GM0001", "GM0002"
Make = Callable[..., Tables]
People = dict[str, str]
Key = tuple[str, str, str]


def _rule(family: str, purpose: str = "municipality", place: str | None = None, **parameters: str) -> Rule:
    years = {"valid_from": 2026, "valid_to": 2035}
    return Rule("r", family, 1, purpose, place, "hard", Fraction(1), **years, status="act", source=None,
                parameters=parameters)  # fmt: skip


def _lines(tables: Tables, rule: Rule) -> dict[Key, Line]:
    found = list(FAMILIES[rule.family](tables, rule))
    by_key = {(line.place, line.subject, line.period): line for line in found}
    assert len(by_key) == len(found)
    return by_key


def _sides(line: Line) -> tuple[Any, str, Any, str]:
    return line.lhs, line.operator, line.rhs, line.verdict


# --- lettings -----------------------------------------------------------------------


@pytest.mark.parametrize(("let", "verdict"), [(8, "met"), (9, "broken")])
def test_no_more_than_what_is_vacated_and_designated(make_people: Make, let: int, verdict: str) -> None:
    """A tenth of 100 is 10, of which four fifths are 8; in B all 5 of its own figure."""
    lines = _lines(make_people(amounts=Amounts(vacated={("hl", A, 2026): let})), _rule("lettings"))
    assert _sides(lines[A, "vacated", "2026"]) == (let, "<=", 8, verdict)
    assert lines[A, "vacated", "2026"].reference == 8
    assert _sides(lines[B, "vacated", "2026"]) == (0, "<=", 5, "met")


def test_what_is_built_vacates_later_and_moving_on_sets_free(make_people: Make) -> None:
    """5 rent and 2 lost make 103, a tenth is 10.3; half of the 5 residents leave one a year later: 12.8."""
    through = """
        option,municipality_code,take_up,lag_years
        rent,GM0001,1/2,1
        rent,GM0002,1/2,1"""
    lost = """
        municipality_code,from_year,to_year,dwellings_lost,social_lost,mid_lost
        GM0001,2026,2026,2,2,0"""
    tables = make_people({(A, 2026, "rent"): 5}, flow_through=through, stock_changes=lost)
    lines = _lines(tables, _rule("lettings"))
    assert lines[A, "vacated", "2026"].rhs == 8
    assert lines[A, "vacated", "2027"].rhs == Fraction(128, 10) * Fraction(4, 5)


@pytest.mark.parametrize(("let", "verdict"), [(5, "met"), (6, "broken")])
def test_large_families_fit_in_large_dwellings(
    make_people: Make, let: int, verdict: str, people: People
) -> None:
    """Half of them need one, a quarter of the 10 that are vacated is large: 2.5, designated or not."""
    turnover = people["turnover"].replace("4/5,", "4/5,1/4")
    lines = _lines(
        make_people(turnover=turnover, amounts=Amounts(vacated={("hl", A, 2026): let})), _rule("lettings")
    )
    assert _sides(lines[A, "large", "2026"]) == (Fraction(let, 2), "<=", Fraction(5, 2), verdict)
    assert lines[A, "large", "2026"].reference == 2  # a quarter of 8
    assert (B, "large", "2026") not in lines


@pytest.mark.parametrize(("let", "verdict"), [(4, "met"), (5, "broken")])
def test_only_a_part_of_what_is_vacated_fits(
    make_people: Make, let: int, verdict: str, people: People
) -> None:
    """Half of 8 is 4. Where nothing fits there is no line, and none may be let."""
    fits = people["suitability"].replace(
        "homeless,social_regular,,GM0001,,1", "homeless,social_regular,,GM0001,,1/2"
    )
    fits = fits.replace("homeless,social_regular,,GM0002,,1", "homeless,social_regular,,GM0002,,0")
    tables = make_people(suitability=fits, amounts=Amounts(vacated={("hl", A, 2026): let}))
    lines = _lines(tables, _rule("lettings"))
    assert _sides(lines[A, "fit:hl", "2026"]) == (let, "<=", 4, verdict)
    assert (B, "vacated", "2026") not in lines
    assert not tables.housed.may_vacated("hl", B, 2026)


@pytest.mark.parametrize(("stay", "lhs", "verdict"), [("1", 3, "met"), ("2", 6, "broken"), ("", 6, "broken")])
def test_a_place_is_free_again_after_a_stay(
    make_people: Make, stay: str, lhs: int, verdict: str, people: People
) -> None:
    """3 flex dwellings house 3 in 2026 and 3 others in 2027, if a stay is a year; else both live there."""
    fits = people["suitability"].replace("short_midstay,,GM0001,1", f"short_midstay,,GM0001,{stay}")
    placed = {("hl", A, 2026, "flex"): 3, ("hl", A, 2027, "flex"): 3}
    tables = make_people({(A, 2026, "flex"): 3}, suitability=fits, amounts=Amounts(placed=placed))
    lines = _lines(tables, _rule("lettings"))
    assert _sides(lines[A, "flex", "2026"]) == (3, "<=", 3, "met")
    assert _sides(lines[A, "flex", "2027"]) == (lhs, "<=", 3, verdict)


def test_a_part_of_the_places_fits(make_people: Make, people: People) -> None:
    """A third of 3 flex dwellings is 1: the second household does not fit, though there is room."""
    fits = people["suitability"].replace("short_midstay,,GM0001,1,1", "short_midstay,,GM0001,1,1/3")
    tables = make_people(
        {(A, 2026, "flex"): 3}, suitability=fits, amounts=Amounts(placed={("hl", A, 2026, "flex"): 2})
    )
    lines = _lines(tables, _rule("lettings"))
    assert _sides(lines[A, "flex", "2026"]) == (2, "<=", 3, "met")
    assert _sides(lines[A, "fit:hl:flex", "2026"]) == (2, "<=", 1, "broken")


def test_a_row_with_a_route_and_the_rent_decide_what_fits(make_people: Make, people: People) -> None:
    """Students cannot pay for rent above the first cap; a row with the route beats a row without one."""
    fits = (
        people["suitability"]
        + """
        students,social_regular,,GM0001,,1,yes
        students,short_midstay,,GM0001,,1,yes
        students,short_midstay,flex,GM0001,,0,yes
        homeless,care_suitable,,GM0001,,1,yes"""
    )
    flows = (
        people["flows"]
        + """
        st,students,municipality,GM0001,,,2026,1,0,1,soft"""
    )
    housed = make_people(suitability=fits, flows=flows).housed
    assert {key for key in housed.fits if key[0] == "st"} == set()
    assert housed.may_vacated("st", A, 2026)
    assert not housed.may_vacated("st", B, 2026)
    assert {key for key in housed.fits if key[0] == "hl"} == {
        ("hl", A, "flex"), ("hl", B, "flex"), ("hl", A, "care"), ("hl", A, "rent"),
    }  # fmt: skip


# --- waiting lists and stays ---------------------------------------------------------


@pytest.mark.parametrize(("let", "verdict", "slack"), [(3, "met", 0), (2, "broken", 1)])
def test_who_came_is_housed_or_waits(make_people: Make, let: int, verdict: str, slack: int) -> None:
    """2 + 4 = 6 until 2026; 6 + 3 = 9 until 2027. 6 were housed, 1 of them came back and is housed again."""
    amounts = Amounts(
        vacated={("hl", A, 2026): 5, ("hl", B, 2027): let + 1}, placed={("hl", A, 2026, "flex"): 1}
    )
    lines = _lines(make_people(amounts=amounts), _rule("waiting_list"))
    assert _sides(lines["R", "hl", "2026"]) == (6, ">=", 6, "met")
    assert _sides(lines["R", "hl", "2027"]) == (6 + let, ">=", 9, verdict)
    one = lines["R", "hl", "2027"]
    assert (one.purpose, one.strength, one.slack, one.reference) == ("agreement", "soft", slack, 9)
    assert (one.unmet, one.unmet_weight) == ("special", Fraction(3, 2))


@pytest.mark.parametrize(("let", "verdict"), [(2, "met"), (1, "broken")])
def test_whose_stay_ends_is_housed_for_good(make_people: Make, let: int, verdict: str) -> None:
    """2 had a place for a year in 2026; in 2027 as many must get a dwelling, and another place is none."""
    amounts = Amounts(
        placed={("hl", A, 2026, "flex"): 2, ("hl", B, 2027, "flex"): 3}, vacated={("hl", B, 2027): let}
    )
    lines = _lines(make_people(amounts=amounts), _rule("follow_up"))
    assert set(lines) == {("R", "hl", "2027")}
    assert _sides(lines["R", "hl", "2027"]) == (let, ">=", 2, verdict)


def test_who_does_not_come_back_needs_no_dwelling(make_people: Make, people: People) -> None:
    """Without a return after the stay there is nothing to follow up."""
    fits = people["suitability"].replace("midstay,,GM0001,1,1,yes", "midstay,,GM0001,1,1,no")
    fits = fits.replace("midstay,,GM0002,1,1,yes", "midstay,,GM0002,1,1,no")
    assert _lines(make_people(suitability=fits), _rule("follow_up")) == {}


# --- permit holders -------------------------------------------------------------------


@pytest.mark.parametrize(("let", "verdict"), [(3, "met"), (2, "broken")])
def test_the_task_is_in_persons_with_its_backlog(
    make_people: Make, let: int, verdict: str, people: People
) -> None:
    """A backlog of 1 from the year before, 3 + 2 in two half-years make 6: 3 households of 2."""
    tables = make_people(
        permit_tasks=people["permit_tasks"], amounts=Amounts(vacated={("permit_holders", A, 2026): let})
    )
    lines = _lines(tables, _rule("permit_holders", "agreement", swap="no", swap_share="1"))
    assert _sides(lines[A, "task", "2026"]) == (2 * let, ">=", 6, verdict)
    assert _sides(lines[A, "task", "2027"]) == (2 * let, ">=", 10, "broken")
    assert _sides(lines[B, "task", "2026"]) == (0, ">=", 0, "met")
    assert {line.unit for line in lines.values()} == {"persons"}
    # of 4 persons that lack, 2 households wait
    assert lines[A, "task", "2027"].slack * lines[A, "task", "2027"].unmet_weight == (
        10 - 2 * let
    ) / Fraction(2)


def test_swaps_move_the_task(make_people: Make, people: People) -> None:
    """By agreement 1 of 6 goes to B; in the plan B takes 4 more: at most half of the 5 left were allowed."""
    swaps = """
        from_municipality,to_municipality,year,persons
        GM0001,GM0002,2026,1"""
    amounts = Amounts(
        vacated={("permit_holders", A, 2026): 1, ("permit_holders", B, 2026): 3},
        given={(A, 2026): 4},
        taken={(B, 2026): 4},
    )
    tables = make_people(permit_tasks=people["permit_tasks"], permit_swaps=swaps, amounts=amounts)
    lines = _lines(tables, _rule("permit_holders", "agreement", swap="yes", swap_share="1/2"))
    assert _sides(lines[A, "task", "2026"]) == (2 + 4, ">=", 5, "met")
    assert _sides(lines[A, "given", "2026"]) == (4, "<=", Fraction(5, 2), "broken")
    assert _sides(lines[B, "task", "2026"]) == (6 - 4, ">=", 1, "met")
    assert _sides(lines[B, "given", "2026"]) == (0, "<=", Fraction(1, 2), "met")


def test_without_priority_permit_holders_are_not_let_what_is_vacated(
    make_people: Make, people: People
) -> None:
    """The setting takes them off the lists of vacated dwellings, and no others."""
    housed = make_people(permit_tasks=people["permit_tasks"], priority=False).housed
    assert not housed.may_vacated("permit_holders", A, 2026)
    assert housed.may_vacated("hl", A, 2026)


# --- shares of what is vacated ----------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "let", "expected"),
    [
        ("floor", 4, {"least": (4, ">=", Fraction(39, 10), "met")}),
        ("floor", 3, {"least": (3, ">=", Fraction(39, 10), "broken")}),
        ("cap", 3, {"most": (3, "<=", Fraction(39, 10), "met")}),
        ("cap", 4, {"most": (4, "<=", Fraction(39, 10), "broken")}),
        ("target", 5, {"least": (5, ">=", Fraction(29, 10), "met"),
                       "most": (5, "<=", Fraction(49, 10), "broken")}),
    ],
)  # fmt: skip
def test_a_share_of_what_is_vacated(
    make_people: Make, form: str, let: int, expected: dict[str, Any], people: People
) -> None:
    """30 % of 8 + 5 is 3.9; a target has one dwelling to spare on both sides; permit holders are extra."""
    amounts = Amounts(vacated={("hl", A, 2026): let, ("permit_holders", A, 2026): 3})
    values = {"form": form, "share": "3/10", "base": "designated", "groups": "homeless"}
    rule = _rule("vacancy_share", "agreement", permit_holders="no", **values)
    lines = _lines(make_people(permit_tasks=people["permit_tasks"], amounts=amounts), rule)
    assert {subject: _sides(line) for (_, subject, year), line in lines.items() if year == "2026"} == expected
    assert {(line.norm_pct, line.value_pct) for (_, _, year), line in lines.items() if year == "2026"} == {
        (30, Fraction(100 * let, 13))
    }


def test_the_same_share_with_permit_holders_and_of_first_lettings(make_people: Make, people: People) -> None:
    """3 + 2 of 13 designated; the 1 of 4 completed permanent social dwellings; both, of 15 vacated and 4."""
    built = {(A, 2026, "rent"): 4, (A, 2026, "flex"): 6}
    fits = people["suitability"] + "\n        homeless,care_suitable,,GM0001,,1,yes"
    amounts = Amounts(
        vacated={("hl", A, 2026): 3, ("permit_holders", B, 2026): 2},
        placed={("hl", A, 2026, "rent"): 1, ("hl", A, 2026, "flex"): 5},
    )
    tables = make_people(built, permit_tasks=people["permit_tasks"], suitability=fits, amounts=amounts)
    values = {"form": "floor", "share": "1/2", "groups": "homeless", "permit_holders": "yes"}
    found = {
        base: _lines(tables, _rule("vacancy_share", "agreement", base=base, **values))["R", "least", "2026"]
        for base in ("designated", "first_lettings", "all_lettings")
    }
    assert _sides(found["designated"]) == (5, ">=", Fraction(13, 2), "broken")
    assert _sides(found["first_lettings"]) == (1, ">=", 2, "broken")
    assert _sides(found["all_lettings"]) == (6, ">=", Fraction(19, 2), "broken")
    # 13 of the 15 that are usually vacated are designated; 10 rent are offered (care is for a special need)
    assert [line.reference for line in found.values()] == [Fraction(13, 2), 5, Fraction(25, 2)]


def test_a_share_grows_and_a_number_does_not(make_people: Make) -> None:
    """From 1/10 in 2026 to 3/10 in 2030: 3/20 in 2027; agreed on 1/5 instead, 1/8; or simply 3 a year."""
    path = {"start_share": "1/10", "path_first_year": "2026", "path_last_year": "2030"}
    values = {"form": "floor", "base": "vacated", "permit_holders": "no"}
    rule = _rule("vacancy_share", "agreement", share="3/10", **values, **path)
    agreed = """
        rule_id,place,value
        r,R,1/5"""
    assert _lines(make_people(), rule)["R", "least", "2027"].share == Fraction(3, 20)
    assert _lines(make_people(exemptions=agreed), rule)["R", "least", "2027"].share == Fraction(1, 8)
    number = _lines(make_people(), _rule("vacancy_share", "agreement", dwellings="3", **values))[
        "R", "least", "2027"
    ]
    assert (number.rhs, number.reference, number.norm_pct, number.value_pct) == (3, 3, None, None)


# --- fair share on track 2 ------------------------------------------------------------------


@pytest.mark.parametrize(("flows", "task"), [("hl", 9), ("hl|permit_holders", 9 + 6)])
def test_a_fair_share_of_lettings(make_people: Make, flows: str, task: int, people: People) -> None:
    """9 households of hl waited or came, with 12 persons in households of 2; A gets two thirds."""
    values = {
        "key": "k",
        "basis": "task",
        "dead_band_share": "0",
        "dead_band_dwellings": "1",
        "checkpoint_every": "2",
    }
    rule = replace(_rule("fair_share", "agreement", flows=flows, **values), track=2)
    tables = make_people(
        permit_tasks=people["permit_tasks"],
        amounts=Amounts(vacated={("hl", A, 2026): 4, ("permit_holders", A, 2027): 1}),
    )
    lines = _lines(tables, rule)
    delivered = 5 if "permit_holders" in flows else 4
    assert lines[A, "most", "2027"].lhs == delivered
    assert lines[A, "most", "2027"].rhs == Fraction(2, 3) * task + 1
    assert lines[B, "least", "2027"].rhs == Fraction(1, 3) * task - 1
    assert lines[A, "most", "2027"].reference == Fraction(2, 3) * task


def test_a_fair_share_of_what_is_let(make_people: Make) -> None:
    """Of the 6 that are let, two thirds are A's part: 4, and 5 are let there."""
    values = {
        "key": "k",
        "basis": "delivered",
        "dead_band_share": "0",
        "dead_band_dwellings": "0",
        "checkpoint_every": "2",
    }
    rule = replace(_rule("fair_share", "agreement", flows="hl", **values), track=2)
    tables = make_people(
        amounts=Amounts(vacated={("hl", A, 2026): 2, ("hl", A, 2027): 3, ("hl", B, 2027): 1})
    )
    lines = _lines(tables, rule)
    assert _sides(lines[A, "most", "2027"]) == (5, "<=", 4, "broken")
    assert _sides(lines[B, "least", "2027"]) == (1, ">=", 2, "broken")


def test_a_fair_share_counts_nobody_twice(make_people: Make) -> None:
    """3 live in flex of A for a year and are let a home in B after that: 3 in all, 2 of them A's part."""
    values = {
        "key": "k",
        "basis": "delivered",
        "dead_band_share": "0",
        "dead_band_dwellings": "0",
        "checkpoint_every": "1",
    }
    rule = replace(_rule("fair_share", "agreement", flows="hl", **values), track=2)
    tables = make_people(
        {(A, 2026, "flex"): 3},
        amounts=Amounts(placed={("hl", A, 2026, "flex"): 3}, vacated={("hl", B, 2027): 3}),
    )
    lines = _lines(tables, rule)
    assert _sides(lines[A, "most", "2026"]) == (3, "<=", 2, "broken")
    assert _sides(lines[A, "least", "2027"]) == (0, ">=", 2, "broken")
    assert _sides(lines[B, "most", "2027"]) == (3, "<=", 1, "broken")
