"""The workbook: the numbers of the report as numbers, totals that are formulas, and texts that stay texts."""

from __future__ import annotations

import errno
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from thuisplan.outputs.report.content import (
    Chart,
    ChartKind,
    Column,
    Kind,
    Report,
    Section,
    Series,
    State,
    Table,
    Tile,
)
from thuisplan.outputs.report.plan.assumptions_section import assumptions_section
from thuisplan.outputs.report.plan.fair_share_section import fair_share_section
from thuisplan.outputs.report.plan.levels_section import levels_section
from thuisplan.outputs.report.plan.needs_section import needs_section
from thuisplan.outputs.report.plan.programme_section import programme_section
from thuisplan.outputs.report.plan.rules_section import rules_section
from thuisplan.outputs.report.plan.stock_section import stock_section
from thuisplan.outputs.report.workbook.book import write_book
from thuisplan.outputs.report.workbook.book_cells import LONGEST_TEXT, Names
from thuisplan.outputs.report.workbook.book_tables import write_table
from thuisplan.outputs.texts import text

NASTY = (
    "=1+1",
    "@SUM(A1)",
    "+1",
    "-1",
    "\t=1+1",
    " =1+1",
    "＝1+1",  # noqa: RUF001
    "<script>alert(1)</script>",
    "<r><t>raw</t></r>",
    "'",
    "'s-Graven'hage",
    "a\x00b\x0bc",
    "_x0041_",
    "http://example.org",
    "0200",
    "lone \ud800 half",
)
REGION = "Regio met een naam van veertig tekens ab"


def a_report(*sections: Section, **changes: Any) -> Report:
    """Return a report with these sections and little else."""
    values: dict[str, Any] = {
        "language": "nl",
        "kind": "plan",
        "title": "Plan",
        "subtitle": "2026-2035",
        "answer": ("Er komen drie woningen.",),
        "tiles": (Tile("Hoeveel", "3", "in tien jaar", State.GOOD),),
        "picture": None,
        "sections": sections,
        "pages": (),
        "figures": (),
        "municipalities": {},
        "file_name": "plan",
        **changes,
    }
    return Report(**values)


def a_table(code: str = "counts", title: str = "Woningen", **changes: Any) -> Table:
    """Return a table with a column of every kind; the sums are 3, 5.5 and 300 000."""
    columns = (
        Column("place", "Gemeente"),
        Column("year", "Jaar", Kind.YEAR),
        Column("homes", "Woningen", Kind.WHOLE, True, "Alles wat is opgeleverd."),
        Column("mean", "Gemiddeld", Kind.NUMBER, True),
        Column("cost", "Kosten", Kind.EUROS, True),
        Column("share", "Aandeel", Kind.PERCENT),
        Column("fits", "Past", Kind.YES_NO),
    )
    rows = (
        ("Aalst", 2026, 1, 2.25, 100_000, 33.3, True),
        ("Beek", 2027, 2, 3.25, 200_000, None, False),
    )
    values: dict[str, Any] = {"columns": columns, "rows": rows, "source": "plan.parquet", **changes}
    return Table(code, title, **values)


def a_chart(kind: ChartKind = ChartKind.STACKED, title: str = "Per jaar", **changes: Any) -> Chart:
    values: dict[str, Any] = {
        "code": "chart",
        "told": "Wat er per jaar komt.",
        "categories": (2026, 2027),
        "series": (Series("sociaal", (1, 2), 1), Series("nodig", (2, None), 0)),
        "unit": "woningen",
        **changes,
    }
    return Chart(title=title, kind=kind, **values)


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Any]:
    """Return a function that writes a report and reads the workbook back, formulas as they are."""

    def write(*sections: Section, values: bool = False, **changes: Any) -> Any:
        path = tmp_path / "plan.xlsx"
        write_book(a_report(*sections, **changes), (), path)
        return openpyxl.load_workbook(path, data_only=values)

    return write


def parts(path: Path) -> dict[str, str]:
    """Return the XML parts of a workbook; each must parse."""
    with zipfile.ZipFile(path) as archive:
        found = {name: archive.read(name).decode() for name in archive.namelist()}
    for name, content in found.items():
        if name.endswith((".xml", ".rels", ".vml")):
            ElementTree.fromstring(content)
    return found


