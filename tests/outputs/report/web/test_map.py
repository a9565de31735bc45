"""The map: shapes without gaps, classes with round limits, nothing lost, and names that stay names."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from html.parser import HTMLParser
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, PackageLoader, StrictUndefined

from thuisplan.inputs.boundaries import Boundaries, Polygon
from thuisplan.outputs.report.content import Figure, Kind
from thuisplan.outputs.report.web.html import content_policy
from thuisplan.outputs.report.web.map import Atlas, make_atlas
from thuisplan.outputs.report.web.map_classes import classify, roundest
from thuisplan.outputs.report.web.map_shapes import Node, draw

NINE = {
    "GM0150": "Deventer", "GM0200": "Apeldoorn", "GM0213": "Brummen", "GM0232": "Epe", "GM0244": "Hattem",
    "GM0246": "Heerde", "GM0262": "Lochem", "GM0285": "Voorst", "GM0301": "Zutphen",
}  # fmt: skip
REGIONS = {**dict.fromkeys(NINE, "Stedendriehoek"), "GM0150": "West-Overijssel"}
DWELLINGS = Figure("dwellings", "Woonruimten", Kind.WHOLE, {code: 100 * n for n, code in enumerate(NINE, 1)})
DEVIATION = Figure(
    "deviation", "Afwijking", Kind.PERCENT, dict(zip(NINE, (-30, -5, 0, 2, 8, 44.5, 1, -1), strict=False))
)


def cells(codes: list[str], across: int, seed: int = 1) -> dict[str, tuple[Polygon, ...]]:
    """Return municipalities as cells of a grid of 10 km, each side a ragged line that neighbours share.

    The outside is straight, so that a border with one side is on the outside only.
    """
    chance = random.Random(seed)
    sides: dict[tuple[Node, Node], list[tuple[float, float]]] = {}

    def side(start: Node, end: Node, outside: bool) -> list[tuple[float, float]]:
        if (end, start) in sides:
            return sides[end, start][::-1]
        if (start, end) not in sides:
            points = []
            for step in range(21):
                x, y = (10_000 * (a + (b - a) * step / 20) for a, b in zip(start, end, strict=True))
                if 0 < step < 20 and not outside:
                    x, y = x + chance.uniform(-240, 240), y + chance.uniform(-240, 240)
                points.append((x, y))
            sides[start, end] = points
        return sides[start, end]

    down = -(-len(codes) // across)
    found = {}
    for number, code in enumerate(codes):
        row, column = divmod(number, across)
        corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1), (column, row)]
        ring: list[tuple[float, float]] = []
        for start, end in pairwise(corners):
            level = start[1] == end[1]
            outside = start[1] in (0, down) if level else start[0] in (0, across)
            ring += side(start, end, outside)[:-1]
        found[code] = ((tuple([*ring, ring[0]]),),)
    return found


def nodes(path: str) -> list[list[Node]]:
    """Return the rings of the ``d`` of a path, by the grammar that it may use."""
    assert re.fullmatch(r"(M-?\d+ -?\d+l(-?\d+[ -]\d+[ -]?|-?\d+ -?\d+ ?|-)*z)*", path) is not None
    rings = []
    for part in path.split("z")[:-1]:
        values = [int(value) for value in re.findall(r"-?\d+", part)]
        x, y = values[:2]
        ring = [(x, y)]
        for east, south in zip(values[2::2], values[3::2], strict=True):
            x, y = x + east, y + south
            ring.append((x, y))
        rings.append(ring)
    return rings


def borders(paths: Mapping[str, str]) -> Counter[frozenset[Node]]:
    """Return how many municipalities have each stretch of border."""
    return Counter(
        frozenset(pair)
        for path in paths.values()
        for ring in nodes(path)
        for pair in pairwise([*ring, ring[0]])
    )


# --- shapes ------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_simpler_borders_are_still_the_same_for_both_neighbours(seed: int) -> None:
    """Every stretch inside belongs to two municipalities; with one it lies on the straight outside."""
    codes = [f"GM{number:04d}" for number in range(12)]
    drawing = draw(cells(codes, 4, seed), codes)
    xs = [x for path in drawing.paths.values() for ring in nodes(path) for x, _ in ring]
    ys = [y for path in drawing.paths.values() for ring in nodes(path) for _, y in ring]
    outside = {("x", min(xs)), ("x", max(xs)), ("y", min(ys)), ("y", max(ys))}
    for stretch, count in borders(drawing.paths).items():
        (ax, ay), (bx, by) = stretch
        on_outside = (ax == bx and ("x", ax) in outside) or (ay == by and ("y", ay) in outside)
        assert count == (1 if on_outside else 2)


def test_an_enclave_fits_in_its_hole() -> None:
    """A municipality within another: the hole and the enclave have the same nodes, wherever they start."""
    ring = [(40 + 9 * (n % 3), 40.0 + n) for n in range(10)] + [(80, 50), (80, 40)]
    hole, enclave = (*ring[5:], *ring[:6]), tuple(reversed([*ring, ring[0]]))
    around = ((0, 0), (100, 0), (100, 100), (0, 100), (0, 0))
    drawing = draw({"A": ((around, hole),), "B": ((enclave,),)}, ["A", "B"])
    assert set(nodes(drawing.paths["A"])[1]) == set(nodes(drawing.paths["B"])[0])


def test_north_is_up_and_the_plan_fills_the_drawing() -> None:
    """Two squares of 1 km on each other fill the height: 1200 - 2 * 30 units for 2 km, so 570 a side.

    The middle of 960 units is the middle of the plan: 480 - 570 / 2 = 195 is its west.
    """
    south = (((0, 0), (1000, 0), (1000, 1000), (0, 1000), (0, 0)),)
    north = (((0, 1000), (1000, 1000), (1000, 2000), (0, 2000), (0, 1000)),)
    drawing = draw({"S": (south,), "N": (north,)}, ["S", "N"])
    assert (drawing.width, drawing.height) == (960, 1200)
    assert set(nodes(drawing.paths["N"])[0]) == {(195, 30), (765, 30), (765, 600), (195, 600)}
    assert set(nodes(drawing.paths["S"])[0]) == {(195, 600), (765, 600), (765, 1170), (195, 1170)}


def test_what_lies_around_is_drawn_as_far_as_it_can_be_seen() -> None:
    """Of 100 cells the plan has four in the middle; the twelve around them are seen, the other 84 are not."""
    codes = [f"GM{number:04d}" for number in range(100)]
    drawing = draw(cells(codes, 10), ["GM0044", "GM0045", "GM0054", "GM0055"])
    assert len(drawing.paths) == 4
    assert len(nodes(drawing.around)) == 12


def test_what_is_too_small_is_a_dot() -> None:
    """A quay of 10 m beside a square of 100 km is less than a unit: still a shape, of 8 units across."""
    large = (((0, 0), (100_000, 0), (100_000, 100_000), (0, 100_000), (0, 0)),)
    small = (((5, 5), (15, 5), (15, 15), (5, 5)),)
    dot = nodes(draw({"L": (large,), "S": (small,)}, ["L", "S"]).paths["S"])[0]
    assert max(x for x, _ in dot) - min(x for x, _ in dot) == 8


def test_a_name_stands_where_its_municipality_is_wide() -> None:
    """Of an L the foot is 900 wide and the leg 100: the name stands in the foot, within the shape."""
    shape = (((0, 0), (900, 0), (900, 300), (100, 300), (100, 900), (0, 900), (0, 0)),)
    drawing = draw({"L": (shape,)}, ["L"])
    room = drawing.rooms["L"]
    assert room.width == pytest.approx(900, abs=10)
    # The foot is the lowest third: from 30 + 600 to 930.
    assert 630 < room.y < 930
    assert room.x == pytest.approx(480, abs=5)


def test_342_municipalities_take_less_than_250_kilobytes() -> None:
    """As paths, with borders that are far more ragged than a grid can show."""
    codes = [f"GM{number:04d}" for number in range(342)]
    drawing = draw(cells(codes, 18), codes)
    assert len(drawing.paths) == 342
    assert sum(map(len, drawing.paths.values())) < 200_000


# --- classes -----------------------------------------------------------------------


def written(limit: Fraction) -> str:
    return f"{float(limit):g}"


def labels(values: list[int | float]) -> list[tuple[str, str, int]]:
    named = {str(number): value for number, value in enumerate(values)}
    return [(one.code, one.label, one.count) for one in classify(named, list(named), written, "nl").legend]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(137, 212, 200), (491, 627, 500), (99, 101, 100), (0.31, 0.34, 0.34), (0, 7, 5), (1293, 1408, 1400)],
)
def test_a_limit_is_the_roundest_number_between(low: float, high: float, expected: float) -> None:
    """Whole tens before halves, quarters or fifths of them; of 1300 and 1400 the nearest to 1408."""
    values = [Fraction(value).limit_denominator(100) for value in (low, high, expected)]
    assert roundest(values[0], values[1], values[1]) == values[2]


def test_classes_hold_about_as_many_each_and_have_round_limits() -> None:
    """Ten values, two in each: the limits lie between the 2nd and 3rd (30-70), 4th and 5th, and so on."""
    assert labels([10, 30, 70, 90, 120, 180, 220, 390, 410, 2000]) == [
        ("k1", "minder dan 50", 2),
        ("k2", "50 tot 100", 2),
        ("k3", "100 tot 200", 2),
        ("k4", "200 tot 400", 2),
        ("k5", "400 of meer", 2),
    ]


def test_few_values_are_classes_of_their_own() -> None:
    """Three values have three of the five shades, the lightest and the darkest among them."""
    assert labels([30, 30, 0, 100]) == [("k1", "0", 1), ("k3", "30", 2), ("k5", "100", 1)]
    assert labels([7, 7]) == [("k3", "7", 2)]


def test_many_that_are_the_same_are_in_one_class() -> None:
    """Most have nothing: nothing is below every limit."""
    found = labels([0] * 50 + [1, 2, 3, 4, 5, 6, 7, 8])
    assert found[0][2] == 50
    assert sum(count for _, _, count in found) == 58


def test_deviations_have_classes_on_both_sides_of_nothing() -> None:
    """Sizes are 1, 2, 5, 8, 30 and 44.5; above the middle, 5, and at most 8 even numbers are roundest: 8."""
    assert labels([-30, -5, 0, 0, 2, 8, 44.5, -1]) == [
        ("n2", "-8 of lager", 1),
        ("n1", "tussen -8 en 0", 2),
        ("zero", "0", 2),
        ("p1", "tussen 0 en 8", 1),
        ("p2", "8 of meer", 2),
    ]


def test_below_nothing_only_there_are_three_classes_with_round_limits() -> None:
    """Sizes 3, 4, 11, 12, 28 and 30.1: the limits lie above 4 and at most 11 (10), above 12
    and at most 28 (a quarter of 100)."""
    assert labels([-30.1, -28, -12, -11, -4, -3]) == [
        ("n3", "-25 of lager", 2),
        ("n2", "-10 tot -25", 2),
        ("n1", "tussen -10 en 0", 2),
    ]
    # Most are 30.1 below: then 10.5, 20.7, 30.1 and 30.2 are parted, at 20 and 25 (a quarter of 100).
    assert labels([-10.5, -20.7, *[-30.1] * 5, -30.2, -30.2]) == [
        ("n3", "-25 of lager", 7),
        ("n2", "-20 tot -25", 1),
        ("n1", "tussen -20 en 0", 1),
    ]
    assert labels([-30.1, -30.1, -2, 0]) == [("n2", "-30.1", 2), ("n1", "-2", 1), ("zero", "0", 1)]


def test_many_of_the_largest_value_do_not_make_it_a_limit() -> None:
    """Six of nine are 30.1: the sizes 24, 26, 28 and 30.1 are parted above 24 (25) and above 26 (28)."""
    assert labels([-24, -26, -28, *[-30.1] * 6]) == [
        ("n3", "-28 of lager", 7),
        ("n2", "-25 tot -28", 1),
        ("n1", "tussen -25 en 0", 1),
    ]
    # Above 20.7 and at most 30.1 the roundest is 25, rounder than the 30.2 that comes after.
    assert labels([-20.7, 1, *[-30.1] * 6, -30.2])[0] == ("n2", "-25 of lager", 7)


@pytest.mark.parametrize(
    ("kind", "alike"),
    [(Kind.PERCENT, (-30.139, -30.122)), (Kind.NUMBER, (-123.4, -122.9)), (Kind.NUMBER, (12.34, 12.31))],
)
def test_values_that_are_shown_alike_have_one_colour(kind: Kind, alike: tuple[float, float]) -> None:
    """-30.139 and -30.122 are both read as -30,1 %, so no limit may lie between them."""
    near = [alike[0] * part for part in (0.2, 0.5, 0.9, 1.3, 1.6)]
    figure = Figure("f", "F", kind, dict(zip(NINE, [*alike, *alike, *near], strict=True)))
    shown = atlas(figures=(figure,), boundaries=None).data["figures"][0]
    assert len(set(shown["colours"][:4])) == 1
    assert len(set(shown["values"][:4])) == 1


@settings(deadline=None)
@given(
    values=st.lists(
        st.floats(-1000, 1000) | st.floats(-31, -29) | st.sampled_from([0, 1e-5, -1e-9]), max_size=9
    ),
    kind=st.sampled_from([Kind.PERCENT, Kind.NUMBER, Kind.EUROS, Kind.WHOLE]),
)
def test_equal_values_always_share_a_class(values: list[float], kind: Kind) -> None:
    """Whatever the kind: who reads the same number twice sees one colour."""
    figure = Figure("f", "F", kind, dict(zip(NINE, values, strict=False)))
    shown = atlas(figures=(figure,), boundaries=None, regions={}).data["figures"][0]
    pairs = set(zip(shown["values"], shown["colours"], strict=True))
    assert len({value for value, _ in pairs}) == len(pairs)


@settings(deadline=None)
@given(
    values=st.lists(
        st.integers(-50, 50) | st.floats(-1e9, 1e9) | st.sampled_from([0, 0.1, 1 / 3, 1e-7]), max_size=60
    ),
    without=st.integers(0, 3),
)
def test_every_municipality_is_in_one_class(values: list[float], without: int) -> None:
    """The counts of the legend add up; who has more is never in a lighter class."""
    named: dict[str, float] = {str(number): value for number, value in enumerate(values)}
    found = classify(named, [*named, *(f"x{n}" for n in range(without))], written, "en")
    assert sum(one.count for one in found.legend) == len(values) + without
    assert found.of.keys() == named.keys()
    order = [one.code for one in found.legend]
    ranks = [order.index(found.of[code]) for code in sorted(named, key=lambda code: named[code])]
    assert ranks == sorted(ranks)
    assert order == sorted(
        order, key=["n3", "n2", "n1", "zero", "p1", "p2", *(f"k{n}" for n in range(1, 6)), "none"].index
    )


# --- the atlas ----------------------------------------------------------------------


def atlas(**given_: Any) -> Atlas:
    values: dict[str, Any] = {
        "municipalities": NINE, "regions": REGIONS, "figures": (DWELLINGS, DEVIATION),
        "boundaries": Boundaries("gemeenten.geojson", cells([*NINE, "GM0001", "GM0002", "GM0003"], 4)),
        "language": "nl", **given_,
    }  # fmt: skip
    found = make_atlas(**values)
    assert found is not None
    return found


def test_every_municipality_is_a_shape_with_its_value_and_its_page() -> None:
    found = atlas()
    assert (found.kind, len(found.shapes), found.groups, found.notes) == ("map", 9, (), ())
    deventer = found.shapes[0]
    assert (deventer.name, deventer.value, deventer.link) == ("Deventer", "100", "#p-GM0150")
    assert found.drawing is not None
    assert found.drawing.around


def test_municipalities_that_the_file_lacks_are_tiles_and_named() -> None:
    """Nobody is dropped: seven shapes and two tiles, and a sentence that names the two."""
    shapes = cells(list(NINE), 3)
    del shapes["GM0200"], shapes["GM0232"]
    found = atlas(boundaries=Boundaries("oud.geojson", shapes))
    assert (len(found.shapes), [area.name for area in found.groups[0].areas]) == (7, ["Apeldoorn", "Epe"])
    assert found.missing == ("GM0200", "GM0232")
    assert found.notes[0].startswith(
        "Deze gemeenten staan niet in oud.geojson en daarom als vakje onder de kaart (2): Apeldoorn en Epe."
    )
    assert [area.number for area in found.areas] == list(range(9))


def test_boundaries_of_other_municipalities_only_give_tiles_and_say_so() -> None:
    found = atlas(boundaries=Boundaries("elders.geojson", cells(["GM0001"], 1)), language="en")
    assert (found.kind, len(found.areas), len(found.missing)) == ("tiles", 9, 9)
    assert (
        "None of the 9 municipality/municipalities is in elders.geojson: Deventer, Apeldoorn"
        in found.notes[0]
    )


def test_without_boundaries_municipalities_are_tiles_under_their_region() -> None:
    """In the order of the input; who has no region comes last, and a line says how to get a map."""
    regions = {code: name for code, name in REGIONS.items() if code != "GM0200"}
    found = atlas(boundaries=None, regions=regions)
    assert [(group.name, len(group.areas)) for group in found.groups] == [
        ("West-Overijssel", 1), ("Stedendriehoek", 7), ("Zonder regio", 1),
    ]  # fmt: skip
    assert "`thuisplan report OUT --boundaries gemeenten.geojson`" in found.notes[0]
    assert found.missing == ()
    assert [group.name for group in atlas(boundaries=None, regions={}).groups] == [""]


def test_without_a_figure_or_a_municipality_there_is_no_map() -> None:
    assert make_atlas(NINE, REGIONS, (), None, "nl") is None
    assert make_atlas({}, {}, (DWELLINGS,), None, "nl") is None


def test_values_are_written_as_the_language_does_and_short() -> None:
    """A number above 100 has no decimals on a map, a small one has two."""
    values = {"GM0150": 1234.56, "GM0200": -32.123, "GM0213": 0.126}
    figure = Figure("f", "F", Kind.NUMBER, values)
    for language, expected in (
        ("nl", ["1.235", "-32,1", "0,13", "geen gegevens"]),
        ("en", ["1,235", "-32.1", "0.13", "no data"]),
    ):
        found = atlas(figures=(figure,), language=language)
        assert found.data["figures"][0]["values"][:4] == expected


def test_the_script_gets_the_colours_and_values_of_every_figure() -> None:
    """In the order of the areas: much is 5 or more, the middle of seven sizes; the ninth has no value."""
    found = atlas()
    figures = found.data["figures"]
    assert [figure["title"] for figure in figures] == ["Woonruimten", "Afwijking"]
    assert figures[1]["colours"] == ["n2", "n2", "zero", "p1", "p2", "p2", "p1", "n1", "none"]
    assert figures[1]["values"][-2:] == ["-1 %", "geen gegevens"]
    assert found.choices[1].legend[-1].label == "geen gegevens"


# --- the page -----------------------------------------------------------------------


class Seen(HTMLParser):
    """The elements of a page, and the text of its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            self.scripts[-1] += data

    def areas(self) -> list[dict[str, str | None]]:
        return [given_ for _, given_ in self.tags if "map-area" in (given_.get("class") or "").split()]


