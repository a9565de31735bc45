"""``thuisplan compare``: run variants of an input and compare them, or compare two plans."""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from thuisplan.cli.console import (
    DONE,
    LIMITED,
    current_language,
    guarded,
    interruptible,
    language_option,
    make_console,
    usage,
)
from thuisplan.outputs.texts import text

if TYPE_CHECKING:
    from rich.console import Console

    from thuisplan.commands.batch.run import Ended
    from thuisplan.inputs.variants.variant import VariantSet

MOST_NAMES = 10
"""How many of the variants without an answer are named."""


@click.command()
@click.argument("path", metavar="VARIANTS|OUT_A", type=click.Path(path_type=Path))
@click.argument("other", metavar="[OUT_B]", required=False, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--out",
    metavar="OUT",
    type=click.Path(path_type=Path),
    help="Folder for the runs and the comparison; finished runs in it are used again.",
)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="Runs at a time on this machine; default: its cores.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Dask scheduler whose workers do the runs, such as tcp://host:8786.",
)
@click.option("--yes", is_flag=True, help="Also when there are very many variants.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=1),
    help="Wall time of one run, in seconds; default: as VARIANTS says.",
)
@language_option
@guarded
def compare(
    path: Path,
    other: Path | None,
    out: Path | None,
    jobs: int | None,
    scheduler: str | None,
    yes: bool,
    time_limit: float | None,
) -> int:
    """Run the variants in VARIANTS and compare them, or compare the plans in OUT_A and OUT_B."""
    if other is not None:
        from thuisplan.cli.compare_plans import compare_plans

        return compare_plans(path, other, out)
    if out is None:
        return usage("out_missing", section="batch")

    from thuisplan import commands
    from thuisplan.outputs.comparison.screen import print_comparison
    from thuisplan.outputs.regret_tables import print_regret
    from thuisplan.solvers.executors import cores
    from thuisplan.solvers.highs import Interrupt

    console = make_console()
    interrupt = Interrupt()
    options = commands.CompareOptions(jobs or cores(), scheduler, yes, time_limit)
    progress = _Progress(console)

    def heard(variants: VariantSet) -> None:
        current_language().found = variants.language
        progress.begin(len(variants.variants))

    with interruptible(interrupt, "batch.stopping"), progress:
        batch = commands.compare(path, out, options, interrupt, heard, progress.listen, progress.step)
    language = current_language().code
    print_comparison(batch.compared, language, console)
    if batch.regretted is not None:
        print_regret(batch.regretted.base, batch.regretted.found, language, console)
    console.print(text("batch.published", language, path=str(batch.path)), markup=False)
    if batch.finished:
        return DONE
    if not batch.unfinished:
        return LIMITED
    told = _counted("missing", language, len(batch.unfinished), names=batch.unfinished[:MOST_NAMES])
    make_console(error=True).print(told, markup=False)
    return LIMITED


def _counted(name: str, language: str, count: int, **values: Any) -> str:
    """Return a sentence about so many; of one it is another."""
    return text(f"batch.{name}_one" if count == 1 else f"batch.{name}", language, count=count, **values)


class _Progress:
    """Shows how far a batch is: a moving line on a terminal, one plain line per run elsewhere."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.began = time.monotonic()
        self.made = 0
        self.again = 0
        self.bar: Progress | None = None
        self.task = TaskID(0)

    def __enter__(self) -> _Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.stop()
        if self.again:
            self.console.print(_counted("again", current_language().code, self.again), markup=False)

    def begin(self, count: int) -> None:
        """Say how many variants there are."""
        language = current_language().code
        self.console.print(_counted("begin", language, count), markup=False)
        if self.console.is_terminal:
            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
            self.bar = Progress(*columns, console=self.console, transient=True)
            self.task = self.bar.add_task("", total=count)
            self.bar.start()

    def step(self, step: str) -> None:
        """Hear of a step of the search for the least regret."""
        from thuisplan.outputs.regret_tables import regret_step

        self.console.print(regret_step(step, current_language().code), markup=False)

    def listen(self, ended: Ended) -> None:
        """Hear of a variant of which the run ended."""
        language = current_language().code
        if ended.again:
            self.again += 1
        else:
            self.made += 1
        record = ended.record
        # What was done before says nothing about the time that the rest takes.
        minutes = (time.monotonic() - self.began) / 60
        pace = self.made / minutes
        left = (ended.count - ended.done) / pace if pace else 0.0
        if self.bar is not None:
            told = text("batch.pace", language, pace=round(pace, 1), minutes=round(left, 1))
            self.bar.update(self.task, completed=ended.done, description=told)
        if not ended.again and (self.bar is None or not record.finished):
            values = {
                "done": ended.done,
                "count": ended.count,
                "name": ended.name,
                "outcome": text(f"batch_outcome.{record.status}", language),
                "seconds": round(sum(record.seconds.values()), 1),
            }
            self.console.print(text("batch.run", language, **values), markup=False)
            for sentence in record.sentences:
                self.console.print(f"  {sentence[language]}", markup=False)
