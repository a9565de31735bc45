"""The family ``stock_share``: social or middle dwellings as a share of all dwellings of a municipality."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import StockChange

Golden = Callable[[str, Instance], None]


MEASURES = ("unmet_special", "rule_violation", "deficit")


def _rows(
    small: Any, asked: int, social: int | None = 29, strength: str | None = "hard", **parameters: Any
) -> Any:
    """Return A with 100 dwellings, a need of market dwellings, social ones at a deficit."""
    return [
        small.place(small.A, dwelling_stock=100, social_stock=social),
        small.option("home", deficit_eur=1000),
        small.market("free"),
        small.offer(small.A, "home", 9),
        small.offer(small.A, "free", 20),
        small.need("free", asked),
        small.pot("p", "deficit", carries_rest=True),
        small.rule("stock", "stock_share", parameters, strength=strength),
    ]


def _solved(small: Any, *rows: Any, **values: Any) -> Any:
    """Return the plan that needs the least deficit: no more social dwellings than the rule asks."""
    return small.solved(*rows, measures=MEASURES, **values)


def test_hand_solved_by_default_it_is_followed(small: Any) -> None:
    """10 market dwellings on 100 of which 29 social: 29 of 110 against 33 is reported only (D8)."""
    plan = _solved(small, _rows(small, 10, strength=None))
    found = small.line(plan, "stock", small.A, "", 2026)
    assert small.outcome(found) == (29, ">=", 33, "broken")
    assert (found.value_pct, found.norm_pct, found.slack) == (Fraction(2900, 110), 30, 4)
    assert plan.measures["rule_violation"] == 0


def test_hand_solved_as_a_hard_rule(small: Any) -> None:
    """29 + s >= 0.3 (110 + s) gives s >= 4 / 0.7 = 5.7, so 6: 35 of 116 against 34.8."""
    plan = _solved(small, _rows(small, 10))
    assert small.built(plan, small.A, options=["home"]) == 6
    assert small.outcome(small.line(plan, "stock", small.A, "", 2026)) == (35, ">=", Fraction(348, 10), "met")


def test_hand_solved_losses(small: Any) -> None:
    """2 dwellings a year go, 1 of them social: at the end of 2027 27 of 96 without building, 28.125 %."""
    lost = StockChange(municipality_code=small.A, from_year=2026, dwellings_lost=2, social_lost=1)
    plan = _solved(small, _rows(small, 0, strength="monitor"), lost, years=2)
    found = small.line(plan, "stock", small.A, "", 2027)
    assert (found.lhs, found.rhs, found.value_pct) == (27, Fraction(288, 10), Fraction(28125, 1000))


def test_hand_solved_from_its_year_and_of_the_middle(small: Any) -> None:
    """From 2027 only; the middle stock is unknown, so a rule on it cannot be tested."""
    plan = _solved(small, _rows(small, 0, by_year=2027), years=2)
    assert [one.requirement.period for one in plan.lines if one.requirement.rule_id == "stock"] == ["2027"]
    plan = _solved(small, _rows(small, 0, segment="mid"))
    found = small.line(plan, "stock", small.A, "", 2026)
    assert (found.verdict, found.lhs, found.rhs) == ("not_testable", None, None)


def test_hand_solved_causes_add_up(small: Any) -> None:
    """100 social of 400; a year 2 demolished, 3 sold and 1 liberalised: 6 fewer social, 2 fewer dwellings.

    After two years 88 of 396; the sum does not depend on how the causes are divided over rows.
    """
    causes = [
        StockChange(
            municipality_code=small.A, cause=cause, from_year=2026, dwellings_lost=gone, social_lost=lost
        )
        for cause, gone, lost in (("demolition", 2, 2), ("sale", 0, 3), ("liberalisation", 0, 1))
    ]
    together = StockChange(municipality_code=small.A, from_year=2026, dwellings_lost=2, social_lost=6)
    share = {"share": Fraction(1, 4), "segment": "social"}
    rule = small.rule("stock", "stock_share", share, purpose="municipality", strength="monitor")
    place = small.place(small.A, dwelling_stock=400, social_stock=100)
    for lost in (causes, together):
        plan = small.solved(place, lost, small.option("home"), small.offer(small.A, "home", 0), rule, years=2)
        assert small.outcome(small.line(plan, "stock", small.A, "", 2026)) == (
            94, ">=", Fraction(398, 4), "broken",
        )  # fmt: skip
        assert small.outcome(small.line(plan, "stock", small.A, "", 2027)) == (
            88, ">=", Fraction(396, 4), "broken",
        )  # fmt: skip


def test_binds_and_without_it_none_is_built(small: Any) -> None:
    """35 against 34.8 is less than one dwelling to spare; only followed, no deficit is better."""
    plan = _solved(small, _rows(small, 10))
    assert small.line(plan, "stock", small.A, "", 2026).binding
    assert plan.measures["deficit"] == 6
    assert _solved(small, _rows(small, 10, strength="monitor")).measures["deficit"] == 0


def test_broken_input_hard(small: Any) -> None:
    """10 social of 100 and 9 offered: 19 of 109 lack 32.7 - 19 = 13.7; or offer 20/0.7 = 28.6, so 29."""
    found = small.giving(small.unsolved(_rows(small, 0, social=10), measures=MEASURES))
    assert found.pop("stock_share") == 13.7
    assert found.pop("availability") == 29 - 9
    assert set(found.values()) <= {None}


def test_broken_input_that_one_family_cannot_repair(small: Any) -> None:
    """29 of 100 with 10 agreed market dwellings and nothing social: giving those up leaves 1 short."""
    rows = [row for row in _rows(small, 0) if getattr(row, "option", None) != "home"]
    result = small.unsolved(
        rows, small.option("home"), small.committed(small.A, "free", 10), measures=MEASURES
    )
    found = small.giving(result)
    assert found["stock_share"] == 4
    assert found["commitment"] is None


def test_broken_input_soft(small: Any) -> None:
    """As a soft rule 13.7 short of 0.3 x 100: a violation of 137/300."""
    plan = _solved(small, _rows(small, 0, social=10, strength="soft"))
    assert plan.measures["rule_violation"] == Fraction(137, 300)


def test_golden_lp(small: Any, golden: Golden) -> None:
    """One row per year from the stock at the start, with what is in service and what is lost."""
    lost = StockChange(municipality_code=small.A, from_year=2026, dwellings_lost=2, social_lost=1)
    golden("stock_share", small.instance(_rows(small, 5), lost, years=2))


@settings(max_examples=12, deadline=None)
@given(
    social=st.integers(0, 100),
    numbers=st.lists(st.integers(0, 20), min_size=4, max_size=4),
    share=st.fractions(0, 1, max_denominator=9),
    lost=st.integers(0, 5),
)
def test_property_verdict_is_the_plain_sum(
    small: Any, social: int, numbers: list[int], share: Fraction, lost: int
) -> None:
    """For any plan: met if and only if the social stock of the year is at least the share of all."""
    change = StockChange(municipality_code=small.A, from_year=2026, dwellings_lost=lost)
    made = small.instance(_rows(small, 5, social, share=share), change, years=2)
    problem = small.build(made)
    cells = [(small.A, year, code) for year in (2026, 2027) for code in ("home", "free")]
    values = small.values_of(problem, dict(zip(cells, numbers, strict=True)))
    found = [one for one in small.evaluate(made, problem, values) if one.requirement.rule_id == "stock"]
    for years, one in enumerate(found, start=1):
        part = social + sum(numbers[: 2 * years : 2])
        whole = 100 + sum(numbers[: 2 * years]) - lost * years
        assert (one.lhs, one.rhs) == (part, share * whole)
        assert (one.verdict == "met") == (part >= share * whole)
