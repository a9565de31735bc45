"""A table of the report as a sheet: an Excel table with filter, formats and a total that is a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from xlsxwriter.utility import xl_range

from thuisplan.outputs.report.content import Column, Kind, State, Table, Value
from thuisplan.outputs.report.workbook.book_cells import (
    A3,
    A4,
    GREY,
    LARGEST_NUMBER,
    SHEET_ROWS,
    SOFT,
    Formats,
    Names,
    clean,
    lines_of,
    set_page,
    widest,
    write,
    write_across,
)
from thuisplan.outputs.texts import text

NARROWEST, WIDEST = 9, 46
"""Characters of a column."""
WRAPPED_ROWS = 2000
"""Longer tables keep every row on one line: rows of many heights are slow to scroll."""
A4_WIDTH = 170
"""Characters on a line that can still be read on A4; wider tables are for A3."""
HIGHEST = 20
"""Lines of a row, at most; Excel allows 27."""
NOTES = 90
"""Characters of a line of notes, at least."""
ABOVE = 4
"""Lines of notes that stand above a table; more would leave no room for its rows under a frozen heading."""

_STRONG: Mapping[str, Any] = MappingProxyType({"bold": True, "top": 1, "bg_color": SOFT})
_SAYS: Mapping[State, str] = MappingProxyType(
    {
        State.GOOD: "verdict",
        State.SHORT: "verdict",
        State.BROKEN: "verdict",
        State.BINDING: "binding",
        State.ATTENTION: "status",
    }
)
"""State -> code of a column that says it in words."""


@dataclass(frozen=True)
class Writer:
    """What the sheets of a workbook have in common.

    Parameters
    ----------
    formats
        Formats.
    language
        ``nl`` or ``en``.
    footer
        What stands below every page.
    names
        Names of Excel tables that are taken.
    home
        Name of the first sheet.
    """

    formats: Formats
    language: str
    footer: str
    names: Names
    home: str

    def say(self, code: str, **values: Any) -> str:
        """Return a sentence of the workbook."""
        return text(f"report_book.{code}", self.language, **values)

    def clean(self, value: str) -> str:
        """Return a text as a cell holds it."""
        return clean(value, self.language)


def write_table(sheet: Any, writer: Writer, table: Table, most_rows: int = SHEET_ROWS) -> None:
    """Fill a sheet with a table.

    Parameters
    ----------
    sheet
        An empty sheet.
    writer
        Formats and words.
    table
        What to write.
    most_rows
        Rows that a sheet has.
    """
    columns, rows = _with_states(writer, table)
    most = most_rows - 40
    notes = list(table.notes)
    if len(rows) > most:
        notes.insert(0, writer.say("too_long", rows=len(rows), shown=most, source=table.source))
        rows = rows[:most]
    widths = _widths(columns, rows)
    last = len(columns) - 1
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    # Below a narrow table notes run on over empty columns.
    beside = max(0, -(-(NOTES - sum(widths)) // NARROWEST))
    across, room = last + beside, sum(widths) + beside * NARROWEST
    top = _write_heading(sheet, writer, table, notes, across, room)
    end = _write_rows(sheet, writer, table, columns, rows, widths, top)
    if top == _BARE:
        for line, note in enumerate(notes, start=end + 2):
            write_across(sheet, line, across, writer.clean(note), writer.formats.note(), room)
    sheet.freeze_panes(top + 1, 1 if len(columns) > 3 and widths[0] <= 30 else 0)
    sheet.repeat_rows(top)
    if len(rows) > WRAPPED_ROWS:
        # A long text on one line runs on beside the table; that must not make the page wider.
        sheet.print_area(0, 0, end, last)
    paper = A3 if sum(widths) > A4_WIDTH else A4
    set_page(sheet, writer.footer, table.title, writer.language, paper)


_BARE = 3
"""Line of the headings where no notes stand above them."""


def _write_heading(
    sheet: Any, writer: Writer, table: Table, notes: Sequence[str], last: int, width: int
) -> int:
    """Write title, source and notes; return the line of the headings."""
    formats = writer.formats
    sheet.write_string(0, 0, writer.clean(table.title), formats.title())
    sheet.set_row(0, 24)
    source = writer.say("source", source=table.source)
    sheet.write_string(1, 0, writer.clean(source), formats.make(font_color=GREY))
    back = writer.say("back", sheet=writer.home)
    sheet.write_url(2, 0, f"internal:'{writer.home}'!A1", formats.link(), back)
    if not notes or sum(lines_of(note, width) for note in notes) > ABOVE:
        return _BARE
    for line, note in enumerate(notes, start=3):
        write_across(sheet, line, last, writer.clean(note), formats.note(), width)
    return 3 + len(notes)


def _write_rows(
    sheet: Any,
    writer: Writer,
    table: Table,
    columns: tuple[Column, ...],
    rows: Sequence[tuple[Value, ...]],
    widths: Sequence[int],
    top: int,
) -> int:
    """Write the headings, the rows and the total; return the last line."""
    formats, language = writer.formats, writer.language
    # An Excel table has a row at least, an empty one if need be.
    first, last = top + 1, top + max(1, len(rows))
    sums = any(column.adds_up for column in columns) and bool(rows)
    headings = Names()
    options: list[dict[str, Any]] = []
    for place, column in enumerate(columns):
        right = {} if column.kind in (Kind.TEXT, Kind.YES_NO) else {"align": "right"}
        option = {"header": headings.heading(column.heading), "header_format": formats.heading(**right)}
        if sums and column.adds_up:
            option["total_function"] = f"SUBTOTAL(109,{xl_range(first, place, last, place)})"
            # Programs that do not calculate show this.
            option["total_value"] = _total(rows, place)
        elif sums and place == 0:
            option["total_string"] = writer.say("total")
        options.append(option)
    end = last + 1 if sums else last
    table_options = {"columns": options, "total_row": sums, "style": "Table Style Light 1"}
    sheet.add_table(top, 0, end, len(columns) - 1, {"name": writer.names.table(table.code), **table_options})
    tallest = max(lines_of(column.heading, width - 3) for column, width in zip(columns, widths, strict=True))
    sheet.set_row(top, 15 * tallest + 4)
    for place, (column, option) in enumerate(zip(columns, options, strict=True)):
        if column.note:
            _comment(sheet, writer, top, place, column.note)
        if sums:
            _write_total(sheet, end, place, option, formats.cell(column.kind, **_STRONG))
    long = len(rows) > WRAPPED_ROWS
    wrap = {} if long else {"text_wrap": True}
    styles = {
        (place, state): formats.cell(column.kind, state, **(wrap if column.kind == Kind.TEXT else {}))
        for place, column in enumerate(columns)
        for state in State
    }
    put_text, put_number = sheet.write_string, sheet.write_number
    for number, row in enumerate(rows):
        state = table.states.get(number, State.PLAIN)
        line = first + number
        if not long and (tall := _height(row, widths)) > 1:
            sheet.set_row(line, 15 * tall + 1)
        for place, value in enumerate(row):
            # Long tables have a million cells: the two common kinds take the short way.
            kind = type(value)
            if kind is str:
                put_text(line, place, clean(value, language), styles[place, state])
            elif kind is int and -LARGEST_NUMBER < value < LARGEST_NUMBER:  # type: ignore[operator]
                put_number(line, place, value, styles[place, state])
            elif value is not None or not long or state != State.PLAIN:
                write(sheet, line, place, value, styles[place, state], language)
    return end


def _write_total(sheet: Any, line: int, place: int, option: Mapping[str, Any], style: Any) -> None:
    """Write a cell of the total again, with its format and the sum that it should show."""
    if "total_function" in option:
        sheet.write_formula(line, place, f"={option['total_function']}", style, option["total_value"])
    else:
        sheet.write_string(line, place, option.get("total_string", ""), style)


def _height(row: tuple[Value, ...], widths: Sequence[int]) -> int:
    """Return how many lines a row takes: not every program finds that out by itself."""
    tallest = 1
    for value, width in zip(row, widths, strict=True):
        if isinstance(value, str) and (len(value) > width - 2 or "\n" in value):
            tallest = max(tallest, lines_of(value, 1.08 * width))
    return min(tallest, HIGHEST)


def _total(rows: Sequence[tuple[Value, ...]], place: int) -> int | float:
    return sum(value for row in rows if isinstance(value := row[place], int | float))


def _comment(sheet: Any, writer: Writer, line: int, place: int, note: str) -> None:
    shown = writer.clean(note)
    size = {"width": 260, "height": 20 + 18 * lines_of(shown, 36)}
    sheet.write_comment(line, place, shown, {"author": "Thuisplan", **size})


def _with_states(writer: Writer, table: Table) -> tuple[tuple[Column, ...], Sequence[tuple[Value, ...]]]:
    """Return columns and rows, with a column of words where only colours would say what stands out."""
    codes = {column.code for column in table.columns}
    if all(state == State.PLAIN or _SAYS[state] in codes for state in set(table.states.values())):
        return table.columns, table.rows
    words: dict[State, str] = {
        state: writer.say(f"state_{state.value}") for state in State if state != State.PLAIN
    }
    column = Column("state", writer.say("state"))
    rows = [(*row, words.get(table.states.get(number, State.PLAIN))) for number, row in enumerate(table.rows)]
    return (*table.columns, column), rows


def _widths(columns: Sequence[Column], rows: Sequence[tuple[Value, ...]]) -> list[int]:
    """Return the width of every column in characters: of its longest value, within limits."""
    widths = []
    sample = rows[:500]
    for place, column in enumerate(columns):
        words = max((len(word) for word in column.heading.split()), default=0)
        needed = widest((row[place] for row in sample), column.kind) + 2
        if column.adds_up:
            # The sum has more digits than what it is the sum of.
            needed = max(needed, widest([_total(rows, place)], column.kind) + 2)
        widths.append(max(NARROWEST, min(WIDEST, max(needed, words + 4))))
    return widths
