"""Columns of the input tables: one record per column drives everything.

The record holds name, Dutch alias, kind, unit, meaning, what an empty cell
means and its default. Reading, checking, templates and documentation use it.

Numbers are exact: whole numbers are ``int``, everything else ``Fraction``.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any, ClassVar, TypeVar

from thuisplan.inputs.labels import YES_NO, Label, Vocabulary


class CellError(Exception):
    """A cell cannot be read as its kind; ``code`` and ``values`` fill a sentence."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Read:
    """A value that was read, and whether it had to be repaired."""

    value: Any
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """How a cell of some kind is read from and written to text.

    Parameters
    ----------
    name
        Name of the kind, for documentation.
    read
        Raw cell (text, number, bool or date; never empty) -> Read; raises CellError.
    write
        Value, language (None for canonical codes) -> text.
    vocabulary
        The codes a cell may hold, if it holds codes.
    """

    name: str
    read: Callable[[Any], Read]
    write: Callable[[Any, str | None], str]
    vocabulary: Vocabulary | None = None


# --- numbers -----------------------------------------------------------------

_PLAIN_NUMBER = re.compile(r"[+-]?\d+")
_ONE_MARK = re.compile(r"([+-]?)(\d+)([.,])(\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?P<mark>[.,\s'])\d{3})(?:(?P=mark)\d{3})+")
_GROUPED_DECIMAL = re.compile(r"([+-]?\d{1,3}(?:\.\d{3})+),(\d+)|([+-]?\d{1,3}(?:,\d{3})+)\.(\d+)")
_MONTH = r"(?:jan|feb|mrt|maa|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z]*\.?"
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
"""Characters that nobody sees and that change what others see: no name needs them."""
_DATE_TEXT = re.compile(
    rf"\d{{1,4}}[-/]\d{{1,2}}([-/]\d{{1,4}})?|\d{{1,2}}[- ]?{_MONTH}([- ]?\d{{2,4}})?|{_MONTH}[- ]?\d{{2,4}}",
    re.IGNORECASE,
)


def _to_number(text: str) -> Fraction:
    """Read ``text`` as an exact number; an ambiguous mark is an error."""
    if _PLAIN_NUMBER.fullmatch(text):
        return Fraction(int(text))
    if one := _ONE_MARK.fullmatch(text):
        sign, whole, _, decimals = one.groups()
        if len(decimals) == 3 and len(whole) <= 3 and whole.strip("0"):
            raise CellError(
                "ambiguous_number",
                thousands=f"{sign}{whole}{decimals}",
                decimal=f"{sign}{whole}{decimals}/1000",
            )
        return Fraction(f"{sign}{whole}.{decimals}")
    if _GROUPED.fullmatch(text):
        return Fraction(re.sub(r"[.,\s']", "", text))
    if grouped := _GROUPED_DECIMAL.fullmatch(text):
        whole, decimals = [part for part in grouped.groups() if part is not None]
        return Fraction(re.sub(r"[.,]", "", whole) + "." + decimals)
    raise CellError("not_a_number")


def read_exact(cell: Any) -> Read:
    """Read an exact number: ``0.3``, ``0,3``, ``30 %``, ``2/3``, or a number cell."""
    if isinstance(cell, bool):
        raise CellError("not_a_number")
    if isinstance(cell, datetime.date | datetime.time):
        raise CellError("excel_date")
    if isinstance(cell, int | float):
        text = repr(cell)
        if text in ("nan", "inf", "-inf"):
            raise CellError("not_a_number")
        return Read(Fraction(text))
    text = str(cell).strip().replace("\u00a0", " ").replace("\u2212", "-")
    if len(text) > 4000:  # Python refuses to read numbers of thousands of digits
        raise CellError("not_a_number")
    if text.endswith("%"):
        return Read(_to_number(text[:-1].strip()) / 100)
    if text.count("/") == 1:
        over, under = (part.strip() for part in text.split("/"))
        if _PLAIN_NUMBER.fullmatch(over) and _PLAIN_NUMBER.fullmatch(under):
            if int(under) == 0:
                raise CellError("division_by_zero")
            return Read(Fraction(int(over), int(under)))
    if _DATE_TEXT.fullmatch(text):
        raise CellError("excel_date")
    return Read(_to_number(text))


