"""IJmond and Zuid-Kennemerland: at most 178 dwellings a year for outflow, by households, then by stock.

By hand. The seven municipalities have 178,000 households, so each houses one a year per 1,000 of them:
Haarlem 79, Velsen 31, Beverwijk 19, Heemskerk 18, Heemstede 12, Bloemendaal 10, Zandvoort 9. Over ten
years that is 1,780. 200 ask each year, so 220 wait in the end. Corporations divide it by stock: of
the 79 in Haarlem half, or 39 or 40, falls to the one with half of the dwellings.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from thuisplan.inputs.columns import Row
from thuisplan.inputs.examples.catalogue import sourced, tables_of
from thuisplan.inputs.examples.regions import (
    Town,
    assumed,
    exact_stages,
    flow,
    places,
    regular_programme,
    rule,
    settings,
    turnover,
)
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Corporation, Group, Key, Suitability

REGION = "IJmond en Zuid-Kennemerland"
FIRST_YEAR, LAST_YEAR = 2025, 2034
MOST_PER_YEAR = 178
OUTFLOW = {"sheltered_living": 120, "homeless": 80}
"""Group -> households a year."""

TOWNS: Mapping[str, Town] = MappingProxyType(
    {
        "GM0375": Town(name="Beverwijk", households=19_000, social=6_000, vacancies=300),
        "GM0377": Town(name="Bloemendaal", households=10_000, social=1_600, vacancies=80),
        "GM0392": Town(name="Haarlem", households=79_000, social=24_000, vacancies=1_200),
        "GM0396": Town(name="Heemskerk", households=18_000, social=6_000, vacancies=300),
        "GM0397": Town(name="Heemstede", households=12_000, social=2_000, vacancies=100),
        "GM0453": Town(name="Velsen", households=31_000, social=11_000, vacancies=550),
        "GM0473": Town(name="Zandvoort", households=9_000, social=2_800, vacancies=140),
    }
)
"""Code -> municipality."""

STOCK: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "GM0375": (4_000, 2_000),
        "GM0377": (1_600,),
        "GM0392": (12_000, 8_000, 4_000),
        "GM0396": (6_000,),
        "GM0397": (1_500, 500),
        "GM0453": (7_000, 4_000),
        "GM0473": (2_800,),
    }
)
"""Code -> social dwellings per corporation; they sum to the stock of the municipality."""


def ijmond(language: str) -> Scenario:
    """Return the example.

    Parameters
    ----------
    language
        Language of names and sources, ``"nl"`` or ``"en"``.
    """
    pact = sourced(
        language,
        "Pact IJmond en Zuid-Kennemerland: ten hoogste 178 woningen per jaar, tien jaar lang, verdeeld naar "
        "huishoudens en daarna naar het bezit van de corporaties; huur eerst voor twee jaar, met "
        "begeleiding, daarna voor onbepaalde tijd",
        "Pact IJmond and Zuid-Kennemerland: at most 178 dwellings a year for ten years, divided by "
        "households and then by the stock of the corporations; a lease of two years with guidance first, "
        "then indefinite",
    )
    outflow = assumed(
        language,
        "meer dan het Pact ruimte geeft, zodat te zien is wie wacht",
        "more than the Pact makes room for, to show who waits",
    )
    rows: list[Row] = [
        *places(TOWNS, REGION, language),
        *exact_stages(),
        *regular_programme(TOWNS, REGION, FIRST_YEAR, language),
        turnover(FIRST_YEAR, language),
    ]
    for group, households in OUTFLOW.items():
        rows += [
            Group(group=group, roles=("programme", "statutory"), status="bill", source=outflow),
            # After two years the lease becomes indefinite: whoever is housed stays.
            Suitability(group=group, dwelling_type="social_regular", source=pact),
            flow(f"outflow_{group}", group, REGION, households, FIRST_YEAR, outflow),
        ]
    rows += [
        Corporation(
            municipality_code=code,
            corporation=f"{sourced(language, 'Corporatie', 'Corporation')} {letter}",
            social_dwellings=dwellings,
            source=assumed(language),
        )
        for code, stock in STOCK.items()
        for letter, dwellings in zip("ABC", stock, strict=False)
    ]
    rows += [
        Key(key_id="households", basis="households", source=pact),
        *rule(
            "outflow-178",
            "vacancy_share",
            "hard",
            pact,
            form="cap",
            dwellings=str(MOST_PER_YEAR),
        ),
        *rule(
            "fair-share-households",
            "fair_share",
            "hard",
            pact,
            key="households",
            basis="delivered",
            dead_band_dwellings="0",
            checkpoint_every="1",
        ),
    ]
    name = ("IJmond en Zuid-Kennemerland (voorbeeld)", "IJmond and Zuid-Kennemerland (example)")
    return Scenario(settings(name, language, FIRST_YEAR, LAST_YEAR), tables_of(rows))
