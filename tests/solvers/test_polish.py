"""Whole numbers fixed, and what is left at its best for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from thuisplan.model.problem import Floats, Problem
from thuisplan.solvers import highs
from thuisplan.solvers.highs import Limits, Outcome, SolverError
from thuisplan.solvers.polish import settled


@pytest.fixture
def given(small: Any) -> tuple[Problem, Floats]:
    """Return a need of 6 with an offer of 4, and values with 2.9999 homes and nobody short."""
    made = small.instance(small.option("home"), small.offer(small.A, "home", 4), small.need("home", 6))
    problem = small.build(made).with_cost({"unmet_special": 1.0})
    values = np.zeros(len(problem.columns))
    values[problem.columns_of("x")] = 2.9999
    return problem, values


def test_what_follows_from_whole_numbers_is_worked_out(given: tuple[Problem, Floats]) -> None:
    """3 homes of the 6 that are asked: 3 short."""
    problem, values = given
    found = settled(problem, values, Limits())
    assert found[problem.columns_of("x")] == pytest.approx(3)
    assert problem.measure("unmet_special", found) == pytest.approx(3)


@pytest.mark.parametrize("fails", ["unknown", "nothing"])
def test_what_presolve_loses_is_settled_without(
    given: tuple[Problem, Floats], monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    """With presolve the solver gives up or finds nothing: without it 3 are short all the same."""
    problem, values = given
    real = highs.solve

    def loses(asked: Problem, limits: Limits, *more: Any) -> Outcome:
        if not limits.presolve:
            return real(asked, limits, *more)
        if fails == "unknown":
            raise SolverError("HiGHS ended with status Unknown.")
        return Outcome("infeasible", None, None, 0.0, 0.0)

    monkeypatch.setattr(highs, "solve", loses)
    assert problem.measure("unmet_special", settled(problem, values, Limits())) == pytest.approx(3)


def test_values_stay_where_nothing_settles_them(
    given: tuple[Problem, Floats], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A solver that gives up both times leaves the values as they were; the exact plan tells what breaks."""

    def gives_up(*_: Any) -> Outcome:
        raise SolverError("HiGHS ended with status Unknown.")

    monkeypatch.setattr(highs, "solve", gives_up)
    problem, values = given
    assert settled(problem, values, Limits()) is values
