"""What is the same in all plans of a comparison, and what draws leave open."""

from __future__ import annotations

from fractions import Fraction

import pyarrow.compute as pc

from thuisplan.inputs.labels import DWELLING_TYPES
from thuisplan.outputs.comparison.sentences import FEW_DRAWS
from thuisplan.outputs.report.answers.comparison_view import IN_WORKBOOK, ComparisonView, Row, on_page
from thuisplan.outputs.report.content import Chart, ChartKind, Column, Kind, Section, Series, Table, Value

IN_PICTURE = 12
WHERE = ("municipality_code", "dwelling_type", "year")


def common_section(view: ComparisonView) -> Section | None:
    """Return what is built in every plan, whatever the variant; None where there is but one plan."""
    lead = view.told.of("compared_common")
    if not lead:
        return None
    words = view.words
    whole = _rows(view, "common", ())
    places = _rows(view, "common", ("municipality_code",))
    cells = _rows(view, "common", ("municipality_code", "dwelling_type"))
    every = _rows(view, "common", WHERE)
    items: list[Table | Chart] = []
    if any(row["least"] < row["most"] for row in places):
        items.append(_picture(view, places))
    items.append(_table(view, "common", places + whole, ("reference", "least", "most")))
    items.append(
        _table(view, "common_types", cells, ("reference", "least", "most"), with_type=True, folded=True)
    )
    if len(every) <= IN_WORKBOOK:
        columns = ("reference", "least", "most")
        items.append(
            _table(view, "common_cells", every, columns, with_type=True, with_year=True, on_page=False)
        )
    return Section("common", words.say("common"), lead, tuple(items))


def draws_section(view: ComparisonView) -> Section | None:
    """Return the bandwidths that draws leave, and what holds in most of them; None without draws."""
    places, whole = _rows(view, "bandwidths", ("municipality_code",)), _rows(view, "bandwidths", ())
    if not whole:
        return None
    words = view.words
    names = ("reference", "p5", "p25", "median", "p75", "p95")
    cells = _rows(view, "bandwidths", WHERE)
    items: list[Table | Chart] = [_over_years(view)] if len(_rows(view, "bandwidths", ("year",))) > 1 else []
    few = whole[0]["draws"] < FEW_DRAWS
    notes = (words.say("few_draws", draws=whole[0]["draws"]),) if few else ()
    items.append(_table(view, "bandwidths", places + whole, names, notes=notes))
    items.append(_robust(view))
    if len(cells) <= IN_WORKBOOK:
        items.append(_table(view, "draws_cells", cells, names, with_type=True, with_year=True, on_page=False))
    return Section("draws", words.say("draws"), view.told.of("compared_draws"), tuple(items))


def _rows(view: ComparisonView, name: str, columns: tuple[str, ...]) -> list[Row]:
    """Return the rows that tell apart just these columns of ``WHERE``; the others are sums."""
    table = view.table(name)
    chosen = None
    for column in WHERE:
        if column in table.column_names:
            known = pc.is_valid(table[column])
            known = known if column in columns else pc.invert(known)
            chosen = known if chosen is None else pc.and_(chosen, known)
    rows: list[Row] = table.filter(chosen).to_pylist()
    order = {code: position for position, code in enumerate(view.names)}
    rows.sort(key=lambda row: order.get(row["municipality_code"], len(order)))
    return rows


def _table(
    view: ComparisonView,
    code: str,
    rows: list[Row],
    names: tuple[str, ...],
    with_type: bool = False,
    with_year: bool = False,
    notes: tuple[str, ...] = (),
    **shown: bool,
) -> Table:
    words = view.words
    made: list[tuple[Value, ...]] = []
    for row in rows:
        place = row["municipality_code"]
        where: list[Value] = [words.say("together") if place is None else view.names.get(place, place)]
        where += [view.label(DWELLING_TYPES, row["dwelling_type"])] if with_type else []
        where += [row["year"]] if with_year else []
        made.append((*where, *(row[name] for name in names)))
    columns = [words.column("by_municipality")]
    columns += [words.column("by_type")] if with_type else []
    columns += [words.column("by_year", Kind.YEAR)] if with_year else []
    for name in names:
        heading = view.variant(view.reference) if name == "reference" else words.say(f"column_{name}")
        columns.append(Column(name, heading, Kind.WHOLE))
    source = "bandwidths.parquet" if "median" in names else "common.parquet"
    return words.table(code, columns, made, source, notes=notes, **{**on_page(made), **shown})


def _picture(view: ComparisonView, places: list[Row]) -> Chart:
    words = view.words
    apart = sorted(places, key=lambda row: row["least"] - row["most"])[:IN_PICTURE]
    series = tuple(
        Series(words.say(f"column_{name}"), tuple(row[name] for row in apart), colour)
        for name, colour in (("least", 1), ("most", 0))
    )
    first = apart[0]
    told = words.say(
        "common_told", municipality=first["municipality"], least=first["least"], most=first["most"]
    )
    if len(places) > IN_PICTURE:
        told = f"{told} {words.say('common_part', shown=IN_PICTURE, count=len(places))}"
    names = tuple(row["municipality"] for row in apart)
    return Chart(
        "common", words.say("common_picture"), told, ChartKind.LYING, names, series, view.unit("dwellings")
    )


def _over_years(view: ComparisonView) -> Chart:
    words = view.words
    rows = sorted(_rows(view, "bandwidths", ("year",)), key=lambda row: int(row["year"]))
    names = (("p5", 3), ("median", 1), ("p95", 2), ("reference", 0))
    series = tuple(
        Series(
            view.variant(view.reference) if name == "reference" else words.say(f"column_{name}"),
            tuple(row[name] for row in rows),
            colour,
        )
        for name, colour in names
    )
    years = tuple(row["year"] for row in rows)
    told = words.say("draws_told", first=years[0], last=years[-1])
    return Chart(
        "draws", words.say("draws_picture"), told, ChartKind.LINES, years, series, view.unit("dwellings")
    )


def _robust(view: ComparisonView) -> Table:
    """Return what stands by every year in most of the draws, in all municipalities together."""
    words = view.words
    rows = [row for row in _rows(view, "robust", ()) if row["by_year"] is not None]
    made = [
        (row["by_year"], row["reference"], row["at_least"], row["holds_in"], row["in_every_draw"])
        for row in sorted(rows, key=lambda row: int(row["by_year"]))
    ]
    hold = Fraction(str(view.folder.manifest.get("hold", "9/10")))
    columns = (
        words.column("by_end", Kind.YEAR),
        Column("reference", view.variant(view.reference), Kind.WHOLE),
        *(words.column(name, Kind.WHOLE) for name in ("at_least_there", "holds_in", "in_every_draw")),
    )
    notes = (words.say("robust_note", hold=hold),)
    return words.table("robust", columns, made, "robust.parquet", notes=notes, **on_page(made))
