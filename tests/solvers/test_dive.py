"""A dive from the relaxation: a good plan at once where one is near, and none where none is."""

from __future__ import annotations

from typing import Any

import numpy as np

from thuisplan.inputs.resolve import resolve
from thuisplan.model.build import build
from thuisplan.model.problem import Problem
from thuisplan.solvers.dive import dive, near
from thuisplan.solvers.highs import Limits, solve


def _problem(generate: Any, **more: Any) -> Problem:
    return build(resolve(generate(6, 1, 4, own_means=False, **more))).with_cost({"unmet_special": 1.0})


def test_a_dive_gives_a_plan_close_to_the_relaxation(generate: Any) -> None:
    """The plan holds every row, its numbers are whole, and it is within 2 % of the relaxation."""
    problem = _problem(generate)
    relaxation = solve(problem.relaxed(), Limits())
    assert relaxation.values is not None
    assert relaxation.objective is not None
    found = dive(problem, relaxation.values, Limits(relative_gap=1e-3))
    assert found is not None
    assert found.values is not None
    activity = problem.matrix @ found.values
    assert (activity >= problem.row_lower - 1e-5).all()
    assert (activity <= problem.row_upper + 1e-5).all()
    whole = found.values[problem.integral]
    assert np.abs(whole - np.round(whole)).max() < 1e-5
    assert relaxation.objective - 1e-6 <= found.objective <= 1.02 * relaxation.objective


def test_near_keeps_switches_and_leaves_undecided_projects_free(generate: Any) -> None:
    """A switch that is whole stays; dwellings stay within the reach, but for projects that may be open."""
    problem = _problem(generate)
    point = solve(problem.relaxed(), Limits()).values
    assert point is not None
    part = near(problem, point, 3)
    switches = {c.key[1:]: place for place, c in enumerate(problem.columns) if c.key[0] == "z"}
    for place, column in enumerate(problem.columns):
        if column.key[0] == "z" and abs(point[place] - round(point[place])) <= 1e-6:
            assert part.lower[place] == part.upper[place] == round(point[place])
        elif column.key[0] == "z":
            assert (part.lower[place], part.upper[place]) == (0.0, 1.0)
        elif column.key[0] == "x":
            switch = switches.get(column.key[1:])
            if switch is not None and point[switch] > 1e-6:
                assert part.upper[place] == problem.upper[place]
            else:
                assert part.upper[place] <= np.ceil(point[place] - 1e-6) + 3
                assert part.lower[place] >= np.floor(point[place] + 1e-6) - 3


def test_where_nothing_good_is_near_there_is_no_dive(generate: Any) -> None:
    """Where only a few dwellings a year may be built needs stay open: far worse than a dive may be."""
    problem = _problem(generate)
    least = solve(problem.relaxed(), Limits()).values
    assert least is not None
    # The point says that nothing is built, though its objective is that of the relaxation.
    nothing = least.copy()
    nothing[problem.integral] = problem.lower[problem.integral]
    assert dive(problem, nothing, Limits(relative_gap=1e-3)) is None
