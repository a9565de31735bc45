"""The changes that make one set of resolved tables into another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from thuisplan.inputs.columns import Column, Row
from thuisplan.inputs.edited_tables import MADE
from thuisplan.inputs.read_change import NOT_CHANGED, Change
from thuisplan.inputs.row_keys import key_text
from thuisplan.inputs.tables import TABLES

Tables = Mapping[str, Sequence[Any]]
"""Table name -> rows."""


def changes_between(before: Tables, after: Tables) -> tuple[Change, ...]:
    """Return the changes after which resolved tables are those of another resolved input.

    Parameters
    ----------
    before, after
        Tables of resolved inputs with the same settings; a table that ``after`` does not have stays as
        it is.

    Returns
    -------
    tuple of Change
        For ``changes.apply``: rows that vanish first, then figures that differ and rows that are new.

    Raises
    ------
    ValueError
        If a new row cannot be made by changes: its table has more than one column that may not be empty.
    """
    result: list[Change] = []
    for name, row_type in TABLES.items():
        if name not in NOT_CHANGED and name in after and before.get(name, ()) != after[name]:
            result += _of_table(row_type, before.get(name, ()), after[name])
    return tuple(result)


def _of_table(row_type: type[Row], before: Sequence[Row], after: Sequence[Row]) -> Iterator[Change]:
    earlier = {row.key(): row for row in before}
    left = {row.key() for row in after}
    for key, row in earlier.items():
        if key not in left:
            yield Change(row_type.table, _key(row), "", "remove", "")
    for row in after:
        found = earlier.get(row.key())
        figures = _figures(row_type, found)
        sets = [(column, made) for column, made in figures if getattr(row, column.name) != made]
        if found is None and not sets:
            sets = figures[:1]
        for column, _ in sets:
            value = getattr(row, column.name)
            text = "" if value is None else column.kind.write(value, None)
            yield Change(row_type.table, _key(row), column.name, "set", text)


def _figures(row_type: type[Row], found: Row | None) -> list[tuple[Column, Any]]:
    """Return the columns that may change, each with what it is now; of a new row first what makes it."""
    columns = [column for column in row_type.columns() if not column.key]
    if found is not None:
        return [(column, getattr(found, column.name)) for column in columns]
    made = MADE.get(row_type.table, {})
    needed = [column for column in columns if column.required and column.name not in made]
    if len(needed) > 1:
        names = ", ".join(column.name for column in needed)
        raise ValueError(f"Expected a table of which one value makes a row; {row_type.table} needs {names}.")
    # The key of a new row names its years.
    rest = [column for column in columns if column not in needed and column.name != "to_year"]
    return [(column, made.get(column.name, column.default)) for column in [*needed, *rest]]


def _key(row: Row) -> str:
    """Return the key of a row; one that runs over years is named by all of them, so that none is split."""
    values = list(row.key())
    last = getattr(row, "to_year", None)
    names = [column.name for column in row.key_columns()]
    if last is not None and "from_year" in names and last != getattr(row, "from_year", None):
        place = names.index("from_year")
        values[place] = f"{values[place]}-{last}"
    return key_text(values)
