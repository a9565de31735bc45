"""What is written is read back as the same scenario, in every form and language."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from thuisplan.inputs.columns import Row, sorted_rows
from thuisplan.inputs.describe import CHAPTERS, ORDINARY, SETTINGS_NL, UNITS_NL, readme
from thuisplan.inputs.files import read_raw
from thuisplan.inputs.parse import parse
from thuisplan.inputs.raw import EXCEL_ERRORS
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    TABLES,
    Availability,
    Group,
    Key,
    KeyShare,
    Municipality,
    Need,
    Option,
    Plan,
    Pot,
    RuleParameter,
)
from thuisplan.inputs.write import settings_text, write_folder, write_workbook

FORMS = [None, "nl", "en"]

MUNICIPALITY = Municipality(
    code="GM0200", name="Apeldoorn", boundary_year=2026, inhabitants=170_000, dwelling_stock=76_543
)
OPTION = Option(
    option="GC", dwelling_type="clustered", route="new_build", segment="social_rent", need_category="GC",
    in_programme=True, adds_mid=False, extra_cost_eur=27_000, features=("eigen_kenmerk", "zero_step"),
)  # fmt: skip
NEED = Need(
    need_id="B1", purpose="municipality", place="GM0200", need_category="GC", from_year=2026,
    low=Fraction(25, 2), central=Fraction(1, 3), weight=Fraction(1234567, 10_000_000), decides=False,
)  # fmt: skip


def scenario(settings: Settings | None = None, *rows: Row) -> Scenario:
    """Return a scenario with a row in each required table, and these rows."""
    made = settings or Settings(format=1, name="proef", first_year=2026, last_year=2030)
    offered = Availability(municipality_code="*", option="*", from_year=2026, max_per_year=10)
    everything = (MUNICIPALITY, OPTION, NEED, offered, *rows)
    tables = {
        name: sorted_rows(row for row in everything if type(row) is row_type)
        for name, row_type in TABLES.items()
    }
    return Scenario(made, tables)


def read_back(path: Path) -> Scenario:
    read, findings = parse(read_raw(path))
    assert findings == ()
    assert read is not None
    return read


def assert_same(first: Scenario, second: Scenario) -> None:
    assert first.settings == second.settings
    assert dict(first.tables) == dict(second.tables)


def assert_round_trip(given: Scenario) -> None:
    """Write and read in all six forms."""
    with tempfile.TemporaryDirectory() as place:
        for language in FORMS:
            folder = Path(place) / str(language)
            write_folder(given, folder, language)
            assert_same(read_back(folder), given)
            book = Path(place) / f"{language}.xlsx"
            write_workbook(given, book, language)
            assert_same(read_back(book), given)


RICH = scenario(
    Settings(
        format=1, name='Een "naam" \\ met \u00e9 \U0001f3e0\n= en #', first_year=2026, last_year=2035,
        first_open_year=2027, rule_sets=("landelijk", "woondeal"), language="en", need_level="high",
        national_social_share=Fraction(1, 3),
    ),
    Key(key_id="=1+1", basis="shares", start_basis="inhabitants", path_first_year=2026, path_last_year=2030),
    Key(key_id="2/3", basis="shares", source="'2/3"),
    KeyShare(key_id="#1", municipality_code="*", year=2027, share=Fraction(2, 3), source='@x; +y, "z"\nw'),
    KeyShare(key_id="#1", municipality_code="GM0200", share=Fraction(1, 8)),
    Plan(project="'=x", municipality_code="GM0200", status="hard", route="flex", from_year=2026, dwellings=4),
    Pot(pot_id="P", payer="-rijk", kind="deficit", dwelling_types=("clustered", "room"), carry_over=True),
    Pot(pot_id="Q", payer="x", kind="deficit", max_per_dwelling_eur=10**400 + 1),
    RuleParameter(rule_id="R", parameter="share", value="2/3"),
)  # fmt: skip


def test_everything_is_read_back_in_every_form() -> None:
    assert_round_trip(RICH)


TEXTS = st.text(
    st.one_of(st.sampled_from("'=+-@#;,|\"/23 a"), st.characters(exclude_categories=["C", "Zl", "Zp"])),
    min_size=1,
    max_size=8,
).filter(lambda text: text == text.strip() and text.strip("\u00a0") and text not in EXCEL_ERRORS)
FIGURES = st.one_of(st.none(), st.integers(0, 10**18))
SHARES = st.one_of(
    st.fractions(0, 1), st.integers(0, 10**6).map(lambda n: Fraction(n, 10**6)), st.floats(0, 1).map(Fraction)
)


@given(st.data())
@hypothesis_settings(max_examples=8, deadline=None)
def test_random_scenarios_are_read_back_in_every_form(data: st.DataObject) -> None:
    rows: list[Row] = []
    for number in range(data.draw(st.integers(0, 3))):
        key, source = data.draw(TEXTS), data.draw(st.one_of(st.none(), TEXTS))
        rows.append(
            KeyShare(key_id=key, municipality_code=f"GM{number:04d}", share=data.draw(SHARES), source=source)
        )
        rows.append(
            Municipality(
                code=f"GM{number:04d}", name=source or key, boundary_year=2026, households=data.draw(FIGURES)
            )
        )
    assert_round_trip(scenario(None, *rows))


def test_the_canonical_form_has_the_same_bytes_whatever_the_order(tmp_path: Path) -> None:
    turned = Scenario(RICH.settings, {name: tuple(reversed(rows)) for name, rows in RICH.tables.items()})
    write_folder(RICH, tmp_path / "a", None)
    write_folder(turned, tmp_path / "b", None)
    names = {path.name for path in (tmp_path / "a").iterdir()}
    assert names == {path.name for path in (tmp_path / "b").iterdir()}
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_canonical_form_is_plain(tmp_path: Path) -> None:
    write_folder(scenario(), tmp_path, None)
    assert {path.name for path in tmp_path.iterdir()} == {
        "scenario.toml", "municipalities.csv", "options.csv", "availability.csv", "needs.csv",
    }  # fmt: skip
    assert (tmp_path / "needs.csv").read_bytes() == (
        b"need_id,purpose,place,need_category,need_class,from_year,to_year,low,central,high,weight,strength,"
        b"decides,source\n"
        b"B1,municipality,GM0200,GC,special,2026,,25/2,1/3,,1234567/10000000,soft,no,\n"
    )
    assert (tmp_path / "scenario.toml").read_bytes() == (
        b'format = 1\nname = "proef"\nlanguage = "nl"\nfirst_year = 2026\nlast_year = 2030\nrule_sets = []\n'
        b'need_level = "central"\nnational_social_share = "259/1000"\nnational_social_share_year = 2022\n'
        b"permit_holders_inside = false\nhoused_today_includes_permit_holders = true\n"
        b'permit_holder_priority = true\nat_average = "below"\n'
    )


def test_the_dutch_form_suits_dutch_excel(tmp_path: Path) -> None:
    write_folder(RICH, tmp_path, "nl")
    assert (tmp_path / "behoeften.csv").read_bytes().startswith(b"\xef\xbb\xbfbehoefte;doel;plaats;")
    text = (tmp_path / "behoeften.csv").read_text(encoding="utf-8-sig")
    assert "B1;gemeente;GM0200;GC;aandachtsgroepen;2026;;12,5;'1/3;;" in text
    keys = (tmp_path / "sleutels.csv").read_text(encoding="utf-8-sig")
    assert "\n'=1+1;aandelen;optellend;inwoners;" in keys
    toml = (tmp_path / "scenario.toml").read_text(encoding="utf-8")
    assert "# Naam van het scenario. (verplicht)\nname = " in toml
    readme = (tmp_path / "LEESMIJ.md").read_text(encoding="utf-8")
    for row_type in TABLES.values():
        assert f"## tabel {row_type.nl} (" in readme
        for column in row_type.columns():
            assert f"| {column.nl} |" in readme


def test_the_english_form(tmp_path: Path) -> None:
    write_folder(RICH, tmp_path, "en")
    assert (tmp_path / "needs.csv").read_bytes().startswith(b"\xef\xbb\xbfneed_id,purpose,place,")
    assert "### table needs (required)" in (tmp_path / "README.md").read_text(encoding="utf-8")


def test_a_template_has_the_tables_with_rows_and_those_that_nearly_everybody_fills(tmp_path: Path) -> None:
    """Of some forty tables a start shows twelve; the others are described and read when they are added."""
    write_folder(scenario(), tmp_path / "in", "en")
    required = {name for name, row_type in TABLES.items() if row_type.required_table}
    names = {path.stem for path in (tmp_path / "in").glob("*.csv")}
    assert names == required | ORDINARY
    write_workbook(scenario(), tmp_path / "in.xlsx", "en")
    book = openpyxl.load_workbook(tmp_path / "in.xlsx")
    shown = {sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"}
    assert shown == {"explanation", "scenario", *names, "choices"}
    assert set(book.sheetnames) - shown == set(TABLES) - names
    for path in (tmp_path / "in", tmp_path / "in.xlsx"):
        assert_same(read_back(path), scenario())


def test_a_table_that_is_added_to_a_template_is_read(tmp_path: Path) -> None:
    write_folder(scenario(), tmp_path / "in", "nl")
    added = "doelgroep;rollen\nstudenten;programma\n"
    (tmp_path / "in" / "doelgroepen.csv").write_text(added, encoding="utf-8")
    write_workbook(scenario(), tmp_path / "in.xlsx", "nl")
    book = openpyxl.load_workbook(tmp_path / "in.xlsx")
    del book["doelgroepen"]  # it is there, hidden; a sheet of one's own is as good
    sheet = book.create_sheet("doelgroepen")
    for line in added.split():
        sheet.append(line.split(";"))
    book.save(tmp_path / "in.xlsx")
    for path in (tmp_path / "in", tmp_path / "in.xlsx"):
        assert read_back(path).rows(Group) == (Group(group="students", roles=("programme",)),)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_description_begins_with_a_line_per_table(language: str) -> None:
    """Each table is in one chapter, says whether it is here, and what it is for in one sentence."""
    text = readme(language, written=("needs",))
    contents = text[: text.index("###")]
    for row_type in TABLES.values():
        name = row_type.nl if language == "nl" else row_type.table
        (line,) = (line for line in contents.splitlines() if line.startswith(f"| {name} |"))
        here = line.split(" | ")[1]
        assert here == ({"nl": "ja", "en": "yes"}[language] if row_type.table == "needs" else "")
    assert next(iter(CHAPTERS)) == next(iter(TABLES))
    chapters = [line for line in text.splitlines() if line.startswith("## ")]
    assert len(chapters) == len(set(chapters)) == len(CHAPTERS) + 2  # the list, and the kinds of rules


def test_no_text_can_run_as_a_formula(tmp_path: Path) -> None:
    for language in ("nl", "en"):
        write_folder(RICH, tmp_path, language)
        write_workbook(RICH, tmp_path / f"{language}.xlsx", language)
        for sheet in openpyxl.load_workbook(tmp_path / f"{language}.xlsx"):
            assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    for path in tmp_path.glob("*.csv"):
        for line in path.read_text(encoding="utf-8-sig").splitlines():
            assert not line.startswith(("=", "+", "-", "@"))


def test_the_same_scenario_gives_the_same_workbook(tmp_path: Path) -> None:
    write_workbook(RICH, tmp_path / "a.xlsx", "nl")
    write_workbook(RICH, tmp_path / "b.xlsx", "nl")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_text_that_does_not_fit_in_a_cell_is_refused(tmp_path: Path) -> None:
    long = scenario(None, Key(key_id="K", basis="shares", source="x" * 40_000))
    with pytest.raises(ValueError, match="does not fit in a cell"):
        write_workbook(long, tmp_path / "in.xlsx", None)
    assert not (tmp_path / "in.xlsx").exists()


def test_dutch_words_exist_for_every_setting_and_unit() -> None:
    assert set(SETTINGS_NL) == set(Settings.model_fields)
    assert {column.unit for row in TABLES.values() for column in row.columns()} <= set(UNITS_NL)


def test_optional_settings_without_value_stay_visible() -> None:
    assert "(optional)\n# first_open_year =\n" in settings_text(scenario().settings, "en")
    assert "first_open_year" not in settings_text(scenario().settings, None)
