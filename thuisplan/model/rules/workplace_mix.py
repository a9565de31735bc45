r"""Mix by workplace: who is housed in a municipality mostly works there.

.. math:: O^{own}_{m,t} \ge \varphi^{own}\,O_{m,t}, \qquad
          O^{region}_{m,t} \le \varphi^{region}\,O_{m,t}, \qquad
          O^{outside}_{m,t} \le \varphi^{outside}\,O_{m,t}
.. math:: O_{m,t} = \sum_f \sum_o \sum_{\tau\in stay(t)} p_{f,m,\tau,o}

with :math:`O_{m,t}` the places of the plan in :math:`m` in which households of the groups live at
the end of the year: of those who work in :math:`m` itself, elsewhere in the region (another of its
municipalities, or a region that lies wholly in it), or anywhere else (a flow says where they come
from) [dwellings].

Source: facts D28, I12 and oracle (m) 9 (Rivierenland, 80-10-10 for labour migrants).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from thuisplan.inputs.instance import Instance, Region
from thuisplan.inputs.lettings import OUTSIDE, FlowSeries
from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Expression, Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield three lines per host municipality and open year with places for the groups."""
    instance = quantities.instance
    parameters = instance.parameters(rule)
    years = [year for year in instance.valid_years(rule) if year >= instance.settings.open_year]
    norms = {
        "own": (Sense.AT_LEAST, parameters.own_share),
        "region": (Sense.AT_MOST, parameters.region_share),
        "outside": (Sense.AT_MOST, parameters.outside_share),
    }
    flows = [flow for flow in instance.lettings.flows.values() if flow.group in parameters.groups]
    for region in instance.regions_of(rule):
        for host in region.members:
            for year in years:
                options = tuple(o for o in instance.options if _let(quantities, flows, host, year, o))
                if not options:
                    continue
                occupants: dict[str, Expression] = dict.fromkeys(norms, 0)
                for flow in flows:
                    side = _side(_origin(instance, flow), host, region)
                    occupants[side] = occupants[side] + _living(quantities, flow, host, year, options)
                total = sum(occupants.values())
                shared: dict[str, Any] = dict(
                    place=host,
                    period=str(year),
                    base=total,
                    reference=sum(instance.offered.get((host, year, o), 0) for o in options),
                    testable=region.whole,
                )
                for side, (sense, share) in norms.items():
                    yield line(
                        instance,
                        rule,
                        **shared,
                        subject=side,
                        lhs=occupants[side],
                        sense=sense,
                        rhs=share * total,
                        share=share,
                    )


def _let(quantities: Quantities, flows: list[FlowSeries], host: str, year: int, option: str) -> bool:
    """Return whether places of an option can be let to any of the flows in a year."""
    return any(option in quantities.housing.let_options(flow.flow_id, host, year) for flow in flows)


def _living(
    quantities: Quantities, flow: FlowSeries, host: str, year: int, options: tuple[str, ...]
) -> Expression:
    return sum(quantities.housing.occupied(flow.flow_id, host, year, option) for option in options)


def _origin(instance: Instance, flow: FlowSeries) -> frozenset[str]:
    """Return the municipalities that households of a flow come from; empty if these are not in the input."""
    if flow.purpose == OUTSIDE or flow.is_permit_holders:
        return frozenset()
    return frozenset(instance.region(flow.purpose, flow.place).members)


def _side(origin: frozenset[str], host: str, region: Region) -> str:
    """Return where households of a flow work, seen from the municipality that houses them."""
    if origin == {host}:
        return "own"
    return "region" if origin and origin <= set(region.members) else "outside"
