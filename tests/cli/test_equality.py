"""The same content gives the same plan, whatever its form."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from thuisplan.inputs.write import write_folder
from thuisplan.inputs.write_workbook import write_workbook

Run = Callable[..., Any]


def _parquet(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}


def _hash(folder: Path) -> str:
    found: str = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["input_hash"]
    return found


def _shuffled(given: Path, folder: Path) -> Path:
    rng = random.Random(5)
    folder.mkdir()
    for path in sorted(given.iterdir()):
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".csv":
            heading, *rows = text.splitlines()
            assert all(row.count('"') % 2 == 0 for row in rows), "no cell goes on in the next line"
            rng.shuffle(rows)
            text = "\n".join([heading, *rows]) + "\n"
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


def _reordered_columns(given: Path, folder: Path) -> Path:
    folder.mkdir()
    for path in sorted(given.iterdir()):
        if path.suffix == ".csv":
            rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
            text = "\r\n".join(";".join(reversed(row)) for row in rows)
            (folder / path.name).write_text(text, encoding="utf-8-sig", newline="")
        else:
            (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.mark.parametrize("form", ["shuffled", "semicolons", "nl", "en", "canonical", "xlsx", "xlsx in Dutch"])
def test_the_form_of_the_input_does_not_matter(
    form: str, small: Path, solved: Path, tmp_path: Path, run: Run, scenario_of: Run
) -> None:
    """Other row order, separators, languages or a workbook: byte-equal tables and an equal hash."""
    given = tmp_path / "given"
    if form == "shuffled":
        _shuffled(small, given)
    elif form == "semicolons":
        _reordered_columns(small, given)
    elif form.startswith("xlsx"):
        given = tmp_path / "given.xlsx"
        write_workbook(scenario_of(small), given, "nl" if form.endswith("Dutch") else "en")
    else:
        write_folder(scenario_of(small), given, None if form == "canonical" else form)
    assert run("solve", given, "-o", tmp_path / "plan").code == 0
    assert _parquet(tmp_path / "plan") == _parquet(solved)
    assert _hash(tmp_path / "plan") == _hash(solved)
    assert run("verify", tmp_path / "plan").code == 0


def test_templates_give_one_plan(municipality: Run, run: Run) -> None:
    """The template of one municipality gives an equal plan as CSV, as a workbook, and in English."""
    plans = [municipality("csv", "nl")[1], municipality("xlsx", "nl")[1], municipality("csv", "en")[1]]
    tables = [pq.read_table(plan / "plan.parquet").to_pylist() for plan in plans]
    assert tables[0]
    assert tables[1] == tables[0]
    assert tables[2] == tables[0]
    assert _hash(plans[0]) == _hash(plans[1])
    assert [run("verify", plan).code for plan in plans] == [0, 0, 0]


def test_rows_of_a_template_in_any_order(municipality: Run, tmp_path: Path, run: Run) -> None:
    """The rows of every table of a template shuffled: byte-equal tables and an equal hash."""
    given, plan = municipality("csv", "nl")
    shuffled = _shuffled(given, tmp_path / "given")
    assert run("solve", shuffled, "-o", tmp_path / "plan").code == 0
    assert _parquet(tmp_path / "plan") == _parquet(plan)
    assert _hash(tmp_path / "plan") == _hash(plan)


def test_the_same_seed_gives_the_same_bytes(small: Path, tmp_path: Path, run: Run, solved: Path) -> None:
    """A second run gives byte-equal Parquet and workbook, and a manifest that differs in seconds only."""
    assert run("solve", small, "-o", tmp_path / "plan", "--xlsx", "--seed", "0").code == 0
    assert _parquet(tmp_path / "plan") == _parquet(solved)
    assert (tmp_path / "plan" / "plan.xlsx").read_bytes() == (solved / "plan.xlsx").read_bytes()
    folders = (tmp_path / "plan", solved)
    manifests = [json.loads((folder / "manifest.json").read_bytes()) for folder in folders]
    for manifest in manifests:
        manifest.pop("seconds")
        manifest["files"].pop("solver.log")
        for stage in manifest["stages"]:
            stage.pop("seconds")
    assert manifests[0] == manifests[1]
    assert manifests[0]["reproducible"] is True


@pytest.mark.parametrize("which", ["input", "input/resolved", "input/original"])
def test_the_input_of_a_plan_gives_that_plan_again(
    which: str, solved: Path, tmp_path: Path, run: Run
) -> None:
    """``solve OUT/input`` gives equal tables and an equal hash; so do the two folders inside it."""
    assert run("solve", solved / which, "-o", tmp_path / "again").code == 0
    assert (tmp_path / "again" / "plan.parquet").read_bytes() == (solved / "plan.parquet").read_bytes()
    assert _hash(tmp_path / "again") == _hash(solved)
    assert run("verify", tmp_path / "again").code == 0


def test_a_plan_can_be_made_again_in_its_own_place(plan: Path, run: Run) -> None:
    """``solve OUT/input -o OUT`` replaces a plan by itself, twice over."""
    before = _parquet(plan)
    for _ in range(2):
        assert run("solve", plan / "input", "-o", plan).code == 0
    assert _parquet(plan) == before
    assert run("verify", plan).code == 0


def test_the_input_of_a_template_gives_its_plan_again(municipality: Run, tmp_path: Path, run: Run) -> None:
    """Also from a Dutch template with defaults, the ``input/`` of the plan gives that plan again."""
    _, plan = municipality("csv", "nl")
    assert run("solve", plan / "input", "-o", tmp_path / "again").code == 0
    assert (tmp_path / "again" / "plan.parquet").read_bytes() == (plan / "plan.parquet").read_bytes()
    assert _hash(tmp_path / "again") == _hash(plan)
