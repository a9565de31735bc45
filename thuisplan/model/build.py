"""From an Instance to a Problem: quantities, requirements, definitions, measures; compiled once."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
from scipy import sparse

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.labels import MEASURES
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
    with _no_garbage_collection():
        quantities = Quantities(instance)
        requirements = tuple(
            requirement
            for rule in instance.rules()
            for requirement in REQUIREMENTS[rule.family](rule, quantities)
        )
        problem = _compile(quantities, requirements)
    return _soften(problem)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    # Pyomo makes many small objects and no cycles worth collecting: a third faster.
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _measures(quantities: Quantities) -> Mapping[str, Expression]:
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


class _Rows:
    """Collects rows as forms, then makes one sparse matrix."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.forms: list[tuple[Form, int]] = []
        self.lower: list[float] = []
        self.upper: list[float] = []

    def add(self, row: Row, form: Form, lower: bool, upper: bool) -> None:
        """Add ``form >= 0`` if ``lower``, ``form <= 0`` if ``upper``, free if neither."""
        self.rows.append(row)
        self.forms.append((form, row.scale))
        level = float(-form.constant * row.scale)
        self.lower.append(level if lower else -INFINITY)
        self.upper.append(level if upper else INFINITY)

    def matrix(self, width: int) -> sparse.csr_matrix:
        data = [float(c * scale) for form, scale in self.forms for c in form.coefficients]
        indices = [column for form, _ in self.forms for column in form.columns]
        starts = np.cumsum([0] + [len(form.columns) for form, _ in self.forms])
        return sparse.csr_matrix((data, indices, starts), shape=(len(self.rows), width))


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


def _compile(quantities: Quantities, requirements: tuple[Requirement, ...]) -> Problem:
    measures = _measures(quantities)
    columns, variables = _columns(quantities)
    compiler = FormCompiler({id(variable): position for position, variable in enumerate(variables)})
    rows = _Rows()
    exact: dict[int, tuple[Form, str]] = {}
    for name, (expression, sense) in quantities.definitions.items():
        form = compiler.form(expression)
        exact[len(rows.rows)] = (form, sense)
        row = Row(name, "definition", scale=form.scale)
        rows.add(row, form, lower=sense == "==", upper=True)
    forms = []
    for position, requirement in enumerate(requirements):
        sides = tuple(
            None if side is None else compiler.form(side)
            for side in (requirement.lhs, requirement.rhs, requirement.base)
        )
        forms.append(sides)
        if sides[0] is not None and sides[1] is not None:
            _impose(rows, compiler, position, requirement, sides[0], sides[1])
    places = {}
    for name, expression in measures.items():
        places[name] = len(rows.rows)
        rows.add(Row(f"measure[{name}]", "measure"), compiler.form(expression), lower=False, upper=False)
    width = len(columns)
    return Problem(
        columns=tuple(columns),
        # What a pot carries may be a debt where its rule is soft; a hard rule keeps it above zero.
        lower=np.array([-INFINITY if column.key[0] == "carried" else 0.0 for column in columns]),
        upper=np.array([INFINITY if v.ub is None else float(v.ub) for v in variables]),
        integral=np.array([column.key[0] in WHOLE for column in columns], dtype=bool),
        matrix=rows.matrix(width),
        row_lower=np.array(rows.lower),
        row_upper=np.array(rows.upper),
        rows=tuple(rows.rows),
        # The forms take the place of the expressions, which would drag the Pyomo model along.
        requirements=tuple(replace(r, lhs=None, rhs=None, base=None, switch=None) for r in requirements),
        forms=tuple(forms),  # type: ignore[arg-type]
        exact_rows=exact,
        measures=places,
        cost=np.zeros(width),
    )


def _impose(
    rows: _Rows,
    compiler: FormCompiler,
    position: int,
    requirement: Requirement,
    lhs: Form,
    rhs: Form,
) -> None:
    """Add the row of a requirement; ``0 or >=`` takes two rows and a binary."""
    imposed = requirement.imposed
    if requirement.sense is Sense.ZERO_OR_AT_LEAST:
        switch = compiler.form(requirement.switch)
        # An open project starts on top of what is agreed; without one there is no floor at all,
        # so that this row never demands the agreed itself: that is the commitment's own rule.
        # With an agreed deviation the floor may be a fraction; the left side is whole.
        whole = ceil(rhs.constant - lhs.constant)
        least, most = (Form(switch.columns, (factor,), 0) for factor in (whole, requirement.ceiling))
        name = f"ceiling[{requirement.place},{requirement.period},{requirement.subject}]"
        rows.add(Row(name, "definition"), lhs.minus(most), lower=False, upper=imposed)
        difference = replace(lhs, constant=0).minus(least)
    else:
        difference = lhs.minus(rhs)
    at_most = requirement.sense is Sense.AT_MOST
    row = Row(requirement.name, "requirement", position, difference.scale)
    rows.add(row, difference, lower=imposed and not at_most, upper=imposed and at_most)


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
