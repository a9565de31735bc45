"""The text catalogue: a key and values become a whole sentence in Dutch or English.

Sentences stand in the files of the folders ``nl`` and ``en`` under the same keys, with the same
placeholders; a section stands in one file. A placeholder may say how its value is written:

=====================  =============================================================
``{x}``                as it is; a list with commas and "and"; ``{x:or}`` with "or"
``{x:n}``              a number: 1.234,5 in Dutch, 1,234.5 in English
``{x:eur}``            euros; ``{x:pct}`` a share as a percentage
``{x:purposes}`` ...   the label of a code, see ``_VOCABULARIES``
``{x:table}``          the name of a table in that language
``{x:word}``           a word of the section ``words``
``{x:hint}`` ...       the phrase of that name around the value; nothing if there is no value
``{x:unknown}`` ...    the value, or the phrase of that name if there is none
``{x:list}``           a list with commas only
=====================  =============================================================
"""

from __future__ import annotations

import datetime
import math
import string
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from importlib import resources
from numbers import Rational
from types import MappingProxyType
from typing import Any, Protocol

from thuisplan.inputs import labels
from thuisplan.inputs.chosen_words import ChosenWords, words_in_force
from thuisplan.inputs.columns import HIDDEN, Column, Row, character_name
from thuisplan.inputs.findings import Finding
from thuisplan.inputs.labels import Vocabulary
from thuisplan.inputs.tables import TABLES
from thuisplan.inputs.tables.programme import ProgrammeRow
from thuisplan.inputs.tables.words import WordRow

__all__ = [
    "LANGUAGES",
    "finding_text",
    "folder_text",
    "has_text",
    "subject_text",
    "text",
    "unit_text",
    "verify_text",
]

LANGUAGES = ("nl", "en")
LONGEST_VALUE = 60
"""Characters of a cell that a sentence quotes."""

_VOCABULARIES: Mapping[str, Vocabulary] = MappingProxyType(
    {
        "purposes": labels.PURPOSES,
        "families": labels.FAMILY_LABELS,
        "kinds": labels.MONEY_KINDS,
        "routes": labels.ROUTES,
        "segments": labels.SEGMENTS,
        "bases": labels.KEY_BASES,
        "roles": labels.FACTOR_ROLES,
        "types": labels.DWELLING_TYPES,
        "groups": labels.GROUPS,
        "forms": labels.SHARE_FORMS,
        "letting_bases": labels.LETTING_BASES,
        "measures": labels.MEASURES,
        "statuses": labels.STATUSES,
        "categories": labels.NEED_CATEGORIES,
        "strengths": labels.STRENGTHS,
    }
)
_NAMED: Mapping[str, type[Row]] = MappingProxyType(
    {**TABLES, ProgrammeRow.table: ProgrammeRow, WordRow.table: WordRow}
)
_INSTEAD = frozenset({"unknown", "horizon_end", "dash", "none"})
"""Phrases that take the place of a value that is not there."""


class _Coded(Protocol):
    """What carries a code and values: an error about a folder, a problem of verification."""

    @property
    def code(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Any]: ...


def text(key: str, language: str, /, **values: Any) -> str:
    """Return a sentence with its values filled in.

    Parameters
    ----------
    key
        Section and name, such as ``cli.valid`` or ``finding.not_a_number.problem``.
    language
        ``"nl"`` or ``"en"``.
    **values
        What the placeholders stand for; more than the sentence uses is no error.

    Returns
    -------
    str
        The sentence.

    Raises
    ------
    KeyError
        If there is no such sentence, or a value that it needs is missing.
    """
    sentence: Any = _catalogue(language)
    for part in key.split("."):
        sentence = sentence[part]
    if not isinstance(sentence, str):
        raise KeyError(key)
    return _Filler(language).vformat(sentence, (), values)


def has_text(key: str, language: str) -> bool:
    """Return whether the catalogue has a sentence with this key."""
    found: Any = _catalogue(language)
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return isinstance(found, str)


def finding_text(finding: Finding, language: str) -> str:
    """Return a finding as sentences: its place, what is wrong, and what to do.

    Parameters
    ----------
    finding
        What was found in an input.
    language
        ``"nl"`` or ``"en"``.

    Examples
    --------
    ``gemeenten.csv, rij 4, kolom inwoners, waarde '12a': dit is geen getal. Wat te doen: schrijf ...``
    """
    values = _Lenient(finding.values, source=finding.source, column=finding.column, row=finding.row)
    if "field" in finding.values:
        column = _column(finding)
        values["field"] = column.heading(language) if column else finding.values["field"]
        values["left_empty"] = column.empty.text(language) if column and column.empty else None
    return _with_place(_place(finding, language), f"finding.{finding.code}", values, language)


