"""Reads what a plan decides besides what is built and paid, and checks that it may be decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from thuisplan.outputs.verification.amounts import NEW, VACATED, Amounts
from thuisplan.outputs.verification.permits import GROUP as PERMIT_HOLDERS
from thuisplan.outputs.verification.problems import Problem, problem
from thuisplan.outputs.verification.resolved import Row
from thuisplan.outputs.verification.tables import Cell, Tables

Written = Mapping[str, list[Row] | None]

# A year in which nothing moves has its row all the same; a letting of nobody has not.
_LEAST: Mapping[str, Mapping[str, int]] = {
    "allocations": {"households": 1},
    "neighbourhoods": {"dwellings": 1},
    "flex": {"moved_in": 0},
    "swaps": {"planned_out": 0, "planned_in": 0},
}


def required(bare: Tables) -> dict[str, bool]:
    """Return table -> whether the input has what it is about."""
    people = bool(bare.rows("flows") or bare.rows("permit_tasks"))
    families = {rule.family for rule in bare.rules}
    swaps = bare.permits.swaps or (bare.rows("permit_swaps") and bare.rows("permit_tasks"))
    return {
        "allocations": people,
        "waiting_list": people,
        "vacancies": people,
        "swaps": bool(swaps),
        "flex": bool(bare.moves.pools),
        "neighbourhoods": bool(bare.rows("neighbourhoods")),
        "settlement": "fair_share" in families,
        "corporations": bool(bare.rows("corporations")),
    }


def read_amounts(bare: Tables, written: Written, problems: list[Problem]) -> Amounts:
    """Return the amounts of the written tables.

    Parameters
    ----------
    bare
        The resolved input; the plan is not needed.
    written
        Table -> rows, None where the table is not there.
    problems
        Codes that the input does not know, and numbers that are not above zero, are added to it.
    """
    let = list(_known(bare, "allocations", written, problems))
    swapped = list(_known(bare, "swaps", written, problems))
    return Amounts(
        vacated=_by_key(let, ("flow_id", "municipality_code", "year"), "households", source=VACATED),
        placed=_by_key(let, ("flow_id", "municipality_code", "year", "option"), "households", source=NEW),
        moved=_by_key(
            _known(bare, "flex", written, problems),
            ("municipality_code", "year", "option"),
            "moved_in",
        ),
        given=_yearly(bare, swapped, "planned_out", problems),
        taken=_yearly(bare, swapped, "planned_in", problems),
        sited=_by_key(
            _known(bare, "neighbourhoods", written, problems),
            ("municipality_code", "year", "option", "neighbourhood"),
            "dwellings",
        ),
    )


def _known(bare: Tables, table: str, written: Written, problems: list[Problem]) -> Iterator[Row]:
    """Yield the rows whose codes the input has and whose numbers are not too small."""
    codes: dict[str, Callable[[Row], bool]] = {
        "municipality_code": lambda row: row["municipality_code"] in bare.municipalities,
        "year": lambda row: row["year"] in bare.open_years,
        "option": lambda row: row["option"] in bare.options or ("source" in row and not row["option"]),
        "flow_id": lambda row: row["flow_id"] in bare.housed.flows,
        "source": lambda row: row["source"] in (VACATED, NEW),
        "neighbourhood": lambda row: (
            row["neighbourhood"] in [one["neighbourhood"] for one in bare.sites.of(row["municipality_code"])]
        ),
    }
    file = f"{table}.parquet"
    for row in written.get(table) or ():
        unknown = [column for column, fine in codes.items() if column in row and not fine(row)]
        for column in unknown:
            problems.append(problem("unknown_code", file=file, column=column, found=row[column]))
        small = [column for column, least in _LEAST[table].items() if row[column] < least]
        for column in small:
            where = _where(table, row["municipality_code"], row["year"])
            problems.append(problem("number_too_small", column=column, found=row[column], **where))
        if not unknown and not small:
            yield row


def _by_key(rows: Iterable[Row], key: tuple[str, ...], amount: str, **only: str) -> dict[Any, int]:
    return {
        tuple(row[column] for column in key): row[amount]
        for row in rows
        if row[amount] and all(row[column] == value for column, value in only.items())
    }


def _yearly(
    bare: Tables, rows: list[Row], column: str, problems: list[Problem]
) -> dict[tuple[str, int], int]:
    """Return what changes hands in each year, from running totals; these never fall."""
    totals = {(row["municipality_code"], row["year"]): row[column] for row in rows}
    result = {}
    for place in sorted({place for place, _ in totals}):
        before = 0
        for year in bare.open_years:
            now = totals.get((place, year), before)
            if now < before:
                where = _where("swaps", place, year)
                problems.append(problem("number_too_small", column=column, found=now - before, **where))
            if now != before:
                result[place, year] = now - before
            before = now
    return result


def check_amounts(tables: Tables, problems: list[Problem]) -> int:
    """Check that everything is decided where it may be; return how many decisions were checked.

    Homes are let only where the flow may be housed and they fit; permit holders are let vacated dwellings
    only with priority; dwellings move only where they are offered and there is a pool; tasks are swapped
    within a region, where each year as much is taken over as is handed over; special dwellings stand in
    neighbourhoods that take them, all of them.
    """
    amounts = tables.amounts
    for (flow, place, year), _ in sorted(amounts.vacated.items()):
        if not tables.housed.may_vacated(flow, place, year):
            denied = flow == PERMIT_HOLDERS and not tables.settings.permit_holder_priority
            values = _where("allocations", place, year, flow=flow, option=None)
            problems.append(problem("priority_not_allowed" if denied else "letting_not_allowed", **values))
    for (flow, place, year, option), _ in sorted(amounts.placed.items()):
        if not tables.housed.may_place(flow, place, year, option):
            values = _where("allocations", place, year, flow=flow, option=option)
            problems.append(problem("letting_not_allowed", **values))
    for place, year, option in sorted(amounts.moved):
        if (place, year, option) not in tables.moves.cells:
            problems.append(problem("move_not_allowed", **_where("flex", place, year, option=option)))
    let = len(amounts.vacated) + len(amounts.placed) + len(amounts.moved)
    return let + _check_swaps(tables, problems) + _check_sites(tables, problems)


def _where(table: str, place: str, year: int, **values: Any) -> dict[str, Any]:
    return {"file": f"{table}.parquet", "place": place, "period": str(year), **values}


def _check_swaps(tables: Tables, problems: list[Problem]) -> int:
    amounts, swaps = tables.amounts, tables.permits.swaps
    allowed = {
        (place, year) for rule, _, free in swaps for place in free for year in tables.valid_open_years(rule)
    }
    for place, year in sorted({*amounts.given, *amounts.taken} - allowed):
        problems.append(problem("swap_not_allowed", **_where("swaps", place, year)))
    for _, region, free in swaps:
        for year in tables.open_years:
            given, taken = (
                sum(side.get((m, year), 0) for m in free) for side in (amounts.given, amounts.taken)
            )
            if given != taken:
                values = _where("swaps", region.place, year, expected=given, found=taken)
                problems.append(problem("swap_unbalanced", **values))
    return len(swaps) * len(tables.open_years)


def _check_sites(tables: Tables, problems: list[Problem]) -> int:
    sited = tables.amounts.sited
    sums: dict[Cell, int] = {}
    for (place, year, option, name), dwellings in sorted(sited.items()):
        cell = (place, year, option)
        if option not in tables.sites.options(place, name) or cell not in tables.possible:
            values = _where("neighbourhoods", place, year, option=option, neighbourhood=name)
            problems.append(problem("site_not_allowed", **values))
        sums[cell] = sums.get(cell, 0) + dwellings
    cells = sorted({*sums, *(cell for cell in tables.built if tables.sites.takes(cell))})
    for place, year, option in cells:
        built, found = tables.built.get((place, year, option), 0), sums.get((place, year, option), 0)
        if found != built:
            values = _where("neighbourhoods", place, year, option=option, expected=built, found=found)
            problems.append(problem("sites_differ", **values))
    return len(sited) + len(cells)
