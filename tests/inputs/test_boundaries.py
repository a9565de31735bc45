"""Boundaries: what CBS, PDOK and Kadaster write is read; anything else is told in a sentence."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thuisplan.inputs import boundaries as module
from thuisplan.inputs.boundaries import Boundaries, read_boundaries
from thuisplan.inputs.findings import Finding, InputError
from thuisplan.inputs.topojson import LARGEST_SHAPES, BrokenShape, Topology
from thuisplan.outputs.texts import finding_text

Json = dict[str, Any]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a document, or text as it is."""

    def made(document: Any, name: str = "gemeenten.geojson") -> Path:
        path = tmp_path / name
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        path.write_bytes(content)
        return path

    return made


def square(x: float, y: float, size: float) -> list[list[list[float]]]:
    """Return the coordinates of a Polygon: a square with its lower left corner at x, y."""
    return [[[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]]


def feature(properties: Any, coordinates: Any = None, kind: str = "Polygon", **more: Any) -> Json:
    shape = square(6.0, 52.0, 0.1) if coordinates is None else coordinates
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": shape},
        **more,
    }


def collection(*features: Any, **more: Any) -> Json:
    return {"type": "FeatureCollection", "features": list(features), **more}


def told(path: Path, language: str = "en") -> list[str]:
    with pytest.raises(InputError) as caught:
        read_boundaries(path)
    return [finding_text(finding, language) for finding in caught.value.findings]


def codes(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_boundaries(path)
    return [finding.code for finding in caught.value.findings]


def flat(found: Boundaries, code: str) -> list[list[list[tuple[int, int]]]]:
    """Return the shapes of a municipality in whole metres."""
    return [[[(round(x), round(y)) for x, y in ring] for ring in polygon] for polygon in found.shapes[code]]


# --- what is read ------------------------------------------------------------------


@pytest.mark.parametrize(
    "properties",
    [
        {"statcode": "GM0150", "statnaam": "Deventer", "jrstatcode": "2023GM0150", "id": 9},
        {"GM_CODE": "GM0150", "GM_NAAM": "Deventer", "WATER": "NEE"},
        {"gemeentecode": "GM0150"},
        {"identificatie": "GM0150", "naam": "Deventer", "code": "0150", "ligt_in_provincie_code": "23"},
        {"code": "0150", "gemeentenaam": "Deventer"},
        {"Code": " gm0150 "},
        {"Gemeentecode": 150},
        {"gemcode": "150"},
        {"gm_code": 150.0},
    ],
    ids=lambda properties: next(iter(properties)),
)
def test_the_code_stands_where_cbs_pdok_and_kadaster_put_it(properties: Json, write: Write) -> None:
    """In any capitals; only in a property for codes of municipalities is 150 one."""
    assert list(read_boundaries(write(collection(feature(properties)))).shapes) == ["GM0150"]


def test_the_identity_of_a_feature_is_a_code_too(write: Write) -> None:
    """A number there is only the number of the feature."""
    assert list(read_boundaries(write(collection(feature(None, id="GM0150")))).shapes) == ["GM0150"]
    assert codes(write(collection(feature({}, id=150)))) == ["boundaries_without_codes"]


def test_degrees_become_metres_on_a_flat_map(write: Write) -> None:
    """From 5.4, 52.2: a degree north is 6371 km * pi / 180; east it is times the cosine of the latitude."""
    degree = 6_371_000 * math.pi / 180
    ring = [[5.4, 52.2], [6.4, 52.2], [6.4, 53.2], [5.4, 52.2]]
    found = read_boundaries(write(collection(feature({"code": "GM0150"}, [ring]))))
    (x0, y0), (x1, y1), (x2, y2), _ = found.shapes["GM0150"][0][0]
    assert (x0, y0, y1) == (0, 0, 0)
    assert x1 == pytest.approx(degree * math.cos(math.radians(52.2)))
    assert (x2, y2) == (pytest.approx(degree * math.cos(math.radians(53.2))), pytest.approx(degree))


def test_metres_of_the_dutch_grid_stay_as_they_are(write: Write) -> None:
    """RD, with a height that is left out, several polygons, and a hole that stays a hole."""
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}
    high = [[[*point, 7.5] for point in square(205_000, 470_000, 500)[0]]]
    polygons = [[*square(200_000, 470_000, 3000), *square(201_000, 471_000, 1000)], high]
    given_ = collection(feature({"statcode": "GM0150"}, polygons, "MultiPolygon"), crs=crs)
    found = flat(read_boundaries(write(given_)), "GM0150")
    assert [len(polygon) for polygon in found] == [2, 1]
    assert found[0][1] == [(201_000, 471_000), (202_000, 471_000), (202_000, 472_000), (201_000, 472_000),
                           (201_000, 471_000)]  # fmt: skip
    assert found[1][0][0] == (205_000, 470_000)


