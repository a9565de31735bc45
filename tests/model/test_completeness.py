"""Nothing is missing of any family: model, verifier, parameters, labels, tests and golden file."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import thuisplan.model.rules
import thuisplan.outputs.verification
from thuisplan.inputs.families import FAMILIES, Parameters
from thuisplan.inputs.labels import FAMILY_LABELS
from thuisplan.model.rules import REQUIREMENTS
from thuisplan.outputs.verification import FAMILIES as VERIFIED

KINDS = ("test_hand_solved", "test_binds", "test_broken_input", "test_golden_lp", "test_property")
"""What the tests of a family must hold: a name of each of these beginnings."""

HERE = Path(__file__).parent / "rules"
EVERY = sorted({*FAMILIES, *REQUIREMENTS, *VERIFIED, *FAMILY_LABELS.labels})


def _module(package: str, family: str) -> Path:
    return Path(package).parent / f"{family}.py"


def _tests(family: str) -> list[str]:
    path = HERE / f"test_{family}.py"
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("family", EVERY)
def test_a_family_is_stated_twice(family: str) -> None:
    """The model and the verifier each have a file for it, and use that file."""
    for package, registered in (
        (thuisplan.model.rules.__file__, REQUIREMENTS),
        (thuisplan.outputs.verification.__file__, VERIFIED),
    ):
        assert family in registered
        assert _module(str(package), family).exists()
        assert registered[family].__module__.rpartition(".")[2] == family


@pytest.mark.parametrize("family", EVERY)
def test_a_family_has_its_parameters(family: str) -> None:
    """It has a schema of parameters, of which each is called and explained in both languages."""
    assert family in FAMILIES
    schema = FAMILIES[family].parameters
    assert issubclass(schema, Parameters)
    for column in schema.columns():
        assert column.name.strip()
        assert column.nl.strip()
        assert column.meaning.nl.strip()
        assert column.meaning.en.strip()


@pytest.mark.parametrize("family", EVERY)
def test_a_family_has_a_name_in_both_languages(family: str) -> None:
    """The vocabulary of families calls it in Dutch and in English."""
    assert family in FAMILY_LABELS.labels
    assert FAMILY_LABELS.text(family, "nl").strip()
    assert FAMILY_LABELS.text(family, "en").strip()


@pytest.mark.parametrize("family", EVERY)
def test_a_formula_and_a_source_stand_above_the_rule(family: str) -> None:
    """The file of the model states where the rule comes from."""
    assert "Source:" in _module(str(thuisplan.model.rules.__file__), family).read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("family", EVERY)
def test_a_family_has_a_test_of_every_kind(family: str, kind: str) -> None:
    """Solved by hand, binding, broken by input, golden file and property: none lacks."""
    assert [name for name in _tests(family) if name.startswith(kind)], f"test_{family}.py lacks {kind}..."


def test_every_golden_file_belongs_to_a_family() -> None:
    """There is a golden file with rows for each family, and none besides."""
    files = {path.stem: path.read_text(encoding="utf-8") for path in (HERE / "golden").glob("*.lp")}
    assert sorted(files) == EVERY
    for family, text in files.items():
        rows = text.partition("\nst\n")[2].partition("\nbounds\n")[0].splitlines()
        assert rows, family
