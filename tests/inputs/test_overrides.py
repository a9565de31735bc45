"""The table of overrides as people give it: in a folder or a workbook, in Dutch or in English."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from thuisplan.inputs.examples import example
from thuisplan.inputs.findings import InputError
from thuisplan.inputs.overrides import appended, overridden
from thuisplan.inputs.read import read, read_scenario
from thuisplan.inputs.read_change import Change
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Assumption, Budget, Need, Override
from thuisplan.inputs.write import write_folder, write_workbook
from thuisplan.outputs.texts import finding_text


def _with(*rows: tuple[str, str, str | None, str, str | None]) -> Scenario:
    given = example("stedendriehoek", "nl")
    overrides = tuple(
        Override(table_name=table, row_key=key, column_name=column, operation=operation, value=value)
        for table, key, column, operation, value in rows
    )
    return Scenario(given.settings, {**given.tables, Override.table: overrides})


POT = next(row.pot_id for row in resolve(example("stedendriehoek", "nl")).rows(Budget))
ROWS = (
    ("budgets", f"{POT} 2027", "amount_eur", "set", "1000"),
    ("budgets", f"{POT} 2027", "amount_eur", "multiply", "1.5"),
    ("budgets", f"{POT} 2027", "amount_eur", "add", "7"),
    ("capacity", "GM0200 - *", None, "remove", None),
)


@pytest.mark.parametrize("language", [None, "nl", "en"])
def test_what_is_written_is_read_in_its_order(tmp_path: Path, language: str | None) -> None:
    """1000 x 1.5 + 7 = 1507; sorted by operation it would be (1000 + 7) x 1.5 and then 1000."""
    write_folder(_with(*ROWS), tmp_path, language)
    name = "aanpassingen" if language == "nl" else "overrides"
    heading = (tmp_path / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert heading == {"nl": "tabel;rij;kolom;bewerking;waarde"}.get(
        language or "", "table,key,column,operation,value"
    )
    instance = read(tmp_path).instance
    assert instance.budgets[POT, 2027] == 1507
    assert not [key for key in instance.capacity if key[0] == "GM0200" and key[1] is None]


def test_a_workbook_has_them_on_a_sheet(tmp_path: Path) -> None:
    """The sheet ``aanpassingen``, as it comes back from Excel."""
    path = tmp_path / "scenario.xlsx"
    write_workbook(_with(*ROWS), path, "nl")
    assert read(path).instance.budgets[POT, 2027] == 1507


def test_each_is_an_assumption_of_the_user() -> None:
    """One line for what changes one figure, in the order in which it changes; the rest of the list stays."""
    given = _with(*ROWS)
    before = resolve(given)
    after = overridden(before, given)
    added = set(after.rows(Assumption)) - set(before.rows(Assumption))
    assert {(a.table_name, a.row_key, a.column_name, a.value, a.unit, a.origin) for a in added} == {
        ("budgets", f"{POT} 2027", "amount_eur", "set 1000; multiply 1.5; add 7", "EUR/year", "user"),
        ("capacity", "GM0200 - *", "*", "remove", "", "user"),
    }
    assert set(before.rows(Assumption)) < set(after.rows(Assumption))


def test_what_was_assumed_of_the_same_figure_is_replaced() -> None:
    """A default that an override takes the place of no longer holds."""
    before = resolve(example("stedendriehoek", "nl"))
    assumed = next(
        a for a in before.rows(Assumption) if (a.table_name, a.column_name) == ("options", "adds_stock")
    )
    given = _with(("options", assumed.row_key, "adds_stock", "set", "no"))
    listed = [a for a in overridden(before, given).rows(Assumption) if a.key() == assumed.key()]
    assert [(a.value, a.origin) for a in listed] == [("set no", "user")]


def test_the_resolved_input_has_none_and_reads_the_same(tmp_path: Path) -> None:
    """Applied once: the input of a plan holds the changed figures and nothing to apply again."""
    write_folder(_with(*ROWS), tmp_path / "in", "nl")
    instance = read(tmp_path / "in").instance
    assert instance.rows(Override) == ()
    write_folder(instance.scenario, tmp_path / "resolved", None)
    assert not (tmp_path / "resolved" / "overrides.csv").exists()
    assert read(tmp_path / "resolved").instance.scenario.tables == instance.scenario.tables


def test_without_overrides_nothing_is_touched() -> None:
    """The same object comes back."""
    given = example("gmr", "en")
    instance = resolve(given)
    assert overridden(instance, given) is instance


def test_each_finding_names_its_file_and_row(tmp_path: Path) -> None:
    """Names are checked with everything else that is wrong; keys once the figures are spread over years."""
    write_folder(example("gmr", "nl"), tmp_path, "nl")
    file = tmp_path / "aanpassingen.csv"
    file.write_text(
        "tabel;rij;kolom;bewerking;waarde\n"
        "capaciteiten;GM0228 - 2027;woningen_per_jaar;plus;1\n"
        "aanbod;GM0228 2027;hoogstens_per_jaar;plus;1\n"
        "aanbod;GM0228 x 2027;hoogstens_per_jaar;erbij;1\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as refused:
        read_scenario(tmp_path)
    assert [(f.code, f.source, f.row) for f in refused.value.findings] == [
        ("unknown_choice", "aanpassingen.csv", 4),
        ("change_unknown_table", "aanpassingen.csv", 2),
        ("change_key_parts", "aanpassingen.csv", 3),
    ]
    file.write_text(
        "tabel;rij;kolom;bewerking;waarde\nbehoeften;regulier 2027;midden;plus;1\n", encoding="utf-8"
    )
    with pytest.raises(InputError) as refused:
        read(tmp_path)
    [finding] = refused.value.findings
    assert finding_text(finding, "nl") == (
        "aanpassingen.csv, rij 2: de tabel 'behoeften' heeft na het verdelen over de jaren geen rij "
        "'regulier 2027'. Is 'regular 2027' bedoeld? Wat te doen: verbeter de rij, of zet de nieuwe rij in "
        "de tabel zelf. Wat wel wordt aangepast staat in input/resolved van een plan."
    )


def test_the_same_override_twice_is_a_mistake(tmp_path: Path) -> None:
    """Adding twice by accident is more likely than on purpose."""
    write_folder(example("gmr", "nl"), tmp_path, "nl")
    row = "behoeften;* *;midden;maal;1,1\n"
    (tmp_path / "aanpassingen.csv").write_text(
        f"tabel;rij;kolom;bewerking;waarde\n{row}{row}", encoding="utf-8"
    )
    with pytest.raises(InputError) as refused:
        read(tmp_path)
    assert [(f.code, f.row) for f in refused.value.findings] == [("duplicate_key", 3)]


def test_ten_per_cent_more_of_everything(tmp_path: Path) -> None:
    """The question that a table of overrides is for: one row, and every need is 1.1 times as large."""
    write_folder(example("gmr", "nl"), tmp_path, "nl")
    before = read(tmp_path).instance
    file = tmp_path / "aanpassingen.csv"
    file.write_text("tabel;rij;kolom;bewerking;waarde\nbehoeften;* *;midden;maal;1,1\n", encoding="utf-8")
    after = read(tmp_path).instance
    assert before.rows(Need)
    for need, series in before.needs.items():
        for year, required in series.required.items():
            assert abs(after.needs[need].required[year] - Fraction(11, 10) * required) <= Fraction(1, 2)


def test_one_change_more_than_once_is_spelled_otherwise(tmp_path: Path) -> None:
    """Three times a half of 1000 is 125, although no two rows of the table may read alike; of rows that
    are there already the first keeps its spelling."""
    half = Change("budgets", f"{POT} 2027", "amount_eur", "multiply", "0.5")
    given = _with(ROWS[0], ("budgets", f"{POT} 2027", "amount_eur", "multiply", "0.5"))
    rows = appended(given.rows(Override), [half, half])
    assert len({row.key() for row in rows}) == 4
    write_folder(Scenario(given.settings, {**given.tables, Override.table: rows}), tmp_path, None)
    assert read(tmp_path).instance.budgets[POT, 2027] == 125
    with pytest.raises(ValueError, match="once more"):
        appended((), [half] * 100)
