"""Repairs: applied, built and solved again; rules in conflict; two solves at a time."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from thuisplan.inputs.changes import Change
from thuisplan.solvers import tried
from thuisplan.solvers.conflicting import conflicting_rules
from thuisplan.solvers.diagnosis import ConflictingRules
from thuisplan.solvers.highs import Interrupt, Limits
from thuisplan.solvers.relax import Relaxed, Room
from thuisplan.solvers.target import Target
from thuisplan.solvers.tried import Tried, try_repair
from thuisplan.solvers.workers import side_by_side


def _conflict(small: Any) -> Target:
    """Return 120 agreed against a capacity of 95."""
    made = small.instance(
        small.option("home"),
        small.offer(small.A, "home", 200),
        small.committed(small.A, "home", 120),
        small.capacity(small.A, 95),
    )
    return Target(made, small.build(made))


def _tried(target: Target, relaxed: Relaxed, falls: Any = None) -> Tried:
    assert relaxed.plan is not None
    given = relaxed.giving.falls if falls is None else falls
    return try_repair(target.instance, target.problem, given, relaxed.plan, Target, 20.0, Interrupt())


def test_a_repair_solves_with_its_own_plan(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan in which 25 give keeps every line of the changed input: nothing is left to search."""
    target = _conflict(small)
    relaxed = Room(target, ["capacity"]).least(Limits(seconds=20.0))
    monkeypatch.setattr(tried, "Room", None)
    found = _tried(target, relaxed)
    assert found.outcome == "solves"
    assert found.changes == (Change("capacity", f"{small.A} - 2026", "dwellings_per_year", "add", "25"),)


def test_a_repair_that_gives_too_little_fails(small: Any) -> None:
    """24 instead of 25: the plan does not hold, and a search proves that none does."""
    target = _conflict(small)
    relaxed = Room(target, ["capacity"]).least(Limits(seconds=20.0))
    falls = tuple(replace(fall, amount=fall.amount - 1) for fall in relaxed.giving.falls)
    assert _tried(target, relaxed, falls).outcome == "fails"


def test_a_repair_that_is_no_valid_input_fails(small: Any) -> None:
    """125 fewer than the 120 that are agreed is no input."""
    target = _conflict(small)
    relaxed = Room(target, ["commitment"]).least(Limits(seconds=20.0))
    falls = tuple(replace(fall, amount=fall.amount + 100) for fall in relaxed.giving.falls)
    assert _tried(target, relaxed, falls).outcome == "fails"


def test_a_set_of_rules_that_was_not_tried_to_the_end_is_not_called_least(
    small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without time there is no set; with time for one rule it is larger than need be, and says so."""
    target = _conflict(small)
    now = time.monotonic()
    assert conflicting_rules(target, now - 1, Interrupt()) is None
    clock = iter([now, now, now + 100, now + 100])
    monkeypatch.setattr("thuisplan.solvers.conflicting.time.monotonic", lambda: next(clock, now + 100))
    found = conflicting_rules(target, now + 50, Interrupt())
    assert found is not None
    assert not found.least
    assert {"capacity", "commitment"} <= set(found.rules)


def test_a_least_set_of_rules(small: Any) -> None:
    """Without the capacity, or without the agreement, all holds; what is offered has no part in it."""
    found = conflicting_rules(_conflict(small), time.monotonic() + 20, Interrupt())
    assert found == ConflictingRules(("capacity", "commitment"), True)


def test_jobs_keep_their_order_and_those_without_time_are_none() -> None:
    """Results come in the order of the jobs; after the end no job begins; each gets its part at most."""
    ends = time.monotonic() + 10
    assert side_by_side(lambda job, _: job * 2, [1, 2, 3], ends, 5.0) == [2, 4, 6]
    assert all(0 < seconds <= 5 for seconds in side_by_side(lambda _, s: s, [1, 2], ends, 5.0) if seconds)
    assert side_by_side(lambda job, _: job, [1, 2], time.monotonic(), 5.0) == [None, None]
