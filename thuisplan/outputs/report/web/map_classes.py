"""Classes of a figure on a map: about as many municipalities in each, with limits that are round numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from thuisplan.outputs.texts import text

CLASSES = 5
BELOW = 3
"""Classes below nothing where no value is above it."""
_SHADES = {0: (), 1: (3,), 2: (2, 4), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}
"""Number of classes -> which of the five shades they have, light to dark."""
NONE = "none"
"""The class of a municipality without a value."""


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the legend.

    Parameters
    ----------
    code
        Its colour: ``k1`` to ``k5`` from little to much; ``n3``, ``n2``, ``n1``, ``zero``, ``p1``, ``p2``
        from far below to far above nothing, ``n3`` only where nobody is above; or ``none``.
    label
        From where to where, in words.
    count
        Municipalities in it.
    """

    code: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Classes:
    """What a map shows of a figure.

    Parameters
    ----------
    legend
        The classes that occur, from little to much, then that without a value.
    of
        Municipality -> code of its class, for those with a value.
    """

    legend: tuple[Class, ...]
    of: Mapping[str, str]


def classify(
    values: Mapping[str, int | float | Fraction],
    municipalities: Sequence[str],
    write: Callable[[Fraction], str],
    language: str,
) -> Classes:
    """Put municipalities in classes.

    Parameters
    ----------
    values
        Municipality -> value, as it is shown: what looks equal must be equal.
    municipalities
        All that are shown; those without a value are a class of their own.
    write
        How a limit is written.
    language
        ``nl`` or ``en``.
    """
    exact = {code: Fraction(values[code]) for code in municipalities if code in values}
    say = _Labels(write, language)
    ordered = sorted(exact.values())
    if not ordered or ordered[0] >= 0:
        found = _from_little(ordered, say)
    else:
        found = _below_zero(ordered, say) if ordered[-1] <= 0 else _around_zero(ordered, say)
    of = {}
    for code, value in exact.items():
        of[code] = next(one for one, _, within in found if within(value))
    counted = list(of.values())
    legend = [Class(code, label, counted.count(code)) for code, label, _ in found if code in counted]
    if missing := len(municipalities) - len(exact):
        legend.append(Class(NONE, text("report_map.no_data", language), missing))
    return Classes(tuple(legend), of)


Found = list[tuple[str, str, Callable[[Fraction], bool]]]
"""Code, label, and whether a value belongs to the class."""


class _Labels:
    def __init__(self, write: Callable[[Fraction], str], language: str) -> None:
        self.write, self.language = write, language

    def __call__(self, code: str, **limits: Fraction) -> str:
        written = {name: self.write(limit) for name, limit in limits.items()}
        return text(f"report_map.{code}", self.language, **written)


def _from_little(ordered: Sequence[Fraction], say: _Labels) -> Found:
    """Return classes from little to much."""
    kinds = sorted(set(ordered))
    if len(kinds) <= CLASSES:
        shades = _SHADES[len(kinds)]
        return [
            (f"k{shade}", say("class_one", value=kind), kind.__eq__)
            for shade, kind in zip(shades, kinds, strict=True)
        ]
    limits = _limits(ordered, CLASSES)
    found: Found = []
    shades = _SHADES[len(limits) + 1]
    for place, shade in enumerate(shades):
        lower = limits[place - 1] if place else None
        upper = limits[place] if place < len(limits) else None
        found.append((f"k{shade}", _between(lower, upper, say), _within(lower, upper)))
    return found


