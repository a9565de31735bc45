"""The least that families give: its unit, where it falls, and how it is proved."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from thuisplan.solvers import highs, search
from thuisplan.solvers.asked import asked
from thuisplan.solvers.diagnosis import Giving
from thuisplan.solvers.highs import Interrupt, Limits, SolverError
from thuisplan.solvers.relax import Room
from thuisplan.solvers.size_grain import size_grain
from thuisplan.solvers.target import Target

LIMITS = Limits(seconds=20.0)


def _target(small: Any, *rows: Any, **values: Any) -> Target:
    made = small.instance(*rows, **values)
    return Target(made, small.build(made))


def _asks(small: Any, *rows: Any, **values: Any) -> Target:
    made = small.instance(*rows, **values)
    return asked(made, small.build(made)).target


def _where(giving: Giving) -> dict[str, Fraction]:
    return {fall.requirement.name: fall.amount for fall in giving.falls}


def _too_much(small: Any) -> list[Any]:
    """Return 120 agreed against a capacity of 95."""
    return [
        small.option("home"),
        small.offer(small.A, "home", 200),
        small.committed(small.A, "home", 120),
        small.capacity(small.A, 95),
    ]


# --- sizes ----------------------------------------------------------------------------


def test_what_a_pot_is_short_of_is_spent_and_not_owed(small: Any) -> None:
    """8,000 euros short in 2026 and 20,000 too many in 2027: 8 thousand in 2026, and nothing later."""
    target = _target(
        small,
        small.option("home", extra_cost_eur=4000),
        small.offer(small.A, "home", 9),
        [small.committed(small.A, "home", 3, year) for year in (2026, 2027)],
        small.pot("state", "extra_cost", {2026: 4000, 2027: 32_000}, carry_over=True),
        years=2,
    )
    giving = Room(target, ["extra_cost"]).least(LIMITS).giving
    assert (giving.unit, giving.amount, giving.bound) == ("kEUR", 8, 8)
    assert _where(giving) == {"extra_cost[state,2026]": 8}
    assert giving.by_unit == (("extra_cost", "kEUR", 8),)


def test_a_pot_that_carries_gives_once_for_all_later_years(small: Any) -> None:
    """12,000 a year is spent and 10,000 comes in: 2 thousand more each year, 6 in all and not 2 + 4 + 6."""
    target = _target(
        small,
        small.option("home", extra_cost_eur=4000),
        small.offer(small.A, "home", 9),
        [small.committed(small.A, "home", 3, year) for year in (2026, 2027, 2028)],
        small.pot("state", "extra_cost", dict.fromkeys((2026, 2027, 2028), 10_000), carry_over=True),
        years=3,
    )
    giving = Room(target, ["extra_cost"]).least(LIMITS).giving
    assert giving.amount == 6
    assert sum(_where(giving).values()) == 6
    # Relative to the largest budget of a year: 6/10.
    assert giving.relative == Fraction(6, 10)


def test_building_plans_give_once_for_all_later_years(small: Any) -> None:
    """5 and 2 are agreed, plans offer 3 and 2: 2 are missing from 2026 on, which is 2 and not 4."""
    target = _target(
        small,
        small.option("home"),
        small.offer(small.A, "home", 9),
        [small.committed(small.A, "home", 5, 2026), small.committed(small.A, "home", 2, 2027)],
        [small.plan(small.A, 3), small.plan(small.A, 2, year=2027)],
        years=2,
    )
    giving = Room(target, ["capacity"]).least(LIMITS).giving
    assert (giving.amount, giving.proved) == (2, True)
    assert _where(giving) == {f"capacity[{small.A},plans:new_build,2026]": 2}


def test_a_project_grows_with_the_offer(small: Any) -> None:
    """A project of 12 where 8 are offered: the offer gives 4, and the ceiling of the project with it."""
    target = _target(
        small,
        small.option("care", minimum_project=12),
        small.offer(small.A, "care", 8),
        small.rule("least", "minimum_contribution", {"options": "care", "dwellings": 5}),
    )
    relaxed = Room(target, ["availability"]).least(LIMITS)
    assert (relaxed.giving.amount, relaxed.giving.bound) == (4, 4)
    assert relaxed.plan is not None
    assert target.broken(relaxed.plan, frozenset()) != {}
    given = {fall.position for fall in relaxed.giving.falls}
    assert target.broken(relaxed.plan, frozenset(given)) == {}


def test_families_of_different_units_are_measured_relatively(small: Any) -> None:
    """4 homes too many for the money: 4/5 of the need, or 40 of 10 thousand euros; the least is 4/5."""
    target = _asks(
        small,
        small.option("home", extra_cost_eur=10_000),
        small.offer(small.A, "home", 10),
        small.need("home", 5),
        small.pot("state", "extra_cost", {2026: 10_000}),
    )
    giving = Room(target, ["need", "extra_cost"]).least(LIMITS).giving
    assert (giving.unit, giving.amount, giving.bound) == (None, None, None)
    assert giving.relative == giving.relative_bound == Fraction(4, 5)
    assert giving.by_unit == (("need", "dwellings", 4),)
    assert giving.proved


def test_closed_lines_do_not_give_and_free_ones_cost_nothing(small: Any) -> None:
    """With the capacity closed it cannot give; with the agreement free nothing has to."""
    target = _target(small, _too_much(small))
    capacity, commitment = (
        frozenset(target.lines[row] for row in target.families[name]) for name in ("capacity", "commitment")
    )
    closed = Room(target, ["capacity"], closed=capacity).least(LIMITS).giving
    assert (closed.outcome, closed.proved, closed.falls) == ("cannot", True, ())
    free = Room(target, ["capacity"], free=commitment).least(LIMITS).giving
    assert (free.outcome, free.amount) == ("repaired", 0)


# --- proofs ---------------------------------------------------------------------------


def test_witnesses_are_families_of_which_one_must_give(small: Any) -> None:
    """However much is offered, the agreement or the capacity must give; with either nothing else must."""
    target = _target(small, _too_much(small))
    assert Room(target, ["availability"]).witnesses(LIMITS) == {"capacity", "commitment"}
    assert Room(target, ["capacity"]).witnesses(LIMITS) == frozenset()


def test_that_only_whole_numbers_see_is_confirmed_without_presolve(
    small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """5 asked, 8 offered, projects of 12: the relaxation holds; without presolve it is asked once more."""
    target = _target(
        small,
        small.option("care", minimum_project=12),
        small.offer(small.A, "care", 8),
        small.rule("least", "minimum_contribution", {"options": "care", "dwellings": 5}),
    )
    asked_without: list[bool] = []
    real = highs.solve

    def watched(problem: Any, limits: Limits, *values: Any) -> Any:
        if problem.integral.any() and not limits.presolve:
            asked_without.append(True)
        return real(problem, limits, *values)

    monkeypatch.setattr(highs, "solve", watched)
    room = Room(target, ())
    assert room.bound(LIMITS).outcome == "unknown"
    assert room.least(LIMITS).giving.outcome == "cannot"
    assert asked_without


def test_without_time_nothing_is_claimed(small: Any) -> None:
    """An interrupt leaves it unknown: no size, and no word that it cannot."""
    interrupt = Interrupt()
    interrupt.set()
    target = _target(small, _too_much(small))
    giving = Room(target, ["capacity"], interrupt=interrupt).least(Limits(seconds=0.01)).giving
    assert giving.outcome in ("unknown", "repaired")
    assert giving.outcome == "repaired" or not giving.proved


def test_a_plan_that_does_not_hold_exactly_is_tightened(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first plan misses a line by a hair: the line is tightened and the next plan holds."""
    target = _target(small, _too_much(small))
    [row] = target.families["availability"]
    misses = iter([{row: 1e-7}, {}])
    monkeypatch.setattr(Target, "broken", lambda *_: next(misses))
    giving = Room(target, ["capacity"]).least(LIMITS).giving
    assert (giving.outcome, giving.amount, giving.bound) == ("repaired", 25, 25)


