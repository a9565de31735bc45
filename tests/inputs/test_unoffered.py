"""What a programme builds and the input does not offer gets a place in the model, and no more room."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from thuisplan.inputs.tables import Option
from thuisplan.inputs.unoffered import unoffered, with_offer


@pytest.fixture(scope="module")
def small() -> Any:
    """Return the module that makes small instances."""
    spec = importlib.util.spec_from_file_location("small", Path(__file__).parents[1] / "model" / "small.py")
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_offered_stays_as_it_is(small: Any) -> None:
    """A programme within the offer, or above it, needs no other input: the very same one comes back."""
    made = small.instance(small.option("home"), small.offer(small.A, "home", 5), years=2)
    assert with_offer(made, {(small.A, 2026, "home"): 9, (small.A, 2027, "home"): 0}) is made


def test_what_is_not_offered_gets_an_offer_of_zero(small: Any) -> None:
    """Offered in 2026 only, built in 2027 too: an offer of zero in 2027, and 5 in 2026 as before."""
    made = small.instance(small.option("home"), small.offer(small.A, "home", 5, 2026), years=2)
    programme = {(small.A, 2026, "home"): 5, (small.A, 2027, "home"): 3}
    assert list(unoffered(made, programme)) == [(small.A, 2027, "home")]
    padded = with_offer(made, programme)
    assert dict(padded.offered) == {(small.A, 2026, "home"): 5, (small.A, 2027, "home"): 0}


def test_before_the_first_year_others_gain_nothing(small: Any) -> None:
    """Possible from 2028, built in A in 2026: zero there and then, and still nothing in B before 2028."""
    home = small.option("home", first_year=2028)
    made = small.instance(home, [small.offer(code, "home", 5) for code in (small.A, small.B)], years=3)
    padded = with_offer(made, {(small.A, 2026, "home"): 2})
    assert dict(padded.offered) == {
        (small.A, 2026, "home"): 0,
        (small.A, 2028, "home"): 5,
        (small.B, 2028, "home"): 5,
    }
    assert made.rows(Option)[0].first_year == 2028


def test_what_is_agreed_needs_no_offer(small: Any) -> None:
    """4 are agreed and not offered: 4 can be built as they are, of 6 there is room for the 4 agreed."""
    made = small.instance(small.option("home"), small.offer(small.B, "home", 1),
                          small.committed(small.A, "home", 4))  # fmt: skip
    assert with_offer(made, {(small.A, 2026, "home"): 4}) is made
    assert with_offer(made, {(small.A, 2026, "home"): 6}).offered[small.A, 2026, "home"] == 4


def test_realised_years_are_no_matter_of_offers(small: Any) -> None:
    """What stands before the first open year was completed: no offer is made for it."""
    made = small.instance(
        small.option("home"), small.offer(small.A, "home", 5), years=2, first_open_year=2027
    )
    assert list(unoffered(made, {(small.A, 2026, "home"): 3})) == []
