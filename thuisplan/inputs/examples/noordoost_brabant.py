"""Noordoost-Brabant: caravan pitches in the own municipality first, then where there are few.

By hand. 247 pitches on 190,000 dwellings are 1.3 per 1,000. 's-Hertogenbosch (1.53) and Oss (1.51) stand
above that mean and take nobody else's; Boxtel (1.21), Meierijstad (1.11), Vught (0.71) and Bernheze (0.62)
may. In five years 35 pitches are needed: 15 in 's-Hertogenbosch, which has room for 10, 10 in Oss, 5 in
Meierijstad and 5 in Bernheze. So five pitches of 's-Hertogenbosch come in the four below the mean, which
build 15, and at 29,500 euros each all 35 cost 1,032,500 euros of extra cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from thuisplan.inputs.columns import Row
from thuisplan.inputs.examples.catalogue import CARAVAN_EXTRA_EUR, sourced, tables_of
from thuisplan.inputs.examples.regions import Town, assumed, exact_stages, places, rule, settings
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Availability, Need, Option, Pot

REGION = "Noordoost-Brabant"
FIRST_YEAR, LAST_YEAR = 2026, 2030
YEARS = LAST_YEAR - FIRST_YEAR + 1

TOWNS: Mapping[str, Town] = MappingProxyType(
    {
        "GM0757": Town(name="Boxtel", dwellings=14_000, pitches=17),
        "GM0796": Town(name="'s-Hertogenbosch", dwellings=72_000, pitches=110),
        "GM0828": Town(name="Oss", dwellings=41_000, pitches=62),
        "GM0865": Town(name="Vught", dwellings=14_000, pitches=10),
        "GM1721": Town(name="Bernheze", dwellings=13_000, pitches=8),
        "GM1948": Town(name="Meierijstad", dwellings=36_000, pitches=40),
    }
)
"""Code -> municipality: six of the seventeen."""

OWN_NEED: Mapping[str, int] = MappingProxyType({"GM0796": 3, "GM0828": 2, "GM1721": 1, "GM1948": 1})
"""Code -> pitches a year that its own caravan dwellers need."""

ROOM = MappingProxyType({"GM0796": 2, "*": 4})
"""Code -> pitches that can be made a year."""


def noordoost_brabant(language: str) -> Scenario:
    """Return the example.

    Parameters
    ----------
    language
        Language of names and sources, ``"nl"`` or ``"en"``.
    """
    agreed = sourced(
        language,
        "Noordoost-Brabant, volgens Platform31, februari 2025: eerst de eigen gemeente, lukt dat niet dan de "
        "gemeenten onder het regionaal gemiddelde van 1,3 per 1.000 woningen; familiebanden tellen (niet in "
        "dit plan)",
        "Noordoost-Brabant, by Platform31, February 2025: the own municipality first, failing that those "
        "below the regional mean of 1.3 per 1,000 dwellings; family ties count (not in this plan)",
    )
    cost = sourced(
        language,
        "Companen 2022: 12.000 tot 47.000 euro, hier het midden",
        "Companen 2022: 12,000 to 47,000 euros, here the midpoint",
    )
    rows: list[Row] = [
        *places(TOWNS, REGION, language),
        *exact_stages(),
        Option(
            option="pitch_new",
            dwelling_type="caravan",
            route="new_build",
            segment="outside",
            unit="pitch",
            extra_cost_eur=CARAVAN_EXTRA_EUR,
            extra_cost_price_year=2022,
            deficit_eur=0,
            source=cost,
        ),
        *(
            Availability(
                municipality_code=code,
                option="pitch_new",
                from_year=FIRST_YEAR,
                max_per_year=most,
                source=assumed(language),
            )
            for code, most in ROOM.items()
        ),
        Need(
            need_id="pitches",
            purpose="agreement",
            place=REGION,
            need_category="caravan",
            from_year=FIRST_YEAR,
            central=Fraction(sum(OWN_NEED.values())),
            source=assumed(language, "de behoeften van de gemeenten samen", "the municipal needs together"),
        ),
        *(
            Need(
                need_id=f"pitches_{code}",
                purpose="municipality",
                place=code,
                need_category="caravan",
                from_year=FIRST_YEAR,
                central=Fraction(number),
                decides=False,
                source=assumed(
                    language,
                    "van de eigen woonwagenbewoners; de regionale behoefte telt",
                    "of its own caravan dwellers; the regional need counts",
                ),
            )
            for code, number in OWN_NEED.items()
        ),
        Pot(
            pot_id="municipalities",
            payer=sourced(language, "Gemeenten samen", "Municipalities together"),
            kind="extra_cost",
            carries_rest=True,
            source=assumed(language, "zij dragen de meerkosten", "they carry the extra cost"),
        ),
        *rule(
            "own-pitches-first",
            "own_first",
            "hard",
            agreed,
            track=1,
            options="pitch_new",
            needs="|".join(f"pitches_{code}" for code in OWN_NEED),
        ),
    ]
    name = ("Noordoost-Brabant (voorbeeld)", "Noordoost-Brabant (example)")
    return Scenario(settings(name, language, FIRST_YEAR, LAST_YEAR), tables_of(rows))
