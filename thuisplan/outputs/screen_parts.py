"""What the tables on a terminal are made of: plain tables, and numbers as the language writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from thuisplan.outputs.texts import text

Rows = list[dict[str, Any]]


def make_table(title: str, headings: Sequence[str], language: str, numbers_from: int = 1) -> Table:
    """Return an empty table.

    Parameters
    ----------
    title
        The whole title, in the language.
    headings
        Headings of the columns, in the language.
    language
        ``nl`` or ``en``.
    numbers_from
        Position of the first column with numbers.
    """
    table = Table(
        title=Text(title, style="bold"),
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for position, heading in enumerate(headings):
        number_here = position >= numbers_from
        table.add_column(Text(heading), justify="right" if number_here else "left", overflow="fold")
    return table


def titled(title: str, names: Iterable[str], language: str, numbers_from: int = 1, **values: Any) -> Table:
    """Return an empty table whose title and headings stand in the section ``screen`` of the catalogue."""
    headings = [text(f"screen.{name}", language) for name in names]
    return make_table(text(f"screen.{title}", language, **values), headings, language, numbers_from)


def shown(value: float | int | None, language: str) -> str:
    """Return a number as the language writes it; nothing for no number."""
    return "" if value is None else text("screen.number", language, value=value)


def nearest(value: float | None, language: str, places: int = 0) -> str:
    """Return a number with at most so many decimals, halves rounded away from zero."""
    if value is None:
        return ""
    digits = int(abs(value) * 10**places + 0.5) * (1 if value >= 0 else -1)
    return shown(digits / 10**places if places else digits, language)


def rounded(value: float | None) -> float | int | None:
    """Return a number with as many decimals as are worth reading; None for what is no number."""
    if value is None or value != value or abs(value) == float("inf"):
        return None
    return round(value) if abs(value) >= 1000 else round(value, 3)
