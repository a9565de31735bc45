"""The sentences that an answer was published with, by the part of the answer that they belong to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from thuisplan.outputs.texts import has_text, text

Row = dict[str, Any]


@dataclass(frozen=True)
class WrittenSentences:
    """Sentences of an answer in one language.

    Parameters
    ----------
    rows
        Of ``sentences.parquet``, in order.
    language
        ``nl`` or ``en``.
    section
        Section of the catalogue in which ``instead_<section>_<code>`` says for the readers of a report what
        the published sentence says for who types commands.
    joined
        Codes of sentences that belong to the one before them.
    left_out
        ``section.code`` of sentences that a report says otherwise.
    """

    rows: Iterable[Row]
    language: str
    section: str
    joined: Collection[str] = ()
    left_out: Collection[str] = ()

    def of(self, *sections: str, codes: Collection[str] = ()) -> tuple[str, ...]:
        """Return the sentences of some sections, each with what belongs to it.

        Parameters
        ----------
        sections
            Sections of the catalogue that they were made from.
        codes
            Only these; all of them without.
        """
        told: list[str] = []
        for row in self.rows:
            name = f"{row['section']}.{row['code']}"
            if (
                row["section"] not in sections
                or name in self.left_out
                or (codes and row["code"] not in codes)
            ):
                continue
            said = self._said(row)
            if row["code"] in self.joined and told:
                told[-1] = f"{_ended(told[-1])} {said}"
            else:
                told.append(said)
        return tuple(_ended(one) for one in told)

    def has(self, section: str, code: str) -> bool:
        """Return whether a sentence was said."""
        return any((row["section"], row["code"]) == (section, code) for row in self.rows)

    def heading(self, section: str) -> str:
        """Return the heading of a section."""
        return text(f"{section}.heading", self.language)

    def _said(self, row: Row) -> str:
        instead = f"{self.section}.instead_{row['section']}_{row['code']}"
        if has_text(instead, self.language):
            return text(instead, self.language)
        return str(row[self.language])


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", ":", "!", "?")) else f"{sentence}."
