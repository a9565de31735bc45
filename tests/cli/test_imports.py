"""What a command may not load: verifying needs neither the model nor the solver."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

GUARD = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        for forbidden in {forbidden!r}:
            if name == forbidden or name.startswith(forbidden + "."):
                raise ImportError("not allowed here: " + name)
        return None

sys.meta_path.insert(0, Refuse())
from thuisplan.cli import main
main({arguments!r})
"""
SOLVER = ("pyomo", "highspy", "scipy")
MODEL = ("thuisplan.model", "thuisplan.solvers")


def _run(arguments: list[str], forbidden: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    code = GUARD.format(forbidden=forbidden, arguments=arguments)
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_the_guard_refuses(small: Path, tmp_path: Path) -> None:
    """With the same guard ``solve`` does fail, so the other tests prove something."""
    assert _run(["solve", str(small), "-o", str(tmp_path / "plan")], SOLVER).returncode == 1


def test_verify_needs_neither_model_nor_solver(solved: Path) -> None:
    """``verify`` holds a plan to its rules with Pyomo, HiGHS, the model and the solvers out of reach."""
    done = _run(["verify", str(solved)], (*SOLVER, *MODEL))
    assert (done.returncode, done.stderr) == (0, "")
    assert "rule lines" in done.stdout or "regels" in done.stdout


def test_validating_needs_no_solver(small: Path) -> None:
    """``validate`` compiles the model to see which rules cannot hold together, and solves nothing."""
    done = _run(["validate", str(small)], ("highspy", "thuisplan.solvers"))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", ["help", "version", "new", "keys"])
def test_small_commands_load_no_model_or_solver(command: str, small: Path, tmp_path: Path) -> None:
    """Help, ``new`` and ``keys`` stay quick: they load neither the model nor the solver."""
    arguments = {
        "help": ["--help"],
        "version": ["--version"],
        "new": ["new", str(tmp_path / "new"), "--municipality", "GM0262"],
        "keys": ["keys", str(small), "--total", "9", "-o", str(tmp_path / "keys.xlsx")],
    }[command]
    done = _run(arguments, (*SOLVER, *MODEL))
    assert (done.returncode, done.stderr) == (0, "")
