"""Alternatives: exactly within the limits, as far apart as counting says, and the least number anywhere."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.resolve import resolve
from thuisplan.model.build import build
from thuisplan.model.distance import totals
from thuisplan.model.stages import stages
from thuisplan.solvers import farthest as searching
from thuisplan.solvers.alternatives import Alternatives, alternatives
from thuisplan.solvers.highs import Interrupt
from thuisplan.solvers.solution import Solution
from thuisplan.solvers.staged import Options, solve_stages

Homes = tuple[int, ...]


def _found(
    made: Instance, count: int, seconds: float = 60.0, **options: Any
) -> tuple[Solution, Alternatives]:
    """Return the plan of an instance and its alternatives."""
    problem = build(made)
    plan = solve_stages(made, problem, stages(made), Options())
    assert isinstance(plan, Solution), plan
    return plan, alternatives(made, problem, plan, count, Options(seconds=seconds), **options)


def _numbers(found: Alternatives, counts: Homes) -> Mapping[tuple[str, str], int]:
    return dict(zip(found.cells, counts, strict=True))


def _two_places(small: Any, *more: Any, most: tuple[int, int] = (10, 10)) -> Instance:
    """Return a need of 10 homes in one year, that two places may build."""
    return small.instance(
        small.option("home"),
        [small.offer(code, "home", number) for code, number in zip((small.A, small.B), most, strict=True)],
        small.need("home", 10),
        more,
        measures=("unmet_special", "rule_violation"),
    )


def _apart(cells: tuple[tuple[str, str], ...], first: Homes, second: Homes) -> int:
    """Return what stands in another municipality: per type the smaller of what is more and what is fewer."""
    result = 0
    for kind in {kind for _, kind in cells}:
        changes = [a - b for (_, k), a, b in zip(cells, first, second, strict=True) if k == kind]
        result += min(sum(c for c in changes if c > 0), -sum(c for c in changes if c < 0))
    return result


def test_what_counts_as_elsewhere(small: Any) -> None:
    """Of 5 homes fewer in A 4 are in B instead: 4. Market dwellings only come on top, 7 in A: none."""
    made = small.instance(
        small.option("home"),
        small.market("free"),
        [small.offer(code, what, 9) for code in (small.A, small.B) for what in ("home", "free")],
    )
    cells = totals(made, build(made))
    assert [kind for _, kind in cells.cells] == ["social_regular", "market"] * 2
    first, second = (9, 0, 1, 2), (4, 7, 5, 2)
    assert cells.distance(first, second) == cells.distance(second, first) == 4
    # What A and B exchange counts for both types: 3 homes and 3 market dwellings.
    assert cells.distance((3, 0, 0, 3), (0, 3, 3, 0)) == 6
    assert cells.distance(first, first) == 0


def test_types_are_told_apart_and_years_are_not(small: Any) -> None:
    """Homes and market dwellings of A are two cells; their two years are together."""
    made = small.instance(
        small.option("home"),
        small.market("free"),
        [small.offer(small.A, what, 3) for what in ("home", "free")],
        small.offer(small.B, "home", 3),
        small.need("home", 3),
        years=2,
    )
    problem = build(made)
    cells = totals(made, problem)
    assert cells.cells == (
        (small.A, "social_regular"),
        (small.A, "market"),
        (small.B, "social_regular"),
    )
    completed = {(small.A, 2026, "home"): 2, (small.A, 2027, "home"): 1, (small.A, 2026, "free"): 3}
    assert cells.of(small.values_of(problem, completed)) == (3, 3, 0)


def test_the_first_alternative_is_the_farthest_and_the_next_keeps_away_from_both(small: Any) -> None:
    """All 10 homes are needed and one project more may come: (a, b), 10 <= a + b <= 11, at most 10 each.

    Every plan, and so every distance, can be counted.
    """
    plan, found = _found(_two_places(small), 2)
    assert found.ended == "all"
    possible = [(a, b) for a in range(11) for b in range(11) if 10 <= a + b <= 11]
    there = [found.counts]
    assert there[0] in possible
    for one in found.plans:
        best = max(min(_apart(found.cells, each, other) for other in there) for each in possible)
        assert one.counts in possible
        assert (one.distance, one.bound) == (best, best)
        assert one.distance == _apart(found.cells, one.counts, there[one.nearest])
        there.append(one.counts)
    assert plan.measures["unmet_special"] == 0


def test_what_a_stage_may_give_back_is_there_for_alternatives(small: Any) -> None:
    """Two dwelling-years may be left open: every plan of 8 to 11 homes is one, and the farthest is found."""
    first = small.stage(1, "unmet_special", keep_abs=Fraction(2))
    made = _two_places(small, first, small.stage(2, "rule_violation"))
    plan, found = _found(made, 1)
    [record, *_] = plan.stages
    assert record.limit == 2
    [one] = found.plans
    assert sum(one.counts) in (8, 9, 10, 11)
    assert float(one.solution.measures["unmet_special"]) == max(0, 10 - sum(one.counts))
    possible = [(a, b) for a in range(11) for b in range(11) if 8 <= a + b <= 11]
    counted = max(_apart(found.cells, each, found.counts) for each in possible)
    assert (one.distance, one.bound) == (counted, counted)


def test_where_nothing_else_can_be_that_is_proved(small: Any) -> None:
    """Only A is offered homes, as many as are needed: there is no other plan."""
    _, found = _found(_two_places(small, most=(10, 0)), 3)
    assert (found.plans, found.ended, found.complete) == ((), "no_other", True)


def test_fewer_alternatives_than_asked_when_there_are_no_more(small: Any) -> None:
    """At least cost there are 10 homes, 10 in A or 9 in A and 1 in B: one alternative, and no other."""
    made = small.instance(
        small.option("home", extra_cost_eur=1_000),
        [small.offer(small.A, "home", 10), small.offer(small.B, "home", 1)],
        small.need("home", 10),
        small.pot("p", "extra_cost", {2026: 99_000}),
        measures=("unmet_special", "extra_cost"),
    )
    _, found = _found(made, 5)
    assert {found.counts, *(one.counts for one in found.plans)} == {(10, 0), (9, 1)}
    assert [one.distance for one in found.plans] == [1]
    assert (found.ended, found.complete) == ("no_other", True)


def test_the_least_number_in_any_plan(small: Any) -> None:
    """B has room for 4 of the 10: A builds 6 at least, B may build nothing; both are proved."""
    _, found = _found(_two_places(small, most=(10, 4)), 1, prove=True)
    assert found.least is not None
    assert [(one.bound, one.found, one.proved) for one in found.least] == [(6, 6, True), (0, 0, True)]


def test_without_asking_there_is_no_least_number(small: Any) -> None:
    """Proving costs time: it is not done unasked."""
    _, found = _found(_two_places(small), 1)
    assert found.least is None


def test_projects_make_the_least_number_larger_than_fractions_say(small: Any) -> None:
    """Projects of 4, and 6 are needed where one project more may come: 8 in one place or 4 and 4.

    A builds 0, 4 to 6 or more. With B at most 5, B has one project of 4 or 5: A needs one as well.
    Fractions of a project would let A build 1.
    """
    made = small.instance(
        small.option("home", minimum_project=4),
        [small.offer(small.A, "home", 9), small.offer(small.B, "home", 5)],
        small.need("home", 6),
        measures=("unmet_special", "rule_violation"),
    )
    _, found = _found(made, 2, prove=True)
    assert found.least is not None
    numbers = {cell: one for cell, one in zip(found.cells, found.least, strict=True)}
    assert numbers[small.A, "social_regular"].bound == 4
    assert numbers[small.A, "social_regular"].proved


def test_an_interrupt_and_no_time_keep_what_there_is(small: Any) -> None:
    """Without time, or interrupted, there are fewer alternatives, and that is said."""
    interrupt = Interrupt()
    interrupt.set()
    _, found = _found(_two_places(small), 2, interrupt=interrupt, prove=True)
    assert (found.plans, found.ended, found.complete) == ((), "interrupted", False)
    assert found.least is not None
    _, found = _found(_two_places(small), 2, seconds=0.0)
    assert (found.plans, found.ended, found.complete) == ((), "time_limit", False)


def test_each_alternative_is_told_when_it_is_found(small: Any) -> None:
    """Who publishes hears of every alternative, in order, with its number."""
    heard: list[tuple[int, int]] = []
    _, found = _found(_two_places(small), 2, found=lambda number, one: heard.append((number, one.distance)))
    assert heard == [(1, found.plans[0].distance), (2, found.plans[1].distance)]


# --- counting out -----------------------------------------------------------------------


class Case:
    """A tiny region of one year: two places, homes and care, of which care comes in projects of two."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        self.needs = {"home": chance.randint(0, 4), "care": chance.randint(0, 4)}
        self.most = {
            (place, what): chance.randint(0, 4) for place in ("GM0001", "GM0002") for what in ("home", "care")
        }
        self.capacity = {place: chance.randint(1, 6) for place in ("GM0001", "GM0002")}
        self.keep = chance.randint(0, 2)

    def instance(self, small: Any) -> Instance:
        """Return the instance; only what is unmet is minimised, and so much of it may be given back."""
        made: Instance = small.instance(
            small.option("home"),
            small.option("care", minimum_project=2, dwelling_type="care_suitable"),
            [small.offer(place, what, most) for (place, what), most in self.most.items()],
            [small.need(what, number) for what, number in self.needs.items()],
            [small.capacity(place, number) for place, number in self.capacity.items()],
            small.stage(1, "unmet_special", keep_abs=Fraction(self.keep)),
        )
        return made

    def unmet(self, plan: Mapping[tuple[str, str], int]) -> int:
        """Return the homes and care that are asked for and not built."""
        return sum(
            max(0, asked - sum(n for (_, what), n in plan.items() if what == name))
            for name, asked in self.needs.items()
        )

    def plans(self) -> Iterator[dict[tuple[str, str], int]]:
        """Yield every plan that holds, whatever it leaves open."""
        for numbers in product(*(range(most + 1) for most in self.most.values())):
            plan = dict(zip(self.most, numbers, strict=True))
            room = all(
                sum(n for (place, _), n in plan.items() if place == where) <= most
                for where, most in self.capacity.items()
            )
            if room and all(n != 1 for (_, what), n in plan.items() if what == "care"):
                yield plan

    def within(self, cells: tuple[tuple[str, str], ...]) -> list[Homes]:
        """Return the numbers of every plan within the limit, in the order of the cells."""
        names = {"social_regular": "home", "care_suitable": "care"}
        plans = list(self.plans())
        limit = min(map(self.unmet, plans)) + self.keep
        return [
            tuple(plan[place, names[kind]] for place, kind in cells)
            for plan in plans
            if self.unmet(plan) <= limit
        ]


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("seed", range(10))
def test_distances_and_least_numbers_are_those_of_counting(
    small: Any, seed: int, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every alternative is a plan that counting knows; solved whole, it is the farthest there is.

    Searched in directions, as large regions are, it is never farther than that, and the bound never nearer.
    """
    if not whole:
        monkeypatch.setattr(searching, "WHOLE_COLUMNS", -1)
    case = Case(seed)
    _, found = _found(case.instance(small), 3, prove=True)
    possible = case.within(found.cells)
    there = [found.counts]
    for one in found.plans:
        assert one.counts in possible
        best = max(min(_apart(found.cells, each, other) for other in there) for each in possible)
        assert one.distance == min(_apart(found.cells, one.counts, other) for other in there) <= best
        assert one.bound is not None
        assert one.bound >= best
        if whole:
            assert (one.distance, one.bound) == (best, best)
        there.append(one.counts)
    left = max(min(_apart(found.cells, each, other) for other in there) for each in possible)
    if found.ended == "no_other":
        assert left == 0
    if found.ended == "none_found":
        assert found.left is None or found.left >= left
    assert found.least is not None
    for position, one in enumerate(found.least):
        least = min(each[position] for each in possible)
        assert (one.bound, one.found, one.proved) == (least, least, True)


# --- a region -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def region(generate: Any) -> tuple[Solution, Alternatives]:
    """Return the plan and two alternatives of a generated region of two municipalities and two years."""
    return _found(resolve(generate(2, 1, 2)), 2, seconds=60.0)


def test_alternatives_hold_every_hard_line_and_every_limit_exactly(
    region: tuple[Solution, Alternatives],
) -> None:
    """No hard line is broken in fractions, and no stage is worse than what it left to later ones."""
    plan, found = region
    assert found.plans
    for one in found.plans:
        for line in one.solution.lines:
            assert line.requirement.strength != "hard" or line.verdict != "broken"
        for record in plan.stages:
            assert record.limit is not None
            assert one.solution.objective(record.stage) <= record.limit * (1 + 1e-6) + 1e-6
        assert [record.limit for record in one.solution.stages] == [record.limit for record in plan.stages]


def test_distances_follow_from_what_is_completed(
    generate: Any, region: tuple[Solution, Alternatives]
) -> None:
    """Summed from the dwellings of each plan themselves, per municipality and type."""
    plan, found = region
    options = resolve(generate(2, 1, 2)).options

    def counted(one: Solution) -> dict[tuple[str, str], int]:
        result = dict.fromkeys(found.cells, 0)
        for (place, _, option), dwellings in one.completed.items():
            result[place, options[option].dwelling_type] += dwellings
        return result

    there = [counted(plan)]
    for one in found.plans:
        now = counted(one.solution)
        assert now == _numbers(found, one.counts)
        apart = [_apart(found.cells, one.counts, tuple(before.values())) for before in there]
        assert one.distance == min(apart)
        assert one.nearest == apart.index(one.distance)
        assert one.bound is None or one.distance <= one.bound
        there.append(now)


def test_equal_seeds_give_equal_alternatives(generate: Any, region: tuple[Solution, Alternatives]) -> None:
    """A second run builds the same, unless the clock ended a step of either."""
    _, found = region
    _, again = _found(resolve(generate(2, 1, 2)), 2, seconds=60.0)
    for first, second in zip(found.plans, again.plans, strict=False):
        if first.clocked or second.clocked:
            break
        assert first.solution.completed == second.solution.completed


def test_a_limit_that_is_no_measure_of_its_own_holds_too(small: Any) -> None:
    """A blend of a dwelling short (1) and 10 thousand euros (0.5 each): the alternative keeps its limit."""
    blend = [
        small.stage(1, "unmet_special", keep_abs=Fraction(1)),
        small.stage(1, "extra_cost", weight=Fraction(1, 20)),
    ]
    made = small.instance(
        small.option("home", extra_cost_eur=10_000),
        [small.offer(code, "home", 3) for code in (small.A, small.B)],
        small.need("home", 3),
        small.pot("p", "extra_cost", {2026: 99_000}),
        blend,
    )
    plan, found = _found(made, 1)
    # 3 homes at 1.5 in all; 1 more may be given back: 3 homes and 2 more of money, or 1 home (0.5 + 2).
    assert plan.stages[0].value == pytest.approx(1.5)
    assert plan.stages[0].limit == pytest.approx(2.5)
    [one] = found.plans
    assert one.solution.objective(plan.stages[0].stage) <= 2.5 + 1e-9
    assert np.isclose(float(one.solution.measures["extra_cost"]), 10 * sum(one.counts), rtol=0, atol=1e-9)
