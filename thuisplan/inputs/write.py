"""Writes a scenario as a folder of CSV files, canonical or for people."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from fractions import Fraction
from pathlib import Path
from typing import Any

from thuisplan.inputs.columns import Column, Row, sorted_rows, write_exact
from thuisplan.inputs.describe import in_template, readme, setting_mark, setting_meaning, table_name
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import TABLES
from thuisplan.inputs.write_workbook import write_workbook

__all__ = ["write_folder", "write_workbook"]

_README = {"nl": "LEESMIJ.md", "en": "README.md"}
_FORMULA = re.compile(r"'*[=+\-@]")
_FRACTION = re.compile(r"'*-?\d+/\d+")
_MISREAD = re.compile(r"#|'+([=+\-@#]|\d+/\d+\Z)")


def write_folder(
    scenario: Scenario, folder: Path, language: str | None, introduction: str | None = None
) -> None:
    """Write ``scenario.toml`` and a CSV file per table.

    Parameters
    ----------
    scenario
        What to write. Tables without rows are left out, except required ones and, for people, ordinary ones.
    folder
        Where to; made if it is not there.
    language
        None for the canonical form, which has the same bytes for the same
        content; ``"nl"`` or ``"en"`` for files that open well in Excel, with a
        comment at each setting and a description of all tables.
    introduction
        What the description starts with, such as what to look at in an example.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "scenario.toml", settings_text(scenario.settings, language), "utf-8")
    written = []
    for name, row_type in TABLES.items():
        rows = scenario.tables.get(name, ())
        if in_template(row_type, rows, language):
            written.append(name)
            # Excel takes a file without byte order mark for an old Windows one.
            encoding = "utf-8" if language is None else "utf-8-sig"
            path = folder / f"{table_name(row_type, language)}.csv"
            _write(path, table_text(row_type, rows, language), encoding)
    if language is not None:
        _write(folder / _README[language], readme(language, introduction, written), "utf-8")


def _write(path: Path, text: str, encoding: str) -> None:
    path.write_text(text, encoding=encoding, newline="")


# --- settings ---------------------------------------------------------------------


def settings_text(settings: Settings, language: str | None) -> str:
    """Return the settings as TOML; with a language, each under a comment that explains it."""
    lines = []
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if language is not None:
            lines.append(f"# {setting_meaning(name, language)} ({setting_mark(name, language)})")
        if value is not None:
            lines.append(f"{name} = {_toml(value, language)}")
        elif language is not None:
            lines.append(f"# {name} =")
        if language is not None:
            lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _toml(value: Any, language: str | None) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(part, language) for part in value)}]"
    if isinstance(value, Fraction):
        # People read a share as a percentage.
        percent = write_exact(value * 100, language)
        readable = language is not None and "/" not in percent
        return _toml(f"{percent} %" if readable else write_exact(value, None), language)
    # A JSON text is a TOML text, but for one control character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


# --- tables -----------------------------------------------------------------------


def table_text(
    row_type: type[Row], rows: tuple[Row, ...], language: str | None, names: Collection[str] | None = None
) -> str:
    """Return a table as CSV: Dutch Excel separates by semicolon, and wants Windows line ends.

    Parameters
    ----------
    row_type, rows
        The table; its rows are sorted.
    language
        As for ``write_folder``.
    names
        Columns to write; None for all.
    """
    separator, end = {None: (",", "\n"), "en": (",", "\r\n"), "nl": (";", "\r\n")}[language]
    columns = [column for column in row_type.columns() if names is None or column.name in names]
    lines = [separator.join(column.heading(language) for column in columns)]
    for row in sorted_rows(rows):
        cells = [_cell(column, getattr(row, column.name), language) for column in columns]
        lines.append(separator.join(_quoted(cell, separator) for cell in cells))
    return end.join([*lines, ""])


def _cell(column: Column, value: Any, language: str | None) -> str:
    if value is None:
        return ""
    text = column.kind.write(value, language)
    if _needs_guard(text, isinstance(value, str | tuple), language):
        text = f"'{text}"
    return text


def _quoted(text: str, separator: str) -> str:
    # The csv module leaves a lone carriage return unquoted, and then reads it as a new row.
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in f'"\r\n{separator}') else text


def _needs_guard(text: str, is_text: bool, language: str | None) -> bool:
    """Whether an apostrophe must keep the text from being taken for something else.

    Reading takes off one apostrophe before ``= + - @ #`` and before a fraction. Excel
    would run the first four as a formula and turn ``2/3`` into a date.
    """
    if is_text and _MISREAD.match(text):
        return True
    if language is None:
        return False
    return bool(_FRACTION.fullmatch(text) or (is_text and _FORMULA.match(text)))
