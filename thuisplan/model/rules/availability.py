r"""Availability: at most so many of an option in a municipality and year.

.. math:: x_{m,t,o} \le A_{m,t,o}

[dwellings]; an option that the input does not offer has no variable at all.

Source: input.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield one line per municipality, year and option that is offered."""
    instance = quantities.instance
    years = set(instance.valid_years(rule))
    for (municipality, year, option), most in instance.offered.items():
        if year in years:
            yield line(
                instance,
                rule,
                place=municipality,
                subject=option,
                period=str(year),
                lhs=quantities.x(municipality, year, option),
                sense=Sense.AT_MOST,
                rhs=most,
                reference=most,
                figure=("offered", municipality, option),
                # The ceiling of a project is this availability: both give together.
                follows=(f"ceiling[{municipality},{year},{option}]",),
            )
