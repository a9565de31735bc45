"""A published comparison: its runs are plans that verify, and summaries and tables follow from them.

What the runs prove, and how long they took, is their word; why one has no plan is the manifest's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from thuisplan.outputs.verification.compare import compare, plain, same
from thuisplan.outputs.verification.comparison_figures import (
    AT,
    Run,
    can_vanish,
    figures_of_plan,
    figures_of_summary,
)
from thuisplan.outputs.verification.comparison_summaries import check_foreign, check_summary
from thuisplan.outputs.verification.comparison_tables import Comparison
from thuisplan.outputs.verification.measures import UNITS
from thuisplan.outputs.verification.problems import Problem, Verification, problem
from thuisplan.outputs.verification.regret import check_regret
from thuisplan.outputs.verification.resolved import Row
from thuisplan.outputs.verification.written import key_text, read_written
from thuisplan.outputs.verification.written_comparison import CELL, COMPARISON_SCHEMAS

RUNS = "runs"
PROOF = ("bound", "stage", "reproducible")

UNITS_OF = {
    **dict.fromkeys(("cost", "paid"), "EUR"),
    **dict.fromkeys((f"{name}_lines" for name in ("hard", "soft", "monitor", "binding", "broken")), "lines"),
    "waiting": "households",
    "social_share": "%",
}
"""Subject -> its unit; dwellings unless it is a measure, or a rule that says so itself."""

Verify = Callable[[Path], Verification]


def check_comparison(
    folder: Path, manifest: Mapping[str, Any], verify: Verify, found: list[Problem]
) -> tuple[int, int]:
    """Check a comparison; return how many lines of its plans and how many figures were compared.

    Parameters
    ----------
    folder
        The folder of the comparison.
    manifest
        As written.
    verify
        Verifies the plan of a run.
    found
        What differs is added to it.
    """
    variants: list[Mapping[str, Any]] = list(manifest["runs"])
    names = [one["run"] for one in variants if one["status"] in ("closed", "stopped")]
    lines = sums = 0
    runs: dict[str, Run] = {}
    for name in dict.fromkeys(names):
        if "plans" in manifest:
            runs[name] = Run(figures_of_summary(folder, name, found))
            continue
        plan = folder / RUNS / name
        outcome = verify(plan)
        lines, sums = lines + outcome.lines, sums + outcome.sums
        if not outcome.passed:
            found.append(problem("run_not_verified", run=name, count=len(outcome.problems)))
        if (plan / "manifest.json").exists():
            figures = figures_of_plan(plan, [])
            runs[name] = Run(figures)
            sums += check_summary(folder, name, figures, UNITS_OF, found)
    if "plans" not in manifest:
        check_foreign(folder, manifest.get("files") or {}, found)
    hold = Fraction(manifest.get("hold", "9/10"))
    comparison = Comparison(variants, runs, manifest["reference"], hold)
    regretted = check_regret(folder, verify, found)
    lines, sums = lines + regretted[0], sums + regretted[1]
    return lines, sums + _check_tables(folder, comparison, "plans" in manifest, found)


def _check_tables(folder: Path, comparison: Comparison, two: bool, found: list[Problem]) -> int:
    """Check the tables; a comparison of two plans holds the second against the first and has fewer."""
    chosen = [pair for pair in comparison.planned() if not two or pair[0]["name"] != comparison.reference]
    expected = {"runs": comparison.run_rows(), "rules_compared": comparison.rule_rows(chosen)}
    if not two:
        expected |= {
            "labels": comparison.label_rows(),
            "prices": comparison.price_rows(),
            "axes": comparison.axis_rows(),
            "common": comparison.common_rows(),
            "frontier": comparison.frontier_rows(),
            "bandwidths": comparison.bandwidth_rows(),
            "robust": comparison.robust_rows(),
        }
    sums = 0
    for name, rows in expected.items():
        written = read_written(folder, name, found, COMPARISON_SCHEMAS)
        if written is not None:
            sums += compare(name, rows, written, found, COMPARISON_SCHEMAS)
            if name == "frontier":
                _check_winners(written, found)
    return sums + _check_figures(folder, comparison, [one["name"] for one, _ in chosen], found)


def _check_winners(written: list[Row], found: list[Problem]) -> None:
    """Check that the plan that is said to dominate another is nowhere above it, and says enough of gaps."""
    points: dict[str, dict[str, Row]] = {}
    for row in written:
        points.setdefault(row["variant"], {})[row["measure"]] = row
    for name, rows in points.items():
        first = next(iter(rows.values()))
        winner = points.get(first["dominated_by"] or "")
        where = {"file": "frontier.parquet", "key": name}
        if (winner is not None) != first["dominated"]:
            values = {"column": "dominated_by", "expected": None, "found": first["dominated_by"]}
            found.append(problem("value_differs", **where, **values))
            continue
        if winner is None:
            continue
        reached = {m: row["value"] if row["bound"] is None else row["bound"] for m, row in rows.items()}
        beyond = any(winner[m]["value"] < least for m, least in reached.items())
        above = any(winner[m]["value"] > row["value"] * (1 + 1e-6) + 1e-6 for m, row in rows.items())
        for said in {row["within_gap"] for row in rows.values()}:
            if above or said != (not beyond):
                values = {"column": "within_gap", "expected": not beyond, "found": said}
                found.append(problem("value_differs", **where, **values))


def _check_figures(folder: Path, comparison: Comparison, names: list[str], found: list[Problem]) -> int:
    """Check every figure of every variant against the reference."""
    written = read_written(folder, "comparison", found, COMPARISON_SCHEMAS)
    if written is None:
        return 0
    by_variant: dict[str, dict[tuple[Any, ...], Row]] = {}
    for row in written:
        cell = tuple(row[column] for column in CELL.split())
        by_variant.setdefault(row["variant"], {})[cell] = row
    for name in by_variant.keys() - set(names):
        found.append(problem("row_unexpected", file="comparison.parquet", key=name))
    base, sums = comparison.base, 0
    for one, run in comparison.planned():
        if one["name"] not in names:
            continue
        rows = by_variant.get(one["name"], {})
        cells = {*run.figures, *(base.figures if base is not None else ())}
        cells = {cell for cell in cells if cell[0] not in PROOF}
        for cell in rows.keys() - cells:
            key = key_text((one["name"], *cell))
            found.append(problem("row_unexpected", file="comparison.parquet", key=key))
        for cell in cells:
            where = {"file": "comparison.parquet", "key": key_text((one["name"], *cell))}
            if cell not in rows:
                found.append(problem("row_missing", **where))
                continue
            value, before = run.at(cell), None if base is None else base.at(cell)
            subject, purpose, place, kind = cell[:4]
            unit = UNITS[kind] if subject == "measure" else UNITS_OF.get(subject, "dwellings")
            expected = {
                "unit": rows[cell]["unit"] if subject == "rule_short" else unit,
                "municipality_code": place if purpose == AT else None,
                "value": value,
                "reference": before,
                "difference": None if value is None or before is None else value - before,
                "within_gap": can_vanish(run, base, kind) if subject == "measure" else None,
            }
            for column, right in expected.items():
                sums += 1
                if not same(rows[cell][column], right):
                    values = {"column": column, "expected": plain(right), "found": rows[cell][column]}
                    found.append(problem("value_differs", **where, **values))
    return sums
