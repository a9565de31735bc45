"""What a report says, before it is a page or a workbook.

A report is sections with sentences, charts and tables, in one language. Page and workbook show the same
records, so that no number can differ between them. Every table names the file its figures come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

FOLDED_ROWS = 40
"""With more rows than these, most pages show a table only when asked."""

Value = str | int | float | bool | None


class Kind(StrEnum):
    """What a column holds, and with that how it is written."""

    TEXT = "text"
    YEAR = "year"
    WHOLE = "whole"
    NUMBER = "number"
    EUROS = "euros"
    PERCENT = "percent"
    """0 to 100."""
    YES_NO = "yes_no"


class State(StrEnum):
    """What a row or a tile deserves attention for; always said in words as well, never by colour alone."""

    PLAIN = "plain"
    GOOD = "good"
    ATTENTION = "attention"
    """Not settled: a draft, an assumption, a computation that stopped early."""
    BINDING = "binding"
    """A rule that leaves no room."""
    SHORT = "short"
    """Less than is needed, where no rule says that it must be there."""
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    code
        Its name, unique in the table and the same in every language.
    heading
        What stands above it.
    kind
        How its values are written.
    adds_up
        Whether the sum over the rows means something; it is then shown below them.
    note
        What it means, where the heading does not say.
    """

    code: str
    heading: str
    kind: Kind = Kind.TEXT
    adds_up: bool = False
    note: str = ""


def year_columns(years: Iterable[int], kind: Kind = Kind.WHOLE, adds_up: bool = True) -> list[Column]:
    """Return a column per year; a year is its own heading in every language.

    Parameters
    ----------
    years
        In order.
    kind, adds_up
        As ``Column`` has them.
    """
    return [Column(f"year_{year}", str(year), kind, adds_up) for year in years]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a report.

    Parameters
    ----------
    code
        Its name, unique in the report and the same in every language.
    title
        What stands above it.
    columns
        Its columns; the first says what a row is about.
    rows
        Values in the order of the columns; None where there is nothing to say.
    source
        The files its figures come from, such as ``plan.parquet``.
    notes
        Sentences below it.
    states
        Number of a row -> what it deserves attention for.
    links
        Number of a row -> code of the page that its first column leads to.
    on_page
        Whether the page shows it; tables that are too long for a page stand in the workbook only.
    folded
        Whether the page shows it only when asked.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    source: str
    notes: tuple[str, ...] = ()
    states: Mapping[int, State] = field(default_factory=dict)
    links: Mapping[int, str] = field(default_factory=dict)
    on_page: bool = True
    folded: bool = False

    def total(self, position: int) -> int | float:
        """Return the sum of a column; what is empty counts for nothing."""
        values: Any = [row[position] for row in self.rows if row[position] is not None]
        total: int | float = sum(values)
        return total


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one colour of a chart.

    Parameters
    ----------
    label
        What the legend says.
    values
        One per category; None where there is none.
    colour
        Number of a colour that people can tell apart, 1 to 8; 0 is grey.
    """

    label: str
    values: tuple[int | float | None, ...]
    colour: int


class ChartKind(StrEnum):
    """How a chart shows its series."""

    STACKED = "stacked"
    """Bars on each other."""
    GROUPED = "grouped"
    """Bars beside each other."""
    LINES = "lines"
    LYING = "lying"
    """Bars that lie: names of municipalities fit beside them."""
    POINTS = "points"
    """The first series against the second, one point per category."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of a report.

    Parameters
    ----------
    code
        Its name, unique in the report or on its page.
    title
        What stands above it.
    told
        What it shows, in a sentence, for those who do not see it.
    kind
        How it shows its series.
    categories
        Years or names.
    series
        What is shown of each.
    unit
        What the numbers count, such as "woningen".
    lines
        Labels of series that are shown as a line over stacked bars.
    """

    code: str
    title: str
    told: str
    kind: ChartKind
    categories: tuple[str | int, ...]
    series: tuple[Series, ...]
    unit: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report under a heading; a sheet or more in the workbook.

    Parameters
    ----------
    code
        Its name, unique in the report or on its page.
    title
        The heading.
    lead
        Sentences at its start.
    items
        Charts and tables, in order.
    """

    code: str
    title: str
    lead: tuple[str, ...] = ()
    items: tuple[Table | Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What one council or one corporation reads.

    Parameters
    ----------
    code
        Its name, such as ``GM0150``; unique in the report.
    title
        Name of the municipality or the corporation.
    kind
        ``municipality`` or ``corporation``.
    group
        Region it is listed under.
    sections
        What it says, in the same order on every page.
    """

    code: str
    title: str
    kind: str
    group: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A number of the first screen: what it counts, and what belongs beside it."""

    label: str
    value: str
    note: str
    state: State = State.PLAIN


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that the map can show.

    Parameters
    ----------
    code
        Its name.
    title
        What the choice says.
    kind
        How its values are written.
    values
        Code of a municipality -> value; municipalities without one are left out.
    """

    code: str
    title: str
    kind: Kind
    values: Mapping[str, int | float]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report.

    Parameters
    ----------
    language
        ``nl`` or ``en``.
    kind
        Kind of the answer: ``plan, assessment, diagnosis, comparison``.
    title, subtitle
        What it is about, and of which years.
    answer
        The answer in three sentences.
    tiles
        The numbers that matter most.
    picture
        The chart of the first screen.
    sections
        What everybody reads.
    pages
        What one council or corporation reads.
    figures
        What the map can show.
    municipalities
        Code -> name, in the order of the input.
    file_name
        Name of the folder that it reports on.
    """

    language: str
    kind: str
    title: str
    subtitle: str
    answer: tuple[str, ...]
    tiles: tuple[Tile, ...]
    picture: Chart | None
    sections: tuple[Section, ...]
    pages: tuple[Page, ...]
    figures: tuple[Figure, ...]
    municipalities: Mapping[str, str]
    file_name: str
