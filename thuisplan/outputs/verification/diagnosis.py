"""A published diagnosis against itself: sizes are the sums of where they fall, repairs have their files.

What would have to give, and that less is not enough, is the solver's word and is not checked here.
"""

from __future__ import annotations

import csv
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

from thuisplan.outputs.verification.problems import Problem, problem
from thuisplan.outputs.verification.written import key_text, read_written

SIZES, LINES, REPAIRS = "diagnosis", "diagnosis_lines", "repairs"
TOLERANCE = 1e-9
"""Amounts are exact until they are written as floating point."""


def check_diagnosis(folder: Path, found: list[Problem]) -> int:
    """Check the tables of a diagnosis; return how many figures were compared.

    Parameters
    ----------
    folder
        The folder of the diagnosis.
    found
        What differs is added to it.
    """
    tables = {name: read_written(folder, name, found) for name in (SIZES, LINES, REPAIRS)}
    sizes, lines, repairs = (tables[name] for name in (SIZES, LINES, REPAIRS))
    if sizes is None or lines is None or repairs is None:
        return 0
    return _sums(sizes, lines, found) + _files(folder, sizes, repairs, found)


def _sums(sizes: list[dict[str, Any]], lines: list[dict[str, Any]], found: list[Problem]) -> int:
    totals: dict[tuple[Any, ...], Fraction] = {}
    for line in lines:
        totals[_step(line)] = totals.get(_step(line), Fraction(0)) + Fraction(line["amount"])
    compared = 0
    for row in sizes:
        if row["amount"] is None:
            continue
        compared += 1
        total = float(totals.get(_step(row), Fraction(0)))
        if not math.isclose(total, row["amount"], rel_tol=TOLERANCE, abs_tol=TOLERANCE):
            values = {"file": f"{SIZES}.parquet", "key": key_text(_step(row)), "column": "amount"}
            found.append(problem("value_differs", **values, expected=total, found=row["amount"]))
    return compared


def _step(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["question"], row["step"], row["number"]


def _files(
    folder: Path, sizes: list[dict[str, Any]], repairs: list[dict[str, Any]], found: list[Problem]
) -> int:
    """Check that the file of every repair is there, with every row that the table says it changes."""
    compared = 0
    for number in (row["number"] for row in sizes if row["step"] == "repair"):
        name = f"repairs/{number:02}/overrides.csv"
        keys = _keys(folder / name)
        if keys is None:
            found.append(problem("file_missing", file=name))
            continue
        for change in repairs:
            if change["repair"] == number:
                compared += 1
                if change["key"] not in keys:
                    found.append(problem("row_missing", file=name, key=change["key"]))
    return compared


def _keys(path: Path) -> set[str] | None:
    """Return the keys of the rows in a file of overrides; None if it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return None
    separator = ";" if ";" in text.partition("\n")[0] else ","
    rows = list(csv.reader(text.splitlines(), delimiter=separator))
    return {row[1] for row in rows[1:] if len(row) > 1}
