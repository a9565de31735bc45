"""The second statement of how groups, flows and turnover are resolved agrees with the first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.checks import check
from thuisplan.inputs.columns import Row, sorted_rows
from thuisplan.inputs.findings import Severity
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    TABLES,
    Assumption,
    Availability,
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
from thuisplan.outputs.verification.original import DERIVATIONS
from thuisplan.outputs.verification.original_rows import Original, as_text, texts

A, B, C = "GM0001", "GM0002", "GM0003"
GROUPS = ("homeless", "divorced", "permit_holders")
DERIVED = ("flows", "needs", "suitability", "turnover", "flow_through", "rule_parameters")


def _municipality(code: str, stock: int | None, vacancies: int | None) -> Municipality:
    return Municipality(
        code=code, name=code, boundary_year=2026, inhabitants=1000, dwelling_stock=2000, social_stock=stock,
        vacancies_per_year=vacancies, urgent_lettings_today=7, permit_lettings_today=5,
    )  # fmt: skip


def _rule(family: str, track: int, **parameters: str) -> list[Any]:
    rule = Rule(rule_id="r", family=family, track=track, purpose="agreement", place="R")
    return [rule, *(RuleParameter(rule_id="r", parameter=n, value=v) for n, v in parameters.items())]


FRACTIONS = st.fractions(0, 20, max_denominator=6)
PATH = {"share": "0.3", "path_first_year": "2026", "path_last_year": "2029"}


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Inputs with every way in which these tables can be given."""
    rows: list[Row] = [
        _municipality(A, 400, draw(st.sampled_from([5, 31]))),
        _municipality(B, draw(st.sampled_from([None, 0, 600])), 0),
        _municipality(C, 100, 5),
        *(
            Membership(municipality_code=code, purpose="agreement", place="R", region_municipalities=2)
            for code in (A, B)
        ),
        Option(option="clustered", dwelling_type="clustered", route="new_build", segment="social_rent"),
        Availability(municipality_code="*", option="*", from_year=2026, max_per_year=5),
        Need(
            need_id="given", purpose="municipality", place=A, need_category="other", from_year=2026,
            low=draw(FRACTIONS), strength="monitor",
        ),
        Group(group="homeless", roles=("statutory",)),
        Group(group="divorced", roles=("local", "regional")),
        Group(group="permit_holders", persons_per_household=Fraction(5, 2)),
        PermitTask(
            municipality_code=A, year=2027, half=1, persons=draw(st.integers(0, 20)), backlog_persons=3
        ),
        PermitTask(municipality_code=B, year=2026, half=2, persons=draw(st.integers(0, 20))),
        *(Suitability(group=group, dwelling_type="clustered") for group in GROUPS),
        FlowThrough(
            option="clustered", municipality_code=draw(st.sampled_from(["*", A])), take_up=Fraction(1, 3)
        ),
        Turnover(municipality_code="*", from_year=draw(st.integers(2025, 2027))),
    ]  # fmt: skip
    # The province is wider than R where C is in it.
    members = draw(st.sampled_from([(A,), (A, B), (A, B, C)]))
    rows += [
        Membership(municipality_code=code, purpose="province", place="P", region_municipalities=len(members))
        for code in members
    ]
    inside = draw(st.booleans())
    origins = [("agreement", "R"), ("province", "P"), ("outside", "elsewhere"), ("municipality", B)]
    for number, group in enumerate(("homeless", "divorced")):
        origin = draw(st.sampled_from(origins)) if number else origins[0]
        rows.append(
            Flow(
                flow_id=f"f{number}", group=group, purpose=origin[0], place=origin[1],
                housed_purpose="agreement" if origin[0] == "outside" else None,
                housed_place="R" if origin[0] == "outside" else None,
                from_year=draw(st.integers(2024, 2027)), households=20 + draw(FRACTIONS),
                counted_elsewhere=draw(st.fractions(0, 2, max_denominator=4)),
                includes_permit_holders=not number and draw(st.booleans()), waiting_at_start=number,
            )
        )  # fmt: skip
    if draw(st.booleans()):
        rows.append(
            Flow(
                flow_id="places", group="homeless", purpose="outside", place="elsewhere",
                housed_purpose="municipality", housed_place=B, from_year=draw(st.integers(2024, 2028)),
                to_year=draw(st.sampled_from([None, 2028, 2040])), households=draw(FRACTIONS),
                need_category="clustered", stay_years=draw(st.integers(1, 4)), growth=draw(FRACTIONS),
                in_use_today=draw(st.integers(0, 60)),
            )
        )  # fmt: skip
    if draw(st.booleans()):
        rows.append(Turnover(municipality_code=B, from_year=2027, to_year=2028, rate=Fraction(1, 20)))
        rows.append(
            Suitability(group="homeless", dwelling_type="clustered", municipality_code=B, stay_years=2)
        )
        rows.append(
            Suitability(group="homeless", dwelling_type="clustered", route="flex", fit=Fraction(1, 2))
        )
    permit = draw(st.sampled_from(["yes", "no"]))
    family = draw(st.sampled_from(["vacancy_share", "fair_share", "none"]))
    if family == "vacancy_share":
        roles = draw(st.sampled_from([{}, {"roles": "statutory"}, {"rollen": "lokaal urgent|taakstelling"}]))
        rows += _rule(family, 1, **PATH, permit_holders=permit, **roles)
    elif family == "fair_share":
        rows += [Key(key_id="k", basis="inhabitants"), *_rule(family, 2, key="k")]
    given_settings = {
        "format": 1, "name": "x", "first_year": 2026, "last_year": 2029, "permit_holders_inside": inside,
        "housed_today_includes_permit_holders": draw(st.booleans()),
    }  # fmt: skip
    tables = {name: sorted_rows(row for row in rows if row.table == name) for name in TABLES}
    return Scenario(Settings.model_validate(given_settings), MappingProxyType(tables))


