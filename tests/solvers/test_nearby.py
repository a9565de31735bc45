"""The steps of a stage that starts from another plan: they better it, and keep the bound valid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from thuisplan.model.build import build
from thuisplan.model.stages import stages
from thuisplan.solvers.highs import Interrupt, Limits, solve
from thuisplan.solvers.nearby import Nearby
from thuisplan.solvers.search import Search
from thuisplan.solvers.start import wanted

EXACT = Limits(seconds=60.0, relative_gap=0.0, absolute_gap=1e-6)


def test_a_plan_far_from_the_best_is_closed_step_by_step(small: Any) -> None:
    """Of 6 homes 3 are built in the plan so far and in the one wanted; money allows 5, so 1 stays unmet."""
    made = small.instance(
        small.option("home", extra_cost_eur=10_000),
        [small.offer(small.A, "home", 6)],
        small.need("home", 6),
        small.pot("p", "extra_cost", {2026: 50_000}),
        small.stage(1, "unmet_special"),
    )
    problem = build(made)
    search = Search(made, problem, stages(made)[0], EXACT, Interrupt(), None, None)
    three = wanted(problem, {f"x[{small.A},2026,home]": 3.0})
    fixed = {int(c): float(three[c]) for c in np.flatnonzero(problem.integral)}
    plan = solve(search.problem.with_bounds(fixed, fixed), EXACT).values
    relaxed = search.relax(True, 60.0).values
    assert plan is not None
    assert relaxed is not None
    better = Nearby(search, three, relaxed).on(plan)
    assert search.value(plan) == pytest.approx(3)
    assert search.value(better) == pytest.approx(1)
    assert search.bound <= 1 + 1e-6