def fragment(found: Atlas, **more: Any) -> str:
    loader = PackageLoader("thuisplan.outputs.report.web")
    options = {"trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}
    environment = Environment(loader=loader, autoescape=True, **options)
    return environment.get_template("map.html").render(atlas=found, **more)


def seen(page: str) -> Seen:
    parser = Seen()
    parser.feed(page)
    parser.close()
    return parser


@pytest.mark.parametrize("count", [9, 342])
@pytest.mark.parametrize("kind", ["map", "tiles"])
def test_the_page_has_as_many_areas_as_the_plan_has_municipalities(count: int, kind: str) -> None:
    """What lies around is no area of the plan; 342 tiles or shapes stay below 250 kB."""
    names = {f"GM{number:04d}": f"Gemeente {number}" for number in range(count)}
    shapes = cells([*names, "GM9001", "GM9002"], 18)
    figure = Figure("f", "F", Kind.WHOLE, {code: number for number, code in enumerate(names)})
    found = atlas(
        municipalities=names,
        regions={},
        figures=(figure,),
        boundaries=Boundaries("b", shapes) if kind == "map" else None,
    )
    page = fragment(found)
    assert len(seen(page).areas()) == count
    assert len(page) < 250_000
    assert found.small is (count == 342)


HOSTILE = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "a\u2028<!--",
)


