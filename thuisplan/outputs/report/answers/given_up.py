"""What a way out gives up whole: a need, a waiting list or a task of which nothing remains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from thuisplan.inputs.labels import FAMILY_LABELS
from thuisplan.inputs.lettings import PERMIT_HOLDERS
from thuisplan.outputs.line_words import ASKED
from thuisplan.outputs.report.plan_view import PlanView

SECTION = "report_diagnosis"
NAMED = 5
"""Places that are named; of more it is said how many there are."""
FOLLOWED = "monitor"
"""What is only followed is not asked."""
ROUNDING = 1e-6
"""Amounts are exact until they are written as floating point."""

Asked = Mapping[tuple[str, str, str], float]
"""(family, place, subject) -> dwellings, households or persons that are asked at the end."""


def asked(view: PlanView) -> Asked:
    """Return all that an input asks, as the lines of a diagnosis name it."""
    instance, lettings = view.instance, view.instance.lettings
    last = view.years[-1]
    found: dict[tuple[str, str, str], float] = {}
    for need_id, need in instance.needs.items():
        if need.row.decides and need.row.strength != FOLLOWED:
            found["need", need.row.place or "", need_id] = float(need.required[last])
    for flow_id, flow in lettings.flows.items():
        if not flow.is_permit_holders and flow.strength != FOLLOWED:
            found["waiting_list", flow.place or "", flow_id] = float(flow.asked(last))
    permits = lettings.flows.get(PERMIT_HOLDERS)
    for municipality in permits.housed if permits is not None else ():
        found["permit_holders", municipality, "task"] = float(lettings.permit_task(municipality, last))
    return {key: number for key, number in found.items() if number > 0}


def given_up(view: PlanView, everything: Asked, number: int) -> str:
    """Return what a way out gives up whole, in words; nothing if something remains of all that is asked.

    Parameters
    ----------
    view
        The diagnosis.
    everything
        All that is asked.
    number
        Of the way out.
    """
    gives: Counter[tuple[str, str, str]] = Counter()
    for line in view.rows("diagnosis_lines"):
        if line["step"] == "repair" and line["number"] == number and line["family"] in ASKED:
            # Running totals: what a later period gives comes on top of what gave before.
            gives[line["family"], line["place"] or "", line["subject"] or ""] += line["amount"]
    whole = [key for key, number in everything.items() if gives[key] >= number * (1 - ROUNDING)]
    if not whole:
        return ""
    words = view.words(SECTION)
    if len(whole) == len(everything):
        return words.say("gives_up_everything")
    parts = []
    for family in dict.fromkeys(family for family, _, _ in whole):
        label = view.label(FAMILY_LABELS, family)
        own = [key for key in whole if key[0] == family]
        if len(own) == sum(key[0] == family for key in everything):
            parts.append(words.say("gives_up_all", family=label))
            continue
        places = list(dict.fromkeys(view.place(place) for _, place, _ in own if place))
        if len(places) > NAMED or not places:
            parts.append(words.say("gives_up_some", family=label, count=len(own)))
        else:
            parts.append(words.say("gives_up_in", family=label, places=places))
    return words.say("gives_up", parts=parts)
