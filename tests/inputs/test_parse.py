"""Raw cells become a scenario; every cell that cannot be read is named at once."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuisplan.inputs import labels
from thuisplan.inputs.columns import CellError, read_exact, read_whole, write_exact
from thuisplan.inputs.files import UNREADABLE, RawInput, RawTable
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.parse import parse
from thuisplan.inputs.raw import plain_name
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import TABLES, Key, KeyShare, Municipality, Pot, StockChange
from thuisplan.outputs.texts import finding_text

SETTINGS: dict[str, Any] = {"format": 1, "name": "proef", "first_year": 2026, "last_year": 2030}
REQUIRED_TABLES = {
    "municipalities": [("code", "name", "boundary_year"), ("GM0200", "Apeldoorn", 2026)],
    "options": [("option", "dwelling_type", "route", "segment")],
    "availability": [("municipality_code", "option", "from_year")],
    "needs": [("need_id", "purpose", "place", "need_category", "from_year")],
}


def raw(settings: dict[str, Any] | None = None, **tables: list[tuple[Any, ...]]) -> RawInput:
    """Return an input with the required tables; the first row of a table is its heading."""
    made = {
        name: RawTable(
            name, f"{name}.csv", tuple(rows[0]), tuple((n, tuple(r)) for n, r in enumerate(rows[1:], start=2))
        )
        for name, rows in {**REQUIRED_TABLES, **tables}.items()
    }
    return RawInput(SETTINGS if settings is None else settings, "scenario.toml", made, ())


def good(given: RawInput) -> Scenario:
    scenario, findings = parse(given)
    assert [f for f in findings if f.severity is Severity.WRONG] == []
    assert scenario is not None
    return scenario


def found(given: RawInput) -> tuple[Finding, ...]:
    return parse(given)[1]


def one(given: RawInput) -> Finding:
    (finding,) = found(given)
    return finding


def shares(*cells: Any) -> list[tuple[Any, ...]]:
    return [
        ("key_id", "municipality_code", "share"),
        *[(f"K{n}", "GM0200", cell) for n, cell in enumerate(cells)],
    ]


# --- headings and tables ----------------------------------------------------------


def test_headings_are_english_or_dutch_whatever_capitals_and_spaces() -> None:
    headings = ("Sleutel", "MUNICIPALITY CODE", "Aandeel")
    scenario = good(raw(key_shares=[headings, ("K", "GM0200", "1")]))
    expected = KeyShare(key_id="K", municipality_code="GM0200", year=None, share=Fraction(1), source=None)
    assert scenario.rows(KeyShare) == (expected,)
    origin = scenario.origins["key_shares", ("K", "GM0200", None)]
    assert (origin.source, origin.row) == ("key_shares.csv", 2)
    assert origin.headings == {
        "key_id": "Sleutel",
        "municipality_code": "MUNICIPALITY CODE",
        "share": "Aandeel",
    }


def test_an_empty_cell_gets_the_default() -> None:
    headings = ("municipality_code", "from_year", "to_year", "dwellings_lost", "social_lost")
    (row,) = good(raw(stock_changes=[headings, ("GM0200", 2026, " ", 3, None)])).rows(StockChange)
    assert (row.to_year, row.social_lost, row.mid_lost) == (None, 0, 0)


def test_no_heading_means_two_columns() -> None:
    for row_type in TABLES.values():
        names = [plain_name(n) for c in row_type.columns() for n in {plain_name(c.name), plain_name(c.nl)}]
        assert len(names) == len(set(names)), row_type.table


def test_every_label_is_read_as_its_own_code() -> None:
    for vocabulary in vars(labels).values():
        if isinstance(vocabulary, labels.Vocabulary):
            for code in vocabulary.labels:
                assert {vocabulary.read_code(vocabulary.text(code, lang)) for lang in ("nl", "en")} == {code}


def test_unknown_missing_and_double_columns() -> None:
    findings = found(raw(keys=[("sleutels", "basis", "grondslag"), ("K", "shares", "shares")]))
    assert [(f.code, f.column) for f in findings] == [
        ("unknown_column", "sleutels"),
        ("duplicate_column", "grondslag"),
        ("missing_column", None),
    ]
    assert findings[0].values == {"table": "keys", "nearest": "sleutel"}
    assert findings[1].values == {"table": "keys", "first": "basis"}
    assert findings[2].values == {"table": "keys", "field": "key_id", "nl": "sleutel"}


def test_missing_table_and_a_table_that_could_not_be_read() -> None:
    given = raw()
    tables = {name: table for name, table in given.tables.items() if name != "needs"}
    tables["options"] = RawTable("options", "options.csv", (), ())
    finding = one(RawInput(given.settings, given.settings_source, tables, ()))
    assert (finding.code, finding.values) == ("missing_table", {"table": "needs", "nl": "behoeften"})


def test_findings_of_the_files_come_first_and_unreadable_cells_give_no_second() -> None:
    given = raw(key_shares=shares(UNREADABLE, "1"))
    first = Finding(Severity.WRONG, "excel_error")
    scenario, findings = parse(RawInput(given.settings, given.settings_source, given.tables, (first,)))
    assert findings == (first,)
    assert scenario is not None
    assert [row.key_id for row in scenario.rows(KeyShare)] == ["K1"]


# --- cells ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0.3", Fraction(3, 10)), ("0,3", Fraction(3, 10)), (0.3, Fraction(3, 10)), ("30 %", Fraction(3, 10)),
        ("30%", Fraction(3, 10)), ("2/3", Fraction(2, 3)), (" 2 / 3 ", Fraction(2, 3)), (1, Fraction(1)),
        ("0,125", Fraction(1, 8)), ("33,333 %", None), ("0", Fraction(0)), (1e-05, Fraction(1, 100_000)),
    ],
)  # fmt: skip
def test_shares_are_read_exactly(cell: Any, value: Fraction | None) -> None:
    given = raw(key_shares=shares(cell))
    if value is None:
        assert one(given).code == "ambiguous_number"  # 33,333 may be 33333 per cent
    else:
        assert good(given).rows(KeyShare)[0].share == value


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (datetime.datetime(2026, 3, 2), "excel_date"), (datetime.date(2026, 3, 2), "excel_date"),
        ("2-mrt", "excel_date"), ("mrt-26", "excel_date"), ("2 mrt. 2026", "excel_date"),
        ("2-3", "excel_date"),
        ("2-3-2026", "excel_date"), ("1.234", "ambiguous_number"), ("1,234", "ambiguous_number"),
        ("1/0", "division_by_zero"), ("30 procent", "not_a_number"), ("veel", "not_a_number"),
        (True, "not_a_number"), (float("nan"), "not_a_number"), ("9" * 5000, "not_a_number"),
        ("1,5", "out_of_range"), ("-0,1", "out_of_range"), (None, "empty_required"), ("", "empty_required"),
    ],
)  # fmt: skip
def test_cells_that_are_no_share(cell: Any, code: str) -> None:
    scenario, findings = parse(raw(key_shares=shares(cell, "1")))
    (finding,) = findings
    assert (finding.code, finding.source, finding.row, finding.column) == (code, "key_shares.csv", 2, "share")
    assert finding.severity is Severity.WRONG
    assert scenario is not None
    assert [row.key_id for row in scenario.rows(KeyShare)] == ["K1"]


def test_an_ambiguous_number_says_both_readings() -> None:
    values = one(raw(key_shares=shares("1.234"))).values
    assert (values["thousands"], values["decimal"]) == ("1234", "1234/1000")


def test_out_of_range_says_the_limits() -> None:
    finding = one(raw(key_shares=shares("150 %")))
    assert (finding.value, finding.values["minimum"], finding.values["maximum"]) == ("150 %", 0, 1)


def test_an_unknown_choice_says_what_is_nearest() -> None:
    finding = one(raw(keys=[("sleutel", "grondslag"), ("K", "inwoner")]))
    assert (finding.code, finding.values["nearest"]) == ("unknown_choice", "inwoners")
    assert "inhabitants" in finding.values["known"]


@pytest.mark.parametrize("cell", [200, "200", "0200", 200.0, "gm200"])
def test_a_repaired_municipality_code_is_a_notice_given_once(cell: Any) -> None:
    headings = ("municipality_code", "from_year", "dwellings_lost")
    given = raw(stock_changes=[headings, (cell, 2026, 1), (cell, 2027, 1)])
    assert [row.municipality_code for row in good(given).rows(StockChange)] == ["GM0200", "GM0200"]
    notice = one(given)
    assert (notice.severity, notice.code, notice.row) == (Severity.NOTICE, "code_repaired", 2)
    assert notice.values == {"table": "stock_changes", "from": str(cell), "to": "GM0200", "count": 2}


def test_a_date_cell_in_a_text_column_becomes_a_plain_date() -> None:
    headings = ("sleutel", "grondslag", "bron")
    rows = good(raw(keys=[headings, ("K", "shares", datetime.datetime(2026, 3, 2))])).rows(Key)
    assert rows[0].source == "2026-03-02"


def test_all_cells_of_a_row_are_reported() -> None:
    given = raw(municipalities=[("code", "name", "boundary_year"), ("GMxx", "", "2026,5")])
    assert [(f.code, f.column) for f in found(given)] == [
        ("not_a_municipality_code", "code"),
        ("empty_required", "name"),
        ("not_whole", "boundary_year"),
    ]


# --- keys -------------------------------------------------------------------------


def test_a_double_key_names_the_first_row_after_repair() -> None:
    rows = [("code", "name", "boundary_year"), ("GM0200", "Apeldoorn", 2026), ("200", "Apeldoorn", 2026)]
    scenario, findings = parse(raw(municipalities=rows))
    double, notice = findings
    assert (double.code, double.row, notice.code) == ("duplicate_key", 3, "code_repaired")
    assert double.values == {"table": "municipalities", "key": ("GM0200",), "first_row": 2}
    assert scenario is not None
    assert len(scenario.rows(Municipality)) == 1


def test_a_pot_with_two_kinds_of_money() -> None:
    rows = [
        ("budget", "financier", "soort geld"),
        ("P", "rijk", "meerkosten"),
        ("P", "rijk", "onrendabele top"),
    ]
    scenario, (finding,) = parse(raw(pots=rows))
    assert (finding.code, finding.row) == ("two_kinds_of_money", 3)
    assert finding.values == {
        "table": "pots", "key": ("P",), "first_row": 2, "kind": "deficit", "first_kind": "extra_cost",
    }  # fmt: skip
    assert scenario is not None
    assert len(scenario.rows(Pot)) == 1
    assert one(raw(pots=[rows[0], rows[1], rows[1]])).code == "duplicate_key"


# --- settings ---------------------------------------------------------------------


def test_settings_from_a_workbook() -> None:
    written = {
        "format": 1.0, "name": 2030, "first_year": 2026.0, "last_year": "2030", "language": "Engels",
        "rule_sets": "landelijk | woondeal", "need_level": "hoog", "national_social_share": 0.259,
    }  # fmt: skip
    settings = good(raw(written)).settings
    assert (settings.format, settings.name, settings.last_year) == (1, "2030", 2030)
    assert (settings.language, settings.need_level) == ("en", "high")
    assert settings.rule_sets == ("landelijk", "woondeal")
    assert settings.national_social_share == Fraction(259, 1000)


@pytest.mark.parametrize(
    ("change", "code", "values"),
    [
        ({"frist_year": 1}, "unknown_setting", {"setting": "frist_year", "nearest": "first_year"}),
        ({"format": 2}, "unsupported_format", {"setting": "format", "supported": 1}),
        ({"first_year": 1066}, "bad_setting", {"setting": "first_year", "minimum": 1990}),
        ({"first_year": "MMXXVI"}, "bad_setting", {"setting": "first_year"}),
        ({"need_level": "middling"}, "bad_setting", {"known": ("low", "central", "high")}),
        ({"national_social_share": "2-mrt"}, "bad_setting", {"reason": "excel_date"}),
        ({"last_year": 2020}, "years_out_of_order", {"first_year": 2026, "last_year": 2020}),
        ({"last_year": 2090}, "horizon_too_long", {}),
        ({"first_open_year": 2040}, "open_year_outside_horizon", {"first_open_year": 2040}),
    ],
)
def test_wrong_settings(change: dict[str, Any], code: str, values: dict[str, Any]) -> None:
    scenario, (finding,) = parse(raw({**SETTINGS, **change}))
    assert scenario is None
    assert (finding.code, finding.source) == (code, "scenario.toml")
    assert values.items() <= finding.values.items()


def test_missing_settings_and_wrong_cells_are_reported_together() -> None:
    findings = found(raw({"format": 1, "first_year": 2026, "last_year": 2030}, key_shares=shares("veel")))
    assert [f.code for f in findings] == ["missing_setting", "not_a_number"]
    assert findings[0].values == {"setting": "name"}


def test_settings_that_could_not_be_read_give_no_second_finding() -> None:
    given = raw()
    assert parse(RawInput({}, "", given.tables, ())) == (None, ())


# --- properties -------------------------------------------------------------------

LANGUAGES = st.sampled_from([None, "nl", "en"])


@given(st.fractions(), LANGUAGES)
def test_an_exact_number_is_read_as_it_was_written(value: Fraction, language: str | None) -> None:
    assert read_exact(write_exact(value, language)).value == value


@given(st.integers(-(10**30), 10**30), st.integers(0, 6), LANGUAGES)
def test_a_decimal_is_read_as_it_was_written(number: int, digits: int, language: str | None) -> None:
    value = Fraction(number, 10**digits)
    assert read_exact(write_exact(value, language)).value == value


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_cell_error(text: str) -> None:
    for read in (read_exact, read_whole):
        try:
            value = read(text).value
        except CellError:
            continue
        assert isinstance(value, int | Fraction)


@given(st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    headings, *rows = shares("0", "1", "1/2", "1/3", "0,25", "10 %")
    expected = good(raw(key_shares=[headings, *rows]))
    shuffled = good(raw(key_shares=[headings, *(rows[place] for place in order)]))
    assert (shuffled.settings, shuffled.tables) == (expected.settings, expected.tables)


# --- characters that nobody sees ----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "character"), [("Hee\u202erde", "U+202E"), ("a\x00b", "U+0000"), ("a\x85b", "U+0085")]
)
def test_a_character_that_nobody_sees_is_refused_and_named(text: str, character: str) -> None:
    """Such a character can turn a name around on a screen; in a cell and in a setting it is an error."""
    cell = one(raw(municipalities=[("code", "name", "boundary_year"), ("GM0200", text, 2026)]))
    setting = one(raw({**SETTINGS, "name": text}))
    for finding in (cell, setting):
        assert (finding.code, finding.severity) == ("hidden_character", Severity.WRONG)
        assert finding.values["character"] == character
        assert character in finding_text(finding, "nl")
        assert text not in finding_text(finding, "nl")


def test_letters_of_every_language_are_names() -> None:
    """Accents, other scripts and a line break within a text are no hidden characters."""
    name = "Súdwest-Fryslân 's-Graveland Ђурђица 東京\nzin"
    assert good(raw({**SETTINGS, "name": name})).settings.name == name
