"""One solve with HiGHS: a Problem handed over in one call, every return code checked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import highspy
import numpy as np

from thuisplan.model.problem import Floats, Problem

INTERIOR = 50_000
"""Linear problems with more columns are solved by the interior point method: several times faster there."""

LEAST_SECONDS = 0.1
"""What is begun gets this time at least, also when the time is over [s]."""


class SolverError(Exception):
    """HiGHS refused a call or contradicted itself; a bug of ours or of the solver."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a solve may stop, and how it runs.

    Parameters
    ----------
    seconds
        Wall time.
    relative_gap, absolute_gap
        The solve is closed when the plan is this close to the bound.
    threads, seed
        One thread unless asked for more; equal seeds give equal plans.
    presolve
        Off to confirm that a problem is infeasible.
    nodes
        Most nodes of the search; unlike time, it gives equal plans on any machine.
    target
        A plan with this objective is good enough, whatever the bound.
    """

    seconds: float = float("inf")
    relative_gap: float = 1e-4
    absolute_gap: float = 1e-6
    threads: int = 1
    seed: int = 0
    presolve: bool = True
    nodes: int | None = None
    target: float | None = None

    def until(self, ends: float) -> Limits:
        """Return limits with the time that is left until a monotonic moment."""
        return replace(self, seconds=max(LEAST_SECONDS, ends - time.monotonic()))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a solve ended with: why it stopped, and what it holds.

    Parameters
    ----------
    stopped
        ``closed``, ``infeasible``, ``time_limit``, ``node_limit``, ``target`` or ``interrupted``; of
        ``solve_or_unknown`` also ``failed`` (the solver ended in a state that is no answer).
    values
        Values of the columns of the best plan, None if there is none.
    objective
        Its objective.
    bound
        No plan is better than this.
    seconds
        Wall time.
    nodes
        Nodes that were searched; 0 if presolve or a start was all it took.
    duals
        What the objective changes per unit of the right side of each row, of a problem without whole
        numbers that was solved to the end; None for any other.
    """

    stopped: str
    values: Floats | None
    objective: float | None
    bound: float
    seconds: float
    nodes: int = 0
    duals: Floats | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A line of progress: seconds so far, best plan and bound (None if none yet)."""

    seconds: float
    best: float | None
    bound: float | None


class Interrupt:
    """A flag that ends running solves; set it from a signal handler.

    The first ``set`` ends the solve and keeps its plan.
    """

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Ask running and later solves to stop."""
        self._event.set()

    def is_set(self) -> bool:
        """Return whether a stop was asked for."""
        return self._event.is_set()


_STOPPED = {
    highspy.HighsModelStatus.kOptimal: "closed",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kTimeLimit: "time_limit",
    highspy.HighsModelStatus.kSolutionLimit: "node_limit",
    highspy.HighsModelStatus.kObjectiveTarget: "target",
    highspy.HighsModelStatus.kInterrupt: "interrupted",
    highspy.HighsModelStatus.kHighsInterrupt: "interrupted",  # type: ignore[attr-defined]
}


def solve(
    problem: Problem,
    limits: Limits,
    start: Floats | None = None,
    interrupt: Interrupt | None = None,
    progress: Callable[[Progress], None] | None = None,
    log: Path | None = None,
) -> Outcome:
    """Solve a problem.

    Parameters
    ----------
    problem
        The compiled problem, with its cost.
    limits
        When to stop.
    start
        A complete vector of values to start from, length ``n``.
    interrupt
        Flag that ends the solve and keeps the plan.
    progress
        Called about once a second.
    log
        File to which the solver's own log is appended.

    Raises
    ------
    SolverError
        If HiGHS refuses the problem or an option, or ends in a state that is no answer.
    """
    highs = highspy.Highs()
    _set_options(highs, limits, log)
    if len(problem.columns) > INTERIOR and not problem.integral.any():
        check(highs.setOptionValue("solver", "ipm"), "option solver")
    check(highs.passModel(to_lp(problem)), "passModel")
    if start is not None:
        _set_start(highs, problem, start)
    began = time.monotonic()
    _run(highs, interrupt, progress, began)
    seconds = time.monotonic() - began
    status = highs.getModelStatus()
    info = highs.getInfo()
    has_plan = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    stopped = _STOPPED.get(status)
    if stopped is None:
        raise SolverError(f"HiGHS ended with status {highs.modelStatusToString(status)}.")
    if stopped == "closed" and not has_plan:
        raise SolverError("HiGHS calls the problem solved and holds no plan.")
    has_plan = has_plan and stopped != "infeasible"
    values = np.array(highs.getSolution().col_value, dtype=float) if has_plan else None
    mixed = bool(problem.integral.any())
    objective = float(info.objective_function_value) if has_plan else None
    if mixed:
        bound = float(info.mip_dual_bound)
    else:
        bound = float("-inf")
        if objective is not None and stopped == "closed":
            # How far the dual objective, the true bound, is from it.
            error = abs(float(info.primal_dual_objective_error))  # type: ignore[attr-defined]
            bound = objective - error * (1.0 + abs(objective))
    duals = None
    if stopped == "closed" and not mixed:
        duals = np.array(highs.getSolution().row_dual, dtype=float)
    return Outcome(stopped, values, objective, bound, seconds, max(0, int(info.mip_node_count)), duals)


