"""Why a municipality has the number it has in a published plan."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from thuisplan.commands.explain_question import ExplainOptions, QuestionError, municipality_of, type_of
from thuisplan.inputs.read import read, read_scenario
from thuisplan.outputs.plan_folder import PlanFolder

if TYPE_CHECKING:
    from thuisplan.outputs.answer import Sentence
    from thuisplan.outputs.explanation import Explanation
    from thuisplan.solvers.highs import Interrupt


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation, and where it was written.

    Parameters
    ----------
    explanation
        The explanation.
    folder
        Its folder; None if it could not be written.
    reason
        Why it was not.
    """

    explanation: Explanation
    folder: Path | None
    reason: str | None = None


Heard = Callable[["Explanation", "Sequence[Sentence]", int], None]
"""Hears of sentences as soon as they are known, and how many searches are still to come."""


def explain(
    out: Path, options: ExplainOptions, interrupt: Interrupt | None = None, heard: Heard | None = None
) -> Explained:
    """Explain a number in a plan, and write the explanation beside it.

    Parameters
    ----------
    out
        Folder of a published plan.
    options
        What is asked.
    interrupt
        When set, what is known so far is the answer.
    heard
        Hears of the answer in parts.

    Raises
    ------
    QuestionError
        If the folder holds no plan or a changed one, or a name is not in the plan.
    FolderError, InputError
        If the folder or its input cannot be read.
    """
    from thuisplan.outputs.explanation import write_explanation
    from thuisplan.outputs.explanation_subject import Subject
    from thuisplan.outputs.published import Published

    began = time.monotonic()
    folder = PlanFolder.open(out)
    _refuse(folder)
    instance = read(folder.path / "input").instance
    given, _ = read_scenario(folder.path / "input" / "original")
    municipality = municipality_of(instance, options.municipality)
    kind = None if options.dwelling_type is None else type_of(instance, options.dwelling_type)

    from thuisplan.commands.explain_work import Work

    subject = Subject(instance, given, Published(folder.path), municipality, kind, ())
    work = Work(subject, folder.manifest, options, interrupt, began + options.time_limit)
    explanation = work.explanation()
    asked = work.asked()
    if heard:
        heard(explanation, explanation.sentences(), 0)
        said = explanation.price_sentences()
        heard(explanation, said if not options.prices else (), len(asked) + len(options.prices))
    explanation = work.answered(explanation, asked)
    if heard:
        heard(explanation, explanation.price_sentences() if options.prices else (), 0)
        heard(explanation, explanation.forced_sentences(), 0)
    try:
        return Explained(explanation, write_explanation(explanation, folder.path))
    except OSError as error:
        return Explained(explanation, None, error.strerror or str(error))


def _refuse(folder: PlanFolder) -> None:
    if folder.manifest["kind"] != "plan":
        raise QuestionError("not_a_plan", path=str(folder.path), kind=folder.manifest["kind"])
    changed = folder.changed_files()
    if changed:
        raise QuestionError("edited", files=changed[:5])
