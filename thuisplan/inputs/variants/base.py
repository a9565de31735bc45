"""The base of variants: what was given, what it resolves to, and what it would be with other rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thuisplan.inputs.changes import made_wrong
from thuisplan.inputs.columns import Row, sorted_rows
from thuisplan.inputs.difference import changes_between
from thuisplan.inputs.edited_tables import EditedTables
from thuisplan.inputs.findings import InputError
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.overrides import overridden
from thuisplan.inputs.raw import plain_name
from thuisplan.inputs.read import read_scenario
from thuisplan.inputs.read_change import Change, as_change, read_change
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import TABLES, Municipality, Override


@dataclass(frozen=True)
class Base:
    """The input that variants change.

    Parameters
    ----------
    given
        As it was given.
    instance
        Resolved, with its own overrides.
    """

    given: Scenario
    instance: Instance

    def municipality(self, text: str) -> str | None:
        """Return the code of a municipality named by code or name, ``*`` for all; None if there is none."""
        if text.strip() == "*":
            return "*"
        for row in self.instance.rows(Municipality):
            if plain_name(text) in (plain_name(row.code), plain_name(row.name)):
                return row.code
        return None

    def changes_for(self, rows: Mapping[type[Row], Iterable[Row]], **settings: Any) -> tuple[Change, ...]:
        """Return the changes that have the effect of other rows in what was given.

        They are found by resolving the other rows too, with the overrides of the base, and comparing: a
        level of the needs, a growth path or a rate of attrition is gone once an input is resolved.

        Parameters
        ----------
        rows
            Table -> all its rows.
        **settings
            Settings that differ.

        Raises
        ------
        InputError
            If the input would be wrong.
        """
        tables = {**self.given.tables, **{kind.table: sorted_rows(one) for kind, one in rows.items()}}
        other = Scenario(self.given.settings.model_copy(update=settings), tables, self.given.origins)
        if findings := made_wrong(self.given, other):
            raise InputError(findings, self.given.settings.language)
        return self._changes(other, TABLES)

    def changes_of(self, row_type: type[Row], rows: Iterable[Row], *beside: type[Row]) -> tuple[Change, ...]:
        """Return the changes that have the effect of other rows in one table, and in no other.

        Parameters
        ----------
        row_type, rows
            The table and all its rows; they are not checked.
        *beside
            The tables that its resolving takes something from.
        """
        kept = {kind.table: self.given.rows(kind) for kind in beside}
        tables = {name: kept.get(name, ()) for name in TABLES} | {row_type.table: sorted_rows(rows)}
        return self._changes(Scenario(self.given.settings, tables), (row_type.table,))

    def _changes(self, other: Scenario, names: Iterable[str]) -> tuple[Change, ...]:
        """Return the changes of some tables after which they are as another input resolves to."""
        edited = EditedTables(resolve(other))
        for row in self.given.rows(Override):
            meant = read_change(as_change(row), self.instance.rows(Municipality))
            if meant.row_type.table in names:
                edited.apply(meant, None)
        tables = edited.scenario().tables
        return changes_between(self.instance.scenario.tables, {name: tables[name] for name in names})


def read_base(path: Path) -> Base:
    """Read the base of variants.

    Parameters
    ----------
    path
        Folder or workbook, as ``inputs.read.read`` takes it.

    Raises
    ------
    InputError
        If it is wrong; it holds every finding.
    """
    given, _ = read_scenario(path)
    return Base(given, overridden(resolve(given), given))
