"""Repairs: after them every line holds that was missed, for the same plan, and no other line breaks."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.changes import Change, apply
from thuisplan.inputs.examples import EXAMPLES, example
from thuisplan.inputs.families import FAMILIES
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.repairs import LineRef, repairs
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.tables import CareCapacity, CareDemand, Neighbourhood
from thuisplan.model.build import build
from thuisplan.model.evaluate import Line, evaluate
from thuisplan.model.problem import Problem
from thuisplan.model.requirement import EUROS, Requirement

A = "GM0001"
CARRIED = ("need", "fair_share", "waiting_list", "permit_holders")
"""Families whose lines are running totals, as their docstrings say."""

Lines = dict[tuple[str, ...], Line]
Missed = dict[str, dict[LineRef, dict[str, Fraction]]]


# --- what changes ---------------------------------------------------------------------------


def _line(family: str, place: str = A, subject: str = "home", unit: str = "dwellings") -> LineRef:
    carried = family in CARRIED or subject.startswith("plans:")
    return LineRef(family, family, "municipality", place, subject, unit, carried)


@pytest.mark.parametrize(
    ("line", "amounts", "expected"),
    [
        (
            _line("availability"),
            {"2027": "5/2"},
            [("availability", f"{A} home 2027", "max_per_year", "add", "3")],
        ),
        (
            _line("capacity", subject="all"),
            {"2026": 25, "2027": 0},
            [("capacity", f"{A} - 2026", "dwellings_per_year", "add", "25")],
        ),
        (
            _line("capacity", subject="new_build"),
            {"2026": 25},
            [("capacity", f"{A} new_build 2026", "dwellings_per_year", "add", "25")],
        ),
        (_line("commitment"), {"2027": 25}, [("commitments", f"{A} home 2027", "dwellings", "add", "-25")]),
        # 3 400.0005 thousand euros is 3 400 000.5 euros, and half a euro is a whole one.
        (
            _line("extra_cost", "R", "wmo", "kEUR"),
            {"2028": "3400.0005"},
            [("budgets", "wmo 2028", "amount_eur", "add", "3400001")],
        ),
        (
            _line("deficit", subject="own:home", unit="EUR"),
            {"2028": 12},
            [("deviations", f"deficit {A} own:home 2028", "amount", "add", "12")],
        ),
        # What lacks in 2027 lacks to the end; the 5 more of 2029 come on top.
        (
            _line("need", "Region R", "care"),
            {"2027": 41, "2029": "5/2"},
            [
                ("deviations", 'need "Region R" care 2027-2029', "amount", "add", "41"),
                ("deviations", 'need "Region R" care 2029', "amount", "add", "5/2"),
            ],
        ),
        (
            _line("social_share", subject=""),
            {"2026-2029": "9/5"},
            [("deviations", f"social_share {A} - 2026-2029", "amount", "add", "9/5")],
        ),
        (
            _line("capacity", subject="plans:new_build:market"),
            {"2026": "3/2", "2028": 1},
            [
                ("plans", f"extra {A} new_build - 2026", "dwellings", "add", "2"),
                ("plans", f"extra {A} new_build - 2028", "dwellings", "add", "1"),
            ],
        ),
    ],
)
def test_each_family_gives_by_its_own_figure(
    small: Any, line: LineRef, amounts: Mapping[str, Any], expected: list[tuple[str, ...]]
) -> None:
    """Whole figures are rounded up; where a line has no figure of its own, the deviation is agreed."""
    instance = small.instance(small.option("home"), small.offer(A, "home", 5), years=4)
    missed = {period: Fraction(amount) for period, amount in amounts.items()}
    found = repairs(instance, {line: missed})
    assert found == tuple(Change(*change) for change in expected)


def test_lines_about_the_same_plans_give_together(small: Any) -> None:
    """Three lack of market in 2026; of all segments two in 2026 and two more in 2027: 3, and then 1 more."""
    instance = small.instance(small.option("home"), small.offer(A, "home", 5), years=2)
    found = repairs(
        instance,
        {
            _line("capacity", subject="plans:new_build:market"): {"2026": Fraction(3)},
            _line("capacity", subject="plans:new_build:market+social_rent"): {
                "2026": Fraction(2),
                "2027": Fraction(2),
            },
        },
    )
    assert [(change.key, change.value) for change in found] == [
        (f"extra {A} new_build - 2026", "3"),
        (f"extra {A} new_build - 2027", "1"),
    ]


@pytest.mark.parametrize("family", [name for name, family in FAMILIES.items() if family.always])
def test_what_exists_does_not_give(small: Any, family: str) -> None:
    """A repair of what there is to let would be a dwelling that does not exist."""
    instance = small.instance(small.option("home"), small.offer(A, "home", 5))
    with pytest.raises(ValueError, match="Expected a rule that may give"):
        repairs(instance, {_line(family): {"2026": Fraction(1)}})


# --- and whether it is enough -----------------------------------------------------------------


def _ref(line: Requirement) -> LineRef:
    return LineRef(line.rule_id, line.family, line.purpose, line.place, line.subject, line.unit, line.carried)


def _lines(instance: Instance, problem: Problem, values: Mapping[Any, Fraction | int]) -> Lines:
    """Return the lines of a plan that is given by the values of its decisions."""
    places = {column.key: place for place, column in enumerate(problem.columns)}
    full = problem.complete({places[key]: value for key, value in values.items()})
    return {
        (*line.requirement.series, line.requirement.period): line
        for line in evaluate(instance, problem, full)
    }


def _random_plan(problem: Problem, chance: random.Random) -> dict[Any, Fraction | int]:
    """Return decisions that keep nothing in mind: dwellings, projects, lettings, payments."""
    values: dict[Any, Fraction | int] = {}
    for column in problem.columns:
        if column.key[0] == "y":
            values[column.key] = Fraction(chance.randint(0, 400_000), 1000)
        elif column.key[0] in ("z", "s"):
            values[column.key] = chance.randint(0, 1)
        elif column.key[0] not in ("total", "carried", "slack", "peak"):
            values[column.key] = chance.choice((0, 0, chance.randint(0, 60)))
    return values


def _missed(lines: Lines) -> Missed:
    """Return what each line is missed by, per family; of a running total what is new in a year."""
    result: Missed = {}
    most: dict[tuple[str, ...], Fraction] = {}
    for key in sorted(lines):
        line, requirement = lines[key], lines[key].requirement
        missed = line.slack * (EUROS if requirement.unit == "kEUR" else 1)
        if requirement.carried:
            before = most.get(requirement.series, Fraction(0))
            most[requirement.series] = max(before, missed)
            missed -= before
        if missed > 0 and not FAMILIES[requirement.family].always:
            found = result.setdefault(requirement.family, {})
            found.setdefault(_ref(requirement), {})[requirement.period] = missed
    return result


def _check(instance: Instance, seed: int) -> set[str]:
    """Repair each family of a random plan on its own; return the families that had something to repair."""
    problem = build(instance)
    values = _random_plan(problem, random.Random(seed))
    before = _lines(instance, problem, values)
    missed = _missed(before)
    for family, amounts in missed.items():
        changed = apply(instance, repairs(instance, amounts))
        after = _lines(changed, build(changed), values)
        assert set(after) <= set(before)
        broken = {key: line for key, line in after.items() if line.verdict == "broken"}
        assert [key for key, line in broken.items() if line.requirement.family == family] == []
        assert [key for key in broken if before[key].verdict != "broken"] == []
    return set(missed)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_repaired_plan_holds(name: str) -> None:
    """Whatever a family was missed by in a random plan: repaired it is met, and nothing else breaks.

    Of the first four years of each example: all that its rules are about, in a smaller problem.
    """
    made = example(name, "en")
    last = min(made.settings.first_year + 3, made.settings.last_year)
    first_years = replace(made, settings=made.settings.model_copy(update={"last_year": last}))
    assert _check(resolve(first_years), seed=1)


def test_a_repaired_plan_holds_in_every_other_family(small: Any) -> None:
    """The families that the examples do not have, or cannot miss."""
    B = small.B
    instance = small.instance(
        small.place(A, dwelling_stock=1000, social_stock=200, mid_stock=100),
        small.place(B, dwelling_stock=1000, social_stock=300, mid_stock=100),
        small.option("home", deficit_eur=20000, dwelling_type="clustered"),
        small.middle("mid", deficit_eur=9000),
        small.market("free"),
        *(small.offer(code, what, 20) for code in (A, B) for what in ("home", "mid", "free")),
        small.need("home", 10),
        small.plan(A, 5, "social_rent"),
        small.plan(A, 5),
        small.pot("own", "deficit", {2026: 100000, 2027: 5000}, carry_over=True, max_per_dwelling_eur=8000),
        small.rule("social", "social_share", {"share": "30 %", "side": "all"}),
        small.rule("two-thirds", "affordable_share", {"share": "2/3"}, purpose="agreement"),
        small.rule("steps", "feature_target", {"feature": "zero_step", "dwellings": 5}),
        small.rule("even", "steady_series", {"share": "10 %", "dwellings": 1}, purpose="agreement"),
        Neighbourhood(
            municipality_code=A, neighbourhood="Oud Zuid", max_special=3, minimum_scale=2, preferred=True
        ),
        Neighbourhood(municipality_code=A, neighbourhood="Noord", max_special=0),
        CareDemand(subject="home", hours=Fraction(9, 2)),
        CareCapacity(purpose="municipality", place=A, from_year=2026, hours=Fraction(20)),
        years=3,
    )
    families = set().union(*(_check(instance, seed) for seed in range(4)))
    assert families >= {
        "affordable_share", "capacity", "care_capacity", "deficit", "feature_target", "neighbourhood",
        "social_share", "steady_series",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["stedendriehoek", "legal-fallback"])
def test_what_is_carried_is_what_the_model_carries(name: str) -> None:
    """Repairs and relaxations read amounts in the same way: as new in a year, or as missed in that year."""
    lines = build(resolve(example(name, "en"))).requirements
    given = [line for line in lines if not FAMILIES[line.family].always]
    assert {line.family for line in given if line.carried}
    assert [line.name for line in given if _ref(line).carried != line.carried] == []
