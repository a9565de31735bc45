"""The report as a workbook: what the page says, with its numbers as numbers and totals that are formulas."""

from __future__ import annotations

import datetime
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from thuisplan.outputs.report.chart_values import has_values
from thuisplan.outputs.report.content import Chart, Report, Section, State, Table
from thuisplan.outputs.report.workbook.book_cells import (
    DARK,
    GREY,
    SOFT,
    Formats,
    Names,
    lines_of,
    set_page,
    write_across,
)
from thuisplan.outputs.report.workbook.book_charts import HEIGHT, WIDTH, ChartData, height
from thuisplan.outputs.report.workbook.book_tables import Writer, write_table
from thuisplan.outputs.report.workbook.woondeal_content import Deal
from thuisplan.outputs.report.workbook.woondeal_sheet import write_deal
from thuisplan.outputs.texts import has_text, text

# A fixed date, so that equal plans give equal workbooks.
_CREATED = datetime.datetime(2000, 1, 1)
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

CHARTS_BESIDE = 2
"""Charts beside each other on their sheet."""
CHARTS_SCALE, PAGE_ROWS = 40, 120
"""Percent at which two charts fit on the width of a page in any program, and rows that then fit on it."""
ROW_HEIGHT = 20
"""Pixels of an ordinary row."""

_TILE_COLOURS = {
    State.PLAIN: SOFT,
    State.GOOD: "#E2F0D9",
    State.ATTENTION: "#FFF2CC",
    State.BINDING: "#FFF2CC",
    State.SHORT: "#F8D7D3",
    State.BROKEN: "#F8D7D3",
}


@dataclass(frozen=True)
class _Listed:
    """A line of the list of sheets: its name, what it holds, and the files its figures come from."""

    sheet: str
    holds: str
    source: str
    part: str = ""


def write_book(report: Report, deals: Sequence[Deal], path: Path) -> None:
    """Write a report as a workbook.

    Parameters
    ----------
    report
        What it says.
    deals
        The sheets for the *woondeal*, in order.
    path
        The ``.xlsx`` file to write.

    Raises
    ------
    OSError
        If the file cannot be written: no room, no permission.
    """
    try:
        with _without_collection(), xlsxwriter.Workbook(str(path), _OPTIONS) as book:
            book.set_properties({"created": _CREATED, "author": "Thuisplan"})
            _Book(book, report, tuple(deals)).write()
    except FileCreateError as error:
        # It holds what the system refused, and is none of the system's errors itself.
        refused = error.args[0] if error.args else None
        raise refused if isinstance(refused, OSError) else OSError(str(error)) from error


