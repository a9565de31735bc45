"""What ``diagnose`` shows: what can be seen at once, what is being computed, and then the whole answer."""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.status import Status
from rich.text import Text

from thuisplan.inputs.files import meant_by
from thuisplan.outputs.answer import Sentence, print_item, sentence_text
from thuisplan.outputs.texts import has_text, text

if TYPE_CHECKING:
    from thuisplan.inputs.instance import Instance

BELOW = frozenset({"where", "elsewhere", "solves_rules", "solves_needs", "solves_rest", "untested", "file"})
"""Sentences that belong to the one before them."""
INDENT = 4


class DiagnosisLines:
    """Shows what is known so far: a moving line on a terminal, one plain line per event elsewhere.

    Parameters
    ----------
    console
        Where the answer comes.
    errors
        Where the plain lines come, so that the answer alone can be kept in a file.
    """

    def __init__(self, console: Console, errors: Console) -> None:
        self.console = console
        self.errors = errors
        self.language = "nl"
        self._status: Status | None = None
        self._began = 0.0
        self._last = ""

    def __enter__(self) -> DiagnosisLines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def begin(self, instance: Instance) -> None:
        """Say what is being diagnosed."""
        settings = instance.settings
        line = text(
            "screen.begin",
            self.language,
            name=settings.name,
            municipalities=len(instance.municipalities),
            first=settings.first_year,
            last=settings.last_year,
        )
        self.console.print(line, markup=False)
        self._work(text("diagnose.working", self.language))

    def seen(self, sentences: Iterable[Sentence]) -> None:
        """Print what can be seen without solving, while the rest is computed."""
        print_sections(sentences, self.language, self.console)

    def listen(self, sentence: Sentence) -> None:
        """Hear of an outcome."""
        self._work(sentence_text(sentence, self.language))

    def end(self) -> None:
        """Take the moving line away."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def _work(self, line: str) -> None:
        if not self.console.is_terminal:
            self.errors.print(line, markup=False)
            return
        if self._status is None:
            self._began = time.monotonic()
            self._status = self.console.status(self)
            self._status.start()
        self._last = line

    def __rich__(self) -> Text:
        """Return the moving line: how long it takes so far, and what was found last."""
        seconds = int(time.monotonic() - self._began)
        line = text("diagnose.progress", self.language, seconds=seconds, last=self._last)
        room = self.console.width - INDENT
        return Text(line if len(line) <= room else f"{line[: room - 4]} ...")


def print_sections(sentences: Iterable[Sentence], language: str, console: Console) -> None:
    """Print sentences under their headings; what belongs to the sentence before it stands below it.

    Parameters
    ----------
    sentences
        In order.
    language
        ``nl`` or ``en``.
    console
        Where to print.
    """
    for section, parts in groupby(sentences, key=lambda sentence: sentence.section):
        console.print()
        if has_text(f"{section}.heading", language):
            console.print(text(f"{section}.heading", language), style="bold", markup=False)
        for sentence in parts:
            line = sentence_text(sentence, language)
            if sentence.code in BELOW:
                print_item(line, console, INDENT)
            else:
                print_item(f"- {line}", console)


def print_closing(
    out: Path | None, given: Path, choices: bool, existing: bool, language: str, console: Console
) -> None:
    """Say where the answer is, and what to do with a repair.

    Parameters
    ----------
    out
        Folder of the diagnosis; None if it was not written.
    given
        The input.
    choices
        Whether there are repairs to choose from.
    existing
        Whether the input has overrides of its own.
    language
        ``nl`` or ``en``.
    console
        Where to print.
    """
    console.print()
    if out is None:
        if choices:
            console.print(text("diagnose.unwritten", language), markup=False)
        return
    if choices:
        # A folder with nothing but a workbook means that workbook: a table beside it would hide it.
        given = meant_by(given)
        closing = "closing_book" if given.is_file() else "closing"
        values = {"path": _typed(out / "repairs"), "input": _typed(given)}
        console.print(text(f"diagnose.{closing}", language, **values), markup=False)
        if existing:
            console.print(text("diagnose.existing", language), markup=False)
    console.print(text("diagnose.published", language, path=str(out)), markup=False)


def _typed(path: Path) -> str:
    """Return a path as one types it: between quotes if it has spaces."""
    return f'"{path}"' if " " in str(path) else str(path)
