r"""Commitments: the plan builds at least what is agreed.

.. math:: x_{m,t,o} \ge \hat x_{m,t,o}

[dwellings]. Source: input (signed agreements and running projects first).
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield one line per commitment."""
    instance = quantities.instance
    years = set(instance.valid_years(rule))
    for (municipality, year, option), dwellings in instance.committed.items():
        if dwellings and year in years:
            yield line(
                instance,
                rule,
                place=municipality,
                subject=option,
                period=str(year),
                lhs=quantities.x(municipality, year, option),
                sense=Sense.AT_LEAST,
                rhs=dwellings,
                reference=dwellings,
            )
