"""Boundaries as shapes of a drawing: on a grid, no finer than is seen, without gaps between neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from thuisplan.inputs.boundaries import Polygon

Node = tuple[int, int]
"""A point of the grid; y counts downwards."""

WIDTH = 960
"""Units that a drawing is wide. It is shown about 480 pixels wide, so a unit is half a pixel."""
TALLEST = 1200
MARGIN = 30
"""Units of the surroundings that are shown on every side."""
SEEN = 1.0
"""Units that a simpler line may lie beside the border."""
DOT = 4
"""Units from the middle to the corner of what is too small to have a shape."""
SCANS = 25
"""Horizontal lines on which room for a name is looked for."""


@dataclass(frozen=True, slots=True)
class Room:
    """Where a name fits: the middle, and how wide it may be there, in units."""

    x: int
    y: int
    width: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes of a map.

    Parameters
    ----------
    width, height
        Units of the ``viewBox``.
    paths
        Code -> ``d`` of a path, for all municipalities of the plan that have a shape.
    rooms
        Code -> where the name fits.
    around
        ``d`` of one path with all other municipalities that can be seen; empty if there are none.
    """

    width: int
    height: int
    paths: Mapping[str, str]
    rooms: Mapping[str, Room]
    around: str


def draw(shapes: Mapping[str, tuple[Polygon, ...]], codes: Iterable[str]) -> Drawing:
    """Draw the municipalities of a plan and what lies around them.

    Parameters
    ----------
    shapes
        Code -> polygons in metres; with at least one of ``codes``.
    codes
        The municipalities of the plan, in the order in which they are drawn.
    """
    own = [code for code in codes if code in shapes]
    frame = _Frame([shapes[code] for code in own])
    seen = {code: frame.rings(shapes[code]) for code in [*own, *sorted(shapes.keys() - set(own))]}
    for code in seen.keys() - set(own):
        if not frame.shows(seen[code]):
            del seen[code]
    simple = _simplified(seen)
    paths, rooms = {}, {}
    for code in own:
        rings = simple[code] or [_dot(frame.point(shapes[code][0][0][0]))]
        paths[code], rooms[code] = _path(rings), _room(rings)
    around = "".join(_path(simple[code]) for code in simple if code not in paths)
    return Drawing(WIDTH, frame.height, paths, rooms, around)


class _Frame:
    """What part of the country is shown, and how large."""

    def __init__(self, shapes: Sequence[tuple[Polygon, ...]]) -> None:
        points = [point for polygons in shapes for polygon in polygons for point in polygon[0]]
        west, east = min(x for x, _ in points), max(x for x, _ in points)
        south, north = min(y for _, y in points), max(y for _, y in points)
        width, height = max(east - west, 1.0), max(north - south, 1.0)
        self.scale = min((WIDTH - 2 * MARGIN) / width, (TALLEST - 2 * MARGIN) / height)
        self.height = round(height * self.scale) + 2 * MARGIN
        self.left = (west + east) / 2 - WIDTH / 2 / self.scale
        self.top = north + MARGIN / self.scale

    def point(self, point: tuple[float, float]) -> Node:
        """Return the nearest point of the grid."""
        return round((point[0] - self.left) * self.scale), round((self.top - point[1]) * self.scale)

    def rings(self, polygons: tuple[Polygon, ...]) -> list[list[Node]]:
        """Return the rings on the grid, without what falls together or goes to and fro."""
        rings = []
        for polygon in polygons:
            for ring in polygon:
                nodes: list[Node] = []
                for node in map(self.point, ring):
                    _append(nodes, node)
                while len(nodes) > 1 and nodes[0] == nodes[-1]:
                    nodes.pop()
                if len(nodes) > 2:
                    rings.append(nodes)
        return rings

    def shows(self, rings: list[list[Node]]) -> bool:
        """Whether some of it may be seen."""
        xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
        return bool(xs) and min(xs) < WIDTH and max(xs) > 0 and min(ys) < self.height and max(ys) > 0


def _append(nodes: list[Node], node: Node) -> None:
    """Add a node; a line to and fro leaves nothing."""
    if nodes and nodes[-1] == node:
        return
    if len(nodes) > 1 and nodes[-2] == node:
        nodes.pop()
        return
    nodes.append(node)


# --- simpler lines ----------------------------------------------------------------


