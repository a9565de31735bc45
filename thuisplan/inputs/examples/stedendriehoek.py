"""The example region: nine municipalities, two provinces, three building regions, tracks 1 and 2.

Deventer lies in another province and building region than the rest, Hattem in another
building region, so that rules of one level cannot be tested by adding up another. Every
figure follows from the arithmetic below; what it rests on stands in the source column.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from thuisplan.inputs.columns import Row
from thuisplan.inputs.defaults import STAGES
from thuisplan.inputs.examples.catalogue import (
    ASSUMED,
    FIRST_YEAR,
    NEED_LAST_YEAR,
    PROJECT,
    options,
    price_indices,
    realisation,
    rounded,
    settings,
    sourced,
    tables_of,
)
from thuisplan.inputs.examples.stedendriehoek_lettings import lettings
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
from thuisplan.inputs.tables import Budget, Pot, Rule, RuleParameter, StageRow

STATE_EUR = 900_000
PROVINCE_EUR = {GELDERLAND: 200_000, OVERIJSSEL: 100_000}
EUR_PER_INHABITANT = Fraction(3, 2)
CORPORATION_EUR_PER_SOCIAL_DWELLING = 1_300

CLOSE = {
    "unmet_special": Fraction(1, 200),
    "unmet_regular": Fraction(3, 200),
    "rule_violation": Fraction(2, 100),
    "extra_cost": Fraction(5, 100),
    "deficit": Fraction(2, 100),
    "lateness": Fraction(3, 100),
}
"""Measure -> relative distance to the bound at which its stage is done."""


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
        *price_indices(language),
        *realisation(language),
        *supply(language),
        *needs(language),
        *_money(language),
        *_agreements(language),
        *lettings(language),
        *_stages(),
    ]
    # The switches that the documents leave open are explicit: 348 on top, 795 with permit holders.
    chosen = {
        "rule_sets": ("draft-decree-2024", "stedendriehoek-2026"),
        "permit_holders_inside": False,
        "housed_today_includes_permit_holders": True,
        "permit_holder_priority": True,
    }
    return Scenario(settings(name, language).model_copy(update=chosen), tables_of(rows))


def _stages() -> list[StageRow]:
    """Return the stages in their default order; how close they come to the bound is wider.

    Shares of what is vacated are rarely whole and lettings are, so no plan comes closer to the bound
    of the needs than a few tenths of a per cent, and to prove more of any stage would take minutes.
    """
    return [replace(row, close_rel=CLOSE.get(row.measure, row.close_rel)) for row in STAGES]


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
    rules = [
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
        "social-stock-30": {"by_year": str(NEED_LAST_YEAR)},
        "clustered-everywhere": {
            "options": "clustered_mid|clustered_new|clustered_transformation",
            "dwellings": str(PROJECT),
            "by_year": str(NEED_LAST_YEAR),
        },
    }
    return [
        *rules,
        *(
            RuleParameter(rule_id=rule_id, parameter=name, value=value)
            for rule_id, values in parameters.items()
            for name, value in values.items()
        ),
    ]
