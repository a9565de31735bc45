"""The families about what moves, who lives where they work and what places can bear hold, and no further.

The input is that of the folder ``people``: 6 flex dwellings a year in A and 3 in B, which stand 2 years.
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


# --- temporary dwellings that move ------------------------------------------------------

STOCK = """
    municipality_code,option,last_year,dwellings
    GM0002,flex,2025,2"""
FLEX = {"life_years": "5", "delay_years": "1", "move_cost_eur": "700", "kind": "extra_cost"}
FLEX_RULES = """
    rule_id,family,track,purpose,place,strength,weight,valid_from,valid_to,status,source
    flex,flex_life,1,agreement,R,hard,1,2026,2035,input,"""
FLEX_PARAMETERS = "rule_id,parameter,value\n" + "\n".join(
    f"flex,{name},{value}" for name, value in FLEX.items()
)


def _flex(make_people: Make, built: Any, moved: Any, **values: Any) -> Tables:
    return make_people(
        built, rules=FLEX_RULES, rule_parameters=FLEX_PARAMETERS, flex_stock=STOCK, last_year=2031,
        amounts=Amounts(moved=moved), **values,
    )  # fmt: skip


@pytest.mark.parametrize(("moved", "verdict"), [(4, "met"), (5, "broken")])
def test_a_pool_holds_what_left_its_first_site(make_people: Make, moved: int, verdict: str) -> None:
    """2 of before are free after 2025 and a year of delay: 2027. 3 of 2026 stand 2 years, free in 2029."""
    tables = _flex(make_people, {(A, 2026, "flex"): 3}, {(B, 2027, "flex"): 1, (B, 2029, "flex"): moved - 1})
    [rule] = tables.rules
    lines = _lines(tables, rule)
    assert _sides(lines["R", "pool:flex", "2026"]) == (0, "<=", 0, "met")
    assert _sides(lines["R", "pool:flex", "2027"]) == (1, "<=", 2, "met")
    assert _sides(lines["R", "pool:flex", "2029"]) == (moved, "<=", 5, "met")
    assert _sides(lines[B, "site:flex", "2029"]) == (moved - 1, "<=", 3, verdict)


def test_a_moved_dwelling_stands_once_more(make_people: Make) -> None:
    """Of 5 years 2 + 1 are gone: it stands 2 more, in 2029 and 2030, and costs 700 euros."""
    tables = _flex(make_people, {(A, 2026, "flex"): 3}, {(A, 2029, "flex"): 3})
    stands = [tables.in_service((A,), ("flex",), year) for year in range(2026, 2032)]
    assert stands == [3, 3, 0, 3, 3, 0]
    assert tables.moves.cost((A, 2029, "flex"), "extra_cost") == 2100
    assert tables.moves.cost((A, 2029, "flex"), "deficit") == 0
    [pool] = tables.moves.pools
    assert [tables.moves.left(pool, A, year) for year in range(2026, 2032)] == [0, 0, 3, 0, 0, 3]
    # 2 of before the plan from 2027, 3 more in 2029 of which all move at once
    assert [tables.moves.held(pool, year) for year in range(2026, 2032)] == [0, 2, 2, 2, 2, 2]


def test_too_old_a_dwelling_does_not_move(make_people: Make) -> None:
    """After 2 years and 1 of delay a life of 3 has no year left; of 4 it has one."""
    for life, expected in (("3", []), ("4", [1])):
        parameters = FLEX_PARAMETERS.replace("life_years,5", f"life_years,{life}")
        tables = make_people(rules=FLEX_RULES, rule_parameters=parameters, flex_stock=STOCK)
        assert [pool.second_life for pool in tables.moves.pools] == expected


# --- places: work, own needs, neighbourhoods, care ---------------------------------------

WORKERS = """
    flow_id,group,purpose,place,housed_purpose,housed_place,from_year,households,waiting_at_start,weight,strength
    far,homeless,outside,elsewhere,agreement,R,2026,4,0,1,soft
    near,homeless,municipality,GM0002,agreement,R,2026,4,0,1,soft
    own,homeless,municipality,GM0001,,,2026,4,0,1,soft"""


@pytest.mark.parametrize(
    ("own", "verdicts"), [(8, ("met", "met", "met")), (7, ("broken", "broken", "broken"))]
)
def test_who_works_there_lives_there(make_people: Make, own: int, verdicts: tuple[str, ...]) -> None:
    """8 + 1 + 1 of 10 is 80-10-10; with 7 of 9 none of the three shares holds."""
    placed = {("own", A, 2026, "flex"): own, ("near", A, 2026, "flex"): 1, ("far", A, 2026, "flex"): 1}
    tables = make_people({(A, 2026, "flex"): 10}, flows=WORKERS, amounts=Amounts(placed=placed))
    shares = {"own_share": "4/5", "region_share": "1/10", "outside_share": "1/10"}
    lines = _lines(tables, _rule("workplace_mix", "agreement", groups="homeless", **shares))
    whole = own + 2
    assert _sides(lines[A, "own", "2026"]) == (own, ">=", Fraction(4 * whole, 5), verdicts[0])
    assert _sides(lines[A, "region", "2026"]) == (1, "<=", Fraction(whole, 10), verdicts[1])
    assert _sides(lines[A, "outside", "2026"]) == (1, "<=", Fraction(whole, 10), verdicts[2])
    assert lines[A, "own", "2026"].reference == 6 + 10  # what is offered of flex and rent, that fit them
    # a stay of a year is over in 2027: nobody lives there
    assert _sides(lines[A, "own", "2027"]) == (0, ">=", 0, "met")


REGIONS = """
    municipality_code,purpose,place,region_municipalities
    GM0001,agreement,R,2
    GM0002,agreement,R,2
    GM0001,wmo,coast,1
    GM0001,province,P,3
    GM0002,province,P,3
    GM0003,province,P,3"""


@pytest.mark.parametrize(
    ("origin", "side"),
    [
        ("agreement,R", "region"),
        ("wmo,coast", "own"),  # of A alone
        ("province,P", "outside"),  # GM0003 is not in R
        ("outside,elsewhere", "outside"),
    ],
)
def test_who_works_in_a_region_within_that_of_the_rule_works_there(
    make_people: Make, origin: str, side: str
) -> None:
    """The 2 households of this flow are on one side, whole; the other sides have nobody."""
    flows = f"""
        flow_id,group,purpose,place,housed_purpose,housed_place,from_year,households,waiting_at_start,weight,strength
        team,homeless,{origin},agreement,R,2026,4,0,1,soft"""
    tables = make_people(
        {(A, 2026, "flex"): 2},
        flows=flows,
        memberships=REGIONS,
        amounts=Amounts(placed={("team", A, 2026, "flex"): 2}),
    )
    shares = {"own_share": "4/5", "region_share": "1/10", "outside_share": "1/10"}
    lines = _lines(tables, _rule("workplace_mix", "agreement", groups="homeless", **shares))
    found = {name: lines[A, name, "2026"].lhs for name in ("own", "region", "outside")}
    assert found == dict.fromkeys(found, 0) | {side: 2}


def test_own_needs_first_and_then_where_there_is_least(make_people: Make) -> None:
    """6 on 400 and 1 on 200 are 7 on 600 in the mean: A has more, and takes no more than its own 2."""
    needs = """
        need_id,purpose,place,need_category,need_class,from_year,central,weight,strength,decides
        own-a,municipality,GM0001,flex,special,2026,2,1,soft,no
        own-b,municipality,GM0002,flex,special,2026,1,1,soft,no"""
    values = {"options": "flex", "needs": "own-a|own-b", "stock": "pitches", "per": "dwelling_stock"}
    tables = make_people({(A, 2026, "flex"): 3}, needs=needs)
    lines = _lines(tables, _rule("own_first", "agreement", **values))
    assert _sides(lines[A, "own", "2026"]) == (3, ">=", 2, "met")
    assert _sides(lines[A, "receives", "2026"]) == (3, "<=", 2, "broken")
    assert _sides(lines[B, "own", "2026"]) == (0, ">=", 1, "broken")
    assert (B, "receives", "2026") not in lines
    sides = ((A, "own", "2026"), (A, "receives", "2026"))
    assert [lines[key].strength for key in sides] == ["soft", "hard"]
    for strength in ("soft", "monitor"):  # what is only followed is followed in both
        lines = _lines(tables, replace(_rule("own_first", "agreement", **values), strength=strength))
        assert [lines[key].strength for key in sides] == [strength, strength]


def test_own_first_goes_by_any_figure_and_not_by_an_unknown_one(make_people: Make) -> None:
    """A figure of the municipality's own table counts the same; without it nobody can tell who is above."""
    needs = """
        need_id,purpose,place,need_category,need_class,from_year,central,weight,strength,decides
        own-a,municipality,GM0001,flex,special,2026,2,1,soft,no"""
    figures = """
        municipality_code,figure,value
        GM0001,huts,3"""
    values = {"options": "flex", "needs": "own-a", "stock": "huts", "per": "dwelling_stock"}
    lines = _lines(
        make_people(needs=needs, municipality_figures=figures), _rule("own_first", "agreement", **values)
    )
    assert lines[A, "receives", "2026"].verdict == "met"
    assert lines[B, "receives", "2026"].verdict == "not_testable"
    assert lines[B, "own", "2026"].verdict == "met"


