r"""Exclusions: what a municipality does not build.

.. math:: x_{m,t,o} = 0

[dwellings]. Source: input.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield one line per excluded cell that could otherwise be built."""
    instance = quantities.instance
    years = set(instance.valid_years(rule))
    for municipality, year, option in quantities.open_cells:
        if (municipality, year, option) in instance.excluded and year in years:
            yield line(
                instance,
                rule,
                place=municipality,
                subject=option,
                period=str(year),
                lhs=quantities.x(municipality, year, option),
                sense=Sense.AT_MOST,
                rhs=0,
                reference=1,
            )