def test_one_municipality_in_two_features_has_both_and_water_is_left_out(write: Write) -> None:
    """CBS draws the water of a municipality as a shape of its own."""
    given_ = collection(
        feature({"gm_code": "GM0150", "water": "NEE"}),
        feature({"gm_code": "GM0150", "water": "NEE"}, square(6.5, 52, 0.1)),
        feature({"gm_code": "GM0150", "water": "JA"}, square(6.7, 52, 0.1)),
    )
    assert len(read_boundaries(write(given_)).shapes["GM0150"]) == 2


def test_a_feature_without_a_shape_or_code_is_left_out_beside_others(write: Write) -> None:
    """A map lists what it misses; Belgium has no code of ours."""
    empty = {"type": "Feature", "properties": {"statcode": "GM0200"}, "geometry": None}
    given_ = collection(feature({"statcode": "GM0150"}), empty, feature({"statcode": "BE"}), "odd", None)
    assert list(read_boundaries(write(given_)).shapes) == ["GM0150"]


def test_a_single_feature_and_a_byte_order_mark_are_read(write: Write) -> None:
    single = b"\xef\xbb\xbf" + json.dumps(feature({"code": "GM0150"})).encode()
    assert list(read_boundaries(write(single)).shapes) == ["GM0150"]


def topology(**more: Any) -> Json:
    """Return two squares that share the arc 1, beside a layer of one province.

    On the grid: GM0001 is (0,0)-(10,10) and GM0002 (10,0)-(20,10). A step of the grid is 1000 m from
    (200000, 470000). Arc 0 leads from (10,10) around GM0001 to (10,0), arc 1 from there up to (10,10),
    and arc 2 from (10,0) around GM0002 to (10,10).
    """
    return {
        "type": "Topology",
        "transform": {"scale": [1000, 1000], "translate": [200_000, 470_000]},
        "arcs": [
            [[10, 10], [-10, 0], [0, -10], [10, 0]],
            [[10, 0], [0, 10]],
            [[10, 0], [10, 0], [0, 10], [-10, 0]],
        ],
        "objects": {
            "provincies": {
                "type": "GeometryCollection",
                "geometries": [{"type": "Polygon", "arcs": [[0, 2]], "properties": {"code": "PV23"}}],
            },
            "gemeenten": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]], "properties": {"code": "GM0001"}},
                    {"type": "MultiPolygon", "arcs": [[[2, -2]]], "properties": {"code": "GM0002"}},
                ],
            },
        },
        **more,
    }


def test_topojson_is_read_with_arcs_forwards_and_backwards(write: Write) -> None:
    """The layer with municipalities is found; -2 is arc 1 backwards, from (10,10) down to (10,0)."""
    found = read_boundaries(write(topology()))
    corners = [(210, 480), (200, 480), (200, 470), (210, 470), (210, 480)]
    assert flat(found, "GM0001") == [[[(1000 * x, 1000 * y) for x, y in corners]]]
    corners = [(210, 470), (220, 470), (220, 480), (210, 480), (210, 470)]
    assert flat(found, "GM0002") == [[[(1000 * x, 1000 * y) for x, y in corners]]]
    assert list(found.shapes) == ["GM0001", "GM0002"]


