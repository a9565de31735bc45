"""What solving gives: an exact plan, what it means for every rule, and how it was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from thuisplan.model.evaluate import Line
from thuisplan.model.exact import ExactPlan
from thuisplan.model.problem import Problem
from thuisplan.model.requirement import EUROS
from thuisplan.model.stages import Stage
from thuisplan.solvers.diagnosis import Giving

NOISE = 1e-6
"""Relative difference below which two objectives are equal."""

PUBLISHED = frozenset({"x", "y", "a", "p", "moved", "given", "taken", "n"})
"""Quantities that a plan is made of; the others follow from them."""


@dataclass(frozen=True, slots=True)
class StageRecord:
    """How one stage went.

    Parameters
    ----------
    stage
        The stage.
    stopped
        ``closed``, ``at_bound`` (nothing left to gain, not solved), ``time_limit``,
        ``interrupted``, ``failed`` (the plan before it is kept), ``not_run`` or
        ``contradiction`` (the solver's bound is above its plan: the bound is not used).
    value
        Objective when the stage ended, None without a plan.
    bound
        No plan within the limits of earlier stages is better.
    limit
        What later stages were held to.
    seconds
        Wall time.
    clocked
        Whether the clock ended a step of the stage: the plan may then differ from run to run.
    """

    stage: Stage
    stopped: str
    value: float | None = None
    bound: float | None = None
    limit: float | None = None
    seconds: float = 0.0
    clocked: bool = False

    @property
    def closed(self) -> bool:
        """Whether the stage reached its tolerance."""
        return self.stopped in ("closed", "at_bound")

    def held_against(self, value: float) -> StageRecord:
        """Return the record held against the objective of a plan: a bound that it is better than was none."""
        if self.bound is None or self.bound <= value + NOISE * max(1.0, abs(value)):
            return self
        return replace(self, stopped="contradiction", bound=None)


@dataclass(frozen=True, slots=True)
class Solution:
    """A plan with exact values.

    Parameters
    ----------
    amounts
        Quantity -> key -> whole amount above zero, in open years. Quantities are those of the model:
        ``x`` dwellings completed, ``y`` euros paid, ``a`` and ``p`` lettings, ``moved`` dwellings,
        ``given`` and ``taken`` persons, ``n`` dwellings per neighbourhood.
    lines
        The outcome of every requirement.
    measures
        Exact value of every measure in this plan.
    stages
        How each stage went.
    values
        Exact values of all columns of the problem, for who searches on from this plan.
    """

    amounts: Mapping[str, Mapping[tuple[Any, ...], int]]
    lines: tuple[Line, ...]
    measures: Mapping[str, Fraction]
    stages: tuple[StageRecord, ...]
    values: tuple[Fraction | int, ...] = field(default=(), repr=False)

    @property
    def completed(self) -> Mapping[tuple[str, int, str], int]:
        """(municipality, year, option) -> dwellings completed."""
        return self.amounts.get("x", {})

    @property
    def payments(self) -> Mapping[tuple[str, str, int, str], int]:
        """(pot, municipality, year, option) -> whole euros."""
        return self.amounts.get("y", {})

    @property
    def closed(self) -> bool:
        """Whether every stage reached its tolerance."""
        return all(record.closed for record in self.stages)

    def objective(self, stage: Stage) -> float:
        """Return the objective of a stage in this plan."""
        return sum(weight * float(self.measures[name]) for name, weight in stage.measures.items())


@dataclass(frozen=True, slots=True)
class NoPlan:
    """Solving ended without a plan.

    Parameters
    ----------
    reason
        ``infeasible`` (confirmed with presolve off), ``infeasible_unconfirmed``,
        ``contradiction`` (the solver contradicts itself), ``inexact`` (no plan held
        exactly), ``time_limit`` or ``interrupted``.
    giving
        For ``infeasible``: per family of hard rules, what it would have to give.
    stages
        How the stages went.
    """

    reason: str
    giving: tuple[Giving, ...] = ()
    stages: tuple[StageRecord, ...] = ()


def solution_of(problem: Problem, plan: ExactPlan, records: Iterable[StageRecord] = ()) -> Solution:
    """Return an exact plan with how its stages went.

    Parameters
    ----------
    problem
        The compiled problem.
    plan
        A plan of it.
    records
        How the stages went; none for a plan that was not searched.
    """
    return Solution(amounts_of(problem, plan), plan.lines, plan.measures, tuple(records), tuple(plan.values))


def amounts_of(problem: Problem, plan: ExactPlan) -> dict[str, dict[tuple[Any, ...], int]]:
    """Return quantity -> key -> whole amount above zero, of what a plan is made of.

    Parameters
    ----------
    problem
        The compiled problem.
    plan
        A plan of it; payments are given in whole euros.
    """
    amounts: dict[str, dict[tuple[Any, ...], int]] = {}
    for column, value in zip(problem.columns, plan.values, strict=True):
        if value and column.key[0] in PUBLISHED:
            group, *key = column.key
            amounts.setdefault(group, {})[tuple(key)] = int(value / EUROS if group == "y" else value)
    return amounts
