"""``thuisplan assess``: does a programme fit, why not, and the smallest change that makes it fit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from thuisplan.cli.console import (
    DONE,
    UNFIT,
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
    from thuisplan.outputs.answer import Sentence
    from thuisplan.solvers.assessed import Assessed

DEFAULT_SECONDS = 60.0


@click.command()
@click.argument("path", metavar="INPUT", type=click.Path(path_type=Path))
@click.option(
    "--programme",
    metavar="FILE",
    required=True,
    type=click.Path(path_type=Path),
    help="Programme to test: a .csv or .xlsx file with municipality, year, option, dwellings; or a plan.",
)
@click.option(
    "-o",
    "--out",
    metavar="OUT",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder for the answer.",
)
@click.option(
    "--others",
    type=click.Choice(["none", "plan"]),
    default="none",
    show_default=True,
    help="What other municipalities build: only what is committed, or what Thuisplan chooses.",
)
@click.option(
    "--may-move",
    type=click.Choice(["years", "types", "all"]),
    default="all",
    show_default=True,
    help="What a change keeps: totals per municipality and option, per municipality, or nothing.",
)
@time_limit_option(DEFAULT_SECONDS)
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--seed", type=click.IntRange(min=0, max=2_147_483_647), default=0, show_default=True)
@language_option
@guarded
def assess(
    path: Path,
    programme: Path,
    out: Path,
    others: str,
    may_move: str,
    time_limit: float,
    threads: int,
    seed: int,
) -> int:
    """Test a programme against INPUT: the verdict per rule, and the smallest change that makes it fit."""
    from thuisplan import commands
    from thuisplan.outputs.answer import print_answer
    from thuisplan.outputs.assessment import print_assessment
    from thuisplan.outputs.assessment_files import FITTING
    from thuisplan.solvers.highs import Interrupt

    console = make_console()
    interrupt = Interrupt()
    options = commands.AssessOptions(others, may_move, time_limit, threads, seed)

    def read(reading: Reading) -> None:
        heard(reading.instance.settings, reading.findings)

    def judged(assessed: Assessed, told: tuple[Sentence, ...]) -> None:
        language = current_language().code
        print_assessment(told, language, console)
        if not assessed.fits:
            console.print(text("assess.searching", language), markup=False)

    with interruptible(interrupt):
        answer = commands.assess(path, programme, out, options, interrupt, read, judged)
    language = current_language().code
    print_answer(answer.told, language, console)
    if (answer.folder.path / FITTING).exists():
        fitting = str(answer.folder.path / FITTING)
        console.print(text("assess.fitting", language, path=fitting), markup=False)
    console.print(text("assess.published", language, path=str(answer.folder.path)), markup=False)
    return DONE if answer.assessed.fits else UNFIT
