"""The second small check: recomputes from ``input/original`` what ``input/resolved`` derives from it.

Keys: shares on their growth path, which sum to 1. Needs: the running total of the chosen estimate, rounded
half up. Plans: dwellings after attrition, spread over their years. Budgets: the amount of each year.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from thuisplan.inputs.files import read_raw
from thuisplan.inputs.findings import InputError
from thuisplan.inputs.parse import parse
from thuisplan.outputs.verification.compare import Key, plain
from thuisplan.outputs.verification.problems import Problem, problem
from thuisplan.outputs.verification.tables import Number, Tables
from thuisplan.outputs.verification.written import key_text

FOLDER = "input/original"


def check_original(folder: Path, tables: Tables, problems: list[Problem]) -> int:
    """Compare the derived figures of the resolved input with those recomputed from the original.

    Parameters
    ----------
    folder
        The plan folder.
    tables
        Its resolved input.
    problems
        What differs is added to it.

    Returns
    -------
    int
        How many figures were compared.
    """
    given = _read(folder / FOLDER, problems)
    if given is None:
        return 0
    settings = given.settings
    horizon = (settings.first_year, settings.last_year, settings.open_year)
    resolved = tables.settings
    if horizon != (resolved.first_year, resolved.last_year, resolved.first_open_year):
        # Other years give other totals everywhere: one problem says more than all that follow from it.
        values = {
            "expected": f"{horizon[0]}-{horizon[1]}, {horizon[2]}",
            "found": f"{resolved.first_year}-{resolved.last_year}, {resolved.first_open_year}",
        }
        problems.append(problem("derived_differs", what="horizon", key="", **values))
        return 1
    _check_sums(tables, problems)
    shares: dict[Key, Number] = dict(tables.shares)
    needs: dict[Key, Number] = {(n, t): tables.required(n, t) for n in tables.needs for t in tables.years}
    pairs: list[tuple[str, Mapping[Key, Number], Mapping[Key, Number]]] = [
        ("key_share", dict(_key_shares(given.tables, tables)), shares),
        ("need", dict(_needs(given, tables)), needs),
        ("plan", _plans(given.tables, settings.last_year), _resolved_plans(tables)),
        ("budget", _budgets(given.tables["budgets"], tables), _budgets(tables.rows("budgets"), tables)),
    ]
    compared = 0
    for what, expected, found in pairs:
        compared += len(expected)
        for key in sorted({*expected, *found}, key=str):
            if expected.get(key, 0) != found.get(key, 0):
                derived = {"expected": plain(expected.get(key, 0)), "found": plain(found.get(key, 0))}
                problems.append(problem("derived_differs", what=what, key=key_text(key), **derived))
    return compared


def _read(original: Path, problems: list[Problem]) -> Any:
    """Return the scenario that the user gave, or None with a problem."""
    workbooks = sorted(original.glob("*.xlsx"))
    path = workbooks[0] if len(workbooks) == 1 and not (original / "scenario.toml").exists() else original
    try:
        scenario, findings = parse(read_raw(path))
    except InputError as error:
        scenario, findings = None, error.findings
    if scenario is None:
        codes = sorted({finding.code for finding in findings})
        problems.append(problem("unreadable_file", file=FOLDER, reason=", ".join(codes)))
    return scenario


def _check_sums(tables: Tables, problems: list[Problem]) -> None:
    """Every key divides the whole task in every year."""
    sums: dict[tuple[str, int], Fraction] = {}
    for (key, _, year), share in tables.shares.items():
        sums[key, year] = sums.get((key, year), Fraction(0)) + share
    for (key, year), total in sorted(sums.items()):
        if total != 1:
            problems.append(problem("key_sum", key=key, period=str(year), expected=1, found=plain(total)))


# --- keys -----------------------------------------------------------------------


def _key_shares(given: Mapping[str, Any], tables: Tables) -> Iterator[tuple[Key, Fraction]]:
    """Yield (key, municipality, year) -> share: listed, or from the level at the start to that of the key."""
    for key in given["keys"]:
        if key.basis == "shares":
            listed = {
                (r.municipality_code, r.year): r.share for r in given["key_shares"] if r.key_id == key.key_id
            }
            for place in sorted({place for place, _ in listed}):
                every = listed.get((place, None))
                for year in tables.years:
                    share = listed.get((place, year), every)
                    if share is not None:
                        yield (key.key_id, place, year), share
            # A share of a year outside the horizon is kept, and divides nothing.
            yield from (
                ((key.key_id, place, year), share)
                for (place, year), share in listed.items()
                if year is not None and year not in tables.years
            )
            continue
        goal = _fractions(given, key.basis)
        start = goal if key.start_basis is None else _fractions(given, key.start_basis)
        for year in tables.years:
            along = Fraction(1)
            if key.start_basis is not None:
                span = key.path_last_year - key.path_first_year
                along = min(Fraction(1), max(Fraction(0), Fraction(year - key.path_first_year, span)))
            for place in goal:
                yield (key.key_id, place, year), (1 - along) * start[place] + along * goal[place]


def _fractions(given: Mapping[str, Any], basis: str) -> dict[str, Fraction]:
    rows = given["municipalities"]
    whole = sum(getattr(row, basis) for row in rows)
    return {row.code: Fraction(getattr(row, basis), whole) for row in rows}


# --- needs ----------------------------------------------------------------------


def _needs(given: Any, tables: Tables) -> Iterator[tuple[Key, int]]:
    """Yield (need, year) -> the running total, rounded half up."""
    yearly: dict[tuple[str, int], Fraction] = {}
    for row in given.tables["needs"]:
        for year in _years(row, tables):
            yearly[row.need_id, year] = _estimate(row, given.settings.need_level)
    for need_id in sorted({need_id for need_id, _ in yearly}):
        running = Fraction(0)
        for year in tables.years:
            running += yearly.get((need_id, year), Fraction(0))
            yield (need_id, year), math.floor(running + Fraction(1, 2))


def _estimate(row: Any, level: str) -> Fraction:
    central = row.central
    if central is None:
        ends = [end for end in (row.low, row.high) if end is not None]
        central = sum(ends, Fraction(0)) / len(ends)
    chosen = {"low": row.low, "central": central, "high": row.high}[level]
    return Fraction(central if chosen is None else chosen)


# --- plans and budgets ------------------------------------------------------------


def _plans(given: Mapping[str, Any], last_year: int) -> Mapping[Key, int]:
    """Return (project, municipality, route, segment, year) -> dwellings after attrition."""
    factors = {(row.route, row.status): row.factor for row in given["realisation"]}
    result: Counter[Key] = Counter()
    for row in given["plans"]:
        factor = row.realisation
        if factor is None:
            factor = factors.get((row.route, row.status), Fraction(1))
        years = range(row.from_year, (row.to_year or last_year) + 1)
        for position, year in enumerate(years):
            totals = [
                math.floor(Fraction(n, len(years)) * row.dwellings * factor + Fraction(1, 2))
                for n in (position, position + 1)
            ]
            key = (row.project, row.municipality_code, row.route, row.segment or "", year)
            result[key] += totals[1] - totals[0]
    return result


def _resolved_plans(tables: Tables) -> Mapping[Key, int]:
    result: Counter[Key] = Counter()
    for row in tables.rows("plans"):
        key = (row["project"], row["municipality_code"], row["route"], row["segment"] or "", row["from_year"])
        result[key] += row["dwellings"]
    return result


def _budgets(rows: Any, tables: Tables) -> Mapping[Key, int]:
    """Return (pot, year) -> euros."""
    result: Counter[Key] = Counter()
    for row in rows:
        if isinstance(row, dict):
            result[row["pot_id"], row["from_year"]] += row["amount_eur"]
        else:
            for year in _years(row, tables):
                result[row.pot_id, year] += row.amount_eur
    return result


def _years(row: Any, tables: Tables) -> list[int]:
    return [t for t in tables.years if row.from_year <= t and (row.to_year is None or t <= row.to_year)]
