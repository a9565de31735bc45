"""Draws are the same on every machine, stay inside their ranges, and have the shape that is asked."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from statistics import mean

import pytest

from thuisplan.inputs.changes import apply
from thuisplan.inputs.examples import example
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import Flow, Option, Plan
from thuisplan.inputs.variants.draws import uniform, value
from thuisplan.inputs.variants.variant import Draws, Range, VariantSet

Asked = Callable[..., VariantSet]

ALL = (
    '[draws]\ncount = {count}\nseed = {seed}\nneeds = true\nflows = ["90%", "110%"]\n'
    'costs = {{ extra_cost = ["90%", "115%"], deficit = {{ low = 1, central = "105%", high = 1.2 }} }}\n'
    'attrition = {{ soft = {{ low = "40%", high = "100%", beta = [2, 3] }}, hard = ["85%", "100%"] }}\n'
)


def _drawn(asked: Asked, count: int, seed: int = 1) -> VariantSet:
    return asked(ALL.format(count=count, seed=seed))


def test_what_is_drawn_is_told(asked: Asked) -> None:
    """The description for the tables; a decision is robust if it holds in nine of ten draws."""
    assert _drawn(asked, 2, seed=5).draws == Draws(
        2, 5, Fraction(9, 10), True, Range(Fraction(9, 10), Fraction(11, 10)),
        {
            "extra_cost": Range(Fraction(9, 10), Fraction(23, 20)),
            "deficit": Range(Fraction(1), Fraction(6, 5), Fraction(21, 20)),
        },
        {
            "soft": Range(Fraction(2, 5), Fraction(1), None, (2.0, 3.0)),
            "hard": Range(Fraction(17, 20), Fraction(1)),
        },
    )  # fmt: skip


def test_the_same_seed_draws_the_same(asked: Asked) -> None:
    """Twice the same; another seed draws otherwise; more draws leave the first as they are."""
    three = _drawn(asked, 3).variants
    assert [one.name for one in three] == ["base", "draw 001", "draw 002", "draw 003"]
    assert [one.labels for one in three[1:]] == [(("draw", str(n)),) for n in (1, 2, 3)]
    assert _drawn(asked, 3).variants == three
    assert _drawn(asked, 5).variants[:4] == three
    assert _drawn(asked, 3, seed=2).variants[1] != three[1]


def test_another_figure_that_is_drawn_leaves_the_others(asked: Asked) -> None:
    """Costs alone are drawn as they are beside everything else."""
    alone = asked('[draws]\ncount = 1\nseed = 1\ncosts = { extra_cost = ["90%", "115%"] }\n').named(
        "draw 001"
    )
    every = _drawn(asked, 1).named("draw 001")
    assert alone.changes == tuple(c for c in every.changes if c.column == "extra_cost_eur")
    assert len({change.value for change in alone.changes}) == 1


def test_random_numbers_are_those_of_every_machine() -> None:
    """PCG64 of numpy, seeded with seed, draw and the name of the figure: these numbers may never change."""
    assert [float(uniform(1, number, "cost extra_cost")) for number in (1, 2)] == pytest.approx(
        [0.5641406531735808, 0.19396077265492473], abs=0
    )
    numbers = [uniform(7, number, "x") for number in range(1, 2001)]
    assert all(0 <= number < 1 for number in numbers)
    assert float(mean(numbers)) == pytest.approx(
        0.5, abs=0.03
    )  # four standard errors: 4 x 0.289 / sqrt(2000)


def test_draws_stay_in_their_ranges(asked: Asked, base: Instance) -> None:
    """Needs between low and high (98-106 a year, 490-530 in five years), costs within 90-115 %, households
    within 90-110 %, and of the plans no more than there are and no less than 40 or 85 %, up to rounding."""
    planned = {(r.project, r.route, r.segment): r for r in example("stedendriehoek", "en").rows(Plan)}
    seen = set()
    for variant in _drawn(asked, 12).variants[1:]:
        after = apply(base, variant.changes)
        assert 490 <= after.needs["clustered"].required[2030] <= 530
        seen.add(after.needs["clustered"].required[2030])
        for row in base.rows(Option):
            now = after.options[row.option]
            assert (
                (row.extra_cost_eur or 0) * 0.9 - 1
                <= (now.extra_cost_eur or 0)
                <= (row.extra_cost_eur or 0) * 1.15 + 1
            )
            assert (row.deficit_eur or 0) <= (now.deficit_eur or 0) <= (row.deficit_eur or 0) * 1.2 + 1
        before, now_ = (sum(r.households for r in one.rows(Flow)) for one in (base, after))
        assert before * Fraction(9, 10) - 1 <= now_ <= before * Fraction(11, 10) + 1
        totals: dict[tuple[str, str, str | None], int] = {}
        for plan in after.rows(Plan):
            key = (plan.project, plan.route, plan.segment)
            totals[key] = totals.get(key, 0) + plan.dwellings
        for key, row in planned.items():
            least = Fraction(85, 100) if row.status == "hard" else Fraction(40, 100)
            assert row.dwellings * least - 1 <= totals.get(key, 0) <= row.dwellings
    assert len(seen) > 6


def test_plans_of_one_municipality_and_status_go_together(asked: Asked, base: Instance) -> None:
    """The soft plans of Apeldoorn lose the same part: 816 and 136 dwellings keep the ratio of six, up to
    rounding; those of Deventer another part."""
    after = apply(base, _drawn(asked, 1).variants[1].changes)
    kept: dict[str, dict[str, Fraction]] = {}
    for row in example("stedendriehoek", "en").rows(Plan):
        if row.status == "soft" and row.dwellings > 500:
            same = [
                plan for plan in after.rows(Plan) if (plan.project, plan.route) == (row.project, row.route)
            ]
            total = sum(plan.dwellings for plan in same)
            kept.setdefault(row.municipality_code, {})[row.project] = Fraction(total, row.dwellings)
    for parts in kept.values():
        assert max(parts.values()) - min(parts.values()) < Fraction(1, 250)
    assert len({round(float(min(parts.values())), 2) for parts in kept.values()}) > 1


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        # Uniform on 1-3: the median is 2.
        (Range(Fraction(1), Fraction(3)), {"0": 1, "1/2": 2, "1/4": "3/2"}),
        # Triangular on 0-4 with mode 1: F(1) = 1/4, and F(x) = 1 - (4-x)^2/12 above it: 1/2 at 4 - sqrt(6).
        (
            Range(Fraction(0), Fraction(4), Fraction(1)),
            {"0": 0, "1/16": "1/2", "1/4": 1, "1/2": "15505/10000"},
        ),
        # Beta(2, 1) on 0-2: F(x) = (x/2)^2, so a quarter at 1.
        (Range(Fraction(0), Fraction(2), None, (2.0, 1.0)), {"0": 0, "1/4": 1, "81/100": "9/5"}),
        # A range of one value.
        (Range(Fraction(2), Fraction(2), Fraction(2)), {"0": 2, "1/2": 2}),
    ],
)
def test_distributions(one: Range, expected: dict[str, str | int]) -> None:
    """The inverse of each distribution, worked out by hand."""
    assert {u: value(one, Fraction(u)) for u in expected} == {u: Fraction(x) for u, x in expected.items()}
