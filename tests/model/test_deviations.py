"""A line of a rule gives way by what was agreed, and by no more."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.tables import Deviation


def _agreed(
    rule_id: str, place: str, subject: str, amount: Fraction | int, period: str = "2026"
) -> Deviation:
    return Deviation(rule_id=rule_id, place=place, subject=subject, period=period, amount=Fraction(amount))


def test_a_hard_rule_may_be_missed_by_what_was_agreed(small: Any) -> None:
    """Commitments of 120 against a capacity of 95: agreed on 25 there is a plan, on 24 there is none."""
    rows = (
        small.option("home"),
        small.offer(small.A, "home", 200),
        small.committed(small.A, "home", 120),
        small.capacity(small.A, 95),
    )
    found = small.line(
        small.solved(rows, _agreed("capacity", small.A, "all", 25)), "capacity", small.A, "all", 2026
    )
    assert small.outcome(found) == (120, "<=", 120, "met")
    assert found.allowed == 25
    small.unsolved(rows, _agreed("capacity", small.A, "all", 24))


def test_a_line_at_least_gives_way_too(small: Any) -> None:
    """The same, with the commitment missed by 25: 95 are built."""
    found = small.line(
        small.solved(
            small.option("home"),
            small.offer(small.A, "home", 200),
            small.committed(small.A, "home", 120),
            small.capacity(small.A, 95),
            _agreed("commitment", small.A, "home", 25),
        ),
        "commitment",
        small.A,
        "home",
        2026,
    )
    assert small.outcome(found) == (95, ">=", 95, "met")


def test_money_is_agreed_in_euros(small: Any) -> None:
    """Ten dwellings of 1 000 euros against 8 000: 2 000 more may be spent, and is owed in the next year.

    Carried over that leaves 8 000 - 10 000 = -2 000, so that 2027 can spend 10 000 - 2 000 = 8 000.
    """
    rows = (
        small.option("home", extra_cost_eur=1000),
        small.offer(small.A, "home", 10),
        small.committed(small.A, "home", 10),
        small.need("home", 9),
        small.pot("wmo", "extra_cost", {2026: 8000, 2027: 10000}, carry_over=True),
    )
    small.unsolved(rows, years=2)
    solution = small.solved(rows, _agreed("extra_cost", "", "wmo", 2000), years=2)
    first, second = (small.line(solution, "extra_cost", "", "wmo", year) for year in (2026, 2027))
    assert (first.lhs, first.rhs, first.allowed, first.unit) == (10000, 10000, 2000, "EUR")
    assert (second.rhs, second.allowed) == (8000, None)


def test_a_soft_rule_is_missed_by_less(small: Any) -> None:
    """A need of 10 and room for 4: of the 6 that lack 5 were agreed, so one counts."""
    solution = small.solved(
        small.option("home"),
        small.offer(small.A, "home", 4),
        small.need("home", 10),
        _agreed("need", small.REGION, "home", 5),
    )
    assert solution.measures["unmet_special"] == 1


def test_a_project_may_be_smaller(small: Any) -> None:
    """At least 12, or 12 - 5/2 = 9.5: room for 10 is enough, and 9 is not."""

    def rows(room: int) -> tuple[Any, ...]:
        return (
            small.option("home", minimum_project=12),
            small.offer(small.A, "home", 30),
            small.capacity(small.A, room),
            small.need("home", 20),
            _agreed("project_size", small.A, "home", Fraction(5, 2)),
        )

    assert small.built(small.solved(rows(10)), small.A, options=["home"]) == 10
    assert small.built(small.solved(rows(9)), small.A, options=["home"]) == 0


def test_an_offer_that_may_be_passed_limits_no_project(small: Any) -> None:
    """A project of 12 where 10 are offered and 2 more agreed: the ceiling of projects does not forbid it."""
    solution = small.solved(
        small.option("home", minimum_project=12),
        small.offer(small.A, "home", 10),
        small.need("home", 12),
        _agreed("availability", small.A, "home", 2),
    )
    assert small.built(solution, small.A, options=["home"]) == 12


@pytest.mark.parametrize("period", ["2026-2027", "2027"])
def test_only_the_years_that_were_agreed(small: Any, period: str) -> None:
    """Five a year, two more where agreed."""
    solution = small.solved(
        small.option("home"),
        small.offer(small.A, "home", 20),
        small.capacity(small.A, 5),
        small.need("home", 20),
        _agreed("capacity", small.A, "all", 2, period),
        years=3,
    )
    built = [small.built(solution, small.A, options=["home"], years=[year]) for year in (2026, 2027, 2028)]
    assert built == ([7, 7, 5] if "-" in period else [5, 7, 5])
