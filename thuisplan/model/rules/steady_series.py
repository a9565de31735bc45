r"""Steady series: a region completes about as much as in the year before.

.. math:: (1-\varphi)\,Y_{t-1} - \lambda \le Y_t \le (1+\varphi)\,Y_{t-1} + \lambda,
          \qquad Y_t = \sum_{m\in r}\sum_o x_{m,t,o}

for every planned year but the first: what is already built is not asked to be even.
:math:`\varphi` is a share and :math:`\lambda` a number of dwellings, so that small regions and
single projects have room [dwellings].

Source: facts H25 (clear numbers and types give predictability and better production capacity).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield two lines, not too much and not too little, per region and year."""
    instance = quantities.instance
    parameters = instance.parameters(rule)
    share, room = parameters.share, parameters.dwellings
    programme = tuple(o for o, row in instance.options.items() if row.in_programme)
    options = parameters.options or programme
    for region in instance.regions_of(rule):
        for year in instance.valid_years(rule):
            if year <= instance.settings.open_year:
                continue
            before = quantities.completed(region.members, (year - 1,), options)
            shared: dict[str, Any] = dict(
                place=region.place,
                period=str(year),
                lhs=quantities.completed(region.members, (year,), options),
                reference=sum(instance.offered.get((m, year, o), 0) for m in region.members for o in options),
                testable=region.whole,
            )
            most, least = (1 + share) * before + room, (1 - share) * before - room
            yield line(instance, rule, **shared, subject="most", sense=Sense.AT_MOST, rhs=most)
            yield line(instance, rule, **shared, subject="least", sense=Sense.AT_LEAST, rhs=least)
