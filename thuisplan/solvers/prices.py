r"""Prices of rules: what a little more room is worth in the first stage.

A price is an exact difference, not a dual: the first stage is solved as a linear problem (dwellings may
be fractions, later stages do not count), once as it is and once with more room. Room is slack of the lines
that give it, free of charge and limited:

- a pot: one million euros more, an equal part in every year;
- a share rule: one percentage point less strict, :math:`s_i \le 0.01\,base_i` per line :math:`i`;
- a growth path: one more year, by an input whose path is longer.

It holds for more room only: less room costs at least as much as more room brings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.labels import MONEY_KINDS
from thuisplan.model.exact import ExactPlan, vector
from thuisplan.model.problem import Floats, Problem
from thuisplan.model.requirement import Requirement
from thuisplan.model.stages import TRIVIAL_BOUND, Stage
from thuisplan.solvers.highs import Interrupt, Limits, SolverError
from thuisplan.solvers.relaxation import Relaxation
from thuisplan.solvers.search import Search

MILLION = Fraction(1000)
"""One million euros, in the unit of the model [kEUR]."""

POINT = Fraction(1, 100)
"""One percentage point."""

NOTHING = 1e-6
"""Below this a price is noise of the solver."""


@dataclass(frozen=True, slots=True)
class Priced:
    """More room that has a price.

    Parameters
    ----------
    name
        The pot or the rule that gives it.
    kind
        ``pot``, ``share`` or ``path``.
    lines
        Positions of the lines of the pot or the rule.
    """

    name: str
    kind: str
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """What more room is worth.

    Parameters
    ----------
    room
        What gives way.
    low, high
        By how much the first stage gets better, in its unit: at least and at most. Equal where
        the relaxation was solved to the end.
    method
        ``relaxation``, ``solved`` (the stage itself, within its bounds) or ``no_part`` (nothing that the
        first stage counts follows from it).
    """

    room: Priced
    low: float
    high: float
    method: str


def rooms(problem: Problem) -> tuple[Priced, ...]:
    """Return what can have a price: every pot with a budget, and every rule that asks for a share.

    Parameters
    ----------
    problem
        The compiled problem.
    """
    found: dict[tuple[str, str], list[int]] = {}
    for position, requirement in enumerate(problem.requirements):
        kind = _kind(requirement)
        if kind is not None:
            name = requirement.subject if kind == "pot" else requirement.rule_id
            found.setdefault((name, kind), []).append(position)
    return tuple(Priced(name, kind, tuple(lines)) for (name, kind), lines in sorted(found.items()))


def _kind(requirement: Requirement) -> str | None:
    if requirement.family in MONEY_KINDS.labels:
        # The line of a pot in a year; what it pays for one dwelling has lines of its own.
        return None if ":" in requirement.subject else "pot"
    return None if requirement.share is None else "share"


def relaxed_prices(
    problem: Problem,
    stage: Stage,
    wanted: Sequence[Priced],
    deadline: float | None = None,
    interrupt: Interrupt | None = None,
) -> tuple[Price, ...]:
    """Return prices from the relaxation of the first stage; one that there is no time for is not known.

    Parameters
    ----------
    problem
        The compiled problem.
    stage
        The first stage.
    wanted
        What to price.
    deadline
        Monotonic time at which to stop; None for none.
    interrupt
        Flag that ends the work.

    Raises
    ------
    SolverError
        If the relaxation has no optimum.
    """
    loosened = problem.with_cost(stage.measures)
    columns: dict[Priced, dict[int, float]] = {}
    for room in wanted:
        loosened, columns[room] = _with_room(loosened, stage, room)
    closed = {column: 0.0 for most in columns.values() for column in most}
    relaxation = Relaxation(loosened.with_bounds({}, closed))
    value = _value(relaxation, {}, deadline, interrupt)
    prices = []
    for room in wanted:
        if not columns[room]:
            prices.append(Price(room, 0.0, 0.0, "no_part"))
            continue
        loose = None if value is None else _value(relaxation, columns[room], deadline, interrupt)
        prices.append(relaxed_price(room, value, loose))
    return tuple(prices)


def relaxed_price(room: Priced, value: float | None, loose: float | None) -> Price:
    """Return the price between two objectives of relaxations; not known if either is not.

    Parameters
    ----------
    room
        What to price.
    value, loose
        The objective as it is, and with more room.
    """
    if value is None or loose is None:
        return _between(room, (0.0, float("inf")), (0.0, float("inf")))
    gain = value - loose
    if abs(gain) <= NOTHING * max(1.0, abs(value)):
        gain = 0.0
    return Price(room, gain, gain, "relaxation")


def solved_price(
    instance: Instance,
    problem: Problem,
    stage: Stage,
    room: Priced,
    start: ExactPlan,
    known: tuple[float, float],
    limits: Limits,
    interrupt: Interrupt,
) -> Price:
    """Return a price from the first stage itself, with whole dwellings, as far as it is proved.

    Parameters
    ----------
    instance, problem
        The input and its compiled problem.
    stage
        The first stage.
    room
        What to price.
    start
        The published plan.
    known
        Bound and best value of the stage as it is.
    limits, interrupt
        When to stop.
    """
    loosened, most = _with_room(problem, stage, room)
    if not most:
        return Price(room, 0.0, 0.0, "no_part")
    bound, value = _solved(instance, loosened.with_bounds({}, most), stage, start, limits, interrupt)
    return _between(room, known, (bound, value))


def solved_path_price(
    changed: Instance,
    longer: Problem,
    stage: Stage,
    room: Priced,
    known: tuple[float, float],
    limits: Limits,
    interrupt: Interrupt,
) -> Price:
    """Return the price of a longer growth path from the first stage itself; see ``solved_price``.

    Parameters
    ----------
    changed, longer
        The input with the longer path and its compiled problem.
    stage, room, known, limits, interrupt
        As there.
    """
    return _between(room, known, _solved(changed, longer, stage, None, limits, interrupt))


def _between(room: Priced, known: tuple[float, float], found: tuple[float, float]) -> Price:
    """Return the price between two values that are each known between a bound and a plan."""
    low, high = known[0] - found[1], known[1] - found[0]
    if room.kind == "path" and low == float("-inf"):
        # A longer path may cost as well: without a plan nothing is known.
        high = float("inf")
    return Price(room, max(0.0, low) if room.kind != "path" else low, high, "solved")


def _solved(
    instance: Instance,
    problem: Problem,
    stage: Stage,
    start: ExactPlan | None,
    limits: Limits,
    interrupt: Interrupt,
) -> tuple[float, float]:
    """Return bound and value of the first stage; the value is infinite without a plan."""
    search = Search(instance, problem, stage, limits, interrupt, None, None)
    # More room leaves the published plan as it was: the new columns are zero in it.
    try:
        found = search.run(None if start is None else extended(problem, start), limits.seconds)
    except SolverError:
        # One price is not known; all that was found before it is.
        return TRIVIAL_BOUND, float("inf")
    value = float("inf") if found.plan is None else float(problem.with_cost(stage.measures).cost @ found.plan)
    return found.bound, value


def extended(problem: Problem, plan: ExactPlan) -> Floats:
    """Return an exact plan as a start for a problem with more columns, which are zero in it."""
    short = replace(problem, columns=problem.columns[: len(plan.values)])
    return np.concatenate([vector(short, plan), np.zeros(len(problem.columns) - len(plan.values))])


def relaxed_value(
    problem: Problem, stage: Stage, deadline: float | None = None, interrupt: Interrupt | None = None
) -> float | None:
    """Return the objective of the first stage where dwellings may be fractions; None without time.

    Parameters
    ----------
    problem, stage, deadline, interrupt
        As ``relaxed_prices`` takes them.
    """
    return _value(Relaxation(problem.with_cost(stage.measures)), {}, deadline, interrupt)


def _value(
    relaxation: Relaxation, upper: Mapping[int, float], deadline: float | None, interrupt: Interrupt | None
) -> float | None:
    """Return the least objective while some columns may be so large; None when the time is over."""
    if interrupt is not None and interrupt.is_set():
        return None
    value = relaxation.least(upper=upper, deadline=deadline)
    if value == float("-inf"):
        raise SolverError("HiGHS calls a relaxation endless whose objective counts what is missed.")
    return value


def decides(requirement: Requirement, stage: Stage) -> bool:
    """Return whether a line holds in the first stage: a hard one, or a soft one whose violation it counts."""
    counted = requirement.measure in stage.measures and requirement.strength == "soft"
    return requirement.imposed and (requirement.strength == "hard" or counted)


def _with_room(problem: Problem, stage: Stage, room: Priced) -> tuple[Problem, dict[int, float]]:
    """Return a problem with slack for the room; and its columns with the most that each may be."""
    about = set(room.lines)
    rows = [
        position
        for position, row in enumerate(problem.rows)
        if row.requirement in about and decides(problem.requirements[row.requirement or 0], stage)
    ]
    first = len(problem.columns)
    # Room costs nothing: it has a price of zero, in any measure.
    measure = next(iter(problem.measures))
    problem = problem.with_slack({row: (measure, Fraction(0)) for row in rows}, prefix="room")
    if room.kind == "pot":
        each = float(MILLION / len(rows)) if rows else 0.0
        return problem, {first + number: each for number in range(len(rows))}
    for number, row in enumerate(rows):
        base = problem.forms[problem.rows[row].requirement or 0][2]
        assert base is not None
        entries = {c: -float(POINT * n) for c, n in zip(base.columns, base.coefficients, strict=True)}
        name = f"room[{room.name},{problem.rows[row].name}]"
        most = float(POINT * Fraction(base.constant))
        problem = problem.with_row(name, {**entries, first + number: 1.0}, -np.inf, most)
    return problem, {first + number: np.inf for number in range(len(rows))}
