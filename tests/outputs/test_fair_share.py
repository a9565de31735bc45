"""Shares in what is let, and the settlement afterwards, of plans written by hand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.tables import Key, KeyShare, Tariff

Tables = Callable[..., dict[str, list[dict[str, Any]]]]


def _key(small: Any, **shares: str) -> list[Any]:
    """Return a key with a share for every year, as A="1/3"."""
    codes = {"A": small.A, "B": small.B, "C": small.C}
    return [
        Key(key_id="k", basis="shares"),
        *(
            KeyShare(key_id="k", municipality_code=codes[name], share=Fraction(share))
            for name, share in shares.items()
        ),
    ]


def _lettings(small: Any, *rows: Any, basis: str = "task", years: int = 1, **values: Any) -> Any:
    """Return 6 urgent households a year of 2 persons, 3 waiting; two thirds are for A and one third for B."""
    return small.instance(
        small.group("homeless", persons_per_household=Fraction(2)),
        small.flow("urgent", 6, waiting_at_start=3),
        small.fits("homeless"),
        [small.vacating(small.A, 10), small.vacating(small.B, 10)],
        _key(small, A="2/3", B="1/3"),
        small.rule("fair", "fair_share", {"key": "k", "basis": basis}, track=2, **values),
        *rows,
        years=years,
    )


def test_in_track_2_the_households_are_divided(small: Any, tables: Tables) -> None:
    """6 + 3 = 9 come: 6 for A and 3 for B; in 2027 another 4 and 2. A houses 5 and 3, B 4 and none."""
    let = {(small.A, 2026, "urgent"): 5, (small.B, 2026, "urgent"): 4, (small.A, 2027, "urgent"): 3}
    rows = tables(_lettings(small, years=2), a=let)["fair_share"]
    found = [(r["municipality_code"], r["year"], r["target"], r["delivered"], r["deviation"]) for r in rows]
    assert found == [
        (small.A, 2026, 6.0, 5.0, -1.0),
        (small.A, 2027, 10.0, 8.0, -2.0),
        (small.B, 2026, 3.0, 4.0, 1.0),
        (small.B, 2027, 5.0, 4.0, -1.0),
    ]
    assert {row["tolerance"] for row in rows} == {1.0}  # one household, unless the rule gives another


def test_what_is_delivered_may_be_divided_instead(small: Any, tables: Tables) -> None:
    """5 and 4 are housed: 6 of the 9 would be for A."""
    let = {(small.A, 2026, "urgent"): 5, (small.B, 2026, "urgent"): 4}
    rows = tables(_lettings(small, basis="delivered"), a=let)["fair_share"]
    assert [(row["target"], row["deviation"]) for row in rows] == [(6.0, -1.0), (3.0, 1.0)]


def test_the_task_for_permit_holders_counts_when_it_is_named(small: Any, tables: Tables) -> None:
    """A and B must house 6 + 3 = 9 persons, 3 per household: 3 more households to divide, 2 and 1."""
    task = [
        small.group("permit_holders", "task", persons_per_household=Fraction(3)),
        small.fits("permit_holders"),
        [small.task(small.A, 6), small.task(small.B, 3)],
    ]
    rule = small.rule("all", "fair_share", {"key": "k", "flows": "urgent|permit_holders"}, track=2)
    rows = tables(_lettings(small, task, rule))["fair_share"]
    targets = {(row["rule_id"], row["municipality_code"]): row["target"] for row in rows}
    assert targets == {
        ("all", small.A): 8.0,
        ("all", small.B): 4.0,
        ("fair", small.A): 6.0,
        ("fair", small.B): 3.0,
    }


def test_settlement_in_dwellings_persons_and_euros(small: Any, tables: Tables) -> None:
    """Of 9 housed 6 are A's share. A housed 4: 2 too few, 4 persons; at 1,500 euros it pays 3,000 to B."""
    instance = _lettings(small, Tariff(rule_id="fair", eur_per_dwelling=1_500))
    let = {(small.A, 2026, "urgent"): 4, (small.B, 2026, "urgent"): 5}
    assert [tuple(row.values()) for row in tables(instance, a=let)["settlement"]] == [
        ("fair", 2, small.A, 2026, 6.0, 4.0, -2.0, -4.0, 1_500, -3_000),
        ("fair", 2, small.B, 2026, 3.0, 5.0, 2.0, 4.0, 1_500, 3_000),
    ]


def test_without_a_tariff_there_are_no_euros(small: Any, tables: Tables) -> None:
    """Who is above or below its share is told all the same."""
    rows = tables(_lettings(small), a={(small.A, 2026, "urgent"): 4})["settlement"]
    assert [row["amount_eur"] for row in rows] == [None, None]
    assert [row["difference"] for row in rows] == pytest.approx([4 - 8 / 3, -4 / 3])


