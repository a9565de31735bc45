"""One solve: why it stops, what it holds, what it refuses, and what it writes."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from thuisplan.inputs.resolve import resolve
from thuisplan.model.build import build
from thuisplan.model.problem import Problem
from thuisplan.solvers.highs import (
    Interrupt,
    Limits,
    Outcome,
    Progress,
    SolverError,
    solve,
    solve_confirmed,
    solve_or_unknown,
    write_model,
)


@pytest.fixture(scope="module")
def problem(generate: Any) -> Problem:
    """Return the problem of three municipalities and two years, with the special needs as its cost.

    One node does not solve it.
    """
    return build(resolve(generate(3, 1, 2))).with_cost({"unmet_special": 1.0, "rule_violation": 1.0})


@pytest.fixture
def tiny(small: Any) -> Problem:
    """Return a need of 6 with an offer of 4: the optimum is a shortfall of 2."""
    made = small.instance(small.option("home"), small.offer(small.A, "home", 4), small.need("home", 6))
    return small.build(made).with_cost({"unmet_special": 1.0})


def test_closed(tiny: Problem) -> None:
    """A solved problem holds a plan, its objective and an equal bound: 6 asked, 4 offered."""
    outcome = solve(tiny, Limits())
    assert (outcome.stopped, outcome.objective, outcome.bound) == ("closed", 2, 2)
    assert outcome.values is not None
    assert outcome.values[0] == 4


def test_infeasible(tiny: Problem) -> None:
    """Five dwellings of an offer of four: no values and no objective, with and without presolve."""
    for presolve in (True, False):
        outcome = solve(tiny.with_bounds({0: 5.0}, {}), Limits(presolve=presolve))
        assert (outcome.stopped, outcome.values, outcome.objective) == ("infeasible", None, None)


def test_without_whole_numbers(tiny: Problem) -> None:
    """A linear problem has a bound too: its optimum."""
    outcome = solve(replace(tiny, integral=np.zeros(len(tiny.columns), dtype=bool)), Limits())
    assert (outcome.stopped, outcome.objective, outcome.bound) == ("closed", 2, 2)


def test_time_limit(problem: Problem) -> None:
    """Out of time at once: it says so, and holds a plan or none, never an exception."""
    outcome = solve(problem, Limits(seconds=0.0, relative_gap=0.0, absolute_gap=0.0))
    assert outcome.stopped == "time_limit"
    assert (outcome.values is None) == (outcome.objective is None)


def test_node_limit_gives_equal_plans(problem: Problem) -> None:
    """Stopped by counting nodes, two solves with one seed end with the same values."""
    limits = Limits(relative_gap=0.0, absolute_gap=0.0, nodes=1, seed=3)
    first, second = (solve(problem, limits) for _ in range(2))
    assert first.stopped == second.stopped == "node_limit"
    assert first.values is not None
    assert second.values is not None
    assert np.array_equal(first.values, second.values)


def test_interrupt_before_the_start(problem: Problem) -> None:
    """A solve that is asked to stop beforehand stops; it never counts as infeasible."""
    interrupt = Interrupt()
    interrupt.set()
    outcome = solve(problem, Limits(relative_gap=0.0, absolute_gap=0.0), None, interrupt)
    assert outcome.stopped in ("interrupted", "closed")


def test_interrupt_is_heard_from_another_thread(problem: Problem) -> None:
    """A timer sets the flag while the solver runs: it ends soon, with what it has."""
    interrupt = Interrupt()
    timer = threading.Timer(0.1, interrupt.set)
    timer.start()
    outcome = solve(problem, Limits(seconds=20, relative_gap=0.0, absolute_gap=0.0), None, interrupt)
    timer.cancel()
    assert outcome.stopped in ("interrupted", "closed")
    assert outcome.seconds < 10


@pytest.mark.parametrize(
    "limits", [Limits(relative_gap=-1.0), Limits(threads=-3), Limits(seed=-1), Limits(nodes=-5)]
)
def test_an_option_that_is_refused_is_an_error(tiny: Problem, limits: Limits) -> None:
    """A value outside the range of an option raises and names the option."""
    with pytest.raises(SolverError, match="HiGHS refused option"):
        solve(tiny, limits)


def test_an_unknown_option_is_an_error(tiny: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that HiGHS does not know raises; it is not passed over."""
    import highspy

    original = highspy.Highs.setOptionValue
    monkeypatch.setattr(
        highspy.Highs, "setOptionValue", lambda self, name, value: original(self, f"no_{name}", value)
    )
    with pytest.raises(SolverError, match="HiGHS refused option"):
        solve(tiny, Limits())


