"""A diagnosis in sentences: what cannot hold together, what would have to give, where, and what to choose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.labels import MONEY_KINDS
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.line_words import ASKED, Words, about, amount, years
from thuisplan.outputs.repair_files import repair_file

if TYPE_CHECKING:
    from thuisplan.solvers.diagnosis import (
        ConflictingRules,
        Diagnosis,
        Fall,
        Giving,
        Limited,
        Question,
        Repair,
    )

PLACES = 6
"""Places of one repair that are told; the table has all."""
PERIODS = 4
"""Periods of one place that are told apart; more are told as one sum."""
FIGURES = frozenset({"capacity", "availability", "commitment"})
"""Families whose lines give by a changed figure and not by an agreed deviation."""


def diagnosis_sentences(diagnosis: Diagnosis, instance: Instance, written: bool = True) -> list[Sentence]:
    """Return the answer in sentences, without what can be seen before solving.

    Parameters
    ----------
    diagnosis
        The answer.
    instance
        The resolved input, for names.
    written
        Whether the repairs are written as files, which are then named.
    """
    teller = _Teller(instance, written)
    said: list[Sentence] = []
    for question in (diagnosis.rules, diagnosis.needs):
        if question is not None:
            kept = diagnosis.model_file
            file = None if kept is None else kept.name if written else str(kept)
            said += teller.question(question, file)
    return said


def found_sentence(found: Giving | Repair | Limited | ConflictingRules, instance: Instance) -> Sentence:
    """Return one outcome as a sentence, before the whole answer is there.

    Parameters
    ----------
    found
        The outcome.
    instance
        The resolved input, for names.
    """
    from thuisplan.solvers.diagnosis import ConflictingRules, Limited, Repair

    if isinstance(found, Repair):
        return Sentence("diagnose", "tested" if found.solves else "found", {"number": found.number})
    if isinstance(found, Limited):
        return _limited(found, instance)
    if isinstance(found, ConflictingRules):
        return _conflicting(found)
    if len(found.families) > 2:
        return giving_sentence(found, "diagnose_together", "all_")
    return giving_sentence(found, "diagnose_alone" if len(found.families) == 1 else "diagnose_pairs")


def giving_sentence(giving: Giving, section: str = "diagnose_alone", who: str = "") -> Sentence:
    """Return what some families would have to give, without where it falls.

    Parameters
    ----------
    giving
        The outcome.
    section
        ``diagnose_alone``, ``diagnose_pairs`` or ``diagnose_together``.
    who
        For the last: ``all_``, ``rules_`` or ``asked_``.
    """
    families = _families(giving.families)
    if giving.outcome != "repaired":
        return Sentence(section, f"{who}{giving.outcome}", {"families": families})
    return Sentence(section, f"{who}gives", {"families": families, "gives": _size(giving)})


def _size(giving: Giving) -> Sentence:
    """Return how much gives, and what is proved about it."""
    values: dict[str, object] = {"amount": _total(giving), "years": years(_periods(giving.falls))}
    if giving.unit is None or giving.amount is None:
        return Sentence("diagnose_giving", "least_relative" if giving.proved else "found", values)
    if giving.proved:
        return Sentence("diagnose_giving", "proved", values)
    if not giving.bound:
        return Sentence("diagnose_giving", "at_most", values)
    values["bound"] = amount(giving.bound, giving.unit, giving.families[0], up=False)
    return Sentence("diagnose_giving", "between", values)


def _total(giving: Giving, named: bool = False) -> Words:
    """Return the size in its unit; per family and unit where there is no one unit, or no one family."""
    named |= len(giving.families) > 1
    if giving.unit is not None and giving.amount is not None and len(giving.families) == 1:
        sizes = [(giving.families[0], amount(giving.amount, giving.unit, giving.families[0]))]
    else:
        sizes = [(family, amount(value, unit, family)) for family, unit, value in giving.by_unit]
    parts = [
        _giving("of_family", family=_family(family), amount=size) if named else size for family, size in sizes
    ]
    return _giving("parts", parts=parts)


def _families(codes: Sequence[str]) -> list[Sentence]:
    return [_family(code) for code in codes]


def _family(code: str) -> Sentence:
    """Return what gives by its label; of money it is the budget."""
    return Sentence("diagnose_family", code if code in MONEY_KINDS.labels else "other", {"family": code})


def _periods(falls: Sequence[Fall]) -> list[str]:
    return [fall.requirement.period for fall in falls]


def _giving(code: str, **values: object) -> Sentence:
    return Sentence("diagnose_giving", code, values)


class _Teller:
    """Tells one answer, with the names of the input."""

    def __init__(self, instance: Instance, written: bool) -> None:
        self.instance = instance
        self.written = written

    def question(self, question: Question, file: str | None) -> Iterator[Sentence]:
        """Yield the answer to a question."""
        code = question.status
        if code == "contradiction" and file:
            code = "contradiction_kept"
        if code == "holds" and question.beyond:
            code = "holds_rest"
        yield Sentence(f"diagnose_{question.code}", code, {"file": file})
        yield from self.beyond(question.beyond)
        yield from self.alone(question.alone)
        for giving in question.pairs:
            yield giving_sentence(giving, "diagnose_pairs")
            yield from self.where(giving.falls, "diagnose_pairs")
        yield from self.together(question)
        yield from self.limited(question.limited)
        if question.status == "conflict":
            yield from self.repairs(question)
        if question.conflicting is not None:
            yield _conflicting(question.conflicting)
        if question.unfinished:
            parts = [Sentence("diagnose_unfinished", part) for part in question.unfinished]
            yield Sentence("diagnose_unfinished", "parts", {"parts": parts})

    def beyond(self, falls: Sequence[Fall]) -> Iterator[Sentence]:
        """Yield what is asked and cannot be met whatever gives."""
        if falls:
            yield Sentence("diagnose_beyond", "left_out")
        yield from self.where(falls, "diagnose_beyond")

    def alone(self, givings: Sequence[Giving]) -> Iterator[Sentence]:
        """Yield what each family alone would have to give, the relatively smallest first."""
        repaired = [giving for giving in givings if giving.outcome == "repaired"]
        for giving in sorted(repaired, key=lambda giving: (giving.relative or 0, giving.families)):
            yield giving_sentence(giving)
            yield from self.where(giving.falls, "diagnose_alone")
        for outcome in ("cannot", "unknown"):
            families = [giving.families[0] for giving in givings if giving.outcome == outcome]
            if families:
                yield Sentence("diagnose_alone", outcome, {"families": _families(families)})

    def where(self, falls: Sequence[Fall], section: str) -> Iterator[Sentence]:
        """Yield where a repair falls, the largest part of its reference first."""
        groups = _by_series(falls)
        for group in groups[:PLACES]:
            yield Sentence(section, "where", {"where": self.action(group)})
        if len(groups) > PLACES:
            yield Sentence(section, "where", {"where": _more("diagnose_action", len(groups) - PLACES)})
        if {_way(fall.requirement) for fall in falls} >= {"capacity", "plans"}:
            # Both figures have to change, so both count; for a reader they may be the same dwellings.
            yield Sentence(section, "where", {"where": Sentence("diagnose_action", "both")})

    def action(self, falls: Sequence[Fall]) -> Sentence:
        """Return how the lines of one rule, place and subject give."""
        line = falls[0].requirement
        values = {"about": about(self.instance, line), "amounts": _amounts(falls), "family": line.family}
        return Sentence("diagnose_action", _way(line), values)

    def together(self, question: Question) -> Iterator[Sentence]:
        """Yield what larger sets of families would have to give."""
        section = "diagnose_together"
        for giving in question.together:
            who = "all"
            if question.code == "needs":
                who = "asked" if ASKED.issuperset(giving.families) else "rules"
            yield giving_sentence(giving, section, f"{who}_")
            yield from self.where(giving.falls, section)

    def limited(self, limited: Sequence[Limited]) -> Iterator[Sentence]:
        """Yield the needs that cannot be met even alone, and which kind of rule would be enough for each."""
        for one in limited[:PLACES]:
            yield _limited(one, self.instance)
        if len(limited) > PLACES:
            yield _more("diagnose_limited", len(limited) - PLACES)

    def repairs(self, question: Question) -> Iterator[Sentence]:
        """Yield the repairs as a numbered choice."""
        section = "diagnose_repairs"
        if not question.repairs:
            yield Sentence(section, "none_yet" if question.unfinished else "none")
        for repair in question.repairs:
            yield self.choice(repair)
            if repair.avoiding:
                yield Sentence(section, "elsewhere")
            yield from self.where(repair.giving.falls, section)
            yield Sentence(section, _tested(question, repair))
            if self.written:
                yield Sentence(section, "file", {"file": repair_file(repair)})

    def choice(self, repair: Repair) -> Sentence:
        """Return the line of a repair with its number, who gives and how much."""
        several = len(repair.giving.families) > 1
        values = {
            "number": repair.number,
            "families": _families(repair.giving.families),
            "amount": _total(repair.giving),
        }
        return Sentence("diagnose_repairs", "choice_several" if several else "choice", values)


def _tested(question: Question, repair: Repair) -> str:
    if not repair.solves:
        return "untested"
    if question.code == "needs" and any(_way(fall.requirement) == "asked" for fall in repair.giving.falls):
        return "solves_rest"
    return f"solves_{question.code}"


def _limited(limited: Limited, instance: Instance) -> Sentence:
    need = {"need": about(instance, limited.requirement)}
    ways = [_total(giving, named=True) for giving in limited.giving if giving.outcome == "repaired"]
    if ways:
        return Sentence("diagnose_limited", "ways", {**need, "ways": ways})
    late = any(giving.outcome == "unknown" for giving in limited.giving)
    return Sentence("diagnose_limited", "late" if late else "several", need)


def _conflicting(found: ConflictingRules) -> Sentence:
    return Sentence("diagnose_conflicting", "least" if found.least else "found", {"rules": found.rules})


def _more(section: str, count: int) -> Sentence:
    return Sentence(section, "more_one" if count == 1 else "more", {"count": count})


def _by_series(falls: Sequence[Fall]) -> list[list[Fall]]:
    """Return falls per rule, place and subject, the largest part of its reference first."""
    groups: dict[tuple[str, str, str, str], list[Fall]] = {}
    for fall in falls:
        groups.setdefault(fall.requirement.series, []).append(fall)
    parts: Mapping[tuple[str, str, str, str], Fraction] = {
        series: sum((fall.amount / fall.requirement.reference for fall in group), Fraction(0))
        for series, group in groups.items()
    }
    return [groups[series] for series in sorted(groups, key=lambda series: (-parts[series], series))]


def _amounts(falls: Sequence[Fall]) -> list[Sentence]:
    """Return how much gives in each period; many periods as one sum."""
    ordered = sorted(falls, key=lambda fall: fall.requirement.period)
    line = ordered[0].requirement
    if len(ordered) > PERIODS:
        total = amount(sum((fall.amount for fall in ordered), Fraction(0)), line.unit, line.family)
        return [_giving("spread", amount=total, years=years(_periods(ordered)))]
    return [
        _giving(
            _when(fall.requirement, first=not position),
            amount=amount(fall.amount, line.unit, line.family),
            period=fall.requirement.period,
        )
        for position, fall in enumerate(ordered)
    ]


def _when(line: Requirement, first: bool) -> str:
    """Return how to tell the period; what a running total gives later comes on top."""
    if not line.period:
        return "always"
    if not line.carried:
        return "in_period"
    return "from_period" if first else "more_from_period"


def _way(line: Requirement) -> str:
    """Return how a line gives: by another figure of the input, or by a deviation that is agreed."""
    if line.family in MONEY_KINDS.labels and ":" not in line.subject:
        return "budget"
    if line.subject.startswith("plans:"):
        return "plans"
    # What may be handed over, and more than asked, are limits of a rule and no shortfall.
    if line.family in ASKED and line.sense is Sense.AT_LEAST:
        return "asked"
    return line.family if line.family in FIGURES else "deviation"
