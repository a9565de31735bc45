"""Checks on neighbourhoods, care, corporations and tariffs: one sentence at the place of each error."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.findings import Severity
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import (
    CareCapacity,
    CareDemand,
    Corporation,
    Need,
    Neighbourhood,
    Rule,
    RuleParameter,
    Tariff,
)

A, B = "GM0001", "GM0002"
WRONG, WARNING = Severity.WRONG, Severity.WARNING
Make = Callable[..., Scenario]
Told = Callable[[Scenario], list[tuple[Any, ...]]]


def _care(place: str, purpose: str = "agreement") -> CareCapacity:
    return CareCapacity(purpose=purpose, place=place, from_year=2026, hours=Fraction(100))


def _corporation(name: str, dwellings: int) -> Corporation:
    return Corporation(municipality_code=A, corporation=name, social_dwellings=dwellings)


def _area(name: str = "Noord", **values: Any) -> Neighbourhood:
    return Neighbourhood(municipality_code=A, neighbourhood=name, **values)


# The need that the small input has, of special groups.
SPECIAL = Need(
    need_id="rent", purpose="agreement", place="R", need_category="social_regular", from_year=2026,
    central=Fraction(5),
)  # fmt: skip
SHARE = [
    Rule(rule_id="r", family="vacancy_share", purpose="agreement", place="R"),
    RuleParameter(rule_id="r", parameter="share", value="0.3"),
]


def test_good_rows_have_no_finding(with_lettings: Make, told: Told) -> None:
    rows = [
        _care("R"),
        _care(A, "municipality"),
        CareDemand(subject="clustered", hours=Fraction(5)),
        CareDemand(subject="homeless", hours=Fraction(5)),
        _area(max_special=12, minimum_scale=12, options=("clustered",)),
        _corporation("een", 300),
        _corporation("twee", 100),
    ]
    assert told(with_lettings(*rows)) == []


CASES: dict[str, tuple[list[Any], tuple[Any, ...]]] = {
    "care of something else": (
        [CareDemand(subject="clusterd", hours=Fraction(5))],
        (WRONG, "care_subject_unknown", "zorgvraag", "onderwerp"),
    ),
    "care of elsewhere": ([_care("S")], (WRONG, "unknown_place", "zorgcapaciteit", "plaats")),
    "an option that is not there": (
        [_area(options=("clustered", "villa"))], (WRONG, "unknown_code", "wijken", "opties"),
    ),
    "a scale that does not fit": (
        [_area(max_special=11, minimum_scale=12)], (WRONG, "scale_above_most", "wijken", "minimale_schaal"),
    ),
    "corporations without dwellings": (
        [_corporation("een", 0)], (WRONG, "corporations_without_stock", "corporaties", "sociale_woningen"),
    ),
    "corporations with more than there is": (  # A has 400
        [_corporation("een", 300), _corporation("twee", 101)],
        (WARNING, "corporations_above_stock", "corporaties", "sociale_woningen"),
    ),
    "a tariff of a share": (
        [*SHARE, Tariff(rule_id="r", eur_per_dwelling=1)],
        (WRONG, "tariff_without_fair_share", "verrekentarieven", "regel"),
    ),
    "a tariff of a rule that is not there": (
        [Tariff(rule_id="q", eur_per_dwelling=1)], (WRONG, "unknown_code", "verrekentarieven", "regel"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_planted_error_is_found_at_its_place(with_lettings: Make, told: Told, name: str) -> None:
    rows, expected = CASES[name]
    assert expected in told(with_lettings(*rows))
