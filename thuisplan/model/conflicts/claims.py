"""Claims: what the hard lines of a Problem say, as sums of columns that must not be negative."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from thuisplan.model.forms import Form
from thuisplan.model.problem import Problem
from thuisplan.model.requirement import Sense

Number = Fraction | int


@dataclass(frozen=True, slots=True)
class Claim:
    """A sum that must be at least zero: coefficient x column, plus a constant.

    Parameters
    ----------
    terms
        Column -> coefficient, none of them zero; columns are no totals.
    constant
        Constant.
    parts
        Requirement -> how many times its line is in the sum. Empty for what holds by definition.
    definitions
        Names of the definition rows without which the sum could be negative.
    exact
        Whether the sum is negative by as much as its lines miss; not if a line is nothing or enough.
    """

    terms: Mapping[int, Number]
    constant: Number
    parts: Mapping[int, Number] = field(default_factory=dict)
    definitions: frozenset[str] = frozenset()
    exact: bool = True

    def plus(self, other: Claim, weight: Number) -> Claim:
        """Return this claim and so many times another, in whole coefficients.

        Both must hold, so their sum does; and so does a multiple of it.
        """
        own, times = weight.denominator, weight.numerator
        return Claim(
            added(self.terms, other.terms, times, own),
            own * self.constant + times * other.constant,
            added(self.parts, other.parts, times, own),
            self.definitions | other.definitions,
        )


def added(
    terms: Mapping[int, Number], more: Mapping[int, Number], times: Number, own: Number = 1
) -> dict[int, Number]:
    """Return ``own`` times terms plus ``times`` times others, without zeros."""
    result = dict(terms) if own == 1 else {key: own * number for key, number in terms.items()}
    for key, number in more.items():
        total = result.get(key, 0) + times * number
        if total:
            result[key] = total
        else:
            result.pop(key, None)
    return result


def in_whole(claim: Claim) -> Claim:
    """Return a claim times the least number that makes its coefficients whole: these add up fastest."""
    if type(claim.constant) is int and all(type(number) is int for number in claim.terms.values()):
        return claim
    factor = lcm(*(number.denominator for number in claim.terms.values()), claim.constant.denominator)
    return Claim(
        {column: int(number * factor) for column, number in claim.terms.items()},
        int(claim.constant * factor),
        {position: number * factor for position, number in claim.parts.items()},
        claim.definitions,
    )


@dataclass(frozen=True, slots=True)
class Either:
    """A line that is nothing or at least so much.

    Parameters
    ----------
    requirement
        Its position.
    nothing
        The claim that it is nothing: minus its left side.
    enough
        The claim that it is enough: its left side less the right side.
    """

    requirement: int
    nothing: Claim
    enough: Claim


def hard_lines(problem: Problem) -> Iterator[Claim | Either]:
    """Yield what the lines say that a plan must keep: hard, testable, not exempt."""
    totals = _totals(problem)
    for position, requirement in enumerate(problem.requirements):
        left, right, _ = problem.forms[position]
        if requirement.strength != "hard" or not requirement.imposed or left is None or right is None:
            continue
        sign = -1 if requirement.sense is Sense.AT_MOST else 1
        claim = _claim(problem, totals, ((left, sign), (right, -sign)), {position: 1})
        if requirement.sense is Sense.ZERO_OR_AT_LEAST:
            yield Either(position, _claim(problem, totals, ((left, -1),), {position: 1}), claim)
        else:
            yield claim


def inequalities(problem: Problem) -> Iterator[Claim]:
    """Yield what holds by definition and is no equality: nobody is housed twice, for one."""
    totals = _totals(problem)
    for row, (form, sense) in problem.exact_rows.items():
        if sense == "<=":
            found = _claim(problem, totals, ((form, -1),), {})
            yield Claim(found.terms, found.constant, {}, frozenset({problem.rows[row].name}))


def _totals(problem: Problem) -> set[int]:
    """Return the columns that are sums of others."""
    return {*problem.columns_of("total"), *problem.columns_of("carried")}


def _claim(
    problem: Problem,
    totals: set[int],
    sides: Iterable[tuple[Form, int]],
    parts: Mapping[int, Number],
) -> Claim:
    """Return the sum of sides, each times its sign, in columns that are no totals."""
    terms: dict[int, Number] = {}
    constant: Number = 0
    for form, sign in sides:
        flat = form if totals.isdisjoint(form.columns) else problem.flat(form)
        constant += sign * flat.constant
        for column, coefficient in zip(flat.columns, flat.coefficients, strict=True):
            terms[column] = terms.get(column, 0) + sign * coefficient
    return in_whole(Claim({column: number for column, number in terms.items() if number}, constant, parts))
