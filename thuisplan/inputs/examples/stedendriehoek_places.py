"""The nine municipalities of the example, their figures and the regions they lie in.

Only the inhabitants are counted figures. Everything else is assumed and rounded on
purpose, so that nobody takes it for statistics.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from thuisplan.inputs.apportion import largest_remainder
from thuisplan.inputs.examples.catalogue import NATION_MUNICIPALITIES, TURNOVER, rounded, sourced
from thuisplan.inputs.tables import Membership, Municipality

REGION = "Stedendriehoek"
GELDERLAND = "Gelderland"
OVERIJSSEL = "Overijssel"

APELDOORN, BRUMMEN, DEVENTER, EPE = "GM0200", "GM0213", "GM0150", "GM0232"
HATTEM, HEERDE, LOCHEM, VOORST, ZUTPHEN = "GM0244", "GM0246", "GM0262", "GM0285", "GM0301"


@dataclass(frozen=True, slots=True)
class Place:
    """What the example takes a municipality to be.

    Parameters
    ----------
    name
        Name of the municipality.
    inhabitants
        1 January 2023, counted.
    dwellings
        Dwelling stock, assumed.
    social_pct
        Social rental dwellings as a percentage of the stock, assumed.
    capacity
        Dwellings that can be completed a year, assumed.
    capacity_from_2029
        The same once the electricity grid allows more; None where it stays.
    """

    name: str
    inhabitants: int
    dwellings: int
    social_pct: int
    capacity: int
    capacity_from_2029: int | None = None

    @property
    def social_stock(self) -> int:
        """Social rental dwellings."""
        return rounded(Fraction(self.dwellings * self.social_pct, 100))

    @property
    def vacancies(self) -> int:
        """Social dwellings vacated a year, at the same turnover everywhere."""
        return rounded(self.social_stock * TURNOVER)

    def capacity_in(self, year: int) -> int:
        """Return the dwellings that can be completed in a year."""
        if self.capacity_from_2029 is not None and year >= 2029:
            return self.capacity_from_2029
        return self.capacity


PLACES: Mapping[str, Place] = MappingProxyType(
    {
        APELDOORN: Place("Apeldoorn", 167_191, 74_000, 28, 680),
        BRUMMEN: Place("Brummen", 21_105, 9_500, 25, 85),
        DEVENTER: Place("Deventer", 102_781, 47_000, 31, 585),
        EPE: Place("Epe", 33_283, 15_000, 21, 135),
        HATTEM: Place("Hattem", 12_563, 5_500, 22, 50),
        HEERDE: Place("Heerde", 19_214, 8_000, 19, 40, 80),
        LOCHEM: Place("Lochem", 34_314, 15_500, 20, 140),
        VOORST: Place("Voorst", 25_215, 11_000, 19, 105),
        ZUTPHEN: Place("Zutphen", 48_510, 23_000, 33, 195),
    }
)
"""Code -> figures of the municipality."""

HOUSED_TODAY = 795
"""Lettings to urgent seekers in 2024, in the whole region."""

LETTINGS_TODAY: Mapping[str, int] = MappingProxyType(
    largest_remainder(HOUSED_TODAY, {code: place.vacancies for code, place in PLACES.items()})
)
"""Code -> lettings to urgent seekers in 2024."""

INHABITANTS_PER_SEEKER = 10

INHABITANTS: Mapping[str, int] = MappingProxyType({code: p.inhabitants for code, p in PLACES.items()})
REGION_INHABITANTS = sum(INHABITANTS.values())


def municipalities(language: str) -> list[Municipality]:
    """Return the nine municipalities."""
    source = sourced(
        language,
        "Inwoners: CBS, 1 januari 2023. Woningen, sociale huur en vrijkomende woningen (5,71 % van de "
        "sociale huur), ingeschrevenen (een op de tien inwoners): aanname voor het voorbeeld, afgerond. "
        "Toewijzingen nu: 795 in 2024 volgens het regionaal kader, verdeeld naar vrijkomende woningen",
        "Inhabitants: CBS, 1 January 2023. Dwellings, social rent, vacancies (5.71 % of social rent), "
        "registered seekers (one in ten inhabitants): assumption made for the example, rounded. Lettings "
        "today: 795 in 2024 by the regional framework, divided by vacancies",
    )
    return [
        Municipality(
            code=code,
            name=place.name,
            boundary_year=2023,
            inhabitants=place.inhabitants,
            dwelling_stock=place.dwellings,
            social_stock=place.social_stock,
            vacancies_per_year=place.vacancies,
            urgent_lettings_today=LETTINGS_TODAY[code],
            registered_seekers=100 * rounded(Fraction(place.inhabitants, 100 * INHABITANTS_PER_SEEKER)),
            reference_year=2023,
            source=source,
        )
        for code, place in PLACES.items()
    ]


def memberships(language: str) -> list[Membership]:
    """Return the regions: agreement, province, building region and nation do not nest."""
    return [row for code in PLACES for row in _memberships_of(code, language)]


def _memberships_of(code: str, language: str) -> list[Membership]:
    agreement = sourced(
        language,
        "Regionaal kader Stedendriehoek 2026: acht gemeenten en Hattem",
        "Regional framework Stedendriehoek 2026: eight municipalities and Hattem",
    )
    official = sourced(language, "CBS, gebiedsindeling 2023", "CBS, areas of 2023")
    elsewhere = sourced(
        language,
        "Ligt in een andere woningbouwregio; hoeveel gemeenten die telt, is niet ingevuld. "
        "Controleer de indeling",
        "Lies in another building region; how many municipalities it has is not filled in. Check the region",
    )
    building = {
        DEVENTER: ("West-Overijssel", None, elsewhere),
        HATTEM: ("Noord-Veluwe", None, elsewhere),
    }.get(
        code,
        (
            REGION,
            7,
            sourced(
                language,
                "Aanname voor het voorbeeld: de zeven overige gemeenten; controleer de indeling",
                "Assumption made for the example: the seven other municipalities; check the region",
            ),
        ),
    )
    province = (OVERIJSSEL, 25, official) if code == DEVENTER else (GELDERLAND, 51, official)
    regions = {
        "agreement": (REGION, len(PLACES), agreement),
        "province": province,
        "woningbouwregio": building,
        "nation": ("Nederland", NATION_MUNICIPALITIES, official),
    }
    return [
        Membership(
            municipality_code=code,
            purpose=purpose,
            place=place,
            region_municipalities=size,
            source=source,
        )
        for purpose, (place, size, source) in regions.items()
    ]
