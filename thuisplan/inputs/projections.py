"""Tells in which projection coordinates of the Netherlands are, from the coordinates themselves.

What two numbers mean a file may say wrongly or not at all; the ranges below do not overlap.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

EARTH = 6_371_000
"""Radius in metres."""
MIDDLE = (5.4, 52.2)
"""Longitude and latitude about which a flat map is drawn."""

_CRS_READ = re.compile(r"(?<![0-9])(28992|7415|4326|4258|4289)(?![0-9])|CRS:?84|RD[ _]?New", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Box:
    """The smallest and largest coordinates of shapes."""

    west: float
    south: float
    east: float
    north: float

    def within(self, west: float, south: float, east: float, north: float) -> bool:
        """Whether it lies in a range."""
        return west <= self.west and self.east <= east and south <= self.south and self.north <= north


def is_degrees(box: Box) -> bool:
    """Whether these are longitudes and latitudes in the Netherlands and its part of the sea."""
    return box.within(2, 50, 8, 56)


def is_metres(box: Box) -> bool:
    """Whether these are metres of the Dutch grid (RD, EPSG:28992) in the Netherlands."""
    return box.within(-20_000, 280_000, 320_000, 700_000)


def is_swapped(box: Box) -> bool:
    """Whether these are either of them with the second coordinate first."""
    turned = Box(box.south, box.west, box.north, box.east)
    return is_degrees(turned) or is_metres(turned)


def is_web_mercator(box: Box) -> bool:
    """Whether these are metres of Web Mercator (EPSG:3857) in the Netherlands."""
    return box.within(220_000, 6_400_000, 900_000, 7_600_000)


def is_utm(box: Box) -> bool:
    """Whether these are metres of UTM zone 31 (EPSG:25831) in the Netherlands."""
    return box.within(400_000, 5_500_000, 850_000, 6_200_000)


def is_read(crs: str) -> bool:
    """Whether a ``crs`` member names degrees or the Dutch grid."""
    return _CRS_READ.search(crs) is not None


def flat(longitude: float, latitude: float) -> tuple[float, float]:
    """Return metres east and north of the middle of the country.

    Areas stay true (sinusoidal projection); in the Netherlands shapes differ by too little to be seen.
    """
    east = math.radians(longitude - MIDDLE[0]) * math.cos(math.radians(latitude)) * EARTH
    return east, math.radians(latitude - MIDDLE[1]) * EARTH
