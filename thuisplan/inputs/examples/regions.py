"""What the small regional examples share: a few municipalities, a programme, flows and rules.

The documents name these regions and their agreements, not their members and figures.
So an example takes a few municipalities for the whole region, with figures that are
easy to check by hand, and says so in every source.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from thuisplan.inputs.columns import Row
from thuisplan.inputs.defaults import STAGES
from thuisplan.inputs.examples.catalogue import ASSUMED, sourced
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    Availability,
    Flow,
    Group,
    Membership,
    Municipality,
    Need,
    Option,
    PermitTask,
    Rule,
    RuleParameter,
    StageRow,
    Suitability,
    Turnover,
)

URGENT = "urgent"
"""Group of an example that does not tell the urgent groups apart."""

REGULAR = "regular"
MID_RENT_PER_YEAR = 20
"""Dwellings of the regular programme in each municipality."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """What an example takes a municipality to be; what is left out plays no part in it."""

    name: str
    inhabitants: int | None = None
    households: int | None = None
    dwellings: int | None = None
    social: int | None = None
    vacancies: int | None = None
    pitches: int | None = None
    urgent_today: int | None = None


def settings(
    name: tuple[str, str], language: str, first_year: int, last_year: int, *rule_sets: str, **others: Any
) -> Settings:
    """Return the settings of a small example; the three switches on permit holders are explicit.

    Parameters
    ----------
    name
        Name in Dutch and in English.
    language
        ``nl`` or ``en``.
    first_year, last_year
        The horizon.
    *rule_sets
        Ready sets of rules.
    **others
        Settings that differ from their default.
    """
    return Settings.model_validate(
        {
            "format": 1,
            "name": sourced(language, *name),
            "language": language,
            "first_year": first_year,
            "last_year": last_year,
            "rule_sets": rule_sets,
            **others,
        }
    )


def slug(name: str) -> str:
    """Return a name as part of a code: small letters without accents."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return plain.replace(" ", "_").replace("-", "_")


def assumed(language: str, nl: str = "", en: str = "") -> str:
    """Return a source that says this is an assumption, and perhaps of what."""
    text = ASSUMED.text(language)
    return f"{text}: {sourced(language, nl, en)}" if nl else text


def places(towns: Mapping[str, Town], region: str, language: str) -> list[Row]:
    """Return the municipalities, and that together they are the whole region of the agreement."""
    figures = sourced(
        language,
        f"Naam en code: CBS, indeling 2023. {ASSUMED.nl}: alle cijfers",
        f"Name and code: CBS, areas of 2023. {ASSUMED.en}: all figures",
    )
    members = assumed(
        language,
        f"deze {len(towns)} gemeenten zijn hier de hele regio, zodat haar afspraken te toetsen zijn",
        f"these {len(towns)} municipalities are the whole region here, so that its agreements can be tested",
    )
    return [
        *(
            Municipality(
                code=code,
                name=town.name,
                boundary_year=2023,
                inhabitants=town.inhabitants,
                households=town.households,
                dwelling_stock=town.dwellings,
                social_stock=town.social,
                vacancies_per_year=town.vacancies,
                pitches=town.pitches,
                urgent_lettings_today=town.urgent_today,
                source=figures,
            )
            for code, town in towns.items()
        ),
        *(
            Membership(
                municipality_code=code,
                purpose="agreement",
                place=region,
                region_municipalities=len(towns),
                source=members,
            )
            for code in towns
        ),
    ]


def regular_programme(towns: Mapping[str, Town], region: str, first_year: int, language: str) -> list[Row]:
    """Return a regular programme of mid rent dwellings: the example is about something else."""
    source = assumed(
        language,
        "het gewone programma staat er alleen in hoofdlijn in en raakt de sociale voorraad niet",
        "the regular programme is only outlined and does not touch the social stock",
    )
    return [
        Option(
            option="mid_rent_new",
            dwelling_type="mid_rent",
            route="new_build",
            segment="mid_rent",
            need_category=REGULAR,
            extra_cost_eur=0,
            deficit_eur=0,
            source=source,
        ),
        Availability(
            municipality_code="*",
            option="mid_rent_new",
            from_year=first_year,
            max_per_year=MID_RENT_PER_YEAR,
            source=source,
        ),
        Need(
            need_id=REGULAR,
            purpose="agreement",
            place=region,
            need_category=REGULAR,
            need_class="regular",
            from_year=first_year,
            central=Fraction(MID_RENT_PER_YEAR * len(towns)),
            source=source,
        ),
    ]


