"""A sheet for the *woondeal*: municipalities by period, totals that are formulas, rules, and who signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from thuisplan.outputs.report.content import Kind, State, Table
from thuisplan.outputs.report.workbook.book_cells import A3, lines_of, set_page, write, write_across
from thuisplan.outputs.report.workbook.book_tables import Writer
from thuisplan.outputs.report.workbook.woondeal_content import (
    MONEY_CODES,
    SEGMENT_CODES,
    Deal,
    DealBlock,
    DealRow,
)
from thuisplan.outputs.texts import text

FIRST, PERIOD, NUMBER, MONEY, WHOM, SOURCE = 26, 12, 10, 15, 62, 10
"""Characters of the columns: names, periods, numbers and euros (at least), for whom, sources."""
_DASHED = '#,##0;-#,##0;"\u2013"'
"""Nothing is a dash: it is read faster than a zero."""
_SHARES = {"where": 3, "period": 1, "counting": 4, "strength": 2, "unit": 2, "verdict": 2}
"""Columns of the table above that a text of a table below takes; remarks take what is left."""
LONG = 24
"""Rows of municipalities from which a table takes more than one sheet of paper."""


def write_deal(sheet: Any, writer: Writer, deal: Deal) -> None:
    """Fill a sheet with what a plan means for a *woondeal*.

    Parameters
    ----------
    sheet
        An empty sheet.
    writer
        Formats and words.
    deal
        What to write.
    """
    _DealSheet(sheet, writer, deal).write()


@dataclass
class _DealSheet:
    sheet: Any
    writer: Writer
    deal: Deal

    def __post_init__(self) -> None:
        self.codes = [column.code for column in self.deal.columns]
        self.first = 2
        """Position of the first column with numbers."""
        self.whom = self.first + len(self.codes)
        self.last = self.whom + 1
        self.numbers = [
            max(
                MONEY if column.code in MONEY_CODES else NUMBER,
                *(len(word) + 3 for word in column.heading.split()),
            )
            for column in self.deal.columns
        ]
        """Characters of the columns with numbers."""
        self.line = 0
        self.totals: list[int] = []
        """Lines of the totals of the periods."""
        self.places: list[dict[int, int]] = []
        """Per period: number of a row -> its line."""

    def write(self) -> None:
        """Write everything, from top to bottom."""
        sheet, writer, deal = self.sheet, self.writer, self.deal
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, FIRST)
        sheet.set_column(1, 1, PERIOD)
        for place, width in enumerate(self.numbers, start=self.first):
            sheet.set_column(place, place, width)
        sheet.set_column(self.whom, self.whom, WHOM)
        sheet.set_column(self.last, self.last, SOURCE)
        sheet.write_string(0, 0, writer.clean(deal.title), writer.formats.title())
        sheet.set_row(0, 26)
        back = writer.say("back", sheet=writer.home)
        sheet.write_url(1, 0, f"internal:'{writer.home}'!A1", writer.formats.link(), back)
        self.line = 2
        self._heading()
        top = self._columns()
        for block in deal.blocks:
            self._block(block)
        if len(deal.blocks) > 1:
            self._together()
        self._list(self._say("meaning"), deal.notes, False)
        self._list(self._say("sources"), deal.sources, True)
        for table in (deal.needs, deal.rules):
            if table is not None:
                self._table(table)
        self._signatures()
        sheet.freeze_panes(top + 1, self.first)
        if sum(len(block.rows) for block in deal.blocks) > LONG:
            sheet.repeat_rows(top - 1, top)
        set_page(sheet, writer.footer, deal.title, writer.language, A3)

    def _say(self, code: str, **values: Any) -> str:
        return text(f"report_woondeal.{code}", self.writer.language, **values)

    # --- above the table ----------------------------------------------------------------

    def _heading(self) -> None:
        """Write what the sheet is about, in two halves: what is frozen above the rows must stay low."""
        formats, sheet = self.writer.formats, self.sheet
        halves = ((0, 1, 6), (7, 9, self.whom - 1))
        lines = self.deal.heading
        for number, (label, told) in enumerate(lines):
            half, line = divmod(number, (len(lines) + 1) // 2)
            left, start, end = halves[half]
            style = formats.make(text_wrap=True) if told else formats.make(bottom=1)
            self._put_at(self.line + line, left, start - 1, label, formats.make(bold=True))
            self._put_at(self.line + line, start, end, told, style)
            if lines_of(told, 1.1 * self._room(start, end)) > 1:
                sheet.set_row(self.line + line, 31)
        self.line += (len(lines) + 1) // 2
        for told in self.deal.warnings:
            style = formats.make(text_wrap=True, bold=True, bg_color="#FFF2CC")
            self._across(told, style)

    def _across(self, told: str, style: Any) -> None:
        """Write a sentence over the numbers."""
        last = self.whom - 1
        write_across(self.sheet, self.line, last, self.writer.clean(told), style, self._room(0, last))
        self.line += 1

    def _columns(self) -> int:
        """Write the headings, over two lines; return the line of the second."""
        formats, sheet = self.writer.formats, self.sheet
        top, low = self.line, self.line + 1
        style = formats.heading(align="center", valign="vcenter")
        groups = [column.group for column in self.deal.columns]
        start = 0
        for place in range(1, len(groups) + 1):
            if place == len(groups) or groups[place] != groups[start]:
                left, right = self.first + start, self.first + place - 1
                if right > left:
                    sheet.merge_range(top, left, top, right, "", style)
                sheet.write_string(top, left, self.writer.clean(groups[start]), style)
                start = place
        ends = (
            (0, "column_municipality"),
            (1, "column_period"),
            (self.whom, "column_whom"),
            (self.last, "column_numbers"),
        )
        for place, code in ends:
            sheet.merge_range(top, place, low, place, "", formats.heading())
            sheet.write_string(top, place, self._say(code), formats.heading())
        for place, column in enumerate(self.deal.columns, start=self.first):
            heading = self.writer.clean(column.heading)
            sheet.write_string(low, place, heading, formats.heading(align="right"))
            if column.note:
                note = self.writer.clean(column.note)
                size = {"width": 260, "height": 20 + 18 * lines_of(note, 36)}
                sheet.write_comment(low, place, note, {"author": "Thuisplan", **size})
        sheet.set_row(top, 20)
        sheet.set_row(low, 34)
        self.line = low + 1
        return low

    # --- the table ----------------------------------------------------------------------

    def _block(self, block: DealBlock) -> None:
        """Write the rows of a period and their total."""
        formats, language = self.writer.formats, self.writer.language
        start, lines = self.line, dict[int, int]()
        for number, row in enumerate(block.rows):
            self._names(row.place, block.period, {})
            for place, code in enumerate(self.codes, start=self.first):
                style = formats.cell(Kind.WHOLE, _state(code, row.values.get(code, 0)), num_format=_DASHED)
                if code == "total" and SEGMENT_CODES[0] in row.values:
                    self._formula(place, self._segments(), row.values[code], style)
                else:
                    write(self.sheet, self.line, place, row.values.get(code), style, language)
            wrapped = formats.cell(Kind.TEXT, text_wrap=True)
            numbers = ", ".join(str(number) for number in row.sources)
            self.sheet.write_string(self.line, self.whom, self.writer.clean(row.whom), wrapped)
            self.sheet.write_string(self.line, self.last, numbers, wrapped)
            self.sheet.set_row(self.line, 15 * lines_of(row.whom, WHOM * 1.12) + 2)
            lines[number] = self.line
            self.line += 1
        told = self._say("total_unknown") if block.unknown else ""
        self._total(
            self._say("total_period", period=block.period),
            block.period,
            start,
            _sums(block.rows, self.codes),
            told,
        )
        self.totals.append(self.line - 1)
        self.places.append(lines)
        for name, lacks in block.wider.items():
            self._names(name, self._say("end_of", year=block.last), {"italic": True}, wrap=True)
            for place, code in enumerate(self.codes, start=self.first):
                value = lacks if code == "shortfall" else None
                style = formats.cell(Kind.WHOLE, _state(code, value) if value else State.PLAIN, italic=True)
                write(self.sheet, self.line, place, value, style, language)
            told = formats.cell(Kind.TEXT, italic=True, text_wrap=True)
            remark = self._say("not_testable" if lacks is None else "wider_row")
            self.sheet.write_string(self.line, self.whom, remark, told)
            self.sheet.write_string(self.line, self.last, "", told)
            self.sheet.set_row(self.line, 15 * max(2, lines_of(name, FIRST)) + 2)
            self.line += 1

    def _together(self) -> None:
        """Write the municipalities over all periods: sums of the cells above, not numbers again."""
        blocks = self.deal.blocks
        span = f"{blocks[0].period[:4]}-{blocks[-1].period[-4:]}"
        start, together = self.line, list[DealRow]()
        for number, row in enumerate(blocks[-1].rows):
            self._names(row.place, span, {})
            parts = [block.rows[number] for block in blocks]
            values = {code: self._over(parts, code) for code in self.codes if _known(parts, code)}
            together.append(DealRow(row.place, values))
            for place, code in enumerate(self.codes, start=self.first):
                value = values.get(code, 0)
                style = self.writer.formats.cell(Kind.WHOLE, _state(code, value), num_format=_DASHED)
                if code not in values:
                    write(self.sheet, self.line, place, None, style, self.writer.language)
                    continue
                cells = [xl_rowcol_to_cell(lines[number], place) for lines in self.places]
                formula = f"={cells[-1]}" if code == "shortfall" else f"={'+'.join(cells)}"
                self._formula(place, formula, value, style)
            for place in (self.whom, self.last):
                self.sheet.write_string(self.line, place, "", self.writer.formats.cell(Kind.TEXT))
            self.line += 1
        told = self._say("total_unknown") if any(block.unknown for block in blocks) else ""
        self._total(self._say("total_all"), span, start, _sums(together, self.codes), told)

    def _over(self, rows: Sequence[DealRow], code: str) -> int:
        """Return a number over all periods: what lacks at the end is what lacks in the last."""
        if code == "shortfall":
            return rows[-1].values.get(code, 0)
        return sum(row.values.get(code, 0) for row in rows)

    def _total(self, label: str, period: str, start: int, sums: dict[str, int], told: str) -> None:
        formats = self.writer.formats
        strong: dict[str, Any] = {"bold": True, "top": 1, "bg_color": "#D6E0EC"}
        self._names(label, period, strong)
        for place, code in enumerate(self.codes, start=self.first):
            formula = f"=SUM({xl_range(start, place, self.line - 1, place)})"
            self._formula(place, formula, sums[code], formats.cell(Kind.WHOLE, num_format=_DASHED, **strong))
        for place, shown in ((self.whom, told), (self.last, "")):
            self.sheet.write_string(self.line, place, shown, formats.cell(Kind.TEXT, **strong))
        self.line += 1

    def _names(self, name: str, period: str, style: dict[str, Any], wrap: bool = False) -> None:
        more = {**style, "text_wrap": True} if wrap else style
        shown = self.writer.formats.cell(Kind.TEXT, **more)
        self.sheet.write_string(self.line, 0, self.writer.clean(name), shown)
        self.sheet.write_string(self.line, 1, period, self.writer.formats.cell(Kind.TEXT, **style))

    def _segments(self) -> str:
        places = [self.first + self.codes.index(code) for code in SEGMENT_CODES]
        return f"=SUM({xl_range(self.line, min(places), self.line, max(places))})"

    def _formula(self, place: int, formula: str, value: int, style: Any) -> None:
        """Write a formula with its value, for programs that do not calculate."""
        self.sheet.write_formula(self.line, place, formula, style, value)

    # --- below the table ------------------------------------------------------------------

    def _list(self, title: str, told: Sequence[str], numbered: bool) -> None:
        self.line += 1
        self.sheet.write_string(self.line, 0, title, self.writer.formats.chapter())
        self.line += 1
        for number, one in enumerate(told, start=1):
            self._across(f"{number}. {one}" if numbered else one, self.writer.formats.note())

    def _table(self, table: Table) -> None:
        """Write a table below, over the columns above: a text over several, a number over one."""
        formats, language = self.writer.formats, self.writer.language
        self.line += 1
        self.sheet.write_string(self.line, 0, self.writer.clean(table.title), formats.chapter())
        self.line += 1
        spans = self._spans(table)
        for column, (left, right) in zip(table.columns, spans, strict=True):
            align = {} if column.kind == Kind.TEXT else {"align": "right"}
            self._put(left, right, column.heading, formats.heading(**align))
        rooms = [self._room(left, right) for left, right in spans]
        self.sheet.set_row(
            self.line,
            15
            * max(
                lines_of(column.heading, room - 2) for column, room in zip(table.columns, rooms, strict=True)
            )
            + 3,
        )
        self.line += 1
        for number, row in enumerate(table.rows):
            state = table.states.get(number, State.PLAIN)
            tall = 1
            for value, column, (left, right), room in zip(row, table.columns, spans, rooms, strict=True):
                whole = isinstance(value, int | float) and float(value).is_integer()
                kind = Kind.WHOLE if whole and column.kind == Kind.NUMBER else column.kind
                style = formats.cell(kind, state, **({"text_wrap": True} if kind == Kind.TEXT else {}))
                if right > left:
                    self.sheet.merge_range(self.line, left, self.line, right, "", style)
                write(self.sheet, self.line, left, value, style, language)
                if isinstance(value, str):
                    tall = max(tall, lines_of(value, room * 1.05))
            self.sheet.set_row(self.line, 15 * tall + 2)
            self.line += 1

    def _put(self, left: int, right: int, value: str, style: Any) -> None:
        self._put_at(self.line, left, right, value, style)

    def _put_at(self, line: int, left: int, right: int, value: str, style: Any) -> None:
        if right > left:
            self.sheet.merge_range(line, left, line, right, "", style)
        self.sheet.write_string(line, left, self.writer.clean(value), style)

    def _spans(self, table: Table) -> list[tuple[int, int]]:
        """Return the columns above that every column of a table below takes."""
        between = [column.code for column in table.columns[1:-1]]
        shares = [_SHARES.get(code, 1) for code in between]
        if "remark" in between:
            shares[between.index("remark")] += max(0, self.whom - 1 - sum(shares))
        spans = [(0, 0)]
        for share in shares:
            spans.append((spans[-1][1] + 1, spans[-1][1] + share))
        spans.append((spans[-1][1] + 1, max(self.last, spans[-1][1] + 1)))
        return spans

    def _room(self, left: int, right: int) -> float:
        widths = [FIRST, PERIOD, *self.numbers, WHOM, SOURCE]
        return sum(widths[left : right + 1]) or NUMBER

    def _signatures(self) -> None:
        """Write a line for everyone who signs: name, function, date and signature."""
        formats = self.writer.formats
        self.line += 1
        self.sheet.write_string(self.line, 0, self._say("signatures"), formats.chapter())
        self.line += 1
        blank = formats.make(bottom=1)
        spans = ((0, 1), (2, 6), (7, 9), (10, self.whom - 1))
        headings = ("signs_for", "signs_name", "signs_date", "signs_signature")
        for (left, right), code in zip(spans, headings, strict=True):
            self._put(left, right, self._say(code), formats.heading())
        self.line += 1
        for name in self.deal.signatures:
            for number, (left, right) in enumerate(spans):
                style = blank if number else formats.make(bottom=1, text_wrap=True)
                self._put(left, right, "" if number else name, style)
            self.sheet.set_row(self.line, 30)
            self.line += 1


def _known(rows: Sequence[DealRow], code: str) -> bool:
    """Return whether a number is known in all of some rows, so that their sum is."""
    return all(code in row.values for row in rows)


def _sums(rows: Sequence[DealRow], codes: Sequence[str]) -> dict[str, int]:
    """Return the sums over rows; what is unknown counts for nothing."""
    return {code: sum(row.values.get(code, 0) for row in rows) for code in codes}


def _state(code: str, value: int) -> State:
    return State.SHORT if code == "shortfall" and value > 0 else State.PLAIN
