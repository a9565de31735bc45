"""What one dwelling or one project more or fewer changes here and elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.explanation_subject import Subject, listed
from thuisplan.outputs.type_words import counted

if TYPE_CHECKING:
    from thuisplan.solvers.forced import Forced, Level

FORCED = "explain_forced"
NOISE = 1e-6
"""What the solver may be off."""

IN_EUROS = 1000
"""Measures of money are in thousands of euros."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A forced alternative.

    Parameters
    ----------
    dwelling_type
        The type that is forced.
    before
        Dwellings of it in the published plan, here and over the whole horizon.
    forced
        What was found.
    """

    dwelling_type: str
    before: int
    forced: Forced


def alternative_rows(subject: Subject, alternatives: Sequence[Alternative]) -> Iterator[dict[str, Any]]:
    """Yield what changes per alternative, municipality, year and option.

    Parameters
    ----------
    subject
        What is explained.
    alternatives
        What was forced.
    """
    published = {
        (row["municipality_code"], row["year"], row["option"]): row["dwellings"]
        for row in subject.published.rows("plan")
    }
    for alternative in alternatives:
        found = alternative.forced
        for (code, year, option), change in sorted((found.changes or {}).items()):
            before = published.get((code, year, option), 0)
            yield {
                "forced_type": alternative.dwelling_type,
                "step": found.force.step,
                "outcome": found.outcome,
                "municipality_code": code,
                "municipality": subject.name_of(code),
                "year": year,
                "option": option,
                "dwelling_type": subject.instance.options[option].dwelling_type,
                "before": before,
                "after": before + change,
                "change": change,
            }


def measure_rows(alternatives: Sequence[Alternative], levels: Sequence[Level]) -> Iterator[dict[str, Any]]:
    """Yield what each stage comes to, per alternative."""
    for alternative in alternatives:
        found = alternative.forced
        worse = {stage.number for stage in found.worse}
        for level in levels:
            stage = level.stage
            after = None if found.plan is None else found.plan.objective(stage.measures)
            yield {
                "forced_type": alternative.dwelling_type,
                "step": found.force.step,
                "outcome": found.outcome,
                "stage": stage.number,
                "measure": " + ".join(stage.measures),
                "unit": stage.unit,
                "before": level.published,
                "limit": level.limit,
                "after": after,
                "worse": None if after is None else stage.number in worse,
            }


def alternative_sentences(
    subject: Subject, alternatives: Sequence[Alternative], levels: Sequence[Level]
) -> Iterator[Sentence]:
    """Yield per alternative whether it can be, what changes here and elsewhere, and what it does."""
    if any(alternative.forced.outcome == "found" for alternative in alternatives):
        yield Sentence(FORCED, "note")
    for alternative in alternatives:
        yield _whether(subject, alternative)
        if alternative.forced.outcome == "found":
            yield from _changes(subject, alternative)
            yield _consequences(alternative, levels)


def _whether(subject: Subject, alternative: Alternative) -> Sentence:
    found = alternative.forced
    step = found.force.step
    if found.outcome == "found":
        # What was found may go further than what was asked: fewer than one project is none.
        step = sum(
            change
            for (code, _, option), change in (found.changes or {}).items()
            if code == subject.municipality
            and subject.instance.options[option].dwelling_type == alternative.dwelling_type
        )
    values = {
        "step": counted(abs(step), alternative.dwelling_type),
        "name": subject.name,
        "before": alternative.before,
        "after": max(0, alternative.before + step),
        "worse": [
            Sentence("explain_prices", "measure", {"measure": m}) for s in found.worse for m in s.measures
        ],
    }
    outcome = found.outcome
    if outcome == "found":
        outcome = "worse" if found.worse else "within" if found.within else "nearly"
    return Sentence(FORCED, f"{'more' if step > 0 else 'fewer'}_{outcome}", values)


def _changes(subject: Subject, alternative: Alternative) -> Iterator[Sentence]:
    found = alternative.forced
    net: dict[str, Counter[str]] = {}
    for (code, _, option), change in sorted((found.changes or {}).items()):
        kind = subject.instance.options[option].dwelling_type
        net.setdefault(code, Counter())[kind] += change
    here = net.pop(subject.municipality, Counter())
    if any(here.values()):
        yield Sentence(FORCED, "here", {"name": subject.name, "changes": _net(here)})
    elsewhere = [
        Sentence(FORCED, "place", {"name": subject.name_of(code), "changes": _net(kinds)})
        for code, kinds in net.items()
        if any(kinds.values())
    ]
    moved = [subject.name_of(code) for code, kinds in net.items() if not any(kinds.values())]
    if elsewhere:
        yield Sentence(FORCED, "elsewhere", {"places": listed(elsewhere)})
    if moved:
        yield Sentence(FORCED, "moved", {"places": listed(moved)})
    if not elsewhere and not moved:
        yield Sentence(FORCED, "elsewhere_none")
    yield _size(found)


def _size(found: Forced) -> Sentence:
    """Return how many dwellings change, and how few could within what the stages allowed."""
    changed = sum(abs(change) for change in (found.changes or {}).values())
    size = counted(changed, None)
    if found.least_change is None:
        return Sentence(FORCED, "size", {"size": size})
    bound = ceil(found.least_change - NOISE)
    code = "size_least" if bound >= changed else "size_bound"
    return Sentence(FORCED, code, {"size": size, "bound": bound})


def _net(kinds: Counter[str]) -> list[Sentence]:
    ordered = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    return [counted(change, kind, signed=True) for kind, change in ordered if change]


def _consequences(alternative: Alternative, levels: Sequence[Level]) -> Sentence:
    items = []
    plan = alternative.forced.plan
    assert plan is not None
    for level in levels:
        for measure in level.stage.measures if len(level.stage.measures) == 1 else ():
            before, after = level.published, float(plan.measures[measure])
            unit = level.stage.unit
            if unit == "kEUR":
                before, after = round(before * IN_EUROS), round(after * IN_EUROS)
            elif unit in ("share", "relative"):
                before, after = round(before, 3), round(after, 3)
            else:
                before, after = round(before), round(after)
            if before != after:
                values = {"measure": measure, "before": before, "after": after}
                code = {"kEUR": "euros", "share": "percent"}.get(unit, "number")
                items.append(Sentence(FORCED, code, {**values, "unit": Sentence("units", unit)}))
    return Sentence(FORCED, "measures" if items else "measures_same", {"items": items})
