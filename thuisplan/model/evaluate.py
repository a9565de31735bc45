"""What a plan means for every requirement: the one source of verdicts and of ``rules.parquet``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from thuisplan.inputs.instance import Instance
from thuisplan.model.problem import Problem
from thuisplan.model.requirement import EUROS, Requirement, Sense

Values = Sequence[Fraction | int]
"""Exact values, one per column of a Problem; slacks and peaks are ignored."""


@dataclass(frozen=True, slots=True)
class Line:
    """A requirement with its exact outcome; money in euros.

    Parameters
    ----------
    requirement
        What was required.
    unit
        ``dwellings`` or ``EUR``.
    lhs, rhs
        Both sides, None if the input does not tell.
    margin
        Room left, negative if broken, None if unknown.
    slack
        Violation, zero if none or not testable.
    verdict
        ``met``, ``broken``, ``not_testable`` or ``exempt``.
    binding
        Whether it is met with less than one dwelling (or its cost) to spare.
    value_pct, norm_pct
        For share rules: outcome and norm in per cent.
    allowed
        Agreed deviation, already in the right side; None where nothing is agreed.
    """

    requirement: Requirement
    unit: str
    lhs: Fraction | None
    rhs: Fraction | None
    margin: Fraction | None
    slack: Fraction
    verdict: str
    binding: bool
    value_pct: Fraction | None
    norm_pct: Fraction | None
    allowed: Fraction | None = None


def evaluate(instance: Instance, problem: Problem, values: Values) -> Iterator[Line]:
    """Yield the line of every requirement at exact values of the columns.

    Parameters
    ----------
    instance
        The resolved input.
    problem
        The compiled problem; its soft slacks play no part.
    values
        Exact values of its columns.
    """
    for requirement, (left, right, base) in zip(problem.requirements, problem.forms, strict=True):
        factor = 1 / EUROS if requirement.unit == "kEUR" else Fraction(1)
        lhs = None if left is None else left.value(values) * factor
        rhs = None if right is None else right.value(values) * factor
        share_of = None if base is None else base.value(values)
        yield _line(requirement, lhs, rhs, share_of, requirement.step * factor)


def _line(
    requirement: Requirement,
    lhs: Fraction | None,
    rhs: Fraction | None,
    base: Fraction | None,
    step: Fraction,
) -> Line:
    margin = None
    if lhs is not None and rhs is not None:
        margin = lhs - rhs
        if requirement.sense is Sense.AT_MOST:
            margin = -margin
        elif requirement.sense is Sense.ZERO_OR_AT_LEAST and lhs <= 0:
            margin = Fraction(0)
    tested = margin is not None and requirement.testable and not requirement.exempt
    if requirement.exempt:
        verdict = "exempt"
    elif not tested:
        verdict = "not_testable"
    else:
        verdict = "met" if margin is not None and margin >= 0 else "broken"
    idle = requirement.sense is Sense.ZERO_OR_AT_LEAST and lhs is not None and lhs <= 0
    return Line(
        requirement=requirement,
        unit="EUR" if requirement.unit == "kEUR" else requirement.unit,
        lhs=lhs,
        rhs=rhs,
        margin=margin,
        slack=max(Fraction(0), -margin) if tested and margin is not None else Fraction(0),
        verdict=verdict,
        binding=verdict == "met"
        and requirement.strength != "monitor"
        and margin is not None
        and margin < step
        and not idle,
        value_pct=100 * lhs / base if lhs is not None and base else None,
        norm_pct=None if requirement.share is None else 100 * requirement.share,
        allowed=None
        if requirement.allowed is None
        else requirement.allowed / (EUROS if requirement.unit == "kEUR" else 1),
    )


def measure_values(problem: Problem, lines: Sequence[Line], values: Values) -> dict[str, Fraction]:
    """Return the exact value of every measure.

    Parameters
    ----------
    problem
        The compiled problem.
    lines
        The lines of ``evaluate``.
    values
        Exact values of the columns.

    Returns
    -------
    dict
        Measure -> value: dwelling-years, shares, thousands of euros.
    """
    result = {name: Fraction(0) for name in problem.measures}
    for name in ("extra_cost", "deficit", "lateness", "swapped"):
        row = problem.matrix[problem.measures[name], :]
        for column, coefficient in zip(row.indices.tolist(), row.data.tolist(), strict=True):
            if problem.columns[column].grain is not None:
                # Unit costs are whole euros, so the coefficient has three decimals at most.
                result[name] += Fraction(round(coefficient * 1000), 1000) * values[column]
    for column, earlier in problem.reference.items():
        result["change"] += abs(Fraction(values[column]) - earlier)
    for line in lines:
        requirement = line.requirement
        if requirement.strength != "soft" or not line.slack:
            continue
        slack = line.slack * (EUROS if requirement.unit == "kEUR" else 1)
        result[requirement.measure] += requirement.price * slack
        if requirement.peak is not None:
            name, price = requirement.peak
            result[name] = max(result[name], price * slack)
    return result
