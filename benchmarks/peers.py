"""Other solvers on the same exported model, each as it comes, with the same time and cores.

SCIP has one core: its search over several was worse with two than alone. CP-SAT works with whole numbers
only and takes what may be fractional in thousandths. OR-Tools brings a HiGHS of its own, which does not go
together with ours in one process.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.cases import Terms
from benchmarks.ours import answer
from benchmarks.trace import NOISE, Trace, finite

CP_SAT_GRID = 1000
"""Parts of a unit in which CP-SAT takes a column that may be fractional."""

CP_SAT_LARGEST = 1e9
"""Bound that CP-SAT puts on what has none; its own 1e7 is less than what pots hold together."""


def highs(path: str, terms: Terms, start: str | None = None, expected: float | None = None) -> dict[str, Any]:
    """Solve a model with HiGHS as it is, or from a plan.

    Parameters
    ----------
    path
        The model, an MPS file.
    terms
        Time, gap, cores and seed.
    start
        File with a value for every column, None for no start.
    expected
        Objective of that start.

    Raises
    ------
    ValueError
        If the start is not a plan of this model with that objective.
    """
    import highspy

    began = time.monotonic()
    solver = highspy.Highs()
    for name, setting in {
        "output_flag": False,
        "threads": terms.cores,
        # One core unless asked for more; its parallel search is off by itself.
        "parallel": "on" if terms.cores > 1 else "off",
        "random_seed": terms.seed,
        "time_limit": terms.seconds,
        "mip_rel_gap": terms.gap,
    }.items():
        solver.setOptionValue(name, setting)
    solver.readModel(path)
    if start is not None:
        values = np.load(start)
        cost = np.array(solver.getLp().col_cost_)
        if expected is None or abs(cost @ values - expected) > NOISE * max(1.0, abs(expected)):
            raise ValueError("Expected a start with the objective that it had.")
        solver.setSolution(len(values), np.arange(len(values), dtype=np.int32), values)
    ready = time.monotonic() - began
    trace = Trace()
    began = time.monotonic()

    def heard(event: Any) -> None:
        out = event.data_out
        trace.add(time.monotonic() - began, out.mip_primal_bound, out.mip_dual_bound)

    solver.cbMipLogging.subscribe(heard)
    solver.cbMipImprovingSolution.subscribe(heard)
    solver.run()
    seconds = time.monotonic() - began
    info = solver.getInfo()
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    value = info.objective_function_value if feasible else None
    stopped = solver.modelStatusToString(solver.getModelStatus()).lower()
    return answer(ready, seconds, trace, stopped, value, finite(info.mip_dual_bound))


def with_start(path: str, terms: Terms, start: str, expected: float, later: float) -> dict[str, Any]:
    """Solve a model with HiGHS from our first plan; its clock begins when ours began to look for that plan.

    Parameters
    ----------
    path
        The model, an MPS file.
    terms
        Time, gap, cores and seed; the time it took to find the start goes off.
    start, expected
        File of the start, and its objective.
    later
        Seconds that it took to find the start.
    """
    ended = highs(path, replace(terms, seconds=max(1.0, terms.seconds - later)), start, expected)
    for point in ended["points"]:
        point["seconds"] += later
    return ended | {"seconds": ended["seconds"] + later}


def scip(path: str, terms: Terms) -> dict[str, Any]:
    """Solve a model with SCIP.

    Parameters
    ----------
    path
        The model, an MPS file.
    terms
        Time, gap and seed.
    """
    from pyscipopt import SCIP_EVENTTYPE, Eventhdlr, Model

    trace = Trace()

    class Listener(Eventhdlr):
        def eventinit(self) -> None:
            for event in (SCIP_EVENTTYPE.BESTSOLFOUND, SCIP_EVENTTYPE.DUALBOUNDIMPROVED):
                self.model.catchEvent(event, self)

        def eventexec(self, event: Any) -> None:
            found = self.model.getNSols() > 0
            value = self.model.getPrimalbound() if found else None
            trace.add(time.monotonic() - began, value, self.model.getDualbound())

    began = time.monotonic()
    model = Model()
    model.hideOutput()
    model.readProblem(path)
    model.setParam("limits/time", terms.seconds)
    model.setParam("limits/gap", terms.gap)
    model.setParam("randomization/randomseedshift", terms.seed)
    listener = Listener()
    model.includeEventhdlr(listener, "trace", "progress")
    ready = time.monotonic() - began
    began = time.monotonic()
    model.optimize()
    seconds = time.monotonic() - began
    value = model.getObjVal() if model.getNSols() else None
    return answer(ready, seconds, trace, model.getStatus(), value, finite(model.getDualbound()))


def cp_sat(path: str, terms: Terms) -> dict[str, Any]:
    """Solve a model with CP-SAT of OR-Tools.

    Parameters
    ----------
    path
        The model, an MPS file.
    terms
        Time, gap, cores and seed.
    """
    from ortools.linear_solver.python import model_builder

    began = time.monotonic()
    model = model_builder.Model()
    model.import_from_mps_file(path)
    solver = model_builder.Solver("sat")
    solver.set_time_limit_in_seconds(terms.seconds)
    # Its Python callback does not take Python functions: the trace is read from the log.
    solver.enable_output(True)
    solver.set_solver_specific_parameters(
        f"num_workers:{terms.cores} relative_gap_limit:{terms.gap} random_seed:{terms.seed} "
        f"log_search_progress:true mip_var_scaling:{CP_SAT_GRID} mip_max_bound:{CP_SAT_LARGEST:g}"
    )
    ready = time.monotonic() - began
    with tempfile.TemporaryFile() as log:
        standard = os.dup(1)
        os.dup2(log.fileno(), 1)
        began = time.monotonic()
        try:
            status = solver.solve(model)
        finally:
            os.dup2(standard, 1)
        seconds = time.monotonic() - began
        log.seek(0)
        trace = cp_sat_trace(log.read().decode("utf-8", errors="replace"))
    found = status in (model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE)
    # Without a plan it tells its bound in the log only.
    bounds = [point.bound for point in trace.heard if point.bound is not None]
    value, bound = (
        (solver.objective_value, solver.best_objective_bound) if found else (None, max(bounds, default=None))
    )
    return answer(ready, seconds, trace, status.name.lower(), value, bound)


_CP_SAT_LINE = re.compile(r"^#\w+ +(?P<seconds>[\d.]+)s +best:(?P<best>\S+) +next:\[(?P<bound>[^,\]]+)", re.M)


def cp_sat_trace(log: str) -> Trace:
    """Return the trace in a log of CP-SAT.

    Parameters
    ----------
    log
        Its lines; those of progress read ``#1  1.04s best:1903  next:[0,1902] ...``: the least that a better
        plan can be is the bound.
    """
    trace = Trace()
    for line in _CP_SAT_LINE.finditer(log):
        trace.add(float(line["seconds"]), _number(line["best"]), _number(line["bound"]))
    return trace


def _number(text: str) -> float:
    return float(text.replace("'", ""))
