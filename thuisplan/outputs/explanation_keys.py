"""What this municipality would get under each other key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from thuisplan.inputs.compare_keys import KeyColumn, NoTotal, compare_keys
from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.explanation_number import compared_cells
from thuisplan.outputs.explanation_share import at_the_end, dividing_rules
from thuisplan.outputs.explanation_subject import Subject, about_rule, totals
from thuisplan.outputs.type_words import type_words

KEYS = "explain_keys"


def _divided(subject: Subject) -> Iterator[tuple[str, int, int, int | None]]:
    """Yield what other keys would divide: about, total, what is here in the plan, and on the growth path."""
    per_place = totals(compared_cells(subject), "municipality_code")
    if sum(per_place.values()):
        yield "", sum(per_place.values()), per_place[subject.municipality], None
    for rule in dividing_rules(subject):
        end = at_the_end(subject, rule)
        if end is not None and round(end["task"]) > 0:
            yield rule.rule_id, round(end["task"]), round(end["delivered"]), round(end["target"])


def key_rows(subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield what this municipality would get under every key, of what the plan builds and of each task."""
    for about, total, here, _ in _divided(subject):
        for column in _compared(subject, total):
            task = column.task.get(subject.municipality, 0)
            yield {
                "about": about or None,
                "municipality_code": subject.municipality,
                "total": total,
                "key": column.key.key_id,
                "basis": column.key.basis,
                "own": column.own,
                "task": task,
                "delivered": here,
                "difference": here - task,
            }


def _compared(subject: Subject, total: int) -> Sequence[KeyColumn]:
    try:
        return compare_keys(subject.given, total).keys
    except NoTotal:
        return ()


def key_sentences(subject: Subject) -> Iterator[Sentence]:
    """Yield what this municipality would get under every other key."""
    for about, total, here, target in _divided(subject):
        parts = []
        for column in _compared(subject, total):
            code = "own" if column.own else "plain"
            task = column.task.get(subject.municipality, 0)
            parts.append(
                Sentence(KEYS, code, {"key": column.key.key_id, "basis": column.key.basis, "task": task})
            )
        if not parts:
            yield Sentence(KEYS, "none")
            return
        values = {"name": subject.name, "total": total, "here": here, "parts": parts, "target": target}
        if about:
            yield Sentence(KEYS, "rule", {**values, "about": about_rule(subject.instance.rules_by_id[about])})
        else:
            code = "number" if subject.dwelling_type is not None else "special"
            yield Sentence(KEYS, code, {**values, "types": type_words(subject.dwelling_type)})
