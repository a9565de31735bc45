"""Each family holds where the arithmetic says so, and is broken by one dwelling or euro less."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.outputs.verification import FAMILIES
from thuisplan.outputs.verification.line import Line
from thuisplan.outputs.verification.money import Account, accounts, pays_for
from thuisplan.outputs.verification.tables import Rule, Tables

A, B = "GM0001", "GM0002"
Make = Callable[..., Tables]


def _rule(family: str, purpose: str = "municipality", place: str | None = None, **parameters: str) -> Rule:
    years = {"valid_from": 2026, "valid_to": 2035}
    return Rule("r", family, 1, purpose, place, "hard", Fraction(1), **years, status="act", source=None,
                parameters=parameters)  # fmt: skip


def _lines(tables: Tables, rule: Rule) -> dict[tuple[str, str, str], Line]:
    found = list(FAMILIES[rule.family](tables, rule))
    by_key = {(line.place, line.subject, line.period): line for line in found}
    assert len(by_key) == len(found)
    return by_key


def _sides(line: Line) -> tuple[Any, str, Any, str]:
    return line.lhs, line.operator, line.rhs, line.verdict


@pytest.mark.parametrize(("rent", "verdict"), [(9, "met"), (10, "broken")])
def test_capacity_of_a_year(make_tables: Make, rent: int, verdict: str) -> None:
    """3 care and 9 rent fill the 12 of A; one more does not fit."""
    tables = make_tables({(A, 2026, "care"): 3, (A, 2026, "rent"): rent})
    line = _lines(tables, _rule("capacity"))[A, "all", "2026"]
    assert _sides(line) == (3 + rent, "<=", 12, verdict)
    assert line.binding == (verdict == "met")


PLANS = """
    project,municipality_code,route,segment,from_year,dwellings
    p,GM0001,new_build,social_rent,2026,4
    p,GM0001,new_build,,2027,5"""


@pytest.mark.parametrize(("rent", "verdict"), [(6, "met"), (7, "broken")])
def test_plan_capacity_adds_up_over_years(make_tables: Make, rent: int, verdict: str) -> None:
    """4 from 2026 and 5 from 2027 are 9 in 2027; 3 in 2026 and 6 in 2027 just fit."""
    tables = make_tables(
        {(A, 2026, "care"): 3, (A, 2027, "rent"): rent}, plans=PLANS.replace("social_rent", "")
    )
    lines = _lines(tables, _rule("capacity"))
    assert _sides(lines[A, "plans:new_build", "2026"]) == (3, "<=", 4, "met")
    assert _sides(lines[A, "plans:new_build", "2027"]) == (3 + rent, "<=", 9, verdict)


def test_plans_of_earlier_years_offer_nothing_any_more(make_tables: Make) -> None:
    """From 2027 on only the 5 of that year count: the 4 of 2026 are among the realised, or gone."""
    plans = PLANS.replace("social_rent", "")
    tables = make_tables({(A, 2026, "care"): 4, (A, 2027, "rent"): 6}, plans=plans, open_year=2027)
    lines = _lines(tables, _rule("capacity"))
    assert _sides(lines[A, "plans:new_build", "2027"]) == (6, "<=", 5, "broken")
    assert (A, "plans:new_build", "2026") not in lines


def test_plans_of_a_segment_give_a_line_per_set_of_segments(make_tables: Make) -> None:
    """Owners fit only in the 5 of any segment: 6 are too many, though all 9 together are enough."""
    lines = _lines(make_tables({(A, 2027, "owner"): 6}, plans=PLANS), _rule("capacity"))
    plans = {subject for _, subject, _ in lines if subject != "all"}
    one, both = "plans:new_build:affordable_owner", "plans:new_build:affordable_owner+social_rent"
    assert plans == {one, both, "plans:new_build:social_rent"}
    assert _sides(lines[A, one, "2027"]) == (6, "<=", 5, "broken")
    assert _sides(lines[A, both, "2027"]) == (6, "<=", 9, "met")


@pytest.mark.parametrize(("rent", "verdict"), [(10, "met"), (11, "broken")])
def test_availability(make_tables: Make, rent: int, verdict: str) -> None:
    """A offers 10 rent a year."""
    lines = _lines(make_tables({(A, 2027, "rent"): rent}), _rule("availability"))
    assert _sides(lines[A, "rent", "2027"]) == (rent, "<=", 10, verdict)


@pytest.mark.parametrize(("rent", "verdict"), [(2, "met"), (1, "broken")])
def test_commitment(make_tables: Make, rent: int, verdict: str) -> None:
    """2 rent are agreed in A in 2026."""
    [line] = _lines(make_tables({(A, 2026, "rent"): rent}), _rule("commitment")).values()
    assert _sides(line) == (rent, ">=", 2, verdict)


@pytest.mark.parametrize(("care", "verdict"), [(0, "met"), (1, "broken")])
def test_exclusion(make_tables: Make, care: int, verdict: str) -> None:
    """Care is excluded in A from 2027; what is not offered there needs no line."""
    excluded = """
        municipality_code,option,from_year,to_year
        GM0001,care,2027,2030
        GM0001,owner,2027,2030"""
    [line] = _lines(make_tables({(A, 2027, "care"): care}, exclusions=excluded), _rule("exclusion")).values()
    assert _sides(line) == (care, "<=", 0, verdict)


@pytest.mark.parametrize(
    ("care", "verdict", "slack", "binding"),
    [(0, "met", 0, False), (2, "broken", 1, False), (3, "met", 0, True), (5, "met", 0, False)],
)
def test_project_size(make_tables: Make, care: int, verdict: str, slack: int, binding: bool) -> None:
    """Nothing, or at least 3 care dwellings in a year."""
    line = _lines(make_tables({(A, 2026, "care"): care}), _rule("project_size"))[A, "care", "2026"]
    assert (line.verdict, line.slack, line.binding) == (verdict, slack, binding)


@pytest.mark.parametrize(
    ("care", "lhs", "verdict", "slack", "binding"),
    [(0, -4, "met", 0, False), (3, -1, "met", 0, False), (4, 0, "met", 0, False), (5, 1, "broken", 2, False),
     (7, 3, "met", 0, True)],
)  # fmt: skip
def test_a_commitment_that_is_not_built_is_no_project(
    make_tables: Make, care: int, lhs: int, verdict: str, slack: int, binding: bool
) -> None:
    """4 are agreed. Fewer break the commitment; they start no project that could be too small."""
    committed = """
        municipality_code,option,year,dwellings
        GM0001,care,2026,4"""
    tables = make_tables({(A, 2026, "care"): care}, commitments=committed)
    line = _lines(tables, _rule("project_size"))[A, "care", "2026"]
    assert _sides(line) == (lhs, "0 or >=", 3, verdict)
    assert (line.slack, line.binding) == (slack, binding)
    assert line.margin == (0 if lhs <= 0 else lhs - 3)


def test_need_and_surplus(make_tables: Make) -> None:
    """4 are needed in 2026 and 6 in 2027: 3 are one short, 10 are one more than a project of 3 too many."""
    lines = _lines(make_tables({(A, 2026, "care"): 3, (A, 2027, "care"): 7}), _rule("need"))
    assert _sides(lines["R", "care", "2026"]) == (3, ">=", 4, "broken")
    assert _sides(lines["R", "care:surplus", "2027"]) == (10, "<=", 9, "broken")
    assert {line.strength for line in lines.values()} == {"soft"}


def test_a_surplus_that_was_agreed_is_allowed(make_tables: Make) -> None:
    """20 committed dwellings may stand, whatever the need."""
    committed = """
        municipality_code,option,year,dwellings
        GM0001,care,2026,20"""
    lines = _lines(make_tables({(A, 2026, "care"): 20}, commitments=committed), _rule("need"))
    assert _sides(lines["R", "care:surplus", "2027"]) == (20, "<=", 20, "met")


def test_temporary_dwellings_leave_service(make_tables: Make) -> None:
    """With a life of one year, what is completed in 2026 no longer serves in 2027."""
    text = make_tables({}).rows("options")
    care = dict(next(row for row in text if row["option"] == "care"), service_life_years=1)
    tables = make_tables({(A, 2026, "care"): 4})
    tables.options["care"] = care
    lines = _lines(tables, _rule("need"))
    assert lines["R", "care", "2026"].lhs == 4
    assert lines["R", "care", "2027"].lhs == 0


@pytest.mark.parametrize(("owner", "verdict"), [(7, "met"), (8, "broken")])
def test_social_share(make_tables: Make, owner: int, verdict: str) -> None:
    """3 of 10 is 30 %, 3 of 11 is less; B is above the average and has no line."""
    tables = make_tables({(A, 2026, "rent"): 3, (A, 2027, "owner"): owner})
    rule = _rule("social_share", share="3/10", side="below", periods="2030")
    [line] = _lines(tables, rule).values()
    assert (line.place, line.period) == (A, "2026-2027")
    assert _sides(line) == (3, ">=", Fraction(3 * (3 + owner), 10), verdict)
    assert (line.value_pct, line.norm_pct) == (Fraction(300, 3 + owner), 30)


def test_social_share_without_stock_is_not_testable(make_tables: Make) -> None:
    """Where the stock is unknown nobody can tell the side."""
    unknown = """
        code,name,dwelling_stock,social_stock,mid_stock
        GM0001,Adorp,100,,"""
    tables = make_tables({(A, 2026, "owner"): 5}, municipalities=unknown)
    [line] = _lines(tables, _rule("social_share", share="3/10", side="below", periods="horizon")).values()
    assert (line.verdict, line.slack) == ("not_testable", 0)


def test_shares_as_the_municipality_chose(make_tables: Make) -> None:
    """A chose the middle segment and B social, against their sides; C says nothing: not testable."""
    chosen = """
        code,name,dwelling_stock,social_stock,mid_stock,programme_choice
        GM0001,Adorp,100,20,,mid
        GM0002,Beveen,100,40,,social
        GM0003,Cedal,,,,"""
    tables = make_tables({(A, 2026, "owner"): 5}, municipalities=chosen)
    found = {}
    for family in ("social_share", "mid_share"):
        lines = _lines(tables, _rule(family, share="3/10", side="chosen", periods="horizon")).values()
        found[family] = {line.place: line.verdict for line in lines}
    assert found == {
        "social_share": {B: "met", "GM0003": "not_testable"},
        "mid_share": {A: "met", "GM0003": "not_testable"},
    }


@pytest.mark.parametrize(("owner", "verdict"), [(2, "met"), (1, "broken")])
def test_mid_share(make_tables: Make, owner: int, verdict: str) -> None:
    """2 of 5 is 40 % in B, above the average; 1 of 4 is not."""
    tables = make_tables({(B, 2026, "rent"): 3, (B, 2026, "owner"): owner})
    [line] = _lines(tables, _rule("mid_share", share="2/5", side="above", periods="horizon")).values()
    assert line.place == B
    assert line.verdict == verdict


@pytest.mark.parametrize(("owner", "verdict"), [(4, "met"), (3, "broken")])
def test_affordable_share_of_a_region(make_tables: Make, owner: int, verdict: str) -> None:
    """Without rent in the catalogue of segments, 4 of 6 are affordable over both municipalities."""
    tables = make_tables({(A, 2026, "rent"): 2, (B, 2027, "owner"): owner})
    tables.options["rent"] = dict(tables.options["rent"], segment="market")
    [line] = _lines(tables, _rule("affordable_share", "agreement", share="2/3", periods="horizon")).values()
    assert _sides(line) == (owner, ">=", Fraction(2 * (2 + owner), 3), verdict)


def test_a_region_that_is_not_whole_is_not_testable(make_tables: Make) -> None:
    """Two of three municipalities in the input: computed, not judged."""
    members = """
        municipality_code,purpose,place,region_municipalities
        GM0001,agreement,R,3
        GM0002,agreement,R,3"""
    tables = make_tables({(A, 2026, "rent"): 2}, memberships=members)
    [line] = _lines(tables, _rule("affordable_share", "agreement", share="2/3", periods="horizon")).values()
    assert _sides(line) == (2, ">=", Fraction(4, 3), "not_testable")


@pytest.mark.parametrize(("care", "verdict"), [(2, "met"), (1, "broken")])
def test_feature_target_as_a_number_and_as_a_share(make_tables: Make, care: int, verdict: str) -> None:
    """Two zero-step dwellings asked; and half of the programme of 4."""
    tables = make_tables({(A, 2026, "care"): care, (A, 2027, "rent"): 4 - care})
    for parameters in ({"dwellings": "2"}, {"share": "1/2"}):
        rule = _rule("feature_target", place=A, feature="zero_step", periods="horizon", **parameters)
        [line] = _lines(tables, rule).values()
        assert _sides(line) == (care, ">=", 2, verdict)


@pytest.mark.parametrize(("amount", "verdict"), [(40000, "met"), (40001, "broken")])
def test_a_pot_spends_what_it_holds_and_carried(make_tables: Make, amount: int, verdict: str) -> None:
    """50 000 less 30 000 is carried: 20 000 + 20 000 can be spent in 2027."""
    paid = {("prov", A, 2026, "care"): 30000, ("prov", A, 2027, "care"): amount}
    lines = _lines(make_tables({}, paid), _rule("extra_cost"))
    assert set(lines) == {("R", "prov", "2026"), ("R", "prov", "2027")}
    assert _sides(lines["R", "prov", "2027"]) == (amount, "<=", 40000, verdict)


def test_a_pot_that_carries_over_carries_a_debt_as_well(make_tables: Make) -> None:
    """60 000 of 50 000 leaves a debt of 10 000 for 2027, in which 20 000 comes in; nothing lapses."""
    tables = make_tables({}, {("prov", A, 2026, "care"): 60000, ("prov", A, 2027, "care"): 9000})
    [pot] = [pot for pot in tables.rows("pots") if pot["pot_id"] == "prov"]
    assert accounts(tables, pot) == {
        2026: Account(50000, 0, 60000, -10000, 0),
        2027: Account(20000, -10000, 9000, 1000, 0),
    }
    soft = replace(_rule("extra_cost"), strength="soft")
    lines = _lines(tables, soft)
    assert _sides(lines["R", "prov", "2026"]) == (60000, "<=", 50000, "broken")
    assert lines["R", "prov", "2026"].slack == 10000
    assert _sides(lines["R", "prov", "2027"]) == (9000, "<=", 10000, "met")


def test_a_pot_keeps_its_account_before_its_rule_holds(make_tables: Make) -> None:
    """The rule begins in 2027; what 2026 left is there, and 2026 has no line."""
    later = replace(_rule("extra_cost"), valid_from=2027)
    lines = _lines(make_tables({}, {("prov", A, 2026, "care"): 30000}), later)
    assert set(lines) == {("R", "prov", "2027")}
    assert lines["R", "prov", "2027"].rhs == 20000 + 20000


def test_what_a_pot_without_carrying_over_leaves_lapses(make_tables: Make) -> None:
    """20 000 of 2026 is gone in 2027; what is spent too much is the shortfall of that year only."""
    pots = """
        pot_id,payer,kind,purpose,place,dwelling_types,max_per_dwelling_eur,max_share,carry_over,carries_rest
        prov,Provincie,extra_cost,agreement,R,,,,no,no"""
    tables = make_tables({}, {("prov", A, 2026, "care"): 30000, ("prov", A, 2027, "care"): 25000}, pots=pots)
    [pot] = tables.rows("pots")
    assert accounts(tables, pot) == {
        2026: Account(50000, 0, 30000, 0, 20000),
        2027: Account(20000, 0, 25000, 0, -5000),
    }


@pytest.mark.parametrize(("amount", "verdict"), [(49998, "met"), (49999, "broken")])
def test_a_pot_pays_at_most_its_share_of_a_cost(make_tables: Make, amount: int, verdict: str) -> None:
    """A third of 50 000, rounded down, is 16 666 a dwelling: 49 998 for 3; the rest is another pot's."""
    pots = """
        pot_id,payer,kind,purpose,place,dwelling_types,max_per_dwelling_eur,max_share,carry_over,carries_rest
        aid,Rijk,deficit,municipality,GM0001,,20000,1/3,no,no"""
    tables = make_tables({(A, 2026, "rent"): 3}, {("aid", A, 2026, "rent"): amount}, pots=pots)
    line = _lines(tables, _rule("deficit"))[A, "aid:rent", "2026"]
    assert _sides(line) == (amount, "<=", 49998, verdict)
    assert line.unit == "EUR"