def exact_stages() -> list[StageRow]:
    """Return the stages in their default order, but needs are met to the last dwelling and stay so.

    By default later stages may give back half a per cent, at least one dwelling: in a
    small example that is what one looks at.
    """
    zero = Fraction(0)
    return [
        replace(row, close_rel=zero, close_abs=zero, keep_rel=zero, keep_abs=zero)
        if row.measure in ("unmet_special", "unmet_regular")
        else row
        for row in STAGES
    ]


def turnover(first_year: int, language: str) -> Turnover:
    """Return that every municipality vacates what its own figures say, all of it designated."""
    return Turnover(
        municipality_code="*",
        from_year=first_year,
        source=assumed(
            language,
            "vrijkomende woningen gedeeld door de sociale voorraad, alles aangewezen",
            "vacancies divided by the social stock, all of it designated",
        ),
    )


def urgent_group(language: str) -> list[Row]:
    """Return the urgent seekers as one group, who may be housed in any vacated dwelling."""
    together = assumed(
        language,
        "de urgente groepen samen, want de cijfers splitsen hen niet uit",
        "the urgent groups together, as the figures do not tell them apart",
    )
    return [
        Group(
            group=URGENT,
            name=sourced(language, "urgente woningzoekenden", "urgent seekers"),
            roles=("regional", "statutory"),
            status="assumption",
            source=together,
        ),
        Suitability(group=URGENT, dwelling_type="social_regular", source=together),
    ]


def permit_group(language: str, persons_per_household: int) -> list[Row]:
    """Return the permit holders as a group, who may be housed in any vacated dwelling."""
    size = assumed(
        language,
        f"{persons_per_household} personen per woning",
        f"{persons_per_household} persons per dwelling",
    )
    return [
        Group(
            group="permit_holders",
            roles=("programme", "task"),
            persons_per_household=Fraction(persons_per_household),
            status="act",
            source=size,
        ),
        Suitability(group="permit_holders", dwelling_type="social_regular", source=size),
    ]


def permit_tasks(dwellings: Mapping[str, int], persons: int, years: range, source: str) -> list[PermitTask]:
    """Return the task in persons per half-year: half of the dwellings of a year in each half.

    Parameters
    ----------
    dwellings
        Code -> dwellings a year.
    persons
        Persons per dwelling, even: halves of years are whole persons.
    years
        Years of the task.
    source
        What it rests on.
    """
    return [
        PermitTask(municipality_code=code, year=year, half=half, persons=number * persons // 2, source=source)
        for code, number in dwellings.items()
        for year in years
        for half in (1, 2)
    ]


def flow(
    flow_id: str,
    group: str,
    place: str,
    households: int,
    first_year: int,
    source: str,
    *,
    purpose: str = "agreement",
    **others: Any,
) -> Flow:
    """Return a flow of households that are housed by lettings."""
    return Flow(
        flow_id=flow_id,
        group=group,
        purpose=purpose,
        place=place,
        from_year=first_year,
        households=Fraction(households),
        source=source,
        **others,
    )


def rule(
    rule_id: str,
    family: str,
    strength: str,
    source: str,
    *,
    purpose: str = "agreement",
    place: str | None = None,
    track: int = 2,
    status: str = "agreement",
    date: str | None = None,
    **numbers: str,
) -> list[Row]:
    """Return a rule with its parameters."""
    return [
        Rule(
            rule_id=rule_id,
            family=family,
            track=track,
            purpose=purpose,
            place=place,
            strength=strength,
            status=status,
            status_date=date,
            source=source,
        ),
        *(RuleParameter(rule_id=rule_id, parameter=name, value=value) for name, value in numbers.items()),
    ]
