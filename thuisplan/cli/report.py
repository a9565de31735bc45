"""``thuisplan report``: a page and a workbook to take into a meeting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from thuisplan.cli.console import (
    DONE,
    UNVERIFIED,
    current_language,
    guarded,
    language_option,
    make_console,
    print_problems,
    usage,
)
from thuisplan.cli.verify import UNFINISHED
from thuisplan.outputs.texts import text

if TYPE_CHECKING:
    from rich.console import Console

    from thuisplan.commands import Reported

FILE = click.Path(path_type=Path)

MOST_NAMES = 12
"""Municipalities that are named on the screen; the page names them all."""


@click.command()
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--boundaries", metavar="FILE", type=FILE, help="GeoJSON or TopoJSON with the municipalities, for a map."
)
@click.option(
    "--labels", metavar="FILE", type=FILE, help="Table of your own words: a code and the word for it."
)
@language_option
@guarded
def report(out: Path, boundaries: Path | None, labels: Path | None) -> int:
    """Write the report of OUT: one page (HTML) and one workbook (Excel) in OUT/report."""
    from thuisplan import commands
    from thuisplan.outputs.plan_folder import PlanFolder

    folder = PlanFolder.open(out)
    current_language().found = folder.language
    if folder.manifest.get("status") == UNFINISHED:
        return usage("unfinished", section="batch", path=str(folder.path))
    language, console = current_language().code, make_console()
    try:
        written = commands.report(out, commands.ReportOptions(language, boundaries, labels))
    except commands.PlanNotVerified as error:
        errors = make_console(error=True)
        values = {"path": str(error.path), "count": len(error.found.problems)}
        errors.print(text("report_screen.not_verified", language, **values), markup=False)
        print_problems(error.found.problems, language, errors)
        return UNVERIFIED
    print_report(written, language, console)
    return DONE


def print_report(written: Reported, language: str, console: Console) -> None:
    """Print where a report stands, and which municipalities its map does not have.

    Parameters
    ----------
    written
        The report.
    language
        ``nl`` or ``en``.
    console
        Where to print.
    """
    if written.missing:
        named, more = written.missing[:MOST_NAMES], len(written.missing) - MOST_NAMES
        code = "not_on_map" if more <= 0 else "more_not_on_map"
        missing = text(f"report_screen.{code}", language, names=named, count=more)
        console.print(missing, markup=False)
    values = {"page": str(written.page), "workbook": str(written.workbook)}
    console.print(text("report_screen.written", language, **values), markup=False)