def solve_or_unknown(
    problem: Problem,
    limits: Limits,
    start: Floats | None = None,
    interrupt: Interrupt | None = None,
    progress: Callable[[Progress], None] | None = None,
    log: Path | None = None,
) -> Outcome:
    """Solve; where the solver gives up nothing is known, and what was found before is kept.

    Parameters
    ----------
    problem, limits, start, interrupt, progress, log
        As ``solve`` takes them.
    """
    try:
        return solve(problem, limits, start, interrupt, progress, log)
    except SolverError:
        return Outcome("failed", None, None, float("-inf"), 0.0)


def solve_confirmed(
    problem: Problem, limits: Limits, start: Floats | None = None, interrupt: Interrupt | None = None
) -> Outcome:
    """Solve; that there is no plan is only believed when the solver says so with presolve off too.

    Where the two runs disagree the second counts, with its plan; see ``solve_or_unknown``.

    Parameters
    ----------
    problem, start, interrupt
        As ``solve`` takes them.
    limits
        Its ``seconds`` bound both runs together.
    """
    ends = time.monotonic() + limits.seconds
    outcome = solve_or_unknown(problem, limits, start, interrupt)
    if outcome.stopped != "infeasible":
        return outcome
    return solve_or_unknown(problem, replace(limits.until(ends), presolve=False), start, interrupt)


def write_model(problem: Problem, path: Path) -> None:
    """Write a problem as an MPS file with its names, or as LP, where HiGHS numbers most of them."""
    highs = highspy.Highs()
    check(highs.setOptionValue("output_flag", False), "output_flag")
    check(highs.passModel(to_lp(problem)), "passModel")
    check(highs.writeModel(str(path)), "writeModel")


def check(status: Any, call: str) -> None:
    """Raise SolverError if HiGHS refused a call."""
    # A warning (an empty row, a tiny coefficient) still leaves the model as we gave it.
    if status == highspy.HighsStatus.kError:
        raise SolverError(f"HiGHS refused {call}.")


def _set_options(highs: highspy.Highs, limits: Limits, log: Path | None) -> None:
    options: dict[str, Any] = {
        "output_flag": log is not None,
        "log_to_console": False,
        "threads": limits.threads,
        "parallel": "on" if limits.threads > 1 else "off",
        "random_seed": limits.seed,
        "mip_rel_gap": limits.relative_gap,
        "mip_abs_gap": limits.absolute_gap,
        "presolve": "on" if limits.presolve else "off",
    }
    if limits.nodes is not None:
        options["mip_max_nodes"] = limits.nodes
    if limits.target is not None:
        options["objective_target"] = limits.target
    if np.isfinite(limits.seconds):
        options["time_limit"] = max(0.01, limits.seconds)
    if log is not None:
        options["log_file"] = str(log)
    for name, value in options.items():
        check(highs.setOptionValue(name, value), f"option {name}")


def to_lp(problem: Problem) -> highspy.HighsLp:
    """Return a problem as HiGHS takes it, every row and column named."""
    if not np.isfinite(problem.matrix.data).all():
        # HiGHS accepts this and answers as if nothing were wrong.
        raise SolverError("Expected numbers in the matrix.")
    lp = highspy.HighsLp()
    matrix = problem.matrix
    lp.num_col_, lp.num_row_ = len(problem.columns), len(problem.rows)
    lp.col_cost_ = problem.cost
    lp.col_lower_, lp.col_upper_ = problem.lower, problem.upper
    lp.row_lower_, lp.row_upper_ = problem.row_lower, problem.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = lp.num_col_, lp.num_row_
    lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[int(whole)] for whole in problem.integral]
    lp.col_names_ = [column.name.replace(" ", "_") for column in problem.columns]
    lp.row_names_ = [row.name.replace(" ", "_") for row in problem.rows]
    return lp


def _set_start(highs: highspy.Highs, problem: Problem, start: Floats) -> None:
    if len(start) != len(problem.columns):
        raise SolverError("Expected a start with a value for every column.")
    indices = np.arange(len(start), dtype=np.int32)
    # HiGHS refuses a start that is outside a bound by more than its tolerance.
    values = np.clip(np.where(problem.integral, np.round(start), start), problem.lower, problem.upper)
    check(highs.setSolution(len(start), indices, values), "setSolution")


def _run(
    highs: highspy.Highs,
    interrupt: Interrupt | None,
    progress: Callable[[Progress], None] | None,
    began: float,
) -> None:
    """Run HiGHS in a thread of our own, so that Python stays free to hear an interrupt."""
    highs.HandleUserInterrupt = True
    failures: list[BaseException] = []

    def work() -> None:
        try:
            check(highs.run(), "run")
        except BaseException as error:  # carried to the calling thread
            failures.append(error)

    with _progress_callback(highs, progress, began):
        worker = threading.Thread(target=work, daemon=True)
        worker.start()
        while worker.is_alive():
            worker.join(0.05)
            if interrupt is not None and interrupt.is_set():
                highs.cancelSolve()
    if failures:
        raise failures[0]


@contextmanager
def _progress_callback(
    highs: highspy.Highs, progress: Callable[[Progress], None] | None, began: float
) -> Iterator[None]:
    if progress is None:
        yield
        return
    latest = [0.0]

    def report(event: Any) -> None:
        now = time.monotonic()
        if now - latest[0] < 1.0:
            return
        latest[0] = now
        data = event.data_out
        best = data.mip_primal_bound
        bound = data.mip_dual_bound
        progress(
            Progress(
                now - began,
                best if abs(best) < highspy.kHighsInf else None,
                bound if abs(bound) < highspy.kHighsInf else None,
            )
        )

    highs.cbMipLogging.subscribe(report)
    try:
        yield
    finally:
        highs.cbMipLogging.unsubscribe(report)
