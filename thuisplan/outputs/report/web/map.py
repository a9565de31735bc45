"""The map of a report: municipalities coloured by a figure, as shapes or as tiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from thuisplan.inputs.boundaries import Boundaries
from thuisplan.outputs.report.content import Figure, Kind
from thuisplan.outputs.report.web.anchors import page_anchor
from thuisplan.outputs.report.web.formats import cell_text, shown_number
from thuisplan.outputs.report.web.map_classes import NONE, Class, Classes, classify
from thuisplan.outputs.report.web.map_shapes import Drawing, Room, draw
from thuisplan.outputs.texts import text

MOST_NAMES = 40
"""Municipalities up to which names stand on the map itself, and tiles are large enough for one."""
LETTER = 15
"""Units that a letter on the map is wide, about."""


@dataclass(frozen=True, slots=True)
class Area:
    """A municipality on the map.

    Parameters
    ----------
    number
        Its place among all areas.
    code, name
        As in the input.
    link
        Its page, such as ``#p-GM0150``.
    colour
        Code of the class of the figure that is shown first.
    value
        The value of that figure, in words.
    path
        ``d`` of its shape; empty for a tile.
    room
        Where its name and value stand on the map; None where they do not fit.
    """

    number: int
    code: str
    name: str
    link: str
    colour: str
    value: str
    path: str = ""
    room: Room | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Tiles under the name of their region."""

    name: str
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A figure that can be chosen, with its legend."""

    code: str
    title: str
    legend: tuple[Class, ...]


@dataclass(frozen=True, slots=True)
class Atlas:
    """All that the map of a page shows.

    Parameters
    ----------
    kind
        ``map``, or ``tiles`` where there are no boundaries.
    told
        What it is, for those who do not see it.
    drawing
        Size and surroundings of the map; None for tiles.
    shapes
        The municipalities that have a shape.
    groups
        The others as tiles, per region.
    small
        Whether there are too many tiles for names on them.
    choices
        The figures that can be shown; the first is shown at first.
    missing
        Codes of municipalities that the given boundaries do not have.
    notes
        What is missing, and how to get a map.
    words
        Labels of the controls.
    data
        What the page's script needs to show another figure.
    """

    kind: str
    told: str
    drawing: Drawing | None
    shapes: tuple[Area, ...]
    groups: tuple[Group, ...]
    small: bool
    choices: tuple[Choice, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    words: Mapping[str, str]
    data: Mapping[str, Any]

    @property
    def areas(self) -> tuple[Area, ...]:
        """All municipalities: those with a shape, then the tiles."""
        return (*self.shapes, *(area for group in self.groups for area in group.areas))


def make_atlas(
    municipalities: Mapping[str, str],
    regions: Mapping[str, str],
    figures: tuple[Figure, ...],
    boundaries: Boundaries | None,
    language: str,
) -> Atlas | None:
    """Make the map of a report; None where it has nothing to show.

    Parameters
    ----------
    municipalities
        Code -> name, in the order of the input.
    regions
        Code -> name of the region under which its tile stands; who has none comes last.
    figures
        What can be shown; the first is shown at first.
    boundaries
        Shapes of municipalities; None for tiles.
    language
        ``nl`` or ``en``.
    """
    if not municipalities or not figures:
        return None
    shapes = boundaries.shapes if boundaries else {}
    drawn = [code for code in municipalities if code in shapes]
    absent = [code for code in municipalities if code not in shapes]
    drawing = draw(shapes, drawn) if drawn else None
    few = len(municipalities) <= MOST_NAMES

    grouped: dict[str, list[str]] = {}
    for code in absent:
        group = text("report_map.absent", language) if drawn else regions.get(code, "")
        grouped.setdefault(group, []).append(code)
    order = sorted(grouped, key=lambda name: not name)  # who has no region comes last
    codes = [*drawn, *(code for name in order for code in grouped[name])]

    kinds = {
        figure.code: classify(_shown(figure), codes, _limit_writer(figure.kind, language), language)
        for figure in figures
    }
    values = {figure.code: _values(figure, codes, language) for figure in figures}
    first = figures[0].code
    areas = {}
    for number, code in enumerate(codes):
        colour, value = kinds[first].of.get(code, NONE), values[first][number]
        areas[code] = Area(number, code, municipalities[code], f"#{page_anchor(code)}", colour, value)
    if drawing:
        for code in drawn:
            room = _room(municipalities[code], drawing.rooms[code]) if few else None
            areas[code] = replace(areas[code], path=drawing.paths[code], room=room)

    kind = "map" if drawing else "tiles"
    title = figures[0].title
    return Atlas(
        kind,
        text(f"report_map.told_{kind}", language, count=len(codes), figure=title),
        drawing,
        tuple(areas[code] for code in drawn),
        tuple(
            Group(name or _rest(grouped, language), tuple(areas[c] for c in grouped[name])) for name in order
        ),
        not few,
        tuple(Choice(figure.code, figure.title, kinds[figure.code].legend) for figure in figures),
        tuple(absent) if boundaries else (),
        tuple(_notes(municipalities, absent, boundaries, language)),
        {name: text(f"report_map.{name}", language) for name in ("choose", "legend", "counts", "keys")},
        _data([municipalities[code] for code in codes], codes, figures, kinds, values, language),
    )


def _limit_writer(kind: Kind, language: str) -> Callable[[Fraction], str]:
    """Return what writes a limit of a class."""
    return lambda limit: cell_text(int(limit) if limit.denominator == 1 else float(limit), kind, language)


def _shown(figure: Figure) -> dict[str, Fraction]:
    """Return the values of a figure as they are read: what looks equal has one colour."""
    kind = figure.kind
    return {code: shown_number(_short(value, kind), kind) for code, value in figure.values.items()}


def _values(figure: Figure, codes: Iterable[str], language: str) -> list[str]:
    """Return the values of a figure in words."""
    nothing = text("report_map.no_data", language)
    return [
        cell_text(_short(figure.values[code], figure.kind), figure.kind, language)
        if code in figure.values
        else nothing
        for code in codes
    ]


def _short(value: int | float, kind: Kind) -> int | float:
    """Return a number in three digits or all before the comma: there is little room on a map."""
    if kind is not Kind.NUMBER or abs(value) < 10:
        return value
    return round(value) if abs(value) >= 100 else round(value, 1)


def _room(name: str, room: Room) -> Room | None:
    """Return the room for a name if it is wide enough; a name may stand out over its border a little."""
    return room if len(name) * LETTER <= room.width * 1.4 else None


def _rest(grouped: Mapping[str, list[str]], language: str) -> str:
    """Return what stands above municipalities without a region; nothing if that is all of them."""
    return text("report_map.no_region", language) if len(grouped) > 1 else ""


def _notes(
    municipalities: Mapping[str, str], absent: list[str], boundaries: Boundaries | None, language: str
) -> Iterable[str]:
    if boundaries is None:
        yield text("report_map.how_to", language)
    elif absent:
        names = tuple(municipalities[code] for code in absent)
        code = "some_absent" if len(absent) < len(municipalities) else "all_absent"
        yield text(f"report_map.{code}", language, file=boundaries.source, names=names, count=len(names))


def _data(
    names: list[str],
    codes: list[str],
    figures: tuple[Figure, ...],
    kinds: Mapping[str, Classes],
    values: Mapping[str, list[str]],
    language: str,
) -> Mapping[str, Any]:
    """Return what the page's script needs: colours and values of each figure, in the order of the areas."""
    return {
        "names": names,
        "figures": [
            {
                "title": figure.title,
                "colours": [kinds[figure.code].of.get(code, NONE) for code in codes],
                "values": values[figure.code],
                "told": {
                    kind: text(f"report_map.told_{kind}", language, count=len(codes), figure=figure.title)
                    for kind in ("map", "tiles")
                },
            }
            for figure in figures
        ],
    }
