"""What ``python -m benchmarks`` prints: time, gap and memory of Thuisplan beside HiGHS as it is and SCIP.

Every run is a process of its own, so that its peak memory is its own. The other solvers
get the first stage of the same exported model (MPS), the same time and one thread.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import platform
import resource
import tempfile
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.generate import generate
from benchmarks.keys import measure as keys

SIZES = (0, 9, 20, 50)
"""Municipalities; 0 stands for the Stedendriehoek example."""


def _instance(size: int, seed: int) -> Any:
    from thuisplan.inputs.examples import example
    from thuisplan.inputs.resolve import resolve

    return resolve(generate(size, seed) if size else example("stedendriehoek", "en"))


def thuisplan(size: int, seed: int, seconds: float, first_only: bool) -> list[dict[str, Any]]:
    """Solve the stages of an instance; one row for building, one per stage."""
    from thuisplan.model.build import build
    from thuisplan.model.stages import stages
    from thuisplan.solvers.solution import NoPlan
    from thuisplan.solvers.staged import Options, solve_stages

    instance = _instance(size, seed)
    began = time.monotonic()
    problem = build(instance)
    rows: list[dict[str, Any]] = [{"what": "build", "seconds": time.monotonic() - began}]
    chosen = stages(instance)[: 1 if first_only else None]
    result = solve_stages(instance, problem, chosen, Options(seconds=seconds, seed=seed))
    if isinstance(result, NoPlan):
        return [*rows, {"what": f"no plan: {result.reason}", "seconds": time.monotonic() - began}]
    for record in result.stages:
        rows.append(
            {
                "what": "+".join(record.stage.measures),
                "seconds": record.seconds,
                "value": record.value,
                "bound": record.bound,
                "stopped": record.stopped,
            }
        )
    return [*rows, {"what": "all stages", "seconds": sum(row["seconds"] for row in rows)}]


def export(size: int, seed: int, path: Path) -> None:
    """Write the first stage of an instance as MPS."""
    from thuisplan.model.build import build
    from thuisplan.model.stages import stages
    from thuisplan.solvers.highs import write_model

    instance = _instance(size, seed)
    problem = build(instance)
    write_model(problem.with_cost(stages(instance)[0].measures), path)


def plain_highs(path: Path, seconds: float, gap: float) -> list[dict[str, Any]]:
    """Solve an exported model with HiGHS as it is."""
    import highspy

    highs = highspy.Highs()
    for name, value in {
        "output_flag": False,
        "threads": 1,
        "time_limit": seconds,
        "mip_rel_gap": gap,
    }.items():
        highs.setOptionValue(name, value)
    highs.readModel(str(path))
    began = time.monotonic()
    highs.run()
    info = highs.getInfo()
    return [
        _other("HiGHS as it is", time.monotonic() - began, info.objective_function_value, info.mip_dual_bound)
    ]


def scip(path: Path, seconds: float, gap: float) -> list[dict[str, Any]]:
    """Solve an exported model with SCIP."""
    from pyscipopt import Model

    model = Model()
    model.hideOutput()
    model.readProblem(str(path))
    model.setParam("limits/time", seconds)
    model.setParam("limits/gap", gap)
    began = time.monotonic()
    model.optimize()
    value = model.getObjVal() if model.getNSols() else None
    return [_other("SCIP", time.monotonic() - began, value, model.getDualbound())]


def _other(name: str, seconds: float, value: float | None, bound: float) -> dict[str, Any]:
    return {"what": f"{name}: first stage", "seconds": seconds, "value": value, "bound": bound}


def _work(target: Callable[..., Any], args: tuple[Any, ...], out: Path) -> None:
    rows = target(*args) or []
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    out.write_text(json.dumps([row | {"megabytes": memory} for row in rows]), encoding="utf-8")


def run(target: Callable[..., Any], *args: Any) -> list[dict[str, Any]]:
    """Run a function in a process of its own; its rows get that process's peak memory."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "rows.json"
        process = multiprocessing.get_context("spawn").Process(target=_work, args=(target, args, out))
        process.start()
        process.join()
        if not out.exists():
            return [{"what": f"{target.__name__} failed", "seconds": 0.0}]
        rows: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))
        return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=list(SIZES), help="municipalities; 0 is the example"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0, help="for the first stage, each solver")
    parser.add_argument("--gap", type=float, default=0.001, help="at which the other solvers stop")
    parser.add_argument("--all-stages", type=float, default=120.0, help="seconds for all stages together")
    chosen = parser.parse_args()
    table = Table("size", "what", "s", "value", "bound", "gap", "ended", "MB", box=SIMPLE_HEAD)
    with tempfile.TemporaryDirectory() as scratch:
        for size in chosen.sizes:
            rows = run(thuisplan, size, chosen.seed, chosen.all_stages, False)
            if size:
                rows += [
                    row | {"what": f"first stage alone: {row['what']}"}
                    for row in run(thuisplan, size, chosen.seed, chosen.seconds, True)[1:2]
                ]
            model = Path(scratch) / f"{size}.mps"
            run(export, size, chosen.seed, model)
            for other in (plain_highs, scip):
                rows += run(other, model, chosen.seconds, chosen.gap)
            for row in rows:
                table.add_row(str(size) if size else "example", *_cells(row))
            table.add_section()
    for row in run(keys, chosen.seed):
        table.add_row("nation", *_cells(row))
    console = Console(width=120)
    console.print(table)
    versions = {name: metadata.version(name) for name in ("thuisplan", "pyomo", "highspy", "pyscipopt")}
    console.print(f"seed {chosen.seed}; {versions}; Python {platform.python_version()}; {platform.machine()}")


def _cells(row: dict[str, Any]) -> list[str]:
    value, bound = row.get("value"), row.get("bound")
    gap = ""
    if value is not None and bound is not None:
        gap = f"{(value - bound) / abs(value):.2%}" if value else f"{value - bound:.3g}"
    return [
        row["what"],
        f"{row['seconds']:.2f}",
        "" if value is None else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}",
        "" if bound is None else f"{bound:,.4g}" if abs(bound) < 1000 else f"{bound:,.0f}",
        gap,
        row.get("stopped", ""),
        f"{row.get('megabytes', 0):.0f}",
    ]
