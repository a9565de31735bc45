"""Regions and provinces made from a seed: 10 years, 12 options, money short by 30 %.

Four of the options have a minimum project size. The municipalities get round figures
around the sizes of Dutch municipalities; nothing is taken from real ones.
"""

from __future__ import annotations

import random
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
    Membership,
    Municipality,
    Need,
    Option,
    Pot,
    Rule,
    RuleParameter,
)

FIRST_YEAR, YEARS = 2026, 10
SHORT = Fraction(7, 10)
"""Money is this part of what all needs ask for."""

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


def generate(municipalities: int, seed: int = 1, years: int = YEARS) -> Scenario:
    """Return a scenario of one region.

    Parameters
    ----------
    municipalities
        How many.
    seed
        Equal seeds give equal scenarios.
    years
        Length of the horizon.
    """
    rng = random.Random(seed)
    settings = Settings(
        format=1,
        name=f"region {municipalities}",
        language="en",
        first_year=FIRST_YEAR,
        last_year=FIRST_YEAR + years - 1,
        rule_sets=("draft-decree-2024",),
    )
    places = [_municipality(rng, number) for number in range(1, municipalities + 1)]
    people = sum(place.inhabitants or 0 for place in places)
    rows: list[Row] = [*places]
    for place in places:
        for purpose, size in (("agreement", municipalities), ("woningbouwregio", municipalities)):
            rows.append(
                Membership(
                    municipality_code=place.code, purpose=purpose, place="Region", region_municipalities=size
                )
            )
        rows.append(
            Membership(
                municipality_code=place.code, purpose="province", place="P", region_municipalities=None
            )
        )
        rows.append(
            Membership(municipality_code=place.code, purpose="nation", place="N", region_municipalities=342)
        )
        rows += _supply(rng, place)
    rows += [_option(values) for values in _OPTIONS]
    rows += [_need(category, people, rate) for category, rate in _NEEDS.items()]
    rows += _money(places, people)
    rows += _agreement()
    tables = {name: sorted_rows(r for r in rows if r.table == name) for name in TABLES}
    return Scenario(settings, MappingProxyType(tables))


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


def _option(values: tuple[str, str, str, str, str, int, int, int]) -> Option:
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


def _supply(rng: random.Random, place: Municipality) -> list[Row]:
    assert place.inhabitants is not None
    capacity = round(place.inhabitants * rng.uniform(0.0035, 0.005))
    rows: list[Row] = [
        Capacity(municipality_code=place.code, from_year=FIRST_YEAR, dwellings_per_year=capacity)
    ]
    for option, *_, minimum in _OPTIONS:
        most = max(capacity if minimum == 1 else capacity // 3, 24)
        rows.append(
            Availability(municipality_code=place.code, option=option, from_year=FIRST_YEAR, max_per_year=most)
        )
    return rows


def _need(category: str, people: int, rate: float) -> Need:
    return Need(
        need_id=category,
        purpose="agreement",
        place="Region",
        need_category=category,
        need_class="regular" if category == "regular" else "special",
        from_year=FIRST_YEAR,
        central=Fraction(round(people * rate / 1000)),
    )


def _money(places: list[Municipality], people: int) -> list[Row]:
    cheapest = {
        category: (
            min(o[5] for o in _OPTIONS if o[4] == category),
            min(o[6] for o in _OPTIONS if o[4] == category),
        )
        for category in _NEEDS
    }
    asked = [
        sum(round(people * rate / 1000) * cheapest[category][kind] for category, rate in _NEEDS.items())
        for kind in (0, 1)
    ]
    asked[1] += round(people * _NEEDS["regular"] / 1000) * 120_000 // 4
    rows: list[Row] = [
        Pot(pot_id="state", payer="State", kind="extra_cost", carry_over=True),
        Budget(pot_id="state", from_year=FIRST_YEAR, amount_eur=int(asked[0] * SHORT * Fraction(3, 4))),
        Pot(pot_id="corporations", payer="Corporations", kind="deficit", carry_over=True),
        Budget(pot_id="corporations", from_year=FIRST_YEAR, amount_eur=int(asked[1] * SHORT)),
    ]
    for place in places:
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
            path_first_year=2025,
            path_last_year=2035,
        ),
        Rule(rule_id="fair-share", family="fair_share", purpose="agreement", place="Region"),
        RuleParameter(rule_id="fair-share", parameter="key", value="population"),
        RuleParameter(
            rule_id="fair-share", parameter="options", value="clustered_new|clustered_transformed|flex_social"
        ),
    ]
