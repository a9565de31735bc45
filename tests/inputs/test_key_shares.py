"""Keys by hand: additive, multiplicative, within bounds, negotiated, on a growth path, and resolved."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuisplan.inputs.columns import Row, sorted_rows
from thuisplan.inputs.key_shares import Keys, within_bounds
from thuisplan.inputs.resolve_keys import resolved_keys
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    TABLES,
    Key,
    KeyBound,
    KeyFactor,
    KeyOverride,
    KeyShare,
    Municipality,
    MunicipalityFigure,
)

A, B, C = "GM0001", "GM0002", "GM0003"
F = Fraction

# Inhabitants 5 : 3 : 2 and social dwellings 2 : 1 : 1; jobs 10, 30 and 50.
PLACES: tuple[Row, ...] = (
    Municipality(code=A, name="Adorp", boundary_year=2026, inhabitants=5000, social_stock=1000),
    Municipality(code=B, name="Beveen", boundary_year=2026, inhabitants=3000, social_stock=500),
    Municipality(code=C, name="Cehout", boundary_year=2026, inhabitants=2000, social_stock=500),
    *(
        MunicipalityFigure(municipality_code=code, figure="jobs", value=F(jobs))
        for code, jobs in ((A, 10), (B, 30), (C, 50))
    ),
)


def scenario(*rows: Row, first: int = 2026, last: int = 2028) -> Scenario:
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}
    for row in (*PLACES, *rows):
        tables[row.table].append(row)
    settings = Settings(format=1, name="keys", first_year=first, last_year=last)
    return Scenario(settings, {name: sorted_rows(found) for name, found in tables.items()})


def division(key: Key, *rows: Row) -> Any:
    return Keys(scenario(key, *rows)).division(key, 2028)


def factor(basis: str, **columns: Any) -> KeyFactor:
    return KeyFactor(key_id="k", basis=basis, **columns)


def bound(code: str, floor: Fraction | None = None, cap: Fraction | None = None) -> KeyBound:
    return KeyBound(key_id="k", municipality_code=code, floor=floor, cap=cap)


def test_a_key_by_one_figure() -> None:
    """5,000 of 10,000 inhabitants is a half."""
    found = division(Key(key_id="k", basis="inhabitants"))
    assert found.shares == {A: F(1, 2), B: F(3, 10), C: F(1, 5)}
    assert (found.parts, found.hits, found.changes) == ({"inhabitants": found.shares}, {}, {})


def test_an_additive_key_by_hand() -> None:
    """Inhabitants with weight 3 and social stock with weight 1.

    A: 3/4 x 1/2 + 1/4 x 1/2 = 1/2; B: 3/4 x 3/10 + 1/4 x 1/4 = 23/80; C: 3/4 x 1/5 + 1/4 x 1/4 = 17/80.
    """
    key = Key(key_id="k", basis="factors")
    found = division(key, factor("inhabitants", weight=F(3)), factor("social_stock"))
    assert found.shares == {A: F(1, 2), B: F(23, 80), C: F(17, 80)}
    assert found.parts["social_stock"] == {A: F(1, 8), B: F(1, 16), C: F(1, 16)}


def test_a_multiplicative_key_by_hand() -> None:
    """As in the plan of ABAG: a baseline, and jobs rescaled to a score from 0.5 to 1.5.

    Jobs 10, 30 and 50 score 0.5, 1 and 1.5. Baseline times score: 0.25, 0.3 and 0.3, together 0.85; so
    5/17, 6/17 and 6/17. What jobs add is the difference with a half, three tenths and a fifth.
    """
    key = Key(key_id="k", basis="factors", method="multiplicative")
    rows = (factor("inhabitants", role="baseline"), factor("jobs", role="factor", low=F(1, 2), high=F(3, 2)))
    found = division(key, *rows)
    assert found.shares == {A: F(5, 17), B: F(6, 17), C: F(6, 17)}
    assert found.parts["jobs"] == {A: F(5, 17) - F(1, 2), B: F(6, 17) - F(3, 10), C: F(6, 17) - F(1, 5)}
    assert sum(found.parts["jobs"].values()) == 0


def test_a_factor_can_be_turned_round_or_say_nothing() -> None:
    """From 1.5 down to 0.5 whoever has most jobs scores least; equal figures leave the baseline as it is.

    Baseline times score: 0.75, 0.3 and 0.1, together 1.15.
    """
    key = Key(key_id="k", basis="factors", method="multiplicative")
    base = factor("inhabitants", role="baseline")
    turned = division(key, base, factor("jobs", role="factor", low=F(3, 2), high=F(1, 2)))
    assert turned.shares == {A: F(15, 23), B: F(6, 23), C: F(2, 23)}
    same = [MunicipalityFigure(municipality_code=code, figure="rain", value=F(7)) for code in (A, B, C)]
    found = division(key, base, factor("rain", role="factor", low=F(1, 2), high=F(3, 2)), *same)
    assert found.shares == {A: F(1, 2), B: F(3, 10), C: F(1, 5)}


def test_what_a_cap_frees_goes_to_the_others_in_proportion() -> None:
    """A is held at 30 %: the other 70 % is divided 3 : 2, so 42 % and 28 %."""
    found = division(Key(key_id="k", basis="inhabitants"), bound(A, cap=F(3, 10)))
    assert found.shares == {A: F(3, 10), B: F(42, 100), C: F(28, 100)}
    assert (found.hits, found.unbounded[A]) == ({A: "cap"}, F(1, 2))


def test_redistribution_goes_on_until_all_fits() -> None:
    """The first redistribution brings B over its own cap of 40 %, so C takes the rest: 30 %."""
    found = division(Key(key_id="k", basis="inhabitants"), bound(A, cap=F(3, 10)), bound(B, cap=F(2, 5)))
    assert found.shares == {A: F(3, 10), B: F(2, 5), C: F(3, 10)}
    assert found.hits == {A: "cap", B: "cap"}


def test_a_floor_takes_from_the_others_in_proportion() -> None:
    """C gets at least 36 %: the other 64 % is divided 5 : 3, so 40 % and 24 %."""
    found = division(Key(key_id="k", basis="inhabitants"), bound(C, floor=F(36, 100)))
    assert found.shares == {A: F(2, 5), B: F(24, 100), C: F(36, 100)}
    assert found.hits == {C: "floor"}


def test_floor_and_cap_together() -> None:
    """A at most 45 %, C at least 30 %: 5 % over and 10 % lacking, so the others get less and A fits.

    C at 30 % leaves 70 % for A and B, 5 : 3: 43.75 % and 26.25 %. The cap of A decides nothing.
    """
    found = division(Key(key_id="k", basis="inhabitants"), bound(A, cap=F(45, 100)), bound(C, floor=F(3, 10)))
    assert found.shares == {A: F(7, 16), B: F(21, 80), C: F(3, 10)}
    assert found.hits == {C: "floor"}


def test_a_bound_that_is_just_reached_is_not_hit() -> None:
    """A cap of exactly the own share decides nothing."""
    assert division(Key(key_id="k", basis="inhabitants"), bound(A, cap=F(1, 2))).hits == {}


def test_who_has_no_share_gets_the_floor() -> None:
    """A key that lists A and B only, with 10 % for C: 90 % is divided 3 : 1."""
    listed = [
        KeyShare(key_id="k", municipality_code=code, share=share)
        for code, share in ((A, F(3, 4)), (B, F(1, 4)))
    ]
    found = division(Key(key_id="k", basis="shares"), *listed, bound(C, floor=F(1, 10)))
    assert found.shares == {A: F(27, 40), B: F(9, 40), C: F(1, 10)}
    assert found.hits == {C: "floor"}


def test_an_override_is_a_part_of_the_total() -> None:
    """Of 200 dwellings A takes 6 over from C: (100 + 6)/200 and (40 - 6)/200."""
    changes = [
        KeyOverride(key_id="k", municipality_code=code, change=n, agreed_by="both")
        for code, n in ((A, 6), (C, -6))
    ]
    found = division(Key(key_id="k", basis="inhabitants", total=200), *changes)
    assert found.shares == {A: F(106, 200), B: F(60, 200), C: F(34, 200)}
    assert found.bounded == {A: F(1, 2), B: F(3, 10), C: F(1, 5)}


def test_the_growth_path_ends_at_the_key_with_its_bounds() -> None:
    """From social stock in 2026 (A a half) to inhabitants with A at 30 % in 2028: 40 % halfway."""
    key = Key(
        key_id="k", basis="inhabitants", start_basis="social_stock", path_first_year=2026, path_last_year=2028
    )
    known = Keys(scenario(key, bound(A, cap=F(3, 10))))
    assert [known.in_year(key, year)[A] for year in (2026, 2027, 2028)] == [F(1, 2), F(2, 5), F(3, 10)]


def test_shares_per_year_are_bounded_in_every_year() -> None:
    """A has 60 % in 2026 and 20 % after that; a cap of 30 % holds it in 2026 only."""
    listed = [
        KeyShare(key_id="k", municipality_code=code, year=year, share=share)
        for year, shares in ((None, (F(1, 5), F(4, 5))), (2026, (F(3, 5), F(2, 5))))
        for code, share in zip((A, B), shares, strict=True)
    ]
    given_ = scenario(Key(key_id="k", basis="shares"), *listed, bound(A, cap=F(3, 10)))
    rows = resolved_keys(given_)[KeyShare.table]
    found = {(row.municipality_code, row.year): row.share for row in rows}  # type: ignore[attr-defined]
    assert [found[A, year] for year in (2026, 2027, 2028)] == [F(3, 10), F(1, 5), F(1, 5)]
    assert [found[B, year] for year in (2026, 2027, 2028)] == [F(7, 10), F(4, 5), F(4, 5)]


KINDS: dict[str, tuple[Row, ...]] = {
    "additive": (Key(key_id="k", basis="factors"), factor("inhabitants"), factor("jobs", weight=F(2, 3))),
    "multiplicative, on a path": (
        Key(
            key_id="k",
            basis="factors",
            method="multiplicative",
            start_basis="inhabitants",
            path_first_year=2025,
            path_last_year=2027,
            apportionment="webster",
        ),
        factor("social_stock", role="baseline"),
        factor("jobs", role="factor", low=F(1, 3), high=F(2)),
    ),
    "bounded and negotiated": (
        Key(key_id="k", basis="inhabitants", total=100),
        bound(A, cap=F(2, 5)),
        bound(C, floor=F(1, 4)),
        KeyOverride(key_id="k", municipality_code=A, change=3, agreed_by="both"),
        KeyOverride(key_id="k", municipality_code=B, change=-3, agreed_by="both"),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_resolving_again_changes_nothing(kind: str) -> None:
    """Factors, bounds and overrides are in the shares and gone; a second time nothing is left to do."""
    given_ = scenario(*KINDS[kind])
    once = dict(given_.tables) | {name: sorted_rows(rows) for name, rows in resolved_keys(given_).items()}
    again = resolved_keys(replace(given_, tables=once))
    assert {name: sorted_rows(rows) for name, rows in again.items()} == {name: once[name] for name in again}
    assert [once[name] for name in ("key_factors", "key_bounds", "key_overrides")] == [(), (), ()]
    sums: dict[int | None, Fraction] = {}
    for row in once[KeyShare.table]:
        assert isinstance(row, KeyShare)
        sums[row.year] = sums.get(row.year, F(0)) + row.share
    assert sums == {2026: 1, 2027: 1, 2028: 1}


PARTS = st.lists(st.integers(0, 30), min_size=1, max_size=8).filter(any)


@given(PARTS, st.data())
def test_bounds_hold_and_the_rest_stays_in_proportion(parts: list[int], data: st.DataObject) -> None:
    """Random bounds that can hold: shares sum to one, keep to them, and the others keep their ratios.

    Who hit a bound has it exactly; all others have the same multiple of their own share.
    """
    shares = {str(place): F(part, sum(parts)) for place, part in enumerate(parts)}
    fractions = st.fractions(0, 1, max_denominator=20)
    floors = {
        p: f * shares[p]
        for p, f in data.draw(st.dictionaries(st.sampled_from(sorted(shares)), fractions)).items()
    }
    caps = {
        p: shares[p] + f * (1 - shares[p])
        for p, f in data.draw(st.dictionaries(st.sampled_from(sorted(shares)), fractions)).items()
    }
    # Moved away from the shares by a common factor, so that bounds do bind, and can still hold.
    slack = data.draw(st.fractions(F(1, 2), 1, max_denominator=10))
    caps = {p: max(cap * slack, floors.get(p, F(0))) for p, cap in caps.items()}
    room = sum((caps.get(p, F(1)) for p, share in shares.items() if share), F(0))
    if room < 1:
        with pytest.raises(ValueError, match="bounds"):
            within_bounds(shares, floors, caps)
        return
    bounded, hits = within_bounds(shares, floors, caps)
    assert sum(bounded.values()) == 1
    assert all(floors.get(p, 0) <= share <= caps.get(p, 1) for p, share in bounded.items())
    assert all(bounded[p] == (caps if hit == "cap" else floors)[p] for p, hit in hits.items())
    scales = {bounded[p] / shares[p] for p in shares if p not in hits and shares[p]}
    assert len(scales) <= 1


def test_bounds_that_cannot_hold_are_an_error() -> None:
    """Caps of 60 % together, or floors of 120 %."""
    halves = {A: F(1, 2), B: F(1, 2)}
    with pytest.raises(ValueError, match="bounds"):
        within_bounds(halves, {}, {A: F(3, 10), B: F(3, 10)})
    with pytest.raises(ValueError, match="bounds"):
        within_bounds(halves, {A: F(3, 5), B: F(3, 5)}, {})
