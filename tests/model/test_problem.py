"""The operations on a Problem: each gives a new one, means what it says and leaves the old one alone."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from thuisplan.model.build import REPAIR
from thuisplan.model.problem import BEYOND_OFFER, Problem
from thuisplan.model.requirement import Sense
from thuisplan.solvers.highs import Limits, solve


@pytest.fixture
def problem(small: Any) -> Problem:
    """Return a problem of two needs, projects, capacity, an account and a share of a third."""
    made = small.instance(
        small.option("home"),
        small.market("free"),
        small.option("care", minimum_project=4, extra_cost_eur=10_000),
        [small.offer(small.A, code, 6) for code in ("home", "free", "care")],
        small.need("home", 5),
        small.need("care", 2),
        small.capacity(small.A, 9),
        small.pot("p", "extra_cost", {2026: 50_000}, carry_over=True),
        small.rule("third", "social_share", {"side": "all", "share": "1/3"}),
        years=2,
    )
    return small.build(made)


def _state(problem: Problem) -> list[Any]:
    arrays = (
        problem.lower,
        problem.upper,
        problem.row_lower,
        problem.row_upper,
        problem.cost,
        problem.integral,
    )
    entries = problem.matrix.toarray().tolist()
    return [problem.columns, problem.rows, entries, *(array.tolist() for array in arrays)]


def _rows_of(problem: Problem, family: str) -> list[int]:
    """Return the rows that impose requirements of a family."""
    return [
        position
        for position, row in enumerate(problem.rows)
        if row.requirement is not None and problem.requirements[row.requirement].family == family
    ]


def _row(problem: Problem, name: str) -> int:
    [position] = [position for position, row in enumerate(problem.rows) if row.name == name]
    return position


def _column(problem: Problem, name: str) -> int:
    [position] = [position for position, column in enumerate(problem.columns) if column.name == name]
    return position


OPERATIONS: dict[str, Callable[[Problem], Problem]] = {
    "with_slack": lambda p: p.with_slack({row: (REPAIR, Fraction(1)) for row in _rows_of(p, "capacity")}),
    "with_slack of an offer": lambda p: p.with_slack(
        {row: (REPAIR, Fraction(1)) for row in _rows_of(p, "availability")}
    ),
    "with_peak": lambda p: p.with_peak("fair_share_max", {0: Fraction(1), 1: Fraction(2)}),
    "with_cost": lambda p: p.with_cost({"lateness": 1.0, "extra_cost": 2.0}),
    "with_limit": lambda p: p.with_limit({"lateness": 1.0}, 3.0),
    "with_limit of a blend": lambda p: p.with_limit({"lateness": 1.0, "extra_cost": 2.0}, 3.0),
    "with_bounds": lambda p: p.with_bounds({0: 1.0}, {0: 2.0}),
    "with_row": lambda p: p.with_row("added", {0: 1.0, 2: -1.0}, 0.0, 4.0),
    "with_reference": lambda p: p.with_reference({0: 3, 1: 0}),
    "relaxed": lambda p: p.relaxed(),
    "with_rows_tightened": lambda p: p.with_rows_tightened({row: 1.0 for row in _rows_of(p, "capacity")}),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_old_problem_is_left_alone(problem: Problem, name: str) -> None:
    """The new problem differs, and the old one is what it was, to the last entry."""
    before = _state(problem)
    after = OPERATIONS[name](problem)
    assert _state(problem) == before
    assert _state(after) != before
    rows, columns = after.matrix.shape
    assert (rows, columns) == (len(after.rows), len(after.columns))
    assert len(after.row_lower) == len(after.row_upper) == rows
    assert len(after.lower) == len(after.upper) == len(after.integral) == len(after.cost) == columns


def test_without_anything_to_do_it_is_the_same_problem(problem: Problem) -> None:
    """No rows to loosen and no weights of a peak: nothing is made."""
    assert problem.with_slack({}) is problem
    assert problem.with_peak("fair_share_max", {}) is problem


def test_slack_is_counted_in_the_unit_of_the_requirement(problem: Problem) -> None:
    """A row with thirds is scaled by 3; one dwelling of slack moves it by 3, and costs its price."""
    row = _row(problem, f"third[{'GM0001'},2026-2027]")
    assert problem.rows[row].scale == 3
    loosened = problem.with_slack({row: (REPAIR, Fraction(5))}, prefix="gives")
    [column] = loosened.columns_of("gives")
    assert loosened.columns[column].name == f"gives[{problem.rows[row].name}]"
    assert loosened.matrix[row, column] == 3
    assert loosened.matrix[loosened.measures[REPAIR], column] == 5
    assert (loosened.lower[column], loosened.upper[column]) == (0, np.inf)
    # A row with a ceiling gives the other way.
    [capacity] = _rows_of(problem, "capacity")[:1]
    loosened = problem.with_slack({capacity: (REPAIR, Fraction(1))})
    assert loosened.matrix[capacity, -1] == -1


def test_what_follows_a_budget_gives_with_it(problem: Problem) -> None:
    """Euros that a pot would need are added to its account too, so that they are not owed next year."""
    row = _row(problem, "extra_cost[p,2026]")
    account = _row(problem, "carried[p,2026]")
    loosened = problem.with_slack({row: (REPAIR, Fraction(1))})
    slack, carried = len(problem.columns), _column(problem, "carried[p,2026]")
    # budget - used - carried = 0 becomes budget + slack - used - carried = 0.
    assert loosened.matrix[account, slack] == -loosened.matrix[account, carried] == 1


def test_what_follows_an_offer_is_the_size_of_a_project_and_not_a_project(problem: Problem) -> None:
    """The ceiling x <= 6 z becomes x <= (6 + very many) z: never a dwelling without a project."""
    row, ceiling = (
        _row(problem, name) for name in ("availability[GM0001,care,2026]", "ceiling[GM0001,2026,care]")
    )
    loosened = problem.with_slack({row: (REPAIR, Fraction(1))})
    slack, switch = len(problem.columns), _column(problem, "z[GM0001,2026,care]")
    assert problem.matrix[ceiling, switch] == -6
    assert loosened.matrix[ceiling, switch] == -6 - BEYOND_OFFER
    assert loosened.matrix[ceiling, slack] == 0


def test_the_peak_is_the_largest(problem: Problem) -> None:
    """With columns fixed at 3 and 2 and weights 1 and 2, the least peak is 4."""
    free = problem.with_bounds({}, {})
    homes = [_column(problem, f"x[GM0001,{year},free]") for year in (2026, 2027)]
    peaked = free.with_peak("fair_share_max", {homes[0]: Fraction(1), homes[1]: Fraction(2)})
    values = {homes[0]: 3.0, homes[1]: 2.0}
    outcome = solve(peaked.with_bounds(values, values).with_cost({"fair_share_max": 1.0}), Limits())
    assert outcome.objective == pytest.approx(4)
    assert outcome.values is not None
    assert peaked.measure("fair_share_max", outcome.values) == pytest.approx(4)


def test_a_cost_is_the_weighted_sum_of_measures(problem: Problem) -> None:
    """Lateness counts a dwelling of 2027 once, extra cost a care dwelling for 10 thousand euros, twice."""
    costed = problem.with_cost({"lateness": 1.0, "extra_cost": 2.0})
    found = {problem.columns[c].name: costed.cost[c] for c in np.flatnonzero(costed.cost)}
    assert found == {
        "x[GM0001,2026,care]": 20,
        "x[GM0001,2027,care]": 21,
        "x[GM0001,2027,free]": 1,
        "x[GM0001,2027,home]": 1,
    }
    # A new cost replaces the old one.
    assert costed.with_cost({"lateness": 1.0}).cost.sum() == 3


def test_a_limit_only_gets_tighter(problem: Problem) -> None:
    """A later, looser limit of the same measure changes nothing; a blend gets a row of its own."""
    row = problem.measures["lateness"]
    assert problem.with_limit({"lateness": 1.0}, 3.0).with_limit({"lateness": 1.0}, 8.0).row_upper[row] == 3
    blend = problem.with_limit({"lateness": 1.0, "extra_cost": 2.0}, 3.0)
    assert blend.rows[-1].name == "limit[1 lateness+2 extra_cost]"
    assert blend.row_upper[-1] == 3
    assert blend.matrix[-1, :].toarray().ravel() == pytest.approx(
        problem.with_cost({"lateness": 1.0, "extra_cost": 2.0}).cost
    )


def test_tightening_counts_in_the_unit_of_the_row(problem: Problem) -> None:
    """Half a dwelling on a row that is three times the exact one moves it by 1.5, a ceiling the other way."""
    row = _row(problem, "third[GM0001,2026-2027]")
    [capacity] = _rows_of(problem, "capacity")[:1]
    tight = problem.with_rows_tightened({row: 0.5, capacity: 0.5})
    assert tight.row_lower[row] - problem.row_lower[row] == 1.5
    assert tight.row_upper[capacity] - problem.row_upper[capacity] == -0.5


def test_the_scaled_matrix_is_the_exact_form(problem: Problem) -> None:
    """Every row of a requirement is its exact left side minus its right side, times its scale."""
    checked = 0
    for position, row in enumerate(problem.rows):
        if row.requirement is None or problem.requirements[row.requirement].sense is Sense.ZERO_OR_AT_LEAST:
            continue
        left, right, _ = problem.forms[row.requirement]
        assert left is not None
        assert right is not None
        form = left.minus(right)
        entries = problem.matrix[position, :].toarray().ravel()
        for column, coefficient in zip(form.columns, form.coefficients, strict=True):
            assert entries[column] == float(coefficient * row.scale)
            entries[column] = 0
        # What is left is the slack of a soft requirement.
        left_over = {problem.columns[c].key[0] for c in np.flatnonzero(entries)}
        assert left_over <= {"slack"}
        bounds = {problem.row_lower[position], problem.row_upper[position]} - {np.inf, -np.inf}
        assert bounds <= {float(-form.constant * row.scale)}
        checked += 1
    # 6 offers, 2 needs x 2 years x (coverage and surplus), 2 capacities, 2 budgets and 1 share.
    assert checked == 6 + 8 + 2 + 2 + 1


def test_names_are_found_back(problem: Problem) -> None:
    """Rows of a family and columns of a kind; names of columns are unique."""
    assert len({column.name for column in problem.columns}) == len(problem.columns)
    assert [problem.rows[row].name for row in _rows_of(problem, "capacity")] == [
        "capacity[GM0001,all,2026]",
        "capacity[GM0001,all,2027]",
    ]
    assert [problem.columns[c].key for c in problem.columns_of("z")] == [
        ("z", "GM0001", 2026, "care"),
        ("z", "GM0001", 2027, "care"),
    ]


def test_not_imposed_rows_are_free(small: Any) -> None:
    """A rule that is followed, exempt or not testable leaves its row, without bounds."""
    rows = [
        small.option("home"),
        [small.offer(code, "home", 6) for code in (small.A, small.B)],
        small.capacity(small.A, 3),
        small.capacity(small.B, 3),
        small.exempt("capacity", small.B),
        small.rule("availability", "availability", strength="monitor"),
    ]
    made = small.build(small.instance(rows))
    bounds = {
        made.rows[row].name: (made.row_lower[row], made.row_upper[row])
        for family in ("capacity", "availability")
        for row in _rows_of(made, family)
    }
    free = (-np.inf, np.inf)
    assert bounds == {
        "capacity[GM0001,all,2026]": (-np.inf, 3),
        "capacity[GM0002,all,2026]": free,
        "availability[GM0001,home,2026]": free,
        "availability[GM0002,home,2026]": free,
    }


# --- rows and columns of one's own -----------------------------------------------------


def test_an_added_row_holds(problem: Problem, small: Any) -> None:
    """Homes of both years less market dwellings of the first: at most 4 where 6 + 3 - 0 = 9 would fit."""
    homes = [_column(problem, f"x[{small.A},{year},home]") for year in (2026, 2027)]
    free = _column(problem, f"x[{small.A},2026,free]")
    held = problem.with_row("few", dict.fromkeys(homes, 1.0) | {free: -1.0}, -np.inf, 4.0)
    # Nothing asks for market dwellings; every one lets one more home in, and a third must be social.
    asked = held.with_bounds({}, {free: 0.0}).with_cost({"unmet_regular": 1.0, "unmet_special": 1.0})
    found = solve(asked, Limits(seconds=20.0))
    assert found.values is not None
    assert sum(found.values[home] for home in homes) <= 4 + 1e-6


def test_a_reference_counts_what_differs(problem: Problem, small: Any) -> None:
    """Earlier 2 homes and 3 market dwellings, now 5 and 1 at least and most: a change of 3 + 2 = 5."""
    home, free = (_column(problem, f"x[{small.A},2026,{what}]") for what in ("home", "free"))
    held = problem.with_reference({home: 2, free: 3}).with_bounds({home: 5.0}, {free: 1.0})
    found = solve(held.with_cost({"change": 1.0}), Limits(seconds=20.0))
    assert found.objective == pytest.approx(5)
    assert found.values is not None
    assert held.measure("change", found.values) == pytest.approx(5)


# --- running totals that give -----------------------------------------------------------


def _plans_short(small: Any) -> Problem:
    """Plans for 4 by 2026 and 6 by 2027; agreed are 7 in 2026 and 2 in 2027."""
    made = small.instance(
        small.option("home"),
        small.offer(small.A, "home", 9),
        [small.plan(small.A, 4), small.plan(small.A, 2, year=2027)],
        [small.committed(small.A, "home", 7), small.committed(small.A, "home", 2, 2027)],
        years=2,
    )
    built: Problem = small.build(made)
    return built


@pytest.mark.parametrize(("carried", "amount"), [(True, 3), (False, 6)])
def test_what_a_running_total_gives_counts_once(small: Any, carried: bool, amount: int) -> None:
    """7 against plans for 4, then 9 against 6: 3 more plans repair both years; by year it is 3 + 3."""
    problem = _plans_short(small)
    prices = {row: (REPAIR, Fraction(1)) for row in _rows_of(problem, "capacity")}
    relaxed = problem.with_slack(prices, prefix="gives", carried=carried).with_cost({REPAIR: 1.0})
    assert solve(relaxed, Limits(seconds=20.0)).objective == pytest.approx(amount)


# --- totals --------------------------------------------------------------------------------


def test_flat_forms_hold_no_totals(problem: Problem) -> None:
    """What is in service by 2027, and what the pot carries, are what was built and paid in both years."""
    for lhs, rhs, _ in problem.forms:
        for form in (lhs, rhs):
            if form is None:
                continue
            columns = [problem.columns[column].key[0] for column in problem.flat(form).columns]
            assert not {"total", "carried"} & set(columns)
    [need] = [
        lhs
        for requirement, (lhs, _, _) in zip(problem.requirements, problem.forms, strict=True)
        if (requirement.family, requirement.subject, requirement.period) == ("need", "home", "2027")
    ]
    assert need is not None
    flat = problem.flat(need)
    names = {problem.columns[c].name: n for c, n in zip(flat.columns, flat.coefficients, strict=True)}
    assert names == {"x[GM0001,2026,home]": 1, "x[GM0001,2027,home]": 1}


def test_completed_values_keep_every_definition(problem: Problem) -> None:
    """With 3 homes in 2026 and 2 care dwellings in 2027 every definition of a total holds exactly."""
    chosen = {"x[GM0001,2026,home]": 3, "x[GM0001,2027,care]": 2}
    values = problem.complete({_column(problem, name): number for name, number in chosen.items()})
    assert values[_column(problem, "D[GM0001,home,2027]")] == 3
    for row, (form, sense) in problem.exact_rows.items():
        if sense == "==" and not problem.rows[row].name.startswith("paid["):
            assert form.value(values) == 0, problem.rows[row].name
    # Nothing is paid, so that the pot carries its 50,000 euros (in thousands) to the next year.
    assert values[_column(problem, "carried[p,2026]")] == 50
