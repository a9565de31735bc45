r"""Several problems as one, with the decisions of the first years the same in each.

With :math:`x^s` what is completed in scenario :math:`s` and :math:`U_s` what is minimised there, of which
:math:`v_s` is the least that is known for that scenario alone, the joined problem asks for

.. math:: \min\; r \quad\text{with}\quad U_s(x^s) - v_s \le r, \qquad
          x^s_{m,t,o} = x^1_{m,t,o}\ \text{for all } s \text{ and } t \le T,

every :math:`x^s` a plan of its own scenario. Payments, lettings and later years adapt to the scenario. See
L.J. Savage, The theory of statistical decision (1951), for the regret.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import overload

import numpy as np
from scipy import sparse

from thuisplan.inputs.instance import Cell
from thuisplan.model.forms import Form
from thuisplan.model.problem import INFINITY, Column, Floats, Problem, Row

REGRET = "regret"
"""Measure of the joined problem: the largest regret of any scenario."""

REGRETTED = "regretted"
"""Measure of the joined problem: the sum over the scenarios of what is regretted."""


@dataclass(frozen=True)
class Joined:
    """Problems of scenarios side by side.

    Parameters
    ----------
    problem
        One problem. A measure that the scenarios have is the sum over all of them.
    blocks
        Scenario -> its columns, in the order of its own problem.
    rows
        Scenario -> its rows, in the order of its own problem.
    cells
        (municipality, year, option) that is decided once for all scenarios, in order.
    """

    problem: Problem
    blocks: Mapping[str, slice]
    rows: Mapping[str, slice]
    cells: tuple[Cell, ...]

    def part(self, name: str, values: Floats) -> Floats:
        """Return the values of the columns of one scenario out of those of all."""
        return values[self.blocks[name]]

    def whole(self, parts: Mapping[str, Floats]) -> Floats:
        """Return the values of all columns from those of each scenario; what is not theirs is zero."""
        values = np.zeros(len(self.problem.columns))
        for name, part in parts.items():
            values[self.blocks[name]] = part
        return values


def common_cells(problems: Sequence[Problem], until: int) -> tuple[Cell, ...]:
    """Return what is decided in open years up to a year, in any of these problems.

    Parameters
    ----------
    problems
        One per scenario.
    until
        Last common year.
    """
    found = {
        problem.columns[column].key[1:]
        for problem in problems
        for column in problem.columns_of("x")
        if problem.columns[column].key[2] <= until
    }
    return tuple(sorted(found))


def places_of(problem: Problem) -> dict[Cell, int]:
    """Return (municipality, year, option) -> its column."""
    return {problem.columns[column].key[1:]: column for column in problem.columns_of("x")}


def with_decisions(problem: Problem, decided: Mapping[Cell, int]) -> Problem | None:
    """Return a problem in which these numbers are completed; None if it offers nothing of one above zero.

    Parameters
    ----------
    problem
        The problem of one scenario.
    decided
        (municipality, year, option) -> dwellings.
    """
    places = places_of(problem)
    if any(number and cell not in places for cell, number in decided.items()):
        return None
    bounds = {places[cell]: float(number) for cell, number in decided.items() if cell in places}
    if any(level > problem.upper[column] for column, level in bounds.items()):
        return None
    return problem.with_bounds(bounds, bounds)


def join(problems: Mapping[str, Problem], until: int) -> Joined:
    """Return one problem of several: all their rows, and equal completions in open years up to a year.

    Parameters
    ----------
    problems
        Scenario -> its problem.
    until
        Last common year. What one scenario does not offer in these years is built in none.

    Returns
    -------
    Joined
        Block diagonal, and a row ``common[...]`` per cell and scenario after the first.
    """
    names = list(problems)
    widths = np.cumsum([0, *(len(problem.columns) for problem in problems.values())]).tolist()
    heights = np.cumsum([0, *(len(problem.rows) for problem in problems.values())]).tolist()
    lines = np.cumsum([0, *(len(problem.requirements) for problem in problems.values())]).tolist()
    moved = [
        _moved(problem, name, widths[at], heights[at], lines[at])
        for at, (name, problem) in enumerate(problems.items())
    ]
    side_by_side = Problem(
        columns=tuple(column for problem in moved for column in problem.columns),
        lower=np.concatenate([problem.lower for problem in moved]),
        upper=np.concatenate([problem.upper for problem in moved]),
        integral=np.concatenate([problem.integral for problem in moved]),
        matrix=sparse.csr_matrix(sparse.block_diag([problem.matrix for problem in moved])),
        row_lower=np.concatenate([problem.row_lower for problem in moved]),
        row_upper=np.concatenate([problem.row_upper for problem in moved]),
        rows=tuple(row for problem in moved for row in problem.rows),
        requirements=tuple(requirement for problem in moved for requirement in problem.requirements),
        forms=tuple(forms for problem in moved for forms in problem.forms),
        exact_rows={row: form for problem in moved for row, form in problem.exact_rows.items()},
        measures={},
        cost=np.zeros(widths[-1]),
    )
    cells = common_cells(list(problems.values()), until)
    return Joined(
        _with_common(_with_sums(side_by_side, moved), moved, cells),
        {name: slice(widths[at], widths[at + 1]) for at, name in enumerate(names)},
        {name: slice(heights[at], heights[at + 1]) for at, name in enumerate(names)},
        cells,
    )


def with_regret(
    joined: Joined,
    problems: Mapping[str, Problem],
    measures: Mapping[str, float],
    best: Mapping[str, float],
    grain: Fraction | None = None,
) -> Joined:
    """Return a joined problem with the measures ``regret``, the largest of what is minimised less its best,
    and ``regretted``, the sum of what is minimised.

    Parameters
    ----------
    joined, problems
        The joined problem, and what it was made of.
    measures
        Measure -> weight: what is minimised in every scenario.
    best
        Scenario -> the least that is known for it alone.
    grain
        A number that every regret is a multiple of, if there is one.
    """
    problem = joined.problem
    place = len(problem.columns)
    rows, block = [], []
    for name, own in problems.items():
        entries = np.zeros(place + 1)
        entries[joined.blocks[name]] = own.with_cost(measures).cost
        entries[place] = -1.0
        block.append(sparse.csr_matrix(entries.reshape(1, -1)))
        rows.append(Row(f"{REGRET}[{name}]", "added"))
    widened = problem.with_columns([Column(REGRET, (REGRET,), grain)], [], np.zeros(1))
    held = widened.with_rows(
        rows,
        sparse.csr_matrix(sparse.vstack(block)),
        [-INFINITY] * len(rows),
        [best[name] for name in problems],
    )
    first = len(held.rows)
    summed = np.append(problem.with_cost(measures).cost, 0.0)
    counted = sparse.csr_matrix(np.vstack([np.arange(place + 1) == place, summed]).astype(float))
    names = (REGRET, REGRETTED)
    measured = [Row(f"measure[{name}]", "measure") for name in names]
    held = held.with_rows(measured, counted, [-INFINITY] * 2, [INFINITY] * 2)
    more = {name: first + at for at, name in enumerate(names)}
    return replace(joined, problem=replace(held, measures={**problem.measures, **more}))


# --- one problem among others ---------------------------------------------------------------


def _moved(problem: Problem, name: str, column: int, row: int, line: int) -> Problem:
    """Return a problem that speaks of its columns, rows and requirements where they will stand."""
    return replace(
        problem,
        columns=tuple(_column(one, name, column, row) for one in problem.columns),
        rows=tuple(
            replace(
                one,
                name=f"{one.name}@{name}",
                requirement=None if one.requirement is None else one.requirement + line,
            )
            for one in problem.rows
        ),
        forms=tuple(
            (_form(left, column), _form(right, column), _form(base, column))
            for left, right, base in problem.forms
        ),
        exact_rows={
            at + row: (_form(form, column), sense) for at, (form, sense) in problem.exact_rows.items()
        },
        measures={measure: at + row for measure, at in problem.measures.items()},
    )


def _column(column: Column, name: str, columns: int, rows: int) -> Column:
    """Return a column under a name of its own; what its key says of positions moves along."""
    group, *rest = column.key
    # A slack names its row, a difference from an earlier plan its column.
    shift = {"slack": rows, "more": columns, "fewer": columns}.get(group, 0)
    key = (group, rest[0] + shift) if shift else column.key
    return replace(column, name=f"{column.name}@{name}", key=key)


@overload
def _form(form: Form, columns: int) -> Form: ...
@overload
def _form(form: None, columns: int) -> None: ...
def _form(form: Form | None, columns: int) -> Form | None:
    return (
        None
        if form is None
        else replace(form, columns=tuple(position + columns for position in form.columns))
    )


def _with_sums(problem: Problem, moved: Sequence[Problem]) -> Problem:
    """Return a problem in which every measure is the sum over the scenarios."""
    names = list(dict.fromkeys(name for one in moved for name in one.measures))
    adding = sparse.csr_matrix(
        (
            np.ones(sum(len(one.measures) for one in moved)),
            (
                [names.index(name) for one in moved for name in one.measures],
                [row for one in moved for row in one.measures.values()],
            ),
        ),
        shape=(len(names), len(problem.rows)),
    )
    first, count = len(problem.rows), len(names)
    summed = problem.with_rows(
        [Row(f"measure[{name}]", "measure") for name in names],
        sparse.csr_matrix(adding @ problem.matrix),
        np.full(count, -INFINITY),
        np.full(count, INFINITY),
    )
    return replace(summed, measures={name: first + at for at, name in enumerate(names)})


def _with_common(problem: Problem, moved: Sequence[Problem], cells: Sequence[Cell]) -> Problem:
    """Return a problem in which these cells have one number in all scenarios; zero where one has none."""
    offset = 0
    found: dict[Cell, list[int]] = {cell: [] for cell in cells}
    for one in moved:
        for cell, column in places_of(one).items():
            if cell in found:
                found[cell].append(column + offset)
        offset += len(one.columns)
    nowhere = {column: 0.0 for columns in found.values() if len(columns) < len(moved) for column in columns}
    pairs = [
        (cell, columns[0], other)
        for cell, columns in found.items()
        if len(columns) == len(moved)
        for other in columns[1:]
    ]
    count = len(pairs)
    block = sparse.csr_matrix(
        (
            np.tile([1.0, -1.0], count),
            (np.repeat(np.arange(count), 2), [c for _, *both in pairs for c in both]),
        ),
        shape=(count, offset),
    )
    rows = [
        Row(f"common[{','.join(map(str, cell))}]@{problem.columns[other].name.rpartition('@')[2]}", "added")
        for cell, _, other in pairs
    ]
    return problem.with_bounds({}, nowhere).with_rows(rows, block, np.zeros(count), np.zeros(count))
