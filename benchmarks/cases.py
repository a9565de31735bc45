"""What is solved: an instance from a seed, its objective, and the terms that are the same for all solvers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.generate import generate

if TYPE_CHECKING:
    from thuisplan.inputs.instance import Instance

EXAMPLE = 0
"""The size that stands for the Stedendriehoek example."""

ONE_REGION, MEMBERS = 20, 10
"""Most municipalities that make one region; more than that make regions of at most so many."""

OBJECTIVES = ("first", "blended")
"""The first of the default stages, or one blend of unmet need, fair-share deviation and lateness."""


@dataclass(frozen=True, slots=True)
class Case:
    """An instance and its objective.

    Parameters
    ----------
    size
        Municipalities; 0 for the example, which has its own years and objective.
    years
        Length of the horizon.
    objective
        One of ``OBJECTIVES``.
    seed
        Of the instance.
    """

    size: int
    years: int = 10
    objective: str = "first"
    seed: int = 1

    @property
    def regions(self) -> int:
        """How many regions the municipalities form."""
        return 1 if self.size <= ONE_REGION else ceil(self.size / MEMBERS)

    @property
    def name(self) -> str:
        """How tables name it."""
        return "example" if self.size == EXAMPLE else f"{self.size} x {self.years}"

    def instance(self) -> Instance:
        """Return the resolved input."""
        from thuisplan.inputs.examples import example
        from thuisplan.inputs.resolve import resolve

        if self.size == EXAMPLE:
            return resolve(example("stedendriehoek", "en"))
        blended = self.objective == "blended"
        return resolve(generate(self.size, self.seed, self.years, self.regions, blended))


@dataclass(frozen=True, slots=True)
class Terms:
    """What every solver gets.

    Parameters
    ----------
    seconds
        Wall time.
    gap
        Relative gap at which it may stop.
    cores
        Threads or processes.
    seed
        Of the solver.
    method
        Of Thuisplan alone.
    """

    seconds: float
    gap: float
    cores: int
    seed: int
    method: str = "auto"


def export(case: Case, path: str) -> dict[str, Any]:
    """Write the first stage of an instance as MPS; return how large it is.

    Parameters
    ----------
    case
        What to write.
    path
        The file.
    """
    from thuisplan.model.build import build
    from thuisplan.model.stages import stages
    from thuisplan.solvers.highs import write_model

    instance = case.instance()
    began = time.monotonic()
    problem = build(instance)
    seconds = time.monotonic() - began
    write_model(problem.with_cost(stages(instance)[0].measures), Path(path))
    return {
        "build": seconds,
        "columns": len(problem.columns),
        "whole": int(problem.integral.sum()),
        "rows": len(problem.rows),
        "nonzeros": int(problem.matrix.nnz),
    }
