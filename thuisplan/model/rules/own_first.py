r"""Own municipality first: what does not fit there goes to municipalities below the regional mean.

.. math:: D_{m,t} + u_{m,t} \ge N_{m,t}
.. math:: D_{m,t} \le N_{m,t} \qquad\text{where}\quad
          \frac{S^0_m}{H^0_m} \ge \frac{\sum_{k\in r} S^0_k}{\sum_{k\in r} H^0_k}

with :math:`N_{m,t}` the need of the municipality itself, :math:`S^0` what it has at the start
(pitches) and :math:`H^0` what the mean is per (dwellings) [dwellings]. The first line is soft,
or only followed where the rule is: a municipality may be unable to house all of its own. The second
keeps what moves on from a municipality that already has its part; one whose figures are unknown is
not testable, and the mean is that of the others.

Source: facts E8, I8 (Noordoost-Brabant: 1.3 pitches per 1,000 dwellings).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from thuisplan.inputs.instance import Instance, Region
from thuisplan.inputs.tables import MunicipalityFigure, Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield ``own`` per municipality and open year, and ``receives`` where it may not take more."""
    instance = quantities.instance
    parameters = instance.parameters(rule)
    years = [year for year in instance.valid_years(rule) if year >= instance.settings.open_year]
    for region in instance.regions_of(rule):
        has_its_part = _has_its_part(instance, region, parameters.stock, parameters.per)
        for municipality in region.members:
            own = [
                instance.needs[need]
                for need in parameters.needs
                if instance.needs[need].row.place == municipality
            ]
            for year in years:
                shared: dict[str, Any] = dict(
                    place=municipality,
                    period=str(year),
                    carried=True,
                    lhs=quantities.in_service([municipality], year, parameters.options),
                    rhs=sum(need.required[year] for need in own),
                    reference=sum(need.required[instance.years[-1]] for need in own),
                )
                yield line(
                    instance,
                    rule,
                    **shared,
                    subject="own",
                    sense=Sense.AT_LEAST,
                    strength="monitor" if rule.strength == "monitor" else "soft",
                    testable=region.whole,
                )
                if has_its_part[municipality] is not False:
                    yield line(
                        instance,
                        rule,
                        **shared,
                        subject="receives",
                        sense=Sense.AT_MOST,
                        testable=region.whole and has_its_part[municipality] is not None,
                    )


def _has_its_part(instance: Instance, region: Region, stock: str, per: str) -> dict[str, bool | None]:
    """Return municipality -> whether it stands at or above the mean; None if its figures are unknown."""
    held = {code: _figure(instance, code, stock) for code in region.members}
    size = {code: _figure(instance, code, per) for code in region.members}
    known = {code: (h, s) for code, h in held.items() if h is not None and (s := size[code])}
    total_held = sum(h for h, _ in known.values())
    total_size = sum(s for _, s in known.values())
    return {
        code: known[code][0] * total_size >= total_held * known[code][1] if code in known else None
        for code in region.members
    }


def _figure(instance: Instance, municipality: str, name: str) -> Fraction | int | None:
    """Return a figure of a municipality, from its own column or from the table of figures."""
    place = instance.municipalities[municipality]
    if hasattr(place, name):
        value = getattr(place, name)
        return value if isinstance(value, int) else None
    for row in instance.rows(MunicipalityFigure):
        if (row.municipality_code, row.figure) == (municipality, name):
            return row.value
    return None
