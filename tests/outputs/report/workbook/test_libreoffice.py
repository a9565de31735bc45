"""The workbook in LibreOffice: it opens, calculates, and every total is the sum of the published plan."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from thuisplan.outputs.report.content import Chart, ChartKind, Column, Kind, Report, Section, Series, Table
from thuisplan.outputs.report.workbook.book import write_book
from thuisplan.outputs.report.workbook.woondeal import deals

SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
SECONDS = 180


def convert(path: Path, kind: str, folder: Path) -> Path:
    """Convert a workbook with a LibreOffice of its own, so that one that is open does no harm."""
    assert SOFFICE is not None
    profile = (folder / "profile").as_uri()
    command = [SOFFICE, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", kind]
    done = subprocess.run(
        [*command, "--outdir", str(folder), str(path)], capture_output=True, text=True, timeout=SECONDS
    )
    made = folder / f"{path.stem}.{kind}"
    assert made.exists(), done.stdout + done.stderr
    return made


def without_values(path: Path, made: Path) -> int:
    """Copy a workbook without what its formulas came to, so that they must be calculated; return how many."""
    removed = 0
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text, count = re.subn(r"(</f>)<v>[^<]*</v>", r"\1", content.decode())
                content, removed = text.encode(), removed + count
            new.writestr(name, content)
    return removed


def a_report(view: Any, plan: Any) -> Report:
    """Return a report with the plan as a table with totals, and every kind of chart."""
    columns = (
        Column("municipality", "=Gemeente"),
        Column("year", "Jaar", Kind.YEAR),
        Column("dwellings", "Woningen [alle] #1 @ 'nu'", Kind.WHOLE, True),
        Column("deficit_eur", "Onrendabele top", Kind.EUROS, True),
    )
    rows = tuple(
        (str(row.municipality), int(row.year), int(row.dwellings), int(row.deficit_eur))
        for row in plan.itertuples()
    )
    table = Table("plan", "Het plan", columns, rows, "plan.parquet")
    series = (Series("een", (1, 2), 1), Series("twee", (2, 1), 2))
    charts = tuple(
        Chart(kind.value, "=Titel", "Wat te zien is.", kind, ("Aalst", "=Beek"), series, "woningen")
        for kind in ChartKind
    )
    section = Section("programme", "Programma", (), (table, *charts))
    values = (("Een antwoord.",), (), charts[0], (section,), (), (), view.names, "plan")
    return Report("nl", "plan", "Plan & <programma>", "2026-2031", *values)


def test_libreoffice_calculates_the_totals_of_the_plan(three: Any, read: Any, tmp_path: Path) -> None:
    """Without their values all formulas are calculated again, and come to the sums of plan.parquet."""
    view = three("nl")
    plan = read(view, "plan")
    made = deals(view)
    write_book(a_report(view, plan), made, tmp_path / "plan.xlsx")
    (tmp_path / "open").mkdir()
    emptied = tmp_path / "bare.xlsx"
    # Two sums of the table; per sheet of the woondeal every total and every sum of years.
    assert without_values(tmp_path / "plan.xlsx", emptied) > 100
    opened = convert(emptied, "xlsx", tmp_path / "open")
    book: Any = openpyxl.load_workbook(opened, data_only=True)
    written: Any = openpyxl.load_workbook(tmp_path / "plan.xlsx", data_only=True)
    assert book.sheetnames == written.sheetnames
    *_, total = [row for row in book["Het plan"].iter_rows(values_only=True) if row[0] == "Totaal"]
    assert total[2:4] == (plan.dwellings.sum(), plan.deficit_eur.sum())
    together = 0
    for deal in made:
        codes = [column.code for column in deal.columns]
        deal_sheet = book[f"woondeal {deal.region}"]
        [row] = [row for row in deal_sheet.iter_rows(values_only=True) if row[0] == "Totaal alle jaren"]
        values = dict(zip(codes, row[2 : 2 + len(codes)], strict=True))
        inside = {row.place for block in deal.blocks for row in block.rows}
        here = plan[plan.municipality.isin(inside) & (plan.unit == "dwelling") & (plan.segment != "outside")]
        assert values["total"] == here.dwellings.sum()
        assert values["committed"] == here.committed.sum()
        together += values["total"] + sum(n for code, n in values.items() if code.startswith("outside_"))
    assert together == plan.dwellings.sum()
    # What was calculated is what the file had in store for programs that do not calculate.
    for sheet in written:
        for cells in sheet.iter_rows():
            for cell in cells:
                if isinstance(cell.value, int | float):
                    assert book[sheet.title][cell.coordinate].value == pytest.approx(cell.value)


def test_libreoffice_prints_the_workbook(three: Any, read: Any, tmp_path: Path) -> None:
    """Every sheet has a page with its name below it, and all texts arrive as texts."""
    pdftotext = shutil.which("pdftotext")
    if pdftotext is None:
        pytest.skip("pdftotext is not installed")
    view = three("nl")
    write_book(a_report(view, read(view, "plan")), deals(view), tmp_path / "plan.xlsx")
    made = convert(tmp_path / "plan.xlsx", "pdf", tmp_path)
    told = subprocess.run([pdftotext, str(made), "-"], capture_output=True, text=True, check=True).stdout
    assert "=Gemeente" in told
    assert "Plan & <programma>" in told
    assert "Voor akkoord" in told
    assert "#NAME?" not in told
    assert "Err:" not in told
