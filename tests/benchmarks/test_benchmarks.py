"""The benchmark command runs, and its regions are as it says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.generate import generate
from benchmarks.race import SOLVERS
from thuisplan.inputs.checks import check
from thuisplan.inputs.findings import Severity
from thuisplan.inputs.tables import Municipality, Option

ROOT = Path(__file__).parents[2]


def benchmark(output: Path, *arguments: str) -> tuple[str, dict[str, Any]]:
    """Run the command; return what it printed and what it wrote."""
    command = [sys.executable, "-m", "benchmarks", *arguments, "--output", str(output)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    written: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    assert done.stdout.split() == output.with_suffix(".txt").read_text(encoding="utf-8").split()
    return done.stdout, written


def test_the_command_tells_every_solver(tmp_path: Path) -> None:
    """One small region: every solver, all stages and the growth, with seed, versions and machine."""
    short = "--sizes 2 --objectives first --years 2 --gap 0.02 --seconds 4 --all-stages 4".split()
    short += "--growth 2 3 --growth-years 2 --growth-seconds 4".split()
    parts = "--parts race stages growth keys".split()
    printed, written = benchmark(tmp_path / "found.json", *parts, *short)
    rows = written["rows"]
    assert [row["solver"] for row in rows if row["part"] == "race"] == list(SOLVERS.values())
    for row in rows:
        assert "failure" not in row, row
        assert row["name"] in printed
    for row in (row for row in rows if row["part"] in ("race", "growth")):
        assert row["megabytes"] > 50  # Python with its libraries takes more
        assert set(row["time_to"]) == {"5.0%", "2.0%", "1.0%", "0.5%", "0.3%"}
        seconds = [point["seconds"] for point in row["points"]]
        assert seconds == sorted(seconds)
    [stages] = [row for row in rows if row["part"] == "stages"]
    assert stages["stages"][0]["stage"] == "unmet_special"
    assert written["options"]["seed"] == 1
    assert {"highspy", "pyscipopt", "ortools"} <= set(written["versions"])
    assert written["machine"]["cores"] >= 1


def test_a_generated_region_is_a_good_input_and_repeats() -> None:
    """20 municipalities, 12 options of which four with a minimum project, the same for one seed."""
    region = generate(20, seed=3)
    assert len(region.rows(Municipality)) == 20
    assert len(region.rows(Option)) == 12
    assert sum(option.minimum_project > 1 for option in region.rows(Option)) == 4
    assert region.tables == generate(20, seed=3).tables
    assert region.tables != generate(20, seed=4).tables
    assert not [finding for finding in check(region) if finding.severity is Severity.WRONG]
