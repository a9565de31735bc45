"""What a municipality has to do with a line: its part, and which way the line pulls."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from thuisplan.model.local import LocalLine, local_columns, local_lines


def _lines(small: Any, instance: Any, completed: dict[Any, int], code: str, *options: str) -> list[LocalLine]:
    problem = small.build(instance)
    values = small.values_of(problem, completed)
    columns = local_columns(problem, code, options or None)
    return list(local_lines(instance, problem, values, code, columns))


def _told(lines: list[LocalLine]) -> dict[tuple[str, str], tuple[Fraction, str]]:
    return {(one.line.requirement.rule_id, one.line.requirement.place): (one.part, one.pull) for one in lines}


def test_a_line_of_a_region_has_a_part_in_each_municipality(small: Any) -> None:
    """The need of R asks 12 and gets 7 from A and 3 from B: it is broken, and wants more of both.

    What is offered in A is used up: it stands in the way of more; what B is offered is not.
    """
    instance = small.instance(
        small.option("rent"),
        small.offer(small.A, "rent", 7),
        small.offer(small.B, "rent", 9),
        small.need("rent", 12),
    )
    completed = {(small.A, 2026, "rent"): 7, (small.B, 2026, "rent"): 3}
    assert _told(_lines(small, instance, completed, small.A)) == {
        ("need", small.REGION): (7, "demands"),
        ("availability", small.A): (7, "limits"),
    }
    assert _told(_lines(small, instance, completed, small.B)) == {("need", small.REGION): (3, "demands")}


def test_a_share_rule_pulls_both_ways(small: Any) -> None:
    """Half must be social: 5 of 10 is just that. It demands the social ones and limits the others."""
    instance = small.instance(
        small.option("rent"),
        small.market("sale"),
        small.offer(small.A, "rent", 9),
        small.offer(small.A, "sale", 9),
        small.rule("half", "social_share", {"share": "1/2", "side": "all"}, purpose="municipality"),
    )
    completed = {(small.A, 2026, "rent"): 5, (small.A, 2026, "sale"): 5}
    assert _told(_lines(small, instance, completed, small.A, "rent")) == {("half", small.A): (5, "demands")}
    assert _told(_lines(small, instance, completed, small.A, "sale")) == {("half", small.A): (0, "limits")}
    assert _told(_lines(small, instance, completed, small.A)) == {("half", small.A): (5, "both")}


def test_money_has_its_part_in_euros(small: Any) -> None:
    """A pot of 30,000 pays 10,000 for each of 3: two in A, one in B; the pot is empty."""
    instance = small.instance(
        small.option("care", extra_cost_eur=10_000),
        small.offer(small.A, "care", 9),
        small.offer(small.B, "care", 9),
        small.pot("fund", "extra_cost", {2026: 30_000}),
    )
    problem = small.build(instance)
    paid = {("fund", small.A, 2026, "care"): 20, ("fund", small.B, 2026, "care"): 10}
    built = {(small.A, 2026, "care"): 2, (small.B, 2026, "care"): 1}
    found = {
        position: built.get(column.key[1:]) or paid.get(column.key[1:])
        for position, column in enumerate(problem.columns)
    }
    values = problem.complete({position: value for position, value in found.items() if value})
    told = local_lines(instance, problem, values, small.A, local_columns(problem, small.A))
    assert _told(list(told)) == {("extra_cost", ""): (20_000, "limits")}


def test_a_project_is_all_or_nothing(small: Any) -> None:
    """A project of 3 where 3 is the least cannot be smaller, other than nothing."""
    instance = small.instance(small.option("care", minimum_project=3), small.offer(small.A, "care", 9))
    lines = _lines(small, instance, {(small.A, 2026, "care"): 3}, small.A)
    assert _told(lines) == {("project_size", small.A): (3, "project")}