def test_settlement_of_dwellings(small: Any, tables: Tables) -> None:
    """In track 1 what stands is divided: A has all 5 in service, its share is 10/3; persons are not known."""
    instance = small.instance(
        small.option("home"),
        [small.offer(small.A, "home", 5), small.offer(small.B, "home", 5)],
        small.need("home", 9),
        _key(small, A="2/3", B="1/3"),
        small.rule("fair", "fair_share", {"key": "k", "options": "home"}),
        Tariff(rule_id="fair", eur_per_dwelling=100),
    )
    first, second = tables(instance, x={(small.A, 2026, "home"): 5})["settlement"]
    assert (first["target"], first["difference"]) == pytest.approx((10 / 3, 5 / 3))
    assert (first["persons"], second["persons"]) == (None, None)
    # 166.67 and -166.67 euros: rounded down 166 and -167, and the euro left goes to the remainder of A.
    assert (first["amount_eur"], second["amount_eur"]) == (167, -167)


def test_a_key_that_is_wider_than_the_region_settles_within_it(small: Any, tables: Tables) -> None:
    """A has 1/2 and B 1/4 of a key that C shares: within A and B that is 2/3 and 1/3 of the 9 housed."""
    instance = small.instance(
        small.group("homeless"),
        small.flow("urgent", 9),
        small.fits("homeless"),
        [small.vacating(code, 10) for code in (small.A, small.B, small.C)],
        small.region("agreement", "R", small.A, small.B),
        _key(small, A="1/2", B="1/4", C="1/4"),
        small.rule("fair", "fair_share", {"key": "k"}, track=2),
    )
    let = {(small.A, 2026, "urgent"): 9}
    rows = tables(instance, a=let)["settlement"]
    assert [(row["target"], row["difference"]) for row in rows] == [(6.0, 3.0), (3.0, -3.0)]


def _temporary(small: Any, *rows: Any, **values: Any) -> Any:
    """Return the instance of ``_lettings`` for two years, in which A may also let rooms for a year."""
    rooms = [
        small.fits("homeless", "room", stay_years=1),
        small.option("room", dwelling_type="room"),
        small.offer(small.A, "room", 9),
    ]
    return _lettings(small, rooms, *rows, years=2, **values)


def _let(small: Any) -> dict[str, dict[tuple[Any, ...], int]]:
    """Return that 4 live in rooms of A in 2026 and are back in 2027, when B houses 4 for good."""
    return {
        "a": {(small.B, 2027, "urgent"): 4},
        "p": {(small.A, 2026, "urgent", "room"): 4},
        "x": {(small.A, 2026, "room"): 4},
    }


def test_who_came_back_from_a_temporary_place_is_counted_once(small: Any, tables: Tables) -> None:
    """4 in rooms of A are 4 in 2026 and 4 - 4 = 0 in 2027; the 4 homes of B are all that is delivered then.

    Two thirds of the 4 delivered in 2026 are 8/3; 2027 adds 4 homes less 4 that came back, nothing.
    """
    rows = tables(_temporary(small, basis="delivered"), **_let(small))["fair_share"]
    assert [(r["municipality_code"], r["year"], r["delivered"]) for r in rows] == [
        (small.A, 2026, 4.0), (small.A, 2027, 0.0), (small.B, 2026, 0.0), (small.B, 2027, 4.0),
    ]  # fmt: skip
    assert [row["task"] for row in rows] == [4.0, 4.0, 4.0, 4.0]
    assert [row["target"] for row in rows] == pytest.approx([8 / 3, 8 / 3, 4 / 3, 4 / 3])


def test_a_settlement_counts_who_came_back_once(small: Any, tables: Tables) -> None:
    """Of the 4 that have a home at the end two thirds are A's share: 8/3 x 2 persons short."""
    first, second = tables(_temporary(small), **_let(small))["settlement"]
    assert [first["target"], first["delivered"], first["persons"]] == pytest.approx([8 / 3, 0, -16 / 3])
    assert [second["target"], second["delivered"], second["persons"]] == pytest.approx([4 / 3, 4, 16 / 3])


def test_who_is_exempt_takes_no_part_in_a_settlement(small: Any, tables: Tables) -> None:
    """A, B and C have 1/2, 1/4 and 1/4; B is exempt: of the 9 of A and C A's share is 2/3, which is 6.

    The 5 of B are nobody's difference. Another norm for C, not an exemption, leaves it in.
    """
    instance = small.instance(
        small.group("homeless"),
        small.flow("urgent", 14),
        small.fits("homeless"),
        [small.vacating(code, 20) for code in (small.A, small.B, small.C)],
        _key(small, A="1/2", B="1/4", C="1/4"),
        small.rule("fair", "fair_share", {"key": "k"}, track=2),
        small.exempt("fair", small.B),
        small.exempt("fair", small.C, 1),
    )
    let = {(small.A, 2026, "urgent"): 9, (small.B, 2026, "urgent"): 5}
    rows = tables(instance, a=let)["settlement"]
    assert [(row["municipality_code"], row["target"], row["difference"]) for row in rows] == [
        (small.A, 6.0, 3.0),
        (small.C, 3.0, -3.0),
    ]


def test_a_region_of_which_the_input_misses_a_member_is_not_settled(small: Any, tables: Tables) -> None:
    """Two of three municipalities cannot tell what the third delivered; the table is there and empty."""
    part = small.region("agreement", "R", small.A, small.B, size=3)
    made = tables(_lettings(small, part), a={(small.A, 2026, "urgent"): 4})
    assert made["settlement"] == []
    assert len(made["fair_share"]) == 2