FAIR = {
    "key": "k", "options": "care", "needs": "care", "dead_band_share": "1/4", "dead_band_dwellings": "1",
    "checkpoint_every": "3",
}  # fmt: skip


@pytest.mark.parametrize(
    ("care", "most", "least"), [(6, "met", "met"), (7, "broken", "met"), (1, "met", "broken")]
)
def test_fair_share_of_the_task(make_tables: Make, care: int, most: str, least: str) -> None:
    """Two thirds of 6 is 4; a quarter and one dwelling more or less is 6 and 2, tested in the last year."""
    lines = _lines(
        make_tables({(A, 2026, "care"): care}), _rule("fair_share", "agreement", basis="task", **FAIR)
    )
    assert _sides(lines[A, "most", "2027"]) == (care, "<=", 6, most)
    assert _sides(lines[A, "least", "2027"]) == (care, ">=", 2, least)
    assert {period for _, _, period in lines} == {"2027"}


def test_fair_share_applies_each_share_to_its_own_year(make_tables: Make) -> None:
    """Half of 4 in 2026 and all of 2 in 2027 is 4, not all of 6."""
    shares = """
        key_id,municipality_code,year,share
        k,GM0001,2026,1/2
        k,GM0001,2027,1
        k,GM0002,2026,1/2
        k,GM0002,2027,0"""
    rule = _rule("fair_share", "agreement", basis="task", **(FAIR | {"dead_band_share": "0"}))
    lines = _lines(make_tables({}, key_shares=shares), rule)
    assert lines[A, "most", "2027"].rhs == 4 + 1
    assert lines[B, "least", "2027"].rhs == 2 - 1


