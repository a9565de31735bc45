"""How needs stand: which decide, and which a plan only follows."""

from __future__ import annotations

from typing import Any

from thuisplan.outputs.report.plan.need_lines import FOLLOWED, SPECIAL, NeedLines
from thuisplan.outputs.report.plan.plan_answer import PlanAnswer


def test_a_wider_estimate_is_followed_wherever_it_is_told(small: Any, view_of: Any) -> None:
    """Of 4 a year none is built: all of it is missing. The 9 a year that do not decide are never added up."""
    instance = small.instance(
        small.place(small.A),
        small.option("clustered", dwelling_type="clustered"),
        small.need("clustered", 4, need_id="agreed"),
        small.need("clustered", 9, need_id="wider", decides=False),
    )
    view = view_of(instance)
    lines = NeedLines(view)
    assert (lines.kind("agreed"), lines.kind("wider")) == (SPECIAL, FOLLOWED)
    assert lines.standing(lines.needs_of(SPECIAL)).shortfall == 4 * len(view.years)
    assert str(4 * len(view.years)) in PlanAnswer(view)._missing_tile().value
