"""The page of a report: everything in one file, safe with any name, readable by everybody."""

from __future__ import annotations

import base64
import hashlib
import itertools
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import pytest

from thuisplan.outputs.report.content import Column, Kind, Report, State, Table, Value
from thuisplan.outputs.report.web.anchors import page_anchor
from thuisplan.outputs.report.web.formats import cell_text, column_places
from thuisplan.outputs.report.web.html import glued, page_text, parted, text_columns, write_page

Told = Callable[..., Report]
HOSTILE = "<script>document.title='run'</script>"
CSS = resources.files("thuisplan.outputs.report.web").joinpath("static", "report.css").read_text("utf-8")


class Reader(HTMLParser):
    """Collects the elements of a page, and the text of its style and script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"style": [], "script": []}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in self.inside:
            self.inside[tag].append("")

    def handle_data(self, data: str) -> None:
        if self.inside.get(self.lasttag):
            self.inside[self.lasttag][-1] += data

    def handle_endtag(self, tag: str) -> None:
        self.lasttag = ""

    def values(self, name: str) -> list[str]:
        """Return the values of an attribute in the order of the page."""
        return [str(attributes[name]) for _, attributes in self.elements if name in attributes]


def shown(page: str) -> str:
    """Return the page without what only looks: its style and script."""
    return re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.S)


LONG = (
    "Ontwerpbesluit, met alles wat daarover in de brief van juni staat; controleer de geldende tekst eerst."
)
"""A source of more than 90 letters."""


def with_sources(report: Report) -> Report:
    """Return a report whose first table has seven columns; the last is a long source, once empty."""
    programme = next(one for one in report.sections[0].items if isinstance(one, Table) and one.on_page)
    wide = replace(
        programme,
        columns=(*programme.columns, Column("k", "klasse"), Column("source", "bron")),
        rows=tuple((*row, "a", LONG if n else None) for n, row in enumerate(programme.rows)),
    )
    items = tuple(wide if one is programme else one for one in report.sections[0].items)
    return replace(report, sections=(replace(report.sections[0], items=items), *report.sections[1:]))


# --- safety ---------------------------------------------------------------------------


def test_only_the_style_and_the_script_of_the_page_may_work(told: Told) -> None:
    """The policy names both by the hash of their text, and allows nothing else."""
    reader = Reader(page_text(told(), None))
    policy = next(a["content"] for t, a in reader.elements if t == "meta" and "http-equiv" in a)
    assert policy is not None
    for name in ("style", "script"):
        [content] = reader.inside[name]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_nothing_is_styled_run_or_fetched_from_within_the_markup(told: Told) -> None:
    reader = Reader(page_text(told(), None))
    names = {name for _, attributes in reader.elements for name in attributes}
    assert not [name for name in names if name in ("style", "src", "srcset") or name.startswith("on")]
    assert {value[:1] for value in reader.values("href")} == {"#", "d"}  # d: the empty icon, data:,
    assert "://" not in shown(page_text(told(), None))
    assert "url(" not in CSS
    assert "@import" not in CSS


def test_a_name_from_the_input_is_text(told: Told) -> None:
    page = page_text(told(), None)
    assert HOSTILE not in page
    assert "&lt;script&gt;document.title=" in page


def test_codes_lead_to_different_places_whatever_is_in_them() -> None:
    codes = ["a b", "a_b", "a-b", "a_20_b", "a%20b", 'a"b', "é", "a/b"]
    anchors = [page_anchor(code) for code in codes]
    assert len(set(anchors)) == len(codes)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", anchor) for anchor in anchors)
    assert page_anchor("GM0150") == "p-GM0150"


# --- what it shows ------------------------------------------------------------------------


def test_the_page_says_the_answer_the_tiles_and_every_section(told: Told) -> None:
    page = shown(page_text(told(), None))
    for words in ("Proefregio", "Eerste zin.", "Derde zin.", "Nagerekend", "Zo is het.", "Een noot."):
        assert words in page
    assert '<html lang="nl">' in page
    assert page.count("<svg") == 1 + 1 + 1 + 3  # picture, wide and for a phone; the section; three pages
    assert "Niets" not in page  # a chart without values
    assert "VERBORGEN" not in page  # a table for the workbook only


def test_tables_have_captions_headings_totals_and_their_source(told: Told) -> None:
    """1 to 30 times 100 is 46,500, times 1,000 is 465,000."""
    page = shown(page_text(told(), None))
    table = page[page.index("<caption>Programma") :]
    table = table[: table.index("</table>")]
    assert table.count("<th scope=col>") == 5
    assert table.count("<th scope=row>") == 31
    assert "<tfoot><tr><th scope=row>Totaal<td>46.500<td><td>€ 465.000<td>" in table
    assert "Bron: plan.parquet" in page
    assert '<table class="l5">' in page  # yes or no is a word


def test_a_row_that_deserves_attention_says_so_in_words(told: Told) -> None:
    page = shown(page_text(told(), None))
    assert re.search(r'Gemeente 2</a> <span class="mark binding">knelt</span>', page)
    assert re.search(r'Gemeente 3 <span class="mark broken">voldoet niet</span>', page)
    english = shown(page_text(told("en"), None))
    assert ">binding</span>" in english
    assert ">not met</span>" in english


def test_what_is_short_of_a_need_does_not_break_a_rule(told: Told) -> None:
    """A tile that misses dwellings says so; "voldoet niet" is for rules."""
    report = told()
    tiles = (replace(report.tiles[1], state=State.SHORT), *report.tiles[2:])
    page = shown(page_text(replace(report, tiles=tiles), None))
    assert (
        '<span class="mark short">tekort</span>' in page[: page.index("</ul>", page.index('class="tiles"'))]
    )


def test_a_long_text_stands_below_its_row_and_not_beside_it(told: Told) -> None:
    """Of 30 rows the first has no source, so 29 have a line below; six columns stay beside it."""
    page = shown(page_text(with_sources(told()), None))
    table = page[page.index("<caption>Programma") :]
    table = table[: table.index("</table>")]
    assert table.count(f"<tr><td colspan=6><p>bron: {LONG}") == 29
    assert table.count("<th scope=col>") == 6
    assert "bron: None" not in table


def test_a_table_of_few_columns_keeps_its_long_texts(told: Told) -> None:
    programme = next(one for one in told().sections[0].items if isinstance(one, Table) and one.on_page)
    narrow = replace(
        programme, columns=(*programme.columns[:2], Column("b", "bron")), rows=(("a", 1, LONG),), states={}
    )
    assert parted(narrow) == (narrow, {})


def test_every_explanation_says_of_what_it_is(told: Told) -> None:
    reader = Reader(page_text(told(), None))
    names = [a["aria-label"] for _, a in reader.elements if "popovertarget" in a]
    assert names == ["uitleg: woningen"]


def test_years_of_a_period_stay_on_one_line(told: Told) -> None:
    """A column whose longest text has 9 letters is short; one of 13 may break its lines."""
    columns = (Column("a", "a"), Column("p", "periode"), Column("w", "woorden"))
    table = Table("t", "T", columns, (("x", "2026-2035", "dertien tekst"),), "t.parquet")
    assert text_columns(table) == "l2 s2 l3"


def test_rows_lead_to_pages_that_exist_and_to_no_other(told: Told) -> None:
    reader = Reader(page_text(told(), None))
    places = Counter(reader.values("id"))
    assert [name for name, times in places.items() if times > 1] == []
    links = {value[1:] for value in reader.values("href") if value.startswith("#")}
    assert links <= set(places)
    assert {"p-GM1", "p-GM2", page_anchor("De Woning & co")} <= links
    assert "p-GM9" not in links


def test_headings_follow_each_other_without_a_step_left_out(told: Told) -> None:
    """Every page starts at 1; below a heading comes at most the next level."""
    levels = [
        int(tag[1]) for tag, _ in Reader(page_text(told(), None)).elements if re.fullmatch("h[1-6]", tag)
    ]
    body = levels[levels.index(1) :]
    assert all(after <= before + 1 for before, after in itertools.pairwise(body))
    assert levels.count(1) == 1 + 3


def test_what_a_heading_means_is_told_once_and_reached_by_a_button(told: Told) -> None:
    reader = Reader(page_text(told(), None))
    assert reader.values("popovertarget") == ["m0"]
    assert shown(page_text(told(), None)).count("Alles wat erbij komt.") == 1


def test_the_file_is_written_as_it_was_hashed(told: Told, tmp_path: Path) -> None:
    """No line end may change on the way to the disk: the hashes would not hold."""
    write_page(told(), tmp_path / "report.html", None)
    assert (tmp_path / "report.html").read_bytes().decode() == page_text(told(), None)


# --- numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "dutch", "english"),
    [
        (1234567, Kind.WHOLE, "1.234.567", "1,234,567"),
        (-1200, Kind.EUROS, "-€ 1.200", "-€1,200"),
        (33.333, Kind.PERCENT, "33,3 %", "33.3%"),
        (100.0, Kind.PERCENT, "100 %", "100%"),
        (12.345, Kind.NUMBER, "12,35", "12.35"),  # 12.345 is a hair above in binary
        (1234.56, Kind.NUMBER, "1.234,6", "1,234.6"),
        (0.0004, Kind.NUMBER, "0,0004", "0.0004"),  # not 0
        (-0.0000001, Kind.NUMBER, "0", "0"),
        (2026, Kind.YEAR, "2026", "2026"),
        (True, Kind.YES_NO, "ja", "yes"),
        (None, Kind.EUROS, "", ""),
        ("=1+1", Kind.TEXT, "=1+1", "=1+1"),
    ],
)
def test_values_are_written_as_the_language_does(value: Value, kind: Kind, dutch: str, english: str) -> None:
    assert (cell_text(value, kind, "nl"), cell_text(value, kind, "en")) == (dutch, english)


def test_the_decimals_of_a_column_stand_below_each_other() -> None:
    """Of 1, 2.5 and nothing one decimal is needed, so 1 is written as 1,0."""
    places = column_places((1.0, 2.5, None), Kind.NUMBER)
    assert [cell_text(value, Kind.NUMBER, "nl", places) for value in (1.0, 2.5)] == ["1,0", "2,5"]
    assert column_places((1.0, 2.0), Kind.NUMBER) == 0


def test_a_column_of_different_units_gets_no_needless_zeros() -> None:
    """29.96 needs two decimals; 14,363,110 in the same column needs none."""
    places = column_places((29.96, 14363110), Kind.NUMBER)
    assert [cell_text(value, Kind.NUMBER, "nl", places) for value in (29.96, 14363110)] == [
        "29,96",
        "14.363.110",
    ]


def test_no_line_ends_between_a_number_and_its_sign() -> None:
    assert glued("€ 5, 3 % en 4 meer") == "€\u00a05, 3\u00a0% en 4 meer"


# --- colours ----------------------------------------------------------------------------------


def colours(theme: int) -> dict[str, tuple[float, float, float]]:
    """Return the colours of the page in light (0) or dark (1), as linear light."""
    found = re.findall(r"--(\w+): light-dark\((#\w{6}), (#\w{6})\)", CSS)
    return {name: linear(values[theme]) for name, *values in found}


def linear(colour: str) -> tuple[float, float, float]:
    """Return a colour as the light of its three lamps, as WCAG 2.2 defines it."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    lamps = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue))
    return tuple(lamps)  # type: ignore[return-value]


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the contrast of two colours, as WCAG 2.2 defines it."""
    lights = [0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (one, other)]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize("theme", [0, 1])
def test_words_stand_out_from_what_they_are_written_on(theme: int) -> None:
    """WCAG AA asks 4.5 to 1 of words."""
    found = colours(theme)
    for words, ground in itertools.product(
        ("ink", "soft", "link", "good", "binding", "broken"), ("paper", "panel")
    ):
        assert contrast(found[words], found[ground]) >= 4.5, (words, ground)


@pytest.mark.parametrize("theme", [0, 1])
def test_bars_stand_out_from_the_page(theme: int) -> None:
    """WCAG AA asks 3 to 1 of what has to be seen to understand a picture."""
    found = colours(theme)
    for number, ground in itertools.product(range(9), ("paper", "panel")):
        assert contrast(found[f"c{number}"], found[ground]) >= 3, (number, ground)


# How light is seen without one kind of cone: Machado, Oliveira and Fernandes (2009), severity 1.
SIGHTS = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "without red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "without green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "without blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def seen(light: tuple[float, ...], sight: str) -> tuple[float, ...]:
    """Return a colour as a kind of sight sees it, in Oklab, where distances are as people see them."""
    r, g, b = (
        min(1.0, max(0.0, sum(m * c for m, c in zip(row, light, strict=True)))) for row in SIGHTS[sight]
    )
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    middle = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@pytest.mark.parametrize("sight", list(SIGHTS))
@pytest.mark.parametrize("theme", [0, 1])
def test_colours_of_a_chart_differ_for_every_eye(theme: int, sight: str) -> None:
    """0.02 in Oklab is just noticeable side by side; bars are told apart from a legend at twice that."""
    found = [seen(colours(theme)[f"c{number}"], sight) for number in range(9)]
    nearest = min(math.dist(one, other) for one, other in itertools.combinations(found, 2))
    assert nearest >= 0.04
