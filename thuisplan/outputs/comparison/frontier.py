"""Points of a frontier: which plans are no worse than another in everything and better in something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from thuisplan.outputs.comparison.proofs import Proofs
from thuisplan.outputs.comparison.run_info import RunInfo
from thuisplan.outputs.comparison.schemas import MEASURE_UNITS

FRONTIER, ORDER, KEEP = "frontier", "order", "keep"

TOLERANCE = 1e-9
"""Relative difference that is none: the last digits of a sum."""


def frontier_rows(proofs: Proofs, runs: Sequence[RunInfo], reference: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``frontier``: every point with its measures, and whether another plan dominates it.

    The reference is a point as well, where it has the measures. That one plan dominates another is a fact
    about plans. Whether the point itself is off the frontier is told by ``within_gap``: where the plan
    that dominates is nowhere below what the point could still reach, solving on could bring it back.

    Parameters
    ----------
    proofs
        Of all runs with a plan.
    runs
        Every variant; the points are those of kind ``frontier``.
    reference
        Name of the reference.
    """
    measures = measures_of(runs)
    points = [
        one
        for one in runs
        if one.has_plan
        and (one.kind == FRONTIER or one.name == reference)
        and all(name in proofs.values(one.run) for name in measures)
    ]
    if not measures or not any(one.kind == FRONTIER for one in points):
        return
    values = np.array([[proofs.values(one.run)[name] for name in measures] for one in points])
    beaten = dominated_by(values)
    for at, (one, winner) in enumerate(zip(points, beaten, strict=True)):
        ranges = [proofs.range(one.run, name) for name in measures]
        least = [
            # Of what nothing was proved the least that any measure can be.
            0.0 if known is None else known.least
            for known in ranges
        ]
        within = None if winner is None else not bool((values[winner] < np.array(least) - TOLERANCE).any())
        labels = dict(one.labels)
        for column, name in enumerate(measures):
            known = ranges[column]
            yield {
                "variant": one.name,
                "order": labels.get(ORDER),
                "keep": labels.get(KEEP),
                "measure": name,
                "unit": MEASURE_UNITS[name],
                "value": values[at, column],
                "bound": None if known is None else known.least,
                "dominated": winner is not None,
                "dominated_by": None if winner is None else points[winner].name,
                "within_gap": within,
            }


def measures_of(runs: Sequence[RunInfo]) -> list[str]:
    """Return the measures of the frontier, in the order in which the first point minimises them."""
    orders = [dict(one.labels).get(ORDER, "") for one in runs if one.kind == FRONTIER]
    named = [name.strip() for order in orders for name in order.split(">")]
    return [name for name in dict.fromkeys(named) if name in MEASURE_UNITS]


def dominated_by(values: npt.NDArray[np.float64]) -> list[int | None]:
    """Return for every point a point that dominates it and is itself not dominated; None for the others.

    Parameters
    ----------
    values
        Points x measures, less is better.
    """
    room = TOLERANCE * np.maximum(1.0, np.abs(values))
    winners: list[list[int]] = []
    for at in range(len(values)):
        no_worse = (values <= values[at] + room[at]).all(axis=1)
        better = (values < values[at] - room[at]).any(axis=1)
        winners.append(np.flatnonzero(no_worse & better).tolist())
    return [next((one for one in found if not winners[one]), None) for found in winners]
