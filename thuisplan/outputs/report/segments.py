"""Segments of the programme: which are affordable, which a rule counts, and how a chart shows them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from thuisplan.inputs.labels import SEGMENTS
from thuisplan.outputs.report.colours import SEGMENT_COLOURS
from thuisplan.outputs.report.content import Series
from thuisplan.outputs.report.plan_view import PlanView

AFFORDABLE = ("social_rent", "mid_rent", "affordable_owner")
"""Segments that are affordable together."""
SHARES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "affordable_share": AFFORDABLE,
        "mid_share": ("mid_rent", "affordable_owner"),
        "social_share": ("social_rent",),
    }
)
"""Family of rules about the new-build programme -> segments that its left side counts."""


def segment_series(view: PlanView, counts: Mapping[tuple[str, int], int]) -> tuple[Series, ...]:
    """Return a series per segment of which there is something, in the order of the vocabulary.

    Parameters
    ----------
    view
        The plan.
    counts
        (segment, year) -> dwellings; zero where there are none.
    """
    return tuple(
        Series(
            view.label(SEGMENTS, code),
            tuple(counts[code, year] for year in view.years),
            SEGMENT_COLOURS[code],
        )
        for code in SEGMENTS.labels
        if any(counts[code, year] for year in view.years)
    )
