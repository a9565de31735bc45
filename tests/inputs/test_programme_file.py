"""A programme in a file: what is read, and what is told of one that cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from thuisplan.inputs.columns import sorted_rows
from thuisplan.inputs.findings import InputError
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.programme_file import read_programme
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Origin, Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    TABLES,
    Availability,
    Commitment,
    Municipality,
    Need,
    Option,
    Realised,
)
from thuisplan.outputs.texts import finding_text

HEERDE, EPE = "GM0246", "GM0232"
Write = Callable[..., Path]


@pytest.fixture(scope="module")
def instance() -> Instance:
    """Return Heerde and Epe, 2026 realised and 2027-2030 open; Epe committed 24 clustered in 2028."""
    shared: dict[str, Any] = {"route": "new_build", "segment": "social_rent"}
    rows = (
        Municipality(code=HEERDE, name="Heerde", boundary_year=2025),
        Municipality(code=EPE, name="Epe", boundary_year=2025),
        Option(option="social_new", dwelling_type="social_regular", **shared),
        Option(option="clustered_new", dwelling_type="clustered", **shared),
        Availability(municipality_code="*", option="*", from_year=2026, max_per_year=50),
        Realised(municipality_code=HEERDE, option="social_new", year=2026, dwellings=7),
        Commitment(municipality_code=EPE, option="clustered_new", year=2028, dwellings=24),
        Need(
            need_id="n", purpose="municipality", place=EPE, need_category="clustered", from_year=2027,
            central=Fraction(5),
        ),
    )  # fmt: skip
    years = {"first_year": 2026, "last_year": 2030, "first_open_year": 2027}
    settings = Settings.model_validate({"format": 1, "name": "two", **years})
    tables = {name: sorted_rows(row for row in rows if row.table == name) for name in TABLES}
    origins = {("commitments", rows[6].key()): Origin("afspraken.csv", 2)}
    return resolve(Scenario(settings, tables, origins))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a file of lines."""

    def made(*lines: str, name: str = "programma.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return made


def told(path: Path, instance: Instance, language: str) -> list[str]:
    """Return what is told of a programme that cannot be used."""
    with pytest.raises(InputError) as caught:
        read_programme(path, instance)
    assert caught.value.language == "nl"  # the language of the input
    return [finding_text(finding, language) for finding in caught.value.findings]


@pytest.mark.parametrize(
    "lines",
    [
        ("gemeente;jaar;optie;woningen", "Heerde;2027;social_new;12", "Heerde;2028;clustered_new;0"),
        ("gemeentecode;jaar;optie;woningen", "GM0246;2027;social_new;12", "246;2028;clustered_new;0"),
        ("municipality,year,option,dwellings", "HEERDE,2027,Social New,12", "heerde,2028,clustered-new,0"),
        (
            "municipality_code\tmunicipality\tyear\toption\tdwellings",
            "GM0246\tHeerde\t2027\tsocial_new\t12",
            "GM0246\t\t2028\tclustered_new\t0",
        ),
    ],
    ids=["dutch", "codes", "english", "both"],
)
def test_headings_names_and_codes_are_read_in_both_languages(
    lines: tuple[str, ...], write: Write, instance: Instance
) -> None:
    """A municipality goes by name or code, and a zero that was written is kept."""
    cells = read_programme(write(*lines), instance)
    assert cells == {(HEERDE, 2027, "social_new"): 12, (HEERDE, 2028, "clustered_new"): 0}


def test_the_tables_of_a_plan_are_programmes(tmp_path: Path, instance: Instance) -> None:
    """A plan has more columns and also what was realised: 7 in 2026, which is left out."""
    columns = {
        "municipality_code": [HEERDE, HEERDE], "municipality": ["Heerde", "Heerde"], "year": [2026, 2027],
        "option": ["social_new", "social_new"], "dwelling_type": ["social_regular"] * 2,
        "route": ["new_build"] * 2, "segment": ["social_rent"] * 2, "unit": ["dwelling"] * 2,
        "dwellings": [7, 12], "committed": [0, 0], "extra_cost_eur": [0, None], "deficit_eur": [0, None],
    }  # fmt: skip
    pq.write_table(pa.table(columns), tmp_path / "plan.parquet")
    expected = {(HEERDE, 2027, "social_new"): 12}
    assert read_programme(tmp_path / "plan.parquet", instance) == expected
    book = openpyxl.Workbook()
    book.active.title = "plan"
    for row in (list(columns), *zip(*columns.values(), strict=True)):
        book.active.append(row)
    book.create_sheet("needs").append(["need_id"])
    book.save(tmp_path / "plan.xlsx")
    assert read_programme(tmp_path / "plan.xlsx", instance) == expected


def test_the_only_sheet_may_have_any_name(tmp_path: Path, instance: Instance) -> None:
    """A workbook of one sheet is the programme; of two, the one that is called so."""
    book = openpyxl.Workbook()
    book.active.title = "Blad1"
    book.active.append(["gemeente", "jaar", "optie", "woningen"])
    book.active.append(["Heerde", 2027, "social_new", 12])
    book.save(tmp_path / "een.xlsx")
    assert read_programme(tmp_path / "een.xlsx", instance) == {(HEERDE, 2027, "social_new"): 12}
    book.create_sheet("Blad2").append(["x"])
    book.save(tmp_path / "twee.xlsx")
    assert told(tmp_path / "twee.xlsx", instance, "nl") == [
        "twee.xlsx: het is niet te zien welk blad de tabel 'programma' is: Blad1 en "
        "Blad2. Wat te doen: noem het blad 'programma', of bewaar het als enige blad in een eigen werkmap."
    ]
    assert told(tmp_path / "twee.xlsx", instance, "en") == [
        "twee.xlsx: it cannot be seen which sheet is the table 'programme': Blad1 and Blad2. "
        "What to do: call the sheet 'programme', or save it as the only sheet of a workbook of its own."
    ]


def test_everything_that_is_wrong_is_told_at_once(write: Write, instance: Instance) -> None:
    """Nine errors in nine rows, each with its row, what was written and what to do, in order of row."""
    path = write(
        "gemeente;jaar;optie;woningen",
        "Heerd;2027;social_nw;12",
        "Heerde;2031;social_new;-3",
        "Heerde;2028;social_new;1,5",
        "Heerde;2029;clustered_new;12",
        "GM0246;2029;clustered_new;13",
        "Heerde;2026;social_new;8",
        "Epe;2028;clustered_new;20",
        ";2027;social_new;1",
    )
    assert told(path, instance, "nl") == [
        "programma.csv, rij 2, kolom gemeente, waarde 'Heerd': deze gemeente komt niet voor in de invoer. Is "
        "'Heerde' bedoeld? Kies uit: Epe of Heerde. Wat te doen: verbeter de naam of de code, of haal de rij "
        "weg.",
        "programma.csv, rij 2, kolom optie, waarde 'social_nw': deze optie staat niet in de tabel 'opties'. "
        "Is 'social_new' bedoeld? Wat te doen: schrijf de code van een optie, of voeg de optie toe aan de "
        "invoer.",
        "programma.csv, rij 3, kolom woningen, waarde '-3': deze waarde valt buiten wat kan. Het moet ten "
        "minste 0 zijn. Wat te doen: verbeter de waarde; let op de eenheid van de kolom.",
        "programma.csv, rij 3, kolom jaar, waarde '2031': dit jaar valt buiten de planperiode 2026-2030. Wat "
        "te doen: verbeter het jaar, of haal de rij weg.",
        "programma.csv, rij 4, kolom woningen, waarde '1,5': dit moet een geheel getal zijn. Wat te doen: "
        "rond zelf af, zodat duidelijk is welk aantal geldt.",
        "programma.csv, rij 6, kolom woningen, waarde '13': Heerde, 2029, 'clustered_new' staat er al, in "
        "rij 5 met 12 woningen. Wat te doen: voeg de twee rijen samen, of haal er een weg.",
        "programma.csv, rij 7, kolom woningen, waarde '8': wat voor 2027 is opgeleverd ligt vast: voor "
        "Heerde, 2026 waren dat 7 woningen van 'social_new'. Wat te doen: verbeter het aantal, of haal de "
        "rij weg; gerealiseerde jaren tellen vanzelf mee.",
        "programma.csv, rij 8, kolom woningen, waarde '20': voor Epe, 2028 zijn 24 woningen van "
        "'clustered_new' hard afgesproken in afspraken.csv (rij 2); het programma heeft er minder. Wat te "
        "doen: verhoog het aantal tot ten minste 24, of pas eerst de afspraak in de invoer aan.",
        "programma.csv, rij 9, kolom gemeente: in deze rij staat geen gemeente. Wat te doen: vul de naam of "
        "de code van de gemeente in.",
    ]
    assert told(path, instance, "en")[5:8] == [
        "programma.csv, row 6, column woningen, value '13': Heerde, 2029, 'clustered_new' is there already, "
        "in row 5 with 12 dwellings. What to do: put the two rows together, or take one away.",
        "programma.csv, row 7, column woningen, value '8': what was completed before 2027 is fixed: in "
        "Heerde it was 7 dwellings of 'social_new' in 2026. What to do: mend the number, or take the row "
        "away; realised years count by themselves.",
        "programma.csv, row 8, column woningen, value '20': 24 dwellings of 'clustered_new' are committed in "
        "Epe for 2028 in afspraken.csv (row 2); the programme has fewer. What to do: raise the number to at "
        "least 24, or change the commitment in the input first.",
    ]


def test_a_commitment_that_is_left_out_is_told(write: Write, instance: Instance) -> None:
    """Epe is in the programme and its 24 are not; a programme without Epe need not name them."""
    lines = ("gemeente;jaar;optie;woningen", "Heerde;2027;social_new;12")
    assert read_programme(write(*lines), instance)
    assert told(write(*lines, "Epe;2027;social_new;1"), instance, "nl") == [
        "programma.csv: voor Epe, 2028 zijn 24 woningen van 'clustered_new' hard afgesproken in "
        "afspraken.csv (rij 2); het programma noemt ze niet. Wat te doen: voeg een rij toe met ten minste 24 "
        "woningen, of pas eerst de afspraak in de invoer aan."
    ]


def test_a_commitment_is_not_missed_where_its_row_may_be_wrong(write: Write, instance: Instance) -> None:
    """A misspelt option of Epe may be the commitment: only the option is told."""
    path = write("gemeente;jaar;optie;woningen", "Epe;2028;clusterd_new;24")
    assert [sentence.split(":")[0] for sentence in told(path, instance, "nl")] == [
        "programma.csv, rij 2, kolom optie, waarde 'clusterd_new'"
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ("gemeente;jar;optie;woningen", "Heerde;2027;social_new;1"),
            [
                "programma.csv, kolom jar: de tabel 'programma' heeft geen kolom met deze kop. Is 'jaar' "
                "bedoeld? Wat te doen: verbeter de kop, of haal de kolom weg.",
                "programma.csv: de kolom 'jaar' ontbreekt. Wat te doen: voeg de kolom 'jaar' toe en vul haar "
                "in elke rij.",
            ],
        ),
        (
            ("jaar;optie;woningen", "2027;social_new;1"),
            [
                "programma.csv: de kolom 'gemeente' ontbreekt. Wat te doen: voeg de kolom 'gemeente' toe en "
                "vul haar in elke rij."
            ],
        ),
        (
            (),
            [
                "programma.csv: hier staat niets, ook geen kolomkoppen. Wat te doen: vul de tabel "
                "'programma', of haal het bestand of blad weg."
            ],
        ),
        (
            ("gemeente;jaar;optie;woningen",),
            [
                "programma.csv: het programma heeft kolomkoppen, maar geen rijen. Wat te doen: vul ten "
                "minste een rij in; een gemeente die niets bouwt, krijgt een rij met 0 woningen."
            ],
        ),
        (
            ("gemeentecode;gemeente;jaar;optie;woningen", "GM0232;Heerde;2027;social_new;1"),
            [
                "programma.csv, rij 2, kolom gemeente, waarde 'Heerde': de code in deze rij (GM0232) is van "
                "Epe, niet van deze gemeente. Wat te doen: verbeter de code of de naam."
            ],
        ),
    ],
    ids=["heading", "no municipality", "empty", "no rows", "code and name"],
)
def test_a_file_that_is_no_programme_is_told(
    lines: tuple[str, ...], expected: list[str], write: Write, instance: Instance
) -> None:
    """Wrong headings, no rows, nothing at all: a whole sentence with what to do."""
    assert told(write(*lines), instance, "nl") == expected


def test_a_missing_or_foreign_file_is_told(write: Write, tmp_path: Path, instance: Instance) -> None:
    """Neither a file that is not there nor a kind of file that is none of ours is a crash."""
    assert told(write("x", name="programma.pdf"), instance, "en") == [
        "programma.pdf: a file that ends in '.pdf' is not a programme. What to do: give a file that ends in "
        ".csv, .xlsx or .parquet, or the folder of a plan."
    ]
    assert told(tmp_path / "weg.csv", instance, "en") == [
        f"{tmp_path / 'weg.csv'}: there is no programme '{tmp_path / 'weg.csv'}'. What to do: give with "
        "--programme a CSV file or workbook with the columns municipality, year, option and dwellings, or "
        "the folder of a plan."
    ]
    (tmp_path / "plan.parquet").write_bytes(b"no table")
    assert "plan.parquet: dit kan niet worden gelezen" in told(tmp_path / "plan.parquet", instance, "nl")[0]
