r"""Lettings: nothing is let that is not vacated, does not stand, or does not fit.

.. math:: \sum_f a_{f,m,t} \le \delta_{m,t}\,V_{m,t}
.. math:: \sum_f \lambda_f\,a_{f,m,t} \le \ell_{m,t}\,V_{m,t}
.. math:: \sum_f \sum_{t - stay_{f,o} < \tau \le t} p_{f,m,\tau,o} \le D_{m,t,o}
.. math:: \sum_f \Bigl(p_{f,m,t,o} - p_{f,m,t-stay,o}\Bigr) \le x_{m,t,o} \qquad (o\ regular\ social)
.. math:: a_{f,m,t} \le \phi_f\,\delta_{m,t}\,V_{m,t}, \qquad
          \sum_{t - stay_{f,o} < \tau \le t} p_{f,m,\tau,o} \le \phi_{f,o}\,D_{m,t,o}

with :math:`V` the social dwellings vacated, :math:`\delta` the part that is designated,
:math:`\lambda` the part of a group that needs a large dwelling, :math:`\ell` the part of what is
vacated that is large, :math:`D` the dwellings in service, and :math:`\phi` the part that fits a group.
Whoever stays for good holds a place as long as it stands; others for their stay. A permanent social
dwelling for everybody is let when it is completed, and after that it is vacated like the stock is: groups
hold more of them by no more than what is completed in the year [dwellings].

Source: facts D20, D21 (designated dwellings, affordable and fitting), A64 (large families),
A69 (places turn over; flow against stock), oracle m.12.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield what is vacated, what fits and what stands, per municipality and open year."""
    lettings = quantities.instance.lettings
    for municipality in quantities.instance.municipalities:
        for year in quantities.instance.valid_years(rule):
            if year not in lettings.open_years:
                continue
            if any(quantities.housing.has_vacated(flow, municipality, year) for flow in lettings.flows):
                yield from _vacated(rule, quantities, municipality, year)
            yield from _places(rule, quantities, municipality, year)


def _vacated(rule: Rule, quantities: Quantities, municipality: str, year: int) -> Iterator[Requirement]:
    instance = quantities.instance
    lettings = instance.lettings
    turnover = lettings.turnover[municipality, year]
    vacated = quantities.housing.vacated(municipality, year)
    reference = turnover.designated_share * lettings.usually_vacated(municipality, year)
    here = [flow for flow in lettings.flows if quantities.housing.has_vacated(flow, municipality, year)]

    def at_most(subject: str, lhs: Any, share: Fraction, of_usual: Fraction = Fraction(1)) -> Requirement:
        return line(
            instance,
            rule,
            place=municipality,
            subject=subject,
            period=str(year),
            lhs=lhs,
            sense=Sense.AT_MOST,
            rhs=share * vacated,
            reference=reference * of_usual,
        )

    let = {flow: quantities.housing.let_vacated(flow, municipality, year) for flow in here}
    yield at_most("vacated", sum(let.values()), turnover.designated_share)
    large = {flow: lettings.large_share(flow) for flow in here}
    if turnover.large_share is not None and any(large.values()):
        asked = sum(large[flow] * let[flow] for flow in here)
        yield at_most("large", asked, turnover.large_share, turnover.large_share)
    for flow in here:
        fit = lettings.vacated_fit(lettings.flows[flow].group, municipality)
        if fit is not None and fit.fit < 1:
            yield at_most(f"fit:{flow}", let[flow], fit.fit * turnover.designated_share)


def _places(rule: Rule, quantities: Quantities, municipality: str, year: int) -> Iterator[Requirement]:
    instance = quantities.instance
    lettings, housing = instance.lettings, quantities.housing
    occupied: dict[str, dict[str, Any]] = {}
    for flow in lettings.flows:
        for option in housing.let_options(flow, municipality, year):
            held = housing.more_occupied if option in lettings.regular_social else housing.occupied
            occupied.setdefault(option, {})[flow] = held(flow, municipality, year, option)
    for option, by_flow in sorted(occupied.items()):
        standing = quantities.in_service([municipality], year, (option,))
        if option in lettings.regular_social:
            standing = quantities.x(municipality, year, option)
        shared: dict[str, Any] = dict(
            place=municipality,
            period=str(year),
            sense=Sense.AT_MOST,
            reference=Fraction(instance.offered.get((municipality, year, option), 1)),
        )
        yield line(instance, rule, **shared, subject=option, lhs=sum(by_flow.values()), rhs=standing)
        for flow, occupants in by_flow.items():
            fit = lettings.option_fit(lettings.flows[flow].group, municipality, option)
            if fit is not None and fit.fit < 1:
                subject = f"fit:{flow}:{option}"
                yield line(instance, rule, **shared, subject=subject, lhs=occupants, rhs=fit.fit * standing)