def read_whole(cell: Any) -> Read:
    """Read a whole number; ``12.5`` is refused, never rounded."""
    value = read_exact(cell).value
    if value.denominator != 1:
        raise CellError("not_whole")
    return Read(int(value))


def write_exact(value: Any, language: str | None) -> str:
    """Write an exact number: decimal where that is short and safe to read back."""
    fraction = Fraction(value)
    if fraction.denominator == 1:
        return str(fraction.numerator)
    if language is not None:
        for digits in (1, 2, 4):
            if (fraction * 10**digits).denominator == 1:
                shifted = abs(int(fraction * 10**digits))  # not by way of float: that is not exact
                whole, decimals = divmod(shifted, 10**digits)
                mark = "," if language == "nl" else "."
                return f"{'-' if fraction < 0 else ''}{whole}{mark}{decimals:0{digits}d}"
    return f"{fraction.numerator}/{fraction.denominator}"


# --- codes and texts ------------------------------------------------------------


def character_name(character: str) -> str:
    """Return the code by which a character can be found, such as ``U+202E``."""
    return f"U+{ord(character):04X}"


def _read_text(cell: Any) -> Read:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        cell = cell.date()  # a workbook has no dates without a time
    text = str(cell).strip()
    if hidden := HIDDEN.search(text):
        raise CellError("hidden_character", character=character_name(hidden[0]))
    return Read(text)


def _read_municipality(cell: Any) -> Read:
    text = str(_read_text(cell).value).upper().replace(" ", "")
    if text == "*":
        return Read("*")
    match = re.fullmatch(r"(?:GM)?(\d{1,4})", text)
    if not match:
        raise CellError("not_a_municipality_code")
    code = f"GM{int(match[1]):04d}"
    return Read(code, repaired=code != text)


def _read_yes_no(cell: Any) -> Read:
    if isinstance(cell, bool):
        return Read(cell)
    code = YES_NO.read_code(str(_read_text(cell).value))
    if code is None:
        code = {"1": "yes", "true": "yes", "waar": "yes", "0": "no", "false": "no", "onwaar": "no"}.get(
            str(_read_text(cell).value).casefold()
        )
    if code is None:
        raise CellError("not_yes_no")
    return Read(code == "yes")


def _write_plain(value: Any, language: str | None) -> str:
    return str(value)


TEXT = Kind("text", _read_text, _write_plain)
CODE = Kind("code", _read_text, _write_plain)
MUNICIPALITY = Kind("municipality code", _read_municipality, _write_plain)
YEAR = Kind("year", read_whole, _write_plain)
WHOLE = Kind("whole number", read_whole, _write_plain)
EXACT = Kind("number, percentage or fraction", read_exact, write_exact)
YESNO = Kind(
    "yes or no",
    _read_yes_no,
    lambda value, language: YES_NO.text("yes" if value else "no", language or "en"),
    YES_NO,
)


@cache
def choice(vocabulary: Vocabulary) -> Kind:
    """Return the kind of a cell that holds one code of ``vocabulary``."""

    def read(cell: Any) -> Read:
        text = str(_read_text(cell).value)
        code = vocabulary.read_code(text)
        if code is None:
            raise CellError("unknown_choice", known=tuple(vocabulary.labels))
        return Read(code)

    def write(value: Any, language: str | None) -> str:
        return str(value) if language is None else vocabulary.text(value, language)

    return Kind(vocabulary.name, read, write, vocabulary)


@cache
def several(vocabulary: Vocabulary | None = None) -> Kind:
    """Return the kind of a cell with codes separated by ``|``; value: sorted tuple."""

    def read(cell: Any) -> Read:
        parts = [part.strip() for part in str(_read_text(cell).value).split("|")]
        if vocabulary is None:
            return Read(tuple(sorted({part for part in parts if part})))
        one = choice(vocabulary)
        return Read(tuple(sorted({one.read(part).value for part in parts if part})))

    def write(value: Any, language: str | None) -> str:
        if vocabulary is None or language is None:
            return "|".join(value)
        return "|".join(vocabulary.text(code, language) for code in value)

    return Kind("codes separated by |", read, write, vocabulary)


