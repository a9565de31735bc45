"""What the resolved tables of target groups and lettings must be, from the rows as given.

A second statement, apart from the one in ``inputs/resolve_lettings.py``. Rows are compared as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from thuisplan.inputs.families import FAMILIES
from thuisplan.inputs.tables import Need
from thuisplan.outputs.verification import original_rows
from thuisplan.outputs.verification.original_rows import Original, rounded, texts
from thuisplan.outputs.verification.resolved import Texts

_URGENT = "statutory|regional"
_PERMIT_HOLDERS = "permit_holders"


def flows(original: Original, table: str) -> Iterator[Texts]:
    """A row per year for who is housed by lettings; running total rounded half up, waiting in the first."""
    housed: dict[str, dict[int, tuple[Any, Fraction]]] = {}
    waiting: dict[str, int] = {}
    for row in original.rows[table]:
        if row.need_category is not None:
            continue
        waiting[row.flow_id] = row.waiting_at_start + waiting.get(row.flow_id, 0)
        if row.includes_permit_holders:
            original.assume(row, "includes_permit_holders")
        for year in original.years(row):
            own = row.households - row.counted_elsewhere - _inside(original, row, year)
            housed.setdefault(row.flow_id, {})[year] = (row, own)
    for flow, entries in housed.items():
        running = Fraction(0)
        for year, (row, own) in sorted(entries.items()):
            before, running = rounded(running), running + own
            yield texts(
                row,
                from_year=year,
                to_year=year,
                households=rounded(running) - before,
                counted_elsewhere=0,
                includes_permit_holders=False,
                waiting_at_start=waiting.pop(flow, 0),
            )


def _inside(original: Original, row: Any, year: int) -> Fraction:
    """Return the households of permit holders that a flow holds in a year."""
    if not (original.settings.permit_holders_inside and row.includes_permit_holders):
        return Fraction(0)
    places = _members(original, row.purpose, row.place)
    persons = [
        task.persons
        for task in original.rows["permit_tasks"]
        if task.municipality_code in places and task.year == year
    ]
    sizes = {group.group: group.persons_per_household for group in original.rows["groups"]}
    return Fraction(sum(persons)) / Fraction(sizes.get(_PERMIT_HOLDERS, 1))


def _members(original: Original, purpose: str, place: str | None) -> list[str]:
    """Return the municipalities of a place, or of every place of a purpose."""
    if purpose == "municipality":
        return [row.code for row in original.rows["municipalities"] if place in (None, row.code)]
    rows = [row for row in original.rows["memberships"] if row.purpose == purpose]
    return [row.municipality_code for row in rows if place in (None, row.place)]


def needs(original: Original, table: str) -> Iterator[Texts]:
    """The needs as given, and of every flow that is one its places over the years that it names."""
    yield from original_rows.needs(original, table)
    for flow in original.rows["flows"]:
        if flow.need_category is None:
            continue
        last = flow.to_year or max(flow.from_year, original.settings.last_year)
        span = last + 1 - flow.from_year
        in_use = (flow.households - flow.counted_elsewhere) * flow.stay_years
        yearly = max(in_use + flow.growth * span - flow.in_use_today, Fraction(0)) / span
        need = Need(
            need_id=flow.flow_id,
            purpose=flow.purpose if flow.housed_purpose is None else flow.housed_purpose,
            place=flow.place if flow.housed_place is None else flow.housed_place,
            need_category=flow.need_category,
            from_year=flow.from_year,
            weight=flow.weight,
            strength=flow.strength,
            source=flow.source,
        )
        original.assume(need, "central")
        for position, year in enumerate(original.years(flow)):
            increment = rounded(yearly * (position + 1)) - rounded(yearly * position)
            yield texts(need, from_year=year, to_year=year, central=increment)


# --- tables in which * stands for every municipality that is not named ------------------


def suitability(original: Original, table: str) -> Iterator[Texts]:
    """A row per municipality, by name or else by the star, for every group, type and route."""
    yield from _for_each(original, table, ("group", "dwelling_type", "route"))


def flow_through(original: Original, table: str) -> Iterator[Texts]:
    """A row per municipality, by name or else by the star, for every option."""
    yield from _for_each(original, table, ("option",))


def _for_each(original: Original, table: str, subject: tuple[str, ...]) -> Iterator[Texts]:
    found = {
        (row.municipality_code, *(getattr(row, name) for name in subject)): row
        for row in original.rows[table]
    }
    for place in original.rows["municipalities"]:
        for about in {key[1:] for key in found}:
            row = found.get((place.code, *about), found.get(("*", *about)))
            if row is not None:
                yield texts(row, municipality_code=place.code)


def turnover(original: Original, table: str) -> Iterator[Texts]:
    """A row per municipality and year; without a rate the vacancies over the social stock."""
    for place in original.rows["municipalities"]:
        own = [row for row in original.rows[table] if row.municipality_code == place.code]
        for row in own or [row for row in original.rows[table] if row.municipality_code == "*"]:
            rate = row.rate
            if rate is None and place.social_stock is not None:
                vacated = place.vacancies_per_year or 0
                rate = Fraction(vacated, place.social_stock) if place.social_stock else Fraction(vacated)
                made = type(row)(municipality_code=place.code, from_year=row.from_year)
                original.assume(made, "rate")
            for year in original.years(row):
                yield texts(row, municipality_code=place.code, from_year=year, to_year=year, rate=rate)


# --- parameters ---------------------------------------------------------------------------


def default(original: Original, rule: Any, name: str, given: Mapping[str, str]) -> Any:
    """Return what a rule about lettings takes from other tables: groups, flows, the start of its path.

    Parameters
    ----------
    original
        The input as given.
    rule
        A ``vacancy_share`` rule, or a ``fair_share`` rule of track 2.
    name
        The parameter.
    given
        The parameters that the input or a rule set gives, as text.
    """
    if name == "groups" and rule.family == "vacancy_share":
        return tuple(_with_role(original, given.get("roles") or _URGENT))
    if name == "flows" and rule.family == "fair_share":
        urgent, regions = _with_role(original, _URGENT), _regions(original, rule)
        rows = [row for row in original.rows["flows"] if row.need_category is None and original.years(row)]
        return tuple(
            sorted(
                {
                    row.flow_id
                    for row in rows
                    if row.group in urgent and _is_within(_members(original, row.purpose, row.place), regions)
                }
            )
        )
    if name == "start_share" and "path_first_year" in given:
        return _share_today(original, rule, given.get("permit_holders") == "yes")
    return None


def _with_role(original: Original, roles: str) -> list[str]:
    wanted = roles.split("|")
    return sorted(row.group for row in original.rows["groups"] if any(role in wanted for role in row.roles))


def _regions(original: Original, rule: Any) -> list[list[str]]:
    """Return the members of each place that a rule speaks of."""
    purpose = rule.purpose or FAMILIES[rule.family].purpose
    if rule.place is not None:
        return [_members(original, purpose, rule.place)]
    if purpose == "municipality":
        return [[row.code] for row in original.rows["municipalities"]]
    places = {row.place for row in original.rows["memberships"] if row.purpose == purpose}
    return [_members(original, purpose, place) for place in places]


def _is_within(origin: list[str], regions: list[list[str]]) -> bool:
    """Whether an origin has municipalities in the input and one region holds them all."""
    return bool(origin) and any(all(code in region for code in origin) for region in regions)


def _share_today(original: Original, rule: Any, permit_holders: bool) -> Fraction:
    codes = _members(original, rule.purpose or FAMILIES[rule.family].purpose, rule.place)
    housed = vacated = 0
    for place in original.rows["municipalities"]:
        if place.code in codes:
            housed += place.urgent_lettings_today
            if permit_holders and not original.settings.housed_today_includes_permit_holders:
                housed += place.permit_lettings_today
            vacated += place.vacancies_per_year
    return Fraction(1) if housed > vacated else Fraction(housed, vacated)
