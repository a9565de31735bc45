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
        )
    }
)
"""Family name -> requirements(rule, quantities)."""
