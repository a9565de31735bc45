"""What can be built in the example, where and when: assumptions, stated as arithmetic."""

from __future__ import annotations

from fractions import Fraction

from thuisplan.inputs.columns import Row
from thuisplan.inputs.examples.catalogue import ASSUMED, FIRST_YEAR, LAST_YEAR, PROJECT, rounded, sourced
from thuisplan.inputs.examples.stedendriehoek_places import (
    APELDOORN,
    DEVENTER,
    EPE,
    HATTEM,
    HEERDE,
    PLACES,
    ZUTPHEN,
    Place,
)
from thuisplan.inputs.tables import Availability, Capacity, Commitment, Exclusion, Plan

OF_CAPACITY = {
    "social_new": Fraction(6, 10),
    "social_transformation": Fraction(1, 10),
    "social_topping_up": Fraction(1, 20),
    "mid_rent_new": Fraction(4, 10),
    "affordable_owner_new": Fraction(5, 10),
    "market_new": Fraction(5, 10),
}
"""Option -> largest part of a municipality's yearly capacity that one option can take."""

MOST_PER_YEAR = {
    "clustered_new": {"*": 2 * PROJECT, APELDOORN: 5 * PROJECT, DEVENTER: 5 * PROJECT},
    # Only the larger places have buildings of the size of a project.
    "clustered_transformation": {APELDOORN: 3 * PROJECT, DEVENTER: 3 * PROJECT, ZUTPHEN: 2 * PROJECT},
    "clustered_mid": {APELDOORN: PROJECT, DEVENTER: PROJECT, ZUTPHEN: PROJECT},
    "care_new": {"*": 18, APELDOORN: 3 * PROJECT, DEVENTER: 3 * PROJECT, ZUTPHEN: 2 * PROJECT},
    "care_transformation": {APELDOORN: 2 * PROJECT, DEVENTER: 2 * PROJECT, ZUTPHEN: 2 * PROJECT},
    "care_adaptation": {"*": 80},
    # Rooms only where there is vocational or higher education.
    "room_new": {DEVENTER: 48, APELDOORN: 24, ZUTPHEN: PROJECT},
    "caravan_new": {"*": 4, APELDOORN: 10, DEVENTER: 10},
    "informal_care_unit": {"*": 45},
    "urgent_flex": {APELDOORN: 40, DEVENTER: 40, EPE: 20, ZUTPHEN: 20},
}
"""Option -> municipality (``*``: all others) -> most a year."""

FLEX_PLANS = {APELDOORN: 160, DEVENTER: 120, ZUTPHEN: 80, EPE: 40}
"""Planned flex dwellings: 400, of which 42.5 % or 170 come about."""

HARD_PART = (
    (FIRST_YEAR, 2027, Fraction(9, 10)),
    (2028, 2030, Fraction(6, 10)),
    (2031, LAST_YEAR, Fraction(2, 10)),
)
"""First year, last year, part of the capacity that is in hard plans."""

COMMITTED = {
    (APELDOORN, 2026): {
        "social_new": 100,
        "mid_rent_new": 60,
        "affordable_owner_new": 90,
        "market_new": 80,
    },
    (APELDOORN, 2027): {
        "social_new": 80,
        "clustered_new": 24,
        "mid_rent_new": 40,
        "affordable_owner_new": 60,
    },
    (DEVENTER, 2026): {
        "social_new": 90,
        "mid_rent_new": 50,
        "affordable_owner_new": 70,
        "market_new": 70,
    },
    (DEVENTER, 2027): {
        "social_new": 60,
        "care_new": 24,
        "mid_rent_new": 40,
        "affordable_owner_new": 50,
    },
    (ZUTPHEN, 2026): {
        "social_new": 30,
        "mid_rent_new": 20,
        "affordable_owner_new": 20,
        "market_new": 20,
    },
}
"""Municipality and year -> what is under contract; leaves room for every share that is asked."""


def supply(language: str) -> list[Row]:
    """Return availability, capacity, plans, commitments and exclusions."""
    return [
        *_availability(language),
        *_capacity(language),
        *(plan for code, place in PLACES.items() for plan in _plans(code, place, language)),
        *_flex_plans(language),
        *_commitments(language),
        *_exclusions(language),
    ]


def _availability(language: str) -> list[Row]:
    part = sourced(
        language,
        f"{ASSUMED.nl}: een vast deel van de jaarcapaciteit",
        f"{ASSUMED.en}: a fixed part of the yearly capacity",
    )
    rows: list[Row] = [
        Availability(
            municipality_code=code,
            option=option,
            from_year=FIRST_YEAR,
            # The largest capacity of the period: in leaner years the capacity itself decides.
            max_per_year=rounded(share * place.capacity_in(LAST_YEAR)),
            source=part,
        )
        for option, share in OF_CAPACITY.items()
        for code, place in PLACES.items()
    ]
    return rows + [
        Availability(
            municipality_code=code,
            option=option,
            from_year=FIRST_YEAR,
            max_per_year=most,
            source=ASSUMED.text(language),
        )
        for option, per_place in MOST_PER_YEAR.items()
        for code, most in per_place.items()
    ]


