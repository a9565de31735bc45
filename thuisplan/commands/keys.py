"""Distribution keys of an input, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from thuisplan.inputs.read import read_scenario

if TYPE_CHECKING:
    from thuisplan.inputs.compare_keys import KeyComparison
    from thuisplan.inputs.findings import Finding
    from thuisplan.inputs.settings import Settings


@dataclass(frozen=True, slots=True)
class Compared:
    """Distribution keys side by side, and the sentences that go with them."""

    comparison: KeyComparison
    notes: tuple[str, ...]


def keys(
    path: Path,
    total: int | None = None,
    out: Path | None = None,
    language: str | None = None,
    heard: Callable[[Settings, tuple[Finding, ...]], None] | None = None,
) -> Compared:
    """Put the distribution keys of an input side by side.

    Parameters
    ----------
    path
        Input folder or workbook.
    total
        Task to divide [dwellings a year]; None for that of the keys themselves.
    out
        File to write the comparison to.
    language
        ``nl`` or ``en``; None for that of the input.
    heard
        Called when the input has been read, with its settings and what there is to say about it.

    Raises
    ------
    InputError
        If the input is wrong.
    NoTotal
        If there is no task to divide.
    OSError
        If the file cannot be written.
    """
    from thuisplan.inputs.compare_keys import compare_keys
    from thuisplan.inputs.key_shares import Keys
    from thuisplan.outputs.keys_file import write_keys
    from thuisplan.outputs.keys_notes import notes

    scenario, findings = read_scenario(path)
    if heard:
        heard(scenario.settings, findings)
    language = language or scenario.settings.language
    comparison = compare_keys(scenario, total)
    said = notes(comparison, Keys(scenario), language)
    if out is not None:
        write_keys(comparison, said, out, language)
    return Compared(comparison, said)
