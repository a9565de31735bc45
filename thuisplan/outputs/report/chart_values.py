"""Whether a chart has anything to show; page and workbook leave out one that has not."""

from __future__ import annotations

from thuisplan.outputs.report.content import Chart, ChartKind


def has_values(chart: Chart) -> bool:
    """Return whether there is anything to draw: a value other than 0, or a point with both its values."""
    if chart.kind is ChartKind.POINTS:
        if len(chart.series) < 2:
            return False
        across, up = (series.values for series in chart.series[:2])
        return any(None not in pair and any(pair) for pair in zip(across, up, strict=True))
    return any(value for series in chart.series for value in series.values)
