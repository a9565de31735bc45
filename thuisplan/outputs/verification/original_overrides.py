"""What overrides make of the rows that follow from the original: a second statement, on texts.

Overrides apply from top to bottom to the rows after resolving. A key names a row by its key columns; of a
row that holds over more years than the key names, the other years stay as they are. A key without ``*``
makes rows where there are none. A figure that is multiplied is rounded half up where it is whole, and needs
and flows keep whole running totals. Rows are texts, as in ``original_rows``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from thuisplan.inputs.columns import EXACT, MUNICIPALITY, WHOLE, YEAR, Column, Kind
from thuisplan.inputs.families import parameter_column
from thuisplan.inputs.tables import TABLES
from thuisplan.outputs.verification.original_rows import Original, as_text, rounded
from thuisplan.outputs.verification.resolved import Texts

_MADE = {"plans": {"status": "soft", "realisation": "1"}}
_TOTALS = {"needs": ("need_id", "central"), "flows": ("flow_id", "households")}
_ASSUMED = {"year": "", "status": "input", "origin": "user"}


@dataclass(frozen=True, slots=True)
class _Override:
    """An override of one table: what each part of the key must be, and what becomes of the rows.

    ``parts`` holds per key column its text, None for any, or the first and last year.
    """

    table: str
    parts: dict[str, Any]
    column: Column | None
    operation: str
    value: str

    def names(self, row: Texts) -> bool:
        return all(part in (None, row[c]) for c, part in self.parts.items() if not isinstance(part, tuple))

    @property
    def key(self) -> str:
        """The key as the list of assumptions writes it."""
        return " ".join(map(_shown, self.parts.values()))


def overridden(original: Original, table: str, rows: list[Texts]) -> list[Texts]:
    """Return the rows of a table after the overrides of the original.

    Parameters
    ----------
    original
        The input as given, with its overrides in their order.
    table
        Name of the table.
    rows
        The rows that follow from the original.
    """
    found = [override for override in _read(original) if override.table == table]
    for override in found:
        rows = list(_applied(original, override, rows))
    if found and table in _TOTALS:
        rows = list(_whole(rows, *_TOTALS[table]))
    return rows


def touched(original: Original) -> frozenset[str]:
    """Return the tables that overrides change."""
    return frozenset(override.table for override in _read(original))


def assumed(original: Original) -> dict[tuple[str, str, str], Texts]:
    """Return what the list of assumptions must say of the overrides, by its key."""
    result: dict[tuple[str, str, str], Texts] = {}
    for override, source in zip(_read(original), original.override_sources, strict=True):
        column = override.column
        key = (override.table, override.key, column.name if column else "*")
        value = f"{override.operation} {override.value}".strip()
        if key in result:
            value = f"{result[key]['value']}; {value}"
        names = dict(zip(("table_name", "row_key", "column_name"), key, strict=True))
        unit = column.unit if column else ""
        result[key] = {**names, "value": value, "unit": unit, "source": source, **_ASSUMED}
    return result


# --- reading ------------------------------------------------------------------------


def _read(original: Original) -> list[_Override]:
    return [_override(original, row) for row in original.rows["overrides"]]


def _override(original: Original, row: Any) -> _Override:
    table = next(name for name, kind in TABLES.items() if _same(row.table_name, name, kind.nl))
    columns = TABLES[table].columns()
    column = next((c for c in columns if _same(row.column_name or "", c.name, c.nl)), None)
    keys = [c for c in columns if c.key]
    parts = [_part(original, c, text) for c, text in zip(keys, _split(row.row_key), strict=True)]
    named = {c.name: part for c, part in zip(keys, parts, strict=True)}
    return _Override(table, named, column, row.operation, (row.value or "").strip())


def _same(written: str, *names: str) -> bool:
    bare = re.sub(r"[\s_-]", "", written).casefold()
    return bare in [re.sub(r"[\s_-]", "", name).casefold() for name in names]


def _split(text: str) -> list[str]:
    return [part[0] for part in re.finditer(r'"[^"]*"|[^\s"]+', text)]


def _part(original: Original, column: Column, text: str) -> Any:
    if text == "*":
        return None
    if text == "-":
        return ""
    plain = text.strip('"')
    if column.kind is YEAR:
        first, _, last = plain.partition("-")
        return int(first), int(last or first)
    if column.kind is MUNICIPALITY:
        named = [row.code for row in original.rows["municipalities"] if _same(plain, row.name)]
        if named:
            return named[0]
    return as_text(column.kind.read(plain).value)


def _shown(part: Any) -> str:
    if part is None or part == "":
        return "*" if part is None else "-"
    if isinstance(part, tuple):
        return str(part[0]) if part[0] == part[1] else f"{part[0]}-{part[1]}"
    return f'"{part}"' if part in ("-", "*") or re.search(r"\s", part) else str(part)


# --- applying -------------------------------------------------------------------------


def _applied(original: Original, override: _Override, rows: Iterable[Texts]) -> Iterator[Texts]:
    change = _change(original, override)
    span = next(((c, part) for c, part in override.parts.items() if isinstance(part, tuple)), None)
    matched = False
    there: set[int] = set()
    for row in rows:
        inside, others = _cut(original, row, span) if override.names(row) else (None, [row])
        yield from others
        if inside is None:
            continue
        matched = True
        if span is not None:
            there.update(range(int(inside[span[0]]), _last(original, inside, span[0]) + 1))
        if override.column is not None:
            yield change(inside)
    if override.operation not in ("set", "add") or None in override.parts.values():
        return
    if span is None:
        if not matched:
            yield change(_empty(override, {}))
        return
    for year in range(span[1][0], span[1][1] + 1):
        if year not in there:
            yield change(_empty(override, {span[0]: str(year), "to_year": str(year)}))


def _cut(original: Original, row: Texts, span: Any) -> tuple[Texts | None, list[Texts]]:
    """Return the part of a row in the years of a key, and the parts in other years."""
    if span is None:
        return row, []
    column, (first, last) = span
    if not row[column]:
        return None, [row]
    begin, end = int(row[column]), _last(original, row, column)
    if end < first or last < begin:
        return None, [row]
    others, inside = [], dict(row)
    if begin < first:
        others.append({**row, "to_year": str(first - 1)})
        inside[column] = str(first)
    if last < end:
        others.append({**row, column: str(last + 1)})
        inside["to_year"] = str(last)
    return inside, others


def _last(original: Original, row: Texts, column: str) -> int:
    if "to_year" not in row:
        return int(row[column])
    return int(row["to_year"] or original.settings.last_year)


def _empty(override: _Override, years: Texts) -> Texts:
    columns = TABLES[override.table].columns()
    row = {c.name: "" if c.required else as_text(c.default) for c in columns}
    row |= {name: part for name, part in override.parts.items() if isinstance(part, str)}
    row |= {name: year for name, year in years.items() if name in row}
    return row | _MADE.get(override.table, {})


def _change(original: Original, override: _Override) -> Callable[[Texts], Texts]:
    """Return what an override makes of a row."""

    def change(row: Texts) -> Texts:
        column = override.column
        if column is None:
            return row
        kind = _kind(original, override, row)
        if override.operation == "set":
            new: Any = kind.read(override.value).value if override.value else column.default
            return {**row, column.name: as_text(new)}
        number, by = Fraction(row[column.name] or 0), Fraction(EXACT.read(override.value).value)
        result = number + by if override.operation == "add" else number * by
        whole = kind in (WHOLE, YEAR)
        return {**row, column.name: as_text(rounded(result) if whole else result)}

    return change


def _kind(original: Original, override: _Override, row: Texts) -> Kind:
    assert override.column is not None
    if override.table == "rule_parameters":
        families = {rule["rule_id"]: rule["family"] for rule in original.texts["rules"]}
        family = families.get(row["rule_id"])  # a rule that overrides make has its parameters as text
        parameter = parameter_column(family, row["parameter"]) if family else None
        return parameter.kind if parameter else override.column.kind
    return override.column.kind


def _whole(rows: Iterable[Texts], about: str, figure: str) -> Iterator[Texts]:
    """Yield rows with running totals rounded half up."""
    running: dict[str, Fraction] = {}
    for row in sorted(rows, key=lambda row: (row[about], int(row["from_year"]))):
        before = running.get(row[about], Fraction(0))
        running[row[about]] = after = before + Fraction(row[figure])
        yield {**row, figure: str(rounded(after) - rounded(before))}
