"""Check an input: what is wrong with it, and which of its hard rules cannot hold together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from thuisplan.inputs.deviations import unmatched
from thuisplan.inputs.read import Reading, read

if TYPE_CHECKING:
    from thuisplan.inputs.findings import Finding
    from thuisplan.outputs.answer import Sentence


@dataclass(frozen=True, slots=True)
class Validated:
    """What there is to say about an input that can be used.

    Parameters
    ----------
    reading
        The input, and what its tables show.
    findings
        What only the compiled model shows of it.
    conflicts
        Hard rules that cannot hold together, as far as can be seen without solving.
    """

    reading: Reading
    findings: tuple[Finding, ...]
    conflicts: tuple[Sentence, ...]


def validate(path: Path, heard: Callable[[Reading], None] | None = None) -> Validated:
    """Read an input, compile its model, and look for conflicts.

    Parameters
    ----------
    path
        Input folder or workbook.
    heard
        Called when the input has been read; compiling a nation takes a while.

    Raises
    ------
    InputError
        If the input is wrong; it holds every finding.
    """
    reading = read(path)
    if heard:
        heard(reading)

    from thuisplan.model.build import build
    from thuisplan.model.conflicts import conflicts
    from thuisplan.outputs.conflicts import conflict_sentences

    instance = reading.instance
    problem = build(instance)
    findings = unmatched(instance.scenario, (line.key for line in problem.requirements))
    told = conflict_sentences(instance, conflicts(problem))
    return Validated(reading, findings, tuple(told))
