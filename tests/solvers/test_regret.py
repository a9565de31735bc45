"""The least regret: by hand, against counting out every plan, and what is told where there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as draw

from thuisplan.inputs.instance import Instance
from thuisplan.model.problem import Problem
from thuisplan.solvers.highs import Interrupt, SolverError
from thuisplan.solvers.regret import regret
from thuisplan.solvers.regretted import OwnRun, Regretted
from thuisplan.solvers.scenarios import Scenarios
from thuisplan.solvers.search import Found, Search
from thuisplan.solvers.staged import Options

A, B = "GM0001", "GM0002"
YEARS = (2026, 2027)
LEAST = 2
"""Care comes in projects of two at least."""


def _regret(instances: Mapping[str, Instance], until: int = 2026, **more: Any) -> Regretted:
    base = next(iter(instances.values()))
    return regret(base, instances, until, Options(seconds=60.0), **more)


def _asked(small: Any, *rows: Any, measures: tuple[str, ...] = ("unmet_special",)) -> Instance:
    """Return A in two years, with room for 2 dwellings a year, of homes, care and rooms."""
    made: Instance = small.instance(
        [small.option(what) for what in ("home", "care", "room")],
        [small.offer(A, what, 2) for what in ("home", "care", "room")],
        small.capacity(A, 2),
        rows,
        years=2,
        measures=measures,
    )
    return made


def _numbers(found: Regretted) -> dict[str, int]:
    return {what: number for (_, _, what), number in found.decisions.items() if number}


# --- by hand ---------------------------------------------------------------------------------


def test_the_least_regret_is_in_the_middle(small: Any) -> None:
    """Two homes a year are asked, or two care dwellings; there is room for two a year.

    Who knows builds the right ones: nobody waits, 0. With one home and one care in the first year one
    household waits in the first year, and the second year makes up for one of the three that are then
    short of two: 1 + 1 = 2 in either scenario. Two homes leave 2 + 2 = 4 waiting for care.
    """
    found = _regret(
        {"homes": _asked(small, small.need("home", 2)), "care": _asked(small, small.need("care", 2))}
    )
    assert (found.ended, found.closed, found.found) == ("closed", True, True)
    assert _numbers(found) == {"home": 1, "care": 1}
    assert [(one.name, one.own.value, one.value, one.at_least, one.at_most) for one in found.scenarios] == [
        ("homes", 0, 2, 2, 2),
        ("care", 0, 2, 2, 2),
    ]
    assert (found.largest, found.bound) == ((2, 2), 2)
    imposed = {(one.decided_for, one.scenario): (one.at_least, one.at_most) for one in found.imposed}
    assert imposed == {
        ("homes", "homes"): (0, 0),
        ("homes", "care"): (4, 4),
        ("care", "homes"): (4, 4),
        ("care", "care"): (0, 0),
    }
    assert found.imposing("homes") == (4, 4)


def test_among_equal_regrets_the_least_sum(small: Any) -> None:
    """Homes, care or rooms are asked, two a year: with room for two, one of the three has at most none.

    Whoever gets none regrets 2 + 2 = 4, whatever the others get; every dwelling of the first year takes
    2 off a regret. So the largest is 4, and the least sum is 3 x 4 - 2 x 2 = 8.
    """
    wanted = ("home", "care", "room")
    found = _regret({what: _asked(small, small.need(what, 2)) for what in wanted})
    assert found.largest == (4, 4)
    assert sum(one.at_least or 0 for one in found.scenarios) == 8
    assert sum(found.decisions.values()) == 2
    assert [record.value for record in found.stages] == [4, 8]


def test_other_stages_follow_with_the_regret_as_it_is(small: Any) -> None:
    """One home is asked, in either scenario with something else: it costs less late, but late is regretted.

    Lateness is the last stage: the home comes in the first year all the same, and rooms that nobody
    asked for do not come.
    """
    measures = ("unmet_special", "rule_violation", "lateness")
    need = small.need("home", 1)
    both = {
        "one": _asked(small, need, measures=measures),
        "two": _asked(small, need, small.need("care", 1), measures=measures),
    }
    found = _regret(both)
    assert found.largest == (0, 0)
    assert [list(record.stage.measures) for record in found.stages] == [
        ["regret"],
        ["unmet_special"],
        ["rule_violation"],
        ["lateness"],
    ]
    assert all(record.closed for record in found.stages)
    only = _regret(both, first_only=True)
    assert len(only.stages) == 2


def test_the_money_of_one_scenario_binds_the_first_years_of_all(small: Any) -> None:
    """A home costs 1,000; rich has 3,000 in the first year and poor 1,000, both have 3,000 in the second.

    Two homes a year are asked, with room for two. Rich alone: 0 short. Poor builds 1, then 2: 1 + 1 = 2.
    In common poor's money allows one home in the first year: rich is 2 short as well, a regret of 2, and
    poor has none. The first year of rich alone is no plan for poor; that of poor gives the same 2.
    """

    def scenario(first: int) -> Instance:
        made: Instance = small.instance(
            small.option("home", extra_cost_eur=1000),
            small.offer(A, "home", 2),
            small.capacity(A, 2),
            small.need("home", 2),
            small.pot("state", "extra_cost", {2026: first, 2027: 3000}),
            years=2,
            measures=("unmet_special", "extra_cost"),
        )
        return made

    found = _regret({"rich": scenario(3000), "poor": scenario(1000)})
    assert found.ended == "closed"
    assert _numbers(found) == {"home": 1}
    assert [one.at_most for one in found.scenarios] == [2, 0]
    assert [one.solution.payments for one in found.scenarios if one.solution] == [
        {("state", A, 2026, "home"): 1000, ("state", A, 2027, "home"): 2000}
    ] * 2
    told = {(one.decided_for, one.scenario): (one.outcome, one.at_most) for one in found.imposed}
    assert told["rich", "poor"] == ("impossible", None)
    assert told["poor", "rich"] == ("plan", 2)


def test_without_common_years_nothing_is_regretted(small: Any) -> None:
    """Where no open year is common every scenario has its own best."""
    found = _regret(
        {"homes": _asked(small, small.need("home", 2)), "care": _asked(small, small.need("care", 2))}, 2025
    )
    assert (found.largest, dict(found.decisions)) == ((0, 0), {})


def test_what_no_plan_is_below_is_believed(small: Any) -> None:
    """A bound that is known already counts: of a scenario that comes to 0 it is 0, never above its value."""
    instances = {"homes": _asked(small, small.need("home", 3)), "care": _asked(small, small.need("care", 2))}
    # Three homes a year with room for two: 1 and 2 short.
    found = _regret(instances, runs={"homes": OwnRun(3.0, 2.5, {})})
    own = found.scenarios[0].own
    assert (own.value, own.bound) == (3, 3)


def test_the_own_run_of_a_scenario_is_its_best_where_nothing_better_is_found(
    small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search alone gets nowhere; what the own run completes is taken up, so the best is that of the run.

    Two homes a year, with room for two: the run houses all, 0. Of the other scenario the run says only
    what it reached, 0, with nothing completed: its plan is not found again, yet 0 is its best.
    """
    plain = Scenarios.alone

    def held(self: Scenarios, name: str, problem: Problem, *given: Any) -> Any:
        if problem is self.problems[name]:
            return "not_known", None, 0.0
        return plain(self, name, problem, *given)

    monkeypatch.setattr(Scenarios, "alone", held)
    instances = {"homes": _asked(small, small.need("home", 2)), "care": _asked(small, small.need("care", 2))}
    homes = {(A, year, "home"): 2 for year in YEARS}
    found = _regret(instances, runs={"homes": OwnRun(0.0, 0.0, homes), "care": OwnRun(0.0, 0.0, {})})
    assert [one.own.value for one in found.scenarios] == [0, 0]
    imposed = {(one.decided_for, one.scenario): one.value for one in found.imposed}
    # Nothing completed: 2 wait in the first year and 4 in the second.
    assert (imposed["homes", "homes"], imposed["care", "care"]) == (0, 6)
    assert found.largest == (2, 2)


