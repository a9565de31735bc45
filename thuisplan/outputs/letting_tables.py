"""The tables of lettings: who is housed where, who waits, what is left for others, and swapped tasks."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from thuisplan.inputs.lettings import PERMIT_HOLDERS
from thuisplan.outputs.housed import Housed

Rows = Iterator[dict[str, Any]]


def allocations(housed: Housed) -> Rows:
    """Yield the households that let a dwelling, per municipality, year, flow and what they let."""
    instance, lettings = housed.instance, housed.lettings
    cells = [((m, t, flow, "vacated", ""), n) for (m, t, flow), n in housed.vacated.items()]
    cells += [((m, t, flow, "new", option), n) for (m, t, flow, option), n in housed.new.items()]
    for (municipality, year, flow, source, option), households in sorted(cells):
        group = lettings.flows[flow].group
        yield {
            "municipality_code": municipality,
            "municipality": instance.municipalities[municipality].name,
            "year": year,
            "flow_id": flow,
            "group": group,
            "source": source,
            "option": option,
            "households": households,
            "persons": float(households * lettings.persons(group)),
        }


def waiting_list(housed: Housed) -> Rows:
    """Yield the waiting list of every flow at the end of every year.

    The task for permit holders has a list per municipality, in persons over persons per household: it
    may be less than a household below zero, when the last household is larger than what was left.
    """
    for flow_id in sorted(housed.lettings.flows):
        if flow_id == PERMIT_HOLDERS:
            for municipality in housed.permit_places:
                yield from _permit_holders_list(housed, municipality)
        else:
            yield from _list(housed, flow_id)


def _list(housed: Housed, flow_id: str) -> Rows:
    flow = housed.lettings.flows[flow_id]
    waiting = Fraction(flow.waiting_at_start)
    for year in housed.lettings.open_years:
        row = _change(housed, flow_id, None, year, waiting, Fraction(flow.inflow[year]))
        waiting = row.pop("exact")
        yield {"flow_id": flow_id, "group": flow.group, "purpose": flow.purpose, "place": flow.place, **row}


def _permit_holders_list(housed: Housed, municipality: str) -> Rows:
    persons = housed.lettings.persons(PERMIT_HOLDERS)
    waiting, before = Fraction(0), 0
    for year in housed.lettings.open_years:
        task = housed.remaining_task(municipality, year)
        row = _change(housed, PERMIT_HOLDERS, municipality, year, waiting, (task - before) / persons)
        waiting, before = row.pop("exact"), task
        codes = {"flow_id": PERMIT_HOLDERS, "group": PERMIT_HOLDERS, "purpose": "municipality"}
        yield {**codes, "place": municipality, **row}


def _change(
    housed: Housed, flow: str, municipality: str | None, year: int, before: Fraction, inflow: Fraction
) -> dict[str, Any]:
    """Return the figures of a list in a year; ``exact`` is what the next year begins with."""
    returns = housed.returned(flow, year, municipality)
    vacated = housed.from_vacated(flow, year, municipality)
    new = housed.from_new(flow, year, municipality)
    after = before + inflow + returns - vacated - new
    return {
        "year": year,
        "waiting_before": float(before),
        "inflow": float(inflow),
        "returns": float(returns),
        "housed_vacated": float(vacated),
        "housed_new": float(new),
        "waiting_after": float(after),
        "in_temporary": float(housed.within_stay(flow, year, municipality)),
        "exact": after,
    }


def vacancies(housed: Housed) -> Rows:
    """Yield what is vacated per municipality and year, who lets it, and what is left for regular seekers.

    Left is what is vacated and what is let for the first time, less what goes to target groups and permit
    holders: vacated dwellings, and the new places that they hold more than the year before (a place for a
    stay is let again to the next of them). New are permanent social dwellings for everybody: dwellings for
    groups and temporary ones are in neither. The waiting time is a proxy: the registered seekers over what
    is left in a year.
    """
    instance, programme = housed.instance, housed.programme
    for municipality, year in sorted(housed.lettings.turnover):
        row = instance.municipalities[municipality]
        vacated = housed.vacated_dwellings(municipality, year)
        first = programme.built(municipality, year, housed.lettings.regular_social)
        groups = [flow for flow in housed.lettings.flows if flow != PERMIT_HOLDERS]
        from_vacated = {flow: housed.from_vacated(flow, year, municipality) for flow in housed.lettings.flows}
        of_first = housed.of_first_lettings(municipality, year)
        regular = vacated + first - sum(from_vacated.values()) - of_first
        stock = programme.stock(municipality, year, "adds_social", row.social_stock, "social_lost")
        seekers = row.registered_seekers
        waiting = seekers / regular if seekers is not None and regular > 0 else None
        to_permit_holders = (
            housed.let(PERMIT_HOLDERS, year, municipality) if PERMIT_HOLDERS in housed.lettings.flows else 0
        )
        yield {
            "municipality_code": municipality,
            "year": year,
            "social_stock": None if stock is None else float(stock),
            "vacated": float(vacated),
            "designated": float(housed.lettings.turnover[municipality, year].designated_share * vacated),
            "first_lettings": first,
            "to_groups": sum(housed.let(flow, year, municipality) for flow in groups),
            "to_groups_vacated": sum(from_vacated[flow] for flow in groups),
            "to_permit_holders": to_permit_holders,
            "to_permit_holders_vacated": from_vacated.get(PERMIT_HOLDERS, 0),
            "regular": float(regular),
            "regular_pct": float(100 * regular / (vacated + first)) if vacated + first else None,
            "waiting_years": None if waiting is None else float(waiting),
        }


def swaps(housed: Housed) -> Rows:
    """Yield the task for permit holders per municipality and year with what changes hands, running totals.

    Remaining is the task, less what is handed over, plus what is taken over, by agreement and by the plan.
    """
    lettings = housed.lettings
    for municipality in housed.permit_places:
        for year in lettings.open_years:
            agreed_out, agreed_in = lettings.agreed_swaps(municipality, year)
            planned_out, planned_in = housed.planned_swaps(municipality, year)
            yield {
                "municipality_code": municipality,
                "year": year,
                "task_persons": lettings.permit_task(municipality, year) + agreed_out - agreed_in,
                "agreed_out": agreed_out,
                "agreed_in": agreed_in,
                "planned_out": planned_out,
                "planned_in": planned_in,
                "remaining_persons": housed.remaining_task(municipality, year),
            }
