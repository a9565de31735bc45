"""Regions of a problem: what is theirs, what couples them, and parts that fit together again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from thuisplan.inputs.resolve import resolve
from thuisplan.model.blocks import SHARED, Blocks, find_blocks, share_of, together, within
from thuisplan.model.build import build
from thuisplan.model.problem import Problem
from thuisplan.solvers.highs import Limits, solve

NATION = {"municipalities": 8, "years": 2, "regions": 4}


def _nation(generate: Any, measures: dict[str, float], **more: Any) -> tuple[Problem, Blocks]:
    instance = resolve(generate(**NATION, **more))
    problem = build(instance).with_cost(measures)
    blocks = find_blocks(instance, problem, coupled=1.0)
    assert blocks is not None
    return problem, blocks


def test_every_row_that_couples_is_found(generate: Any) -> None:
    """A row of one region has columns of that region only, besides peaks; what bounds is one or the other."""
    problem, blocks = _nation(generate, {"unmet_special": 1.0})
    assert blocks.names == ("Region 01", "Region 02", "Region 03", "Region 04")
    for row in range(len(problem.rows)):
        of = set(blocks.of[np.setdiff1d(problem.matrix[row].indices, blocks.peaks)])
        if blocks.rows[row] != SHARED:
            assert of == {blocks.rows[row]}
    bounding = np.isfinite(problem.row_lower) | np.isfinite(problem.row_upper)
    assert set(np.flatnonzero(bounding)) == {*np.flatnonzero(blocks.rows != SHARED), *blocks.coupling}


def test_money_of_the_state_and_totals_of_provinces_couple(generate: Any) -> None:
    """What a pot of the nation carries is shared; dwellings and shortfalls are a region's own."""
    problem, blocks = _nation(generate, {"unmet_special": 1.0})
    shared = {problem.columns[column].key[:2] for column in blocks.sums}
    assert ("carried", "state") in shared
    assert ("carried", "corporations") in shared
    own = [c for c, column in enumerate(problem.columns) if column.key[0] in ("x", "z", "y", "slack")]
    assert (blocks.of[own] != SHARED).all()
    assert blocks.weights.sum() == pytest.approx(1.0)


def test_one_region_does_not_fall_apart(generate: Any) -> None:
    """The rows of one region hold it together, and it would be the whole problem again."""
    instance = resolve(generate(6, 1, 2))
    assert find_blocks(instance, build(instance)) is None


@pytest.mark.parametrize("measures", [{"unmet_special": 1.0}, {"unmet_regular": 1.0, "fair_share_max": 5.0}])
def test_plans_of_all_shares_are_a_plan_of_the_whole(generate: Any, measures: dict[str, float]) -> None:
    """Each region solved for itself in its share of a relaxation: together they break no row."""
    instance = resolve(generate(**NATION))
    problem = build(instance).with_cost(measures)
    # A limit on an earlier measure couples too.
    problem = problem.with_limit({"unmet_special": 1.0}, 1.3 * _least(problem, "unmet_special"))
    blocks = find_blocks(instance, problem, coupled=1.0)
    assert blocks is not None
    point = solve(problem.relaxed(), Limits()).values
    assert point is not None
    parts = {}
    for number in range(len(blocks.names)):
        part = share_of(problem, blocks, number, point)
        values = solve(part.problem.relaxed(), Limits()).values
        assert values is not None
        parts[number] = part, values
    whole = together(problem, blocks, parts)
    activity = problem.matrix @ whole
    assert (activity >= problem.row_lower - 1e-5).all()
    assert (activity <= problem.row_upper + 1e-5).all()
    assert (whole >= problem.lower - 1e-6).all()
    assert (whole <= problem.upper + 1e-6).all()
    # No region is better in its share than the whole relaxation, which has all of them at their best.
    assert problem.cost @ whole >= problem.cost @ point - 1e-5


def _least(problem: Problem, measure: str) -> float:
    found = solve(problem.with_cost({measure: 1.0}).relaxed(), Limits()).objective
    assert found is not None
    return found


def test_a_share_holds_the_point_it_was_taken_from(generate: Any) -> None:
    """Every region finds its own part of the relaxation possible: nothing is lost by dividing."""
    problem, blocks = _nation(generate, {"unmet_special": 1.0})
    point = solve(problem.relaxed(), Limits()).values
    assert point is not None
    total = 0.0
    for number in range(len(blocks.names)):
        part = share_of(problem, blocks, number, point).problem
        found = solve(part.relaxed(), Limits()).objective
        assert found is not None
        total += found
    assert total == pytest.approx(float(problem.cost @ point), abs=1e-4)


def test_a_region_within_the_others_stays_a_plan_of_the_whole(generate: Any) -> None:
    """With all other regions held at a plan one region is solved again, and the whole is no worse."""
    problem, blocks = _nation(generate, {"unmet_special": 1.0})
    plan = solve(problem, Limits(relative_gap=0.2)).values
    assert plan is not None
    part = within(problem, blocks, [1], plan)
    values = solve(part.problem, Limits(relative_gap=0.0)).values
    assert values is not None
    better = plan.copy()
    better[part.columns] = values
    assert problem.cost @ better <= problem.cost @ plan + 1e-6
    activity = problem.matrix @ better
    assert (activity >= problem.row_lower - 1e-5).all()
    assert (activity <= problem.row_upper + 1e-5).all()
