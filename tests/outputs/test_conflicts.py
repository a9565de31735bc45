"""Conflicts in sentences: what is seen without solving, where it stands and what to do."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest

from thuisplan.inputs.checks import check
from thuisplan.inputs.columns import Row, sorted_rows
from thuisplan.inputs.examples import municipality, stedendriehoek
from thuisplan.inputs.findings import Severity
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
    Neighbourhood,
    Option,
    Plan,
    Pot,
    Realised,
    Rule,
    RuleParameter,
)
from thuisplan.model.build import build
from thuisplan.model.conflicts import conflicts as found_in
from thuisplan.outputs.answer import Sentence, sentence_text
from thuisplan.outputs.conflicts import conflict_sentences

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


def conflicts(*rows: Row, **settings: Any) -> list[Sentence]:
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
    instance = resolve(scenario)
    problem = build(instance)
    found = conflict_sentences(instance, found_in(problem))
    for sentence in found:
        for language in ("nl", "en"):
            text = sentence_text(sentence, language)
            assert "{" not in text
            assert "None" not in text
    return found


def codes(*rows: Row, **settings: Any) -> list[str]:
    return [sentence.code for sentence in conflicts(*rows, **settings)]


def test_the_examples_have_no_conflict() -> None:
    for scenario in (stedendriehoek("nl"), municipality("GM0262", "nl")):
        assert found_in(build(resolve(scenario))) == ()


def test_commitments_within_every_limit_are_no_conflict() -> None:
    """40 are committed; 100 are offered, 60 can be completed, 40 planned, 40 x 1,000 euros are there."""
    rows = [committed(40), capacity(60), plan(40), pot(), budget(40000), exclusion("mid")]
    costs = [option("social", extra_cost_eur=1000), option("mid", "mid_rent")]
    assert codes(*rows, *costs) == []


# --- supply -----------------------------------------------------------------------


def test_a_commitment_above_availability() -> None:
    (sentence,) = conflicts(committed(101))
    assert sentence_text(sentence, "nl") == (
        "Epe, 2026: er zijn afspraken voor 101 woningen (101 social; commitments.csv, rij 2), maar het "
        "aanbod "
        "is 100 (availability.csv, rij 2). "
        "Wat te doen: verhoog het aanbod tot ten minste 101, of verlaag de afspraak."
    )
    assert sentence_text(sentence, "en") == (
        "Epe, 2026: there are commitments for 101 dwellings (101 social; commitments.csv, row 2), but the "
        "availability is 100 (availability.csv, row 2). "
        "What to do: raise the availability to at least 101, or lower the commitment."
    )


def test_a_lead_time_is_no_obstacle_for_what_is_already_committed() -> None:
    assert codes(committed(1), option("social", lead_time_years=3)) == []


def test_a_soft_availability_or_commitment_makes_no_conflict() -> None:
    for family in ("availability", "commitment"):
        assert codes(committed(101), rule(family, "soft")) == []


def test_a_rule_that_holds_later_makes_no_conflict_before() -> None:
    assert codes(committed(101), rule("availability", valid_from=2027)) == []
    assert codes(committed(101), rule("availability", valid_to=2026)) == ["availability"]


def test_an_exempt_municipality_makes_no_conflict() -> None:
    exempt = Exemption(rule_id="availability", place=EPE, value=None, agreed_by="raad", source=None)
    assert codes(committed(101), rule("availability"), exempt) == []


def test_a_commitment_of_what_is_excluded() -> None:
    assert codes(committed(1), exclusion()) == ["exclusion"]


def test_commitments_of_a_year_above_capacity() -> None:
    """40 + 30 = 70 > 69; apart they fit."""
    (sentence,) = conflicts(committed(40), committed(30, what="mid"), capacity(69))
    assert sentence_text(sentence, "nl") == (
        "Epe, 2026: er zijn afspraken voor 70 woningen (40 social, 30 mid; commitments.csv, rijen 2 en "
        "3), maar "
        "de capaciteit is 69 (capacity.csv, rij 2). "
        "Wat te doen: verhoog de capaciteit tot ten minste 70, of schuif afspraken naar een ander jaar."
    )
    assert codes(committed(40), committed(30, what="mid"), capacity(70)) == []


def test_commitments_of_a_route_above_its_capacity() -> None:
    rows = [committed(40), option("social", route="transformation"), option("other")]
    assert codes(*rows, capacity(39, "transformation")) == ["route_capacity"]
    assert codes(*rows, capacity(39, "new_build")) == []


def test_commitments_above_the_plans_so_far() -> None:
    """In 2027 40 + 40 = 80 are committed; the plans offer 50 in 2026 and 29 in 2027: one too few."""
    rows = [committed(40), committed(40, 2027), plan(50)]
    (sentence,) = conflicts(*rows, plan(29, first=2027, last=2027))
    assert sentence_text(sentence, "en") == (
        "Epe, up to 2027: there are commitments for 80 dwellings by new build (80 social; "
        "commitments.csv, rows 2 "
        "and 3), but the plans offer 79 by then after attrition (plans.csv, rows 2 and 3). What to do: add "
        "plans, raise their realisation, or move commitments to later years."
    )
    assert codes(*rows, plan(30, first=2027, last=2027)) == []


def test_commitments_of_a_segment_above_the_plans_that_suit_it() -> None:
    """50 planned for any segment and 50 for social rent: 60 mid dwellings have room for 50 only."""
    assert codes(committed(60, what="mid"), plan(50), plan(50, "social_rent")) == ["plans_of_segments"]


def test_a_plan_after_the_horizon_offers_nothing() -> None:
    """It is a warning of the checks, and no commitment can be met from it."""
    late = replace(plan(50), from_year=2031, to_year=None)
    assert codes(late) == []
    assert codes(late, committed(1), plan(0)) == ["plans"]


# --- money ------------------------------------------------------------------------


COSTLY = option("social", extra_cost_eur=1000)


def test_a_commitment_that_no_pot_may_pay() -> None:
    assert codes(committed(1), COSTLY) == ["unpaid"]
    elsewhere = pot(purpose="municipality", place=VOORST)
    assert codes(committed(1), COSTLY, elsewhere, budget(9999)) == ["unpaid"]


def test_a_commitment_that_pots_may_not_pay_in_full() -> None:
    """At most 600 + 39.99 % of 1,000 (399, rounded down) = 999 of 1,000 euros."""
    limited = [pot(max_per_dwelling_eur=600), pot("two", max_share=Fraction(3999, 10000))]
    assert codes(committed(1), COSTLY, *limited, budget(9999), budget(9999, "two")) == ["underfunded"]


def test_commitments_above_the_budget_of_a_year() -> None:
    """40 x 1,000 = 40,000 > 39,999."""
    (sentence,) = conflicts(committed(40), COSTLY, pot(), budget(39999))
    assert sentence_text(sentence, "en") == (
        "2026: the commitment of 40 social in Epe in 2026 (commitments.csv, row 2) asks €40,000 of "
        "extra cost, "
        "but the most in pot is €39,999 then (budgets.csv, row 2). "
        "What to do: raise the pots by €1, or lower or move the commitment."
    )


def test_a_budget_that_is_carried_over_pays_later() -> None:
    """In 2027 60,000 are asked; 40,000 a year are 80,000 by then, but only if the rest is carried over."""
    rows = [committed(60, 2027), COSTLY, budget(40000)]
    assert codes(*rows, pot()) == ["budget_one"]
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
    (sentence,) = conflicts(*rows, budget(30000, "all"))
    assert sentence_text(sentence, "nl") == (
        "2026: afspraken vragen € 61.000 meerkosten (de grootste van 2: 40 social in Epe in 2026, "
        "commitments.csv, rij 2), maar in all en pot zit dan hoogstens € 60.000 (budgets.csv, rijen 2 en 3). "
        "Wat te doen: verhoog de budgetten met € 1.000, of verlaag of verschuif afspraken."
    )
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
    assert codes(*minimum(501)) == ["demand"] * 2
    assert codes(*minimum(201, by_year="2027")) == ["demand"] * 2


def test_a_minimum_contribution_above_capacity_or_plans() -> None:
    (sentence,) = conflicts(*minimum(300), capacity(59))  # 59 x 5 = 295
    assert sentence_text(sentence, "nl") == (
        "Epe, 2030: de regel 'minimum_contribution' vraagt ten minste 300 woningen "
        "(rule_parameters.csv, rij 2), "
        "maar meer dan 295 kan niet; in de weg staat de plan- en bouwcapaciteit in 2026-2030: samen 295 "
        "woningen "
        "(capacity.csv, rij 2). Wat te doen: verruim wat dit begrenst, verlaag het aantal, of spreek "
        "maatwerk "
        "af voor deze plaats."
    )
    assert codes(*minimum(300), plan(299)) == ["demand"]


def test_a_minimum_contribution_of_what_is_not_offered() -> None:
    assert codes(*minimum(1), offered(100, "mid")) == ["demand_of_nothing"] * 2
    (sentence,) = conflicts(*minimum(1), exclusion())
    assert (sentence.code, sentence.values["most"]) == ("demand", 0)
    assert sentence_text(sentence, "nl") == (
        "Epe, 2030: de regel 'minimum_contribution' vraagt ten minste 1 woning (rule_parameters.csv, rij 2), "
        "maar meer dan 0 kan niet; in de weg staat een uitsluiting in 2026-2030 (exclusions.csv, rij 2). "
        "Wat te doen: verruim wat dit begrenst, verlaag het aantal, of spreek maatwerk af voor deze plaats."
    )


def test_an_exemption_replaces_the_minimum() -> None:
    for value, found in ((None, []), (Fraction(500), []), (Fraction(502), ["demand"])):
        exempt = Exemption(
            rule_id="minimum_contribution", place=EPE, value=value, agreed_by="regio", source=None
        )
        other = Exemption(
            rule_id="minimum_contribution", place=VOORST, value=None, agreed_by="regio", source=None
        )
        assert codes(*minimum(501), exempt, other) == found


def test_temporary_dwellings_that_are_gone_do_not_count() -> None:
    """With a life of two years only those of 2029 and 2030 stand in 2030: 200."""
    assert codes(*minimum(201), option("social", service_life_years=2)) == ["demand"] * 2


def test_a_target_by_number_above_what_is_offered() -> None:
    """Two municipalities, 100 a year, five years: 1,000 social dwellings."""
    target = rule("feature_target", purpose="agreement")
    for number, found in ((1000, []), (1001, ["demand"])):
        given = parameters("feature_target", of_options="social", dwellings=str(number), periods="horizon")
        assert codes(target, *given) == found


def test_a_target_by_share_of_what_is_not_offered() -> None:
    target = [
        rule("feature_target", purpose="agreement"),
        *parameters("feature_target", route="flex", share="0.1", periods="horizon"),
    ]
    assert codes(*target) == []  # nothing is fixed: building nothing keeps it
    assert codes(*target, committed(10)) == ["share"]


def test_a_share_that_commitments_leave_no_room_for() -> None:
    """30 % social in Epe: 10 social beside 24 mid dwellings is 29.4 %, beside 23 it is 30.3 %."""
    share = [rule("social_share"), *parameters("social_share", periods="horizon")]
    few = [offered(2, "social", EPE), offered(100)]
    (sentence,) = conflicts(*share, *few, committed(24, what="mid"))
    assert sentence_text(sentence, "nl") == (
        "Epe, 2026-2030: de regel 'social_share' vraagt 30 %; er staan al 24 woningen vast die niet tellen "
        "(commitments.csv, rij 2), en van wat telt kunnen er hoogstens 10 komen; in de weg staat het "
        "aanbod in "
        "2026-2030: samen 10 woningen (availability.csv, rij 3). Wat te doen: verruim wat telt, verlaag "
        "afspraken over andere woningen, of spreek maatwerk af."
    )
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
    assert codes(*rows, first_open_year=2027) == ["share"]


def test_two_hard_shares_that_leave_nothing_else() -> None:
    """70 % social and 40 % mid: only an empty programme has both, and 10 dwellings are committed."""
    shares = [
        rule("social_share"),
        *parameters("social_share", share="0.7", side="all", periods="horizon"),
        rule("mid_share"),
        *parameters("mid_share", share="0.4", side="all", periods="horizon"),
    ]
    (sentence,) = conflicts(*shares, committed(10))
    assert sentence_text(sentence, "en") == (
        "Epe, 2026-2030: the rules 'mid_share' (40%) and 'social_share' (70%) together ask for more than the "
        "whole programme, while 10 dwellings are already fixed (rule_parameters.csv, rows 3 and 6). "
        "What to do: "
        "lower one of the shares, or agree on an exemption for this place."
    )
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


# --- other conflicts --------------------------------------------------------------


def test_a_cap_below_a_floor_is_told_by_what_is_missing(small: Any) -> None:
    """20 homes are vacated, all designated: 30 % is 6 and 20 % is 4, so that 2 are missing."""
    instance = small.instance(
        [small.vacating(small.A, 20, designated_share=Fraction(1)), small.group("homeless")],
        [small.flow("homeless", 50), small.fits("homeless")],
        [small.option("home"), small.offer(small.A, "home", 0)],
        small.rule("floor", "vacancy_share", {"form": "floor", "share": "30 %"}, strength="hard"),
        small.rule("cap", "vacancy_share", {"form": "cap", "share": "20 %"}, strength="hard"),
    )
    problem = build(instance)
    [sentence] = conflict_sentences(instance, found_in(problem))
    assert sentence_text(sentence, "nl") == (
        "R, 2026: de regel 'cap' (aandeel vrijkomende sociale huurwoningen) laat hoogstens 4 woningen "
        "toe, maar "
        "minder dan 6 woningen kan niet; in de weg staat aandeel vrijkomende sociale huurwoningen "
        "(regel 'floor') "
        "in 2026: 6 woningen. Wat te doen: verruim de regel, of verlaag wat in de weg staat."
    )
    assert sentence_text(sentence, "en") == (
        "R, 2026: the rule 'cap' (share of vacated lettings) allows at most 4 dwellings, but less than "
        "6 dwellings "
        "is not possible; in the way is share of vacated lettings (rule 'floor') in 2026: 6 dwellings. "
        "What to do: widen the rule, or lower what stands in the way."
    )


def test_neighbourhoods_that_are_too_small_are_named(small: Any) -> None:
    """Four care dwellings agreed, two places in North and one in South."""
    instance = small.instance(
        [small.option("care"), small.offer(small.A, "care", 9), small.committed(small.A, "care", 4)],
        small.need("care", 1, need_class="special"),
        Neighbourhood(municipality_code=small.A, neighbourhood="Noord", max_special=2),
        Neighbourhood(municipality_code=small.A, neighbourhood="Zuid", max_special=1),
    )
    problem = build(instance)
    [sentence] = conflict_sentences(instance, found_in(problem))
    assert sentence_text(sentence, "nl") == (
        "GM0001, 2026: er staan dan 4 woningen waarvoor afspraken zijn (4 care), maar de wijken waar ze "
        "mogen "
        "komen (Noord en Zuid) mogen er samen hoogstens 3 krijgen. Wat te doen: verhoog het maximum van een "
        "wijk, laat het voor één wijk leeg, of voeg de optie aan een wijk toe."
    )
