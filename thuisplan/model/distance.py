r"""How far two plans lie apart, and the problems in which that is what counts.

With :math:`T_{m,k}` the dwellings of type :math:`k` that a plan completes in municipality :math:`m` in open
years, over all years, routes and segments, the distance of two plans is how many dwellings one of them has
in another municipality than the other:

.. math:: d(P, Q) = \sum_k \min\Big(\sum_m (T_{m,k}(P) - T_{m,k}(Q))^+,
                                    \sum_m (T_{m,k}(P) - T_{m,k}(Q))^-\Big)

A dwelling that comes on top, that is of another type or that comes in another year does not count: that
is no other place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.labels import DWELLING_TYPES
from thuisplan.model.problem import INFINITY, Column, Floats, Problem, Row

DISTANCE = Column("distance", ("distance",), None)

Counts = tuple[int, ...]
"""Dwellings per cell of Totals."""

Signs = NDArray[np.float64]
"""Per cell 1 where more is farther away, -1 where fewer is."""


@dataclass(frozen=True)
class Totals:
    """What plans are compared by.

    Parameters
    ----------
    cells
        (municipality, dwelling type), in order.
    columns
        Per cell, the columns of the problem whose sum it is.
    """

    cells: tuple[tuple[str, str], ...]
    columns: tuple[tuple[int, ...], ...]

    def of(self, values: Sequence[Fraction | int] | Floats) -> Counts:
        """Return the dwellings per cell at values of the columns; dwellings are whole."""
        return tuple(sum(round(values[column]) for column in columns) for columns in self.columns)

    def matrix(self, width: int) -> sparse.csr_matrix:
        """Return the cells as sums of so many columns: one row per cell."""
        starts = np.cumsum([0] + [len(columns) for columns in self.columns])
        places = [column for columns in self.columns for column in columns]
        return sparse.csr_matrix((np.ones(len(places)), places, starts), shape=(len(self.cells), width))

    @property
    def types(self) -> tuple[str, ...]:
        """Dwelling types, each once."""
        return tuple(dict.fromkeys(kind for _, kind in self.cells))

    @property
    def of_type(self) -> sparse.csr_matrix:
        """Which cells are of which type: one row per type, one column per cell."""
        rows = [self.types.index(kind) for _, kind in self.cells]
        return sparse.csr_matrix((np.ones(len(rows)), (rows, range(len(rows)))))

    def distance(self, first: Counts, second: Counts) -> int:
        """Return how many dwellings one of two plans has in another municipality [dwellings]."""
        more: dict[str, int] = {}
        fewer: dict[str, int] = {}
        for (_, kind), a, b in zip(self.cells, first, second, strict=True):
            more[kind] = more.get(kind, 0) + max(0, a - b)
            fewer[kind] = fewer.get(kind, 0) + max(0, b - a)
        return sum(min(number, fewer[kind]) for kind, number in more.items())


def totals(instance: Instance, problem: Problem) -> Totals:
    """Return the totals of a problem.

    Parameters
    ----------
    instance, problem
        The resolved input and its compiled problem.
    """
    found: dict[tuple[str, str], list[int]] = {}
    for position in problem.columns_of("x"):
        _, municipality, _, option = problem.columns[position].key
        found.setdefault((municipality, instance.options[option].dwelling_type), []).append(position)
    known = list(DWELLING_TYPES.labels)
    order = sorted(
        found, key=lambda cell: (cell[0], known.index(cell[1]) if cell[1] in known else len(known), cell[1])
    )
    return Totals(tuple(order), tuple(tuple(found[cell]) for cell in order))


def with_distance(
    problem: Problem, cells: Totals, plans: Sequence[Counts], least: Floats, most: Floats
) -> Problem:
    r"""Return a problem that maximises the least distance to some plans, over both signs of every cell.

    .. math:: T_c - T^q_c = up_{q,c} - down_{q,c}, \qquad up_{q,c} \le U_{q,c}\,s_{q,c}, \qquad
              down_{q,c} \le L_{q,c}\,(1 - s_{q,c}), \qquad
              moved_{q,k} \le \sum_{c \in k} up_{q,c}, \qquad
              moved_{q,k} \le \sum_{c \in k} down_{q,c}, \qquad
              distance \le \sum_k moved_{q,k} \quad \forall q

    with :math:`s` binary, :math:`U_{q,c} = most_c - T^q_c` and :math:`L_{q,c} = T^q_c - least_c`.

    Parameters
    ----------
    problem
        The problem that plans must satisfy.
    cells
        What is compared.
    plans
        Dwellings per cell of the plans to get away from.
    least, most
        Bounds of every cell that hold in all plans of the problem.

    Returns
    -------
    Problem
        Its objective is minus the distance; its columns are those of ``problem`` and more after them.
    """
    first, count = len(problem.columns), len(plans)
    size, kinds = len(cells.cells) * count, len(cells.types) * count
    there = np.concatenate([np.array(plan, dtype=float) for plan in plans])
    up = np.maximum(np.tile(most, count) - there, 0.0)
    down = np.maximum(there - np.tile(least, count), 0.0)
    sums = sparse.vstack([cells.matrix(first)] * count)
    one, every = sparse.identity(size), sparse.identity(kinds)
    by_type = sparse.kron(sparse.identity(count), cells.of_type)
    blocks: list[list[Any]] = [
        # columns of the problem, distance, moved, up, down, sign
        [sums, None, None, -one, one, None],
        [None, None, None, one, None, -sparse.diags(up)],
        [None, None, None, None, one, sparse.diags(down)],
        [None, None, every, -by_type, None, None],
        [None, None, every, None, -by_type, None],
        [None, *_nearest(cells, count), None, None, None],
    ]
    pairs = [(number, *cell) for number in range(count) for cell in cells.cells]
    groups = ("up", "down", "sign")
    columns = [DISTANCE, *_moved(cells, count)]
    columns += [Column(f"{way}[{q},{m},{t}]", (way, q, m, t), None) for way in groups for q, m, t in pairs]
    free = 2 * size + 2 * kinds + count
    more = _More(
        columns=columns,
        lower=np.zeros(len(columns)),
        upper=np.concatenate([np.full(1 + kinds, INFINITY), up, down, np.ones(size)]),
        integral=np.arange(len(columns)) > kinds + 2 * size,
        rows=[f"{row}[{q},{m},{t}]" for row in ("apart", "above", "below") for q, m, t in pairs]
        + _names(cells, count),
        row_lower=np.concatenate([there, np.full(free, -INFINITY)]),
        row_upper=np.concatenate([there, np.zeros(size), down, np.zeros(2 * kinds + count)]),
        matrix=sparse.csr_matrix(sparse.bmat(blocks)),
    )
    return _extended(problem, more)


def with_directions(
    problem: Problem, cells: Totals, plans: Sequence[Counts], signs: Sequence[Signs]
) -> Problem:
    r"""Return a problem that maximises the least distance to some plans in given directions.

    .. math:: moved_{q,k} \le \sum_{c \in k,\ s_{q,c} = 1} (T_c - T^q_c), \qquad
              moved_{q,k} \le \sum_{c \in k,\ s_{q,c} = -1} (T^q_c - T_c), \qquad
              distance \le \sum_k moved_{q,k} \quad \forall q

    Whatever the signs, no plan is nearer than this says, because :math:`\sum_c a_c^+` is at least the sum of
    any of the :math:`a_c`.

    Parameters
    ----------
    problem, cells, plans
        As for ``with_distance``.
    signs
        Per plan, 1 or -1 per cell.
    """
    sums, count = cells.matrix(len(problem.columns)), len(plans)
    kinds = len(cells.types) * count
    ways = [np.where(sign == way, float(way), 0.0) for way in (1, -1) for sign in signs]
    chosen = [cells.of_type @ sparse.diags(way) for way in ways]
    levels = [-part @ np.array(plan, dtype=float) for part, plan in zip(chosen, [*plans] * 2, strict=True)]
    every, towards = sparse.identity(kinds), [-part @ sums for part in chosen]
    blocks: list[list[Any]] = [
        # columns of the problem, distance, moved
        [sparse.vstack(towards[:count]), None, every],
        [sparse.vstack(towards[count:]), None, every],
        [None, *_nearest(cells, count)],
    ]
    columns = [DISTANCE, *_moved(cells, count)]
    more = _More(
        columns=columns,
        lower=np.full(len(columns), -INFINITY),
        upper=np.full(len(columns), INFINITY),
        integral=np.zeros(len(columns), dtype=bool),
        rows=_names(cells, count),
        row_lower=np.full(2 * kinds + count, -INFINITY),
        row_upper=np.concatenate([*levels, np.zeros(count)]),
        matrix=sparse.csr_matrix(sparse.bmat(blocks)),
    )
    return _extended(problem, more)


def _moved(cells: Totals, count: int) -> list[Column]:
    """Return the columns of what stands elsewhere, per plan and type."""
    return [Column(f"moved[{q},{k}]", ("elsewhere", q, k), None) for q in range(count) for k in cells.types]


def _nearest(cells: Totals, count: int) -> tuple[sparse.spmatrix, sparse.spmatrix]:
    """Return the entries of the distance and of what stands elsewhere, in the row of every plan."""
    all_types = sparse.csr_matrix(np.ones((1, len(cells.types))))
    return sparse.csr_matrix(np.ones((count, 1))), -sparse.kron(sparse.identity(count), all_types)


def _names(cells: Totals, count: int) -> list[str]:
    """Return the names of the rows about what stands elsewhere and about the distance."""
    ways = [f"{way}[{q},{k}]" for way in ("more", "fewer") for q in range(count) for k in cells.types]
    return ways + [f"distance[{q}]" for q in range(count)]


@dataclass(frozen=True, slots=True)
class _More:
    """Columns and rows to add after those of a problem; the matrix is that of the new rows."""

    columns: list[Column]
    lower: Floats
    upper: Floats
    integral: NDArray[np.bool_]
    rows: list[str]
    row_lower: Floats
    row_upper: Floats
    matrix: sparse.csr_matrix


def _extended(problem: Problem, more: _More) -> Problem:
    """Return a problem with more columns and rows, whose objective is minus the first new column."""
    count, first = len(more.columns), len(problem.columns)
    wider = sparse.hstack([problem.matrix, sparse.csr_matrix((len(problem.rows), count))])
    cost = np.zeros(first + count)
    cost[first] = -1.0
    return replace(
        problem,
        columns=problem.columns + tuple(more.columns),
        lower=np.concatenate([problem.lower, more.lower]),
        upper=np.concatenate([problem.upper, more.upper]),
        integral=np.concatenate([problem.integral, more.integral]),
        matrix=sparse.csr_matrix(sparse.vstack([wider, more.matrix])),
        row_lower=np.concatenate([problem.row_lower, more.row_lower]),
        row_upper=np.concatenate([problem.row_upper, more.row_upper]),
        rows=problem.rows + tuple(Row(name, "added") for name in more.rows),
        cost=cost,
    )
