"""The family ``affordable_share``: two thirds of the programme of a region is affordable."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


AFFORDABLE = ("home", "mid", "owner")
MEASURES = ("unmet_special", "rule_violation", "deficit")


def _rows(small: Any, asked: int, size: int = 2, **values: Any) -> list[Any]:
    """Return building region W of A and B: market dwellings in A, affordable ones in B at 1,000 euros."""
    return [
        small.option("home", deficit_eur=1000),
        small.middle("mid", deficit_eur=1000),
        small.middle("owner", dwelling_type="affordable_owner", segment="affordable_owner", deficit_eur=1000),
        small.market("free"),
        [small.offer(small.B, code, 4) for code in AFFORDABLE],
        small.offer(small.A, "free", 20),
        small.need("free", asked),
        small.pot("p", "deficit", carries_rest=True),
        small.region("woningbouwregio", "W", small.A, small.B, size=size),
        small.rule("share", "affordable_share", values.pop("parameters", None), **values),
    ]


def _solved(small: Any, *rows: Any, **values: Any) -> Any:
    """Return the plan that needs the least deficit: no more that is affordable than the rule asks."""
    return small.solved(*rows, measures=MEASURES, **values)


def test_hand_solved_holds_for_the_region(small: Any) -> None:
    """5 market dwellings in A ask a >= 2/3 (a + 5), so a >= 10, in B: A alone stays at 0 % (facts D1)."""
    plan = _solved(small, _rows(small, 5))
    assert small.built(plan, small.B, options=AFFORDABLE) == 10
    found = small.line(plan, "share", "W", "", 2026)
    assert small.outcome(found) == (10, ">=", 10, "met")
    assert (found.value_pct, found.norm_pct) == (Fraction(200, 3), Fraction(200, 3))


def test_hand_solved_each_period_on_its_own(small: Any) -> None:
    """Two years of 2 market dwellings ask 4 affordable each; in one period of two years 8 at any time."""
    plan = _solved(small, _rows(small, 2, parameters={"periods": "year"}), years=2)
    for year in (2026, 2027):
        assert small.built(plan, small.B, options=AFFORDABLE, years=[year]) >= 2 * small.built(
            plan, small.A, options=["free"], years=[year]
        )
    both = _solved(small, _rows(small, 2, parameters={"periods": "horizon"}), years=2)
    assert small.line(both, "share", "W", "", "2026-2027").lhs == 8


def test_hand_solved_part_of_a_region_cannot_be_tested(small: Any) -> None:
    """W has three municipalities and two are in the input: 0 of 5 is reported and nothing is asked."""
    plan = _solved(small, _rows(small, 5, size=3))
    found = small.line(plan, "share", "W", "", 2026)
    assert small.outcome(found) == (0, ">=", Fraction(10, 3), "not_testable")
    assert small.built(plan, small.B, options=AFFORDABLE) == 0


def test_binds_and_without_it_none_is_built(small: Any) -> None:
    """The line binds at 10; only followed, a plan without deficit is better."""
    plan = _solved(small, _rows(small, 5))
    assert small.line(plan, "share", "W", "", 2026).binding
    assert plan.measures["deficit"] == 10
    followed = _solved(small, _rows(small, 5, strength="monitor"))
    assert followed.measures["deficit"] == 0
    assert not small.line(followed, "share", "W", "", 2026).binding


def test_broken_input_hard(small: Any) -> None:
    """9 agreed market dwellings ask 18 affordable; 12 are offered.

    With 12 built the rule gives 2/3 x 21 - 12 = 2; 12 carry 6 market dwellings, so the agreement gives 3;
    or 6 more are offered.
    """
    found = small.giving(small.unsolved(_rows(small, 0), small.committed(small.A, "free", 9)))
    assert found.pop("affordable_share") == 2
    assert found.pop("commitment") == 3
    assert found.pop("availability") == 6
    assert set(found.values()) <= {None}


def test_broken_input_soft(small: Any) -> None:
    """The same as a soft rule: 2 short of 2/3 of the 12 + 20 offered, 64/3."""
    plan = small.solved(_rows(small, 0, strength="soft"), small.committed(small.A, "free", 9))
    assert small.line(plan, "share", "W", "", 2026).slack == 2
    assert plan.measures["rule_violation"] == 2 / Fraction(64, 3)


def test_golden_lp(small: Any, golden: Golden) -> None:
    """One row for the region and period; the totals of the region are columns of their own."""
    golden("affordable_share", small.instance(_rows(small, 5), years=2))


@settings(max_examples=12, deadline=None)
@given(
    numbers=st.lists(st.integers(0, 20), min_size=4, max_size=4),
    share=st.fractions(0, 1, max_denominator=12),
)
def test_property_verdict_is_the_plain_sum(small: Any, numbers: list[int], share: Fraction) -> None:
    """For any plan and norm: met if and only if affordable >= share x all; halves of both sides agree."""
    made = small.instance(_rows(small, 5, parameters={"share": share}))
    problem = small.build(made)
    cells = [(small.B, 2026, code) for code in AFFORDABLE] + [(small.A, 2026, "free")]
    values = small.values_of(problem, dict(zip(cells, numbers, strict=True)))
    [found] = [one for one in small.evaluate(made, problem, values) if one.requirement.rule_id == "share"]
    affordable, whole = sum(numbers[:3]), sum(numbers)
    assert found.margin == affordable - share * whole
    assert (found.verdict == "met") == (affordable >= share * whole)
    assert found.value_pct == (Fraction(100 * affordable, whole) if whole else None)
