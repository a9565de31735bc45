"""A report as one page: everything in one file, nothing fetched, readable without scripts.

What may run and how things look is fixed by a content security policy that names the page's own style and
script by their hash. Everything that comes from the input passes through the escaping of the templates.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from thuisplan.outputs.report.chart_values import has_values
from thuisplan.outputs.report.content import Chart, Kind, Page, Report, Section, Table
from thuisplan.outputs.report.web.anchors import page_anchor, section_anchor
from thuisplan.outputs.report.web.charts import chart_svg, in_millions, look
from thuisplan.outputs.report.web.formats import cell_text, column_places
from thuisplan.outputs.texts import text

WIDE_PICTURE = (610, 250)
"""Width of the picture of the first screen, and its height within the axes, in points."""

FILTERED_ROWS = 30
"""From this many rows on a table scrolls in its own box, and has a field to search it with."""

PORTRAIT_COLUMNS = 12
"""A table with more columns is printed on paper that lies."""

LONG_TEXT = 50
"""A column with a text longer than this is wide enough to read it."""

SHORT_TEXT = 12
"""A column without a longer text than this does not break its lines: "2026-2035" is one word."""

LONGEST_TEXT = 90
FEWEST_COLUMNS = 7
"""In a table of at least so many columns, a column with a text longer than this stands below its row: beside
it, it would make every row ten lines high."""

NARROW_LETTERS = 46
NARROW_ROWS = 12
"""A table of at most so many letters and rows stands beside a chart; others take the width of the page."""


def write_page(report: Report, path: Path, atlas: Any | None) -> None:
    """Write a report as one HTML file.

    Parameters
    ----------
    report
        What it says.
    path
        The file; written anew.
    atlas
        What ``templates/map.html`` shows, or None without a map.
    """
    path.write_text(page_text(report, atlas), encoding="utf-8", newline="\n")


def page_text(report: Report, atlas: Any | None) -> str:
    """Return a report as one HTML document.

    Parameters
    ----------
    report
        What it says.
    atlas
        What ``templates/map.html`` shows, or None without a map.
    """
    style = _asset("report.css") + ("" if atlas is None else _asset("map.css"))
    script = _asset("report.js") + ("" if atlas is None else _asset("map.js"))
    template = _environment(report.language).get_template("report.html")
    return template.render(
        report=report,
        atlas=atlas,
        policy=content_policy(style, script),
        style=Markup(style),
        script=Markup(script),
        menus=_menus(report),
        meanings=_meanings(report),
        pages={page.code for page in report.pages},
    )


def content_policy(style: str, script: str) -> str:
    """Return what a page with this style and this script may do: nothing but those two.

    Parameters
    ----------
    style, script
        The text of the elements, to the letter.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(content: str) -> str:
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode("ascii")
    return f"sha256-{digest}"


def _asset(name: str) -> str:
    return resources.files(__package__).joinpath("static", name).read_text(encoding="utf-8")


def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader(str(__package__)),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals |= {
        "say": partial(_say, language),
        "blocks": blocks,
        "has_values": has_values,
        "drawn": partial(_drawn, language),
        "narrow": partial(_narrow, language),
        "parted": parted,
        "look": look,
        "page_anchor": page_anchor,
        "section_anchor": section_anchor,
        "FILTERED_ROWS": FILTERED_ROWS,
        "PORTRAIT_COLUMNS": PORTRAIT_COLUMNS,
        "WIDE_PICTURE": WIDE_PICTURE,
    }
    environment.filters |= {
        "cells": partial(_cells, language),
        "glued": glued,
        "texts": text_columns,
        "totals": partial(_totals, language),
    }
    return environment


# --- what the templates ask for ----------------------------------------------------------


def _say(language: str, code: str, **values: Any) -> str:
    return text(f"report_page.{code}", language, **values)