def test_topojson_without_a_transform_has_its_coordinates_as_they_are(write: Write) -> None:
    arcs = [[[200_000, 470_000], [201_000, 470_000], [201_000, 471_000], [200_000, 470_000]]]
    shape = {"type": "Polygon", "arcs": [[0]], "id": "GM0001"}
    found = read_boundaries(write({"type": "Topology", "arcs": arcs, "objects": {"a": shape}}))
    assert flat(found, "GM0001")[0][0] == [tuple(point) for point in arcs[0]]


# --- what is refused, in words -------------------------------------------------------


def test_wrong_projections_are_told_apart(write: Write) -> None:
    """Deventer in Web Mercator is about 686,000; 6,850,000, in UTM zone 31 about 718,000; 5,793,000."""
    places = {
        "boundaries_swapped": [(52.2, 6.1), (474_000, 207_000)],
        "boundaries_web_mercator": [(686_000, 6_850_000)],
        "boundaries_utm": [(718_000, 5_793_000)],
        "boundaries_outside": [(4.35, 48.85), (0, 0), (11_362, 18_697), (1e300, 1e300)],
    }
    for code, points in places.items():
        for x, y in points:
            shape = square(x, y, 0.1)
            assert codes(write(collection(feature({"code": "GM0150"}, shape)))) == [code], (x, y)
    shape = square(686_000, 6_850_000, 1000)
    assert told(write(collection(feature({"code": "GM0150"}, shape))), "nl") == [
        "gemeenten.geojson: de coördinaten (686.000; 6.850.000) lijken Web Mercator (EPSG:3857); gelezen "
        "worden RD (EPSG:28992) en lengte en breedte (WGS84, EPSG:4326). Wat te doen: download het bestand "
        "in een van die twee, of zet het in een GIS-programma om."
    ]


@pytest.mark.parametrize(
    "name",
    ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4258", "Amersfoort / RD New"],
)
def test_a_projection_that_a_file_names_is_read(name: str, write: Write) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    assert read_boundaries(write(collection(feature({"code": "GM0150"}), crs=crs))).shapes


def test_a_projection_that_is_not_read_is_told_by_the_name_in_the_file(write: Write) -> None:
    """Once, whatever the coordinates are; 284326 is not 4326."""
    for name in ("urn:ogc:def:crs:EPSG::3857", "EPSG:284326"):
        crs = {"type": "name", "properties": {"name": name}}
        shape = square(686_000, 6_850_000, 1000)
        sentences = told(write(collection(feature({"code": "GM0150"}, shape), crs=crs)))
        assert len(sentences) == 1
        assert f"in '{name}'; what is read is RD" in sentences[0]


def test_one_municipality_at_the_wrong_place_is_named(write: Write) -> None:
    good = [feature({"code": f"GM{number:04d}"}) for number in range(1, 4)]
    sentences = told(write(collection(*good, feature({"code": "GM0009"}, square(0, 0, 1)))))
    assert sentences == [
        "gemeenten.geojson: 1 municipality/municipalities lie outside the Netherlands, such as GM0009; the "
        "others do not. What to do: mend the coordinates, or take these areas away."
    ]


def test_a_file_without_codes_names_the_properties_that_it_has(write: Write) -> None:
    sentences = told(write(collection(feature({"Naam": "Deventer", "fid": 3}))), "nl")
    assert sentences == [
        "gemeenten.geojson: geen gebied heeft een gemeentecode zoals GM0150; de eigenschappen zijn: fid en "
        "naam. Wat te doen: neem een bestand waarin de gemeentecode in `statcode`, `code` of `gemeentecode` "
        "staat, of hernoem de eigenschap."
    ]
    assert "the properties are: niets" not in told(write(collection(feature(None))))[0]


@pytest.mark.parametrize(
    "properties",
    [
        {"statcode": "PV23"},
        {"statcode": "WK015001"},
        {"buurtcode": "BU01500101", "gemeentecode": "GM0150"},
        {"WK_CODE": "WK015001", "GM_CODE": "GM0150"},
    ],
)
def test_districts_and_provinces_are_not_municipalities(properties: Json, write: Write) -> None:
    """Also where a district names its municipality."""
    path = write(collection(feature(properties)))
    assert codes(path) == ["boundaries_other_level"]
    assert f"'{next(iter(properties.values()))}'" in told(path)[0]


