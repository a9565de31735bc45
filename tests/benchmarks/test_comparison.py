"""The comparison of many runs is measured on figures of a real plan."""

from __future__ import annotations

from benchmarks.comparison import comparison


def test_a_comparison_is_measured() -> None:
    """Six runs, five of which are held against the reference: rows of each come in the table."""
    [row] = comparison(6, seed=1)
    assert row.get("failure") is None
    assert row["seconds"] > 0
    assert row["rows"] >= 5 * 100  # a plan of the example has hundreds of figures
