"""Writes a comparison of keys as CSV, workbook or Parquet: one row per key and municipality."""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thuisplan.inputs.compare_keys import SHARES, KeyColumn, KeyComparison
from thuisplan.inputs.labels import KEY_BASES
from thuisplan.outputs.keys_notes import key_name
from thuisplan.outputs.keys_tables import KeyTable, key_tables
from thuisplan.outputs.texts import text

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIXES = (".csv", ".xlsx", ".parquet")

COLUMNS = (
    "key:text key_basis:text method:text apportionment:text total:whole:dwellings/year "
    "municipality_code:text municipality:text share:number:share task:whole:dwellings/year "
    "exact:number:dwellings/year by_bounds:number:dwellings/year by_override:number:dwellings/year "
    "bound_hit:text tied:yes_no local_groups:whole:households/year today:whole:households/year "
    "difference:whole:dwellings/year vacated:whole:dwellings/year vacated_pct:number:% "
    "left_regular:whole:dwellings/year "
) + " ".join(
    f"groups_{100 * share}:whole:dwellings/year regular_{100 * share}:whole:dwellings/year"
    for share in SHARES
)
"""Columns as ``name:type:unit``; after them ``by_<figure>`` for every figure that a key follows: what the
figure adds to the exact task [dwellings a year]. The exact task is the sum of all ``by_`` columns."""

_FORMULA = re.compile(r"'*[=+\-@]")
_DIGITS = 9
_SHEET_SIGNS = re.compile(r"[\[\]:*?/\\']")
_LONGEST_SHEET = 31


