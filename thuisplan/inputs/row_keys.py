"""Keys of rows as text: what a change, an override or a repair is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from thuisplan.inputs.columns import MUNICIPALITY, YEAR, CellError, Column, Row
from thuisplan.inputs.raw import plain_name
from thuisplan.inputs.tables import Municipality

_PART = re.compile(r'"([^"]*)"|([^\s"]+)')
_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")


class _Any:
    """Takes the place of a part of a key that may be anything."""

    def __repr__(self) -> str:
        return "*"


ANY: Final = _Any()
"""A part of a key that may be anything."""


@dataclass(frozen=True, slots=True)
class Years:
    """A part of a key that is one of these years, ends included."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class RowKey:
    """Which rows of a table a change is about.

    Parameters
    ----------
    parts
        Column of the key -> its value, ``Years``, or ``ANY``.
    """

    parts: Mapping[str, Any]

    @property
    def exact(self) -> bool:
        """Whether every part is named, so that a row which is not there can be made."""
        return ANY not in self.parts.values()

    def names(self, row: Row) -> bool:
        """Return whether a row has these values, its years aside."""
        return all(
            part is ANY or isinstance(part, Years) or part == _plain(getattr(row, name))
            for name, part in self.parts.items()
        )

    @property
    def years(self) -> tuple[str, Years] | None:
        """The column with a year and the years it may be; None without one that is named."""
        return next(((name, part) for name, part in self.parts.items() if isinstance(part, Years)), None)

    def __str__(self) -> str:
        return " ".join("*" if part is ANY else _quoted(str(part)) for part in self.parts.values())


def key_text(values: Iterable[Any]) -> str:
    """Return the values of key columns as the text of a key.

    Examples
    --------
    >>> key_text(("De Kolk", "GM0246", None, 2028))
    '"De Kolk" GM0246 - 2028'
    """
    return " ".join(_quoted(str(_plain(value))) for value in values)


def _plain(value: Any) -> Any:
    return "" if value is None else value


def _quoted(text: str) -> str:
    if not text:
        return "-"
    return f'"{text}"' if text in ("-", "*") or re.search(r"\s", text) else text


def read_key(row_type: type[Row], text: str, municipalities: Sequence[Municipality]) -> RowKey:
    """Read the text of a key.

    Parameters
    ----------
    row_type
        The table.
    text
        A part per key column, in their order; see the table ``overrides``.
    municipalities
        Those of the input: their names are read as their codes.

    Raises
    ------
    CellError
        If the number of parts is another than that of the key columns, or a part cannot be read.
    """
    columns = row_type.key_columns()
    parts = [(match[1], match[2]) for match in _PART.finditer(text)]
    if _PART.sub("", text).strip() or len(parts) != len(columns):
        raise CellError("change_key_parts", columns=tuple(columns), found=len(parts))
    read: dict[str, Any] = {}
    for column, (quoted, plain) in zip(columns, parts, strict=True):
        if plain == "*":
            read[column.name] = ANY
        elif plain == "-":
            read[column.name] = ""
        else:
            read[column.name] = _part(column, quoted if plain is None else plain, municipalities)
    return RowKey(read)


def _part(column: Column, text: str, municipalities: Sequence[Municipality]) -> Any:
    if column.kind is YEAR:
        years = _YEARS.fullmatch(text)
        if years is None or int(years[2] or years[1]) < int(years[1]):
            raise CellError("change_key_year", field=column, part=text)
        return Years(int(years[1]), int(years[2] or years[1]))
    if column.kind is MUNICIPALITY:
        for row in municipalities:
            if plain_name(row.name) == plain_name(text):
                return row.code
    try:
        return column.kind.read(text).value
    except CellError as error:
        known = error.values.get("known")
        raise CellError("change_key_value", field=column, part=text, known=known) from error
