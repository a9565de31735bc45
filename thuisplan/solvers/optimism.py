"""Where a programme is optimistic: figures above what is likely, which break no rule by that alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from thuisplan.inputs.instance import Cell, Instance
from thuisplan.inputs.tables import Realisation
from thuisplan.inputs.unoffered import unoffered
from thuisplan.solvers.assessed import Optimism

SOFT = "soft"
"""Status of plans that are not firm yet: what is not agreed is no firmer than these."""


def optimism(
    instance: Instance, places: Collection[str], programme: Mapping[Cell, int]
) -> Iterator[Optimism]:
    """Yield the warnings about a programme, in order of kind and place.

    Parameters
    ----------
    instance
        The resolved input, as it was given.
    places
        Codes of the municipalities of the programme.
    programme
        (municipality, year, option) -> dwellings, also of years before the first open one.
    """
    opened = instance.settings.open_year
    planned = {cell: n for cell, n in programme.items() if cell[1] >= opened and n}
    yield from _supply(instance, planned)
    yield from _capacity(instance, planned)
    yield from _pace(instance, places, planned)
    for cell, dwellings in sorted(programme.items()):
        completed = instance.realised.get(cell, 0)
        if cell[1] < opened and dwellings != completed:
            yield _about("realised", cell, dwellings, completed)


def _about(kind: str, cell: Cell, dwellings: int, limit: int) -> Optimism:
    municipality, year, option = cell
    return Optimism(kind, municipality, year, option, None, Fraction(dwellings), Fraction(limit))


def _supply(instance: Instance, planned: Mapping[Cell, int]) -> Iterator[Optimism]:
    """Yield what is not offered, comes before it can be completed, or exceeds the offer."""
    missing = set(unoffered(instance, planned))
    for cell, dwellings in sorted(planned.items()):
        start = instance.options[cell[2]].first_year or 0
        if cell in missing and cell[1] < start:
            yield _about("lead_time", cell, dwellings, start)
        elif cell in missing:
            yield _about("not_offered", cell, dwellings, instance.committed.get(cell, 0))
        elif dwellings > instance.offered.get(cell, dwellings):
            yield _about("offer", cell, dwellings, instance.offered[cell])


def _capacity(instance: Instance, planned: Mapping[Cell, int]) -> Iterator[Optimism]:
    """Yield years that fill more of a route's capacity than its attrition leaves of it.

    What is agreed comes about in full; what is planned on top of it does so in the part that the input
    gives for soft plans of that route. Without such a part there is no warning.
    """
    factors = {row.route: row.factor for row in instance.rows(Realisation) if row.status == SOFT}
    used: dict[tuple[str, str, int], int] = {}
    agreed: dict[tuple[str, str, int], int] = {}
    for (municipality, year, option), dwellings in planned.items():
        row = instance.options[option]
        if row.uses_capacity and row.route in factors:
            key = municipality, row.route, year
            firm = min(dwellings, instance.committed.get((municipality, year, option), 0))
            used[key] = used.get(key, 0) + dwellings
            agreed[key] = agreed.get(key, 0) + firm
    for (municipality, route, year), dwellings in sorted(used.items()):
        limits = [
            instance.capacity[key]
            for key in ((municipality, route, year), (municipality, None, year))
            if key in instance.capacity
        ]
        firm = agreed[municipality, route, year]
        if not limits:
            continue
        likely = firm + factors[route] * max(0, min(limits) - firm)
        # More than the capacity itself is no warning: it breaks a rule.
        if likely < dwellings <= min(limits):
            yield Optimism("capacity", municipality, year, None, route, Fraction(dwellings), Fraction(likely))


def _pace(instance: Instance, places: Collection[str], planned: Mapping[Cell, int]) -> Iterator[Optimism]:
    """Yield municipalities that plan more a year than they completed in the years before."""
    opened = instance.settings.open_year
    before = [year for year in instance.years if year < opened]
    after = [year for year in instance.years if year >= opened]
    for place in sorted(places):
        completed = sum(n for (code, _, _), n in instance.realised.items() if code == place)
        if not completed:
            continue
        pace = Fraction(completed, len(before))
        plan = Fraction(sum(n for (code, _, _), n in planned.items() if code == place), len(after))
        if plan > pace:
            yield Optimism("pace", place, None, None, None, plan, pace)
