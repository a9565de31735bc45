"""Writes a scenario as a workbook that explains itself."""

from __future__ import annotations

import datetime
import io
import typing
from collections.abc import Collection, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter

from thuisplan.inputs.columns import YESNO, sorted_rows, write_exact
from thuisplan.inputs.default_sources import setting_default
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
from thuisplan.inputs.rule_sets import RULE_SETS
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import TABLES
from thuisplan.inputs.workbook_checks import Checks
from thuisplan.inputs.workbook_style import SHEETS, Style, note_size, protect, row_height, width

LONGEST_TEXT = 32_767
"""Characters in a cell; Excel's limit."""
SETTINGS_WIDTHS = (38, 32, 70, 44)
EXPLANATION_WIDTHS = (34, 18, 18, 60, 60, 60)
"""Widths of the columns of the first two sheets [characters]."""
MORE_ROWS = 1000
"""Rows below those that are filled that get lists, ranges and formats too."""


def write_workbook(
    scenario: Scenario, path: Path, language: str | None, introduction: str | None = None
) -> None:
    """Write an explanation, the settings, one sheet per table and the lists to choose from.

    Headings are locked, without a password, and coloured: key, required, optional. A heading holds its
    name alone, so that reading finds it; its unit is shown by the format of the cell, and a note tells
    meaning, choices and defaults.

    Parameters
    ----------
    scenario
        What to write. Tables without rows get no sheet, except required ones and, for people, all: those
        that few need are hidden, ready to be shown.
    path
        The ``.xlsx`` file.
    language
        ``"nl"`` or ``"en"``; None for canonical names and codes.
    introduction
        What the explanation tells of this input, such as what to look at in an example.

    Raises
    ------
    ValueError
        If a text is too long for a cell.
    """
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    # The same content gives the same file, whenever it is written.
    book.set_properties({"created": datetime.datetime(2000, 1, 1)})
    # Cells are free unless they say otherwise: a row can only be deleted where all its cells are free.
    book.formats[0].set_locked(False)
    style = Style(book, language or "en")
    shown = {
        name for name, kind in TABLES.items() if in_template(kind, scenario.tables.get(name, ()), language)
    }
    written = shown if language is None else set(TABLES)
    checks = Checks(style, language, written)
    explanation = book.add_worksheet(SHEETS[style.language]["explanation"])
    _settings_sheet(book, scenario.settings, language, style)
    for name in TABLES:
        if name in written:
            _table_sheet(style, checks, name, scenario, language, hidden=name not in shown)
    checks.write_lists()
    _Explanation(explanation, style, language, scenario, shown).write(introduction)
    explanation.activate()
    book.close()
    path.write_bytes(content.getvalue())


def _settings_sheet(book: Any, settings: Settings, language: str | None, style: Style) -> None:
    sheet = book.add_worksheet("scenario")
    words = WORDS[style.language]
    for place, name in enumerate(("setting", "value", "meaning")):
        sheet.write_string(0, place, words[name], style.legend("key"))
    sheet.write_string(0, 3, style.words["default"], style.legend("key"))
    free = style.format(locked=False, num_format="@", valign="top", border=1)
    wrap = style.format(text_wrap=True, valign="top")
    for line, (name, field) in enumerate(Settings.model_fields.items(), start=1):
        value = getattr(settings, name)
        is_yes_no = isinstance(value, bool)
        if is_yes_no:
            value = YESNO.write(value, language)
        sheet.write_string(line, 0, name, style.legend("required" if field.is_required() else "optional"))
        sheet.write_blank(line, 1, None, free)
        _write_value(sheet, line, 1, "|".join(value) if setting_is_list(name) else value, language, free)
        meaning = f"{setting_meaning(name, style.language)} ({setting_mark(name, style.language)})"
        default = setting_default(name, style.language)
        sheet.write_string(line, 2, meaning, wrap)
        sheet.write_string(line, 3, default, wrap)
        sheet.set_row(line, row_height(("", "", meaning, default), SETTINGS_WIDTHS))
        choices = list(typing.get_args(field.annotation)) if not setting_is_list(name) else list(RULE_SETS)
        if is_yes_no:
            choices = [YESNO.write(one, language) for one in (True, False)]
        if choices and all(isinstance(choice, str) for choice in choices):
            several = setting_is_list(name)
            options = {"validate": "list", "source": choices, "show_error": not several}
            if several:
                options["input_message"] = style.words["several"]
            else:
                options |= {"error_type": "warning", "error_message": style.words["not_in_list"]}
            sheet.data_validation(line, 1, line, 1, options)
    sheet.freeze_panes(1, 0)
    for place, wide in enumerate(SETTINGS_WIDTHS):
        sheet.set_column(place, place, wide)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    protect(sheet)


