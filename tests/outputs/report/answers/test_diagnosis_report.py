"""The report of a diagnosis: whether it fits, what would have to give, and the ways out with their files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from thuisplan.outputs.plan_folder import PlanFolder
from thuisplan.outputs.report.answers.diagnosis_report import diagnosis_report
from thuisplan.outputs.report.content import Chart, Report, State, Table
from thuisplan.outputs.texts import text

pandas = pytest.importorskip("pandas")

# Adorp may complete 12 a year, and 20 rental dwellings are committed in 2026: 8 too many.
COMMITTED = """
    municipality_code,option,year,dwellings
    GM0001,rent,2026,20"""
OFFERED = """
    municipality_code,option,from_year,to_year,max_per_year
    GM0001,care,2026,2027,6
    GM0001,rent,2026,2027,30
    GM0002,care,2026,2026,6
    GM0002,owner,2026,2027,8"""
CASES = ("conflict", "needs")


@pytest.fixture(scope="module")
def folders(ran: Callable[..., Path]) -> dict[str, Path]:
    """Return the diagnosis of commitments without room, and of needs that money does not reach."""
    diagnose = ("diagnose", "{folder}/small", "-o", "{folder}/out")
    scarce = "pot_id,from_year,to_year,amount_eur\nprov,2026,2027,10000\n"
    return {
        "conflict": ran(diagnose, commitments=COMMITTED, availability=OFFERED) / "out",
        "needs": ran(diagnose, budgets=scarce) / "out",
    }


@pytest.fixture(scope="module")
def report(folders: dict[str, Path]) -> Callable[..., Report]:
    """Return a function that makes the report of a case in a language."""

    def make(case: str, language: str = "en") -> Report:
        return diagnosis_report(PlanFolder.open(folders[case]), language)

    return make


def tables(report: Report) -> dict[str, Table]:
    """Return the tables of a report by code."""
    return {item.code: item for one in report.sections for item in one.items if isinstance(item, Table)}


def records(table: Table) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries by the codes of the columns."""
    names = [column.code for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def test_a_conflict_says_what_stands_in_the_way_and_the_ways_out(report: Callable[..., Report]) -> None:
    """20 are committed and 12 can be built: 8 have to give, in the capacity or in what is committed."""
    made = report("conflict")
    assert made.kind == "diagnosis"
    assert made.answer[0] == "Can all hard rules hold together? No. Something must give."
    assert "commitments for 20 dwellings" in made.answer[1]
    assert "the capacity is 12" in made.answer[1]
    assert "8 dwellings" in made.answer[2]
    # Nothing is broken: rules cannot hold together, and the words say that.
    assert (made.tiles[0].value, made.tiles[0].state) == ("Not possible", State.PLAIN)
    assert made.picture is not None
    assert 8 in made.picture.series[0].values


def test_needs_that_cannot_be_met_say_that_the_rules_can(report: Callable[..., Report]) -> None:
    """Two questions, each with its own answer, on the first screen as well."""
    made = report("needs")
    assert [tile.value for tile in made.tiles[:2]] == ["Possible", "Not possible"]
    assert [tile.state for tile in made.tiles[:2]] == [State.GOOD, State.SHORT]
    assert "there is a plan that keeps every hard rule" in made.answer[0]


@pytest.mark.parametrize("case", CASES)
def test_what_would_have_to_give_is_the_written_table(
    case: str, report: Callable[..., Report], folders: dict[str, Path]
) -> None:
    """A row per kind of rule, those that are enough first; amounts as written, money in euros."""
    written = pandas.read_parquet(folders[case] / "diagnosis.parquet")
    alone = written[written.step == "alone"]
    rows = records(tables(report(case))["alone"])
    assert len(rows) == len(alone)
    enough = alone[alone.outcome == "repaired"]
    assert [row["amount"] for row in rows[: len(enough)]] == enough.amount.tolist()
    assert [row["bound"] for row in rows[: len(enough)]] == enough.bound.tolist()
    assert all(row["amount"] is None for row in rows[len(enough) :])
    label = "possible: less is not enough"
    assert [row["outcome"] == label for row in rows[: len(enough)]] == enough.proved.tolist()


@pytest.mark.parametrize("case", CASES)
def test_ways_out_stand_with_their_files_and_what_they_change(
    case: str, report: Callable[..., Report], folders: dict[str, Path]
) -> None:
    """Every way out has a file that is there; changes are the written rows, amounts the sums of lines."""
    made = tables(report(case))
    written = pandas.read_parquet(folders[case] / "diagnosis.parquet")
    ways = written[written.step == "repair"]
    rows = records(made["repairs"])
    assert [row["number"] for row in rows] == ways.number.tolist()
    lines = pandas.read_parquet(folders[case] / "diagnosis_lines.parquet")
    lines = lines[lines.step == "repair"]
    for row in rows:
        assert (folders[case] / row["file"]).exists()
        for (_, unit), own in lines[lines.number == row["number"]].groupby(["family", "unit"]):
            total = round(own.amount.sum())
            expected = f"€{total:,}" if unit == "EUR" else f": {total:,} "
            assert expected in row["families"]
    changes = pandas.read_parquet(folders[case] / "repairs.parquet")
    shown = [(row["number"], row["row"], row["value"]) for row in records(made["changes"])]
    assert shown == list(changes[["repair", "key", "value"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("case", CASES)
def test_beside_every_way_out_stands_whether_its_size_is_proved(
    case: str, language: str, report: Callable[..., Report], folders: dict[str, Path]
) -> None:
    """On the first screen, in its section and in the table; the count is good only if all is proved."""
    made = report(case, language)
    written = pandas.read_parquet(folders[case] / "diagnosis.parquet")
    ways = written[written.step == "repair"]
    labels = [
        text(f"report_diagnosis.size_{'proved' if proved else 'found'}", language) for proved in ways.proved
    ]
    assert [row["proved"] for row in records(tables(made)["repairs"])] == labels
    told = next(one for one in made.sections if one.code == "repairs").lead
    for label, sentence in zip(labels, told, strict=False):
        assert label.casefold() in sentence.casefold()
    assert labels[0].casefold() in made.answer[2].casefold()
    tile = next(one for one in made.tiles if one.label == text("report_diagnosis.ways_tile", language))
    given = [row["gives_up"] for row in records(tables(made)["repairs"])]
    settled = bool(ways.proved.all() and ways.solves.all() and not any(given))
    assert (tile.state is State.GOOD) == settled


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_way_out_that_comes_down_to_doing_nothing_says_so(
    language: str, ran: Callable[..., Path], report: Callable[..., Report]
) -> None:
    """One way out drops the whole need: with 0 euro none of the 9 care dwellings is built.

    That way out is marked as nothing that is in order, and the first screen says what it comes down to.
    """
    nothing = "pot_id,from_year,to_year,amount_eur\nprov,2026,2027,0\n"
    folder = ran(("diagnose", "{folder}/small", "-o", "{folder}/out"), budgets=nothing) / "out"
    made = diagnosis_report(PlanFolder.open(folder), language)
    lines = pandas.read_parquet(folder / "diagnosis_lines.parquet")
    lines = lines[(lines.step == "repair") & (lines.family == "need")]
    [number] = set(lines.number)
    assert lines.amount.sum() == 9
    table = tables(made)["repairs"]
    said = text("report_diagnosis.gives_up_everything", language)
    assert [row["gives_up"] for row in records(table)].index(said) == number - 1
    assert table.states.get(number - 1, State.PLAIN) is State.PLAIN
    lead = next(one for one in made.sections if one.code == "repairs").lead
    assert sum(said[1:] in one for one in lead) == 1
    tile = next(one for one in made.tiles if one.label == text("report_diagnosis.ways_tile", language))
    assert tile.state is State.PLAIN
    assert text("report_diagnosis.ways_whole_one", language) in tile.note
    other = tables(report("conflict", language))["repairs"]
    assert not any(row["gives_up"] for row in records(other))


@pytest.mark.parametrize("case", CASES)
def test_every_line_that_gives_stands_in_the_table_of_places(
    case: str, report: Callable[..., Report], folders: dict[str, Path]
) -> None:
    """Places by name, periods and amounts as written."""
    lines = pandas.read_parquet(folders[case] / "diagnosis_lines.parquet")
    made = tables(report(case))
    shown = [row for code in ("beyond", "where") if code in made for row in records(made[code])]
    assert sorted((row["period"], row["gives"]) for row in shown) == sorted(
        zip(lines.period, lines.amount.round(1), strict=True)
    )
    assert not {row["place"] for row in shown} & {"GM0001", "GM0002"}


@pytest.mark.parametrize("case", CASES)
def test_both_languages_have_the_same_parts_and_no_table_points_nowhere(
    case: str, report: Callable[..., Report], folders: dict[str, Path]
) -> None:
    """Codes and numbers are the same in both, and files that are named are there."""
    dutch, english = report(case, "nl"), report(case, "en")
    assert [one.code for one in dutch.sections] == [one.code for one in english.sections]
    assert len(dutch.answer) == len(english.answer) == 3
    for one, other in zip(dutch.sections, english.sections, strict=True):
        assert len(one.lead) == len(other.lead)
        assert not [line for line in one.lead if ".parquet" in line]
        for item, same in zip(one.items, other.items, strict=True):
            assert item.code == same.code
            if isinstance(item, Chart):
                continue
            assert isinstance(same, Table)
            assert (folders[case] / item.source).exists()
            assert all(len(row) == len(item.columns) for row in item.rows)
            numbers = [
                [[cell for cell in row if isinstance(cell, int | float)] for row in table.rows]
                for table in (item, same)
            ]
            assert numbers[0] == numbers[1]