def hostile(boundaries: bool) -> Atlas:
    names = {**NINE, **dict(zip(NINE, HOSTILE, strict=False))}
    shapes = Boundaries('<b>".geojson', {k: v for k, v in cells(list(NINE), 3).items() if k != "GM0301"})
    figure = Figure("<i>", "<script>alert(2)</script>", Kind.WHOLE, {"GM0150": 1})
    regions = dict.fromkeys(NINE, "<script>alert(3)</script>")
    given_ = {"municipalities": names, "regions": regions, "figures": (figure,)}
    return atlas(**given_, boundaries=shapes if boundaries else None)


@pytest.mark.parametrize("boundaries", [True, False])
def test_names_are_shown_and_never_run(boundaries: bool) -> None:
    """Only the elements of the template are there, and the data comes out as it went in."""
    page = fragment(hostile(boundaries))
    parser = seen(page)
    assert "<script>alert" not in page
    assert not [tag for tag, _ in parser.tags if tag in ("img", "b", "i")]
    assert len(parser.scripts) == 1
    assert json.loads(parser.scripts[0])["names"][:4] == list(HOSTILE)
    assert not [
        name for _, given_ in parser.tags for name in given_ if name == "style" or name.startswith("on")
    ]


def test_a_municipality_without_a_page_is_no_link() -> None:
    """A comparison has no pages of municipalities."""
    parser = seen(fragment(atlas(), pages={"GM0150"}))
    assert [given_["href"] for tag, given_ in parser.tags if tag == "a" and "href" in given_] == ["#p-GM0150"]


