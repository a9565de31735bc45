"""What everybody who writes about a plan sees of it."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def named(small: Any, view_of: Any) -> Any:
    """Return a function that views a plan of two municipalities with these names."""

    def view(*names: str) -> Any:
        codes = (small.A, small.B)
        places = [small.place(code, name=name) for code, name in zip(codes, names, strict=True)]
        return view_of(small.instance(*places, small.option("rent")))

    return view


def test_municipalities_of_one_name_are_told_apart_by_their_codes(named: Any, small: Any) -> None:
    """Two called Bergen get their codes; a name that only one has stays as it is."""
    assert dict(named("Bergen", "Bergen").names) == {
        small.A: f"Bergen ({small.A})",
        small.B: f"Bergen ({small.B})",
    }
    assert dict(named("Bergen", "Beek").names) == {small.A: "Bergen", small.B: "Beek"}