def _table_sheet(
    style: Style, checks: Checks, name: str, scenario: Scenario, language: str | None, *, hidden: bool
) -> None:
    row_type, rows = TABLES[name], sorted_rows(scenario.tables.get(name, ()))
    sheet = style.book.add_worksheet(table_name(row_type, language))
    sheet.freeze_panes(1, 1)
    if hidden:
        sheet.hide()
    if not rows and not row_type.required_table:
        sheet.set_tab_color("#BFBFBF")
    sheet.set_row(0, 48, style.format(locked=True))
    columns = row_type.columns()
    for place, column in enumerate(columns):
        texts = [_cell(getattr(row, column.name), column, language) for row in rows]
        cell = style.cell(column)
        sheet.set_column(place, place, width(column, language, [str(text or "") for text in texts]), cell)
        sheet.write_string(0, place, column.heading(language), style.heading(column))
        note = "\n".join(column_lines(name, column, style.language))
        sheet.write_comment(0, place, note, note_size(note))
        checks.add(sheet, row_type, place, len(rows) + MORE_ROWS)
        for line, value in enumerate(texts, start=1):
            _write_value(sheet, line, place, value, language, cell)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.autofilter(0, 0, len(rows) + MORE_ROWS, len(columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{len(rows) + MORE_ROWS + 1}"})
    protect(sheet)


def _cell(value: Any, column: Any, language: str | None) -> Any:
    """Return a number as it is, anything else as text; None for nothing."""
    is_number = isinstance(value, int | Fraction) and not isinstance(value, bool)
    return value if value is None or is_number else column.kind.write(value, language)


def _write_value(sheet: Any, line: int, place: int, value: Any, language: str | None, style: Any) -> None:
    """Write a number as a number if Excel keeps it exactly, else as text; never a formula."""
    if value is None:
        return
    if isinstance(value, int | Fraction):
        # Excel keeps fifteen digits.
        if -(10**15) < value < 10**15 and Fraction(f"{float(value):.15g}") == value:
            sheet.write_number(line, place, float(value), style)
            return
        value = write_exact(value, language)
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"A text of {len(value)} characters does not fit in a cell ({LONGEST_TEXT}).")
    sheet.write_string(line, place, value, style)


class _Explanation:
    """The first sheet: what to do, what the colours mean, which sheets there are, and every column."""

    def __init__(
        self, sheet: Any, style: Style, language: str | None, scenario: Scenario, shown: Collection[str]
    ) -> None:
        self.sheet, self.style, self.language = sheet, style, language
        self.scenario, self.shown = scenario, shown
        self.line = 0
        self.bold = style.format(bold=True, valign="top", text_wrap=True)
        self.wrap = style.format(text_wrap=True, valign="top")

    def write(self, introduction: str | None) -> None:
        """Write the whole sheet."""
        words = self.style.words
        self._wide(words["title"], self.style.format(bold=True, font_size=16))
        if introduction is not None:
            self._wide(words["look_at"], self.bold)
            self._wide(introduction, self.wrap)
        for step in range(1, 7):
            self._wide(words[f"step_{step}"], self.wrap)
        self._legend(words)
        self._tables(words)
        self._columns()
        for place, wide in enumerate(EXPLANATION_WIDTHS):
            self.sheet.set_column(place, place, wide)
        self.sheet.hide_gridlines(2)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        protect(self.sheet)

    def _wide(self, text: str, how: Any) -> None:
        """Write a text over the width of the columns A to D."""
        self.sheet.set_row(self.line, 15.0 * -(-len(text) // 140) * (1.5 if self.line == 0 else 1))
        self.sheet.merge_range(self.line, 0, self.line, 3, "", how)
        self.sheet.write_string(self.line, 0, text, how)
        self.line += 1

    def _legend(self, words: Mapping[str, str]) -> None:
        self.line += 1
        self._wide(words["colours"], self.bold)
        examples = {"key": WORDS[self.style.language]["column"], "required": "", "optional": ""}
        for role, star in (("key", " *"), ("required", " *"), ("optional", "")):
            name = examples[role] or examples["key"]
            self.sheet.write_string(self.line, 0, f"{name}{star}", self.style.legend(role))
            self.sheet.merge_range(self.line, 1, self.line, 3, "", self.wrap)
            self.sheet.write_string(self.line, 1, words[role], self.wrap)
            self.line += 1

    def _tables(self, words: Mapping[str, str]) -> None:
        fixed = WORDS[self.style.language]
        self.line += 1
        self._wide(words["sheets"], self.bold)
        headings = (fixed["table"], fixed["required"], fixed["here"], fixed["for"])
        for place, heading in enumerate(headings):
            self.sheet.write_string(self.line, place, heading, self.style.legend("optional"))
        link = self.style.format(font_color="#0563C1", underline=1, valign="top")
        for name, row_type in TABLES.items():
            self.line += 1
            title = table_name(row_type, self.language)
            rows = len(self.scenario.tables.get(name, ()))
            if name in self.shown:
                # Excel does not go to a sheet that is hidden.
                self.sheet.write_url(self.line, 0, f"internal:'{title}'!A1", link, title)
            else:
                self.sheet.write_string(self.line, 0, title, self.wrap)
            self.sheet.write_string(
                self.line, 1, fixed["yes" if row_type.required_table else "no"], self.wrap
            )
            state = words["filled"].format(rows=rows) if rows else words["no_rows"]
            state = state if name in self.shown else words["hidden"]
            self.sheet.write_string(self.line, 2, state, self.wrap)
            meaning = row_type.meaning.text(self.style.language).split(". ")[0].rstrip(".")
            self.sheet.merge_range(self.line, 3, self.line, 4, "", self.wrap)
            self.sheet.write_string(self.line, 3, meaning, self.wrap)
        self.line += 1

    def _columns(self) -> None:
        """Write every column of every table, then the parameters of every kind of rule."""
        language = self.style.language
        chapter = ""
        for section in sections(language):
            if section.chapter != chapter:
                chapter = section.chapter
                self.line += 2
                self.sheet.write_string(self.line, 0, chapter.upper(), self.bold)
            self.line += 2
            self.sheet.write_string(self.line, 0, section.title, self.bold)
            self.sheet.merge_range(self.line, 1, self.line, 2, "", self.wrap)
            self.sheet.write_string(self.line, 1, section.mark, self.wrap)
            self.sheet.merge_range(self.line, 3, self.line, 5, "", self.wrap)
            self.sheet.write_string(self.line, 3, section.meaning, self.wrap)
            self.sheet.set_row(self.line, row_height((section.title, section.meaning), (28, 180)))
            self.line += 1
            for place, heading in enumerate(description_headings(language) if section.columns else ()):
                self.sheet.write_string(self.line, place, heading, self.style.legend("optional"))
            for column in section.columns:
                self.line += 1
                cells = column_cells(section.owner, column, language)
                for place, text in enumerate(cells):
                    self.sheet.write_string(self.line, place, text, self.wrap)
                self.sheet.set_row(self.line, row_height(cells, EXPLANATION_WIDTHS))
