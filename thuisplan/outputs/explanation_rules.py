"""The rules that bind here: what stands in the way of more, and what of fewer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.explanation_subject import Subject, about_rule, listed
from thuisplan.outputs.line_words import about, amount, place, years

if TYPE_CHECKING:
    from thuisplan.model.local import LocalLine

SECTIONS = {"limits": "explain_more", "demands": "explain_fewer"}
"""Which way a line pulls -> section; the others have one of their own."""
OTHERWISE = "explain_lines"
PER_SUBJECT = 3
"""So many subjects of a rule in a place have a sentence each; more are listed in one."""


def rule_rows(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield the lines that bind or are broken here, with the part of this municipality.

    Parameters
    ----------
    subject
        What is explained.
    """
    for local in subject.lines:
        line, requirement = local.line, local.line.requirement
        rule = subject.instance.rules_by_id[requirement.rule_id]
        yield {
            "rule_id": requirement.rule_id,
            "family": requirement.family,
            "purpose": requirement.purpose,
            "place": requirement.place,
            "subject": requirement.subject,
            "period": requirement.period,
            "strength": requirement.strength,
            "pull": local.pull,
            "lhs": _number(line.lhs),
            "operator": str(requirement.sense.value),
            "rhs": _number(line.rhs),
            "unit": line.unit,
            "part": float(local.part),
            "margin": _number(line.margin),
            "verdict": line.verdict,
            "binding": line.binding,
            "status": rule.status,
            "source": rule.source,
        }


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def rule_sentences(subject: Subject) -> Iterator[Sentence]:
    """Yield what stands in the way of more, then of fewer, then what binds otherwise.

    Lines that are only followed stand in nobody's way and are not told.
    """
    sections: dict[str, list[Sentence]] = {}
    for state, subjects in _groups(subject).items():
        for section, told in _told(subject, state[-1], subjects):
            sections.setdefault(section, []).append(Sentence(section, "line", {"line": told}))
    for section in (*SECTIONS.values(), OTHERWISE):
        yield from sections.get(section, [Sentence(section, "none")] if section != OTHERWISE else [])


Subjects = dict[str, list["LocalLine"]]
"""Subject of a rule -> its lines, in order of period."""


def _groups(subject: Subject) -> dict[tuple[str, ...], Subjects]:
    """Return the lines per rule, place and state."""
    groups: dict[tuple[str, ...], Subjects] = {}
    for local in subject.lines:
        requirement = local.line.requirement
        if requirement.strength != "monitor":
            key = (requirement.rule_id, requirement.purpose, requirement.place, _state(local))
            groups.setdefault(key, {}).setdefault(requirement.subject, []).append(local)
    return groups


def _state(local: LocalLine) -> str:
    """Return what a line is: a project of the least size, or how it stands to its most or least."""
    if local.pull == "project":
        return "project"
    sense = "most" if local.line.requirement.sense.value == "<=" else "least"
    return f"{sense}_{'broken' if local.line.verdict == 'broken' else 'full'}"


def _told(subject: Subject, state: str, subjects: Subjects) -> Iterator[tuple[str, Sentence]]:
    """Yield a sentence per subject with its section; many subjects of one section share one."""
    sections: dict[str, list[list[LocalLine]]] = {}
    for series in subjects.values():
        pulls = {local.pull for local in series}
        section = SECTIONS.get(pulls.pop(), OTHERWISE) if len(pulls) == 1 else OTHERWISE
        sections.setdefault(section, []).append(series)
    for section, several in sections.items():
        if len(several) > PER_SUBJECT:
            yield section, _together(subject, state, several)
        else:
            for series in several:
                yield section, _series(subject, state, series)


def _series(subject: Subject, state: str, series: Sequence[LocalLine]) -> Sentence:
    """Return one sentence for the lines of one rule, place and subject: its years, amounts and part."""
    worst = max(series, key=lambda local: local.line.slack)
    requirement = worst.line.requirement
    # Running totals are what they are in the last year; yearly amounts are added up.
    full = series[-1:] if requirement.carried else series
    told = [worst] if state.endswith("broken") else full
    lhs, rhs, part = (
        sum((_side(local, side) for local in told), Fraction(0)) for side in ("lhs", "rhs", "part")
    )
    family, unit = requirement.family, requirement.unit
    when = {"years": _years(series), "worst": requirement.period}
    told_when = "when_worst" if state.endswith("broken") and len(series) > 1 else "when"
    values = {
        "rule": _rule(subject, requirement.rule_id),
        "about": about(subject.instance, requirement, rule=False),
        "when": Sentence("explain_line", told_when, when),
        "lhs": _bare(lhs, unit, up=False),
        "rhs": amount(rhs, unit, family),
        "gap": _bare(abs(lhs - rhs), unit, up=True),
        "part": _bare(part, unit, up=False),
        "name": subject.name,
    }
    regional = requirement.place != subject.municipality and bool(part)
    return Sentence("explain_line", f"{state}_part" if regional else state, values)


def _bare(value: Fraction, unit: str, up: bool) -> Sentence:
    """Return an amount without its unit, euros apart."""
    told = amount(value, unit, up=up)
    return told if unit == "kEUR" else Sentence("explain_line", "bare", told.values)


def _side(local: LocalLine, side: str) -> Fraction:
    """Return a side of a line, or the part of it here, in the unit of its requirement."""
    value = local.part if side == "part" else getattr(local.line, side)
    euros = local.line.requirement.unit == "kEUR"
    return Fraction(value or 0) / (1000 if euros else 1)


def _together(subject: Subject, state: str, several: Sequence[Sequence[LocalLine]]) -> Sentence:
    """Return one sentence for many subjects of a rule in a place, each with its years."""
    requirement = several[0][0].line.requirement
    items = [
        Sentence(
            "explain_line",
            "item",
            {
                "about": about(subject.instance, series[0].line.requirement, where=False, rule=False),
                "years": _years(series),
            },
        )
        for series in several
    ]
    values = {
        "rule": _rule(subject, requirement.rule_id),
        "place": place(subject.instance, requirement.place) or subject.name,
        "items": listed(items),
    }
    return Sentence("explain_line", f"{state}_listed", values)


def _years(series: Sequence[LocalLine]) -> list[str]:
    return years(local.line.requirement.period for local in series)


def _rule(subject: Subject, rule_id: str) -> Sentence:
    return about_rule(subject.instance.rules_by_id[rule_id])
