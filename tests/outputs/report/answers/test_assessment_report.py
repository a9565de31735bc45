"""What a report says first of a tested programme: the verdict, its reasons, and the smallest change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from thuisplan.inputs.read import read as read_input
from thuisplan.inputs.read import read_scenario
from thuisplan.outputs.plan_folder import PlanFolder
from thuisplan.outputs.published import Published
from thuisplan.outputs.report.answers.assessment_made import assessment_made
from thuisplan.outputs.report.answers.assessment_report import (
    assessment_answer,
    assessment_sections,
    assessment_subtitle,
)
from thuisplan.outputs.report.content import Chart, Section, State, Table
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.texts import text

pandas = pytest.importorskip("pandas")

# As in the tests of the command: Adorp can build 12 a year, 14 are 2 too many; owner-occupied is not offered;
# care comes in projects of 3; of 12 in 2027 there are 2 social where 30 % is 3.6.
UNFIT = """municipality,year,option,dwellings
Adorp,2026,rent,10
Adorp,2026,owner,4
Adorp,2027,owner,10
Adorp,2027,care,2
"""
# Both municipalities: 6 care dwellings in Beveen where its share is 3; Adorp none of its 6.
BOTH = """municipality,year,option,dwellings
Adorp,2026,rent,4
Beveen,2026,care,6
Beveen,2027,owner,2
"""
REASONS = "rule_id,place,reason\nfair,GM0001,=Geen grond <b>\n"


@pytest.fixture(scope="module")
def folders(ran: Callable[..., Path]) -> dict[str, Path]:
    """Return what was published of a programme that does not fit, and of one of both municipalities."""
    folder = ran(
        ("assess", "{folder}/small", "--programme", "{folder}/unfit.csv", "-o", "{folder}/unfit"),
        ("assess", "{folder}/small", "--programme", "{folder}/both.csv", "-o", "{folder}/both"),
        files={"unfit.csv": UNFIT, "both.csv": BOTH, "small/reasons.csv": REASONS},
    )
    return {name: folder / name for name in ("unfit", "both")}


@pytest.fixture(scope="module")
def view(folders: dict[str, Path]) -> Callable[..., PlanView]:
    """Return a function that views one of the two in a language."""

    def make(name: str, language: str = "en") -> PlanView:
        folder = PlanFolder.open(folders[name])
        given, _ = read_scenario(folder.path / "input" / "original")
        instance = read_input(folder.path / "input").instance
        return PlanView(instance, given, Published(folder.path), folder.manifest, language)

    return make


def items(sections: tuple[Section, ...]) -> dict[str, Any]:
    """Return the tables by code, and charts by ``chart_`` and their code."""
    found: dict[str, Any] = {}
    for section in sections:
        for item in section.items:
            found[f"chart_{item.code}" if isinstance(item, Chart) else item.code] = item
    return found


def records(table: Table) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries by the codes of the columns."""
    names = [column.code for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def test_the_verdict_comes_first_with_its_reasons_and_the_smallest_change(
    view: Callable[..., PlanView], folders: dict[str, Path]
) -> None:
    """Numbers are those of the verdicts and of the change."""
    answer, tiles, _ = assessment_answer(view("unfit"))
    assert answer[0].startswith("No: the programme of Adorp does not fit.")
    verdict = pandas.read_parquet(folders["unfit"] / "verdict.parquet")
    hard = verdict[verdict.strength == "hard"]
    assert tiles[0].value == "No"
    assert tiles[0].state is State.BROKEN
    assert tiles[0].note == f"{hard.broken.sum()} of {(hard.broken + hard.met).sum()} hard tests not kept"
    change = pandas.read_parquet(folders["unfit"] / "change.parquet").change
    added, removed = change[change > 0].sum(), -change[change < 0].sum()
    assert tiles[-1].value == f"{added} added, {removed} taken away"
    assert f"{added} dwelling" in answer[2]
    assert "it cannot be smaller" in tiles[-1].note


def test_the_picture_has_the_programme_as_given_and_as_it_fits(
    view: Callable[..., PlanView], folders: dict[str, Path]
) -> None:
    """14 in 2026 and 12 in 2027 as given; as it fits what the changed programme says."""
    _, _, picture = assessment_answer(view("unfit"))
    assert picture is not None
    assert picture.categories == (2026, 2027)
    assert picture.series[0].values == (14, 12)
    fitting = pandas.read_csv(folders["unfit"] / "fitting_programme.csv").groupby("year").dwellings.sum()
    assert list(picture.series[1].values) == fitting.tolist()


def test_every_rule_that_is_broken_stands_with_what_is_missing(
    view: Callable[..., PlanView], folders: dict[str, Path]
) -> None:
    """A row per broken hard rule and place; the table of all that was tested has every written row."""
    found = items(assessment_sections(view("unfit")))
    verdict = pandas.read_parquet(folders["unfit"] / "verdict.parquet")
    broken = verdict[(verdict.strength == "hard") & (verdict.verdict == "broken")]
    table = found["assess_broken"]
    assert len(table.rows) == len(broken) > 0
    assert set(table.states.values()) == {State.BROKEN}
    tested = records(found["assess_tested"])
    assert len(tested) == len(verdict)
    for column, code in (
        ("broken", "lines_broken"),
        ("met", "lines_met"),
        ("not_testable", "lines_untested"),
    ):
        assert sum(row[code] for row in tested) == verdict[column].sum()
    [capacity] = [row for row in records(table) if row["rule"] == "capacity"]
    assert (capacity["place"], capacity["short"], capacity["when"]) == ("Adorp", "2 dwellings", "2026")


def test_a_reason_is_shown_as_it_was_written(view: Callable[..., PlanView]) -> None:
    """What a user wrote is data: it stands there as it is, and the first screen counts it."""
    current = view("both")
    rows = [
        row for row in records(items(assessment_sections(current))["assess_tested"]) if "fair" in row["rule"]
    ]
    assert "=Geen grond <b>" in {row["reason"] for row in rows}
    _, tiles, _ = assessment_answer(current)
    explain = next(tile for tile in tiles if tile.label == "Comply or explain")
    assert "with a reason 1" in explain.note


@pytest.mark.parametrize("name", ["unfit", "both"])
def test_contribution_money_change_and_warnings_are_the_written_tables(
    name: str, view: Callable[..., PlanView], folders: dict[str, Path]
) -> None:
    """Every row and every number of them; money in euros, tenths of dwellings."""
    found = items(assessment_sections(view(name)))
    for code, columns in (
        ("contribution", ["task", "target", "delivered", "difference"]),
        ("pots", ["asked_eur", "others_eur", "short_eur"]),
        ("change", ["before", "change", "after"]),
        ("warnings", ["limit"]),
    ):
        written = pandas.read_parquet(folders[name] / f"{code}.parquet")
        table = found.get(f"assess_{code}")
        assert (table is None) == (len(written) == 0)
        for row, (_, own) in zip(records(table) if table else (), written.iterrows(), strict=True):
            for column in columns:
                expected = None if pandas.isna(own[column]) else pytest.approx(own[column], abs=0.06)
                assert row[column] == expected
    assert name == "both" or {"assess_change", "assess_warnings"} <= set(found)


def test_of_several_municipalities_share_and_contribution_are_a_picture(
    view: Callable[..., PlanView], folders: dict[str, Path]
) -> None:
    """Adorp delivers none of its 6, Beveen 6 where its share is 3: the largest difference stands first."""
    chart = items(assessment_sections(view("both")))["chart_assess_contribution"]
    written = pandas.read_parquet(folders["both"] / "contribution.parquet").set_index("municipality")
    assert set(chart.categories) == {"Adorp", "Beveen"}
    for series, column in zip(chart.series, ("target", "delivered"), strict=True):
        for place, value in zip(chart.categories, series.values, strict=True):
            assert value == pytest.approx(written.loc[place, column], abs=0.06)
    differences = [abs(written.loc[place, "difference"]) for place in chart.categories]
    assert differences == sorted(differences, reverse=True)


def test_two_kinds_of_money_are_not_added_up(view: Callable[..., PlanView]) -> None:
    """Extra cost and deficit have budgets of their own: no column of the table has a total over both."""
    table = items(assessment_sections(view("both")))["assess_pots"]
    kinds = {row["kind"] for row in records(table)}
    assert kinds == {"extra cost", "deficit"}
    assert not [column.code for column in table.columns if column.adds_up]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_whose_programme_was_tested_is_said_before_what_is_about_everybody(
    view: Callable[..., PlanView], language: str
) -> None:
    """Of Adorp alone: its name below the title, and that the rest is about others too; not so of both."""
    current = view("unfit", language)
    assert "Adorp" in assessment_subtitle(current)
    assert "Beveen" not in assessment_subtitle(current)
    last = assessment_sections(current)[-1]
    assert last.code == "assess_around"
    assert "Adorp" in last.lead[0]
    assert assessment_sections(view("both", language))[-1].code != "assess_around"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_soft_rules_that_are_not_kept_as_filled_in_are_not_told_as_kept(
    view: Callable[..., PlanView], language: str
) -> None:
    """As on the screen: one soft rule is not kept as filled in, so not all soft rules are kept."""
    current = view("unfit", language)
    written = [dict(row) for row in current.rows("verdict")]
    softened = {
        "strength": "soft",
        "verdict": "broken",
        "broken": 1,
        "completed": True,
        "family": "fair_share",
    }
    rows = [{**row, "strength": "monitor"} if row["strength"] == "soft" else row for row in written]
    published = Published(current.published.folder)
    published._read.update(current.published._read)
    published._read["verdict"] = [{**rows[0], **softened, "rule_id": "filled"}, *rows[1:]]
    changed = replace(current, published=published)
    answer, tiles, _ = assessment_answer(changed)
    said = text("report_assessment.filled_one", language)
    assert said in answer[2]
    tile = next(one for one in tiles if one.label == text("report_assessment.soft_tile", language))
    assert tile.state is State.PLAIN
    assert text("report_assessment.filled_note_one", language) in tile.note


@pytest.mark.parametrize(("language", "words"), [("nl", "woningaanpassing"), ("en", "adaptation")])
def test_need_categories_of_the_user_are_told_in_words(
    ran: Callable[..., Path], language: str, words: str
) -> None:
    """A need for adapted dwellings is called after its type and route, not by its code care_adaptation."""
    route = "adaptation"
    tables = {
        "options": f"""
            option,dwelling_type,route,segment,unit,need_category,extra_cost_eur,deficit_eur,minimum_project,features
            care,care_suitable,{route},social_rent,dwelling,care_adaptation,0,0,1,
            rent,social_regular,new_build,social_rent,dwelling,rent,0,50000,1,""",
        "needs": """
            need_id,purpose,place,need_category,need_class,from_year,to_year,central
            care,agreement,R,care_adaptation,special,2026,2026,4""",
        "availability": """
            municipality_code,option,from_year,to_year,max_per_year
            GM0001,care,2026,2027,6
            GM0001,rent,2026,2027,10""",
        "rules": "rule_id,family,track,purpose,place,strength,weight,valid_from,valid_to,status,source",
        "rule_parameters": "rule_id,parameter,value",
        "capacity": "municipality_code,route,from_year,to_year,dwellings_per_year",
    }
    programme = "municipality,year,option,dwellings\nAdorp,2026,rent,4\nBeveen,2026,rent,0\n"
    assess = ("assess", "{folder}/small", "--programme", "{folder}/none.csv", "-o", "{folder}/out")
    folder = PlanFolder.open(ran(assess, files={"none.csv": programme}, **tables) / "out")
    given, _ = read_scenario(folder.path / "input" / "original")
    instance = read_input(folder.path / "input").instance
    current = PlanView(instance, given, Published(folder.path), folder.manifest, language)
    sections = {one.code: one for one in assessment_sections(current)}
    told = " ".join(sections["assess_open"].lead)
    cells = [str(cell) for row in items(tuple(sections.values()))["assess_tested"].rows for cell in row]
    for said in (told, " ".join(cells)):
        assert words in said
        assert "care_adaptation" not in said


def test_sentences_do_not_speak_of_files_and_options(view: Callable[..., PlanView]) -> None:
    """Councils type no commands: what a report shows itself is not told to stand in a file."""
    for name in ("unfit", "both"):
        for language in ("nl", "en"):
            for section in assessment_sections(view(name, language)):
                assert not [line for line in section.lead if "--" in line or ".parquet" in line], section.code


def test_both_languages_have_the_same_parts_and_numbers(view: Callable[..., PlanView]) -> None:
    """Codes, shape and numbers are the same; only words differ."""
    for name in ("unfit", "both"):
        dutch, english = (assessment_sections(view(name, language)) for language in ("nl", "en"))
        assert [one.code for one in dutch] == [one.code for one in english]
        for code, item in items(dutch).items():
            same = items(english)[code]
            if isinstance(item, Table):
                assert all(len(row) == len(item.columns) for row in item.rows)
                numbers = [
                    [[cell for cell in row if isinstance(cell, int | float)] for row in table.rows]
                    for table in (item, same)
                ]
                assert numbers[0] == numbers[1]


def test_how_it_was_made_says_what_was_tried(view: Callable[..., PlanView]) -> None:
    """A row per freedom in which a change was looked for, as the manifest has it."""
    current = view("unfit")
    section = assessment_made(current)
    tried, facts = section.items
    assert isinstance(tried, Table)
    [row] = records(tried)
    [written] = current.manifest["change"]
    assert [row[name] for name in ("added", "removed", "bound")] == [
        written[name] for name in ("added", "removed", "bound")
    ]
    assert current.manifest["input_hash"] in {cells[1] for cells in facts.rows}
    assert f"{current.manifest['verification']['requirements']:,} rules" in section.lead[0]


def test_a_programme_of_all_municipalities_needs_no_others(view: Callable[..., PlanView]) -> None:
    """Of a programme of everybody nothing is assumed of others, and that is said."""
    for language, part in (("nl", "alle gemeenten"), ("en", "all municipalities")):
        assert part in assessment_made(view("both", language)).lead[1]
