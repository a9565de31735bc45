"""The tables of an assessment: verdicts per rule and place, contribution, pots, warnings, the change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from thuisplan.inputs.tables import Reason
from thuisplan.outputs.answer_schemas import answer_to_arrow
from thuisplan.outputs.fair_share import LETTINGS_TRACK, fair_share
from thuisplan.outputs.housed import Housed
from thuisplan.outputs.programme import Programme
from thuisplan.outputs.tables import plan_tables

if TYPE_CHECKING:
    from thuisplan.inputs.instance import Instance
    from thuisplan.solvers.assessed import Assessed, SmallestChange, Verdict

Rows = Iterator[dict[str, Any]]

WORST_FIRST = ("broken", "met", "not_testable", "exempt")
"""Verdicts of lines in the order in which they decide that of a rule in a place."""


def assessment_tables(assessed: Assessed, change: SmallestChange | None) -> dict[str, pa.Table]:
    """Return every table of an assessment but its sentences.

    Parameters
    ----------
    assessed
        The programme, judged.
    change
        The smallest change that makes it fit; None where it was not asked for or not needed.

    Returns
    -------
    dict
        Those of a plan, for the programme with what other municipalities build; and ``verdict``,
        ``contribution``, ``pots``, ``impossible``, ``warnings`` and ``change``.
    """
    tables = plan_tables(assessed.instance, assessed.solution)
    tables["verdict"] = answer_to_arrow("verdict", verdict_rows(assessed))
    tables["contribution"] = answer_to_arrow("contribution", contribution_rows(assessed))
    tables["pots"] = answer_to_arrow("pots", pot_rows(assessed))
    tables["impossible"] = answer_to_arrow("impossible", _impossible(assessed))
    tables["warnings"] = answer_to_arrow("warnings", _warnings(assessed))
    tables["change"] = answer_to_arrow("change", _change(assessed, change))
    return tables


# --- verdicts ---------------------------------------------------------------------


def concerns(assessed: Assessed, purpose: str, place: str) -> bool:
    """Return whether a line is about a municipality of the programme, or a region with one of them."""
    instance = assessed.instance
    if place in instance.municipalities:
        return place in assessed.places
    try:
        members = instance.region(purpose, place).members
    except KeyError:
        return True  # a pot without a place is everybody's
    return not set(members).isdisjoint(assessed.places)


def verdict_rows(assessed: Assessed) -> Rows:
    """Yield a row per rule, place and subject that concerns the programme, in order."""
    groups: dict[tuple[str, str, str], list[Verdict]] = {}
    for verdict in assessed.verdicts:
        line = verdict.line.requirement
        if concerns(assessed, line.purpose, line.place):
            groups.setdefault((line.rule_id, line.place, line.subject), []).append(verdict)
    for (rule_id, place, subject), verdicts in sorted(groups.items()):
        line = verdicts[0].line.requirement
        counts = Counter(verdict.verdict for verdict in verdicts)
        broken = [verdict for verdict in verdicts if verdict.verdict == "broken"]
        overall = next(name for name in WORST_FIRST if counts[name])
        yield {
            "rule_id": rule_id,
            "family": line.family,
            "purpose": line.purpose,
            "place": place,
            "subject": subject,
            "strength": line.strength,
            "status": assessed.instance.rules_by_id[rule_id].status,
            "verdict": overall,
            **{name: counts[name] for name in WORST_FIRST},
            "unit": verdicts[0].line.unit,
            **_worst(broken),
            "completed": any(verdict.completed for verdict in verdicts),
            "why": _why(assessed.instance, verdicts) if overall == "not_testable" else None,
            "reason": reason_of(assessed.instance, rule_id, place),
        }


def _worst(broken: list[Verdict]) -> dict[str, Any]:
    """Return how much lines lack together, from when to when, and both sides where it is most.

    What is missing of a running total in a year is still missing in the next: it counts once.
    """
    empty = ("short", "from_year", "to_year", "worst_period", "lhs", "operator", "rhs")
    if not broken:
        return {"short": 0.0, **dict.fromkeys(empty[1:])}
    worst = max(broken, key=lambda verdict: verdict.short)
    carried = worst.line.requirement.carried
    ends = [int(year) for one in broken for year in re.findall(r"\d{4}", one.line.requirement.period)]
    return {
        "short": float(worst.short if carried else sum(one.short for one in broken)),
        "from_year": min(ends, default=None),
        "to_year": max(ends, default=None),
        "worst_period": worst.line.requirement.period,
        "lhs": None if worst.line.lhs is None else float(worst.line.lhs),
        "operator": str(worst.line.requirement.sense.value),
        "rhs": None if worst.line.rhs is None else float(worst.line.rhs),
    }


def _why(instance: Instance, verdicts: list[Verdict]) -> str:
    """Return why lines cannot be tested: ``others``, ``region`` (not whole) or ``figure`` (unknown)."""
    line = verdicts[0].line.requirement
    if line.testable and any(verdict.others for verdict in verdicts):
        return "others"
    whole = True
    if line.place not in instance.municipalities and line.purpose and line.place:
        whole = instance.region(line.purpose, line.place).whole
    return "figure" if whole else "region"


def reason_of(instance: Instance, rule_id: str, place: str) -> str | None:
    """Return the reason that was given for a rule in a place, or else for the rule everywhere."""
    given = {row.place: row.reason for row in instance.rows(Reason) if row.rule_id == rule_id}
    return given.get(place, given.get(None))


# --- contribution and money ---------------------------------------------------------


def everybody(assessed: Assessed) -> bool:
    """Return whether what all municipalities do is known: the programme is theirs, or a plan's."""
    return assessed.others != "none"


