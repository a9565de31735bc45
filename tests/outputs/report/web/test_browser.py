"""The page of a report in a real browser: what people see, click, press and print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from thuisplan.outputs.report.content import Chart, Column, Figure, Kind, Report, Section, Table
from thuisplan.outputs.report.web.anchors import page_anchor
from thuisplan.outputs.report.web.html import write_page
from thuisplan.outputs.report.web.map import make_atlas

# Following a link takes a moment: these wait for what they expect.
expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

HOSTILE = "<script>document.title='run'</script>"

Opened = Callable[..., Any]


@pytest.fixture(scope="module")
def address(told: Callable[..., Report], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return where a small report stands."""
    path: Path = tmp_path_factory.mktemp("page") / "report.html"
    write_page(told(), path, None)
    return path.as_uri()


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Opened]:
    """Return a function that opens the report; what goes wrong in it fails the test."""
    wrong: list[str] = []
    contexts: list[Any] = []

    def page(place: str = "", width: int = 1366, height: int = 768, **more: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **more)
        contexts.append(context)
        result = context.new_page()
        result.on("pageerror", lambda error: wrong.append(str(error)))
        result.on("console", lambda message: wrong.append(message.text))
        result.on(
            "request", lambda request: None if request.url.startswith(address) else wrong.append(request.url)
        )
        result.goto(address + place)
        return result

    yield page
    for context in contexts:
        context.close()
    assert wrong == []


def column(page: Any, number: int) -> list[str]:
    """Return what a column of the first table shows, from top to bottom."""
    cells = f"#s-programme tbody tr:not([hidden]) > :nth-child({number})"
    return [text.strip() for text in page.locator(cells).all_inner_texts()]


