"""From an Instance to a Problem: quantities, requirements, definitions, measures; compiled once."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
from scipy import sparse

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.labels import MEASURES
from thuisplan.inputs.tables import Rule
from thuisplan.model.forms import Form, FormCompiler
from thuisplan.model.problem import INFINITY, Column, Problem, Row
from thuisplan.model.quantities import Expression, Quantities
from thuisplan.model.requirement import EUROS, Requirement, Sense
from thuisplan.model.rules import REQUIREMENTS
from thuisplan.model.variables import WHOLE

REPAIR = "repair"
"""Measure of what hard rules would have to give; used when a problem is infeasible."""

_GRAINS = {group: Fraction(1) for group in WHOLE} | {"total": Fraction(1), "y": EUROS, "carried": EUROS}


def build(instance: Instance) -> Problem:
    """Formulate the model of an instance in Pyomo and compile it.

    Parameters
    ----------
    instance
        The resolved input.

    Returns
    -------
    Problem
        Soft requirements have their slack; hard ones hold; rows that are only
        followed, not testable or exempt are free; every measure is a free row.
    """
    with no_garbage_collection():
        quantities = Quantities(instance)
        requirements = [line for rule in instance.rules() for line in lines_of(rule, quantities)]
        return compiled(quantities, requirements, measures(quantities), Compiler(quantities))


def lines_of(rule: Rule, quantities: Quantities) -> tuple[Requirement, ...]:
    """Return the lines of a rule, as its family states them."""
    return tuple(REQUIREMENTS[rule.family](rule, quantities))


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Collect no garbage for a while."""
    # Pyomo makes many small objects and no cycles worth collecting: a third faster.
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def measures(quantities: Quantities) -> Mapping[str, Expression]:
    """Return what each measure counts before slack is added.

    Units: unmet needs and lateness in dwelling-years, money in thousands of euros,
    deviations as a share, violations relative to their reference.
    """
    instance = quantities.instance
    expressions: dict[str, Any] = {name: 0 for name in MEASURES.labels} | {REPAIR: 0}
    for kind in ("extra_cost", "deficit"):
        expressions[kind] = sum(quantities.cost(kind, *cell) for cell in quantities.cost_cells)
    expressions["lateness"] = sum(
        (year - instance.settings.open_year) * quantities.x(municipality, year, option)
        for municipality, year, option in quantities.open_cells
    )
    expressions["swapped"] = sum(quantities.model.given.values())
    return expressions


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A row of the matrix: its entries, and its range."""

    row: Row
    columns: tuple[int, ...]
    entries: tuple[float, ...]
    lower: float
    upper: float


def _row(row: Row, form: Form, lower: bool, upper: bool) -> _Compiled:
    """Return ``form >= 0`` if ``lower``, ``form <= 0`` if ``upper``, free if neither."""
    level = float(-form.constant * row.scale)
    return _Compiled(
        row,
        form.columns,
        tuple(float(c * row.scale) for c in form.coefficients),
        level if lower else -INFINITY,
        level if upper else INFINITY,
    )


def _matrix(rows: Sequence[_Compiled], width: int) -> sparse.csr_matrix:
    data = [entry for row in rows for entry in row.entries]
    indices = [column for row in rows for column in row.columns]
    starts = np.cumsum([0] + [len(row.columns) for row in rows])
    return sparse.csr_matrix((data, indices, starts), shape=(len(rows), width))


Forms = tuple[Form | None, Form | None, Form | None]


class Compiler:
    """Compiles what is formulated; what it has seen before it does not compile again.

    Parameters
    ----------
    quantities
        Holds the variables; those that are made later are unknown here.
    """

    def __init__(self, quantities: Quantities) -> None:
        columns, variables = _columns(quantities)
        self.columns = tuple(columns)
        self.upper = np.array([INFINITY if v.ub is None else float(v.ub) for v in variables])
        self._forms = FormCompiler({id(variable): position for position, variable in enumerate(variables)})
        # With each is kept what it was made of: while that exists no other has its identity.
        self._definitions: dict[str, tuple[Expression, Form, _Compiled]] = {}
        self._lines: dict[tuple[int, int], tuple[Requirement, Requirement, Forms, list[_Compiled]]] = {}
        self._measures: dict[str, tuple[Expression, _Compiled]] = {}

    def definition(self, name: str, expression: Expression, sense: str) -> tuple[Form, _Compiled]:
        """Return the form and the row of a definition."""
        known = self._definitions.get(name)
        if known is None or known[0] is not expression:
            form = self._forms.form(expression)
            row = Row(name, "definition", scale=form.scale)
            known = expression, form, _row(row, form, lower=sense == "==", upper=True)
            self._definitions[name] = known
        return known[1:]

    def line(self, position: int, line: Requirement) -> tuple[Requirement, Forms, list[_Compiled]]:
        """Return a line without its expressions, the forms of its sides, and the rows that impose it."""
        known = self._lines.get((position, id(line)))
        if known is None:
            left, right, base = (
                None if side is None else self._forms.form(side) for side in (line.lhs, line.rhs, line.base)
            )
            rows = [] if left is None or right is None else self._imposed(position, line, left, right)
            # The forms take the place of the expressions, which would drag the Pyomo model along.
            bare = replace(line, lhs=None, rhs=None, base=None, switch=None)
            known = line, bare, (left, right, base), rows
            self._lines[position, id(line)] = known
        return known[1:]

    def measure(self, name: str, expression: Expression) -> _Compiled:
        """Return the free row of a measure."""
        known = self._measures.get(name)
        if known is None or known[0] is not expression:
            row = _row(Row(f"measure[{name}]", "measure"), self._forms.form(expression), False, False)
            known = expression, row
            self._measures[name] = known
        return known[1]

    def forget(self, lines: Iterable[Requirement]) -> None:
        """Forget lines that will not be asked for again."""
        gone = {id(line) for line in lines}
        self._lines = {key: known for key, known in self._lines.items() if key[1] not in gone}

    def _imposed(self, position: int, line: Requirement, left: Form, right: Form) -> list[_Compiled]:
        """Return the row of a requirement; ``0 or >=`` takes two rows and a binary."""
        imposed = line.imposed
        rows = []
        if line.sense is Sense.ZERO_OR_AT_LEAST:
            switch = self._forms.form(line.switch)
            # An open project starts on top of what is agreed; without one there is no floor at all,
            # so that this row never demands the agreed itself: that is the commitment's own rule.
            # With an agreed deviation the floor may be a fraction; the left side is whole.
            whole = ceil(right.constant - left.constant)
            least, most = (Form(switch.columns, (factor,), 0) for factor in (whole, line.ceiling))
            name = f"ceiling[{line.place},{line.period},{line.subject}]"
            rows.append(_row(Row(name, "definition"), left.minus(most), lower=False, upper=imposed))
            difference = replace(left, constant=0).minus(least)
        else:
            difference = left.minus(right)
        at_most = line.sense is Sense.AT_MOST
        row = Row(line.name, "requirement", position, difference.scale)
        rows.append(_row(row, difference, lower=imposed and not at_most, upper=imposed and at_most))
        return rows


def _columns(quantities: Quantities) -> tuple[list[Column], list[Any]]:
    columns, variables = [], []
    for group, grain in _GRAINS.items():
        for index, variable in getattr(quantities.model, group).items():
            if variable.fixed:
                continue
            key = index if isinstance(index, tuple) else (index,)
            name = index if group == "total" else f"{group}[{','.join(str(part) for part in key)}]"
            columns.append(Column(str(name), (group, *key), grain))
            variables.append(variable)
    return columns, variables


def compiled(
    quantities: Quantities,
    requirements: Iterable[Requirement],
    measured: Mapping[str, Expression],
    compiler: Compiler,
) -> Problem:
    """Compile what was formulated into a problem.

    Parameters
    ----------
    quantities
        The quantities, with their definitions.
    requirements
        The lines of all rules.
    measured
        What ``measures`` gave for these quantities.
    compiler
        Knows the variables.
    """
    rows: list[_Compiled] = []
    exact: dict[int, tuple[Form, str]] = {}
    for name, (expression, sense) in quantities.definitions.items():
        form, row = compiler.definition(name, expression, sense)
        exact[len(rows)] = (form, sense)
        rows.append(row)
    lines: list[Requirement] = []
    forms: list[Forms] = []
    for position, requirement in enumerate(requirements):
        line, sides, imposed = compiler.line(position, requirement)
        lines.append(line)
        forms.append(sides)
        rows += imposed
    places = {}
    for name, expression in measured.items():
        places[name] = len(rows)
        rows.append(compiler.measure(name, expression))
    columns = compiler.columns
    problem = Problem(
        columns=columns,
        # What a pot carries may be a debt where its rule is soft; a hard rule keeps it above zero.
        lower=np.array([-INFINITY if column.key[0] == "carried" else 0.0 for column in columns]),
        upper=compiler.upper.copy(),
        integral=np.array([column.key[0] in WHOLE for column in columns], dtype=bool),
        matrix=_matrix(rows, len(columns)),
        row_lower=np.array([row.lower for row in rows]),
        row_upper=np.array([row.upper for row in rows]),
        rows=tuple(row.row for row in rows),
        requirements=tuple(lines),
        forms=tuple(forms),
        exact_rows=exact,
        measures=places,
        cost=np.zeros(len(columns)),
    )
    return _soften(problem)


def _soften(problem: Problem) -> Problem:
    """Give soft requirements their slack, each priced in its own measure."""
    prices: dict[int, tuple[str, Fraction]] = {}
    peaks: dict[str, dict[int, Fraction]] = {}
    for position, row in enumerate(problem.rows):
        if row.requirement is None:
            continue
        requirement = problem.requirements[row.requirement]
        if not requirement.imposed or requirement.strength != "soft":
            continue
        if requirement.peak is not None:
            measure, price = requirement.peak
            peaks.setdefault(measure, {})[len(problem.columns) + len(prices)] = price
        prices[position] = (requirement.measure, requirement.price)
    problem = problem.with_slack(prices)
    for measure, weights in peaks.items():
        problem = problem.with_peak(measure, weights)
    return problem
