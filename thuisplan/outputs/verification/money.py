r"""What the two kinds of money have in common: pots, what they hold and what they pay.

Per pot and planned year: $\sum y + \text{carried out} + \text{lapsed} = B_t + \text{carried in}$. A pot that
carries over carries exactly what is left, or what it owes (below zero, where the rule is not hard), and
nothing lapses; of other pots all that is left lapses. Accounts run over all planned years, also those in
which the rule does not hold. Extra cost and deficit are never added. Unit: euros.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from thuisplan.outputs.verification.line import AT_MOST, Line
from thuisplan.outputs.verification.resolved import Row
from thuisplan.outputs.verification.tables import Cell, Rule, Tables

KINDS = ("extra_cost", "deficit")


@dataclass(frozen=True, slots=True)
class Account:
    """What a pot holds and spends in one year, in euros."""

    available: int
    carried_in: int
    used: int
    carried_out: int
    lapsed: int


def unit_cost(tables: Tables, option: str, kind: str) -> int:
    """Return the euros a dwelling asks; unknown counts as zero."""
    return tables.options[option][f"{kind}_eur"] or 0


def pays_for(tables: Tables, pot: Row, cell: Cell) -> bool:
    """Whether a pot may pay for a cell: its place, and the types it is earmarked for."""
    place, _, option = cell
    types = pot["dwelling_types"]
    inside = pot["purpose"] is None or place in tables.regions(pot["purpose"], pot["place"])[0].members
    return inside and (not types or tables.options[option]["dwelling_type"] in types)


def accounts(tables: Tables, pot: Row) -> dict[int, Account]:
    """Return planned year -> account; a pot that carries the rest holds just what it spends."""
    used = dict.fromkeys(tables.open_years, 0)
    for (pot_id, _, year, _), amount in tables.paid.items():
        if pot_id == pot["pot_id"] and year in used:
            used[year] += amount
    result: dict[int, Account] = {}
    carried = 0
    for year in tables.open_years:
        if pot["carries_rest"]:
            result[year] = Account(used[year], 0, used[year], 0, 0)
            continue
        budget = sum(
            row["amount_eur"]
            for row in tables.rows("budgets")
            if row["pot_id"] == pot["pot_id"] and row["from_year"] == year
        )
        left = budget + carried - used[year]
        out = left if pot["carry_over"] else 0
        result[year] = Account(budget, carried, used[year], out, left - out)
        carried = out
    return result


def money_lines(tables: Tables, rule: Rule, kind: str) -> Iterator[Line]:
    """Yield what the pots of one kind may spend in a year and for a dwelling."""
    step = min((cost for o in tables.options if (cost := unit_cost(tables, o, kind)) > 0), default=1)
    for pot in tables.rows("pots"):
        if pot["kind"] == kind:
            if not pot["carries_rest"]:
                yield from _budget(tables, rule, pot, step)
            yield from _limits(tables, rule, pot, step)


def _budget(tables: Tables, rule: Rule, pot: Row, step: int) -> Iterator[Line]:
    ledger = accounts(tables, pot)
    place = pot["place"] or ""
    for year in tables.valid_open_years(rule):
        account = ledger[year]
        yield Line(
            purpose=pot["purpose"] or "",
            place=place,
            subject=pot["pot_id"],
            period=str(year),
            lhs=account.used,
            operator=AT_MOST,
            rhs=account.available + account.carried_in,
            strength=rule.strength,
            unit="EUR",
            exempt=tables.is_exempt(rule, place),
            reference=account.available,
            step=step,
        )


def _limits(tables: Tables, rule: Rule, pot: Row, step: int) -> Iterator[Line]:
    valid = tables.valid_open_years(rule)
    for cell in tables.possible:
        place, year, option = cell
        cost = unit_cost(tables, option, pot["kind"])
        limits = [cost]
        if pot["max_per_dwelling_eur"] is not None:
            limits.append(pot["max_per_dwelling_eur"])
        if pot["max_share"] is not None:
            limits.append(math.floor(pot["max_share"] * cost))
        limit = min(limits)
        if limit < cost and year in valid and pays_for(tables, pot, cell):
            yield Line(
                purpose="municipality",
                place=place,
                subject=f"{pot['pot_id']}:{option}",
                period=str(year),
                lhs=tables.paid.get((pot["pot_id"], *cell), 0),
                operator=AT_MOST,
                rhs=limit * tables.built.get(cell, 0),
                strength=rule.strength,
                unit="EUR",
                exempt=tables.is_exempt(rule, place),
                reference=limit * tables.offered.get(cell, 1),
                step=step,
            )
