"""Applies the table ``overrides`` to a resolved input, and lists each among the assumptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product

from thuisplan.inputs.changes import apply
from thuisplan.inputs.columns import sorted_rows
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.read_change import Change, as_change, read_change
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import TABLES, Assumption, Municipality, Override

WHOLE_ROW = "*"
"""Column of the assumption that says that a row was removed."""


def overridden(instance: Instance, given: Scenario) -> Instance:
    """Return a resolved input with the overrides that were given with it.

    Parameters
    ----------
    instance
        The resolved input.
    given
        What it was resolved from, with the table ``overrides`` in the order of the input.

    Returns
    -------
    Instance
        Resolved; every override is an assumption of the user.

    Raises
    ------
    ChangeError
        If an override cannot be applied; each finding names its file and row.
    """
    rows = given.rows(Override)
    if not rows:
        return instance
    origins = [given.origins.get((Override.table, row.key())) for row in rows]
    changed = apply(instance, [as_change(row) for row in rows], origins)
    listed = {row.key(): row for row in instance.rows(Assumption)}
    described: dict[tuple[object, ...], Assumption] = {}
    for row, origin in zip(rows, origins, strict=True):
        entry = _assumption(row, origin.source if origin else Override.table, instance.rows(Municipality))
        earlier = described.get(entry.key())
        if earlier is not None:
            entry = replace(entry, value=f"{earlier.value}; {entry.value}")
        described[entry.key()] = entry
    # What was assumed of the same figure no longer holds.
    tables = {**changed.scenario.tables, Assumption.table: sorted_rows({**listed, **described}.values())}
    return Instance(replace(changed.scenario, tables=tables))


def appended(rows: Sequence[Override], changes: Iterable[Change]) -> tuple[Override, ...]:
    """Return overrides with changes below them, as one table that can be written and read.

    Parameters
    ----------
    rows
        The overrides that are there.
    changes
        By their English names; applied in order, after the rows.

    Raises
    ------
    ValueError
        If one change is made more often than it can be spelled.
    """
    taken = {row.key() for row in rows}
    result = list(rows)
    for change in changes:
        row = next((row for row in _spelled(change) if row.key() not in taken), None)
        if row is None:
            raise ValueError(f"Expected fewer changes that are alike, got {change} once more.")
        taken.add(row.key())
        result.append(row)
    return tuple(result)


def _spelled(change: Change) -> Iterator[Override]:
    """Yield the rows that say a change: no two rows of the table may read alike, as ``tabel x`` twice."""
    row_type = TABLES.get(change.table)
    columns = row_type.columns() if row_type else ()
    column = next((c for c in columns if c.name == change.column), None)
    tables = (change.table, *((row_type.nl,) if row_type else ()))
    headings = (change.column, *((column.nl,) if column else ()))
    # Names are read whatever their capitals.
    names = (*tables, *map(str.capitalize, tables), *map(str.upper, tables))
    for heading, table in product(headings, names):
        yield Override(
            table_name=table,
            row_key=change.key,
            column_name=heading or None,
            operation=change.operation,
            value=change.value or None,
        )


def _assumption(row: Override, source: str, municipalities: tuple[Municipality, ...]) -> Assumption:
    meant = read_change(as_change(row), municipalities)
    return Assumption(
        table_name=meant.row_type.table,
        row_key=str(meant.key),
        column_name=meant.column.name if meant.column else WHOLE_ROW,
        value=f"{meant.operation} {meant.text}".strip(),
        unit=meant.column.unit if meant.column else "",
        source=source.rpartition("/")[2],
        status="input",
        origin="user",
    )
