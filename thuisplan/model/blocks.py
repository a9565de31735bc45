r"""Blocks: the regions of a problem, and what couples them.

A problem of many municipalities mostly falls apart into regions that share money and a few totals:

.. math::
    \min \sum_r c_r x_r + c_s s \quad\text{with}\quad
    A_r x_r \ge b_r \ \forall r, \qquad \sum_r C_r x_r + S s \ge d

Columns :math:`x_r` belong to one region, columns :math:`s` (totals of provinces and the nation, what a
pot carries over) to none, and the rows with :math:`C_r`, :math:`S` couple. Which column belongs where is
read from the rows alone, so any rule finds its place. A wrong guess costs only quality: every part is
cut from the whole exactly as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import Membership
from thuisplan.model.problem import INFINITY, Column, Floats, Problem

Numbers = NDArray[np.int64]

SHARED = -1
"""Block of the columns that belong to no region."""

FEWEST = 4
"""With fewer regions there is nothing to gain by taking them apart."""

LARGEST = 0.3
"""No region may hold more than this part of the whole columns: it would be the whole problem again."""


COUPLED = 0.01
"""Regions that more than this part of the rows couples are no regions of their own."""


@dataclass(frozen=True)
class Blocks:
    """How the columns and rows of a problem fall apart.

    Parameters
    ----------
    names
        Of the regions.
    of
        Region of each column, or ``SHARED``; length ``n``.
    peaks
        Shared columns that are no sum: the largest of what the regions have, each by its own rows.
    rows
        Region of each row that touches one region, and of what is shared only peaks; else ``SHARED``.
    coupling
        The other rows that bound anything.
    weights
        Part of the whole columns that each region holds.
    """

    names: tuple[str, ...]
    of: Numbers
    peaks: Numbers
    rows: Numbers
    coupling: Numbers
    weights: Floats

    @property
    def sums(self) -> Numbers:
        """Shared columns of which every region can have a part."""
        return np.setdiff1d(np.flatnonzero(self.of == SHARED), self.peaks)

    def columns(self, numbers: Iterable[int]) -> Numbers:
        """Return the columns of some regions."""
        return np.flatnonzero(np.isin(self.of, list(numbers)))


@dataclass(frozen=True)
class Part:
    """A problem that was cut from a whole one.

    Parameters
    ----------
    problem
        The part.
    columns
        The column of the whole that each of its columns stands for.
    """

    problem: Problem
    columns: Numbers


def find_blocks(instance: Instance, problem: Problem, coupled: float = COUPLED) -> Blocks | None:
    """Return the regions that a problem falls apart into: the smallest that little couples.

    Parameters
    ----------
    instance
        The resolved input.
    problem
        Its compiled problem.
    coupled
        Part of the rows that may couple regions.

    Returns
    -------
    Blocks or None
        None where no purpose divides the municipalities into regions that are small and loose enough.
    """
    found: list[Blocks] = []
    rows = instance.rows(Membership)
    for purpose in sorted({row.purpose for row in rows}):
        region = {row.municipality_code: row.place for row in rows if row.purpose == purpose}
        # A municipality outside every region of this purpose stands alone.
        places = {code: region.get(code, code) for code in instance.municipalities}
        names = tuple(sorted(set(places.values())))
        if len(names) < FEWEST:
            continue
        numbers = {name: number for number, name in enumerate(names)}
        blocks = _blocks(problem, names, {code: numbers[place] for code, place in places.items()})
        if blocks.weights.max() <= LARGEST:
            found.append(blocks)
    loose = [blocks for blocks in found if len(blocks.coupling) <= coupled * len(problem.rows)]
    return max(loose, key=lambda blocks: (len(blocks.names), -len(blocks.coupling)), default=None)


def _blocks(problem: Problem, names: tuple[str, ...], region: Mapping[str, int]) -> Blocks:
    of = np.array([_region(column, region) for column in problem.columns], dtype=np.int64)
    bounding = np.isfinite(problem.row_lower) | np.isfinite(problem.row_upper)
    entries = sparse.coo_matrix(problem.matrix)
    rows, columns = entries.row.astype(np.int64), entries.col.astype(np.int64)
    # What has no municipality belongs to the region whose rows alone speak of it; slacks of a region's
    # total follow once the total has its region.
    while True:
        first, last = _reach(problem, of, rows, columns)
        single = bounding & (first == last)
        asked = (of[columns] == SHARED) & single[rows]
        least, most = _extremes(len(of), columns[asked], first[rows[asked]])
        decided = (of == SHARED) & (least == most)
        if not decided.any():
            break
        of[decided] = least[decided]
    first, last = _reach(problem, of, rows, columns)
    peaks = np.array(
        [c for c in np.flatnonzero(of == SHARED) if problem.columns[c].key[0] == "peak"], dtype=np.int64
    )
    sums = (of == SHARED) & ~np.isin(np.arange(len(of)), peaks)
    touched = np.zeros(len(bounding), dtype=bool)
    touched[rows[sums[columns]]] = True
    own = bounding & (first == last) & ~touched
    whole = np.bincount(of[problem.integral & (of != SHARED)], minlength=len(names)).astype(float)
    return Blocks(
        names=names,
        of=of,
        peaks=peaks,
        rows=np.where(own, first, SHARED),
        coupling=np.flatnonzero(bounding & ~own),
        weights=whole / max(1.0, whole.sum()),
    )


def _region(column: Column, region: Mapping[str, int]) -> int:
    """Return the region of the municipality that a column is about."""
    if column.key[0] in ("total", "slack", "peak", "more", "fewer"):
        return SHARED
    return next((region[part] for part in column.key[1:] if isinstance(part, str) and part in region), SHARED)


def _reach(problem: Problem, of: Numbers, rows: Numbers, columns: Numbers) -> tuple[Numbers, Numbers]:
    """Return the first and the last region that each row touches; different where it touches none."""
    known = of[columns] != SHARED
    return _extremes(problem.matrix.shape[0], rows[known], of[columns[known]])


def _extremes(length: int, places: Numbers, values: Numbers) -> tuple[Numbers, Numbers]:
    least = np.full(length, np.iinfo(np.int64).max)
    most = np.full(length, SHARED)
    np.minimum.at(least, places, values)
    np.maximum.at(most, places, values)
    return least, most


def share_of(problem: Problem, blocks: Blocks, number: int, point: Floats) -> Part:
    r"""Return one region with its share of everything that couples, as it is at a point.

    The region gets a part :math:`\omega_r` of each shared column and of the room in each coupling row,

    .. math:: C_r x_r + S s_r \ge C_r \hat x_r + \omega_r (S \hat s - room), \qquad \sum_r \omega_r = 1

    so that plans of all regions together make a plan of the whole, with :math:`s = \sum_r s_r`.

    Parameters
    ----------
    problem, blocks
        The whole, and its regions.
    number
        Of the region.
    point
        Values that satisfy every row, whole or not; length ``n``.
    """
    weight = float(blocks.weights[number])
    own, sums, peaks = blocks.columns([number]), blocks.sums, blocks.peaks
    free = np.concatenate([own, sums, peaks])
    held = problem.matrix[blocks.coupling]
    of_peaks = abs(held[:, peaks]) @ np.ones(len(peaks)) > 0
    divided = abs(held) @ np.where(np.isin(np.arange(len(point)), peaks), 0.0, 1.0) > 0
    # The largest of what regions have is no sum: a row of nothing else holds for each region as it is,
    # and in any other row it stays what it is at the point.
    part = np.where(divided, weight, 1.0)
    activity = held @ point
    used = held[:, own] @ point[own] + weight * (held[:, sums] @ point[sums])
    used += np.where(divided, 0.0, activity)
    below, above = problem.row_lower[blocks.coupling], problem.row_upper[blocks.coupling]
    lower = np.where(np.isfinite(below), used - part * np.maximum(0.0, activity - below), -INFINITY)
    upper = np.where(np.isfinite(above), used + part * np.maximum(0.0, above - activity), INFINITY)
    mixed = of_peaks & divided
    without = sparse.diags_array(np.where(mixed, 0.0, 1.0)) @ held[:, peaks]
    block = sparse.hstack([held[:, own], held[:, sums], without])
    own_rows = np.flatnonzero(blocks.rows == number)
    result = _cut(
        problem,
        free,
        np.concatenate([own_rows, blocks.coupling]),
        sparse.vstack([problem.matrix[own_rows][:, free], block]),
        np.concatenate([problem.row_lower[own_rows], lower]),
        np.concatenate([problem.row_upper[own_rows], upper]),
        np.concatenate([np.ones(len(own)), np.full(len(sums), weight), np.ones(len(peaks))]),
    )
    if not mixed.any():
        return result
    last = range(len(own) + len(sums), len(free))
    levels = {place: float(point[free[place]]) for place in last}
    return replace(result, problem=result.problem.with_bounds({}, levels))


def together(problem: Problem, blocks: Blocks, parts: Mapping[int, tuple[Part, Floats]]) -> Floats:
    """Return the values of the whole that plans of all its regions make.

    Parameters
    ----------
    problem, blocks
        The whole, and its regions.
    parts
        Region -> its part as ``share_of`` gave it, and the values of that part's columns.
    """
    values = np.zeros(len(problem.columns))
    values[blocks.peaks] = -INFINITY
    peaks = np.isin(np.arange(len(values)), blocks.peaks)
    for part, found in parts.values():
        summed = ~peaks[part.columns]
        np.add.at(values, part.columns[summed], found[summed])
        np.maximum.at(values, part.columns[~summed], found[~summed])
    return values


def within(problem: Problem, blocks: Blocks, numbers: Iterable[int], plan: Floats) -> Part:
    """Return some regions with all that is shared, the others held at a plan.

    Parameters
    ----------
    problem, blocks
        The whole, and its regions.
    numbers
        The regions that are free.
    plan
        A plan of the whole; length ``n``.
    """
    free = np.flatnonzero(np.isin(blocks.of, [SHARED, *numbers]))
    return among(problem, free, plan)


def among(problem: Problem, free: Numbers, plan: Floats) -> Part:
    """Return the problem that is left when all columns but some are held at a plan.

    Parameters
    ----------
    problem
        The whole.
    free
        The columns that are free.
    plan
        A plan of the whole; length ``n``.
    """
    loose = np.zeros(len(plan), dtype=bool)
    loose[free] = True
    touched = np.diff(problem.matrix[:, free].tocsr().indptr) > 0
    touched[list(problem.measures.values())] = True
    rows = np.flatnonzero(touched)
    fixed = problem.matrix[rows] @ np.where(loose, 0.0, plan)
    return _cut(
        problem,
        free,
        rows,
        problem.matrix[rows][:, free],
        problem.row_lower[rows] - fixed,
        problem.row_upper[rows] - fixed,
        np.ones(len(free)),
    )


def _cut(
    problem: Problem,
    columns: Numbers,
    rows: Numbers,
    matrix: sparse.csr_matrix,
    lower: Floats,
    upper: Floats,
    scale: Floats,
) -> Part:
    """Return a part with these columns, whose bounds are scaled, and rows, and every measure."""
    measures = np.setdiff1d(list(problem.measures.values()), rows)
    kept = np.concatenate([rows, measures]).astype(np.int64)
    places = {int(row): place for place, row in enumerate(kept)}
    part = replace(
        problem,
        columns=tuple(_moved(problem.columns[c], places) for c in columns),
        lower=_scaled(problem.lower[columns], scale),
        upper=_scaled(problem.upper[columns], scale),
        integral=problem.integral[columns],
        matrix=sparse.csr_matrix(sparse.vstack([matrix, problem.matrix[measures][:, columns]])),
        row_lower=np.concatenate([lower, problem.row_lower[measures]]),
        row_upper=np.concatenate([upper, problem.row_upper[measures]]),
        rows=tuple(problem.rows[row] for row in kept),
        requirements=(),
        # Requirements and exact forms are left to the whole, of which alone exact plans are made.
        forms=(),
        exact_rows={},
        measures={name: places[row] for name, row in problem.measures.items()},
        cost=problem.cost[columns],
        reference={},
    )
    return Part(part, columns)


def _scaled(bounds: Floats, scale: Floats) -> Floats:
    return np.where(np.isfinite(bounds), np.where(np.isfinite(bounds), bounds, 0.0) * scale, bounds)


def _moved(column: Column, places: Mapping[int, int]) -> Column:
    """Return a column whose key names its row as the part numbers it."""
    if column.key[0] != "slack" or column.key[1] not in places:
        return column
    return replace(column, key=(column.key[0], places[column.key[1]]))
