"""Conflicts between commitments and the money that may pay for them."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.check_limits import HardLimits
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.labels import MONEY_KINDS
from thuisplan.inputs.tables import Commitment, Pot


def committed_money(limits: HardLimits, context: Context) -> Iterator[Finding]:
    """Commitments whose cost no pot may pay, or not in full, or that exceed all budgets together."""
    for kind in MONEY_KINDS.labels:
        groups: dict[frozenset[str], list[Commitment]] = {}
        for row in limits.instance.rows(Commitment):
            cost = limits.instance.unit_cost(row.option, kind)
            if (
                not row.dwellings
                or not cost
                or row.year < limits.instance.settings.open_year
                or not limits.hard("commitment", row.year, row.municipality_code)
            ):
                continue
            pots = limits.instance.pots_for(kind, row.municipality_code, row.year, row.option)
            groups.setdefault(frozenset(pot.pot_id for pot in pots), []).append(row)
            yield from _unit(limits, context, row, kind, pots)
        yield from _totals(limits, context, kind, groups)


def _unit(
    limits: HardLimits, context: Context, row: Commitment, kind: str, pots: tuple[Pot, ...]
) -> Iterator[Finding]:
    """Yield a commitment that cannot be paid dwelling by dwelling."""
    cost = limits.instance.unit_cost(row.option, kind)
    about = {
        "municipality": context.name(row.municipality_code),
        "option": row.option,
        "year": row.year,
        "committed": row.dwellings,
        "kind": kind,
        "amount": cost,
    }
    if not pots:
        yield context.at(Severity.CONFLICT, "commitment_without_pot", row, "dwellings", **about)
    elif limits.hard(kind, row.year) and (most := sum(_limit(pot, cost) for pot in pots)) < cost:
        yield context.at(Severity.CONFLICT, "commitment_underfunded", row, "dwellings", most=most, **about)


def _limit(pot: Pot, cost: int) -> int:
    by_share = cost if pot.max_share is None else floor(pot.max_share * cost)
    return min(cost if pot.max_per_dwelling_eur is None else pot.max_per_dwelling_eur, by_share)


def _totals(
    limits: HardLimits, context: Context, kind: str, groups: dict[frozenset[str], list[Commitment]]
) -> Iterator[Finding]:
    """Yield, per set of pots, the first year in which they cannot pay what only they may pay."""
    payable = [pots for pots in groups if pots]
    for pots in dict.fromkeys([*payable, frozenset().union(*payable)]):
        if not pots or any(limits.instance.pots[pot].carries_rest for pot in pots):
            continue
        rows = [row for own, some in groups.items() if own and own <= pots for row in some]
        for year in limits.open_years:
            if not limits.hard(kind, year):
                continue
            for first in (year, limits.open_years[0]):
                due = [row for row in rows if first <= row.year <= year]
                asked = sum(row.dwellings * limits.instance.unit_cost(row.option, kind) for row in due)
                available = sum(_available(limits, pot, first, year) for pot in pots)
                if asked > available:
                    yield _above_budget(limits, context, kind, pots, due, (first, year, asked, available))
                    break
            else:
                continue
            break


def _available(limits: HardLimits, pot: str, first: int, last: int) -> int:
    """Return the most a pot can pay in years: with what it carries along, if it may."""
    start = limits.open_years[0] if limits.instance.pots[pot].carry_over else first
    return sum(limits.instance.budgets[pot, year] for year in range(start, last + 1))


def _above_budget(
    limits: HardLimits,
    context: Context,
    kind: str,
    pots: frozenset[str],
    due: list[Commitment],
    numbers: tuple[int, int, int, int],
) -> Finding:
    first, last, asked, available = numbers
    largest = max(due, key=lambda row: row.dwellings * limits.instance.unit_cost(row.option, kind))
    about = {
        "kind": kind,
        "pots": tuple(sorted(pots)),
        "period": str(first) if first == last else f"{first}-{last}",
        "asked": asked,
        "available": available,
        "asked_more": asked - available,
        "count": len(due),
    }
    return context.at(Severity.CONFLICT, "commitments_above_budget", largest, "dwellings", **about)
