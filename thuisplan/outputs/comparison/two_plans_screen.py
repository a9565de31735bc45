"""Two plans on a screen: dwellings, shortfall, who pays and rules, where they differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from thuisplan.inputs.labels import DWELLING_TYPES, FAMILY_LABELS, NEED_CATEGORIES
from thuisplan.outputs.answer import print_answer
from thuisplan.outputs.comparison.subjects import DWELLINGS, PAID, SHORTFALL
from thuisplan.outputs.comparison.two_plans import TwoPlans
from thuisplan.outputs.screen_parts import make_table, nearest, shown
from thuisplan.outputs.texts import text

Row = dict[str, Any]
Label = Callable[[Row], str]


def print_two_plans(two: TwoPlans, language: str, console: Console) -> None:
    """Print what two plans differ in; what is the same in both is left out.

    Parameters
    ----------
    two
        The comparison.
    language
        ``nl`` or ``en``.
    console
        Where to print.
    """
    print_answer(two.told, language, console)
    console.print()
    rows = two.tables["comparison"].to_pylist()
    by_subject = {
        name: [row for row in rows if row["subject"] == name] for name in (DWELLINGS, SHORTFALL, PAID)
    }
    last = max((row["year"] for row in by_subject[SHORTFALL]), default=None)
    short = [row for row in by_subject[SHORTFALL] if row["year"] == last]

    def kind(row: Row) -> str:
        return DWELLING_TYPES.text(row["kind"], language)

    def payer(row: Row) -> str:
        return f"{row['kind']}, {FAMILY_LABELS.text(row['detail'], language)}"

    for title, chosen, labels in (
        ("by_dwellings", by_subject[DWELLINGS], (_municipality, kind, lambda row: str(row["year"]))),
        ("by_shortfall", short, (lambda row: NEED_CATEGORIES.text(row["kind"], language),)),
        ("by_payer", by_subject[PAID], (payer,)),
    ):
        _print(_sums(title, chosen, labels, language), console)
    _print(_rules(two.tables["rules_compared"].to_pylist(), language), console)


def _municipality(row: Row) -> str:
    return str(row["municipality"])


def _print(table: Table, console: Console) -> None:
    if table.row_count:
        console.print(table)
        console.print()


def _sums(title: str, rows: list[Row], labels: tuple[Label, ...], language: str) -> Table:
    """Return sums of both plans under labels, each label a section; sums that are the same are left out."""
    names = ("what", "first", "second", "difference")
    headings = [text(f"compared_screen.{name}", language) for name in names]
    table = make_table(text(f"compared_screen.{title}", language), headings, language)
    for label in labels:
        sums: dict[str, list[float]] = {}
        for row in rows:
            pair = sums.setdefault(label(row), [0.0, 0.0])
            pair[0] += row["reference"] or 0.0
            pair[1] += row["value"] or 0.0
        for what, (before, after) in sorted(sums.items()):
            if round(after - before):
                difference = nearest(after - before, language)
                signed = f"+{difference}" if after > before else difference
                table.add_row(Text(what), nearest(before, language), nearest(after, language), signed)
        table.add_section()
    return table


def _rules(rows: list[Row], language: str) -> Table:
    """Return the rules that are just met or broken in another number of lines, or in one plan only."""

    def says(name: str) -> str:
        return text(f"compared_screen.{name}", language)

    parts = ("binding", "broken")
    headings = [
        says("rule"),
        *(f"{says(part)}, {says(plan)}" for part in parts for plan in ("first", "second")),
    ]
    table = make_table(says("by_rule"), headings, language)
    for row in rows:
        there = {"first": row["reference_strength"] is not None, "second": row["strength"] is not None}
        numbers = {
            (part, plan): row[f"reference_{part}" if plan == "first" else part]
            for part in parts
            for plan in there
        }
        if len(set(there.values())) == 1 and all(
            numbers[part, "first"] == numbers[part, "second"] for part in parts
        ):
            continue
        cells = (
            shown(number, language) if there[plan] else says("absent")
            for (_, plan), number in numbers.items()
        )
        table.add_row(Text(FAMILY_LABELS.text(row["rule_id"], language)), *cells)
    return table