# --- where there is nothing ------------------------------------------------------------------


def test_scenarios_that_cannot_decide_together(small: Any) -> None:
    """One scenario has agreed a home in the first year, in another it is excluded: no decision suits both.

    The third goes with either, so only the pair of the two is named.
    """
    agreed = _asked(small, small.need("home", 1), small.committed(A, "home", 1))
    excluded = _asked(small, small.need("home", 1), small.excluded(A, "home"))
    found = _regret({"agreed": agreed, "excluded": excluded, "free": _asked(small, small.need("home", 1))})
    assert (found.ended, found.found, found.closed) == ("impossible", False, False)
    assert found.conflicting == (("agreed", "excluded"),)
    assert (found.largest, dict(found.decisions)) == (None, {})
    outcomes = {(one.decided_for, one.scenario): one.outcome for one in found.imposed}
    assert outcomes["agreed", "excluded"] == outcomes["excluded", "agreed"] == "impossible"
    assert found.imposing("agreed") is None


def test_a_scenario_without_any_plan(small: Any) -> None:
    """Three homes are agreed where there is room for two: that scenario has no plan, and that is said."""
    wrong = _asked(small, small.need("home", 1), small.committed(A, "home", 2), small.committed(A, "care", 1))
    found = _regret({"wrong": wrong, "right": _asked(small, small.need("home", 1))})
    assert found.ended == "scenario_impossible"
    assert [one.own.impossible for one in found.scenarios] == [True, False]


