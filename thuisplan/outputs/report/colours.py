"""Which colour shows what, the same in every chart of a report."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

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