def sideways(page: Any) -> bool:
    """Return whether the page itself can be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def test_the_page_opens_without_errors_and_without_asking_for_anything(opened: Opened) -> None:
    page = opened()
    expect(page).to_have_title("Proefregio")
    assert page.locator("#overview").is_visible()
    assert page.locator(".page:visible").count() == 0


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_the_answer_the_tiles_and_the_picture_are_on_the_first_screen(
    opened: Opened, width: int, height: int
) -> None:
    page = opened("", width, height)
    for part in (".answer", ".tiles", ".see", ".see > figure > svg"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height, part
    assert page.locator(".see > figure > svg").bounding_box()["height"] > 150


def test_an_answer_without_a_picture_leaves_no_hole(
    browser: Any, told: Callable[..., Report], tmp_path: Path
) -> None:
    write_page(replace(told(), picture=None), tmp_path / "report.html", None)
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto((tmp_path / "report.html").as_uri())
    assert page.locator(".see").count() == 0
    assert page.locator("#s-programme h2").bounding_box()["y"] < 500
    page.close()


@pytest.mark.parametrize("place", ["", "#p-GM1"])
def test_a_phone_scrolls_no_page_sideways(opened: Opened, place: str) -> None:
    page = opened(place, 360, 780)
    assert not sideways(page)
    # Tables do within their own box, which the keyboard reaches.
    assert page.locator("details.table").first.evaluate("box => { box.open = true; return true; }")
    assert not sideways(page)
    assert page.locator("#s-programme .box").first.get_attribute("tabindex") == "0"


LONG = "N" * 300
"""A name without a space to break it at."""


def lengthened(section: Section) -> Section:
    """Return a section in which every word is that name."""
    items: list[Chart | Table] = []
    for item in section.items:
        if isinstance(item, Chart):
            series = tuple(replace(one, label=LONG + one.label) for one in item.series)
            items.append(replace(item, title=LONG, unit=LONG, series=series, lines=()))
        else:
            columns = tuple(replace(column, heading=LONG) for column in item.columns)
            rows = tuple((f"{LONG}{number}", *row[1:]) for number, row in enumerate(item.rows))
            items.append(
                replace(
                    item, title=LONG, columns=columns, rows=rows, notes=(LONG,), source=LONG, folded=False
                )
            )
    return replace(section, title=LONG, lead=(LONG,), items=tuple(items))


@pytest.mark.parametrize("width", [360, 1366])
@pytest.mark.parametrize("place", ["", "#p-GM1"])
def test_a_long_name_makes_no_page_wider(
    browser: Any, told: Callable[..., Report], tmp_path: Path, place: str, width: int
) -> None:
    """Titles, tiles, sentences, lists of pages, legends, the map and tables have a name of 300 letters."""
    given = told()
    sections = tuple(map(lengthened, given.sections))
    [picture] = lengthened(Section("", "", (), (given.picture,) if given.picture else ())).items
    assert isinstance(picture, Chart)
    pages = tuple(
        replace(page, title=LONG, group=LONG, sections=tuple(map(lengthened, page.sections)))
        for page in given.pages
    )
    tiles = tuple(replace(tile, label=LONG, value=LONG, note=LONG) for tile in given.tiles)
    report = replace(
        given, title=LONG, subtitle=LONG, answer=(LONG,), tiles=tiles, picture=picture, sections=sections,
        pages=pages, file_name=LONG,
    )  # fmt: skip
    figure = Figure("f", LONG, Kind.WHOLE, {"GM1": 1})
    atlas = make_atlas(dict.fromkeys(given.municipalities, LONG), {"GM1": LONG}, (figure,), None, "nl")
    write_page(report, tmp_path / "long.html", atlas)
    page = browser.new_context(viewport={"width": width, "height": 780}).new_page()
    page.goto((tmp_path / "long.html").as_uri() + place)
    assert not sideways(page)
    for menu in page.locator(".menu summary").all():
        menu.click()
        assert not sideways(page)
    page.context.close()


def test_headings_of_numbers_are_not_broken_within_a_word(opened: Opened) -> None:
    """A column of small numbers is as wide as its heading, on a phone too: "gehaald" is one line."""
    page = opened("", 360, 780)
    heights = page.locator("#s-programme thead button:not([popovertarget])").evaluate_all(
        "all => all.map(one => one.getClientRects().length)"
    )
    assert set(heights) == {1}


def test_a_table_sorts_by_number_and_by_word_and_back(opened: Opened) -> None:
    """Numbers sort as numbers in Dutch notation: 200 before 1.000. Gemeente 2 comes before Gemeente 10."""
    page = opened()
    heading = page.locator("#s-programme thead th")
    heading.nth(1).locator("button").first.click()
    assert heading.nth(1).get_attribute("aria-sort") == "ascending"
    assert column(page, 2)[:2] + column(page, 2)[-1:] == ["100", "200", "3.000"]
    heading.nth(1).locator("button").first.click()
    assert heading.nth(1).get_attribute("aria-sort") == "descending"
    assert column(page, 2)[:2] == ["3.000", "2.900"]
    heading.nth(0).locator("button").first.press("Enter")
    assert heading.nth(1).get_attribute("aria-sort") is None
    assert [name.splitlines()[0].split(" ▲")[0] for name in column(page, 1)[8:11]] == [
        "Gemeente 9",
        "Gemeente 10",
        "Gemeente 11",
    ]
    assert page.locator("#s-programme tfoot").inner_text().startswith("Totaal")  # stays below


def test_a_table_is_searched_and_its_total_is_not_that_of_a_part(opened: Opened) -> None:
    """Of 1 to 30, eleven names have "gemeente 2" in them: 2 and 20 to 29."""
    page = opened()
    field = page.locator("#s-programme .find input")
    field.fill("GEMEENTE 2")
    assert len(column(page, 1)) == 11
    assert page.locator("#s-programme .find output").inner_text() == "11 / 30"
    assert not page.locator("#s-programme tfoot").is_visible()
    field.fill("")
    assert len(column(page, 1)) == 30
    assert page.locator("#s-programme tfoot").is_visible()


@pytest.fixture
def sourced(browser: Any, told: Callable[..., Report], tmp_path: Path) -> Iterator[Any]:
    """Return an open page whose table has a long source below each of its 30 rows."""
    report = told()
    [programme] = [one for one in report.sections[0].items if isinstance(one, Table) and one.on_page]
    columns = (*programme.columns, Column("k", "klasse"), Column("source", "bron"))
    rows = tuple((*row, "a", f"Besluit {row[0].split()[1]}: {'tekst ' * 20}") for row in programme.rows)
    wide = replace(programme, columns=columns, rows=rows)
    write_page(
        replace(report, sections=(replace(report.sections[0], items=(wide,)),)), tmp_path / "r.html", None
    )
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto((tmp_path / "r.html").as_uri())
    yield page
    page.close()


def beneath(page: Any) -> list[tuple[str, str]]:
    """Return the number in the name of each row that is seen, and in the source below it."""
    rows = page.locator("#s-programme tbody tr:not([hidden])").all_inner_texts()
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return [(row.split()[1], source.split("Besluit ")[1].split(":")[0]) for row, source in pairs]


def test_a_text_below_a_row_goes_where_its_row_goes(sourced: Any) -> None:
    """Sorted from much to little, row 30 is first; searched, "besluit 2" finds 2 and 20 to 29."""
    button = sourced.locator("#s-programme thead th").nth(1).locator("button").first
    button.click()
    button.click()
    assert beneath(sourced) == [(str(n), str(n)) for n in range(30, 0, -1)]
    sourced.locator("#s-programme .find input").fill("besluit 2")
    assert sorted(beneath(sourced)) == sorted((str(n), str(n)) for n in (2, *range(20, 30)))
    assert sourced.locator("#s-programme .find output").inner_text() == "11 / 30"


@pytest.mark.parametrize("width", [1366, 360])
def test_a_text_below_a_row_is_read_without_scrolling_sideways(sourced: Any, width: int) -> None:
    sourced.set_viewport_size({"width": width, "height": 780})
    box = sourced.locator("#s-programme td[colspan] p").first.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert not sideways(sourced)


def test_letters_in_charts_are_as_large_on_a_phone(opened: Opened) -> None:
    """A chart is 328 points wide; a phone of 360 with margins of 16 shows a point as a pixel: 12 pixels."""
    page = opened("", 360, 780)
    sizes = page.evaluate(
        "[...document.querySelectorAll('figure svg text')].filter(text => text.checkVisibility())"
        ".map(text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"
    )
    assert sizes
    assert min(sizes) >= 11.99


def test_a_list_closes_when_the_keyboard_leaves_it(opened: Opened) -> None:
    page = opened()
    menu = page.locator(".menu", has_text="Inhoud")
    menu.locator("summary").press("Enter")
    for _ in range(menu.locator("a").count() + 1):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Per gemeente"
    assert page.locator(".menu[open]").count() == 0


def test_a_page_opens_by_its_link_and_the_overview_by_the_way_back(opened: Opened) -> None:
    page = opened()
    page.locator(".menu summary", has_text="Per gemeente").click()
    page.locator(".menu a", has_text="Aalst").click()
    expect(page.locator("h1:visible")).to_have_text(["Aalst"])
    expect(page).to_have_title("Aalst · Proefregio")
    assert page.locator(".menu[open]").count() == 0
    page.locator(".back a:visible").click()
    expect(page.locator("h1:visible")).to_have_text(["Proefregio"])
    expect(page).to_have_title("Proefregio")


def test_the_list_of_municipalities_is_searched_and_enter_opens_the_first(opened: Opened) -> None:
    page = opened()
    menu = page.locator(".menu", has_text="Per gemeente")
    menu.locator("summary").click()
    page.keyboard.type("AALS")
    assert menu.locator("li:visible").all_inner_texts() == ["Aalst"]
    assert menu.locator("h2:visible").all_inner_texts() == ["Noord"]
    page.keyboard.press("Enter")
    expect(page.locator("h1:visible")).to_have_text(["Aalst"])


def test_escape_closes_a_list_and_gives_the_focus_back(opened: Opened) -> None:
    page = opened()
    page.locator(".menu summary", has_text="Inhoud").click()
    page.keyboard.press("Escape")
    assert page.locator(".menu[open]").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "Inhoud"


def test_everything_is_read_without_scripts(opened: Opened) -> None:
    page = opened("#p-GM1", java_script_enabled=False)
    expect(page.locator("h1:visible")).to_have_text(["Aalst"])
    page.locator(".back a:visible").click()
    expect(page.locator("h1:visible")).to_have_text(["Proefregio"])
    assert len(column(page, 1)) == 30
    for needs_script in (".find", "#theme", "#print-all"):
        assert page.locator(f"{needs_script}:visible").count() == 0


def test_a_name_that_is_a_script_is_shown_and_not_run(opened: Opened) -> None:
    page = opened("#p-GM2")
    expect(page.locator("h1:visible")).to_have_text([HOSTILE])
    assert page.title() == f"{HOSTILE} · Proefregio"


def test_a_page_opens_whatever_its_code_has_in_it(opened: Opened) -> None:
    page = opened(f"#{page_anchor('De Woning & co')}")
    expect(page.locator("h1:visible")).to_have_text(["De Woning & co"])


def test_what_a_heading_means_opens_by_the_keyboard(opened: Opened) -> None:
    page = opened()
    meaning = page.locator("#m0")
    assert not meaning.is_visible()
    page.locator("[popovertarget=m0]").first.press("Enter")
    assert "Alles wat erbij komt." in meaning.inner_text()
    page.keyboard.press("Escape")
    assert not meaning.is_visible()


def test_the_first_key_leads_past_the_bar(opened: Opened) -> None:
    page = opened()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'content'")


def test_dark_follows_the_system_and_the_switch(opened: Opened) -> None:
    def ground(page: Any) -> str:
        return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))

    light, dark = "rgb(246, 247, 248)", "rgb(18, 22, 27)"
    assert ground(opened()) == light
    page = opened(color_scheme="dark")
    assert ground(page) == dark
    page.locator("#theme").click()
    assert ground(page) == light
    page.emulate_media(media="print")
    assert ground(page) == "rgb(255, 255, 255)"


def test_bars_take_the_colours_of_the_theme(opened: Opened) -> None:
    def bar(page: Any) -> str:
        return str(
            page.locator(".see svg path[fill='var(--c1)']").last.evaluate("e => getComputedStyle(e).fill")
        )

    assert (bar(opened()), bar(opened(color_scheme="dark"))) == ("rgb(27, 79, 156)", "rgb(63, 120, 216)")


def test_on_paper_only_the_open_page_is_printed_unfolded_and_without_the_bar(opened: Opened) -> None:
    page = opened("#p-GM1", color_scheme="dark")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("h1:visible")).to_have_text(["Aalst"])
    assert not page.locator(".bar").is_visible()
    assert page.locator("#p-GM1 details td").first.is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.table[open]").count() == 0


def test_headings_of_tables_are_repeated_on_every_sheet_of_paper(opened: Opened) -> None:
    """Chromium repeats no heading with a button in it, so on paper the sorting buttons are words again."""
    page = opened()
    page.emulate_media(media="print")
    button = page.locator("#s-programme thead button").first
    assert button.evaluate("button => getComputedStyle(button).display") == "contents"
    assert (
        page.locator("#s-programme .box").first.evaluate("box => getComputedStyle(box).overflow") == "visible"
    )


def test_all_of_it_is_printed_on_request(opened: Opened) -> None:
    page = opened()
    page.evaluate("window.print = () => { window.printed = true; }")
    page.locator("#print-all").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    assert page.locator("h1:visible").count() == 1 + 3
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("h1:visible").count() == 1
