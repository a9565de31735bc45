"""Turns raw tables into a scenario, and reports every cell that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from thuisplan.inputs.columns import MUNICIPALITY, CellError, Column, Kind, Row, sorted_rows
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.parse_settings import parse_settings
from thuisplan.inputs.raw import UNREADABLE, RawInput, RawTable, is_empty, nearest, plain_name
from thuisplan.inputs.scenario import Origin, Scenario
from thuisplan.inputs.tables import TABLES, Pot

BAD = object()
"""Value of a cell that has a finding."""


def parse(raw: RawInput) -> tuple[Scenario | None, tuple[Finding, ...]]:
    """Read all settings and cells of an input.

    Parameters
    ----------
    raw
        What was given.

    Returns
    -------
    scenario
        Settings and the rows that could be read, without the others; None if
        the settings cannot be read.
    findings
        Those of ``raw`` and everything found here, in the order of the tables.
    """
    findings = list(raw.findings)
    settings = parse_settings(raw, findings)
    tables: dict[str, tuple[Row, ...]] = {}
    origins: dict[tuple[str, tuple[Any, ...]], Origin] = {}
    for name, row_type in TABLES.items():
        rows: tuple[Row, ...] = ()
        if name in raw.tables:
            rows = _TableParser(row_type, raw.tables[name], findings, origins).rows()
        elif row_type.required_table:
            values = {"table": name, "nl": row_type.nl}
            findings.append(Finding(Severity.WRONG, "missing_table", values))
        tables[name] = sorted_rows(rows)
    if settings is None:
        return None, tuple(findings)
    return Scenario(settings, tables, origins), tuple(findings)


def parse_rows(
    row_type: type[Row], raw: RawTable, findings: list[Finding]
) -> tuple[tuple[tuple[int, Mapping[str, Any]], ...], Mapping[str, str]]:
    """Read the cells of a table that is not part of an input; whole rows are left to the caller to judge.

    Parameters
    ----------
    row_type
        What its columns are.
    raw
        The table as given.
    findings
        What is wrong with its headings and cells is added to it.

    Returns
    -------
    rows
        Row number as a spreadsheet shows it, and name of a column -> value, ``BAD`` where it has a finding.
    headings
        Name of a column -> heading as the user wrote it.
    """
    parser = _TableParser(row_type, raw, findings, {})
    if not raw.headings:
        return (), {}
    places = parser.places()
    columns = parser.columns(places)
    rows = tuple((number, parser.values(number, cells, columns)) for number, cells in raw.rows)
    return rows, {column.name: raw.headings[place] for column, place in places.items()}


class _TableParser:
    """Reads the rows of one table and adds what is wrong to ``findings``."""

    def __init__(
        self,
        row_type: type[Row],
        raw: RawTable,
        findings: list[Finding],
        origins: dict[tuple[str, tuple[Any, ...]], Origin],
    ) -> None:
        self.row_type = row_type
        self.raw = raw
        self.findings = findings
        self.origins = origins
        self.repairs: dict[tuple[str, str, str], list[int]] = {}

    def rows(self) -> tuple[Row, ...]:
        """Return the rows without a finding."""
        if not self.raw.headings:  # could not be read at all; said before
            return ()
        places = self.places()
        headings = {c.name: self.raw.headings[place] for c, place in places.items()}
        by_key: dict[tuple[Any, ...], Row] = {}
        columns = self.columns(places)
        for number, cells in self.raw.rows:
            values = self.values(number, cells, columns)
            if any(value is BAD for value in values.values()):
                continue
            row = self.row_type(**values)
            key = row.key()
            if key in by_key:
                self._report_duplicate(number, row, by_key[key])
                continue
            by_key[key] = row
            self.origins[self.row_type.table, key] = Origin(self.raw.source, number, headings)
        self._report_repairs()
        return tuple(by_key.values())

    def _report(
        self,
        code: str,
        row: int | None = None,
        column: str | None = None,
        value: Any = None,
        severity: Severity = Severity.WRONG,
        **values: Any,
    ) -> None:
        values = {"table": self.row_type.table, **values}
        self.findings.append(Finding(severity, code, values, self.raw.source, row, column, value))

    def columns(self, places: Mapping[Column, int]) -> Sequence[tuple[Column, int | None]]:
        """Return every column with its place."""
        # Once per table: columns are compared by all they hold, which takes long in every row.
        return [(column, places.get(column)) for column in self.row_type.columns()]

    def places(self) -> dict[Column, int]:
        """Return where each column stands."""
        columns = self.row_type.columns()
        by_name = {plain_name(name): c for c in columns for name in (c.nl, c.name, c.alias or c.name)}
        places: dict[Column, int] = {}
        for place, heading in enumerate(self.raw.headings):
            found = by_name.get(plain_name(heading))
            if found is None:
                if heading:  # cells without a heading were reported when the file was read
                    near = nearest(heading, (name for c in columns for name in (c.heading("en"), c.nl)))
                    self._report("unknown_column", column=heading, nearest=near)
            elif found in places:
                self._report("duplicate_column", column=heading, first=self.raw.headings[places[found]])
            else:
                places[found] = place
        for column in columns:
            if column.required and column not in places:
                self._report("missing_column", field=column.heading("en"), nl=column.nl)
        return places

    def values(
        self, number: int, cells: tuple[Any, ...], columns: Sequence[tuple[Column, int | None]]
    ) -> dict[str, Any]:
        """Read all cells of a row; BAD where one is wrong."""
        values = {}
        for column, place in columns:
            if place is not None:
                values[column.name] = self._value(column, number, self.raw.headings[place], cells[place])
            else:
                values[column.name] = BAD if column.required else column.default
        return values

    def _value(self, column: Column, number: int, heading: str, cell: Any) -> Any:
        if cell is UNREADABLE:
            return BAD
        if is_empty(cell):
            if column.required:
                self._report("empty_required", number, heading, field=column.name)
                return BAD
            return column.default
        try:
            read = column.kind.read(cell)
        except CellError as error:
            values = {"field": column.name, "kind": column.kind.name, **error.values}
            if column.kind.vocabulary:
                values["nearest"] = _nearest_choice(column.kind, cell)
            self._report(error.code, number, heading, cell, **values)
            return BAD
        if read.repaired and column.kind is MUNICIPALITY:
            self.repairs.setdefault((heading, str(cell), read.value), []).append(number)
        if not _in_range(column, read.value):
            limits: dict[str, Any] = {"minimum": column.minimum, "maximum": column.maximum}
            self._report("out_of_range", number, heading, cell, field=column.name, **limits)
            return BAD
        return read.value

    def _report_duplicate(self, number: int, row: Row, first: Row) -> None:
        key = row.key()
        values: dict[str, Any] = {"key": key, "first_row": self.origins[self.row_type.table, key].row}
        code = "duplicate_key"
        if isinstance(row, Pot) and isinstance(first, Pot) and row.kind != first.kind:
            code = "two_kinds_of_money"
            values |= {"kind": row.kind, "first_kind": first.kind}
        self._report(code, number, **values)

    def _report_repairs(self) -> None:
        """Report a repaired code once, however many rows hold it."""
        for (heading, given, code), numbers in self.repairs.items():
            values: dict[str, Any] = {"from": given, "to": code, "count": len(numbers)}
            self._report("code_repaired", numbers[0], heading, given, Severity.NOTICE, **values)


def _in_range(column: Column, value: Any) -> bool:
    if column.minimum is not None and value < column.minimum:
        return False
    return column.maximum is None or bool(value <= column.maximum)


def _nearest_choice(kind: Kind, cell: Any) -> str | None:
    """Return the code or label that looks most like what was written."""
    labels = kind.vocabulary.labels if kind.vocabulary else {}
    known = [name for code, label in labels.items() for name in (code, label.nl, label.en)]
    return nearest(str(cell), known)