QUARTERS = """
    municipality_code,neighbourhood,max_special,preferred,options,minimum_scale
    GM0001,north,4,no,,
    GM0001,south,,yes,flex,3"""
FLEX_NEED = """
    need_id,purpose,place,need_category,need_class,from_year,central,weight,strength,decides
    flex,agreement,R,flex,special,2026,4,1,soft,yes
    care,agreement,R,care,special,2026,4,1,soft,yes
    rent,agreement,R,rent,regular,2026,4,1,soft,yes"""


def test_what_a_neighbourhood_can_bear(make_people: Make) -> None:
    """North bears 4: 3 + 2 are too many while they stand; the 3 flex dwellings are gone in 2028."""
    sited = {(A, 2026, "flex", "north"): 3, (A, 2027, "care", "north"): 2, (A, 2027, "flex", "south"): 2}
    tables = make_people(
        needs=FLEX_NEED, neighbourhoods=QUARTERS, last_year=2028, amounts=Amounts(sited=sited)
    )
    lines = _lines(tables, _rule("neighbourhood", preferred_share="1/2"))
    assert [_sides(lines[A, "north", year]) for year in ("2026", "2027", "2028")] == [
        (3, "<=", 4, "met"), (5, "<=", 4, "broken"), (2, "<=", 4, "met"),
    ]  # fmt: skip
    # less than 3 in the south is too small to run; it takes no care, so that has no scale there
    assert _sides(lines[A, "scale:south:flex", "2028"]) == (2, "0 or >=", 3, "broken")
    assert (A, "scale:south:care", "2028") not in lines
    # 2 of 7 is less than half
    assert _sides(lines[A, "preferred", "2028"]) == (2, ">=", Fraction(7, 2), "broken")
    assert lines[A, "preferred", "2028"].strength == "soft"
    followed = _lines(tables, replace(_rule("neighbourhood", preferred_share="1/2"), strength="monitor"))
    assert followed[A, "preferred", "2028"].strength == "monitor"


@pytest.mark.parametrize(("let", "verdict"), [(2, "met"), (3, "broken")])
def test_care_for_places_and_for_who_moves_in(make_people: Make, let: int, verdict: str) -> None:
    """3 flex of 2.5 hours and 2 households of 4 hours are 15.5 hours; three would be 19.5."""
    hours = """
        purpose,place,from_year,to_year,hours
        agreement,R,2026,2026,31/2
        agreement,R,2027,,10"""
    demand = """
        subject,hours
        flex,5/2
        homeless,4"""
    tables = make_people(
        {(A, 2026, "flex"): 3},
        care_capacity=hours,
        care_demand=demand,
        amounts=Amounts(vacated={("hl", B, 2026): let}),
    )
    lines = _lines(tables, _rule("care_capacity"))
    assert _sides(lines["R", "", "2026"]) == (Fraction(15, 2) + 4 * let, "<=", Fraction(31, 2), verdict)
    # in 2027 only the places ask hours
    assert _sides(lines["R", "", "2027"]) == (Fraction(15, 2), "<=", 10, "met")
    assert (lines["R", "", "2026"].unit, lines["R", "", "2026"].step) == ("hours", Fraction(5, 2))
