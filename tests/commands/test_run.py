"""What commands that compute share: the input as it was, and the time they have."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from thuisplan.commands.run import copied, seconds_left


@pytest.mark.parametrize(
    ("limit", "later", "expected"),
    [
        # A tenth of 600 is kept: 540. Of 600, 200 for later: 340.
        (600.0, 0.0, 540.0),
        (600.0, 200.0, 340.0),
        # A tenth of 10 is less than the 2 that are kept at least: 8.
        (10.0, 0.0, 8.0),
        # Nothing is left of 1: half a second all the same.
        (1.0, 0.0, 0.5),
    ],
)
def test_time_is_kept_for_writing(
    limit: float, later: float, expected: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tenth of the limit, or the least that a command asks, stays for verifying and writing."""
    monkeypatch.setattr(time, "monotonic", lambda: 5.0)
    assert seconds_left(5.0, limit, 2.0, later) == expected


def test_time_that_is_over_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """100 seconds after the beginning 540 - 100 = 440 are left."""
    monkeypatch.setattr(time, "monotonic", lambda: 105.0)
    assert seconds_left(5.0, 600.0, 2.0) == 440.0


def test_a_copy_does_not_change_with_the_input(tmp_path: Path) -> None:
    """What is edited after the command began stays out of its answer, in a folder and in a workbook."""
    given, workbook = tmp_path / "given", tmp_path / "given.xlsx"
    given.mkdir()
    for number, (path, edited) in enumerate([(given, given / "scenario.toml"), (workbook, workbook)]):
        edited.write_text("before", encoding="utf-8")
        scratch = tmp_path / str(number)
        scratch.mkdir()
        copy = copied(path, scratch)
        edited.write_text("after", encoding="utf-8")
        assert copy.is_relative_to(scratch)
        assert (copy / edited.relative_to(path)).read_text(encoding="utf-8") == "before"