def _simplified(seen: Mapping[str, list[list[Node]]]) -> dict[str, list[list[Node]]]:
    """Return simpler rings.

    Rings are cut where three borders meet, and each stretch is simplified by itself: two neighbours
    have the same stretch, so no gap comes between them.
    """
    beside: dict[Node, set[Node]] = {}
    for rings in seen.values():
        for ring in rings:
            for before, node in zip([ring[-1], *ring], ring, strict=False):
                beside.setdefault(node, set()).add(before)
                beside.setdefault(before, set()).add(node)
    corners = {node for node, others in beside.items() if len(others) > 2}
    result = {}
    for code, rings in seen.items():
        simple = [_simpler(ring, corners) for ring in rings]
        # What would become nothing stays as it is.
        result[code] = [short if len(short) > 2 else ring for short, ring in zip(simple, rings, strict=True)]
    return result


def _simpler(ring: list[Node], corners: set[Node]) -> list[Node]:
    cuts = [place for place, node in enumerate(ring) if node in corners]
    if not cuts:
        # An island or an enclave: whoever draws it cuts it at the same two nodes.
        first = ring.index(min(ring))
        far = max(
            ring, key=lambda node: ((node[0] - ring[first][0]) ** 2 + (node[1] - ring[first][1]) ** 2, node)
        )
        cuts = sorted((first, ring.index(far)))
    nodes: list[Node] = []
    for start, end in zip(cuts, [*cuts[1:], cuts[0] + len(ring)], strict=True):
        stretch = [ring[place % len(ring)] for place in range(start, end + 1)]
        turned = stretch[::-1] < stretch
        kept = _line(stretch[::-1] if turned else stretch)
        nodes += (kept[::-1] if turned else kept)[:-1]
    return nodes


def _line(nodes: list[Node]) -> list[Node]:
    """Leave out the nodes that nobody misses (Douglas and Peucker)."""
    kept = {0, len(nodes) - 1}
    waiting = [(0, len(nodes) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        (ax, ay), (bx, by) = nodes[first], nodes[last]
        dx, dy = bx - ax, by - ay
        length = dx * dx + dy * dy
        worst, place = -1.0, first
        for middle in range(first + 1, last):
            px, py = nodes[middle][0] - ax, nodes[middle][1] - ay
            along = min(max((px * dx + py * dy) / length, 0), 1) if length else 0
            beside = (px - along * dx) ** 2 + (py - along * dy) ** 2
            if beside > worst:
                worst, place = beside, middle
        if worst > SEEN * SEEN:
            kept.add(place)
            waiting += [(first, place), (place, last)]
    return [nodes[place] for place in sorted(kept)]


def _dot(node: Node) -> list[Node]:
    x, y = node
    return [(x, y - DOT), (x + DOT, y), (x, y + DOT), (x - DOT, y)]


def _path(rings: Iterable[list[Node]]) -> str:
    """Return the ``d`` of a path: each ring with steps from one node to the next."""
    parts = []
    for ring in rings:
        x, y = ring[0]
        steps = [f"M{x} {y}l"]
        for east, south in ring[1:]:
            gap = " " if len(steps) > 1 and east >= x else ""
            steps.append(f"{gap}{east - x}{'' if south < y else ' '}{south - y}")
            x, y = east, south
        parts.append("".join(steps) + "z")
    return "".join(parts)


# --- room for a name --------------------------------------------------------------


def _room(rings: list[list[Node]]) -> Room:
    """Return the middle of the widest part that is also wide a little higher and lower."""
    top = min(y for ring in rings for _, y in ring)
    bottom = max(y for ring in rings for _, y in ring)
    heights = [top + (bottom - top) * (place + 0.5) / SCANS for place in range(SCANS)]
    spans = [list(_spans(rings, height)) for height in heights]
    best = Room(*rings[0][0], 0)
    for place in range(1, SCANS - 1):
        for left, right in spans[place]:
            middle = (left + right) / 2
            half = min(
                max((min(middle - a, b - middle) for a, b in spans[line] if a < middle < b), default=0.0)
                for line in (place - 1, place, place + 1)
            )
            if 2 * half > best.width:
                best = Room(round(middle), round(heights[place]), round(2 * half))
    return best


def _spans(rings: list[list[Node]], height: float) -> Iterator[tuple[float, float]]:
    """Yield from where to where a horizontal line lies within."""
    crossings = []
    for ring in rings:
        for (ax, ay), (bx, by) in zip([ring[-1], *ring], ring, strict=False):
            if (ay > height) != (by > height):
                crossings.append(ax + (height - ay) * (bx - ax) / (by - ay))
    crossings.sort()
    yield from zip(crossings[::2], crossings[1::2], strict=False)