def test_fair_share_of_what_is_delivered(make_tables: Make) -> None:
    """Two thirds of the 9 that the region delivers is 6; no need is asked."""
    rule = _rule("fair_share", "agreement", basis="delivered", **(FAIR | {"dead_band_share": "0"}))
    lines = _lines(make_tables({(A, 2026, "care"): 4, (B, 2027, "care"): 5}), rule)
    assert _sides(lines[A, "least", "2027"]) == (4, ">=", 5, "broken")
    assert _sides(lines[B, "most", "2027"]) == (5, "<=", 4, "broken")


@pytest.mark.parametrize(("care", "verdict"), [(2, "met"), (1, "broken")])
def test_minimum_contribution_and_exemptions(make_tables: Make, care: int, verdict: str) -> None:
    """2 in A by 2026; B agreed on none."""
    exempt = """
        rule_id,place,value
        r,GM0002,"""
    tables = make_tables({(A, 2026, "care"): care}, exemptions=exempt)
    rule = _rule("minimum_contribution", "agreement", options="care", dwellings="2", by_year="2026")
    lines = _lines(tables, rule)
    assert _sides(lines[A, "", "2026"]) == (care, ">=", 2, verdict)
    assert (lines[B, "", "2026"].verdict, lines[B, "", "2026"].slack) == ("exempt", 0)


