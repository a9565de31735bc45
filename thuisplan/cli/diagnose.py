"""``thuisplan diagnose``: why it does not fit, what would have to give, and what to choose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from thuisplan.cli.console import (
    DONE,
    INTERRUPTED,
    NO_PLAN,
    current_language,
    guarded,
    heard,
    interruptible,
    language_option,
    make_console,
    time_limit_option,
)
from thuisplan.outputs.texts import text

if TYPE_CHECKING:
    from thuisplan.inputs.read import Reading

DEFAULT_SECONDS = 60.0


@click.command()
@click.argument("path", metavar="INPUT", type=click.Path(path_type=Path))
@click.option("-o", "--out", metavar="OUT", type=click.Path(path_type=Path), help="Folder for the answer.")
@click.option(
    "--needs",
    type=click.Choice(["met"]),
    help="Ask at once what it takes to meet every need; default: if the hard rules can hold together.",
)
@time_limit_option(DEFAULT_SECONDS)
@language_option
@guarded
def diagnose(path: Path, out: Path | None, needs: str | None, time_limit: float) -> int:
    """Say why INPUT does not fit, what would have to give, and write the ways out."""
    from thuisplan import commands
    from thuisplan.commands.diagnose import Hearing
    from thuisplan.outputs.diagnosis_screen import DiagnosisLines, print_closing, print_sections
    from thuisplan.solvers.highs import Interrupt

    console, errors = make_console(), make_console(error=True)
    progress = DiagnosisLines(console, errors)
    interrupt = Interrupt()

    def read(reading: Reading) -> None:
        heard(reading.instance.settings, reading.findings)
        progress.language = current_language().code
        progress.begin(reading.instance)

    hearing = Hearing(read, progress.seen, progress.listen)
    options = commands.DiagnoseOptions(time_limit, needs)
    with interruptible(interrupt, "diagnose.stopping"), progress:
        answer = commands.diagnose(path, out, options, interrupt, hearing)
    language = current_language().code
    if interrupt.is_set():
        console.print()
        console.print(text("diagnose.interrupted", language), markup=False)
    print_sections(answer.sentences, language, console)
    published = answer.folder.path if answer.folder else None
    print_closing(published, path, bool(answer.repairs), answer.existing, language, console)
    if answer.known:
        return DONE
    return INTERRUPTED if interrupt.is_set() else NO_PLAN
