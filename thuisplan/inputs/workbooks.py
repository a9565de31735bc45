"""Reads a workbook, after checking that it can be opened without harm."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import openpyxl

from thuisplan.inputs.csv_files import read_bytes
from thuisplan.inputs.findings import Finding, InputError, Severity
from thuisplan.inputs.raw import (
    SETTINGS_NAME,
    TABLE_NAMES,
    UNCALCULATED,
    UNREADABLE,
    RawInput,
    RawTable,
    is_empty,
    make_table,
    plain_name,
    unknown_table,
    wrong,
)

LARGEST_CONTENT = 200_000_000
"""Bytes that the parts of a workbook may take together, unpacked."""
LARGEST_RATIO = 200
"""How much smaller packing may make a part of more than ``RATIO_FROM`` bytes."""
RATIO_FROM = 10_000_000
MOST_ROWS = 1_048_576
MOST_COLUMNS = 100
"""No table has nearly as many; what stands further to the right is not read."""

IGNORED_SHEETS = frozenset(("toelichting", "explanation", "keuzelijsten", "choices"))
_OLE = bytes.fromhex("D0CF11E0")


def read_workbook(path: Path) -> RawInput:
    """Read a workbook; raises InputError if nothing of it can be read."""
    data = read_bytes(path, path.name)
    has_formulas = _check(data, path.name)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions that it does not read, nor do we.
            warnings.simplefilter("ignore")
            return _read(data, path.name, has_formulas)
    except InputError:
        raise
    # A broken workbook makes openpyxl raise almost anything.
    except Exception as error:
        raise InputError([wrong("corrupt_workbook", path.name, reason=str(error))]) from error


def read_sheet(path: Path, names: Collection[str], table: str, findings: list[Finding]) -> RawTable:
    """Read one table from a workbook: the sheet of that name, or the only sheet there is.

    Parameters
    ----------
    path
        The workbook.
    names
        What the sheet may be called, as ``plain_name`` writes it.
    table
        Name of the table.
    findings
        What is wrong is added to it.

    Raises
    ------
    InputError
        If the workbook cannot be opened, or has no such sheet.
    """
    data = read_bytes(path, path.name)
    has_formulas = _check(data, path.name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # as in ``read_workbook``
            values, formulas = _books(data, has_formulas)
            sheets = [s for s in values.worksheets if s.title.strip().casefold() not in IGNORED_SHEETS]
            named = [sheet for sheet in sheets if plain_name(sheet.title) in names]
            if not named and len(sheets) != 1:
                titles = tuple(sheet.title for sheet in sheets)
                raise InputError([wrong("sheet_missing", path.name, table=table, sheets=titles)])
            sheet = (named or sheets)[0]
            rows = _rows(sheet, formulas[sheet.title] if formulas else None)
            return make_table(table, f"{path.name}, {sheet.title}", rows, findings)
    except InputError:
        raise
    # A broken workbook makes openpyxl raise almost anything.
    except Exception as error:
        raise InputError([wrong("corrupt_workbook", path.name, reason=str(error))]) from error


# --- is it safe to open? ----------------------------------------------------------


def _check(data: bytes, source: str) -> bool:
    """Unpack every part within limits; return whether a sheet holds formulas."""
    if data.startswith(_OLE):
        raise InputError([wrong("encrypted_or_old_workbook", source)])
    if not data.startswith(b"PK"):
        raise InputError([wrong("not_a_workbook", source)])
    has_formulas = False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            left = LARGEST_CONTENT
            for member in archive.infolist():
                content = _unpack(archive, member, left, source)
                left -= len(content)
                # UTF-16 has a NUL beside each of these letters.
                plain = content.replace(b"\0", b"") if member.filename.endswith((".xml", ".rels")) else b""
                if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
                    raise InputError([wrong("unsafe_workbook", source, part=member.filename)])
                if member.filename.startswith("xl/worksheets/"):
                    has_formulas = has_formulas or b"<f>" in plain or b"<f " in plain
    # RuntimeError: a part with a password; NotImplementedError: an odd way of packing.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise InputError([wrong("corrupt_workbook", source, reason=str(error))]) from error
    return has_formulas


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int, source: str) -> bytes:
    """Return the content of a part, never more than ``left`` bytes."""
    too_large = wrong("workbook_too_large", source, part=member.filename, limit=LARGEST_CONTENT)
    ratio = member.file_size / max(member.compress_size, 1)
    if member.file_size > left or (member.file_size > RATIO_FROM and ratio > LARGEST_RATIO):
        raise InputError([too_large])
    with archive.open(member) as part:
        content = part.read(left + 1)  # the size that the archive states may be false
    if len(content) > left:
        raise InputError([too_large])
    return content


# --- what does it hold? -----------------------------------------------------------


def _read(data: bytes, source: str, has_formulas: bool) -> RawInput:
    findings: list[Finding] = []
    tables: dict[str, RawTable] = {}
    settings: dict[str, Any] | None = None
    values, formulas = _books(data, has_formulas)
    for sheet in values.worksheets:
        title = sheet.title
        if title.strip().casefold() in IGNORED_SHEETS:
            continue
        name = plain_name(title)
        rows = _rows(sheet, formulas[title] if formulas else None)
        if name == SETTINGS_NAME:
            settings = _settings(title, rows, findings)
        elif name not in TABLE_NAMES:
            if not all(is_empty(cell) for _, row in rows for cell in row):
                findings.append(unknown_table(title, title))
        elif (table := TABLE_NAMES[name]) in tables:
            findings.append(wrong("duplicate_table", title, table=table, first=tables[table].source))
        else:
            tables[table] = make_table(table, title, rows, findings)
    if settings is None:
        findings.append(wrong("no_scenario_sheet", source))
    if settings is None and not any(table.headings for table in tables.values()):
        raise InputError(findings)
    return RawInput(settings or {}, "" if settings is None else SETTINGS_NAME, tables, tuple(findings))


def _books(data: bytes, has_formulas: bool) -> tuple[Any, Any]:
    """Return the workbook with values, and with formulas if it has any."""
    values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return values, openpyxl.load_workbook(io.BytesIO(data), read_only=True) if has_formulas else None


def _rows(sheet: Any, formulas: Any) -> Iterator[tuple[int, list[Any]]]:
    """Yield numbered rows; a formula that was never calculated is UNCALCULATED."""
    sheet.reset_dimensions()  # the size that the sheet states may be false
    formula_rows: Iterator[Any] = iter(())
    if formulas is not None:
        formulas.reset_dimensions()
        formula_rows = formulas.iter_rows(max_col=MOST_COLUMNS)
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        if number > MOST_ROWS:
            raise ValueError("row number out of range")
        cells = [cell.value for cell in row]
        for place, formula in enumerate(next(formula_rows, ())):
            # A formula with an empty text as its result has data type "str" and is a true empty cell.
            if formula.data_type == "f" and cells[place] is None and row[place].data_type == "n":
                cells[place] = UNCALCULATED
        yield number, cells


def _settings(source: str, rows: Iterator[tuple[int, list[Any]]], findings: list[Finding]) -> dict[str, Any]:
    """Read the settings: the first two columns, with or without a heading."""
    settings: dict[str, Any] = {}
    table = make_table(SETTINGS_NAME, source, ((n, row[:2]) for n, row in rows), findings)
    pairs = [(number, row) for number, row in table.rows if len(row) == 2]
    if len(table.headings) == 2 and plain_name(table.headings[0]) not in ("setting", "instelling"):
        pairs.insert(0, (1, table.headings))
    for number, (name, value) in pairs:
        key = "" if is_empty(name) else str(name).strip().casefold()
        if key in settings:
            findings.append(
                Finding(Severity.WRONG, "duplicate_setting", {"setting": key}, source, number, key, value)
            )
        elif not is_empty(value) and value is not UNREADABLE:
            settings[key] = value
    return settings
