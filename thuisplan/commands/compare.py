"""Run the variants of a file and compare them; or compare two plans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from thuisplan.inputs.findings import InputError
from thuisplan.inputs.raw import wrong
from thuisplan.inputs.read import read_scenario
from thuisplan.inputs.variants.read import read_variants
from thuisplan.outputs.comparison.run_info import CLOSED, INFEASIBLE

if TYPE_CHECKING:
    from thuisplan.commands.batch.regret import RegretRun
    from thuisplan.commands.batch.run import Listener
    from thuisplan.inputs.variants.variant import VariantSet
    from thuisplan.outputs.comparison.compare import Compared
    from thuisplan.outputs.comparison.run_info import RunInfo
    from thuisplan.solvers.highs import Interrupt

MOST_RUNS = 500
"""Variants that are run without being asked twice: at a minute each that is a working day."""


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """Options of ``thuisplan compare``.

    Parameters
    ----------
    jobs
        Number of processes on this machine.
    scheduler
        Address of a Dask scheduler; then its workers do the runs.
    many
        Whether more than ``MOST_RUNS`` variants may be run.
    time_limit
        Wall time of one run [seconds]; None for that of the file.
    """

    jobs: int
    scheduler: str | None = None
    many: bool = False
    time_limit: float | None = None


@dataclass(frozen=True, slots=True)
class BatchCompared:
    """A batch that was run and compared.

    Parameters
    ----------
    path
        Its folder.
    variants
        What was asked.
    runs
        What is known of the run of every variant.
    compared
        The comparison.
    regretted
        The least regret, where it was asked for.
    """

    path: Path
    variants: VariantSet
    runs: tuple[RunInfo, ...]
    compared: Compared
    regretted: RegretRun | None = None

    @property
    def finished(self) -> bool:
        """Whether everything that was asked has an answer that stands."""
        asked = self.variants.regret is not None
        return not self.unfinished and (not asked or (self.regretted is not None and self.regretted.closed))

    @property
    def unfinished(self) -> tuple[str, ...]:
        """Variants without an answer that stands: the same command runs those again."""
        return tuple(one.name for one in self.runs if one.status not in (CLOSED, INFEASIBLE))


def compare(
    path: Path,
    out: Path,
    options: CompareOptions,
    interrupt: Interrupt,
    heard: Callable[[VariantSet], None] | None = None,
    listen: Listener | None = None,
    heard_step: Callable[[str], None] | None = None,
) -> BatchCompared:
    """Run the variants of a file that were not run yet, and compare all of them.

    Parameters
    ----------
    path
        The file of variants.
    out
        Folder for the runs and the comparison; what is finished there is not done again.
    options
        Where to run, and limits.
    interrupt
        When set, what is running is given up, and what is finished is compared.
    heard
        Called when the file has been read.
    listen
        Hears of every variant of which the run ended.
    heard_step
        Hears of every step of the search for the least regret.

    Raises
    ------
    InputError
        If the file or the base is wrong, there are too many variants, or the cluster cannot be used.
    FolderError
        As ``batch_folder`` and ``Batch.run``.
    """
    variants = read_variants(path)
    if options.time_limit is not None:
        variants = replace(variants, settings=replace(variants.settings, time_limit=options.time_limit))
    if heard:
        heard(variants)
    count = len(variants.variants)
    if count > MOST_RUNS and not options.many:
        found = wrong("too_many_runs", path.name, count=count, limit=MOST_RUNS)
        raise InputError([found], variants.language)
    given, _ = read_scenario(variants.base)

    from thuisplan.commands.batch.folder import batch_folder
    from thuisplan.commands.batch.job import RUNS
    from thuisplan.commands.batch.regret import run_regret
    from thuisplan.commands.batch.run import Batch
    from thuisplan.outputs.comparison.compare import HOLD, compare_runs
    from thuisplan.solvers.executors import executor

    if options.scheduler is not None:
        # Who cannot be reached is said before anything is written.
        with executor(options.jobs, options.scheduler):
            pass
    with batch_folder(out, variants) as folder:
        batch = Batch(folder, variants, given, listen)
        batch.run(options.jobs, options.scheduler, interrupt)
        runs = batch.infos(variants.language)
        folder.clear_tables()
        hold = HOLD if variants.draws is None else variants.draws.hold
        compared = compare_runs(folder.path, runs, variants.reference, hold)
        regretted = None
        if variants.regret is not None and not interrupt.is_set():
            own = {one.name: folder.path / RUNS / one.run for one in runs if one.has_plan and one.run}
            regretted = run_regret(variants, batch.base, folder.path, own, interrupt, heard_step)
        made = BatchCompared(folder.path, variants, tuple(runs), compared, regretted)
        folder.finish(
            {
                "status": "finished" if made.finished else "partly",
                "language": variants.language,
                "reference": variants.reference,
                "hold": str(hold),
                "settings": asdict(variants.settings),
                "runs": [asdict(one) for one in runs],
            }
        )
    return made
