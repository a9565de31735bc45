"""How needs stand: which decide, and which a plan only follows."""

from __future__ import annotations

from typing import Any

from thuisplan.outputs.report.plan.need_lines import FOLLOWED, SPECIAL, UNTESTED, NeedLines, Untested
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


def test_needs_of_an_area_that_is_not_whole_stand_apart(small: Any, view_of: Any) -> None:
    """R has three municipalities, of which one is in the input; W is whole."""
    instance = small.instance(
        small.place(small.A),
        small.region("agreement", "R", small.A, size=3),
        small.region("woningbouwregio", "W", small.A),
        small.option("clustered", dwelling_type="clustered"),
        small.need("clustered", 4, need_id="partial"),
        small.need("clustered", 9, need_id="whole", purpose="woningbouwregio", place="W"),
        small.need("clustered", 2, need_id="own", purpose="municipality", place=small.A),
    )
    lines = NeedLines(view_of(instance))
    assert lines.needs_of(SPECIAL) == ("own", "whole")
    assert lines.needs_of(UNTESTED) == ("partial",)
    # How the plan treats it is another question.
    assert lines.kind("partial") == SPECIAL
    assert lines.untested == (Untested("R", 1, 3, needs=True, lists=False),)
