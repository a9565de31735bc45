"""Cells of the workbook: texts that stay texts, names that Excel accepts, and formats."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from thuisplan.inputs.labels import YES_NO
from thuisplan.outputs.report.content import Kind, State, Value
from thuisplan.outputs.texts import text

LONGEST_TEXT = 32_767
"""Characters in a cell; Excel's limit."""
LONGEST_SHEET = 31
"""Characters in the name of a sheet; Excel's limit."""
LONGEST_HEADING = 250
"""Characters in a heading of an Excel table; Excel's limit is 255."""
LARGEST_NUMBER = 10**15
"""Excel keeps fifteen digits; larger numbers are written as text."""
SHEET_ROWS = 1_048_576
"""Rows of a sheet; Excel's limit."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# Full-width signs too: some programs read them as the ordinary ones.
_SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
_NUMBERS = {
    Kind.YEAR: "0",
    Kind.WHOLE: "#,##0",
    Kind.NUMBER: "#,##0.0",
    Kind.EUROS: '"€" #,##0',
    Kind.PERCENT: '0.0"%"',
}
_FILLS = {
    State.GOOD: "#E2F0D9",
    State.ATTENTION: "#FFF2CC",
    State.BINDING: "#FFF2CC",
    State.SHORT: "#F8D7D3",
    State.BROKEN: "#F8D7D3",
}

A3, A4 = 8, 9
"""Numbers of the sizes of paper."""

DARK = "#1F3A5F"
"""Colour of headings."""
SOFT = "#E8EEF5"
"""Colour of totals and of what stands apart."""
GREY = "#595959"
"""Colour of sources and notes."""


@lru_cache(maxsize=1 << 16)
def clean(value: str, language: str) -> str:
    """Return a text as a cell holds it: no characters that XML forbids, and not too long.

    Parameters
    ----------
    value
        Any text.
    language
        Language of the word that says that a text was cut.
    """
    kept = _ILLEGAL.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))
    # A text in these marks would be taken for the inside of a cell, as it is.
    if kept.startswith("<r>") and kept.endswith("</r>"):
        kept += " "
    # Excel counts characters beyond the first 65,536 of Unicode twice.
    if len(kept) <= LONGEST_TEXT // 2 or len(kept.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
        return kept
    cut = f" [{text('report_book.cut', language)}]"
    room = (LONGEST_TEXT - len(cut)) * 2
    return kept.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + cut


def one_line(value: str, longest: int) -> str:
    """Return a text on one line, cut to a length, without what Excel would read as an escape."""
    kept = " ".join(_ESCAPE.sub("_ ", _ILLEGAL.sub("\ufffd", value)).split())
    return kept if len(kept) <= longest else f"{kept[: longest - 1].rstrip()}…"


@dataclass
class Names:
    """Gives out names that differ whatever the capitals."""

    taken: set[str] = field(default_factory=set)

    def sheet(self, wanted: str) -> str:
        """Return a name for a sheet: at most 31 legal characters, and no other sheet's."""
        legal = re.sub(r"[\[\]:*?/\\]", " ", wanted).replace("'", "\u2019").replace("!", " ")
        legal = one_line(legal, 1000).lstrip(_SIGNS + " ").strip()
        # Excel keeps one name for itself.
        return self._free("history_" if legal.casefold() == "history" else legal or "_", LONGEST_SHEET)

    def heading(self, wanted: str) -> str:
        """Return a heading of an Excel table."""
        return self._free(one_line(wanted, LONGEST_HEADING) or "-", LONGEST_HEADING)

    def table(self, code: str) -> str:
        """Return a name for an Excel table: one that can be no cell."""
        return self._free("plan_" + re.sub(r"[^A-Za-z0-9_]", "_", code)[:200], 250, "_{}")

    def _free(self, wanted: str, longest: int, ending: str = " ({})") -> str:
        name, number = _cut(wanted, longest), 1
        while name.casefold() in self.taken:
            number += 1
            end = ending.format(number)
            name = _cut(wanted, longest - len(end)) + end
        self.taken.add(name.casefold())
        return name


def _cut(wanted: str, longest: int) -> str:
    """Cut a name, at the end of a word where that leaves enough of it; Excel counts in UTF-16."""
    units = wanted.encode("utf-16-le")
    if len(units) // 2 <= longest:
        return wanted
    kept = units[: (longest - 1) * 2].decode("utf-16-le", "ignore")
    ends = wanted[len(kept) : len(kept) + 1] == " "
    words = (kept if ends else kept.rsplit(" ", 1)[0]).rstrip(" ,;:(-\u2013")
    return f"{words if len(words) > longest * 0.6 else kept.rstrip()}…"


