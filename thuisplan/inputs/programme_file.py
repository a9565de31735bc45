"""Reads a programme that somebody else drew up: municipality, year, option, dwellings."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

from thuisplan.inputs.columns import MUNICIPALITY, CellError
from thuisplan.inputs.csv_files import read_bytes, read_csv
from thuisplan.inputs.findings import Finding, InputError, Severity
from thuisplan.inputs.instance import Cell, Instance
from thuisplan.inputs.parse import BAD, parse_rows
from thuisplan.inputs.raw import RawTable, make_table, nearest, plain_name, wrong
from thuisplan.inputs.tables import Commitment
from thuisplan.inputs.tables.programme import ProgrammeRow
from thuisplan.inputs.workbooks import read_sheet

SHEETS = frozenset({"programme", "programma", "plan"})
"""What a sheet with a programme may be called; the last is that of a plan's own workbook."""


def read_programme(path: Path, instance: Instance) -> Mapping[Cell, int]:
    """Read a programme of one municipality or many.

    Parameters
    ----------
    path
        A CSV file, a workbook, or the ``plan.parquet`` of a plan.
    instance
        The resolved input that the programme is for.

    Returns
    -------
    dict
        (municipality, year, option) -> dwellings in open years, with the zeros that were written: a
        municipality with only zeros plans to build nothing. What was realised before is left out.

    Raises
    ------
    InputError
        If anything is wrong; it holds every finding.
    """
    findings: list[Finding] = []
    language = instance.settings.language
    try:
        raw = _read(Path(path), findings)
        rows, headings = parse_rows(ProgrammeRow, raw, findings)
    except InputError as error:
        raise InputError([*findings, *error.findings], language) from error
    if raw.headings:
        checked = _Programme(instance, raw, rows, headings)
        findings += checked.findings()
        if not findings:
            return dict(sorted(checked.cells.items()))
    # By row; what has no row of its own is about headings, and about commitments at the end.
    last = "programme_without_commitment"
    raise InputError(sorted(findings, key=lambda one: (one.code == last, one.row or 0)), language)


def _read(path: Path, findings: list[Finding]) -> RawTable:
    suffix = path.suffix.casefold()
    if not path.exists():
        raise InputError([wrong("programme_missing", str(path))])
    if suffix == ".xlsx":
        return read_sheet(path, SHEETS, ProgrammeRow.table, findings)
    if suffix == ".parquet":
        return _read_parquet(path, findings)
    if suffix in (".csv", ".txt"):
        return read_csv(path, path.name, ProgrammeRow.table, findings)
    raise InputError([wrong("programme_unsupported", path.name, suffix=suffix)])


def _read_parquet(path: Path, findings: list[Finding]) -> RawTable:
    import pyarrow as pa
    import pyarrow.parquet as pq

    data = read_bytes(path, path.name)
    try:
        table = pq.read_table(pa.BufferReader(data))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError([wrong("unreadable", path.name, reason=str(error))]) from error
    rows = [table.column_names, *(list(row.values()) for row in table.to_pylist())]
    return make_table(ProgrammeRow.table, path.name, enumerate(rows, start=1), findings)


