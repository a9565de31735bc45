"""``thuisplan explain``: why here, and why not there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from thuisplan.cli.console import (
    DONE,
    current_language,
    guarded,
    interruptible,
    language_option,
    make_console,
    time_limit_option,
    usage,
)
from thuisplan.outputs.texts import text

if TYPE_CHECKING:
    from thuisplan.outputs.answer import Sentence
    from thuisplan.outputs.explanation import Explanation

DEFAULT_SECONDS = 60.0


@click.command()
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--municipality", metavar="CODE", required=True, help="Code or name of the municipality.")
@click.option("--type", "dwelling_type", metavar="TYPE", help="One dwelling type, such as clustered.")
@click.option("--more-and-less", is_flag=True, help="What one dwelling or project more or fewer changes.")
@click.option(
    "--price",
    "prices",
    metavar="NAME",
    multiple=True,
    help="Work out the price of this pot, rule or key with whole dwellings; may be repeated.",
)
@time_limit_option(DEFAULT_SECONDS)
@language_option
@guarded
def explain(
    out: Path,
    municipality: str,
    dwelling_type: str | None,
    more_and_less: bool,
    prices: tuple[str, ...],
    time_limit: float,
) -> int:
    """Explain a number in the plan in OUT: the share, the rules, the money, and what else could be."""
    from thuisplan import commands
    from thuisplan.outputs.answer import print_answer, sentence_text
    from thuisplan.outputs.plan_folder import PlanFolder
    from thuisplan.solvers.highs import Interrupt

    current_language().found = PlanFolder.open(out).language
    language, console = current_language().code, make_console()
    titled: list[Explanation] = []

    def heard(explanation: Explanation, sentences: Sequence[Sentence], searches: int) -> None:
        if not titled:
            titled.append(explanation)
            console.print(sentence_text(explanation.title, language), style="bold", markup=False)
        print_answer(sentences, language, console)
        if searches:
            seconds = round(time_limit)
            note = text("explain.searching", language, count=searches, seconds=seconds)
            make_console(error=True).print(note, markup=False)

    interrupt = Interrupt()
    options = commands.ExplainOptions(municipality, dwelling_type, more_and_less, prices, time_limit)
    try:
        with interruptible(interrupt):
            explained = commands.explain(out, options, interrupt, heard)
    except commands.QuestionError as error:
        return usage(error.code, section="explain", **error.values)
    if explained.folder is None:
        return usage("not_written", section="explain", path=str(out), reason=explained.reason)
    console.print(text("explain.written", language, path=str(explained.folder)), markup=False)
    return DONE
