"""Files and workbooks become raw tables, or findings that say what is wrong with them."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from thuisplan.inputs import csv_files, workbooks
from thuisplan.inputs.files import UNREADABLE, RawInput, read_raw
from thuisplan.inputs.findings import Finding, InputError

TOML = 'format = 1\nname = "proef"\nfirst_year = 2026\nlast_year = 2030\n'


def folder(path: Path, **tables: str | bytes) -> Path:
    """Write an input folder with these tables."""
    (path / "scenario.toml").write_text(TOML, encoding="utf-8")
    for name, content in tables.items():
        data = content if isinstance(content, bytes) else content.encode()
        (path / f"{name}.csv").write_bytes(data)
    return path


def book(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """Write a workbook with openpyxl; formulas have no calculated value."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


SETTINGS = [["setting", "value"], ["format", 1], ["name", "proef"], ["first_year", 2026], ["last_year", 2030]]


def codes(raw: RawInput) -> list[str]:
    return [finding.code for finding in raw.findings]


def refused(path: Path) -> Finding:
    """Return the first finding of an input that cannot be read at all."""
    with pytest.raises(InputError) as caught:
        read_raw(path)
    return caught.value.findings[0]


# --- folders ----------------------------------------------------------------------


def test_folder_has_settings_and_tables(tmp_path: Path) -> None:
    raw = read_raw(folder(tmp_path, keys="key_id,basis\nK,inhabitants\n"))
    assert raw.settings == {"format": 1, "name": "proef", "first_year": 2026, "last_year": 2030}
    assert raw.settings_source == "scenario.toml"
    assert raw.tables["keys"].headings == ("key_id", "basis")
    assert raw.tables["keys"].rows == ((2, ("K", "inhabitants")),)
    assert raw.findings == ()


@pytest.mark.parametrize("name", ["sleutels", "Sleutels", "KEYS", "keys"])
def test_table_names_are_english_or_dutch_whatever_the_capitals(tmp_path: Path, name: str) -> None:
    raw = read_raw(folder(tmp_path, **{name: "sleutel;grondslag\nK;inwoners\n"}))
    assert raw.tables["keys"].source == f"{name}.csv"
    assert raw.tables["keys"].rows[0][1] == ("K", "inwoners")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_separator_byte_order_mark_and_line_end(
    tmp_path: Path, mark: str, bom: bytes, end: str
) -> None:
    text = end.join([f"key_id{mark}basis{mark}source", f'K{mark}inhabitants{mark}"a{mark}b ""c"""', ""])
    raw = read_raw(folder(tmp_path, keys=bom + text.encode()))
    assert raw.tables["keys"].headings == ("key_id", "basis", "source")
    assert raw.tables["keys"].rows == ((2, ("K", "inhabitants", f'a{mark}b "c"')),)


def test_comments_and_empty_rows_are_skipped_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    text = '# uitleg; met, tekens\n\nkey_id;basis\n;\nA;inhabitants\n# weg\n"B";"over\ntwee"\nC;shares;;\n'
    rows = read_raw(folder(tmp_path, keys=text)).tables["keys"].rows
    # A spreadsheet shows the text over two lines in one row, 7.
    assert rows == ((5, ("A", "inhabitants")), (7, ("B", "over\ntwee")), (8, ("C", "shares")))


def test_a_short_row_is_filled_with_empty_cells(tmp_path: Path) -> None:
    assert read_raw(folder(tmp_path, keys="key_id,basis\nK\n")).tables["keys"].rows == ((2, ("K", None)),)


def test_too_many_cells_names_the_separator(tmp_path: Path) -> None:
    raw = read_raw(folder(tmp_path, key_shares="key_id,share\nK,0,3\n"))
    (finding,) = raw.findings
    assert (finding.code, finding.row, finding.source) == ("too_many_cells", 2, "key_shares.csv")
    assert finding.values == {"headings": 2, "cells": 3, "separator": ","}
    assert raw.tables["key_shares"].rows[0][1] == (UNREADABLE, UNREADABLE)


def test_cells_under_an_empty_heading(tmp_path: Path) -> None:
    raw = read_raw(folder(tmp_path, keys="key_id,,basis\nK,x,shares\n"))
    assert [(f.code, f.values["position"]) for f in raw.findings] == [("empty_heading", 2)]
    assert codes(read_raw(folder(tmp_path, keys="key_id,,basis,\nK,,shares,\n"))) == []


