"""Read an input, solve its stages, verify and publish the plan."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from thuisplan.inputs.read import Reading, copy_input, read
from thuisplan.outputs.plan_folder import PlanFolder

if TYPE_CHECKING:
    from thuisplan.solvers.highs import Interrupt
    from thuisplan.solvers.solution import NoPlan, Solution
    from thuisplan.solvers.staged import Listener

RESERVE_SHARE, RESERVE_SECONDS = 0.1, 2.0
"""What is kept of the time limit for verifying and writing: a tenth, at least two seconds."""


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """Options of ``thuisplan solve``.

    Parameters
    ----------
    time_limit
        Wall time of the whole command [seconds].
    gap
        Relative closing tolerance of all stages; None for that of each stage.
    threads, seed
        One thread unless asked for more; equal seeds give equal plans.
    xlsx
        Whether the tables are written as a workbook too.
    """

    time_limit: float
    gap: float | None
    threads: int
    seed: int
    xlsx: bool


@dataclass(frozen=True, slots=True)
class Solved:
    """What came of a solve: a published plan, or why there is none."""

    reading: Reading
    folder: PlanFolder | None
    result: Solution | NoPlan | None


def solve(
    path: Path,
    out: Path,
    options: SolveOptions,
    interrupt: Interrupt | None = None,
    listen: Listener | None = None,
    heard: Callable[[Reading], None] | None = None,
) -> Solved:
    """Read an input, solve its stages, verify and publish the plan.

    Parameters
    ----------
    path
        Input folder or workbook.
    out
        Where the plan is to come.
    options
        Limits.
    interrupt
        When set, the best plan so far is verified and published.
    listen
        Hears of progress.
    heard
        Called when the input has been read.

    Returns
    -------
    Solved
        ``result`` is None when conflicts were seen before solving.

    Raises
    ------
    InputError, FolderError, VerificationFailed
        As ``read`` and ``publish``.
    """
    began = time.monotonic()
    reading = read(path)
    if heard:
        heard(reading)
    PlanFolder.check_target(out, path)
    if reading.conflicts:
        return Solved(reading, None, None)

    from thuisplan.model.build import build
    from thuisplan.model.stages import stages
    from thuisplan.outputs.publish import publish
    from thuisplan.solvers.solution import NoPlan
    from thuisplan.solvers.staged import Options, solve_stages

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        # Who edits the input while we solve changes the next plan, not this one.
        given = Path(scratch) / "input"
        given.mkdir()
        copy_input(path, given)
        source = given / path.name if path.is_file() else given
        problem = build(reading.instance)
        built = time.monotonic()
        reserve = max(RESERVE_SECONDS, RESERVE_SHARE * options.time_limit)
        seconds = max(0.5, options.time_limit - reserve - (built - began))
        log = Path(scratch) / "solver.log"
        result = solve_stages(
            reading.instance,
            problem,
            stages(reading.instance),
            Options(seconds=seconds, gap=options.gap, threads=options.threads, seed=options.seed),
            interrupt,
            listen,
            log,
        )
        if isinstance(result, NoPlan):
            return Solved(reading, None, result)
        run = {
            "options": asdict(options),
            "seed": options.seed,
            "seconds": {
                "build": round(built - began, 2),
                "solve": round(time.monotonic() - built, 2),
            },
        }
        folder = publish(reading.instance, result, source, out, run, log, options.xlsx)
    return Solved(reading, folder, result)
