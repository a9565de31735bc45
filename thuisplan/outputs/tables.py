"""The tables of a plan, from the resolved input and the exact values of the solution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.lettings import PERMIT_HOLDERS
from thuisplan.inputs.tables import Assumption, Corporation, Neighbourhood, PermitSwap
from thuisplan.outputs.fair_share import fair_share, settlement
from thuisplan.outputs.housed import Housed
from thuisplan.outputs.letting_tables import allocations, swaps, vacancies, waiting_list
from thuisplan.outputs.local_tables import corporations, flex, neighbourhoods
from thuisplan.outputs.programme import Programme
from thuisplan.outputs.schemas import to_arrow

if TYPE_CHECKING:
    # Only the shape of a solution is known here: values, no model and no solver.
    from thuisplan.solvers.solution import Solution

Rows = Iterator[dict[str, Any]]


def plan_tables(instance: Instance, solution: Solution) -> dict[str, pa.Table]:
    """Return every table of a plan.

    Parameters
    ----------
    instance
        The resolved input.
    solution
        The plan with exact values.

    Returns
    -------
    dict
        Name of the table -> Arrow table with fixed columns, types and row order. Tables about what the
        input does not have are left out.
    """
    programme = Programme(instance, solution.amounts)
    housed = Housed(programme, solution.amounts)
    rows = {
        "plan": _plan(programme),
        "needs": _needs(programme),
        "rules": _rules(instance, solution),
        "funding": _funding(programme, solution.payments),
        "finance": _finance(instance, solution.payments),
        "fair_share": fair_share(housed),
        "stock": _stock(programme),
        "assumptions": _assumptions(instance),
    }
    if instance.lettings.flows:
        rows["allocations"] = allocations(housed)
        rows["waiting_list"] = waiting_list(housed)
        rows["vacancies"] = vacancies(housed)
    if _may_swap(instance):
        rows["swaps"] = swaps(housed)
    if any(move.years_there for move in instance.moves.values()):
        rows["flex"] = flex(programme)
    if instance.rows(Neighbourhood):
        rows["neighbourhoods"] = neighbourhoods(solution.amounts.get("n", {}))
    if any(rule.family == "fair_share" for rule in instance.rules()):
        rows["settlement"] = settlement(housed)
    if instance.rows(Corporation):
        rows["corporations"] = corporations(housed)
    return {name: to_arrow(name, table) for name, table in rows.items()}


def _may_swap(instance: Instance) -> bool:
    """Return whether task for permit holders changes hands, by agreement or by the plan."""
    lettings = instance.lettings
    return bool(lettings.permit_municipalities and instance.rows(PermitSwap)) or any(
        lettings.swapping(rule) for rule in instance.rules() if rule.family == PERMIT_HOLDERS
    )


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _plan(programme: Programme) -> Rows:
    instance = programme.instance
    for (municipality, year, option), dwellings in programme.completed.items():
        row = instance.options[option]
        is_open = year >= instance.settings.open_year
        costs = {
            column: None if getattr(row, column) is None else getattr(row, column) * dwellings * is_open
            for column in ("extra_cost_eur", "deficit_eur")
        }
        yield {
            "municipality_code": municipality,
            "municipality": instance.municipalities[municipality].name,
            "year": year,
            "option": option,
            "dwelling_type": row.dwelling_type,
            "route": row.route,
            "segment": row.segment,
            "unit": row.unit,
            "dwellings": dwellings,
            "committed": min(dwellings, instance.committed.get((municipality, year, option), 0)),
            **costs,
        }


def _needs(programme: Programme) -> Rows:
    instance = programme.instance
    for need_id, need in instance.needs.items():
        row = need.row
        if not row.decides:
            continue
        region = instance.region(row.purpose, row.place)
        options = instance.options_for(row.need_category)
        for year in instance.years:
            required = need.required[year]
            delivered = programme.in_service(region.members, year, options)
            yield {
                "need_id": need_id,
                "purpose": row.purpose,
                "place": row.place,
                "need_category": row.need_category,
                "year": year,
                "required": required,
                "delivered": delivered,
                "shortfall": max(0, required - delivered),
                "surplus": max(0, delivered - required),
            }


def _rules(instance: Instance, solution: Solution) -> Rows:
    rules = instance.rules_by_id
    ordered = sorted(
        solution.lines,
        key=lambda line: (
            line.requirement.rule_id,
            line.requirement.place,
            line.requirement.subject,
            line.requirement.period,
        ),
    )
    for line in ordered:
        requirement, rule = line.requirement, rules[line.requirement.rule_id]
        yield {
            "rule_id": requirement.rule_id,
            "family": requirement.family,
            "purpose": requirement.purpose,
            "place": requirement.place,
            "subject": requirement.subject,
            "period": requirement.period,
            "strength": requirement.strength,
            "lhs": _number(line.lhs),
            "operator": str(requirement.sense.value),
            "rhs": _number(line.rhs),
            "allowed": _number(line.allowed),
            "unit": line.unit,
            "value_pct": _number(line.value_pct),
            "norm_pct": _number(line.norm_pct),
            "margin": _number(line.margin),
            "slack": float(line.slack),
            "verdict": line.verdict,
            "binding": line.binding,
            "valid_from": rule.valid_from,
            "valid_to": rule.valid_to,
            "status": rule.status,
            "source": rule.source,
        }


def _funding(programme: Programme, payments: Mapping[tuple[str, str, int, str], int]) -> Rows:
    instance = programme.instance
    for (pot_id, municipality, year, option), amount in sorted(payments.items()):
        pot, move = instance.pots[pot_id], instance.moves.get((municipality, option))
        dwellings = programme.completed.get((municipality, year, option), 0)
        if move is not None and move.kind == pot.kind:
            dwellings += programme.moved.get((municipality, year, option), 0)
        yield {
            "pot_id": pot_id,
            "payer": pot.payer,
            "kind": pot.kind,
            "municipality_code": municipality,
            "year": year,
            "option": option,
            "dwellings": dwellings,
            "amount_eur": amount,
        }


def _finance(instance: Instance, payments: Mapping[tuple[str, str, int, str], int]) -> Rows:
    used: dict[tuple[str, int], int] = {}
    for (pot_id, _, year, _), amount in payments.items():
        used[pot_id, year] = used.get((pot_id, year), 0) + amount
    for pot_id, pot in instance.pots.items():
        carried = 0
        for year in instance.years:
            if year < instance.settings.open_year:
                continue
            spent = used.get((pot_id, year), 0)
            available = spent if pot.carries_rest else instance.budgets[pot_id, year]
            left = available + carried - spent
            carried_out = left if pot.carry_over and not pot.carries_rest else 0
            yield {
                "pot_id": pot_id,
                "payer": pot.payer,
                "kind": pot.kind,
                "year": year,
                "available_eur": available,
                "carried_in_eur": carried,
                "used_eur": spent,
                "carried_out_eur": carried_out,
                "lapsed_eur": left - carried_out,
            }
            carried = carried_out


def _stock(programme: Programme) -> Rows:
    instance = programme.instance
    for code, row in instance.municipalities.items():
        for year in instance.years:
            whole = programme.stock(code, year, "adds_stock", row.dwelling_stock, "dwellings_lost")
            social = programme.stock(code, year, "adds_social", row.social_stock, "social_lost")
            mid = programme.stock(code, year, "adds_mid", row.mid_stock, "mid_lost")
            yield {
                "municipality_code": code,
                "year": year,
                "dwellings": whole,
                "social": social,
                "mid": mid,
                "social_share_pct": _percentage(social, whole),
                "mid_share_pct": _percentage(mid, whole),
            }


def _percentage(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else float(Fraction(100 * part, whole))


def _assumptions(instance: Instance) -> Rows:
    for row in instance.rows(Assumption):
        yield {
            "table": row.table_name,
            "key": row.row_key,
            "column": row.column_name,
            "value": row.value,
            "unit": row.unit,
            "source": row.source,
            "year": row.year,
            "status": row.status,
            "origin": row.origin,
        }
