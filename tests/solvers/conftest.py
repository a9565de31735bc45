"""Fixtures of the tests of the solvers: the small instances of the model, and generated regions."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


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
    return load("small", ROOT / "tests" / "model" / "small.py")


@pytest.fixture(scope="session")
def generate() -> Any:
    """Return the maker of regions from a seed: municipalities, seed, years -> scenario."""
    return load("generate", ROOT / "benchmarks" / "generate.py").generate
