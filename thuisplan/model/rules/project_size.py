r"""Minimum project size: what is newly completed in a year is nothing, or at least a project.

.. math:: L_o\,z_{m,t,o} \le x_{m,t,o} - \hat x_{m,t,o} \le A_{m,t,o}\,z_{m,t,o}

[dwellings]; the ceiling is the availability :math:`A`, so it cuts off no plan, and it gives
where availability gives. What is committed may be smaller than a project.

Source: input; default of 12 for clustered and care-suitable dwellings (model choice; the
15 residents per meeting room of the letter are a cost basis, not a norm).
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield one line per cell of an option with a minimum project size."""
    instance = quantities.instance
    years = set(instance.valid_years(rule))
    for (municipality, year, option), most in instance.offered.items():
        minimum = instance.options[option].minimum_project
        if minimum <= 1 or year not in years:
            continue
        committed = instance.committed.get((municipality, year, option), 0)
        yield line(
            instance,
            rule,
            place=municipality,
            subject=option,
            period=str(year),
            lhs=quantities.x(municipality, year, option) - committed,
            sense=Sense.ZERO_OR_AT_LEAST,
            rhs=minimum,
            reference=minimum,
            switch=quantities.project(municipality, year, option),
            ceiling=max(most, minimum),
        )
