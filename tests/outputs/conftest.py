"""Fixtures of the tests of the outputs: small instances, and the tables of a plan written by hand."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from thuisplan.outputs.tables import plan_tables
from thuisplan.solvers.solution import Solution

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def small() -> Any:
    """Return the module that makes small instances."""
    spec = importlib.util.spec_from_file_location("small", ROOT / "tests" / "model" / "small.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def tables() -> Callable[..., dict[str, list[dict[str, Any]]]]:
    """Return a function that gives the written tables of an instance and of amounts, quantity by quantity."""

    def write(instance: Any, **amounts: Any) -> dict[str, list[dict[str, Any]]]:
        made = plan_tables(instance, Solution(amounts, (), {}, ()))
        return {name: table.to_pylist() for name, table in made.items()}

    return write
