"""The optimum of the first stage against another interface to a solver, on the same arrays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from thuisplan.inputs.resolve import resolve
from thuisplan.model.build import build
from thuisplan.model.problem import Problem
from thuisplan.model.stages import stages
from thuisplan.solvers.highs import Limits, solve
from thuisplan.solvers.solution import Solution
from thuisplan.solvers.staged import Options, solve_stages


def _second(problem: Problem) -> float:
    """Return the optimum that ``scipy.optimize.milp`` finds."""
    found = milp(
        problem.cost,
        integrality=problem.integral.astype(int),
        bounds=Bounds(problem.lower, problem.upper),
        constraints=LinearConstraint(problem.matrix, problem.row_lower, problem.row_upper),
        options={"mip_rel_gap": 0.0, "time_limit": 30},
    )
    assert found.status == 0, found.message
    return float(found.fun)


@pytest.mark.parametrize(("municipalities", "seed", "years"), [(2, 3, 3), (2, 4, 2), (3, 5, 3), (4, 4, 2)])
def test_the_first_optimum_is_the_same(generate: Any, municipalities: int, seed: int, years: int) -> None:
    """With no tolerance one solve and the first stage both end at the optimum of the other solver."""
    instance = resolve(generate(municipalities, seed, years))
    problem = build(instance)
    first = replace(stages(instance)[0], close_rel=0.0, close_abs=0.0, keep_rel=0.0, keep_abs=0.0)
    costed = problem.with_cost(first.measures)
    expected = _second(costed)
    outcome = solve(costed, Limits(relative_gap=0.0, absolute_gap=0.0))
    assert outcome.stopped == "closed"
    assert outcome.objective == pytest.approx(expected, abs=1e-4)
    assert outcome.bound <= outcome.objective + 1e-6
    result = solve_stages(instance, problem, (first,), Options())
    assert isinstance(result, Solution)
    [record] = result.stages
    assert record.closed
    assert record.value == pytest.approx(expected, abs=1e-4)
    assert record.bound <= record.value + 1e-6
    assert float(result.measures["unmet_special"]) == pytest.approx(expected, abs=1e-4)


def test_the_relaxation_is_a_bound(generate: Any) -> None:
    """Without whole numbers the optimum is no higher, and the bound of a linear problem is its optimum."""
    instance = resolve(generate(3, 5, 3))
    problem = build(instance).with_cost({"unmet_special": 1.0, "unmet_regular": 1.0})
    relaxed = replace(problem, integral=np.zeros(len(problem.columns), dtype=bool))
    outcome = solve(relaxed, Limits())
    assert outcome.objective == pytest.approx(_second(relaxed), abs=1e-5)
    # The bound is the dual objective, never above the primal one.
    assert outcome.bound <= outcome.objective
    assert outcome.bound == pytest.approx(outcome.objective, abs=1e-6)
    assert outcome.bound <= _second(problem) + 1e-6
