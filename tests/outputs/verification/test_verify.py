"""The verifier as a whole: the tiny plan passes, and whatever is changed in it is found and named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from thuisplan.outputs.publish import input_hash as written_hash
from thuisplan.outputs.verification import Problem, Verification, verify
from thuisplan.outputs.verification.folder import input_hash

A, B = "GM0001", "GM0002"


def _found(outcome: Verification, code: str, **values: Any) -> list[Problem]:
    return [
        p
        for p in outcome.problems
        if p.code == code and all(p.values.get(name) == value for name, value in values.items())
    ]


def test_a_plan_that_fits_passes(plan_files: Any) -> None:
    """Every line and figure written by hand is what the verifier recomputes."""
    outcome = verify(plan_files.write())
    assert outcome.problems == ()
    assert outcome.passed
    assert outcome.lines == 28
    assert outcome.sums > 100


def test_measures_are_recomputed(plan_files: Any) -> None:
    """One dwelling-year short, 60 thousand euros, 9 dwellings one year late, nothing else."""
    outcome = verify(plan_files.write())
    assert outcome.measures == {
        "unmet_special": 1.0,
        "unmet_regular": 0.0,
        "rule_violation": 0.0,
        "fair_share_max": 0.0,
        "fair_share_mean": 0.0,
        "extra_cost": 60.0,
        "deficit": 250.0,
        "change": 0.0,
        "lateness": 9.0,
        "swapped": 0.0,
    }


def test_a_moved_dwelling_names_the_rule_it_breaks(plan_files: Any) -> None:
    """One care dwelling less in 2026 leaves a project of 2, below the minimum of 3: short by 1."""
    plan_files.rows("plan", year=2026, option="care")[0]["dwellings"] = 2
    plan_files.rows("plan", year=2027, option="care")[0]["dwellings"] = 4
    outcome = verify(plan_files.write())
    [broken] = _found(outcome, "hard_rule_broken")
    assert broken.values["rule_id"] == "project_size"
    assert (broken.values["place"], broken.values["subject"], broken.values["period"]) == (A, "care", "2026")
    assert (broken.values["lhs"], broken.values["rhs"], broken.values["by"]) == (2, 3, 1)
    assert _found(outcome, "line_differs", rule_id="need", subject="care", period="2026", column="lhs")
    assert _found(outcome, "cost_not_covered", kind="extra_cost", period="2026", expected=20000, found=30000)


def test_a_change_after_publication_is_named_as_file_and_as_rule(plan_files: Any) -> None:
    """The hash no longer fits, and the content checks still say which rule is broken."""
    plan_files.write()
    plan_files.rows("plan", option="rent")[0]["dwellings"] = 1
    plan_files.write_tables()
    outcome = verify(plan_files.path)
    assert _found(outcome, "file_changed", file="plan.parquet")
    assert _found(outcome, "hard_rule_broken", rule_id="commitment", place=A, by=1)


def test_a_changed_amount_breaks_its_sum(plan_files: Any) -> None:
    """25 000 euros do not pay for 3 dwellings of 10 000, and the account no longer adds up."""
    plan_files.rows("funding", year=2026, pot_id="prov")[0]["amount_eur"] = 25000
    outcome = verify(plan_files.write())
    assert _found(outcome, "cost_not_covered", place=A, option="care", expected=30000, found=25000)
    assert _found(outcome, "value_differs", file="finance.parquet", column="used_eur", expected=25000)


@pytest.mark.parametrize("table", ["needs", "finance", "fair_share", "stock", "assumptions"])
def test_a_removed_row_is_missing(plan_files: Any, table: str) -> None:
    """Every derived table holds one row per key, no fewer."""
    del plan_files.tables[table][0]
    outcome = verify(plan_files.write())
    assert [p.code for p in outcome.problems] == ["row_missing"]
    assert outcome.problems[0].values["file"] == f"{table}.parquet"


def test_a_removed_line_is_missing(plan_files: Any) -> None:
    """A rule that is left out of the report is named with place and period."""
    plan_files.tables["rules"].remove(plan_files.rows("rules", rule_id="social-30", period="2027")[0])
    outcome = verify(plan_files.write())
    assert [p.code for p in outcome.problems] == ["line_missing"]
    assert outcome.problems[0].values["rule_id"] == "social-30"
    assert outcome.problems[0].values["period"] == "2027"


def test_an_added_line_is_unexpected(plan_files: Any) -> None:
    """A line of a rule that the input does not hold is named."""
    plan_files.tables["rules"].append({**plan_files.tables["rules"][0], "rule_id": "made-up"})
    outcome = verify(plan_files.write())
    assert [p.code for p in outcome.problems] == ["line_unexpected"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("lhs", 9.0), ("rhs", 2.0), ("verdict", "exempt"), ("margin", 5.0), ("slack", 1.0), ("binding", True),
        ("value_pct", 90.0), ("norm_pct", 25.0), ("strength", "soft"), ("family", "mid_share"),
        ("purpose", "nation"), ("unit", "EUR"), ("source", "hearsay"), ("status", "act"), ("valid_to", 2030),
        ("operator", "<="),
    ],
)  # fmt: skip
def test_every_column_of_a_line_is_checked(plan_files: Any, column: str, value: Any) -> None:
    """Any cell of a line that was changed is named with what it should be."""
    plan_files.rows("rules", rule_id="social-30", period="2026")[0][column] = value
    [found] = verify(plan_files.write()).problems
    assert (found.code, found.values["rule_id"], found.values["column"]) == (
        "line_differs",
        "social-30",
        column,
    )
    assert found.values["found"] == value


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("plan", "committed", 1), ("plan", "municipality", "Elders"), ("plan", "extra_cost_eur", 1),
        ("needs", "required", 3), ("needs", "shortfall", 0), ("finance", "lapsed_eur", 5),
        ("fair_share", "share", 0.66666), ("fair_share", "deviation", 0.0), ("stock", "social", 99),
        ("stock", "social_share_pct", 26.0),
    ],
)  # fmt: skip
def test_every_derived_figure_is_checked(plan_files: Any, table: str, column: str, value: Any) -> None:
    """A derived figure that was changed is named with its row, its column and what it should be."""
    plan_files.tables[table][0][column] = value
    [found] = verify(plan_files.write()).problems
    assert found.code == "value_differs"
    assert (found.values["file"], found.values["column"]) == (f"{table}.parquet", column)
    assert found.values["found"] == value


def test_a_changed_source_in_the_input_is_named_by_rule(plan_files: Any) -> None:
    """The source of a rule in the resolved input no longer is the one that was reported."""
    plan_files.write()
    plan_files.replace_in("input/resolved/rules.csv", "draft,,letter", "act,,law")
    outcome = verify(plan_files.path)
    assert _found(outcome, "file_changed", file="input/resolved/rules.csv")
    assert _found(outcome, "input_changed")
    assert _found(
        outcome, "line_differs", rule_id="social-30", column="source", expected="law", found="letter"
    )


def test_a_lowered_norm_in_the_input_is_named_by_rule(plan_files: Any) -> None:
    """With 20 % instead of 30 % the right side would be 1.6 instead of 2.4."""
    plan_files.replace_in("input/resolved/rule_parameters.csv", "share,3/10", "share,1/5")
    outcome = verify(plan_files.write())
    assert _found(outcome, "line_differs", column="rhs", period="2026", expected=1.6, found=2.4)


def test_a_rule_that_comes_by_itself_cannot_be_left_out(plan_files: Any) -> None:
    """An input without the capacity rule, and a report without it, do not fit together unnoticed."""
    plan_files.replace_in(
        "input/resolved/rules.csv", "capacity,capacity,1,municipality,,hard,1,2026,2027,input,,\n", ""
    )
    plan_files.tables["rules"] = [row for row in plan_files.tables["rules"] if row["rule_id"] != "capacity"]
    plan_files.manifest["verification"]["requirements"] -= 2
    found, row = verify(plan_files.write()).problems
    assert (found.code, found.values["family"]) == ("rule_missing", "capacity")
    assert (row.code, row.values["table"], row.values["key"]) == ("derived_missing", "rules", "capacity")


def test_a_changed_value_in_the_manifest_is_named_by_measure(plan_files: Any) -> None:
    """The shortfall is one dwelling-year, whatever the manifest says."""
    plan_files.manifest["stages"][0]["measures"][0]["value_published"] = 0.0
    [found] = verify(plan_files.write()).problems
    assert (found.code, found.values["measure"], found.values["expected"]) == (
        "measure_differs",
        "unmet_special",
        1.0,
    )


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ((B, 2026, "rent", 1), "not_offered"),
        ((A, 2026, "palace", 1), "unknown_code"),
        (("GM9999", 2026, "rent", 1), "unknown_code"),
        ((A, 2031, "rent", 1), "unknown_code"),
        ((A, 2027, "rent", 0), "dwellings_not_positive"),
        ((A, 2027, "rent", -4), "dwellings_not_positive"),
    ],
)
def test_a_plan_holds_only_what_can_be_built(
    plan_files: Any, cell: tuple[str, int, str, int], code: str
) -> None:
    """Unknown or unoffered cells, empty and negative ones are named."""
    place, year, option, dwellings = cell
    row = dict(plan_files.rows("plan", option="rent")[0], municipality_code=place, year=year, option=option)
    plan_files.tables["plan"].append(row | {"dwellings": dwellings})
    assert _found(verify(plan_files.write()), code)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"payer": "Rijk"}, "payment_differs"),
        ({"kind": "deficit"}, "payment_differs"),
        ({"dwellings": 4}, "payment_differs"),
        ({"pot_id": "purse"}, "unknown_code"),
        ({"option": "rent"}, "pot_not_allowed"),
        ({"amount_eur": -30000}, "amount_not_positive"),
    ],
)
def test_a_payment_must_fit_its_pot(plan_files: Any, change: dict[str, Any], code: str) -> None:
    """Payer, kind, dwellings and earmark of a payment are checked; prov is only for care."""
    plan_files.rows("funding", pot_id="prov", year=2026)[0].update(change)
    assert _found(verify(plan_files.write()), code)


def test_hidden_removed_and_changed_files_are_named(plan_files: Any) -> None:
    """Files are what the manifest lists; reports and alternatives may be added."""
    path: Path = plan_files.write()
    (path / "solver.log").unlink()
    (path / "notes.txt").write_text("x", encoding="utf-8")
    (path / "report").mkdir()
    (path / "report" / "index.html").write_text("x", encoding="utf-8")
    found = {(p.code, p.values["file"]) for p in verify(path).problems}
    assert found == {("file_missing", "solver.log"), ("file_unexpected", "notes.txt")}


@pytest.mark.parametrize("name", ["assumptions.csv", "notes.csv", ".DS_Store", "sub/assumptions.csv"])
def test_the_hash_of_the_input_counts_the_same_files_when_written_and_when_verified(
    plan_files: Any, name: str
) -> None:
    """All files of the resolved input count but its list of assumptions."""
    path: Path = plan_files.write()
    resolved = path / "input" / "resolved"
    before = written_hash(resolved)
    (resolved / name).parent.mkdir(exist_ok=True)
    (resolved / name).write_text("x", encoding="utf-8")
    assert written_hash(resolved) == input_hash(path)
    assert (written_hash(resolved) == before) == (name == "assumptions.csv")
    assert bool(_found(verify(path), "input_changed")) == (name != "assumptions.csv")


@pytest.mark.parametrize(
    "file",
    [
        "plan.parquet",
        "rules.parquet",
        "manifest.json",
        "input/resolved/scenario.toml",
        "input/resolved/needs.csv",
    ],
)
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00garbage", b"[[[[", b'{"files": 3}'])
def test_an_unreadable_file_is_a_problem_and_no_crash(plan_files: Any, file: str, content: bytes) -> None:
    """Whatever a file holds, the outcome is a list of problems that names it."""
    path: Path = plan_files.write()
    (path / file).write_bytes(content)
    outcome = verify(path)
    assert not outcome.passed
    assert any(str(p.values.get("file", "")).startswith(file) for p in outcome.problems)


def test_an_empty_or_absent_folder_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    """Nothing there is nothing verified."""
    assert not verify(tmp_path).passed
    assert not verify(tmp_path / "nowhere").passed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("GM0001,care,2026,2027,6", "GM0001,care,2026,2027,six"),
        ("GM0001,care", "GM0001,cure"),
        ("max_per_year", "max"),
    ],
)
def test_an_input_that_cannot_be_read_is_a_problem_and_no_crash(plan_files: Any, old: str, new: str) -> None:
    """A bad number, an unknown option, a missing column: named, never a crash."""
    plan_files.write()
    plan_files.replace_in("input/resolved/availability.csv", old, new)
    outcome = verify(plan_files.path)
    codes = {p.code for p in outcome.problems}
    assert codes & {"unreadable_cell", "not_checkable", "wrong_columns"}


def test_a_table_of_the_wrong_form_is_named(plan_files: Any) -> None:
    """A duplicate key, an empty cell, another type and another column are told apart."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    plan_files.tables["stock"].append(dict(plan_files.tables["stock"][0]))
    plan_files.tables["needs"][0]["required"] = None
    plan_files.write_tables()
    table = pq.read_table(plan_files.path / "finance.parquet")
    used = table.column("used_eur").cast(pa.float64())
    changed = table.set_column(table.column_names.index("used_eur"), "used_eur", used)
    pq.write_table(changed.append_column("note", used), plan_files.path / "finance.parquet")
    plan_files.write_manifest()
    found = {(p.code, p.values["file"]) for p in verify(plan_files.path).problems}
    assert found == {
        ("duplicate_row", "stock.parquet"),
        ("empty_cells", "needs.parquet"),
        ("wrong_type", "finance.parquet"),
        ("wrong_columns", "finance.parquet"),
    }


def test_another_kind_of_folder_is_not_verified_as_a_plan(plan_files: Any) -> None:
    """A kind or format that the verifier does not know is named."""
    plan_files.manifest["format"] = 2
    assert _found(verify(plan_files.write()), "unknown_format", format=2)


def test_the_verifier_loads_neither_model_nor_solver() -> None:
    """Importing it in a fresh Python brings in none of the modules it must not rest on."""
    code = (
        "import sys, thuisplan.outputs.verification\n"
        "bad = ('pyomo', 'highspy', 'thuisplan.model', 'thuisplan.solvers')\n"
        "print([m for m in sys.modules if m.startswith(bad)])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_families_know_only_files() -> None:
    """No module of the verifier but the check of the original reads a module of the input."""
    folder = Path(sys.modules[verify.__module__].__file__ or "").parent
    users = {
        path.name for path in folder.glob("*.py") if "thuisplan.inputs" in path.read_text(encoding="utf-8")
    }
    parts = ("lettings", "overrides", "rows", "rules")
    assert users == {"original.py", *(f"original_{part}.py" for part in parts)}
