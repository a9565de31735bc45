"""What a plan only follows, and the statutory task: told in words, as they stand in nobody's way."""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.report.numbers import exact
from thuisplan.outputs.report.pages.page_index import PlanIndex
from thuisplan.outputs.report.pages.page_rules import SECTION, nearest
from thuisplan.outputs.report.plan.need_lines import FOLLOWED


def followed_told(index: PlanIndex, code: str) -> Iterator[str]:
    """Yield the needs that are only followed and fall short, and how the task of permit holders ends.

    Parameters
    ----------
    index
        The plan.
    code
        The municipality; what its regions follow is told with it.
    """
    say, parts = index.view.words(SECTION).say, []
    regions = [(region.purpose, region.place) for region in index.regions.get(code, ())]
    for place in (("municipality", code), *regions):
        for row in index.needs_at_end.get(place, ()):
            if index.needs.stands(row["need_id"]) == FOLLOWED and row["shortfall"]:
                category, where = index.category(row["need_category"]), index.view.place(row["place"])
                values = {"missing": row["shortfall"], "required": row["required"]}
                parts.append(say("followed_part", category=category, place=where, **values))
    if parts:
        yield say("followed", year=index.view.years[-1], parts=parts)
    for group in index.own_lines(code):
        row = group.rows[-1]
        if (row["family"], row["subject"]) != ("permit_holders", "task") or not row["rhs"]:
            continue
        lacking = exact(row["slack"] or 0)
        outcome = say("task_short", missing=nearest(row["slack"])) if lacking else say("task_met")
        yield say("task", year=row["period"], task=nearest(row["rhs"]), outcome=outcome)
