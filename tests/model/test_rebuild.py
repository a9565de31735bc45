"""What a workshop builds of a changed input is, array for array, what building it anew gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from thuisplan.inputs.changes import Change, apply
from thuisplan.inputs.columns import Row
from thuisplan.inputs.examples import EXAMPLES
from thuisplan.inputs.findings import InputError
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import TABLES, Option, Rule
from thuisplan.model import rebuild
from thuisplan.model.build import build
from thuisplan.model.problem import Problem
from thuisplan.model.rebuild import FIGURES, Workshop


def _same(one: Problem, other: Problem) -> None:
    """Check that two problems are equal in every part."""
    for part in fields(Problem):
        mine, theirs = getattr(one, part.name), getattr(other, part.name)
        if part.name == "matrix":
            assert mine.shape == theirs.shape
            for array in ("indptr", "indices", "data"):
                assert np.array_equal(getattr(mine, array), getattr(theirs, array)), array
        elif isinstance(mine, np.ndarray):
            assert np.array_equal(mine, theirs), part.name
        else:
            assert mine == theirs, part.name


def _every_row(row_type: type[Row]) -> str:
    return " ".join("*" for _ in row_type.key_columns())


def _changes(instance: Instance) -> Iterator[tuple[Change, ...]]:
    """Yield a change of every kind: each figure of each table, each strength, each row that goes."""
    for name, row_type in TABLES.items():
        rows = instance.rows(row_type)
        if not rows or name in ("assumptions", "overrides"):
            continue
        for column in row_type.columns():
            yield (Change(name, _every_row(row_type), column.name, "multiply", "0.8"),)
            if column.name == "strength":
                for strength in ("hard", "soft", "monitor"):
                    yield (Change(name, _every_row(row_type), column.name, "set", strength),)
        yield (Change(name, _every_row(row_type), "", "remove", ""),)
    for rule in instance.rows(Rule):
        other = "monitor" if rule.strength == "soft" else "soft"
        yield (Change("rules", rule.rule_id, "strength", "set", other),)
        yield (Change("rule_parameters", f"{rule.rule_id} share", "value", "multiply", "0.9"),)


def _changed(instance: Instance, changes: tuple[Change, ...]) -> Instance | None:
    """Return the changed input; None where there is no such figure, or the result is wrong."""
    try:
        return apply(instance, changes)
    except InputError:
        return None


def _first_years(name: str) -> Instance:
    """Return the first four years of an example: all that its rules are about, in a smaller problem."""
    made = EXAMPLES[name].make("nl")
    last = min(made.settings.first_year + 3, made.settings.last_year)
    return resolve(replace(made, settings=made.settings.model_copy(update={"last_year": last})))


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_kind_of_change_of_every_example_builds_the_same(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One workshop builds all changes of an example, one after another, each as ``build`` gives it."""
    base = _first_years(name)
    workshop = Workshop(base)
    _same(workshop.base, build(base))
    # What the workshop leaves to ``build`` is equal of itself: here it is only seen that it asks for that.
    left: list[Instance] = []
    monkeypatch.setattr(rebuild, "build", left.append)
    tried: set[str] = set()
    restated: set[str] = set()
    for changes in _changes(base):
        changed = _changed(base, changes)
        if changed is None or changed.scenario.tables == base.scenario.tables:
            continue
        tried.add(changes[0].table)
        problem = workshop.build(changed)
        if left:
            assert left.pop() is changed
            continue
        _same(problem, build(changed))
        if problem is not workshop.base:
            restated.add(changes[0].table)
    # Every example has needs, money and rules: their changes cannot all have been refused.
    assert {"needs", "rules"} <= tried
    assert {"needs", "rules"} <= restated
    _same(workshop.build(base), build(base))


def test_figures_are_not_built_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Budgets, needs, capacity, costs and shares change without a single call of ``build``."""
    base = resolve(EXAMPLES["stedendriehoek"].make("nl"))
    workshop = Workshop(base)

    def refused(_: Instance) -> Problem:
        raise AssertionError("built anew")

    monkeypatch.setattr(rebuild, "build", refused)
    for change in (
        Change("budgets", "state *", "amount_eur", "multiply", "0.7"),
        Change("needs", "* *", "central", "multiply", "1.1"),
        Change("capacity", "* * *", "dwellings_per_year", "multiply", "0.9"),
        Change("options", "social_new", "deficit_eur", "multiply", "1.1"),
        Change("flows", "* *", "households", "multiply", "1.2"),
        Change("rules", "social-region-30", "strength", "set", "hard"),
        Change("stages", "8 *", "", "remove", ""),
    ):
        workshop.build(apply(base, [change]))


def test_a_cost_from_nothing_is_built_anew() -> None:
    """What costs nothing has no payments; with a cost it has, so there are more variables than before."""
    base = resolve(EXAMPLES["stedendriehoek"].make("nl"))
    workshop = Workshop(base)
    changed = apply(base, [Change("options", "social_new", "extra_cost_eur", "set", "1000")])
    problem = workshop.build(changed)
    assert len(problem.columns) > len(workshop.base.columns)
    _same(problem, build(changed))


def test_variables_that_stating_again_makes_are_not_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a table is wrongly said to hold only figures, the workshop notices and starts over."""
    base = resolve(EXAMPLES["stedendriehoek"].make("nl"))
    workshop = Workshop(base)
    columns: frozenset[str] = FIGURES["rules"] | {"valid_from", "valid_to"}
    monkeypatch.setattr(rebuild, "FIGURES", {**FIGURES, "rules": columns})
    rules = [
        replace(rule, valid_from=2026, valid_to=2031) if rule.rule_id == "social-region-30" else rule
        for rule in base.rows(Rule)
    ]
    tables: dict[str, Any] = {**base.scenario.tables, Rule.table: tuple(rules)}
    changed = Instance(Scenario(base.settings, tables))
    workshop.build(changed)
    _same(workshop.build(base), build(base))
    assert len(workshop.base.columns) == len(build(base).columns)


def test_no_figure_is_declared_that_is_not_a_column() -> None:
    """Names in ``FIGURES`` are names of columns, none of them part of a key."""
    for table, figures in FIGURES.items():
        known = {column.name for column in TABLES[table].columns()}
        assert figures <= known, table
        assert not figures & {column.name for column in TABLES[table].key_columns()}, table
    assert Option.table in FIGURES
