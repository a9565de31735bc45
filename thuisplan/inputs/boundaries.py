"""Reads the boundaries of municipalities: GeoJSON or TopoJSON as CBS, PDOK and Kadaster write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thuisplan.inputs import projections
from thuisplan.inputs.findings import Finding, InputError
from thuisplan.inputs.projections import Box
from thuisplan.inputs.raw import wrong
from thuisplan.inputs.topojson import BrokenShape, Topology, items, pair

Point = tuple[float, float]
Ring = tuple[Point, ...]
Polygon = tuple[Ring, ...]
"""The outside, then the holes."""

LARGEST_FILE = 50_000_000
"""Bytes. The generalised boundaries of all municipalities take 1 to 4 million."""

CODES = ("statcode", "gm_code", "gemeentecode", "gemeente_code", "gemcode", "identificatie", "code", "id")
"""Properties with the code of a municipality, in the order in which they are tried, in any capitals: CBS
(``statcode``, ``GM_CODE``, ``gemeentecode``) and Kadaster (``identificatie``, ``code``)."""
_NUMBERED = ("gm_code", "gemeentecode", "gemeente_code", "gemcode")
"""Properties in which 150 can only mean GM0150."""
_PARTS = ("buurtcode", "bu_code", "wijkcode", "wk_code")
"""Properties of districts and neighbourhoods; these name their municipality as well."""
_OTHER_LEVEL = re.compile(r"(?!GM)[A-Z]{2}[0-9]{2,8}")
_MENTIONED = 5
"""Codes or properties that a sentence names."""


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The shapes of municipalities.

    Parameters
    ----------
    source
        Name of the file.
    shapes
        Code such as ``GM0150`` -> polygons, in metres east and north on a flat map. Neighbours have the
        same points on the border that they share, if they have so in the file.
    """

    source: str
    shapes: Mapping[str, tuple[Polygon, ...]]


@dataclass(frozen=True, slots=True)
class _Feature:
    """A shape as given: its properties by names without capitals, and the geometry."""

    properties: Mapping[str, Any]
    geometry: Any


def read_boundaries(path: Path) -> Boundaries:
    """Read the boundaries of municipalities.

    Coordinates are degrees (WGS84) or metres of the Dutch grid (RD, EPSG:28992), which their size tells
    apart. Shapes of water (CBS: ``water`` is ``JA``) are left out, and shapes without the code of a
    municipality, if others have one.

    Parameters
    ----------
    path
        A GeoJSON or TopoJSON file.

    Raises
    ------
    InputError
        If anything is wrong; it holds every finding.
    """
    path = Path(path)
    document = _document(path, _text(path))
    source = path.name
    findings = list(_crs(document, source))
    if document.get("type") == "Topology":
        topology = Topology(document)
        layers = [list(map(_feature_of_shape, layer)) for layer in topology.layers()]
    else:
        topology = None
        layers = [list(_features(document))]
    # A TopoJSON file often holds provinces beside municipalities.
    features = max(layers, key=lambda layer: sum(1 for _ in _coded(layer)), default=[])
    coded = list(_coded(features))
    findings += _about_codes([one for layer in layers for one in layer], coded, source)
    shapes: dict[str, tuple[Polygon, ...]] = {}
    broken, flat_less = [], []
    for code, feature in coded:
        try:
            geometry = feature.geometry
            if topology is not None and geometry is not None:
                geometry = topology.geometry(geometry)
            polygons = _polygons(geometry)
        except BrokenShape:
            broken.append(code)
            continue
        if polygons is None:
            flat_less.append(code)
        elif polygons:
            shapes[code] = shapes.get(code, ()) + polygons
    if broken:
        findings.append(wrong("boundaries_broken_shape", source, **_named(broken)))
    if flat_less:
        findings.append(wrong("boundaries_without_surface", source, **_named(flat_less)))
    if coded and not shapes and not broken and not flat_less:
        findings.append(wrong("boundaries_without_shapes", source))
    if shapes and not any(one.code == "boundaries_other_crs" for one in findings):
        findings += _about_place(shapes, source)
    if findings:
        raise InputError(findings)
    if projections.is_degrees(_box(shapes.values())):
        shapes = {code: tuple(map(_flat, polygons)) for code, polygons in shapes.items()}
    return Boundaries(source, shapes)


