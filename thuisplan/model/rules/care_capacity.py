r"""Care capacity: places and lettings ask no more support than there is.

.. math:: \sum_o w_o \sum_{m\in r} D_{m,t,o} + \sum_g w_g \sum_{m\in r} \sum_{f\in g}
          \Bigl(a_{f,m,t} + \sum_o p_{f,m,t,o}\Bigr) \le C_{r,t}

with :math:`w_o` the hours a year that a place in service asks, :math:`w_g` the hours that a
household asks in the year in which it is housed, and :math:`C` the hours there are [hours]. What an
option or a group is not known to ask is not counted.

Source: facts C22 (support does not move along with who is housed); requirements, item 38.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from thuisplan.inputs.tables import CareCapacity, CareDemand, Rule
from thuisplan.model.quantities import Expression, Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield one line per capacity and open year."""
    instance = quantities.instance
    years = [year for year in instance.valid_years(rule) if year >= instance.settings.open_year]
    hours = {row.subject: row.hours for row in instance.rows(CareDemand) if row.hours}
    for row in instance.rows(CareCapacity):
        region = instance.region(row.purpose, row.place)
        for year in years:
            if row.from_year <= year <= (row.to_year or year):
                yield line(
                    instance,
                    rule,
                    purpose=row.purpose,
                    place=row.place,
                    period=str(year),
                    carried=True,
                    lhs=_asked(quantities, region.members, year, hours),
                    sense=Sense.AT_MOST,
                    rhs=row.hours,
                    unit="hours",
                    reference=row.hours,
                    # The smallest thing that can come on top.
                    step=min(hours.values(), default=Fraction(1)),
                    testable=region.whole,
                )


def _asked(
    quantities: Quantities, members: tuple[str, ...], year: int, hours: dict[str, Fraction]
) -> Expression:
    """Return the support that some municipalities ask in a year [hours]."""
    instance = quantities.instance
    alike: dict[Fraction, list[str]] = {}
    for option in instance.options:
        if option in hours:
            alike.setdefault(hours[option], []).append(option)
    places = sum(each * quantities.in_service(members, year, options) for each, options in alike.items())
    housed = sum(
        hours[flow.group] * quantities.housing.let(flow_id, members, year)
        for flow_id, flow in instance.lettings.flows.items()
        if flow.group in hours
    )
    return places + housed
