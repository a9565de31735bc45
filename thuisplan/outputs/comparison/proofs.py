"""Between which values the best of a measure lies in every run: what a difference may be worth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from thuisplan.outputs.comparison.figures import Figures
from thuisplan.outputs.comparison.subjects import BOUND, MEASURE, REPEATS, STAGE

SUBJECTS = (MEASURE, BOUND, STAGE, REPEATS)


@dataclass(frozen=True, slots=True)
class Range:
    """The best value of a measure lies from ``least`` up to ``found``.

    Within what the stages before it leave: a measure of a later stage is as good as it can be there.

    Parameters
    ----------
    least
        Proved: no plan is below it.
    found
        Value of the plan.
    first
        Whether the first stage proved it: then of all plans, not only within what earlier stages leave.
    """

    least: float
    found: float
    first: bool = True


@dataclass(frozen=True)
class Proofs:
    """What is proved of the measures of runs.

    Parameters
    ----------
    figures
        The figures of the runs.
    """

    figures: Figures

    @cached_property
    def _read(self) -> dict[str | None, dict[str, dict[str, float]]]:
        """Run -> subject -> measure -> value."""
        return {}

    def values(self, run: str | None, subject: str = MEASURE) -> dict[str, float]:
        """Return what a run has of one of ``SUBJECTS``, by measure; nothing without a plan."""
        if run is None:
            return {}
        if run not in self._read:
            found: dict[str, dict[str, float]] = {subject: {} for subject in SUBJECTS}
            ids, values = self.figures.runs[run]
            chosen = self._is_proof[ids]
            for at, value in zip(ids[chosen].tolist(), values[chosen].tolist(), strict=True):
                columns = self.figures.columns
                found[columns["subject"][at]][columns["kind"][at]] = value
            self._read[run] = found
        return self._read[run][subject]

    @cached_property
    def _is_proof(self) -> npt.NDArray[np.bool_]:
        return np.isin(self.figures.columns["subject"], SUBJECTS)

    def range(self, run: str | None, measure: str) -> Range | None:
        """Return between which values the best of a measure lies; None where nothing was proved."""
        found, least = self.values(run).get(measure), self.values(run, BOUND).get(measure)
        if found is None or least is None:
            return None
        return Range(least, found, self.values(run, STAGE).get(measure) == 1)
