"""Whole numbers from shares, and shares on their way to a key. Exact arithmetic."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Generic, TypeVar

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Apportionment(Generic[K]):
    """A total divided in whole numbers.

    Parameters
    ----------
    numbers
        Receiver -> whole number; the sum is the total.
    tied
        Receivers with an equal claim on the last units, in the order of the
        weights; the first of them got one, the last did not. Empty without a tie.
    """

    numbers: dict[K, int]
    tied: tuple[K, ...]


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
    return _by_largest_remainder(total, weights).numbers


def balanced(amounts: Mapping[K, Fraction | int]) -> dict[K, int]:
    """Return whole numbers for amounts of either sign, by the largest remainder; the sum stays the same.

    Parameters
    ----------
    amounts
        Receiver -> exact amount; together a whole number. Equal remainders are settled in their order.
    """
    return _by_remainders(amounts).numbers


def apportion(total: int, weights: Mapping[K, Fraction | int], method: str) -> Apportionment[K]:
    """Divide ``total`` in whole numbers by a named method.

    Parameters
    ----------
    total
        Whole number to divide, zero or more.
    weights
        Receiver -> weight, zero or more; at least one above zero. Ties are
        settled in the order of ``weights``.
    method
        ``largest_remainder`` (Hamilton, Hare) or ``webster`` (Sainte-Laguë).

    Returns
    -------
    Apportionment
        The numbers, and who tied for the last of them.

    Raises
    ------
    ValueError
        If no weight is above zero.
    KeyError
        If there is no such method.

    Notes
    -----
    The largest remainder stays within one unit of the exact part, but a larger
    total may take a unit away (the Alabama paradox). Webster never does that, and
    may, rarely, be more than one unit off. M. L. Balinski and H. P. Young, *Fair
    Representation* (1982).
    """
    return METHODS[method](total, weights)


def _by_largest_remainder(total: int, weights: Mapping[K, Fraction | int]) -> Apportionment[K]:
    whole = _sum(weights)
    return _by_remainders({key: total * Fraction(weight) / whole for key, weight in weights.items()})


def _by_remainders(quotas: Mapping[K, Fraction | int]) -> Apportionment[K]:
    numbers = {key: math.floor(quota) for key, quota in quotas.items()}
    remainders = {key: quota - numbers[key] for key, quota in quotas.items()}
    order = sorted(quotas, key=lambda key: -remainders[key])
    left = int(sum(remainders.values()))
    for key in order[:left]:
        numbers[key] += 1
    tied: tuple[K, ...] = ()
    if left > 0 and remainders[order[left - 1]] == remainders[order[left]]:
        tied = tuple(key for key in quotas if remainders[key] == remainders[order[left]])
    return Apportionment(numbers, tied)


def _by_webster(total: int, weights: Mapping[K, Fraction | int]) -> Apportionment[K]:
    """Give each unit to the highest of weight / (2 x units + 1)."""
    whole = _sum(weights)
    names = list(weights)
    claims = [total * Fraction(weights[name]) / whole for name in names]
    # Rounding the exact parts is a beginning of the right order, whatever its sum; the rest is added
    # or taken back one by one.
    units = [math.ceil(claim - Fraction(1, 2)) for claim in claims]
    more = [(-claim / (2 * n + 1), place) for place, (claim, n) in enumerate(zip(claims, units, strict=True))]
    missing = total - sum(units)
    if missing > 0:
        heapq.heapify(more)
        for _ in range(missing):
            place = more[0][1]
            units[place] += 1
            heapq.heapreplace(more, (-claims[place] / (2 * units[place] + 1), place))
    elif missing < 0:
        less = [
            (claim / (2 * n - 1), -place)
            for place, (claim, n) in enumerate(zip(claims, units, strict=True))
            if n
        ]
        heapq.heapify(less)
        for _ in range(-missing):
            place = -heapq.heappop(less)[1]
            units[place] -= 1
            if units[place]:
                heapq.heappush(less, (claims[place] / (2 * units[place] - 1), -place))
    pairs = list(zip(claims, units, strict=True))
    last = min((claim / (2 * n - 1) for claim, n in pairs if n), default=None)
    following = [claim / (2 * n + 1) for claim, n in pairs]
    tied: tuple[K, ...] = ()
    if last is not None and max(following) == last:
        tied = tuple(
            name
            for name, (claim, n), one_more in zip(names, pairs, following, strict=True)
            if one_more == last or (n and claim / (2 * n - 1) == last)
        )
    return Apportionment(dict(zip(names, units, strict=True)), tied)


METHODS: Mapping[str, Callable[..., Apportionment[Any]]] = MappingProxyType(
    {"largest_remainder": _by_largest_remainder, "webster": _by_webster}
)
"""Name of a method -> the method."""


def _sum(weights: Mapping[K, Fraction | int]) -> Fraction:
    whole = sum((Fraction(weight) for weight in weights.values()), Fraction(0))
    if whole <= 0:
        raise ValueError("Expected at least one weight above zero.")
    return whole


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
