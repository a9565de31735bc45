"""``verify`` finds whatever was changed in a plan, and says what."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

Run = Callable[..., Any]


def _change(folder: Path, table: str, change: Callable[[list[dict[str, Any]]], object]) -> None:
    path = folder / f"{table}.parquet"
    found = pq.read_table(path)
    rows = found.to_pylist()
    change(rows)
    pq.write_table(pa.Table.from_pylist(rows, found.schema), path)


def _add(column: str, amount: int) -> Callable[[list[dict[str, Any]]], object]:
    return lambda rows: rows[0].update({column: rows[0][column] + amount})


def _replace(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def _edit_manifest(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["stages"][0]["measures"][0]["value_published"] += 1
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


TAMPERING: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "a dwelling more": (
        lambda f: _change(f, "plan", _add("dwellings", 1)),
        ["plan.parquet was changed", "commitment (commitment) for GM0001, 2026 (rent): lhs is 2"],
    ),
    "a dwelling moved to another year": (
        lambda f: _change(f, "plan", lambda rows: rows[0].update(year=2027)),
        ["plan.parquet was changed", "GM0001, 2026"],
    ),
    "a payment of another amount": (
        lambda f: _change(f, "funding", _add("amount_eur", 1000)),
        ["funding.parquet was changed", "the pots pay €"],
    ),
    "a rule less": (
        lambda f: _change(f, "rules", lambda rows: rows.pop()),
        ["rules.parquet was changed", "the result of social-30", "is missing from rules.parquet"],
    ),
    "a verdict": (
        lambda f: _change(f, "rules", lambda rows: rows[0].update(verdict="broken")),
        ["verdict is broken in rules.parquet, recomputed met"],
    ),
    "a shortfall": (
        lambda f: _change(f, "needs", _add("shortfall", -1)),
        ["shortfall of"],
    ),
    "another source of a rule": (
        lambda f: _replace(f, "input/resolved/rules.csv", ",letter", ",law"),
        ["input/resolved/rules.csv was changed", "source is letter in rules.parquet, recomputed law"],
    ),
    "another need as given": (
        lambda f: _replace(f, "input/original/needs.csv", "2026,2026,4", "2026,2026,3"),
        ["input/original/needs.csv was changed", "recomputed from the input as given"],
    ),
    "another value in the manifest": (_edit_manifest, ["the measure", "in stage 1"]),
    "a file more": (
        lambda f: (f / "extra.parquet").write_bytes(b""),
        ["the file extra.parquet does not belong to the plan"],
    ),
}


@pytest.mark.parametrize("kind", TAMPERING)
def test_verify_names_what_was_changed(kind: str, plan: Path, run: Run) -> None:
    """A plan in which anything was changed ends with 6 and sentences that name the rule or the sum."""
    change, named = TAMPERING[kind]
    change(plan)
    outcome = run("verify", plan, "--language", "en")
    assert outcome.code == 6, outcome
    assert outcome.err.startswith("The plan does not hold: ")
    assert [text for text in named if text.casefold() not in outcome.err.casefold()] == [], outcome.err


@pytest.mark.parametrize("table", ["plan", "funding", "rules"])
def test_a_forged_list_of_files_does_not_hide_a_change(table: str, plan: Path, run: Run) -> None:
    """Who also puts the new hash in the manifest is found by the recomputed rules and sums."""
    column = {"plan": "dwellings", "funding": "amount_eur", "rules": "lhs"}[table]
    _change(plan, table, _add(column, 1))
    manifest = json.loads((plan / "manifest.json").read_text(encoding="utf-8"))
    content = (plan / f"{table}.parquet").read_bytes()
    manifest["files"][f"{table}.parquet"] = hashlib.sha256(content).hexdigest()
    (plan / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    outcome = run("verify", plan, "--language", "en")
    assert outcome.code == 6
    assert "was changed after it was written" not in outcome.err
    assert "recomputed" in outcome.err


def test_a_plan_without_one_of_its_files_is_refused(plan: Path, run: Run) -> None:
    """A missing table is not a deviation of the plan but an incomplete plan: exit 2, and it is named."""
    (plan / "funding.parquet").unlink()
    outcome = run("verify", plan, "--language", "en")
    assert outcome.code == 2
    assert "funding.parquet" in outcome.err
