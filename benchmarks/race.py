"""Ours beside the other solvers: the same model, time and cores, each in a process group of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from benchmarks import ours, peers
from benchmarks.cases import Case, Terms, export
from benchmarks.processes import Ran, apart
from benchmarks.trace import GAPS, Point, gap, time_to

OURS = "ours"
SOLVERS = {
    OURS: "Thuisplan",
    "highs": "HiGHS as it is",
    "highs-start": "HiGHS, our start",
    "scip": "SCIP (one core)",
    "cp-sat": "CP-SAT",
}
"""What may be asked for -> its name in the table."""

Row = dict[str, Any]


def race(cases: Iterable[Case], terms: Terms, solvers: Iterable[str]) -> Iterator[Row]:
    """Yield a row per case and solver as they end.

    Parameters
    ----------
    cases
        What to solve.
    terms
        The same for all.
    solvers
        Of ``SOLVERS``.
    """
    chosen = tuple(solvers)
    for case in cases:
        with tempfile.TemporaryDirectory() as scratch:
            model = str(Path(scratch) / "model.mps")
            others = [solver for solver in chosen if solver != OURS]
            size = apart(export, case, model, seconds=terms.seconds).answer if others else None
            for solver in chosen:
                if solver == OURS:
                    ran = apart(ours.first_stage, case, terms, seconds=terms.seconds)
                elif size is None:
                    ran = Ran(None, 0.0, "the model could not be written")
                else:
                    ran = _peer(solver, case, terms, model)
                yield row_of("race", case, SOLVERS[solver], ran) | {"size": size}


def row_of(part: str, case: Case, solver: str, ran: Ran) -> Row:
    """Return what the table and the file tell of one run.

    Parameters
    ----------
    part
        Of the benchmark.
    case, solver
        What ran.
    ran
        What came of it: an answer as ``ours.answer`` makes it, or a failure.
    """
    about: Row = {"part": part, "case": asdict(case), "name": case.name, "solver": solver}
    about["megabytes"] = ran.megabytes
    if ran.failure is not None:
        return about | {"failure": ran.failure}
    found: Row = ran.answer
    points = [Point(**point) for point in found["points"]]
    times = {f"{wanted:.1%}": time_to(points, wanted) for wanted in GAPS}
    return about | found | {"gap": gap(found["value"], found["bound"]), "time_to": times}


def _peer(solver: str, case: Case, terms: Terms, model: str) -> Ran:
    if solver == "highs":
        return apart(peers.highs, model, terms, seconds=terms.seconds)
    if solver == "scip":
        return apart(peers.scip, model, terms, seconds=terms.seconds)
    if solver == "cp-sat":
        return apart(peers.cp_sat, model, terms, seconds=terms.seconds)
    start = f"{model}.start.npy"
    first = apart(ours.first_plan, case, terms, start, seconds=terms.seconds)
    found = first.answer or {"no_plan": first.failure}
    if "value" not in found:
        return Ran(None, first.megabytes, f"no start: {found['no_plan']}")
    value, later = found["value"], found["seconds"]
    ran = apart(peers.with_start, model, terms, start, value, later, seconds=terms.seconds)
    return replace(ran, megabytes=max(first.megabytes, ran.megabytes))
