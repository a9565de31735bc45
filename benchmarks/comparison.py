"""How long the comparison of many runs takes: figures of one real plan, with numbers that differ per run."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.batches import EXAMPLE
from benchmarks.processes import apart
from benchmarks.race import Row

REFERENCE = "base"
SOLVE = 10
"""Seconds for the plan whose figures are used."""

SPREAD = 0.1
"""Figures of a run differ from those of the plan by at most this part of them."""

AXIS = 5
"""Choices on each of the two axes that half of the runs are made of; the others are draws."""


def comparison(runs: int, seed: int) -> Iterator[Row]:
    """Yield one row: seconds to compare so many runs and to write every table.

    Parameters
    ----------
    runs
        How many, the reference included.
    seed
        Of the numbers.
    """
    row: Row = {"part": "comparison", "name": f"comparison of {runs:,} runs", "runs": runs}
    with tempfile.TemporaryDirectory() as scratch:
        made = apart(make, runs, seed, scratch, seconds=SOLVE + runs)
        if made.failure:
            yield row | {"megabytes": made.megabytes, "failure": made.failure}
            return
        ran = apart(compare, runs, scratch, seconds=float(runs))
    row["megabytes"] = ran.megabytes
    yield row | ({"failure": ran.failure} if ran.failure else ran.answer)


def make(runs: int, seed: int, scratch: str) -> None:
    """Solve the example, and write a summary per run.

    Parameters
    ----------
    runs, seed
        As ``comparison`` takes them.
    scratch
        Folder for all of it.

    Raises
    ------
    RuntimeError
        If there is no plan.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    from thuisplan.outputs.comparison.summary import summary

    given, plan = Path(scratch) / EXAMPLE, Path(scratch) / "plan"
    for arguments in (
        ["new", str(given), "--example", EXAMPLE],
        ["solve", str(given), "-o", str(plan), "--time-limit", str(SOLVE)],
    ):
        command = [sys.executable, "-m", "thuisplan.cli", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not plan.exists():
        raise RuntimeError(f"no plan: {done.stderr[-2000:]}")
    figures = summary(plan)
    place, kind = figures.column_names.index("value"), figures.schema.field("value")
    values = np.array(figures["value"], dtype=float)
    rng = np.random.default_rng(seed)
    folder = Path(scratch) / "summaries"
    folder.mkdir()
    for number in range(runs):
        # Whole numbers stay whole, and the reference is the plan itself.
        factor = rng.uniform(1 - SPREAD, 1 + SPREAD, len(values)) if number else 1.0
        changed = np.where(values == np.round(values), np.round(values * factor), values * factor)
        table = figures.set_column(place, kind, pa.array(changed))
        pq.write_table(table, folder / f"{number:05d}.parquet")


def compare(runs: int, scratch: str) -> dict[str, Any]:
    """Compare the runs; return the seconds and how many rows the largest table has.

    Parameters
    ----------
    runs
        How many.
    scratch
        Folder with their summaries.
    """
    import pyarrow.parquet as pq

    from thuisplan.outputs.comparison.compare import compare_runs
    from thuisplan.outputs.comparison.run_info import CLOSED, RunInfo

    infos = [RunInfo(REFERENCE, "variant", (), "00000", CLOSED, 0, 1.0, 0.1)]
    for number in range(1, runs):
        drawn = number % 2 == 1
        labels = (
            (("draw", str(number)),)
            if drawn
            else (("one", str(number // 2 % AXIS)), ("other", str(number // 2 // AXIS % AXIS)))
        )
        kind = "draw" if drawn else "variant"
        infos.append(RunInfo(f"run {number}", kind, labels, f"{number:05d}", CLOSED, 0, 1.0, 0.1))
    began = time.monotonic()
    compare_runs(Path(scratch), infos, REFERENCE)
    seconds = time.monotonic() - began
    rows = pq.read_metadata(Path(scratch) / "comparison.parquet").num_rows
    return {"seconds": seconds, "rows": rows}
