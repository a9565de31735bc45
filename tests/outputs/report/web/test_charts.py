"""Charts: small pictures without anything that a page has to run or fetch."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from typing import Any

import pytest

from thuisplan.outputs.report.chart_values import has_values
from thuisplan.outputs.report.content import Chart, ChartKind, Series
from thuisplan.outputs.report.web.charts import chart_rows, chart_svg, in_millions, labelled, look

YEARS = (2026, 2027, 2028)


def chart(kind: ChartKind, *series: Series, categories: Any = YEARS, **more: Any) -> Chart:
    """Return a chart of a kind."""
    return Chart("c", "Titel", "Wat het toont.", kind, categories, series, "woningen", **more)


def texts(svg: str) -> list[str]:
    """Return the words of a picture; it must be well-formed."""
    return [element.text or "" for element in ElementTree.fromstring(svg).iter("text")]


def paths(svg: str, colour: str, attribute: str = "fill") -> list[str]:
    """Return what is drawn in a colour."""
    found = ElementTree.fromstring(svg).iter("path")
    return [str(one.get("d")) for one in found if one.get(attribute) == f"var(--{colour})"]


@pytest.mark.parametrize("kind", list(ChartKind))
def test_a_picture_is_small_and_has_no_style_script_or_reference(kind: ChartKind) -> None:
    """What the content security policy forbids is not there, and 350 of them weigh less than 1.5 MB."""
    many = [Series(f"reeks {n}", tuple(range(n, n + 10)), n % 9) for n in range(1, 7)]
    svg = chart_svg(chart(kind, *many, categories=tuple(range(2026, 2036))), "nl")
    assert not re.search(r"style|script|href|url\(|<image|\son\w+=", svg)
    assert len(svg) < 4000 or kind is ChartKind.LYING  # 60 bars with a number each
    root = ElementTree.fromstring(svg)
    assert (root.get("role"), root[0].tag, root[0].text) == ("img", "title", "Titel")
    assert (root[1].tag, root[1].text) == ("desc", "Wat het toont.")


def test_names_are_escaped() -> None:
    """A name from the input is shown, letter by letter."""
    name = "<b onload='x'>&"
    svg = chart_svg(chart(ChartKind.LYING, Series(name, (1,), 1), categories=(name,)), "nl")
    assert name in texts(svg)


@pytest.mark.parametrize(("language", "mark"), [("nl", "1.000"), ("en", "1,000")])
def test_axes_have_the_notation_of_the_language(language: str, mark: str) -> None:
    svg = chart_svg(chart(ChartKind.STACKED, Series("a", (100, 2000, 1500), 1)), language)
    assert mark in texts(svg)


def test_every_value_is_a_bar_and_none_is_a_gap() -> None:
    """Two bars in colour 1, one in colour 2: None and 0 draw nothing."""
    svg = chart_svg(chart(ChartKind.STACKED, Series("a", (1, 2, None), 1), Series("b", (0, 0, 5), 2)), "nl")
    assert [path.count("M") for path in paths(svg, "c1") + paths(svg, "c2")] == [2, 1]


def test_stacked_bars_stand_on_each_other() -> None:
    """3 on 1: the upper bar is three times as high and ends where the lower begins."""
    svg = chart_svg(
        chart(ChartKind.STACKED, Series("a", (1,), 1), Series("b", (3,), 2), categories=(2026,)), "nl"
    )
    number = r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)"
    lower, upper = (
        [float(one) for one in re.findall(number, paths(svg, colour)[0])[0]] for colour in ("c1", "c2")
    )
    assert upper[3] == pytest.approx(3 * lower[3], abs=0.2)
    assert upper[1] + upper[3] == pytest.approx(lower[1], abs=0.2)


def test_a_grey_line_over_bars_is_black_and_has_a_point_per_year() -> None:
    bars, line = Series("plan", (1, 2, 3), 1), Series("nodig", (2, 2, 2), 0)
    both = chart(ChartKind.STACKED, bars, line, lines=("nodig",))
    svg = chart_svg(both, "nl")
    assert (look(both, line), look(both, bars)) == ("ink", "c1")
    [way, points] = paths(svg, "ink", "stroke")
    assert (way.count("L"), points.count("M")) == (2, 3)


def test_a_line_has_a_gap_where_it_has_no_value() -> None:
    """Without a value in 2027 nothing joins 2026 to 2028."""
    svg = chart_svg(chart(ChartKind.LINES, Series("a", (10, None, 12), 1)), "nl")
    assert "L" not in "".join(paths(svg, "c1", "stroke"))


def test_lying_bars_have_their_number_and_two_places_of_one_name_have_a_bar_each() -> None:
    """Hengelo (O) and Hengelo (Gld) are both called Hengelo."""
    names = ("Hengelo", "Hengelo", "Een gemeente met een naam die niet past")
    svg = chart_svg(chart(ChartKind.LYING, Series("a", (1234, 5, 6), 3), categories=names), "nl")
    assert paths(svg, "c3")[0].count("M") == 3
    assert {"1.234", "5", "6", "Een gemeente met een na…"} <= set(texts(svg))


def test_many_names_lie_whatever_the_kind() -> None:
    """Ten long names do not fit below standing bars; lying, each is read from left to right."""
    names = tuple(f"Gemeente nummer {n}" for n in range(10))
    svg = chart_svg(chart(ChartKind.STACKED, Series("a", (1,) * 10, 1), categories=names), "nl")
    assert set(names) <= set(texts(svg))


def test_large_amounts_are_drawn_in_millions() -> None:
    """25,000,000 stands on the axis as 25; the unit beside the title then says millions."""
    large = chart(ChartKind.GROUPED, Series("a", (25_000_000,), 1), categories=(2026,))
    assert in_millions(large)
    assert chart_rows(large, "nl") == [{"k": "2026", "s": 0, "v": 25.0, "t": "25,0"}]
    assert not in_millions(chart(ChartKind.GROUPED, Series("a", (9_000_000,), 1), categories=(2026,)))


def test_points_carry_their_names_and_both_axes_say_what_they_are() -> None:
    svg = chart_svg(
        chart(
            ChartKind.POINTS,
            Series("kosten", (1, 5, None), 1),
            Series("tekort", (9, 2, 3), 2),
            categories=("referentie", "strenger", "zonder plan"),
        ),
        "nl",
    )
    assert {"kosten", "tekort", "referentie", "strenger"} <= set(texts(svg))
    assert "zonder plan" not in texts(svg)
    assert paths(svg, "c1", "stroke")[0].count("M") == 2


def test_a_chart_of_nothing_is_recognised() -> None:
    assert not has_values(chart(ChartKind.LINES, Series("a", (0, None, 0), 1)))
    assert has_values(chart(ChartKind.LINES, Series("a", (0, None, -1), 1)))
    assert not has_values(chart(ChartKind.STACKED))
    across, up = Series("a", (1, None, 3), 1), Series("b", (None, 2, None), 1)
    assert not has_values(chart(ChartKind.POINTS, across, up))
    assert not has_values(chart(ChartKind.POINTS, across))
    assert has_values(chart(ChartKind.POINTS, across, across))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((1947, 4254.5, 12), ["1.947", "4.254,5", "12"]),
        ((1947, 1163, 100), ["1.947", "1.163", "100"]),
        ((33.333, 0.04, 512.25), ["33,3", "0,04", "512,2"]),
        ((25_300_000, 4_260_000, 0), ["25,3", "4,3", "0,0"]),
    ],
)
def test_lying_bars_say_their_number_as_the_table_does(values: tuple[float, ...], said: list[str]) -> None:
    """A whole number in full, others in a decimal, what rounds to nothing in more, millions in a decimal."""
    svg = chart_svg(chart(ChartKind.LYING, Series("a", values, 1), categories=("A", "B", "C")), "nl")
    assert texts(svg)[-3:] == said


@pytest.mark.parametrize("kind", [ChartKind.STACKED, ChartKind.GROUPED, ChartKind.LINES])
@pytest.mark.parametrize("count", [1, 2, 5, 10, 11, 12, 20])
def test_first_and_last_year_have_a_label(kind: ChartKind, count: int) -> None:
    """Ten years do not fit on a small chart: 2026, 2029, 2032 and 2035 do."""
    years = tuple(range(2026, 2026 + count))
    values = Series("a", tuple(range(1, count + 1)), 1)
    svg = chart_svg(chart(kind, values, categories=years), "nl")
    shown = [int(text) for text in texts(svg) if len(text) == 4]
    assert shown[0] == 2026
    assert shown[-1] == years[-1]
    assert len(shown) <= 9
    if count == 10:
        assert shown == [2026, 2029, 2032, 2035]


@pytest.mark.parametrize("count", range(1, 40))
def test_labels_of_years_leave_each_other_room(count: int) -> None:
    """None is nearer to another than the others are, so that they never overlap."""
    places = labelled(count, 328)
    steps = [after - before for before, after in pairwise(places)]
    assert places[0] == 0
    assert places[-1] == count - 1
    assert all(step * (328 - 40) >= 33 * (count - 8) for step in steps)
    assert len(set(steps[1:])) <= 1


def test_the_same_chart_is_drawn_the_same() -> None:
    one = chart(ChartKind.GROUPED, Series("a", (1, 2, 3), 1), Series("b", (3, 2, 1), 2))
    assert chart_svg(one, "nl") == chart_svg(one, "nl")