@pytest.mark.parametrize("text", ["=1+1", "+31", "-x", "@home", "#1", "2/3"])
def test_an_apostrophe_that_hides_a_formula_or_date_is_taken_off(tmp_path: Path, text: str) -> None:
    raw = read_raw(folder(tmp_path, keys=f"key_id,source\n'{text},'s\n"))
    assert raw.tables["keys"].rows == ((2, (text, "'s")),)


@pytest.mark.parametrize("error", ["#N/A", "#DEEL/0!", "#REF!", "#value!", "#NAAM?"])
def test_excel_errors_in_csv_are_no_comments(tmp_path: Path, error: str) -> None:
    raw = read_raw(folder(tmp_path, keys=f"key_id,basis\n{error},shares\n"))
    (finding,) = raw.findings
    assert (finding.code, finding.row, finding.column, finding.value) == ("excel_error", 2, "key_id", error)
    assert raw.tables["keys"].rows == ((2, (UNREADABLE, "shares")),)


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"", "empty_table", None),
        (b"\n;;\n# x\n", "empty_table", None),
        ("key_id,basis\nK,caf\u00e9\n".encode("cp1252"), "not_utf8", 2),
        ("key_id,basis\n".encode("utf-16"), "not_utf8", None),
        (b"key_id,basis\nK\0,x\n", "nul_bytes", 2),
        (b'key_id,basis\nA,x\n"B,y\nC,z\n', "broken_csv", 3),
    ],
)
def test_unreadable_csv(tmp_path: Path, content: bytes, code: str, row: int | None) -> None:
    raw = read_raw(folder(tmp_path, keys=content))
    assert [(f.code, f.row, f.source) for f in raw.findings] == [(code, row, "keys.csv")]


def test_a_csv_file_of_500_mb_is_refused_before_reading(tmp_path: Path) -> None:
    with (folder(tmp_path) / "keys.csv").open("wb") as file:
        file.truncate(500_000_000)
    (finding,) = read_raw(tmp_path).findings
    assert (finding.code, finding.values["bytes"]) == ("file_too_large", 500_000_000)


def test_unknown_and_double_tables(tmp_path: Path) -> None:
    raw = read_raw(folder(tmp_path, gemeente="a\n", keys="key_id\nA\n", sleutels="sleutel\nB\n"))
    unknown, double = raw.findings
    assert (unknown.code, unknown.values) == ("unknown_table", {"name": "gemeente", "nearest": "gemeenten"})
    assert (double.code, double.source) == ("duplicate_table", "sleutels.csv")
    assert double.values == {"table": "keys", "first": "keys.csv"}


