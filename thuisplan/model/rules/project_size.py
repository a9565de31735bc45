r"""Minimum project size: what is newly completed in a year is nothing, or at least a project.

.. math:: (L_o + \hat x_{m,t,o})\,z_{m,t,o} \le x_{m,t,o}, \qquad
          x_{m,t,o} - \hat x_{m,t,o} \le A_{m,t,o}\,z_{m,t,o}

[dwellings]; the ceiling is the availability :math:`A`, so it cuts off no plan, and it gives
where availability gives. What is committed may be smaller than a project, and is not demanded
here: that is the rule ``commitment``.

Source: input; default of 12 for clustered and care-suitable dwellings (model choice; the
15 residents per meeting room of the letter are a cost basis, not a norm).
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import Rule
from thuisplan.model.problem import BEYOND_OFFER
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield one line per cell of an option with a minimum project size."""
    instance = quantities.instance
    years = set(instance.valid_years(rule))
    limited = _limited(instance)
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
            ceiling=max(most if (municipality, year, option) in limited else most + BEYOND_OFFER, minimum),
        )


def _limited(instance: Instance) -> frozenset[tuple[str, int, str]]:
    """Return where availability holds: where it is only followed, or may be missed, it limits no project."""
    return frozenset(
        (municipality, year, option)
        for rule in instance.rules()
        if rule.family == "availability" and rule.strength != "monitor"
        for valid in [frozenset(instance.valid_years(rule))]
        for municipality, year, option in instance.offered
        if year in valid
        and (rule.rule_id, municipality) not in instance.exemptions
        and instance.deviations.allowed(rule.rule_id, municipality, option, str(year)) is None
    )
