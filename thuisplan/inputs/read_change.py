"""What a change means: the table, rows, column and operation that its texts name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from thuisplan.inputs.columns import EXACT, WHOLE, YEAR, CellError, Column, Row
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.labels import OPERATIONS
from thuisplan.inputs.raw import TABLE_NAMES, nearest, plain_name
from thuisplan.inputs.row_keys import RowKey, read_key
from thuisplan.inputs.scenario import Origin
from thuisplan.inputs.tables import TABLES, Assumption, Flow, Municipality, Need, Override, RuleParameter

WHOLE_OVER_YEARS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {Need.table: ("need_id", "central"), Flow.table: ("flow_id", "households")}
)
"""Table -> what its rows are about, and the figure whose running total is whole."""

NOT_CHANGED = frozenset({Override.table, Assumption.table})
"""Tables that no change is about."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a resolved input.

    Parameters
    ----------
    table, column
        Names, in English or Dutch; no column for ``remove``.
    key
        The values of the key columns; see the table ``overrides``.
    operation
        ``set``, ``add``, ``multiply`` or ``remove``.
    value
        What the column becomes, what is added, or the factor.
    """

    table: str
    key: str
    column: str
    operation: str
    value: str


@dataclass(frozen=True, slots=True)
class Meant:
    """A change of which the names are understood.

    Parameters
    ----------
    row_type, key, operation
        Table, rows and what is done.
    column
        None for ``remove``.
    text
        The value as it was written.
    """

    row_type: type[Row]
    key: RowKey
    column: Column | None
    operation: str
    text: str


def as_change(row: Override) -> Change:
    """Return a row of the table as a change."""
    return Change(row.table_name, row.row_key, row.column_name or "", row.operation, row.value or "")


def canonical(change: Change, municipalities: Sequence[Municipality]) -> Change:
    """Return a change with the English names of its table, column and operation.

    Parameters
    ----------
    change
        As it was written; one that cannot be read stays as it is.
    municipalities
        Those of the input.
    """
    try:
        meant = read_change(change, municipalities)
    except CellError:
        return change
    column = meant.column.name if meant.column else ""
    return Change(meant.row_type.table, change.key, column, meant.operation, meant.text)


def read_change(change: Change, municipalities: Sequence[Municipality]) -> Meant:
    """Return what a change means.

    Parameters
    ----------
    change
        As it was written.
    municipalities
        Those of the input: their names are read as their codes.

    Raises
    ------
    CellError
        If a name, the key or the operation is unknown.
    """
    table = TABLE_NAMES.get(plain_name(change.table))
    if table is None or table in NOT_CHANGED:
        known = [
            name for row in TABLES.values() if row.table not in NOT_CHANGED for name in (row.table, row.nl)
        ]
        raise CellError("change_unknown_table", nearest=nearest(change.table, known))
    operation = OPERATIONS.read_code(change.operation)
    if operation is None:
        raise CellError("unknown_choice", known=tuple(OPERATIONS.labels))
    row_type = TABLES[table]
    column = _column(row_type, change, operation)
    key = read_key(row_type, change.key, municipalities)
    return Meant(row_type, key, column, operation, change.value.strip())


def _column(row_type: type[Row], change: Change, operation: str) -> Column | None:
    if operation == "remove":
        if change.column.strip():
            raise CellError("change_removes_column")
        return None
    columns = row_type.columns()
    found = next((c for c in columns if plain_name(change.column) in map(plain_name, (c.name, c.nl))), None)
    if found is None:
        near = nearest(change.column, [name for c in columns for name in (c.name, c.nl)])
        raise CellError("change_unknown_column", table=row_type.table, nearest=near)
    if found.key:
        raise CellError("change_of_key", field=found)
    # The kind of a parameter is that of its rule.
    if operation != "set" and found.kind not in (WHOLE, EXACT, YEAR) and row_type is not RuleParameter:
        raise CellError("change_not_a_figure", field=found)
    # What is resolved has these figures in every row.
    kept = WHOLE_OVER_YEARS.get(row_type.table, ("", ""))[1] == found.name
    if not change.value.strip() and (operation != "set" or found.required or kept):
        raise CellError("change_without_value", field=found)
    return found


def change_finding(change: Change, error: CellError, origin: Origin | None, language: str) -> Finding:
    """Return the finding for a change that cannot be read or applied; it names the change.

    Parameters
    ----------
    change
        As it was written.
    error
        What is wrong with it.
    origin
        Where it stands.
    language
        Of the headings that the finding names.
    """
    values = {key: _in_words(value, language) for key, value in error.values.items()}
    values |= {"change_table": change.table, "change_key": change.key, "change_column": change.column}
    source, row = (origin.source, origin.row) if origin else (None, None)
    # Of a finding about the names the value is not what is wrong.
    value = None if error.code.startswith("change_") else change.value
    return Finding(Severity.WRONG, error.code, values, source, row, None, value)


def _in_words(value: Any, language: str) -> Any:
    if isinstance(value, Column):
        return value.heading(language)
    return tuple(_in_words(one, language) for one in value) if isinstance(value, tuple) else value
