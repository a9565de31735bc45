"""What is known of a run besides its plan."""

from __future__ import annotations

from dataclasses import dataclass

CLOSED, STOPPED, INFEASIBLE, FAILED, MISSING = "closed", "stopped", "infeasible", "failed", "missing"
STATUSES = (CLOSED, STOPPED, INFEASIBLE, FAILED, MISSING)
"""Every stage closed; a plan, but stopped at a limit; no plan exists; something went wrong; not run yet."""


@dataclass(frozen=True, slots=True)
class RunInfo:
    """A variant and the run that it stands for.

    Parameters
    ----------
    name
        Of the variant; no two share one.
    kind
        ``variant``, ``price``, ``frontier`` or ``draw``.
    labels
        What it is made of, as in ``inputs.variants.Variant``.
    run
        Name of the run: the plan is ``OUT/runs/RUN/``, its summary ``OUT/summaries/RUN.parquet``. Two
        variants may share a run; None if the variant never got one.
    status
        One of ``STATUSES``; ``closed`` and ``stopped`` runs have a plan.
    exit_code
        Of the run, as ``solve`` gives it; None if it did not end.
    seconds, build_seconds
        Of the whole run, and of building the model; None if unknown.
    reason
        Why there is no plan, as a sentence in the language of the base; None where there is one.
    """

    name: str
    kind: str
    labels: tuple[tuple[str, str], ...]
    run: str | None
    status: str
    exit_code: int | None = None
    seconds: float | None = None
    build_seconds: float | None = None
    reason: str | None = None

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan to compare."""
        return self.run is not None and self.status in (CLOSED, STOPPED)
