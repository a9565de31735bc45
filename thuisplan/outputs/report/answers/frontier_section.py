"""The frontier: plans that weigh measures against each other, as a picture with its table."""

from __future__ import annotations

from thuisplan.inputs.labels import MEASURES
from thuisplan.outputs.comparison.schemas import MEASURE_UNITS
from thuisplan.outputs.comparison.sentences import distinct
from thuisplan.outputs.report.answers.comparison_view import ComparisonView, Row, on_page, readable
from thuisplan.outputs.report.content import (
    Chart,
    ChartKind,
    Column,
    Kind,
    Section,
    Series,
    Table,
    Value,
)

IN_PICTURE = 60
"""Points that can be told apart in a picture."""
COLOUR = 1


def frontier_section(view: ComparisonView) -> Section | None:
    """Return the points of the frontier; None where none was asked for or none has a plan.

    Variants that share a run are one point. Points have numbers: picture and table have the same.
    """
    rows = view.rows("frontier")
    if not rows:
        return None
    first = {row["variant"] for row in distinct(rows, view.runs)}
    points: dict[str, dict[str, Row]] = {}
    for row in rows:
        if row["variant"] in first:
            points.setdefault(row["variant"], {})[row["measure"]] = row
    measures = list(dict.fromkeys(row["measure"] for row in rows))
    ordered = sorted(points.values(), key=lambda point: tuple(point[name]["value"] for name in measures))
    pairs = [(measures[0], other) for other in measures[1:]]
    flat = len({tuple(readable(point[name]["value"], name) for name in measures) for point in ordered}) == 1
    items: list[Table | Chart] = [] if flat else [_picture(view, ordered, *pair) for pair in pairs]
    items.append(_table(view, ordered, measures))
    lead = (view.words.say("frontier_lead"), *view.told.of("compared_frontier"))
    if len(points) < len({row["variant"] for row in rows}):
        shared = len({row["variant"] for row in rows}) - len(points)
        lead = (*lead, view.words.say("frontier_shared", count=shared))
    if flat:
        lead = (*lead, view.words.say("frontier_flat"))
    return Section("frontier", view.words.say("frontier"), lead, tuple(items))


def _picture(view: ComparisonView, points: list[dict[str, Row]], across: str, up: str) -> Chart:
    words = view.words
    shown = points[:IN_PICTURE]
    names = {measure: f"{view.label(MEASURES, measure)} ({_unit(view, measure)})" for measure in (across, up)}
    series = tuple(
        Series(names[measure], tuple(readable(point[measure]["value"], measure) for point in shown), COLOUR)
        for measure in (across, up)
    )
    values = {"across": view.label(MEASURES, across), "up": view.label(MEASURES, up)}
    told = words.say("frontier_told", **values, count=len(shown))
    if len(points) > IN_PICTURE:
        told = f"{told} {words.say('frontier_part', shown=IN_PICTURE, count=len(points))}"
    numbers = tuple(str(number) for number in range(1, len(shown) + 1))
    title = words.say("frontier_picture", **values)
    return Chart(f"frontier_{up}", title, told, ChartKind.POINTS, numbers, series, _unit(view, up))


def _unit(view: ComparisonView, measure: str) -> str:
    return view.unit(MEASURE_UNITS[measure])


def _table(view: ComparisonView, points: list[dict[str, Row]], measures: list[str]) -> Table:
    words, rows = view.words, []
    for position, point in enumerate(points):
        row = point[measures[0]]
        values: list[Value] = []
        for measure in measures:
            values += [readable(point[measure][name], measure) for name in ("value", "bound")]
        rows.append((position + 1, _name(view, row), *values, _surpassed(view, row)))
    columns = [words.column("point", Kind.WHOLE), words.column("way")]
    for measure in measures:
        columns.append(view.measure_column(measure))
        least = words.say("least_of", what=words.say(f"column_{measure}"))
        columns.append(Column(f"{measure}_bound", least, view.measure_column(measure).kind))
    columns.append(words.column("surpassed"))
    notes = (words.say("frontier_note"),)
    return words.table("frontier", columns, rows, "frontier.parquet", notes=notes, **on_page(rows))


def _name(view: ComparisonView, row: Row) -> str:
    """Return how a point was found: what came first, and how much of it may be given back."""
    if row["order"] is None:
        return view.words.say("reference_point", reference=row["variant"])
    order = [view.label(MEASURES, name.strip()) for name in row["order"].split(">")]
    return view.words.say("way", first=order[0], later=order[1:], keep=row["keep"])


def _surpassed(view: ComparisonView, row: Row) -> str:
    if not row["dominated"]:
        return view.words.say("not_surpassed")
    return view.words.say("surpassed_doubtful" if row["within_gap"] else "surpassed")