def _limits(ordered: Sequence[Fraction], count: int) -> list[Fraction]:
    """Return what parts values in so many classes, or in fewer where many values are equal."""
    places = (part * len(ordered) // count for part in range(1, count))
    found = {limit for place in places if (limit := _limit(ordered, place)) is not None}
    return sorted(found)


def _between(lower: Fraction | None, upper: Fraction | None, say: _Labels) -> str:
    if lower is None and upper is not None:
        return say("class_below", upper=upper)
    if lower is not None and upper is None:
        return say("class_from", lower=lower)
    return say("class_between", lower=lower or Fraction(0), upper=upper or Fraction(0))


def _within(lower: Fraction | None, upper: Fraction | None) -> Callable[[Fraction], bool]:
    return lambda value: (lower is None or value >= lower) and (upper is None or value < upper)


def _around_zero(ordered: Sequence[Fraction], say: _Labels) -> Found:
    """Return classes of deviations: much and little below nothing, none, little and much above."""
    sizes = sorted(abs(value) for value in ordered if value)
    limit = _limit(sizes, len(sizes) // 2) or sizes[-1]
    zero = Fraction(0)
    return [
        ("n2", say("class_to", upper=-limit), lambda value: value <= -limit),
        ("n1", say("class_inside", lower=-limit, upper=zero), lambda value: -limit < value < 0),
        ("zero", say("class_one", value=zero), lambda value: value == 0),
        ("p1", say("class_inside", lower=zero, upper=limit), lambda value: 0 < value < limit),
        ("p2", say("class_from", lower=limit), lambda value: value >= limit),
    ]


def _below_zero(ordered: Sequence[Fraction], say: _Labels) -> Found:
    """Return classes of deviations of which none is above nothing, those far below first."""
    sizes = sorted(-value for value in ordered if value)
    kinds = sorted(set(sizes))
    if len(kinds) <= BELOW:
        below: Found = [
            (f"n{n}", say("class_one", value=-kind), (-kind).__eq__) for n, kind in enumerate(kinds, 1)
        ]
    else:
        limits = _limits(sizes, BELOW)
        if len(limits) < BELOW - 1:
            # Most have one size: then the sizes that occur are parted, however many have each.
            limits = _limits(kinds, BELOW)
        below = []
        for number, upper in enumerate((*limits, None), 1):
            lower = limits[number - 2] if number > 1 else None
            below.append((f"n{number}", _down(lower, upper, say), _sized(lower, upper)))
    zero = Fraction(0)
    return [*reversed(below), ("zero", say("class_one", value=zero), zero.__eq__)]


def _down(lower: Fraction | None, upper: Fraction | None, say: _Labels) -> str:
    """Return a class below nothing in words, by the sizes between which it lies."""
    if upper is None:
        return say("class_to", upper=-(lower or Fraction(0)))
    if lower is None:
        return say("class_inside", lower=-upper, upper=Fraction(0))
    return say("class_between", lower=-lower, upper=-upper)


def _sized(lower: Fraction | None, upper: Fraction | None) -> Callable[[Fraction], bool]:
    within = _within(lower, upper)
    return lambda value: value < 0 and within(-value)


def _limit(ordered: Sequence[Fraction], place: int) -> Fraction | None:
    """Return the roundest number that parts the first ``place`` values from the rest, more or less.

    None where all values about there are the same.
    """
    spare = len(ordered) // 20
    low, high = ordered[max(place - 1 - spare, 0)], ordered[min(place + spare, len(ordered) - 1)]
    if low == high:
        # Many have the same value: the class begins with them or ends after them, at the rounder limit.
        kinds = sorted(set(ordered))
        here = kinds.index(low)
        around = kinds[max(here - 1, 0) : here + 2]
        found = [_round(one, other, low) for one, other in pairwise(around)][::-1]
        return max(found, key=lambda one: one[0])[1] if found else None
    return roundest(low, high, ordered[min(place, len(ordered) - 1)])


def roundest(low: Fraction, high: Fraction, near: Fraction) -> Fraction:
    """Return the number above ``low`` and at most ``high`` that is easiest to read.

    Examples
    --------
    Above 137 and at most 212 it is 200. Above 0.31 and at most 0.34 there are 0.32 and 0.34: it is the one
    that lies nearest to ``near``.
    """
    return _round(low, high, near)[1]


def _round(low: Fraction, high: Fraction, near: Fraction) -> tuple[Fraction, Fraction]:
    """Return that number after the step that it is a whole number of: the larger, the rounder."""
    power = Fraction(10) ** 12
    while power > Fraction(1, 10**9):
        for step in (power, power / 2, power / 4 if power >= 100 else power / 5):
            first = (low // step + 1) * step
            if first <= high:
                last = high // step * step
                middle = min(max(round(near / step) * step, first), last)
                return step, min((first, middle, last), key=lambda value: (abs(value - near), value))
        power /= 10
    return Fraction(0), high
