"""The example region: nine municipalities, two provinces, three building regions.

Deventer lies in another province and building region than the rest, Hattem in another
building region, so that rules of one level cannot be tested by adding up another. Every
figure follows from the arithmetic below; what it rests on stands in the source column.
"""

from __future__ import annotations

from fractions import Fraction

from thuisplan.inputs.columns import Row
from thuisplan.inputs.examples.catalogue import (
    ASSUMED,
    FIRST_YEAR,
    NEED_LAST_YEAR,
    PROJECT,
    options,
    realisation,
    rounded,
    settings,
    sourced,
    tables_of,
)
from thuisplan.inputs.examples.stedendriehoek_needs import needs
from thuisplan.inputs.examples.stedendriehoek_places import (
    GELDERLAND,
    OVERIJSSEL,
    PLACES,
    REGION,
    memberships,
    municipalities,
)
from thuisplan.inputs.examples.stedendriehoek_supply import supply
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Budget, Key, Pot, Rule, RuleParameter

STATE_EUR = 900_000
PROVINCE_EUR = {GELDERLAND: 200_000, OVERIJSSEL: 100_000}
EUR_PER_INHABITANT = Fraction(3, 2)
CORPORATION_EUR_PER_SOCIAL_DWELLING = 1_300

FAIR_SHARE_OPTIONS = ("clustered_new", "clustered_transformation", "clustered_mid", "urgent_flex")


def stedendriehoek(language: str) -> Scenario:
    """Return the example region.

    Parameters
    ----------
    language
        Language of names and sources, ``"nl"`` or ``"en"``.

    Returns
    -------
    Scenario
        Rows as a user would fill them in, defaults left open.
    """
    name = sourced(language, "Stedendriehoek (voorbeeld)", "Stedendriehoek (example)")
    rows: list[Row] = [
        *municipalities(language),
        *memberships(language),
        *options(language),
        *realisation(language),
        *supply(language),
        *needs(language),
        *_money(language),
        *_agreements(language),
    ]
    return Scenario(settings(name, language), tables_of(rows))


# --- money ------------------------------------------------------------------------


def _money(language: str) -> list[Row]:
    assumed = ASSUMED.text(language)
    rows: list[Row] = [
        Pot(
            pot_id="state",
            payer=sourced(
                language,
                "Rijksbijdrage meerkosten (aanname)",
                "State contribution to extra cost (assumption)",
            ),
            kind="extra_cost",
            price_year=2024,
            source=sourced(
                language,
                f"{assumed}: de subsidie van 2023 naar inwoners; die regeling is uitgeput. Vervalt als "
                "het jaar om is",
                f"{assumed}: the subsidy of 2023 by inhabitants; that scheme is exhausted. Lapses with "
                "the year",
            ),
        ),
        Budget(pot_id="state", from_year=FIRST_YEAR, amount_eur=STATE_EUR, source=assumed),
    ]
    for province, amount in PROVINCE_EUR.items():
        pot = f"province_{province.casefold()}"
        rows += [
            Pot(
                pot_id=pot,
                payer=sourced(language, f"Provincie {province}", f"Province of {province}"),
                kind="extra_cost",
                purpose="province",
                place=province,
                price_year=2024,
                carry_over=True,
                source=sourced(
                    language,
                    f"{assumed}: alleen in de eigen gemeenten; blijft gereserveerd",
                    f"{assumed}: only in its own municipalities; stays reserved",
                ),
            ),
            Budget(pot_id=pot, from_year=FIRST_YEAR, amount_eur=amount, source=assumed),
        ]
    inhabitants = sum(place.inhabitants for place in PLACES.values())
    rows += [
        Pot(
            pot_id="municipalities",
            payer=sourced(language, "Gemeenten samen", "Municipalities together"),
            kind="extra_cost",
            purpose="agreement",
            place=REGION,
            price_year=2024,
            # A project of twelve takes more than one year of money in most places.
            carry_over=True,
            source=sourced(
                language,
                f"{assumed}: 1,50 euro per inwoner per jaar in een gezamenlijk fonds; blijft in een "
                "reserve tot het nodig is",
                f"{assumed}: 1.50 euros per inhabitant a year in a joint fund; stays in a reserve "
                "until needed",
            ),
        ),
        Budget(
            pot_id="municipalities",
            from_year=FIRST_YEAR,
            amount_eur=rounded(EUR_PER_INHABITANT * inhabitants),
            source=assumed,
        ),
    ]
    social_stock = sum(place.social_stock for place in PLACES.values())
    return [
        *rows,
        Pot(
            pot_id="corporations",
            payer=sourced(language, "Woningcorporaties", "Housing corporations"),
            kind="deficit",
            purpose="agreement",
            place=REGION,
            price_year=2021,
            source=sourced(
                language,
                f"{assumed}: wat de corporaties samen per jaar kunnen dragen, in het prijspeil van de "
                "onrendabele top",
                f"{assumed}: what the corporations can carry together a year, in the prices of the deficit",
            ),
        ),
        Budget(
            pot_id="corporations",
            from_year=FIRST_YEAR,
            amount_eur=CORPORATION_EUR_PER_SOCIAL_DWELLING * social_stock,
            source=sourced(
                language,
                f"{assumed}: 1.300 euro per jaar per sociale huurwoning",
                f"{assumed}: 1,300 euros a year per social dwelling",
            ),
        ),
    ]