def test_other_files_and_lock_files_are_ignored(tmp_path: Path) -> None:
    folder(tmp_path)
    for name in ("README.md", "notes.txt", ".~lock.keys.csv", "._keys.csv", "~$keys.csv"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert codes(read_raw(tmp_path)) == []


def test_a_folder_named_like_a_table(tmp_path: Path) -> None:
    (folder(tmp_path) / "keys.csv").mkdir()
    assert codes(read_raw(tmp_path)) == ["not_a_file"]


def test_the_input_of_a_plan_is_read_from_resolved(tmp_path: Path) -> None:
    (tmp_path / "input" / "resolved").mkdir(parents=True)
    folder(tmp_path / "input" / "resolved", keys="key_id\nK\n")
    raw = read_raw(tmp_path / "input")
    assert raw.settings_source == "resolved/scenario.toml"
    assert raw.tables["keys"].source == "resolved/keys.csv"
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    finding = refused(tmp_path)
    assert (finding.code, finding.values["folder"]) == ("plan_folder", str(tmp_path / "input"))


# --- settings ---------------------------------------------------------------------


def test_toml_error_shows_the_line(tmp_path: Path) -> None:
    folder(tmp_path, keys="key_id\nK\n")
    (tmp_path / "scenario.toml").write_text("format = 1\nname = proef\n", encoding="utf-8")
    raw = read_raw(tmp_path)
    (finding,) = raw.findings
    assert (finding.code, finding.row, finding.values["line"]) == ("toml_error", 2, "name = proef")
    assert raw.settings_source == ""
    assert "keys" in raw.tables


@pytest.mark.parametrize("text", ["x = " + "[" * 100_000, "x = " + "9" * 10_000])
def test_hostile_toml_is_a_finding(tmp_path: Path, text: str) -> None:
    (tmp_path / "scenario.toml").write_text(text, encoding="utf-8")
    assert refused(tmp_path).code == "toml_error"


def test_toml_with_byte_order_mark_and_capitals(tmp_path: Path) -> None:
    (tmp_path / "Scenario.TOML").write_text("FORMAT = 1\nformat = 1\n", encoding="utf-8-sig")
    raw = read_raw(tmp_path)
    assert raw.settings == {"format": 1}
    assert codes(raw) == ["duplicate_setting"]


def test_no_settings_file(tmp_path: Path) -> None:
    (tmp_path / "plan.xlsx").write_bytes(b"")
    (tmp_path / "other.xlsx").write_bytes(b"")
    finding = refused(tmp_path)
    assert (finding.code, finding.values["workbooks"]) == ("no_scenario_file", ("other.xlsx", "plan.xlsx"))


def test_a_folder_with_one_workbook_means_that_workbook(tmp_path: Path) -> None:
    """What ``new --format xlsx`` writes can be given as the folder."""
    (tmp_path / "scenario.xlsx").write_bytes(b"no zip")
    (tmp_path / "~$scenario.xlsx").write_bytes(b"lock of Excel")
    finding = refused(tmp_path)
    assert (finding.code, finding.source) == ("not_a_workbook", "scenario.xlsx")


# --- paths ------------------------------------------------------------------------


def test_paths_that_are_no_input(tmp_path: Path) -> None:
    folder(tmp_path)
    assert refused(tmp_path / "nothing").code == "input_missing"
    assert refused(tmp_path / "scenario.toml").code == "file_of_folder"
    for suffix in (".xls", ".ods", ".txt"):
        path = tmp_path / f"input{suffix}"
        path.write_bytes(b"x")
        assert refused(path).code == "unsupported_file"
        assert refused(path).values["suffix"] == suffix
    (tmp_path / "map.xlsx").mkdir()
    assert refused(tmp_path / "map.xlsx").code == "no_scenario_file"


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    folder(tmp_path, keys="key_id\n")
    monkeypatch.setattr(Path, "read_bytes", denied)
    finding = refused(tmp_path)
    assert (finding.code, finding.values["reason"]) == ("unreadable", "Permission denied")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(folder(tmp_path) / "keys.csv")
    assert codes(read_raw(tmp_path)) == ["not_a_file"]


# --- workbooks --------------------------------------------------------------------


def test_workbook_has_settings_and_tables(tmp_path: Path) -> None:
    sheets = {
        "Scenario": SETTINGS,
        "Sleutels": [["sleutel", "grondslag"], [None, None], ["K", "inwoners"], ["L", 0.3, None]],
        "toelichting": [["wat", "dan", "ook"]],
        "Choices": [["x"]],
        "Blad1": [],
    }
    raw = read_raw(book(tmp_path / "in.XLSX", sheets))
    assert raw.settings == {"format": 1, "name": "proef", "first_year": 2026, "last_year": 2030}
    assert raw.tables["keys"].source == "Sleutels"
    assert raw.tables["keys"].rows == ((3, ("K", "inwoners")), (4, ("L", 0.3)))
    assert raw.findings == ()


def test_settings_need_no_heading_and_the_rest_of_the_sheet_is_ignored(tmp_path: Path) -> None:
    rows = [["format", 1, "uitleg"], ["NAME", "proef", "nog meer"], ["language", None], ["name", "x"]]
    raw = read_raw(book(tmp_path / "in.xlsx", {"scenario": rows}))
    assert raw.settings == {"format": "1", "name": "proef"}
    assert codes(raw) == ["duplicate_setting"]


def test_sheets_that_are_unknown_double_or_missing(tmp_path: Path) -> None:
    keys = [["key_id"], ["K"]]
    raw = read_raw(book(tmp_path / "in.xlsx", {"keys": keys, "sleutels": keys, "sleutel": keys}))
    assert codes(raw) == ["duplicate_table", "unknown_table", "no_scenario_sheet"]
    assert raw.findings[1].values["nearest"] == "sleutels"
    assert raw.settings_source == ""
    assert refused(book(tmp_path / "in.xlsx", {"iets": [[1]]})).code == "unknown_table"


def test_excel_errors_and_formulas_without_value(tmp_path: Path) -> None:
    sheets = {"scenario": SETTINGS, "keys": [["key_id", "basis"], ["#N/A", "x"], ["K", "=1+1"]]}
    raw = read_raw(book(tmp_path / "in.xlsx", sheets))
    assert [(f.code, f.row, f.column) for f in raw.findings] == [
        ("excel_error", 2, "key_id"),
        ("formula_without_value", 3, "basis"),
    ]
    assert raw.tables["keys"].rows == ((2, (UNREADABLE, "x")), (3, ("K", UNREADABLE)))


def test_the_calculated_value_of_a_formula_is_read(tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet("scenario").write_row(0, 0, ["format", 1])
        sheet = made.add_worksheet("keys")
        sheet.write_row(0, 0, ["key_id", "basis", "source"])
        sheet.write_string(1, 0, "K")
        sheet.write_formula(1, 1, '="sha"&"res"', None, "shares")
        sheet.write_formula(1, 2, '=IF(TRUE,"","x")', None, "?")
    members = unzipped(path)
    name = "xl/worksheets/sheet2.xml"
    # How Excel writes an empty text as result.
    members[name] = members[name].replace(b"<v>?</v>", b"<v></v>")
    raw = read_raw(zipped(path, members))
    assert raw.tables["keys"].rows == ((2, ("K", "shares", None)),)
    assert raw.findings == ()


def test_a_cell_beyond_the_headings(tmp_path: Path) -> None:
    raw = read_raw(book(tmp_path / "in.xlsx", {"scenario": SETTINGS, "keys": [["key_id"], ["K", None, "x"]]}))
    assert codes(raw) == ["too_many_cells"]


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def unzipped(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_files_that_are_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    path.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600))
    assert refused(path).code == "encrypted_or_old_workbook"
    for content in (b"", b"a;b\n1;2\n"):
        path.write_bytes(content)
        assert refused(path).code == "not_a_workbook"
    whole = book(path, {"scenario": SETTINGS}).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(path).code == "corrupt_workbook"
    assert refused(zipped(path, {"hello.txt": b"hello"})).code == "corrupt_workbook"


def test_a_flipped_byte_is_a_corrupt_workbook(tmp_path: Path) -> None:
    path = book(tmp_path / "in.xlsx", {"scenario": SETTINGS})
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("xl/workbook.xml")
    data[info.header_offset + 30 + len(info.filename) + 20] ^= 0xFF
    path.write_bytes(data)
    assert refused(path).code == "corrupt_workbook"


def test_zip_bombs_are_refused(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "in.xlsx", {"xl/worksheets/sheet1.xml": bytes(50_000_000)})
    finding = refused(bomb)
    assert (finding.code, finding.values["part"]) == ("workbook_too_large", "xl/worksheets/sheet1.xml")


def test_all_parts_together_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "LARGEST_CONTENT", 1500)
    members = {"a.xml": os.urandom(1000), "b.xml": os.urandom(1000)}
    finding = refused(zipped(tmp_path / "in.xlsx", members))
    assert (finding.code, finding.values["part"]) == ("workbook_too_large", "b.xml")


