"""Compares what was recomputed with what was written, one to one by key."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from thuisplan.outputs.verification.problems import Problem, problem
from thuisplan.outputs.verification.resolved import Row
from thuisplan.outputs.verification.written import SCHEMAS, Schema, key_text

# Written numbers are exact values in floating point: only their last digits may differ.
TOLERANCE = 1e-9

Key = tuple[Any, ...]


def same(found: Any, expected: Any) -> bool:
    """Whether a written cell holds the recomputed value; an empty text is an empty cell."""
    if expected in (None, "") or found in (None, ""):
        return found in (None, "") and expected in (None, "")
    if isinstance(expected, bool | str) or isinstance(found, bool | str):
        return bool(found == expected)
    if isinstance(found, int):
        return bool(found == expected)
    return math.isclose(found, float(expected), rel_tol=TOLERANCE)


def plain(value: Any) -> Any:
    """Return a value as a sentence shows it."""
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    return value


def compare(
    name: str,
    expected: Mapping[Key, Row],
    written: list[Row],
    problems: list[Problem],
    schemas: Mapping[str, Schema] = SCHEMAS,
) -> int:
    """Compare a written table with recomputed rows.

    Parameters
    ----------
    name
        Name of the table.
    expected
        Key of a row -> its other columns.
    written
        Rows as written.
    problems
        What differs is added to it.
    schemas
        Where the key of the table stands.

    Returns
    -------
    int
        How many figures were compared.
    """
    file = f"{name}.parquet"
    by_key = {tuple(row[column] for column in schemas[name].key): row for row in written}
    for key in by_key:
        if key not in expected:
            problems.append(problem("row_unexpected", file=file, key=key_text(key)))
    compared = 0
    for key, columns in expected.items():
        row = by_key.get(key)
        if row is None:
            problems.append(problem("row_missing", file=file, key=key_text(key)))
            continue
        for column, value in columns.items():
            compared += 1
            if not same(row[column], value):
                problems.append(
                    problem(
                        "value_differs",
                        file=file,
                        key=key_text(key),
                        column=column,
                        expected=plain(value),
                        found=row[column],
                    )
                )
    return compared
