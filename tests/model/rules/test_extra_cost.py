"""The family ``extra_cost``: pots pay the extra cost in full, and none pays more than it has."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


def _rows(small: Any, asked: int, euros: int = 10_000, **values: Any) -> list[Any]:
    """Return homes that cost 10,000 euros of extra cost each, and a need a year."""
    return [
        small.option("home", extra_cost_eur=euros, **values),
        small.offer(small.A, "home", 9),
        small.need("home", asked),
    ]


def _pot(small: Any, pot_id: str, euros: dict[int, int] | None = None, **values: Any) -> list[Any]:
    return small.pot(pot_id, "extra_cost", euros, **values)


def test_hand_solved_what_is_left_is_carried(small: Any) -> None:
    """25,000 a year and 3 a year asked: 2 in 2026, 5,000 carried, 30,000 pay 3 in 2027; 1 + 1 short."""
    plan = small.solved(
        _rows(small, 3), _pot(small, "p", {2026: 25_000, 2027: 25_000}, carry_over=True), years=2
    )
    assert plan.completed == {(small.A, 2026, "home"): 2, (small.A, 2027, "home"): 3}
    assert small.outcome(small.line(plan, "extra_cost", "", "p", 2026)) == (20_000, "<=", 25_000, "met")
    assert small.outcome(small.line(plan, "extra_cost", "", "p", 2027)) == (30_000, "<=", 30_000, "met")
    assert plan.measures["unmet_special"] == 2
    assert plan.measures["extra_cost"] == 50
    assert plan.measures["deficit"] == 0


def test_hand_solved_without_carrying_it_lapses(small: Any) -> None:
    """The same without carrying over: 2 and 2, so 1 + 2 = 3 short."""
    plan = small.solved(_rows(small, 3), _pot(small, "p", {2026: 25_000, 2027: 25_000}), years=2)
    assert plan.completed == {(small.A, 2026, "home"): 2, (small.A, 2027, "home"): 2}
    assert plan.measures["unmet_special"] == 3


def test_hand_solved_the_rest_is_carried_by_another(small: Any) -> None:
    """At most 4,000 and a third of 10,000, so 3,333 a dwelling; the payer of the rest pays 6,667 each."""
    state = _pot(small, "state", {2026: 99_000}, max_per_dwelling_eur=4000, max_share=Fraction(1, 3))
    plan = small.solved(_rows(small, 3), state, _pot(small, "city", carries_rest=True))
    paid = {pot: euros for (pot, *_), euros in plan.payments.items()}
    assert sum(paid.values()) == 30_000
    assert paid.get("state", 0) <= 3 * 3_333
    found = small.line(plan, "extra_cost", small.A, "state:home", 2026)
    assert (found.rhs, found.verdict, found.unit) == (9_999, "met", "EUR")


def test_hand_solved_earmarks_and_places(small: Any) -> None:
    """50,000 for care dwellings and 50,000 for B pay nothing in A; 10,000 for anything pays one home."""
    plan = small.solved(
        _rows(small, 3),
        small.place(small.B),
        _pot(small, "care", {2026: 50_000}, dwelling_types=("care_suitable",)),
        _pot(small, "b", {2026: 50_000}, purpose="municipality", place=small.B),
        _pot(small, "p", {2026: 10_000}),
    )
    assert plan.payments == {("p", small.A, 2026, "home"): 10_000}


def test_hand_solved_kinds_are_never_added(small: Any) -> None:
    """Money of the other kind pays nothing of this one; an unknown cost counts as zero and needs no pot."""
    plan = small.solved(_rows(small, 3), small.pot("p", "deficit", {2026: 99_000}))
    assert not plan.completed
    unknown = small.solved(_rows(small, 3, euros=None))
    assert small.built(unknown, small.A, options=["home"]) == 3
    assert not unknown.payments


def test_binds_and_with_more_money_more_is_built(small: Any) -> None:
    """25,000 pay 2 of 3 and 5,000 to spare is less than a home: it binds; 40,000 pay all 3 and do not."""
    plan = small.solved(_rows(small, 3), _pot(small, "p", {2026: 25_000}))
    found = small.line(plan, "extra_cost", "", "p", 2026)
    assert (found.margin, found.binding) == (5_000, True)
    assert plan.measures["unmet_special"] == 1
    measures = ("unmet_special", "extra_cost")
    plan = small.solved(_rows(small, 3), _pot(small, "p", {2026: 40_000}), measures=measures)
    found = small.line(plan, "extra_cost", "", "p", 2026)
    assert (found.margin, found.binding) == (10_000, False)
    assert plan.measures["unmet_special"] == 0


def test_broken_input_hard(small: Any) -> None:
    """4 agreed of 10,000 euros and 32,000 in the pot: 8 thousand short, or 1 fewer is agreed."""
    result = small.unsolved(
        _rows(small, 0), small.committed(small.A, "home", 4), _pot(small, "p", {2026: 32_000})
    )
    found = small.giving(result)
    assert found.pop("extra_cost") == 8
    assert found.pop("commitment") == 1
    assert set(found.values()) <= {None}
    assert {one.families[0]: one.unit for one in result.giving}["extra_cost"] == "kEUR"


def test_broken_input_soft(small: Any) -> None:
    """As a soft rule 8,000 euros of a budget of 32,000: a violation of 1/4."""
    plan = small.solved(
        _rows(small, 0),
        small.committed(small.A, "home", 4),
        _pot(small, "p", {2026: 32_000}),
        small.rule("extra_cost", "extra_cost", strength="soft"),
    )
    assert small.line(plan, "extra_cost", "", "p", 2026).slack == 8_000
    assert plan.measures["rule_violation"] == Fraction(1, 4)


def test_broken_input_of_a_soft_rule_is_a_debt(small: Any) -> None:
    """40,000 spent of 32,000: 8,000 too much, and with 10,000 in 2027 and 10,000 spent still 8,000.

    Relative to the budgets 8/32 + 8/10.
    """
    plan = small.solved(
        _rows(small, 0),
        small.committed(small.A, "home", 4),
        small.committed(small.A, "home", 1, 2027),
        _pot(small, "p", {2026: 32_000, 2027: 10_000}, carry_over=True),
        small.rule("extra_cost", "extra_cost", strength="soft"),
        years=2,
    )
    assert small.outcome(small.line(plan, "extra_cost", "", "p", 2027)) == (10_000, "<=", 2_000, "broken")
    assert plan.measures["rule_violation"] == Fraction(8, 32) + Fraction(8, 10)


def test_broken_input_hard_counts_missing_money_once(small: Any) -> None:
    """The same as a hard rule: 8,000 more in 2026 repair both years."""
    result = small.unsolved(
        _rows(small, 0),
        small.committed(small.A, "home", 4),
        small.committed(small.A, "home", 1, 2027),
        _pot(small, "p", {2026: 32_000, 2027: 10_000}, carry_over=True),
        years=2,
    )
    assert small.giving(result)["extra_cost"] == 8


def test_hand_solved_account_starts_before_the_rule_holds(small: Any) -> None:
    """The rule holds from 2027, 2026 is paid from the same account: 25,000 + 5,000 pay 3 homes."""
    plan = small.solved(
        _rows(small, 9),
        _pot(small, "p", {2026: 25_000, 2027: 5_000}, carry_over=True),
        small.rule("extra_cost", "extra_cost", valid_from=2027),
        years=2,
    )
    [found] = [one for one in plan.lines if one.requirement.family == "extra_cost"]
    assert found.requirement.period == "2027"
    assert small.built(plan, small.A, options=["home"]) * 10_000 == 30_000 - found.margin == 30_000


def test_golden_lp(small: Any, golden: Golden) -> None:
    """Costs paid in full, budgets, what is carried, and the limit of a pot per dwelling."""
    made = small.instance(
        _rows(small, 3),
        _pot(small, "p", {2026: 25_000, 2027: 25_000}, carry_over=True, max_share=Fraction(1, 2)),
        _pot(small, "city", carries_rest=True),
        years=2,
    )
    golden("extra_cost", made)


@settings(max_examples=12, deadline=None)
@given(
    budgets=st.lists(st.integers(0, 60_000), min_size=4, max_size=4),
    asked=st.integers(0, 5),
    cost=st.integers(1, 20_000),
    most=st.integers(0, 20_000),
    carry=st.booleans(),
)
def test_property_every_euro_is_accounted_for(
    small: Any, budgets: list[int], asked: int, cost: int, most: int, carry: bool
) -> None:
    """In whole euros, by plain sums: payments are the costs, and no pot pays more than it has or may."""
    years = (2026, 2027)
    plan = small.solved(
        _rows(small, asked, euros=cost),
        _pot(small, "p", dict(zip(years, budgets[:2], strict=True)), carry_over=carry),
        _pot(small, "q", dict(zip(years, budgets[2:], strict=True)), max_per_dwelling_eur=most),
        years=2,
    )
    left = 0
    for year, first, second in zip(years, budgets[:2], budgets[2:], strict=True):
        homes = plan.completed.get((small.A, year, "home"), 0)
        p, q = (plan.payments.get((pot, small.A, year, "home"), 0) for pot in ("p", "q"))
        assert p + q == cost * homes
        assert q <= min(second, most * homes)
        assert p <= first + left
        assert small.line(plan, "extra_cost", "", "p", year).margin == first + left - p
        left = first + left - p if carry else 0