def _cells(language: str, table: Table) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a table as people read them."""
    kinds = [(column.kind, _places(table, position)) for position, column in enumerate(table.columns)]
    for row in table.rows:
        told = zip(row, kinds, strict=True)
        yield tuple(glued(cell_text(value, kind, language, places)) for value, (kind, places) in told)


def _totals(language: str, table: Table) -> tuple[str, ...] | None:
    """Return what stands below a table, from its second column on; None where nothing adds up."""
    if len(table.rows) < 2 or not any(column.adds_up for column in table.columns):
        return None
    return tuple(
        cell_text(round(table.total(position), 9), column.kind, language, _places(table, position))
        if column.adds_up
        else ""
        for position, column in enumerate(table.columns)
    )[1:]


def _places(table: Table, position: int) -> int:
    return column_places((row[position] for row in table.rows), table.columns[position].kind)


def glued(sentence: str) -> str:
    """Return a sentence in which no line ends between a number and its sign of euros or percent."""
    return sentence.replace("€ ", "€\N{NO-BREAK SPACE}").replace(" %", "\N{NO-BREAK SPACE}%")


def text_columns(table: Table) -> str:
    """Return which columns hold words, as names of classes: ``l2 l5``, ``x5`` if long, ``s2`` if short.

    A class on the table instead of on each cell keeps the file small. The first column always holds words.
    """
    classes = []
    for position, column in enumerate(table.columns[1:], 1):
        if column.kind in (Kind.TEXT, Kind.YES_NO):
            classes.append(f"l{position + 1}")
            longest = max((len(str(row[position] or "")) for row in table.rows), default=0)
            if longest > LONG_TEXT:
                classes.append(f"x{position + 1}")
            elif longest <= SHORT_TEXT and column.kind is Kind.TEXT:
                classes.append(f"s{position + 1}")
    return " ".join(classes)


Below = Mapping[int, tuple[tuple[str, str], ...]]
"""Number of a row -> headings and texts that stand on a line of their own below it."""


def parted(table: Table) -> tuple[Table, Below]:
    """Return a table without its columns of long texts, and those texts.

    Parameters
    ----------
    table
        A table of the page.

    Returns
    -------
    tuple
        The table with what stands beside each other, and what stands below each of its rows; a text that is
        empty does not.
    """
    long = [place for place in range(1, len(table.columns)) if _stands_below(table, place)]
    if not long:
        return table, {}
    kept = [place for place in range(len(table.columns)) if place not in long]
    below = {
        number: told
        for number, row in enumerate(table.rows)
        if (told := tuple((table.columns[place].heading, str(row[place])) for place in long if row[place]))
    }
    columns = tuple(table.columns[place] for place in kept)
    rows = tuple(tuple(row[place] for place in kept) for row in table.rows)
    return replace(table, columns=columns, rows=rows), below


def _stands_below(table: Table, place: int) -> bool:
    texts = len(table.columns) >= FEWEST_COLUMNS and table.columns[place].kind is Kind.TEXT
    return texts and any(len(str(row[place] or "")) > LONGEST_TEXT for row in table.rows)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart as the page shows it: the picture, and what its numbers count."""

    chart: Chart
    svg: Markup
    unit: str


def _drawn(language: str, chart: Chart, *size: int) -> Drawn:
    unit = _say(language, "millions", unit=chart.unit) if in_millions(chart) else chart.unit
    return Drawn(chart, chart_svg(chart, language, *size), unit)


def _narrow(language: str, chart: Chart) -> Markup:
    """Return the picture of the first screen once more, for a phone; the page shows one of the two."""
    return Markup("<div class=narrow>{}</div>").format(chart_svg(chart, language))


@dataclass(frozen=True, slots=True)
class Block:
    """A chart or a table of a section.

    Parameters
    ----------
    chart, table
        One of the two.
    wide
        Whether it takes the width of the page.
    """

    chart: Chart | None
    table: Table | None
    wide: bool


def blocks(section: Section) -> Iterator[Block]:
    """Yield what the page shows of a section: no chart without values, no table of the workbook only."""
    for item in section.items:
        if isinstance(item, Chart):
            if has_values(item):
                yield Block(item, None, False)
        elif item.on_page and item.rows:
            yield Block(None, item, item.folded or not _narrow_table(item))


def _narrow_table(table: Table) -> bool:
    """Return whether a table fits beside a chart, by the letters of its longest values."""
    longest = (
        max(len(column.heading) // 2, *(len(str(row[position] or "")) for row in table.rows))
        for position, column in enumerate(table.columns)
    )
    return len(table.rows) <= NARROW_ROWS and sum(letters + 3 for letters in longest) <= NARROW_LETTERS


@dataclass(frozen=True, slots=True)
class Menu:
    """A list of pages: of all municipalities, or of all corporations.

    Parameters
    ----------
    kind
        Kind of the pages.
    groups
        Region and its pages, in the order of the report.
    """

    kind: str
    groups: tuple[tuple[str, tuple[Page, ...]], ...]

    @property
    def count(self) -> int:
        """How many pages it lists."""
        return sum(len(pages) for _, pages in self.groups)


def _menus(report: Report) -> tuple[Menu, ...]:
    kinds = dict.fromkeys(page.kind for page in report.pages)
    return tuple(Menu(kind, _groups(page for page in report.pages if page.kind == kind)) for kind in kinds)


def _groups(pages: Iterable[Page]) -> tuple[tuple[str, tuple[Page, ...]], ...]:
    ordered = sorted(pages, key=lambda page: (page.group.casefold(), page.title.casefold()))
    return tuple((group, tuple(found)) for group, found in groupby(ordered, key=lambda page: page.group))


def _meanings(report: Report) -> dict[tuple[str, str], int]:
    """Return the headings that are explained, with what they mean, and a number for each."""
    sections = (*report.sections, *(section for page in report.pages for section in page.sections))
    found: dict[tuple[str, str], int] = {}
    for section in sections:
        for item in section.items:
            if isinstance(item, Table) and item.on_page:
                for column in item.columns:
                    if column.note:
                        found.setdefault((column.heading, column.note), len(found))
    return found
