"""Fixtures of the tests of the model: small instances, and golden files.

``pytest tests/model --update-golden`` writes the golden files anew; look at what changed before you keep it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from thuisplan.inputs.instance import Instance
from thuisplan.model.build import build
from thuisplan.solvers.highs import write_model

HERE = Path(__file__).parent
GOLDEN = HERE / "rules" / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


def load(name: str, path: Path) -> ModuleType:
    """Return the module in a file; test folders are no packages."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def small() -> Any:
    """Return the module that makes small instances."""
    return load("small", HERE / "small.py")


@pytest.fixture
def golden(request: pytest.FixtureRequest, small: Any, tmp_path: Path) -> Callable[[str, Instance], None]:
    """Return a check that the rows of a family in an instance are those in its golden file."""

    def check(family: str, made: Instance) -> None:
        path = tmp_path / f"{family}.lp"
        write_model(small.named_for_lp(small.restricted(build(made), family)), path)
        found, kept = path.read_text(encoding="utf-8"), GOLDEN / path.name
        if request.config.getoption("update_golden", default=False):
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(found, encoding="utf-8")
        assert kept.exists(), f"write {kept.name} with --update-golden"
        assert found == kept.read_text(encoding="utf-8")

    return check


@pytest.fixture(scope="session")
def generate() -> Any:
    """Return the maker of regions from a seed: municipalities, seed, years -> scenario."""
    return load("generate", HERE.parents[1] / "benchmarks" / "generate.py").generate
