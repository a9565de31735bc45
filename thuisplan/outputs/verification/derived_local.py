"""Recomputes the tables about moves, neighbourhoods, corporations and the settlement afterwards."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from thuisplan.outputs.verification.compare import Key, compare
from thuisplan.outputs.verification.fair_share import delivered, flows, settled
from thuisplan.outputs.verification.problems import Problem
from thuisplan.outputs.verification.resolved import Row
from thuisplan.outputs.verification.tables import Number, Rule, Tables


def check_flex(tables: Tables, rows: list[Row], problems: list[Problem]) -> int:
    """Compare what comes, goes and stands of options that move, and the pools; return how many figures."""
    moves, expected = tables.moves, dict[Key, Row]()
    there = {(place, option) for place, _, option in (*tables.built, *tables.amounts.moved)}
    there |= {(row["municipality_code"], row["option"]) for row in tables.rows("flex_stock")}
    for pool in moves.pools:
        for place in (m for m in pool.region.members if (m, pool.option) in there):
            for year in tables.open_years:
                cell = (place, year, pool.option)
                expected[place, pool.option, year] = {
                    "completed": tables.built.get(cell, 0),
                    "moved_in": tables.amounts.moved.get(cell, 0),
                    "left": moves.left(pool, place, year),
                    "in_service": tables.in_service((place,), (pool.option,), year),
                    "pool": moves.held(pool, year),
                }
    return compare("flex", expected, rows, problems)


def check_neighbourhoods(tables: Tables, rows: list[Row], problems: list[Problem]) -> int:
    """Compare the dwellings per neighbourhood with those that were read; return how many figures."""
    expected: dict[Key, Row] = {
        (place, name, year, option): {"dwellings": n}
        for (place, year, option, name), n in tables.amounts.sited.items()
    }
    return compare("neighbourhoods", expected, rows, problems)


def check_corporations(tables: Tables, rows: list[Row], problems: list[Problem]) -> int:
    """Compare each corporation's part of lettings and new social dwellings; return how many figures."""
    expected: dict[Key, Row] = {}
    stocks: dict[str, dict[str, int]] = {}
    for row in tables.rows("corporations"):
        stocks.setdefault(row["municipality_code"], {})[row["corporation"]] = row["social_dwellings"]
    for place, stock in stocks.items():
        whole, social = sum(stock.values()), tables.options_with("adds_social")
        for year in tables.open_years if whole else ():
            let = sum(tables.housed.let(flow_id, place, year) for flow_id in tables.housed.flows)
            parts = {name: Fraction(n, whole) for name, n in sorted(stock.items())}
            lettings = _whole({name: let * part for name, part in parts.items()})
            new = tables.total((place,), (year,), social)
            dwellings = _whole({name: new * part for name, part in parts.items()})
            for name, part in parts.items():
                expected[place, name, year] = {
                    "share": part,
                    "lettings": lettings[name],
                    "new_dwellings": dwellings[name],
                }
    return compare("corporations", expected, rows, problems)


def check_settlement(tables: Tables, rows: list[Row], problems: list[Problem]) -> int:
    """Compare who delivered more or less than its share of what was delivered; return how many figures.

    Differences and euros sum to zero in a region, of the members that are not exempt: their shares count as
    parts of their sum. A region of which the input misses a member is not settled.
    """
    tariffs = {row["rule_id"]: row["eur_per_dwelling"] for row in tables.rows("tariffs")}
    expected: dict[Key, Row] = {}
    for rule in tables.rules:
        years = tables.valid_years(rule)
        if rule.family != "fair_share" or not years:
            continue
        for region in tables.regions(rule.purpose, rule.place):
            members = tuple(m for m in region.members if not tables.is_exempt(rule, m))
            parts = _parts(tables, rule, members, years[-1])
            if parts is None or not region.whole:
                continue
            done = {m: delivered(tables, rule, (m,), years[-1]) for m in members}
            tariff, persons = tariffs.get(rule.rule_id), _mean_persons(tables, rule, members, years[-1])
            owed = {m: (tariff or 0) * (Fraction(done[m]) - parts[m]) for m in members}
            euros = _whole(owed)
            for m in members:
                expected[rule.rule_id, m] = {
                    "track": rule.track,
                    "year": years[-1],
                    "target": parts[m],
                    "delivered": done[m],
                    "difference": done[m] - parts[m],
                    "persons": None if persons is None else (done[m] - parts[m]) * persons,
                    "tariff_eur": tariff,
                    "amount_eur": None if tariff is None else euros[m],
                }
    return compare("settlement", expected, rows, problems)


def _parts(tables: Tables, rule: Rule, members: tuple[str, ...], last: int) -> dict[str, Fraction] | None:
    """Return member -> its share of what they delivered; None if in some year none of them has one."""
    result = dict.fromkeys(members, Fraction(0))
    before: Number = 0
    for year in (t for t in tables.years if t <= last):
        shares = {m: tables.shares.get((rule.text("key"), m, year), Fraction(0)) for m in members}
        whole, now = sum(shares.values()), delivered(tables, rule, members, year)
        if not whole:
            return None
        for m in members:
            result[m] += shares[m] / whole * (now - before)
        before = now
    return result


def _mean_persons(tables: Tables, rule: Rule, members: tuple[str, ...], year: int) -> Fraction | None:
    """Return the persons per household of those who were housed, 1 if nobody was; None for dwellings."""
    if rule.track != 2:
        return None
    housed, households, persons = tables.housed, 0, Fraction(0)
    for flow_id in flows(tables, rule):
        number = settled(tables, flow_id, members, year)
        row = housed.groups.get(housed.flows[flow_id].group)
        households += number
        persons += number * (1 if row is None else row["persons_per_household"])
    return persons / households if households else Fraction(1)


def _whole(amounts: Mapping[str, Fraction]) -> dict[str, int]:
    """Return whole numbers of the same sum, which is whole: the largest remainders are rounded up."""
    result = {name: math.floor(amount) for name, amount in amounts.items()}
    left = int(sum(amounts.values(), Fraction(0))) - sum(result.values())
    for name in sorted(amounts, key=lambda name: result[name] - amounts[name])[:left]:
        result[name] += 1
    return result
