"""Problems of scenarios as one: block by block what they were, and common years the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from thuisplan.model.forms import Form
from thuisplan.model.joined import common_cells, join, places_of, with_decisions, with_regret
from thuisplan.model.problem import Problem
from thuisplan.solvers.highs import Limits, solve

MEASURES = {"unmet_special": 1.0}


@pytest.fixture
def problems(small: Any) -> dict[str, Problem]:
    """Return two scenarios of A and two years: homes are asked, or care; there is room for 2 a year."""

    def problem(*asked: Any) -> Problem:
        made: Problem = small.build(
            small.instance(
                small.option("home"),
                small.option("care", dwelling_type="care_suitable"),
                [small.offer(small.A, what, 2) for what in ("home", "care")],
                small.capacity(small.A, 2),
                asked,
                years=2,
            )
        )
        return made

    return {"homes": problem(small.need("home", 2)), "care": problem(small.need("care", 2))}


def test_every_block_is_the_problem_it_was(problems: dict[str, Problem]) -> None:
    """Rows, bounds and exact forms of a scenario come back, shifted by what stands before them."""
    joined = join(problems, 2026)
    for name, own in problems.items():
        columns, rows = joined.blocks[name], joined.rows[name]
        block = joined.problem.matrix[rows, :]
        assert (block[:, columns] != own.matrix).nnz == 0
        assert block.nnz == own.matrix.nnz
        assert np.array_equal(joined.problem.row_upper[rows], own.row_upper)
        assert np.array_equal(joined.problem.upper[columns], own.upper)
        for row, (form, sense) in own.exact_rows.items():
            moved, same = joined.problem.exact_rows[rows.start + row]
            assert same == sense
            assert moved == Form(
                tuple(column + columns.start for column in form.columns), form.coefficients, form.constant
            )
        for row, one in enumerate(joined.problem.rows[rows]):
            if one.requirement is not None:
                line = own.requirements[own.rows[row].requirement or 0]
                assert joined.problem.requirements[one.requirement] == line
    for column in (joined.problem.columns[c] for c in joined.problem.columns_of("slack")):
        row, _, name = joined.problem.rows[column.key[1]].name.rpartition("@")
        assert column.name == f"slack[{row}]@{name}"


def test_only_common_years_are_common(problems: dict[str, Problem], small: Any) -> None:
    """Of two years and two options the first year's two cells are common: two rows with a 1 and a -1."""
    joined = join(problems, 2026)
    assert joined.cells == ((small.A, 2026, "care"), (small.A, 2026, "home"))
    rows = [at for at, row in enumerate(joined.problem.rows) if row.name.startswith("common[")]
    assert len(rows) == 2
    for row, cell in zip(rows, joined.cells, strict=True):
        entries = joined.problem.matrix[row, :]
        assert {joined.problem.columns[column].key for column in entries.indices} == {("x", *cell)}
        assert sorted(entries.data.tolist()) == [-1.0, 1.0]
    assert join(problems, 2025).cells == ()
    assert len(join(problems, 2030).cells) == 4


def test_what_one_scenario_does_not_offer_is_built_in_none(small: Any) -> None:
    """Care is offered in one scenario only: it is a common cell of zero, in later years it is free."""

    def problem(*offers: Any) -> Problem:
        made: Problem = small.build(
            small.instance(small.option("home"), small.option("care"), offers, small.need("home", 1), years=2)
        )
        return made

    home, care = small.offer(small.A, "home", 1), small.offer(small.A, "care", 5)
    both = {"with": problem(home, care), "without": problem(home)}
    joined = join(both, 2026)
    assert (small.A, 2026, "care") in joined.cells
    places = places_of(both["with"])
    assert joined.part("with", joined.problem.upper)[places[small.A, 2026, "care"]] == 0
    # Offers are rows: the column itself has no upper bound.
    assert joined.part("with", joined.problem.upper)[places[small.A, 2027, "care"]] == np.inf


def test_the_measure_of_all_is_the_sum_and_the_regret_the_largest(problems: dict[str, Problem]) -> None:
    """With 2 homes a year nobody waits for a home: 0. For care 2 and 4 are short: 6, of which 1 was known.

    The sum is 0 + 6; the regret is the larger of 0 - 0 and 6 - 1.
    """
    joined = with_regret(join(problems, 2030), problems, MEASURES, {"homes": 0.0, "care": 1.0})
    fixed = {
        column: 2.0 if joined.problem.columns[column].key[3] == "home" else 0.0
        for column in joined.problem.columns_of("x")
    }
    held = joined.problem.with_bounds(fixed, fixed).with_cost({"regret": 1.0})
    found = solve(held, Limits())
    assert found.values is not None
    assert found.objective == pytest.approx(5)
    least = solve(held.with_cost(MEASURES), Limits())
    assert least.objective == pytest.approx(6)


def test_parts_and_whole(problems: dict[str, Problem]) -> None:
    """The values of the scenarios put together and taken apart again are what they were."""
    joined = join(problems, 2026)
    parts = {name: np.arange(len(own.columns), dtype=float) for name, own in problems.items()}
    whole = joined.whole(parts)
    assert all(np.array_equal(joined.part(name, whole), part) for name, part in parts.items())


def test_decisions_are_imposed_or_refused(problems: dict[str, Problem], small: Any) -> None:
    """What is decided is fixed; what is not offered is refused, and more than is agreed where nothing is."""
    own = problems["homes"]
    cell = (small.A, 2026, "home")
    held = with_decisions(own, {cell: 1, (small.A, 2026, "room"): 0})
    assert held is not None
    column = places_of(own)[cell]
    assert held.lower[column] == held.upper[column] == 1
    assert with_decisions(own, {(small.A, 2026, "room"): 1}) is None
    assert cell in common_cells([own], 2026)
    agreed = small.build(small.instance(small.option("home"), small.committed(small.A, "home", 2)))
    assert with_decisions(agreed, {cell: 2}) is not None
    assert with_decisions(agreed, {cell: 3}) is None
