"""Checks on what pots ask, on causes of loss and on compensation: each error is one sentence at its place."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest

from thuisplan.inputs.checks import check
from thuisplan.inputs.columns import Row, sorted_rows
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    TABLES,
    Assumption,
    Availability,
    Budget,
    Exemption,
    Flow,
    Group,
    Key,
    Membership,
    Municipality,
    Need,
    Option,
    Pot,
    Rule,
    RuleParameter,
    StockChange,
)
from thuisplan.outputs.texts import finding_text

A, B = "GM0001", "GM0002"
WRONG, WARNING = Severity.WRONG, Severity.WARNING


def _scenario(*rows: Row) -> Scenario:
    """Return a scenario of two municipalities that build care, with these rows."""
    given = [
        *(
            Municipality(
                code=code, name=code, boundary_year=2026, inhabitants=5000, dwelling_stock=2000,
                social_stock=600, mid_stock=100,
            )
            for code in (A, B)
        ),
        *(
            Membership(municipality_code=code, purpose="agreement", place="R", region_municipalities=2)
            for code in (A, B)
        ),
        Availability(municipality_code="*", option="*", from_year=2026, max_per_year=9),
        *rows,
    ]  # fmt: skip
    if not any(isinstance(row, Option) for row in rows):
        given.append(_option())
    if not any(isinstance(row, Need) for row in rows):
        asked = {"purpose": "agreement", "place": "R", "from_year": 2026, "central": Fraction(2)}
        given.append(Need(need_id="care", need_category="care_suitable", **asked))
    tables = {name: sorted_rows(row for row in given if row.table == name) for name in TABLES}
    settings = Settings(format=1, name="strings", language="en", first_year=2026, last_year=2030)
    return Scenario(settings, MappingProxyType(tables))


def _option(**values: Any) -> Option:
    filled = {
        "option": "care", "dwelling_type": "care_suitable", "route": "new_build", "segment": "social_rent",
        "extra_cost_eur": 10_000, "deficit_eur": 0, **values,
    }  # fmt: skip
    return Option(**filled)


def _pot(**values: Any) -> list[Row]:
    return [
        Pot(pot_id="state", payer="Rijk", kind="extra_cost", **values),
        Budget(pot_id="state", from_year=2026, amount_eur=50_000),
        Pot(pot_id="rest", payer="gemeenten", kind="extra_cost", carries_rest=True),
    ]


def _found(scenario: Scenario) -> list[Finding]:
    """Return what is wrong or warned of, after making sure that it can be said in both languages."""
    found = [one for one in check(scenario) if one.severity in (WRONG, WARNING)]
    assert all(finding_text(one, language).strip() for one in found for language in ("nl", "en"))
    return found


@pytest.mark.parametrize(
    ("pot", "severity", "code", "column"),
    [
        ({"start_from": 2030, "start_to": 2029}, WRONG, "years_reversed", "start_to"),
        ({"finish_from": 2028, "finish_to": 2027}, WRONG, "years_reversed", "finish_to"),
        # A dwelling takes a year: those completed in 2026-2030 start in 2025-2029.
        ({"start_from": 2030}, WRONG, "pot_start_outside_horizon", "start_from"),
        ({"start_to": 2024}, WRONG, "pot_start_outside_horizon", "start_to"),
        ({"finish_from": 2031}, WRONG, "pot_finish_outside_horizon", "finish_from"),
        ({"finish_to": 2025}, WRONG, "pot_finish_outside_horizon", "finish_to"),
        # Started by 2025 is completed by 2026, which is not 2028.
        ({"start_to": 2025, "finish_from": 2028}, WARNING, "pot_pays_nothing", "finish_from"),
        ({"minimum_use_years": 100}, None, "", ""),
        ({"start_from": 2029, "finish_to": 2030}, None, "", ""),
        ({"start_to": 2025}, None, "", ""),
    ],
)
def test_windows(pot: dict[str, int], severity: Severity | None, code: str, column: str) -> None:
    """A window that is reversed, outside the horizon or never met is told; one that is met is not."""
    expected = [(severity, code, column)] if severity else []
    assert [(one.severity, one.code, one.column) for one in _found(_scenario(*_pot(**pot)))] == expected


def test_a_window_in_the_closed_years_pays_nothing_any_more() -> None:
    """2026 is in the horizon and realised: the pot is no error, but it pays nothing of the plan."""
    scenario = _scenario(*_pot(finish_to=2026))
    settings = scenario.settings.model_copy(update={"first_open_year": 2027})
    [found] = [one for one in check(Scenario(settings, scenario.tables)) if one.severity is WARNING]
    assert (found.code, found.values["first"]) == ("pot_pays_nothing", 2027)


def test_more_years_of_use_than_any_option_stands() -> None:
    """Flex of 15 years, 20 years asked."""
    flex = _option(route="flex", service_life_years=15)
    [found] = _found(_scenario(flex, *_pot(minimum_use_years=20)))
    assert (found.severity, found.code, found.values["life"]) == (WARNING, "pot_use_too_long", 15)
    assert not _found(_scenario(flex, *_pot(minimum_use_years=15)))


def test_groups_of_a_pot() -> None:
    """A group that is not in the table is wrong; one of which nobody comes is a warning."""
    group = Group(group="homeless", roles=("statutory",))
    flow = Flow(
        flow_id="f", group="homeless", purpose="municipality", place=A, from_year=2026, households=Fraction(5)
    )
    [found] = [
        one for one in _found(_scenario(group, flow, *_pot(groups=("homles",)))) if one.column == "groups"
    ]
    assert (found.severity, found.code) == (WRONG, "unknown_code")
    found_ = [one for one in _found(_scenario(group, *_pot(groups=("homeless",)))) if one.column == "groups"]
    assert [(one.severity, one.code) for one in found_] == [(WARNING, "pot_group_without_flow")]
    fine = _found(_scenario(group, flow, *_pot(groups=("homeless",))))
    assert not [one for one in fine if one.column == "groups"]


def test_years_in_which_no_pot_pays_are_named() -> None:
    """The only pot pays what is completed up to 2028: 2029-2030 are told, and half the cost too."""
    rows: list[Row] = [
        Pot(pot_id="state", payer="Rijk", kind="extra_cost", finish_to=2028),
        Budget(pot_id="state", from_year=2026, amount_eur=50_000),
    ]
    [found] = _found(_scenario(*rows))
    assert (found.code, found.values["years"]) == ("no_pot_pays", "2029-2030")
    half = Pot(pot_id="half", payer="provincie", kind="extra_cost", max_share=Fraction(1, 2))
    amount = Budget(pot_id="half", from_year=2026, amount_eur=50_000)
    [found] = _found(_scenario(*rows, half, amount))
    assert (found.code, found.values["years"], found.values["most"]) == (
        "pots_pay_too_little", "2029-2030", 5_000,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"cause": "sale", "dwellings_lost": 1, "social_lost": 1}, "loss_keeps_dwelling"),
        ({"cause": "liberalisation", "dwellings_lost": 2, "social_lost": 2}, "loss_keeps_dwelling"),
        (
            {"cause": "demolition", "dwellings_lost": 2, "social_lost": 2, "mid_lost": 1},
            "loss_parts_above_whole",
        ),
        # 121 a year is 605 in five years, of 600.
        ({"cause": "sale", "dwellings_lost": 0, "social_lost": 121}, "losses_above_stock"),
        ({"cause": "sale", "dwellings_lost": 0, "social_lost": 120}, None),
        ({"cause": "demolition", "dwellings_lost": 3, "social_lost": 2, "mid_lost": 1}, None),
        ({"dwellings_lost": 1, "social_lost": 3}, None),
    ],
)
def test_losses_go_with_their_cause(values: dict[str, Any], code: str | None) -> None:
    """What is sold or liberalised remains a dwelling; what is demolished leaves the stock as a whole."""
    found = _found(_scenario(StockChange(municipality_code=A, from_year=2026, **values), *_pot()))
    assert [one.code for one in found] == ([code] if code else [])


def test_causes_of_one_year_do_not_overlap() -> None:
    """Three rows of one municipality and year; the same cause twice is one too many."""
    rows = [
        StockChange(municipality_code=A, cause=cause, from_year=2026, dwellings_lost=0, social_lost=1)
        for cause in ("sale", "liberalisation", "other")
    ]
    assert not _found(_scenario(*rows, *_pot()))
    twice = StockChange(municipality_code=A, cause="sale", from_year=2027, dwellings_lost=0)
    assert [one.code for one in _found(_scenario(*rows, twice, *_pot()))] == ["years_overlap"]


def _agreement(place: str = A, **exemption: Any) -> list[Row]:
    """Return fair shares of caravans, and of caravans and clustered dwellings; A is exempt from the first."""

    def fair(rule_id: str, options: str, purpose: str = "agreement") -> list[Row]:
        return [
            Rule(
                rule_id=rule_id,
                family="fair_share",
                purpose=purpose,
                place="R" if purpose == "agreement" else A,
            ),
            RuleParameter(rule_id=rule_id, parameter="key", value="people"),
            RuleParameter(rule_id=rule_id, parameter="options", value=options),
        ]

    needs = {"purpose": "agreement", "place": "R", "from_year": 2026, "central": Fraction(2)}
    return [
        _option(option="caravan", dwelling_type="caravan", extra_cost_eur=0),
        _option(option="clustered", dwelling_type="clustered", extra_cost_eur=0),
        Key(key_id="people", basis="inhabitants"),
        Need(need_id="caravan", need_category="caravan", **needs),
        Need(need_id="clustered", need_category="clustered", **needs),
        *fair("pitches", "caravan"),
        *fair("homes", "clustered"),
        *fair("all", "caravan|clustered"),
        Rule(rule_id="least", family="minimum_contribution", purpose="agreement"),
        RuleParameter(rule_id="least", parameter="options", value="clustered"),
        RuleParameter(rule_id="least", parameter="dwellings", value="0"),
        Exemption(
            **{"rule_id": "pitches", "place": place, "value": None, "agreed_by": "college", **exemption}
        ),
    ]


@pytest.mark.parametrize(
    ("exemption", "code"),
    [
        ({"compensated_in": "all"}, None),
        ({}, None),
        ({"compensated_in": "al"}, "unknown_code"),
        ({"compensated_in": "least"}, "compensation_not_fair_share"),
        ({"compensated_in": "pitches"}, "compensation_not_fair_share"),
        ({"compensated_in": "homes"}, "compensation_counts_none"),
        ({"compensated_in": "all", "rule_id": "least"}, None),
    ],
)
def test_compensation(exemption: dict[str, str], code: str | None) -> None:
    """The named rule is another fair share, that counts what the place is freed of."""
    found = _found(_scenario(*_agreement(**exemption)))
    assert [(one.code, one.column) for one in found] == ([(code, "compensated_in")] if code else [])


def test_compensation_in_a_rule_that_does_not_bind_the_place() -> None:
    """A rule of B alone, or one from which A is exempt as well, makes up for nothing."""
    rows = [
        Rule(rule_id="all", family="fair_share", purpose="municipality", place=B)
        if isinstance(row, Rule) and row.rule_id == "all"
        else row
        for row in _agreement(compensated_in="all")
    ]
    found = [one for one in _found(_scenario(*rows)) if one.column == "compensated_in"]
    assert [one.code for one in found] == ["compensation_without_place"]
    too = Exemption(rule_id="all", place=A, value=None, agreed_by="college")
    found = _found(_scenario(*_agreement(compensated_in="all"), too))
    assert [one.code for one in found] == ["compensation_exempt_too"]


def test_compensation_is_listed() -> None:
    """Who agreed that A makes up in the integral agreement stands among the assumptions, as the user's."""
    made = resolve(_scenario(*_agreement(compensated_in="all")))
    [listed] = [row for row in made.rows(Assumption) if row.column_name == "compensated_in"]
    assert (listed.row_key, listed.value, listed.source, listed.origin) == (
        f"pitches {A}",
        "all",
        "college",
        "user",
    )
    [row] = made.rows(Exemption)
    assert row.compensated_in == "all"
