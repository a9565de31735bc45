"""The families that can be verified: name -> the function that restates their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from thuisplan.outputs.verification import (
    affordable_share,
    availability,
    capacity,
    commitment,
    deficit,
    exclusion,
    extra_cost,
    fair_share,
    feature_target,
    mid_share,
    minimum_contribution,
    need,
    project_size,
    social_share,
    stock_share,
)
from thuisplan.outputs.verification.line import Line
from thuisplan.outputs.verification.tables import Rule, Tables

FAMILIES: Mapping[str, Callable[[Tables, Rule], Iterator[Line]]] = MappingProxyType(
    {
        "need": need.lines,
        "capacity": capacity.lines,
        "availability": availability.lines,
        "commitment": commitment.lines,
        "exclusion": exclusion.lines,
        "project_size": project_size.lines,
        "extra_cost": extra_cost.lines,
        "deficit": deficit.lines,
        "social_share": social_share.lines,
        "mid_share": mid_share.lines,
        "affordable_share": affordable_share.lines,
        "feature_target": feature_target.lines,
        "fair_share": fair_share.lines,
        "minimum_contribution": minimum_contribution.lines,
        "stock_share": stock_share.lines,
    }
)
"""Family -> lines; a family that is not here cannot be verified, and the verification says so."""

AUTOMATIC = (
    "need",
    "capacity",
    "availability",
    "commitment",
    "exclusion",
    "project_size",
    "extra_cost",
    "deficit",
)
"""Families of which every plan has at least one rule."""
