"""Whole numbers from shares: sums, published results, ties, and what each method promises."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuisplan.inputs.apportion import METHODS, apportion, balanced, largest_remainder

# Census of 1790, as apportioned in the bill of 1792 that Washington vetoed: Hamilton's method, 120 seats.
# M. L. Balinski and H. P. Young, Fair Representation (1982), chapter 3 and appendix B.
STATES_1790 = {
    "Connecticut": (236_841, 8), "Delaware": (55_540, 2), "Georgia": (70_835, 2), "Kentucky": (68_705, 2),
    "Maryland": (278_514, 9), "Massachusetts": (475_327, 16), "New Hampshire": (141_822, 5),
    "New Jersey": (179_570, 6), "New York": (331_589, 11), "North Carolina": (353_523, 12),
    "Pennsylvania": (432_879, 14), "Rhode Island": (68_446, 2), "South Carolina": (206_236, 7),
    "Vermont": (85_533, 3), "Virginia": (630_560, 21),
}  # fmt: skip

# General election of New Zealand, 23 September 2017: party votes and seats by Sainte-Laguë, 120 seats
# (Electoral Commission, official results).
NEW_ZEALAND_2017 = {
    "National": (1_152_075, 56), "Labour": (956_184, 46), "New Zealand First": (186_706, 9),
    "Green": (162_443, 8), "ACT": (13_075, 1),
}  # fmt: skip

WEIGHTS = st.dictionaries(
    st.integers(0, 50),
    st.one_of(st.integers(0, 3), st.integers(0, 10**6), st.fractions(0, 5, max_denominator=60)),
    min_size=1,
    max_size=12,
).filter(lambda weights: sum(weights.values()) > 0)


def test_the_vetoed_bill_of_1792() -> None:
    """The largest remainder gives the fifteen states what the bill gave them."""
    people = {state: number for state, (number, _) in STATES_1790.items()}
    assert sum(people.values()) == 3_615_920
    assert largest_remainder(120, people) == {state: seats for state, (_, seats) in STATES_1790.items()}


def test_the_alabama_paradox() -> None:
    """By largest remainder a larger house can take a seat away; by Webster never.

    Balinski and Young tell it of Alabama (8 of 299 seats, 7 of 300); the usual small case is 6, 6 and 2
    over 10 and 11. Exact 4.29, 4.29 and 1.43: the tenth goes to the last. Then 4.71, 4.71 and 1.57: the two
    that are left go to the others.
    """
    weights = {"a": 6, "b": 6, "c": 2}
    assert [largest_remainder(total, weights) for total in (10, 11)] == [
        {"a": 4, "b": 4, "c": 2},
        {"a": 5, "b": 5, "c": 1},
    ]
    by_webster = [apportion(total, weights, "webster").numbers for total in (10, 11)]
    assert all(by_webster[1][name] >= by_webster[0][name] for name in weights)


def test_the_parliament_of_new_zealand() -> None:
    """Webster, there called Sainte-Laguë, gives the five parties their 120 seats of 2017."""
    votes = {party: number for party, (number, _) in NEW_ZEALAND_2017.items()}
    seats = {party: number for party, (_, number) in NEW_ZEALAND_2017.items()}
    assert apportion(120, votes, "webster").numbers == seats


def test_the_methods_differ() -> None:
    """53, 24 and 23 over 7: exact 3.71, 1.68 and 1.61.

    Rests .71, .68 and .61 give the two left to the first two: 4, 2, 1. Webster's claims for a fourth and
    a second: 53/7 = 7.57 is below 23/3 = 7.67, so 3, 2, 2.
    """
    weights = {"a": 53, "b": 24, "c": 23}
    assert apportion(7, weights, "largest_remainder").numbers == {"a": 4, "b": 2, "c": 1}
    assert apportion(7, weights, "webster").numbers == {"a": 3, "b": 2, "c": 2}


@pytest.mark.parametrize("method", METHODS)
def test_a_tie_is_settled_in_order_and_named(method: str) -> None:
    """Three equal weights and one twice as large over 7: exact 1.4 three times and 2.8.

    2.8 becomes 3 by either method; of the four left for three equals each gets one, and the first a
    second. Over 5 (1, 1, 1 and 2) nothing is left to settle.
    """
    weights = {"a": 1, "b": 2, "c": 1, "d": 1}
    found = apportion(7, weights, method)
    assert found.numbers == {"a": 2, "b": 3, "c": 1, "d": 1}
    assert found.tied == ("a", "c", "d")
    assert apportion(5, weights, method).numbers == {"a": 1, "b": 2, "c": 1, "d": 1}
    assert apportion(5, weights, method).tied == ()
    turned = apportion(7, dict(reversed(weights.items())), method)
    assert turned.numbers == {"d": 2, "c": 1, "b": 3, "a": 1}


@pytest.mark.parametrize("method", METHODS)
def test_nothing_to_divide_by_is_an_error(method: str) -> None:
    """Without a weight above zero there is no share; a total of zero gives nobody anything."""
    with pytest.raises(ValueError, match="weight"):
        apportion(3, {"a": 0}, method)
    assert apportion(0, {"a": 1, "b": 2}, method).numbers == {"a": 0, "b": 0}


@given(WEIGHTS, st.integers(0, 400), st.sampled_from(sorted(METHODS)))
def test_no_dwelling_is_lost(weights: dict[int, Fraction], total: int, method: str) -> None:
    """The numbers sum to the total, none is below zero, and who has no weight gets none."""
    found = apportion(total, weights, method)
    assert sum(found.numbers.values()) == total
    assert list(found.numbers) == list(weights)
    assert all(number >= 0 for number in found.numbers.values())
    assert all(found.numbers[name] == 0 for name, weight in weights.items() if not weight)


@given(WEIGHTS, st.integers(0, 200))
def test_webster_is_house_monotone(weights: dict[int, Fraction], total: int) -> None:
    """One dwelling more adds one for somebody and takes none away."""
    before, after = (apportion(number, weights, "webster").numbers for number in (total, total + 1))
    assert sorted(after[name] - before[name] for name in weights) == [0] * (len(weights) - 1) + [1]


@given(WEIGHTS, st.integers(0, 200))
def test_webster_gives_each_to_the_highest_claim(weights: dict[int, Fraction], total: int) -> None:
    """Independent: dealt one by one to the highest weight / (2 n + 1), in order among equals."""
    dealt = dict.fromkeys(weights, 0)
    for _ in range(total):
        claims = {name: Fraction(weight) / (2 * dealt[name] + 1) for name, weight in weights.items()}
        highest = max(claims.values())
        dealt[next(name for name, claim in claims.items() if claim == highest)] += 1
    assert apportion(total, weights, "webster").numbers == dealt


@given(WEIGHTS, st.integers(0, 400))
def test_the_largest_remainder_stays_within_one(weights: dict[int, Fraction], total: int) -> None:
    """Everybody gets the exact part rounded down or up."""
    whole = sum(Fraction(weight) for weight in weights.values())
    for name, number in largest_remainder(total, weights).items():
        exact = total * Fraction(weights[name]) / whole
        assert math.floor(exact) <= number <= math.ceil(exact)


@given(st.lists(st.fractions(-1000, 1000, max_denominator=99), min_size=1, max_size=8))
def test_balanced_amounts_sum_to_zero(amounts: list[Fraction]) -> None:
    """Amounts that are together nothing stay so, and each is rounded by less than one."""
    mean = sum(amounts, Fraction(0)) / len(amounts)
    exact = {number: amount - mean for number, amount in enumerate(amounts)}
    found = balanced(exact)
    assert sum(found.values()) == 0
    assert all(abs(found[number] - exact[number]) < 1 for number in exact)


def test_balanced_amounts_below_zero() -> None:
    """-5/3, 1/3 and 4/3 are rounded down to -2, 0 and 1; the one left is for the first of rest 1/3."""
    assert balanced({"a": Fraction(-5, 3), "b": Fraction(1, 3), "c": Fraction(4, 3)}) == {
        "a": -1, "b": 0, "c": 1,
    }  # fmt: skip


@given(WEIGHTS, st.integers(1, 200), st.sampled_from(sorted(METHODS)))
def test_who_tied_depends_on_the_order_and_nobody_else_does(
    weights: dict[int, Fraction], total: int, method: str
) -> None:
    """Turned round, only those who tied get another number; without a tie nothing changes."""
    found = apportion(total, weights, method)
    turned = apportion(total, dict(reversed(weights.items())), method)
    assert set(turned.tied) == set(found.tied)
    changed = {name for name in weights if turned.numbers[name] != found.numbers[name]}
    assert changed <= set(found.tied)
    assert bool(changed) == bool(found.tied)
