"""The family ``commitment``: the plan builds at least what is agreed."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


def test_hand_solved_builds_what_is_agreed_and_no_more(small: Any) -> None:
    """3 are agreed for 2027 and nothing is asked: 3 are built, one year late each, lateness 3."""
    plan = small.solved(
        small.option("home"),
        small.offer(small.A, "home", 9),
        small.committed(small.A, "home", 3, 2027),
        years=2,
    )
    assert plan.completed == {(small.A, 2027, "home"): 3}
    assert plan.measures["lateness"] == 3


def test_hand_solved_holds_where_nothing_is_offered(small: Any) -> None:
    """A commitment needs no offer: 2 are built of an option that is not available."""
    plan = small.solved(
        small.option("home"), small.option("other"), small.offer(small.A, "other", 1),
        small.committed(small.A, "home", 2),
    )  # fmt: skip
    assert plan.completed == {(small.A, 2026, "home"): 2}


def test_hand_solved_commitment_may_be_smaller_than_a_project(small: Any) -> None:
    """2 care dwellings are agreed though projects are of 4: they are built, and the project line is met."""
    plan = small.solved(
        small.option("care", minimum_project=4),
        small.offer(small.A, "care", 9),
        small.committed(small.A, "care", 2),
    )
    assert plan.completed == {(small.A, 2026, "care"): 2}
    assert small.outcome(small.line(plan, "project_size", small.A, "care", 2026)) == (0, "0 or >=", 4, "met")


def test_binds_and_without_it_nothing_is_built(small: Any) -> None:
    """The line of 3 agreed dwellings binds; without the agreement the least lateness builds nothing."""
    rows = [small.option("home"), small.offer(small.A, "home", 9)]
    plan = small.solved(rows, small.committed(small.A, "home", 3))
    found = small.line(plan, "commitment", small.A, "home", 2026)
    assert small.outcome(found) == (3, ">=", 3, "met")
    assert found.binding
    assert not small.solved(rows).completed


def test_broken_input_hard(small: Any) -> None:
    """8 agreed in a year with capacity 5 and an exclusion: 3 too many for one, all 8 for the other.

    Only the commitment repairs both: it gives all 8.
    """
    result = small.unsolved(
        small.option("home"),
        small.offer(small.A, "home", 9),
        small.committed(small.A, "home", 8),
        small.capacity(small.A, 5),
        small.excluded(small.A, "home"),
    )
    found = small.giving(result)
    assert found["commitment"] == 8
    assert found["capacity"] is None
    assert found["exclusion"] is None


def test_broken_input_soft(small: Any) -> None:
    """As a soft rule 8 agreed and capacity 5 is a violation of 3/8."""
    plan = small.solved(
        small.option("home"),
        small.offer(small.A, "home", 9),
        small.committed(small.A, "home", 8),
        small.capacity(small.A, 5),
        small.rule("commitment", "commitment", strength="soft"),
    )
    assert small.line(plan, "commitment", small.A, "home", 2026).slack == 3
    assert plan.measures["rule_violation"] == Fraction(3, 8)


def test_broken_input_soft_agreement_of_a_project(small: Any) -> None:
    """Where an agreement of 8 gives to capacity 5, the project rule does not demand the agreed."""
    plan = small.solved(
        small.option("care", minimum_project=4),
        small.offer(small.A, "care", 9),
        small.committed(small.A, "care", 8),
        small.capacity(small.A, 5),
        small.rule("commitment", "commitment", strength="soft"),
    )
    assert plan.completed == {(small.A, 2026, "care"): 5}
    assert small.line(plan, "commitment", small.A, "care", 2026).slack == 3


def test_broken_input_monitor_does_not_bind_a_project(small: Any) -> None:
    """An agreement that is only followed asks for nothing, also where the option has a project size."""
    plan = small.solved(
        small.option("care", minimum_project=4),
        small.offer(small.A, "care", 9),
        small.committed(small.A, "care", 3),
        small.rule("commitment", "commitment", strength="monitor"),
    )
    assert not plan.completed
    assert small.line(plan, "commitment", small.A, "care", 2026).slack == 3


def test_broken_input_agreement_does_not_repair_a_small_project(small: Any) -> None:
    """1 agreed, 3 offered, projects of 4 and 2 asked for sure: giving on the agreement makes no project of 1.

    Only then 2 could be built as 1 agreed and 1 new; the contribution gives 1, a project of 1 lacks 2: with
    3 built it is 2 new of 4. The offer gives 2: 1 agreed and a project of 4.
    """
    result = small.unsolved(
        small.option("care", minimum_project=4),
        small.offer(small.A, "care", 3),
        small.committed(small.A, "care", 1),
        small.rule("least", "minimum_contribution", {"options": "care", "dwellings": 2}),
    )
    found = small.giving(result)
    assert found["commitment"] is None
    assert found["minimum_contribution"] == 1
    assert found["project_size"] == 2
    assert found["availability"] == 2


def test_golden_lp(small: Any, golden: Golden) -> None:
    """One row per agreement, also where nothing is offered, with its slack."""
    made = small.instance(
        small.option("home"),
        small.option("care", minimum_project=4),
        small.offer(small.A, "care", 9),
        small.committed(small.A, "home", 3),
        small.committed(small.A, "care", 2),
        small.rule("commitment", "commitment", strength="soft"),
    )
    golden("commitment", made)


@settings(max_examples=12, deadline=None)
@given(agreed=st.lists(st.integers(0, 5), min_size=4, max_size=4), asked=st.integers(0, 12))
def test_property_every_agreement_is_kept(small: Any, agreed: list[int], asked: int) -> None:
    """In each of four cells at least the agreed number is built, and the margin is what comes on top."""
    cells = [(code, year) for code in (small.A, small.B) for year in (2026, 2027)]
    plan = small.solved(
        small.option("home"),
        [small.offer(code, "home", 6) for code in (small.A, small.B)],
        [small.committed(*cell[:1], "home", n, cell[1]) for cell, n in zip(cells, agreed, strict=True)],
        small.need("home", asked),
        years=2,
    )
    for (code, year), number in zip(cells, agreed, strict=True):
        total = plan.completed.get((code, year, "home"), 0)
        assert total >= number
        if number:
            assert small.line(plan, "commitment", code, "home", year).margin == total - number