@pytest.mark.parametrize("where", ["matrix", "row_lower", "lower"])
def test_not_a_number_is_refused(tiny: Problem, where: str) -> None:
    """A NaN anywhere raises instead of giving a plan."""
    broken = getattr(tiny, where).copy()
    (broken.data if where == "matrix" else broken)[0] = np.nan
    with pytest.raises(SolverError):
        solve(replace(tiny, **{where: broken}), Limits())


def test_a_start_of_another_length_is_refused(tiny: Problem) -> None:
    """A start has a value for every column."""
    with pytest.raises(SolverError, match="a value for every column"):
        solve(tiny, Limits(), np.zeros(len(tiny.columns) + 1))


def test_a_start_is_accepted_and_logged(problem: Problem, tmp_path: Path) -> None:
    """The solver's own log says that the start is feasible, and the plan is at least as good."""
    first = solve(problem, Limits(nodes=1))
    assert first.values is not None
    assert first.objective is not None
    log = tmp_path / "solver.log"
    outcome = solve(problem, Limits(nodes=1), first.values, log=log)
    assert outcome.objective is not None
    assert outcome.objective <= first.objective + 1e-6
    assert "MIP start solution is feasible" in log.read_text(encoding="utf-8")


def test_the_log_is_appended_to(tiny: Problem, tmp_path: Path) -> None:
    """Two solves write into one file, one after the other."""
    log = tmp_path / "solver.log"
    solve(tiny, Limits(), log=log)
    once = log.read_text(encoding="utf-8")
    solve(tiny, Limits(), log=log)
    assert log.read_text(encoding="utf-8").startswith(once)
    assert log.stat().st_size > len(once)


def test_nothing_is_printed(tiny: Problem, capfd: pytest.CaptureFixture[str]) -> None:
    """The solver keeps quiet on the screen."""
    solve(tiny, Limits())
    assert capfd.readouterr() == ("", "")


def test_progress_is_a_line_of_figures(problem: Problem) -> None:
    """What a listener hears has a time and a best value no better than the bound, or none yet."""
    heard: list[Progress] = []
    solve(problem, Limits(seconds=1.5, relative_gap=0.0, absolute_gap=0.0), progress=heard.append)
    for line in heard:
        assert line.seconds >= 0
        assert line.best is None or line.bound is None or line.bound <= line.best + 1e-6


def test_a_model_file_has_its_names(tiny: Problem, tmp_path: Path) -> None:
    """The written MPS file names the columns and rows as the reports do."""
    path = tmp_path / "model.mps"
    write_model(tiny, path)
    text = path.read_text(encoding="utf-8")
    assert "x[GM0001,2026,home]" in text
    assert "need[R,home,2026]" in text


def _refusing(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> list[Limits]:
    """Let the solver end in these ways, one after the other; return the limits that it was given."""
    from thuisplan.solvers import highs

    left, given = iter(answers), []

    def ends(_: Problem, limits: Limits, *__: Any) -> Outcome:
        given.append(limits)
        answer = next(left)
        if answer is None:
            raise SolverError("HiGHS ended with status Unknown.")
        return Outcome(answer, np.zeros(1) if answer == "closed" else None, None, 0.0, 0.0)

    monkeypatch.setattr(highs, "solve", ends)
    return given


def test_where_the_solver_gives_up_nothing_is_known(tiny: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state that is no answer is no error here: no plan, no bound."""
    _refusing(monkeypatch, None)
    outcome = solve_or_unknown(tiny, Limits())
    assert (outcome.stopped, outcome.values, outcome.bound) == ("failed", None, -np.inf)


@pytest.mark.parametrize(
    ("answers", "stopped"),
    [
        (["closed"], "closed"),
        (["infeasible", "infeasible"], "infeasible"),
        (["infeasible", "closed"], "closed"),
        (["infeasible", "time_limit"], "time_limit"),
        (["infeasible", None], "failed"),
    ],
)
def test_no_plan_is_believed_when_said_twice(
    tiny: Problem, monkeypatch: pytest.MonkeyPatch, answers: list[Any], stopped: str
) -> None:
    """Only what the first run calls infeasible is asked again, without presolve, in the time that is left."""
    given = _refusing(monkeypatch, *answers)
    assert solve_confirmed(tiny, Limits(seconds=5.0)).stopped == stopped
    assert [limits.presolve for limits in given] == [True, False][: len(answers)]
    assert all(limits.seconds <= 5.0 for limits in given)


def test_a_moment_that_is_over_leaves_a_little_time() -> None:
    """Ten seconds from now are at most ten, and of a moment in the past a tenth of one is left."""
    assert 9.0 < Limits().until(time.monotonic() + 10.0).seconds <= 10.0
    assert Limits(seconds=60.0).until(time.monotonic() - 1.0).seconds == 0.1
