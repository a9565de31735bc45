"""No agreement: 15 % by law in each municipality of the Stedendriehoek, permit holders left out.

By hand. Vacancies are rounded to twenties, so that 15 % is whole: 177 in Apeldoorn, 126 in Deventer, 66 in
Zutphen, 27 in Epe, Lochem 27, Brummen 21, Voorst 18, Heerde 12, Hattem 9; together 483 of 3,220. 1,170 ask
each year, so 687 more wait each year, 3,435 after five. The 348 dwellings for permit holders come beside
it: 831 of 3,220 or 25.8 % in all. The agreement of the region, 30 % with permit holders, gives 966; less
348 that is 618 for urgent seekers, 135 a year more than the law.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from thuisplan.inputs.columns import Row
from thuisplan.inputs.examples.catalogue import rounded, sourced, tables_of
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
    turnover,
    urgent_group,
)
from thuisplan.inputs.examples.stedendriehoek_lettings import (
    PERMIT_DWELLINGS,
    PERSONS,
    URGENT_PER_YEAR,
)
from thuisplan.inputs.examples.stedendriehoek_places import PLACES, REGION
from thuisplan.inputs.scenario import Scenario

FIRST_YEAR, LAST_YEAR = 2028, 2032
WHOLE = 20
"""15 % of a multiple of twenty is whole."""

TOWNS: Mapping[str, Town] = MappingProxyType(
    {
        code: Town(
            name=place.name,
            inhabitants=place.inhabitants,
            social=place.social_stock,
            vacancies=WHOLE * rounded(Fraction(place.vacancies, WHOLE)),
        )
        for code, place in PLACES.items()
    }
)
"""Code -> municipality, vacancies rounded to twenties."""


def legal_fallback(language: str) -> Scenario:
    """Return the example.

    Parameters
    ----------
    language
        Language of names and sources, ``"nl"`` or ``"en"``.
    """
    asked = sourced(
        language,
        "Regionaal kader Stedendriehoek 2026: 1.170 urgente woningzoekenden per jaar",
        "Regional framework Stedendriehoek 2026: 1,170 urgent seekers a year",
    )
    task = sourced(
        language,
        "Regionaal kader Stedendriehoek 2026: 348 woningen per jaar; verdeling naar inwoners is een aanname",
        "Regional framework Stedendriehoek 2026: 348 dwellings a year; divided by inhabitants (assumption)",
    )
    rows: list[Row] = [
        *places(TOWNS, REGION, language),
        *exact_stages(),
        *regular_programme(TOWNS, REGION, FIRST_YEAR, language),
        *urgent_group(language),
        *permit_group(language, PERSONS),
        *permit_tasks(PERMIT_DWELLINGS, PERSONS, range(FIRST_YEAR, LAST_YEAR + 1), task),
        turnover(FIRST_YEAR, language),
        flow("urgent_seekers", URGENT, REGION, URGENT_PER_YEAR, FIRST_YEAR, asked),
        *rule(
            "no-more-than-the-law",
            "vacancy_share",
            "hard",
            assumed(
                language,
                "de wet vraagt ten minste 15 %; dat een gemeente zonder afspraak niet meer doet is een "
                "keuze. Zet de sterkte op alleen volgen om te zien wat meer zou doen",
                "the law asks at least 15 %; that a municipality without agreement does no more is a choice. "
                "Set the strength to monitor to see what more would do",
            ),
            purpose="municipality",
            status="assumption",
            form="cap",
            share="3/20",
            permit_holders="no",
        ),
    ]
    name = ("Zonder afspraak: 15 % volgens de wet (voorbeeld)", "No agreement: 15 % by law (example)")
    return Scenario(
        settings(name, language, FIRST_YEAR, LAST_YEAR, "legal-fallback"),
        tables_of(rows),
    )
