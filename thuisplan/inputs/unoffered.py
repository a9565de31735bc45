"""Give what a programme builds and the input does not offer an offer of zero.

A dwelling that is not offered has no place in the model. To be judged it must have one: it fills
capacity, costs money and counts in shares like any other, and the rule of the offer is broken by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from thuisplan.inputs.columns import Row, sorted_rows
from thuisplan.inputs.instance import Cell, Instance
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Availability, Option


def unoffered(instance: Instance, programme: Mapping[Cell, int]) -> Iterator[Cell]:
    """Yield the cells of a programme, in open years, that cannot hold what it builds.

    What is agreed can be built without an offer, and no more than that.

    Parameters
    ----------
    instance
        The resolved input.
    programme
        (municipality, year, option) -> dwellings.
    """
    for cell, dwellings in sorted(programme.items()):
        is_open = cell[1] >= instance.settings.open_year
        if is_open and cell not in instance.offered and dwellings > instance.committed.get(cell, 0):
            yield cell


def with_offer(instance: Instance, programme: Mapping[Cell, int]) -> Instance:
    """Return an instance in which every dwelling of a programme has a place in the model.

    Parameters
    ----------
    instance
        The resolved input.
    programme
        (municipality, year, option) -> dwellings.

    Returns
    -------
    Instance
        With an offer of zero, or of what is agreed, where there was none; otherwise the same: what an
        option could not be completed in before its first year, it still cannot.
    """
    cells = tuple(unoffered(instance, programme))
    if not cells:
        return instance
    first: dict[str, int] = {}
    for _, year, option in cells:
        start = instance.options[option].first_year or 0
        if year < start:
            first[option] = min(year, first.get(option, start))
    tables: dict[str, tuple[Row, ...]] = dict(instance.scenario.tables)
    tables[Option.table] = tuple(
        replace(row, first_year=first[row.option]) if row.option in first else row
        for row in instance.rows(Option)
    )
    offers = [
        replace(row, from_year=max(row.from_year, _start(instance, row.option))) for row in _offers(instance)
    ]
    offers += [
        Availability(
            municipality_code=municipality,
            option=option,
            from_year=year,
            to_year=year,
            max_per_year=instance.committed.get((municipality, year, option), 0),
        )
        for municipality, year, option in cells
    ]
    tables[Availability.table] = sorted_rows(offers)
    scenario = instance.scenario
    return Instance(Scenario(scenario.settings, MappingProxyType(tables), scenario.origins))


def _start(instance: Instance, option: str) -> int:
    return instance.options[option].first_year or 0


def _offers(instance: Instance) -> Iterator[Availability]:
    """Yield the offers that an option is ever completed in."""
    for row in instance.rows(Availability):
        if row.to_year is None or row.to_year >= _start(instance, row.option):
            yield row
