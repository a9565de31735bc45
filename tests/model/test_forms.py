"""Forms: exact coefficients, values and differences, and a refusal of what is not linear."""

from __future__ import annotations

from fractions import Fraction

import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.model.forms import Form, FormCompiler

THIRD = Fraction(1, 3)


def _model() -> tuple[pyo.ConcreteModel, FormCompiler]:
    model = pyo.ConcreteModel()
    model.x = pyo.Var([0, 1, 2])
    return model, FormCompiler({id(model.x[i]): i for i in range(3)})


def test_shares_stay_exact() -> None:
    """A third times a variable, three times, is exactly that variable: no float comes in between."""
    model, compiler = _model()
    form = compiler.form(sum(THIRD * model.x[0] for _ in range(3)) - THIRD * model.x[1] + Fraction(1, 7))
    assert dict(zip(form.columns, form.coefficients, strict=True)) == {0: 1, 1: -THIRD}
    assert form.constant == Fraction(1, 7)
    assert not any(isinstance(c, float) for c in (*form.coefficients, form.constant))


def test_terms_that_cancel_are_gone() -> None:
    """x - x leaves no column; a number alone has none either."""
    model, compiler = _model()
    assert compiler.form(model.x[0] - model.x[0] + model.x[2]).columns == (2,)
    assert compiler.form(5) == Form((), (), 5)
    assert compiler.form(THIRD) == Form((), (), THIRD)


def test_fixed_variables_are_numbers() -> None:
    """A realised figure is part of the constant."""
    model, compiler = _model()
    model.x[1].fix(4)
    form = compiler.form(2 * model.x[1] + model.x[0])
    assert form.columns == (0,)
    assert form.constant == 8


def test_what_is_not_linear_is_refused() -> None:
    """A product of variables raises, and the message shows it."""
    model, compiler = _model()
    with pytest.raises(ValueError, match="Expected a linear expression"):
        compiler.form(model.x[0] * model.x[1])


def test_scale_makes_coefficients_whole_unless_unwieldy() -> None:
    """Halves and thirds ask a scale of 6; a denominator beyond a million is left as it is."""
    assert Form((0, 1), (Fraction(1, 2), THIRD), 0).scale == 6
    assert Form((0,), (Fraction(1, 1_000_003),), 0).scale == 1
    assert Form((), (), Fraction(1, 2)).scale == 1


_NUMBERS = st.fractions(-9, 9, max_denominator=12)


@settings(max_examples=30, deadline=None)
@given(
    first=st.lists(_NUMBERS, min_size=3, max_size=3),
    second=st.lists(_NUMBERS, min_size=3, max_size=3),
    values=st.lists(_NUMBERS, min_size=3, max_size=3),
)
def test_the_value_of_a_difference_is_the_difference_of_values(
    first: list[Fraction], second: list[Fraction], values: list[Fraction]
) -> None:
    """``minus`` agrees with subtracting what both forms give, in any order of columns."""
    one, other = Form((0, 1, 2), tuple(first), 5), Form((2, 1, 0), tuple(reversed(second)), THIRD)
    expected = sum((a - b) * v for a, b, v in zip(first, second, values, strict=True)) + 5 - THIRD
    assert one.minus(other).value(values) == expected == one.value(values) - other.value(values)
    assert all(one.minus(other).coefficients)
