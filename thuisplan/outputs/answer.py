"""Answers in sentences: the same answer as a table in both languages, and on a screen in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from rich.console import Console

from thuisplan.outputs.texts import LANGUAGES, has_text, text


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer, before it has a language.

    Parameters
    ----------
    section, code
        Its key in the catalogue is ``section.code``.
    values
        What its placeholders stand for.
    """

    section: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


def sentence_text(sentence: Sentence, language: str) -> str:
    """Return a sentence in a language, ``nl`` or ``en``."""
    return text(f"{sentence.section}.{sentence.code}", language, **sentence.values)


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
            console.print(f"- {sentence_text(sentence, language)}", markup=False)
