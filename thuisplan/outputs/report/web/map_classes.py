"""Classes of a figure on a map: about as many municipalities in each, with limits that are round numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from thuisplan.outputs.texts import text

CLASSES = 5
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
        Its colour: ``k1`` to ``k5`` from little to much; ``n2``, ``n1``, ``zero``, ``p1``, ``p2`` from far
        below to far above nothing; or ``none``.
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
    values: Mapping[str, int | float],
    municipalities: Sequence[str],
    write: Callable[[Fraction], str],
    language: str,
) -> Classes:
    """Put municipalities in classes.

    Parameters
    ----------
    values
        Municipality -> value.
    municipalities
        All that are shown; those without a value are a class of their own.
    write
        How a limit is written.
    language
        ``nl`` or ``en``.
    """
    # Twelve places: what is left of a sum of fractions is no deviation.
    exact = {
        code: Fraction(values[code]).limit_denominator(10**12) for code in municipalities if code in values
    }
    exact = {code: Fraction(0) if abs(value) < Fraction(1, 10**9) else value for code, value in exact.items()}
    say = _Labels(write, language)
    ordered = sorted(exact.values())
    found = _around_zero(ordered, say) if ordered and ordered[0] < 0 else _from_little(ordered, say)
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
    limits: list[Fraction] = []
    for part in range(1, CLASSES):
        limit = _limit(ordered, part * len(ordered) // CLASSES)
        if limit is not None and limit not in limits:
            limits.append(limit)
    limits.sort()
    found: Found = []
    shades = _SHADES[len(limits) + 1]
    for place, shade in enumerate(shades):
        lower = limits[place - 1] if place else None
        upper = limits[place] if place < len(limits) else None
        found.append((f"k{shade}", _between(lower, upper, say), _within(lower, upper)))
    return found


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


def _limit(ordered: Sequence[Fraction], place: int) -> Fraction | None:
    """Return the roundest number that parts the first ``place`` values from the rest, more or less.

    None where all values about there are the same.
    """
    spare = len(ordered) // 20
    low, high = ordered[max(place - 1 - spare, 0)], ordered[min(place + spare, len(ordered) - 1)]
    if low == high:
        # Many have the same value: the class ends after them.
        above = [value for value in ordered if value > high]
        if not above:
            return high if high > ordered[0] else None
        high = above[0]
    return roundest(low, high, ordered[min(place, len(ordered) - 1)])


def roundest(low: Fraction, high: Fraction, near: Fraction) -> Fraction:
    """Return the number above ``low`` and at most ``high`` that is easiest to read.

    Examples
    --------
    Above 137 and at most 212 it is 200. Above 0.31 and at most 0.34 there are 0.32 and 0.34: it is the one
    that lies nearest to ``near``.
    """
    power = Fraction(10) ** 12
    while power > Fraction(1, 10**9):
        for step in (power, power / 2, power / 4 if power >= 100 else power / 5):
            first = (low // step + 1) * step
            if first <= high:
                last = high // step * step
                middle = min(max(round(near / step) * step, first), last)
                return min((first, middle, last), key=lambda value: (abs(value - near), value))
        power /= 10
    return high
