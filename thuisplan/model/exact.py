"""Exact plans: a solver's numbers on their grain, and every row checked in fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, gcd, lcm

import numpy as np

from thuisplan.inputs.instance import Instance
from thuisplan.model.evaluate import Line, Values, evaluate, measure_values
from thuisplan.model.problem import Floats, Problem
from thuisplan.model.requirement import EUROS


@dataclass(frozen=True, slots=True)
class ExactPlan:
    """A plan in whole dwellings and whole euros.

    Parameters
    ----------
    values
        Exact values of the columns; slacks and peaks as the solver gave them.
    lines
        The outcome of every requirement.
    measures
        Exact value of every measure.
    broken
        Rows that do not hold: definitions, and hard requirements that are imposed.
    """

    values: Values
    lines: tuple[Line, ...]
    measures: dict[str, Fraction]
    broken: tuple[int, ...]

    def objective(self, measures: dict[str, float]) -> float:
        """Return the value of weighted measures."""
        return sum(weight * float(self.measures[name]) for name, weight in measures.items())


def exact_plan(instance: Instance, problem: Problem, values: Floats) -> ExactPlan:
    """Put a solver's values on their grain and work out what they mean.

    Parameters
    ----------
    instance, problem
        The resolved input and its compiled problem.
    values
        Values as the solver gave them, length ``n``.
    """
    exact = exact_values(problem, values)
    _settle_money(problem, exact)
    lines = tuple(evaluate(instance, problem, exact))
    return ExactPlan(
        exact, lines, measure_values(problem, lines, exact), tuple(broken_rows(problem, exact, lines))
    )


def exact_values(problem: Problem, values: Floats) -> list[Fraction | int]:
    """Return the values of the columns on their grain: whole dwellings, whole euros.

    Parameters
    ----------
    problem
        The compiled problem.
    values
        Values as the solver gave them, length ``n``.
    """
    result: list[Fraction | int] = []
    for column, value in zip(problem.columns, values.tolist(), strict=True):
        if column.grain is None:
            result.append(Fraction(value))
        elif column.grain == 1:
            result.append(round(value))
        else:
            result.append(round(value / float(column.grain)) * column.grain)
    return result


def _settle_money(problem: Problem, exact: list[Fraction | int]) -> None:
    """Let payments sum to their cost in whole euros, and carry what is left.

    Rounding each payment can miss a cost by some euros: they go to the largest payments,
    one each. Then every account is closed again, in order of years.
    """
    for form, _ in problem.exact_rows.values():
        groups = {problem.columns[column].key[0] for column in form.columns}
        missing = form.value(exact)
        if not missing or not groups & {"y", "carried"}:
            continue
        if "carried" in groups and missing:
            # The row is: what is left, less what is carried; the account of this year comes last.
            carried = max(
                (c for c in form.columns if problem.columns[c].key[0] == "carried"),
                key=lambda c: int(problem.columns[c].key[2]),
            )
            exact[carried] += missing
            continue
        payers = sorted(
            (c for c in form.columns if problem.columns[c].key[0] == "y"), key=lambda c: (-exact[c], c)
        )
        euros = int(missing / EUROS)
        for position in range(abs(euros)):
            exact[payers[position % len(payers)]] -= EUROS if euros > 0 else -EUROS


def broken_rows(problem: Problem, exact: Values, lines: Sequence[Line]) -> list[int]:
    """Return the rows that exact values break: definitions and imposed hard requirements.

    Parameters
    ----------
    problem
        The compiled problem.
    exact
        Exact values of its columns.
    lines
        The outcome of every requirement at these values.
    """
    broken = set()
    for row, (form, sense) in problem.exact_rows.items():
        value = form.value(exact)
        if value > 0 or (sense == "==" and value < 0):
            broken.add(row)
    for position, record in enumerate(problem.rows):
        if record.requirement is None:
            continue
        line = lines[record.requirement]
        hard = line.requirement.strength == "hard" and line.requirement.imposed
        if hard and line.verdict == "broken":
            broken.add(position)
    return sorted(broken)


def vector(problem: Problem, plan: ExactPlan) -> Floats:
    """Return an exact plan as a start: slacks as small as they can be, peaks as they are.

    Parameters
    ----------
    problem
        The problem whose columns the vector is for.
    plan
        A plan of this problem.
    """
    result = np.array([float(value) for value in plan.values])
    for position in problem.columns_of("slack"):
        requirement = problem.rows[problem.columns[position].key[1]].requirement
        assert requirement is not None
        line = plan.lines[requirement]
        result[position] = float(line.slack * (EUROS if line.requirement.unit == "kEUR" else 1))
    for group, sign in (("more", 1), ("fewer", -1)):
        for position in problem.columns_of(group):
            column = problem.columns[position].key[1]
            result[position] = max(0.0, sign * float(plan.values[column] - problem.reference[column]))
    for position in problem.columns_of("peak"):
        result[position] = float(plan.measures[problem.columns[position].key[1]])
    return result


def objective_grain(problem: Problem, measures: dict[str, float]) -> Fraction | None:
    """Return a number that every objective of a plan is a multiple of, if there is one.

    A bound may be rounded up to it. Dwellings and costs per dwelling are whole; deviations
    from a share are not.

    Parameters
    ----------
    problem
        The compiled problem.
    measures
        Measure -> weight; a blend has no grain, and neither has a part that was cut from a problem.
    """
    if list(measures.values()) != [1.0] or not problem.forms:
        return None
    row = problem.matrix[problem.measures[next(iter(measures))], :]
    steps: list[Fraction] = []
    for position, entry in zip(row.indices.tolist(), row.data.tolist(), strict=True):
        column = problem.columns[position]
        if column.grain is not None:
            steps.append(Fraction(round(entry * 1000), 1000) * column.grain)
            continue
        if column.key[0] in ("more", "fewer"):
            steps.append(Fraction(1))
            continue
        whole = column.key[0] == "slack" and _whole_slack(problem, column.key[1])
        if not whole:
            return None
        requirement = problem.requirements[problem.rows[column.key[1]].requirement or 0]
        steps.append(requirement.price)
    steps = [abs(step) for step in steps if step]
    if not steps:
        return None
    return Fraction(gcd(*(s.numerator for s in steps)), lcm(*(s.denominator for s in steps)))


def _whole_slack(problem: Problem, row: int) -> bool:
    """Return whether the slack of a row is whole: whole columns, coefficients and constants."""
    requirement = problem.rows[row].requirement
    if requirement is None:
        return False
    for form in problem.forms[requirement][:2]:
        if form is None or Fraction(form.constant).denominator != 1:
            return False
        for column, coefficient in zip(form.columns, form.coefficients, strict=True):
            if problem.columns[column].grain != 1 or Fraction(coefficient).denominator != 1:
                return False
    return True


def round_up(bound: float, grain: Fraction | None) -> float:
    """Return a lower bound rounded up to a multiple of the grain, with care for float noise."""
    if grain is None or not np.isfinite(bound):
        return bound
    step = float(grain)
    return max(bound, -floor(-(bound - 1e-6 * max(1.0, abs(bound))) / step) * step)
