"""The comparison of many runs is measured on figures of a real plan."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import benchmarks.comparison
from benchmarks.comparison import comparison
from benchmarks.processes import Ran


def test_a_comparison_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six runs, five of which are held against the reference: rows of each come in the table.

    Processes apart have tests of their own: here it is done in this one, of an example solved at once.
    """

    def here(target: Callable[..., Any], *args: Any, seconds: float) -> Ran:
        assert seconds > 0
        return Ran(json.loads(json.dumps(target(*args))), 1.0)

    monkeypatch.setattr(benchmarks.comparison, "apart", here)
    monkeypatch.setattr(benchmarks.comparison, "EXAMPLE", "fryslan")
    [row] = comparison(6, seed=1)
    assert row.get("failure") is None
    assert row["seconds"] > 0
    assert row["rows"] >= 5 * 100  # a plan of the example has hundreds of figures
