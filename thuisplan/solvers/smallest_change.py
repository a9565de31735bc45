"""The smallest change of a programme that makes it fit.

The size of a change is the larger of the dwellings it adds and the dwellings it removes. Every hard line
that is testable must hold; who pays and who is housed where is chosen along with it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import ceil

import numpy as np

from thuisplan.inputs.instance import Cell
from thuisplan.model.build import REPAIR
from thuisplan.model.problem import INFINITY, Floats, Problem
from thuisplan.model.requirement import EUROS
from thuisplan.model.stages import stages
from thuisplan.solvers.assess import Case, assess
from thuisplan.solvers.assessed import FREEDOMS, Assessed, CellChange, SmallestChange
from thuisplan.solvers.complete import around, open_columns
from thuisplan.solvers.highs import Interrupt, Limits, Outcome, solve_confirmed
from thuisplan.solvers.staged import Options

CHANGE = "change"

ATTEMPTS = 3
"""How often a change is sought again when the changed programme does not fit exactly."""

JUDGED_SECONDS = 2.0
"""Time that judging a changed programme gets at least."""

STEP = 0.99
"""Sizes are whole: a bound within less than one dwelling is a proof."""

PREFERENCE_SECONDS = 1.5
"""Time for each preference among changes of one size."""

STAY_SECONDS = 3.0
"""Time for what stays broken where no change helps: an example of it, without a proof that it is least."""

NOISE = 1e-6


def smallest_change(
    case: Case, may_move: str, options: Options | None = None, interrupt: Interrupt | None = None
) -> SmallestChange:
    """Return the smallest change of a programme that makes it fit.

    Parameters
    ----------
    case
        The programme, prepared.
    may_move
        ``years``, ``types`` or ``all``: see ``SmallestChange``.
    options
        Limits; ``seconds`` are shared with the wider freedoms that are tried where this one has no change.
    interrupt
        Flag that ends the search and keeps the change so far.

    Returns
    -------
    SmallestChange
        The change, judged once more; or that there is none, with what stays broken and what the next
        wider freedom gives.
    """
    if may_move not in FREEDOMS:
        raise ValueError(f"Expected one of {', '.join(FREEDOMS)}, got {may_move}.")
    options = options or Options()
    deadline = time.monotonic() + options.seconds
    return _smallest(case, may_move, options, deadline, interrupt or Interrupt())


def _smallest(
    case: Case, may_move: str, options: Options, deadline: float, interrupt: Interrupt
) -> SmallestChange:
    search = _Search(case, may_move, options, deadline, interrupt)
    found = search.run()
    wider = FREEDOMS[FREEDOMS.index(may_move) + 1 :]
    if found.size is None and wider and not interrupt.is_set() and search.left() > 0:
        return replace(found, wider=_smallest(case, wider[0], options, deadline, interrupt))
    return found


class _Search:
    def __init__(
        self, case: Case, may_move: str, options: Options, deadline: float, interrupt: Interrupt
    ) -> None:
        self.case = case
        self.may_move = may_move
        self.options = options
        self.began = time.monotonic()
        self.deadline = deadline
        self.interrupt = interrupt
        self.given = case.own()

    def left(self) -> float:
        """Return the seconds left."""
        return max(0.0, self.deadline - time.monotonic())

    def run(self) -> SmallestChange:
        """Search, and judge what is found; one that does not fit exactly is sought again."""
        problem = self.problem()
        bound = -INFINITY
        for attempt in range(ATTEMPTS):
            least = self.least(problem)
            # Tightening changes the problem: only the first bound is one of all changes.
            bound = bound if attempt else least.bound
            least = replace(least, bound=bound)
            if least.stopped == "infeasible" and not attempt:
                return self.none()
            if least.values is None:
                return self.result(least, None)
            after = self.judged(least.values)
            if after.fits:
                return self.result(least, after)
            problem = self.tightened(problem, after)
        return self.result(replace(least, stopped="inexact"), None)

    def problem(self) -> Problem:
        """Return the problem of the change: what must be kept is, and what differs is counted."""
        problem = self.within().with_reference(self.given)
        if self.may_move == "years":
            return problem
        problem = self.with_others_counted(problem)
        return problem if self.balanced else _with_size(_with_loss(problem))

    def within(self) -> Problem:
        """Return the problem of all programmes that this freedom allows; others build as they are judged."""
        judged, others = self.case.judged, self.case.of_others()
        problem = around(judged, others, open_columns(judged, others))
        # What only others decide goes, but not a line that nobody's choice can keep.
        hard = np.array([self._is_hard(row) for row in range(len(judged.rows))])
        problem = replace(
            problem,
            row_lower=np.where(hard, judged.row_lower, problem.row_lower),
            row_upper=np.where(hard, judged.row_upper, problem.row_upper),
        )
        for name, columns in self.sums(self.may_move):
            total = sum(self.given[column] for column in columns)
            problem = problem.with_row(f"kept[{name}]", dict.fromkeys(columns, 1.0), total, total)
        return problem

    def with_others_counted(self, problem: Problem) -> Problem:
        """Return the problem with a column per option, and per municipality and option: what comes on top."""
        for prefix, freedom in (("kind", "kinds"), ("other", "years")):
            rows: dict[int, tuple[str, Fraction]] = {}
            for name, columns in self.sums(freedom):
                total = sum(self.given[column] for column in columns)
                rows[len(problem.rows)] = (CHANGE, Fraction(0))
                problem = problem.with_row(f"{prefix}[{name}]", dict.fromkeys(columns, 1.0), -INFINITY, total)
            problem = problem.with_slack(rows, prefix=prefix)
        return problem

    def _is_hard(self, row: int) -> bool:
        position = self.case.judged.rows[row].requirement
        return position is not None and self.case.problem.requirements[position].strength == "hard"

    @property
    def balanced(self) -> bool:
        """Whether as much is added as is removed: the size is then half of the change."""
        return self.may_move != "all"

    def sums(self, freedom: str) -> Iterator[tuple[str, list[int]]]:
        """Yield the columns of dwellings whose sum a freedom keeps, or those of each kind of dwelling."""
        groups: dict[str, list[int]] = {}
        for column in self.given:
            _, municipality, _, option = self.case.problem.columns[column].key
            names = {"years": f"{municipality},{option}", "types": municipality, "kinds": option}
            name = names.get(freedom)
            if name is not None:
                groups.setdefault(name, []).append(column)
        yield from groups.items()

    def least(self, problem: Problem) -> Outcome:
        """Return the values of a smallest change, the preferred one of its size; the bound is a size."""
        size = problem.with_cost({CHANGE: 0.5} if self.balanced else {REPAIR: 1.0})
        least = self.solve(size, STEP)
        values, goal = least.values, size
        for cost in self.preferences(problem):
            if values is None or self.left() <= 0 or self.interrupt.is_set():
                break
            entries = {int(c): float(goal.cost[c]) for c in np.flatnonzero(goal.cost)}
            problem = goal.with_row("kept", entries, -INFINITY, round(float(goal.cost @ values)) + 0.5)
            goal = replace(problem, cost=cost)
            better = self.solve(goal, STEP, values, PREFERENCE_SECONDS)
            values = values if better.values is None else better.values
        return replace(least, values=values)

    def preferences(self, problem: Problem) -> Iterator[Floats]:
        """Yield what is preferred among changes of one size.

        No dwellings lost where as many can come elsewhere, few that change, of the same options, in the
        same municipality, near the years of the programme, then the first stages.
        """
        if not self.balanced:
            yield _counting(problem, "lost")
            yield problem.with_cost({CHANGE: 1.0}).cost
        for group in ("kind", "other"):
            others = _counting(problem, group)
            if others.any():
                yield others
        yield self.shifted(problem)
        for stage in stages(self.case.instance)[:2]:
            yield problem.with_cost(stage.measures).cost

    def shifted(self, problem: Problem) -> Floats:
        """Return the cost of adding dwellings years away from the mean year of the programme there."""
        sums: dict[str, tuple[int, int]] = {}
        for column, number in self.given.items():
            _, municipality, year, _ = self.case.problem.columns[column].key
            dwellings, years = sums.get(municipality, (0, 0))
            sums[municipality] = dwellings + number, years + number * year
        cost = np.zeros(len(problem.columns))
        for position in problem.columns_of("more"):
            _, municipality, year, _ = self.case.problem.columns[problem.columns[position].key[1]].key
            dwellings, years = sums[municipality]
            cost[position] = abs(round(years / dwellings) - year) if dwellings else 0
        return cost

    def solve(
        self, problem: Problem, gap: float, start: Floats | None = None, seconds: float = INFINITY
    ) -> Outcome:
        """Solve within the time that is left; that there is no change is said only when confirmed."""
        limits = Limits(
            seconds=min(seconds, self.left()),
            relative_gap=0.0,
            absolute_gap=gap,
            threads=self.options.threads,
            seed=self.options.seed,
        )
        return solve_confirmed(problem, limits, start, self.interrupt)

    def judged(self, values: Floats) -> Assessed:
        """Return the programme in a solver's values, judged as the given one was."""
        programme: dict[Cell, int] = dict(self.case.programme)
        for column in self.given:
            _, *cell = self.case.problem.columns[column].key
            programme[cell[0], cell[1], cell[2]] = round(values[column])
        options = replace(self.options, seconds=max(JUDGED_SECONDS, self.left()))
        start = values[: len(self.case.problem.columns)] if self.case.others == "plan" else None
        return assess(replace(self.case, programme=programme), options, self.interrupt, start)

    def tightened(self, problem: Problem, after: Assessed) -> Problem:
        """Return the problem with the lines that a rounded programme breaks tightened by what is short."""
        short = {}
        for position, verdict in enumerate(after.verdicts):
            if verdict.misfit:
                short[position] = float(verdict.short * (EUROS if verdict.line.unit == "EUR" else 1))
        rows = {
            row: short[record.requirement]
            for row, record in enumerate(problem.rows)
            if record.requirement is not None and record.requirement in short
        }
        return problem.with_rows_tightened(rows)

    def none(self) -> SmallestChange:
        """Return that no change does, with what stays broken in the programme that breaks the least."""
        prices = {
            row: (REPAIR, 1 / self.case.problem.requirements[record.requirement].reference)
            for row, record in enumerate(self.case.judged.rows)
            if record.requirement is not None and self._is_hard(row)
        }
        relaxed = self.within().with_slack(prices, prefix="gives", carried=True).with_cost({REPAIR: 1.0})
        outcome = self.solve(relaxed, NOISE, self.as_given(relaxed), STAY_SECONDS)
        stay = () if outcome.values is None else self.judged(outcome.values).misfits
        return SmallestChange(self.may_move, "infeasible", None, 0, stay=stay, seconds=self.seconds())

    def as_given(self, problem: Problem) -> Floats:
        """Return a start with the given dwellings and their projects; the solver finds what they break."""
        dwellings = {**self.case.of_others(), **self.given}
        values = np.zeros(len(problem.columns))
        for column, number in dwellings.items():
            values[column] = number
        built = {problem.columns[column].key[1:] for column, number in dwellings.items() if number}
        for column in problem.columns_of("z"):
            values[column] = problem.columns[column].key[1:] in built
        return values

    def result(self, outcome: Outcome, after: Assessed | None) -> SmallestChange:
        """Return what a search ended with."""
        changes = () if after is None else tuple(self.changes(after))
        found = SmallestChange(
            may_move=self.may_move,
            stopped=outcome.stopped,
            size=None,
            bound=max(0, ceil(outcome.bound - NOISE)) if np.isfinite(outcome.bound) else 0,
            changes=changes,
            after=after,
            seconds=self.seconds(),
        )
        return found if after is None else replace(found, size=max(found.added, found.removed))

    def changes(self, after: Assessed) -> Iterator[CellChange]:
        """Yield what differs between the given and the changed programme."""
        for cell in sorted({*self.case.programme, *after.programme}):
            more = after.programme.get(cell, 0) - self.case.programme.get(cell, 0)
            if more and cell[1] >= self.case.instance.settings.open_year:
                yield CellChange(*cell, more)

    def seconds(self) -> float:
        """Return the seconds since the search began."""
        return time.monotonic() - self.began