def _capacity(language: str) -> list[Row]:
    grid = sourced(
        language,
        f"{ASSUMED.nl}: netcongestie tot en met 2028",
        f"{ASSUMED.en}: congested electricity grid to 2028",
    )
    rows: list[Row] = []
    for code, place in PLACES.items():
        later = place.capacity_from_2029
        rows.append(
            Capacity(
                municipality_code=code,
                route=None,
                from_year=FIRST_YEAR,
                to_year=None if later is None else 2028,
                dwellings_per_year=place.capacity,
                source=ASSUMED.text(language) if later is None else grid,
            )
        )
        if later is not None:
            rows.append(
                Capacity(
                    municipality_code=code,
                    route=None,
                    from_year=2029,
                    dwellings_per_year=later,
                    source=grid,
                )
            )
    return rows


def _plans(code: str, place: Place, language: str) -> list[Row]:
    """Return the new-build plans: hard for a falling part of the capacity, soft for what remains."""
    hard_source = sourced(
        language,
        f"{ASSUMED.nl}: hard is 90 % van de capaciteit in 2026-2027, 60 % tot en met 2030, daarna 20 %",
        f"{ASSUMED.en}: hard is 90 % of the capacity in 2026-2027, 60 % to 2030, 20 % after",
    )
    soft_source = sourced(
        language,
        f"{ASSUMED.nl}: wat van de capaciteit niet hard is; uitval onbekend",
        f"{ASSUMED.en}: the capacity that is not in hard plans; attrition unknown",
    )
    names = {
        "hard": (sourced(language, "harde plannen", "hard plans"), hard_source),
        "soft": (sourced(language, "zachte plannen", "soft plans"), soft_source),
    }
    rows: list[Row] = []
    for first, last, hard_part in _plan_periods(place):
        capacity = sum(place.capacity_in(year) for year in range(first, last + 1))
        hard = rounded(capacity * hard_part)
        for status, dwellings in (("hard", hard), ("soft", capacity - hard)):
            name, source = names[status]
            rows.append(
                Plan(
                    project=f"{place.name}, {name} {first}-{last}",
                    municipality_code=code,
                    status=status,
                    route="new_build",
                    from_year=first,
                    to_year=last,
                    dwellings=dwellings,
                    source=source,
                )
            )
    return rows


def _plan_periods(place: Place) -> list[tuple[int, int, Fraction]]:
    """Return the periods of ``HARD_PART``, cut where the capacity changes: plans spread evenly."""
    if place.capacity_from_2029 is None:
        return list(HARD_PART)
    parts: list[tuple[int, int, Fraction]] = []
    for first, last, hard in HARD_PART:
        years = [(first, 2028), (2029, last)] if first <= 2028 < last else [(first, last)]
        parts += [(start, end, hard) for start, end in years]
    return parts


def _flex_plans(language: str) -> list[Row]:
    source = sourced(
        language,
        f"{ASSUMED.nl}; welk deel er komt staat in de tabel planuitval",
        f"{ASSUMED.en}; the table realisation tells which part comes about",
    )
    name = sourced(language, "flexwoningen 2027-2030", "flex dwellings 2027-2030")
    return [
        Plan(
            project=f"{PLACES[code].name}, {name}",
            municipality_code=code,
            status="hard",
            route="flex",
            from_year=2027,
            to_year=2030,
            dwellings=dwellings,
            source=source,
        )
        for code, dwellings in FLEX_PLANS.items()
    ]


def _commitments(language: str) -> list[Row]:
    source = sourced(
        language,
        f"{ASSUMED.nl}: deel van de harde plannen",
        f"{ASSUMED.en}: part of the hard plans",
    )
    return [
        Commitment(municipality_code=code, option=option, year=year, dwellings=dwellings, source=source)
        for (code, year), mix in COMMITTED.items()
        for option, dwellings in mix.items()
    ]


def _exclusions(language: str) -> list[Row]:
    return [
        Exclusion(
            municipality_code=HEERDE,
            option="care_new",
            from_year=FIRST_YEAR,
            to_year=2028,
            source=sourced(
                language,
                f"{ASSUMED.nl}: tot en met 2028 geen netaansluiting voor een zorgcomplex",
                f"{ASSUMED.en}: no grid connection for a care building to 2028",
            ),
        ),
        Exclusion(
            municipality_code=HATTEM,
            option="care_new",
            from_year=FIRST_YEAR,
            source=sourced(
                language,
                f"{ASSUMED.nl}: geen locatie voor een zorgcomplex",
                f"{ASSUMED.en}: no site for a care building",
            ),
        ),
    ]
