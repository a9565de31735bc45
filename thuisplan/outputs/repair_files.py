"""Repairs as files: tables of overrides that go with an input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from thuisplan.inputs.columns import EXACT, write_exact
from thuisplan.inputs.read_change import Change
from thuisplan.inputs.tables import TABLES, Override
from thuisplan.inputs.write import table_text

if TYPE_CHECKING:
    from thuisplan.solvers.diagnosis import Repair


def repair_file(repair: Repair) -> str:
    """Return where the changes of a repair stand in the folder of a diagnosis."""
    return f"repairs/{repair.number:02}/overrides.csv"


def write_repairs(
    folder: Path, repairs: Iterable[Repair], existing: Sequence[Override], language: str
) -> None:
    """Write a file of overrides for every repair.

    Parameters
    ----------
    folder
        Folder of the diagnosis.
    repairs
        The repairs.
    existing
        The overrides of the input itself. A file holds them too, in front: it takes their place.
    language
        ``nl`` or ``en``: of the headings, and of what separates cells, for Excel.
    """
    for repair in repairs:
        path = folder / repair_file(repair)
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = overrides(repair.changes, existing, language)
        # Excel takes a file without byte order mark for an old Windows one.
        path.write_text(table_text(Override, rows, language), encoding="utf-8-sig", newline="")


def overrides(changes: Sequence[Change], existing: Sequence[Override], language: str) -> tuple[Override, ...]:
    """Return changes as rows behind the overrides there are.

    Parameters
    ----------
    changes
        Of a repair.
    existing
        Overrides of the input.
    language
        ``nl`` or ``en``: of the names of tables and columns.
    """
    rows = list(existing)
    for change in changes:
        row = _row(change, language)
        position = next((p for p, other in enumerate(rows) if other.key() == row.key()), None)
        if position is not None and all(other.operation == "add" for other in rows[position:]):
            # The order of additions says nothing: one row can hold both.
            before = rows.pop(position)
            total = EXACT.read(before.value).value + EXACT.read(change.value).value
            row = replace(row, value=write_exact(total, None))
        elif position is not None:
            # Behind a product the addition is another one, and no two rows may read alike.
            row = _row(change, "nl" if language == "en" else "en")
        rows.append(row)
    return tuple(rows)


def _row(change: Change, language: str) -> Override:
    row_type = TABLES[change.table]
    column = next((c for c in row_type.columns() if c.name == change.column), None)
    return Override(
        table_name=row_type.nl if language == "nl" else row_type.table,
        row_key=change.key,
        column_name=column.heading(language) if column else None,
        operation=change.operation,
        value=change.value or None,
    )
