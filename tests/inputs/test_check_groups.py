"""Checks on target groups: every planted error is one sentence at its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.checks import check
from thuisplan.inputs.columns import Row
from thuisplan.inputs.examples.groups import SUITABILITY, TARGET_GROUPS
from thuisplan.inputs.findings import Severity
from thuisplan.inputs.parse import parse
from thuisplan.inputs.raw import RawInput, RawTable
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Origin, Scenario
from thuisplan.inputs.tables import (
    Flow,
    FlowThrough,
    Group,
    Key,
    Membership,
    Municipality,
    Need,
    Option,
    PermitTask,
    Rule,
    RuleParameter,
    Suitability,
    Turnover,
)
from thuisplan.outputs.texts import finding_text

A, B = "GM0001", "GM0002"
WRONG, WARNING, NOTICE = Severity.WRONG, Severity.WARNING, Severity.NOTICE
Make = Callable[..., Scenario]
Told = Callable[[Scenario], list[tuple[Any, ...]]]


def _flow(**values: Any) -> Flow:
    known: dict[str, Any] = dict(
        flow_id="homeless", group="homeless", purpose="agreement", place="R", from_year=2026,
        households=Fraction(20),
    )  # fmt: skip
    return Flow(**{**known, **values})


def _places(**values: Any) -> Flow:
    return _flow(**{"flow_id": "places", "need_category": "clustered", "stay_years": 3, **values})


def _need(category: str = "clustered", **values: Any) -> Need:
    known: dict[str, Any] = dict(
        need_id="given", purpose="municipality", place=A, need_category=category, from_year=2026,
        central=Fraction(1),
    )  # fmt: skip
    return Need(**{**known, **values})


def test_the_small_input_has_no_finding_before_or_after_resolving(with_lettings: Make, told: Told) -> None:
    scenario = with_lettings(_places())
    assert told(scenario) == []
    assert told(resolve(scenario).scenario) == []


CASES: dict[str, tuple[list[Any], dict[str, Any], tuple[Any, ...]]] = {
    "a group that is not there": (
        [_flow(group="starters")], {}, (WRONG, "unknown_code", "instroom", "doelgroep"),
    ),
    "a place that is not there": (
        [_flow(place="S")], {}, (WRONG, "unknown_place", "instroom", "plaats"),
    ),
    "a kind of place that is not there": (
        [_flow(purpose="wmo")], {}, (WRONG, "unknown_purpose", "instroom", "doel"),
    ),
    "from outside without a place to live": (
        [_flow(purpose="outside", place="Polen")], {},
        (WRONG, "outside_without_housing", "instroom", "huisvesting_plaats"),
    ),
    "a place to live without its kind": (
        [_flow(housed_place=A)], {}, (WRONG, "housed_place_incomplete", "instroom", "huisvesting_doel"),
    ),
    "a kind of place to live without the place": (
        [_flow(housed_purpose="municipality")], {},
        (WRONG, "housed_place_incomplete", "instroom", "huisvesting_plaats"),
    ),
    "a place to live that is not there": (
        [_flow(housed_purpose="municipality", housed_place="GM0003")], {},
        (WRONG, "unknown_housed_place", "instroom", "huisvesting_plaats"),
    ),
    "the code of the task": (
        [_flow(flow_id="permit_holders")], {}, (WRONG, "flow_id_reserved", "instroom", "instroomcode"),
    ),
    "rows that differ": (
        [_flow(to_year=2027), _flow(from_year=2028, place=A, purpose="municipality")], {},
        (WRONG, "flow_rows_differ", "instroom", "doel"),
    ),
    "a waiting list in two rows": (
        [_flow(to_year=2027, waiting_at_start=1), _flow(from_year=2028, waiting_at_start=1)], {},
        (WRONG, "flow_waiting_twice", "instroom", "wachtend_bij_begin"),
    ),
    "rows of one year": (
        [_flow(to_year=2028), _flow(from_year=2028)], {}, (WRONG, "years_overlap", "instroom", "vanaf_jaar"),
    ),
    "years that run backwards": (
        [_places(to_year=2025)], {}, (WRONG, "years_reversed", "instroom", "tot_en_met_jaar"),
    ),
    "more counted elsewhere than there are": (
        [_flow(counted_elsewhere=Fraction(21))], {},
        (WRONG, "flow_below_counted_elsewhere", "instroom", "elders_geteld_per_jaar"),
    ),
    "more permit holders than there are": (  # 7 households of the task, 6 of the flow
        [_flow(households=Fraction(6), includes_permit_holders=True)], {"permit_holders_inside": True},
        (WRONG, "flow_below_permit_holders", "instroom", "huishoudens_per_jaar"),
    ),
    "permit holders inside nothing": (
        [], {"permit_holders_inside": True},
        (WARNING, "permit_holders_inside_nothing", "scenario", "permit_holders_inside"),
    ),
    "permit holders inside two flows": (
        [_flow(includes_permit_holders=True),
         _flow(flow_id="more", purpose="municipality", place=A, includes_permit_holders=True)],
        {"permit_holders_inside": True},
        (WRONG, "permit_holders_in_two_flows", "instroom", "telt_vergunninghouders_mee"),
    ),
    "permit holders as a flow too": (
        [_flow(flow_id="permits", group="permit_holders")], {},
        (WARNING, "permit_holders_flow_beside_task", "instroom", "doelgroep"),
    ),
    "a stay without a need": (
        [_flow(stay_years=2)], {}, (WRONG, "flow_column_of_needs", "instroom", "verblijfsduur_jaren"),
    ),
    "growth without a need": (
        [_flow(growth=Fraction(1))], {}, (WRONG, "flow_column_of_needs", "instroom", "groei_per_jaar"),
    ),
    "a need without a stay": (
        [_places(stay_years=None)], {}, (WRONG, "flow_need_without_stay", "instroom", "verblijfsduur_jaren"),
    ),
    "a waiting list of places": (
        [_places(waiting_at_start=3)], {},
        (WRONG, "flow_column_of_lettings", "instroom", "wachtend_bij_begin"),
    ),
    "a need in two periods": (
        [_places(to_year=2027), _places(from_year=2028)], {},
        (WRONG, "flow_need_in_two_periods", "instroom", "vanaf_jaar"),
    ),
    "the code of a need": (
        [_places(flow_id="rent")], {}, (WRONG, "flow_id_of_need", "instroom", "instroomcode"),
    ),
    "a need as dwellings and as a flow": (
        [_places(), _need()], {}, (WRONG, "need_and_flow", "instroom", "behoeftecategorie"),
    ),
    "two flows of one need": (
        [_places(), _places(flow_id="more", purpose="municipality", place=A)], {},
        (WRONG, "flows_share_a_need", "instroom", "behoeftecategorie"),
    ),
    "a group that nothing fits": (
        [Group(group="older"), _flow(flow_id="late", group="older")], {},
        (WRONG, "group_without_suitability", "instroom", "doelgroep"),
    ),
    "a group that nothing fits and that is only followed": (
        [Group(group="older"), _flow(flow_id="late", group="older", strength="monitor")], {},
        (WARNING, "group_without_suitability", "instroom", "doelgroep"),
    ),
    "a type that no option has": (
        [Suitability(group="students", dwelling_type="room")], {},
        (WARNING, "suitability_unused", "geschiktheid", "woningtype"),
    ),
    "what fits a group that is not there": (
        [Suitability(group="starters", dwelling_type="clustered")], {},
        (WRONG, "unknown_code", "geschiktheid", "doelgroep"),
    ),
    "moving on from an option that is not there": (
        [FlowThrough(option="villa", municipality_code="*", take_up=Fraction(1))], {},
        (WRONG, "unknown_code", "doorstroming", "optie"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_planted_error_is_found_at_its_place(with_lettings: Make, told: Told, name: str) -> None:
    rows, settings, expected = CASES[name]
    assert expected in told(with_lettings(*rows, **settings))


def test_a_need_that_no_option_serves_is_told_at_the_flow_that_became_it(with_lettings: Make) -> None:
    scenario = with_lettings(_places(need_category="care_suitable"))
    origins = {(Flow.table, ("places", 2026)): Origin("instroom.csv", 3)}
    (finding,) = check(replace(scenario, origins=origins))
    assert (finding.code, finding.source, finding.row) == ("unknown_need_category", "instroom.csv", 3)


def test_a_need_that_is_only_compared_may_stand_beside_a_flow(with_lettings: Make, told: Told) -> None:
    assert told(with_lettings(_places(), _need(decides=False))) == []


def test_a_need_of_other_years_may_stand_beside_a_flow(with_lettings: Make, told: Told) -> None:
    assert told(with_lettings(_places(to_year=2027), _need(from_year=2028))) == []


def test_a_need_met_by_what_may_be_let_too_is_told_with_both(with_lettings: Make) -> None:
    """Clustered dwellings are asked for in A and may be let to the homeless, who may live in A."""
    scenario = with_lettings(_need(), Suitability(group="homeless", dwelling_type="clustered"))
    (finding,) = check(scenario)
    assert (finding.severity, finding.code) == (NOTICE, "need_also_let")
    assert (finding.source, finding.column) == ("behoeften", "behoeftecategorie")
    text = finding_text(finding, "en")
    assert "'given' asks for 'clustered dwelling' as dwellings" in text
    assert "what serves it (clustered) may also be let to 'homeless'. Both count" in text


def test_a_need_met_by_what_permit_holders_may_let_is_told_with_their_task(with_lettings: Make) -> None:
    scenario = with_lettings(_need(), Suitability(group="permit_holders", dwelling_type="clustered"))
    (finding,) = check(scenario)
    assert (finding.code, finding.values["flow"]) == ("need_also_let", "permit_holders")


@pytest.mark.parametrize(
    "rows",
    [
        [_need(decides=False)],
        [_need(need_class="regular")],  # for everybody, so also for who is urgent
        [_need(), _flow(purpose="municipality", place=B)],  # they live in B, it is asked for in A
        [_need(), _places(flow_id="homeless", purpose="municipality", place=B)],  # housed by the need itself
    ],
    ids=["only compared", "regular", "elsewhere", "as a need"],
)
def test_a_need_that_counts_once_is_not_told(with_lettings: Make, told: Told, rows: list[Row]) -> None:
    fits = Suitability(group="homeless", dwelling_type="clustered")
    found = told(with_lettings(*rows, fits, without=(Flow,) if rows[1:] else ()))
    assert "need_also_let" not in [code for _, code, _, _ in found]


@pytest.mark.parametrize("shut", ["turnover", "rent class"])
def test_a_flow_for_which_nothing_is_there_is_named_with_its_place(with_lettings: Make, shut: str) -> None:
    """Nothing is vacated; and of the one option that fits, none is offered, or the rent is too high."""
    group = Group(group="homeless", roles=("statutory",), rent_classes=("quality_discount",))
    fits = Suitability(group="homeless", dwelling_type="clustered")
    option = Option(
        option="clustered", dwelling_type="clustered", route="new_build", segment="social_rent",
        extra_cost_eur=0, deficit_eur=0,
        rent_class="first_cap" if shut == "rent class" else None,
        first_year=2040 if shut == "turnover" else None,
    )  # fmt: skip
    small = with_lettings(group, option, fits, _flow(), without=(Turnover, PermitTask, Suitability))
    (finding,) = (f for f in check(small) if f.code == "flow_without_home")
    assert finding.severity is WRONG
    place = "instroom, column plaats, value 'R'"
    sentence = (
        f"{place}: in R nothing is vacated that fits 'homeless people', and there is no suitable option"
    )
    assert finding_text(finding, "en").startswith(sentence)


def test_a_suitable_option_is_enough_without_turnover(with_lettings: Make, told: Told) -> None:
    fits = Suitability(group="homeless", dwelling_type="clustered")
    scenario = with_lettings(fits, _flow(), without=(Turnover, PermitTask, Suitability))
    assert told(scenario) == []


def test_a_flow_may_be_the_need_of_a_fair_share_by_name(with_lettings: Make, told: Told) -> None:
    rows = [
        _places(),
        Key(key_id="k", basis="inhabitants"),
        Rule(rule_id="r", family="fair_share", purpose="agreement", place="R"),
        RuleParameter(rule_id="r", parameter="key", value="k"),
        RuleParameter(rule_id="r", parameter="options", value="clustered"),
        RuleParameter(rule_id="r", parameter="needs", value="places"),
    ]
    assert told(with_lettings(*rows)) == []


@pytest.mark.parametrize(
    "table", [Group, Flow, Suitability, Turnover, PermitTask, Municipality, Membership, Option]
)
def test_an_input_without_a_table_is_checked_and_told(
    with_lettings: Make, told: Told, table: type[Row]
) -> None:
    """Whatever else is wrong then: no check may stop on what another check tells."""
    rows = [row for rows, _, _ in CASES.values() for row in rows if type(row) is not table]
    assert isinstance(told(with_lettings(*rows, without=(table,))), list)
    assert isinstance(check(with_lettings(*rows, without=(table,)), (table.table,)), tuple)


def test_only_lettings_need_no_needs(with_lettings: Make, told: Told) -> None:
    assert told(with_lettings(without=(Need,))) == []


def test_a_stay_of_zero_years_is_refused_with_what_an_empty_cell_means() -> None:
    heading = ("doelgroep", "woningtype", "verblijfsduur_jaren")
    cells = ("dak- en thuislozen", "reguliere sociale huurwoning", "0")
    table = RawTable("suitability", "geschiktheid.csv", heading, ((2, cells),))
    settings = {"format": 1, "name": "x", "first_year": 2026, "last_year": 2027}
    _, findings = parse(RawInput(settings, "scenario.toml", {"suitability": table}, ()))
    (finding,) = (f for f in findings if f.code == "out_of_range")
    assert finding_text(finding, "nl") == (
        "geschiktheid.csv, rij 2, kolom verblijfsduur_jaren, waarde '0': deze waarde valt buiten wat kan. "
        "Het moet ten minste 1 zijn. Het mag hoogstens 100 zijn. Wat te doen: verbeter de waarde of laat de "
        "cel leeg (dat betekent: blijvend; in een tijdelijke woning: zolang die er staat); let op de "
        "eenheid van de kolom."
    )
    meaning = "permanent; in a temporary dwelling: as long as it stands"
    assert f"leave the cell empty (which means: {meaning})" in finding_text(finding, "en")


def test_the_fifteen_groups_of_the_documents_are_there_with_role_status_and_source() -> None:
    """Facts a.1: nine statutory, four of the programme only, the task, and one by choice of the region."""
    roles = {row.group: row.roles for row in TARGET_GROUPS}
    assert len(roles) == 15
    assert [group for group, r in roles.items() if r == ("programme",)] == [
        "labour_migrants", "students", "caravan_dwellers", "older_people",
    ]  # fmt: skip
    assert sum("statutory" in r for r in roles.values()) == 9
    assert [group for group, r in roles.items() if "task" in r] == ["permit_holders"]
    assert [group for group, r in roles.items() if "regional" in r] == ["regional_urgent"]
    assert all(row.definition and row.status and row.status_date and row.source for row in TARGET_GROUPS)
    assert {row.group for row in SUITABILITY} == set(roles)
