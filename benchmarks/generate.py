"""Regions, provinces and a nation made from a seed: 10 years, 12 options, money short by 30 %.

Four of the options have a minimum project size. The municipalities get round figures
around the sizes of Dutch municipalities; nothing is taken from real ones. Where there are several
regions, each has needs and a fair-share agreement of its own, and all are coupled by what they share:
the money of the state and the corporations, and two thirds affordable in provinces and nation.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from types import MappingProxyType

from thuisplan.inputs.columns import Row, sorted_rows
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    TABLES,
    Availability,
    Budget,
    Capacity,
    Key,
    KeyShare,
    Membership,
    Municipality,
    Need,
    Option,
    Pot,
    Rule,
    RuleParameter,
    StageRow,
)

FIRST_YEAR, YEARS = 2026, 10
SHORT = Fraction(7, 10)
"""Money is this part of what all needs ask for."""

LEFT_OUT = frozenset({"social_topping_up", "room_new"})
"""Options that a nation does without: ten are left."""

PATH = (2025, 2035)
"""Years between which shares go from vacancies to inhabitants."""

PROVINCE = 3
"""Regions that make a province."""

CLOSE = Fraction(1, 1000)
"""Closing tolerance of the blended stage."""

BLEND = {
    "unmet_special": Fraction(1),
    "unmet_regular": Fraction(1, 10),
    "fair_share_mean": Fraction(10_000),
    "lateness": Fraction(1, 1000),
}
"""Measure -> weight in the blended stage."""

_Option = tuple[str, str, str, str, str, int, int, int]
# option, type, route, segment, category, extra cost, deficit, minimum project
_OPTIONS = (
    ("social_new", "social_regular", "new_build", "social_rent", "regular", 0, 120_000, 1),
    ("social_topping_up", "social_regular", "topping_up", "social_rent", "regular", 0, 120_000, 1),
    ("mid_new", "mid_rent", "new_build", "mid_rent", "regular", 0, 0, 1),
    ("owner_new", "affordable_owner", "new_build", "affordable_owner", "regular", 0, 0, 1),
    ("market_new", "market", "new_build", "market", "regular", 0, 0, 1),
    ("clustered_new", "clustered", "new_build", "social_rent", "clustered", 7_000, 120_000, 12),
    ("clustered_transformed", "clustered", "transformation", "social_rent", "clustered", 9_000, 110_000, 12),
    ("care_new", "care_suitable", "new_build", "social_rent", "care", 22_000, 120_000, 12),
    ("care_transformed", "care_suitable", "transformation", "social_rent", "care", 25_000, 110_000, 12),
    ("room_new", "room", "splitting_sharing", "outside", "room", 0, 38_000, 1),
    ("caravan_new", "caravan", "new_build", "outside", "caravan", 29_500, 0, 1),
    ("flex_social", "social_regular", "flex", "social_rent", "flex", 2_000, 60_000, 1),
)
# category: dwellings a year per 1,000 inhabitants
_NEEDS = {"regular": 5.2, "clustered": 0.22, "care": 0.15, "room": 0.07, "caravan": 0.05, "flex": 0.1}


def generate(
    municipalities: int,
    seed: int = 1,
    years: int = YEARS,
    regions: int = 1,
    blended: bool = False,
    own_means: bool | None = None,
) -> Scenario:
    """Return a scenario of one region, or of several that share money.

    Parameters
    ----------
    municipalities
        How many.
    seed
        Equal seeds give equal scenarios.
    years
        Length of the horizon.
    regions
        How many regions they form; three make a province.
    blended
        One stage of unmet needs, fair share and earliness together, in place of the default stages.
    own_means
        Whether a quarter of the extra cost is yearly means of each municipality, which lapse; by default
        in one region only.
    """
    rng = random.Random(seed)
    options = [values for values in _OPTIONS if regions == 1 or values[0] not in LEFT_OUT]
    categories = {values[4] for values in options}
    settings = Settings(
        format=1,
        name=f"region {municipalities}",
        language="en",
        first_year=FIRST_YEAR,
        last_year=FIRST_YEAR + years - 1,
        rule_sets=("draft-decree-2024",),
    )
    places = [_municipality(rng, number) for number in range(1, municipalities + 1)]
    rows: list[Row] = [*places]
    for number in range(regions):
        members = places[number * municipalities // regions : (number + 1) * municipalities // regions]
        name = "Region" if regions == 1 else f"Region {number + 1:02d}"
        rows += [] if regions == 1 else _agreement_of(name, members, years)
        people = sum(place.inhabitants or 0 for place in members)
        for place in members:
            rows += _memberships(place, name, len(members), number, regions, municipalities)
            rows += _supply(rng, place, options)
        rows += [
            _need(category, name, people, rate) for category, rate in _NEEDS.items() if category in categories
        ]
    rows += [_option(values) for values in options]
    own = regions == 1 if own_means is None else own_means
    rows += _money(places, sum(place.inhabitants or 0 for place in places), options, own)
    rows += _agreement() if regions == 1 else []
    if blended:
        rows += [
            StageRow(stage=1, measure=measure, weight=weight, close_rel=CLOSE, keep_rel=CLOSE)
            for measure, weight in BLEND.items()
        ]
    tables = {name: sorted_rows(r for r in rows if r.table == name) for name in TABLES}
    return Scenario(settings, MappingProxyType(tables))


def _memberships(
    place: Municipality, region: str, size: int, number: int, regions: int, municipalities: int
) -> list[Row]:
    """Return what a municipality belongs to; several regions make whole provinces and a whole nation."""
    first = number // PROVINCE * PROVINCE
    last = min(regions, first + PROVINCE)
    together = last * municipalities // regions - first * municipalities // regions
    several = regions > 1
    wholes = [
        ("agreement", region, size),
        ("woningbouwregio", region, size),
        ("province", f"P{number // PROVINCE:02d}" if several else "P", together if several else None),
        ("nation", "N", municipalities if several else 342),
    ]
    return [
        Membership(municipality_code=place.code, purpose=purpose, place=where, region_municipalities=count)
        for purpose, where, count in wholes
    ]


def _municipality(rng: random.Random, number: int) -> Municipality:
    inhabitants = rng.choice((12, 16, 20, 25, 28, 32, 38, 45, 60, 90, 150)) * 1000 + rng.randrange(1000)
    dwellings = round(inhabitants / 2.2)
    social = round(dwellings * rng.uniform(0.18, 0.34))
    return Municipality(
        code=f"GM{1000 + number}",
        name=f"Gemeente {number}",
        boundary_year=2023,
        inhabitants=inhabitants,
        dwelling_stock=dwellings,
        social_stock=social,
        vacancies_per_year=round(social * 0.057),
    )


def _option(values: _Option) -> Option:
    option, dwelling_type, route, segment, category, extra, deficit, minimum = values
    return Option(
        option=option,
        dwelling_type=dwelling_type,
        route=route,
        segment=segment,
        need_category=category,
        extra_cost_eur=extra,
        deficit_eur=deficit,
        minimum_project=minimum,
        service_life_years=15 if route == "flex" else None,
    )


def _supply(rng: random.Random, place: Municipality, options: Sequence[_Option]) -> list[Row]:
    assert place.inhabitants is not None
    capacity = round(place.inhabitants * rng.uniform(0.0035, 0.005))
    rows: list[Row] = [
        Capacity(municipality_code=place.code, from_year=FIRST_YEAR, dwellings_per_year=capacity)
    ]
    for option, *_, minimum in options:
        most = max(capacity if minimum == 1 else capacity // 3, 24)
        rows.append(
            Availability(municipality_code=place.code, option=option, from_year=FIRST_YEAR, max_per_year=most)
        )
    return rows


def _need(category: str, region: str, people: int, rate: float) -> Need:
    return Need(
        need_id=category if region == "Region" else f"{category}-{region[-2:]}",
        purpose="agreement",
        place=region,
        need_category=category,
        need_class="regular" if category == "regular" else "special",
        from_year=FIRST_YEAR,
        central=Fraction(round(people * rate / 1000)),
    )


def _money(places: list[Municipality], people: int, options: Sequence[_Option], own_means: bool) -> list[Row]:
    categories = {values[4] for values in options}
    cheapest = {
        category: (
            min(o[5] for o in options if o[4] == category),
            min(o[6] for o in options if o[4] == category),
        )
        for category in categories
    }
    asked = [
        sum(round(people * _NEEDS[category] / 1000) * cheapest[category][kind] for category in categories)
        for kind in (0, 1)
    ]
    asked[1] += round(people * _NEEDS["regular"] / 1000) * 120_000 // 4
    state = Fraction(3, 4) if own_means else Fraction(1)
    rows: list[Row] = [
        Pot(pot_id="state", payer="State", kind="extra_cost", carry_over=True),
        Budget(pot_id="state", from_year=FIRST_YEAR, amount_eur=int(asked[0] * SHORT * state)),
        Pot(pot_id="corporations", payer="Corporations", kind="deficit", carry_over=True),
        Budget(pot_id="corporations", from_year=FIRST_YEAR, amount_eur=int(asked[1] * SHORT)),
    ]
    for place in places if own_means else ():
        assert place.inhabitants is not None
        own = int(asked[0] * SHORT * Fraction(place.inhabitants, people) / 4)
        pot = f"own-{place.code}"
        rows.append(
            Pot(pot_id=pot, payer=place.name, kind="extra_cost", purpose="municipality", place=place.code)
        )
        rows.append(Budget(pot_id=pot, from_year=FIRST_YEAR, amount_eur=own))
    return rows


def _agreement() -> list[Row]:
    return [
        Key(
            key_id="population",
            basis="inhabitants",
            start_basis="vacancies_per_year",
            path_first_year=PATH[0],
            path_last_year=PATH[1],
        ),
        *_fair_share("fair-share", "Region", "population"),
    ]


def _agreement_of(region: str, places: list[Municipality], years: int) -> list[Row]:
    """Return the agreement of one of several regions; its key has the shares of that region only."""
    number = region[-2:]
    rows: list[Row] = [Key(key_id=f"population-{number}", basis="shares")]
    for year in range(FIRST_YEAR, FIRST_YEAR + years):
        done = min(Fraction(1), Fraction(year - PATH[0], PATH[1] - PATH[0]))
        starts, ends = (
            [Fraction(getattr(place, basis), sum(getattr(one, basis) for one in places)) for place in places]
            for basis in ("vacancies_per_year", "inhabitants")
        )
        for place, start, end in zip(places, starts, ends, strict=True):
            rows.append(
                KeyShare(
                    key_id=f"population-{number}",
                    municipality_code=place.code,
                    year=year,
                    share=(1 - done) * start + done * end,
                )
            )
    return rows + _fair_share(f"fair-share-{number}", region, f"population-{number}")


def _fair_share(rule: str, place: str, key: str) -> list[Row]:
    return [
        Rule(rule_id=rule, family="fair_share", purpose="agreement", place=place),
        RuleParameter(rule_id=rule, parameter="key", value=key),
        RuleParameter(
            rule_id=rule, parameter="options", value="clustered_new|clustered_transformed|flex_social"
        ),
    ]
