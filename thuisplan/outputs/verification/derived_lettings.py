"""Recomputes the tables about people: who is let what, who waits, what is left for others, and swaps."""

from __future__ import annotations

from fractions import Fraction

from thuisplan.outputs.verification.amounts import NEW, VACATED
from thuisplan.outputs.verification.compare import Key, compare, plain
from thuisplan.outputs.verification.housed import Flow
from thuisplan.outputs.verification.permits import GROUP as PERMIT_HOLDERS
from thuisplan.outputs.verification.problems import Problem, problem
from thuisplan.outputs.verification.resolved import Row
from thuisplan.outputs.verification.tables import Number, Tables


def check_allocations(tables: Tables, rows: list[Row], problems: list[Problem]) -> int:
    """Compare the columns of the lettings that follow from their key; return how many figures."""
    expected: dict[Key, Row] = {}
    let = [((m, t, f, VACATED, ""), n) for (f, m, t), n in tables.amounts.vacated.items()]
    let += [((m, t, f, NEW, o), n) for (f, m, t, o), n in tables.amounts.placed.items()]
    for key, households in let:
        group = tables.housed.flows[key[2]].group
        expected[key] = {
            "municipality": tables.municipalities[key[0]]["name"],
            "group": group,
            "households": households,
            "persons": households * _persons(tables, group),
        }
    return compare("allocations", expected, rows, problems)


def _persons(tables: Tables, group: str) -> Fraction:
    row = tables.housed.groups.get(group)
    return Fraction(1) if row is None else Fraction(row["persons_per_household"])


def check_waiting_list(tables: Tables, rows: list[Row], problems: list[Problem]) -> int:
    """Compare every list of every year, and check that nobody is housed twice; return how many figures.

    After is before, plus who comes, plus who returns, less who is housed. The task for permit holders has a
    list per municipality; the last household may be larger than what is left of the task.
    """
    expected: dict[Key, Row] = {}
    for flow_id, flow in tables.housed.flows.items():
        if flow_id == PERMIT_HOLDERS:
            for place in flow.members:
                expected |= _list(tables, flow, "municipality", place, (place,))
        else:
            expected |= _list(tables, flow, flow.purpose, flow.place, flow.members)
    for (flow_id, place, year), row in expected.items():
        after = row["waiting_after"]
        if after <= -1 or (after < 0 and flow_id != PERMIT_HOLDERS):
            where = {"file": "waiting_list.parquet", "place": place, "period": str(year), "flow": flow_id}
            problems.append(problem("housed_twice", **where, found=plain(-after)))
    return len(expected) + compare("waiting_list", expected, rows, problems)


def _list(tables: Tables, flow: Flow, purpose: str, place: str, members: tuple[str, ...]) -> dict[Key, Row]:
    """Return the list of a flow, housed by some municipalities, in every planned year."""
    amounts, housed, code = tables.amounts, tables.housed, flow.flow_id
    result: dict[Key, Row] = {}
    waiting: Number = flow.waiting
    for year in tables.open_years:
        inflow = flow.inflow[year]
        if code == PERMIT_HOLDERS:
            swapped = tables.permits.swapped(place, range(year, year + 1))
            inflow = housed.permit_inflow(members, year) - swapped / tables.permits.per_household
        returns = housed.returned(code, members, year)
        vacated = sum(amounts.vacated.get((code, m, year), 0) for m in members)
        placed = sum(housed.let(code, m, year) for m in members) - vacated
        after = waiting + inflow + returns - vacated - placed
        temporary = [
            (m, o)
            for one, m, o in housed.fits
            if one == code and m in members and housed.stay(code, m, o) is not None
        ]
        result[code, place, year] = {
            "group": flow.group,
            "purpose": purpose,
            "waiting_before": waiting,
            "inflow": inflow,
            "returns": returns,
            "housed_vacated": vacated,
            "housed_new": placed,
            "waiting_after": after,
            "in_temporary": sum(housed.living(code, m, o, year) for m, o in temporary),
        }
        waiting = after
    return result


def check_vacancies(tables: Tables, rows: list[Row], problems: list[Problem]) -> int:
    """Compare what is vacated and what is left of it per municipality and year; return how many figures.

    Left of what is completed are the permanent social dwellings for everybody, less those that flows hold
    more than the year before; who holds fewer of an option gives none of it away twice.
    """
    housed, expected = tables.housed, dict[Key, Row]()
    for place, year in housed.turnover:
        if year not in tables.open_years:
            continue
        vacated = housed.vacated(place, year)
        first = tables.total((place,), (year,), housed.regular_social)
        let = {flow_id: housed.let(flow_id, place, year) for flow_id in housed.flows}
        from_vacated = {f: tables.amounts.vacated.get((f, place, year), 0) for f in housed.flows}
        more = dict.fromkeys(housed.regular_social, 0)
        for flow_id, where, option in housed.fits:
            if where == place and option in more:
                now, before = (housed.living(flow_id, place, option, t) for t in (year, year - 1))
                more[option] += now - before
        taken = sum(max(0, number) for number in more.values())
        regular = vacated + first - sum(from_vacated.values()) - taken
        seekers = tables.municipalities[place]["registered_seekers"]
        permit_holders = let.pop(PERMIT_HOLDERS, 0)
        permit_holders_vacated = from_vacated.pop(PERMIT_HOLDERS, 0)
        expected[place, year] = {
            "social_stock": housed.social(place, year),
            "vacated": vacated,
            "designated": housed.designated(place, year),
            "first_lettings": first,
            "to_groups": sum(let.values()),
            "to_groups_vacated": sum(from_vacated.values()),
            "to_permit_holders": permit_holders,
            "to_permit_holders_vacated": permit_holders_vacated,
            "regular": regular,
            "regular_pct": 100 * regular / (vacated + first) if vacated + first else None,
            "waiting_years": seekers / regular if seekers is not None and regular > 0 else None,
        }
    return compare("vacancies", expected, rows, problems)


def check_swaps(tables: Tables, rows: list[Row], problems: list[Problem]) -> int:
    """Compare the tasks and what changes hands, in running totals; return how many figures."""
    permits, expected = tables.permits, dict[Key, Row]()
    for place in permits.housing:
        for year in tables.open_years:
            until, planned = range(year + 1), range(tables.settings.first_open_year, year + 1)
            handed_over, taken_over = permits.agreed(place, until)
            expected[place, year] = {
                "task_persons": permits.asked(place, until),
                "agreed_out": handed_over,
                "agreed_in": taken_over,
                "planned_out": sum(tables.amounts.given.get((place, t), 0) for t in planned),
                "planned_in": sum(tables.amounts.taken.get((place, t), 0) for t in planned),
                "remaining_persons": permits.task(place, year) - permits.swapped(place, planned),
            }
    return compare("swaps", expected, rows, problems)
