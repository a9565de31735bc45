"""What an assessment says of rules: broken with amounts, why not testable, exempt, kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any

from thuisplan.inputs.labels import FAMILY_LABELS
from thuisplan.inputs.tables import Exemption
from thuisplan.model.requirement import Sense
from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.assessment_tables import concerns, reason_of
from thuisplan.outputs.fair_share import LETTINGS_TRACK
from thuisplan.outputs.line_words import ASKED, SIDES, about, amount, place
from thuisplan.outputs.type_words import dwellings_of

if TYPE_CHECKING:
    from thuisplan.solvers.assessed import Assessed, Verdict

PERIODS_SHOWN = 3
"""Periods of one rule, place and subject that a sentence names; the others are counted."""
LINES_SHOWN = 12
"""Sentences of one section; the others are counted."""
FOLLOWED_SHOWN = 4
"""The same for rules that are only followed."""
PROVISIONAL = frozenset({"draft", "bill", "advice", "ambition"})
"""Statuses that a sentence mentions: nobody is bound by such a text."""


def broken(assessed: Assessed) -> Iterator[Sentence]:
    """Yield hard rules that are broken, then those to comply with or explain, then those only followed.

    A programme does not say who pays and who is housed: a hard rule about that is broken if nothing that
    can be filled in keeps it; what a softer one says of what was filled in is no verdict on the programme.
    """
    sections: dict[str, list[Sentence]] = {"broken": [], "explain": [], "followed": []}
    for verdicts in grouped(assessed.verdicts):
        line = verdicts[0].line.requirement
        undecided = line.strength != "hard" and any(one.completed for one in verdicts)
        if undecided or not concerns(assessed, line.purpose, line.place):
            continue
        status = assessed.instance.rules_by_id[line.rule_id].status
        # What soft ones leave open is told with the needs.
        if line.family in ASKED and line.strength != "hard":
            continue
        section = {"hard": "broken", "soft": "explain"}.get(line.strength, "followed")
        explain = section == "explain" or (section == "broken" and status in PROVISIONAL)
        sections[section].append(_judged(assessed, f"assess_{section}", verdicts, status, explain))
    for section, sentences in sections.items():
        if section == "broken":
            yield from _impossible(assessed)
        most = FOLLOWED_SHOWN if section == "followed" else LINES_SHOWN
        yield from sentences[:most]
        if len(sentences) > most:
            yield Sentence(f"assess_{section}", "others", {"count": len(sentences) - most})


def _impossible(assessed: Assessed) -> Iterator[Sentence]:
    """Yield the dwellings that no plan can hold."""
    for one in assessed.impossible[:LINES_SHOWN]:
        values = {
            "municipality": assessed.instance.municipalities[one.municipality].name,
            "year": one.year,
            "dwellings": one.dwellings,
            "type": dwellings_of(assessed.instance, one.option, one.dwellings),
            "kind": one.kind,
        }
        yield Sentence("assess_broken", "nowhere" if one.kind == "neighbourhood" else "unpaid", values)
    if len(assessed.impossible) > LINES_SHOWN:
        values = {"count": len(assessed.impossible) - LINES_SHOWN}
        yield Sentence("assess_broken", "others_impossible", values)


def grouped(verdicts: tuple[Verdict, ...]) -> Iterator[list[Verdict]]:
    """Yield the broken lines of one rule, place and subject together, in order."""
    groups: dict[tuple[str, str, str], list[Verdict]] = {}
    for verdict in verdicts:
        line = verdict.line.requirement
        if verdict.verdict == "broken":
            groups.setdefault((line.rule_id, line.place, line.subject), []).append(verdict)
    for key in sorted(groups):
        yield groups[key]


def _judged(
    assessed: Assessed, section: str, verdicts: list[Verdict], status: str, explain: bool
) -> Sentence:
    line = verdicts[0].line.requirement
    periods = PERIODS_SHOWN if line.imposed else 1
    told = broken_line(assessed, verdicts, status, periods)
    reason = reason_of(assessed.instance, line.rule_id, line.place)
    if reason is not None:
        return Sentence(section, "reason", {"line": told, "reason": reason})
    if not explain:
        return Sentence(section, "line", {"line": told})
    return Sentence(section, "no_reason", {"line": told, "rule": line.rule_id, "place": line.place or "-"})


def broken_line(
    assessed: Assessed, verdicts: list[Verdict], status: str, periods: int = PERIODS_SHOWN
) -> Sentence:
    """Return one sentence about the broken lines of one rule, place and subject.

    Parameters
    ----------
    assessed
        The programme, judged.
    verdicts
        The lines.
    status
        Status of the rule.
    periods
        How many periods it names; the others are counted.
    """
    line = verdicts[0].line.requirement
    described = replace(line, subject="") if line.subject in SIDES else line
    shown = sorted(verdicts, key=lambda one: (-one.short, one.line.requirement.period))[:periods]
    if line.carried:
        shown = shown[:1]  # a running total: what is missing stays missing
    track = assessed.instance.rules_by_id[line.rule_id].track
    lettings = line.family == "fair_share" and track == LETTINGS_TRACK
    parts = [_amounts(one, lettings) for one in sorted(shown, key=lambda one: one.line.requirement.period)]
    left = len(verdicts) - len(shown)
    if left and not line.carried:
        years = [year for one in verdicts for year in re.findall(r"\d{4}", one.line.requirement.period)]
        values = {"count": left, "first": min(years), "last": max(years)}
        parts.append(Sentence("assess_line", "again_one" if left == 1 else "again", values))
    values = {
        "about": about(assessed.instance, described),
        "family": line.family,
        "status": status,
        "what": parts,
    }
    return Sentence("assess_line", "item_status" if status in PROVISIONAL else "item", values)


def _amounts(verdict: Verdict, lettings: bool) -> Sentence:
    """Return by how much one line is broken, when, and both its sides."""
    line, requirement = verdict.line, verdict.line.requirement
    money = line.unit == "EUR"
    short = verdict.short / 1000 if money else Fraction(ceil(verdict.short))
    short_words = amount(short, requirement.unit, "waiting_list" if lettings else requirement.family)
    values: dict[str, Any] = {
        "short": short_words,
        "period": requirement.period,
        "lhs": _side(line.lhs, money),
        "rhs": _side(line.rhs, money),
    }
    too_many = requirement.sense is Sense.AT_MOST
    if requirement.family == "availability" and line.rhs == 0:
        code = "not_offered"
    elif requirement.family == "exclusion":
        code = "excluded"
    elif requirement.sense is Sense.ZERO_OR_AT_LEAST:
        code = "project"
    elif line.value_pct is not None and line.norm_pct is not None:
        code = "share_more" if too_many else "share_less"
        values |= {"value": _rounded(line.value_pct), "norm": _rounded(line.norm_pct)}
    else:
        kind = "_by" if requirement.carried else "_euros" if money else ""
        code = ("more" if too_many else "less") + kind
    return Sentence("assess_line", code, values)


def _side(value: Fraction | None, money: bool) -> Sentence:
    shown = None if value is None else Fraction(round(value)) if money else _rounded(value)
    return Sentence("assess_line", "euros" if money else "number", {"value": shown})


def _rounded(value: Fraction) -> Fraction:
    """Return a number to one decimal."""
    return Fraction(round(value * 10), 10)


def untested(assessed: Assessed, rows: list[dict[str, Any]]) -> Iterator[Sentence]:
    """Yield the rules that cannot be tested in some place, by why that is.

    Parameters
    ----------
    assessed
        The programme, judged.
    rows
        The rows of the table ``verdict``.
    """
    for why in ("others", "region", "figure"):
        found = {row["rule_id"]: row["family"] for row in rows if row["why"] == why and _is_rule(row)}
        if found:
            yield Sentence("assess_untested", why, {"rules": [_rule(*one) for one in sorted(found.items())]})
    undecided = {
        row["rule_id"]: row["family"]
        for row in rows
        if row["broken"] and row["completed"] and row["strength"] != "hard" and row["family"] not in ASKED
    }
    if undecided:
        rules = [_rule(*one) for one in sorted(undecided.items())]
        yield Sentence("assess_untested", "completed", {"rules": rules})


def exempt(assessed: Assessed) -> Iterator[Sentence]:
    """Yield where the programme is exempt from a rule, and who agreed to that."""
    agreed = {(row.rule_id, row.place): row.agreed_by for row in assessed.instance.rows(Exemption)}
    seen = set()
    for verdict in assessed.verdicts:
        line = verdict.line.requirement
        key = (line.rule_id, line.place)
        if verdict.verdict != "exempt" or key in seen or not concerns(assessed, line.purpose, line.place):
            continue
        seen.add(key)
        values = {
            "about": about(assessed.instance, replace(line, subject="")),
            "family": line.family,
            "agreed_by": agreed.get(key, place(assessed.instance, line.place)),
        }
        yield Sentence("assess_exempt", "item", values)


def kept(rows: list[dict[str, Any]]) -> Iterator[Sentence]:
    """Yield the rules that are kept wherever they can be tested, with their number of tests."""
    met: Counter[tuple[str, str]] = Counter()
    misses = {row["rule_id"] for row in rows if row["broken"]}
    for row in filter(_is_rule, rows):
        met[row["rule_id"], row["family"]] += row["met"]
    parts = [
        Sentence("assess_line", "counted", {"rule": _rule(rule_id, family), "count": count})
        for (rule_id, family), count in sorted(met.items())
        if count and rule_id not in misses
    ]
    yield Sentence("assess_kept", "item", {"rules": parts}) if parts else Sentence("assess_kept", "none")


def _is_rule(row: dict[str, Any]) -> bool:
    """Whether a row is about a rule; the needs have sentences of their own."""
    return bool(row["family"] != "need")


def _rule(rule_id: str, family: str) -> Sentence:
    plain = rule_id in FAMILY_LABELS.labels
    return Sentence("assess_line", "rule_plain" if plain else "rule", {"rule": rule_id, "family": family})
