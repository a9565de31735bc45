"""Small nations solved region by region: against their proved optimum, and as plans that verify."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from thuisplan import commands
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.write import write_folder
from thuisplan.model.blocks import find_blocks
from thuisplan.model.build import build
from thuisplan.model.problem import Problem
from thuisplan.model.stages import stages
from thuisplan.outputs.verification import verify
from thuisplan.solvers.highs import Interrupt, Limits, solve
from thuisplan.solvers.regional import Regional
from thuisplan.solvers.solution import Solution
from thuisplan.solvers.staged import METHODS, Options, solve_stages

NATION = {"municipalities": 8, "years": 2, "regions": 4}
SMALLEST = {"municipalities": 4, "years": 2, "regions": 4}
"""Every region is one municipality."""


def _proved(problem: Problem) -> float:
    """Return the optimum of the whole, by another interface to another version of the solver."""
    found = milp(
        problem.cost,
        integrality=problem.integral.astype(int),
        bounds=Bounds(problem.lower, problem.upper),
        constraints=LinearConstraint(problem.matrix, problem.row_lower, problem.row_upper),
        options={"mip_rel_gap": 0.0, "time_limit": 60},
    )
    assert found.status == 0, found.message
    return float(found.fun)


@settings(
    max_examples=6,  # an example takes a second or two of proving
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(1, 500), years=st.integers(1, 2), own_means=st.booleans(), blended=st.booleans())
def test_the_bound_is_never_above_the_optimum_nor_the_optimum_above_the_plan(
    generate: Any, seed: int, years: int, own_means: bool, blended: bool
) -> None:
    """The whole model solved to proof lies between the bound and the plan of either method."""
    nation = {**SMALLEST, "years": years}
    instance = resolve(generate(**nation, seed=seed, own_means=own_means, blended=blended))
    problem = build(instance)
    first = stages(instance)[0]
    optimum = _proved(problem.with_cost(first.measures))
    # What is as small as this, `auto` solves as a whole.
    for method in ("whole", "regions"):
        result = solve_stages(instance, problem, (first,), Options(seconds=20.0, method=method))
        assert isinstance(result, Solution)
        [record] = result.stages
        assert record.bound is not None
        assert record.value is not None
        slack = 1e-6 * max(1.0, abs(optimum))
        assert record.bound <= optimum + slack, method
        assert record.value >= optimum - slack, method


@pytest.mark.parametrize(
    ("method", "blended", "nation"),
    [
        ("regions", False, SMALLEST),
        ("regions", True, NATION),
        ("whole", True, SMALLEST),
        ("auto", True, SMALLEST),
    ],
)
def test_every_plan_of_every_method_verifies(
    generate: Any, tmp_path: Path, method: str, blended: bool, nation: dict[str, int]
) -> None:
    """All stages of a small nation by each method, published and checked from its own files."""
    scenario = generate(**nation, blended=blended)
    write_folder(scenario, tmp_path / "in", "en")
    options = commands.SolveOptions(20.0, None, 2, 0, False, method=method)
    solved = commands.solve(tmp_path / "in", tmp_path / "out", options)
    assert solved.folder is not None
    assert verify(tmp_path / "out").passed
    assert solved.folder.manifest["options"]["method"] == method
    for stage in solved.folder.manifest["stages"]:
        assert stage["bound"] <= stage["value_published"] + 1e-6


def _regional(generate: Any, **more: Any) -> tuple[Problem, Regional, np.ndarray[Any, Any]]:
    instance = resolve(generate(**NATION))
    problem = build(instance).with_cost({"unmet_special": 1.0})
    blocks = find_blocks(instance, problem, coupled=1.0)
    assert blocks is not None
    relaxed = solve(problem.relaxed(), Limits()).values
    assert relaxed is not None
    limits = Limits(relative_gap=1e-3)
    return problem, Regional(problem, blocks, limits, time.monotonic() + 300.0, Interrupt(), **more), relaxed


def test_no_step_makes_a_plan_worse(generate: Any) -> None:
    """From a poor plan each way to improve it gives one at least as good, that holds every row."""
    problem, regional, relaxed = _regional(generate)
    plan = solve(problem, Limits(relative_gap=0.5)).values
    assert plan is not None
    some = np.arange(len(plan)) % 2 == 0
    for step in (
        lambda plan: regional.holding(plan, some),
        regional.apart,
        regional.exchanged,
        lambda plan: regional.in_turn(plan, relaxed),
    ):
        better = step(plan)
        assert problem.cost @ better <= problem.cost @ plan + 1e-6
        activity = problem.matrix @ better
        assert (activity >= problem.row_lower - 1e-5).all()
        assert (activity <= problem.row_upper + 1e-5).all()
        plan = better


def test_regions_are_solved_in_other_processes_as_in_this_one(generate: Any) -> None:
    """A pool of processes gives the same plan: a region is all that a worker needs."""
    _, here, relaxed = _regional(generate)
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        problem, there, _ = _regional(generate, pool=pool)
        far = there.around(relaxed)
    near = here.around(relaxed)
    assert near is not None
    assert far is not None
    assert problem.cost @ far == pytest.approx(problem.cost @ near)


def test_a_stop_keeps_the_plan(generate: Any) -> None:
    """Who stops the search region by region has the plan so far."""
    problem, regional, relaxed = _regional(generate)
    plan = regional.around(relaxed)
    assert plan is not None
    regional.interrupt.set()
    kept = regional.in_turn(plan, relaxed)
    assert problem.cost @ kept == problem.cost @ plan


def test_a_method_that_is_forced_on_one_region_solves_it_as_a_whole(generate: Any) -> None:
    """One region does not fall apart: asked for regions it is solved as a whole, to the same optimum."""
    instance = resolve(generate(4, 4, 2))
    problem = build(instance)
    first = replace(stages(instance)[0], close_rel=0.0, close_abs=0.0)
    found = [
        solve_stages(instance, problem, (first,), Options(seconds=30.0, method=method)) for method in METHODS
    ]
    values = [result.stages[0].value for result in found if isinstance(result, Solution)]
    assert values == [values[0]] * len(METHODS)