def formulas(book: Any) -> list[str]:
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    return [str(cell.value) for cell in cells if cell.data_type == "f"]


def table_rows(sheet: Any) -> list[list[Any]]:
    """Return the cells of the one Excel table of a sheet, headings first."""
    [table] = sheet.tables.values()
    return [[cell.value for cell in row] for row in sheet[table.ref]]


# --- tables ------------------------------------------------------------------------


def test_numbers_of_a_table_are_numbers_and_the_same(made: Any) -> None:
    """Every value of the record is the value of its cell; yes and no are words of the language."""
    sheet = made(Section("s", "Programma", (), (a_table(),)))["Woningen"]
    headings, first, second, total = table_rows(sheet)
    assert headings == ["Gemeente", "Jaar", "Woningen", "Gemiddeld", "Kosten", "Aandeel", "Past"]
    assert first == ["Aalst", 2026, 1, 2.25, 100_000, 33.3, "ja"]
    assert second == ["Beek", 2027, 2, 3.25, 200_000, None, "nee"]
    assert total[0] == "Totaal"


def test_totals_are_formulas_with_their_value_beside_them(made: Any) -> None:
    """Columns that add up end in SUBTOTAL over exactly their rows, with the sum as cached value."""
    section = Section("s", "Programma", (), (a_table(),))
    *_, total = table_rows(made(section)["Woningen"])
    # Title, source and link are lines 1 to 3, the headings line 4, the rows lines 5 and 6.
    assert total[2:5] == ["=SUBTOTAL(109,C5:C6)", "=SUBTOTAL(109,D5:D6)", "=SUBTOTAL(109,E5:E6)"]
    assert not any((total[1], total[5], total[6]))
    *_, shown = table_rows(made(section, values=True)["Woningen"])
    assert shown[2:5] == [3, 5.5, 300_000]


def test_numbers_have_the_format_of_their_kind(made: Any) -> None:
    """Years have no mark for thousands; percentages are 0 to 100 with a sign that does not multiply."""
    sheet = made(Section("s", "Programma", (), (a_table(),)))["Woningen"]
    formats = [cell.number_format for cell in sheet[5]]
    assert formats == ["General", "0", "#,##0", "#,##0.0", '"€" #,##0', '0.0"%"', "General"]


def test_headings_are_frozen_filtered_and_explained(made: Any) -> None:
    """The heading stays in sight and on every page; the filter belongs to the table and not to the sheet."""
    sheet = made(Section("s", "Programma", (), (a_table(),)))["Woningen"]
    assert sheet.freeze_panes == "B5"
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.auto_filter.ref is None
    [table] = sheet.tables.values()
    assert table.autoFilter.ref == "A4:G6"
    assert sheet["C4"].comment.text == "Alles wat is opgeleverd."


def test_what_stands_out_is_said_in_words(made: Any) -> None:
    """A fill has a column of words beside it, unless the table has a verdict itself."""
    states = {0: State.BROKEN, 1: State.BINDING}
    sheet = made(Section("s", "Programma", (), (a_table(states=states),)))["Woningen"]
    headings, first, second, _ = table_rows(sheet)
    assert (headings[-1], first[-1], second[-1]) == ("Aandacht", "voldoet niet", "knelt")
    assert sheet["A5"].fill.fgColor.rgb != sheet["A6"].fill.fgColor.rgb
    columns = (Column("rule", "Regel"), Column("verdict", "Oordeel"))
    judged = a_table(columns=columns, rows=(("a", "voldoet niet"),), states={0: State.BROKEN})
    sheet = made(Section("s", "Regels", (), (judged,)))["Woningen"]
    assert table_rows(sheet)[0] == ["Regel", "Oordeel"]


def test_table_without_rows_is_a_table(made: Any, tmp_path: Path) -> None:
    """Excel needs a row below the headings; it is empty, and there is no total."""
    sheet = made(Section("s", "Programma", (), (a_table(rows=()),)))["Woningen"]
    assert table_rows(sheet)[1] == [None] * 7
    assert not formulas(sheet.parent)