@contextmanager
def _without_collection() -> Iterator[None]:
    """Stop collecting garbage: a million cells make none, and looking through them takes a second or more."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


@dataclass
class _Book:
    book: Any
    report: Report
    deals: tuple[Deal, ...]
    names: Names = field(default_factory=Names)
    listed: list[_Listed] = field(default_factory=list)

    def write(self) -> None:
        """Write all sheets; the first one last, for it lists the others."""
        report = self.report
        home = self.names.sheet(self._say("summary"))
        first = self.book.add_worksheet(home)
        formats = Formats(self.book, report.language)
        writer = Writer(formats, report.language, report.title, Names(), home)
        charts = [
            (section, item)
            for section in report.sections
            for item in section.items
            if isinstance(item, Chart) and has_values(item)
        ]
        picture = report.picture if report.picture and has_values(report.picture) else None
        charts_sheet = self._add(self._say("charts")) if charts else None
        for deal in self.deals:
            self._deal(writer, deal)
        for section in report.sections:
            for item in section.items:
                if isinstance(item, Table):
                    self._table(writer, section, item)
        data = None
        if charts or picture:
            sheet, name = self._add(self._say("chart_data"))
            data = ChartData(self.book, sheet, name, writer)
            data.start()
        if charts_sheet is not None and data is not None:
            self._charts(writer, data, charts_sheet, charts)
        self._summary(writer, data, first, picture)
        if data is not None:
            self.listed.append(_Listed(data.name, "", ""))
            data.finish()
        first.activate()

    def _say(self, code: str, **values: Any) -> str:
        return text(f"report_book.{code}", self.report.language, **values)

    def _add(self, wanted: str) -> tuple[Any, str]:
        name = self.names.sheet(wanted)
        return self.book.add_worksheet(name), name

    def _sheet_name(self, table: Table) -> str:
        """Return the short name that the catalogue has for a table; a title is often too long for a sheet."""
        name = f"sheet_{table.code}"
        return self._say(name) if has_text(f"report_book.{name}", self.report.language) else table.title

    # --- sheets -----------------------------------------------------------------------

    def _deal(self, writer: Writer, deal: Deal) -> None:
        sheet, name = self._add(self._say("deal_sheet", region=deal.region))
        sheet.set_tab_color("#E69F00")
        write_deal(sheet, writer, deal)
        self.listed.append(_Listed(name, deal.title, deal.source, self._say("deals")))

    def _table(self, writer: Writer, section: Section, table: Table) -> None:
        sheet, name = self._add(self._sheet_name(table))
        sheet.set_tab_color(DARK)
        write_table(sheet, writer, table)
        self.listed.append(_Listed(name, table.title, table.source, section.title))

    def _charts(
        self,
        writer: Writer,
        data: ChartData,
        place: tuple[Any, str],
        charts: Sequence[tuple[Section, Chart]],
    ) -> None:
        """Put all charts on one sheet, two beside each other under the heading of their section."""
        sheet, name = place
        sheet.set_tab_color("#009E73")
        sheet.hide_gridlines(2)
        sheet.set_column(0, 40, 9)
        sheet.write_string(0, 0, self._say("charts"), writer.formats.title())
        sheet.set_row(0, 24)
        sheet.write_url(
            1, 0, f"internal:'{writer.home}'!A1", writer.formats.link(), self._say("back", sheet=writer.home)
        )
        line, beside, told, tallest, breaks, page = 3, 0, None, 0, list[int](), 0
        for section, chart in charts:
            if section is not told or beside == CHARTS_BESIDE:
                line += tallest
                beside, tallest = 0, 0
                if line - page + height(chart) // ROW_HEIGHT + 4 > PAGE_ROWS:
                    breaks.append(line)
                    page = line
            if section is not told:
                sheet.write_string(line, 0, writer.clean(section.title), writer.formats.chapter())
                line, told = line + 1, section
            options = {
                "description": writer.clean(chart.told),
                "x_offset": beside * (WIDTH + 16),
                "y_offset": 4,
            }
            sheet.insert_chart(line, 0, data.make(chart), options)
            beside, tallest = beside + 1, max(tallest, height(chart) // ROW_HEIGHT + 2)
        set_page(sheet, writer.footer, name, writer.language)
        sheet.set_portrait()
        sheet.set_print_scale(CHARTS_SCALE)
        sheet.set_h_pagebreaks(breaks)
        self.listed.insert(0, _Listed(name, self._say("charts_hold", count=len(charts)), data.name))

    # --- the first sheet ---------------------------------------------------------------

    def _summary(self, writer: Writer, data: ChartData | None, sheet: Any, picture: Chart | None) -> None:
        report, formats = self.report, writer.formats
        sheet.hide_gridlines(2)
        widths = (34, 62, 34)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.write_string(0, 0, writer.clean(report.title), formats.title())
        sheet.set_row(0, 26)
        sheet.write_string(1, 0, writer.clean(report.subtitle), formats.make(font_color=GREY))
        line = 3
        for sentence in report.answer:
            style = formats.make(text_wrap=True, font_size=12)
            shown = writer.clean(sentence)
            write_across(sheet, line, 2, shown, style, 0.86 * sum(widths))
            sheet.set_row(line, 17 * lines_of(shown, 0.86 * sum(widths)) + 3)
            line += 1
        line = self._tiles(writer, sheet, line + 1, widths)
        if data is not None and picture is not None:
            options = {"description": writer.clean(picture.told), "y_offset": 4}
            sheet.insert_chart(line, 0, data.make(picture, 900), options)
            line += HEIGHT // ROW_HEIGHT + 2
        self._contents(writer, sheet, line, data)
        set_page(sheet, writer.footer, writer.home, writer.language)
        sheet.set_portrait()

    def _tiles(self, writer: Writer, sheet: Any, line: int, widths: Sequence[int]) -> int:
        """Write the numbers that matter most, each with what belongs beside it."""
        formats = writer.formats
        for tile in self.report.tiles:
            fill = {
                "bg_color": _TILE_COLOURS[tile.state],
                "valign": "vcenter",
                "text_wrap": True,
                "bottom": 1,
            }
            fill["bottom_color"] = "#FFFFFF"
            label, value, note = (writer.clean(one) for one in (tile.label, tile.value, tile.note))
            word = "" if tile.state == State.PLAIN else self._say(f"tile_{tile.state.value}")
            sheet.write_string(line, 0, label, formats.make(bold=True, **fill))
            sheet.write_string(
                line,
                1,
                self._say("tile_value", value=value, word=word) if word else value,
                formats.make(bold=True, font_size=14, **fill),
            )
            sheet.write_string(line, 2, note, formats.make(font_color=GREY, **fill))
            sheet.set_row(line, max(24, 15 * lines_of(note, widths[2]) + 4))
            line += 1
        return line + 1

    def _contents(self, writer: Writer, sheet: Any, line: int, data: ChartData | None) -> None:
        """List the sheets, with links, what each holds and where its figures come from."""
        formats = writer.formats
        for place, code in enumerate(("sheet", "holds", "source_heading")):
            sheet.write_string(line, place, self._say(code), formats.heading())
        listed = list(self.listed)
        if data is not None:
            listed.append(_Listed(data.name, self._say("chart_data_holds"), ""))
        part = None
        for one in listed:
            line += 1
            if one.part and one.part != part:
                part = one.part
                for place in range(3):
                    shown = writer.clean(part) if place == 0 else ""
                    sheet.write_string(line, place, shown, formats.make(bold=True, bg_color=SOFT))
                line += 1
            sheet.write_url(line, 0, f"internal:'{one.sheet}'!A1", formats.link(), one.sheet)
            for place, value in enumerate((one.holds, one.source), start=1):
                sheet.write_string(line, place, writer.clean(value), formats.make(text_wrap=True))
            sheet.set_row(line, 15 * max(lines_of(one.holds, 66), lines_of(one.source, 40)) + 1)
