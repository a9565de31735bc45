"""Repairs: what gives, as changes of the input; applied, built again, and shown only if they solve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from thuisplan.inputs.changes import Change, apply
from thuisplan.inputs.findings import InputError
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.repairs import LineRef, repairs
from thuisplan.model.build import build
from thuisplan.model.exact import ExactPlan, exact_plan
from thuisplan.model.problem import Problem
from thuisplan.solvers.diagnosis import Fall
from thuisplan.solvers.highs import Interrupt, Limits
from thuisplan.solvers.relax import Room
from thuisplan.solvers.target import Target

Asks = Callable[[Instance, Problem], Target]
"""Makes of a changed input what has to hold in it."""


@dataclass(frozen=True, slots=True)
class Tried:
    """Changes, and what came of them.

    Parameters
    ----------
    changes
        The changes of the input.
    outcome
        ``solves``, ``fails`` or ``unknown`` (the time was over).
    """

    changes: tuple[Change, ...]
    outcome: str


def changes_for(instance: Instance, falls: tuple[Fall, ...]) -> tuple[Change, ...]:
    """Return the changes of the input after which lines give what they have to."""
    amounts: dict[LineRef, dict[str, Fraction]] = {}
    for fall in falls:
        one = fall.requirement
        line = LineRef(one.rule_id, one.family, one.purpose, one.place, one.subject, one.unit, one.carried)
        amounts.setdefault(line, {})[one.period] = fall.amount
    return repairs(instance, amounts)


def try_repair(
    instance: Instance,
    problem: Problem,
    falls: tuple[Fall, ...],
    plan: ExactPlan,
    asks: Asks,
    seconds: float,
    interrupt: Interrupt,
) -> Tried:
    """Apply a repair, build the changed input and find out whether everything holds in it.

    The plan in which the lines give comes first: if it holds exactly in the changed input, that is the
    proof. Otherwise a plan is searched.

    Parameters
    ----------
    instance, problem
        The resolved input and its compiled problem.
    falls
        What gives.
    plan
        A plan in which only these lines are missed.
    asks
        Makes of the changed input what has to hold in it.
    seconds
        Time to search for a plan.
    interrupt
        Flag that ends the search.
    """
    changes = changes_for(instance, falls)
    try:
        changed = apply(instance, changes)
    except InputError:
        return Tried(changes, "fails")
    target = asks(changed, build(changed))
    if _holds(target, problem, plan):
        return Tried(changes, "solves")
    outcome = Room(target, (), interrupt=interrupt).least(Limits(seconds=seconds)).giving.outcome
    return Tried(changes, {"repaired": "solves", "cannot": "fails"}.get(outcome, "unknown"))


def _holds(target: Target, problem: Problem, plan: ExactPlan) -> bool:
    """Return whether a plan of another problem holds exactly in this one."""
    known = {column.key: value for column, value in zip(problem.columns, plan.values, strict=True)}
    given = {
        position: known[column.key]
        for position, column in enumerate(target.problem.columns)
        if column.grain is not None and column.key[0] != "total" and column.key in known
    }
    values = np.array([float(value) for value in target.problem.complete(given)])
    return not target.broken(exact_plan(target.instance, target.problem, values), frozenset())