def test_all_that_is_wrong_is_told_at_once(write: Write) -> None:
    """A projection that is not read, two shapes that are broken, and a point."""
    crs = {"type": "name", "properties": {"name": "EPSG:3857"}}
    given_ = collection(
        feature({"code": "GM0001"}, [[[6, 52], [6, "52"], [7, 53], [6, 52]]]),
        feature({"code": "GM0002"}, [[[6, 52], [6, 52]]]),
        feature({"code": "GM0003"}, [6, 52], "Point"),
        crs=crs,
    )
    expected = ["boundaries_other_crs", "boundaries_broken_shape", "boundaries_without_surface"]
    assert codes(write(given_)) == expected
    assert (
        "of 2 municipality/municipalities cannot be read, such as GM0001 and GM0002" in told(write(given_))[1]
    )


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"PK\x03\x04rest", "gemeenten.zip", "boundaries_unsupported"),
        (b"SQLite format 3\0rest", "gemeenten.geojson", "boundaries_unsupported"),
        (b"\x00\x00\x27\x0arest", "gemeenten.shp", "boundaries_unsupported"),
        (b"  <!doctype html><html>", "gemeenten.json", "boundaries_unsupported"),
        (b"code;naam", "gemeenten.csv", "boundaries_unsupported"),
        (b"", "leeg.geojson", "boundaries_not_json"),
        (b'{"type": "FeatureCollection", "features": [', "half.geojson", "boundaries_not_json"),
        (b'{"type": "FeatureCollection", "features": [NaN]}', "nan.geojson", "boundaries_not_json"),
        (b"[" * 200_000, "diep.geojson", "boundaries_not_json"),
        (b"\xff\xfe{\x00}\x00", "utf16.geojson", "boundaries_not_json"),
        (b"[1, 2]", "lijst.json", "boundaries_not_geojson"),
        (b'{"features": [{"attributes": {}, "geometry": {}}]}', "esri.json", "boundaries_not_geojson"),
        (b'{"type": "Polygon", "coordinates": []}', "vorm.json", "boundaries_not_geojson"),
        (b'{"type": "FeatureCollection", "features": []}', "leeg.json", "boundaries_empty"),
        (b'{"type": "FeatureCollection"}', "leeg.json", "boundaries_empty"),
        (b'{"type": "Topology", "objects": {}, "arcs": []}', "leeg.json", "boundaries_empty"),
        (
            b'{"type": "Feature", "properties": {"code": "GM0150"}, "geometry": null}',
            "leeg.json",
            "boundaries_without_shapes",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_something_else_is_told(content: bytes, name: str, code: str, write: Write) -> None:
    """One sentence with what to do, in both languages."""
    path = write(content, name)
    assert codes(path) == [code]
    assert all(
        sentence.startswith(f"{name}: ") for language in ("nl", "en") for sentence in told(path, language)
    )


def test_a_missing_file_a_folder_and_a_name_that_cannot_be_are_told(tmp_path: Path) -> None:
    assert codes(tmp_path / "weg.geojson") == ["boundaries_missing"]
    assert codes(tmp_path) == ["boundaries_not_a_file"]
    assert len(told(Path("a\0b"))) == 1


def test_a_file_that_is_too_large_is_not_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(collection(feature({"code": "GM0150"})))
    monkeypatch.setattr(module, "LARGEST_FILE", path.stat().st_size - 1)
    assert codes(path) == ["boundaries_too_large"]
    monkeypatch.setattr(module, "LARGEST_FILE", path.stat().st_size)
    assert read_boundaries(path).shapes


def test_broken_references_of_topojson_are_told(write: Write) -> None:
    """An arc that is not there, a transform without a scale, and steps that are no numbers."""
    broken = [
        topology(arcs=topology()["arcs"][:2]),
        topology(transform={"translate": [0, 0]}),
        topology(transform=[]),
        topology(arcs=[[["10", 10]]] * 3),
        topology(arcs="arcs"),
    ]
    for document in broken:
        assert "boundaries_broken_shape" in codes(write(document))


def test_a_long_arc_that_is_used_very_often_is_refused() -> None:
    """An arc of 100,000 positions used 51 times is more than 5 million: a bomb of half a megabyte."""
    arc = [[0, 0]] * 100_000
    found = Topology({"arcs": [arc]})
    uses = LARGEST_SHAPES // len(arc)
    found.geometry({"type": "Polygon", "arcs": [[0]] * uses})
    with pytest.raises(BrokenShape):
        found.geometry({"type": "Polygon", "arcs": [[0]]})


# --- anything at all -----------------------------------------------------------------

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
numbers = (
    st.integers(-3, 3) | st.floats(-1e308, 1e308) | st.sampled_from([6.0, 52.0, 200_000, 470_000, 10**400])
)
rings = st.lists(st.lists(numbers | anything, max_size=3) | anything, max_size=6)
shapes = st.fixed_dictionaries(
    {"type": st.sampled_from(["Polygon", "MultiPolygon", "Point", "GeometryCollection"]) | anything},
    optional={
        "coordinates": rings | st.lists(rings, max_size=3) | anything,
        "arcs": st.lists(st.lists(st.integers(-3, 3) | anything, max_size=3) | anything, max_size=3)
        | anything,
        "geometries": anything,
        "properties": st.fixed_dictionaries({"code": st.sampled_from(["GM0150", "PV01"]) | anything})
        | anything,
    },
)
features = st.fixed_dictionaries(
    {},
    optional={
        "type": st.just("Feature"),
        "id": anything,
        "properties": st.dictionaries(
            st.sampled_from(["statcode", "GM_CODE", "code", "water", "buurtcode"]),
            st.sampled_from(["GM0150", "WK015001", 150, "\u0660\u0661\u0665\u0660", True]) | anything,
        )
        | anything,
        "geometry": shapes | anything,
    },
)
documents = st.one_of(
    anything,
    st.fixed_dictionaries(
        {"type": st.sampled_from(["FeatureCollection", "Topology", "Feature"])},
        optional={
            "features": st.lists(features | anything, max_size=3) | anything,
            "crs": st.fixed_dictionaries({"properties": anything}) | anything,
            "arcs": st.lists(rings | anything, max_size=3) | anything,
            "transform": st.fixed_dictionaries(
                {
                    "scale": st.lists(numbers, max_size=3) | anything,
                    "translate": st.lists(numbers, max_size=3),
                }
            )
            | anything,
            "objects": st.dictionaries(
                st.text(max_size=3),
                shapes
                | st.fixed_dictionaries({"geometries": st.lists(shapes | anything, max_size=3)})
                | anything,
                max_size=3,
            )
            | anything,
        },
    ),
)


def test_a_shape_without_a_type_is_no_shape(tmp_path: Path) -> None:
    """A municipality of a TopoJSON file may be without a surface: it is told, not a crash."""
    document = {
        "type": "Topology",
        "arcs": [],
        "objects": {"gm": {"geometries": [{"properties": {"statcode": "GM0001"}}]}},
    }
    path = tmp_path / "b.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_boundaries(path)
    assert [finding.code for finding in caught.value.findings] == ["boundaries_without_shapes"]


@settings(deadline=None, max_examples=200, suppress_health_check=list(HealthCheck))
@given(document=documents)
def test_no_document_is_a_crash(document: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Boundaries with shapes come out, or findings that can be told."""
    path = tmp_path_factory.getbasetemp() / "any.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    findings: tuple[Finding, ...] = ()
    try:
        found = bool(read_boundaries(path).shapes)
    except InputError as error:
        found, findings = False, error.findings
    assert found or findings
    assert all(finding_text(finding, "nl") for finding in findings)


@settings(deadline=None, max_examples=200, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=60))
def test_no_bytes_are_a_crash(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_boundaries(path)
