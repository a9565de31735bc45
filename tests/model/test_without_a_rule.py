"""A rule that is only followed asks nothing: the model is that of an input that does not have it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from thuisplan.inputs.changes import apply
from thuisplan.inputs.examples import example
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.read_change import Change
from thuisplan.inputs.resolve import resolve
from thuisplan.model.build import build
from thuisplan.model.problem import Problem


@pytest.fixture(scope="module")
def base() -> Instance:
    """Return the first four years of the example region, resolved: its rules, in a smaller problem."""
    made = example("stedendriehoek")
    return resolve(replace(made, settings=made.settings.model_copy(update={"last_year": 2029})))


def _asked(problem: Problem) -> dict[str, tuple[Any, ...]]:
    """Return every row that bounds something or is a measure: its bounds and coefficients by column name."""
    found = {}
    names = [column.name for column in problem.columns]
    for place, row in enumerate(problem.rows):
        bounds = problem.row_lower[place], problem.row_upper[place]
        if row.kind != "measure" and np.isinf(bounds).all():
            continue
        part = problem.matrix[[place]]
        coefficients = {names[c]: v for c, v in zip(part.indices, part.data, strict=True) if v}
        found[row.name] = (*bounds, coefficients)
    return found


@pytest.mark.parametrize("rule", ["fair-share-urgent", "vacancies-30", "affordable-nation"])
def test_a_rule_that_is_followed_is_no_rule(base: Instance, rule: str) -> None:
    """Two soft rules, each with a measure of its own, and a hard one: bounded rows and measures are equal,
    apart from rows that only define what nothing uses any more."""
    followed = _asked(build(apply(base, [Change("rules", rule, "strength", "set", "monitor")])))
    gone = [Change("rule_parameters", f"{rule} *", "", "remove", ""), Change("rules", rule, "", "remove", "")]
    without = _asked(build(apply(base, gone)))
    assert {name: row for name, row in followed.items() if name in without} == without
    unused = [followed[name] for name in followed.keys() - without.keys()]
    used = {column for _, _, row in without.values() for column in row}
    # Each of the others defines a total of its own.
    assert all(row.keys() - used for _, _, row in unused)