class _Programme:
    """The rows of a programme against the input that it is for."""

    def __init__(
        self,
        instance: Instance,
        raw: RawTable,
        rows: tuple[tuple[int, Mapping[str, Any]], ...],
        headings: Mapping[str, str],
    ) -> None:
        self.instance, self.raw, self.rows, self.headings = instance, raw, rows, headings
        self.names = {plain_name(row.name): code for code, row in instance.municipalities.items()}
        self.options = {plain_name(option): option for option in instance.options}
        self.cells: dict[Cell, int] = {}
        self.numbers: dict[Cell, int] = {}
        self.in_doubt: set[str] = set()

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with codes, years and numbers; fill ``cells``."""
        if not {"municipality_code", "municipality"} & self.headings.keys():
            values = {"table": ProgrammeRow.table, "field": "municipality", "nl": "gemeente"}
            yield Finding(Severity.WRONG, "missing_column", values, self.raw.source)
            return
        if not self.raw.rows:
            yield wrong("programme_without_rows", self.raw.source)
        for number, row in self.rows:
            municipality = yield from self._municipality(number, row)
            option = yield from self._option(number, row["option"])
            year = yield from self._year(number, row["year"])
            if municipality is None:
                continue
            if option is None or year is None:
                self.in_doubt.add(municipality)  # this may be the row of a commitment
            else:
                yield from self._cell(number, (municipality, year, option), row["dwellings"])
        yield from self._commitments()

    def _report(self, code: str, number: int, name: str, value: Any, /, **values: Any) -> Finding:
        heading = self.headings.get(name)
        return Finding(Severity.WRONG, code, values, self.raw.source, number, heading, value)

    def _municipality(self, number: int, row: Mapping[str, Any]) -> Generator[Finding, None, Any]:
        """Yield what is wrong with the municipality; return its code."""
        found: dict[str, str | None] = {}
        for name in ("municipality_code", "municipality"):
            given = row[name]
            if given in (None, BAD):
                continue
            found[name] = self._code(given)
            if found[name] is None:
                known = {**{code: code for code in self.instance.municipalities}, **self._titles()}
                near = nearest(given, known)
                values = {"nearest": near and known[near], "known": self._known()}
                yield self._report("programme_municipality_unknown", number, name, given, **values)
        if not found and BAD not in (row["municipality_code"], row["municipality"]):
            name = "municipality" if "municipality" in self.headings else "municipality_code"
            yield self._report("programme_municipality_empty", number, name, None)
        if None in found.values() or not found:
            return None
        code = str(next(iter(found.values())))
        if len(set(found.values())) > 1:
            values = {"code": code, "name": self._name(code)}
            yield self._report(
                "programme_municipality_differs", number, "municipality", row["municipality"], **values
            )
            return None
        return code

    def _code(self, given: str) -> str | None:
        """Return the municipality that a code or a name means."""
        try:
            code = str(MUNICIPALITY.read(given).value)
        except CellError:
            code = self.names.get(plain_name(given), "")
        return code if code in self.instance.municipalities else None

    def _titles(self) -> dict[str, str]:
        return {row.name: row.name for row in self.instance.municipalities.values()}

    def _known(self) -> tuple[str, ...]:
        """Return the names to choose from; none where they are too many to read."""
        names = tuple(sorted(self._titles()))
        return names if len(names) <= 20 else ()

    def _name(self, code: str) -> str:
        return self.instance.municipalities[code].name

    def _option(self, number: int, given: Any) -> Generator[Finding, None, Any]:
        """Yield what is wrong with the option; return its code."""
        if given is BAD:
            return None
        option = self.options.get(plain_name(given))
        if option is None:
            near = nearest(given, self.instance.options)
            yield self._report("programme_option_unknown", number, "option", given, nearest=near)
        return option

    def _year(self, number: int, given: Any) -> Generator[Finding, None, Any]:
        """Yield what is wrong with the year; return it."""
        if given is BAD:
            return None
        years = self.instance.years
        if years[0] <= given <= years[-1]:
            return given
        values = {"first": years[0], "last": years[-1]}
        yield self._report("programme_year_outside", number, "year", given, **values)
        return None

    def _cell(self, number: int, cell: Cell, dwellings: Any) -> Iterator[Finding]:
        """Yield what is wrong with the number, and keep it."""
        municipality, year, option = cell
        if dwellings is BAD:
            self.numbers.setdefault(cell, number)
            self.in_doubt.add(municipality)
            return
        about = {"municipality": self._name(municipality), "year": year, "option": option}
        if cell in self.numbers:
            values = {**about, "first_row": self.numbers[cell], "first": self.cells.get(cell)}
            yield self._report("programme_cell_twice", number, "dwellings", dwellings, **values)
            return
        self.numbers[cell] = number
        if year < self.instance.settings.open_year:
            done = self.instance.realised.get(cell, 0)
            if dwellings != done:
                values = {**about, "realised": done, "open_year": self.instance.settings.open_year}
                yield self._report("programme_year_realised", number, "dwellings", dwellings, **values)
            return
        self.cells[cell] = dwellings
        committed = self.instance.committed.get(cell, 0)
        if dwellings < committed:
            values = {**about, "committed": committed, **self._agreed_at(cell)}
            yield self._report("programme_below_commitment", number, "dwellings", dwellings, **values)

    def _commitments(self) -> Iterator[Finding]:
        """Yield the commitments of its municipalities that the programme does not mention."""
        covered = {municipality for municipality, _, _ in self.cells} - self.in_doubt
        for cell, dwellings in sorted(self.instance.committed.items()):
            municipality, year, option = cell
            if municipality in covered and dwellings and cell not in self.numbers:
                about = {"municipality": self._name(municipality), "year": year, "option": option}
                values = {**about, "committed": dwellings, **self._agreed_at(cell)}
                yield wrong("programme_without_commitment", self.raw.source, **values)

    def _agreed_at(self, cell: Cell) -> dict[str, Any]:
        """Return the file and row of a commitment, as far as they are known."""
        municipality, year, option = cell
        origin = next(
            (
                self.instance.scenario.origins.get((row.table, row.key()))
                for row in self.instance.rows(Commitment)
                if (row.municipality_code, row.year, row.option) == (municipality, year, option)
            ),
            None,
        )
        return {"agreed_in": origin.source if origin else None, "agreed_row": origin.row if origin else None}