def folder_text(error: _Coded, language: str) -> str:
    """Return an error about a plan folder as sentences: what is wrong, and what to do.

    Parameters
    ----------
    error
        A ``FolderError``.
    language
        ``"nl"`` or ``"en"``.
    """
    return _with_place("", f"folder.{error.code}", _Lenient(error.values), language)


def verify_text(problem: _Coded, language: str) -> str:
    """Return what a verification found as a sentence.

    Parameters
    ----------
    problem
        A ``Problem`` of ``outputs.verification``.
    language
        ``"nl"`` or ``"en"``.
    """
    sentence = _catalogue(language)["verify"][problem.code]
    values = _Lenient(problem.values)
    if values["subject"]:
        values["subject"] = subject_text(str(values["family"]), str(values["subject"]), language)
    if values["unit"]:
        values["unit"] = unit_text(str(values["unit"]), language)
    return _Filler(language).vformat(_capital(sentence), (), values)


def subject_text(family: str, subject: str, language: str) -> str:
    """Return what a line of a rule is about in words; a code of the user is its own word.

    Parameters
    ----------
    family, subject
        Columns of ``rules.parquet``. What follows the first colon is filled in as it is.
    language
        ``"nl"`` or ``"en"``.
    """
    words = _catalogue(language)["subject"].get(family, {})
    name, _, rest = subject.partition(":")
    return str(words[name]).format(rest=rest.replace(":", ", ")) if name in words else subject


def unit_text(unit: str, language: str) -> str:
    """Return the unit of a line or a measure in words.

    Parameters
    ----------
    unit
        Such as ``dwellings``, ``persons`` or ``kEUR``.
    language
        ``"nl"`` or ``"en"``.
    """
    return str(_catalogue(language)["units"].get(unit, unit))


# --- filling in -------------------------------------------------------------------


class _Lenient(dict[str, Any]):
    """Values of a message that must reach the user, even if one of them is missing."""

    def __missing__(self, name: str) -> None:
        return None


class _Filler(string.Formatter):
    """Writes values as the language does."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.phrases: Mapping[str, str] = _catalogue(language)["phrase"]

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs[str(key)]

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec in _INSTEAD:
            return self.phrases[format_spec] if value in (None, "", (), []) else self.plain(value)
        if isinstance(value, list | tuple | set | frozenset):
            if format_spec in ("or", "choices", "known"):
                labels_ = self.series([self.plain(one) for one in self.choices(tuple(value))], "or")
                return self.phrases["known"].format(value=labels_) if format_spec == "known" else labels_
            if format_spec == "list":
                return ", ".join(self.plain(one) for one in value)
            if format_spec not in self.phrases:
                return self.series([self.format_field(one, format_spec) for one in value])
        if format_spec in _VOCABULARIES:
            return self.label(value, format_spec)
        if format_spec in self.phrases:
            return (
                self.phrases[format_spec].format(value=self.plain(value))
                if value
                else self.zero(value, format_spec)
            )
        if format_spec == "word":
            return str(_catalogue(self.language)["words"].get(value, value))
        if format_spec == "table":
            return _NAMED[value].nl if self.language == "nl" and value in _NAMED else str(value)
        if format_spec in ("n", "eur", "pct"):
            return self.number(value, format_spec)
        return self.plain(value)

    def zero(self, value: Any, phrase: str) -> str:
        """Return a phrase around a limit of zero; other empty values have no phrase."""
        limit = phrase in ("atleast", "atmost") and value is not None
        return self.phrases[phrase].format(value="0") if limit else ""

    def plain(self, value: Any) -> str:
        """Write a value without a format of its own; years stay without marks."""
        if isinstance(value, list | tuple | set | frozenset):
            return self.series([self.plain(one) for one in value])
        if isinstance(value, Fraction | float):
            return self.number(value, "n")
        return "-" if value is None else str(value)

    def series(self, words: list[str], last: str = "and") -> str:
        """Join words with commas, and the last with "en" or "of", "and" or "or"."""
        if len(words) < 2:
            return "".join(words)
        return f"{', '.join(words[:-1])} {self.phrases[last]} {words[-1]}"

    def label(self, value: Any, vocabulary: str) -> str:
        """Return the label of a code."""
        return (
            self.phrases["total"]
            if value is None
            else _VOCABULARIES[vocabulary].text(str(value), self.language)
        )

    def choices(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the labels of all codes of a vocabulary; codes of none are their own labels."""
        for vocabulary in vars(labels).values():
            if isinstance(vocabulary, Vocabulary) and tuple(vocabulary.labels) == codes:
                return tuple(vocabulary.text(code, self.language) for code in codes)
        return codes

    def number(self, value: Any, how: str) -> str:
        """Write a number; what is no number stays as it is."""
        if isinstance(value, bool) or not isinstance(value, Rational | float) or not math.isfinite(value):
            return self.plain(str(value) if value is not None else None)
        if how == "pct":
            percent = self.decimal(Fraction(value) * 100, 1)
            return f"{percent} %" if self.language == "nl" else f"{percent}%"
        if how == "eur":
            sign = "-" if value < 0 else ""
            digits = self.decimal(abs(Fraction(value)))
            return f"{sign}€ {digits}" if self.language == "nl" else f"{sign}€{digits}"
        return self.decimal(Fraction(value))

    def decimal(self, value: Fraction, places: int = 4) -> str:
        """Write a number in decimals; a small number gets the places that it needs."""
        while value and abs(value) * 10**places < 1 and places < 12:
            places += 1
        whole = 0 if value.denominator == 1 else places
        digits = f"{Decimal(round(value * 10**whole)).scaleb(-whole):,f}"
        digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
        return digits.translate(str.maketrans(",.", ".,")) if self.language == "nl" else digits


