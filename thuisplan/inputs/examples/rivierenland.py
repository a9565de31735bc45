"""Rivierenland: 80-10-10, places for labour migrants near the work.

By hand. Work for 120 newcomers a year in Tiel, 40 in Zaltbommel, 30 in West Betuwe and 60 outside the region,
each for a year. Tiel has a site of 100 places; at least 80 must work there, so it fills. Zaltbommel
has a site of 100 as well, but its own 40 workers let at most 40 / 0.8 = 50 places be used: 40, 5 from the
region and 5 from outside. So 150 of 250 are housed each year from 2027, 600 in all, 400 are not, and half
the places in Zaltbommel have no use.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from thuisplan.inputs.columns import Row
from thuisplan.inputs.examples.catalogue import LETTER, sourced, tables_of
from thuisplan.inputs.examples.groups import suitability, target_groups
from thuisplan.inputs.examples.regions import (
    Town,
    assumed,
    exact_stages,
    flow,
    places,
    regular_programme,
    rule,
    settings,
    slug,
)
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Availability, Option

REGION = "Rivierenland"
FIRST_YEAR, LAST_YEAR = 2026, 2030
GROUP = "labour_migrants"
TIEL, ZALTBOMMEL, WEST_BETUWE = "GM0281", "GM0297", "GM1960"

TOWNS: Mapping[str, Town] = MappingProxyType(
    {
        "GM0214": Town(name="Buren"),
        "GM0216": Town(name="Culemborg"),
        "GM0263": Town(name="Maasdriel"),
        TIEL: Town(name="Tiel"),
        ZALTBOMMEL: Town(name="Zaltbommel"),
        "GM0668": Town(name="West Maas en Waal"),
        "GM1740": Town(name="Neder-Betuwe"),
        WEST_BETUWE: Town(name="West Betuwe"),
    }
)
"""Code -> municipality: eight, as the region has."""

SITES: Mapping[str, int] = MappingProxyType({TIEL: 100, ZALTBOMMEL: 100})
"""Code -> places that a site has room for."""

WORK: Mapping[str, int] = MappingProxyType({TIEL: 120, ZALTBOMMEL: 40, WEST_BETUWE: 30})
"""Code of the workplace -> newcomers a year."""

WORK_OUTSIDE = 60


def rivierenland(language: str) -> Scenario:
    """Return the example.

    Parameters
    ----------
    language
        Language of names and sources, ``"nl"`` or ``"en"``.
    """
    agreed = sourced(
        language,
        "Rivierenland, volgens Platform31, februari 2025: ten minste 80 % werkt in de gemeente, hoogstens 10 "
        "% elders in de regio, hoogstens 10 % daarbuiten",
        "Rivierenland, by Platform31, February 2025: at least 80 % work in the municipality, at most 10 % "
        "elsewhere in the region, at most 10 % outside it",
    )
    profitable = sourced(
        language,
        f"{LETTER.nl}: sluitende exploitatie, dus een vraag naar plekken en niet naar geld",
        f"{LETTER.en}: considered profitable, so a question of sites and not of money",
    )
    workers = assumed(language, "nieuwkomers per jaar, naar werkplek", "newcomers a year, by where they work")
    rows: list[Row] = [
        *places(TOWNS, REGION, language),
        *exact_stages(),
        *regular_programme(TOWNS, REGION, FIRST_YEAR, language),
        *(row for row in target_groups(language) if row.group == GROUP),
        *(row for row in suitability(language) if (row.group, row.dwelling_type) == (GROUP, "short_midstay")),
        Option(
            option="short_midstay_new",
            dwelling_type="short_midstay",
            route="new_build",
            segment="outside",
            unit="place",
            extra_cost_eur=0,
            deficit_eur=0,
            lead_time_years=1,
            source=profitable,
        ),
        *(
            Availability(
                municipality_code=code,
                option="short_midstay_new",
                from_year=FIRST_YEAR + 1,
                to_year=FIRST_YEAR + 1,
                max_per_year=room,
                source=assumed(language, "een locatie bij het werk", "a site near the work"),
            )
            for code, room in SITES.items()
        ),
        *(
            flow(
                f"work_{slug(TOWNS[code].name)}",
                GROUP,
                code,
                households,
                FIRST_YEAR + 1,
                workers,
                purpose="municipality",
                housed_purpose="agreement",
                housed_place=REGION,
            )
            for code, households in WORK.items()
        ),
        flow(
            "work_outside",
            GROUP,
            sourced(language, "buiten de regio", "outside the region"),
            WORK_OUTSIDE,
            FIRST_YEAR + 1,
            workers,
            purpose="outside",
            housed_purpose="agreement",
            housed_place=REGION,
        ),
        *rule(
            "80-10-10",
            "workplace_mix",
            "hard",
            agreed,
            groups=GROUP,
            own_share="8/10",
            region_share="1/10",
            outside_share="1/10",
        ),
    ]
    name = ("Rivierenland (voorbeeld)", "Rivierenland (example)")
    return Scenario(settings(name, language, FIRST_YEAR, LAST_YEAR), tables_of(rows))
