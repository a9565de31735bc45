"""What a plan decides besides what is built and paid: lettings, moves, swaps and neighbourhoods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

VACATED, NEW = "vacated", "new"
"""Sources of a letting: a vacated dwelling, or a place of an option."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Whole numbers above zero of the written plan; what is absent is zero.

    Parameters
    ----------
    vacated
        (flow, municipality, year) -> households let a vacated dwelling.
    placed
        (flow, municipality, year, option) -> households let a place of an option.
    moved
        (municipality, year, option) -> temporary dwellings that came from the pool of the region.
    given, taken
        (municipality, year) -> persons of the task that others take over, or that are taken over.
    sited
        (municipality, year, option, neighbourhood) -> dwellings completed there.
    """

    vacated: Mapping[tuple[str, str, int], int] = field(default_factory=dict)
    placed: Mapping[tuple[str, str, int, str], int] = field(default_factory=dict)
    moved: Mapping[tuple[str, int, str], int] = field(default_factory=dict)
    given: Mapping[tuple[str, int], int] = field(default_factory=dict)
    taken: Mapping[tuple[str, int], int] = field(default_factory=dict)
    sited: Mapping[tuple[str, int, str, str], int] = field(default_factory=dict)
