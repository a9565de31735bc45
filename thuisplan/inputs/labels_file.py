"""Reads the words that a region chooses for its reports: a code, and what it is to be called."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thuisplan.inputs import labels
from thuisplan.inputs.csv_files import read_csv
from thuisplan.inputs.findings import Finding, InputError, Severity
from thuisplan.inputs.labels import TERMS, Vocabulary
from thuisplan.inputs.parse import BAD, parse_rows
from thuisplan.inputs.raw import RawTable, nearest, plain_name, wrong
from thuisplan.inputs.tables.words import WordRow
from thuisplan.inputs.workbooks import read_sheet

SHEETS = frozenset({"labels", "woorden", "words"})
"""What a sheet with words may be called."""
LONGEST_WORD = 60
"""Characters; a longer one does not fit above a column or in a legend."""

SHOWN: tuple[Vocabulary, ...] = (
    TERMS,
    labels.DWELLING_TYPES,
    labels.ROUTES,
    labels.SEGMENTS,
    labels.UNITS,
    labels.RENT_CLASSES,
    labels.GROUPS,
    labels.GROUP_ROLES,
    labels.FEATURES,
    labels.NEED_CLASSES,
    labels.NEED_CATEGORIES,
    labels.PURPOSES,
    labels.MONEY_KINDS,
    labels.MEASURES,
    labels.STATUSES,
    labels.PLAN_STATUSES,
    labels.STRENGTHS,
    labels.FLOW_STRENGTHS,
    labels.VERDICTS,
    labels.FAMILY_LABELS,
    labels.LOSS_CAUSES,
    labels.LETTING_BASES,
    labels.KEY_BASES,
    labels.KEY_FIGURES,
    labels.SHARE_FORMS,
)
"""The vocabularies whose words people read in a report."""


def read_labels(path: Path, language: str | None = None) -> Mapping[str, str]:
    """Read the words of a region.

    Parameters
    ----------
    path
        A CSV file or a workbook with the columns ``code`` and ``label`` (Dutch: ``woord``). A code is one
        of Thuisplan, ``vocabulary.code`` where it has several meanings, or the word that is replaced.
    language
        Language of the messages, None if it is not known.

    Returns
    -------
    dict
        ``vocabulary.code`` -> word, for ``chosen_words``. A code with one meaning in several vocabularies
        is there for each of them.

    Raises
    ------
    InputError
        If anything is wrong; it holds every finding.
    """
    findings: list[Finding] = []
    try:
        raw = _read(Path(path), findings)
        rows, headings = parse_rows(WordRow, raw, findings)
    except InputError as error:
        raise InputError([*findings, *error.findings], language) from error
    read = _Words(raw, rows, headings)
    if raw.headings:
        findings += read.findings()
    if findings:
        raise InputError(sorted(findings, key=lambda one: one.row or 0), language)
    return read.words


def _read(path: Path, findings: list[Finding]) -> RawTable:
    suffix = path.suffix.casefold()
    if not path.exists():
        raise InputError([wrong("labels_missing", str(path))])
    if suffix == ".xlsx":
        return read_sheet(path, SHEETS, WordRow.table, findings)
    if suffix in (".csv", ".txt"):
        return read_csv(path, path.name, WordRow.table, findings)
    raise InputError([wrong("labels_unsupported", path.name, suffix=suffix)])


@dataclass(frozen=True, slots=True)
class _Entry:
    """A code of one vocabulary."""

    vocabulary: str
    code: str
    nl: str
    en: str

    @property
    def name(self) -> str:
        return f"{self.vocabulary}.{self.code}"


ENTRIES = tuple(
    _Entry(vocabulary.name, code, label.nl, label.en)
    for vocabulary in SHOWN
    for code, label in vocabulary.labels.items()
)


class _Words:
    """The rows of a file with words against what Thuisplan says."""

    def __init__(
        self, raw: RawTable, rows: tuple[tuple[int, Mapping[str, Any]], ...], headings: Mapping[str, str]
    ) -> None:
        self.raw, self.rows, self.headings = raw, rows, headings
        self.words: dict[str, str] = {}
        self.numbers: dict[str, int] = {}

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with codes and words; fill ``words``."""
        if not self.raw.rows:
            yield wrong("labels_without_rows", self.raw.source)
        for number, row in self.rows:
            entries = yield from self._entries(number, row["code"])
            word = row["label"]
            if word is BAD:
                continue
            if len(word) > LONGEST_WORD:
                yield self._report("label_too_long", number, "label", word, longest=LONGEST_WORD)
            elif set(word) & set("{}"):
                yield self._report("label_braces", number, "label", word)
            for entry in entries:
                self.words[entry.name] = word

    def _report(self, code: str, number: int, name: str, value: Any, /, **values: Any) -> Finding:
        heading = self.headings.get(name)
        return Finding(Severity.WRONG, code, values, self.raw.source, number, heading, value)

    def _entries(self, number: int, given: Any) -> Generator[Finding, None, tuple[_Entry, ...]]:
        """Yield what is wrong with a code; return what it means."""
        if given is BAD:
            return ()
        meant = _meant(given)
        meanings: dict[tuple[str, str], str] = {}
        for entry in meant:
            meanings.setdefault((entry.nl, entry.en), entry.name)
        if not meant:
            known = [name for one in ENTRIES for name in (one.code, one.name, one.nl, one.en)]
            yield self._report("label_unknown", number, "code", given, nearest=nearest(given, known))
        elif len(meanings) > 1 and meant[0].vocabulary != TERMS.name:
            yield self._report("label_ambiguous", number, "code", given, names=tuple(meanings.values()))
            return ()
        first = next((self.numbers[one.name] for one in meant if one.name in self.numbers), None)
        if first is not None:
            yield self._report("label_twice", number, "code", given, first_row=first)
            return ()
        self.numbers |= {one.name: number for one in meant}
        return meant


def _meant(given: str) -> tuple[_Entry, ...]:
    """Return what a code, a code with its vocabulary, or a word of Thuisplan means."""
    wanted = plain_name(given)
    by_name = next((one for one in ENTRIES if plain_name(one.name) == wanted), None)
    if by_name is not None:
        same = (by_name.code, by_name.nl, by_name.en)
        return tuple(one for one in ENTRIES if (one.code, one.nl, one.en) == same)
    by_code = tuple(one for one in ENTRIES if plain_name(one.code) == wanted)
    if by_code and by_code[0].vocabulary == TERMS.name:
        term = by_code[0]
        # A longer label holds the term, and gets the word in its place.
        return tuple(one for one in by_code if one.nl == term.nl or one.nl.startswith(f"{term.nl} ("))
    return by_code or tuple(one for one in ENTRIES if wanted in (plain_name(one.nl), plain_name(one.en)))
