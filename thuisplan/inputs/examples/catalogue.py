"""What the examples share: the catalogue of options and the national figures behind it.

Every figure comes with its source in the language of the reader. What no document
gives is an assumption and is called one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from thuisplan.inputs.columns import Row
from thuisplan.inputs.labels import Label
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import TABLES, Option, PriceIndex, Realisation

FIRST_YEAR = 2026
LAST_YEAR = 2035
NEED_LAST_YEAR = 2030
"""The documents count the special needs to 2030; after that they stay level."""

NATION_INHABITANTS = 17_811_291
NATION_MUNICIPALITIES = 342
PROGRAMME_PER_YEAR = 100_000
"""Dwellings a year that the government wants to see built, all segments together."""

TURNOVER = Fraction(571, 10_000)
"""Social dwellings vacated a year as a part of the stock: an example in the documents, not a count."""

PROJECT = 12
"""Smallest clustered or care-suitable project: a choice of the model, labelled as such."""


@dataclass(frozen=True, slots=True)
class Range:
    """National need a year, low and high estimate."""

    low: int
    high: int


NATIONAL_NEEDS: Mapping[str, Range] = MappingProxyType(
    {
        "clustered": Range(3_770, 4_070),
        "care_suitable": Range(2_700, 10_500),
        "caravan": Range(800, 800),
        "room": Range(3_350, 3_350),
        "informal_care_unit": Range(3_500, 4_000),
    }
)
"""Dwelling type -> need a year to 2030, as the letter of June 2024 gives it."""

LETTER = Label("Kamerbrief juni 2024", "Letter to parliament, June 2024")
ASSUMED = Label("Aanname voor het voorbeeld, afgerond", "Assumption made for the example, rounded")


def rounded(amount: Fraction) -> int:
    """Return the nearest whole number, halves upwards."""
    return math.floor(amount + Fraction(1, 2))


def by_inhabitants(national: int, inhabitants: int) -> Fraction:
    """Return the part of a national figure that goes with a number of inhabitants."""
    return Fraction(national * inhabitants, NATION_INHABITANTS)


def sourced(language: str, nl: str, en: str) -> str:
    """Return a text in the language of the reader."""
    return Label(nl, en).text(language)


def settings(name: str, language: str) -> Settings:
    """Return the settings of an example: ten years, the rules of the draft decree."""
    return Settings.model_validate(
        {
            "format": 1,
            "name": name,
            "language": language,
            "first_year": FIRST_YEAR,
            "last_year": LAST_YEAR,
            "rule_sets": ("draft-decree-2024",),
            "price_year": PRICE_YEAR,
        }
    )


def tables_of(rows: Iterable[Row]) -> Mapping[str, tuple[Row, ...]]:
    """Group rows by table; tables without rows are there, empty."""
    grouped: dict[str, list[Row]] = {name: [] for name in TABLES}
    for row in rows:
        grouped[row.table].append(row)
    return MappingProxyType({name: tuple(group) for name, group in grouped.items()})


PRICE_YEAR = 2024
PRICE_INDEX: Mapping[int, int] = MappingProxyType({2021: 100, 2022: 110, 2024: 120})
"""Year -> index of building costs: assumed and rounded, the documents give none."""


def price_indices(language: str) -> list[PriceIndex]:
    """Return the indices that bring all amounts to the prices of one year."""
    source = sourced(
        language,
        f"{ASSUMED.nl}: de bouwkosten stegen; vul de index van het CBS in",
        f"{ASSUMED.en}: building costs rose; fill in the index of Statistics Netherlands",
    )
    return [
        PriceIndex(year=year, index=Fraction(index), source=source) for year, index in PRICE_INDEX.items()
    ]


# --- costs ----------------------------------------------------------------------

CLUSTERED_EXTRA_EUR = 7_000
CARE_EXTRA_EUR = 22_000
CARAVAN_EXTRA_EUR = (12_000 + 47_000) // 2
"""Midpoint: the survey gives only the ends."""

SOCIAL_DEFICIT_EUR = 120_000
ROOM_DEFICIT_EUR = 38_000


def options(language: str) -> list[Option]:
    """Return the catalogue: 16 options, costs with their price year and source."""
    deficit = sourced(
        language,
        "Onrendabele top: advies Een thuis voor iedereen 2021, gemiddelde gewone sociale huurwoning",
        "Deficit: advice Een thuis voor iedereen 2021, average regular social dwelling",
    )
    lead = sourced(language, "Doorlooptijd: aanname", "Lead time: assumption")
    equal = sourced(
        language,
        f"{deficit}, hier gelijkgesteld (aanname)",
        f"{deficit}, taken to be the same here (assumption)",
    )
    letter = LETTER.text(language)
    size = sourced(
        language, f"minimaal {PROJECT} per project: aanname", f"at least {PROJECT} a project: assumption"
    )
    clustered = sourced(language, f"Meerkosten: {letter}", f"Extra cost: {letter}") + f"; {size}. {equal}"
    no_top = sourced(
        language,
        "Zonder onrendabele top: aanname. Meerkosten: geen",
        "No deficit: assumption. No extra cost",
    )
    return [
        _social("social_new", "new_build", f"{deficit}"),
        _social("social_transformation", "transformation", f"{equal}. {lead}", lead=1),
        _social("social_topping_up", "topping_up", f"{equal}. {lead}", lead=2),
        _social(
            "urgent_flex",
            "flex",
            sourced(
                language,
                f"{equal}. Doorlooptijd en exploitatieduur van 15 jaar: aanname",
                f"{equal}. Lead time and service life of 15 years: assumption",
            ),
            category="urgent_flex",
            lead=1,
            life=15,
        ),
        _grouped("clustered_new", "clustered", "new_build", clustered),
        _grouped("clustered_transformation", "clustered", "transformation", f"{clustered}. {lead}", lead=1),
        _grouped(
            "clustered_mid",
            "clustered",
            "new_build",
            sourced(
                language,
                f"Meerkosten: {letter}; {size}. Middenhuur zonder onrendabele top: aanname",
                f"Extra cost: {letter}; {size}. Mid rent without deficit: assumption",
            ),
            segment="mid_rent",
        ),
        _grouped("care_new", "care_suitable", "new_build", clustered),
        _grouped("care_transformation", "care_suitable", "transformation", f"{clustered}. {lead}", lead=1),
        Option(
            option="care_adaptation",
            dwelling_type="care_suitable",
            route="adaptation",
            segment="outside",
            need_category="care_adaptation",
            deficit_eur=0,
            source=sourced(
                language,
                f"{letter}: grotendeels op te lossen door aanpassing; wat dat kost staat nergens",
                f"{letter}: largely to be met by adaptation; what that costs is not given anywhere",
            ),
        ),
        Option(
            option="room_new",
            dwelling_type="room",
            route="new_build",
            segment="outside",
            unit="room",
            extra_cost_eur=0,
            extra_cost_price_year=2024,
            deficit_eur=ROOM_DEFICIT_EUR,
            deficit_price_year=2024,
            lead_time_years=1,
            source=sourced(
                language,
                f"{letter}: onrendabele investering per kamer, absoluut, dus geen meerkosten. {lead}",
                f"{letter}: deficit of a room, absolute, hence no extra cost. {lead}",
            ),
        ),
        Option(
            option="caravan_new",
            dwelling_type="caravan",
            route="new_build",
            segment="outside",
            unit="pitch",
            extra_cost_eur=CARAVAN_EXTRA_EUR,
            extra_cost_price_year=2022,
            deficit_eur=0,
            lead_time_years=1,
            source=sourced(
                language,
                "Companen 2022: 12.000 tot 47.000 euro, hier het midden; onrendabele top niet genoemd, "
                f"hier nul (aanname). {lead}",
                "Companen 2022: 12,000 to 47,000 euros, here the midpoint; deficit not given, zero here "
                f"(assumption). {lead}",
            ),
        ),
        Option(
            option="informal_care_unit",
            dwelling_type="informal_care_unit",
            route="new_build",
            segment="outside",
            unit="place",
            deficit_eur=0,
            source=sourced(
                language,
                f"{letter}: uit eigen middelen van wie het initiatief neemt; de kosten zijn niet onderzocht",
                f"{letter}: paid from the initiator's own means; the cost has not been studied",
            ),
        ),
        _regular("mid_rent_new", "mid_rent", "mid_rent", no_top),
        _regular("affordable_owner_new", "affordable_owner", "affordable_owner", no_top),
        _regular("market_new", "market", "market", no_top),
    ]


def _social(
    option: str,
    route: str,
    source: str,
    *,
    category: str = "regular",
    lead: int = 0,
    life: int | None = None,
) -> Option:
    return Option(
        option=option,
        dwelling_type="social_regular",
        route=route,
        segment="social_rent",
        need_category=category,
        extra_cost_eur=0,
        deficit_eur=SOCIAL_DEFICIT_EUR,
        deficit_price_year=2021,
        lead_time_years=lead,
        service_life_years=life,
        source=source,
    )


def _grouped(
    option: str, dwelling_type: str, route: str, source: str, *, segment: str = "social_rent", lead: int = 0
) -> Option:
    """Return a clustered or care-suitable option: built per project, zero-step."""
    care = dwelling_type == "care_suitable"
    social = segment == "social_rent"
    return Option(
        option=option,
        dwelling_type=dwelling_type,
        route=route,
        segment=segment,
        extra_cost_eur=CARE_EXTRA_EUR if care else CLUSTERED_EXTRA_EUR,
        extra_cost_price_year=2024,
        deficit_eur=SOCIAL_DEFICIT_EUR if social else 0,
        deficit_price_year=2021 if social else None,
        minimum_project=PROJECT,
        lead_time_years=lead,
        features=("wheelchair", "zero_step") if care else ("zero_step",),
        source=source,
    )


def _regular(option: str, dwelling_type: str, segment: str, source: str) -> Option:
    return Option(
        option=option,
        dwelling_type=dwelling_type,
        route="new_build",
        segment=segment,
        need_category="regular",
        extra_cost_eur=0,
        deficit_eur=0,
        source=source,
    )


FLEX_REALISED = Fraction(425, 1000)


def realisation(language: str) -> list[Realisation]:
    """Return which part of plans comes about: known for flex only."""
    flex = sourced(
        language,
        "Kamerbrief juni 2024, cijfers over 2023: gerealiseerd gedeeld door gepland",
        "Letter to parliament, June 2024, figures of 2023: realised divided by planned",
    )
    new_build = {
        "hard": sourced(language, "Aanname: geen uitval", "Assumption: no attrition"),
        "soft": sourced(
            language,
            "Uitval van zachte plannen is onbekend; 1 is een bovengrens, vul de eigen ervaring in",
            "Attrition of soft plans is unknown; 1 is an upper limit, fill in your own experience",
        ),
    }
    return [
        *(Realisation(route="flex", status=s, factor=FLEX_REALISED, source=flex) for s in ("hard", "soft")),
        *(
            Realisation(route="new_build", status=status, factor=Fraction(1), source=source)
            for status, source in new_build.items()
        ),
    ]
