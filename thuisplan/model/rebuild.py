"""Build the problem of a changed input from that of the input it was changed from.

Most changes are of figures: another budget, need, capacity, share or strength. They touch the lines of
a few rules and leave the variables as they are, so only these lines are stated and compiled again.
What each table is about is declared here (``STATED_BY``); any other change is built anew.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pyomo.core as pyo

from thuisplan.inputs.columns import Row
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import (
    Assumption,
    Budget,
    Capacity,
    Flow,
    KeyShare,
    Need,
    Option,
    Override,
    Plan,
    Rule,
    RuleParameter,
    StageRow,
)
from thuisplan.model.build import Compiler, build, compiled, lines_of, measures, no_garbage_collection
from thuisplan.model.problem import Problem
from thuisplan.model.quantities import Quantities

NOT_IN_MODEL = frozenset({StageRow.table, Override.table, Assumption.table})
"""Tables that the model does not read."""

STATED_BY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        Budget.table: frozenset({"extra_cost", "deficit"}),
        Capacity.table: frozenset({"capacity"}),
        Flow.table: frozenset({"waiting_list", "fair_share", "follow_up"}),
        KeyShare.table: frozenset({"fair_share"}),
        Need.table: frozenset({"need", "fair_share", "own_first"}),
        Option.table: frozenset({"extra_cost", "deficit"}),
        Plan.table: frozenset({"capacity"}),
    }
)
"""Table -> the families that read its figures, and nothing else does."""

FIGURES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        Budget.table: frozenset({"amount_eur", "source"}),
        Capacity.table: frozenset({"dwellings_per_year", "source"}),
        Flow.table: frozenset({"households", "source"}),
        KeyShare.table: frozenset({"share", "source"}),
        Need.table: frozenset({"low", "central", "high", "weight", "strength", "source"}),
        Option.table: frozenset({"extra_cost_eur", "deficit_eur"}),
        Plan.table: frozenset({"dwellings", "source"}),
        Rule.table: frozenset({"strength", "weight", "status", "status_date", "source"}),
        RuleParameter.table: frozenset({"value"}),
    }
)
"""Table -> columns that change no variable; when another differs, or there are other rows, all is built."""

READ_BY_OTHERS = frozenset({"availability", "permit_holders", "flex_life"})
"""Families whose rule is read by more than its own lines."""

SHARES = frozenset({"social_share", "mid_share", "affordable_share", "stock_share", "vacancy_share"})
"""Families whose parameter ``share`` is a figure of their own lines and nothing else."""


class Workshop:
    """Builds problems of inputs that were changed from one base.

    Parameters
    ----------
    base
        The resolved input that all others were changed from.

    Attributes
    ----------
    base
        Its problem, as ``build`` gives it.
    """

    def __init__(self, base: Instance) -> None:
        self._instance = base
        self._set_up()

    def build(self, changed: Instance) -> Problem:
        """Return the problem of a changed input, equal to what ``build`` gives for it.

        Parameters
        ----------
        changed
            A resolved input; the less it differs from the base the sooner it is built.
        """
        stale = _stale(self._instance, changed)
        if stale is None:
            return build(changed)
        if not stale:
            return self.base
        with no_garbage_collection():
            problem = self._restated(changed, stale)
        if problem is None:
            # The changed input has variables that the base has not; they were made in its model.
            self._set_up()
            return build(changed)
        return problem

    def _set_up(self) -> None:
        with no_garbage_collection():
            self._quantities = Quantities(self._instance)
            self._lines = {rule.rule_id: lines_of(rule, self._quantities) for rule in self._instance.rules()}
            self._measures = measures(self._quantities)
            self._compiler = Compiler(self._quantities)
            lines = [line for lines in self._lines.values() for line in lines]
            self.base = compiled(self._quantities, lines, self._measures, self._compiler)

    def _restated(self, changed: Instance, stale: frozenset[str]) -> Problem | None:
        """State the lines of some rules again; None if that takes other variables."""
        quantities = _of(changed, self._quantities)
        before = _count(quantities)
        lines = {
            rule.rule_id: lines_of(rule, quantities) if rule.rule_id in stale else self._lines[rule.rule_id]
            for rule in changed.rules()
        }
        if _count(quantities) != before or list(quantities.definitions) != list(self._quantities.definitions):
            return None
        measured = self._measures
        if changed.rows(Option) != self._instance.rows(Option):
            measured = measures(quantities)
        every = [line for lines_of_rule in lines.values() for line in lines_of_rule]
        problem = compiled(quantities, every, measured, self._compiler)
        self._compiler.forget(line for rule_id in stale for line in lines[rule_id])
        return problem


def _of(changed: Instance, quantities: Quantities) -> Quantities:
    """Return quantities on the same variables that read a changed input."""
    result = copy.copy(quantities)
    result.instance = changed
    result.definitions = dict(quantities.definitions)
    result.housing = quantities.housing.reading(changed, result)
    return result


def _count(quantities: Quantities) -> int:
    return sum(len(group) for group in quantities.model.component_objects(pyo.Var))


def _stale(base: Instance, changed: Instance) -> frozenset[str] | None:
    """Return the rules whose lines a change is about; None if it may be about variables."""
    if base.settings != changed.settings:
        return None
    before, after = base.scenario.tables, changed.scenario.tables
    stale: set[str] = set()
    for name in {*before, *after} - NOT_IN_MODEL:
        old, new = before.get(name, ()), after.get(name, ())
        if old is new or old == new:
            continue
        if not _only_figures(name, old, new):
            return None
        if name in STATED_BY:
            stale.update(rule.rule_id for rule in changed.rules() if rule.family in STATED_BY[name])
            continue
        about = _rules_about(changed, old, new)
        if about is None:
            return None
        stale |= about
    return frozenset(stale)


def _only_figures(name: str, old: Sequence[Row], new: Sequence[Row]) -> bool:
    """Return whether the rows of a table are the same but for figures that change no variable."""
    figures = FIGURES.get(name)
    if figures is None or len(old) != len(new):
        return False
    fixed = [column.name for column in type(old[0]).columns() if column.name not in figures]
    differing = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    if name == Option.table:
        # What costs nothing has no payments: from nothing to something makes variables.
        costs = FIGURES[Option.table]
        if any(bool(getattr(a, c)) != bool(getattr(b, c)) for a, b in differing for c in costs):
            return False
    return all(getattr(one, column) == getattr(other, column) for one, other in differing for column in fixed)


def _rules_about(changed: Instance, old: Sequence[Any], new: Sequence[Any]) -> set[str] | None:
    """Return the rules of which rows or parameters differ; None if more than their own lines read them."""
    about = set()
    for one, other in zip(old, new, strict=True):
        if one == other:
            continue
        family = changed.rules_by_id[other.rule_id].family
        own = (
            family in SHARES and other.parameter == "share"
            if isinstance(other, RuleParameter)
            else (family not in READ_BY_OTHERS)
        )
        if not own:
            return None
        about.add(other.rule_id)
    return about
