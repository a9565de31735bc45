"""Track 2 of the example region: who is urgent, what is vacated, and what the agreement says.

By hand. 3,216 social dwellings are vacated a year; 795 lettings, or 24.7 %, went to urgent seekers in 2024.
The agreement works towards 30 %, or 965, in 2035: half a point a year, 25.7 % in 2026. 1,170 households ask
each year and the task for permit holders is 348 dwellings: 1,518 together, or 47 %. So people wait, and
what new social dwellings and flex take off is what the rules on first lettings allow.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from thuisplan.inputs.apportion import largest_remainder
from thuisplan.inputs.columns import Row
from thuisplan.inputs.examples.catalogue import FIRST_YEAR, LAST_YEAR, TURNOVER, sourced
from thuisplan.inputs.examples.regions import (
    URGENT,
    assumed,
    flow,
    permit_group,
    permit_tasks,
    rule,
    urgent_group,
)
from thuisplan.inputs.examples.stedendriehoek_places import INHABITANTS, REGION
from thuisplan.inputs.lettings import PERMIT_HOLDERS
from thuisplan.inputs.rule_sets import KEY
from thuisplan.inputs.tables import Key, Rule, RuleParameter, Suitability, Turnover

URGENT_PER_YEAR = 1_170
PERMIT_PER_YEAR = 348
"""Dwellings; whether they are inside the 1,170 or on top cannot be read, hence a setting."""

PERSONS = 2

PERMIT_DWELLINGS: Mapping[str, int] = MappingProxyType(largest_remainder(PERMIT_PER_YEAR, INHABITANTS))
"""Code -> dwellings a year for permit holders."""

TASK_FIRST = Fraction(10)
"""Weight of a permit holder who waits, against one for an urgent seeker.

The task is statutory and under supervision, so permit holders should not wait while others are housed. A
stage closes within 0.5 %, some 100 weighted dwelling-years here. To let one of them wait for an urgent seeker
costs 10 - 1, so that margin holds some 11 such years; with a weight of two it would hold 100.
"""

FIRST_LETTINGS = Fraction(3, 10)


def lettings(language: str) -> list[Row]:
    """Return groups, flows, the task for permit holders, turnover and the agreement."""
    asked = sourced(
        language,
        "Regionaal kader Stedendriehoek 2026: 1.170 urgente woningzoekenden die elk jaar een woning zouden "
        "krijgen. Wie nu al wacht is onbekend, hier nul",
        "Regional framework Stedendriehoek 2026: 1,170 urgent seekers who ideally get a dwelling each year. "
        "Who waits already is unknown, zero here",
    )
    task = sourced(
        language,
        "Regionaal kader Stedendriehoek 2026: 348 woningen per jaar. Verdeling naar inwoners, twee personen "
        "per woning en gelijke halfjaren: aanname",
        "Regional framework Stedendriehoek 2026: 348 dwellings a year. By inhabitants, two persons per "
        "dwelling and equal half-years: assumption",
    )
    return [
        *urgent_group(language),
        *permit_group(language, PERSONS),
        *_not_let(language),
        flow(
            "urgent_seekers",
            URGENT,
            REGION,
            URGENT_PER_YEAR,
            FIRST_YEAR,
            asked,
            includes_permit_holders=True,
        ),
        *permit_tasks(PERMIT_DWELLINGS, PERSONS, range(FIRST_YEAR, LAST_YEAR + 1), task),
        Turnover(
            municipality_code="*",
            from_year=FIRST_YEAR,
            rate=TURNOVER,
            source=sourced(
                language,
                "Regionaal kader Stedendriehoek 2026: gemiddeld 5,71 %; overal gelijk is een aanname",
                "Regional framework Stedendriehoek 2026: 5.71 % on average; the same everywhere is an "
                "assumption",
            ),
        ),
        *_agreements(language),
    ]


def _not_let(language: str) -> list[Row]:
    """Return the routes whose first lettings go to regular seekers: few dwellings, and fewer choices."""
    source = assumed(
        language,
        "woningen door transformatie en optoppen gaan naar reguliere woningzoekenden",
        "dwellings by transformation and topping up go to regular seekers",
    )
    return [
        Suitability(group=group, dwelling_type="social_regular", route=route, fit=Fraction(0), source=source)
        for group in (URGENT, PERMIT_HOLDERS)
        for route in ("transformation", "topping_up")
    ]


def _agreements(language: str) -> list[Row]:
    """Return the key that the rule set asks for, and what stands beside the set."""
    return [
        Key(
            key_id=KEY,
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
        ),
        RuleParameter(rule_id="vacancies-30", parameter="start_share", value="0.247"),
        Rule(
            rule_id=PERMIT_HOLDERS,
            family=PERMIT_HOLDERS,
            track=2,
            weight=TASK_FIRST,
            status="assumption",
            source=assumed(
                language,
                "de wettelijke taakstelling staat onder toezicht en gaat voor, dus een wachtende "
                "vergunninghouder telt tien keer: de marge van 0,5 % in een stap laat hem dan nauwelijks "
                "wachten terwijl anderen gehuisvest worden",
                "the statutory task is under supervision and comes first, so a permit holder who waits "
                "counts ten times: the margin of 0.5 % in a stage then hardly lets one wait while others "
                "are housed",
            ),
        ),
        *rule(
            "regular-seekers-70",
            "vacancy_share",
            "hard",
            sourced(
                language,
                "Regionaal kader Stedendriehoek 2026: 70 % blijft voor reguliere woningzoekenden. Dat dit "
                "een harde grens is, is een aanname: het collegebesluit spreekt van ten hoogste 30 %",
                "Regional framework Stedendriehoek 2026: 70 % stays for regular seekers. That it is a hard "
                "limit is an assumption: the decision of the college speaks of at most 30 %",
            ),
            place=REGION,
            date="2026-03-24",
            form="cap",
            share="3/10",
            base="vacated",
            permit_holders="yes",
        ),
        *rule(
            "first-lettings-30",
            "vacancy_share",
            "hard",
            assumed(
                language,
                "ook van nieuwe sociale huurwoningen gaat hoogstens 30 % naar urgenten en vergunninghouders",
                "of new social dwellings too at most 30 % go to urgent seekers and permit holders",
            ),
            place=REGION,
            status="assumption",
            form="cap",
            share=str(FIRST_LETTINGS),
            base="first_lettings",
            permit_holders="yes",
        ),
    ]
