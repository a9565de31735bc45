"""What the README says is so."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from thuisplan import cli
from thuisplan.cli import console
from thuisplan.outputs.answer_schemas import ANSWERS
from thuisplan.outputs.comparison.schemas import COMPARISONS
from thuisplan.outputs.schemas import SCHEMAS

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
Run = Callable[..., Any]


def _commands() -> list[list[str]]:
    """Return the arguments of every whole ``thuisplan`` command in the README."""
    lines = [line.strip() for line in README.splitlines() if line.startswith("    ")]
    found = [line for line in lines if re.match(r"\S*thuisplan(\.exe)? ", line)]
    found += re.findall(r"`(thuisplan [^`\s]+ [^`]+)`", README)
    return [shlex.split(line.replace("\\", "/"), comments=True)[1:] for line in found]


def test_every_command_of_the_readme_parses() -> None:
    """Commands, options and arguments in the README exist."""
    for name, *arguments in _commands():
        context = click.Context(cli.main, obj=console.Language(None))
        cli.main.commands[name].make_context(name, list(arguments), parent=context)


def test_every_command_is_in_the_readme() -> None:
    """No command is left out of the README."""
    assert set(cli.main.commands) == {arguments[0] for arguments in _commands()}


def test_the_exit_codes_of_the_readme_are_those_of_the_program() -> None:
    """The table, and the sentence on bugs, hold exactly the codes of the command line."""
    shown = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    codes = {console.DONE, console.WRONG, console.UNFIT, console.LIMITED}
    codes |= {console.NO_PLAN, console.UNVERIFIED, console.INTERRUPTED}
    assert shown == codes
    assert f"{console.BUG} is a bug" in README


def test_the_tables_of_answers_are_in_the_readme() -> None:
    """Every table of an assessment, a diagnosis, an explanation and of alternatives is named."""
    for name in ANSWERS:
        assert f"`{name.removeprefix('explained_')}.parquet`" in README, name


def test_the_tables_of_a_comparison_are_in_the_readme() -> None:
    """Every table of a comparison is named; the figures of a run are kept in a folder."""
    section = README.split("## Comparing plans")[1].split("\n## ")[0]
    for name in COMPARISONS.keys() - {"summary"}:
        assert f"`{name}.parquet`" in section, name


def test_the_files_of_the_readme_are_those_of_a_plan(solved: Path) -> None:
    """Every table that a plan can have is in the section on reading a plan, and every other file is there."""
    section = README.split("## Reading a plan")[1].split("\n## ")[0]
    named = set(re.findall(r"`([\w/]+(?:\.parquet|\.json|/))`", section))
    tables = {f"{name}.parquet" for name in SCHEMAS}
    assert all((solved / name).exists() for name in named - tables)
    assert tables <= named
    assert {path.name for path in solved.glob("*.parquet")} <= named


@pytest.mark.parametrize("library", ["pandas", "duckdb"])
def test_the_one_liners_of_the_readme_run(library: str, solved: Path, tmp_path: Path) -> None:
    """The line with pandas and the line with DuckDB count dwellings per municipality, year and type."""
    [line] = [line.strip() for line in README.splitlines() if f'python -c "import {library};' in line]
    _, *arguments = shlex.split(line)
    shutil.copytree(solved, tmp_path / "demo" / "plan")
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Adorp" in done.stdout
    assert re.search(r"social_regular\W+2\b", done.stdout)
