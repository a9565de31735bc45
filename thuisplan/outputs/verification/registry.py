"""The families that can be verified: name -> the function that restates their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from thuisplan.outputs.verification import (
    affordable_share,
    availability,
    capacity,
    care_capacity,
    commitment,
    deficit,
    exclusion,
    extra_cost,
    fair_share,
    feature_target,
    flex_life,
    follow_up,
    lettings,
    mid_share,
    minimum_contribution,
    need,
    neighbourhood,
    own_first,
    permit_holders,
    project_size,
    social_share,
    steady_series,
    stock_share,
    vacancy_share,
    waiting_list,
    workplace_mix,
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
        "lettings": lettings.lines,
        "waiting_list": waiting_list.lines,
        "vacancy_share": vacancy_share.lines,
        "permit_holders": permit_holders.lines,
        "follow_up": follow_up.lines,
        "flex_life": flex_life.lines,
        "workplace_mix": workplace_mix.lines,
        "own_first": own_first.lines,
        "neighbourhood": neighbourhood.lines,
        "care_capacity": care_capacity.lines,
        "steady_series": steady_series.lines,
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
    "lettings",
    "waiting_list",
    "permit_holders",
    "follow_up",
    "neighbourhood",
    "care_capacity",
)
"""Families of which every plan has at least one rule."""
