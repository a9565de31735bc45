"""Fixtures of the tests of batches: small bases, jobs, and what workers of the tests do."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from thuisplan.commands.batch.base import versions
from thuisplan.commands.batch.job import Job
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.variants.variant import RunSettings

ROOT = Path(__file__).parents[3]


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
def scenario(small: Any) -> Callable[..., Scenario]:
    """Return a function that gives rows as a scenario that travels, as one that was read does."""

    def make(*rows: Any) -> Scenario:
        made: Scenario = small.scenario(*rows)
        return replace(made, tables=dict(made.tables))

    return make


@pytest.fixture
def tricks(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the module ``tricks``; processes that start from here find it too."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    return importlib.import_module("tricks")


@pytest.fixture
def job(tmp_path: Path) -> Callable[..., Job]:
    """Return a function that makes a job without a base, for workers that do not solve."""

    def make(run: str, **values: Any) -> Job:
        given = dict(base=b"", changes=(), settings=RunSettings(), out=str(tmp_path), token="")
        return Job(**{"run": run, "asked": run, **given, "versions": versions(), **values})

    return make
