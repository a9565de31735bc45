"""Points of a frontier are exact stages: which order, what is given back, what comes before and after."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from thuisplan.inputs.changes import apply
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import StageRow
from thuisplan.inputs.variants.frontier import percent, staged
from thuisplan.inputs.variants.variant import VariantSet

Asked = Callable[..., VariantSet]

THREE = '[frontier]\nmeasures = ["unmet_special", "meerkosten", "fair_share_mean"]\nkeep = ["0", "1%"]\n'


def test_every_order_and_every_part(asked: Asked) -> None:
    """The first stays first; two orders of the other two, and two parts for each of two measures: eight."""
    points = asked(THREE).variants[1:]
    assert {one.kind for one in points} == {"frontier"}
    assert len({one.name for one in points}) == len(points) == 2 * 2 * 2
    assert points[1].name == "frontier unmet_special 0% > extra_cost 1% > fair_share_mean"
    assert points[1].labels == (
        ("order", "unmet_special > extra_cost > fair_share_mean"),
        ("keep", "0% > 1%"),
    )


def test_the_stages_of_a_point(asked: Asked, base: Instance) -> None:
    """Unmet need first, 1 % given back; then cost, nothing given back; then fairness; then all others as in
    the base. How close a stage comes to its bound stays what it was."""
    name = "frontier unmet_special 1% > extra_cost 0% > fair_share_mean"
    rows = apply(base, asked(THREE).named(name).changes).rows(StageRow)
    assert [row.measure for row in rows] == [
        "unmet_special", "extra_cost", "fair_share_mean",
        "unmet_regular", "rule_violation", "fair_share_max", "deficit", "lateness",
    ]  # fmt: skip
    assert [row.stage for row in rows] == list(range(1, 9))
    assert [(row.keep_rel, row.keep_abs) for row in rows[:2]] == [(Fraction(1, 100), 0), (0, 0)]
    before = {row.measure: row for row in base.rows(StageRow)}
    assert all(
        (row.close_rel, row.close_abs) == (before[row.measure].close_rel, before[row.measure].close_abs)
        for row in rows
    )
    assert all(row.keep_rel == before[row.measure].keep_rel for row in rows[2:])


def test_what_the_base_has_before_stays_before() -> None:
    """Rules first, then the frontier, then a blend of two; a measure that the base lacks gets its default."""
    base = [
        StageRow(stage=1, measure="rule_violation"),
        StageRow(stage=2, measure="deficit", keep_rel=Fraction(1, 10)),
        StageRow(stage=3, measure="lateness"),
        StageRow(stage=3, measure="unmet_special"),
    ]
    rows = staged(base, ("deficit", "extra_cost"), (Fraction(0),))
    assert [(row.stage, row.measure) for row in rows] == [
        (1, "rule_violation"), (2, "deficit"), (3, "extra_cost"), (4, "lateness"), (4, "unmet_special"),
    ]  # fmt: skip
    assert (rows[1].keep_rel, rows[2].close_rel) == (0, Fraction(1, 100))


def test_parts_in_names() -> None:
    """A percentage as short as it is exact; a third is none."""
    assert [percent(Fraction(text)) for text in ("0", "0.005", "1/10", "1/3")] == ["0%", "0.5%", "10%", "1/3"]
