"""Conflicts: floors above ceilings that are seen without solving, and nothing that could be solved."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest

from thuisplan.inputs.checks import check
from thuisplan.inputs.columns import Row, sorted_rows
from thuisplan.inputs.conflicts import find_conflicts
from thuisplan.inputs.examples import municipality, stedendriehoek
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Origin, Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    TABLES,
    Availability,
    Budget,
    Capacity,
    Commitment,
    Exclusion,
    Exemption,
    Membership,
    Municipality,
    Need,
    Option,
    Plan,
    Pot,
    Realised,
    Rule,
    RuleParameter,
)
from thuisplan.outputs.texts import finding_text

EPE, VOORST = "GM0232", "GM0285"


def option(code: str, segment: str = "social_rent", **values: Any) -> Option:
    filled: dict[str, Any] = {
        "dwelling_type": "social_regular",
        "route": "new_build",
        "need_category": "home",
        "segment": segment,
        **dict.fromkeys(("in_programme", "adds_social", "adds_mid", "adds_stock", "uses_capacity")),
        **dict.fromkeys(("extra_cost_eur", "extra_cost_price_year", "deficit_eur", "deficit_price_year")),
        **dict.fromkeys(("service_life_years", "first_year")),
    }
    return Option(option=code, **{**filled, **values})


def committed(dwellings: int, year: int = 2026, what: str = "social", where: str = EPE) -> Commitment:
    return Commitment(municipality_code=where, option=what, year=year, dwellings=dwellings, source=None)


def offered(most: int, what: str = "*", where: str = "*", first: int = 2026) -> Availability:
    return Availability(
        municipality_code=where, option=what, from_year=first, to_year=None, max_per_year=most, source=None
    )


def capacity(dwellings: int, route: str | None = None, first: int = 2026) -> Capacity:
    return Capacity(
        municipality_code=EPE,
        route=route,
        from_year=first,
        to_year=None,
        dwellings_per_year=dwellings,
        source=None,
    )


def plan(dwellings: int, segment: str | None = None, first: int = 2026, last: int = 2026) -> Plan:
    return Plan(
        project=f"{segment}{first}",
        municipality_code=EPE,
        status="hard",
        route="new_build",
        segment=segment,
        from_year=first,
        to_year=last,
        dwellings=dwellings,
        realisation=Fraction(1),
        source=None,
    )


def pot(code: str = "pot", kind: str = "extra_cost", **values: Any) -> Pot:
    empty = dict.fromkeys(("purpose", "place", "max_per_dwelling_eur", "max_share", "price_year", "source"))
    return Pot(pot_id=code, payer=code, kind=kind, **{**empty, **values})


def budget(amount: int, code: str = "pot", first: int = 2026, last: int | None = None) -> Budget:
    return Budget(pot_id=code, from_year=first, to_year=last, amount_eur=amount, source=None)


def rule(family: str, strength: str | None = "hard", **values: Any) -> Rule:
    empty = dict.fromkeys(("purpose", "place", "valid_from", "valid_to", "status_date", "source"))
    return Rule(rule_id=family, family=family, strength=strength, **{**empty, **values})


def parameters(rule_id: str, **values: str) -> list[RuleParameter]:
    return [RuleParameter(rule_id=rule_id, parameter=name, value=value) for name, value in values.items()]


def exclusion(what: str = "social") -> Exclusion:
    return Exclusion(municipality_code=EPE, option=what, from_year=2026, to_year=None, source=None)


def conflicts(*rows: Row, **settings: Any) -> tuple[Finding, ...]:
    """Return the conflicts of two municipalities with social and mid dwellings, 2026-2030."""
    base: list[Row] = [
        *(
            Municipality(
                code=code,
                name=name,
                boundary_year=2026,
                inhabitants=30000,
                households=None,
                dwelling_stock=13000,
                social_stock=social,
                mid_stock=None,
                vacancies_per_year=None,
                pitches=None,
                reference_year=None,
                source=None,
            )
            for code, name, social in ((EPE, "Epe", 2700), (VOORST, "Voorst", 5000))
        ),
        *(
            Membership(
                municipality_code=code,
                purpose="agreement",
                place="Regio",
                region_municipalities=2,
                source=None,
            )
            for code in (EPE, VOORST)
        ),
        Need(
            need_id="home",
            purpose="agreement",
            place="Regio",
            need_category="home",
            from_year=2026,
            to_year=None,
            low=None,
            central=Fraction(10),
            high=None,
            source=None,
        ),
    ]
    given = [*base, *rows]
    if not any(isinstance(row, Option) for row in given):
        given += [option("social"), option("mid", "mid_rent", dwelling_type="mid_rent")]
    if not any(isinstance(row, Availability) for row in given):
        given.append(offered(100))
    tables = {name: sorted_rows([r for r in given if r.table == name]) for name in TABLES}
    origins = {
        (name, row.key()): Origin(f"{name}.csv", number, {})
        for name, of_table in tables.items()
        for number, row in enumerate(of_table, start=2)
    }
    made = Settings(format=1, name="proef", first_year=2026, last_year=2030, **settings)
    scenario = Scenario(made, MappingProxyType(tables), MappingProxyType(origins))
    assert not [f for f in check(scenario) if f.severity is Severity.WRONG]
    found = find_conflicts(resolve(scenario))
    for finding in found:
        assert finding.severity is Severity.CONFLICT
        assert all("{" not in finding_text(finding, language) for language in ("nl", "en"))
    return found


def codes(*rows: Row, **settings: Any) -> list[str]:
    return [finding.code for finding in conflicts(*rows, **settings)]


def test_the_examples_have_no_conflict() -> None:
    for scenario in (stedendriehoek("nl"), municipality("GM0262", "nl")):
        assert find_conflicts(resolve(scenario)) == ()


def test_commitments_within_every_limit_are_no_conflict() -> None:
    """40 are committed; 100 are offered, 60 can be completed, 40 planned, 40 x 1,000 euros are there."""
    rows = [committed(40), capacity(60), plan(40), pot(), budget(40000), exclusion("mid")]
    costs = [option("social", extra_cost_eur=1000), option("mid", "mid_rent")]
    assert codes(*rows, *costs) == []


# --- supply -----------------------------------------------------------------------


def test_a_commitment_above_availability() -> None:
    (finding,) = conflicts(committed(101))
    assert (finding.code, finding.source, finding.row) == (
        "commitment_above_availability",
        "commitments.csv",
        2,
    )
    assert finding_text(finding, "nl") == (
        "commitments.csv, rij 2, kolom woningen, waarde '101': in Epe (GM0232) zijn voor 2026 101 "
        "van 'social' "
        "afgesproken, maar volgens 'aanbod' (rij 2) kunnen er hoogstens 100 komen. "
        "Wat te doen: verhoog het aanbod tot ten minste 101, of verlaag de afspraak."
    )


def test_a_commitment_of_what_is_not_offered() -> None:
    assert codes(committed(1), offered(100, "mid")) == ["commitment_not_offered"]
    assert codes(committed(1), offered(100, first=2027)) == ["commitment_not_offered"]


def test_a_lead_time_is_no_obstacle_for_what_is_already_committed() -> None:
    assert codes(committed(1), option("social", lead_time_years=3)) == []


def test_a_soft_availability_or_commitment_makes_no_conflict() -> None:
    for family in ("availability", "commitment"):
        assert codes(committed(101), rule(family, "soft")) == []


def test_a_rule_that_holds_later_makes_no_conflict_before() -> None:
    assert codes(committed(101), rule("availability", valid_from=2027)) == []
    assert codes(committed(101), rule("availability", valid_to=2026)) == ["commitment_above_availability"]


def test_an_exempt_municipality_makes_no_conflict() -> None:
    exempt = Exemption(rule_id="availability", place=EPE, value=None, agreed_by="raad", source=None)
    assert codes(committed(101), rule("availability"), exempt) == []


def test_a_commitment_of_what_is_excluded() -> None:
    assert codes(committed(1), exclusion()) == ["commitment_excluded"]


def test_commitments_of_a_year_above_capacity() -> None:
    """40 + 30 = 70 > 69; apart they fit."""
    (finding,) = conflicts(committed(40), committed(30, what="mid"), capacity(69))
    assert (finding.code, finding.values["committed"], finding.values["most"]) == (
        "commitments_above_capacity",
        70,
        69,
    )
    assert finding.value == "40"  # at the largest of them
    assert codes(committed(40), committed(30, what="mid"), capacity(70)) == []


def test_commitments_of_a_route_above_its_capacity() -> None:
    rows = [committed(40), option("social", route="transformation"), option("other")]
    assert codes(*rows, capacity(39, "transformation")) == ["commitments_above_route_capacity"]
    assert codes(*rows, capacity(39, "new_build")) == []


def test_commitments_above_the_plans_so_far() -> None:
    """In 2027 40 + 40 = 80 are committed; the plans offer 50 in 2026 and 29 in 2027: one too few."""
    rows = [committed(40), committed(40, 2027), plan(50)]
    (finding,) = conflicts(*rows, plan(29, first=2027, last=2027))
    assert (finding.code, finding.values["year"], finding.values["most"]) == (
        "commitments_above_plans",
        2027,
        79,
    )
    assert codes(*rows, plan(30, first=2027, last=2027)) == []


def test_commitments_of_a_segment_above_the_plans_that_suit_it() -> None:
    """50 planned for any segment and 50 for social rent: 60 mid dwellings have room for 50 only."""
    assert codes(committed(60, what="mid"), plan(50), plan(50, "social_rent")) == ["commitments_above_plans"]


def test_a_plan_after_the_horizon_offers_nothing() -> None:
    """It is a warning of the checks, and no commitment can be met from it."""
    late = replace(plan(50), from_year=2031, to_year=None)
    assert codes(late) == []
    assert codes(late, committed(1), plan(0)) == ["commitments_above_plans"]


# --- money ------------------------------------------------------------------------


COSTLY = option("social", extra_cost_eur=1000)


def test_a_commitment_that_no_pot_may_pay() -> None:
    assert codes(committed(1), COSTLY) == ["commitment_without_pot"]
    elsewhere = pot(purpose="municipality", place=VOORST)
    assert codes(committed(1), COSTLY, elsewhere, budget(9999)) == ["commitment_without_pot"]


def test_a_commitment_that_pots_may_not_pay_in_full() -> None:
    """At most 600 + 39.99 % of 1,000 (399, rounded down) = 999 of 1,000 euros."""
    limited = [pot(max_per_dwelling_eur=600), pot("two", max_share=Fraction(3999, 10000))]
    assert codes(committed(1), COSTLY, *limited, budget(9999), budget(9999, "two")) == [
        "commitment_underfunded"
    ]


def test_commitments_above_the_budget_of_a_year() -> None:
    """40 x 1,000 = 40,000 > 39,999."""
    (finding,) = conflicts(committed(40), COSTLY, pot(), budget(39999))
    assert finding.code == "commitments_above_budget"
    assert finding_text(finding, "en") == (
        "commitments.csv, row 2, column woningen, value '40': the commitments in 2026 ask €40,000 of "
        "extra cost "
        "(this is the largest of 1), but the most in pot is €39,999 then. "
        "What to do: raise the pots by €1, or lower or move commitments."
    )


def test_a_budget_that_is_carried_over_pays_later() -> None:
    """In 2027 60,000 are asked; 40,000 a year are 80,000 by then, but only if the rest is carried over."""
    rows = [committed(60, 2027), COSTLY, budget(40000)]
    assert codes(*rows, pot()) == ["commitments_above_budget"]
    assert codes(*rows, pot(carry_over=True)) == []


def test_commitments_above_all_budgets_together() -> None:
    """One pot pays in Epe only, one everywhere: 30 + 30 thousand for 40 + 21 thousand."""
    rows = [
        committed(40),
        committed(21, where=VOORST),
        COSTLY,
        pot(purpose="municipality", place=EPE),
        pot("all"),
        budget(30000),
    ]
    assert codes(*rows, budget(30000, "all")) == ["commitments_above_budget"]
    assert codes(*rows, budget(31000, "all")) == []


def test_a_pot_that_carries_the_rest_or_a_soft_budget_makes_no_conflict() -> None:
    assert codes(committed(40), COSTLY, pot(carries_rest=True)) == []
    assert codes(committed(40), COSTLY, pot(), budget(1), rule("extra_cost", "soft")) == []


# --- norms ------------------------------------------------------------------------


def minimum(dwellings: int, **values: str) -> list[Row]:
    given = {"options": "social", "dwellings": str(dwellings), **values}
    return [rule("minimum_contribution", purpose="agreement"), *parameters("minimum_contribution", **given)]


def test_a_minimum_contribution_above_what_is_offered() -> None:
    """100 a year over five years are 500."""
    assert codes(*minimum(500)) == []
    assert codes(*minimum(501)) == ["contribution_above_supply"] * 2
    assert codes(*minimum(201, by_year="2027")) == ["contribution_above_supply"] * 2


def test_a_minimum_contribution_above_capacity_or_plans() -> None:
    (finding,) = conflicts(*minimum(300), capacity(59))  # 59 x 5 = 295
    assert (finding.values["most"], finding.source) == (295, "rules.csv")
    assert codes(*minimum(300), plan(299)) == ["contribution_above_supply"]


def test_a_minimum_contribution_of_what_is_not_offered() -> None:
    assert codes(*minimum(1), offered(100, "mid")) == ["contribution_not_offered"] * 2
    assert codes(*minimum(1), exclusion()) == ["contribution_not_offered"]


def test_an_exemption_replaces_the_minimum() -> None:
    for value, found in ((None, []), (Fraction(500), []), (Fraction(502), ["contribution_above_supply"])):
        exempt = Exemption(
            rule_id="minimum_contribution", place=EPE, value=value, agreed_by="regio", source=None
        )
        other = Exemption(
            rule_id="minimum_contribution", place=VOORST, value=None, agreed_by="regio", source=None
        )
        assert codes(*minimum(501), exempt, other) == found


def test_temporary_dwellings_that_are_gone_do_not_count() -> None:
    """With a life of two years only those of 2029 and 2030 stand in 2030: 200."""
    assert codes(*minimum(201), option("social", service_life_years=2)) == ["contribution_above_supply"] * 2


def test_a_target_by_number_above_what_is_offered() -> None:
    """Two municipalities, 100 a year, five years: 1,000 social dwellings."""
    target = rule("feature_target", purpose="agreement")
    for number, found in ((1000, []), (1001, ["target_above_supply"])):
        given = parameters("feature_target", of_options="social", dwellings=str(number), periods="horizon")
        assert codes(target, *given) == found


def test_a_target_by_share_of_what_is_not_offered() -> None:
    target = [
        rule("feature_target", purpose="agreement"),
        *parameters("feature_target", route="flex", share="0.1", periods="horizon"),
    ]
    assert codes(*target) == []  # nothing is fixed: building nothing keeps it
    assert codes(*target, committed(10)) == ["share_above_supply"]


def test_a_share_that_commitments_leave_no_room_for() -> None:
    """30 % social in Epe: 10 social beside 24 mid dwellings is 29.4 %, beside 23 it is 30.3 %."""
    share = [rule("social_share"), *parameters("social_share", periods="horizon")]
    few = [offered(2, "social", EPE), offered(100)]
    assert codes(*share, *few, committed(24, what="mid")) == ["share_above_supply"]
    assert codes(*share, *few, committed(23, what="mid")) == []
    # Voorst is above the national average: the social share does not hold there.
    assert (
        codes(*share, offered(0, "social", VOORST), offered(100), committed(24, what="mid", where=VOORST))
        == []
    )


def test_realised_dwellings_count_towards_a_share() -> None:
    """24 mid dwellings were realised in 2026; 2 social ones a year in four open years are 8 of 32."""
    share = [rule("social_share"), *parameters("social_share", periods="horizon")]
    done = Realised(municipality_code=EPE, option="mid", year=2026, dwellings=24, source=None)
    rows = [*share, offered(2, "social", EPE), offered(100), done]
    assert codes(*rows, first_open_year=2027) == ["share_above_supply"]


def test_two_hard_shares_that_leave_nothing_else() -> None:
    """70 % social and 40 % mid: only an empty programme has both, and 10 dwellings are committed."""
    shares = [
        rule("social_share"),
        *parameters("social_share", share="0.7", side="all", periods="horizon"),
        rule("mid_share"),
        *parameters("mid_share", share="0.4", side="all", periods="horizon"),
    ]
    (finding,) = conflicts(*shares, committed(10))
    assert (finding.code, finding.source) == ("shares_above_whole", "rules.csv")
    assert codes(*shares) == []
    exempt = Exemption(rule_id="mid_share", place=EPE, value=Fraction(3, 10), agreed_by="raad", source=None)
    assert codes(*shares, committed(10), exempt) == []


@pytest.mark.parametrize("strength", ["soft", "monitor"])
def test_norms_that_are_not_hard_make_no_conflict(strength: str) -> None:
    rows = [row for row in minimum(501) if not isinstance(row, Rule)]
    assert codes(rule("minimum_contribution", strength, purpose="agreement"), *rows) == []


def test_norms_of_a_region_that_is_not_whole_make_no_conflict() -> None:
    rows = [row for row in minimum(501) if not isinstance(row, Rule)]
    other = [
        Membership(municipality_code=code, purpose="wmo", place="W", region_municipalities=3, source=None)
        for code in (EPE, VOORST)
    ]
    assert codes(rule("minimum_contribution", purpose="wmo"), *rows, *other) == []
