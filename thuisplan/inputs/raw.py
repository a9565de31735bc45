"""Tables as they were given: headings and cells, before anything is understood of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.tables import TABLES

SETTINGS_NAME = "scenario"


class Unreadable:
    """Takes the place of a cell that already has a finding."""

    def __repr__(self) -> str:
        return "UNREADABLE"


UNREADABLE: Final = Unreadable()
UNCALCULATED: Final = Unreadable()
"""A formula whose result is not in the workbook; ``make_table`` makes it a finding."""

EXCEL_ERRORS = frozenset(
    (
        "#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
        "#N/B", "#DEEL/0!", "#VERW!", "#WAARDE!", "#NAAM?", "#GETAL!", "#LEEG!",
    )
)  # fmt: skip
"""How Excel shows an error, in English and in Dutch."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table as given.

    Parameters
    ----------
    table
        Name of the table in ``TABLES``.
    source
        File or sheet, as the user knows it.
    headings
        Headings as written; empty if the table could not be read, which is a finding.
    rows
        ``(row number as a spreadsheet shows it, cells)``, as many cells as headings.
        Text for CSV, Python values for a workbook; empty is None or ``""``.
    """

    table: str
    source: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]


@dataclass(frozen=True, slots=True)
class RawInput:
    """Everything that was given.

    Parameters
    ----------
    settings
        Settings as written.
    settings_source
        File or sheet of the settings; empty if they could not be read.
    tables
        Table name -> table.
    findings
        What was wrong with the files.
    """

    settings: Mapping[str, Any]
    settings_source: str
    tables: Mapping[str, RawTable]
    findings: tuple[Finding, ...]


def plain_name(text: str) -> str:
    """Return ``text`` without capitals, spaces, hyphens and underscores, to compare names."""
    return "".join(text.casefold().replace("_", " ").replace("-", " ").split())


TABLE_NAMES: Mapping[str, str] = MappingProxyType(
    {plain_name(name): row.table for row in TABLES.values() for name in (row.table, row.nl)}
)
"""Plain English or Dutch name -> name of the table."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the name in ``known`` that looks most like ``word``, or None."""
    by_plain_name = {plain_name(name): name for name in known}
    found = difflib.get_close_matches(plain_name(word)[:100], by_plain_name, n=1)
    return by_plain_name[found[0]] if found else None


def wrong(code: str, source: str | None = None, **values: Any) -> Finding:
    """Return a WRONG finding about a file or sheet as a whole."""
    return Finding(Severity.WRONG, code, values, source=source)


def unknown_table(name: str, source: str) -> Finding:
    """Return the finding for a file or sheet that is not a known table."""
    known = [SETTINGS_NAME, *(name for row in TABLES.values() for name in (row.table, row.nl))]
    return wrong("unknown_table", source, name=name, nearest=nearest(name, known))


def is_empty(cell: Any) -> bool:
    """Whether nothing was written in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def make_table(
    table: str,
    source: str,
    rows: Iterable[tuple[int, Sequence[Any]]],
    findings: list[Finding],
    separator: str = "",
) -> RawTable:
    """Split numbered rows into headings and cells; add what is wrong to ``findings``.

    Empty rows are skipped. ``separator`` is that of a CSV file, for the finding
    that a row has more cells than there are headings.
    """
    numbered = ((number, row) for number, row in rows if not all(map(is_empty, row)))
    first = next(numbered, None)
    if first is None:
        findings.append(wrong("empty_table", source, table=table))
        return RawTable(table, source, (), ())
    headings = tuple("" if is_empty(cell) else str(cell).strip() for cell in first[1])
    while not headings[-1]:
        headings = headings[:-1]
    kept = []
    nameless: set[int] = set()
    for number, row in numbered:
        kept.append((number, _cells(row, number, headings, source, findings, separator)))
        cells = zip(headings, row, strict=False)
        nameless |= {place for place, (name, cell) in enumerate(cells) if not name and not is_empty(cell)}
    findings += [wrong("empty_heading", source, position=place + 1) for place in sorted(nameless)]
    return RawTable(table, source, headings, tuple(kept))


def _cells(
    row: Sequence[Any],
    number: int,
    headings: tuple[str, ...],
    source: str,
    findings: list[Finding],
    separator: str,
) -> tuple[Any, ...]:
    """Return as many cells as headings, Excel's errors replaced by UNREADABLE."""
    beyond = [cell for cell in row[len(headings) :] if not is_empty(cell)]
    if beyond:
        values = {"headings": len(headings), "cells": len(row), "separator": separator}
        findings.append(
            Finding(Severity.WRONG, "too_many_cells", values, source=source, row=number, value=beyond[0])
        )
    cells = [*row[: len(headings)], *[None] * (len(headings) - len(row))]
    for place, cell in enumerate(cells):
        code = _problem(cell)
        if code:
            findings.append(Finding(Severity.WRONG, code, {}, source, number, headings[place], _shown(cell)))
            cells[place] = UNREADABLE
    # A row that is too long is shifted somewhere: none of its cells can be trusted.
    return tuple(UNREADABLE if beyond else cell for cell in cells)


def _problem(cell: Any) -> str | None:
    """Return the code of what Excel left behind in a cell, if it is not a value."""
    if cell is UNCALCULATED:
        return "formula_without_value"
    return "excel_error" if isinstance(cell, str) and cell.strip().upper() in EXCEL_ERRORS else None


def _shown(cell: Any) -> Any:
    return None if cell is UNCALCULATED else cell
