"""From a chart to a picture: a description for Vega-Lite, and from the scene that it makes an SVG.

The pictures are made once, when the report is written: the page holds no chart library and runs no code for
them. Colours are variables of the page, so that light, dark and paper each have their own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import vl_convert
from markupsafe import Markup

from thuisplan.outputs.report.content import Chart, ChartKind, Kind, Series
from thuisplan.outputs.report.web.drawing import draw
from thuisplan.outputs.report.web.formats import FORMAT_LOCALES, LARGE, cell_text

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
"""The name of the language; nothing is fetched from it."""

WIDTH = 328
"""Points of the whole picture: on a narrow phone a point is a pixel, and letters are as large as here."""

HEIGHT = 180
LETTER = 12
LONGEST_NAME = 24
"""Letters of a name beside a lying bar."""

YEAR = 33
"""Points that the label of a year takes, with room beside it."""
BESIDE = 40
"""Points that the numbers of the other axis take."""

MILLIONS = 10_000_000
"""From here on the axis counts in millions."""

_INK, _SOFT, _GRID, _PANEL = (f"var(--{name})" for name in ("ink", "soft", "grid", "panel"))


def in_millions(chart: Chart) -> bool:
    """Return whether the axis counts in millions, which its unit then has to say."""
    values = [abs(value) for series in chart.series for value in series.values if value]
    return chart.kind is not ChartKind.POINTS and max(values, default=0) >= MILLIONS


def look(chart: Chart, series: Series) -> str:
    """Return the name of the colour of a series: a grey line over bars would be lost, so it is black."""
    return "ink" if series.colour == 0 and series.label in chart.lines else f"c{series.colour}"


def chart_svg(chart: Chart, language: str, width: int = WIDTH, height: int = HEIGHT) -> Markup:
    """Return a chart as SVG.

    Parameters
    ----------
    chart
        A chart with values.
    language
        ``nl`` or ``en``: the notation of its numbers.
    width, height
        Width of the whole picture and height within the axes, in points; a lying chart is as high as its
        names need.

    Returns
    -------
    Markup
        One ``svg`` element without ``style``, scripts or references. Names in it are escaped.
    """
    spec = json.dumps(chart_spec(chart, width, height), sort_keys=True)
    vega = {**_compiled(spec)}
    rows = chart_rows(chart, language)
    vega["data"] = [{**data, "values": rows} if "values" in data else data for data in vega["data"]]
    scene = vl_convert.vega_to_scenegraph(vega, format_locale=dict(FORMAT_LOCALES[language]))
    return draw(scene, chart.title, chart.told)


@lru_cache(maxsize=512)
def _compiled(spec: str) -> Mapping[str, Any]:
    """Return a description as Vega; charts that differ in their values only share it."""
    compiled: Mapping[str, Any] = vl_convert.vegalite_to_vega(spec)
    return compiled


def chart_rows(chart: Chart, language: str) -> list[dict[str, Any]]:
    """Return what a chart shows, one row per value.

    Returns
    -------
    list of dict
        ``k`` of what, ``s`` number of the series, ``v`` the value and, beside lying bars, ``t`` how it is
        written there; of points ``k``, ``x`` and ``y``.
    """
    names = _names(chart)
    if chart.kind is ChartKind.POINTS:
        across, up = chart.series[0].values, chart.series[1].values
        points = zip(names, across, up, strict=True)
        return [{"k": k, "x": x, "y": y} for k, x, y in points if x is not None and y is not None]
    divisor = 1_000_000 if in_millions(chart) else 1
    told = _tells_numbers(chart)
    return [
        {
            "k": name,
            "s": position,
            "v": value if divisor == 1 or value is None else value / divisor,
            **({"t": _told(value / divisor, divisor, language)} if told and value is not None else {}),
        }
        for position, series in enumerate(chart.series)
        for name, value in zip(names, series.values, strict=True)
        if value is not None or chart.kind is ChartKind.LINES  # a line has a gap there
    ]


def chart_spec(chart: Chart, width: int, height: int) -> Spec:
    """Return the description of a chart for Vega-Lite, without its values.

    Parameters
    ----------
    chart
        The chart.
    width, height
        Width of the whole picture and height within the axes, in points.
    """
    if chart.kind is ChartKind.POINTS:
        body = _points(chart)
    elif chart.kind is ChartKind.LINES:
        body = {"layer": [_lines(chart, list(range(len(chart.series))), width)]}
    elif chart.kind is ChartKind.LYING or _crowded(chart, width):
        body = _lying(chart)
        height = _lying_height(chart)
    else:
        body = _standing(chart, width)
    return {
        "$schema": SCHEMA,
        "width": width,
        "height": height,
        "padding": 2,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": []},
        "config": _CONFIG,
        **body,
    }


_CONFIG: Mapping[str, Any] = {
    "aria": False,
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelColor": _SOFT,
        "titleColor": _SOFT,
        "labelFontSize": LETTER,
        "titleFontSize": LETTER,
        "titleFontWeight": "normal",
        "gridColor": _GRID,
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
    },
}


def _tells_numbers(chart: Chart) -> bool:
    """Return whether the bars of a chart that lies have their number at their end."""
    values = (value or 0 for series in chart.series for value in series.values)
    return chart.kind in (ChartKind.LYING, ChartKind.GROUPED) and min(values, default=0) >= 0


def _told(value: float, divisor: int, language: str) -> str:
    """Return the number at the end of a bar, as the table has it; a small one, or millions, in a decimal."""
    if divisor > 1 or 1 <= value < LARGE:
        value = round(value, 1)
    return cell_text(value, Kind.NUMBER, language, 1 if divisor > 1 else 0)


# --- kinds -------------------------------------------------------------------------


def _standing(chart: Chart, width: int) -> Spec:
    """Bars, on or beside each other, with lines over them."""
    lines = [number for number, series in enumerate(chart.series) if series.label in chart.lines]
    bars = [number for number in range(len(chart.series)) if number not in lines]
    layer = []
    if bars:
        encoding: Spec = {"x": _categories(chart, width), "y": _amount(chart), "color": _colours(chart)}
        if chart.kind is ChartKind.STACKED:
            encoding["order"] = {"field": "s"}
        else:
            encoding["xOffset"] = {"field": "s", "type": "nominal", "scale": {"domain": bars}}
        layer.append({"mark": _BAR, "encoding": encoding, "transform": [_only(bars)]})
    if lines:
        layer.append(_lines(chart, lines, width))
    return {"layer": layer}


_BAR: Mapping[str, Any] = {"type": "bar", "stroke": _PANEL, "strokeWidth": 0.7}


def _lines(chart: Chart, numbers: list[int], width: int) -> Spec:
    """Lines through the values of some series, with a point at each."""
    return {
        "mark": {"type": "line", "strokeWidth": 2.2, "point": {"size": 26, "filled": True}},
        "encoding": {
            "x": _categories(chart, width),
            "y": {**_amount(chart), "stack": None, "scale": {"zero": _from_zero(chart)}},
            "color": _colours(chart),
        },
        "transform": [_only(numbers)],
    }


def _lying(chart: Chart) -> Spec:
    """Bars that lie beside the names of what they are about."""
    numbers = list(range(len(chart.series)))
    stacked = chart.kind is ChartKind.STACKED
    encoding: Spec = {
        "y": {
            "field": "k",
            "type": "nominal",
            "scale": {"domain": _names(chart), "paddingInner": 0.28, "paddingOuter": 0.1},
            "axis": {"title": None, "labelLimit": 0, "labelColor": _INK},
        },
        "x": _amount(chart),
        "color": _colours(chart),
    }
    if stacked:
        encoding["order"] = {"field": "s"}
    else:
        encoding["yOffset"] = {"field": "s", "type": "nominal", "scale": {"domain": numbers}}
    layer: list[Spec] = [{"mark": _BAR, "encoding": encoding}]
    body: Spec = {"layer": layer}
    if _tells_numbers(chart):
        # A number at the end of each bar says more than an axis below them.
        encoding["x"] = {**encoding["x"], "axis": None}
        text = {
            "type": "text",
            "align": "left",
            "baseline": "middle",
            "dx": 4,
            "fontSize": LETTER,
            "color": _INK,
        }
        words = {key: encoding[key] for key in ("x", "y", "yOffset")}
        layer.append({"mark": text, "encoding": {**words, "text": {"field": "t"}}})
        # Letters of the reader may be wider than those that room is measured with.
        body["padding"] = {"left": 2, "top": 2, "bottom": 2, "right": 10}
    return body


def _points(chart: Chart) -> Spec:
    """One point per name, its name beside it."""
    across, up = chart.series[0], chart.series[1]
    most = max((value for value in across.values if value is not None), default=0)
    least = min((value for value in across.values if value is not None), default=0)
    place = {"x": _axis("x", across), "y": _axis("y", up)}
    text = {"type": "text", "baseline": "bottom", "dy": -6, "fontSize": LETTER, "color": _INK}
    words = {**place, "text": {"field": "k"}}
    middle = (most + least) / 2
    return {
        "layer": [
            {
                "mark": {"type": "point", "filled": True, "size": 60, "color": f"var(--c{across.colour})"},
                "encoding": place,
            },
            # Names grow towards the middle, so that none leaves the picture.
            *(
                {
                    "mark": {**text, "align": side},
                    "encoding": words,
                    "transform": [{"filter": f"datum.x {where} {middle}"}],
                }
                for side, where in (("left", "<="), ("right", ">"))
            ),
        ]
    }


# --- parts of a description ----------------------------------------------------------


def _names(chart: Chart) -> list[str]:
    """Return the categories as names that differ: two places may have one name."""
    result: list[str] = []
    for category in chart.categories:
        name = str(category)
        if len(name) > LONGEST_NAME:
            name = f"{name[: LONGEST_NAME - 1]}…"
        while name in result:
            name += "\u200b"
        result.append(name)
    return result


def _crowded(chart: Chart, width: int) -> bool:
    """Return whether names would not fit below standing bars."""
    words = [name for name in chart.categories if isinstance(name, str) and not name.isdigit()]
    widest = max(map(len, words), default=0)
    return not chart.lines and widest * 0.55 * LETTER > width / max(len(chart.categories), 1)


def _lying_height(chart: Chart) -> int:
    beside = 1 if chart.kind is ChartKind.STACKED else len(chart.series)
    return len(chart.categories) * (13 * beside + 9)


def _categories(chart: Chart, width: int) -> Spec:
    axis: Spec = {"title": None, "labelAngle": 0, "labelOverlap": "parity", "labelSeparation": 6}
    names = _names(chart)
    if all(isinstance(category, int) for category in chart.categories):
        axis |= {"values": [names[place] for place in labelled(len(names), width)], "labelOverlap": False}
    return {
        "field": "k",
        "type": "ordinal",
        "scale": {"domain": names, "paddingInner": 0.22, "paddingOuter": 0.12},
        "axis": axis,
    }


def labelled(count: int, width: int) -> list[int]:
    """Return which of so many years have a label: the first, the last, and what fits between them.

    Parameters
    ----------
    count
        Years on the axis.
    width
        Width of the whole picture, in points.
    """
    fitting = max(2, (width - BESIDE) // YEAR)
    least = -(-count // fitting)
    even = (step for step in range(least, 2 * least + 1) if (count - 1) % step == 0)
    step = next(even, least)
    places = list(range(count - 1, -1, -step))[::-1]
    # Where no equal steps end at both, the years after the first are further from it than the others.
    return places if count == 0 or places[0] == 0 else [0, *places[1:]]


def _amount(chart: Chart) -> Spec:
    """Return the axis of the values; whole numbers have no marks between them."""
    values = [value for series in chart.series for value in series.values if value is not None]
    axis: Spec = {"title": None, "tickCount": 4, "format": ",~f"}
    if all(float(value).is_integer() for value in values) and not in_millions(chart):
        axis["tickMinStep"] = 1
    return {"field": "v", "type": "quantitative", "axis": axis}


def _from_zero(chart: Chart) -> bool:
    """Return whether an axis starts at 0: bars always do, lines unless all their values are far from it."""
    values = [value for series in chart.series for value in series.values if value is not None]
    return chart.kind is not ChartKind.LINES or min(values) < max(values) / 2


def _axis(field: str, series: Series) -> Spec:
    title = {"title": series.label, "tickCount": 4, "format": ",~f"}
    if field == "y":
        title |= {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": 0, "titleY": -14}
    return {"field": field, "type": "quantitative", "axis": title, "scale": {"zero": False, "padding": 16}}


def _colours(chart: Chart) -> Spec:
    shown = [f"var(--{look(chart, series)})" for series in chart.series]
    scale = {"domain": list(range(len(shown))), "range": shown}
    return {"field": "s", "type": "nominal", "scale": scale, "legend": None}


def _only(numbers: list[int]) -> Spec:
    return {"filter": {"field": "s", "oneOf": numbers}}
