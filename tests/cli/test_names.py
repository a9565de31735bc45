"""Names that look like formulas, HTML or markup of a terminal stay the text they are."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

Run = Callable[..., Any]

FORMULA, MARKUP = "=cmd()", "[red]B[/red] <b>\U0001f3e0"


@pytest.fixture
def named(tmp_path: Path, write_small: Run, solved: Path) -> Path:
    """Return an input with such names for municipalities, a payer and the scenario."""
    given = write_small(tmp_path / "named")
    for table, old, new in (
        ("municipalities.csv", "Adorp", FORMULA),
        ("municipalities.csv", "Beveen", MARKUP),
        ("pots.csv", "Provincie", "[bold]@SUM(A1)[/]"),
        ("scenario.toml", "Two places", "[link=x]=1+1[/link]"),
    ):
        text = (given / table).read_text(encoding="utf-8")
        assert old in text
        (given / table).write_text(text.replace(old, new), encoding="utf-8")
    return given


def test_names_are_printed_and_written_as_they_are(
    named: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On screen, in Parquet and in the workbook the names stand literally; no cell is a formula."""
    monkeypatch.setenv("COLUMNS", "120")  # in a narrow window names are wrapped
    outcome = run("solve", named, "-o", tmp_path / "plan", "--xlsx")
    assert outcome.code == 0, outcome
    for name in (FORMULA, MARKUP, "[bold]@SUM(A1)[/]", "[link=x]=1+1[/link]: 2 municipality(ies)"):
        assert name in outcome.out
    rows = pq.read_table(tmp_path / "plan" / "plan.parquet").to_pylist()
    assert {row["municipality"] for row in rows} == {FORMULA, MARKUP}
    sheet = openpyxl.load_workbook(tmp_path / "plan" / "plan.xlsx")["plan"]
    cells = [row[1] for row in sheet.iter_rows(min_row=2)]
    assert {(cell.value, cell.data_type) for cell in cells} == {(FORMULA, "s"), (MARKUP, "s")}
    assert run("verify", tmp_path / "plan").code == 0


def test_the_input_of_that_plan_gives_it_again(named: Path, tmp_path: Path, run: Run) -> None:
    """Names keep through writing and reading back: the input of the plan gives an equal plan."""
    assert run("solve", named, "-o", tmp_path / "plan").code == 0
    assert run("solve", tmp_path / "plan" / "input", "-o", tmp_path / "again").code == 0
    first, second = (tmp_path / name / "plan.parquet" for name in ("plan", "again"))
    assert first.read_bytes() == second.read_bytes()


def test_messages_quote_cells_literally(named: Path, run: Run) -> None:
    """A cell with markup in an error message is quoted as it is."""
    text = (named / "availability.csv").read_text(encoding="utf-8").replace(",care,", ",[red]care[/red],", 1)
    (named / "availability.csv").write_text(text, encoding="utf-8")
    outcome = run("validate", named)
    assert outcome.code == 2
    assert "value '[red]care[/red]'" in outcome.err


def test_a_sign_that_the_output_does_not_know_costs_no_plan(named: Path, tmp_path: Path, start: Run) -> None:
    """Where output takes only some signs, others become question marks; the plan comes all the same."""
    environment = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    outcome = start("solve", named, "-o", tmp_path / "plan", env=environment)
    assert outcome.code == 0, outcome
    assert "[red]B[/red] <b>?" in outcome.out
    assert (tmp_path / "plan" / "manifest.json").exists()


def test_a_path_with_spaces_is_quoted_in_the_command_to_copy(tmp_path: Path, run: Run) -> None:
    """The command that ``new`` suggests works when it is pasted, also when the folder has spaces."""
    folder = tmp_path / "our plan"
    outcome = run("new", folder, "--municipality", "GM0262", "--format", "xlsx", "--language", "en")
    assert outcome.code == 0
    assert f'thuisplan solve "{folder / "scenario.xlsx"}" -o "{folder}-plan"' in outcome.out
