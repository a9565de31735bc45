"""The family ``exclusion``: what a municipality does not build."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


def _rows(small: Any) -> list[Any]:
    """Return homes, at most 6 in A and 4 in B, and a need of 10."""
    return [
        small.option("home"),
        small.offer(small.A, "home", 6),
        small.offer(small.B, "home", 4),
        small.need("home", 10),
    ]


def test_hand_solved_builds_elsewhere(small: Any) -> None:
    """A builds nothing: 4 in B, so 6 of the 10 are short."""
    plan = small.solved(_rows(small), small.excluded(small.A, "home"))
    assert plan.completed == {(small.B, 2026, "home"): 4}
    assert plan.measures["unmet_special"] == 6


def test_hand_solved_only_in_its_years(small: Any) -> None:
    """Excluded in 2026 only: A builds its 6 in 2027."""
    plan = small.solved(_rows(small), small.excluded(small.A, "home", 2026), years=2)
    assert small.built(plan, small.A, options=["home"], years=[2026]) == 0
    assert small.built(plan, small.A, options=["home"], years=[2027]) == 6


def test_binds_and_without_it_the_need_is_met(small: Any) -> None:
    """The excluded cell binds at zero; without it 6 + 4 meet the need of 10."""
    plan = small.solved(_rows(small), small.excluded(small.A, "home"))
    found = small.line(plan, "exclusion", small.A, "home", 2026)
    assert small.outcome(found) == (0, "<=", 0, "met")
    assert found.binding
    assert small.solved(_rows(small)).measures["unmet_special"] == 0


def test_broken_input_hard(small: Any) -> None:
    """3 agreed where it is excluded: either gives 3."""
    result = small.unsolved(
        _rows(small), small.excluded(small.A, "home"), small.committed(small.A, "home", 3)
    )
    found = small.giving(result)
    assert (found["exclusion"], found["commitment"]) == (3, 3)


def test_broken_input_soft(small: Any) -> None:
    """As a soft rule the need of 10 comes first: 6 dwellings against a reference of 1."""
    plan = small.solved(
        _rows(small), small.excluded(small.A, "home"), small.rule("exclusion", "exclusion", strength="soft")
    )
    assert small.line(plan, "exclusion", small.A, "home", 2026).slack == 6
    assert plan.measures["rule_violation"] == Fraction(6)


def test_golden_lp(small: Any, golden: Golden) -> None:
    """A row for each excluded cell that is offered or agreed, and none for what could not be built."""
    made = small.instance(
        _rows(small),
        small.option("other"),
        small.committed(small.B, "other", 2),
        [
            small.excluded(code, what)
            for code, what in ((small.A, "home"), (small.A, "other"), (small.B, "other"))
        ],
    )
    golden("exclusion", made)


@settings(max_examples=12, deadline=None)
@given(cells=st.sets(st.tuples(st.sampled_from(["GM0001", "GM0002"]), st.sampled_from([2026, 2027]))))
def test_property_builds_all_that_is_not_excluded(small: Any, cells: set[tuple[str, int]]) -> None:
    """With a need that is never met, every cell is built in full unless it is excluded."""
    plan = small.solved(
        small.option("home"),
        small.offer(small.A, "home", 6),
        small.offer(small.B, "home", 4),
        small.need("home", 50),
        [small.excluded(code, "home", year) for code, year in sorted(cells)],
        years=2,
    )
    for code, most in ((small.A, 6), (small.B, 4)):
        for year in (2026, 2027):
            expected = 0 if (code, year) in cells else most
            assert plan.completed.get((code, year, "home"), 0) == expected
