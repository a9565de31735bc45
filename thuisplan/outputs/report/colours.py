"""Which colour shows what, the same in every chart of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

COLOURS = 8
"""Series that a chart can tell apart."""
SEGMENT_COLOURS: Mapping[str, int] = MappingProxyType(
    {"social_rent": 1, "mid_rent": 2, "affordable_owner": 3, "market": 4, "outside": 5}
)
"""Segment -> number of its colour."""

TYPE_COLOURS: Mapping[str, int] = MappingProxyType(
    {
        "social_regular": 1,
        "mid_rent": 2,
        "affordable_owner": 3,
        "market": 4,
        "room": 5,
        "clustered": 6,
        "care_suitable": 7,
        "caravan": 8,
    }
)
"""Dwelling type -> number of its colour; other types are grey. A type and its segment look alike."""


Item = TypeVar("Item")


def told_apart(in_order: Sequence[Item]) -> tuple[Sequence[Item], Sequence[Item]]:
    """Return what a chart shows one by one, and what it takes together in its last colour.

    Parameters
    ----------
    in_order
        What is shown, the largest first.
    """
    shown = len(in_order) if len(in_order) <= COLOURS else COLOURS - 1
    return in_order[:shown], in_order[shown:]
