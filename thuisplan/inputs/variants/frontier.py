"""Points of a frontier: measures as exact stages, of which the earlier give back a stated part.

The first measure is brought to its least; then the next is, while the first stays within ``keep`` of its
least; and so on (the epsilon-constraint method: Y. Y. Haimes, L. S. Lasdon and D. A. Wismer, *IEEE Trans.
Systems, Man, and Cybernetics* 1, 296 (1971)). The first measure named is always the first; the others come
in every order, and every measure but the last gives back every part. A weighted sum of measures would miss
the points where the frontier of whole numbers is not convex.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product

from thuisplan.inputs.columns import write_exact
from thuisplan.inputs.defaults import CHANGE, STAGES, SWAPS
from thuisplan.inputs.read_change import Change
from thuisplan.inputs.row_keys import key_text
from thuisplan.inputs.tables import StageRow
from thuisplan.inputs.variants.variant import Variant

DEFAULTS = {row.measure: row for row in (*STAGES, CHANGE, SWAPS)}


def points(
    base: Sequence[StageRow], measures: Sequence[str], keep: Sequence[Fraction], before: tuple[Change, ...]
) -> Iterator[Variant]:
    """Yield a variant per order of the measures and part that each gives back.

    Parameters
    ----------
    base
        The stages of the base.
    measures
        At least two; the first is the one of which is given back first.
    keep
        Parts that a measure may give back, relative to its least.
    before
        Changes that come before those of the stages.
    """
    for order in permutations(measures[1:]):
        chosen = (measures[0], *order)
        for parts in product(keep, repeat=len(chosen) - 1):
            shown = [percent(part) for part in parts]
            named = [f"{name} {part}" for name, part in zip(chosen, shown, strict=False)]
            yield Variant(
                f"frontier {' > '.join((*named, chosen[-1]))}",
                (*before, *stage_changes(staged(base, chosen, parts))),
                "frontier",
                (("order", " > ".join(chosen)), ("keep", " > ".join(shown))),
            )


def staged(base: Sequence[StageRow], order: Sequence[str], keep: Sequence[Fraction]) -> list[StageRow]:
    """Return stages with measures in an order, in the place where the base has the first of them.

    Parameters
    ----------
    base
        The stages of the base; what comes before its first measure of the frontier stays before it, and
        the others come after the frontier.
    order
        Measures, each a stage of its own.
    keep
        What all but the last give back, relative; the last gives back what it does in the base.
    """
    numbers = [row.stage for row in base if row.measure in order]
    first = min(numbers, default=0)
    others = [row for row in base if row.measure not in order]
    own = {row.measure: row for row in base}
    chosen = [replace(own.get(name, DEFAULTS[name]), weight=Fraction(1)) for name in order]
    kept = [
        replace(row, keep_rel=part, keep_abs=Fraction(0)) for row, part in zip(chosen, keep, strict=False)
    ]
    groups = [
        *_groups([row for row in others if row.stage < first]),
        *([row] for row in (*kept, chosen[-1])),
        *_groups([row for row in others if row.stage >= first]),
    ]
    return [replace(row, stage=number) for number, rows in enumerate(groups, start=1) for row in rows]


def _groups(rows: Sequence[StageRow]) -> list[list[StageRow]]:
    """Return the rows of each stage together, in order."""
    return [[row for row in rows if row.stage == number] for number in sorted({row.stage for row in rows})]


def stage_changes(stages: Sequence[StageRow]) -> tuple[Change, ...]:
    """Return the changes that put stages in the place of all that are there."""
    result = [Change(StageRow.table, "* *", "", "remove", "")]
    for row in stages:
        for name in ("weight", "close_rel", "close_abs", "keep_rel", "keep_abs"):
            value = getattr(row, name)
            if name == "weight" or value:
                key = key_text((row.stage, row.measure))
                result.append(Change(StageRow.table, key, name, "set", write_exact(value, None)))
    return tuple(result)


def percent(part: Fraction) -> str:
    """Return a share as a percentage, as short as it is exact; a fraction if it is none."""
    text = write_exact(part * 100, "en")
    return f"{text}%" if "/" not in text else write_exact(part, None)
