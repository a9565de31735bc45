"""The variants of the benchmark, and what it reads from the table of runs."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.batches import AXES, EXAMPLE, batches, rates, variants_file
from thuisplan.inputs.examples import example
from thuisplan.inputs.variants.read import read_variants
from thuisplan.inputs.write import write_folder


def test_two_hundred_variants_of_the_example(tmp_path: Path) -> None:
    """2 x 5 x 4 x 5 = 200 combinations, each once, and all that they name is in the example."""
    write_folder(example(EXAMPLE, "nl"), tmp_path / EXAMPLE, None)
    described = tmp_path / "variants.toml"
    described.write_text(variants_file(200, "first", 60.0, 1), encoding="utf-8")
    found = read_variants(described)
    # The reference, which changes nothing, may be listed among them.
    assert len({variant.name for variant in found.variants if variant.changes}) == 200
    assert found.settings.stages == "first"
    assert found.settings.gap == pytest.approx(0.01)


def test_fewer_variants_are_spread_over_the_axes() -> None:
    """Five of 200 are every fortieth: 5 of money x 4 of cost x ... leave both choices of the first axis."""
    written = tomllib.loads(variants_file(5, "all", 60.0, 1))
    needs = {variant["changes"][0] for variant in written["variant"]}
    assert len(written["variant"]) == 5
    assert needs == set(AXES[0])


def test_runs_that_are_shared_count_once(tmp_path: Path) -> None:
    """Three runs in 30 s, two of which finished: 4 a minute; 1 of 12 s went into building."""
    rows = [
        {"run": "a", "status": "closed", "reason": None, "seconds": 5.0, "build_seconds": 0.5},
        {"run": "a", "status": "closed", "reason": None, "seconds": 5.0, "build_seconds": 0.5},
        {"run": "b", "status": "infeasible", "reason": "no", "seconds": 3.0, "build_seconds": 0.5},
        {"run": "c", "status": "failed", "reason": "lost", "seconds": 4.0, "build_seconds": None},
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "runs.parquet")
    found = rates(tmp_path, 30.0)
    assert found["runs"] == 3
    assert found["runs_a_minute"] == pytest.approx(4.0)
    assert found["building"] == pytest.approx(1 / 12)
    assert found["ended"] == {"closed": 1, "infeasible": 1, "failed": 1}
    assert found["reasons"] == ["lost"]


def test_a_batch_runs_as_a_user_runs_it() -> None:
    """One variant and the reference, first stage at 1 %: both finish, building in a part of their time."""
    [row] = batches(1, ["first"], 1, 60.0, 1)
    assert row.get("failure") is None
    assert row["ended"] == {"closed": 2}
    assert row["runs_a_minute"] == pytest.approx(60 * 2 / row["seconds"])
    assert 0 < row["building"] < 1
