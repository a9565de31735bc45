"""Sums over the rows of a published table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from thuisplan.inputs.labels import MONEY_KINDS


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
