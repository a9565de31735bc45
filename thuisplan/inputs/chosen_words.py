"""The words that a region chooses for a report: in force within a ``with`` block, and nowhere else.

Two kinds of words can be chosen: the label of a code, which ``Vocabulary.text`` gives, and a term that
sentences use (``labels.TERMS``). A term is replaced in what Thuisplan says, before values are filled in:
names and texts of the input stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property

_PLACEHOLDER = re.compile(r"(\{[^{}]*\})")


class ChosenWords:
    """The words for one language.

    Parameters
    ----------
    language
        ``"nl"`` or ``"en"``; texts in the other language stay as they are.
    labels
        ``vocabulary.code`` -> word, such as ``segment.mid_rent``.
    terms
        Term as Thuisplan writes it -> word.
    """

    def __init__(self, language: str, labels: Mapping[str, str], terms: Mapping[str, str]) -> None:
        self.language = language
        self.labels = dict(labels)
        self.terms = {term.casefold(): word for term, word in terms.items()}

    def label(self, vocabulary: str, code: str) -> str | None:
        """Return the word that was chosen for a code, if one was."""
        return self.labels.get(f"{vocabulary}.{code}")

    def text(self, text: str) -> str:
        """Return a text with its terms replaced: whole words, with the capital that they begin with."""
        return self._terms.sub(self._word, text) if self.terms else text

    def sentence(self, sentence: str) -> str:
        """Return a sentence of the catalogue with its terms replaced; placeholders stay as they are."""
        parts = _PLACEHOLDER.split(sentence)
        return "".join(part if place % 2 else self.text(part) for place, part in enumerate(parts))

    @cached_property
    def _terms(self) -> re.Pattern[str]:
        longest_first = sorted(self.terms, key=len, reverse=True)
        either = "|".join(re.escape(term) for term in longest_first)
        # In quotes stands the name of a table or a column; at a hyphen a part of a longer word.
        return re.compile(rf"(?<![\w'`-])(?:{either})(?![\w'`-])", re.IGNORECASE)

    def _word(self, found: re.Match[str]) -> str:
        word = self.terms[found[0].casefold()]
        return word[:1].upper() + word[1:] if found[0][0].isupper() else word


_IN_FORCE: ContextVar[ChosenWords | None] = ContextVar("chosen_words", default=None)


def words_in_force(language: str) -> ChosenWords | None:
    """Return the words chosen for texts in ``language``; None where none are."""
    chosen = _IN_FORCE.get()
    return chosen if chosen is not None and chosen.language == language else None


def is_chosen(vocabulary: str, code: str) -> bool:
    """Return whether a word was chosen for a code, in any language."""
    chosen = _IN_FORCE.get()
    return chosen is not None and chosen.label(vocabulary, code) is not None


@contextmanager
def chosen_words(words: Mapping[str, str], language: str) -> Iterator[None]:
    """Let texts in ``language`` use these words.

    Parameters
    ----------
    words
        ``vocabulary.code`` -> word, as ``labels_file.read_labels`` gives them; ``term.<code>`` for a term.
    language
        Language that the words are in.
    """
    from thuisplan.inputs.labels import TERMS  # which asks this module for the words in force

    terms = {
        label.text(language): words[f"{TERMS.name}.{code}"]
        for code, label in TERMS.labels.items()
        if f"{TERMS.name}.{code}" in words
    }
    before = _IN_FORCE.set(ChosenWords(language, words, terms) if words else None)
    try:
        yield
    finally:
        _IN_FORCE.reset(before)
