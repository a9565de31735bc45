"""What variants build, leave unmet and pay, beside the reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from thuisplan.inputs.labels import DWELLING_TYPES, MONEY_KINDS, NEED_CATEGORIES, PURPOSES
from thuisplan.outputs.comparison.subjects import DWELLINGS, PAID, SHORTFALL, WAITING
from thuisplan.outputs.report.answers.comparison_view import IN_WORKBOOK, ComparisonView, Row, on_page
from thuisplan.outputs.report.content import Chart, ChartKind, Column, Kind, Section, Series, Table, Value
from thuisplan.outputs.report.numbers import tidy

SOURCE = "comparison.parquet"
BESIDE = 10
"""Variants that stand beside each other as columns; more stand below each other."""
LINES = 6
"""Variants that a chart shows beside the reference."""

LISTED = tuple(dict.fromkeys((*NEED_CATEGORIES.labels, *DWELLING_TYPES.labels)))
"""Types and categories in the order in which people know them."""

Sums = Mapping[tuple[Any, ...], Mapping[str, tuple[float, float]]]


def programme_differences(view: ComparisonView) -> Section | None:
    """Return what is built where, of which type and when, beside the reference; None without a reference."""
    if view.base is None or not view.others:
        return None
    words = view.words
    items: list[Table | Chart | None] = [_by_year(view)]
    places = view.sums(DWELLINGS, "place")
    if len(view.others) <= BESIDE:
        items.append(_table(view, "by_municipality", places, lambda key: view.names.get(key[0], key[0])))
    else:
        items.append(_spread(view))
    for code, column in (("by_type", "kind"), ("by_year", "year")):
        sums = view.sums(DWELLINGS, column)
        items.append(_table(view, code, sums, lambda key: _type_or_year(view, key[0])))
    items.append(_long(view))
    lead = [words.say("choice")]
    if len(view.others) > BESIDE:
        lead.append(words.say("many_variants", shown=BESIDE, count=len(view.others)))
    kept = tuple(item for item in items if item is not None)
    return Section("programme", words.say("programme"), tuple(lead), kept)


def _type_or_year(view: ComparisonView, value: Any) -> str:
    return view.label(DWELLING_TYPES, value) if isinstance(value, str) else str(value)


def short_and_paid(view: ComparisonView) -> Section | None:
    """Return what stays unmet at the end, who waits, and who pays, beside the reference."""
    if view.base is None or not view.others:
        return None
    words = view.words
    items: list[Table | None] = []
    last = view.last_year(SHORTFALL)
    if last is not None:
        sums = view.sums(SHORTFALL, "kind", "purpose", year=last)
        alone = [category for category, _ in sums]

        def category(key: tuple[Any, ...]) -> str:
            label = view.category(key[0])
            return label if alone.count(key[0]) == 1 else f"{label} ({view.label(PURPOSES, key[1])})"

        notes = (words.say("by_need_note", year=last),)
        items.append(_table(view, "by_need", sums, category, notes=notes))
    last = view.last_year(WAITING)
    if last is not None:
        sums = view.sums(WAITING, "detail", year=last)
        notes = (words.say("by_group_note", year=last),)
        items.append(_table(view, "by_group", sums, lambda key: view.group(key[0]), notes=notes))
    payers = view.sums(PAID, "kind", "detail")
    items.append(
        _table(
            view, "by_payer", payers, lambda key: f"{key[0]}, {view.label(MONEY_KINDS, key[1])}", Kind.EUROS
        )
    )
    kept = tuple(item for item in items if item is not None)
    return Section("short_and_paid", words.say("short_and_paid"), (), kept) if kept else None


# --- tables -----------------------------------------------------------------------------------


def _table(
    view: ComparisonView,
    code: str,
    sums: Sums,
    label: Callable[[tuple[Any, ...]], str],
    kind: Kind = Kind.WHOLE,
    notes: tuple[str, ...] = (),
) -> Table | None:
    """Return sums beside the reference; variants are columns, or rows where there are many."""
    assert view.base is not None
    if not sums:
        return None
    keys = sorted(sums, key=lambda key: tuple(str(part) for part in key))
    order = {
        name: position for position, name in enumerate(view.names if code == "by_municipality" else LISTED)
    }
    keys.sort(key=lambda key: order.get(key[0], len(order)))
    names = [row["variant"] for row in view.others]
    reference = {key: tidy(next(iter(sums[key].values()))[1]) for key in keys}
    differences = {
        key: [tidy(value - base) for value, base in (sums[key].get(name, (0, 0)) for name in names)]
        for key in keys
    }
    words = view.words
    if len(names) > BESIDE:
        columns = [words.column("variant")]
        columns += [Column(f"key_{position}", label(key), kind) for position, key in enumerate(keys)]
        rows: list[tuple[Value, ...]] = [
            (words.say("reference_row", reference=view.reference), *(reference[key] for key in keys))
        ]
        rows += [(name, *(differences[key][position] for key in keys)) for position, name in enumerate(names)]
        notes = (words.say("below_note"), *notes)
        return words.table(code, columns, rows, SOURCE, notes=notes, **on_page(rows))
    columns = [words.column(code), _reference_column(view, kind)]
    if len(names) == 1:
        columns.append(Column("value", view.variant(names[0]), kind, True))
        columns.append(words.column("difference", kind, True))
        rows = [
            (label(key), reference[key], tidy(reference[key] + differences[key][0]), differences[key][0])
            for key in keys
        ]
    else:
        columns += [
            Column(f"variant_{position}", words.say("difference_of", variant=name), kind, True)
            for position, name in enumerate(names, start=1)
        ]
        rows = [(label(key), reference[key], *differences[key]) for key in keys]
    return words.table(code, columns, rows, SOURCE, notes=notes, **on_page(rows))


def _reference_column(view: ComparisonView, kind: Kind) -> Column:
    return Column("reference", view.variant(view.reference), kind, True)


def _spread(view: ComparisonView) -> Table:
    """Return per municipality the least and the most of all plans, where there are too many for columns."""
    common = view.table("common")
    chosen = pc.and_(pc.is_null(common["dwelling_type"]), pc.is_null(common["year"]))
    chosen = pc.and_(chosen, pc.is_valid(common["municipality_code"]))
    found = {row["municipality_code"]: row for row in common.filter(chosen).to_pylist()}
    rows = [
        (name, *(found[code][column] for column in ("reference", "least", "most")))
        for code, name in view.names.items()
        if code in found
    ]
    words = view.words
    columns = (
        words.column("by_municipality"),
        _reference_column(view, Kind.WHOLE),
        words.column("least", Kind.WHOLE),
        words.column("most", Kind.WHOLE),
    )
    return words.table("by_municipality", columns, rows, "common.parquet", **on_page(rows))


def _long(view: ComparisonView) -> Table | None:
    """Return what differs per municipality, type and year, for the workbook; None where that is too much."""
    table = view.table("comparison")
    names = pa.array([row["variant"] for row in view.others], pa.string())
    chosen = pc.and_(pc.equal(table["subject"], DWELLINGS), pc.is_in(table["variant"], names))
    chosen = pc.and_(chosen, pc.not_equal(pc.fill_null(table["difference"], 0.0), 0.0))
    different = table.filter(chosen)
    if not different.num_rows or different.num_rows > IN_WORKBOOK:
        return None

    def row(one: Row) -> tuple[Value, ...]:
        where = (view.names.get(one["place"], one["place"]), view.label(DWELLING_TYPES, one["kind"]))
        amounts = (tidy(one[column]) for column in ("reference", "value", "difference"))
        return (view.variant(one["variant"]), *where, one["year"], *amounts)

    words = view.words
    columns = (
        *(words.column(name) for name in ("variant", "by_municipality", "by_type")),
        words.column("by_year", Kind.YEAR),
        *(words.column(name, Kind.WHOLE) for name in ("reference", "value", "difference")),
    )
    rows = [row(one) for one in different.to_pylist()]
    return words.table("programme_differences", columns, rows, SOURCE, on_page=False)


def _by_year(view: ComparisonView) -> Chart | None:
    """Return a line per variant: the dwellings that are completed every year."""
    sums = view.sums(DWELLINGS, "year")
    years = sorted(year for (year,) in sums if year is not None)
    if len(years) < 2:
        return None
    names = [row["variant"] for row in view.others][:LINES]
    words = view.words
    base = tuple(tidy(next(iter(sums[(year,)].values()))[1]) for year in years)
    series = [Series(view.variant(view.reference), base, 0)]
    for colour, name in enumerate(names, start=1):
        values = tuple(tidy(sums[(year,)].get(name, (0, 0))[0]) for year in years)
        series.append(Series(view.variant(name), values, colour))
    told = words.say("years_told", first=years[0], last=years[-1])
    if len(view.others) > LINES:
        told = f"{told} {words.say('years_part', shown=LINES, count=len(view.others))}"
    return Chart(
        "years",
        words.say("years"),
        told,
        ChartKind.LINES,
        tuple(years),
        tuple(series),
        view.unit("dwellings"),
    )