def write_keys(comparison: KeyComparison, notes: Sequence[str], path: Path, language: str) -> None:
    """Write a comparison of keys; a file that is there is replaced as a whole.

    Parameters
    ----------
    comparison
        Keys side by side.
    notes
        Sentences for the workbook.
    path
        File ending in one of ``SUFFIXES``.
    language
        Of the workbook, and of the notation of a CSV file: ``nl`` writes semicolons and decimal
        commas, as Dutch Excel reads them. Names of columns and codes are the same in every form.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    handle, name = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        _write(comparison, notes, temporary, language)
        # A temporary file is for its owner only; the result is as readable as any new file.
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink()


def _write(comparison: KeyComparison, notes: Sequence[str], path: Path, language: str) -> None:
    rows = list(_rows(comparison))
    kind = path.suffix.casefold()
    if kind == ".csv":
        path.write_text(_csv(_described(comparison), rows, language), encoding="utf-8-sig", newline="")
        return
    import pyarrow.parquet as pq

    table = _arrow(_described(comparison), rows)
    if kind == ".parquet":
        pq.write_table(table, path)
        return
    from thuisplan.outputs.workbook import write_workbook

    sheets: dict[str, pa.Table] = {}
    for question in key_tables(comparison, language):
        sheets[question.name] = _question(question, comparison, language)
    sheets["long"] = table
    for figure in _figures(comparison):
        name = _sheet_name(KEY_BASES.text(figure, language), sheets)
        sheets[name] = _of_figure(comparison, figure, language)
    heading = text("keys.notes", language)
    sheets[_sheet_name(heading, sheets)] = _arrow({heading: ("text", "")}, [{heading: n} for n in notes])
    write_workbook(sheets, path)


# --- rows ---------------------------------------------------------------------------


def _figures(comparison: KeyComparison) -> tuple[str, ...]:
    """Return the figures that the keys follow, in order of first use."""
    return tuple(dict.fromkeys(figure for column in comparison.keys for figure in column.division.parts))


def _described(comparison: KeyComparison) -> dict[str, tuple[str, str]]:
    """Return name -> type and unit of the columns."""
    columns = [*COLUMNS.split(), *(f"by_{f}:number:dwellings/year" for f in _figures(comparison))]
    parts = [column.split(":") for column in columns]
    return {name: (kind, "".join(unit)) for name, kind, *unit in parts}


def _rows(comparison: KeyComparison) -> Iterator[dict[str, Any]]:
    shares = {share: comparison.for_groups(share) for share in SHARES}
    for column in comparison.keys:
        for code in column.task:
            row = _row(comparison, column, code)
            vacated = comparison.vacated.get(code)
            for share, groups in shares.items():
                row[f"groups_{100 * share}"] = groups.get(code)
                row[f"regular_{100 * share}"] = None if vacated is None else vacated - groups[code]
            yield row


def _row(comparison: KeyComparison, column: KeyColumn, code: str) -> dict[str, Any]:
    key, division = column.key, column.division
    vacated_pct = comparison.vacated_pct(column, code)
    bounds = division.bounded[code] - division.unbounded[code]
    row = {
        "key": key.key_id,
        "key_basis": key.basis,
        "method": key.method,
        "apportionment": key.apportionment,
        "total": column.total,
        "municipality_code": code,
        "municipality": comparison.names[code],
        "share": float(division.shares[code]),
        "task": column.task[code],
        "exact": float(column.dwellings(division.shares[code])),
        "by_bounds": float(column.dwellings(bounds)),
        "by_override": float(column.dwellings(division.shares[code] - division.bounded[code])),
        "bound_hit": division.hits.get(code),
        "tied": code in column.tied,
        "local_groups": comparison.local.get(code, 0) if comparison.local else None,
        "today": comparison.today.get(code),
        "difference": comparison.difference(column, code),
        "vacated": comparison.vacated.get(code),
        "vacated_pct": None if vacated_pct is None else float(100 * vacated_pct),
        "left_regular": comparison.left(column, code),
    }
    for figure in _figures(comparison):
        part = division.parts.get(figure)
        row[f"by_{figure}"] = None if part is None else float(column.dwellings(part.get(code, 0 * bounds)))
    return row


def _question(table: KeyTable, comparison: KeyComparison, language: str) -> pa.Table:
    """Return one row per municipality and one for the region, with a column per key."""
    names = ["code", text("keys.municipality", language)]
    described = dict.fromkeys(names, ("text", ""))
    rows: list[dict[str, Any]] = [dict(zip(names, pair, strict=True)) for pair in comparison.names.items()]
    total: dict[str, Any] = dict(zip(names, ("", text("keys.total", language)), strict=True))
    for column in table.columns:
        heading = _free(f"{column.heading} %" if column.percent else column.heading, described)
        described[heading] = ("number" if column.percent else "whole", "")
        for row, value in (*((row, column.value(row["code"])) for row in rows), (total, column.total)):
            row[heading] = float(100 * value) if column.percent and value is not None else value
    return _arrow(described, [*rows, total])


def _of_figure(comparison: KeyComparison, figure: str, language: str) -> pa.Table:
    """Return what a figure adds to the task of every municipality, a column per key that follows it."""
    names = ["code", text("keys.municipality", language)]
    described = dict.fromkeys(names, ("text", ""))
    rows: list[dict[str, Any]] = [dict(zip(names, pair, strict=True)) for pair in comparison.names.items()]
    for column in comparison.keys:
        if figure in column.division.parts:
            heading = _free(key_name(column, language), described)
            described[heading] = ("number", "dwellings/year")
            for row in rows:
                share = column.division.parts[figure].get(row["code"])
                row[heading] = None if share is None else float(column.dwellings(share))
    return _arrow(described, rows)


def _arrow(described: Mapping[str, tuple[str, str]], rows: list[Any]) -> pa.Table:
    import pyarrow as pa

    types = {"text": pa.string(), "whole": pa.int64(), "number": pa.float64(), "yes_no": pa.bool_()}
    fields = [
        pa.field(name, types[kind], metadata={"unit": unit} if unit else None)
        for name, (kind, unit) in described.items()
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def _free(wanted: str, taken: Iterable[str]) -> str:
    """Return a name that is not taken yet; Excel does not tell capitals apart."""
    used = {name.casefold() for name in taken}
    names = (wanted, *(f"{wanted[: _LONGEST_SHEET - 5]} ({n})" for n in range(2, 1000)))
    return next(name for name in names if name.casefold() not in used)


def _sheet_name(wanted: str, taken: Iterable[str]) -> str:
    return _free(_SHEET_SIGNS.sub("_", wanted)[:_LONGEST_SHEET] or "_", taken)


# --- CSV ----------------------------------------------------------------------------


def _csv(described: Iterable[str], rows: list[dict[str, Any]], language: str) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";" if language == "nl" else ",", lineterminator="\r\n")
    writer.writerow(_guarded(name) for name in described)
    for row in rows:
        writer.writerow(_cell(row[name], language) for name in described)
    return stream.getvalue()


def _cell(value: Any, language: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        digits = f"{value:.{_DIGITS}f}".rstrip("0").rstrip(".")
        return digits.replace(".", ",") if language == "nl" else digits
    return _guarded(value) if isinstance(value, str) else str(value)


def _guarded(text_: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text_}" if _FORMULA.match(text_) else text_
