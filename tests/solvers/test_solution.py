"""How a stage went, held against a plan."""

from __future__ import annotations

import pytest

from thuisplan.model.stages import Stage
from thuisplan.solvers.solution import StageRecord

STAGE = Stage(1, {"unmet_special": 1.0}, 0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("value", "stopped", "bound"),
    [
        (12.0, "closed", 10.0),
        (10.0, "closed", 10.0),
        # It is 5e-6 below the bound, and a millionth of it is 1e-5.
        (9.999995, "closed", 10.0),
        (9.0, "contradiction", None),
    ],
)
def test_a_bound_that_a_plan_is_better_than_was_none(value: float, stopped: str, bound: float | None) -> None:
    """The bound says that no plan has less than 10: a plan of 9 shows that it is wrong, noise does not."""
    held = StageRecord(STAGE, "closed", 12.0, 10.0, 12.0).held_against(value)
    assert (held.stopped, held.bound, held.value, held.limit) == (stopped, bound, 12.0, 12.0)


def test_without_a_bound_there_is_nothing_to_contradict() -> None:
    """A stage that was not run has no bound, and stays what it is."""
    record = StageRecord(STAGE, "not_run")
    assert record.held_against(0.0) is record