# --- the file ---------------------------------------------------------------------


def _text(path: Path) -> str:
    """Return the text of a file; raises InputError."""
    source = str(path)
    try:
        if not path.exists():
            raise InputError([wrong("boundaries_missing", source)])
        if not path.is_file():
            raise InputError([wrong("boundaries_not_a_file", source)])
        with path.open("rb") as file:
            if _is_foreign(file.read(20), path.suffix.casefold()):
                raise InputError([wrong("boundaries_unsupported", path.name)])
        if (size := path.stat().st_size) > LARGEST_FILE:
            finding = wrong("boundaries_too_large", path.name, bytes=size, limit=LARGEST_FILE)
            raise InputError([finding])
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise InputError([wrong("boundaries_not_json", path.name, line=None)]) from error
        # ValueError: a name with a NUL in it.
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError([wrong("unreadable", source, reason=reason)]) from error


def _is_foreign(start: bytes, suffix: str) -> bool:
    """Whether a file is a shapefile, GeoPackage, archive, GML or web page, by its first bytes or its name."""
    marks = (b"PK\x03\x04", b"SQLite format 3", b"\x00\x00\x27\x0a", b"\x1f\x8b", b"fgb", b"PAR1", b"<")
    names = (".shp", ".shx", ".dbf", ".prj", ".gpkg", ".zip", ".gml", ".kml", ".gdb", ".csv", ".xlsx")
    return start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(marks) or suffix in names


def _document(path: Path, text: str) -> Mapping[str, Any]:
    """Return a JSON object; raises InputError."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        document = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise InputError([wrong("boundaries_not_json", path.name, line=line)]) from error
    if not isinstance(document, dict) or document.get("type") not in (
        "FeatureCollection",
        "Feature",
        "Topology",
    ):
        raise InputError([wrong("boundaries_not_geojson", path.name)])
    return document


def _crs(document: Mapping[str, Any], source: str) -> Iterator[Finding]:
    """Yield that a file names a projection that is not read."""
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    if isinstance(properties, dict):
        name = properties.get("name", properties.get("code"))
        if isinstance(name, str | int) and not projections.is_read(str(name)):
            yield wrong("boundaries_other_crs", source, crs=str(name)[:60])


# --- features and codes -----------------------------------------------------------


def _features(document: Mapping[str, Any]) -> Iterator[_Feature]:
    found = [document] if document["type"] == "Feature" else document.get("features")
    for feature in found if isinstance(found, list) else ():
        if isinstance(feature, dict):
            yield _Feature(_properties(feature), feature.get("geometry"))


def _feature_of_shape(shape: Mapping[str, Any]) -> _Feature:
    return _Feature(_properties(shape), shape if shape.get("type") else None)


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return properties by names without capitals; the identity of a feature counts as one."""
    given = feature.get("properties")
    properties = (
        {str(name).casefold(): value for name, value in given.items()} if isinstance(given, dict) else {}
    )
    if "id" in feature:
        properties.setdefault("id", feature["id"])
    return properties


def _coded(features: list[_Feature]) -> Iterator[tuple[str, _Feature]]:
    """Yield the features that are municipalities, with their codes, from one and the same property."""
    for name in CODES:
        found = [(_read_code(name, feature.properties.get(name)), feature) for feature in features]
        if any(code for code, _ in found):
            for code, feature in found:
                water = str(feature.properties.get("water", "")).upper() in ("JA", "B")
                if code and not water:
                    yield code, feature
            return


