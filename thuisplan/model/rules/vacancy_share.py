r"""Vacancy share: which part of what is let goes to the named groups.

.. math:: \sum_{m\in r}\sum_{f\in g} a_{f,m,t} \;\ge,\le\; \varphi_t \sum_{m\in r} \delta_{m,t}\,V_{m,t}

as a floor (at least), a cap (at most) or a target (both, usually soft, with a dead band of one dwelling:
lettings are whole and a share of what is vacated is not). :math:`\varphi_t` lies on a growth
path where one is given; a number a year may take its place. The base is named by the rule: the designated
social dwellings that are vacated, the first lettings of what is built
(:math:`p` against :math:`x`, permanent social options), or both. Whether permit holders count is part of the
rule: the same percentage means another thing with and without them [dwellings].

Source: facts (d.0): 15 % floor by law without permit holders, 25 % GMR, 30 % Stedendriehoek and
Fryslân with permit holders, 178 a year IJmond & Zuid-Kennemerland.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from thuisplan.inputs.instance import Region
from thuisplan.inputs.lettings import PERMIT_HOLDERS
from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import agreed, line

SIDES = {
    "floor": (("least", Sense.AT_LEAST, 0),),
    "cap": (("most", Sense.AT_MOST, 0),),
    "target": (("least", Sense.AT_LEAST, -1), ("most", Sense.AT_MOST, 1)),
}
"""Form -> lines: subject, sense, and the room in dwellings."""


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield a floor, a cap or both, per region and open year."""
    instance = quantities.instance
    parameters = instance.parameters(rule)
    flows = counted_flows(rule, quantities)
    for region in instance.regions_of(rule):
        for year in instance.valid_years(rule):
            if year not in instance.lettings.open_years:
                continue
            let, base, usual = _sides(quantities, region, flows, parameters.base, year)
            shared: dict[str, Any] = dict(
                place=region.place, period=str(year), lhs=let, testable=region.whole
            )
            if parameters.dwellings is not None:
                number = Fraction(agreed(instance, rule, region.place, parameters.dwellings))
                shared |= dict(rhs=number, reference=number)
            else:
                norm = Fraction(agreed(instance, rule, region.place, parameters.share))
                share = instance.lettings.share_in(rule, year, norm)
                shared |= dict(rhs=share * base, reference=share * usual, share=share, base=base)
            norm = shared.pop("rhs")
            for subject, sense, room in SIDES[parameters.form]:
                yield line(instance, rule, **shared, subject=subject, sense=sense, rhs=norm + room)


def counted_flows(rule: Rule, quantities: Quantities) -> tuple[str, ...]:
    """Return the flows whose lettings a rule counts."""
    lettings = quantities.instance.lettings
    parameters = quantities.instance.parameters(rule)
    flows = lettings.flows_of(parameters.groups)
    with_task = parameters.permit_holders and PERMIT_HOLDERS in lettings.flows
    return (*flows, PERMIT_HOLDERS) if with_task else flows


def _sides(
    quantities: Quantities, region: Region, flows: tuple[str, ...], base: str, year: int
) -> tuple[Any, Any, Fraction]:
    """Return the lettings that count, what they are a share of, and how large that usually is."""
    instance = quantities.instance
    lettings, housing = instance.lettings, quantities.housing
    let: Any = 0
    whole: Any = 0
    usual = Fraction(0)
    for municipality in region.members:
        turnover = lettings.turnover.get((municipality, year))
        if base != "first_lettings" and turnover is not None:
            part = turnover.designated_share if base == "designated" else 1
            let += sum(housing.let_vacated(flow, municipality, year) for flow in flows)
            whole += part * housing.vacated(municipality, year)
            usual += part * lettings.usually_vacated(municipality, year)
        for option in lettings.regular_social if base in ("first_lettings", "all_lettings") else ():
            let += sum(housing.more_occupied(flow, municipality, year, option) for flow in flows)
            whole += quantities.x(municipality, year, option)
            usual += instance.offered.get((municipality, year, option), 0)
    return let, whole, usual
