"""Amounts are converted to the price year of the plan, once, and the list of assumptions says so."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuisplan.inputs.checks import check
from thuisplan.inputs.columns import Row, sorted_rows
from thuisplan.inputs.findings import Severity
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.prices import prices_of
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    TABLES,
    Assumption,
    Availability,
    Budget,
    Municipality,
    Need,
    Option,
    Pot,
    PriceIndex,
)

INDICES = {2021: Fraction(100), 2022: Fraction(217, 2), 2024: Fraction(225, 2)}
"""100, 108.5 and 112.5."""


def _scenario(*rows: Row, price_year: int | None = 2024, indices: Any = INDICES) -> Scenario:
    """Return a scenario of these rows, with one municipality and an index of the listed years."""
    given_ = [
        Municipality(code="GM0001", name="Adorp", boundary_year=2026),
        Availability(municipality_code="*", option="*", from_year=2026, max_per_year=9),
        Need(
            need_id="care", purpose="municipality", place="GM0001", need_category="care_suitable",
            from_year=2026, central=Fraction(2),
        ),
        *(PriceIndex(year=year, index=index) for year, index in indices.items()),
        *rows,
    ]  # fmt: skip
    tables = {name: sorted_rows(row for row in given_ if row.table == name) for name in TABLES}
    settings = Settings(
        format=1, name="prices", language="en", first_year=2026, last_year=2028, price_year=price_year
    )
    return Scenario(settings, MappingProxyType(tables))


def _care(euros: int | None, year: int | None = 2021, **values: Any) -> Option:
    filled = {"dwelling_type": "care_suitable", "route": "new_build", "segment": "social_rent", **values}
    return Option(option="care", extra_cost_eur=euros, extra_cost_price_year=year, deficit_eur=0, **filled)


def _pot(**values: Any) -> Pot:
    return Pot(**{"pot_id": "state", "payer": "Rijk", "kind": "extra_cost", **values})


def _listed(made: Instance) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (row.table_name, row.row_key): (row.value, row.source)
        for row in made.rows(Assumption)
        if "omgerekend" in row.source
    }


def test_costs_limits_and_budgets_by_hand() -> None:
    """10,000 x 1.125 = 11,250; 9,999 x 112.5/108.5 = 10,367.6; 300,001 x the same = 311,060.9 a year."""
    made = resolve(
        _scenario(
            _care(10_000, source="Companen"),
            _pot(max_per_dwelling_eur=9_999, price_year=2022),
            Budget(pot_id="state", from_year=2026, to_year=2027, amount_eur=300_001, source="begroting"),
        )
    )
    care, state = made.options["care"], made.pots["state"]
    assert (care.extra_cost_eur, care.extra_cost_price_year) == (11_250, 2024)
    assert (state.max_per_dwelling_eur, state.price_year) == (10_368, 2024)
    assert [made.budgets["state", year] for year in (2026, 2027, 2028)] == [311_061, 311_061, 0]
    how = "omgerekend van prijspeil {0} naar 2024 / converted from price year {0} to 2024"
    assert _listed(made) == {
        ("options", "care"): ("11250", f"Companen; {how.format(2021)}"),
        ("pots", "state"): ("10368", how.format(2022)),
        ("budgets", "state 2026"): ("311061", f"begroting; {how.format(2022)}"),
    }


def test_half_a_euro_goes_up() -> None:
    """3 x 150/100 = 4.5 becomes 5."""
    indices = {2021: Fraction(100), 2024: Fraction(150)}
    assert resolve(_scenario(_care(3), indices=indices)).options["care"].extra_cost_eur == 5


def test_without_a_price_year_nothing_is_converted_and_the_years_are_named() -> None:
    """Costs of 2021 and a pot of 2022 stay as they are."""
    scenario = _scenario(
        _care(10_000),
        _pot(price_year=2022),
        Budget(pot_id="state", from_year=2026, amount_eur=300_001),
        price_year=None,
    )
    made = resolve(scenario)
    assert (made.options["care"].extra_cost_eur, made.budgets["state", 2026]) == (10_000, 300_001)
    assert not _listed(made)
    [notice] = [found for found in check(scenario) if found.code == "price_years_differ"]
    assert notice.values == {"kind": "extra_cost", "years": (2021, 2022)}


def test_amounts_of_one_year_or_of_none_need_no_remark() -> None:
    """The price year of a pot without amounts says nothing, and neither does that of a cost of zero."""
    scenario = _scenario(_care(10_000), _pot(price_year=2022, carries_rest=True), price_year=None)
    assert not [found for found in check(scenario) if "price" in found.code]
    scenario = _scenario(_care(0), _pot(price_year=2022, max_per_dwelling_eur=5), price_year=None)
    assert not [found for found in check(scenario) if "price" in found.code]


def test_an_unknown_price_year_stays_and_is_named() -> None:
    """Nobody said of which year 10,000 is: it counts as it is."""
    scenario = _scenario(_care(10_000, None))
    made = resolve(scenario)
    care = made.options["care"]
    assert (care.extra_cost_eur, care.extra_cost_price_year) == (10_000, None)
    [notice] = [found for found in check(scenario) if found.code == "price_year_unknown"]
    assert notice.values == {"names": ["care"], "wanted": 2024}


@pytest.mark.parametrize(
    ("indices", "code", "column"),
    [
        ({2021: 1}, "plan_index_missing", "price_year"),
        ({2024: 1}, "index_missing", "extra_cost_price_year"),
        ({2021: 0, 2024: 1}, "index_zero", "index"),
    ],
)
def test_an_index_that_is_not_there_or_is_zero(indices: Any, code: str, column: str) -> None:
    """Each is one sentence, at its place."""
    given_ = {year: Fraction(index) for year, index in indices.items()}
    wrong = [
        found for found in check(_scenario(_care(10_000), indices=given_)) if found.severity is Severity.WRONG
    ]
    assert [(found.code, found.column) for found in wrong] == [(code, column)]


def test_an_index_is_not_needed_where_nothing_is_converted() -> None:
    """All is of 2024 already, or is nothing."""
    scenario = _scenario(_care(10_000, 2024), _pot(price_year=1999, carries_rest=True), indices={})
    assert not [found for found in check(scenario) if found.severity is Severity.WRONG]
    assert resolve(scenario).options["care"].extra_cost_eur == 10_000


def test_what_pots_may_pay_is_compared_in_euros_of_one_year() -> None:
    """10,000 of 2021 is 11,250 of 2024, of which at most 10,000 of 2024 is paid."""
    scenario = _scenario(_care(10_000), _pot(max_per_dwelling_eur=10_000, price_year=2024))
    [found] = [one for one in check(scenario) if one.code == "pots_pay_too_little"]
    assert (found.values["amount"], found.values["most"]) == (11_250, 10_000)


@given(
    cost=st.integers(0, 300_000),
    limit=st.none() | st.integers(0, 300_000),
    amounts=st.lists(st.integers(0, 10**9), max_size=2),
    years=st.tuples(*[st.none() | st.sampled_from(sorted(INDICES))] * 3),
)
def test_property_resolved_twice_is_resolved_once(
    cost: int, limit: int | None, amounts: list[int], years: tuple[int | None, int | None, int | None]
) -> None:
    """Every amount is within half a euro of its exact value, and converting again changes nothing."""
    price_year, of_cost, of_pot = years
    budgets = [
        Budget(pot_id="state", from_year=y, to_year=y, amount_eur=n) for y, n in enumerate(amounts, 2026)
    ]
    pot = _pot(max_per_dwelling_eur=limit, price_year=of_pot)
    once = resolve(_scenario(_care(cost, of_cost), pot, *budgets, price_year=price_year))
    twice = resolve(once.scenario)
    assert twice.scenario.tables == once.scenario.tables
    assert twice.settings == once.settings
    pairs = [(cost, of_cost, once.options["care"].extra_cost_eur)]
    pairs += [(n, of_pot, once.budgets["state", y]) for y, n in enumerate(amounts, 2026)]
    pairs += [(limit or 0, of_pot, once.pots["state"].max_per_dwelling_eur or 0)]
    for amount, own, found in pairs:
        ratio = Fraction(1) if None in (own, price_year) else INDICES[price_year or 0] / INDICES[own or 0]
        assert found == floor(amount * ratio + Fraction(1, 2))


def test_there_and_back_again_keeps_large_amounts() -> None:
    """From 108.5 to 112.5 and back: half a euro of rounding each way."""
    rows = [PriceIndex(year=year, index=index) for year, index in INDICES.items()]
    there = prices_of(2024, rows).converted(123_456_789, 2022)
    assert abs(prices_of(2022, rows).converted(there, 2024) - 123_456_789) <= 1