# --- agreements ---------------------------------------------------------------------


def _agreements(language: str) -> list[Row]:
    key = Key(
        key_id="population",
        basis="inhabitants",
        start_basis="vacancies_per_year",
        path_first_year=2025,
        path_last_year=2035,
        source=sourced(
            language,
            "Regionaal kader Stedendriehoek 2026: naar inwoners, ingroei in tien jaar tot 2035; "
            "dat het pad bij de vrijkomende woningen begint is een aanname",
            "Regional framework Stedendriehoek 2026: by inhabitants, grown into over ten years to 2035; "
            "that the path starts from vacancies is an assumption",
        ),
    )
    rules = [
        Rule(
            rule_id="fair-share-2035",
            family="fair_share",
            purpose="agreement",
            place=REGION,
            strength="soft",
            status="agreement",
            status_date="2026-03-24",
            source=sourced(
                language,
                "Regionaal kader Stedendriehoek 2026. De sleutel verdeelt daar de jaarlijkse "
                "toewijzingen aan urgente "
                "woningzoekenden (spoor 2, nog niet in dit plan); hier toegepast op geclusterde en "
                "flexwoningen (aanname)",
                "Regional framework Stedendriehoek 2026. Its key divides the yearly lettings to urgent "
                "seekers (track 2, "
                "not in this plan yet); applied here to clustered and flex dwellings (assumption)",
            ),
        ),
        Rule(
            rule_id="social-region-30",
            family="social_share",
            purpose="agreement",
            place=REGION,
            strength="soft",
            status="assumption",
            source=sourced(
                language,
                f"{ASSUMED.nl}: streven naar 30 % sociale huur in de nieuwbouw van de hele regio",
                f"{ASSUMED.en}: aim at 30 % social rent in the new build of the whole region",
            ),
        ),
        Rule(
            rule_id="social-stock-30",
            family="stock_share",
            purpose="municipality",
            strength="monitor",
            status="advice",
            status_date="2021-07-08",
            source=sourced(
                language,
                "Advies Een thuis voor iedereen 2021: 30 % voor lage inkomens. Hier over de sociale "
                "huur, een andere "
                "grondslag (aanname)",
                "Advice Een thuis voor iedereen 2021: 30 % for low incomes. Taken over social rent here, "
                "another base "
                "(assumption)",
            ),
        ),
        Rule(
            rule_id="clustered-everywhere",
            family="minimum_contribution",
            purpose="agreement",
            place=REGION,
            strength="monitor",
            status="assumption",
            source=sourced(
                language,
                f"{ASSUMED.nl}: elke gemeente in 2030 ten minste een geclusterd project",
                f"{ASSUMED.en}: at least one clustered project in each municipality by 2030",
            ),
        ),
    ]
    parameters = {
        "fair-share-2035": {"key": "population", "options": "|".join(FAIR_SHARE_OPTIONS)},
        "social-stock-30": {"by_year": str(NEED_LAST_YEAR)},
        "clustered-everywhere": {
            "options": "clustered_mid|clustered_new|clustered_transformation",
            "dwellings": str(PROJECT),
            "by_year": str(NEED_LAST_YEAR),
        },
    }
    return [
        key,
        *rules,
        *(
            RuleParameter(rule_id=rule_id, parameter=name, value=value)
            for rule_id, values in parameters.items()
            for name, value in values.items()
        ),
    ]
