"""A scenario: settings and table rows as read, before defaults are filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from thuisplan.inputs.columns import R, Row
from thuisplan.inputs.settings import Settings


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row stands in what the user gave.

    Parameters
    ----------
    source
        File or sheet name.
    row
        Row number as a spreadsheet shows it.
    headings
        Column name -> heading as the user wrote it.
    """

    source: str
    row: int
    headings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Settings and rows per table, each row typed, nothing filled in yet.

    Parameters
    ----------
    settings
        The settings.
    tables
        Table name -> rows; every table of ``TABLES`` is present, perhaps empty.
    origins
        ``(table name, key of the row)`` -> Origin; empty for scenarios made by code.
    """

    settings: Settings
    tables: Mapping[str, tuple[Row, ...]]
    origins: Mapping[tuple[str, tuple[Any, ...]], Origin] = field(default_factory=dict)

    def rows(self, row_type: type[R]) -> tuple[R, ...]:
        """Return the rows of one table."""
        return self.tables.get(row_type.table, ())  # type: ignore[return-value]
