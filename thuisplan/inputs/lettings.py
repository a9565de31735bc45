"""Views of an Instance on track 2: who needs a home, what fits them, and what is vacated.

Everything is of the resolved input and in open years: earlier years are realised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from thuisplan.inputs.apportion import on_growth_path
from thuisplan.inputs.tables import (
    Flow,
    FlowThrough,
    Group,
    PermitSwap,
    PermitTask,
    Rule,
    Suitability,
    Turnover,
)

if TYPE_CHECKING:
    from thuisplan.inputs.instance import Instance, Region

PERMIT_HOLDERS = "permit_holders"
"""Code of the group with the statutory task, and of its flow."""

URGENT_ROLES = frozenset({"statutory", "regional"})
"""Roles of the groups that count where a rule names none."""

OUTSIDE = "outside"
"""Purpose of an origin that is not in the input."""

VACATED_TYPE = "social_regular"
"""Dwelling type of vacated social dwellings."""


@dataclass(frozen=True, slots=True)
class FlowSeries:
    """The households of one flow.

    Parameters
    ----------
    flow_id, group
        The flow and its group.
    purpose, place
        Where they come from; empty for the task of permit holders, which has its own places.
    weight, strength
        Of a waiting household.
    housed
        Codes of the municipalities that may house them.
    inflow
        Open year -> households that come, whole; for permit holders persons over persons per household.
    waiting_at_start
        Households already waiting.
    whole
        Whether all municipalities of the origin are in the input.
    """

    flow_id: str
    group: str
    purpose: str
    place: str
    weight: Fraction
    strength: str
    housed: tuple[str, ...]
    inflow: Mapping[int, Fraction | int]
    waiting_at_start: int
    whole: bool

    @property
    def is_permit_holders(self) -> bool:
        """Whether this is the statutory task, which is counted per municipality and in persons."""
        return self.flow_id == PERMIT_HOLDERS

    def asked(self, year: int) -> Fraction | int:
        """Return the households that waited at the start or came up to a year."""
        return self.waiting_at_start + sum(n for when, n in self.inflow.items() if when <= year)


class Lettings:
    """The track 2 side of an Instance.

    Parameters
    ----------
    instance
        The resolved input.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.open_years = tuple(y for y in instance.years if y >= instance.settings.open_year)

    # --- who needs a home -------------------------------------------------------

    @cached_property
    def groups(self) -> Mapping[str, Group]:
        """Code -> target group."""
        return {row.group: row for row in self.instance.rows(Group)}

    @cached_property
    def flows(self) -> Mapping[str, FlowSeries]:
        """Flow -> its series, in order of code; the task of permit holders last."""
        rows: dict[str, list[Flow]] = {}
        for row in self.instance.rows(Flow):
            rows.setdefault(row.flow_id, []).append(row)
        result = {}
        for flow_id, parts in rows.items():
            first = parts[0]
            per_year = {part.from_year: int(part.households) for part in parts}
            result[flow_id] = FlowSeries(
                flow_id=flow_id,
                group=first.group,
                purpose=first.purpose,
                place=first.place,
                weight=first.weight,
                strength=first.strength,
                housed=self.instance.region(
                    first.housed_purpose or first.purpose, first.housed_place or first.place
                ).members,
                inflow={year: per_year.get(year, 0) for year in self.open_years},
                waiting_at_start=sum(part.waiting_at_start for part in parts),
                whole=first.purpose == OUTSIDE or self.instance.region(first.purpose, first.place).whole,
            )
        if self.permit_tasks:
            result[PERMIT_HOLDERS] = self._permit_holders()
        return result

    def _permit_holders(self) -> FlowSeries:
        before = dict.fromkeys(self.permit_municipalities, 0)
        inflow: dict[int, Fraction | int] = {}
        for year in self.open_years:
            now = {code: self.permit_task(code, year) for code in before}
            inflow[year] = sum(now[code] - before[code] for code in before) / self.persons(PERMIT_HOLDERS)
            before = now
        rule = next(r for r in self.instance.rules() if r.family == PERMIT_HOLDERS)
        housed = set(self.permit_municipalities)
        for each in self.instance.rules():
            if each.family == PERMIT_HOLDERS:
                housed.update(code for _, codes in self.swapping(each) for code in codes)
        return FlowSeries(
            flow_id=PERMIT_HOLDERS,
            group=PERMIT_HOLDERS,
            purpose="",
            place="",
            weight=rule.weight,
            strength="soft",
            housed=tuple(sorted(housed)),
            inflow=inflow,
            waiting_at_start=0,
            whole=True,
        )

    def persons(self, group: str) -> Fraction:
        """Return the persons per household of a group."""
        row = self.groups.get(group)
        return Fraction(1) if row is None else row.persons_per_household

    def large_share(self, flow: str) -> Fraction:
        """Return the part of a flow that needs a large dwelling."""
        row = self.groups.get(self.flows[flow].group)
        return Fraction(0) if row is None else row.large_family_share

    def flows_of(self, groups: tuple[str, ...]) -> tuple[str, ...]:
        """Return the flows of some groups; never the permit holders' task."""
        return tuple(
            flow_id
            for flow_id, flow in self.flows.items()
            if not flow.is_permit_holders and flow.group in groups
        )

    def task_increments(self, flows: tuple[str, ...], members: tuple[str, ...]) -> Mapping[int, Fraction]:
        """Return what the task of flows grows by in each year of the horizon [households].

        Those who wait at the start belong to the first open year; the task for permit holders is that
        of the members.
        """
        result = dict.fromkeys(self.instance.years, Fraction(0))
        before = Fraction(0)
        for year in self.open_years:
            now = sum(
                (
                    sum(self.permit_task(code, year) for code in members) / self.persons(PERMIT_HOLDERS)
                    if self.flows[flow].is_permit_holders
                    else Fraction(self.flows[flow].asked(year))
                    for flow in flows
                ),
                Fraction(0),
            )
            result[year], before = now - before, now
        return result

    # --- permit holders ------------------------------------------------------------

    @cached_property
    def permit_tasks(self) -> Mapping[tuple[str, int], int]:
        """(municipality, year) -> persons of both half-years, with the backlog that is added.

        Of half-years before the first open year only the backlog counts: who was housed is not known here.
        """
        result: dict[tuple[str, int], int] = {}
        for row in self.instance.rows(PermitTask):
            key = row.municipality_code, row.year
            persons = row.persons if row.year in self.open_years else 0
            result[key] = result.get(key, 0) + persons + row.backlog_persons
        return result

    @cached_property
    def permit_municipalities(self) -> tuple[str, ...]:
        """Municipalities with a task."""
        return tuple(sorted({code for code, _ in self.permit_tasks}))

    def agreed_swaps(self, municipality: str, year: int) -> tuple[int, int]:
        """Return the persons handed over and taken over by agreement, in open years up to a year."""
        rows = [row for row in self.instance.rows(PermitSwap) if row.year in self.open_years]
        rows = [row for row in rows if row.year <= year]
        return (
            sum(row.persons for row in rows if row.from_municipality == municipality),
            sum(row.persons for row in rows if row.to_municipality == municipality),
        )

    def permit_task(self, municipality: str, year: int) -> int:
        """Return the persons that a municipality must have housed by a year, after agreed swaps."""
        given, taken = self.agreed_swaps(municipality, year)
        own = sum(n for (code, when), n in self.permit_tasks.items() if code == municipality and when <= year)
        return own - given + taken

    def swapping(self, rule: Rule) -> tuple[tuple[Region, tuple[str, ...]], ...]:
        """Return the regions in which a rule lets tasks be swapped, with the municipalities that may.

        A municipality that is exempt takes no part: what it took over nobody would have to house.
        """
        if not self.instance.parameters(rule).swap:
            return ()
        result = []
        for region in self.instance.regions_of(rule):
            free = [code for code in region.members if (rule.rule_id, code) not in self.instance.exemptions]
            if set(free) & set(self.permit_municipalities):
                result.append((region, tuple(free)))
        return tuple(result)

    # --- what fits ---------------------------------------------------------------

    @cached_property
    def _suitable(self) -> Mapping[tuple[str, str, str], Mapping[str | None, Suitability]]:
        result: dict[tuple[str, str, str], dict[str | None, Suitability]] = {}
        for row in self.instance.rows(Suitability):
            key = row.group, row.municipality_code, row.dwelling_type
            result.setdefault(key, {})[row.route] = row
        return result

    def vacated_fit(self, group: str, municipality: str) -> Suitability | None:
        """Return how vacated dwellings of a municipality fit a group; None if they do not."""
        row = self._suitable.get((group, municipality, VACATED_TYPE), {}).get(None)
        return row if row is not None and row.fit > 0 else None

    def option_fit(self, group: str, municipality: str, option: str) -> Suitability | None:
        """Return how an option fits a group in a municipality; None if it does not."""
        row = self.instance.options[option]
        classes = self.groups[group].rent_classes if group in self.groups else ()
        if row.rent_class is not None and classes and row.rent_class not in classes:
            return None
        rows = self._suitable.get((group, municipality, row.dwelling_type), {})
        found = rows.get(row.route, rows.get(None))
        return found if found is not None and found.fit > 0 else None

    def stay(self, group: str, municipality: str, option: str) -> int | None:
        """Return the years that a household of a group stays in an option; None: for good.

        In a temporary dwelling nobody stays longer than it stands.
        """
        fit, life = self.option_fit(group, municipality, option), self._life(option)
        if fit is None or fit.stay_years is None:
            return life
        return fit.stay_years if life is None else min(fit.stay_years, life)

    def comes_back(self, group: str, municipality: str, option: str) -> bool:
        """Return whether a household of a group asks again when its stay in an option ends."""
        fit = self.option_fit(group, municipality, option)
        return fit is not None and fit.returns and self.stay(group, municipality, option) is not None

    def _life(self, option: str) -> int | None:
        return self.instance.options[option].service_life_years

    @cached_property
    def regular_social(self) -> tuple[str, ...]:
        """Permanent social options for everybody: let when completed, and vacated like the stock is."""
        needs = [need.row for need in self.instance.needs.values()]
        special = {row.need_category for row in needs if row.need_class == "special"}
        return tuple(
            option
            for option, row in self.instance.options.items()
            if row.adds_social and row.service_life_years is None and row.need_category not in special
        )

    # --- what is vacated -----------------------------------------------------------

    @cached_property
    def turnover(self) -> Mapping[tuple[str, int], Turnover]:
        """(municipality, open year) -> what part of the stock is vacated and designated."""
        return {
            (row.municipality_code, row.from_year): row
            for row in self.instance.rows(Turnover)
            if row.from_year in self.open_years
        }

    def vacated_from_start(self, municipality: str, year: int) -> Fraction:
        """Return what is vacated without anything that the plan builds [dwellings].

        The social stock at the end of the year before, less what was lost by then, times the
        turnover; where the stock is unknown, the vacancies that the municipality gives.
        """
        place, row = self.instance.municipalities[municipality], self.turnover[municipality, year]
        if place.social_stock is None:
            return Fraction(place.vacancies_per_year or 0)
        lost = self.instance.lost(municipality, year - 1, "social_lost")
        return (row.rate or Fraction(0)) * (place.social_stock - lost)

    def usually_vacated(self, municipality: str, year: int) -> Fraction:
        """Return what is vacated of the stock at the start, as the size to compare with [dwellings]."""
        place, row = self.instance.municipalities[municipality], self.turnover[municipality, year]
        if place.social_stock is None:
            return Fraction(place.vacancies_per_year or 0)
        return (row.rate or Fraction(0)) * place.social_stock

    @cached_property
    def flow_through(self) -> Mapping[str, tuple[FlowThrough, ...]]:
        """Municipality -> options whose residents leave a social dwelling behind."""
        result: dict[str, tuple[FlowThrough, ...]] = {}
        for row in self.instance.rows(FlowThrough):
            result[row.municipality_code] = (*result.get(row.municipality_code, ()), row)
        return result

    def share_in(self, rule: Rule, year: int, share: Fraction) -> Fraction:
        """Return the share of a ``vacancy_share`` rule in a year, on its growth path to ``share``."""
        parameters = self.instance.parameters(rule)
        if parameters.start_share is None:
            return share
        return on_growth_path(
            parameters.start_share, share, parameters.path_first_year, parameters.path_last_year, year
        )
