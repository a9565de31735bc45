"""What a file of variants says, once it is read: plain values without any work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from thuisplan.inputs.read_change import Change

Kind = Literal["variant", "price", "frontier", "draw"]
"""Why a variant is there: asked by name, the price of a rule, a point of a frontier, or a draw."""

REFERENCE = "base"
"""Name of the variant that changes nothing."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One list of changes of the base, with a name.

    Parameters
    ----------
    name
        Its name; no two variants of a set share one.
    changes
        Applied in order to the resolved base (``inputs.changes.apply``).
    kind
        Why it is there.
    labels
        What it is made of: ``(axis, named change)`` for every axis of a grid, ``("without", rule_id)`` of
        a price, ``("draw", "17")`` of a draw. Of a point of a frontier ``("order", "a > b > c")`` and
        ``("keep", "0% > 1%")``, a part for every measure but the last. Empty for what was written out.
    """

    name: str
    changes: tuple[Change, ...] = ()
    kind: Kind = "variant"
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How every variant is solved.

    Parameters
    ----------
    stages
        All stages of the base, or the first alone.
    gap
        Relative gap at which a stage stops; None for the tolerances of the base.
    time_limit
        Seconds for one run.
    seed
        Of the solver.
    threads
        Of one run.
    """

    stages: Literal["all", "first"] = "all"
    gap: float | None = None
    time_limit: float = 600.0
    seed: int = 0
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Regret:
    """The scenarios over which the plan with the least regret is sought.

    Parameters
    ----------
    scenarios
        Names of variants of the set.
    common_until
        Last year in which the decisions are the same in every scenario.
    time_limit
        Seconds for all of it.
    """

    scenarios: tuple[str, ...]
    common_until: int
    time_limit: float = 120.0


@dataclass(frozen=True, slots=True)
class Range:
    """What a figure is drawn from.

    Parameters
    ----------
    low, high
        Its ends; a draw is never outside them.
    central
        Most likely value: the distribution is then triangular; None for another.
    beta
        The two parameters of a beta distribution between the ends; None for another. Without both every
        value between the ends is as likely.
    """

    low: Fraction
    high: Fraction
    central: Fraction | None = None
    beta: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Draws:
    """What is drawn.

    Parameters
    ----------
    count, seed
        How many variants, from which seed.
    hold
        Share of the draws in which a decision must hold to be called robust.
    needs
        Whether the needs are drawn between their low and their high level.
    flows
        Factor for the households that need a home; None where they stay as they are.
    costs
        ``extra_cost`` or ``deficit`` -> factor.
    attrition
        Status of plans -> part that is realised.
    """

    count: int
    seed: int
    hold: Fraction = Fraction(9, 10)
    needs: bool = False
    flows: Range | None = None
    costs: Mapping[str, Range] = field(default_factory=dict)
    attrition: Mapping[str, Range] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VariantSet:
    """A file of variants, read and checked against its base.

    Parameters
    ----------
    path
        The file.
    base
        Folder or workbook of the base.
    language
        Of messages: that of the base.
    settings
        How every variant is solved.
    reference
        Name of the variant against which every other is held.
    variants
        All of them, the reference first.
    regret, draws
        What was asked of them; None if nothing was.
    files
        Other files that the file of variants names.
    """

    path: Path
    base: Path
    language: str
    settings: RunSettings
    reference: str
    variants: tuple[Variant, ...]
    regret: Regret | None = None
    draws: Draws | None = None
    files: tuple[Path, ...] = ()

    def named(self, name: str) -> Variant:
        """Return the variant with a name; raises KeyError if there is none."""
        for variant in self.variants:
            if variant.name == name:
                return variant
        raise KeyError(name)