def test_no_time_and_an_interrupt(small: Any) -> None:
    """Without time nothing is claimed; interrupted, what is there is kept, and nothing else is claimed."""
    both = {"homes": _asked(small, small.need("home", 2)), "care": _asked(small, small.need("care", 2))}
    found = regret(both["homes"], both, 2026, Options(seconds=0.0))
    assert (found.ended, found.found) == ("no_plan", False)
    interrupt = Interrupt()
    found = _regret(
        both, interrupt=interrupt, heard=lambda step: interrupt.set() if step == "largest" else None
    )
    assert found.ended == "interrupted"
    assert found.bound is None or found.bound <= 2
    assert found.largest is None or found.largest[0] >= 2


@pytest.mark.parametrize("together", [False, True])
def test_what_the_solver_runs_into_loses_nothing(
    small: Any, together: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A solver that gives up on one scenario leaves no plan; on all together, the plans that were imposed.

    Of two scenarios each is searched once alone and once imposed; what comes then is all together.
    """
    both = {"homes": _asked(small, small.need("home", 2)), "care": _asked(small, small.need("care", 2))}
    real = Search.run

    def gives_up(search: Search, *more: Any) -> Found:
        joined = any(name.startswith("regret[") for name in (row.name for row in search.problem.rows))
        if joined or not together:
            raise SolverError("HiGHS ended with status Unknown.")
        return real(search, *more)

    monkeypatch.setattr(Search, "run", gives_up)
    found = _regret(both)
    if not together:
        assert (found.ended, found.found) == ("no_plan", False)
        return
    # Whose first years they are, in the other 2 + 2 = 4 wait; that is no worse than what is claimed.
    assert (found.ended, found.found, found.largest) == ("failed", True, (4, 4))
    assert found.bound == 0


# --- counting out ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A scenario of two places and two years: homes in both places, care in A in projects of two at least."""

    homes: int
    care: int
    capacity: tuple[int, int]
    agreed: int

    def instance(self, small: Any) -> Instance:
        """Return its instance; only what is unmet is minimised."""
        made: Instance = small.instance(
            small.option("home"),
            small.option("care", minimum_project=LEAST, dwelling_type="care_suitable"),
            [small.offer(place, "home", 2) for place in (A, B)],
            small.offer(A, "care", 3),
            [small.need(what, number) for what, number in (("home", self.homes), ("care", self.care))],
            [small.capacity(place, number) for place, number in zip((A, B), self.capacity, strict=True)],
            small.committed(B, "home", self.agreed) if self.agreed else [],
            years=2,
            measures=("unmet_special",),
        )
        return made

    def plans(self) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Yield every plan: homes in A, homes in B and care in A, of either year."""
        years = [
            (home, other, care)
            for home, other, care in product(range(3), range(3), (0, 2, 3))
            if home + care <= self.capacity[0] and other <= self.capacity[1]
        ]
        yield from ((first, second) for first in years if first[1] >= self.agreed for second in years)

    def unmet(self, plan: tuple[tuple[int, ...], tuple[int, ...]]) -> int:
        """Return how many homes and care dwellings are short, summed over the years."""
        short, homes, care = 0, 0, 0
        for count, (home, other, built) in enumerate(plan, start=1):
            homes, care = homes + home + other, care + built
            short += max(0, self.homes * count - homes) + max(0, self.care * count - care)
        return short


CASES = draw.builds(
    Case,
    homes=draw.integers(0, 4),
    care=draw.integers(0, 4),
    capacity=draw.tuples(draw.integers(0, 4), draw.integers(1, 3)),
    agreed=draw.integers(0, 1),
)


def _counted(cases: tuple[Case, ...]) -> tuple[int, int] | None:
    """Return the least largest regret and the least sum with it, by counting; None if there is none."""
    own = [min(map(case.unmet, case.plans())) for case in cases]
    best: list[dict[tuple[int, ...], int]] = []
    for case in cases:
        of: dict[tuple[int, ...], int] = {}
        for plan in case.plans():
            of[plan[0]] = min(of.get(plan[0], case.unmet(plan)), case.unmet(plan))
        best.append(of)
    common = set.intersection(*(set(of) for of in best))
    regrets = [[of[first] - least for of, least in zip(best, own, strict=True)] for first in common]
    return min(((max(each), sum(each)) for each in regrets), default=None)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases=draw.tuples(CASES, CASES))
def test_the_regret_is_that_of_counting(small: Any, cases: tuple[Case, ...]) -> None:
    """Largest regret and sum are the least there are, the first year is one, every plan can be counted."""
    names = [str(position) for position in range(len(cases))]
    found = _regret({name: case.instance(small) for name, case in zip(names, cases, strict=True)})
    counted = _counted(cases)
    if counted is None:
        assert found.ended == "impossible"
        return
    assert found.ended == "closed"
    assert found.largest == (counted[0], counted[0])
    assert found.bound == counted[0]
    assert sum(one.at_least or 0 for one in found.scenarios) == counted[1]
    for case, one in zip(cases, found.scenarios, strict=True):
        assert one.solution is not None
        completed = one.solution.completed
        plan = tuple(
            tuple(
                completed.get((place, year, what), 0)
                for place, what in ((A, "home"), (B, "home"), (A, "care"))
            )
            for year in YEARS
        )
        assert plan in set(case.plans())
        assert case.unmet((plan[0], plan[1])) == one.value
        first = {cell: number for cell, number in completed.items() if cell[1] == 2026}
        assert first == {cell: number for cell, number in found.decisions.items() if number}
        assert one.own.value == one.own.bound == min(map(case.unmet, case.plans()))
    for imposed in found.imposed:
        assert imposed.at_least is None or imposed.at_least <= (imposed.at_most or 0)
        at_least = found.imposing(imposed.decided_for)
        assert at_least is None or at_least[1] >= counted[0]


@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.6])
def test_a_bound_is_never_above_what_counting_finds(small: Any, seconds: float) -> None:
    """However little time there is, what is claimed holds: bound <= least regret <= what is told at most."""
    cases = (Case(3, 2, (4, 2), 0), Case(1, 4, (3, 2), 1))
    counted = _counted(cases)
    assert counted is not None
    instances = {str(at): case.instance(small) for at, case in enumerate(cases)}
    found = regret(instances["0"], instances, 2026, Options(seconds=seconds))
    assert found.bound is None or found.bound <= counted[0]
    assert found.largest is None or found.largest[1] >= counted[0]
    for case, one in zip(cases, found.scenarios, strict=True):
        assert one.own.bound <= min(map(case.unmet, case.plans()))
