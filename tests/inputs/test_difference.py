"""The changes between two resolved inputs make the one into the other."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from thuisplan.inputs.changes import apply
from thuisplan.inputs.difference import changes_between
from thuisplan.inputs.examples import EXAMPLES, example
from thuisplan.inputs.read_change import Change
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Capacity, Key, Municipality, Need, Plan, StageRow


def test_nothing_differs_from_itself() -> None:
    """No table, so no change."""
    tables = resolve(example("stedendriehoek")).scenario.tables
    assert changes_between(tables, tables) == ()


@pytest.mark.parametrize("name", EXAMPLES)
def test_other_figures_are_found_back(name: str) -> None:
    """Every need, plan and growth path of an example is changed as given; the changes do so too."""
    given = example(name)
    before = resolve(given)
    tables = dict(given.tables)
    tables["needs"] = tuple(
        replace(row, central=(row.central or row.high or Fraction(0)) * Fraction(8, 7))
        for row in given.rows(Need)
    )
    tables["plans"] = tuple(replace(row, realisation=Fraction(3, 10)) for row in given.rows(Plan))
    tables["keys"] = tuple(
        replace(row, path_last_year=row.path_last_year and row.path_last_year - 1) for row in given.rows(Key)
    )
    after = resolve(Scenario(given.settings, tables)).scenario.tables
    changed = apply(before, changes_between(before.scenario.tables, after)).scenario.tables
    assert {n for n, rows in after.items() if rows != changed[n]} <= {"assumptions"}


def test_a_row_over_years_stays_whole() -> None:
    """Ten a year in 2026-2035 becomes eleven: one change that names all years."""
    tables = resolve(example("stedendriehoek")).scenario.tables
    before = tables["capacity"]
    after = tuple(replace(row, dwellings_per_year=11) for row in before[:1]) + before[1:]
    assert isinstance(before[0], Capacity)
    [change] = changes_between(tables, {"capacity": after})
    assert change == Change(
        "capacity", f"{before[0].municipality_code} - 2026-2035", "dwellings_per_year", "set", "11"
    )


def test_rows_that_go_and_come() -> None:
    """A stage that goes is removed before another comes; a row with nothing but defaults is made too."""
    row = StageRow(stage=2, measure="lateness")
    found = changes_between({"stages": (StageRow(stage=1, measure="deficit"),)}, {"stages": (row,)})
    assert found == (
        Change("stages", "1 deficit", "", "remove", ""),
        Change("stages", "2 lateness", "weight", "set", "1"),
    )


def test_a_row_that_no_change_can_make_is_refused() -> None:
    """A municipality needs a name and a year of its boundaries: one value does not make it."""
    row = Municipality(code="GM0001", name="A", boundary_year=2026)
    with pytest.raises(ValueError, match="municipalities needs name, boundary_year"):
        changes_between({}, {"municipalities": (row,)})