@dataclass
class Formats:
    """The formats of a workbook, each made once.

    Parameters
    ----------
    book
        The workbook.
    language
        ``nl`` or ``en``.
    """

    book: Any
    language: str
    _made: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    def make(self, **properties: Any) -> Any:
        """Return a format with these properties of ``xlsxwriter``."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format({"valign": "top", **properties})
        return self._made[key]

    def cell(self, kind: Kind, state: State = State.PLAIN, **more: Any) -> Any:
        """Return the format of a value of a kind, filled for what deserves attention."""
        properties: dict[str, Any] = {"bottom": 4, "bottom_color": "#BFBFBF", **more}
        if kind in _NUMBERS:
            properties.setdefault("num_format", _NUMBERS[kind])
        elif "align" not in properties:
            # Room between a text and the number before it.
            properties.update(align="left", indent=1)
        if state in _FILLS:
            properties["bg_color"] = _FILLS[state]
        return self.make(**properties)

    def heading(self, **more: Any) -> Any:
        """Return the format of a heading of a column."""
        return self.make(
            **{
                "bold": True,
                "font_color": "#FFFFFF",
                "bg_color": DARK,
                "text_wrap": True,
                "valign": "bottom",
                **({} if "align" in more else {"align": "left", "indent": 1}),
                "border": 1,
                "border_color": "#FFFFFF",
                **more,
            }
        )

    def title(self) -> Any:
        """Return the format of the title of a sheet."""
        return self.make(bold=True, font_size=16, font_color=DARK)

    def chapter(self) -> Any:
        """Return the format of a heading within a sheet."""
        return self.make(bold=True, font_size=12, font_color=DARK)

    def note(self) -> Any:
        """Return the format of a sentence below a title."""
        return self.make(text_wrap=True, font_color=GREY)

    def link(self) -> Any:
        """Return the format of a link to another sheet."""
        return self.make(font_color="#0B5394", underline=1)


def write(sheet: Any, line: int, place: int, value: Value, style: Any, language: str) -> None:
    """Write a value: a number as a number, all else as text, never as a formula.

    Parameters
    ----------
    sheet, line, place
        Where, counted from zero.
    value
        What; None leaves a cell that has only its format.
    style
        Its format.
    language
        Language of yes and no.
    """
    if value is None:
        sheet.write_blank(line, place, None, style)
    elif isinstance(value, bool):
        sheet.write_string(line, place, YES_NO.text("yes" if value else "no", language), style)
    elif isinstance(value, int | float) and math.isfinite(value) and abs(value) < LARGEST_NUMBER:
        sheet.write_number(line, place, value, style)
    else:
        sheet.write_string(line, place, clean(str(value), language), style)


def lines_of(value: str, width: float) -> int:
    """Return how many lines a text takes in a column of so many characters."""
    room = max(1, int(width))
    return sum(max(1, len(textwrap.wrap(part, room))) for part in value.split("\n"))


def write_across(sheet: Any, line: int, last: int, value: str, style: Any, width: float) -> int:
    """Write a sentence over the columns of a sheet, as high as it needs.

    Parameters
    ----------
    sheet, line
        Where.
    last
        Last of the columns, from zero.
    value, style
        The sentence, and its format.
    width
        Characters that fit beside each other in these columns.

    Returns
    -------
    int
        Lines of text it takes.
    """
    if last > 0:
        sheet.merge_range(line, 0, line, last, "", style)
    sheet.write_string(line, 0, value, style)
    # Letters are narrower than the digits that widths are counted in.
    count = lines_of(value, width * 1.1)
    sheet.set_row(line, 15 * count + 1)
    return count


def set_page(sheet: Any, title: str, name: str, language: str, paper: int = A4) -> None:
    """Set how a sheet is printed: lying, as wide as the paper, with its name and page below.

    Parameters
    ----------
    sheet
        The sheet.
    title, name
        What stands below it; a name from the input may have signs of a footer, so these are doubled.
    language
        Language of the word for page.
    paper
        Number of its size.
    """
    below = text("report_book.footer", language, title=one_line(title, 60), sheet=one_line(name, 60))
    shown = below.replace("&", "&&")
    page = text("report_book.page", language, page="&P", pages="&N")
    sheet.set_footer(f"&L {shown}&R{page}")
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)


def shown_length(value: Value, kind: Kind) -> int:
    """Return about how many characters a value takes."""
    if value is None:
        return 0
    if isinstance(value, bool | str):
        return len(str(value))
    digits = len(f"{abs(value):,.0f}" if kind != Kind.YEAR else f"{value:.0f}")
    return digits + {Kind.NUMBER: 2, Kind.PERCENT: 3, Kind.EUROS: 2}.get(kind, 0) + (value < 0)


def widest(values: Iterable[Value], kind: Kind) -> int:
    """Return about how many characters the longest of some values takes."""
    return max((shown_length(value, kind) for value in values), default=0)
