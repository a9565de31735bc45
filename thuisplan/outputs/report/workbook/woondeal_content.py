"""What a sheet for the *woondeal* says, before it is a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from thuisplan.inputs.labels import MONEY_KINDS
from thuisplan.outputs.report.content import Table

SEGMENT_CODES = ("social_rent", "mid_rent", "affordable_owner", "market")
"""Columns that the total is the sum of."""
MONEY_CODES = tuple(MONEY_KINDS.labels)
"""Columns with euros; kinds of money have budgets of their own and are never added up."""


@dataclass(frozen=True, slots=True)
class DealColumn:
    """A column with numbers.

    Parameters
    ----------
    code
        Its name.
    heading
        What stands above it.
    group
        What stands above it and its neighbours.
    note
        What it means.
    """

    code: str
    heading: str
    group: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class DealRow:
    """A municipality in a period.

    Parameters
    ----------
    place
        Its name; or what a row for the region as a whole is called.
    values
        Code of a column -> number [housing units, or EUR]; what is absent is nothing at all, or unknown.
    whom
        For whom it is, in words with numbers, and what of its cost is unknown.
    sources
        Numbers of the sources in the list below the table.
    """

    place: str
    values: Mapping[str, int]
    whom: str = ""
    sources: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DealBlock:
    """The rows of a period, and what is missing of needs of a wider area.

    Parameters
    ----------
    period
        Such as ``2026-2030``.
    last
        Last year of the period.
    rows
        The municipalities, and a row for the region where it has needs as a whole.
    wider
        Name of a wider area -> what its needs lack at the end of the period, None if that cannot be
        tested; not part of the total, and nothing to add up over periods.
    unknown
        Whether some of its cost is unknown.
    """

    period: str
    last: int
    rows: tuple[DealRow, ...]
    wider: Mapping[str, int | None] = field(default_factory=dict)
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Deal:
    """The sheet of a building region.

    Parameters
    ----------
    region
        Its name.
    title
        What stands above it.
    heading
        What it says about itself: a label and a text.
    warnings
        What must be known before the figures are read, such as that the region is not complete.
    notes
        What the figures mean.
    columns
        Columns with numbers, in order. ``total`` is the sum of the segments, ``shortfall`` a position at
        the end of a period, that does not add up over periods.
    blocks
        The periods, in order.
    needs, rules
        What stands below the table.
    sources
        Sources, numbered from 1.
    signatures
        Who signs.
    source
        Files that the figures come from.
    """

    region: str
    title: str
    heading: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    columns: tuple[DealColumn, ...]
    blocks: tuple[DealBlock, ...]
    needs: Table | None
    rules: Table | None
    sources: tuple[str, ...]
    signatures: tuple[str, ...]
    source: str
