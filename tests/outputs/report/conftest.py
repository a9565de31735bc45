"""Fixtures of the tests of reports: views of small plans, as published tables in a language."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from thuisplan.cli import main
from thuisplan.inputs.tables import Key, KeyShare
from thuisplan.outputs.published import Published
from thuisplan.outputs.report.content import (
    Chart,
    ChartKind,
    Column,
    Kind,
    Page,
    Report,
    Section,
    Series,
    State,
    Table,
    Tile,
)
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.tables import plan_tables
from thuisplan.solvers.solution import Solution

ViewOf = Callable[..., PlanView]


@pytest.fixture(scope="session")
def view_of(tmp_path_factory: pytest.TempPathFactory) -> ViewOf:
    """Return a function that publishes the tables of a plan, solved or written by hand, and views them."""

    def view(
        instance: Any, solution: Solution | None = None, language: str = "nl", **amounts: Any
    ) -> PlanView:
        folder = tmp_path_factory.mktemp("tables")
        made = plan_tables(instance, solution or Solution(amounts, (), {}, ()))
        for name, table in made.items():
            pq.write_table(table, folder / f"{name}.parquet")
        return PlanView(instance, instance.scenario, Published(folder), {}, language)

    return view


@pytest.fixture(scope="session")
def three(small: Any, view_of: ViewOf) -> Callable[[str], PlanView]:
    """Return a function that views a solved plan of three municipalities and six years in a language.

    Building region W is whole (A and B); C lies in X, of four municipalities. A lies in province P, B and C
    in Q, and Q has more municipalities that are not counted. There is a need for target groups per region
    (clustered) and per municipality (room), one that is only followed (care), and a regular one.
    """
    a, b, c = small.A, small.B, small.C
    rows = [
        small.place(a, name="Aalst", dwelling_stock=1000, social_stock=200, mid_stock=100, inhabitants=2000),
        small.place(b, name="Beek", dwelling_stock=1000, social_stock=300, inhabitants=2500),
        small.place(c, name="Cuijk"),
        small.region("agreement", "R", a, b, c),
        small.region("woningbouwregio", "W", a, b),
        small.region("woningbouwregio", "X", c, size=4),
        small.region("province", "P", a),
        small.region("province", "Q", b, c, size=9),
        small.region("nation", "N", a, b, c, size=342),
        small.option("rent", need_category="regular", adds_social=True, deficit_eur=120000),
        small.middle("mid", need_category="regular"),
        small.market("market", need_category="regular"),
        small.option("clustered", dwelling_type="clustered", need_category="clustered", extra_cost_eur=7000),
        small.option("room", dwelling_type="room", segment="outside", unit="room", need_category="room"),
        small.option("flex", route="flex", need_category="urgent", service_life_years=2),
        *(small.offer(code, what, 3) for code in (a, b) for what in ("rent", "mid", "market", "clustered")),
        small.offer(c, "market", 2),
        small.offer(a, "room", 1),
        small.offer(b, "flex", 1),
        small.pot("municipalities", "extra_cost", carries_rest=True),
        small.pot("corporations", "deficit", {2026: 240000}, carry_over=True),
        small.capacity(a, 5),
        small.capacity(b, 6),
        small.need("clustered", 3),
        small.need("room", 1, purpose="municipality", place=a, need_id="room-A"),
        small.need("room", 2, purpose="municipality", place=b, need_id="room-B"),
        small.need("care", 2, strength="monitor"),
        small.need("urgent", 1, to_year=2027, need_class="special"),
        small.need("regular", 12, need_class="regular"),
        Key(key_id="k", basis="shares"),
        KeyShare(key_id="k", municipality_code=a, share=Fraction(1, 2)),
        KeyShare(key_id="k", municipality_code=b, share=Fraction(1, 4)),
        KeyShare(key_id="k", municipality_code=c, share=Fraction(1, 4)),
        small.rule(
            "fair",
            "fair_share",
            {
                "key": "k",
                "needs": "clustered",
                "options": "clustered",
                "dead_band_dwellings": 1,
                "checkpoint_every": 2,
            },
            purpose="agreement",
            track=1,
        ),
        small.rule("two-thirds", "affordable_share", purpose="woningbouwregio"),
        small.rule("two-thirds-nation", "affordable_share", purpose="nation"),
        small.rule("social", "social_share", {"side": "below"}, purpose="municipality"),
        small.rule("stock", "stock_share", {"share": "3/10"}, purpose="municipality", strength="monitor"),
    ]
    instance = small.instance(*rows, years=6)
    solution = small.solve(instance)
    assert isinstance(solution, Solution), solution

    def view(language: str = "nl") -> PlanView:
        return view_of(instance, solution, language)

    return view


@pytest.fixture(scope="session")
def read() -> Callable[[PlanView, str], Any]:
    """Return a function that reads a published table with pandas: independent of what is tested."""
    pandas = pytest.importorskip("pandas")

    def table(view: PlanView, name: str) -> Any:
        return pandas.read_parquet(Path(view.published.folder) / f"{name}.parquet")

    return table


@pytest.fixture(scope="session")
def table_of() -> Callable[[Any, str], Any]:
    """Return a function that gives the chart or table of a section by its code."""

    def item(section: Any, code: str) -> Any:
        [found] = [one for one in section.items if one.code == code]
        return found

    return item


HOSTILE = "<script>document.title='run'</script>"
"""Name of a municipality that would run if it were not escaped."""


@pytest.fixture(scope="session")
def told() -> Callable[..., Report]:
    """Return a function that makes a small report with one of everything that a page shows.

    Two municipalities and a corporation; the table ``programme`` has 30 rows, row n of n * 100 dwellings.
    """

    def make(language: str = "nl") -> Report:
        years = (2026, 2027, 2028)
        bars = (Series("sociaal", (10, 20, 1500), 1), Series("midden", (5, None, 700), 2))
        chart = Chart(
            "c", "Per jaar", "Stijgt.", ChartKind.STACKED, years, (*bars, Series("nodig", (20, 40, 60), 0)),
            "woningen", ("nodig",),
        )  # fmt: skip
        empty = Chart("e", "Niets", "Niets.", ChartKind.LINES, years, (Series("x", (0, None, 0), 1),), "")
        rows = tuple((f"Gemeente {n}", n * 100, n / 8, n * 1000, n % 2 == 0) for n in range(1, 31))
        programme = Table(
            "programme",
            "Programma",
            (
                Column("m", "gemeente"),
                Column("d", "woningen", Kind.WHOLE, adds_up=True, note="Alles wat erbij komt."),
                Column("s", "aandeel", Kind.PERCENT),
                Column("c", "kosten", Kind.EUROS, adds_up=True),
                Column("y", "gehaald", Kind.YES_NO),
            ),
            rows,
            "plan.parquet",
            notes=("Een noot.",),
            states={1: State.BINDING, 2: State.BROKEN},
            links={0: "GM1", 1: "GM2", 2: "GM9"},
        )
        hidden = Table("all", "Alles", (Column("a", "a"),), (("VERBORGEN",),), "x.parquet", on_page=False)
        folded = Table(
            "f", "Gevouwen", (Column("a", "a"), Column("b", "b")), (("x", "y"),), "f.parquet", folded=True
        )
        own = Section("own", "Hier", ("Een zin.",), (chart, folded))
        return Report(
            language,
            "plan",
            "Proefregio",
            "2026-2028",
            ("Eerste zin.", "Tweede zin.", "Derde zin."),
            (
                Tile("Hoeveel", "1.500", "in drie jaar"),
                Tile("Wat ontbreekt", "12", "woningen", State.BROKEN),
                Tile("Te vertrouwen?", "Nagerekend", "alle regels", State.GOOD),
            ),
            chart,
            (
                Section("programme", "Programma", ("Zo is het.",), (chart, empty, programme, hidden)),
                Section("more", "Meer", (), (folded,)),
            ),
            (
                Page("GM1", "Aalst", "municipality", "Noord", (own,)),
                Page("GM2", HOSTILE, "municipality", "Zuid", (own,)),
                Page("De Woning & co", "De Woning & co", "corporation", "", (own,)),
            ),
            (),
            {"GM1": "Aalst", "GM2": HOSTILE},
            "plan",
        )

    return make


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a real browser, Debian's Chromium; without it the tests that ask for it are skipped."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    quiet = ("gpu", "quic", "background-networking", "component-update", "sync")
    arguments = ["--no-sandbox", "--no-first-run", *(f"--disable-{one}" for one in quiet)]
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=chromium, args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a function that runs commands beside the small input of the tests of the commands.

    It takes a list of arguments per command, files to write first and tables of the input by name, and
    gives the folder; ``{folder}`` in an argument is that folder, in which the input is ``small``.
    """
    spec = importlib.util.spec_from_file_location(
        "cli_conftest", Path(__file__).parents[2] / "cli" / "conftest.py"
    )
    assert spec is not None
    assert spec.loader is not None
    commands = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(commands)

    def run(*calls: tuple[str, ...], files: Mapping[str, str] | None = None, **tables: str) -> Path:
        folder = tmp_path_factory.mktemp("ran")
        given = {"scenario.toml": commands.SETTINGS}
        given |= {f"{name}.csv": text for name, text in {**commands.TABLES, **tables}.items()}
        given = {f"small/{name}": text for name, text in given.items()} | dict(files or {})
        (folder / "small").mkdir()
        for name, text in given.items():
            lines = [line.strip() for line in text.strip().splitlines()]
            (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        for call in calls:
            result = CliRunner().invoke(main, [part.format(folder=folder) for part in call])
            assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
            assert result.exit_code in (0, 3, 4), result.output
        return folder

    return run
