"""Tiny models against counting out every plan in plain Python."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from thuisplan.solvers.solution import NoPlan, Solution

A, B = "GM0001", "GM0002"
YEARS = (2026, 2027)
LEAST = 2
"""Care comes in projects of two at least."""

Cell = tuple[str, int, str]


@dataclass(frozen=True)
class Case:
    """The figures of a tiny model.

    Homes and care are social and cost money, market dwellings are free. Homes and market dwellings are
    offered in A and B, care in A only. The state's pot pays anywhere and carries over, that of A does not.
    """

    home: int
    care: int
    free: int
    needs: dict[str, int]
    capacity: int
    cost: dict[str, int]
    state: tuple[int, int]
    own: tuple[int, int]
    share: Fraction
    target: int
    agreed: dict[Cell, int]

    @property
    def cells(self) -> list[tuple[Cell, int]]:
        """Every offered cell with the most that is offered."""
        return [
            *(((place, year, "home"), self.home) for place in (A, B) for year in YEARS),
            *(((place, year, "free"), self.free) for place in (A, B) for year in YEARS),
            *(((A, year, "care"), self.care) for year in YEARS),
        ]


def _case(seed: int) -> Case:
    chance = random.Random(seed)
    cost = {"home": chance.randint(1, 4) * 1000, "care": chance.randint(2, 6) * 1000}
    case = Case(
        home=2,
        care=2,
        free=1,
        needs={"home": chance.randint(0, 4), "care": chance.randint(0, 2), "free": chance.randint(0, 2)},
        capacity=chance.randint(1, 4),
        cost=cost,
        state=(chance.randint(0, 9000), chance.randint(0, 9000)),
        own=(chance.randint(0, 5000), chance.randint(0, 5000)),
        share=Fraction(chance.randint(1, 4), 5),
        target=chance.randint(0, 4),
        agreed={},
    )
    if seed % 2:
        cell, most = chance.choice(case.cells)
        case.agreed[cell] = chance.randint(1, most)
    if seed % 4 == 3:
        # Market dwellings that only a share of social ones allows, and care that takes their capacity.
        case.agreed.update({(B, 2026, "free"): 1, (A, 2026, "free"): 1, (A, 2027, "care"): 2})
    return case


def _rows(small: Any, case: Case) -> list[Any]:
    return [
        small.option("home", extra_cost_eur=case.cost["home"]),
        small.option("care", extra_cost_eur=case.cost["care"], minimum_project=LEAST),
        small.market("free"),
        [small.offer(place, what, most, year) for (place, year, what), most in case.cells],
        [small.need(name, number) for name, number in case.needs.items()],
        [small.capacity(place, case.capacity) for place in (A, B)],
        small.pot("state", "extra_cost", dict(zip(YEARS, case.state, strict=True)), carry_over=True),
        small.pot(
            "own", "extra_cost", dict(zip(YEARS, case.own, strict=True)), purpose="municipality", place=A
        ),
        small.rule("share", "social_share", {"side": "all", "share": case.share}),
        small.rule("target", "minimum_contribution", {"options": "home", "dwellings": case.target},
                   place=B, strength="soft"),
        [small.committed(place, what, number, year) for (place, year, what), number in case.agreed.items()],
    ]  # fmt: skip


# --- counting -------------------------------------------------------------------------


def _allowed(case: Case, plan: dict[Cell, int]) -> bool:
    """Return whether a plan keeps every hard rule: capacity, agreements, projects, share and money."""
    for place in (A, B):
        for year in YEARS:
            if sum(n for (p, t, _), n in plan.items() if (p, t) == (place, year)) > case.capacity:
                return False
        social = sum(n for (p, _, what), n in plan.items() if p == place and what != "free")
        if social < case.share * sum(n for (p, _, _), n in plan.items() if p == place):
            return False
    for cell, number in plan.items():
        new = number - case.agreed.get(cell, 0)
        if new < 0 or (cell[2] == "care" and 0 < new < LEAST):
            return False
    carried = 0
    for year, state, own in zip(YEARS, case.state, case.own, strict=True):
        asked = {A: 0, B: 0}
        for (place, built, what), number in plan.items():
            asked[place] += number * case.cost.get(what, 0) if built == year else 0
        # The money of A pays nowhere else and never: it goes first, the state pays the rest.
        rest = max(0, asked[A] - own) + asked[B]
        carried += state - rest
        if carried < 0:
            return False
    return True


def _objectives(case: Case, plan: dict[Cell, int]) -> tuple[int, Fraction]:
    """Return the shortfall of all needs, and the violation of soft rules: surplus and the target of B."""
    short, violation = 0, Fraction(0)
    for name, asked in case.needs.items():
        room = LEAST if name == "care" else 1
        for count, year in enumerate(YEARS, start=1):
            there = sum(n for (_, t, what), n in plan.items() if what == name and t <= year)
            fixed = sum(n for (_, t, what), n in case.agreed.items() if what == name and t <= year)
            short += max(0, asked * count - there)
            allowed = max(asked * count + room, fixed)
            violation += Fraction(max(0, there - allowed), max(1, 2 * asked + room))
    built = sum(n for (place, _, what), n in plan.items() if (place, what) == (B, "home"))
    violation += Fraction(max(0, case.target - built), max(1, case.target))
    return short, violation


def _plans(case: Case) -> Iterator[dict[Cell, int]]:
    cells = case.cells
    for numbers in product(*(range(case.agreed.get(cell, 0), most + 1) for cell, most in cells)):
        yield {cell: number for (cell, _), number in zip(cells, numbers, strict=True)}


def _best(case: Case) -> tuple[int, Fraction] | None:
    return min((_objectives(case, plan) for plan in _plans(case) if _allowed(case, plan)), default=None)


# --- the comparison -------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(16))
def test_both_stages_are_the_best_of_all_plans(small: Any, seed: int) -> None:
    """Least shortfall, then least violation among those plans, equal counting; so does having no plan."""
    case = _case(seed)
    best = _best(case)
    stages = ("unmet_special", "rule_violation")
    result = small.solve(small.instance(_rows(small, case), years=2, measures=stages))
    if best is None:
        assert isinstance(result, NoPlan)
        assert result.reason == "infeasible"
        return
    assert isinstance(result, Solution), result
    assert (result.measures["unmet_special"], result.measures["rule_violation"]) == best
    plan = {cell: result.completed.get(cell, 0) for cell, _ in case.cells}
    assert _allowed(case, plan)
    assert _objectives(case, plan) == best
    for record, value in zip(result.stages, best, strict=True):
        assert record.bound <= float(value) + 1e-6
        assert record.value == pytest.approx(float(value), abs=1e-6)


def test_the_cases_hold_both_kinds() -> None:
    """Some of the cases have a plan with a shortfall, and some have no plan at all."""
    found = [_best(_case(seed)) for seed in (0, 1, 3, 7, 11, 15)]
    assert None in found
    assert any(best is not None and best[0] > 0 for best in found)