# --- colours ------------------------------------------------------------------------

STYLE = resources.files("thuisplan.outputs.report.web").joinpath("static", "map.css").read_text("utf-8")


def themes() -> list[dict[str, str]]:
    """Return the colours of a light page, and of a dark one."""
    found = re.findall(r"--map-([\w-]+): light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\);", STYLE)
    assert len(found) > 25
    return [{name: colours[number] for name, *colours in found} for number in range(2)]


def light(colour: str) -> float:
    """Return the relative luminance of a colour, as the rules for accessible pages (WCAG 2) define it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("number", range(2))
def test_neighbouring_classes_differ_in_lightness_and_words_on_them_can_be_read(number: int) -> None:
    """Lightness alone tells neighbours apart, without colours and on paper; 4.5 is enough for text."""
    theme = themes()[number]
    for ramp in (["k1", "k2", "k3", "k4", "k5"], ["zero", "n1", "n2", "n3"], ["zero", "p1", "p2"]):
        steps = [contrast(theme[one], theme[other]) for one, other in pairwise(ramp)]
        assert min(steps) >= 1.4, (ramp, steps)
        order = [light(theme[one]) for one in ramp]
        assert order == sorted(order, reverse=number == 0)
        assert all(contrast(theme[one], theme[f"on-{one}"]) >= 4.5 for one in ramp)
    for one in ("ink", "soft"):
        assert contrast(theme[one], theme["paper"]) >= 4.5
    assert contrast(theme["focus"], theme["paper"]) >= 3
    assert contrast(theme["line"], theme["paper"]) >= 2


# --- in a browser -------------------------------------------------------------------


def opened(browser: Any, found: Atlas, path: Path) -> tuple[Any, list[str]]:
    """Open a page that has the map only, under the policy of the report; what it complains of is kept."""
    script = resources.files("thuisplan.outputs.report.web").joinpath("static", "map.js").read_text("utf-8")
    path.write_text(
        f'<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        f'content="{content_policy(STYLE, script)}"><title>map</title><style>{STYLE}</style><body>'
        f"{fragment(found)}<script>{script}</script>",
        encoding="utf-8",
    )
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.goto(path.as_uri())
    return page, complaints


def test_another_figure_and_arrow_keys_work_in_a_browser(browser: Any, tmp_path: Path) -> None:
    """The choice changes colours, titles, labels and legend; the map is one stop for the tab key."""
    page, complaints = opened(browser, atlas(), tmp_path / "map.html")
    first = page.locator(".map-link").first
    legend = page.locator(".map-legend:visible li").first
    assert legend.inner_text().split("\n") == ["minder dan 200", "(1)"]
    page.select_option("#map-figure", index=1)
    assert first.locator("title").text_content() == "Deventer: -30 %"
    assert "map-n2" in first.locator("path").get_attribute("class").split()
    assert page.locator(".map-names text").first.text_content() == "Deventer-30 %"
    assert page.locator(".map-legend:visible").count() == 1
    assert legend.inner_text().split("\n") == ["-5 % of lager", "(2)"]
    # The first rows of cells lie in the south: Deventer, Apeldoorn, Brummen, Epe from west to east.
    page.focus("#map-figure")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert page.locator("#map-told").inner_text() == "Apeldoorn: -5 %"
    page.keyboard.press("ArrowUp")  # the sixth, one row further north
    assert page.locator("#map-told").inner_text() == "Heerde: 44,5 %"
    assert page.locator("a[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**#p-GM0246")
    assert complaints == []


@pytest.mark.parametrize("boundaries", [True, False])
def test_hostile_names_do_nothing_in_a_browser(boundaries: bool, browser: Any, tmp_path: Path) -> None:
    page, complaints = opened(browser, hostile(boundaries), tmp_path / "map.html")
    page.locator(".map-link").first.hover()
    assert page.locator("#map-told").inner_text() == f"{HOSTILE[0]}: 1"
    assert complaints == []
