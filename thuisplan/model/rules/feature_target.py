r"""Feature target: at least so many dwellings, or such a share, has a feature or comes by a route.

.. math:: \sum_{t\in P}\sum_{m\in r}\sum_{o\in F} x_{m,t,o} \ge
          \varphi \sum_{t\in P}\sum_{m\in r}\sum_{o\in O} x_{m,t,o}
          \quad\text{or}\quad \ge n

with :math:`F` the options with the feature and route, :math:`O` the options it is a part of
(default: the new-build programme) [dwellings]. It consumes nothing: one dwelling can serve
several targets.

Source: facts B11, B19 (zero-step and wheelchair shares, comply or explain).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import agreed, line, most_offered


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield one line per region and period."""
    instance = quantities.instance
    parameters = instance.parameters(rule)
    counting = tuple(
        o
        for o, row in instance.options.items()
        if (not parameters.of_options or o in parameters.of_options)
        and (parameters.feature is None or parameters.feature in row.features)
        and (parameters.route is None or parameters.route == row.route)
    )
    whole = parameters.of_options or tuple(o for o, row in instance.options.items() if row.in_programme)
    for region in instance.regions_of(rule):
        for period in instance.periods(rule, parameters.periods):
            lhs = quantities.completed(region.members, period.years, counting)
            shared = dict(
                place=region.place, period=str(period), lhs=lhs, sense=Sense.AT_LEAST, testable=region.whole
            )
            if parameters.dwellings is not None:
                number = agreed(instance, rule, region.place, parameters.dwellings)
                yield line(instance, rule, **shared, rhs=number, reference=number)
                continue
            share = Fraction(agreed(instance, rule, region.place, parameters.share))
            base = quantities.completed(region.members, period.years, whole)
            most = most_offered(instance, region, period, whole)
            yield line(
                instance, rule, **shared, rhs=share * base, reference=share * most, share=share, base=base
            )
