"""Tables with a row per variant: the runs, what variants are made of, and how their rules stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from thuisplan.outputs.comparison.figures import Figures
from thuisplan.outputs.comparison.proofs import Proofs
from thuisplan.outputs.comparison.run_info import RunInfo
from thuisplan.outputs.comparison.schemas import MEASURE_UNITS
from thuisplan.outputs.comparison.subjects import (
    BINDING,
    BOUND,
    BROKEN,
    DWELLINGS,
    HARD,
    MONITOR,
    REPEATS,
    SOFT,
)

Rows = Iterator[dict[str, Any]]

STRENGTHS = {HARD: "hard", SOFT: "soft", MONITOR: "monitor"}
"""Subject -> strength of the lines that it counts, the strongest first."""


def run_rows(figures: Figures, proofs: Proofs, runs: Sequence[RunInfo]) -> Rows:
    """Yield the rows of ``runs``: how every variant ended, what it builds, its measures and their bounds.

    Parameters
    ----------
    figures, proofs
        Of all runs with a plan.
    runs
        Every variant.
    """
    positions = figures.of(DWELLINGS)
    totals: dict[str, int] = {}
    for one in runs:
        run = one.run if one.has_plan else None
        if run is not None and run not in totals:
            totals[run] = round(float(figures.dense(run)[0][positions].sum()))
        values, bounds = proofs.values(run), proofs.values(run, BOUND)
        repeats = proofs.values(run, REPEATS).get("")
        yield {
            "variant": one.name,
            "kind": one.kind,
            "run": one.run,
            "status": one.status,
            "exit_code": one.exit_code,
            "reason": one.reason,
            "reproducible": None if repeats is None else bool(repeats),
            "seconds": one.seconds,
            "build_seconds": one.build_seconds,
            "dwellings": None if run is None else totals[run],
            **{name: values.get(name) for name in MEASURE_UNITS},
            **{f"{name}_bound": bounds.get(name) for name in MEASURE_UNITS},
        }


def label_rows(runs: Sequence[RunInfo]) -> Rows:
    """Yield the rows of ``labels``: what every variant is made of."""
    for one in runs:
        for axis, choice in one.labels:
            yield {"variant": one.name, "axis": axis, "choice": choice}


def rule_rows(figures: Figures, runs: Sequence[RunInfo], reference: str | None) -> Rows:
    """Yield the rows of ``rules_compared``: every rule in every variant, beside the reference.

    A rule that a variant does not have, has no strength and no lines there.

    Parameters
    ----------
    figures
        Of all runs with a plan.
    runs
        Every variant; those without a plan have no rows.
    reference
        Run of the reference; None where it has no plan.
    """
    positions = figures.of(*STRENGTHS, BINDING, BROKEN)
    columns = figures.texts(positions)
    families = dict(zip(columns["kind"], columns["detail"], strict=True))
    groups = list(zip(columns["kind"], columns["subject"], strict=True))
    counted: dict[str | None, dict[tuple[str, str], int]] = {None: {}}

    def counts(run: str | None) -> dict[tuple[str, str], int]:
        if run not in counted:
            own: dict[tuple[str, str], int] = {}
            values = figures.dense(run)[0][positions]
            for at in np.flatnonzero(values):
                own[groups[at]] = own.get(groups[at], 0) + int(values[at])
            counted[run] = own
        return counted[run]

    base = counts(reference)
    for one in runs:
        if not one.has_plan:
            continue
        own = counts(one.run)
        for rule, family in sorted(families.items()):
            yield {
                "variant": one.name,
                "rule_id": rule,
                "family": family,
                "strength": strength(own, rule),
                "lines": sum(own.get((rule, subject), 0) for subject in STRENGTHS),
                "binding": own.get((rule, BINDING), 0),
                "broken": own.get((rule, BROKEN), 0),
                "reference_strength": strength(base, rule),
                "reference_binding": None if reference is None else base.get((rule, BINDING), 0),
                "reference_broken": None if reference is None else base.get((rule, BROKEN), 0),
            }


def strength(counts: dict[tuple[str, str], int], rule: str) -> str | None:
    """Return the strongest of the lines of a rule; None where it has none."""
    return next((name for subject, name in STRENGTHS.items() if counts.get((rule, subject))), None)
