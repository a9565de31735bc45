"""Overrides are applied a second time: what they change is accepted, and what they do not is found."""

from __future__ import annotations

import csv
import io
import random
import shutil
from pathlib import Path

import pytest

from thuisplan.inputs.columns import EXACT, WHOLE, YEAR
from thuisplan.inputs.examples import EXAMPLES, example
from thuisplan.inputs.findings import InputError
from thuisplan.inputs.read import copy_input, read
from thuisplan.inputs.tables import TABLES
from thuisplan.inputs.write import write_folder
from thuisplan.outputs.verification import Problem
from thuisplan.outputs.verification.original import check_original
from thuisplan.outputs.verification.resolved import read_settings, read_tables
from thuisplan.outputs.verification.tables import Tables

HEADING = "tabel;rij;kolom;bewerking;waarde"

# Every operation, spans that are split and rows that are made; and figures on which others were based
# before overrides: the dead band is the largest project, and a need serves the options of its category.
OVERRIDES = (
    "opties;clustered_new;minimale_projectomvang;wordt;40",
    "opties;care_new;telt_in_nieuwbouw;wordt;nee",
    "aanbod;Heerde * 2028-2029;hoogstens_per_jaar;maal;1/3",
    "aanbod;GM0200 clustered_new 2030;;vervalt;",
    "capaciteit;GM0246 - 2029-2031;woningen_per_jaar;plus;-5",
    "behoeften;* *;midden;maal;1,1",
    "behoeften;* 2030;midden;plus;3",
    "instroom;urgent_seekers *;huishoudens_per_jaar;maal;0,9",
    "budgetbedragen;* 2027;bedrag_eur;maal;2/3",
    'plannen;"Apeldoorn, flexwoningen 2027-2030" * * - *;;vervalt;',
    "plannen;extra Heerde nieuwbouw - 2031;woningen;plus;4",
    "afspraken;GM0246 social_new 2032;woningen;plus;6",
    "afwijkingen;need Stedendriehoek clustered 2028-2030;hoeveel;plus;1/3",
    "afwijkingen;need Stedendriehoek clustered 2028-2030;overeengekomen_door;wordt;de stuurgroep",
    "regels;capacity;sterkte;wordt;streefregel",
    "regelparameters;affordable-nation share;waarde;maal;0,9",
    "gemeenten;*;sociale_voorraad;plus;10",
)


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the example as given, without overrides."""
    folder = tmp_path_factory.mktemp("given")
    write_folder(example("stedendriehoek", "nl"), folder, "nl")
    return folder


def _resolve(given: Path, folder: Path, *overrides: str) -> Path:
    """Write the input of a plan with overrides, as given and as used."""
    original = folder / "input" / "original"
    original.mkdir(parents=True)
    copy_input(given, original)
    with (original / "aanpassingen.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerows([HEADING.split(";"), *(text.split(";") for text in overrides)])
    write_folder(read(original).instance.scenario, folder / "input" / "resolved", None)
    return folder


@pytest.fixture(scope="module")
def made(given: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the input of a plan with all ``OVERRIDES``; not to be changed."""
    return _resolve(given, tmp_path_factory.mktemp("made"), *OVERRIDES)


@pytest.fixture
def overridden(made: Path, tmp_path: Path) -> Path:
    """Return a copy of the input of a plan with all ``OVERRIDES``."""
    return Path(shutil.copytree(made, tmp_path / "overridden"))


def _check(folder: Path) -> list[Problem]:
    problems: list[Problem] = []
    settings, resolved = read_settings(folder, problems), read_tables(folder, problems)
    if settings is not None and resolved is not None:
        assert check_original(folder, Tables(settings, resolved, {}, {}), problems)
    return problems


def _rows(folder: Path, table: str) -> list[list[str]]:
    text = (folder / "input" / "resolved" / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.reader(io.StringIO(text, newline="")))