def test_table_that_is_too_long_says_so(tmp_path: Path) -> None:
    """A sheet of 50 lines keeps 40 for headings and notes: ten rows are shown, and where the others are."""
    import xlsxwriter

    from thuisplan.outputs.report.workbook.book_cells import Formats
    from thuisplan.outputs.report.workbook.book_tables import Writer

    columns = (Column("n", "Getal", Kind.WHOLE),)
    table = a_table(columns=columns, rows=tuple((number,) for number in range(12)))
    with xlsxwriter.Workbook(str(tmp_path / "long.xlsx")) as book:
        writer = Writer(Formats(book, "nl"), "nl", "Plan", Names(), "Samenvatting")
        write_table(book.add_worksheet("Lang"), writer, table, most_rows=50)
    sheet = openpyxl.load_workbook(tmp_path / "long.xlsx")["Lang"]
    assert "12 rijen" in sheet["A4"].value
    assert "plan.parquet" in sheet["A4"].value
    assert [row[0] for row in table_rows(sheet)[1:]] == list(range(10))


# --- texts -------------------------------------------------------------------------


def test_no_text_becomes_a_formula_a_link_or_a_number(made: Any, tmp_path: Path) -> None:
    """Texts in cells, headings, titles, sheets, charts and footers stay as they are."""
    columns = (Column("name", "Naam"), *(Column(f"c{i}", text) for i, text in enumerate(NASTY)))
    rows = tuple((text, *NASTY) for text in NASTY)
    items: list[Any] = [a_table("nasty", "=2+2", columns=columns, rows=rows, notes=NASTY[:3])]
    items += [a_table(f"t{i}", text) for i, text in enumerate(NASTY)]
    for kind in ChartKind:
        series = (Series("=3+3", (1, 2), 1), Series("@x", (3, 4), 2))
        names = ("=4+4", "<b>")
        items.append(a_chart(kind, "=5+5", series=series, categories=names, unit="=6+6", told="=7+7"))
    sections = (Section("=8", "=8+8", ("=9+9",), tuple(items)),)
    tiles = (Tile("=10", "=11", "=12"),)
    book = made(*sections, title="=13+13 &P", subtitle="=14", answer=NASTY, tiles=tiles)
    # Only the totals of the tables with columns that add up: three in each of them.
    found = formulas(book)
    assert len(found) == 3 * len(NASTY)
    assert all(one.startswith("=SUBTOTAL(109,") for one in found)
    shown = [[cell.value for cell in row] for row in book["2+2"].iter_rows(min_col=2, max_col=3)]
    assert ["=1+1", "@SUM(A1)"] in shown
    # The text that could be taken for the inside of a cell has a space at its end, so that it is not.
    cells = {cell.value for row in book["2+2"].iter_rows() for cell in row}
    assert {"<r><t>raw</t></r> ", "<script>alert(1)</script>", "a\ufffdb\ufffdc", "lone \ufffd half"} <= cells
    written = parts(tmp_path / "plan.xlsx")
    charts = [content for name, content in written.items() if name.startswith("xl/charts/chart")]
    assert len(charts) == len(ChartKind)
    for content in charts:
        references = [
            one.text or "" for one in ElementTree.fromstring(content).iter() if one.tag.endswith("}f")
        ]
        assert references
        assert all(one.replace("'", "").startswith("grafiekdata!$") for one in references)
    defined = [name.attr_text for sheet in book for name in sheet.defined_names.values()]
    assert all("!$" in name for name in defined)


def test_names_of_sheets_are_legal_and_differ(made: Any) -> None:
    """Names are cut to 31 characters, so two that are equal after cutting get a number."""
    titles = (
        REGION,
        REGION + " en meer",
        "a/b:c*d?[e]\\f",
        "History",
        "'",
        "'",
        "====",
        "woningen",
        "Woningen",
    )
    items = tuple(a_table(f"t{i}", title) for i, title in enumerate(titles))
    names = made(Section("s", "Programma", (), items)).sheetnames
    assert len({name.casefold() for name in names}) == len(names) == len(titles) + 1
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)
    assert not [name for name in names if name[0] in "=+-@" or name.casefold() == "history"]
    # 31 characters: the first ends in an ellipsis, the second leaves room for its number.
    assert names[1:3] == ["Regio met een naam van veertig…", "Regio met een naam van… (2)"]
    assert names[4] == "history_"


