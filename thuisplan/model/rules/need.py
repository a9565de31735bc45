r"""Needs: what is in service covers the need, and exceeds it by at most one project.

.. math:: \sum_{m\in r} D_{m,t,cat} + u_{n,t} \ge N_{n,t}
.. math:: \sum_{m\in r} D_{m,t,cat} \le \max(N_{n,t} + s,\ \hat D_t)

with :math:`N_{n,t}` the running total of the need, :math:`u` the shortfall (the slack of this
line), :math:`s` the surplus that is allowed (default: one project) and :math:`\hat D` what is
committed or realised [dwellings].

A need never makes a model infeasible: both lines are soft. A need that is only followed
(strength ``monitor``) is reported and not steered on.

Source: facts (b), national needs by dwelling type.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from thuisplan.inputs.instance import Instance, Region
from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield coverage and surplus per need and open year."""
    instance = quantities.instance
    surplus = instance.parameters(rule).surplus
    for need_id, need in instance.needs.items():
        row = need.row
        if not row.decides:
            continue
        region = instance.region(row.purpose, row.place)
        options = instance.options_for(row.need_category)
        extra = surplus
        if extra is None:
            extra = max((instance.options[o].minimum_project for o in options), default=1)
        for year in instance.valid_years(rule):
            if year < instance.settings.open_year:
                continue
            delivered = quantities.in_service(region.members, year, options)
            shared: dict[str, Any] = dict(
                purpose=row.purpose,
                place=row.place,
                period=str(year),
                lhs=delivered,
                testable=region.whole,
                carried=True,
            )
            yield line(
                instance,
                rule,
                **shared,
                subject=need_id,
                sense=Sense.AT_LEAST,
                rhs=need.required[year],
                reference=Fraction(need.required[instance.years[-1]]),
                strength=row.strength,
                price=row.weight,
                measure=f"unmet_{row.need_class}",
            )
            if row.strength == "soft":
                fixed = _fixed_in_service(instance, region, options, year)
                yield line(
                    instance,
                    rule,
                    **shared,
                    subject=f"{need_id}:surplus",
                    sense=Sense.AT_MOST,
                    rhs=max(need.required[year] + extra, fixed),
                    reference=Fraction(need.required[instance.years[-1]] + extra),
                    strength="soft",
                )


def _fixed_in_service(instance: Instance, region: Region, options: tuple[str, ...], year: int) -> int:
    """Return what is committed or realised and in service in a year [dwellings]."""
    total = 0
    for cells in (instance.committed, instance.realised):
        for (municipality, built, option), dwellings in cells.items():
            here = municipality in region.members and option in options
            if here and instance.options[option].stands(built, year):
                total += dwellings
    return total
