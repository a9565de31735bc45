"""What is told as a conflict is one: with only its lines, HiGHS finds no plan either."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.tables import Neighbourhood
from thuisplan.model.conflicts import Conflict, conflicts
from thuisplan.model.problem import INFINITY, Problem
from thuisplan.solvers.highs import Limits, solve

A, B = "GM0001", "GM0002"
YEARS = (2026, 2027)


def _supply(small: Any, chance: random.Random) -> list[Any]:
    """Return options, offers and what is agreed; a quarter is left out."""
    what = ("home", "mid", "care", "free")
    planned = chance.choice(((), (None,), (None, "social_rent")))
    cells = [(place, year, option) for place in (A, B) for year in YEARS for option in what]
    return [
        small.option("home"),
        small.middle("mid"),
        small.option(
            "care",
            extra_cost_eur=chance.choice((0, 1000, 3000)),
            minimum_project=chance.choice((1, 4)),
            service_life_years=chance.choice((None, 1)),
        ),
        small.market("free", extra_cost_eur=chance.choice((0, 2000))),
        [small.offer(p, o, chance.randint(0, 6), y) for p, y, o in cells if chance.random() < 0.75],
        [small.committed(p, o, chance.randint(1, 5), y) for p, y, o in cells if chance.random() < 0.12],
        [small.excluded(p, o, y) for p, y, o in cells if chance.random() < 0.05],
        [small.capacity(p, chance.randint(2, 12), year=y) for p in (A, B) for y in YEARS],
        [small.plan(A, chance.randint(0, 9), each) for each in planned],
        [small.need("home", 3), small.need("care", 2, need_class="special")],
    ]


def _agreed(small: Any, chance: random.Random) -> list[Any]:
    """Return hard rules: shares, contributions, a target and an even series; three in four are left out."""
    share = Fraction(chance.randint(1, 9), 10)
    other = 1 - share + Fraction(chance.randint(-2, 2), 10)
    target = {"of_options": "home|care", "dwellings": chance.randint(1, 30)}
    periods = chance.choice(("year", "horizon"))
    rules = [
        small.rule("social", "social_share", {"side": "all", "share": share, "periods": periods}),
        small.rule("middle", "mid_share", {"side": "all", "share": other}),
        small.rule("least", "minimum_contribution", {"options": "care", "dwellings": chance.randint(1, 6)}),
        small.rule("some", "minimum_contribution", {"options": "home|mid", "dwellings": 9}, place=A),
        small.rule("target", "feature_target", target, strength="hard", purpose="agreement"),
        small.rule("even", "steady_series", {"share": Fraction(1, 10), "dwellings": 1}, strength="hard"),
    ]
    return [rule for rule in rules if chance.random() < 0.25]


def _places(small: Any, chance: random.Random) -> list[Any]:
    """Return neighbourhoods of A, some of which take care dwellings and some no more than a few; or none."""
    if chance.random() < 0.5:
        return []
    return [
        Neighbourhood(
            municipality_code=A,
            neighbourhood=name,
            max_special=chance.choice((None, 0, 2, 4)),
            minimum_scale=chance.choice((None, 2)),
            options=chance.choice(((), ("care",))),
        )
        for name in ("North", "South")
    ]


def _money(small: Any, chance: random.Random) -> list[Any]:
    """Return pots of the state and of A; with a limit per dwelling, or an account, or neither."""
    amounts = [dict(zip(YEARS, (chance.randint(0, 15_000) for _ in YEARS), strict=True)) for _ in range(2)]
    share, limit = chance.choice((None, Fraction(1, 2), Fraction(3, 4))), chance.choice((None, 500, 1500))
    accounts = [chance.random() < 0.5 for _ in range(2)]
    own = {"purpose": "municipality", "place": A, "max_per_dwelling_eur": limit}
    return [
        small.pot("state", "extra_cost", amounts[0], carry_over=accounts[0], max_share=share),
        small.pot("own", "extra_cost", amounts[1], carry_over=accounts[1], **own),
    ]


def _housing(small: Any, chance: random.Random) -> list[Any]:
    """Return homes that are vacated, and floors and caps of what part goes to whom; or nothing."""
    if chance.random() < 0.5:
        return []
    shares = [Fraction(chance.randint(0, 10), 10) for _ in range(2)]
    return [
        small.vacating(A, chance.randint(0, 20), designated_share=Fraction(chance.randint(5, 10), 10)),
        small.vacating(B, chance.randint(0, 20)),
        small.group("homeless"),
        small.flow("homeless", chance.randint(0, 12)),
        small.fits("homeless", fit=Fraction(chance.randint(2, 10), 10)),
        small.rule("floor", "vacancy_share", {"form": "floor", "share": shares[0]}, strength="hard"),
        small.rule("cap", "vacancy_share", {"form": "cap", "share": shares[1]}, strength="hard"),
    ]


def _problem(small: Any, seed: int) -> Problem:
    chance = random.Random(seed)
    rows = [part(small, chance) for part in (_supply, _agreed, _places, _money, _housing)]
    made: Problem = small.build(small.instance(*rows, years=len(YEARS)))
    return made


def _only(problem: Problem, found: Conflict, room: float) -> Problem:
    """Return a problem of the lines of a conflict, of which the first one gives by some amount."""
    lower, upper = problem.row_lower.copy(), problem.row_upper.copy()
    for position, row in enumerate(problem.rows):
        if row.requirement is not None and row.requirement not in found.positions:
            lower[position], upper[position] = -INFINITY, INFINITY
        elif row.requirement == found.line.requirement:
            lower[position] -= room * row.scale
            upper[position] += room * row.scale
    return replace(problem, row_lower=lower, row_upper=upper)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_property_what_is_told_is_impossible(small: Any, seed: int) -> None:
    """The lines of every conflict leave no plan, also if the first gives almost what is missing."""
    problem = _problem(small, seed)
    for found in conflicts(problem):
        assert found.short > 0
        for part in (0.0, 0.99):
            named = _only(problem, found, part * float(found.short))
            assert solve(named.with_cost({}), Limits(presolve=False)).stopped == "infeasible", found
