"""A comparison of variants on a screen: the differences, the prices, and what holds anyway."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console
from rich.table import Table
from rich.text import Text

from thuisplan.inputs.labels import FAMILY_LABELS, MEASURES
from thuisplan.outputs.answer import print_answer
from thuisplan.outputs.comparison.compare import Compared
from thuisplan.outputs.comparison.run_info import CLOSED, STOPPED
from thuisplan.outputs.comparison.schemas import MEASURE_UNITS
from thuisplan.outputs.comparison.sentences import FEW_DRAWS, TOLD, VARIANT, distinct
from thuisplan.outputs.comparison.words import APART, OPEN, SAME, differs, readable, standing
from thuisplan.outputs.screen_parts import make_table, nearest, shown
from thuisplan.outputs.texts import text, unit_text

MOST_ROWS = 30
"""Rows of a table on the screen; the files have all."""

SCALES = {"kEUR": 0.001, "share": 100.0}
"""Unit -> factor to what stands in a column: millions of euros, percentage points."""

PLACES = {"kEUR": 2, "share": 2, "relative": 3}
"""Unit -> decimals in a column."""

DWELLINGS = "dwellings"
Row = dict[str, Any]


def print_comparison(compared: Compared, language: str, console: Console) -> None:
    """Print a comparison of variants.

    Parameters
    ----------
    compared
        What it came to.
    language
        ``nl`` or ``en``.
    console
        Where to print.
    """
    tables = [
        _runs(compared, language),
        _prices(compared.tables["prices"].to_pylist(), language),
        _frontier(compared, language),
        _common(compared.tables["common"], language),
        _bandwidths(compared, language),
    ]
    print_answer(compared.told, language, console)
    console.print()
    for position, table in enumerate(tables):
        if table is not None:
            console.print(table)
            if position == 0:
                console.print(_says("legend", language), markup=False)
            console.print()


def _says(name: str, language: str, **values: Any) -> str:
    return text(f"compared_screen.{name}", language, **values)


# --- differences ------------------------------------------------------------------------------


def _runs(compared: Compared, language: str) -> Table | None:
    """Return the table of differences: the values of the reference, and how far the others are from them."""
    rows = [row for row in compared.tables["runs"].to_pylist() if row["status"] in (CLOSED, STOPPED)]
    base = next((row for row in rows if row["variant"] == compared.reference), None)
    others = [row for row in rows if row["kind"] == VARIANT and row is not base]
    if base is None or not others:
        return None
    # What no stage of the reference minimised is a coincidence of its plan: nothing is held against that.
    proved = [name for name in TOLD if base[f"{name}_bound"] is not None]
    measures = [name for name in proved if any(row[name] for row in [base, *others])]
    title = _says("runs", language, reference=compared.reference)
    headings = [_says(name, language) for name in (VARIANT, DWELLINGS, *measures)]
    table = make_table(title, headings, language)
    values = (_scaled(base[name], MEASURE_UNITS[name], language) for name in measures)
    table.add_row(Text(base[VARIANT]), shown(base[DWELLINGS], language), *values, end_section=True)
    for row in others[:MOST_ROWS]:
        more = row[DWELLINGS] - base[DWELLINGS]
        # No stage minimised their number: it is told as the measures that were no objective.
        dwellings = "=" if row["run"] == base["run"] else f"({_signed(more, '', language) if more else '='})"
        cells = (difference(row, base, name, language) for name in measures)
        table.add_row(Text(row[VARIANT]), dwellings, *cells)
    if len(others) > MOST_ROWS:
        table.caption = _says("more_variants", language, shown=MOST_ROWS, count=len(others))
    return table


def difference(row: Row, base: Row, measure: str, language: str) -> str:
    """Return how far a measure is from another run: with ``≈`` if solving further can change that.

    Parameters
    ----------
    row, base
        Rows of ``runs``.
    measure
        Name of the measure; between brackets if it was no objective of both, ``=`` if it is proved the same.
    language
        ``nl`` or ``en``.
    """
    if row[measure] is None or base[measure] is None:
        return ""
    found = standing(row, base, measure)
    if found == SAME:
        return "="
    equal = not differs(row[measure], base[measure])
    signed = "" if equal else _signed(row[measure] - base[measure], MEASURE_UNITS[measure], language)
    if found == APART:
        return signed
    return f"≈ {signed}".strip() if found == OPEN else f"({signed or '='})"


def _scaled(value: float | None, unit: str, language: str) -> str:
    return "" if value is None else nearest(value * SCALES.get(unit, 1.0), language, PLACES.get(unit, 0))


def _signed(value: float, unit: str, language: str) -> str:
    digits = _scaled(value, unit, language)
    return f"+{digits}" if value > 0 else digits if digits.startswith("-") else f"-{digits}"


# --- prices, frontier, dwellings -----------------------------------------------------------------


def _prices(rows: list[Row], language: str) -> Table | None:
    """Return per rule how much lower every measure of a stage is without it."""
    known = [row for row in rows if row["gain_at_least"] is not None and row["measure"] in TOLD]
    if not known:
        return None
    names = ("rule", "what", "at_least", "at_most")
    table = make_table(_says("prices", language), [_says(n, language) for n in names], language, 2)
    told = 0
    for rule, parts in groupby(known, key=lambda row: row["rule_id"]):
        label = FAMILY_LABELS.text(rule, language)
        for row in sorted(parts, key=lambda row: TOLD.index(row["measure"])):
            least, most = row["gain_at_least"], row["gain_at_most"]
            if differs(least, 0) or differs(most, 0):
                unit = row["unit"]
                what = f"{MEASURES.text(row['measure'], language)}, {unit_text(unit, language)}"
                cells = (shown(readable(value), language) for value in (least, most))
                if told < MOST_ROWS:
                    table.add_row(Text(label), Text(what), *cells)
                told, label = told + 1, ""
        table.add_section()
    return table if told else None


def _frontier(compared: Compared, language: str) -> Table | None:
    rows = compared.tables["frontier"].to_pylist()
    first = {row["variant"] for row in distinct(rows, compared.tables["runs"].to_pylist())}
    best = [row for row in rows if not row["dominated"] and row["variant"] in first]
    if not best:
        return None
    measures = list(dict.fromkeys(row["measure"] for row in best))
    units = {row["measure"]: row["unit"] for row in best}
    names = [f"{MEASURES.text(name, language)}, {unit_text(units[name], language)}" for name in measures]
    title = _says("frontier", language)
    table = make_table(title, [_says("variant", language), *names], language)
    points: dict[str, dict[str, float]] = {}
    for row in best:
        points.setdefault(row["variant"], {})[row["measure"]] = row["value"]
    ordered = sorted(points.items(), key=lambda point: tuple(point[1].values()))
    for name, values in ordered[:MOST_ROWS]:
        table.add_row(Text(name), *(shown(readable(values[measure]), language) for measure in measures))
    return table


def per_municipality(table: pa.Table, *columns: str) -> list[Row]:
    """Return the rows about all types, and all of other columns, per municipality; the total is the last."""
    chosen = pc.is_null(table["dwelling_type"])
    for column in columns:
        chosen = pc.and_(chosen, pc.is_null(table[column]))
    rows: list[Row] = table.filter(chosen).to_pylist()
    return sorted(rows, key=lambda row: (row["municipality_code"] is None, row["municipality"] or ""))


def _common(common: pa.Table, language: str) -> Table | None:
    rows = per_municipality(common, "year")
    if not rows or all(row["same_in_all"] and row["least"] == row["reference"] for row in rows):
        return None
    return _dwellings("common", rows, ("reference", "least", "most"), language)


def _bandwidths(compared: Compared, language: str) -> Table | None:
    rows = per_municipality(compared.tables["bandwidths"], "year")
    if not rows:
        return None
    last = max(compared.tables["robust"]["by_year"].to_pylist(), default=None)
    robust = {
        row["municipality_code"]: row["at_least"]
        for row in per_municipality(compared.tables["robust"])
        if row["by_year"] == last
    }
    rows = [{**row, "holds": robust.get(row["municipality_code"], 0)} for row in rows]
    few = rows[0]["draws"] < FEW_DRAWS
    # Of so few draws these are the least and the most: no percentile.
    rows = [{**row, "least": row["p5"], "most": row["p95"]} for row in rows] if few else rows
    names = ("reference", *(("least", "median", "most") if few else ("p5", "median", "p95")), "holds")
    return _dwellings("bandwidths", rows, names, language, hold=compared.hold)


def _dwellings(
    title: str, rows: list[Row], names: tuple[str, ...], language: str, hold: Fraction | None = None
) -> Table:
    headings = [_says(name, language, hold=hold) for name in ("municipality", *names)]
    table = make_table(_says(title, language), headings, language)
    for row in rows:
        whole = row["municipality_code"] is None
        if whole:
            table.add_section()
        label = _says("total", language) if whole else row["municipality"]
        table.add_row(Text(label), *(shown(row[name], language) for name in names))
    return table
