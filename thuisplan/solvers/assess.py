"""Judge a programme that somebody else drew up, line by line, with exact numbers."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from thuisplan.inputs.instance import Cell, Instance
from thuisplan.inputs.unoffered import with_offer
from thuisplan.model.build import build
from thuisplan.model.evaluate import measure_values
from thuisplan.model.exact import ExactPlan
from thuisplan.model.problem import INFINITY, Floats, Problem
from thuisplan.model.stages import stages
from thuisplan.solvers.assessed import Assessed, Impossible, Verdict
from thuisplan.solvers.complete import complete, impossible_rows
from thuisplan.solvers.highs import Interrupt, Limits
from thuisplan.solvers.optimism import optimism
from thuisplan.solvers.reach import Reach, reaches
from thuisplan.solvers.solution import Solution, solution_of
from thuisplan.solvers.staged import Options

COMPLETION_SECONDS = 2.0
"""Time for who pays and who is housed, where the dwellings of everybody are given."""


@dataclass(frozen=True)
class Case:
    """A programme with the problem in which it is judged.

    Parameters
    ----------
    given
        The resolved input as it was given.
    instance, problem
        The same with a place for every dwelling of the programme, and its compiled problem.
    judged
        The problem with lines that are not testable freed, and lines that others can help loosened by
        the most they can.
    places, others
        See ``Assessed``.
    programme
        (municipality, year, option) -> dwellings, as given.
    reaches
        How far others can move each line.
    """

    given: Instance
    instance: Instance
    problem: Problem
    judged: Problem
    places: tuple[str, ...]
    others: str
    programme: Mapping[Cell, int]
    reaches: tuple[Reach, ...]

    def of_others(self) -> dict[int, int]:
        """Return column -> dwellings of municipalities outside the programme, where these are given."""
        if self.others != "none":
            return {}
        return {
            position: self.instance.committed.get(column.key[1:], 0)
            for position, column in enumerate(self.problem.columns)
            if column.key[0] == "x" and column.key[1] not in self.places
        }

    def own(self) -> dict[int, int]:
        """Return column -> dwellings of the programme, zero where it says nothing."""
        return {
            position: self.programme.get(column.key[1:], 0)
            for position, column in enumerate(self.problem.columns)
            if column.key[0] == "x" and column.key[1] in self.places
        }


def prepare(
    instance: Instance,
    programme: Mapping[Cell, int],
    others: str = "none",
    places: Collection[str] | None = None,
) -> Case:
    """Return a programme with the problem in which it is judged.

    Parameters
    ----------
    instance
        The resolved input.
    programme
        (municipality, year, option) -> dwellings; zero where nothing is listed.
    others
        ``none`` or ``plan``: see ``Assessed``.
    places
        Codes of the municipalities of the programme; those it names if None.

    Raises
    ------
    ValueError
        If the programme names a municipality, year or option that the input does not have, or
        fewer than zero dwellings.
    """
    _check(instance, programme)
    named = {cell[0] for cell in programme} if places is None else set(places)
    if named == set(instance.municipalities):
        others = "whole"
    padded = with_offer(instance, programme)
    problem = build(padded)
    committed = padded.committed if others == "none" else None
    found = tuple(reaches(problem, named, committed))
    return Case(
        given=instance,
        instance=padded,
        problem=problem,
        judged=_judged(problem, found),
        places=tuple(sorted(named)),
        others=others,
        programme=programme,
        reaches=found,
    )


def _check(instance: Instance, programme: Mapping[Cell, int]) -> None:
    for (municipality, year, option), dwellings in programme.items():
        known = municipality in instance.municipalities and option in instance.options
        if not known or year not in instance.years or dwellings < 0:
            raise ValueError(
                f"Expected a municipality, year and option of the input and no fewer than zero dwellings, "
                f"got {dwellings} of {option} in {municipality} in {year}."
            )


def _judged(problem: Problem, found: Collection[Reach]) -> Problem:
    reached = list(found)
    loosened: dict[int, float] = {}
    for row, record in enumerate(problem.rows):
        if record.requirement is None:
            continue
        reach = reached[record.requirement]
        if reach.others and (not reach.own or reach.helped is None):
            loosened[row] = -INFINITY
        elif reach.others and reach.helped:
            loosened[row] = -float(reach.helped)
    return problem.with_rows_tightened(loosened)


def assess(
    case: Case,
    options: Options | None = None,
    interrupt: Interrupt | None = None,
    start: Floats | None = None,
) -> Assessed:
    """Judge a programme.

    The dwellings are what the programme says, so the lines about dwellings alone are worked out and
    nothing is solved for them. Who pays and who is housed where, which a programme does not say, is
    chosen in its favour.

    Parameters
    ----------
    case
        The programme, prepared.
    options
        Limits; ``seconds`` counts where the model chooses what others build.
    interrupt
        Flag that ends the completion.
    start
        Values of the columns of a plan around this programme, if one is known.

    Returns
    -------
    Assessed
        A verdict per line, and warnings.
    """
    began = time.monotonic()
    options = options or Options()
    limits = Limits(
        seconds=options.seconds if case.others == "plan" else min(COMPLETION_SECONDS, options.seconds),
        threads=options.threads,
        seed=options.seed,
    )
    dwellings = {**case.own(), **case.of_others()}
    completion = complete(
        case.instance, case.problem, case.judged, dwellings, stages(case.instance), limits, interrupt, start
    )
    verdicts = tuple(_verdicts(case, completion.plan))
    return Assessed(
        instance=case.instance,
        places=case.places,
        others=case.others,
        programme=_planned(case),
        solution=_solution(case, completion.plan, verdicts),
        verdicts=verdicts,
        completion=completion.how,
        impossible=tuple(_impossible(case, completion.plan)),
        warnings=tuple(optimism(case.given, case.places, case.programme)),
        seconds=time.monotonic() - began,
    )


def _planned(case: Case) -> dict[Cell, int]:
    opened = case.instance.settings.open_year
    return {cell: n for cell, n in sorted(case.programme.items()) if n and cell[1] >= opened}


def _verdicts(case: Case, plan: ExactPlan) -> Iterator[Verdict]:
    for line, reach in zip(plan.lines, case.reaches, strict=True):
        verdict, short = reach.verdict(line)
        said = replace(
            line,
            verdict=verdict,
            slack=line.slack if verdict == "broken" else Fraction(0),
            binding=line.binding and verdict == "met",
        )
        yield Verdict(said, verdict, short, reach.completed, reach.others)


def _solution(case: Case, plan: ExactPlan, verdicts: tuple[Verdict, ...]) -> Solution:
    lines = tuple(verdict.line for verdict in verdicts)
    measures = measure_values(case.problem, lines, plan.values)
    return solution_of(case.problem, replace(plan, lines=lines, measures=dict(measures)))


def _impossible(case: Case, plan: ExactPlan) -> Iterator[Impossible]:
    """Yield the dwellings that a definition leaves no room for: nobody pays, or nowhere to build."""
    for row in impossible_rows(case.problem, plan):
        name, _, rest = case.problem.rows[row].name.partition("[")
        parts = rest.rstrip("]").split(",")
        kind = parts.pop(0) if name == "paid" else "neighbourhood"
        cell = parts[0], int(parts[1]), parts[2]
        if case.programme.get(cell):
            yield Impossible(kind, *cell, case.programme[cell])
