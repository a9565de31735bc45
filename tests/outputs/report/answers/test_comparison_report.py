"""The report of a comparison: every number equal to the plans and tables it is about, and nothing dropped."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from thuisplan.outputs.plan_folder import PlanFolder
from thuisplan.outputs.report.answers import comparison_programme, comparison_view
from thuisplan.outputs.report.answers.comparison_report import comparison_report
from thuisplan.outputs.report.content import Chart, ChartKind, Report, Section, State, Table
from thuisplan.outputs.texts import text

pandas = pytest.importorskip("pandas")

# Half the money; half as much need again; names that a spreadsheet or a browser would take for more than
# names; and so little room in Adorp that what is committed there has none: that variant has no plan.
VARIANTS = """
format = 1
base = "small"
[changes.more]
needs = "*"
factor = 1.5
[changes.poor]
pot = "prov"
factor = 0.5
[changes.no-room]
table = "capacity"
key = "GM0001 - 2026"
column = "dwellings_per_year"
operation = "set"
value = "1"
[[variant]]
name = "=1+1"
changes = ["poor"]
[[variant]]
name = "<script>"
changes = ["more", "poor"]
[[variant]]
name = "no room"
changes = ["no-room"]
[[grid]]
name = "g"
axes.needs = ["base", "more"]
axes.money = ["base", "poor"]
[prices]
rules = ["social-30", "fair", "capacity"]
[frontier]
measures = ["unmet_special", "extra_cost"]
keep = ["0", "50%", "100%"]
[draws]
count = 4
seed = 1
costs = { extra_cost = ["80%", "150%"] }
[regret]
scenarios = ["base", "g: more + base"]
common_until = 2026
time_limit = 20
"""
HELD = ["=1+1", "<script>", "g: base + base", "g: base + poor", "g: more + base", "g: more + poor"]
"""Variants with a plan that are held against the base, in the order of the file."""
MEASURES = ("unmet_special", "fair_share_max", "extra_cost", "deficit")
SCALES = {"fair_share_max": 100, "fair_share_mean": 100, "extra_cost": 1000, "deficit": 1000}
"""Measures are in shares of the task and thousands of euros; a report has percentage points and euros."""


@pytest.fixture(scope="module")
def out(ran: Callable[..., Path]) -> Path:
    """Return the comparison of all there can be; not to be changed."""
    compare = ("compare", "{folder}/variants.toml", "-o", "{folder}/out", "--jobs", "1")
    return ran(compare, files={"variants.toml": VARIANTS}) / "out"


@pytest.fixture(scope="module")
def report(out: Path) -> Callable[[str], Report]:
    """Return a function that makes its report in a language, each made once."""
    made: dict[str, Report] = {}

    def make(language: str) -> Report:
        if language not in made:
            made[language] = comparison_report(PlanFolder.open(out), language)
        return made[language]

    return make


@pytest.fixture(scope="module")
def runs(out: Path) -> Any:
    """Return the table of runs, a row per variant, read with pandas."""
    return pandas.read_parquet(out / "runs.parquet").set_index("variant")


def section(report: Report, code: str) -> Section:
    """Return a section by its code."""
    [found] = [one for one in report.sections if one.code == code]
    return found


def item(report: Report, code: str, of: str) -> Any:
    """Return the chart or table of a section by its code; a table where both have it."""
    found = [one for one in section(report, of).items if one.code == code]
    return next((one for one in found if isinstance(one, Table)), found[0])


def records(table: Table) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries by the codes of the columns."""
    names = [column.code for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def plan(out: Path, runs: Any, variant: str, table: str = "plan") -> Any:
    """Return a table of the plan of a variant."""
    return pandas.read_parquet(out / "runs" / runs.loc[variant, "run"] / f"{table}.parquet")


def test_its_parts_stand_in_the_order_in_which_people_ask(report: Callable[[str], Report]) -> None:
    """Differences first, then what changed and what failed, prices and trade-offs, and what is the same."""
    assert [one.code for one in report("nl").sections] == [
        "differences", "changes", "unfinished", "short_and_paid", "programme", "rules", "choices", "prices",
        "frontier", "common", "draws", "regret", "made",
    ]  # fmt: skip
    assert report("nl").kind == "comparison"
    assert report("nl").title == "Two places"
    assert report("nl").pages == ()
    assert dict(report("nl").municipalities) == {"GM0001": "Adorp", "GM0002": "Beveen"}


def test_the_differences_are_those_of_the_runs(report: Callable[[str], Report], runs: Any) -> None:
    """Every cell is the measure of the variant minus that of the base, in euros or percentage points."""
    rows = records(item(report("nl"), "differences", "differences"))
    assert [row["variant"] for row in rows] == HELD
    compared = 0
    for row in rows:
        for measure in (name for name in MEASURES if name in row):
            own, base = runs.loc[row["variant"]], runs.loc["base"]
            expected = (own[measure] - base[measure]) * SCALES.get(measure, 1)
            # Two decimals of a percentage point, three of anything else.
            assert row[measure] == pytest.approx(expected, abs=0.006)
            compared += 1
        assert row["dwellings_difference"] == own["dwellings"] - base["dwellings"]
    assert compared >= 12


def test_between_what_a_difference_lies_follows_from_the_bounds(
    report: Callable[[str], Report], runs: Any
) -> None:
    """At least bound minus found in the base, at most found minus the bound of the base."""
    labels = {text(f"report_comparison.standing_{code}", "en"): code for code in ("apart", "same", "open")}
    seen = set()
    for row in records(item(report("en"), "measures", "differences")):
        own, base = runs.loc[row["variant"]], runs.loc["base"]
        if row["measure"] != "extra cost":
            continue
        least = (own["extra_cost_bound"] - base["extra_cost"]) * 1000
        most = (own["extra_cost"] - base["extra_cost_bound"]) * 1000
        assert (row["at_least"], row["at_most"]) == (pytest.approx(least, abs=1), pytest.approx(most, abs=1))
        code = labels[row["standing"]]
        seen.add(code)
        if own["run"] == base["run"]:
            assert code == "same"
        elif own["extra_cost_bound"] > base["extra_cost"] or base["extra_cost_bound"] > own["extra_cost"]:
            assert code == "apart"
    assert "apart" in seen


@pytest.mark.parametrize(
    ("code", "column", "labels"),
    [
        ("by_municipality", "municipality", {}),
        ("by_year", "year", {}),
        (
            "by_type",
            "dwelling_type",
            {
                "care_suitable": "care-suitable dwelling",
                "social_regular": "regular social rent",
                "affordable_owner": "affordable owner-occupied dwelling",
            },
        ),
    ],
)
def test_dwellings_are_those_of_the_plans(
    code: str, column: str, labels: dict[str, str], report: Callable[[str], Report], out: Path, runs: Any
) -> None:
    """The base has its own sums, each variant its difference; read from the plans themselves."""
    table = item(report("en"), code, "programme")
    base = plan(out, runs, "base").groupby(column).dwellings.sum()
    names = {labels.get(str(value), str(value)) for value in base.index}
    assert {row[0] for row in table.rows} >= names
    for position, variant in enumerate(HELD):
        own = plan(out, runs, variant).groupby(column).dwellings.sum()
        for what in set(base.index) | set(own.index):
            [row] = [row for row in table.rows if row[0] == labels.get(str(what), str(what))]
            assert row[1] == base.get(what, 0)
            assert row[2 + position] == own.get(what, 0) - base.get(what, 0)
    assert table.total(1) == base.sum()


def test_shortfall_and_payers_are_those_of_the_plans(
    report: Callable[[str], Report], out: Path, runs: Any
) -> None:
    """Shortfall of the last year and euros per payer and kind of money, from the plans themselves."""
    short = item(report("en"), "by_need", "short_and_paid")
    paid = item(report("en"), "by_payer", "short_and_paid")
    for position, variant in enumerate(HELD):
        needs, base = plan(out, runs, variant, "needs"), plan(out, runs, "base", "needs")
        last = [frame[frame.year == 2027].shortfall.sum() for frame in (needs, base)]
        assert (short.total(2 + position), short.total(1)) == (last[0] - last[1], last[1])
        funding = [plan(out, runs, name, "funding") for name in (variant, "base")]
        for payer, kind, label in (
            ("Provincie", "extra_cost", "extra cost"),
            ("Gemeenten", "deficit", "deficit"),
        ):
            euros = [
                frame[(frame.payer == payer) & (frame.kind == kind)].amount_eur.sum() for frame in funding
            ]
            [row] = [row for row in paid.rows if row[0] == f"{payer}, {label}"]
            assert (row[1], row[2 + position]) == (euros[1], euros[0] - euros[1])


def test_every_difference_stands_in_the_workbook(
    report: Callable[[str], Report], out: Path, runs: Any
) -> None:
    """The long table, off the page, adds up to the differences of the plans."""
    table = item(report("en"), "programme_differences", "programme")
    assert not table.on_page
    for variant in HELD:
        own = sum(row["difference"] for row in records(table) if row["variant"] == variant)
        assert own == runs.loc[variant, "dwellings"] - runs.loc["base", "dwellings"]


def test_what_was_changed_is_told_in_the_words_of_the_input(report: Callable[[str], Report]) -> None:
    """Half the money of a pot is 0,5 times its amount; half as much need again 1,5 times."""
    rows = records(item(report("nl"), "changes", "changes"))
    assert [tuple(row.values()) for row in rows if row["variant"] == "<script>"] == [
        ("<script>", "behoeften", "alle", "midden", "maal", "1,5"),
        ("<script>", "budgetbedragen", "prov *", "bedrag_eur", "maal", "0,5"),
    ]


def test_a_variant_without_a_plan_is_listed_with_its_reason(report: Callable[[str], Report]) -> None:
    """It is in no table of differences; the first screen counts all variants but this one and is marked."""
    table = item(report("nl"), "unfinished", "unfinished")
    [row] = [row for row in records(table) if row["variant"] == "no room"]
    assert row["status"] == "past niet: bewezen"
    assert row["reason"]
    made = report("nl")
    assert "no room" not in {row[0] for row in item(made, "differences", "differences").rows}
    assert made.tiles[0].state is State.ATTENTION
    count = len(item(made, "runs", "made").rows)
    assert made.tiles[0].value == f"{count - 1} van {count} varianten"


def test_rules_prices_and_choices_are_the_written_tables(report: Callable[[str], Report], out: Path) -> None:
    """The tables of the workbook have every row; what is money is in euros."""
    made = report("en")
    rules = pandas.read_parquet(out / "rules_compared.parquet")
    held = rules[rules.variant.isin(HELD)]
    shown = records(item(made, "rules_all", "rules"))
    columns = ["lines", "reference_broken", "broken", "reference_binding", "binding"]
    assert [[row[name] for name in columns] for row in shown] == held[columns].to_numpy().tolist()
    prices = pandas.read_parquet(out / "prices.parquet")
    shown = records(item(made, "prices_all", "prices"))
    assert len(shown) == len(prices) > 0
    for row, (_, written) in zip(shown, prices.iterrows(), strict=True):
        scale = {"kEUR": 1000, "share": 100}.get(written.unit, 1)
        for name, column in (
            ("gain", "gain"),
            ("gain_least", "gain_at_least"),
            ("gain_most", "gain_at_most"),
        ):
            if pandas.notna(written[column]):
                assert row[name] == pytest.approx(written[column] * scale, abs=0.006)
            else:
                assert row[name] is None
    axes = pandas.read_parquet(out / "axes.parquet")
    shown = records(item(made, "choices", "choices"))
    assert [row["pairs"] for row in shown if row["measure"] == "extra cost"] == axes[
        axes.measure == "extra_cost"
    ].pairs.tolist()


def test_the_frontier_is_a_picture_with_its_table(report: Callable[[str], Report], out: Path) -> None:
    """A point per plan, in the same order in both; numbered, and equal to the written points."""
    made = report("nl")
    chart, table = section(made, "frontier").items
    assert isinstance(chart, Chart)
    assert isinstance(table, Table)
    assert chart.kind is ChartKind.POINTS
    rows = records(table)
    assert [str(row["point"]) for row in rows] == list(chart.categories)
    assert [row["unmet_special"] for row in rows] == list(chart.series[0].values)
    assert [row["extra_cost"] for row in rows] == list(chart.series[1].values)
    written = pandas.read_parquet(out / "frontier.parquet").pivot(
        index="variant", columns="measure", values="value"
    )
    points = {
        (special, round(cost * 1000)) for special, cost in written[["unmet_special", "extra_cost"]].to_numpy()
    }
    assert {(row["unmet_special"], row["extra_cost"]) for row in rows} == points
    assert len(points) > 1


def test_what_is_the_same_and_what_draws_leave_are_the_written_tables(
    report: Callable[[str], Report], out: Path
) -> None:
    """Per municipality the least and the most of all plans and the quantiles of the draws, with sums."""
    made = report("en")
    for code, of, name in (("common", "common", "common"), ("bandwidths", "draws", "bandwidths")):
        written = pandas.read_parquet(out / f"{name}.parquet")
        written = written[written.dwelling_type.isna() & written.year.isna()].set_index("municipality")
        rows = records(item(made, code, of))
        assert len(rows) == len(written) == 3
        for row in rows:
            place = row["by_municipality"]
            own = written[written.index.isna()].iloc[0] if place == "together" else written.loc[place]
            shared = [column for column in row if column != "by_municipality"]
            assert [row[column] for column in shared] == [own[column] for column in shared]
    robust = pandas.read_parquet(out / "robust.parquet")
    robust = robust[robust.municipality_code.isna() & robust.dwelling_type.isna()]
    shown = records(item(made, "robust", "draws"))
    assert [row["at_least_there"] for row in shown] == robust.at_least.tolist()


def test_regret_is_told_with_its_common_years(report: Callable[[str], Report], out: Path) -> None:
    """Regret per scenario, and the dwellings of 2026 that are the same in both, from the written tables."""
    made = report("nl")
    written = pandas.read_parquet(out / "regret.parquet")
    shown = records(item(made, "regret", "regret"))
    assert [row["scenario"] for row in shown] == written.scenario.tolist()
    assert [row["regret_regret"] for row in shown] == [pytest.approx(one) for one in written.regret]
    decided = pandas.read_parquet(out / "common_decisions.parquet")
    table = item(made, "decisions", "regret")
    assert table.total(1) == decided[decided.year == 2026].dwellings.sum()


def test_the_first_screen_says_how_far_variants_lie_apart(report: Callable[[str], Report], runs: Any) -> None:
    """Tiles have the least and the most of the base and all variants that are held against it."""
    made = report("en")
    held = runs.loc[["base", *HELD]]
    tiles = {tile.label: tile for tile in made.tiles}
    least, most = int(held.dwellings.min()), int(held.dwellings.max())
    expected = f"{least}" if least == most else f"{least} to {most}"
    assert tiles["How many dwellings"].value == expected
    least, most = held.unmet_special.min(), held.unmet_special.max()
    assert tiles["Shortfall of target groups"].value == f"{least:.0f} to {most:.0f} dwelling-years"
    assert len(made.answer) == 3
    picture = made.picture
    assert picture is not None
    values = {
        name: value
        for series in picture.series
        for name, value in zip(picture.categories, series.values, strict=True)
        if value is not None
    }
    assert set(values) == set(HELD)
    base = runs.loc["base", "unmet_special"]
    assert values == {name: pytest.approx(runs.loc[name, "unmet_special"] - base) for name in HELD}


def test_the_map_shows_the_base_and_how_each_variant_differs(
    report: Callable[[str], Report], out: Path, runs: Any
) -> None:
    """From the plans themselves: dwellings of the base, and those of a variant minus them."""
    figures = {figure.code: figure for figure in report("en").figures}
    base = plan(out, runs, "base").groupby("municipality_code").dwellings.sum()
    assert dict(figures["reference"].values) == base.to_dict()
    own = plan(out, runs, "<script>").groupby("municipality_code").dwellings.sum()
    expected = own.sub(base, fill_value=0).to_dict()
    assert dict(figures["variant_2"].values) == expected


def test_both_languages_have_the_same_numbers_and_every_table_names_its_files(
    report: Callable[[str], Report], out: Path
) -> None:
    """Codes, numbers and shape are the same; the files that a table names are there; codes are unique."""
    dutch, english = report("nl"), report("en")
    for one, other in zip(dutch.sections, english.sections, strict=True):
        assert (one.code, len(one.lead)) == (other.code, len(other.lead))
        codes = [(type(part).__name__, part.code) for part in one.items]
        assert len(codes) == len(set(codes))
        for own, same in zip(one.items, other.items, strict=True):
            if isinstance(own, Chart):
                assert isinstance(same, Chart)
                assert [series.values for series in own.series] == [series.values for series in same.series]
                continue
            assert isinstance(own, Table)
            assert isinstance(same, Table)
            assert [column.code for column in own.columns] == [column.code for column in same.columns]
            assert all(len(row) == len(own.columns) for row in own.rows)
            assert numbers(own) == numbers(same)
            for file in own.source.split(", "):
                assert list(out.glob(file)), file
    codes = [part.code for one in dutch.sections for part in one.items if isinstance(part, Table)]
    assert len(codes) == len(set(codes))


def numbers(table: Table) -> list[list[Any]]:
    """Return what is a number in a table."""
    return [[cell for cell in row if isinstance(cell, int | float)] for row in table.rows]


def test_many_variants_stand_below_each_other_and_off_the_page(
    out: Path, runs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With room for two: municipalities have the least and the most of all plans, types a row per variant.

    Long tables leave the page, and it says so; the workbook has them.
    """
    monkeypatch.setattr(comparison_programme, "BESIDE", 2)
    monkeypatch.setattr(comparison_view, "AT_MOST", 4)
    monkeypatch.setattr("thuisplan.outputs.report.answers.comparison_differences.AT_MOST", 4)
    made = comparison_report(PlanFolder.open(out), "en")
    table = item(made, "by_municipality", "programme")
    common = pandas.read_parquet(out / "common.parquet")
    common = common[common.dwelling_type.isna() & common.year.isna()].set_index("municipality")
    for row in records(table):
        own = common.loc[row["by_municipality"]]
        assert (row["reference"], row["least"], row["most"]) == (own.reference, own.least, own.most)
    years = item(made, "by_year", "programme")
    assert [row[0] for row in years.rows] == ["base (number)", *HELD]
    own = plan(out, runs, "<script>").groupby("year").dwellings.sum()
    base = plan(out, runs, "base").groupby("year").dwellings.sum()
    assert list(years.rows[0][1:]) == base.tolist()
    assert list(years.rows[2][1:]) == [own.get(year, 0) - base[year] for year in base.index]
    assert not item(made, "differences", "differences").on_page
    for code in ("differences", "short_and_paid"):
        assert any("workbook" in sentence for sentence in section(made, code).lead)


def stopped_base(out: Path, folder: Path) -> Path:
    """Return a copy in which the base stopped and nothing is proved of it: its bounds are zero."""
    copy = Path(shutil.copytree(out, folder / "stopped"))
    table = pyarrow.parquet.read_table(copy / "runs.parquet")
    rows = table.to_pylist()
    for row in rows:
        if row["variant"] == "base":
            row["status"] = "stopped"
        for name in [name for name in row if name.endswith("_bound") and row[name] is not None]:
            row[name] = 0.0
    pyarrow.parquet.write_table(table.from_pylist(rows, table.schema), copy / "runs.parquet")
    return copy


@pytest.mark.parametrize("language", ["nl", "en"])
def test_differences_that_are_not_proved_are_shown_as_such(out: Path, tmp_path: Path, language: str) -> None:
    """With bounds of zero nothing is proved: every bar is grey, and title and legend say so.

    The base was stopped, which is said in the answer, beside the differences and in their table.
    """
    made = comparison_report(PlanFolder.open(stopped_base(out, tmp_path)), language)
    picture = made.picture
    assert picture is not None
    label = {"nl": "niet bewezen", "en": "not proved"}[language]
    unproved = [series for series in picture.series if series.colour == 0]
    assert label in picture.title
    assert [label in series.label for series in unproved] == [True]
    different = [value for series in picture.series if series.colour for value in series.values if value]
    assert different == []
    said = text("report_comparison.base_stopped", language, reference="base")
    assert said in made.answer[1]
    assert said in section(made, "differences").lead
    assert said in picture.told
    nothing = text("report_comparison.nothing_stopped", language)
    proved = {row["proved_in"] for row in records(item(made, "differences", "differences"))}
    assert nothing in proved


def test_proved_differences_have_a_title_without_doubt(report: Callable[[str], Report]) -> None:
    """The base is closed and some differences are proved: no word of a stop."""
    made = report("en")
    assert made.picture is not None
    assert "not proved" not in made.picture.title
    assert not [one for one in (*made.answer, made.picture.told) if "stopped at a limit, so" in one]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_is_no_rule_has_no_mark_of_a_broken_rule(out: Path, tmp_path: Path, language: str) -> None:
    """Where deciding for another scenario leaves no plan no rule is broken: the row asks for attention."""
    copy = Path(shutil.copytree(out, tmp_path / "impossible"))
    table = pyarrow.parquet.read_table(copy / "regret_imposed.parquet")
    impossible = {"outcome": "impossible", "regret_at_least": None, "regret_at_most": None}
    rows = [{**row, **impossible} for row in table.to_pylist()]
    pyarrow.parquet.write_table(table.from_pylist(rows, table.schema), copy / "regret_imposed.parquet")
    made = comparison_report(PlanFolder.open(copy), language)
    imposed = item(made, "imposed", "regret")
    assert len(imposed.rows) == 2
    assert list(imposed.states.values()) == [State.ATTENTION] * 2
    assert State.BROKEN not in {tile.state for tile in made.tiles}


# --- two plans --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two(ran: Callable[..., Path]) -> Path:
    """Return the comparison of two plans of which the second has half the money; not to be changed."""
    poor = "table,key,column,operation,value\nbudgets,prov *,amount_eur,multiply,0.5\n"
    folder = ran(("solve", "{folder}/small", "-o", "{folder}/first"))
    return Path(
        ran(
            ("solve", "{folder}/small", "-o", "{folder}/second"),
            ("compare", str(folder / "first"), "{folder}/second", "-o", "{folder}/two"),
            files={"small/overrides.csv": poor},
        )
    )


@pytest.mark.parametrize("language", ["nl", "en"])
def test_two_plans_stand_beside_each_other(two: Path, language: str) -> None:
    """Names of folders and no paths; both numbers and their difference, from the plans themselves."""
    made = comparison_report(PlanFolder.open(two / "two"), language)
    told = " ".join((*made.answer, *(line for one in made.sections for line in one.lead)))
    assert str(two) not in told
    assert "'first'" in made.answer[0]
    first = Path(PlanFolder.open(two / "two").manifest["plans"]["first"]["path"])
    plans = [pandas.read_parquet(path / "plan.parquet") for path in (first, two / "second")]
    before, after = (frame.groupby("municipality").dwellings.sum() for frame in plans)
    table = item(made, "by_municipality", "programme")
    for name, own, other, difference in table.rows:
        assert (own, other) == (before.get(name, 0), after.get(name, 0))
        assert difference == other - own
    money = item(made, "by_payer", "short_and_paid")
    funding = [pandas.read_parquet(path / "funding.parquet") for path in (first, two / "second")]
    sums = [frame[frame.payer == "Provincie"].amount_eur.sum() for frame in funding]
    [row] = [row for row in money.rows if row[0].startswith("Provincie")]
    assert row[1:] == (sums[0], sums[1], sums[1] - sums[0])
    assert dict(made.municipalities) == {"GM0001": "Adorp", "GM0002": "Beveen"}


def test_a_plan_against_itself_has_no_differences(ran: Callable[..., Path]) -> None:
    """It is said that they are equal; there is no picture of nothing."""
    folder = ran(
        ("solve", "{folder}/small", "-o", "{folder}/plan"),
        ("compare", "{folder}/plan", "{folder}/plan", "-o", "{folder}/two"),
    )
    made = comparison_report(PlanFolder.open(folder / "two"), "nl")
    assert made.picture is None
    assert "gelijk" in made.answer[1]
    assert all(row[-1] == 0 for row in item(made, "by_year", "programme").rows)