def test_another_value_takes_the_place_of_a_norm(make_tables: Make) -> None:
    """A agreed on one dwelling instead of two."""
    agreed = """
        rule_id,place,value
        r,GM0001,1"""
    rule = _rule("minimum_contribution", place=A, options="care", dwellings="2")
    [line] = _lines(make_tables({(A, 2026, "care"): 1}, exemptions=agreed), rule).values()
    assert _sides(line) == (1, ">=", 1, "met")


@pytest.mark.parametrize(("rent", "verdict"), [(15, "met"), (14, "broken")])
def test_stock_share(make_tables: Make, rent: int, verdict: str) -> None:
    """20 + 15 - 2 = 33 of 100 + 15 - 5 = 110 is 30 %; with 14 it is 32 of 109."""
    lost = """
        municipality_code,from_year,to_year,dwellings_lost,social_lost,mid_lost
        GM0001,2026,2026,5,2,0"""
    rule = _rule("stock_share", place=A, segment="social", share="3/10", by_year="2027")
    [line] = _lines(make_tables({(A, 2026, "rent"): rent}, stock_changes=lost), rule).values()
    assert _sides(line) == (18 + rent, ">=", Fraction(3 * (95 + rent), 10), verdict)


def test_stock_share_without_figures_has_no_sides(make_tables: Make) -> None:
    """The middle stock is unknown in the input."""
    rule = _rule("stock_share", place=A, segment="mid", share="3/10")
    for line in _lines(make_tables({}), rule).values():
        assert _sides(line) == (None, ">=", None, "not_testable")
        assert (line.margin, line.slack, line.binding) == (None, 0, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("year", ["2026", "2027", "2028"]),
        ("horizon", ["2026-2028"]),
        ("2026", ["2026", "2027-2028"]),
        ("2030", ["2026-2028"]),
        ("2020-2026 2028-2031", ["2026", "2028"]),
    ],
)
def test_periods_are_cut_to_the_valid_years(make_tables: Make, text: str, expected: list[str]) -> None:
    """Periods outside the horizon fall away."""
    rule = _rule("affordable_share", place=A, share="2/3", periods=text)
    lines = _lines(make_tables({}, last_year=2028), rule)
    assert [period for _, _, period in lines] == expected


