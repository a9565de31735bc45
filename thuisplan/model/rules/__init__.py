"""The rule families: name -> function that yields the requirements of a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement
from thuisplan.model.rules import (
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

Family = Callable[[Rule, Quantities], Iterator[Requirement]]

REQUIREMENTS: Mapping[str, Family] = MappingProxyType(
    {
        module.__name__.rpartition(".")[2]: module.requirements
        for module in (
            need,
            capacity,
            availability,
            commitment,
            exclusion,
            project_size,
            social_share,
            mid_share,
            affordable_share,
            feature_target,
            extra_cost,
            deficit,
            fair_share,
            minimum_contribution,
            stock_share,
            steady_series,
            flex_life,
            follow_up,
            permit_holders,
            vacancy_share,
            waiting_list,
            lettings,
            own_first,
            neighbourhood,
            workplace_mix,
            care_capacity,
        )
    }
)
"""Family name -> requirements(rule, quantities)."""
