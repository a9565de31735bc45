"""The input workbook: it tells what to fill in, keeps its structure, and gives back what was filled in."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from thuisplan.inputs.columns import EXACT, WHOLE, YEAR, Row, several, sorted_rows
from thuisplan.inputs.describe import column_lines, unit_text
from thuisplan.inputs.examples import EXAMPLES
from thuisplan.inputs.files import read_raw
from thuisplan.inputs.parse import parse
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import (
    TABLES,
    Key,
    KeyShare,
    Municipality,
    Need,
    Override,
    Pot,
)
from thuisplan.inputs.workbook_checks import in_range
from thuisplan.inputs.workbook_style import COLOURS, SHEETS, WORDS, role
from thuisplan.inputs.write import write_workbook

LANGUAGES = ("nl", "en")
SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")


def read_back(path: Path) -> Scenario:
    read, findings = parse(read_raw(path))
    assert findings == ()
    assert read is not None
    return read


def tables(given: Scenario) -> dict[str, tuple[Row, ...]]:
    """Return the rows of all tables in canonical order."""
    return {name: sorted_rows(given.tables.get(name, ())) for name in TABLES}


def assert_same(first: Scenario, second: Scenario) -> None:
    assert first.settings == second.settings
    assert tables(first) == tables(second)


def title(name: str, language: str) -> str:
    return TABLES[name].nl if language == "nl" else name


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the workbook of the regional example, its path and its language."""
    language = request.param
    path = tmp_path_factory.mktemp("made") / "in.xlsx"
    write_workbook(EXAMPLES["stedendriehoek"].make(language), path, language, "Kijk hier.")
    return openpyxl.load_workbook(path), path, language


def below(sheet: Any, place: int) -> Any:
    """Return what holds for the empty cells of a column; the file takes equal neighbours together."""
    return next(one for one in sheet.column_dimensions.values() if one.min <= place <= one.max)


# --- it explains itself -------------------------------------------------------------


def test_the_first_sheet_says_what_to_do_and_what_the_colours_mean(made: Any) -> None:
    book, _, language = made
    sheet = book.worksheets[0]
    assert sheet.title == SHEETS[language]["explanation"]
    column = [cell.value for cell in sheet["A"]]
    words = WORDS[language]
    wanted = [words["title"], words["look_at"], "Kijk hier.", *(words[f"step_{n}"] for n in range(1, 7))]
    assert column[: len(wanted)] == wanted
    legend = column.index(words["colours"])  # counted from 0: the legend is in the rows after the next
    for line, name in enumerate(COLOURS, start=legend + 2):
        assert sheet.cell(line, 1).fill.fgColor.rgb[2:] == COLOURS[name]["bg_color"][1:]
        assert sheet.cell(line, 2).value == words[name]


def test_the_first_sheet_leads_to_every_table_and_describes_every_column(made: Any) -> None:
    book, _, language = made
    sheet = book.worksheets[0]
    column = [cell.value for cell in sheet["A"]]
    for name, row_type in TABLES.items():
        line = column.index(title(name, language)) + 1
        visible = book[title(name, language)].sheet_state == "visible"
        assert (sheet.cell(line, 1).hyperlink is not None) == visible  # Excel does not go to a hidden sheet
        assert (sheet.cell(line, 3).value == WORDS[language]["hidden"]) == (not visible)
        start = column.index(f"{'tabel' if language == 'nl' else 'table'} {title(name, language)}")
        named = column[start + 2 : start + 2 + len(row_type.columns())]
        assert named == [one.heading(language) for one in row_type.columns()]


def test_a_default_is_told_with_its_source_and_status(made: Any) -> None:
    """A weight left empty is 1, a choice of the model; the share of a rule comes from a draft of 2024."""
    book, _, language = made
    notes = {
        "nl": "leeg betekent: 1 (bron: Thuisplan, modelkeuze; status: aanname)",
        "en": "empty means: 1 (source: Thuisplan, model choice; status: assumption)",
    }
    column = [one.name for one in Need.columns()].index("weight")
    assert notes[language] in book[title("needs", language)].cell(1, column + 1).comment.text
    described = [cell.value or "" for cell in book.worksheets[0]["E"]]
    draft = {"nl": "2024-06; status: ontwerp", "en": "2024-06; status: draft"}[language]
    assert any(text.startswith("3/10 (") and draft in text for text in described)
    settings = {row[0].value: row[3].value for row in book["scenario"].iter_rows()}
    assert settings["national_social_share"].startswith({"nl": "25,9 % (", "en": "25.9 % ("}[language])
    assert "2024" in settings["national_social_share"]


