"""Checks on rules about lettings: every planted error is one sentence at its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.findings import Severity
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import (
    Exemption,
    Flow,
    Key,
    Municipality,
    Need,
    Rule,
    RuleParameter,
    Turnover,
)

A, B = "GM0001", "GM0002"
WRONG, WARNING = Severity.WRONG, Severity.WARNING
Make = Callable[..., Scenario]
Told = Callable[[Scenario], list[tuple[Any, ...]]]

PATH = {"path_first_year": "2026", "path_last_year": "2029"}
MIX = {"own_share": "80 %", "region_share": "10 %", "outside_share": "10 %"}


def _rule(family: str, *, track: int = 1, **parameters: str) -> list[Any]:
    rule = Rule(rule_id="r", family=family, track=track, purpose="agreement", place="R")
    return [rule, *(RuleParameter(rule_id="r", parameter=n, value=v) for n, v in parameters.items())]


def _fair(track: int, **parameters: str) -> list[Any]:
    return [Key(key_id="k", basis="inhabitants"), *_rule("fair_share", track=track, key="k", **parameters)]


def _flow(flow: str, group: str, **values: Any) -> Flow:
    known: dict[str, Any] = dict(purpose="agreement", place="R", from_year=2026, households=Fraction(9))
    return Flow(flow_id=flow, group=group, **{**known, **values})


STUDENTS = _flow("students", "students")
PLACES = _flow("places", "students", need_category="clustered", stay_years=3)
OWN = Need(
    need_id="own", purpose="municipality", place=A, need_category="clustered", from_year=2026,
    central=Fraction(1), decides=False,
)  # fmt: skip

GOOD: dict[str, list[Any]] = {
    "a share": _rule("vacancy_share", share="30 %"),
    "a number": _rule("vacancy_share", dwellings="178", groups="homeless"),
    "a share on a path": _rule("vacancy_share", share="30 %", **PATH),
    "fair share of lettings": _fair(2),
    "fair share of the task": _fair(2, flows="homeless|permit_holders"),
    "fair share of dwellings": _fair(1, options="rent"),
    "a mix": [*_rule("workplace_mix", groups="students", **MIX), STUDENTS],
    "own municipality first": [
        OWN, *_rule("own_first", options="clustered", needs="own", stock="social_stock"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_good_rule_has_no_finding(with_lettings: Make, told: Told, name: str) -> None:
    assert told(with_lettings(*GOOD[name])) == []


CASES: dict[str, tuple[list[Any], tuple[Any, ...]]] = {
    "neither a share nor a number": (
        _rule("vacancy_share"), (WRONG, "vacancy_share_missing", "regels", "familie"),
    ),
    "a share and a number": (
        _rule("vacancy_share", share="0,3", dwellings="5"),
        (WRONG, "vacancy_share_twice", "regels", "familie"),
    ),
    "a path without end": (
        _rule("vacancy_share", share="0,3", path_first_year="2026"),
        (WRONG, "share_path_incomplete", "regels", "familie"),
    ),
    "a start without a path": (
        _rule("vacancy_share", share="0,3", start_share="0,1"),
        (WRONG, "share_path_incomplete", "regels", "familie"),
    ),
    "a path that runs backwards": (
        _rule("vacancy_share", share="0,3", path_first_year="2029", path_last_year="2026"),
        (WRONG, "share_path_reversed", "regels", "familie"),
    ),
    "a path to a number": (
        _rule("vacancy_share", dwellings="3", **PATH), (WRONG, "share_path_of_number", "regels", "familie"),
    ),
    "a start that nobody knows": (
        [*_rule("vacancy_share", share="0,3", **PATH),
         Municipality(code=B, name="Beveen", boundary_year=2026, social_stock=600, vacancies_per_year=30)],
        (WRONG, "start_share_unknown", "regels", "familie"),
    ),
    "a share for nobody": (
        [*_rule("vacancy_share", share="0,3", groups="students")],
        (WARNING, "vacancy_share_without_flows", "regels", "familie"),
    ),
    "a group without a flow": (
        [*_rule("vacancy_share", share="0,3", groups="homeless|students")],
        (WARNING, "groups_without_flow", "regelparameters", "waarde"),
    ),
    "a group that is not there": (
        [*_rule("vacancy_share", share="0,3", groups="homeless|starters")],
        (WRONG, "unknown_code", "regelparameters", "waarde"),
    ),
    "fair share of no dwellings": (_fair(1), (WRONG, "fair_share_without_options", "regels", "familie")),
    "flows in fair share of dwellings": (
        _fair(1, options="rent", flows="homeless"),
        (WARNING, "parameter_of_other_track", "regelparameters", "waarde"),
    ),
    "options in fair share of lettings": (
        _fair(2, options="rent"), (WARNING, "parameter_of_other_track", "regelparameters", "waarde"),
    ),
    "a flow that is not there": (
        _fair(2, flows="homless"), (WRONG, "unknown_code", "regelparameters", "waarde"),
    ),
    "a flow that is a need": (
        [PLACES, *_fair(2, flows="places")], (WRONG, "flow_without_lettings", "regelparameters", "waarde"),
    ),
    "a flow of other years": (
        [_flow("late", "students", from_year=2040), *_fair(2, flows="late")],
        (WRONG, "flow_without_lettings", "regelparameters", "waarde"),
    ),
    "a mix that does not sum": (
        [STUDENTS, *_rule("workplace_mix", groups="students", **(MIX | {"region_share": "5 %"}))],
        (WARNING, "mix_does_not_sum", "regels", "familie"),
    ),
    "a mix of nobody": (
        _rule("workplace_mix", groups="students", **MIX), (WARNING, "mix_without_flows", "regels", "familie"),
    ),
    "own needs of a region": (
        _rule("own_first", options="rent", needs="rent"),
        (WRONG, "own_need_of_region", "regelparameters", "waarde"),
    ),
    "own needs that are not there": (
        _rule("own_first", options="rent", needs="pitches"),
        (WRONG, "unknown_code", "regelparameters", "waarde"),
    ),
    "a stock that is no figure": (
        [OWN, *_rule("own_first", options="clustered", needs="own", stock="tents")],
        (WRONG, "unknown_stock_figure", "regelparameters", "waarde"),
    ),
}  # fmt: skip


ALWAYS: dict[str, tuple[list[Any], list[tuple[Any, ...]]]] = {
    "what is vacated as a wish": (
        [Rule(rule_id="r", family="lettings", strength="soft")],
        [(WRONG, "rule_always_hard", "regels", "sterkte")],
    ),
    "what is vacated from a later year": (
        [Rule(rule_id="r", family="lettings", valid_from=2027)],
        [(WRONG, "rule_always_valid", "regels", "geldig_vanaf")],
    ),
    "what is vacated for some years": (
        [Rule(rule_id="r", family="lettings", valid_to=2028)],
        [(WRONG, "rule_always_valid", "regels", "geldig_tot_en_met")],
    ),
    "a municipality in which more is let than there is": (
        [Exemption(rule_id="lettings", place=A, agreed_by="regio")],
        [(WRONG, "exemption_of_always", "maatwerk", "regel")],
    ),
    "what is vacated, as it is": (
        [Rule(rule_id="r", family="lettings", strength="hard", valid_from=2026, valid_to=2029)], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ALWAYS)
def test_what_there_is_to_let_always_holds(with_lettings: Make, told: Told, name: str) -> None:
    """The horizon is 2026-2029: nothing but a hard rule of all those years, for everybody, is taken."""
    rows, expected = ALWAYS[name]
    assert told(with_lettings(*rows)) == expected


def test_one_start_for_several_regions_is_nobodys(with_lettings: Make, told: Told) -> None:
    """A lets 8 of 40 and B 6 of 30 today: two starts, so one rule each, or a start that is given."""
    rows = _rule("vacancy_share", share="0,3", **PATH)
    both = [replace(rows[0], purpose="municipality", place=None), *rows[1:]]
    assert told(with_lettings(*both)) == [(WRONG, "start_share_of_regions", "regels", "familie")]
    one = [replace(rows[0], purpose="municipality", place=A), *rows[1:]]
    assert told(with_lettings(*one)) == []
    given = RuleParameter(rule_id="r", parameter="start_share", value="1/5")
    assert told(with_lettings(*both, given)) == []


@pytest.mark.parametrize(("roles", "flows"), [("statutory", True), ("regional", False)])
def test_a_share_counts_groups_by_role(with_lettings: Make, told: Told, roles: str, flows: bool) -> None:
    """The homeless are urgent by law: a share of who is urgent by choice of the region is for nobody."""
    found = told(with_lettings(*_rule("vacancy_share", share="0,3", roles=roles)))
    without = (WARNING, "vacancy_share_without_flows", "regels", "familie")
    assert found == ([] if flows else [without])


@pytest.mark.parametrize("name", CASES)
def test_a_planted_error_is_found_at_its_place(with_lettings: Make, told: Told, name: str) -> None:
    rows, expected = CASES[name]
    assert expected in told(with_lettings(*rows))


def _exempt(place: str, value: Fraction | None = None) -> Exemption:
    return Exemption(rule_id="r", place=place, value=value, agreed_by="regio")


@pytest.mark.parametrize(
    ("norm", "value", "code"),
    [
        ({"share": "0.3"}, Fraction(1, 5), None),
        ({"share": "0.3"}, None, None),
        ({"share": "0.3"}, Fraction(20), "exemption_share_above_one"),
        ({"dwellings": "178"}, Fraction(150), None),
        ({"dwellings": "178"}, Fraction(1, 2), "exemption_not_whole"),
    ],
)
def test_an_exemption_of_a_share_of_vacancies_is_of_its_kind(
    with_lettings: Make, told: Told, norm: dict[str, str], value: Fraction | None, code: str | None
) -> None:
    found = told(with_lettings(*_rule("vacancy_share", **norm), _exempt("R", value)))
    assert [c for _, c, _, _ in found] == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("family", "place", "known"),
    [
        ("waiting_list", "R", True),
        ("waiting_list", A, False),  # the flow comes from R
        ("permit_holders", A, True),
        ("care_capacity", "R", False),  # nothing is said of care in R
        ("neighbourhood", B, True),
    ],
)
def test_an_exemption_is_of_a_place_that_the_family_speaks_of(
    with_lettings: Make, told: Told, family: str, place: str, known: bool
) -> None:
    found = told(with_lettings(Rule(rule_id="r", family=family), _exempt(place)))
    assert [c for _, c, _, _ in found] == ([] if known else ["exemption_place_unknown"])


def test_a_share_of_nothing_that_is_vacated_is_told_with_its_region(with_lettings: Make, told: Told) -> None:
    found = told(with_lettings(*_rule("vacancy_share", share="0,3"), without=(Turnover,)))
    assert (WARNING, "vacancy_share_without_turnover", "regels", "plaats") in found


def test_a_share_of_first_lettings_needs_no_turnover(with_lettings: Make, told: Told) -> None:
    rows = _rule("vacancy_share", share="0,3", base="first_lettings")
    assert told(with_lettings(*rows, without=(Turnover,))) == []


def test_fair_share_of_lettings_needs_somebody_of_its_own_region(with_lettings: Make, told: Told) -> None:
    """The homeless come from all of R: for A alone they are nobody to divide."""
    rows = _fair(2)
    of_one = [replace(row, purpose="municipality", place=A) if row is rows[1] else row for row in rows]
    expected = (WRONG, "fair_share_without_flows", "regels", "familie")
    assert expected not in told(with_lettings(*rows))
    assert expected in told(with_lettings(*of_one))


def test_fair_share_of_lettings_needs_somebody_urgent(with_lettings: Make, told: Told) -> None:
    found = told(with_lettings(STUDENTS, *_fair(2), without=(Flow,)))
    assert (WRONG, "fair_share_without_flows", "regels", "familie") in found
