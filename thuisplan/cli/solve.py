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
    heard,
    interruptible,
    language_option,
    make_console,
    print_conflicts,
    print_findings,
    time_limit_option,
    usage,
)
from thuisplan.inputs.findings import Severity
from thuisplan.outputs.texts import text

if TYPE_CHECKING:
    from rich.console import Console

    from thuisplan.commands import Solved
    from thuisplan.inputs.read import Reading
    from thuisplan.inputs.reference import Comparison
    from thuisplan.solvers.alternatives import Alternative

DEFAULT_SECONDS = 600.0

MOST_ALTERNATIVES = 20
"""More plans than anybody compares at a table."""


@click.command()
@click.argument("path", metavar="INPUT", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", metavar="OUT", required=True, type=click.Path(path_type=Path), help="Folder for the plan."
)
@time_limit_option(DEFAULT_SECONDS)
@click.option(
    "--gap", type=click.FloatRange(min=0, max=1), help="Closing tolerance of all stages, such as 0.01."
)
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--seed", type=click.IntRange(min=0, max=2_147_483_647), default=0, show_default=True)
@click.option("--xlsx", is_flag=True, help="Write the tables as a workbook too.")
@click.option("--report", is_flag=True, help="Write a page and a workbook to take into a meeting too.")
@click.option(
    "--reference",
    metavar="OLD_OUT",
    type=click.Path(path_type=Path),
    help="Stay as close as possible to the plan in OLD_OUT.",
)
@click.option(
    "--alternatives",
    metavar="N",
    type=click.IntRange(0, MOST_ALTERNATIVES),
    default=0,
    show_default=True,
    help="Look for N other plans within the tolerances that build elsewhere.",
)
@click.option(
    "--method",
    type=click.Choice(["auto", "whole", "regions"]),
    default="auto",
    show_default=True,
    help="Solve the problem as a whole, or region by region; by default as its size asks.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Dask scheduler whose workers solve the regions, such as tcp://host:8786.",
)
@click.option(
    "--prove", is_flag=True, help="With --alternatives: the least number in any plan within the tolerances."
)
@language_option
@guarded
def solve(
    path: Path,
    out: Path,
    time_limit: float,
    gap: float | None,
    threads: int,
    seed: int,
    xlsx: bool,
    report: bool,
    reference: Path | None,
    alternatives: int,
    method: str,
    scheduler: str | None,
    prove: bool,
) -> int:
    """Make a plan for INPUT and publish it in OUT, verified."""
    from thuisplan import commands
    from thuisplan.outputs import screen
    from thuisplan.outputs.answer import print_answer
    from thuisplan.outputs.changed import matching
    from thuisplan.solvers.highs import Interrupt

    if prove and not alternatives:
        return usage("prove_alone", section="alternatives")
    console, errors = make_console(), make_console(error=True)
    interrupt = Interrupt()
    earlier = None if reference is None else str(reference)
    options = commands.SolveOptions(
        time_limit, gap, threads, seed, xlsx, earlier, alternatives, prove, method, scheduler, report
    )
    progress = screen.ProgressLines(console)

    def read(reading: Reading) -> None:
        heard(reading.instance.settings, reading.findings)
        progress.language = current_language().code
        notices = sum(finding.severity is Severity.NOTICE for finding in reading.findings)
        if notices:
            errors.print(text("screen.notices", progress.language, count=notices), markup=False)
        progress.begin(reading.instance)

    def compared(comparison: Comparison) -> None:
        print_answer(matching(comparison), current_language().code, errors)

    there: list[str] = []

    def published(solved: Solved, seconds: float) -> None:
        assert solved.folder is not None
        there.append(str(solved.folder.path))
        _print_solved(solved, current_language().code, console, errors)
        values = {"path": str(out), "count": alternatives, "seconds": round(seconds)}
        console.print(text("alternatives.searching", current_language().code, **values), markup=False)

    def found(number: int, one: Alternative) -> None:
        values = {"plan": number, "distance": one.distance, "seconds": round(one.seconds, 1)}
        console.print(text("alternatives.found", current_language().code, **values), markup=False)

    try:
        with interruptible(interrupt), progress:
            solved = commands.solve(
                path, out, options, interrupt, progress.listen, read, compared, published, found
            )
        if solved.folder is None:
            return _print_no_plan(solved, path, current_language().code, errors)
        if alternatives:
            code = _print_others(solved, current_language().code, console)
            return _with_report(solved, code, console, errors) if report else code
    except KeyboardInterrupt:
        if not there:
            raise
        # The plan itself is there, whole; so is every alternative that was published.
        errors.print(text("alternatives.cut", current_language().code, path=there[0]), markup=False)
        return LIMITED
    _print_solved(solved, current_language().code, console, errors)
    code = DONE if _closed(solved) else LIMITED
    return _with_report(solved, code, console, errors) if report else code


def _with_report(solved: Solved, code: int, console: Console, errors: Console) -> int:
    """Write the report of a plan that was just published; return the exit code of the plan."""
    from thuisplan import commands
    from thuisplan.cli.report import print_report

    assert solved.folder is not None
    language = current_language().code
    try:
        written = commands.write_report(solved.folder, commands.ReportOptions(language))
    except KeyboardInterrupt:
        path = str(solved.folder.path)
        errors.print(text("report_screen.cut", language, path=path), markup=False)
        return LIMITED
    print_report(written, language, console)
    return code


def _print_no_plan(solved: Solved, path: Path, language: str, errors: Console) -> int:
    """Say why there is no plan; return the exit code."""
    from thuisplan.outputs import screen
    from thuisplan.solvers.solution import NoPlan

    print_findings(solved.findings, language, errors)
    if not isinstance(solved.result, NoPlan):
        print_conflicts(solved.conflicts, path, language, errors)
        return UNFIT
    screen.print_no_plan(solved.result, language, errors)
    codes = {"infeasible": UNFIT, "inexact": UNVERIFIED, "interrupted": INTERRUPTED}
    return codes.get(solved.result.reason, NO_PLAN)


def _print_others(solved: Solved, language: str, console: Console) -> int:
    """Print the alternatives of a plan; return the exit code."""
    from thuisplan.outputs.alternatives import FOLDER, print_alternatives
    from thuisplan.solvers.solution import Solution

    others = solved.alternatives
    assert others is not None
    assert solved.folder is not None
    assert isinstance(solved.result, Solution)
    print_alternatives(solved.reading.instance, solved.result, others, language, console)
    where = solved.folder.path / FOLDER
    console.print(text("alternatives.published", language, path=str(where)), markup=False)
    return DONE if _closed(solved) and others.complete else LIMITED


def _closed(solved: Solved) -> bool:
    """Return whether every stage of the published plan was closed."""
    return solved.folder is not None and solved.folder.manifest["status"]["stopped"] == "closed"


def _print_solved(solved: Solved, language: str, console: Console, errors: Console) -> None:
    """Print a published plan, and what it changes from an earlier one."""
    from thuisplan.outputs import screen
    from thuisplan.outputs.changed import change_bound, change_sentences, changed, print_changes
    from thuisplan.solvers.solution import Solution

    print_findings(solved.findings, language, errors)
    assert solved.folder is not None
    assert isinstance(solved.result, Solution)
    if solved.comparison is not None:
        rows = list(changed(solved.comparison, solved.result.completed))
        told = change_sentences(rows, change_bound(solved.result.stages))
        print_changes(rows, told, language, console)
    screen.print_plan(solved.folder, language, console)
