"""The tables of an input while changes are applied to them, row by row."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from thuisplan.inputs.apportion import whole_increments
from thuisplan.inputs.columns import EXACT, WHOLE, YEAR, CellError, Column, Kind, Row, sorted_rows
from thuisplan.inputs.families import parameter_column
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.raw import nearest
from thuisplan.inputs.read_change import WHOLE_OVER_YEARS, Meant
from thuisplan.inputs.row_keys import key_text
from thuisplan.inputs.scenario import Origin, Scenario
from thuisplan.inputs.tables import (
    Availability,
    Budget,
    Commitment,
    Deviation,
    Plan,
    Realised,
    RuleParameter,
)

FROM_NOTHING: frozenset[str] = frozenset(
    row_type.table for row_type in (Availability, Budget, Commitment, Deviation, Plan, Realised)
)
"""Tables in which what is not there counts as zero, so that something can be added to it."""

MADE: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {Plan.table: MappingProxyType({"status": "soft", "realisation": Fraction(1)})}
)
"""What a row that a change makes has in columns that neither the key nor the change says."""

_FIGURES = (WHOLE, EXACT, YEAR)


class EditedTables:
    """The tables of an instance while changes are applied.

    Parameters
    ----------
    instance
        The resolved input; it stays as it is.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.tables: dict[str, dict[tuple[Any, ...], Row]] = {}
        self.origins = dict(instance.scenario.origins)
        self.last_year = instance.settings.last_year

    def apply(self, meant: Meant, origin: Origin | None) -> None:
        """Apply one change.

        Parameters
        ----------
        meant
            The change.
        origin
            Where it stands; the rows that it changes stand there from now on.

        Raises
        ------
        CellError
            If there is no such row and none can be made, or the value does not fit.
        """
        name = meant.row_type.table
        if name not in self.tables:
            self.tables[name] = {row.key(): row for row in self.instance.rows(meant.row_type)}
        rows = self.tables[name]
        matched = [row for row in rows.values() if meant.key.names(row) and self._parts(row, meant)[1]]
        # All values are calculated before any row is replaced: a change applies in full or not at all.
        replaced = [(row, *self._replacement(row, meant)) for row in matched]
        made = [self._changed(row, meant) for row in self._new_rows(matched, meant)]
        if not matched and not made:
            raise CellError("change_no_row", table=name, nearest=self._nearest(rows, meant))
        for row, kept, new in replaced:
            where = self.origins.get((name, row.key()))
            del rows[row.key()]
            for part in kept:
                self._put(rows, part, where)
            if new is not None:
                self._put(rows, new, origin or where)
        for row in made:
            self._put(rows, row, origin)

    def scenario(self) -> Scenario:
        """Return the changed tables with the others, in canonical order."""
        tables = dict(self.instance.scenario.tables)
        for name, rows in self.tables.items():
            changed = sorted_rows(rows.values())
            tables[name] = (
                _whole_over_years(changed, *WHOLE_OVER_YEARS[name]) if name in WHOLE_OVER_YEARS else changed
            )
        return Scenario(self.instance.settings, tables, self.origins)

    def _put(self, rows: dict[tuple[Any, ...], Row], row: Row, origin: Origin | None) -> None:
        rows[row.key()] = row
        if origin is not None:
            self.origins[row.table, row.key()] = origin

    def _nearest(self, rows: Mapping[tuple[Any, ...], Row], meant: Meant) -> str | None:
        return nearest(str(meant.key), [key_text(key) for key in rows])

    # --- rows that are there ----------------------------------------------------------------

    def _replacement(self, row: Row, meant: Meant) -> tuple[list[Row], Row | None]:
        """Return the parts of a row that stay, and what becomes of the rest; None if that goes."""
        kept, inside = self._parts(row, meant)
        return kept, None if meant.column is None else self._changed(inside, meant)

    def _parts(self, row: Any, meant: Meant) -> tuple[list[Row], Any]:
        """Return the parts of a row in years that a change is not about, and the part in its years."""
        if meant.key.years is None:
            return [], row
        name, years = meant.key.years
        first = getattr(row, name)
        if not hasattr(row, "to_year"):
            return [], row if first is not None and years.first <= first <= years.last else None
        # A row without an end runs to the end of the horizon.
        end = self.last_year if row.to_year is None else row.to_year
        start, stop = max(first, years.first), min(end, years.last)
        if start > stop:
            return [], None
        kept = [replace(row, to_year=start - 1)] if first < start else []
        if stop < end:
            kept.append(replace(row, from_year=stop + 1))
        return kept, replace(row, from_year=start, to_year=row.to_year if stop == end else stop)

    # --- rows that are not there ----------------------------------------------------------

    def _new_rows(self, matched: Sequence[Any], meant: Meant) -> Iterator[Row]:
        """Yield the rows that a change makes: of a key without ``*``, in years that no row covers."""
        if meant.operation not in ("set", "add") or not meant.key.exact:
            return
        if meant.key.years is None:
            if not matched:
                yield self._new(meant, {})
            return
        name, years = meant.key.years
        covered = {
            year
            for row in matched
            for year in range(
                getattr(row, name), (getattr(row, "to_year", getattr(row, name)) or self.last_year) + 1
            )
        }
        for year in range(years.first, years.last + 1):
            if year not in covered:
                if year not in self.instance.years:
                    raise CellError("change_outside_horizon", year=year)
                yield self._new(meant, {name: year, "to_year": year})

    def _new(self, meant: Meant, years: Mapping[str, int]) -> Row:
        """Return a row to change: what is added to it is added to zero."""
        table, column = meant.row_type.table, meant.column
        assert column is not None
        if meant.operation == "add" and table not in FROM_NOTHING:
            raise CellError("change_no_row", table=table, nearest=self._nearest(self.tables[table], meant))
        given = {**MADE.get(table, {}), **meant.key.parts, **years}
        given[column.name] = 0 if meant.operation == "add" else meant.text
        columns = meant.row_type.columns()
        missing = tuple(c for c in columns if c.required and given.get(c.name) in (None, ""))
        if missing:
            raise CellError("change_makes_no_row", table=table, missing=missing)
        return meant.row_type(
            **{c.name: c.default if given.get(c.name) in (None, "") else given[c.name] for c in columns}
        )

    # --- values ------------------------------------------------------------------------------

    def _changed(self, row: Any, meant: Meant) -> Row:
        """Return a row with its new value; raises CellError if it does not fit the column."""
        column = meant.column
        assert column is not None
        kind = self._kind(row, column)
        if meant.operation == "set":
            value = kind.read(meant.text).value if meant.text else column.default
        else:
            before = getattr(row, column.name)
            value = _calculated(
                kind, column, before if kind is column.kind else kind.read(before).value, meant
            )
        least, most = column.minimum, column.maximum
        if value is not None and (
            (least is not None and value < least) or (most is not None and value > most)
        ):
            raise CellError("change_out_of_range", field=column, result=value, minimum=least, maximum=most)
        changed: Row = replace(
            row, **{column.name: value if kind is column.kind else kind.write(value, None)}
        )
        return changed

    def _kind(self, row: Row, column: Column) -> Kind:
        """Return how a value is read: that of a parameter as its family says."""
        if not isinstance(row, RuleParameter):
            return column.kind
        rule = self.instance.rules_by_id.get(row.rule_id)
        parameter = None if rule is None else parameter_column(rule.family, row.parameter)
        return column.kind if parameter is None else parameter.kind


def _calculated(kind: Kind, column: Column, before: Any, meant: Meant) -> Any:
    if kind not in _FIGURES:
        raise CellError("change_not_a_figure", field=column)
    if before is None:
        raise CellError("change_of_unknown", field=column)
    amount = EXACT.read(meant.text).value
    result = before + amount if meant.operation == "add" else before * amount
    if kind is EXACT:
        return Fraction(result)
    if meant.operation == "multiply":
        return math.floor(result + Fraction(1, 2))
    if Fraction(result).denominator != 1:
        raise CellError("not_whole")
    return int(result)


def _whole_over_years(rows: Sequence[Any], about: str, figure: str) -> tuple[Row, ...]:
    """Return the rows with a running total that is rounded half up, as resolving does."""
    series: dict[str, list[Any]] = {}
    for row in rows:
        series.setdefault(getattr(row, about), []).append(row)
    result: list[Row] = []
    for parts in series.values():
        whole = whole_increments([getattr(row, figure) for row in parts])
        result += [replace(row, **{figure: Fraction(n)}) for row, n in zip(parts, whole, strict=True)]
    return tuple(result)
