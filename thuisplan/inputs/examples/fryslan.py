"""Fryslân: at most 30 % with permit holders among the urgent, housed where it fits, settled afterwards.

By hand. 2,400 social dwellings are vacated a year; 30 % is 720: 600 urgent seekers and 120 dwellings for
permit holders. All are housed where they come from. By inhabitants the 600 would be Leeuwarden 180,
Súdwest-Fryslân 130, Smallingerland 80 and 70 in each other; they come as 300, 90, 90, 60, 30, 30. Over five
years Leeuwarden houses 600 more than its share and Smallingerland 50; Heerenveen 50 fewer and the other
three 200 fewer each. At 5,000 euros Leeuwarden receives 3,000,000.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from thuisplan.inputs.columns import Row
from thuisplan.inputs.examples.catalogue import sourced, tables_of
from thuisplan.inputs.examples.regions import (
    URGENT,
    Town,
    assumed,
    exact_stages,
    flow,
    permit_group,
    permit_tasks,
    places,
    regular_programme,
    rule,
    settings,
    slug,
    turnover,
    urgent_group,
)
from thuisplan.inputs.rule_sets import KEY
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Key, Tariff

REGION = "Fryslân"
FIRST_YEAR, LAST_YEAR = 2026, 2030
PERSONS = 2
EUR_PER_DWELLING = 5_000

TOWNS: Mapping[str, Town] = MappingProxyType(
    {
        "GM0074": Town(name="Heerenveen", inhabitants=49_000, social=6_000, vacancies=300),
        "GM0080": Town(name="Leeuwarden", inhabitants=126_000, social=18_000, vacancies=900),
        "GM0090": Town(name="Smallingerland", inhabitants=56_000, social=7_000, vacancies=350),
        "GM1900": Town(name="Súdwest-Fryslân", inhabitants=91_000, social=9_000, vacancies=450),
        "GM1940": Town(name="De Fryske Marren", inhabitants=49_000, social=4_000, vacancies=200),
        "GM1949": Town(name="Waadhoeke", inhabitants=49_000, social=4_000, vacancies=200),
    }
)
"""Code -> municipality: six of the province."""

URGENT_FROM: Mapping[str, int] = MappingProxyType(
    {"GM0074": 60, "GM0080": 300, "GM0090": 90, "GM1900": 90, "GM1940": 30, "GM1949": 30}
)
"""Code -> urgent households a year that fit best there: where the institutions are."""

PERMIT_DWELLINGS: Mapping[str, int] = MappingProxyType(
    {"GM0074": 14, "GM0080": 36, "GM0090": 16, "GM1900": 26, "GM1940": 14, "GM1949": 14}
)
"""Code -> dwellings a year for permit holders: 120 by inhabitants."""


def fryslan(language: str) -> Scenario:
    """Return the example.

    Parameters
    ----------
    language
        Language of names and sources, ``"nl"`` or ``"en"``.
    """
    ordinance = sourced(
        language,
        "Fryslân, ontwerp van een gelijke verordening, volgens Platform31, februari 2025: ten hoogste 30 % "
        "van de sociale huur voor urgenten; vergunninghouders worden ook urgent",
        "Fryslân, draft of one ordinance, by Platform31, February 2025: at most 30 % of social rent for "
        "urgent seekers; permit holders become urgent too",
    )
    afterwards = sourced(
        language,
        "Fryslân, volgens Platform31, februari 2025: de best passende plek, met verantwoording en "
        "verrekening achteraf. Aanname: de maat daarvoor is het aantal inwoners",
        "Fryslân, by Platform31, February 2025: the most fitting place, with accounting and compensation "
        "afterwards. Assumption: measured by inhabitants",
    )
    fitting = assumed(
        language,
        "zij worden gehuisvest waar zij vandaan komen, de best passende plek",
        "they are housed where they come from, the most fitting place",
    )
    task = assumed(language, "120 woningen per jaar naar inwoners", "120 dwellings a year by inhabitants")
    rows: list[Row] = [
        *places(TOWNS, REGION, language),
        *exact_stages(),
        *regular_programme(TOWNS, REGION, FIRST_YEAR, language),
        *urgent_group(language),
        *permit_group(language, PERSONS),
        *permit_tasks(PERMIT_DWELLINGS, PERSONS, range(FIRST_YEAR, LAST_YEAR + 1), task),
        turnover(FIRST_YEAR, language),
        *(
            flow(
                f"urgent_{slug(TOWNS[code].name)}",
                URGENT,
                code,
                households,
                FIRST_YEAR,
                fitting,
                purpose="municipality",
            )
            for code, households in URGENT_FROM.items()
        ),
        Key(key_id=KEY, basis="inhabitants", source=afterwards),
        *rule(
            "at-most-30",
            "vacancy_share",
            "hard",
            ordinance,
            status="draft",
            date="2025-02",
            form="cap",
            share="3/10",
            base="vacated",
            permit_holders="yes",
        ),
        *rule(
            "settled-afterwards",
            "fair_share",
            "monitor",
            afterwards,
            status="draft",
            date="2025-02",
            key=KEY,
            basis="delivered",
        ),
        Tariff(
            rule_id="settled-afterwards",
            eur_per_dwelling=EUR_PER_DWELLING,
            source=assumed(
                language, "geen bron noemt een bedrag; vul het eigen in", "no source names one; fill in yours"
            ),
        ),
    ]
    name = ("Fryslân (voorbeeld)", "Fryslân (example)")
    made = settings(name, language, FIRST_YEAR, LAST_YEAR, permit_holder_priority=True)
    return Scenario(made, tables_of(rows))