def test_money_references_are_at_least_a_thousand_euros(make_tables: Make) -> None:
    """A soft pot without budget that spends 500 euros is half a thousand too much."""
    rule = _rule("deficit")
    pots = """
        pot_id,payer,kind,purpose,place,dwelling_types,max_per_dwelling_eur,max_share,carry_over,carries_rest
        aid,Rijk,deficit,,,,,,no,no"""
    lines = _lines(make_tables({}, {("aid", A, 2026, "rent"): 500}, pots=pots), rule)
    assert lines["", "aid", "2026"].relative == Fraction(1, 2)


@pytest.mark.parametrize(
    ("string", "may"),
    [
        ("start_from=2025", True), ("start_from=2026", False),
        ("start_to=2025", True), ("start_to=2024", False),
        ("finish_from=2026", True), ("finish_from=2027", False),
        ("finish_to=2026", True), ("finish_to=2025", False),
        ("minimum_use_years=99", True),
    ],
)  # fmt: skip
def test_a_pot_pays_within_its_windows(make_tables: Make, string: str, may: bool) -> None:
    """A permanent dwelling completed in 2026 started a year before."""
    column, year = string.split("=")
    pots = f"""
        pot_id,payer,kind,purpose,place,dwelling_types,max_per_dwelling_eur,max_share,carry_over,carries_rest,{column}
        aid,Rijk,deficit,,,,,,no,no,{year}"""
    tables = make_tables({(A, 2026, "rent"): 1}, pots=pots)
    [pot] = tables.rows("pots")
    assert pays_for(tables, pot, (A, 2026, "rent")) == may


