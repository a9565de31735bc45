"""Whole numbers from shares, and shares on their way to a key. Exact arithmetic."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

K = TypeVar("K")


def largest_remainder(total: int, weights: Mapping[K, Fraction | int]) -> dict[K, int]:
    """Divide ``total`` in whole numbers by the method of the largest remainder (Hare).

    Parameters
    ----------
    total
        Whole number to divide, zero or more.
    weights
        Receiver -> weight, zero or more; at least one above zero. Equal
        remainders are settled in the order of ``weights``.

    Returns
    -------
    dict
        Receiver -> whole number; the sum is ``total``.

    Raises
    ------
    ValueError
        If no weight is above zero.
    """
    whole = Fraction(sum(Fraction(w) for w in weights.values()))
    if whole <= 0:
        raise ValueError("Expected at least one weight above zero.")
    quotas = {key: total * Fraction(weight) / whole for key, weight in weights.items()}
    result = {key: math.floor(quota) for key, quota in quotas.items()}
    by_remainder = sorted(quotas, key=lambda key: result[key] - quotas[key])
    for key in by_remainder[: total - sum(result.values())]:
        result[key] += 1
    return result


def whole_increments(amounts: Sequence[Fraction]) -> list[int]:
    """Turn yearly amounts into whole ones whose running total stays closest to the exact one.

    Parameters
    ----------
    amounts
        Exact amounts a year, in order.

    Returns
    -------
    list of int
        Increments of the running total rounded half up; it never drifts by more than a half.
    """
    result, exact, whole = [], Fraction(0), 0
    for amount in amounts:
        exact += amount
        target = math.floor(exact + Fraction(1, 2))
        result.append(target - whole)
        whole = target
    return result


def on_growth_path(start: Fraction, end: Fraction, first_year: int, last_year: int, year: int) -> Fraction:
    """Return the level in ``year`` on a straight path from ``start`` to ``end``.

    Parameters
    ----------
    start, end
        Level up to and including ``first_year``, and from ``last_year`` on.
    first_year, last_year
        Ends of the path, ``first_year < last_year``.
    year
        Year asked for.
    """
    if year <= first_year:
        return start
    if year >= last_year:
        return end
    return start + (end - start) * Fraction(year - first_year, last_year - first_year)