def test_plans_that_never_hold_exactly_are_no_repair(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After some attempts it is unknown; the bound stays what the first search proved."""
    target = _target(small, _too_much(small))
    [row] = target.families["availability"]
    monkeypatch.setattr(Target, "broken", lambda *_: {row: 1e-7})
    giving = Room(target, ["capacity"]).least(LIMITS).giving
    assert (giving.outcome, giving.amount, giving.bound) == ("unknown", None, 25)


def test_a_solver_that_gives_up_leaves_it_unknown(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the solver ends in a state that is no answer nothing is claimed, and nothing is raised."""

    def gives_up(*_: Any, **__: Any) -> Any:
        raise SolverError("HiGHS ended with status Unknown.")

    monkeypatch.setattr(highs, "solve", gives_up)
    monkeypatch.setattr(search, "solve", gives_up)
    room = Room(_target(small, _too_much(small)), ["capacity"])
    assert room.bound(LIMITS).outcome == "unknown"
    assert room.least(LIMITS).giving.outcome == "unknown"


def test_sizes_are_multiples_of_a_grain(small: Any) -> None:
    """A share of 30 % of whole dwellings gives tenths, an offer whole dwellings, a pot whole euros."""
    share = _target(
        small,
        [small.option("home", deficit_eur=2000), small.market("free")],
        [small.offer(small.A, code, 10) for code in ("home", "free")],
        small.rule("share", "social_share", {"side": "all", "share": "30 %"}),
        small.pot("state", "deficit", {2026: 3000}),
    )

    def grain(target: Target, family: str) -> Fraction | None:
        return size_grain(target, [target.lines[row] for row in target.families[family]])

    assert grain(share, "social_share") == Fraction(1, 10)
    assert grain(share, "availability") == 1
    # Payments are in whole euros, whatever the budget: a thousandth of the unit.
    assert grain(share, "deficit") == Fraction(1, 1000)
    assert size_grain(share, []) is None


def test_a_larger_problem_starts_from_a_plan_that_is_known(small: Any) -> None:
    """Starting from a plan gives the same size, also where it is not the best."""
    target = _target(small, _too_much(small))
    known = Room(target, ["commitment"]).least(LIMITS).plan
    assert known is not None
    giving = Room(target, ["capacity", "commitment"]).least(LIMITS, [known.values]).giving
    assert giving.relative == Fraction(25, 120)
