r"""What the two kinds of money have in common: pots, what they hold and what they pay.

Per pot and planned year: $\sum y + \text{carried out} + \text{lapsed} = B_t + \text{carried in}$. A pot that
carries over carries exactly what is left, or what it owes (below zero, where the rule is not hard), and
nothing lapses; of other pots all that is left lapses. Accounts run over all planned years, also those in
which the rule does not hold. Extra cost and deficit are never added. Unit: euros.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
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


def cost(tables: Tables, cell: Cell, kind: str) -> int:
    """Return the euros that a planned cell asks: of what is completed there, and of what moves there."""
    return unit_cost(tables, cell[2], kind) * tables.built.get(cell, 0) + tables.moves.cost(cell, kind)


def pays_for(tables: Tables, pot: Row, cell: Cell) -> bool:
    """Whether a pot may pay for a cell: its place, its types, its windows and its years of use."""
    place, finished, code = cell
    option, types = tables.options[code], pot["dwelling_types"]
    started = finished - option["building_years"]
    windows = (("start_from", "start_to", started), ("finish_from", "finish_to", finished))
    if any(year < (pot[first] or year) or year > (pot[last] or year) for first, last, year in windows):
        return False
    stands = option["service_life_years"]
    if stands is not None and stands < (pot["minimum_use_years"] or 0):
        return False
    if types and option["dwelling_type"] not in types:
        return False
    return pot["purpose"] is None or place in tables.regions(pot["purpose"], pot["place"])[0].members


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
    """Yield what a pot may pay for a cell, and of that only for dwellings let to its target groups."""
    valid = tables.valid_open_years(rule)
    for cell in tables.possible:
        place, year, option = cell
        build, move = unit_cost(tables, option, pot["kind"]), _move_cost(tables, cell, pot["kind"])
        if year not in valid or not (build or (move and _can_move(tables, cell))):
            continue
        if not pays_for(tables, pot, cell):
            continue
        per_new, per_moved = _most(pot, build), _most(pot, move)
        most = per_new * tables.built.get(cell, 0) + per_moved * tables.amounts.moved.get(cell, 0)
        sides = [(option, most)] if (per_new, per_moved) != (build, move) else []
        if pot["groups"]:
            sides.append((f"{option}:groups", max(per_new, per_moved) * _let_to(tables, pot["groups"], cell)))
        for subject, norm in sides:
            yield Line(
                purpose="municipality",
                place=place,
                subject=f"{pot['pot_id']}:{subject}",
                period=str(year),
                lhs=tables.paid.get((pot["pot_id"], *cell), 0),
                operator=AT_MOST,
                rhs=norm,
                strength=rule.strength,
                unit="EUR",
                exempt=tables.is_exempt(rule, place),
                reference=max(per_new, per_moved) * tables.offered.get(cell, 1),
                step=step,
            )


def _most(pot: Row, cost: int) -> int:
    """Return the euros that a pot may pay of a cost: at most an amount, and at most a share of it."""
    amount = cost if pot["max_per_dwelling_eur"] is None else pot["max_per_dwelling_eur"]
    share = 1 if pot["max_share"] is None else pot["max_share"]
    return min(cost, int(amount), math.floor(share * cost))


def _move_cost(tables: Tables, cell: Cell, kind: str) -> int:
    """Return the euros of one kind that a dwelling asks that comes from the pool of the region."""
    pool = tables.moves.pool(cell[0], cell[2])
    return pool.cost if pool is not None and pool.kind == kind else 0


def _can_move(tables: Tables, cell: Cell) -> bool:
    """Whether any dwelling of the pool can be free by the year of a cell: built before, or already there."""
    pool = tables.moves.pool(cell[0], cell[2])
    if pool is None or cell not in tables.moves.cells:
        return False
    ready = cell[1] - pool.life - pool.delay
    return ready >= tables.settings.first_year or any(
        row["dwellings"] and row["last_year"] < cell[1] - pool.delay
        for row in tables.rows("flex_stock")
        if row["option"] == pool.option and row["municipality_code"] in pool.region.members
    )


def _let_to(tables: Tables, groups: Collection[str], cell: Cell) -> int:
    """Return the places of a cell that are let to target groups in its year."""
    place, year, option = cell
    flows = (flow_id for flow_id, flow in tables.housed.flows.items() if flow.group in groups)
    return sum(tables.amounts.placed.get((flow_id, place, year, option), 0) for flow_id in flows)
