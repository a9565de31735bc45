"""The base of a batch: the inputs of its variants, and the names of its runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from thuisplan.commands.batch.base import Base, asked, pack, run_name, scenario_hash, unpack, unpack_base
from thuisplan.inputs.read_change import Change
from thuisplan.inputs.tables import Budget, Need, Override
from thuisplan.inputs.variants.variant import RunSettings
from thuisplan.model.build import build

DOUBLE = Change("needs", "rent *", "central", "multiply", "2")
SETTINGS = RunSettings()


@pytest.fixture
def base(small: Any, scenario: Any) -> Base:
    """Return a base with an override of its own: of four dwellings needed half remain."""
    rows = [
        small.option("rent"),
        small.offer(small.A, "rent", 9),
        small.need("rent", 4),
        small.pot("own", "extra_cost", {2026: 1000}),
        Override(
            table_name="needs", row_key="rent *", column_name="central", operation="multiply", value="0.5"
        ),
    ]
    return Base(scenario(*rows))


def needed(instance: Any) -> list[int]:
    """Return what is needed per row."""
    return [row.central for row in instance.rows(Need)]


def test_changes_come_after_the_overrides_of_the_base(base: Base) -> None:
    """Half of four is two, doubled again four; and the input of the run has both in its overrides."""
    given, instance = base.variant((DOUBLE,))
    assert needed(base.variant(())[1]) == [2]
    assert needed(instance) == [4]
    assert [(row.operation, row.value) for row in given.rows(Override)] == [
        ("multiply", "0.5"),
        ("multiply", "2"),
    ]
    assert len(base.given.rows(Override)) == 1


def test_equal_inputs_have_one_name(base: Base) -> None:
    """Doubled once, or one more twice: both are four, so one run; another input or setting is another."""
    one_more = Change("needs", "rent *", "central", "add", "1")
    doubled, added = (base.variant(changes)[1] for changes in ((DOUBLE,), (one_more, one_more)))
    name = run_name(doubled, SETTINGS)
    assert (len(name), run_name(added, SETTINGS)) == (16, name)
    assert run_name(base.variant(())[1], SETTINGS) != name
    assert run_name(doubled, replace(SETTINGS, gap=0.01)) != name


def test_what_is_asked_is_told_apart_without_resolving(base: Base) -> None:
    """Base, changes and settings count."""
    hashed = scenario_hash(base.given)
    found = {
        asked(hashed, (), SETTINGS),
        asked(hashed, (DOUBLE,), SETTINGS),
        asked(hashed, (), replace(SETTINGS, seed=1)),
        asked("another base", (), SETTINGS),
    }
    assert len(found) == 4
    assert asked(hashed, (DOUBLE,), SETTINGS) in found


def test_the_problem_of_a_variant_is_that_of_its_input(base: Base) -> None:
    """What the workshop gives is what building anew gives."""
    instance = base.variant((DOUBLE,))[1]
    one, other = base.build(instance), build(instance)
    assert one.columns == other.columns
    assert (one.matrix != other.matrix).nnz == 0
    assert (one.row_lower.tolist(), one.row_upper.tolist()) == (
        other.row_lower.tolist(),
        other.row_upper.tolist(),
    )


def test_a_base_travels(base: Base) -> None:
    """What is packed comes back equal, and a worker keeps the base that it has."""
    packed = pack(base.given)
    assert unpack(packed).tables == base.given.tables
    assert unpack_base(packed) is unpack_base(packed)
    other = unpack_base(pack(replace(base.given, tables={**base.given.tables, Budget.table: ()})))
    assert other is not unpack_base(packed)
