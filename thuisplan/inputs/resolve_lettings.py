"""Who needs a home, what fits them and what is vacated in the resolved input: per year and municipality."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from thuisplan.inputs.apportion import whole_increments
from thuisplan.inputs.columns import Row
from thuisplan.inputs.lettings import PERMIT_HOLDERS, URGENT_ROLES
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.steady_state import places_needed
from thuisplan.inputs.tables import (
    Flow,
    FlowThrough,
    Group,
    Membership,
    Municipality,
    Need,
    PermitTask,
    Rule,
    Suitability,
    Turnover,
)

Starred = TypeVar("Starred", Suitability, Turnover, FlowThrough)

INSIDE = (
    "instelling permit_holders_inside: de vergunninghouders zitten in dit getal en zijn eraf gehaald / "
    "the permit holders are in this figure and were taken off"
)
ON_TOP = (
    "instelling permit_holders_inside: de vergunninghouders komen boven op dit getal / "
    "the permit holders come on top of this figure"
)
BY_STAY = (
    "instroom x verblijfsduur + groei - in gebruik, gelijk verdeeld over de jaren / "
    "flow x stay + growth - in use, spread evenly over the years"
)
BY_VACANCIES = "vrijkomende woningen / sociale voorraad; vacancies / social stock"
START_SHARE = "toewijzingen nu / vrijkomende woningen; lettings today / vacancies"
"""How a start of a growth path follows from the table of municipalities."""


class Assume(Protocol):
    """Lists a default that was filled in."""

    def __call__(self, row: Row, column: str, value: Any, source: str, /) -> None: ...


def resolved_lettings(scenario: Scenario, assume: Assume) -> Mapping[str, Iterable[Row]]:
    """Return the tables of flows, suitability, turnover and moving on.

    Flows are whole households per year; those that become a need are not among them.

    Parameters
    ----------
    scenario
        A scenario that passed the checks.
    assume
        Called for every default that is filled in.
    """
    return {
        Flow.table: _flows(scenario, assume),
        Suitability.table: list(
            _by_municipality(scenario, scenario.rows(Suitability), ("group", "dwelling_type", "route"))
        ),
        Turnover.table: _turnover(scenario, assume),
        FlowThrough.table: list(_by_municipality(scenario, scenario.rows(FlowThrough), ("option",))),
    }


def needs_of_flows(scenario: Scenario, assume: Assume | None = None) -> list[Need]:
    """Return a need for every flow with a need category: what must be added each year.

    The places that :func:`places_needed` gives are spread evenly over the years that the flow
    names, also those outside the horizon.

    Parameters
    ----------
    scenario
        The input.
    assume
        Called for every need that is made.
    """
    result = []
    for row in scenario.rows(Flow):
        if row.need_category is None or row.stay_years is None:
            continue
        last = row.to_year or max(row.from_year, scenario.settings.last_year)
        # Of an input that is still to be checked, the years may run backwards.
        years = max(1, last - row.from_year + 1)
        places = places_needed(
            row.households - row.counted_elsewhere, row.stay_years, row.growth, years, row.in_use_today
        )
        need = Need(
            need_id=row.flow_id,
            purpose=row.housed_purpose or row.purpose,
            place=row.housed_place or row.place,
            need_category=row.need_category,
            from_year=row.from_year,
            to_year=last,
            central=places / years,
            weight=row.weight,
            strength=row.strength,
            source=row.source,
        )
        if assume is not None:
            assume(need, "central", need.central, BY_STAY)
        result.append(need)
    return result


# --- flows --------------------------------------------------------------------------


def permit_households(scenario: Scenario, row: Flow, year: int) -> Fraction:
    """Return the households of the task for permit holders of a year in the place a flow comes from.

    Without backlog, which is of earlier years, and before swaps.

    Parameters
    ----------
    scenario
        The input.
    row
        The flow.
    year
        A year.
    """
    members = _members(scenario, row.purpose, row.place)
    persons = sum(
        task.persons
        for task in scenario.rows(PermitTask)
        if task.year == year and task.municipality_code in members
    )
    size = next(
        (g.persons_per_household for g in scenario.rows(Group) if g.group == PERMIT_HOLDERS), Fraction(1)
    )
    return persons / size


def _members(scenario: Scenario, purpose: str, place: str) -> frozenset[str]:
    if purpose == "municipality":
        return frozenset({place})
    return frozenset(
        row.municipality_code
        for row in scenario.rows(Membership)
        if (row.purpose, row.place) == (purpose, place)
    )


def _spread(scenario: Scenario, row: Any) -> list[int]:
    last = scenario.settings.last_year if row.to_year is None else row.to_year
    return [year for year in scenario.settings.years if row.from_year <= year <= last]


def _flows(scenario: Scenario, assume: Assume) -> list[Flow]:
    inside = scenario.settings.permit_holders_inside
    by_flow: dict[str, dict[int, tuple[Flow, Fraction]]] = {}
    waiting: dict[str, int] = {}
    for row in scenario.rows(Flow):
        if row.need_category is not None:
            continue
        waiting[row.flow_id] = waiting.get(row.flow_id, 0) + row.waiting_at_start
        if row.includes_permit_holders:
            assume(row, "includes_permit_holders", inside, INSIDE if inside else ON_TOP)
        for year in _spread(scenario, row):
            households = row.households - row.counted_elsewhere
            if inside and row.includes_permit_holders:
                households -= permit_households(scenario, row, year)
            by_flow.setdefault(row.flow_id, {})[year] = (row, households)
    result = []
    for flow_id, entries in by_flow.items():
        years = sorted(entries)
        whole = whole_increments([entries[year][1] for year in years])
        for year, number in zip(years, whole, strict=True):
            result.append(
                replace(
                    entries[year][0],
                    from_year=year,
                    to_year=year,
                    households=Fraction(number),
                    counted_elsewhere=Fraction(0),
                    includes_permit_holders=False,
                    waiting_at_start=waiting[flow_id] if year == years[0] else 0,
                )
            )
    return result


# --- tables in which * stands for every municipality that is not named -----------------


def _by_municipality(
    scenario: Scenario, rows: tuple[Starred, ...], about: tuple[str, ...] = ()
) -> Iterator[Starred]:
    """Yield a row per municipality; rows that name one take the place of those for all, per subject."""

    def subject(row: Starred) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in about)

    named = {(row.municipality_code, subject(row)) for row in rows}
    for row in rows:
        if row.municipality_code != "*":
            yield row
            continue
        for place in scenario.rows(Municipality):
            if (place.code, subject(row)) not in named:
                yield replace(row, municipality_code=place.code)


def _turnover(scenario: Scenario, assume: Assume) -> list[Turnover]:
    places = {place.code: place for place in scenario.rows(Municipality)}
    result = []
    for row in _by_municipality(scenario, scenario.rows(Turnover)):
        place = places[row.municipality_code]
        rate = row.rate
        if rate is None and place.social_stock is not None:
            rate = Fraction(place.vacancies_per_year or 0, place.social_stock or 1)
            assume(row, "rate", rate, BY_VACANCIES)
        result += [replace(row, from_year=year, to_year=year, rate=rate) for year in _spread(scenario, row)]
    return result


# --- parameters of rules about lettings -------------------------------------------------


def urgent_groups(scenario: Scenario, roles: Collection[str] | None = None) -> tuple[str, ...]:
    """Return the groups with a role that makes them urgent.

    Parameters
    ----------
    scenario
        The input.
    roles
        Which roles do; without any, urgent by law or by choice of the region.
    """
    wanted = frozenset(roles or URGENT_ROLES)
    return tuple(sorted(row.group for row in scenario.rows(Group) if wanted.intersection(row.roles)))


def urgent_flows(scenario: Scenario, flows: Iterable[Flow], rule: Rule) -> tuple[str, ...]:
    """Return the flows of urgent groups that come from the region of a rule, or from a part of it.

    Who comes from a larger area, or from outside the input, is not the task of that region alone;
    the task for permit holders is none of them either.

    Parameters
    ----------
    scenario
        The input.
    flows
        Flows that are housed by lettings.
    rule
        A ``fair_share`` rule with its purpose; of several regions each counts.
    """
    groups, regions = urgent_groups(scenario), rule_regions(scenario, rule)
    return tuple(
        sorted(
            {
                row.flow_id
                for row in flows
                if row.group in groups
                and (origin := _members(scenario, row.purpose, row.place))
                and any(origin <= region for region in regions)
            }
        )
    )


def start_share(scenario: Scenario, rule: Rule, permit_holders: bool) -> Fraction | None:
    """Return the share of the vacancies that goes to urgent groups today, in the region of a rule.

    Parameters
    ----------
    scenario
        The input.
    rule
        A ``vacancy_share`` rule with its purpose, which speaks of one region.
    permit_holders
        Whether lettings to permit holders count.

    Returns
    -------
    Fraction or None
        At most 1; None if a figure is unknown or nothing is vacated.
    """
    places = rule_members(scenario, rule)
    added = permit_holders and not scenario.settings.housed_today_includes_permit_holders
    housed = [place.urgent_lettings_today for place in places]
    housed += [place.permit_lettings_today for place in places] if added else []
    vacated = [place.vacancies_per_year for place in places]
    if None in housed or None in vacated or not sum(n or 0 for n in vacated):
        return None
    return min(Fraction(1), Fraction(sum(n or 0 for n in housed), sum(n or 0 for n in vacated)))


def rule_regions(scenario: Scenario, rule: Rule) -> list[frozenset[str]]:
    """Return the municipalities of each region that a rule speaks of.

    Parameters
    ----------
    scenario
        The input.
    rule
        A rule with its purpose.
    """
    purpose = rule.purpose or ""
    if rule.place is not None:
        places = {rule.place}
    elif purpose == "municipality":
        places = {row.code for row in scenario.rows(Municipality)}
    else:
        places = {row.place for row in scenario.rows(Membership) if row.purpose == purpose}
    return [_members(scenario, purpose, place) for place in sorted(places)]


def rule_members(scenario: Scenario, rule: Rule) -> list[Municipality]:
    """Return the municipalities in the regions that a rule speaks of.

    Parameters
    ----------
    scenario
        The input.
    rule
        A rule with its purpose.
    """
    codes = frozenset().union(*rule_regions(scenario, rule))
    return [row for row in scenario.rows(Municipality) if row.code in codes]
