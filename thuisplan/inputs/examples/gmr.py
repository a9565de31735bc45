"""Groene Metropoolregio Arnhem-Nijmegen: 25 % urgent and 75 % regular, by inhabitants, a path to 2026.

By hand. The social stock of 90,000 vacates 5 %, which is 4,500 a year; 945 or 21 % of them go to urgent
seekers in 2024. The path: 21 % in 2024, 23 % in 2025, 25 % from 2026, hence 1,035 and then 1,125 lettings
a year, 6,660 in six years. 1,300 ask each year, 7,800 in all, so 1,140 wait at the end of 2030, and 3,375
vacated dwellings a year stay for regular seekers.
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
    places,
    regular_programme,
    rule,
    settings,
    turnover,
    urgent_group,
)
from thuisplan.inputs.rule_sets import KEY
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Key, RuleParameter

REGION = "Groene Metropoolregio"
FIRST_YEAR, LAST_YEAR = 2025, 2030
URGENT_PER_YEAR = 1_300

TOWNS: Mapping[str, Town] = MappingProxyType(
    {
        "GM0202": Town(name="Arnhem", inhabitants=165_000, social=34_000, vacancies=1_700, urgent_today=357),
        "GM0268": Town(
            name="Nijmegen", inhabitants=180_000, social=36_000, vacancies=1_800, urgent_today=378
        ),
        "GM0296": Town(name="Wijchen", inhabitants=42_000, social=4_800, vacancies=240, urgent_today=50),
        "GM0299": Town(name="Zevenaar", inhabitants=45_000, social=5_400, vacancies=270, urgent_today=57),
        "GM1705": Town(name="Lingewaard", inhabitants=47_000, social=4_800, vacancies=240, urgent_today=50),
        "GM1734": Town(name="Overbetuwe", inhabitants=49_000, social=5_000, vacancies=250, urgent_today=53),
    }
)
"""Code -> municipality: six of the region, rounded."""


def gmr(language: str) -> Scenario:
    """Return the example.

    Parameters
    ----------
    language
        Language of names and sources, ``"nl"`` or ``"en"``.
    """
    agreed = sourced(
        language,
        "Groene Metropoolregio, najaar 2024: naar inwoners, ingroei tot eind 2026. Aanname: het pad begint "
        "bij de vrijkomende woningen",
        "Groene Metropoolregio, autumn 2024: by inhabitants, path to the end of 2026. Assumption: the path "
        "starts from vacancies",
    )
    rows: list[Row] = [
        *places(TOWNS, REGION, language),
        *exact_stages(),
        *regular_programme(TOWNS, REGION, FIRST_YEAR, language),
        *urgent_group(language),
        turnover(FIRST_YEAR, language),
        flow(
            "urgent_seekers",
            URGENT,
            REGION,
            URGENT_PER_YEAR,
            FIRST_YEAR,
            assumed(
                language,
                "meer dan een kwart van wat vrijkomt. De taakstelling voor vergunninghouders ontbreekt: of "
                "zij meetellen zegt de bron niet",
                "more than a quarter of what is vacated. The task for permit holders is left out: the source "
                "does not say whether they count",
            ),
        ),
        Key(
            key_id=KEY,
            basis="inhabitants",
            start_basis="vacancies_per_year",
            path_first_year=2024,
            path_last_year=2026,
            source=agreed,
        ),
        # Divided is what is let: the task is larger than the agreement makes room for.
        RuleParameter(rule_id="fair-share-urgent", parameter="basis", value="delivered"),
        *rule(
            "regular-75",
            "vacancy_share",
            "hard",
            sourced(
                language,
                "Groene Metropoolregio, najaar 2024: 75 % voor reguliere woningzoekenden. Aanname: voor "
                "urgente is dat een harde grens",
                "Groene Metropoolregio, autumn 2024: 75 % for regular seekers. Assumption: for urgent ones "
                "that is a hard limit",
            ),
            date="2024",
            form="cap",
            share="1/4",
            base="vacated",
            permit_holders="no",
            path_first_year="2024",
            path_last_year="2026",
        ),
    ]
    name = ("Groene Metropoolregio (voorbeeld)", "Groene Metropoolregio (example)")
    return Scenario(settings(name, language, FIRST_YEAR, LAST_YEAR, "gmr-2024"), tables_of(rows))
