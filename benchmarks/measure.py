"""What ``python -m benchmarks`` runs, in one run: ours beside other solvers, all stages, growth, batches.

Everything that is measured runs in a process group of its own, one after the other. The rows are written to
a file as they come, so that what was measured is there even if the run is ended.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.batches import MODES, batches
from benchmarks.cases import EXAMPLE, OBJECTIVES, Case, Terms
from benchmarks.comparison import comparison
from benchmarks.growth import growth
from benchmarks.keys import measure as keys
from benchmarks.machine import machine, versions
from benchmarks.race import SOLVERS, Row, race
from benchmarks.report import tables
from benchmarks.stages import every_stage

PARTS = ("race", "stages", "growth", "batch", "comparison", "keys")
METHODS = ("auto", "whole", "regions")
REGION, PROVINCE, NATION = 20, 50, 342
WIDTH = 150


def main() -> None:
    """Run the chosen parts, print their tables and write them with all that they came from."""
    chosen = _parser().parse_args()
    began = datetime.now(UTC).isoformat(timespec="seconds")
    about = {"began": began, "machine": machine(), "versions": versions(), "options": vars(chosen)}
    output = Path(chosen.output)
    output.parent.mkdir(parents=True, exist_ok=True)
    progress = Console(stderr=True)
    rows: list[Row] = []
    for row in run(chosen):
        rows.append(row)
        _write(output, about, rows)
        progress.print(f"{row['part']}: {row['name']} {row.get('solver', '')} {row.get('failure', '')}")
    with output.with_suffix(".txt").open("w", encoding="utf-8") as file:
        for console in (Console(width=WIDTH), Console(file=file, width=WIDTH)):
            for table in tables(rows):
                console.print(table)
            console.print(_footer(about), soft_wrap=True)


def run(chosen: argparse.Namespace) -> Iterator[Row]:
    """Yield the rows of the chosen parts.

    Parameters
    ----------
    chosen
        The options.
    """
    terms = Terms(chosen.seconds, chosen.gap, chosen.cores, chosen.seed, chosen.method)
    parts: dict[str, Callable[[], Iterable[Row]]] = {
        "race": lambda: race(_cases(chosen, chosen.sizes, chosen.years[:1]), terms, chosen.solvers),
        "stages": lambda: every_stage(
            (Case(size, chosen.years[0], seed=chosen.seed) for size in chosen.sizes),
            replace(terms, seconds=chosen.all_stages),
        ),
        "growth": lambda: growth(
            _cases(chosen, chosen.growth, chosen.growth_years), replace(terms, seconds=chosen.growth_seconds)
        ),
        "batch": lambda: batches(
            chosen.variants, chosen.modes, chosen.cores, chosen.run_seconds, chosen.seed
        ),
        "comparison": lambda: comparison(chosen.compared, chosen.seed),
        "keys": lambda: keys(chosen.seed),
    }
    for part in chosen.parts:
        yield from parts[part]()


def _cases(chosen: argparse.Namespace, sizes: Iterable[int], years: Iterable[int]) -> Iterator[Case]:
    """Yield the cases, sizes of one horizon together; the example has its own horizon and objective."""
    for objective in chosen.objectives:
        for number, length in enumerate(years):
            for size in sizes:
                if size != EXAMPLE or (number == 0 and objective == chosen.objectives[0]):
                    yield Case(size, length, objective if size else OBJECTIVES[0], chosen.seed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what to measure")
    add(
        "--sizes",
        type=int,
        nargs="+",
        default=[EXAMPLE, REGION, PROVINCE, NATION],
        help="municipalities, for race and stages; 0 is the example",
    )
    add("--years", type=int, nargs=1, default=[10], help="horizon, for race and stages")
    add("--objectives", nargs="+", choices=OBJECTIVES, default=list(OBJECTIVES), help="for race and growth")
    add("--solvers", nargs="+", choices=list(SOLVERS), default=list(SOLVERS), help="for race")
    add("--seconds", type=float, default=300.0, help="for each solver, in race")
    add("--all-stages", type=float, default=900.0, help="seconds for all stages together")
    add("--gap", type=float, default=0.001, help="at which a solver may stop, in race and growth")
    add("--cores", type=int, default=2, help="of every solver and of a batch")
    add("--method", choices=METHODS, default=METHODS[0], help="of Thuisplan")
    add("--seed", type=int, default=1, help="of the instances and of the solvers")
    add(
        "--growth", type=int, nargs="+", default=[20, 50, 100, 200, NATION], help="municipalities, for growth"
    )
    add("--growth-years", type=int, nargs="+", default=[5, 10, 15], help="horizons, for growth")
    add("--growth-seconds", type=float, default=120.0, help="for each case of growth")
    add("--variants", type=int, default=200, help="of the example, in a batch; 200 at most")
    add("--modes", nargs="+", choices=list(MODES), default=list(MODES), help="stages of the runs of a batch")
    add("--run-seconds", type=float, default=120.0, help="time limit of one run of a batch")
    add("--compared", type=int, default=1000, help="runs in one comparison")
    add("--output", default="build/benchmarks.json", help="file for the rows; the tables come beside it")
    return parser


def _write(output: Path, about: dict[str, Any], rows: list[Row]) -> None:
    part = output.with_name(output.name + ".part")
    part.write_text(json.dumps({**about, "rows": rows}, indent=1), encoding="utf-8")
    part.replace(output)


def _footer(about: dict[str, Any]) -> str:
    where = about["machine"]
    chosen = about["options"]
    found = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    return (
        f"Seed {chosen['seed']}; {chosen['cores']} cores and {chosen['seconds']:g} s for each solver; "
        f"{about['began']}\n{where['processor']}, {where['cores']} cores, {where['memory']} GB, "
        f"{where['system']}\n{found}"
    )
