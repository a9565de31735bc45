"""Variants of a grid along one axis: what a choice gives with all other choices the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import Any

from thuisplan.outputs.comparison.against import within_gap
from thuisplan.outputs.comparison.proofs import Proofs
from thuisplan.outputs.comparison.run_info import RunInfo
from thuisplan.outputs.comparison.schemas import MEASURE_UNITS

VARIANT, BASE = "variant", "base"

Grid = dict[tuple[str, ...], str]
"""Choice on every axis -> run."""


def axis_rows(proofs: Proofs, runs: Sequence[RunInfo]) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``axes``: per choice and measure, the difference from the first choice on its axis.

    Over all pairs of variants of a grid that differ in that choice alone; ``base`` counts as the first
    choice wherever it stands. Variants without a plan are in no pair.

    Parameters
    ----------
    proofs
        Of all runs with a plan.
    runs
        Every variant.
    """
    for axes, (choices, grid) in _grids(runs).items():
        for position, axis in enumerate(axes):
            first = BASE if BASE in choices[position] else choices[position][0]
            for choice in choices[position]:
                if choice != first:
                    pairs = list(_pairs(grid, position, choice, first))
                    yield from _rows(proofs, {"axis": axis, "choice": choice, "against": first}, pairs)


def _grids(runs: Sequence[RunInfo]) -> dict[tuple[str, ...], tuple[list[list[str]], Grid]]:
    """Return the grids: their axes -> the choices on every axis in order, and the runs."""
    grids: dict[tuple[str, ...], tuple[list[list[str]], Grid]] = {}
    for one in runs:
        if one.kind != VARIANT or not one.labels:
            continue
        axes, chosen = zip(*one.labels, strict=True)
        choices, grid = grids.setdefault(axes, ([[] for _ in axes], {}))
        for known, choice in zip(choices, chosen, strict=True):
            known += [choice] if choice not in known else []
        if one.has_plan and one.run is not None:
            grid[chosen] = one.run
    return grids


def _pairs(grid: Grid, position: int, choice: str, first: str) -> Iterator[tuple[str, str]]:
    for chosen, run in grid.items():
        other = grid.get((*chosen[:position], first, *chosen[position + 1 :]))
        if chosen[position] == choice and other is not None:
            yield run, other


def _rows(proofs: Proofs, where: dict[str, str], pairs: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    for measure, unit in MEASURE_UNITS.items():
        both = [
            (one, other)
            for one, other in pairs
            if measure in proofs.values(one) and measure in proofs.values(other)
        ]
        if not both:
            continue
        differences = [proofs.values(one)[measure] - proofs.values(other)[measure] for one, other in both]
        overlaps = [
            within_gap(proofs.range(one, measure), proofs.range(other, measure)) for one, other in both
        ]
        yield {
            **where,
            "measure": measure,
            "unit": unit,
            "pairs": len(both),
            "within_gap": None if None in overlaps else sum(map(bool, overlaps)),
            "apart": _apart(proofs, both, measure),
            "least": min(differences),
            "mean": fmean(differences),
            "most": max(differences),
        }


def _apart(proofs: Proofs, pairs: list[tuple[str, str]], measure: str) -> int | None:
    """Return in how many pairs the proved ranges do not meet; None where one of them has none."""
    count = 0
    for one, other in pairs:
        own, against = proofs.range(one, measure), proofs.range(other, measure)
        if own is None or against is None:
            return None
        count += own.least > against.found or against.least > own.found
    return count
