"""Writes a scenario as a workbook that explains itself."""

from __future__ import annotations

import datetime
import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter

from thuisplan.inputs.columns import (
    CODE,
    MUNICIPALITY,
    TEXT,
    YESNO,
    Column,
    Row,
    several,
    sorted_rows,
    write_exact,
)
from thuisplan.inputs.describe import (
    WORDS,
    column_cells,
    column_lines,
    description_headings,
    in_template,
    sections,
    setting_is_list,
    setting_mark,
    setting_meaning,
    table_name,
)
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import TABLES

LONGEST_TEXT = 32_767
"""Characters in a cell; Excel's limit."""
LONGEST_LIST = 255
"""Characters in a list to choose from; Excel's limit."""
ROWS_WITH_LIST = 1000
"""Rows below the heading that get a list to choose from."""

_EXPLANATION = {"nl": "toelichting", "en": "explanation"}


def write_workbook(
    scenario: Scenario, path: Path, language: str | None, introduction: str | None = None
) -> None:
    """Write one sheet per table, with notes, lists to choose from and an explanation.

    Parameters
    ----------
    scenario
        What to write. Tables without rows get no sheet, except required ones and, for people, ordinary ones;
        the explanation describes them all.
    path
        The ``.xlsx`` file.
    language
        ``"nl"`` or ``"en"``; None for canonical names and codes.
    introduction
        What the explanation starts with, such as what to look at in an example.

    Raises
    ------
    ValueError
        If a text is too long for a cell.
    """
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    # The same content gives the same file, whenever it is written.
    book.set_properties({"created": datetime.datetime(2000, 1, 1)})
    formats = {
        "bold": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"num_format": "@"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    _settings_sheet(book, scenario.settings, language, formats)
    for name, row_type in TABLES.items():
        rows = scenario.tables.get(name, ())
        if in_template(row_type, rows, language):
            _table_sheet(book, row_type, rows, language, formats)
    _explanation_sheet(book, language or "en", formats, introduction)
    book.close()
    path.write_bytes(content.getvalue())


def _settings_sheet(book: Any, settings: Settings, language: str | None, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet("scenario")
    words = WORDS[language or "en"]
    for place, name in enumerate(("setting", "value", "meaning")):
        sheet.write_string(0, place, words[name], formats["bold"])
    for line, name in enumerate(Settings.model_fields, start=1):
        value = getattr(settings, name)
        sheet.write_string(line, 0, name)
        if isinstance(value, bool):
            value = YESNO.write(value, language)
        _write_value(sheet, line, 1, "|".join(value) if setting_is_list(name) else value, language)
        meaning = setting_meaning(name, language or "en")
        sheet.write_string(line, 2, f"{meaning} ({setting_mark(name, language or 'en')})")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 1, 28)
    sheet.set_column(2, 2, 90)


def _table_sheet(
    book: Any, row_type: type[Row], rows: tuple[Row, ...], language: str | None, formats: dict[str, Any]
) -> None:
    sheet = book.add_worksheet(table_name(row_type, language))
    sheet.freeze_panes(1, 0)
    if not rows and not row_type.required_table:
        sheet.set_tab_color("#BFBFBF")
    for place, column in enumerate(row_type.columns()):
        heading = column.heading(language)
        # As text, Excel leaves 0200 and 2-3 as they are typed.
        is_text = column.kind in (TEXT, CODE, MUNICIPALITY)
        sheet.set_column(place, place, max(len(heading) + 2, 12), formats["text"] if is_text else None)
        sheet.write_string(0, place, heading, formats["bold"])
        note = "\n".join(column_lines(column, language or "en"))
        sheet.write_comment(0, place, note, {"x_scale": 2, "y_scale": 2, "author": "Thuisplan"})
        _offer_choices(sheet, place, column, language, max(len(rows), ROWS_WITH_LIST))
    for line, row in enumerate(sorted_rows(rows), start=1):
        for place, column in enumerate(row_type.columns()):
            value = getattr(row, column.name)
            is_number = isinstance(value, int | Fraction) and not isinstance(value, bool)
            if value is not None and not is_number:
                value = column.kind.write(value, language)
            _write_value(sheet, line, place, value, language)


def _write_value(sheet: Any, line: int, place: int, value: Any, language: str | None) -> None:
    """Write a number as a number if Excel keeps it exactly, else as text; never a formula."""
    if value is None:
        return
    if isinstance(value, int | Fraction):
        # Excel keeps fifteen digits.
        if -(10**15) < value < 10**15 and Fraction(f"{float(value):.15g}") == value:
            sheet.write_number(line, place, float(value))
            return
        value = write_exact(value, language)
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"A text of {len(value)} characters does not fit in a cell ({LONGEST_TEXT}).")
    sheet.write_string(line, place, value)


def _offer_choices(sheet: Any, place: int, column: Column, language: str | None, rows: int) -> None:
    """Add a list to choose from where the vocabulary is short."""
    vocabulary = column.kind.vocabulary
    if vocabulary is None or column.kind is several(vocabulary):
        return
    choices = [label.text(language) if language else code for code, label in vocabulary.labels.items()]
    if len(",".join(choices)) > LONGEST_LIST or any("," in choice for choice in choices):
        return
    options = {"validate": "list", "source": choices, "show_error": not vocabulary.open}
    sheet.data_validation(1, place, rows, place, options)


def _explanation_sheet(book: Any, language: str, formats: dict[str, Any], introduction: str | None) -> None:
    sheet = book.add_worksheet(_EXPLANATION[language])
    line = 0
    if introduction is not None:
        sheet.write_string(line, 0, introduction)
        line += 2
    sheet.write_string(line, 0, WORDS[language]["numbers"])
    line += 1
    sheet.write_string(line, 0, WORDS[language]["add"])
    chapter = ""
    for section in sections(language):
        if section.chapter != chapter:
            chapter = section.chapter
            line += 2
            sheet.write_string(line, 0, chapter.upper(), formats["bold"])
        line += 2
        sheet.write_string(line, 0, section.title, formats["bold"])
        sheet.write_string(line, 1, section.mark)
        sheet.write_string(line, 3, section.meaning)
        line += 1
        for place, heading in enumerate(description_headings(language) if section.columns else ()):
            sheet.write_string(line, place, heading, formats["bold"])
        for column in section.columns:
            line += 1
            for place, text in enumerate(column_cells(column, language)):
                sheet.write_string(line, place, text, formats["wrap"])
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 2, 16)
    sheet.set_column(3, 5, 60)
