"""``thuisplan solve``: make a plan, verified and published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from thuisplan.cli.console import (
    DONE,
    INTERRUPTED,
    LIMITED,
    NO_PLAN,
    UNFIT,
    UNVERIFIED,
    current_language,
    guarded,
    interruptible,
    language_option,
    make_console,
    print_findings,
)
from thuisplan.inputs.findings import Severity
from thuisplan.outputs.texts import text

if TYPE_CHECKING:
    from thuisplan.inputs.read import Reading

DEFAULT_SECONDS = 600.0


@click.command()
@click.argument("path", metavar="INPUT", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", metavar="OUT", required=True, type=click.Path(path_type=Path), help="Folder for the plan."
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=1),
    default=DEFAULT_SECONDS,
    show_default=True,
    help="Wall time of the whole command, in seconds.",
)
@click.option(
    "--gap", type=click.FloatRange(min=0, max=1), help="Closing tolerance of all stages, such as 0.01."
)
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--seed", type=click.IntRange(min=0, max=2_147_483_647), default=0, show_default=True)
@click.option("--xlsx", is_flag=True, help="Write the tables as a workbook too.")
@language_option
@guarded
def solve(
    path: Path, out: Path, time_limit: float, gap: float | None, threads: int, seed: int, xlsx: bool
) -> int:
    """Make a plan for INPUT and publish it in OUT, verified."""
    from thuisplan import commands
    from thuisplan.outputs import screen
    from thuisplan.solvers.highs import Interrupt
    from thuisplan.solvers.solution import NoPlan

    console, errors = make_console(), make_console(error=True)
    interrupt = Interrupt()
    options = commands.SolveOptions(time_limit, gap, threads, seed, xlsx)
    progress = screen.ProgressLines(console)

    def heard(reading: Reading) -> None:
        current_language().found = reading.instance.settings.language
        progress.language = current_language().code
        notices = [f for f in reading.findings if f.severity is Severity.NOTICE]
        print_findings([f for f in reading.findings if f not in notices], current_language().code, errors)
        if notices:
            errors.print(text("screen.notices", current_language().code, count=len(notices)), markup=False)
        if not reading.conflicts:
            progress.begin(reading.instance)

    with interruptible(interrupt), progress:
        solved = commands.solve(path, out, options, interrupt, progress.listen, heard)
    language = current_language().code
    if solved.folder is None:
        if not isinstance(solved.result, NoPlan):
            return UNFIT
        screen.print_no_plan(solved.result, language, errors)
        return {"infeasible": UNFIT, "inexact": UNVERIFIED, "interrupted": INTERRUPTED}.get(
            solved.result.reason, NO_PLAN
        )
    screen.print_plan(solved.folder, language, console)
    return DONE if solved.folder.manifest["status"]["stopped"] == "closed" else LIMITED
