"""The benchmark command runs, and its regions are as it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.generate import generate
from thuisplan.inputs.checks import check
from thuisplan.inputs.findings import Severity
from thuisplan.inputs.tables import Municipality, Option


def test_the_command_prints_every_solver() -> None:
    """One small region: our stages, the first alone, and both other solvers, each with figures."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "benchmarks", "--sizes", "2", "--seconds", "2", "--all-stages", "8"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    expected = ("build", "unmet_special", "all stages", "first stage alone", "HiGHS as it is", "SCIP", "keys")
    for what in expected:
        assert what in done.stdout
    assert "failed" not in done.stdout


def test_a_generated_region_is_a_good_input_and_repeats() -> None:
    """20 municipalities, 12 options of which four with a minimum project, the same for one seed."""
    region = generate(20, seed=3)
    assert len(region.rows(Municipality)) == 20
    assert len(region.rows(Option)) == 12
    assert sum(option.minimum_project > 1 for option in region.rows(Option)) == 4
    assert region.tables == generate(20, seed=3).tables
    assert region.tables != generate(20, seed=4).tables
    assert not [finding for finding in check(region) if finding.severity is Severity.WRONG]