def _counting(problem: Problem, group: str) -> Floats:
    """Return the cost that counts the columns of a group."""
    cost = np.zeros(len(problem.columns))
    cost[problem.columns_of(group)] = 1.0
    return cost


def _with_loss(problem: Problem) -> Problem:
    """Return a problem with a column for the dwellings that are removed and not replaced."""
    entries = dict.fromkeys(problem.columns_of("fewer"), 1.0) | dict.fromkeys(
        problem.columns_of("more"), -1.0
    )
    row = len(problem.rows)
    held = problem.with_row("lost", entries, -INFINITY, 0.0)
    return held.with_slack({row: (CHANGE, Fraction(0))}, prefix="lost")


def _with_size(problem: Problem) -> Problem:
    """Return a problem whose repair is the larger of what is added and what is removed."""
    rows: dict[int, tuple[str, Fraction]] = {}
    for name, group in (("added", "more"), ("removed", "fewer")):
        rows[len(problem.rows)] = (REPAIR, Fraction(0))
        problem = problem.with_row(name, dict.fromkeys(problem.columns_of(group), 1.0), -INFINITY, 0.0)
    problem = problem.with_slack(rows, prefix="size")
    return problem.with_peak(REPAIR, dict.fromkeys(problem.columns_of("size"), Fraction(1)))