def test_long_texts_are_cut_with_a_word(made: Any) -> None:
    """A cell holds 32,767 characters; emoji count twice."""
    columns = (Column("text", "Tekst"), Column("emoji", "Emoji"))
    table = a_table(columns=columns, rows=(("x" * 40_000, "\U0001f3e0" * 20_000),))
    _, [plain, emoji] = table_rows(made(Section("s", "Lang", (), (table,)))["Woningen"])
    assert len(plain) == LONGEST_TEXT
    assert plain.endswith(" [ingekort]")
    assert len(emoji.encode("utf-16-le")) // 2 <= LONGEST_TEXT


# --- the whole file ----------------------------------------------------------------


def test_excel_has_nothing_to_repair(made: Any, tmp_path: Path) -> None:
    """Table names and headings are unique and equal to their cells; codes that look like cells do no harm."""
    columns = (Column("a", "Naam\nop twee regels"), Column("b", "naam"), Column("c", "Naam"), Column("d", ""))
    odd = [
        a_table(code, "Odd", columns=columns, rows=(("a", "b", "c", "d"),)) for code in ("A1", "a1", "R1C1")
    ]
    made(Section("s", "Odd", (), (*odd, a_table(notes=("Een noot.",)), a_chart())), picture=a_chart())
    written = parts(tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    names = [table.name.casefold() for sheet in book for table in sheet.tables.values()]
    assert len(set(names)) == len(names) == 4
    for sheet in book:
        for table in sheet.tables.values():
            headings = [column.name for column in table.tableColumns]
            assert len({heading.casefold() for heading in headings}) == len(headings)
            assert [cell.value for cell in sheet[table.ref][0]] == headings
            assert all(heading and "\n" not in heading for heading in headings)
    worksheets = [content for name, content in written.items() if name.startswith("xl/worksheets/sheet")]
    assert not [content for content in worksheets if "<autoFilter" in content]


def test_equal_reports_give_equal_files(tmp_path: Path) -> None:
    """The file holds no moment of writing."""
    report = a_report(Section("s", "Programma", (), (a_table(), a_chart())), picture=a_chart())
    for name in ("one.xlsx", "two.xlsx"):
        write_book(report, (), tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_first_sheet_answers_and_leads_to_every_sheet(made: Any) -> None:
    """It has title, answer and tiles, and a link to every other sheet with what it holds and its source."""
    items = (a_table(), a_table("more", "Meer"), a_chart())
    book = made(Section("s", "Programma", (), items), picture=a_chart())
    assert book.sheetnames == ["Samenvatting", "Grafieken", "Woningen", "Meer", "grafiekdata"]
    first = book.worksheets[0]
    cells = {cell.value for row in first.iter_rows() for cell in row}
    assert {"Plan", "2026-2035", "Er komen drie woningen.", "Hoeveel", "3 – in orde", "in tien jaar"} <= cells  # noqa: RUF001
    links = {cell.hyperlink.location for row in first.iter_rows() for cell in row if cell.hyperlink}
    assert {link.split("!")[0].strip("'") for link in links} == set(book.sheetnames[1:])
    rows = [[cell.value for cell in row] for row in first.iter_rows(max_col=3)]
    assert ["Meer", "Meer", "plan.parquet"] in rows


def test_charts_are_charts_of_excel_with_the_same_numbers(made: Any, tmp_path: Path) -> None:
    """The numbers stand on their own sheet; a line over bars is a line; what is empty stays empty."""
    chart = a_chart(lines=("nodig",))
    book = made(Section("s", "Programma", (), (chart,)))
    rows = [[cell.value for cell in row] for row in book["grafiekdata"].iter_rows(min_row=4, max_col=3)]
    assert rows[:5] == [
        ["Per jaar", None, None],
        ["woningen", None, None],
        [rows[2][0], "sociaal", "nodig"],
        [2026, 1, 2],
        [2027, 2, None],
    ]
    content = parts(tmp_path / "plan.xlsx")["xl/charts/chart1.xml"]
    assert "<c:barChart>" in content
    assert '<c:grouping val="stacked"/>' in content
    assert "<c:lineChart>" in content
    drawing = parts(tmp_path / "plan.xlsx")["xl/drawings/drawing1.xml"]
    assert "Wat er per jaar komt." in drawing


def test_workbook_in_english_has_english_words(made: Any) -> None:
    """Sheets, totals and words for attention follow the language."""
    section = Section("s", "Programme", (), (a_table(states={0: State.GOOD}), a_chart()))
    book = made(section, language="en")
    assert book.sheetnames == ["Summary", "Charts", "Woningen", "chart data"]
    headings, first, _, total = table_rows(book["Woningen"])
    assert (headings[-1], first[-1], first[-2], total[0]) == ("Attention", "fine", "yes", "Total")


def test_every_number_of_every_section_is_in_the_workbook(three: Any, made: Any) -> None:
    """Cell by cell the sheets are the tables of the sections of a solved plan, and totals are their sums."""
    view = three("nl")
    parts_of_plan = (
        programme_section(view),
        needs_section(view),
        fair_share_section(view),
        rules_section(view),
        stock_section(view),
        levels_section(view),
        assumptions_section(view),
    )
    sections = [section for section in parts_of_plan if section is not None]
    assert len(sections) == len(parts_of_plan)
    tables = [item for section in sections for item in section.items if isinstance(item, Table)]
    book = made(*sections, values=True)
    sheets = [sheet for sheet in book if sheet.tables]
    assert len(sheets) == len(tables) > 15
    for sheet, table in zip(sheets, tables, strict=True):
        assert sheet["A1"].value == table.title
        assert table.source in sheet["A2"].value
        written = table_rows(sheet)
        width = len(table.columns)
        for row, cells in zip(table.rows, written[1:], strict=False):
            for value, cell in zip(row, cells[:width], strict=True):
                shown = {True: "ja", False: "nee"}[value] if isinstance(value, bool) else value
                if isinstance(shown, float):
                    # The file has sixteen digits of a number.
                    assert cell == pytest.approx(shown, rel=1e-14)
                else:
                    assert (None if cell == "" else cell) == (None if shown == "" else shown)
        sums = [place for place, column in enumerate(table.columns) if column.adds_up and table.rows]
        assert len(written) == 1 + max(1, len(table.rows)) + bool(sums)
        for place in sums:
            assert written[-1][place] == pytest.approx(table.total(place))


@pytest.mark.parametrize("kind", list(ChartKind))
def test_a_chart_without_anything_to_show_is_left_out(made: Callable[..., Any], kind: ChartKind) -> None:
    """No series, no categories, or no values: each is skipped, also as the picture of the first sheet."""
    empty = (
        a_chart(kind, series=()),
        a_chart(kind, series=(), categories=()),
        a_chart(kind, series=(Series("a", (None, 0), 1), Series("b", (0, None), 2))),
    )
    for picture in (*empty, None):
        book = made(Section("s", "Deel", (), (*empty, a_table())), picture=picture)
        assert "Grafieken" not in book.sheetnames
        assert "grafiekdata" not in book.sheetnames
    book = made(Section("s", "Deel", (), (*empty, a_chart(kind, series=a_chart().series))))
    assert len(book["Grafieken"]._charts) == 1


def test_a_chart_of_lines_only_is_drawn(made: Callable[..., Any]) -> None:
    """All series are lines over bars, and there are no bars: both are drawn."""
    book = made(Section("s", "Deel", (), (a_chart(lines=("sociaal", "nodig")),)))
    assert len(book["Grafieken"]._charts) == 1
    assert len(book["Grafieken"]._charts[0].series) == 2


def test_what_the_system_refuses_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full while the workbook is packed is an error of the system, with its number."""

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "write", full)
    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(OSError, match="No space left") as found:
        write_book(a_report(), (), tmp_path / "plan.xlsx")
    assert found.value.errno == errno.ENOSPC


def test_rows_are_not_called_rules() -> None:
    """A rule is something to keep to; a table has rows."""
    for code in ("programme_all", "lettings_all", "allocations_all", "waiting_all"):
        assert text(f"report_book.sheet_{code}", "nl").endswith(", alle rijen")
