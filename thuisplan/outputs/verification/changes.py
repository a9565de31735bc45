"""Recomputes what changed from an earlier plan: ``after`` is this plan, ``before`` is that plan's word."""

from __future__ import annotations

from fractions import Fraction

from thuisplan.outputs.verification.problems import Problem, problem
from thuisplan.outputs.verification.resolved import Row
from thuisplan.outputs.verification.tables import Cell, Tables

FILE = "changes.parquet"


def change(rows: list[Row]) -> Fraction:
    r"""Return the measure ``change``: $\sum |after - before|$ over the compared cells [dwellings]."""
    return Fraction(sum(abs(row["after"] - row["before"]) for row in rows if row["status"] == "open"))


def check_changes(tables: Tables, rows: list[Row], problems: list[Problem]) -> int:
    """Check what each row says of this plan, and that no cell with a dwelling is missing.

    Returns how many rows were checked.
    """
    listed: dict[Cell, Row] = {(row["municipality_code"], row["year"], row["option"]): row for row in rows}
    for cell, row in listed.items():
        expected = {"status": _status(tables, cell, row), "after": _after(tables, cell)}
        expected["change"] = (
            None if None in (expected["after"], row["before"]) else expected["after"] - row["before"]
        )
        for column, value in expected.items():
            if row[column] != value:
                _differs(cell, column, value, row[column], problems)
        if row["before"] is not None and row["before"] < 0:
            _differs(cell, "before", 0, row["before"], problems)
    for cell in sorted({*tables.built} - {*listed}):
        problems.append(problem("row_missing", file=FILE, key=_key(cell)))
    return 3 * len(rows)


def _known(tables: Tables, cell: Cell) -> bool:
    municipality, year, option = cell
    return municipality in tables.municipalities and year in tables.years and option in tables.options


def _status(tables: Tables, cell: Cell, row: Row) -> str:
    """Return what a cell is; only the earlier plan knows what its own input lacked, and leaves it empty."""
    if not _known(tables, cell) or row["before"] is None:
        return "not_compared"
    if cell[1] not in tables.open_years:
        return "realised"
    possible = cell in tables.offered or tables.committed.get(cell, 0) > 0
    return "open" if possible else "not_possible"


def _after(tables: Tables, cell: Cell) -> int | None:
    return tables.built.get(cell, 0) if _known(tables, cell) else None


def _differs(cell: Cell, column: str, expected: object, found: object, problems: list[Problem]) -> None:
    values = {"column": column, "expected": expected, "found": found}
    problems.append(problem("value_differs", file=FILE, key=_key(cell), **values))


def _key(cell: Cell) -> str:
    return " · ".join(str(part) for part in cell)
