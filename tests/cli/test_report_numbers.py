"""Page, workbook and records say the same: every number of every table, read back as a reader sees it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from thuisplan.outputs.plan_folder import PlanFolder
from thuisplan.outputs.report.content import Kind, Report, Table
from thuisplan.outputs.report.make import make_report

Run = Callable[..., Any]

NUMBERS = {Kind.WHOLE, Kind.NUMBER, Kind.EUROS, Kind.PERCENT, Kind.YEAR}


BELOW = "below"
"""Stands first in a row that holds the long texts of the row above it."""


class Tables(HTMLParser):
    """The tables of a page as (caption, rows of texts): a cell ends where the next one begins."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[list[str]]]] = []
        self._into: list[str] | None = None

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        if tag == "table":
            self.found.append(("", []))
        elif tag == "caption":
            self._into = []
        elif tag == "tr":
            self.found[-1][1].append([])
            self._into = None
        elif tag in ("th", "td"):
            if "colspan" in dict(attributes):
                self.found[-1][1][-1].append(BELOW)
            self.found[-1][1][-1].append("")
            self._into = self.found[-1][1][-1]

    def handle_endtag(self, tag: str) -> None:
        if tag == "caption":
            self.found[-1] = ("".join(self._into or []), self.found[-1][1])
        if tag in ("caption", "table", "thead", "tbody", "tfoot"):
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is None:
            return
        if self.found[-1][1] and self._into is self.found[-1][1][-1]:
            self._into[-1] += data
        else:
            self._into.append(data)


def number(text: str, language: str) -> tuple[float, float]:
    """Return a number as it is written, and half of its last decimal: what rounding may have taken."""
    bare = re.sub(r"[^0-9,.\-]", "", text.replace("\u2212", "-"))
    thousands, mark = (".", ",") if language == "nl" else (",", ".")
    bare = bare.replace(thousands, "").replace(mark, ".")
    decimals = len(bare.partition(".")[2])
    return float(bare), 0.5 * 10**-decimals + 1e-9


def on_page(report: Report) -> Iterator[Table]:
    """Yield the tables of a page, in order."""
    for section in (*report.sections, *(part for page in report.pages for part in page.sections)):
        yield from (item for item in section.items if isinstance(item, Table) and item.on_page)


@pytest.fixture(scope="module")
def reports(
    run: Run,
    solved: Path,
    municipality: Callable[[str, str], tuple[Path, Path]],
    tmp_path_factory: pytest.TempPathFactory,
) -> list[tuple[Path, Report]]:
    """Return two plans with their reports: two places in English, and one municipality in Dutch."""
    made = []
    for number, plan in enumerate((solved, municipality("csv", "nl")[1])):
        folder = Path(shutil.copytree(plan, tmp_path_factory.mktemp("reports") / f"plan{number}"))
        done = run("report", folder)
        assert done.code == 0, done
        opened = PlanFolder.open(folder)
        made.append((folder, make_report(opened, opened.language or "nl").report))
    return made


def test_every_number_on_the_page_is_that_of_its_table(reports: list[tuple[Path, Report]]) -> None:
    """Every cell is read back from the page and compared; totals are added up once more."""
    for folder, report in reports:
        reader = Tables()
        reader.feed((folder / "report" / "report.html").read_text(encoding="utf-8"))
        tables = list(on_page(report))
        assert [caption for caption, _ in reader.found] == [table.title for table in tables]
        for table, (_, rows) in zip(tables, reader.found, strict=True):
            below = [rows[place + 1 : place + 2] for place, _ in enumerate(rows)]
            texts = [after[0][1] if after and after[0][0] == BELOW else "" for after in below]
            plain = [(row, text) for row, text in zip(rows, texts, strict=True) if row[0] != BELOW]
            headings = [" ".join(heading.split()) for heading in plain[0][0]]
            shown = [place for place, column in enumerate(table.columns) if column.heading in headings]
            assert len(shown) == len(plain[0][0])
            for values, (cells, text) in zip(table.rows, plain[1:], strict=False):
                for place, (column, value) in enumerate(zip(table.columns, values, strict=True)):
                    cell = cells[shown.index(place)] if place in shown else text
                    if column.kind in NUMBERS and value is not None:
                        written, rounding = number(cell, report.language)
                        assert abs(written - value) <= rounding, (table.code, column.code, cell, value)
                    elif value is not None and column.kind is Kind.TEXT:
                        assert " ".join(str(value).split()) in " ".join(cell.split()), (
                            table.code,
                            column.code,
                        )
            rows = [row for row, _ in plain]
            if len(rows) > 1 + len(table.rows):
                for position, column in enumerate(table.columns):
                    if column.adds_up:
                        written, rounding = number(rows[-1][shown.index(position)], report.language)
                        total = sum(row[position] or 0 for row in table.rows)
                        assert abs(written - total) <= rounding, (table.code, column.code)


def test_every_number_in_the_workbook_is_that_of_its_table(reports: list[tuple[Path, Report]]) -> None:
    """The sheets hold every table of the sections, in order, with the values as they are."""
    for folder, report in reports:
        book = openpyxl.load_workbook(folder / "report" / "plan.xlsx")
        tables = [item for section in report.sections for item in section.items if isinstance(item, Table)]
        sheets = {}
        for sheet in book:
            for area in sheet.tables.values():
                sheets[str(sheet["A1"].value)] = (sheet, area.ref)
        assert len(tables) > 5
        for table in tables:
            sheet, area = sheets[table.title]
            rows = [[cell.value for cell in row] for row in sheet[area]]
            for values, cells in zip(table.rows, rows[1:], strict=False):
                for column, value, cell in zip(table.columns, values, cells, strict=False):
                    if column.kind in NUMBERS:
                        expected = None if value is None else pytest.approx(value, rel=1e-12)
                        assert cell == expected, (table.code, column.code)
