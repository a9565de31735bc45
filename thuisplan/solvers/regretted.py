"""What the search for the least regret gives: first years that are the same in all scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thuisplan.inputs.instance import Cell
from thuisplan.model.stages import Stage
from thuisplan.solvers.solution import Solution, StageRecord


@dataclass(frozen=True, slots=True)
class OwnRun:
    """A scenario that was solved by itself before.

    Parameters
    ----------
    value
        What its plan reaches of what is regretted.
    bound
        No plan of the scenario is below this; zero where the run says nothing of it.
    completed
        (municipality, year, option) -> dwellings that its plan completes.
    """

    value: float
    bound: float
    completed: Mapping[Cell, int]


@dataclass(frozen=True, slots=True)
class OwnBest:
    """What a scenario can reach when nothing has to be common.

    Parameters
    ----------
    value
        The least that any known plan of the scenario reaches; None if none is known.
    bound
        No plan of the scenario is below this.
    impossible
        Whether the scenario has no plan at all, confirmed without presolve.
    """

    value: float | None
    bound: float
    impossible: bool = False


@dataclass(frozen=True, slots=True)
class ScenarioRegret:
    """A scenario with the common decisions of the first years.

    Parameters
    ----------
    name
        The scenario.
    own
        What it can reach by itself.
    value
        What it reaches with the common decisions; None without any.
    solution
        Its plan with the common decisions.
    """

    name: str
    own: OwnBest
    value: float | None = None
    solution: Solution | None = None

    @property
    def at_least(self) -> float | None:
        """Regret for certain: the plan against the best plan that is known for the scenario."""
        return _difference(self.value, self.own.value)

    @property
    def at_most(self) -> float | None:
        """Regret at most: the plan against what no plan of the scenario is below."""
        return _difference(self.value, self.own.bound)


@dataclass(frozen=True, slots=True)
class Imposed:
    """The first years of one scenario's own plan, imposed on another scenario.

    Parameters
    ----------
    decided_for, scenario
        Whose plan it is, and on which scenario it is imposed.
    outcome
        ``plan``, ``impossible`` (confirmed without presolve) or ``not_known``.
    value
        What the scenario reaches then, in the best plan that was found.
    bound
        No plan with these first years is below this.
    at_least, at_most
        The regret: between these; None where no plan was found.
    """

    decided_for: str
    scenario: str
    outcome: str
    value: float | None = None
    bound: float = 0.0
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Regretted:
    """The least regret over scenarios.

    Parameters
    ----------
    stage
        What is minimised in every scenario: the first stage.
    common_until
        Last common year.
    ended
        ``closed``, ``time_limit``, ``interrupted``, ``failed`` (the solver gave up with time left),
        ``impossible`` (no decisions suit all scenarios, confirmed), ``impossible_unconfirmed``,
        ``scenario_impossible`` (a scenario has no plan at all), ``no_plan`` (none was found in time) or
        ``inexact`` (none held exactly).
    scenarios
        In the order they were asked in.
    decisions
        (municipality, year, option) -> dwellings, in every common year; also those that are zero.
    bound
        No common decisions have a smaller largest regret; None if that is not known.
    imposed
        What deciding for one scenario means for the others.
    conflicting
        Pairs of scenarios that have no common decisions, confirmed; where there are none together.
    stages
        How the stages of all scenarios together went: the largest regret, the sum, and what follows.
    seconds
        Wall time.
    """

    stage: Stage
    common_until: int
    ended: str
    scenarios: tuple[ScenarioRegret, ...]
    decisions: Mapping[Cell, int]
    bound: float | None = None
    imposed: tuple[Imposed, ...] = ()
    conflicting: tuple[tuple[str, str], ...] = ()
    stages: tuple[StageRecord, ...] = ()
    seconds: float = 0.0

    @property
    def found(self) -> bool:
        """Whether there are common decisions, with a plan of every scenario."""
        return all(one.solution is not None for one in self.scenarios)

    @property
    def closed(self) -> bool:
        """Whether nothing was cut short."""
        return self.ended == "closed"

    @property
    def largest(self) -> tuple[float, float] | None:
        """The largest regret: it is between these; None without common decisions."""
        least = [one.at_least for one in self.scenarios if one.at_least is not None]
        most = [one.at_most for one in self.scenarios if one.at_most is not None]
        return (max(least), max(most)) if self.found and least and most else None

    def imposing(self, name: str) -> tuple[float, float] | None:
        """Return between what the largest regret is when all decide for one scenario; None if unknown."""
        of = [one for one in self.imposed if one.decided_for == name]
        least = [one.at_least for one in of if one.at_least is not None]
        most = [one.at_most for one in of if one.at_most is not None]
        return (max(least), max(most)) if of and len(least) == len(most) == len(of) else None


def _difference(value: float | None, best: float | None) -> float | None:
    return None if value is None or best is None else max(0.0, value - best)