@pytest.mark.parametrize(("use", "building", "may"), [(10, 0, True), (11, 0, False), (10, 2, False)])
def test_a_pot_pays_for_years_of_use(make_tables: Make, use: int, building: int, may: bool) -> None:
    """A temporary dwelling stands 10 years; with two years of building it started before 2025."""
    pots = f"""
        pot_id,payer,kind,purpose,place,dwelling_types,max_per_dwelling_eur,max_share,carry_over,carries_rest,start_from,minimum_use_years
        aid,Rijk,deficit,,,,,,no,no,2025,{use}"""
    tables = make_tables({}, pots=pots)
    tables.options["rent"] |= {"service_life_years": 10, "building_years": building}
    [pot] = tables.rows("pots")
    assert pays_for(tables, pot, (A, 2026, "rent")) == may


@pytest.mark.parametrize(
    ("rent", "most", "least"),
    [(10, "met", "met"), (11, "broken", "met"), (4, "met", "met"), (3, "met", "broken")],
)
def test_steady_series(make_tables: Make, rent: int, most: str, least: str) -> None:
    """7 care and rent in 2026: at most 7 x 6/5 + 2 = 10.4 and at least 7 x 4/5 - 2 = 3.6 in 2027."""
    built = {(A, 2026, "care"): 3, (A, 2026, "rent"): 4, (A, 2027, "rent"): rent, (B, 2027, "owner"): 9}
    rule = _rule("steady_series", "agreement", options="care|rent", share="1/5", dwellings="2")
    lines = _lines(make_tables(built), rule)
    assert set(lines) == {("R", "most", "2027"), ("R", "least", "2027")}
    assert _sides(lines["R", "most", "2027"]) == (rent, "<=", Fraction(52, 5), most)
    assert _sides(lines["R", "least", "2027"]) == (rent, ">=", Fraction(18, 5), least)


def test_steady_series_of_the_whole_programme_from_the_second_planned_year(make_tables: Make) -> None:
    """Care, rent and owners are all in the programme; with 2027 the first planned year, 2028 follows it."""
    built = {(A, 2026, "rent"): 9, (A, 2027, "rent"): 2, (B, 2027, "owner"): 3, (B, 2028, "owner"): 5}
    rule = _rule("steady_series", "agreement", share="0", dwellings="0")
    lines = _lines(make_tables(built, last_year=2028, open_year=2027), rule)
    assert {key: _sides(line) for key, line in lines.items()} == {
        ("R", "most", "2028"): (5, "<=", 5, "met"),
        ("R", "least", "2028"): (5, ">=", 5, "met"),
    }
