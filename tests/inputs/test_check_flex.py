"""Checks on temporary dwellings that move: every planted error is one sentence at its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from thuisplan.inputs.findings import Severity
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Availability, Exemption, FlexStock, Option, Rule, RuleParameter

A, B = "GM0001", "GM0002"
WRONG, WARNING = Severity.WRONG, Severity.WARNING
Make = Callable[..., Scenario]
Told = Callable[[Scenario], list[tuple[Any, ...]]]


def _rule(name: str = "r", purpose: str = "agreement", place: str = "R", **parameters: str) -> list[Any]:
    rule = Rule(rule_id=name, family="flex_life", purpose=purpose, place=place)
    given = {"life_years": "15", **parameters}
    return [rule, *(RuleParameter(rule_id=name, parameter=n, value=v) for n, v in given.items())]


def _stock(option: str) -> FlexStock:
    return FlexStock(municipality_code=A, option=option, last_year=2026, dwellings=10)


def test_a_good_rule_with_dwellings_of_today_has_no_finding(with_lettings: Make, told: Told) -> None:
    assert told(with_lettings(*_rule(), _stock("flex"))) == []


PERMANENT = Option(
    option="flex", dwelling_type="social_regular", route="flex", segment="social_rent", extra_cost_eur=0,
    deficit_eur=0,
)  # fmt: skip
NOT_OFFERED = Availability(municipality_code="*", option="flex", from_year=2026, max_per_year=0)

# The option flex stays five years on a site.
CASES: dict[str, tuple[list[Any], tuple[Any, ...]]] = {
    "nothing that is temporary": (
        [*_rule(), PERMANENT], (WARNING, "flex_rule_without_options", "regels", "familie"),
    ),
    "what never leaves": (
        _rule(options="rent"), (WRONG, "flex_without_service_life", "opties", "exploitatieduur_jaren"),
    ),
    "a life below the stay": (_rule(life_years="4"), (WRONG, "flex_life_below_stay", "regels", "familie")),
    "a life without a second site": (  # 5 + 1 = 6
        _rule(life_years="6"), (WARNING, "flex_never_moves", "regels", "familie"),
    ),
    "no new site": ([*_rule(), NOT_OFFERED], (WARNING, "flex_not_offered", "regels", "familie")),
    "an option that is not there": (
        _rule(options="tents"), (WRONG, "unknown_code", "regelparameters", "waarde"),
    ),
    "two rules for one dwelling": (
        [*_rule(), *_rule("s", "municipality", A, options="flex")],
        (WRONG, "flex_rules_overlap", "regels", "familie"),
    ),
    "permanent dwellings of today": (
        [*_rule(), _stock("rent")], (WRONG, "flex_stock_permanent", "flexvoorraad", "optie"),
    ),
    "dwellings of today that nothing moves": (
        [_stock("flex")], (WARNING, "flex_stock_not_moved", "flexvoorraad", "optie"),
    ),
    "dwellings of today of elsewhere": (
        [*_rule(purpose="municipality", place=B), _stock("flex")],
        (WARNING, "flex_stock_not_moved", "flexvoorraad", "optie"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_planted_error_is_found_at_its_place(with_lettings: Make, told: Told, name: str) -> None:
    rows, expected = CASES[name]
    assert expected in told(with_lettings(*rows))


@pytest.mark.parametrize("strength", ["soft", "monitor"])
def test_dwellings_that_move_come_from_somewhere(with_lettings: Make, told: Told, strength: str) -> None:
    """Neither a wish nor an exemption lets dwellings move that are in no pool; a rule may end before 2029."""
    rule, *parameters = _rule()
    wish = replace(rule, strength=strength)
    assert told(with_lettings(wish, *parameters)) == [(WRONG, "rule_always_hard", "regels", "sterkte")]
    free = Exemption(rule_id="r", place="R", agreed_by="regio")
    expected = [(WRONG, "exemption_of_always", "maatwerk", "regel")]
    assert told(with_lettings(rule, *parameters, free)) == expected
    assert told(with_lettings(replace(rule, valid_from=2027, valid_to=2028), *parameters)) == []


def test_a_life_of_one_year_more_gives_a_second_site(with_lettings: Make, told: Told) -> None:
    """5 years here, 1 to move, and 1 of the 7 there."""
    assert told(with_lettings(*_rule(life_years="7"))) == []


def test_rules_of_different_places_move_the_same_option(with_lettings: Make, told: Told) -> None:
    rows = [*_rule("r", "municipality", A), *_rule("s", "municipality", B)]
    assert told(with_lettings(*rows)) == []
