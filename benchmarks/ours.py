"""Thuisplan itself, in the processes that ``measure`` starts: what it found, and when."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.cases import Case, Terms
from benchmarks.trace import Trace

if TYPE_CHECKING:
    from thuisplan.model.stages import Stage
    from thuisplan.solvers.highs import Interrupt, Progress
    from thuisplan.solvers.solution import NoPlan, Solution, StageRecord


def first_stage(case: Case, terms: Terms) -> dict[str, Any]:
    """Solve the first stage alone; see ``answer`` for what is returned.

    Parameters
    ----------
    case
        What to solve.
    terms
        Time, gap, cores and seed.
    """
    result, trace, ready, seconds, _ = _solve(case, terms, 1, terms.gap)
    # Where even the first plan was not found there is no record either.
    value, bound = (result.stages[0].value, result.stages[0].bound) if result.stages else (None, None)
    return answer(ready, seconds, trace, _reason(result) or result.stages[0].stopped, value, bound)


def all_stages(case: Case, terms: Terms) -> dict[str, Any]:
    """Solve all stages, each to its own tolerance; return the seconds of building and a row per stage.

    Parameters
    ----------
    case
        What to solve.
    terms
        Time of all stages together, cores and seed.
    """
    result, _, ready, seconds, _ = _solve(case, terms, None, None)
    rows = [
        {
            "stage": " + ".join(record.stage.measures),
            "seconds": record.seconds,
            "value": record.value,
            "bound": record.bound,
            "stopped": record.stopped,
        }
        for record in result.stages
    ]
    return {"ready": ready, "seconds": seconds, "stages": rows, "no_plan": _reason(result)}


def first_plan(case: Case, terms: Terms, path: str) -> dict[str, Any]:
    """Write the first plan of the first stage as a vector over the columns; return its value and seconds.

    Parameters
    ----------
    case
        What to solve.
    terms
        Time, gap, cores and seed.
    path
        File for the vector.
    """
    from thuisplan.solvers.highs import Interrupt

    result, _, ready, seconds, stage = _solve(case, terms, 1, terms.gap, Interrupt())
    if reason := _reason(result):
        return {"ready": ready, "seconds": seconds, "no_plan": reason}
    with Path(path).open("wb") as file:
        np.save(file, np.array([float(value) for value in result.values]))  # type: ignore[union-attr]
    return {"ready": ready, "seconds": seconds, "value": result.objective(stage)}  # type: ignore[union-attr]


def answer(
    ready: float, seconds: float, trace: Trace, stopped: str, value: float | None, bound: float | None
) -> dict[str, Any]:
    """Return what a solver found as JSON carries it.

    Parameters
    ----------
    ready
        Seconds of building or reading, before its clock began.
    seconds
        Wall time of solving.
    trace
        Its progress.
    stopped
        Why it stopped.
    value, bound
        What it ended with.
    """
    return {
        "ready": ready,
        "seconds": seconds,
        "stopped": stopped,
        "value": value,
        "bound": bound,
        "points": [asdict(point) for point in trace.points(seconds, value, bound)],
    }


def _solve(
    case: Case, terms: Terms, count: int | None, gap: float | None, first: Interrupt | None = None
) -> tuple[Solution | NoPlan, Trace, float, float, Stage]:
    """Build and solve so many stages; ``first`` is set as soon as there is a plan."""
    from thuisplan.model.build import build
    from thuisplan.model.stages import stages
    from thuisplan.solvers.highs import Progress
    from thuisplan.solvers.staged import Options, solve_stages

    instance = case.instance()
    began = time.monotonic()
    problem = build(instance)
    chosen = stages(instance)[:count]
    ready = time.monotonic() - began
    trace = Trace()
    began = time.monotonic()

    def listen(stage: Stage, heard: Progress | StageRecord) -> None:
        if stage is not chosen[0]:
            return
        value = heard.best if isinstance(heard, Progress) else heard.value
        trace.add(time.monotonic() - began, value, heard.bound)
        if first is not None and value is not None:
            first.set()

    options = Options(terms.seconds, gap, terms.cores, terms.seed, terms.method)
    result = solve_stages(instance, problem, chosen, options, first, listen)
    return result, trace, ready, time.monotonic() - began, chosen[0]


def _reason(result: Solution | NoPlan) -> str | None:
    from thuisplan.solvers.solution import NoPlan

    return result.reason if isinstance(result, NoPlan) else None
