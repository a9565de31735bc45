"""Say what cannot hold together, what would have to give, and write the repairs."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thuisplan.commands.run import copied, seconds_left
from thuisplan.inputs.read import Reading, read, read_scenario
from thuisplan.inputs.tables import Override
from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.plan_folder import PlanFolder

if TYPE_CHECKING:
    from thuisplan.solvers.diagnosis import Diagnosis, Finding, Question, Repair
    from thuisplan.solvers.highs import Interrupt

RESERVE = 1.0
"""Seconds that are kept at least for verifying and writing."""

MODEL = "model.mps"
"""Name of the file in which the model is kept if the solver contradicts itself."""

NOTHING_SEEN = Sentence("diagnose_seen", "nothing")


@dataclass(frozen=True, slots=True)
class DiagnoseOptions:
    """Options of ``thuisplan diagnose``.

    Parameters
    ----------
    time_limit
        Wall time of the whole command [seconds].
    needs
        ``met`` to ask at once what it takes to meet every need; None to ask it if the hard rules can hold.
    """

    time_limit: float
    needs: str | None = None


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """A diagnosis as data and in sentences.

    Parameters
    ----------
    reading
        The input.
    diagnosis
        The answer.
    seen, sentences
        What can be seen without solving, and what was computed.
    existing
        Whether the input has overrides of its own.
    folder
        Where it was published, if anywhere.
    """

    reading: Reading
    diagnosis: Diagnosis
    seen: tuple[Sentence, ...]
    sentences: tuple[Sentence, ...]
    existing: bool
    folder: PlanFolder | None

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions that were asked."""
        asked = (self.diagnosis.rules, self.diagnosis.needs)
        return tuple(question for question in asked if question is not None)

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """The repairs to choose from."""
        return tuple(repair for question in self.questions for repair in question.repairs)

    @property
    def known(self) -> bool:
        """Whether every question that was asked has an answer."""
        return all(question.status in ("holds", "conflict") for question in self.questions)


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who hears of what while it is computed.

    Parameters
    ----------
    read
        When the input has been read.
    seen
        What can be seen without solving, as soon as it is known.
    found
        One outcome; may be called from another thread.
    """

    read: Callable[[Reading], None] = lambda _: None
    seen: Callable[[Sequence[Sentence]], None] = lambda _: None
    found: Callable[[Sentence], None] = lambda _: None


def diagnose(
    path: Path,
    out: Path | None,
    options: DiagnoseOptions,
    interrupt: Interrupt | None = None,
    hearing: Hearing | None = None,
) -> Diagnosed:
    """Diagnose an input.

    Parameters
    ----------
    path
        Input folder or workbook.
    out
        Where the diagnosis is to come; None to write nothing.
    options
        Limits, and what is asked.
    interrupt
        When set, the answer is what is known by then.
    hearing
        Who hears of what meanwhile.

    Raises
    ------
    InputError, FolderError, VerificationFailed
        As ``read`` and ``publish_answer``.
    """
    began = time.monotonic()
    hearing = hearing or Hearing()
    reading = read(path)
    hearing.read(reading)
    if out is not None:
        PlanFolder.check_target(out, path)

    from thuisplan.model.build import build
    from thuisplan.outputs.conflicts import conflict_sentences
    from thuisplan.outputs.diagnosis import diagnosis_sentences, found_sentence
    from thuisplan.solvers.diagnose import Asking
    from thuisplan.solvers.diagnose import diagnose as solve

    instance = reading.instance
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        source = copied(path, Path(scratch))
        problem = build(instance)
        seen: list[Sentence] = []

        def listen(_: str, finding: Finding) -> None:
            if isinstance(finding, tuple):
                seen[:] = conflict_sentences(instance, finding) or [NOTHING_SEEN]
                hearing.seen(seen)
            else:
                hearing.found(found_sentence(finding, instance))

        seconds = seconds_left(began, options.time_limit, RESERVE)
        asking = Asking(seconds, options.needs, Path(scratch) / MODEL)
        diagnosis = _kept(solve(instance, problem, asking, interrupt, listen), out)
        sentences = diagnosis_sentences(diagnosis, instance, written=out is not None)
        existing = read_scenario(source)[0].rows(Override)
        folder = None
        if out is not None:
            run = {"options": asdict(options), "seconds": round(time.monotonic() - began, 2)}
            run |= {"status": _status(diagnosis)}
            folder = _publish(reading, diagnosis, (*seen, *sentences), existing, source, out, run)
    return Diagnosed(reading, diagnosis, tuple(seen), tuple(sentences), bool(existing), folder)


def _kept(diagnosis: Diagnosis, out: Path | None) -> Diagnosis:
    """Keep the model of a solver that contradicts itself where no folder is published."""
    if diagnosis.model_file is None or out is not None:
        return diagnosis
    handle, path = tempfile.mkstemp(prefix="thuisplan-", suffix=f"-{MODEL}")
    os.close(handle)
    return replace(diagnosis, model_file=Path(shutil.copyfile(diagnosis.model_file, path)))


def _status(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return what the manifest says of each question: how it was answered, and what was not finished."""
    return {
        question.code: {"answer": question.status, "unfinished": list(question.unfinished)}
        for question in (diagnosis.rules, diagnosis.needs)
        if question is not None
    }


def _publish(
    reading: Reading,
    diagnosis: Diagnosis,
    sentences: Sequence[Sentence],
    existing: Sequence[Override],
    source: Path,
    out: Path,
    run: dict[str, Any],
) -> PlanFolder:
    from thuisplan.outputs.diagnosis_tables import diagnosis_tables
    from thuisplan.outputs.publish import publish_answer
    from thuisplan.outputs.repair_files import write_repairs

    questions = [question for question in (diagnosis.rules, diagnosis.needs) if question is not None]
    repairs = [repair for question in questions for repair in question.repairs]
    language = reading.instance.settings.language

    def write_more(folder: Path) -> None:
        write_repairs(folder, repairs, existing, language)
        if diagnosis.model_file is not None:
            shutil.copyfile(diagnosis.model_file, folder / MODEL)

    tables = diagnosis_tables(diagnosis, sentences)
    return publish_answer("diagnosis", reading.instance, source, out, run, tables, write_more)
