"""All stages in order, each to its own tolerance: seconds, value, bound and gap of every one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from benchmarks import ours
from benchmarks.cases import Case, Terms
from benchmarks.processes import apart
from benchmarks.race import Row
from benchmarks.trace import gap


def every_stage(cases: Iterable[Case], terms: Terms) -> Iterator[Row]:
    """Yield a row per case with what came of each stage.

    Parameters
    ----------
    cases
        What to solve; always with the default stages.
    terms
        Time of all stages together, cores and seed.
    """
    for case in cases:
        ran = apart(ours.all_stages, case, terms, seconds=terms.seconds)
        row: Row = {"part": "stages", "case": asdict(case), "name": case.name, "megabytes": ran.megabytes}
        if ran.failure is not None:
            yield row | {"failure": ran.failure}
            continue
        for stage in ran.answer["stages"]:
            stage["gap"] = gap(stage["value"], stage["bound"])
        yield row | ran.answer
