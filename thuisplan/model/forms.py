"""Linear forms: a Pyomo expression as columns and exact coefficients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from pyomo.repn.linear import LinearRepnVisitor


@dataclass(frozen=True, slots=True)
class Form:
    """A linear form: sum of coefficient x column, plus a constant.

    Parameters
    ----------
    columns
        Positions of columns of the Problem, each once.
    coefficients
        Exact coefficients, as long as ``columns``.
    constant
        Exact constant.
    """

    columns: tuple[int, ...]
    coefficients: tuple[Fraction | int, ...]
    constant: Fraction | int

    def value(self, values: Sequence[Fraction | int]) -> Fraction:
        """Return the exact value at the given values of the columns."""
        total = Fraction(self.constant)
        for column, coefficient in zip(self.columns, self.coefficients, strict=True):
            if values[column]:
                total += coefficient * values[column]
        return total

    def minus(self, other: Form) -> Form:
        """Return this form less another."""
        terms = dict(zip(self.columns, self.coefficients, strict=True))
        for column, coefficient in zip(other.columns, other.coefficients, strict=True):
            terms[column] = terms.get(column, 0) - coefficient
        kept = {column: c for column, c in terms.items() if c}
        return Form(tuple(kept), tuple(kept.values()), self.constant - other.constant)

    @property
    def scale(self) -> int:
        """Least number that makes every coefficient whole, 1 if that would be unwieldy."""
        common = lcm(*(Fraction(c).denominator for c in self.coefficients))
        return common if common <= 1_000_000 else 1


class FormCompiler:
    """Turns Pyomo expressions into forms.

    Parameters
    ----------
    positions
        ``id`` of a Pyomo variable -> position of its column.
    """

    def __init__(self, positions: Mapping[int, int]) -> None:
        self._positions = positions
        self._visitor = LinearRepnVisitor({})

    def form(self, expression: Any) -> Form:
        """Return the form of a linear expression or a number.

        Raises
        ------
        ValueError
            If the expression is not linear.
        """
        if isinstance(expression, int | Fraction):
            return Form((), (), expression)
        found = self._visitor.walk_expression(expression)
        if found.nonlinear is not None:
            raise ValueError(f"Expected a linear expression, got {expression}.")
        multiplier = found.multiplier
        terms = {
            self._positions[key]: coefficient * multiplier
            for key, coefficient in found.linear.items()
            if coefficient
        }
        return Form(tuple(terms), tuple(terms.values()), found.constant * multiplier)
