"""Read an input, solve its stages, verify and publish the plan."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thuisplan.commands.run import copied, seconds_left
from thuisplan.inputs.deviations import unmatched
from thuisplan.inputs.findings import Finding, InputError, Severity
from thuisplan.inputs.read import Reading, read
from thuisplan.inputs.reference import OPEN, Comparison
from thuisplan.outputs.plan_folder import PlanFolder

if TYPE_CHECKING:
    from thuisplan.inputs.instance import Instance
    from thuisplan.model.problem import Problem
    from thuisplan.outputs.answer import Sentence
    from thuisplan.solvers.alternatives import Alternative, Alternatives
    from thuisplan.solvers.highs import Interrupt
    from thuisplan.solvers.solution import NoPlan, Solution
    from thuisplan.solvers.staged import Listener

RESERVE = 2.0
"""Seconds that are kept at least for verifying and writing."""

ALTERNATIVES_SHARE = 1 / 3
"""Part of the time limit that alternatives get at most, writing and verifying them included."""


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """Options of ``thuisplan solve``.

    Parameters
    ----------
    time_limit
        Wall time of the whole command [seconds].
    gap
        Relative closing tolerance of all stages; None for that of each stage.
    threads, seed
        One thread unless asked for more; equal seeds give equal plans.
    xlsx
        Whether the tables are written as a workbook too.
    reference
        Folder of an earlier plan to stay close to.
    alternatives
        How many other plans to look for.
    prove
        Whether to look for the least number in any plan as well.
    method
        ``auto``, ``whole`` or ``regions``; see ``solvers.staged.Options``.
    scheduler
        Address of a Dask scheduler whose workers solve the regions; None for threads of this process.
    report
        Whether a report is to follow, within the time limit.
    """

    time_limit: float
    gap: float | None
    threads: int
    seed: int
    xlsx: bool
    reference: str | None = None
    alternatives: int = 0
    prove: bool = False
    method: str = "auto"
    scheduler: str | None = None
    report: bool = False


@dataclass(frozen=True, slots=True)
class Solved:
    """What came of a solve: a published plan, or why there is none; and what the model says of the input."""

    reading: Reading
    folder: PlanFolder | None
    result: Solution | NoPlan | None
    findings: tuple[Finding, ...] = ()
    comparison: Comparison | None = None
    alternatives: Alternatives | None = None
    conflicts: tuple[Sentence, ...] = ()


def solve(
    path: Path,
    out: Path,
    options: SolveOptions,
    interrupt: Interrupt | None = None,
    listen: Listener | None = None,
    heard: Callable[[Reading], None] | None = None,
    compared: Callable[[Comparison], None] | None = None,
    published: Callable[[Solved, float], None] | None = None,
    found: Callable[[int, Alternative], None] | None = None,
) -> Solved:
    """Read an input, solve its stages, verify and publish the plan.

    Parameters
    ----------
    path
        Input folder or workbook.
    out
        Where the plan is to come.
    options
        Limits.
    interrupt
        When set, the best plan so far is verified and published.
    listen
        Hears of progress.
    heard
        Called when the input has been read.
    compared
        Called when the earlier plan has been read.
    published
        Called when the plan is there and its alternatives are not, with the seconds that they get.
    found
        Called with the number of each alternative when it is published.

    Returns
    -------
    Solved
        ``result`` is None when conflicts were seen before solving.

    Raises
    ------
    InputError, FolderError, VerificationFailed
        As ``read`` and ``publish``.
    """
    began = time.monotonic()
    reading = read(path)
    if heard:
        heard(reading)
    comparison = _compare(reading.instance, options.reference)
    if compared and comparison is not None:
        compared(comparison)
    PlanFolder.check_target(out, path)

    from thuisplan.model.build import build
    from thuisplan.model.conflicts import conflicts
    from thuisplan.model.stages import stages
    from thuisplan.outputs.conflicts import conflict_sentences
    from thuisplan.outputs.publish import publish
    from thuisplan.solvers.solution import NoPlan
    from thuisplan.solvers.staged import Options, solve_stages

    with (
        _pool(options.scheduler) as pool,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
    ):
        source = copied(path, Path(scratch))
        problem = build(reading.instance)
        findings = unmatched(reading.instance.scenario, (line.key for line in problem.requirements))
        if seen := conflicts(problem):
            told = conflict_sentences(reading.instance, seen)
            return Solved(reading, None, None, findings, conflicts=tuple(told))
        if comparison is not None:
            problem = problem.with_reference(_before(comparison, problem))
        built = time.monotonic()
        later = ALTERNATIVES_SHARE * options.time_limit if options.alternatives else 0.0
        reserve = RESERVE + (_report_seconds(reading.instance) if options.report else 0.0)
        seconds = seconds_left(began, options.time_limit, reserve, later)
        log = Path(scratch) / "solver.log"
        result = solve_stages(
            reading.instance,
            problem,
            stages(reading.instance, comparison is not None),
            Options(seconds, options.gap, options.threads, options.seed, options.method),
            interrupt,
            listen,
            log,
            pool=pool,
        )
        if isinstance(result, NoPlan):
            return Solved(reading, None, result, findings)
        run = {
            "options": asdict(options),
            "seed": options.seed,
            "seconds": {
                "build": round(built - began, 2),
                "solve": round(time.monotonic() - built, 2),
            },
        }
        began_publishing = time.monotonic()
        folder = publish(reading.instance, result, source, out, run, log, options.xlsx, comparison)
        solved = Solved(reading, folder, result, findings, comparison)
        if not options.alternatives:
            return solved
        writing = time.monotonic() - began_publishing
        seconds = min(later, options.time_limit - (time.monotonic() - began))
        if published:
            published(solved, seconds)
        others = _alternatives(solved, problem, source, run, seconds, writing, options, interrupt, found)
    return replace(solved, alternatives=others)


def _report_seconds(instance: Instance) -> float:
    """Return how long a report may take; measured are 3 seconds for 9 municipalities and 20 for 342."""
    return 3.0 + len(instance.municipalities) / 15


def _pool(scheduler: str | None) -> AbstractContextManager[Executor | None]:
    """Open the workers that solve regions; none without a scheduler."""
    if scheduler is None:
        return nullcontext()
    from thuisplan.solvers.executors import executor

    return executor(1, scheduler)


def _compare(instance: Instance, reference: str | None) -> Comparison | None:
    """Return the earlier plan beside an input; refuse one that has nothing in common with it."""
    if reference is None:
        return None
    from thuisplan.outputs.reference import read_reference

    comparison = Comparison(instance, read_reference(Path(reference)))
    if not comparison.possible:
        values = {"path": reference, "name": comparison.reference.name}
        language = instance.settings.language
        raise InputError([Finding(Severity.WRONG, "reference_matches_nothing", values)], language)
    return comparison


def _before(comparison: Comparison, problem: Problem) -> dict[int, int]:
    """Return column -> dwellings of the earlier plan, of the cells that are compared."""
    cells = {column: problem.columns[column].key[1:] for column in problem.columns_of("x")}
    before = comparison.reference.dwellings
    return {c: before.get(cell, 0) for c, cell in cells.items() if comparison.status(cell) == OPEN}


def _alternatives(
    solved: Solved,
    problem: Problem,
    source: Path,
    run: dict[str, Any],
    seconds: float,
    writing: float,
    options: SolveOptions,
    interrupt: Interrupt | None,
    heard: Callable[[int, Alternative], None] | None,
) -> Alternatives:
    """Find other plans and publish each as it is found, in the folder of the plan."""
    from thuisplan.outputs.alternatives import folder_of, write_alternatives
    from thuisplan.outputs.publish import publish
    from thuisplan.solvers.alternatives import alternatives
    from thuisplan.solvers.solution import Solution
    from thuisplan.solvers.staged import Options

    folder, plan, instance = solved.folder, solved.result, solved.reading.instance
    assert folder is not None
    assert isinstance(plan, Solution)

    def found(number: int, one: Alternative) -> None:
        out = folder_of(folder.path, number)
        about = {"number": number, "distance": one.distance, "nearest": one.nearest, "bound": one.bound}
        seconds = {"seconds": {"solve": round(one.seconds, 2)}}
        about_run = {**run, **seconds, "alternative": about}
        publish(instance, one.solution, source, out, about_run, None, options.xlsx, solved.comparison)
        if heard:
            heard(number, one)

    others = alternatives(
        instance,
        problem,
        plan,
        options.alternatives,
        Options(seconds=seconds, threads=options.threads, seed=options.seed),
        options.prove,
        writing,
        interrupt,
        found,
    )
    write_alternatives(folder.path, instance, plan, others)
    return others
