"""An input in which a growth path takes one year more, by hand."""

from __future__ import annotations

import importlib.util
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from thuisplan.inputs.longer_path import rules_on_path, with_longer_path
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.tables import Key


@pytest.fixture(scope="module")
def small() -> Any:
    """Return the module that makes small instances."""
    path = Path(__file__).parents[1] / "model" / "small.py"
    spec = importlib.util.spec_from_file_location("small", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _scenario(small: Any) -> Any:
    """Return A with 3 of 4 inhabitants and half the stock: from 1/2 in 2025 to 3/4 in 2027."""
    return small.scenario(
        small.place(small.A, inhabitants=3_000, dwelling_stock=1_000, social_stock=400),
        small.place(small.B, inhabitants=1_000, dwelling_stock=1_000, social_stock=400),
        small.option("care", dwelling_type="care_suitable"),
        small.offer(small.A, "care", 9),
        small.need("care", 8, need_class="special"),
        Key(
            key_id="k",
            basis="inhabitants",
            start_basis="dwelling_stock",
            path_first_year=2025,
            path_last_year=2027,
        ),
        small.rule("fair", "fair_share", {"key": "k", "options": "care"}, purpose="agreement"),
        small.group("homeless"),
        small.flow("urgent", 6),
        small.fits("homeless"),
        [small.turnover(code, Fraction(1, 10)) for code in (small.A, small.B)],
        small.rule(
            "third",
            "vacancy_share",
            {"share": "1/3", "start_share": "1/4", "path_first_year": 2025, "path_last_year": 2027},
            purpose="agreement",
        ),
        years=3,
    )


def test_a_key_and_a_rule_can_have_a_path(small: Any) -> None:
    """The key has one, that the rule of fair share follows; the rule about vacancies has its own."""
    given = _scenario(small)
    assert rules_on_path(resolve(given), given) == {"k": ("fair",), "third": ("third",)}


def test_the_path_of_a_key_ends_a_year_later(small: Any) -> None:
    """In two steps 5/8 and 6/8; in three 7/12, 8/12 and 9/12: a year later in full."""
    given = _scenario(small)
    instance = resolve(given)
    years = instance.years
    before = [instance.shares["k"][small.A, year] for year in years]
    longer = with_longer_path(instance, given, "k")
    after = [longer.shares["k"][small.A, year] for year in years]
    assert before == [Fraction(5, 8), Fraction(3, 4), Fraction(3, 4)]
    assert after == [Fraction(7, 12), Fraction(2, 3), Fraction(3, 4)]
    assert [row.path_last_year for row in longer.rows(Key)] == [2028]
    # Together the municipalities still have all of it.
    assert all(sum(longer.shares["k"][code, y] for code in longer.municipalities) == 1 for y in years)


def test_the_path_of_a_rule_ends_a_year_later(small: Any) -> None:
    """From 1/4 to 1/3, in thirds of 1/12 instead of halves: 10/36 in 2026."""
    given = _scenario(small)
    instance = resolve(given)
    longer = with_longer_path(instance, given, "third")
    [rule] = [rule for rule in longer.rules() if rule.rule_id == "third"]
    norm = Fraction(1, 3)
    assert instance.lettings.share_in(rule, 2026, norm) == Fraction(7, 24)
    assert longer.lettings.share_in(rule, 2026, norm) == Fraction(10, 36)
