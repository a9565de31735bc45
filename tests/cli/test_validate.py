"""``validate`` lists everything at once, with its place, in the language that is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

# file, what stands there, what is put there instead
PLANTED = [
    ("scenario.toml", "last_year", "lst_year = 2027\nlast_year"),
    ("municipalities.csv", "Adorp,2026,1000", "Adorp,2026,12a"),
    ("memberships.csv", "GM0002,agreement", "GM00023,agreement"),
    ("options.csv", "rent,social_regular,new_build", "rent,social_regular,newbuild"),
    ("capacity.csv", "GM0002,,2026,2027,8", "GM0002,,2026,2027,8\nGM0002,,2026,2027,9"),
    ("commitments.csv", "rent,2026,2", "rent,next year,2"),
    ("needs.csv", "to_year,central", "to_year,centrall"),
    ("budgets.csv", "50000", "50.000"),
    ("budgets.csv", "30000", "-5"),
    ("key_shares.csv", "1/3", "03-jan"),
]
# Where each is found: place, row, column and value, in English.
PLACES = [
    "scenario.toml, setting lst_year, value '2027'",
    "municipalities.csv, row 2, column dwelling_stock, value '12a'",
    "memberships.csv, row 3, column municipality_code, value 'GM00023'",
    "options.csv, row 4, column route, value 'newbuild'",
    "capacity.csv, row 4",
    "commitments.csv, row 2, column year, value 'next year'",
    "needs.csv, column centrall",
    "budgets.csv, row 2, column amount_eur, value '50.000'",
    "budgets.csv, row 3, column amount_eur, value '-5'",
    "key_shares.csv, row 3, column share, value '03-jan'",
]
FULL_ENGLISH = [
    "- municipalities.csv, row 2, column dwelling_stock, value '12a': this is not a number. What to do: "
    "write a number such as 1250 or 12.5, a percentage such as 30 % or a fraction such as 2/3.",
]
FULL_DUTCH = [
    "- municipalities.csv, rij 2, kolom dwelling_stock, waarde '12a': dit is geen getal. Wat te doen: "
    "schrijf een getal zoals 1250 of 12,5, een percentage zoals 30 % of een breuk zoals 2/3.",
    "- key_shares.csv, rij 3, kolom share, waarde '03-jan': hier staat een datum waar een getal hoort; Excel "
    "maakt van een breuk zoals 2/3 vaak een datum. Wat te doen: maak de cel op als tekst en schrijf de breuk "
    "opnieuw, of zet er een apostrof voor: '2/3.",
]


@pytest.fixture
def planted(small: Path) -> Path:
    """Return the small input with ten different errors."""
    for file, old, new in PLANTED:
        text = (small / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, (file, old)
        (small / file).write_text(text.replace(old, new), encoding="utf-8")
    return small


def _dutch(place: str) -> str:
    words = {"setting": "instelling", "value": "waarde", "row": "rij", "column": "kolom"}
    for english, dutch in words.items():
        place = re.sub(rf", {english} ", f", {dutch} ", place)
    return place


def test_ten_errors_are_listed_at_once_in_english(planted: Path, run: Run) -> None:
    """Ten planted errors give ten sentences with place and remedy, in the language of the input."""
    outcome = run("validate", planted)
    assert outcome.code == 2
    lines = outcome.err.splitlines()
    assert lines[0] == "Unusable: 10 error(s). Nothing was written."
    errors = [line for line in lines if line.startswith("- ")]
    assert [place for place in PLACES if not any(e.startswith(f"- {place}: ") for e in errors)] == []
    assert len(errors) == 10
    assert all("What to do: " in error for error in errors)
    assert set(FULL_ENGLISH) <= set(errors)


def test_ten_errors_are_listed_at_once_in_dutch(planted: Path, run: Run) -> None:
    """The same ten in Dutch, asked for before or after the name of the command."""
    outcome = run("validate", planted, "--language", "nl")
    assert outcome.code == 2
    lines = outcome.err.splitlines()
    assert lines[0] == "Niet te gebruiken: 10 fout(en). Er is niets geschreven."
    errors = [line for line in lines if line.startswith("- ")]
    assert [place for place in PLACES if not any(e.startswith(f"- {_dutch(place)}: ") for e in errors)] == []
    assert len(errors) == 10
    assert set(FULL_DUTCH) <= set(errors)
    assert run("--language", "nl", "validate", planted) == outcome


def test_solve_lists_the_same_and_writes_nothing(planted: Path, tmp_path: Path, run: Run) -> None:
    """``solve`` prints what ``validate`` prints, and makes no folder."""
    solved = run("solve", planted, "-o", tmp_path / "plan")
    assert (solved.code, solved.err) == (2, run("validate", planted).err)
    assert not (tmp_path / "plan").exists()


def test_validate_writes_nothing(small: Path, run: Run, snapshot: Run) -> None:
    """An input in order is said to be so, with its name and years; no file changes."""
    before = snapshot(small.parent)
    outcome = run("validate", small)
    assert outcome.code == 0
    assert outcome.out == "The input is in order: Two places, 2 municipality(ies), 2026-2027.\n"
    assert snapshot(small.parent) == before


def test_errors_in_a_workbook_name_its_sheets(planted: Path, tmp_path: Path, run: Run) -> None:
    """In a workbook the place is the sheet, with the row and column as Excel shows them."""
    import csv

    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("scenario")
    for line in (planted / "scenario.toml").read_text(encoding="utf-8").splitlines():
        sheet.append([part.strip().strip('"') for part in line.split("=")])
    for path in sorted(planted.glob("*.csv")):
        sheet = book.create_sheet(path.stem)
        for row in csv.reader(path.read_text(encoding="utf-8").splitlines()):
            sheet.append(row)
    book.save(tmp_path / "planted.xlsx")
    outcome = run("validate", tmp_path / "planted.xlsx", "--language", "en")
    assert outcome.code == 2
    for place in ("municipalities, row 2, column dwelling_stock, value '12a'", "capacity, row 4"):
        assert place in outcome.err.replace("planted.xlsx, ", "").replace("sheet ", "")