def _read_code(name: str, value: Any) -> str | None:
    """Return the code of a municipality; in a property for these ``0150`` and 150 are codes as well."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(int(value) if isinstance(value, float) and value.is_integer() else value).strip().upper()
    if re.fullmatch(r"GM[0-9]{4}", text):
        return text
    digits = r"[0-9]{1,4}" if name in _NUMBERED else r"[0-9]{4}" if name == "code" else None
    return f"GM{int(text):04d}" if digits and re.fullmatch(digits, text) else None


def _about_codes(
    features: list[_Feature], coded: list[tuple[str, _Feature]], source: str
) -> Iterator[Finding]:
    """Yield what is wrong with the codes of a file: none, or those of something else than municipalities."""
    if not features:
        yield wrong("boundaries_empty", source)
        return
    of_municipalities = [feature for _, feature in coded]
    parts = _texts(of_municipalities or features, _PARTS)
    others = [] if coded else [value for value in _texts(features, CODES) if _OTHER_LEVEL.fullmatch(value)]
    if parts or others:
        yield wrong("boundaries_other_level", source, found=(parts or others)[0][:20])
    elif not coded:
        names = {name for feature in features for name in feature.properties}
        # A file of CBS may have two hundred figures in its properties.
        properties = tuple(name[:30] for name in sorted(names)[:20])
        yield wrong("boundaries_without_codes", source, properties=properties)


def _texts(features: list[_Feature], names: tuple[str, ...]) -> list[str]:
    """Return the texts in some properties."""
    values = (feature.properties.get(name) for feature in features for name in names)
    return [value for value in values if isinstance(value, str)]


# --- shapes -----------------------------------------------------------------------


def _polygons(geometry: Any) -> tuple[Polygon, ...] | None:
    """Return the polygons of a geometry: none where it is empty, None where it is no surface."""
    if geometry is None:
        return ()
    if not isinstance(geometry, dict):
        raise BrokenShape
    if geometry.get("type") == "Polygon":
        polygons = [geometry.get("coordinates")]
    elif geometry.get("type") == "MultiPolygon":
        polygons = items(geometry.get("coordinates"))
    else:
        return None
    return tuple(tuple(map(_ring, rings)) for rings in map(items, polygons) if rings)


def _ring(positions: Any) -> Ring:
    ring = tuple(map(pair, items(positions)))
    if len(ring) < 4:  # the last is the first
        raise BrokenShape
    return ring


def _flat(polygon: Polygon) -> Polygon:
    return tuple(tuple(projections.flat(*point) for point in ring) for ring in polygon)


def _box(shapes: Iterable[tuple[Polygon, ...]]) -> Box:
    points = [point for polygons in shapes for polygon in polygons for ring in polygon for point in ring]
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def _about_place(shapes: Mapping[str, tuple[Polygon, ...]], source: str) -> Iterator[Finding]:
    """Yield that coordinates are not those of the Netherlands, and what they seem to be."""
    box = _box(shapes.values())
    if projections.is_degrees(box) or projections.is_metres(box):
        return
    boxes = {code: _box([polygons]) for code, polygons in shapes.items()}
    for kind in (projections.is_degrees, projections.is_metres):
        outside = [code for code, one in boxes.items() if not kind(one)]
        if len(outside) < len(boxes) / 2:
            yield wrong("boundaries_some_outside", source, **_named(outside))
            return
    x, y = next(iter(shapes.values()))[0][0][0]
    yield wrong(_problem(box), source, x=round(x, 2), y=round(y, 2))


def _problem(box: Box) -> str:
    """Return the code of what coordinates seem to be."""
    if projections.is_swapped(box):
        return "boundaries_swapped"
    if projections.is_web_mercator(box):
        return "boundaries_web_mercator"
    if projections.is_utm(box):
        return "boundaries_utm"
    return "boundaries_outside"


def _named(municipalities: list[str]) -> dict[str, Any]:
    """Return how many municipalities a sentence is about, and some of them."""
    named = tuple(dict.fromkeys(municipalities))
    return {"count": len(named), "municipalities": named[:_MENTIONED]}