def test_headings_hold_their_name_and_show_colour_star_and_unit(made: Any) -> None:
    """The unit is in the format of the heading, so that the cell holds the name that reading looks for."""
    book, _, language = made
    for name, row_type in TABLES.items():
        sheet = book[title(name, language)]
        assert sheet.freeze_panes == "B2"
        for place, column in enumerate(row_type.columns(), start=1):
            cell = sheet.cell(1, place)
            assert cell.value == column.heading(language)
            assert cell.fill.fgColor.rgb[2:] == COLOURS[role(column)]["bg_color"][1:]
            assert (" *" in cell.number_format) == column.required
            unit = unit_text(column, language)
            assert unit in cell.value or f"({unit})" in cell.number_format
            assert cell.comment.text == "\n".join(column_lines(name, column, language))


# --- it offers and asks -------------------------------------------------------------


def validations(sheet: Any) -> dict[str, Any]:
    """Return the check of each column by its letter."""
    return {str(one.sqref).split("2:")[0]: one for one in sheet.data_validations.dataValidation}


def choices(book: Any, formula: str) -> list[Any]:
    """Return what stands in the range that a list refers to."""
    sheet, cells = formula.removeprefix("=").split("!")
    return [cell.value for (cell,) in book[sheet.strip("'")][cells.replace("$", "")]]


def test_every_column_of_codes_offers_its_codes_and_every_figure_has_its_range(made: Any) -> None:
    book, _, language = made
    for name, row_type in TABLES.items():
        sheet = book[title(name, language)]
        found = validations(sheet)
        for place, column in enumerate(row_type.columns(), start=1):
            letter = openpyxl.utils.get_column_letter(place)
            check, vocabulary = found[letter], column.kind.vocabulary
            assert 0 < len(check.prompt) <= 255
            assert column.meaning.text(language)[:100] in check.prompt
            if vocabulary is not None:
                wanted = [label.text(language) for label in vocabulary.labels.values()]
                assert (check.type, choices(book, check.formula1)) == ("list", wanted)
                own = vocabulary.open or column.kind is several(vocabulary)
                assert bool(check.showErrorMessage) == (not own)
            elif column.refers is not None:
                table = column.refers.split(".")[0]
                assert check.formula1.startswith(f"OFFSET('{title(table, language)}'!$")
            elif column.kind in (WHOLE, YEAR, EXACT):
                assert check.type == "custom"
            # What Excel does not know may be right: it warns, and lets the user go on.
            if check.showErrorMessage and check.type != "any" and check.type is not None:
                assert check.errorStyle == "warning"
            # Room for rows to come.
            assert int(str(check.sqref).split(":")[1][len(letter) :]) > sheet.max_row


def test_codes_and_shares_are_text_cells_that_excel_does_not_turn_into_dates(made: Any) -> None:
    """``0200``, ``2-3`` and ``1/2`` stay as they are typed, also in rows that are still empty."""
    book, _, language = made
    for name, heading in (
        ("municipalities", "code"),
        ("needs", "central"),
        ("commitments", "option"),
        ("key_shares", "share"),
    ):
        place = [column.name for column in TABLES[name].columns()].index(heading) + 1
        assert below(book[title(name, language)], place).number_format == "@"


# --- its structure holds -----------------------------------------------------------------


