"""Test a programme that somebody else drew up, and find the smallest change that makes it fit."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thuisplan.commands.run import copied, seconds_left
from thuisplan.inputs.programme_file import read_programme
from thuisplan.inputs.read import Reading, read
from thuisplan.outputs.plan_folder import PlanFolder

if TYPE_CHECKING:
    from thuisplan.outputs.answer import Sentence
    from thuisplan.solvers.assessed import Assessed, SmallestChange
    from thuisplan.solvers.highs import Interrupt

RESERVE = 1.0
"""Seconds that are kept at least for verifying and writing."""

GIVEN = "given_programme"
"""Name, without its ending, of the copy of the programme in the published folder."""


@dataclass(frozen=True, slots=True)
class AssessOptions:
    """Options of ``thuisplan assess``.

    Parameters
    ----------
    others
        What other municipalities build: ``none``, what is committed, or ``plan``, what the model chooses.
    may_move
        What a change may move: ``years``, ``types`` or ``all``.
    time_limit
        Wall time of the whole command [seconds].
    threads, seed
        One thread unless asked for more; equal seeds give equal answers.
    """

    others: str
    may_move: str
    time_limit: float
    threads: int
    seed: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """A programme that was tested, and where the answer was published.

    Parameters
    ----------
    folder
        The published answer.
    assessed
        The programme, judged.
    change
        The smallest change; None where the programme fits.
    told
        What was found about the change, in sentences.
    """

    folder: PlanFolder
    assessed: Assessed
    change: SmallestChange | None
    told: tuple[Sentence, ...]


def assess(
    path: Path,
    programme: Path,
    out: Path,
    options: AssessOptions,
    interrupt: Interrupt | None = None,
    heard: Callable[[Reading], None] | None = None,
    judged: Callable[[Assessed, tuple[Sentence, ...]], None] | None = None,
) -> Assessment:
    """Read an input and a programme, judge it, look for the smallest change, and publish the answer.

    Parameters
    ----------
    path
        Input folder or workbook.
    programme
        CSV file, workbook or ``plan.parquet``, or the folder of a plan.
    out
        Where the answer is to come.
    options
        What others do, what may move, limits.
    interrupt
        When set, what is known is published.
    heard
        Called when the input has been read.
    judged
        Called with the verdict in sentences, before a change is looked for.

    Raises
    ------
    InputError, FolderError, VerificationFailed
        As ``read``, ``read_programme`` and ``publish``.
    """
    began = time.monotonic()
    reading = read(path)
    if heard:
        heard(reading)
    if programme.is_dir():
        programme = PlanFolder.open(programme).path / "plan.parquet"
    cells = read_programme(programme, reading.instance)
    PlanFolder.check_target(out, path)
    PlanFolder.check_target(out, programme)

    from thuisplan.outputs.assessment import change_sentences, sentences
    from thuisplan.solvers.assess import assess as judge
    from thuisplan.solvers.assess import prepare
    from thuisplan.solvers.smallest_change import smallest_change
    from thuisplan.solvers.staged import Options

    def left() -> Options:
        seconds = seconds_left(began, options.time_limit, RESERVE)
        return Options(seconds=seconds, threads=options.threads, seed=options.seed)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        source = copied(path, Path(scratch))
        copy = Path(shutil.copyfile(programme, Path(scratch) / f"{GIVEN}{programme.suffix.casefold()}"))
        case = prepare(reading.instance, cells, options.others, {cell[0] for cell in cells})
        assessed = judge(case, left(), interrupt)
        told = sentences(assessed)
        seconds = {"judge": round(time.monotonic() - began, 2)}
        if judged:
            judged(assessed, told)
        change = None
        if not assessed.fits:
            change = smallest_change(case, options.may_move, left(), interrupt)
            seconds["change"] = round(change.seconds, 2)
        changed = change_sentences(assessed, change)
        run = {"options": asdict(options), "seed": options.seed, "seconds": seconds}
        folder = _publish(reading, assessed, change, (*told, *changed), source, copy, out, run)
    return Assessment(folder, assessed, change, changed)


def _publish(
    reading: Reading,
    assessed: Assessed,
    change: SmallestChange | None,
    told: tuple[Sentence, ...],
    source: Path,
    programme: Path,
    out: Path,
    run: dict[str, Any],
) -> PlanFolder:
    from thuisplan.outputs.answer import sentence_rows
    from thuisplan.outputs.answer_schemas import answer_to_arrow
    from thuisplan.outputs.assessment_files import assessment_manifest, write_fitting
    from thuisplan.outputs.assessment_tables import assessment_tables, offered_change
    from thuisplan.outputs.publish import publish_answer

    def write_more(folder: Path) -> None:
        shutil.copyfile(programme, folder / programme.name)
        found = offered_change(change)
        if found is not None and found.after is not None:
            write_fitting(found.after, folder)

    tables = assessment_tables(assessed, change)
    tables["sentences"] = answer_to_arrow("sentences", sentence_rows(told))
    run |= assessment_manifest(assessed, change)
    return publish_answer("assessment", reading.instance, source, out, run, tables, write_more)
