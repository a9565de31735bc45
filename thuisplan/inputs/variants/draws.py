r"""Draws: variants in which needs, costs and the attrition of plans are drawn from their ranges.

Every figure has a stream of random numbers of its own, named by the seed, the number of the draw and the
figure: more draws, or another figure that is drawn too, leave the others as they are. A number :math:`u`
in [0, 1) becomes a value by the inverse of the distribution, rounded to four decimals so that every machine
draws the same:

- uniform: :math:`l + u(h-l)`;
- triangular with mode :math:`c`: :math:`l + \sqrt{u(h-l)(c-l)}` below the mode,
  :math:`h - \sqrt{(1-u)(h-l)(h-c)}` above it;
- beta between the ends: :math:`l + (h-l)\,I^{-1}_{a,b}(u)`, with :math:`I` the regularised incomplete beta
  function.

What is drawn together: the needs of one category in all places and years (they rest on one estimate), the
households of one flow, the costs of one kind, and the plans of one status in one municipality.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from numpy.random import PCG64, SeedSequence

from thuisplan.inputs.columns import write_exact
from thuisplan.inputs.read_change import Change
from thuisplan.inputs.tables import Flow, Need, Plan, Realisation
from thuisplan.inputs.variants.base import Base
from thuisplan.inputs.variants.entry import EVERY, pattern
from thuisplan.inputs.variants.named_figures import costs_times, has_range, levels, needs_as
from thuisplan.inputs.variants.variant import Draws, Range, Variant

DECIMALS = 10_000


def drawn(base: Base, draws: Draws, before: tuple[Change, ...]) -> Iterator[Variant]:
    """Yield the variants of draws; what is drawn takes the place of what stands before it.

    Parameters
    ----------
    base
        The base.
    draws
        What is drawn.
    before
        Changes that come before what is drawn.
    """
    width = max(3, len(str(draws.count)))
    for number in range(1, draws.count + 1):
        changes = (*before, *_changes(base, draws, number))
        yield Variant(f"draw {number:0{width}d}", changes, "draw", (("draw", str(number)),))


def _changes(base: Base, draws: Draws, number: int) -> Iterator[Change]:
    if draws.needs:
        yield from _needs(base, draws.seed, number)
    if draws.flows is not None:
        for flow in sorted({row.flow_id for row in base.instance.rows(Flow)}):
            factor = value(draws.flows, uniform(draws.seed, number, f"flow {flow}"))
            key = pattern(flow, EVERY)
            yield Change(Flow.table, key, "households", "multiply", write_exact(factor, None))
    for kind, one in draws.costs.items():
        yield from costs_times(base, kind, value(one, uniform(draws.seed, number, f"cost {kind}")))
    if draws.attrition:
        yield from _attrition(base, draws, number)


def _needs(base: Base, seed: int, number: int) -> tuple[Change, ...]:
    amounts = {}
    for row in base.given.rows(Need):
        if has_range(row):
            ends = levels(row)
            low, high = min(ends.values()), max(ends.values())
            u = uniform(seed, number, f"need {row.need_category}")
            amounts[row.key()] = value(Range(low, high, ends["central"]), u)
    return needs_as(base, amounts)


def _attrition(base: Base, draws: Draws, number: int) -> tuple[Change, ...]:
    rows = []
    for row in base.given.rows(Plan):
        one = draws.attrition.get(row.status)
        if one is not None:
            u = uniform(draws.seed, number, f"plans {row.status} {row.municipality_code}")
            row = replace(row, realisation=value(one, u))
        rows.append(row)
    return base.changes_of(Plan, rows, Realisation)


def uniform(seed: int, number: int, name: str) -> Fraction:
    """Return the random number of a figure in a draw, in [0, 1).

    Parameters
    ----------
    seed
        Of all draws.
    number
        Of the draw.
    name
        Of the figure.
    """
    stream = PCG64(SeedSequence([seed, number, zlib.crc32(name.encode())]))
    # The raw numbers of a generator never change; those of its distributions may, from version to version.
    return Fraction(int(stream.random_raw()) >> 11, 2**53)


def value(one: Range, u: Fraction) -> Fraction:
    """Return what a number in [0, 1) becomes in a range: a value between its ends, in four decimals."""
    low, high = one.low, one.high
    if one.beta is not None:
        from scipy.special import betaincinv

        part = Fraction(float(betaincinv(*one.beta, float(u))))
        exact = low + (high - low) * part
    elif one.central is not None and low < high:
        exact = _triangular(low, one.central, high, u)
    else:
        exact = low + u * (high - low)
    return min(max(Fraction(round(exact * DECIMALS), DECIMALS), low), high)


def _triangular(low: Fraction, mode: Fraction, high: Fraction, u: Fraction) -> Fraction:
    if u * (high - low) < mode - low:
        return low + Fraction(math.sqrt(u * (high - low) * (mode - low)))
    return high - Fraction(math.sqrt((1 - u) * (high - low) * (high - mode)))