def _original(given_: Settings, tables: Any) -> Original:
    """Return the input as given; of the input as used, only what fair share of dwellings would ask."""
    used: Any = SimpleNamespace(options={}, needs={})
    return Original(given_, tables, {}, used)


def _counted(rows: Iterable[Any]) -> Counter[Any]:
    return Counter(tuple(sorted(row.items())) for row in rows)


@given(scenarios())
@settings(max_examples=80, deadline=None)
def test_both_statements_give_the_same_rows_and_defaults(scenario: Scenario) -> None:
    assert [f for f in check(scenario) if f.severity is Severity.WRONG] == []
    resolved = resolve(scenario)
    original = _original(scenario.settings, scenario.tables)
    for name in DERIVED:
        derived = _counted(DERIVATIONS[name](original, name))
        assert derived == _counted(texts(row) for row in resolved.scenario.tables[name]), name
    listed = {
        (a.table_name, a.row_key, a.column_name) for a in resolved.rows(Assumption) if a.origin == "default"
    }
    about = {entry for entry in original.assumed if entry[0] in DERIVED}
    assert about == {entry for entry in listed if entry[0] in DERIVED}


@pytest.mark.parametrize("household", [20, 21])
def test_a_wrong_row_is_not_the_derived_one(household: int) -> None:
    """20 a year in one year is 20, and nothing else."""
    row = Flow(
        flow_id="f", group="homeless", purpose="municipality", place=A, from_year=2026, to_year=2026,
        households=Fraction(20),
    )  # fmt: skip
    horizon = Settings.model_validate({"format": 1, "name": "x", "first_year": 2026, "last_year": 2026})
    tables = {name: () for name in TABLES} | {"flows": (row,), "municipalities": (_municipality(A, 1, 1),)}
    original = _original(horizon, tables)
    (derived,) = DERIVATIONS["flows"](original, "flows")
    assert (derived["households"] == as_text(household)) is (household == 20)
