"""Two plans held against each other: what the second does otherwise than the first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from thuisplan.outputs.answer import Sentence, sentence_rows
from thuisplan.outputs.comparison.against import against
from thuisplan.outputs.comparison.compare import SUMMARIES
from thuisplan.outputs.comparison.figures import read_figures
from thuisplan.outputs.comparison.proofs import Proofs
from thuisplan.outputs.comparison.run_info import CLOSED, STOPPED, RunInfo
from thuisplan.outputs.comparison.run_tables import rule_rows, run_rows
from thuisplan.outputs.comparison.schemas import comparison_to_arrow
from thuisplan.outputs.comparison.sentences import told_differences
from thuisplan.outputs.comparison.subjects import DWELLINGS
from thuisplan.outputs.comparison.summary import summary
from thuisplan.outputs.comparison.words import amount
from thuisplan.outputs.plan_folder import PlanFolder
from thuisplan.outputs.publish import made_with

SECTION = "compared_plans"
RESOLVED, ASSUMPTIONS = Path("input") / "resolved", "assumptions.csv"
FIRST, SECOND = "first", "second"
"""Names of the two in the tables and of their summaries."""


@dataclass(frozen=True)
class TwoPlans:
    """What two plans differ in.

    Parameters
    ----------
    plans
        The first and the second.
    summaries
        Name -> its figures.
    tables
        Name -> table: ``comparison`` (the second against the first), ``runs``, ``rules_compared`` and
        ``sentences``.
    told
        The same in sentences.
    """

    plans: tuple[PlanFolder, PlanFolder]
    summaries: Mapping[str, pa.Table]
    tables: Mapping[str, pa.Table]
    told: tuple[Sentence, ...]


def compare_two(first: PlanFolder, second: PlanFolder) -> TwoPlans:
    """Compare two plans.

    Parameters
    ----------
    first, second
        Both of kind ``plan``. Differences are the second minus the first.
    """
    plans = {FIRST: first, SECOND: second}
    summaries = {name: summary(plan.path) for name, plan in plans.items()}
    runs = [_info(name, plan) for name, plan in plans.items()]
    figures = read_figures(plans, summaries.__getitem__)
    compared = against(figures, runs[1:], FIRST)
    made = comparison_to_arrow("runs", run_rows(figures, Proofs(figures), runs))
    told = tuple(_sentences(plans, made.to_pylist(), compared))
    tables = {
        "runs": made,
        "comparison": compared,
        "rules_compared": comparison_to_arrow("rules_compared", rule_rows(figures, runs[1:], FIRST)),
        "sentences": comparison_to_arrow("sentences", sentence_rows(told)),
    }
    return TwoPlans((first, second), summaries, tables, told)


def write_two(two: TwoPlans, folder: Path) -> Mapping[str, Any]:
    """Write the tables and the figures that they come from; return the manifest.

    Parameters
    ----------
    two
        The comparison.
    folder
        An empty folder.
    """
    for name, table in two.tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    (folder / SUMMARIES).mkdir()
    for name, table in two.summaries.items():
        pq.write_table(table, folder / SUMMARIES / f"{name}.parquet")
    return {
        **made_with("comparison"),
        "reference": FIRST,
        "plans": {
            name: {
                "path": str(plan.path),
                "input_hash": plan.manifest["input_hash"],
                "plan": plan.manifest["files"]["plan.parquet"],
            }
            for name, plan in zip((FIRST, SECOND), two.plans, strict=True)
        },
        "runs": [asdict(_info(name, plan)) for name, plan in zip((FIRST, SECOND), two.plans, strict=True)],
    }


def _info(name: str, plan: PlanFolder) -> RunInfo:
    stopped = plan.manifest["status"]["stopped"] != "closed"
    seconds = plan.manifest.get("seconds") or {}
    return RunInfo(
        name=name,
        kind="variant",
        labels=(),
        run=name,
        status=STOPPED if stopped else CLOSED,
        seconds=sum(seconds.values()) if seconds else None,
        build_seconds=seconds.get("build"),
    )


def _input(first: PlanFolder, second: PlanFolder) -> Sentence:
    """Return whether two plans have the same input, and else how many rows differ in which tables."""
    if first.manifest["input_hash"] == second.manifest["input_hash"]:
        return Sentence(SECTION, "same_input")
    tables = [_rows(plan.path / RESOLVED) for plan in (first, second)]
    parts = []
    for name in sorted({*tables[0], *tables[1]}):
        before, after = (Counter(own.get(name, ())) for own in tables)
        count = max((before - after).total(), (after - before).total())
        if count:
            parts.append(Sentence(SECTION, "rows", {"table": name, "count": count}))
    return Sentence(SECTION, "other_rows" if parts else "other_input", {"parts": parts})


def _rows(resolved: Path) -> dict[str, list[str]]:
    """Return the lines of every table of a resolved input, its settings and list of assumptions apart."""
    files = (file for file in resolved.glob("*.csv") if file.name != ASSUMPTIONS)
    return {file.stem: file.read_text(encoding="utf-8-sig").splitlines() for file in files}


def _sentences(
    plans: Mapping[str, PlanFolder], runs: list[dict[str, Any]], compared: pa.Table
) -> Iterator[Sentence]:
    yield Sentence(SECTION, "plans", {name: str(plan.path) for name, plan in plans.items()})
    yield _input(*plans.values())
    # A figure that only one of them has, is a difference too.
    changed = pc.fill_null(pc.not_equal(compared["difference"], 0.0), True)
    neither = pc.and_(pc.is_null(compared["value"]), pc.is_null(compared["reference"]))
    if not pc.any(pc.and_(changed, pc.invert(neither))).as_py():
        yield Sentence(SECTION, "identical")
        return
    base, row = runs
    parts, unclear, _ = told_differences(row, base)
    if parts:
        yield Sentence(SECTION, "gap")
        yield Sentence(SECTION, "differs", {"parts": parts})
    if unclear:
        yield Sentence(SECTION, "unclear", {"unclear": unclear})
    dwellings = compared.filter(pc.equal(compared["subject"], DWELLINGS))["difference"].to_pylist()
    more, fewer = sum(n for n in dwellings if n > 0), -sum(n for n in dwellings if n < 0)
    yield Sentence(SECTION, "moved", {"more": amount(round(more), "dwellings"), "fewer": round(fewer)})
    if more or fewer:
        yield Sentence(SECTION, "free")