# --- columns and tables -----------------------------------------------------------

REQUIRED: Any = dataclasses.MISSING


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name, nl
        Heading in English (the name in code and in Parquet) and in Dutch.
    kind
        How its cells are read.
    unit
        Unit of the figure, empty for codes and texts.
    meaning
        What the column means.
    empty
        What an empty cell means; None if the cell is required.
    key
        Whether it is part of the key of a row.
    refers
        ``table.column`` whose values a cell must be one of.
    minimum, maximum
        Range of a number, ends included.
    alias
        English heading, where the name in code may not be used for it; empty if it is the name.
    """

    name: str
    nl: str
    kind: Kind
    unit: str
    meaning: Label
    empty: Label | None
    default: Any
    key: bool
    refers: str | None
    minimum: Fraction | None
    maximum: Fraction | None
    alias: str = ""

    @property
    def required(self) -> bool:
        """Whether an empty cell is an error."""
        return self.default is REQUIRED

    def heading(self, language: str | None) -> str:
        """Return the heading in ``language`` (None: the canonical one)."""
        return self.nl if language == "nl" else self.alias or self.name


def column(
    nl: str,
    kind: Kind,
    meaning: tuple[str, str],
    *,
    unit: str = "",
    empty: tuple[str, str] | None = None,
    default: Any = REQUIRED,
    key: bool = False,
    refers: str | None = None,
    minimum: Fraction | int | None = None,
    maximum: Fraction | int | None = None,
    alias: str = "",
) -> Any:
    """Describe a column as a dataclass field; ``meaning`` and ``empty`` are (Dutch, English)."""
    if default is REQUIRED and empty is not None:
        default = None
    record = dict(
        nl=nl,
        kind=kind,
        unit=unit,
        meaning=Label(*meaning),
        empty=Label(*empty) if empty else None,
        default=default,
        key=key,
        refers=refers,
        minimum=None if minimum is None else Fraction(minimum),
        maximum=None if maximum is None else Fraction(maximum),
        alias=alias,
    )
    return field(default=default, metadata={"column": record})


class Described:
    """Base of what is described by its columns: frozen dataclasses whose fields are columns."""

    table: ClassVar[str]
    nl: ClassVar[str]
    meaning: ClassVar[Label]

    @classmethod
    def columns(cls) -> tuple[Column, ...]:
        """Return the columns in order."""
        return _columns(cls)


class Row(Described):
    """Base of the table rows."""

    required_table: ClassVar[bool] = False
    ordered: ClassVar[bool] = False
    """Whether the order of the rows says something: they then stay in the order of the input."""

    @classmethod
    def key_columns(cls) -> tuple[Column, ...]:
        """Return the columns that identify a row."""
        return tuple(c for c in cls.columns() if c.key)

    def key(self) -> tuple[Any, ...]:
        """Return the values of the key columns."""
        return tuple(getattr(self, c.name) for c in self.key_columns())


_COLUMNS: dict[type[Described], tuple[Column, ...]] = {}


def _columns(described: type[Described]) -> tuple[Column, ...]:
    if described not in _COLUMNS:
        fields: Iterator[Any] = iter(dataclasses.fields(described))  # type: ignore[arg-type]
        _COLUMNS[described] = tuple(Column(name=f.name, **f.metadata["column"]) for f in fields)
    return _COLUMNS[described]


R = TypeVar("R", bound=Row)


def sorted_rows(rows: Any) -> tuple[Any, ...]:
    """Return rows in canonical order: by key, then by all values (None first); ordered rows as they are."""
    given: tuple[Any, ...] = tuple(rows)
    if given and given[0].ordered:
        return given

    def order(row: Row) -> tuple[Any, ...]:
        values = [*row.key(), *(getattr(row, c.name) for c in row.columns())]
        return tuple(
            (v is not None, str(type(v).__name__), v) if v is not None else (False, "", "") for v in values
        )

    return tuple(sorted(given, key=order))