# --- putting together ---------------------------------------------------------------


def _catalogue(language: str) -> Mapping[str, Any]:
    """Return the sentences, with the words that are in force."""
    chosen = words_in_force(language)
    return _sentences(language) if chosen is None else _in_words(language, chosen)


@lru_cache(maxsize=2)
def _in_words(language: str, chosen: ChosenWords) -> Mapping[str, Any]:
    return MappingProxyType(_replaced(dict(_sentences(language)), chosen))


def _replaced(entry: Any, chosen: ChosenWords) -> Any:
    if isinstance(entry, str):
        return chosen.sentence(entry)
    return {name: _replaced(part, chosen) for name, part in entry.items()}


@cache
def _sentences(language: str) -> Mapping[str, Any]:
    if language not in LANGUAGES:
        raise KeyError(language)
    catalogue: dict[str, Any] = {}
    for file in resources.files(__package__).joinpath(language).iterdir():
        if file.name.endswith(".toml"):
            sections = tomllib.loads(file.read_text(encoding="utf-8"))
            if twice := catalogue.keys() & sections.keys():
                raise ValueError(f"Expected sections in one file each, {sorted(twice)} are in two.")
            catalogue |= sections
    return MappingProxyType(catalogue)


def _with_place(place: str, key: str, values: Mapping[str, Any], language: str) -> str:
    section, code = key.split(".")
    entry = _catalogue(language)[section][code]
    filler = _Filler(language)
    # Only a word of the sentence itself gets its capital, never a code or a path that it starts with.
    problem = filler.vformat(entry["problem"] if place else _capital(entry["problem"]), (), values)
    problem = f"{place}: {problem}" if place else problem
    remedy = filler.vformat(entry["remedy"], (), values)
    return f"{problem} {text('phrase.remedy', language, remedy=remedy)}"


def _place(finding: Finding, language: str) -> str:
    """Return the place of a finding, as far as it is known."""
    file = "" if finding.source is None else finding.source.split("/")[-1]
    setting = file.split(".")[0] == "scenario" or file.casefold().endswith(".toml")
    parts = [str(finding.source)] if finding.source else []
    if finding.row is not None:
        parts.append(text("phrase.place_row", language, row=finding.row))
    if finding.column:
        name = "place_setting" if setting else "place_column"
        parts.append(text(f"phrase.{name}", language, column=finding.column))
    if finding.value is not None:
        parts.append(text("phrase.place_value", language, value=_quoted(finding.value)))
    return ", ".join(parts)


def _quoted(value: Any) -> str:
    """Write a cell as the user would recognise it, on one line and not too long."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    shown = HIDDEN.sub(lambda found: f"<{character_name(found[0])}>", " ".join(str(value).split()))
    return shown if len(shown) <= LONGEST_VALUE else f"{shown[: LONGEST_VALUE - 3]}..."


def _column(finding: Finding) -> Column | None:
    """Return the column that a finding names; None if it names a parameter."""
    row_type = _NAMED.get(str(finding.values.get("table")))
    columns = row_type.columns() if row_type else ()
    return next((column for column in columns if column.name == finding.values["field"]), None)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