def _write(folder: Path, table: str, rows: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    (folder / "input" / "resolved" / f"{table}.csv").write_text(stream.getvalue(), encoding="utf-8")


def test_what_overrides_change_is_accepted(made: Path) -> None:
    """Every figure that they change is what the second statement makes of it, and no other changes."""
    assert _check(made) == []


def test_what_they_do_not_change_is_found(overridden: Path) -> None:
    """One dwelling more than the override adds: 6, on top of nothing, is not 7."""
    folder = overridden
    heading, *rows = _rows(folder, "commitments")
    [row] = [row for row in rows if row[:3] == ["GM0246", "social_new", "2032"]]
    row[heading.index("dwellings")] = "7"
    _write(folder, "commitments", [heading, *rows])
    [found] = _check(folder)
    assert (found.code, found.values["expected"], found.values["found"]) == ("derived_differs", "6", "7")


def test_an_override_that_was_not_applied_is_found(given: Path, overridden: Path) -> None:
    """The resolved input of a plan without them, beside an original that has them."""
    folder = overridden
    write_folder(read(given).instance.scenario, folder / "input" / "resolved", None)
    (folder / "input" / "resolved" / "deviations.csv").unlink(missing_ok=True)
    changed = {p.values["table"] for p in _check(folder)}
    assert changed == {
        "options", "availability", "capacity", "needs", "flows", "budgets", "plans", "commitments",
        "deviations", "rules", "rule_parameters", "municipalities", "assumptions",
    }  # fmt: skip


@pytest.mark.parametrize("column", ["value", "unit", "source", "status", "origin"])
def test_each_is_listed_as_it_was_given(overridden: Path, column: str) -> None:
    """What was changed by hand may not be hidden in the list of assumptions."""
    folder = overridden
    heading, *rows = _rows(folder, "assumptions")
    [row] = [row for row in rows if row[:2] == ["commitments", "GM0246 social_new 2032"]]
    assert dict(zip(heading, row, strict=True)) == {
        "table_name": "commitments", "row_key": "GM0246 social_new 2032", "column_name": "dwellings",
        "value": "add 6", "unit": "dwellings", "source": "aanpassingen.csv", "year": "", "status": "input",
        "origin": "user",
    }  # fmt: skip
    row[heading.index(column)] = "act"
    _write(folder, "assumptions", [heading, *rows])
    assert _check(folder)


def test_a_resolved_input_with_overrides_of_its_own(made: Path, tmp_path: Path) -> None:
    """Given with a list of assumptions: what is changed now comes on top of it, or in its place."""
    again = ("afspraken;GM0246 social_new 2032;woningen;plus;2", "behoeften;* *;midden;maal;0,5")
    assert _check(_resolve(made / "input" / "resolved", tmp_path / "again", *again)) == []


def _random_override(tables: dict[str, list[list[str]]], chance: random.Random) -> str:
    """Return an override of a cell of the resolved input, or of several, or of a row that is not there."""
    table = chance.choice([name for name, rows in tables.items() if len(rows) > 1])
    heading, *rows = tables[table]
    row = dict(zip(heading, chance.choice(rows), strict=True))
    keys = []
    for column in TABLES[table].key_columns():
        cell = row[column.name]
        if column.kind is YEAR and cell:
            year = int(cell) + chance.choice((0, 0, 1, 2))
            cell = chance.choice((str(year), f"{year}-{year + chance.randint(0, 3)}", "*"))
        elif " " in cell or cell in ("-", "*"):
            cell = f'"{cell}"'
        keys.append(chance.choice((cell or "-", cell or "-", cell or "-", "*")))
    operation = chance.choice(("set", "add", "multiply", "remove"))
    columns = [column for column in TABLES[table].columns() if not column.key]
    figures = [column for column in columns if column.kind in (WHOLE, EXACT) and row[column.name]]
    column = chance.choice(
        (figures if operation in ("add", "multiply") else columns) or TABLES[table].columns()
    )
    value = chance.choice((row[column.name], "1", "1", "1/2", "3", "1.1", "-1"))
    if operation == "remove":
        return f"{table};{' '.join(keys)};;remove;"
    return f"{table};{' '.join(keys)};{column.name};{operation};{value}"


@pytest.mark.parametrize("name", EXAMPLES)
def test_both_statements_agree_on_whatever_can_be_changed(name: str, tmp_path: Path) -> None:
    """Random overrides of the examples: those that can be applied are accepted, one or two at a time."""
    write_folder(example(name, "nl"), tmp_path / "given", "nl")
    write_folder(read(tmp_path / "given").instance.scenario, tmp_path / "input" / "resolved", None)
    tables = {table: _rows(tmp_path, table) for table in TABLES if _there(tmp_path, table)}
    del tables["assumptions"]
    chance = random.Random(name)
    applied: set[str] = set()
    for number in range(20):
        overrides = [_random_override(tables, chance) for _ in range(chance.randint(1, 2))]
        try:
            folder = _resolve(tmp_path / "given", tmp_path / str(number), *dict.fromkeys(overrides))
        except InputError:
            continue
        assert _check(folder) == [], overrides
        applied.update(text.split(";")[3] for text in overrides)
    assert len(applied) >= 3, applied


def _there(folder: Path, table: str) -> bool:
    return (folder / "input" / "resolved" / f"{table}.csv").exists()