def test_a_false_size_in_the_archive_does_no_harm(tmp_path: Path) -> None:
    path = zipped(tmp_path / "in.xlsx", {"a.xml": bytes(50_000_000)})
    # The size unpacked, 50 000 000, stands in the local header and in the directory.
    data = path.read_bytes().replace((50_000_000).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    path.write_bytes(data)
    assert refused(path).code == "corrupt_workbook"


def test_a_huge_workbook_is_refused_before_reading(tmp_path: Path) -> None:
    with (tmp_path / "in.xlsx").open("wb") as file:
        file.truncate(csv_files.LARGEST_FILE + 1)
    assert refused(tmp_path / "in.xlsx").code == "file_too_large"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(tmp_path: Path, encoding: str) -> None:
    text = f"<?xml version='1.0'?>{' ' * 2000}<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>"
    path = zipped(tmp_path / "in.xlsx", {"xl/workbook.xml": text.encode(encoding)})
    assert refused(path).code == "unsafe_workbook"


def test_an_impossible_row_number_does_not_hang(tmp_path: Path) -> None:
    path = book(tmp_path / "in.xlsx", {"scenario": SETTINGS, "keys": [["key_id"], ["K"]]})
    members = unzipped(path)
    sheet = members["xl/worksheets/sheet2.xml"]
    members["xl/worksheets/sheet2.xml"] = sheet.replace(b'r="2"', b'r="99999999999"').replace(
        b'r="A2"', b'r="A3"'
    )
    assert members["xl/worksheets/sheet2.xml"] != sheet
    assert refused(zipped(path, members)).code == "corrupt_workbook"
