"""Reads TopoJSON: borders that neighbours share stand in it once, as arcs that shapes refer to.

The libraries that know this format weigh tens of megabytes and are made to write it; reading it is short.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

LARGEST_SHAPES = 5_000_000
"""Positions of all shapes together; a small file can refer to a long arc a million times."""


class BrokenShape(ValueError):
    """A shape, or what it refers to, is not what the format prescribes."""


def items(value: Any) -> list[Any]:
    """Return a list as it is; raises BrokenShape if it is none."""
    if not isinstance(value, list):
        raise BrokenShape
    return value


def number(value: Any) -> float:
    """Return a finite number; raises BrokenShape if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BrokenShape
    try:
        result = float(value)
    except OverflowError as error:
        raise BrokenShape from error
    if not math.isfinite(result):
        raise BrokenShape
    return result


def pair(value: Any) -> tuple[float, float]:
    """Return the first two numbers of a list, such as a position with a height; raises BrokenShape."""
    if len(items(value)) < 2:
        raise BrokenShape
    return number(value[0]), number(value[1])


class Topology:
    """A TopoJSON document.

    Parameters
    ----------
    document
        The document as JSON gives it; nothing in it is trusted.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._arcs: dict[int, list[tuple[float, float]]] = {}
        self._positions = 0

    def layers(self) -> Iterator[list[Mapping[str, Any]]]:
        """Yield the geometries of each object; collections in collections are taken apart."""
        objects = self._document.get("objects")
        for layer in objects.values() if isinstance(objects, dict) else ():
            found: list[Mapping[str, Any]] = []
            waiting = [layer]
            while waiting:
                one = waiting.pop()
                if isinstance(one, dict) and isinstance(one.get("geometries"), list):
                    waiting += reversed(one["geometries"])
                elif isinstance(one, dict):
                    found.append(one)
            yield found

    def geometry(self, shape: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a geometry with coordinates instead of arcs, as GeoJSON has it.

        Raises
        ------
        BrokenShape
            If it refers to arcs that are not there, or to more than ``LARGEST_SHAPES`` positions.
        """
        kind, arcs = shape.get("type"), shape.get("arcs")
        if kind == "Polygon":
            return {"type": kind, "coordinates": self._rings(arcs)}
        if kind == "MultiPolygon":
            return {"type": kind, "coordinates": [self._rings(polygon) for polygon in items(arcs)]}
        return {"type": kind}

    def _rings(self, arcs: Any) -> list[list[list[float]]]:
        return [self._ring(items(ring)) for ring in items(arcs)]

    def _ring(self, references: list[Any]) -> list[list[float]]:
        """Join arcs: each starts where the one before it ends."""
        ring: list[list[float]] = []
        for reference in references:
            if isinstance(reference, bool) or not isinstance(reference, int):
                raise BrokenShape
            arc = self._arc(~reference if reference < 0 else reference)
            self._positions += len(arc)
            if self._positions > LARGEST_SHAPES:
                raise BrokenShape
            ring += map(list, (arc[::-1] if reference < 0 else arc)[1 if ring else 0 :])
        return ring

    def _arc(self, place: int) -> list[tuple[float, float]]:
        """Return the positions of an arc; in a document with a transform they are steps on a grid."""
        if place not in self._arcs:
            arcs = items(self._document.get("arcs"))
            if place >= len(arcs):
                raise BrokenShape
            positions = [pair(position) for position in items(arcs[place])]
            transform = self._document.get("transform")
            if transform is not None:
                if not isinstance(transform, dict):
                    raise BrokenShape
                scale, start = pair(transform.get("scale")), pair(transform.get("translate"))
                x = y = 0.0
                for step, (east, north) in enumerate(positions):
                    x, y = x + east, y + north
                    positions[step] = (x * scale[0] + start[0], y * scale[1] + start[1])
            self._arcs[place] = positions
        return self._arcs[place]
