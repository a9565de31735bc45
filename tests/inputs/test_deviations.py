"""Agreed deviations: which lines they are about, and what is wrong with those about none."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.deviations import Deviations, unmatched
from thuisplan.inputs.findings import Severity
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Deviation
from thuisplan.outputs.texts import finding_text

Make = Callable[..., Scenario]


def _agreed(period: str, amount: Fraction | int = 3, **values: Any) -> Deviation:
    named = {"rule_id": "need", "place": "R", "subject": "rent", **values}
    return Deviation(period=period, amount=Fraction(amount), **named)


@pytest.mark.parametrize(
    ("agreed", "period", "covered"),
    [
        ("2027", "2027", True),
        ("2027", "2028", False),
        ("2026-2028", "2026", True),
        ("2026-2028", "2028", True),
        ("2026-2028", "2029", False),
        # A period of several years is one line: only the same period means it.
        ("2026-2030", "2026-2030", True),
        ("2026-2035", "2026-2030", False),
        ("2026", "2026-2030", False),
    ],
)
def test_years_of_a_range_are_meant_too(agreed: str, period: str, covered: bool) -> None:
    """A range of years is every line of one of its years, and the line of exactly that period."""
    allowed = Deviations([_agreed(agreed)]).allowed("need", "R", "rent", period)
    assert allowed == (3 if covered else None)


def test_deviations_about_the_same_line_add_up() -> None:
    """3 in 2026-2028 and 1/2 more in 2027 is 7/2 in 2027; other places and subjects have their own."""
    found = Deviations(
        [
            _agreed("2026-2028"),
            _agreed("2027", Fraction(1, 2)),
            _agreed("2027", place="S"),
            _agreed("2027", subject=""),
        ]
    )
    assert found.allowed("need", "R", "rent", "2027") == Fraction(7, 2)
    assert found.allowed("need", "R", "rent", "2028") == 3
    assert found.allowed("need", "R", "", "2027") == 3
    assert found.allowed("need", "T", "rent", "2027") is None


def test_a_deviation_about_no_line_is_a_warning(with_lettings: Make) -> None:
    """It does nothing, which nobody meant; the nearest line, or the periods that there are, are named."""
    rows = [_agreed("2026"), _agreed("2031"), _agreed("2026", subject="rant")]
    instance = resolve(with_lettings(*rows))
    lines = [("need", "R", "rent", "2026"), ("need", "R", "rent", "2027")]
    found = unmatched(instance.scenario, lines)
    assert [f.severity for f in found] == [Severity.WARNING] * 2
    assert [finding_text(f, "nl") for f in found] == [
        "Geen enkele toets van de regel 'need' heeft plaats, onderwerp en periode R rant 2026, dus deze "
        "afwijking doet niets. Is 'need R rent' bedoeld? Wat te doen: verbeter plaats, onderwerp of periode; "
        "zo staan ze in `rules.parquet` van een plan.",
        "Geen enkele toets van de regel 'need' heeft plaats, onderwerp en periode R rent 2031, dus deze "
        "afwijking doet niets. Kies uit: 2026 of 2027. Wat te doen: verbeter plaats, onderwerp of periode; "
        "zo staan ze in `rules.parquet` van een plan.",
    ]
    assert finding_text(found[0], "en").startswith("No line of the rule 'need' has place, subject and period")


def test_without_deviations_nothing_is_looked_for(with_lettings: Make) -> None:
    assert unmatched(resolve(with_lettings()).scenario, []) == ()


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (_agreed("2026", rule_id="lettings"), "deviation_of_always", "regel"),
        (_agreed("26"), "deviation_period", "periode"),
        (_agreed("horizon"), "deviation_period", "periode"),
        (_agreed("2026", rule_id="neet"), "unknown_code", "regel"),
    ],
)
def test_wrong_deviations_are_found_before_there_is_a_model(
    with_lettings: Make, told: Any, row: Deviation, code: str, column: str
) -> None:
    """A rule that says what exists, a period that is none, a rule that is not there."""
    assert told(with_lettings(row)) == [(Severity.WRONG, code, "afwijkingen", column)]
