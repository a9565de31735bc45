"""What ``thuisplan keys`` shows on a terminal: keys side by side, one table per question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from textwrap import wrap

from rich.cells import set_cell_size
from rich.console import Console
from rich.text import Text

from thuisplan.inputs.compare_keys import KeyComparison
from thuisplan.outputs.keys_tables import Number, NumberColumn, key_tables
from thuisplan.outputs.texts import text

WIDEST_WORD, WIDEST_NAME, NARROWEST = 16, 36, 6
"""Characters that a word of a heading and a name may take, and that a number column has at least."""

LONGEST_HEADING = len("municipality")


def print_keys(comparison: KeyComparison, notes: Sequence[str], language: str, console: Console) -> None:
    """Print keys side by side, what they leave, and what there is to say about them.

    Parameters
    ----------
    comparison
        Keys side by side.
    notes
        Sentences to print below the tables.
    language
        ``nl`` or ``en``.
    console
        Where to print. What is too wide for it is split over more tables.
    """
    settings = comparison.settings
    heading = text(
        "keys.heading",
        language,
        name=settings.name,
        municipalities=len(comparison.names),
        keys=len(comparison.keys),
    )
    console.print(heading, markup=False, style="bold")
    console.print()
    for table in key_tables(comparison, language):
        console.print(table.title, markup=False, style="bold")
        for part in _fitting(table.columns, comparison, console.width, language):
            console.print(_table(part, comparison, console.width, language), no_wrap=True, crop=False)
            console.print()
    for note in notes:
        console.print(f"- {note}", markup=False)


def _fitting(
    columns: Sequence[NumberColumn], comparison: KeyComparison, width: int, language: str
) -> Iterator[list[NumberColumn]]:
    """Yield the columns in as many tables as the screen needs."""
    left = width - _name_width(comparison)
    part: list[NumberColumn] = []
    used = 0
    for column in columns:
        needed = _column_width(column, comparison, False, language) + 1
        if part and used + needed > left:
            yield part
            part, used = [], 0
        part.append(column)
        used += needed
    yield part


def _name_width(comparison: KeyComparison) -> int:
    longest = max(len(name) for name in comparison.names.values())
    return min(WIDEST_NAME, max(LONGEST_HEADING, longest))


def _column_width(column: NumberColumn, comparison: KeyComparison, on_one_line: bool, language: str) -> int:
    """Return the characters that a column needs for its numbers and its heading."""
    numbers = [n for n in map(column.value, comparison.names) if n is not None]
    shown = [_shown(n, column, language) for n in (column.total, *_ends(numbers))]
    words = [min(len(word), WIDEST_WORD) for word in column.heading.split(" ")]
    return max(NARROWEST, len(column.heading) if on_one_line else max(words), *map(len, shown))


def _ends(numbers: Sequence[int | Fraction]) -> Sequence[int | Fraction]:
    return (min(numbers), max(numbers)) if numbers else ()


def _table(columns: Sequence[NumberColumn], comparison: KeyComparison, width: int, language: str) -> Text:
    # Headings on one line and wide gaps where there is room; else as narrow as needed.
    names = _name_width(comparison)
    widths: list[int] = []
    gap = 1
    for on_one_line, gap in ((True, 3), (False, 3), (False, 2), (False, 1)):
        widths = [_column_width(column, comparison, on_one_line, language) for column in columns]
        if names + sum(widths) + gap * len(widths) <= width:
            break

    def line(name: str, cells: Sequence[str]) -> str:
        numbers = (" " * gap + cell.rjust(needed) for cell, needed in zip(cells, widths, strict=True))
        return set_cell_size(name, names) + "".join(numbers)

    headings = [
        wrap(column.heading, needed, break_on_hyphens=False)
        for column, needed in zip(columns, widths, strict=True)
    ]
    height = max(map(len, headings))
    above = [[""] * (height - len(heading)) + heading for heading in headings]
    corner = [""] * (height - 1) + [text("keys.municipality", language)]
    result = Text()
    for name, *cells in zip(corner, *above, strict=True):
        result.append(line(name, cells) + "\n", style="bold")
    rule = "\u2500" * (names + sum(widths) + gap * len(widths)) + "\n"
    result.append(rule)
    # Lines are put together here: a table of rich takes seconds for all municipalities of the nation.
    for code, name in sorted(comparison.names.items(), key=lambda item: (item[1].casefold(), item[0])):
        result.append(line(name, [_shown(c.value(code), c, language) for c in columns]) + "\n")
    result.append(rule)
    total = line(text("keys.total", language), [_shown(c.total, c, language) for c in columns])
    return result.append(total, style="bold")


def _shown(value: Number, column: NumberColumn, language: str) -> str:
    if value is None:
        return ""
    sign = "+" if column.signed else ""
    shown = f"{float(round(100 * Fraction(value), 1)):,.1f}" if column.percent else f"{value:{sign},}"
    if language == "nl":
        shown = shown.translate(str.maketrans(",.", ".,"))
    unit = "" if not column.percent else " %" if language == "nl" else "%"
    return shown + unit
