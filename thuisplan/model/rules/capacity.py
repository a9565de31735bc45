r"""Capacity: what a municipality can complete in a year, and what its plans offer in total.

.. math:: \sum_{o\in route} k_o\,x_{m,t,o} \le K_{m,route,t}
.. math:: \sum_{\tau\le t}\sum_{o\in route,\ segment(o)\in S} k_o\,x_{m,\tau,o}
          \le \sum_{\tau\le t} P_{m,route,\tau}(S)

with :math:`k_o` whether the option uses capacity, :math:`K` the yearly capacity and
:math:`P(S)` what plans offer after attrition: plans of a segment in :math:`S` and plans
for any segment, both counted from the first open year: plans of earlier years are realised or gone.
One line per set :math:`S` of segments is what it takes for the plans to
be divisible over the options (Hall's condition); without plans for a segment one line
for all segments is enough [dwellings].

Source: input (capacity per municipality; plan list with realisation factors, facts (h)).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import Plan, Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield lines per municipality, route and open year."""
    instance = quantities.instance
    years = [year for year in instance.valid_years(rule) if year >= instance.settings.open_year]
    for (municipality, route, year), dwellings in instance.capacity.items():
        if year in years:
            yield line(
                instance,
                rule,
                place=municipality,
                subject=route or "all",
                period=str(year),
                lhs=quantities.completed([municipality], [year], _using(instance, route)),
                sense=Sense.AT_MOST,
                rhs=dwellings,
                reference=dwellings,
            )
    yield from _plan_lines(rule, quantities, years)


def _using(instance: Instance, route: str | None) -> tuple[str, ...]:
    return tuple(o for o, row in instance.options.items() if row.uses_capacity and route in (None, row.route))


def _plan_lines(rule: Rule, quantities: Quantities, years: list[int]) -> Iterator[Requirement]:
    instance = quantities.instance
    plans: dict[tuple[str, str], list[Plan]] = {}
    for plan in instance.rows(Plan):
        plans.setdefault((plan.municipality_code, plan.route), []).append(plan)
    for (municipality, route), rows in plans.items():
        options = _using(instance, route)
        built = {option for _, _, option in quantities.open_cells}
        for segments in _segment_sets(instance, [o for o in options if o in built], rows):
            chosen = tuple(o for o in options if segments is None or instance.options[o].segment in segments)
            counted = [p for p in rows if segments is None or p.segment is None or p.segment in segments]
            subject = f"plans:{route}" + (f":{'+'.join(segments)}" if segments else "")
            done = 0
            for year in range(instance.settings.open_year, instance.years[-1] + 1):
                done = done + quantities.completed([municipality], [year], chosen)
                offered = sum(
                    p.dwellings for p in counted if instance.settings.open_year <= p.from_year <= year
                )
                if year in years:
                    yield line(
                        instance,
                        rule,
                        place=municipality,
                        subject=subject,
                        period=str(year),
                        lhs=done,
                        sense=Sense.AT_MOST,
                        rhs=offered,
                        reference=offered,
                        carried=True,
                        # A plan more, for any segment, makes room in the lines of all sets.
                        figure=("plans", municipality, route),
                    )


def _segment_sets(
    instance: Instance, options: list[str], plans: list[Plan]
) -> Iterator[tuple[str, ...] | None]:
    """Yield None (all segments), or every set of segments if some plan names one."""
    if all(plan.segment is None for plan in plans):
        yield None
        return
    segments = sorted({instance.options[o].segment for o in options})
    yield from chain.from_iterable(combinations(segments, n) for n in range(1, len(segments) + 1))
