"""Compares the runs of variants: reads their summaries, writes the tables, and tells them in sentences."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from thuisplan.outputs.answer import Sentence, sentence_rows
from thuisplan.outputs.comparison.against import write_against
from thuisplan.outputs.comparison.axes import axis_rows
from thuisplan.outputs.comparison.figures import read_figures, read_table
from thuisplan.outputs.comparison.frontier import frontier_rows
from thuisplan.outputs.comparison.prices import price_rows
from thuisplan.outputs.comparison.programmes import Programmes, bandwidth_rows, common_rows, robust_rows
from thuisplan.outputs.comparison.proofs import Proofs
from thuisplan.outputs.comparison.run_info import RunInfo
from thuisplan.outputs.comparison.run_tables import label_rows, rule_rows, run_rows
from thuisplan.outputs.comparison.schemas import comparison_to_arrow
from thuisplan.outputs.comparison.sentences import sentences
from thuisplan.outputs.comparison.summary import write_summary

RUNS, SUMMARIES = "runs", "summaries"
DRAW = "draw"
HOLD = Fraction(9, 10)


@dataclass(frozen=True)
class Compared:
    """What a comparison came to.

    Parameters
    ----------
    reference
        Name of the variant against which the others are held.
    hold
        Share of the draws in which a decision must hold.
    tables
        Name -> table, all but ``comparison``, which is on disk alone.
    told
        The same in sentences.
    """

    reference: str
    hold: Fraction
    tables: Mapping[str, pa.Table]
    told: tuple[Sentence, ...]


def compare_runs(out: Path, runs: Sequence[RunInfo], reference: str, hold: Fraction = HOLD) -> Compared:
    """Compare the runs of variants and write every table of the comparison; each replaces its predecessor.

    Parameters
    ----------
    out
        Folder of the comparison, with the plans in ``runs/`` and their summaries in ``summaries/``. A
        summary that is not there is made from the plan.
    runs
        Every variant, in order.
    reference
        Name of the variant against which the others are held.
    hold
        Share of the draws in which a decision must hold to be called robust.
    """
    with_plan = {one.name: one.run for one in runs if one.has_plan and one.run is not None}
    figures = read_figures(with_plan.values(), lambda run: _summary(out, run))
    proofs = Proofs(figures)
    base = with_plan.get(reference)
    rules = list(rule_rows(figures, runs, base))
    strengths = {row["rule_id"]: row["reference_strength"] for row in rules}
    drawn = [with_plan[one.name] for one in runs if one.kind == DRAW and one.name in with_plan]
    chosen = [with_plan[one.name] for one in runs if one.kind != DRAW and one.name in with_plan]
    draws = Programmes.of(figures, drawn, base)
    rows = {
        "runs": run_rows(figures, proofs, runs),
        "labels": label_rows(runs),
        "rules_compared": rules,
        "prices": price_rows(proofs, runs, base, strengths),
        "axes": axis_rows(proofs, runs),
        "common": common_rows(Programmes.of(figures, chosen, base)),
        "frontier": frontier_rows(proofs, runs, reference),
        "bandwidths": bandwidth_rows(draws),
        "robust": robust_rows(draws, hold),
    }
    tables = {name: comparison_to_arrow(name, made) for name, made in rows.items()}
    told = tuple(sentences(tables, reference))
    tables["sentences"] = comparison_to_arrow("sentences", sentence_rows(told))
    write_against(out, figures, runs, base)
    for name, table in tables.items():
        scratch = out / f".{name}.parquet"
        pq.write_table(table, scratch)
        os.replace(scratch, out / f"{name}.parquet")
    return Compared(reference, hold, tables, told)


def _summary(out: Path, run: str) -> pa.Table:
    """Return the summary of a run, made again where it is not there or was cut off."""
    file = out / SUMMARIES / f"{run}.parquet"
    try:
        return read_table(file)
    except (OSError, pa.ArrowInvalid):
        write_summary(out / RUNS / run, file)
        return read_table(file)
