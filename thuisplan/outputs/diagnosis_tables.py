"""A diagnosis as tables: what was asked and found, where it falls, and what each repair changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from thuisplan.outputs.answer import Sentence, sentence_rows
from thuisplan.outputs.answer_schemas import answer_to_arrow

if TYPE_CHECKING:
    from thuisplan.solvers.diagnosis import Diagnosis, Fall, Giving, Question

Rows = Iterator[dict[str, Any]]


def diagnosis_tables(diagnosis: Diagnosis, sentences: Sequence[Sentence]) -> Mapping[str, pa.Table]:
    """Return the tables of a diagnosis.

    Parameters
    ----------
    diagnosis
        The answer.
    sentences
        The same in sentences, with what can be seen without solving.

    Returns
    -------
    dict
        Name -> Arrow table with fixed columns, types and row order.
    """
    questions = [question for question in (diagnosis.rules, diagnosis.needs) if question is not None]
    return {
        "diagnosis": answer_to_arrow("diagnosis", (row for one in questions for row in _rows(one))),
        "diagnosis_lines": answer_to_arrow(
            "diagnosis_lines", (row for one in questions for row in _lines(one))
        ),
        "repairs": answer_to_arrow("repairs", (row for one in questions for row in _changes(one))),
        "sentences": answer_to_arrow("sentences", sentence_rows(sentences)),
    }


def _steps(question: Question) -> Iterator[tuple[str, int, Giving, dict[str, Any]]]:
    """Yield every outcome with the step it belongs to and its number there."""
    steps = {"alone": question.alone, "pair": question.pairs, "together": question.together}
    for step, givings in steps.items():
        for number, giving in enumerate(givings, start=1):
            yield step, number, giving, {}
    of_needs = [(one.requirement.name, giving) for one in question.limited for giving in one.giving]
    for number, (line, giving) in enumerate(of_needs, start=1):
        yield "limited", number, giving, {"subject": line}
    for repair in question.repairs:
        yield "repair", repair.number, repair.giving, {"solves": repair.solves}


def _rows(question: Question) -> Rows:
    """Yield the answer to a question, a conflicting set of rules, and the outcome of every step."""
    nothing = dict.fromkeys(("families", "subject", "amount", "bound", "unit", "relative", "relative_bound"))
    empty = {"question": question.code, "number": 0, **nothing, "solves": None}
    known = question.status in ("holds", "conflict")
    yield empty | {"step": "question", "outcome": question.status, "proved": known}
    if question.conflicting is not None:
        least = question.conflicting.least
        yield empty | {
            "step": "conflicting",
            "subject": "+".join(question.conflicting.rules),
            "outcome": "least" if least else "found",
            "proved": least,
        }
    for step, number, giving, more in _steps(question):
        yield {
            **empty,
            "step": step,
            "number": number,
            "families": "+".join(giving.families),
            "outcome": giving.outcome,
            "amount": _written(giving.amount, giving.unit),
            "bound": _written(giving.bound, giving.unit),
            "unit": _unit(giving.unit),
            "relative": _written(giving.relative, None),
            "relative_bound": _written(giving.relative_bound, None),
            "proved": giving.proved,
            **more,
        }


def _lines(question: Question) -> Rows:
    """Yield where every outcome falls."""
    yield from _falls(question, "beyond", 1, question.beyond)
    for step, number, giving, _ in _steps(question):
        yield from _falls(question, step, number, giving.falls)


def _falls(question: Question, step: str, number: int, falls: Sequence[Fall]) -> Rows:
    for fall in falls:
        line = fall.requirement
        yield {
            "question": question.code,
            "step": step,
            "number": number,
            "rule_id": line.rule_id,
            "family": line.family,
            "purpose": line.purpose,
            "place": line.place,
            "subject": line.subject,
            "period": line.period,
            "amount": _written(fall.amount, line.unit),
            "unit": _unit(line.unit),
        }


def _changes(question: Question) -> Rows:
    """Yield what each repair changes in the input."""
    for repair in question.repairs:
        for change in repair.changes:
            yield {
                "repair": repair.number,
                "table": change.table,
                "key": change.key,
                "column": change.column,
                "operation": change.operation,
                "value": change.value,
            }


def _written(value: Fraction | None, unit: str | None) -> float | None:
    """Return a number as tables have it: money in euros."""
    if value is None:
        return None
    return float(value * 1000 if unit == "kEUR" else value)


def _unit(unit: str | None) -> str | None:
    return "EUR" if unit == "kEUR" else unit
