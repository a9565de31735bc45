"""The Problem: compiled arrays with names, and the operations that make new Problems.

Soft rules, relaxation per family, repair and stages are these operations and nothing
else, so slack exists in one function.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from thuisplan.model.forms import Form
from thuisplan.model.requirement import Requirement

Floats = NDArray[np.float64]
INFINITY = float("inf")
BEYOND_OFFER = 10_000
"""More dwellings than one municipality completes in a year of one option, on top of what is offered."""


@dataclass(frozen=True, slots=True)
class Column:
    """A variable of the compiled problem.

    Parameters
    ----------
    name
        Public name.
    key
        ``("x", municipality, year, option)``, ``("y", pot, municipality, year, option)`` and so on.
    grain
        Its exact values are multiples of this; None for slacks and peaks.
    """

    name: str
    key: tuple[Any, ...]
    grain: Fraction | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the compiled problem.

    Parameters
    ----------
    name
        Public name.
    kind
        ``requirement``, ``definition``, ``measure``, ``peak`` or ``added``.
    requirement
        Position of the requirement it imposes, if any.
    scale
        The row is the exact one times this.
    """

    name: str
    kind: str
    requirement: int | None = None
    scale: int = 1


@dataclass(frozen=True)
class Problem:
    """A mixed-integer problem as arrays, with every row and column named.

    Parameters
    ----------
    columns, lower, upper, integral
        Variables, their bounds, and which are whole; arrays of length ``n``.
    matrix, row_lower, row_upper
        Rows, ``m`` by ``n``, and their ranges.
    rows
        What each row means.
    requirements, forms
        The requirements with the exact forms of their left and right side, and of
        the base of a share.
    exact_rows
        Exact forms of definition rows: row -> (form, ``==`` or ``<=``).
    measures
        Name of a measure -> its row.
    cost
        Objective, length ``n``; to be minimised.
    reference
        Column -> value in an earlier plan, for the measure ``change``.
    """

    columns: tuple[Column, ...]
    lower: Floats
    upper: Floats
    integral: NDArray[np.bool_]
    matrix: sparse.csr_matrix
    row_lower: Floats
    row_upper: Floats
    rows: tuple[Row, ...]
    requirements: tuple[Requirement, ...]
    forms: tuple[tuple[Form | None, Form | None, Form | None], ...]
    exact_rows: Mapping[int, tuple[Form, str]]
    measures: Mapping[str, int]
    cost: Floats
    reference: Mapping[int, int] = field(default_factory=dict)

    # --- the operations -------------------------------------------------------------

    def with_slack(
        self, prices: Mapping[int, tuple[str, Fraction]], prefix: str = "slack", carried: bool = False
    ) -> Problem:
        """Return a problem in which rows may be violated at a price.

        Parameters
        ----------
        prices
            Row -> (measure, price per unit of violation). Rows that follow the same
            requirement give with it: a ceiling by a larger project, never without one.
        prefix
            Start of the names of the new columns.
        carried
            Whether what a running total gives in a year also loosens its lines of later years, and
            what a figure gives all lines that state it, so that the sum of the slacks is what is
            given in all, and counts nothing twice.

        Returns
        -------
        Problem
            With one column of slack per row, or per figure, in the unit of the requirement.
        """
        if not prices:
            return self
        followers = self._followers()
        alike = self._alike() if carried else {}
        continued = self._continued({*prices, *alike}) if carried else {}
        loosened_already: set[int] = set()
        entries: list[tuple[int, int, float]] = []
        columns: list[Column] = []
        first = len(self.columns)
        ceilings: list[int] = []
        for row, (measure, price) in prices.items():
            if row in loosened_already:
                continue
            column = first + len(columns)
            together = alike.get(row, (row,))
            loosened_already.update(together)
            loosened = [each for one in together for each in (one, *continued.get(one, ()))]
            requirement = self.rows[row].requirement
            if requirement is not None:
                for name in self.requirements[requirement].follows:
                    for follower in followers.get(name, []):
                        (ceilings if self._switches(follower) else loosened).append(follower)
            for each in loosened:
                at_least = np.isfinite(self.row_lower[each])
                entries.append((each, column, float(self.rows[each].scale) * (1 if at_least else -1)))
            entries.append((self.measures[measure], column, float(price)))
            name = f"{prefix}[{self.rows[row].name}]"
            columns.append(Column(name, (prefix, row), None))
        return self.with_columns(columns, entries, np.zeros(len(columns)))._with_ceilings_raised(ceilings)

    def with_peak(self, measure: str, weights: Mapping[int, Fraction]) -> Problem:
        """Return a problem whose measure is the largest of weight x column.

        Parameters
        ----------
        measure
            Name of the measure; must have no entries yet.
        weights
            Column -> weight.
        """
        if not weights:
            return self
        peak = len(self.columns)
        column = Column(f"peak[{measure}]", ("peak", measure), None)
        result = self.with_columns([column], [(self.measures[measure], peak, 1.0)], np.zeros(1))
        count = len(weights)
        data = np.concatenate([np.ones(count), [-float(w) for w in weights.values()]])
        places = np.concatenate([np.full(count, peak), list(weights)])
        block = sparse.csr_matrix(
            (data, (np.tile(np.arange(count), 2), places)), shape=(count, len(result.columns))
        )
        rows = [Row(f"peak[{measure},{result.columns[c].name}]", "peak") for c in weights]
        return result.with_rows(rows, block, np.zeros(count), np.full(count, INFINITY))

    def relaxed(self) -> Problem:
        """Return the problem in which no column has to be whole."""
        return replace(self, integral=np.zeros(len(self.columns), dtype=bool))

    def with_cost(self, measures: Mapping[str, float]) -> Problem:
        """Return a problem that minimises the weighted measures."""
        cost = np.zeros(len(self.columns))
        for name, weight in measures.items():
            cost += weight * np.asarray(self.matrix[self.measures[name], :].todense()).ravel()
        return replace(self, cost=cost)

    def with_limit(self, measures: Mapping[str, float], value: float) -> Problem:
        """Return a problem in which the weighted measures stay at or below ``value``."""
        if len(measures) == 1 and next(iter(measures.values())) == 1:
            row = self.measures[next(iter(measures))]
            upper = self.row_upper.copy()
            upper[row] = min(upper[row], value)
            return replace(self, row_upper=upper)
        block = sparse.csr_matrix(self.with_cost(measures).cost.reshape(1, -1))
        return self.with_rows([Row(_limit_name(measures), "measure")], block, [-INFINITY], [value])

    def with_bounds(self, lower: Mapping[int, float], upper: Mapping[int, float]) -> Problem:
        """Return a problem with other bounds of some columns."""
        new_lower, new_upper = self.lower.copy(), self.upper.copy()
        for column, value in lower.items():
            new_lower[column] = value
        for column, value in upper.items():
            new_upper[column] = value
        return replace(self, lower=new_lower, upper=new_upper)

    def with_row(self, name: str, entries: Mapping[int, float], lower: float, upper: float) -> Problem:
        """Return a problem with one more row.

        Parameters
        ----------
        name
            Public name.
        entries
            Column -> coefficient.
        lower, upper
            Range of the row; infinite where it has no end.
        """
        block = sparse.csr_matrix(
            (list(entries.values()), ([0] * len(entries), list(entries))), shape=(1, len(self.columns))
        )
        return self.with_rows([Row(name, "added")], block, [lower], [upper])

    def with_reference(self, reference: Mapping[int, int]) -> Problem:
        r"""Return a problem whose measure ``change`` counts what differs from earlier values.

        .. math:: x_c - more_c + fewer_c = \hat x_c, \qquad change = \sum_c (more_c + fewer_c)

        Parameters
        ----------
        reference
            Column -> earlier value :math:`\hat x_c` [dwellings].

        Returns
        -------
        Problem
            With columns ``more[...]`` and ``fewer[...]`` per column of the reference.
        """
        first, measure = len(self.columns), self.measures["change"]
        columns: list[Column] = []
        for column in reference:
            name = self.columns[column].name
            columns += [
                Column(f"more[{name}]", ("more", column), None),
                Column(f"fewer[{name}]", ("fewer", column), None),
            ]
        entries = [(measure, first + position, 1.0) for position in range(len(columns))]
        result = self.with_columns(columns, entries, np.zeros(len(columns)))
        count = len(reference)
        numbers = np.repeat(np.arange(count), 3)
        places = [
            c for at, column in enumerate(reference) for c in (column, first + 2 * at, first + 2 * at + 1)
        ]
        block = sparse.csr_matrix(
            (np.tile([1.0, -1.0, 1.0], count), (numbers, places)), shape=(count, len(result.columns))
        )
        levels = list(reference.values())
        rows = [Row(f"reference[{self.columns[column].name}]", "added") for column in reference]
        return replace(result.with_rows(rows, block, levels, levels), reference=dict(reference))

    def with_rows_tightened(self, rows: Mapping[int, float]) -> Problem:
        """Return a problem in which some rows are tightened by an amount of their own unit."""
        lower, upper = self.row_lower.copy(), self.row_upper.copy()
        for row, amount in rows.items():
            lower[row] += amount * self.rows[row].scale
            upper[row] -= amount * self.rows[row].scale
        return replace(self, row_lower=lower, row_upper=upper)

    def with_limits_lowered(self, share: float) -> Problem:
        """Return a problem in which the limits of measures are lower by a share of themselves."""
        measured = np.array([row.kind == "measure" for row in self.rows])
        limited = measured & np.isfinite(self.row_upper)
        if not limited.any():
            return self
        lower = self.row_upper - share * np.abs(np.where(limited, self.row_upper, 0.0))
        return replace(self, row_upper=np.where(limited, lower, self.row_upper))

    def limit_row(self, measures: Mapping[str, float]) -> int:
        """Return the row that ``with_limit`` made or used for these measures."""
        if list(measures.values()) == [1]:
            return self.measures[next(iter(measures))]
        name = _limit_name(measures)
        return next(position for position, row in enumerate(self.rows) if row.name == name)

    # --- looking things up ------------------------------------------------------------

    def measure(self, name: str, values: Floats) -> float:
        """Return the value of a measure at the given values of the columns."""
        row = self.matrix[self.measures[name], :]
        return float((row @ values)[0])

    def columns_of(self, group: str) -> list[int]:
        """Return the columns whose key starts with ``group``."""
        return [position for position, column in enumerate(self.columns) if column.key[0] == group]

    def flat(self, form: Form) -> Form:
        """Return a form in which totals and what pots carry are replaced by what they are made of."""
        terms: dict[int, Fraction | int] = {}
        constant = form.constant
        for column, coefficient in zip(form.columns, form.coefficients, strict=True):
            parts = self._parts_of(column)
            if parts is None:
                terms[column] = terms.get(column, 0) + coefficient
                continue
            constant += coefficient * parts.constant
            for part, number in zip(parts.columns, parts.coefficients, strict=True):
                terms[part] = terms.get(part, 0) + coefficient * number
        kept = {column: number for column, number in terms.items() if number}
        return Form(tuple(kept), tuple(kept.values()), constant)

    def complete(self, values: Mapping[int, Fraction | int]) -> list[Fraction | int]:
        """Return exact values of all columns: those given, zero, and totals as they are defined.

        Parameters
        ----------
        values
            Column -> value, of columns that are no totals.
        """
        result: list[Fraction | int] = [values.get(column, 0) for column in range(len(self.columns))]
        for column, (form, coefficient) in self._defined.items():
            result[column] = 0
            result[column] = -form.value(result) / coefficient
        return result

    @cached_property
    def _defined(self) -> Mapping[int, tuple[Form, Fraction | int]]:
        """Total -> the form that is zero by its definition, and its own coefficient; parts come first."""
        named = {
            column.name: position
            for position, column in enumerate(self.columns)
            if column.key[0] in ("total", "carried")
        }
        found: dict[int, tuple[Form, Fraction | int]] = {}
        for row, (form, _) in self.exact_rows.items():
            column = named.get(self.rows[row].name)
            if column is not None:
                found[column] = form, form.coefficients[form.columns.index(column)]
        return found

    @cached_property
    def _expanded(self) -> dict[int, Form]:
        return {}

    def _parts_of(self, column: int) -> Form | None:
        """Return what a total is made of, None for a column that is no total."""
        if column not in self._defined:
            return None
        if column not in self._expanded:
            form, own = self._defined[column]
            # Whole numbers stay whole, which add up much faster.
            inverse = own if own in (1, -1) else 1 / Fraction(own)
            rest = {c: -n * inverse for c, n in zip(form.columns, form.coefficients, strict=True)}
            del rest[column]
            parts = Form(tuple(rest), tuple(rest.values()), -form.constant * inverse)
            self._expanded[column] = self.flat(parts)
        return self._expanded[column]

    def _followers(self) -> dict[str, list[int]]:
        wanted = {name for requirement in self.requirements for name in requirement.follows}
        found: dict[str, list[int]] = {}
        for position, row in enumerate(self.rows):
            if row.name in wanted:
                found.setdefault(row.name, []).append(position)
        return found

    def _alike(self) -> dict[int, tuple[int, ...]]:
        """Return, per row that states a figure, the rows that state it for the same period."""
        stating: dict[tuple[tuple[str, ...], str], list[int]] = {}
        for row in range(len(self.rows)):
            requirement = self._requirement(row)
            if requirement is not None and requirement.figure:
                stating.setdefault((requirement.figure, requirement.period), []).append(row)
        return {row: tuple(rows) for rows in stating.values() for row in rows}

    def _continued(self, rows: Iterable[int]) -> dict[int, list[int]]:
        """Return, per row of a running total, the rows among ``rows`` of its later years."""
        series: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        for row in rows:
            requirement = self._requirement(row)
            if requirement is not None and requirement.carried:
                series.setdefault(requirement.series, []).append((int(requirement.period), row))
        return {
            row: [later for when, later in years if when > year]
            for years in series.values()
            for year, row in years
        }

    def _requirement(self, row: int) -> Requirement | None:
        position = self.rows[row].requirement
        return None if position is None else self.requirements[position]

    def _switches(self, row: int) -> list[int]:
        """Return the binaries in a row."""
        return [int(c) for c in self.matrix[row, :].indices if self.columns[c].key[0] == "z"]

    def _with_ceilings_raised(self, rows: Sequence[int]) -> Problem:
        """Return a problem in which open projects may be larger than what is offered."""
        if not rows:
            return self
        cells = [(row, switch) for row in rows for switch in self._switches(row)]
        more = sparse.csr_matrix(
            (
                [-float(BEYOND_OFFER * self.rows[row].scale) for row, _ in cells],
                ([row for row, _ in cells], [switch for _, switch in cells]),
            ),
            shape=self.matrix.shape,
        )
        return replace(self, matrix=sparse.csr_matrix(self.matrix + more))

    def with_rows(
        self, rows: Sequence[Row], block: sparse.csr_matrix, lower: ArrayLike, upper: ArrayLike
    ) -> Problem:
        """Return a problem with more rows.

        Parameters
        ----------
        rows
            What each means.
        block
            Their entries, ``len(rows)`` by ``n``.
        lower, upper
            Their ranges, as long as ``rows``.
        """
        return replace(
            self,
            matrix=sparse.csr_matrix(sparse.vstack([self.matrix, block])),
            row_lower=np.append(self.row_lower, np.asarray(lower, dtype=float)),
            row_upper=np.append(self.row_upper, np.asarray(upper, dtype=float)),
            rows=(*self.rows, *rows),
        )

    def with_columns(
        self, columns: Sequence[Column], entries: Sequence[tuple[int, int, float]], cost: Floats
    ) -> Problem:
        """Return a problem with more columns that are not whole, zero at least.

        Parameters
        ----------
        columns
            What each means.
        entries
            Row, column and coefficient; the first new column is ``n``.
        cost
            Their cost, as long as ``columns``.
        """
        count, first = len(columns), len(self.columns)
        block = sparse.csr_matrix(
            (
                [value for _, _, value in entries],
                ([row for row, _, _ in entries], [column - first for _, column, _ in entries]),
            ),
            shape=(len(self.rows), count),
        )
        return replace(
            self,
            columns=self.columns + tuple(columns),
            lower=np.concatenate([self.lower, np.zeros(count)]),
            upper=np.concatenate([self.upper, np.full(count, INFINITY)]),
            integral=np.concatenate([self.integral, np.zeros(count, dtype=bool)]),
            matrix=sparse.csr_matrix(sparse.hstack([self.matrix, block])),
            cost=np.concatenate([self.cost, cost]),
        )


def _limit_name(measures: Mapping[str, float]) -> str:
    return f"limit[{'+'.join(f'{weight:g} {name}' for name, weight in measures.items())}]"
