"""``thuisplan new``: the examples are offered, written in both languages and formats, and in the README."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from thuisplan.inputs.examples import EXAMPLES
from thuisplan.inputs.rule_sets import RULE_SETS

Run = Callable[..., Any]

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [[], ["--example", "atlantis"]])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_without_a_known_name_every_example_is_listed_on_a_line(
    tmp_path: Path, run: Run, arguments: list[str], language: str
) -> None:
    """Who does not know the names sees them, each with what it is about, and nothing is written."""
    done = run("new", tmp_path / "out", *arguments, "--language", language)
    assert done.code == 2
    lines = [line.split(maxsplit=1) for line in done.err.splitlines() if line.startswith("  ")]
    assert lines == [[name, made.about.text(language)] for name, made in EXAMPLES.items()]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_example_says_what_to_look_at_and_validates(
    tmp_path: Path, run: Run, name: str, language: str
) -> None:
    """The description starts with what to look at; the input as written has nothing wrong or doubtful."""
    assert run("new", tmp_path / "out", "--example", name.upper(), "--language", language).code == 0
    readme = tmp_path / "out" / {"nl": "LEESMIJ.md", "en": "README.md"}[language]
    assert readme.read_text(encoding="utf-8").splitlines()[2] == EXAMPLES[name].look_at.text(language)
    assert run("validate", tmp_path / "out").code == 0


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_as_a_workbook_says_and_holds_the_same(tmp_path: Path, run: Run, name: str) -> None:
    """The first sheet starts with what to look at, and the workbook validates."""
    assert run("new", tmp_path / "out", "--example", name, "--format", "xlsx").code == 0
    book = openpyxl.load_workbook(tmp_path / "out" / "scenario.xlsx", read_only=True)
    first = [row[0] for row in book.worksheets[0].iter_rows(max_row=3, values_only=True)]
    book.close()
    assert first[-1] == EXAMPLES[name].look_at.nl
    assert run("validate", tmp_path / "out" / "scenario.xlsx").code == 0


def test_the_readme_has_every_example_and_rule_set() -> None:
    """A row of the README for each, and none that is not there."""
    for section, names in (("## Examples", EXAMPLES), ("## Rule sets", RULE_SETS)):
        text = README.split(section)[1].split("\n## ")[0]
        rows = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")]
        assert rows == list(names)
