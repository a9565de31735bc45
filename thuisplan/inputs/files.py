"""Reads what a user gave, a folder or a workbook, into tables of raw cells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from thuisplan.inputs.csv_files import read_csv, read_toml
from thuisplan.inputs.findings import Finding, InputError, Severity
from thuisplan.inputs.raw import (
    SETTINGS_NAME,
    TABLE_NAMES,
    UNREADABLE,
    RawInput,
    RawTable,
    Unreadable,
    plain_name,
    unknown_table,
    wrong,
)
from thuisplan.inputs.workbooks import read_workbook

SETTINGS_FILE = f"{SETTINGS_NAME}.toml"
RESOLVED = "resolved"

__all__ = ["UNREADABLE", "RawInput", "RawTable", "Unreadable", "read_raw"]


def read_raw(path: Path) -> RawInput:
    """Read an input folder or workbook without interpreting its cells.

    Parameters
    ----------
    path
        A folder with ``scenario.toml`` and CSV tables, the ``input`` folder of a
        written plan, or an ``.xlsx`` file.

    Returns
    -------
    RawInput
        Settings and tables, with a finding for all that could not be read.

    Raises
    ------
    InputError
        If nothing can be read.
    """
    path = meant_by(Path(path))
    try:
        if path.is_dir():
            return _read_folder(path)
        if not path.exists():
            raise InputError([wrong("input_missing", str(path))])
    except OSError as error:
        raise InputError([wrong("unreadable", str(path), reason=error.strerror or str(error))]) from error
    suffix = path.suffix.casefold()
    if suffix == ".xlsx":
        return read_workbook(path)
    if suffix in (".toml", ".csv"):
        raise InputError([wrong("file_of_folder", path.name, folder=str(path.parent))])
    raise InputError([wrong("unsupported_file", path.name, suffix=suffix)])


def meant_by(path: Path) -> Path:
    """Return the input that a path means: a folder with nothing but one workbook means that workbook."""
    try:
        if path.is_dir() and not _tables_and_settings(path) and not (path / RESOLVED).is_dir():
            workbooks = [file for file in path.glob("*.xlsx") if not file.name.startswith((".", "~$"))]
            if len(workbooks) == 1 and not (path / "manifest.json").exists():
                return workbooks[0]
    except OSError:
        # What cannot be listed is reported when it is read.
        return path
    return path


def _read_folder(folder: Path) -> RawInput:
    files = _tables_and_settings(folder)
    prefix = ""
    if not _settings_files(files) and (folder / RESOLVED / SETTINGS_FILE).is_file():
        files = _tables_and_settings(folder / RESOLVED)
        prefix = f"{RESOLVED}/"
    elif not _settings_files(files) and (folder / "manifest.json").is_file() and (folder / "input").is_dir():
        raise InputError([wrong("plan_folder", str(folder), folder=str(folder / "input"))])
    findings: list[Finding] = []
    settings = _read_settings(folder, files, prefix, findings)
    tables = _read_tables(files, prefix, findings)
    if settings is None and not any(table.headings for table in tables.values()):
        raise InputError(findings)
    source = prefix + SETTINGS_FILE if settings is not None else ""
    return RawInput(settings or {}, source, tables, tuple(findings))


def _tables_and_settings(folder: Path) -> list[Path]:
    """Return the CSV and TOML files; hidden files and lock files of Excel are not meant as input."""
    return sorted(
        (
            path
            for path in folder.iterdir()
            if path.suffix.casefold() in (".csv", ".toml") and not path.name.startswith((".", "~$"))
        ),
        key=lambda path: (path.name.casefold(), path.name),
    )


def _settings_files(files: list[Path]) -> list[Path]:
    return [path for path in files if path.name.casefold() == SETTINGS_FILE]


def _read_settings(
    folder: Path, files: list[Path], prefix: str, findings: list[Finding]
) -> Mapping[str, Any] | None:
    found = _settings_files(files)
    if not found:
        workbooks = tuple(sorted(path.name for path in folder.glob("[!~]*.xlsx")))
        findings.append(wrong("no_scenario_file", str(folder), workbooks=workbooks))
        return None
    for path in found[1:]:
        values = {"table": SETTINGS_NAME, "first": found[0].name}
        findings.append(wrong("duplicate_table", prefix + path.name, **values))
    source = prefix + found[0].name
    settings: dict[str, Any] = {}
    try:
        for name, value in read_toml(found[0], source).items():
            key = name.casefold()
            if key in settings:
                values = {"setting": key}
                findings.append(
                    Finding(Severity.WRONG, "duplicate_setting", values, source, None, name, value)
                )
            settings[key] = value
    except InputError as error:
        findings.extend(error.findings)
        return None
    return settings


def _read_tables(files: list[Path], prefix: str, findings: list[Finding]) -> dict[str, RawTable]:
    tables: dict[str, RawTable] = {}
    for path in files:
        source = prefix + path.name
        table = TABLE_NAMES.get(plain_name(path.stem))
        if path.name.casefold() == SETTINGS_FILE:
            continue
        if table is None or path.suffix.casefold() != ".csv":
            findings.append(unknown_table(path.stem, source))
        elif table in tables:
            findings.append(wrong("duplicate_table", source, table=table, first=tables[table].source))
        else:
            tables[table] = read_csv(path, source, table, findings)
    return tables
