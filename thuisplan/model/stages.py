"""Stages: objectives in order, each with when it may stop and what later ones may give back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from thuisplan.inputs.defaults import CHANGE
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import StageRow

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "unmet_special": "dwelling-years",
        "unmet_regular": "dwelling-years",
        "rule_violation": "relative",
        "fair_share_max": "share",
        "fair_share_mean": "share",
        "extra_cost": "kEUR",
        "deficit": "kEUR",
        "change": "dwellings",
        "lateness": "dwelling-years",
        "swapped": "persons",
    }
)
"""Measure -> its unit."""

TRIVIAL_BOUND = 0.0
"""No measure can be below zero: shortfalls, deviations, costs and delays are not negative."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One objective: weighted measures, and its tolerances in their unit.

    Parameters
    ----------
    number
        Its place in the order.
    measures
        Measure -> weight; several make a blend.
    close_rel, close_abs
        The stage is closed when the plan is this close to the bound.
    keep_rel, keep_abs
        What later stages may give back.
    """

    number: int
    measures: dict[str, float]
    close_rel: float
    close_abs: float
    keep_rel: float
    keep_abs: float

    @property
    def unit(self) -> str:
        """Unit of the objective; a blend has none of its own."""
        names = list(self.measures)
        return UNITS[names[0]] if len(names) == 1 else "blend"

    def limit(self, value: float) -> float:
        """Return what the objective may become in later stages."""
        return value + max(self.keep_rel * abs(value), self.keep_abs)


def stages(instance: Instance, reference: bool = False) -> tuple[Stage, ...]:
    """Return the stages of an instance in order; rows of one number make one stage.

    Parameters
    ----------
    instance
        The resolved input.
    reference
        Whether there is an earlier plan to stay close to. Unless the input has a stage for it, ``change``
        then comes before ``lateness`` (or last), and the numbers from there on are one higher.
    """
    rows: dict[int, list[StageRow]] = {}
    listed = instance.rows(StageRow)
    for row in _with_change(listed) if reference else listed:
        rows.setdefault(row.stage, []).append(row)
    return tuple(
        Stage(
            number=number,
            measures={row.measure: float(row.weight) for row in parts},
            close_rel=max(float(row.close_rel) for row in parts),
            close_abs=max(float(row.close_abs) for row in parts),
            keep_rel=max(float(row.keep_rel) for row in parts),
            keep_abs=max(float(row.keep_abs) for row in parts),
        )
        for number, parts in sorted(rows.items())
    )


def _with_change(listed: Sequence[StageRow]) -> list[StageRow]:
    """Return the rows of the stages with one for the change from an earlier plan."""
    if any(row.measure == CHANGE.measure for row in listed):
        return list(listed)
    late = [row.stage for row in listed if row.measure == "lateness"]
    number = min(late) if late else max(row.stage for row in listed) + 1
    moved = [replace(row, stage=row.stage + 1) if row.stage >= number else row for row in listed]
    return [*moved, replace(CHANGE, stage=number)]