def contribution_rows(assessed: Assessed) -> Rows:
    """Yield what each fair-share rule asks of a municipality in the end, and what the programme delivers.

    Who is housed is no part of a programme, so of rules about lettings there is only the share. A share of
    what the region delivers is known only with all municipalities.
    """
    instance, known = assessed.instance, everybody(assessed)
    housed = Housed(Programme(instance, assessed.solution.amounts), assessed.solution.amounts)
    last: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in fair_share(housed):
        if row["municipality_code"] in assessed.places:
            last[row["rule_id"], row["place"], row["municipality_code"]] = row
    for row in last.values():
        divided = known or row["basis"] == "task"
        delivered = None if row["track"] == LETTINGS_TRACK else row["delivered"]
        target = row["target"] if divided else None
        yield {
            **{name: row[name] for name in ("rule_id", "key", "track", "group", "basis", "place")},
            "municipality_code": row["municipality_code"],
            "municipality": instance.municipalities[row["municipality_code"]].name,
            "year": row["year"],
            "share": row["share"],
            "task": row["task"] if divided else None,
            "target": target,
            "delivered": delivered,
            "tolerance": row["tolerance"] if divided else None,
            "difference": None if target is None or delivered is None else delivered - target,
        }


def pot_rows(assessed: Assessed) -> Rows:
    """Yield what the programme asks of each pot that may pay for it, and what the pot lacks."""
    instance = assessed.instance
    asked: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for (pot_id, municipality, _, _), euros in assessed.solution.payments.items():
        (asked if municipality in assessed.places else others)[pot_id] += euros
    lines: dict[str, list[Verdict]] = {}
    for verdict in assessed.verdicts:
        line = verdict.line.requirement
        if line.unit == "kEUR" and line.subject in instance.pots and verdict.verdict == "broken":
            lines.setdefault(line.subject, []).append(verdict)
    open_years = [year for year in instance.years if year >= instance.settings.open_year]
    for pot_id, pot in instance.pots.items():
        if not concerns(assessed, pot.purpose or "", pot.place or ""):
            continue
        budget = sum(instance.budgets[pot_id, year] for year in open_years)
        broken = lines.get(pot_id, [])
        years = sorted(int(one.line.requirement.period) for one in broken)
        yield {
            "pot_id": pot_id,
            "payer": pot.payer,
            "kind": pot.kind,
            "carries_rest": pot.carries_rest,
            "available_eur": None if pot.carries_rest else budget,
            "asked_eur": asked[pot_id],
            "others_eur": others[pot_id],
            "short_eur": int(sum((one.short for one in broken), Fraction(0))),
            "short_from": years[0] if years else None,
            "short_to": years[-1] if years else None,
        }


# --- warnings and the change ----------------------------------------------------------


def _impossible(assessed: Assessed) -> Rows:
    for one in assessed.impossible:
        yield {
            "kind": one.kind,
            "municipality_code": one.municipality,
            "municipality": assessed.instance.municipalities[one.municipality].name,
            "year": one.year,
            "option": one.option,
            "dwellings": one.dwellings,
        }


def _warnings(assessed: Assessed) -> Rows:
    for warning in assessed.warnings:
        yield {
            "kind": warning.kind,
            "municipality_code": warning.municipality,
            "municipality": assessed.instance.municipalities[warning.municipality].name,
            "year": warning.year,
            "option": warning.option,
            "route": warning.route,
            "dwellings": float(warning.dwellings),
            "limit": float(warning.limit),
        }


def _change(assessed: Assessed, change: SmallestChange | None) -> Rows:
    found = offered_change(change)
    for cell in found.changes if found else ():
        before = assessed.programme.get((cell.municipality, cell.year, cell.option), 0)
        yield {
            "municipality_code": cell.municipality,
            "municipality": assessed.instance.municipalities[cell.municipality].name,
            "year": cell.year,
            "option": cell.option,
            "dwelling_type": assessed.instance.options[cell.option].dwelling_type,
            "before": before,
            "change": cell.dwellings,
            "after": before + cell.dwellings,
        }


def offered_change(change: SmallestChange | None) -> SmallestChange | None:
    """Return the change that was found, be it with a wider freedom than was asked for."""
    while change is not None and change.size is None:
        change = change.wider
    return change
