"""The figures of one plan: sums of its own tables, and what its stages proved."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from thuisplan.outputs.comparison.schemas import COMPARISONS
from thuisplan.outputs.comparison.summary import summary, write_summary


def _figures(table: Any) -> dict[tuple[Any, ...], float]:
    names = ("subject", "place", "kind", "detail", "year")
    return {tuple(row[name] for name in names): row["value"] for row in table.to_pylist()}


def test_dwellings_add_up_over_options_and_keep_the_name_of_the_municipality(runs: Any) -> None:
    """Two options of one type in one year are one figure: 30 + 12 = 42."""
    runs.add("base", {("A", "clustered", 2026): 30})
    folder = runs.out / "runs" / "base"
    plan = pq.read_table(folder / "plan.parquet")
    [row] = plan.to_pylist()
    more = {**row, "option": "other", "dwellings": 12, "extra_cost_eur": 5000}
    pq.write_table(pa.Table.from_pylist([row, more], plan.schema), folder / "plan.parquet")
    table = summary(folder)
    assert _figures(table) == {
        ("dwellings", "A", "clustered", "", 2026): 42,
        ("cost", "A", "extra_cost", "", 2026): 5000,
    }
    assert set(table["municipality"].to_pylist()) == {"Adorp"}
    assert table.schema.equals(COMPARISONS["summary"], check_metadata=True)


def test_every_table_of_a_plan_is_in_its_summary(runs: Any, rule: Any) -> None:
    """Needs, who pays, fair share, waiting and social stock are there per year; rules per rule and place."""
    place = {"purpose": "municipality", "place": "A", "year": 2026}
    runs.add(
        "base",
        needs=[{**place, "need_category": "care", "required": 5, "delivered": 3, "shortfall": 2}],
        # two pots of one payer: 100 + 50
        funding=[
            {"payer": "Rijk", "kind": "deficit", "municipality_code": "A", "year": 2026, "amount_eur": euros}
            for euros in (100, 50)
        ],
        fair_share=[
            {
                "rule_id": "f",
                "place": "R",
                "municipality_code": "A",
                "year": 2026,
                "target": 8.0,
                "deviation": -2.5,
            }
        ],
        waiting_list=[{**place, "flow_id": "w", "group": "homeless", "waiting_after": 7.0}],
        stock=[{"municipality_code": "A", "year": 2026, "social_share_pct": 31.5}],
        rules=[
            rule("r", verdict="broken", strength="soft", slack=3.0),
            rule("r", binding=True),
            rule("r", verdict="broken", strength="soft", slack=4.0),
        ],
    )
    assert _figures(summary(runs.out / "runs" / "base")) == {
        ("required", "A", "care", "", 2026): 5,
        ("delivered", "A", "care", "", 2026): 3,
        ("shortfall", "A", "care", "", 2026): 2,
        ("paid", "A", "Rijk", "deficit", 2026): 150,
        ("fair_share_deviation", "A", "f", "R", 2026): -2.5,
        ("fair_share_target", "A", "f", "R", 2026): 8,
        ("waiting", "A", "w", "homeless", 2026): 7,
        ("social_share", "A", "", "", 2026): 31.5,
        ("soft_lines", "A", "r", "capacity", None): 2,
        ("hard_lines", "A", "r", "capacity", None): 1,
        ("binding_lines", "A", "r", "capacity", None): 1,
        ("broken_lines", "A", "r", "capacity", None): 2,
        ("rule_short", "A", "r", "capacity", None): 7,
    }


def test_measures_have_a_bound_where_a_stage_minimised_them_alone(runs: Any) -> None:
    """A measure without a stage has no bound, nor has one of a blend or of a stage that was not run."""
    runs.add(
        "base", measures={"unmet_special": (100.0, 90.0), "extra_cost": (5.0, 4.0), "deficit": (9.0, None)}
    )
    path = runs.out / "runs" / "base" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["stages"][1]["stopped"] = "not_run"
    lateness = {"measure": "lateness", "weight": 1.0, "value_published": 3.0}
    unmet = {"measure": "unmet_regular", "weight": 2.0, "value_published": 4.0}
    manifest["stages"].append({"stage": 3, "measures": [lateness, unmet], "stopped": "closed", "bound": 1.0})
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert {(key[0], key[2]): value for key, value in _figures(summary(path.parent)).items()} == {
        ("measure", "unmet_special"): 100,
        ("measure", "extra_cost"): 5,
        ("measure", "deficit"): 9,
        ("measure", "lateness"): 3,
        ("measure", "unmet_regular"): 4,
        ("bound", "unmet_special"): 90,
        ("stage", "unmet_special"): 1,
    }


def test_a_bound_is_never_above_the_value_nor_below_zero(runs: Any) -> None:
    """Solvers end a rounding beyond their plan: 60.0000001 for a plan of 60 is 60, and -1 is 0."""
    runs.add("base", measures={"unmet_special": (60.0, 60.0000001), "lateness": (4.0, -1.0)})
    figures = _figures(summary(runs.out / "runs" / "base"))
    assert figures["bound", "", "unmet_special", "", None] == 60
    assert figures["bound", "", "lateness", "", None] == 0


def test_a_written_summary_leaves_no_scratch_file(runs: Any) -> None:
    """The summary takes its place in one step, in a folder that is made."""
    runs.add("base", {("A", "clustered", 2026): 1})
    target = runs.out / "summaries" / "base.parquet"
    write_summary(runs.out / "runs" / "base", target)
    assert [path.name for path in target.parent.iterdir()] == ["base.parquet"]