def test_headings_are_locked_cells_are_free_and_rows_can_be_added(made: Any) -> None:
    book, _, language = made
    for name, row_type in TABLES.items():
        sheet = book[title(name, language)]
        guard = sheet.protection
        assert guard.sheet
        assert guard.password is None
        # In the file, 0 means: allowed.
        assert not any((guard.insertRows, guard.deleteRows, guard.sort, guard.autoFilter))
        assert all((guard.insertColumns, guard.deleteColumns))
        assert sheet.auto_filter.ref.startswith("A1:")
        for place, column in enumerate(row_type.columns(), start=1):
            assert sheet.cell(1, place).protection.locked
            assert not below(sheet, place).protection.locked, column.name
            if sheet.max_row > 1:
                cell = sheet.cell(2, place)
                assert cell.value is None or not cell.protection.locked
    scenario = book["scenario"]
    assert scenario.protection.sheet
    locks = (
        {cell.protection.locked for cell in scenario["A"]},
        {c.protection.locked for c in scenario["B"][1:]},
    )
    assert locks == ({True}, {False})


# --- what was filled in is read ------------------------------------------------------------


@pytest.mark.parametrize("language", [*LANGUAGES, None])
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_read_back_as_it_was(tmp_path: Path, name: str, language: str | None) -> None:
    given = EXAMPLES[name].make(language or "nl")
    write_workbook(given, tmp_path / "in.xlsx", language)
    assert_same(read_back(tmp_path / "in.xlsx"), given)


_CODES = st.from_regex(r"[=+@\-]?[0-9A-Za-z][0-9A-Za-z/\-]{0,6}", fullmatch=True)
_FIGURES = st.one_of(st.none(), st.integers(0, 10**12))
_SHARES = st.one_of(st.fractions(0, 1), st.sampled_from([Fraction(1, 2), Fraction(2, 3), Fraction(3, 10)]))


@given(st.lists(st.tuples(_CODES, _SHARES, _FIGURES), max_size=6, unique_by=lambda one: one[0].casefold()))
@hypothesis_settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_codes_and_figures_are_read_back(
    tmp_path: Path, rows: list[tuple[str, Fraction, int | None]]
) -> None:
    """Also those that a spreadsheet would take for a formula, a number or a date."""
    base = EXAMPLES["subsidy"].make("nl")
    made = {
        Key.table: [Key(key_id=code, basis="shares", source=code) for code, _, _ in rows],
        KeyShare.table: [KeyShare(key_id=code, municipality_code="GM0001", share=s) for code, s, _ in rows],
        Pot.table: [
            Pot(pot_id=code, payer=code, kind="deficit", max_per_dwelling_eur=figure)
            for code, _, figure in rows
        ],
    }
    changed = {name: sorted_rows(one) for name, one in made.items()}
    given = Scenario(base.settings, {**base.tables, **changed})
    for language in LANGUAGES:
        path = tmp_path / f"{language}.xlsx"
        write_workbook(given, path, language)
        assert_same(read_back(path), given)


def fill_in(path: Path, language: str, formula: bool) -> None:
    """Fill in a workbook as a user would: change cells, add rows, use a sheet that was hidden."""
    book = openpyxl.load_workbook(path)
    book["scenario"]["B3"] = "Proef van de gemeente"
    places = book[title("municipalities", language)]
    names = [one.name for one in Municipality.columns()]
    places.cell(2, names.index("inhabitants") + 1).value = "=2*60+3" if formula else 123
    new = {"code": "0307", "name": "Amersfoort", "boundary_year": 2026, "source": "=2+3"}
    for place, name in enumerate(names, start=1):
        if name in new:
            cell = places.cell(places.max_row if place > 1 else places.max_row + 1, place)
            cell.value = new[name]
            cell.data_type = "s" if isinstance(new[name], str) else "n"
    shares = book[title("key_shares", language)]
    shares.append(["mijn-sleutel", "0307", None, "2/3", "2-3"])
    shares.append(["mijn-sleutel", "GM0246", 2030, "33,5 %", None])
    book[title("overrides", language)].append(["gemeenten", "0307", "inwoners", "wordt", "1/2"])
    book.save(path)


