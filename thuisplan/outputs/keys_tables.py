"""The tables of a comparison of keys, one per question, for the screen and the workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from thuisplan.inputs.compare_keys import SHARES, KeyColumn, KeyComparison
from thuisplan.inputs.labels import KEY_BASES
from thuisplan.outputs.keys_notes import key_name
from thuisplan.outputs.texts import text

Number = int | Fraction | None


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A column of numbers.

    Parameters
    ----------
    heading
        What it holds.
    value
        Municipality -> number; None if unknown.
    total
        The line of the region.
    percent
        Whether the numbers are shares, to be shown as percentages.
    signed
        Whether a number above zero is shown with a plus.
    """

    heading: str
    value: Callable[[str], Number]
    total: Number
    percent: bool = False
    signed: bool = False


@dataclass(frozen=True, slots=True)
class KeyTable:
    """One question: its short name, its title and its columns."""

    name: str
    title: str
    columns: tuple[NumberColumn, ...]


def key_tables(comparison: KeyComparison, language: str) -> tuple[KeyTable, ...]:
    """Return the tables that the input has figures for: the task, and what it means.

    Parameters
    ----------
    comparison
        Keys side by side.
    language
        ``nl`` or ``en``.
    """
    return tuple(_tables(comparison, language))


def _tables(comparison: KeyComparison, language: str) -> Iterator[KeyTable]:
    def table(name: str, columns: Iterator[NumberColumn], **values: object) -> KeyTable:
        title = text(f"keys.{name}", language, **values)
        return KeyTable(text(f"keys.sheet_{name}", language), title, tuple(columns))

    where = "inside" if comparison.settings.permit_holders_inside else "on_top"
    yield table("task", _tasks(comparison, language), permit=text(f"keys.permit_{where}", language))
    if comparison.today:
        yield table("difference", _differences(comparison, language))
    if comparison.vacated:
        yield table("vacated_pct", _percentages(comparison, language))
        yield table("left", _left(comparison, language))
        permit = text(f"keys.share_{where}", language)
        yield table("shares", _shares(comparison, language), year=comparison.year, permit=permit)


def _heading(column: KeyColumn, language: str) -> str:
    basis = KEY_BASES.text(column.key.basis, language)
    name = key_name(column, language)
    return name if name == basis else f"{name} ({basis})"


def _tasks(comparison: KeyComparison, language: str) -> Iterator[NumberColumn]:
    for column in comparison.keys:
        yield NumberColumn(_heading(column, language), column.task.get, column.total)
    if comparison.local:
        local = comparison.local
        yield NumberColumn(text("keys.local", language), local.get, sum(local.values()))
    if comparison.today:
        yield _today(comparison, language)


def _today(comparison: KeyComparison, language: str) -> NumberColumn:
    today = comparison.today
    return NumberColumn(text("keys.today", language), today.get, comparison.region(today))


def _differences(comparison: KeyComparison, language: str) -> Iterator[NumberColumn]:
    now = comparison.region(comparison.today)
    for column in comparison.keys:
        total = None if now is None else column.total - now

        def value(code: str, column: KeyColumn = column) -> Number:
            return comparison.difference(column, code)

        yield NumberColumn(_heading(column, language), value, total, signed=True)


def _percentages(comparison: KeyComparison, language: str) -> Iterator[NumberColumn]:
    vacated = comparison.region(comparison.vacated)
    for column in comparison.keys:
        total = Fraction(column.total, vacated) if vacated else None

        def value(code: str, column: KeyColumn = column) -> Number:
            return comparison.vacated_pct(column, code)

        yield NumberColumn(_heading(column, language), value, total, percent=True)


def _left(comparison: KeyComparison, language: str) -> Iterator[NumberColumn]:
    vacated = comparison.region(comparison.vacated)
    for column in comparison.keys:
        total = None if vacated is None else vacated - column.total - sum(comparison.local.values())

        def value(code: str, column: KeyColumn = column) -> Number:
            return comparison.left(column, code)

        yield NumberColumn(_heading(column, language), value, total)


def _shares(comparison: KeyComparison, language: str) -> Iterator[NumberColumn]:
    vacated = comparison.vacated
    whole = sum(vacated.values())
    yield NumberColumn(text("keys.vacated", language), vacated.get, whole)
    for share in SHARES:
        groups = comparison.for_groups(share)
        rest = {code: vacated[code] - number for code, number in groups.items()}
        for name, numbers in (("for_groups", groups), ("regular", rest)):
            heading = text(f"keys.{name}", language, share=share).replace(" %", "\u00a0%")
            yield NumberColumn(heading, numbers.get, sum(numbers.values()))
