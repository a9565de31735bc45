r"""Minimum contribution: every municipality has at least so many in service by a year.

.. math:: D_{m,t} \ge n_m

[dwellings], unless it is exempt or another number is agreed.

Source: facts E21 (specialisation stays part of an integral agreement).
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import agreed, line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield one line per municipality."""
    instance = quantities.instance
    parameters = instance.parameters(rule)
    years = instance.valid_years(rule)
    if not years:
        return
    year = parameters.by_year or years[-1]
    for region in instance.regions_of(rule):
        for municipality in region.members:
            number = agreed(instance, rule, municipality, parameters.dwellings)
            yield line(
                instance,
                rule,
                place=municipality,
                period=str(year),
                lhs=quantities.in_service([municipality], year, parameters.options),
                sense=Sense.AT_LEAST,
                rhs=number,
                reference=number,
                testable=region.whole,
            )
