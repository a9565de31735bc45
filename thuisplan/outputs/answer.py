"""Answers in sentences: the same answer as a table in both languages, and on a screen in one."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from rich.console import Console

from thuisplan.outputs.texts import LANGUAGES, has_text, text

NARROWEST = 20
"""Characters of text in a line, however narrow the screen."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer, before it has a language.

    Parameters
    ----------
    section, code
        Its key in the catalogue is ``section.code``.
    values
        What its placeholders stand for. A sentence among them, or in a list, is a part of this one.
    """

    section: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


def sentence_text(sentence: Sentence, language: str) -> str:
    """Return a sentence in a language, ``nl`` or ``en``."""
    values = {name: _in_language(value, language) for name, value in sentence.values.items()}
    return text(f"{sentence.section}.{sentence.code}", language, **values)


def _in_language(value: Any, language: str) -> Any:
    if isinstance(value, Sentence):
        return sentence_text(value, language)
    return [_in_language(one, language) for one in value] if isinstance(value, list | tuple) else value


def sentence_rows(sentences: Iterable[Sentence]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table ``sentences``: every sentence in order, in both languages."""
    for position, sentence in enumerate(sentences, start=1):
        yield {
            "position": position,
            "section": sentence.section,
            "code": sentence.code,
            **{language: sentence_text(sentence, language) for language in LANGUAGES},
        }


def print_answer(sentences: Iterable[Sentence], language: str, console: Console) -> None:
    """Print sentences as lists, each section under its heading if the catalogue has one.

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
        if has_text(f"{section}.heading", language):
            console.print(text(f"{section}.heading", language), style="bold", markup=False)
        for sentence in parts:
            print_item(f"- {sentence_text(sentence, language)}", console)


def print_item(line: str, console: Console, indent: int = 0) -> None:
    """Print a line of a list: between words on a screen, whole where something else reads it.

    Parameters
    ----------
    line
        The text, with its mark.
    console
        Where to print.
    indent
        Spaces before it; what does not fit on the line goes on below its text.
    """
    space = " " * indent
    if console.is_terminal:
        # A sign stays with its number.
        joined = line.replace(" %", "\u00a0%").replace("€ ", "€\u00a0")
        line = textwrap.fill(
            joined,
            max(console.width, indent + NARROWEST),
            initial_indent=space,
            subsequent_indent=space + "  ",
            break_long_words=False,
            break_on_hyphens=False,
        ).replace("\u00a0", " ")
    else:
        line = space + line
    console.print(line, markup=False)
