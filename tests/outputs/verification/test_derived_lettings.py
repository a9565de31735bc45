"""The tables about people and places: written by hand they pass, and any other figure is found.

The input is that of the folder ``people``; the figures of each table are worked out next to its rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from thuisplan.outputs.verification import derived_lettings, derived_local
from thuisplan.outputs.verification.amounts import Amounts
from thuisplan.outputs.verification.decided import check_amounts, read_amounts
from thuisplan.outputs.verification.problems import Problem
from thuisplan.outputs.verification.tables import Tables
from thuisplan.outputs.verification.written import SCHEMAS

A, B = "GM0001", "GM0002"
Make = Callable[..., Tables]
CHECKS = {
    "allocations": derived_lettings.check_allocations,
    "waiting_list": derived_lettings.check_waiting_list,
    "vacancies": derived_lettings.check_vacancies,
    "swaps": derived_lettings.check_swaps,
    "flex": derived_local.check_flex,
    "settlement": derived_local.check_settlement,
    "corporations": derived_local.check_corporations,
}

AMOUNTS = Amounts(
    vacated={("hl", A, 2026): 4, ("hl", B, 2027): 3, ("permit_holders", A, 2026): 2},
    placed={("hl", A, 2026, "flex"): 1},
    given={(A, 2026): 2},
    taken={(B, 2026): 2},
)
SWAPS = """
    from_municipality,to_municipality,year,persons
    GM0001,GM0002,2026,1"""
PERMIT_RULE = """
    rule_id,family,track,purpose,place,strength,weight,valid_from,valid_to,status,source
    fair,fair_share,2,agreement,R,soft,1,2026,2027,agreement,
    permit,permit_holders,1,agreement,,soft,1,2026,2027,input,"""
PARAMETERS = """
    rule_id,parameter,value
    permit,swap,yes
    permit,swap_share,1
    fair,key,k
    fair,basis,task
    fair,flows,hl
    fair,dead_band_share,0
    fair,dead_band_dwellings,1
    fair,checkpoint_every,1"""
TARIFFS = """
    rule_id,eur_per_dwelling
    fair,1000"""
MEMBERSHIPS_IN_PART = """
    municipality_code,purpose,place,region_municipalities
    GM0001,agreement,R,3
    GM0002,agreement,R,3"""
CORPORATIONS = """
    municipality_code,corporation,social_dwellings
    GM0001,Alfa,40
    GM0001,Beta,40
    GM0001,Gamma,20"""

ROWS: dict[str, list[tuple[Any, ...]]] = {
    # households of hl are 3/2 persons, those of permit holders 2
    "allocations": [
        (A, "Adorp", 2026, "hl", "homeless", "vacated", "", 4, 6.0),
        (A, "Adorp", 2026, "hl", "homeless", "new", "flex", 1, 1.5),
        (A, "Adorp", 2026, "permit_holders", "permit_holders", "vacated", "", 2, 4.0),
        (B, "Beveen", 2027, "hl", "homeless", "vacated", "", 3, 4.5),
    ],
    "waiting_list": [
        # 2 + 4 - 4 - 1 = 1; the one in flex comes back after a year: 1 + 3 + 1 - 3 = 2
        ("hl", "homeless", "agreement", "R", 2026, 2.0, 4.0, 0.0, 4.0, 1.0, 1.0, 1.0),
        ("hl", "homeless", "agreement", "R", 2027, 1.0, 3.0, 1.0, 3.0, 0.0, 2.0, 0.0),
        # A: 5 persons and 1 of the backlog, 1 by agreement and 2 by plan to B, are 3, in households of 2:
        # 1.5, and half a one too many is housed
        ("permit_holders", "permit_holders", "municipality", A, 2026, 0.0, 1.5, 0.0, 2.0, 0.0, -0.5, 0.0),
        ("permit_holders", "permit_holders", "municipality", A, 2027, -0.5, 2.0, 0.0, 0.0, 0.0, 1.5, 0.0),
        ("permit_holders", "permit_holders", "municipality", B, 2026, 0.0, 1.5, 0.0, 0.0, 0.0, 1.5, 0.0),
        ("permit_holders", "permit_holders", "municipality", B, 2027, 1.5, 1.0, 0.0, 0.0, 0.0, 2.5, 0.0),
    ],
    "vacancies": [
        # 10 vacated and 5 rent completed; 4 and 2 of the vacated are let: 9 of 15 are left;
        # 90 seekers, 10 years
        (A, 2026, 105.0, 10.0, 8.0, 5, 5, 4, 2, 2, 9.0, 60.0, 10.0),
        # a tenth of 105
        (A, 2027, 105.0, 10.5, 8.4, 0, 0, 0, 0, 0, 10.5, 100.0, 90 / 10.5),
        (B, 2026, None, 5.0, 5.0, 0, 0, 0, 0, 0, 5.0, 100.0, None),
        (B, 2027, None, 5.0, 5.0, 0, 3, 3, 0, 0, 2.0, 40.0, None),
    ],
    # running totals: 6 - 1 - 2 = 3 and 10 - 3 = 7; 0 + 1 + 2 = 3 and 2 + 3 = 5
    "swaps": [
        (A, 2026, 6, 1, 0, 2, 0, 3),
        (A, 2027, 10, 1, 0, 2, 0, 7),
        (B, 2026, 0, 0, 1, 0, 2, 3),
        (B, 2027, 2, 0, 1, 0, 2, 5),
    ],
    # 8 are let and 1 is back from flex in A: of 7 two thirds are 14/3, A has 4 of them, 2/3 less; 2/3 x 3/2
    # is a person, and 666.67 euros: down to -667 and 666, and the euro left is for the remainder of B
    "settlement": [
        ("fair", 2, A, 2027, 14 / 3, 4.0, -2 / 3, -1.0, 1000, -667),
        ("fair", 2, B, 2027, 7 / 3, 3.0, 2 / 3, 1.0, 1000, 667),
    ],
    # 7 are let in A: 2.8, 2.8 and 1.4; the first two are rounded up. 5 new ones are 2, 2 and 1
    "corporations": [
        (A, "Alfa", 2026, 0.4, 3, 2), (A, "Beta", 2026, 0.4, 3, 2), (A, "Gamma", 2026, 0.2, 1, 1),
        (A, "Alfa", 2027, 0.4, 0, 0), (A, "Beta", 2027, 0.4, 0, 0), (A, "Gamma", 2027, 0.2, 0, 0),
    ],
    # 1 of 2026 stands in 2026 and 2027; there is no pool before 2029
    "flex": [(A, "flex", 2026, 1, 0, 0, 1, 0), (A, "flex", 2027, 0, 0, 0, 1, 0)],
}  # fmt: skip


VACANCIES = (
    "year social_stock vacated designated first_lettings to_groups to_groups_vacated to_permit_holders "
    "to_permit_holders_vacated regular regular_pct waiting_years"
).split()
WAITING = ("year waiting_before inflow returns housed_vacated housed_new waiting_after in_temporary").split()


def _rows(table: str) -> list[dict[str, Any]]:
    columns = {
        "allocations": "municipality_code municipality year flow_id group source option households persons",
        "waiting_list": " ".join(("flow_id group purpose place", *WAITING)),
        "vacancies": " ".join(("municipality_code", *VACANCIES)),
        "swaps": "municipality_code year task_persons agreed_out agreed_in planned_out planned_in "
        "remaining_persons",
        "settlement": "rule_id track municipality_code year target delivered difference persons tariff_eur "
        "amount_eur",
        "corporations": "municipality_code corporation year share lettings new_dwellings",
        "flex": "municipality_code option year completed moved_in left in_service pool",
    }[table].split()
    assert sorted(columns) == sorted(SCHEMAS[table].columns)
    return [dict(zip(columns, row, strict=True)) for row in ROWS[table]]


@pytest.fixture
def tables(make_people: Make, people: dict[str, str]) -> Tables:
    """Return the plan that the tables are about: 5 rent and 1 flex in A, and ``AMOUNTS``."""
    rules = PERMIT_RULE + "\n    flex,flex_life,1,agreement,R,hard,1,2026,2035,input,"
    parameters = (
        PARAMETERS
        + """
    flex,life_years,5
    flex,delay_years,1
    flex,move_cost_eur,0
    flex,kind,extra_cost"""
    )
    return make_people(
        {(A, 2026, "rent"): 5, (A, 2026, "flex"): 1}, amounts=AMOUNTS, permit_tasks=people["permit_tasks"],
        permit_swaps=SWAPS, rules=rules, rule_parameters=parameters, tariffs=TARIFFS,
        corporations=CORPORATIONS,
        municipalities="""
            code,name,dwelling_stock,social_stock,mid_stock,vacancies_per_year,registered_seekers
            GM0001,Adorp,400,100,,,90
            GM0002,Beveen,200,,,5,""",
    )  # fmt: skip


@pytest.mark.parametrize("table", sorted(ROWS))
def test_a_table_written_by_hand_is_what_is_recomputed(tables: Tables, table: str) -> None:
    """Every figure of every row follows from the plan and the input."""
    problems: list[Problem] = []
    assert CHECKS[table](tables, _rows(table), problems) > 0
    assert problems == []


@pytest.mark.parametrize(
    ("table", "column"),
    [(table, column) for table in sorted(ROWS) for column in SCHEMAS[table].columns],
)
def test_every_cell_is_checked(tables: Tables, table: str, column: str) -> None:
    """Another number or word in any column is a problem: of that cell, or of the row that lacks."""
    rows = _rows(table)
    found = rows[0][column]
    rows[0][column] = "other" if isinstance(found, str) else (found or 0) + 10
    problems: list[Problem] = []
    CHECKS[table](tables, rows, problems)
    key = column in SCHEMAS[table].key
    assert sorted({problem.code for problem in problems}) == (
        ["row_missing", "row_unexpected"] if key else ["value_differs"]
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # 8 let, 1 back: two thirds of 7 for A, which has 4 of them; 3/2 persons a household
        ({}, [(A, 14 / 3, 4.0, -2 / 3, -1.0), (B, 7 / 3, 3.0, 2 / 3, 1.0)]),
        # B is exempt: A alone has all of its own 4
        ({"exemptions": "rule_id,place,value\nfair,GM0002,"}, [(A, 4.0, 4.0, 0.0, 0.0)]),
        # another norm is no exemption
        (
            {"exemptions": "rule_id,place,value\nfair,GM0002,1"},
            [(A, 14 / 3, 4.0, -2 / 3, -1.0), (B, 7 / 3, 3.0, 2 / 3, 1.0)],
        ),
        ({"memberships": MEMBERSHIPS_IN_PART}, []),
    ],
)
def test_who_takes_part_in_a_settlement(
    make_people: Make, values: dict[str, str], expected: list[tuple[Any, ...]]
) -> None:
    """Who is exempt is left out of target and sum; a region that is not whole is not settled."""
    tables = make_people(
        {(A, 2026, "flex"): 1}, amounts=AMOUNTS, rules=PERMIT_RULE, rule_parameters=PARAMETERS, **values
    )
    columns = ("municipality_code", "target", "delivered", "difference", "persons")
    rest = {"rule_id": "fair", "track": 2, "year": 2027, "tariff_eur": None, "amount_eur": None}
    problems: list[Problem] = []
    rows = [{**rest, **dict(zip(columns, row, strict=True))} for row in expected]
    derived_local.check_settlement(tables, rows, problems)
    assert problems == []


def test_what_is_left_for_regular_seekers(make_people: Make) -> None:
    """Of 5 rent 3 are let for a year, and 2 of these again in 2027; 3 of care and 2 flex are for groups only.

    10 + 5 - 3 = 12 of 15 are left. In 2027 a tenth of 100 + 5 is vacated, and nothing is let for the first
    time: the third of the 3 is among these 10.5. Care adds to the stock, and does not turn over so.
    """
    suitability = """
        group,dwelling_type,route,municipality_code,stay_years,fit,returns
        homeless,social_regular,new_build,GM0001,1,1,yes
        homeless,care_suitable,,GM0001,,1,yes
        homeless,short_midstay,,GM0001,,1,yes"""
    placed = {
        ("hl", A, 2026, "rent"): 3, ("hl", A, 2026, "flex"): 2, ("hl", A, 2026, "care"): 3,
        ("hl", A, 2027, "rent"): 2,
    }  # fmt: skip
    tables = make_people(
        {(A, 2026, "rent"): 5, (A, 2026, "care"): 3, (A, 2026, "flex"): 2},
        amounts=Amounts(placed=placed), suitability=suitability,
    )  # fmt: skip
    rows = [
        dict(zip(("municipality_code", *VACANCIES), row, strict=True))
        for row in (
            (A, 2026, 108.0, 10.0, 8.0, 5, 8, 0, 0, 0, 12.0, 80.0, None),
            (A, 2027, 108.0, 10.5, 8.4, 0, 2, 0, 0, 0, 10.5, 100.0, None),
            (B, 2026, None, 5.0, 5.0, 0, 0, 0, 0, 0, 5.0, 100.0, None),
            (B, 2027, None, 5.0, 5.0, 0, 0, 0, 0, 0, 5.0, 100.0, None),
        )
    ]
    problems: list[Problem] = []
    derived_lettings.check_vacancies(tables, rows, problems)
    assert problems == []


def test_nobody_outstays_a_temporary_dwelling(make_people: Make) -> None:
    """Flex stands 2 years: who may stay there for good, or 5 years, is back on the list in 2028."""
    for stay in ("", "5"):
        suitability = f"""
            group,dwelling_type,route,municipality_code,stay_years,fit,returns
            homeless,short_midstay,,GM0001,{stay},1,yes"""
        tables = make_people(
            {(A, 2026, "flex"): 2}, amounts=Amounts(placed={("hl", A, 2026, "flex"): 2}),
            suitability=suitability, last_year=2028,
        )  # fmt: skip
        rest = {"flow_id": "hl", "group": "homeless", "purpose": "agreement", "place": "R"}
        # 2 + 4 - 2 = 4 wait, 3 come: 7, and 2 come back: 9
        rows = [
            {**rest, **dict(zip(WAITING, map(float, row), strict=True)), "year": row[0]}
            for row in (
                (2026, 2, 4, 0, 0, 2, 4, 2),
                (2027, 4, 3, 0, 0, 0, 7, 2),
                (2028, 7, 0, 2, 0, 0, 9, 0),
            )
        ]
        problems: list[Problem] = []
        derived_lettings.check_waiting_list(tables, rows, problems)
        assert problems == []


def test_nobody_is_housed_twice(make_people: Make, people: dict[str, str]) -> None:
    """7 of 6 households are one too many; 3 of 2 house all 6 persons, a fourth is too many by 1."""
    for let, permit, codes in ((6, 3, []), (7, 3, [("hl", 1)]), (6, 4, [("permit_holders", 1)])):
        amounts = Amounts(vacated={("hl", A, 2026): let, ("permit_holders", A, 2026): permit})
        tables = make_people(amounts=amounts, permit_tasks=people["permit_tasks"], last_year=2026)
        problems: list[Problem] = []
        derived_lettings.check_waiting_list(tables, [], problems)
        twice = [p.values for p in problems if p.code == "housed_twice"]
        assert [(values["flow"], values["found"]) for values in twice] == codes


# --- what may be decided ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "code"),
    [
        (Amounts(vacated={("permit_holders", A, 2026): 1}), "priority_not_allowed"),
        (Amounts(placed={("permit_holders", A, 2026, "flex"): 1}), "letting_not_allowed"),
        (Amounts(placed={("hl", B, 2026, "rent"): 1}), "letting_not_allowed"),
        (Amounts(moved={(A, 2026, "rent"): 1}), "move_not_allowed"),
        (Amounts(moved={(A, 2026, "flex"): 1}), "move_not_allowed"),
        (Amounts(given={(A, 2026): 1}, taken={(B, 2026): 1}), "swap_not_allowed"),
    ],
)
def test_nothing_is_decided_where_it_may_not(
    make_people: Make, people: dict[str, str], amounts: Amounts, code: str
) -> None:
    """Without priority, suitability, a rule that moves or a rule that swaps there is none of it."""
    rules = PERMIT_RULE.replace("fair,fair_share,2,agreement,R,soft,1,2026,2027,agreement,\n", "")
    tables = make_people(
        amounts=amounts, priority=False, permit_tasks=people["permit_tasks"], rules=rules,
        rule_parameters="rule_id,parameter,value\npermit,swap,no",
    )  # fmt: skip
    problems: list[Problem] = []
    check_amounts(tables, problems)
    assert {problem.code for problem in problems} == {code}


def test_what_one_hands_over_another_takes(make_people: Make, people: dict[str, str]) -> None:
    """3 handed over and 2 taken over leave one person to nobody."""
    amounts = Amounts(given={(A, 2026): 3}, taken={(B, 2026): 2})
    tables = make_people(
        amounts=amounts, permit_tasks=people["permit_tasks"], rules=PERMIT_RULE, rule_parameters=PARAMETERS
    )
    problems: list[Problem] = []
    check_amounts(tables, problems)
    [found] = problems
    assert (found.code, found.values["expected"], found.values["found"]) == ("swap_unbalanced", 3, 2)


def test_neighbourhoods_hold_all_that_is_built(make_people: Make) -> None:
    """2 of 3 flex dwellings have a neighbourhood; the one of care is where no care goes."""
    quarters = """
        municipality_code,neighbourhood,max_special,preferred,options,minimum_scale
        GM0001,south,,no,flex,"""
    needs = """
        need_id,purpose,place,need_category,need_class,from_year,central,weight,strength,decides
        flex,agreement,R,flex,special,2026,4,1,soft,yes
        care,agreement,R,care,special,2026,4,1,soft,yes"""
    sited = {(A, 2026, "flex", "south"): 2, (A, 2026, "care", "south"): 1}
    tables = make_people(
        {(A, 2026, "flex"): 3, (A, 2026, "care"): 1}, needs=needs, neighbourhoods=quarters,
        amounts=Amounts(sited=sited),
    )  # fmt: skip
    problems: list[Problem] = []
    check_amounts(tables, problems)
    assert [(p.code, p.values["option"]) for p in problems] == [
        ("site_not_allowed", "care"), ("sites_differ", "flex"),
    ]  # fmt: skip


# --- reading ------------------------------------------------------------------------------


def test_amounts_are_read_from_the_tables(tables: Tables) -> None:
    """What the tables say is what the plan decides; running totals become years."""
    written = {name: _rows(name) for name in ("allocations", "flex", "swaps")}
    problems: list[Problem] = []
    assert read_amounts(tables, written, problems) == AMOUNTS
    assert problems == []


@pytest.mark.parametrize(
    ("table", "column", "value", "code"),
    [
        ("allocations", "households", 0, "number_too_small"),
        ("allocations", "households", -2, "number_too_small"),
        ("allocations", "flow_id", "nobody", "unknown_code"),
        ("allocations", "source", "found", "unknown_code"),
        ("allocations", "municipality_code", "GM9999", "unknown_code"),
        ("allocations", "year", 2040, "unknown_code"),
        ("flex", "moved_in", -1, "number_too_small"),
        ("swaps", "planned_out", 5, "number_too_small"),
        ("swaps", "planned_in", -1, "number_too_small"),
    ],
)
def test_what_cannot_be_decided_is_named(
    tables: Tables, table: str, column: str, value: Any, code: str
) -> None:
    """Numbers below the least, codes that the input does not have, and totals that fall are problems."""
    written = {name: _rows(name) for name in ("allocations", "flex", "swaps")}
    written[table][0][column] = value
    problems: list[Problem] = []
    read_amounts(tables, written, problems)
    assert {(problem.code, problem.values["column"]) for problem in problems} == {(code, column)}
