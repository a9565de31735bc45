"""Rows of a published table per place, rule or year, and sums over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any, TypeVar

from thuisplan.inputs.labels import MONEY_KINDS

One = TypeVar("One", bound=Mapping[str, Any])


def rows_by(rows: Iterable[One], *columns: str) -> dict[Any, list[One]]:
    """Return the rows per value of one column, or per values of several, in the order of the first of each.

    Parameters
    ----------
    rows
        Rows of a table; they keep their order.
    columns
        What they are told apart by.
    """
    key = itemgetter(*columns)
    result: dict[Any, list[One]] = {}
    for row in rows:
        result.setdefault(key(row), []).append(row)
    return result


def series_by(rows: Iterable[One], *columns: str) -> dict[Any, tuple[One, ...]]:
    """Return the same with the rows of each in order of year: the last is how it ends."""
    found = rows_by(rows, *columns)
    return {key: tuple(sorted(own, key=lambda row: int(row["year"]))) for key, own in found.items()}


def added(rows: Iterable[Mapping[str, Any]], *columns: str, value: str = "dwellings") -> Counter[Any]:
    """Return the sum of a column per value of one column, or per values of several.

    Parameters
    ----------
    rows
        Rows of a table.
    columns
        What the sums are of, such as ``municipality_code, year``.
    value
        The column that is added up; what is empty counts for nothing.

    Returns
    -------
    Counter
        Value of the column, or tuple of values -> sum; zero where there are no rows.
    """
    key = itemgetter(*columns)
    result: Counter[Any] = Counter()
    for row in rows:
        result[key(row)] += row[value] or 0
    return result


def costs(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return what dwellings of a plan ask of each kind of money [EUR]; what is unknown counts for nothing.

    Parameters
    ----------
    rows
        Rows of ``plan``.

    Returns
    -------
    dict
        Every kind of money, in order -> euros. Kinds have budgets of their own: they are not added up.
    """
    every = list(rows)
    return {kind: sum(row[f"{kind}_eur"] or 0 for row in every) for kind in MONEY_KINDS.labels}
