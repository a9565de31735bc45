"""How a page writes the values of a table: in the notation of its language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType

from thuisplan.outputs.report.content import Kind, Value
from thuisplan.outputs.texts import text

_PLACES = MappingProxyType({Kind.NUMBER: 2, Kind.PERCENT: 1, Kind.EUROS: 0, Kind.WHOLE: 0})
LARGE = 100
"""A number from here on is told in one decimal: a second says nothing."""

MOST_PLACES = 6
"""Decimals of the smallest number that is told apart from 0."""

_DUTCH = str.maketrans(",.", ".,")

FORMAT_LOCALES: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "nl": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["€ ", ""]},
        "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""]},
    }
)
"""The same notation for the axes of charts, in the words of d3-format."""


def cell_text(value: Value, kind: Kind, language: str, places: int = 0) -> str:
    """Return a value of a table as people read it.

    Parameters
    ----------
    value
        What the table holds.
    kind
        What its column holds.
    language
        ``nl`` or ``en``.
    places
        Decimals that it has at least, so that those of a column stand below each other; a value that has
        fewer at most has those that it needs.

    Returns
    -------
    str
        Empty where there is nothing to say.
    """
    if value is None:
        return ""
    if kind is Kind.YES_NO:
        return text(f"report_page.{'yes' if value else 'no'}", language)
    if isinstance(value, str) or kind in (Kind.TEXT, Kind.YEAR):
        return str(value)
    most = most_places(value, kind)
    digits = _digits(abs(value), most, places if places <= most else 0)
    sign = "-" if value < 0 and digits.strip("0.") else ""
    digits = digits.translate(_DUTCH) if language == "nl" else digits
    if kind is Kind.EUROS:
        return f"{sign}€ {digits}" if language == "nl" else f"{sign}€{digits}"
    if kind is Kind.PERCENT:
        return f"{sign}{digits} %" if language == "nl" else f"{sign}{digits}%"
    return f"{sign}{digits}"


def shown_number(value: int | float, kind: Kind) -> Fraction:
    """Return the number that people read where ``cell_text`` writes a value: rounded as its kind asks.

    Two values that are written alike give the same number.

    Parameters
    ----------
    value
        What the table holds.
    kind
        A kind of numbers.
    """
    digits = Fraction(_digits(abs(value), most_places(value, kind), 0).replace(",", ""))
    return -digits if value < 0 else digits


def column_places(values: Iterable[Value], kind: Kind) -> int:
    """Return the decimals of a column: as many as one of its values needs, and no more than its kind has.

    Parameters
    ----------
    values
        What stands in it.
    kind
        What it holds.
    """
    found = 0
    if kind in (Kind.NUMBER, Kind.PERCENT):
        for value in values:
            if isinstance(value, int | float) and not isinstance(value, bool):
                most = most_places(value, kind)
                digits = _digits(abs(value), most, 0)
                found = max(found, min(most, len(digits.partition(".")[2])))
    return found


def most_places(value: int | float, kind: Kind) -> int:
    """Return the decimals that a value of some kind has at most."""
    return 1 if kind is Kind.NUMBER and abs(value) >= LARGE else _PLACES[kind]


def _digits(value: int | float, most: int, least: int) -> str:
    """Write a number without needless zeros; one that would be written as 0 gets the decimals it needs."""
    most = max(most, least)  # a zero that is shown is a zero
    while value and value * 10**most < 0.5 and most < MOST_PLACES:
        most += 1
    digits = f"{value:,.{most}f}"
    whole, _, rest = digits.partition(".")
    rest = rest.rstrip("0").ljust(least, "0")
    return f"{whole}.{rest}" if rest else whole
