"""Variants of the Stedendriehoek example, run as a user runs them: runs a minute, share of building."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.processes import apart
from benchmarks.race import Row

EXAMPLE = "stedendriehoek"

AXES: tuple[dict[str, str], ...] = (
    {"low needs": 'needs = "low"', "high needs": 'needs = "high"'},
    {f"state {share}%": f'pot = "state"\nfactor = {share / 100}' for share in (60, 70, 80, 90, 110)},
    {f"cost {share}%": f'cost = "extra_cost"\nfactor = {share / 100}' for share in (90, 105, 110, 120)},
    {f"capacity {share}%": f"capacity = {share / 100}" for share in (95, 105, 110)}
    | {
        "no soft social share": 'rule = "social-region-30"\nstrength = "off"',
        "a shorter path": 'key = "inhabitants"\npath_last_year = 2032',
    },
)
"""Named changes; a variant takes one of each axis: 2 x 5 x 4 x 5 = 200 variants."""

MODES = {"first": 'stages = "first"\ngap = 0.01', "all": 'stages = "all"'}
"""The first stage at 1 %, or all stages with the tolerances of the example."""

TOLD = 5
"""Reasons of failed runs that are kept."""

ENOUGH = 3600.0
"""Seconds after which a batch is ended."""


def batches(variants: int, modes: Iterable[str], jobs: int, seconds: float, seed: int) -> Iterator[Row]:
    """Yield a row per batch: runs a minute, share of building, and how the runs ended.

    Parameters
    ----------
    variants
        How many, at most 200; the reference comes on top.
    modes
        Of ``MODES``.
    jobs
        Processes of the command.
    seconds
        Time limit of one run.
    seed
        Of the runs.
    """
    for mode in modes:
        with tempfile.TemporaryDirectory() as scratch:
            ran = apart(batch, variants, mode, jobs, seconds, seed, scratch, seconds=ENOUGH)
        row: Row = {"part": "batch", "name": f"{variants} variants, {mode}", "megabytes": ran.megabytes}
        yield row | ({"failure": ran.failure} if ran.failure else ran.answer)


def batch(variants: int, mode: str, jobs: int, seconds: float, seed: int, scratch: str) -> dict[str, Any]:
    """Write the variants, run the command, and return what its table of runs says.

    Parameters
    ----------
    variants, mode, jobs, seconds, seed
        As ``batches`` takes them.
    scratch
        Folder for all of it.

    Raises
    ------
    RuntimeError
        If a command ends without a comparison.
    """
    folder = Path(scratch)
    out = folder / "out"
    described = folder / "variants.toml"
    _thuisplan("new", str(folder / EXAMPLE), "--example", EXAMPLE)
    described.write_text(variants_file(variants, mode, seconds, seed), encoding="utf-8")
    began = time.monotonic()
    code = _thuisplan("compare", str(described), "-o", str(out), "--jobs", str(jobs))
    wall = time.monotonic() - began
    return rates(out, wall) | {"seconds": wall, "exit": code}


def rates(out: Path, wall: float) -> dict[str, Any]:
    """Return runs, finished runs a minute, the share of building, and how many runs ended how.

    Parameters
    ----------
    out
        A folder of the command.
    wall
        Seconds that it took.
    """
    import pyarrow.parquet as pq

    columns = ["run", "status", "reason", "seconds", "build_seconds"]
    # Variants that come to the same input share a run.
    runs = {row["run"]: row for row in pq.read_table(out / "runs.parquet", columns=columns).to_pylist()}
    finished = [row for row in runs.values() if row["status"] in ("closed", "infeasible")]
    spent = sum(row["seconds"] or 0.0 for row in runs.values())
    building = sum(row["build_seconds"] or 0.0 for row in runs.values())
    return {
        "runs": len(runs),
        "ended": dict(Counter(row["status"] for row in runs.values())),
        "reasons": sorted({row["reason"] for row in runs.values() if row["status"] == "failed"})[:TOLD],
        "runs_a_minute": 60 * len(finished) / wall,
        "building": building / spent if spent else None,
    }


def variants_file(variants: int, mode: str, seconds: float, seed: int) -> str:
    """Return the text of ``variants.toml``.

    Parameters
    ----------
    variants
        How many; they are spread over all combinations of the axes.
    mode
        Of ``MODES``.
    seconds
        Time limit of one run.
    seed
        Of the runs.
    """
    all_of_them = list(product(*AXES))
    chosen = [all_of_them[number * len(all_of_them) // variants] for number in range(variants)]
    parts = [f'format = 1\nbase = "{EXAMPLE}"\n[run]\n{MODES[mode]}\ntime_limit = {seconds}\nseed = {seed}']
    parts += [f'[changes."{name}"]\n{change}' for axis in AXES for name, change in axis.items()]
    for names in chosen:
        listed = ", ".join(f'"{name}"' for name in names)
        parts.append(f'[[variant]]\nname = "{", ".join(names)}"\nchanges = [{listed}]')
    return "\n\n".join(parts) + "\n"


def _thuisplan(*arguments: str) -> int:
    """Run the command; only 0 and 4 (some runs stopped or failed, and are listed) leave a comparison."""
    command = [sys.executable, "-m", "thuisplan.cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 4):
        raise RuntimeError(f"thuisplan {arguments[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.returncode
