"""A subsidy for target groups: for whom, how much per dwelling, when it starts and ends, how long it stands.

By hand. 30 homeless households ask for a flex dwelling each year, 2026-2030, 8,000 euros of extra cost
each. The municipalities have 120,000 euros a year: 15 dwellings. The scheme adds 4,000 per dwelling that is
let to homeless people, starts in 2026 or 2027, is completed by 2028 and stands ten years: 30 dwellings in
2027 and in 2028, for 120,000 of its 200,000 euros. So 15, 30, 30, 15, 15 are completed, 105 in all, and 45
wait in the end. The scheme pays 240,000 of its 600,000 euros; what it has left each year lapses, and so does
what the pot for pitches keeps: two a year take 59,000 of its 100,000. What is left there would have paid
five dwellings, but it may not.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from thuisplan.inputs.columns import Row
from thuisplan.inputs.examples.catalogue import CARAVAN_EXTRA_EUR, sourced, tables_of
from thuisplan.inputs.examples.groups import target_groups
from thuisplan.inputs.examples.regions import Town, assumed, exact_stages, flow, places, settings
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Availability, Budget, Need, Option, Pot, Suitability

REGION = "Drie steden"
FIRST_YEAR, LAST_YEAR = 2026, 2030
GROUP = "homeless"
HOMELESS_PER_YEAR = 30
PITCHES_PER_YEAR = 2
FLEX_EXTRA_EUR = 8_000
FLEX_DEFICIT_EUR = 60_000
CONTRIBUTION_EUR = 4_000
SCHEME_EUR, MUNICIPAL_EUR, PITCH_EUR = 200_000, 120_000, 100_000
"""Euros a year."""

TOWNS: Mapping[str, Town] = MappingProxyType(
    {"GM0150": Town(name="Deventer"), "GM0200": Town(name="Apeldoorn"), "GM0301": Town(name="Zutphen")}
)


def subsidy(language: str) -> Scenario:
    """Return the example.

    Parameters
    ----------
    language
        Language of names and sources, ``"nl"`` or ``"en"``.
    """
    rows: list[Row] = [
        *places(TOWNS, REGION, language),
        *exact_stages(),
        *_options(language),
        *(row for row in target_groups(language) if row.group == GROUP),
        Suitability(
            group=GROUP,
            dwelling_type="social_regular",
            route="flex",
            source=assumed(
                language,
                "zij kunnen blijven zolang de woning er staat",
                "they can stay as long as the dwelling stands",
            ),
        ),
        flow("homeless", GROUP, REGION, HOMELESS_PER_YEAR, FIRST_YEAR, assumed(language)),
        Need(
            need_id="pitches",
            purpose="agreement",
            place=REGION,
            need_category="caravan",
            from_year=FIRST_YEAR,
            central=Fraction(PITCHES_PER_YEAR),
            source=assumed(language),
        ),
        *_pots(language),
    ]
    name = ("Subsidie met voorwaarden (voorbeeld)", "A subsidy with strings attached (example)")
    return Scenario(settings(name, language, FIRST_YEAR, LAST_YEAR), tables_of(rows))


def _options(language: str) -> list[Row]:
    cost = assumed(language, "meerkosten en onrendabele top", "extra cost and deficit")
    flex = [
        Option(
            option=f"flex_{years}",
            dwelling_type="social_regular",
            route="flex",
            segment="social_rent",
            need_category="flex",
            extra_cost_eur=FLEX_EXTRA_EUR,
            extra_cost_price_year=2026,
            deficit_eur=FLEX_DEFICIT_EUR,
            deficit_price_year=2026,
            service_life_years=years,
            source=cost,
        )
        for years in (5, 15)
    ]
    pitch = Option(
        option="pitch_new",
        dwelling_type="caravan",
        route="new_build",
        segment="outside",
        unit="pitch",
        extra_cost_eur=CARAVAN_EXTRA_EUR,
        extra_cost_price_year=2026,
        deficit_eur=0,
        source=sourced(
            language,
            "Companen 2022: 12.000 tot 47.000 euro, hier het midden, zonder omrekening (aanname)",
            "Companen 2022: 12,000 to 47,000 euros, here the midpoint, not converted (assumption)",
        ),
    )
    return [
        *flex,
        pitch,
        *(
            Availability(
                municipality_code="*",
                option=option,
                from_year=FIRST_YEAR,
                max_per_year=most,
                source=assumed(language),
            )
            for option, most in (("flex_5", 20), ("flex_15", 20), ("pitch_new", 2))
        ),
    ]


def _pots(language: str) -> list[Row]:
    scheme = assumed(
        language,
        "4.000 euro per woning voor dak- en thuislozen, start in 2026 of 2027, oplevering uiterlijk 2028, "
        "ten minste tien jaar in gebruik; wat in een jaar over is vervalt",
        "4,000 euros per dwelling for homeless people, start in 2026 or 2027, completion by 2028, at least "
        "ten years of use; what is left in a year lapses",
    )
    own = assumed(
        language,
        "eigen geld van de gemeenten, per jaar",
        "own means of the municipalities, per year",
    )
    earmarked = assumed(
        language,
        "alleen voor standplaatsen; wat in een jaar over is vervalt",
        "for pitches only; what is left in a year lapses",
    )
    rest = assumed(
        language,
        "de corporaties dragen de hele onrendabele top",
        "the corporations carry all of the deficit",
    )
    return [
        Pot(
            pot_id="scheme",
            payer=sourced(language, "Subsidieregeling (aanname)", "Subsidy scheme (assumption)"),
            kind="extra_cost",
            dwelling_types=("social_regular",),
            groups=(GROUP,),
            start_from=2026,
            start_to=2027,
            finish_to=2028,
            minimum_use_years=10,
            max_per_dwelling_eur=CONTRIBUTION_EUR,
            price_year=2026,
            source=scheme,
        ),
        Budget(pot_id="scheme", from_year=2026, to_year=2028, amount_eur=SCHEME_EUR, source=scheme),
        Pot(
            pot_id="municipalities",
            payer=sourced(language, "Gemeenten samen", "Municipalities together"),
            kind="extra_cost",
            price_year=2026,
            source=own,
        ),
        Budget(pot_id="municipalities", from_year=FIRST_YEAR, amount_eur=MUNICIPAL_EUR, source=own),
        Pot(
            pot_id="pitches",
            payer=sourced(
                language, "Bijdrage standplaatsen (aanname)", "Contribution to pitches (assumption)"
            ),
            kind="extra_cost",
            dwelling_types=("caravan",),
            price_year=2026,
            source=earmarked,
        ),
        Budget(pot_id="pitches", from_year=FIRST_YEAR, amount_eur=PITCH_EUR, source=earmarked),
        Pot(
            pot_id="corporations",
            payer=sourced(language, "Woningcorporaties", "Housing corporations"),
            kind="deficit",
            carries_rest=True,
            source=rest,
        ),
    ]
