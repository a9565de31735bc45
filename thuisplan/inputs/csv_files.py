"""Reads one CSV or TOML file of an input folder."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from thuisplan.inputs.findings import Finding, InputError, Severity
from thuisplan.inputs.raw import EXCEL_ERRORS, RawTable, make_table, wrong

LARGEST_FILE = 100_000_000
"""Bytes; a file above it is refused before it is read."""

GUARDED = re.compile(r"'+(?=[=+\-@#]|\d+/\d+\Z)")
"""An apostrophe that keeps Excel from reading a text as a formula or a date."""

_TOML_PLACE = re.compile(r"\(at line (\d+), column \d+\)")


def read_bytes(path: Path, source: str) -> bytes:
    """Read a file of at most ``LARGEST_FILE`` bytes; raises InputError."""
    try:
        if not path.is_file():
            raise InputError([wrong("not_a_file", source)])
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise InputError([wrong("file_too_large", source, bytes=size, limit=LARGEST_FILE)])
        return path.read_bytes()
    except OSError as error:
        raise InputError([wrong("unreadable", source, reason=error.strerror or str(error))]) from error


def read_text(path: Path, source: str) -> str:
    """Read a UTF-8 file, with or without byte order mark; raises InputError."""
    data = read_bytes(path, source)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError([wrong("not_utf8", source, encoding="UTF-16")])
    if b"\0" in data:
        row = data[: data.index(b"\0")].count(b"\n") + 1
        raise InputError([Finding(Severity.WRONG, "nul_bytes", source=source, row=row)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        finding = Finding(Severity.WRONG, "not_utf8", {"encoding": None}, source=source, row=row)
        raise InputError([finding]) from error


def read_csv(path: Path, source: str, table: str, findings: list[Finding]) -> RawTable:
    """Read one table; what is wrong is added to ``findings``."""
    try:
        text = read_text(path, source)
    except InputError as error:
        findings.extend(error.findings)
        return RawTable(table, source, (), ())
    separator = _separator(text)
    return make_table(table, source, _records(text, separator, source, findings), findings, separator)


def _separator(text: str) -> str:
    """Return the mark that occurs most in the heading line, outside quotes."""
    lines = (line for line in io.StringIO(text, newline="") if line.strip(" ;,\t\r\n"))
    heading = next((line for line in lines if not line.startswith(("#", '"#'))), "")
    heading = re.sub(r'"[^"]*"', "", heading)
    return max(";\t,", key=heading.count)


def _records(
    text: str, separator: str, source: str, findings: list[Finding]
) -> Iterator[tuple[int, list[str]]]:
    """Yield numbered records without comments; a mark that hides a formula is taken off."""
    # newline="": a text over several lines stays as it was.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, record in enumerate(reader, start=1):
            first = record[0].strip() if record else ""
            if not first.startswith("#") or first.upper() in EXCEL_ERRORS:
                yield number, [cell[1:] if GUARDED.match(cell) else cell for cell in record]
    except csv.Error as error:
        findings.append(
            Finding(Severity.WRONG, "broken_csv", {"reason": str(error)}, source=source, row=number + 1)
        )


def read_toml(path: Path, source: str) -> Mapping[str, Any]:
    """Read a settings file; raises InputError."""
    text = read_text(path, source)
    try:
        return tomllib.loads(text)
    # ValueError: also numbers of thousands of digits; RecursionError: deeply nested lists.
    except (ValueError, RecursionError) as error:
        place = _TOML_PLACE.search(str(error))
        lines = text.split("\n")
        row = min(int(place[1]), len(lines)) if place else None
        line = lines[row - 1].strip() if row else ""
        reason = _TOML_PLACE.sub("", str(error)).strip()
        values = {"reason": reason, "line": line}
        raise InputError([Finding(Severity.WRONG, "toml_error", values, source=source, row=row)]) from error
