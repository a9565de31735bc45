"""Why a municipality has the share it has: what all deliver together, and how its share grows to its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from thuisplan.outputs.fair_share import LETTINGS_TRACK
from thuisplan.outputs.report.numbers import exact
from thuisplan.outputs.report.pages.page_index import PlanIndex
from thuisplan.outputs.report.pages.page_rules import MANY_PAGES, SECTION
from thuisplan.outputs.report.periods import five_years
from thuisplan.outputs.report.plan.rule_lines import Line

NEAR = 0.01
"""A target is the sum of yearly shares if it is this close to it [dwellings]."""


def shortfall_shared(index: PlanIndex, end: Line) -> str:
    """Return what of the task is delivered by all, and which part of that belongs here.

    A lack of the whole task is nobody's own: only the difference with the part that belongs here is.

    Parameters
    ----------
    index
        The plan.
    end
        Row of ``fair_share`` of a municipality in the last year.

    Returns
    -------
    str
        Empty where the task is delivered, or is not settled.
    """
    settled = index.settled.get((end["rule_id"], end["municipality_code"]))
    everybody = index.rule_ends.get((end["rule_id"], end["place"]), [])
    delivered = sum(row["delivered"] for row in everybody)
    if settled is None or end["basis"] != "task" or not 0 < delivered < end["task"]:
        return ""
    difference = round(settled["delivered"]) - round(settled["target"])
    code = "same" if not difference else "fewer" if difference < 0 else "more"
    say = index.view.words(SECTION).say
    return say(
        "shared_households" if end["track"] == LETTINGS_TRACK else "shared",
        place=index.view.place(end["place"]),
        all=round(delivered),
        task=round(end["task"]),
        target=round(settled["target"]),
        delivered=round(settled["delivered"]),
        difference=say(f"shared_{code}", difference=abs(difference)),
    )


def growth_path(index: PlanIndex, code: str) -> Iterator[str]:
    """Yield per rule how the share of a municipality runs over the years, and that its target adds them up.

    Parameters
    ----------
    index
        The plan; where it has very many pages only the ends of the path are told.
    code
        The municipality.
    """
    say = index.view.words(SECTION).say
    rules: dict[str, list[Line]] = {}
    for row in sorted(index.targets.get(code, ()), key=lambda row: int(row["year"])):
        rules.setdefault(row["rule_id"], []).append(row)
    for rule, rows in rules.items():
        first, last = rows[0], rows[-1]
        if round(first["share"], 3) == round(last["share"], 3) or not _adds_up(rows):
            continue
        values: dict[str, Any] = {
            "rule": rule,
            "share": exact(last["share"]),
            "task": round(last["task"]),
            "product": round(last["share"] * last["task"]),
            "target": round(last["target"]),
            "start": exact(first["share"]),
            "first": first["year"],
            "last": last["year"],
        }
        if len(index.view.names) > MANY_PAGES:
            yield say("growth_short", **values)
        else:
            yield say("growth", parts=list(_parts(index, rows)), **values)


def _adds_up(rows: Sequence[Line]) -> bool:
    """Return whether the target is the share of every year times what the task grows by in it."""
    before, added = 0.0, 0.0
    for row in rows:
        added += row["share"] * (row["task"] - before)
        before = row["task"]
    return bool(abs(added - rows[-1]["target"]) < NEAR)


def _parts(index: PlanIndex, rows: Sequence[Line]) -> Iterator[str]:
    """Yield per five years what task and target grow by, and the shares of the first and last year."""
    say, of_year = index.view.words(SECTION).say, {int(row["year"]): row for row in rows}
    task = target = 0.0
    for period in five_years(sorted(of_year)):
        start, end = of_year[period.first], of_year[period.last]
        yield say(
            "growth_part" if period.first != period.last else "growth_year",
            years=str(period),
            start=exact(start["share"]),
            end=exact(end["share"]),
            task=round(end["task"] - task),
            target=round(end["target"]) - round(target),
        )
        task, target = end["task"], end["target"]
