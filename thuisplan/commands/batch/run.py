"""The runs of a batch: in which order, and what is there already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thuisplan.commands.batch.base import NAME_LENGTH, Base, asked, pack, run_name, scenario_hash, versions
from thuisplan.commands.batch.carry_out import carry_out
from thuisplan.commands.batch.folder import BatchFolder, Record
from thuisplan.commands.batch.job import UNFIT, Job, Outcome, work, wrong
from thuisplan.inputs.findings import InputError
from thuisplan.inputs.variants.variant import Variant, VariantSet
from thuisplan.outputs.comparison.run_info import MISSING, RunInfo
from thuisplan.outputs.plan_folder import FolderError
from thuisplan.solvers.executors import executor

if TYPE_CHECKING:
    from thuisplan.inputs.scenario import Scenario
    from thuisplan.solvers.highs import Interrupt


@dataclass(frozen=True, slots=True)
class Ended:
    """A variant of which the run ended.

    Parameters
    ----------
    name
        Of the variant.
    record
        Of its run.
    done, count
        How many variants are done, and how many there are.
    again
        Whether the run was there already.
    """

    name: str
    record: Record
    done: int
    count: int
    again: bool


Listener = Callable[[Ended], None]


class Batch:
    """The runs of a batch.

    Parameters
    ----------
    folder
        Where they are kept.
    variants
        What is asked.
    given
        The base as it was given.
    listen
        Hears of every variant of which the run ended.
    """

    def __init__(
        self, folder: BatchFolder, variants: VariantSet, given: Scenario, listen: Listener | None = None
    ) -> None:
        self.folder = folder
        self.variants = variants
        self.base = Base(given)
        self.packed = pack(given)
        self.base_hash = scenario_hash(given)
        self.listen = listen
        self.records = folder.records()
        # What was asked -> run; run -> variants that wait for it; runs that ended today.
        self.runs = {record.asked: record.run for record in self.records.values()}
        self.waiting: dict[str, list[str]] = {}
        self.ended: set[str] = set()
        self.done = 0

    def run(self, jobs: int, scheduler: str | None, interrupt: Interrupt) -> None:
        """Do what is not done yet, the reference first: its plan is the start of the others.

        Parameters
        ----------
        jobs, scheduler
            As ``executor`` takes them.
        interrupt
            When set, what is running is given up.

        Raises
        ------
        SchedulerError
            If the cluster cannot be used, or is lost.
        FolderError
            ``runs_disk_full``, and what ``BatchFolder.keep`` raises.
        """

        carry_out(self.jobs(), lambda: executor(jobs, scheduler), work, self.end, interrupt)

    def jobs(self) -> Iterator[Job | None]:
        """Yield what must be done, each run once, when it is asked for; None while the reference is done."""
        reference = self.variants.named(self.variants.reference)
        yield from self.missing([reference], None, True)
        while self.waiting:
            yield None
        start = self.folder.values(self.runs[self.asked(reference)])
        yield from self.missing((one for one in self.variants.variants if one is not reference), start, False)

    def missing(self, variants: Iterable[Variant], start: bytes | None, keeps_values: bool) -> Iterator[Job]:
        """Yield the runs of variants that are not there.

        Parameters
        ----------
        variants
            What is asked.
        start
            Packed values of the plan of the reference.
        keeps_values
            Whether their values are to be kept as such a start.
        """
        for variant in variants:
            asked_for = self.asked(variant)
            run = self.runs.get(asked_for)
            if run is None:
                try:
                    instance = self.base.variant(variant.changes)[1]
                except InputError as error:
                    run = self.runs[asked_for] = asked_for[:NAME_LENGTH]
                    self.waiting[run] = [variant.name]
                    self.keep(run, asked_for, wrong(error))
                    continue
                run = self.runs[asked_for] = run_name(instance, self.variants.settings)
            if run in self.waiting:
                self.waiting[run].append(variant.name)
            elif run in self.ended or self.is_done(run, keeps_values):
                self.tell(variant.name, self.records[run], run not in self.ended)
            else:
                self.waiting[run] = [variant.name]
                yield Job(
                    run=run,
                    asked=asked_for,
                    base=self.packed,
                    changes=variant.changes,
                    settings=self.variants.settings,
                    out=str(self.folder.path),
                    token=self.folder.token,
                    versions=versions(),
                    start=start,
                    keeps_values=keeps_values,
                )

    def asked(self, variant: Variant) -> str:
        """Return the hash of what a variant asks."""
        return asked(self.base_hash, variant.changes, self.variants.settings)

    def is_done(self, run: str, keeps_values: bool) -> bool:
        """Return whether all that is wanted of a run was there when the batch began."""
        record = self.records.get(run)
        if record is None or not record.finished or not self.folder.is_whole(record):
            return False
        return not keeps_values or record.exit == UNFIT or self.folder.values(run) is not None

    def end(self, job: Job, outcome: Outcome) -> None:
        """Keep what came of a job."""
        if outcome.reason == "disk_full":
            raise FolderError("runs_disk_full", path=str(self.folder.path))
        self.keep(job.run, job.asked, outcome)

    def keep(self, run: str, asked_for: str, outcome: Outcome) -> None:
        """Keep the outcome of a run, and tell who waits for it."""
        before = self.records.get(run)
        finished = before is not None and before.finished and self.folder.is_whole(before)
        try:
            # A run that is finished stays so, whatever came of doing it again.
            if before is not None and finished and outcome.exit not in (0, UNFIT):
                record = before
            else:
                record = self.folder.keep(run, asked_for, outcome)
        except FolderError as error:
            if error.code == "disk_full":
                raise FolderError("runs_disk_full", **error.values) from error
            raise
        self.records[run] = record
        self.ended.add(run)
        for name in self.waiting.pop(run):
            self.tell(name, record, False)

    def tell(self, name: str, record: Record, again: bool) -> None:
        self.done += 1
        if self.listen is not None:
            self.listen(Ended(name, record, self.done, len(self.variants.variants), again))

    def infos(self, language: str) -> list[RunInfo]:
        """Return what is known of the run of every variant, in order.

        Parameters
        ----------
        language
            Of the reasons why there is no plan.
        """
        return [self.info(variant, language) for variant in self.variants.variants]

    def info(self, variant: Variant, language: str) -> RunInfo:
        run = self.runs.get(self.asked(variant))
        record = None if run is None else self.records.get(run)
        if record is None or not (run in self.ended or self.folder.is_whole(record)):
            return RunInfo(variant.name, variant.kind, variant.labels, None, MISSING)
        return RunInfo(
            name=variant.name,
            kind=variant.kind,
            labels=variant.labels,
            run=run,
            status=record.status,
            exit_code=record.exit,
            seconds=sum(record.seconds.values()),
            build_seconds=record.seconds.get("build"),
            reason=record.sentences[0][language] if record.sentences else None,
        )
