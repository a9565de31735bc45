"""The tables below and beside the municipality: moved dwellings, neighbourhoods and corporations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from thuisplan.inputs.apportion import largest_remainder
from thuisplan.inputs.moves import Move
from thuisplan.inputs.tables import Corporation, FlexStock
from thuisplan.outputs.housed import Housed
from thuisplan.outputs.programme import Programme

Rows = Iterator[dict[str, Any]]


def flex(programme: Programme) -> Rows:
    """Yield what comes, goes and stands of every option that moves, and what the region's pool holds.

    A dwelling is in the pool from when it can be on its next site until it is. In service is that of
    the year before, plus what is completed and moved in, less what left; dwellings of before the plan
    count in the pool only.
    """
    instance = programme.instance
    used = {(m, o) for m, _, o in (*programme.completed, *programme.moved)}
    used |= {(row.municipality_code, row.option) for row in instance.rows(FlexStock)}
    for municipality, option in sorted(used & set(instance.moves)):
        move = instance.moves[municipality, option]
        if not move.years_there:
            continue
        for year in instance.lettings.open_years:
            cell = (municipality, year, option)
            yield {
                "municipality_code": municipality,
                "option": option,
                "year": year,
                "completed": programme.completed.get(cell, 0),
                "moved_in": programme.moved.get(cell, 0),
                "left": programme.leaving(municipality, year, option),
                "in_service": programme.in_service([municipality], year, [option]),
                "pool": _pool(programme, move, year),
            }


def _pool(programme: Programme, move: Move, year: int) -> int:
    """Return the dwellings that could be on their next site at the end of a year, and are not."""
    members = set(move.region.members)
    arrived = sum(
        dwellings
        for (municipality, built, option), dwellings in programme.completed.items()
        if municipality in members and option == move.option and built <= move.last_built(year)
    )
    left = sum(
        dwellings
        for (municipality, when, option), dwellings in programme.moved.items()
        if municipality in members and option == move.option and when <= year
    )
    return move.from_today(year) + arrived - left


def neighbourhoods(amounts: Mapping[tuple[Any, ...], int]) -> Rows:
    """Yield the dwellings for special groups per neighbourhood, year and option.

    Parameters
    ----------
    amounts
        (municipality, year, option, neighbourhood) -> dwellings completed, above zero.
    """
    ordered = sorted(amounts.items(), key=lambda item: (item[0][0], item[0][3], item[0][1], item[0][2]))
    for (municipality, year, option, neighbourhood), dwellings in ordered:
        yield {
            "municipality_code": municipality,
            "neighbourhood": neighbourhood,
            "year": year,
            "option": option,
            "dwellings": dwellings,
        }


def corporations(housed: Housed) -> Rows:
    """Yield the part of each corporation in the lettings and the new social dwellings of a municipality.

    Parts follow the social stock, in whole numbers by the largest remainder; a municipality whose
    corporations have no stock is not divided.
    """
    stocks: dict[str, dict[str, int]] = {}
    for row in housed.instance.rows(Corporation):
        stocks.setdefault(row.municipality_code, {})[row.corporation] = row.social_dwellings
    for municipality, stock in sorted(stocks.items()):
        names = {name: stock[name] for name in sorted(stock)}
        whole = sum(names.values())
        if not whole:
            continue
        years, social = housed.lettings.open_years, housed.programme.options_with("adds_social")
        let = {year: largest_remainder(_let(housed, municipality, year), names) for year in years}
        built = {
            year: largest_remainder(housed.programme.built(municipality, year, social), names)
            for year in years
        }
        for name, dwellings in names.items():
            for year in years:
                yield {
                    "municipality_code": municipality,
                    "corporation": name,
                    "year": year,
                    "share": dwellings / whole,
                    "lettings": let[year][name],
                    "new_dwellings": built[year][name],
                }


def _let(housed: Housed, municipality: str, year: int) -> int:
    return sum(housed.let(flow, year, municipality) for flow in housed.lettings.flows)
