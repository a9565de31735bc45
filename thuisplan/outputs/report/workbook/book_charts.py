"""Charts of the report as charts of Excel, with their numbers on a sheet of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from thuisplan.outputs.report.content import Chart, ChartKind, Kind, Series
from thuisplan.outputs.report.workbook.book_cells import DARK, GREY, set_page, widest, write
from thuisplan.outputs.report.workbook.book_tables import Writer

# The colours of the page by day, so that page and workbook look alike; people with any colour vision tell
# them apart. 0 is grey.
COLOURS = (
    "#7D848C",
    "#1B4F9C",
    "#D1480F",
    "#00876A",
    "#B07FB8",
    "#3C8FD8",
    "#C07C14",
    "#4B1A78",
    "#9C1A3F",
)
WIDTH, HEIGHT = 620, 330
"""Pixels of a chart."""
LYING_BAR = 24
"""Pixels that a lying bar asks for each of its series, at most."""

_TYPES = {
    ChartKind.STACKED: {"type": "column", "subtype": "stacked"},
    ChartKind.GROUPED: {"type": "column"},
    ChartKind.LINES: {"type": "line"},
    ChartKind.LYING: {"type": "bar"},
    ChartKind.POINTS: {"type": "scatter"},
}


@dataclass
class ChartData:
    """The sheet with the numbers of the charts.

    Parameters
    ----------
    book
        The workbook.
    sheet
        The sheet, empty.
    name
        Its name.
    writer
        Formats and words.
    """

    book: Any
    sheet: Any
    name: str
    writer: Writer
    _line: int = 0
    _widest: int = field(default=20)

    def start(self) -> None:
        """Write what stands above the numbers."""
        writer = self.writer
        self.sheet.write_string(0, 0, writer.say("chart_data_title"), writer.formats.title())
        self.sheet.write_string(1, 0, writer.say("chart_data_note"), writer.formats.make(font_color=GREY))
        self.sheet.set_column(1, 30, 16)
        set_page(self.sheet, writer.footer, self.name, writer.language)
        self._line = 3

    def make(self, chart: Chart, wide: int = WIDTH) -> Any:
        """Write the numbers of a chart and return the chart.

        Everything that a chart says is a cell of this sheet: a text of its own that begins with an
        equals sign would be taken for a formula.

        Parameters
        ----------
        chart
            What to show.
        wide
            Pixels.
        """
        top = self._write(chart)
        first, last = top + 3, top + 2 + len(chart.categories)
        over = [place for place, one in enumerate(chart.series, start=1) if one.label in chart.lines]
        kind = chart.kind
        if kind == ChartKind.POINTS or len(over) == len(chart.series):
            # A chart of lines only has nothing that they are drawn over.
            kind, over = (kind if kind == ChartKind.POINTS else ChartKind.LINES), []
        made = self.book.add_chart(dict(_TYPES[kind]))
        if kind == ChartKind.POINTS:
            self._points(made, chart, top, first, last)
        else:
            for place, series in enumerate(chart.series, start=1):
                if place not in over:
                    made.add_series(self._series(kind, series, top, place, first, last))
        if over:
            lines = self.book.add_chart({"type": "line"})
            for place in over:
                series = chart.series[place - 1]
                lines.add_series(self._series(ChartKind.LINES, series, top, place, first, last, over=True))
            made.combine(lines)
        self._dress(made, chart, top)
        made.set_size({"width": wide, "height": height(chart)})
        return made

    def finish(self) -> None:
        """Set the width of the first column, once all its names are known."""
        self.sheet.set_column(0, 0, min(48, self._widest + 2))

    def _write(self, chart: Chart) -> int:
        """Write title, unit and numbers; return the line of the title."""
        writer, top = self.writer, self._line
        formats, sheet = writer.formats, self.sheet
        sheet.write_string(top, 0, writer.clean(chart.title), formats.chapter())
        sheet.write_string(top + 1, 0, writer.clean(chart.unit), formats.make(font_color=GREY))
        sheet.write_string(top + 2, 0, "", formats.heading())
        for place, series in enumerate(chart.series, start=1):
            heading = formats.heading(align="right")
            sheet.write_string(top + 2, place, writer.clean(series.label), heading)
        for number, category in enumerate(chart.categories):
            kind = Kind.YEAR if isinstance(category, int) else Kind.TEXT
            style = formats.cell(kind, align="left")
            write(sheet, top + 3 + number, 0, category, style, writer.language)
            for place, series in enumerate(chart.series, start=1):
                value = series.values[number]
                whole = value is None or value == int(value)
                style = formats.cell(Kind.WHOLE if whole else Kind.NUMBER)
                write(sheet, top + 3 + number, place, value, style, writer.language)
        self._widest = max(self._widest, widest(chart.categories, Kind.TEXT))
        self._line = top + len(chart.categories) + 5
        return top

    def _cell(self, line: int, place: int) -> str:
        cell = xl_rowcol_to_cell(line, place, row_abs=True, col_abs=True)
        return f"='{self.name}'!{cell}"

    def _series(
        self, kind: ChartKind, series: Series, top: int, place: int, first: int, last: int, over: bool = False
    ) -> dict[str, Any]:
        colour = "#1A1A1A" if over else COLOURS[series.colour % len(COLOURS)]
        options: dict[str, Any] = {
            "name": self._cell(top + 2, place),
            "categories": [self.name, first, 0, last, 0],
            "values": [self.name, first, place, last, place],
        }
        if kind == ChartKind.LINES:
            options["line"] = {"color": colour, "width": 2.25, **({"dash_type": "dash"} if over else {})}
            options["marker"] = {
                "type": ("circle", "square", "diamond", "triangle")[place % 4],
                "size": 5,
                "fill": {"color": colour},
                "border": {"color": colour},
            }
        else:
            options["fill"] = {"color": colour}
            options["border"] = {"color": "#FFFFFF", "width": 0.5}
            options["gap"] = 60
        return options

    def _points(self, made: Any, chart: Chart, top: int, first: int, last: int) -> None:
        names = [
            # A name is text, unless it would be taken for a formula: then its cell.
            {"value": self._cell(line, 0) if (told := str(name)).startswith("=") else self.writer.clean(told)}
            for line, name in zip(range(first, last + 1), chart.categories, strict=True)
        ]
        colour = COLOURS[1]
        made.add_series(
            {
                "name": self._cell(top, 0),
                "categories": [self.name, first, 1, last, 1],
                "values": [self.name, first, 2, last, 2],
                "marker": {
                    "type": "circle",
                    "size": 7,
                    "fill": {"color": colour},
                    "border": {"color": colour},
                },
                "data_labels": {"value": True, "custom": names, "position": "right"},
            }
        )

    def _dress(self, made: Any, chart: Chart, top: int) -> None:
        """Set title, axes and legend."""
        quiet = {"color": "#D9D9D9", "width": 0.5}
        font = {"size": 9, "color": "#404040"}
        made.set_title(
            {"name": self._cell(top, 0), "name_font": {"size": 12, "color": DARK}, "overlay": False}
        )
        plain = {"name_font": {**font, "bold": False}, "num_font": font, "line": {"color": "#7F7F7F"}}
        shown = [value for series in chart.series for value in series.values if value is not None]
        numbers = {
            **plain,
            "name": self._cell(top + 1, 0),
            "num_format": "#,##0" if not shown or max(abs(value) for value in shown) >= 10 else "#,##0.0",
            "major_gridlines": {"visible": True, "line": quiet},
        }
        if chart.kind != ChartKind.LINES and min(shown, default=0) >= 0:
            # A bar that does not start at zero shows another proportion than the numbers have.
            numbers["min"] = 0
        if chart.kind == ChartKind.POINTS:
            made.set_x_axis({**numbers, "name": self._cell(top + 2, 1)})
            made.set_y_axis({**numbers, "name": self._cell(top + 2, 2)})
            made.set_legend({"none": True})
            return
        below = {**plain, "label_position": "low", "num_format": "0", "major_gridlines": {"visible": False}}
        if chart.kind == ChartKind.LYING:
            # The first name on top, as in a table; the numbers stay below. Names stand on the y-axis here.
            made.set_y_axis({**below, "reverse": True})
            made.set_x_axis({**numbers, "label_position": "high"})
        else:
            made.set_x_axis(below)
            made.set_y_axis(numbers)
        if len(chart.series) > 1:
            made.set_legend({"position": "bottom", "font": font})
        else:
            made.set_legend({"none": True})


def height(chart: Chart) -> int:
    """Return the pixels that a chart is high: more where there are many lying bars."""
    if chart.kind != ChartKind.LYING:
        return HEIGHT
    bars = len(chart.categories) * len(chart.series)
    return max(HEIGHT, min(900, 110 + len(chart.categories) * 8 + bars * LYING_BAR // 2))