def filled_in(given: Scenario) -> Scenario:
    """Return the scenario with exactly what ``fill_in`` changes."""
    all_ = tables(given)
    first, *others = all_["municipalities"]
    assert isinstance(first, Municipality)
    new = Municipality(code="GM0307", name="Amersfoort", boundary_year=2026, source="=2+3")
    all_["municipalities"] = (replace(first, inhabitants=123), *others, new)
    all_["key_shares"] = (
        KeyShare(key_id="mijn-sleutel", municipality_code="GM0307", share=Fraction(2, 3), source="2-3"),
        KeyShare(key_id="mijn-sleutel", municipality_code="GM0246", year=2030, share=Fraction(335, 1000)),
    )
    all_["overrides"] = (
        Override(
            table_name="gemeenten", row_key="0307", column_name="inwoners", operation="set", value="1/2"
        ),
    )
    return Scenario(given.settings.model_copy(update={"name": "Proef van de gemeente"}), all_)


def assert_filled_in(path: Path, given: Scenario) -> None:
    read, findings = parse(read_raw(path))
    assert {finding.code for finding in findings} <= {"code_repaired"}  # 0307 was read as GM0307
    assert read is not None
    assert_same(read, filled_in(given))


@pytest.mark.parametrize("language", LANGUAGES)
def test_exactly_what_a_user_changes_is_changed(tmp_path: Path, language: str) -> None:
    given = EXAMPLES["stedendriehoek"].make(language)
    write_workbook(given, tmp_path / "in.xlsx", language)
    fill_in(tmp_path / "in.xlsx", language, formula=False)
    assert_filled_in(tmp_path / "in.xlsx", given)


# --- in LibreOffice ----------------------------------------------------------------------------


def saved_by_office(path: Path, to: str = "xlsx") -> Path:
    """Open a workbook in LibreOffice, let it calculate, and save it again."""
    out = path.parent / "saved"
    profile = (path.parent / "profile").as_uri()
    command = [str(SOFFICE), f"-env:UserInstallation={profile}", "--headless", "--convert-to", to]
    subprocess.run([*command, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=240)
    return out / f"{path.stem}.{to}"


@needs_office
@pytest.mark.parametrize("language", LANGUAGES)
def test_libreoffice_saves_what_it_opened(tmp_path: Path, language: str) -> None:
    given = EXAMPLES["stedendriehoek"].make(language)
    write_workbook(given, tmp_path / "in.xlsx", language)
    saved = saved_by_office(tmp_path / "in.xlsx")
    assert_same(read_back(saved), given)
    book = openpyxl.load_workbook(saved)
    sheet = book[title("needs", language)]
    assert sheet.protection.sheet
    assert sheet["A1"].protection.locked
    assert not sheet["A2"].protection.locked
    assert validations(sheet)["B"].type == "list"
    assert "OFFSET(" in validations(book[title("commitments", language)])["A"].formula1


@needs_office
def test_the_check_of_a_share_takes_every_way_to_write_one(tmp_path: Path) -> None:
    """Excel and LibreOffice warn of 1.5, of 130 % and of words, not of 0,3 or 0.3 or 30 % or 2/3."""
    answers = {"0,3": 1, "0.3": 1, "30 %": 1, "2/3": 1, 0.25: 1, 1.5: 0, "130 %": 0, -1: 0, "veel": 0, "1": 1}
    column = next(one for one in KeyShare.columns() if one.name == "share")
    book = openpyxl.Workbook()
    for line, value in enumerate(answers, start=1):
        book.worksheets[0].append([value, in_range(column, f"A{line}")])
    book.save(tmp_path / "in.xlsx")
    values = openpyxl.load_workbook(saved_by_office(tmp_path / "in.xlsx"), data_only=True).worksheets[0]
    assert [int(values.cell(line + 1, 2).value) for line in range(len(answers))] == list(answers.values())


@needs_office
def test_what_is_filled_in_and_calculated_in_libreoffice_is_read(tmp_path: Path) -> None:
    """A formula of the user, 2 * 60 + 3, is read as the 123 that LibreOffice makes of it."""
    given = EXAMPLES["stedendriehoek"].make("nl")
    write_workbook(given, tmp_path / "in.xlsx", "nl")
    fill_in(tmp_path / "in.xlsx", "nl", formula=True)
    assert_filled_in(saved_by_office(tmp_path / "in.xlsx"), given)
