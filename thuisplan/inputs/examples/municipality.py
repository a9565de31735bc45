"""A start for one municipality: placeholders to replace, national figures for the rest."""

from __future__ import annotations

from fractions import Fraction

from thuisplan.inputs.columns import MUNICIPALITY, CellError, Row
from thuisplan.inputs.examples.catalogue import (
    FIRST_YEAR,
    LAST_YEAR,
    LETTER,
    NATION_MUNICIPALITIES,
    NATIONAL_NEEDS,
    NEED_LAST_YEAR,
    PROGRAMME_PER_YEAR,
    PROJECT,
    TURNOVER,
    by_inhabitants,
    options,
    price_indices,
    realisation,
    rounded,
    settings,
    sourced,
    tables_of,
)
from thuisplan.inputs.examples.stedendriehoek_places import PLACES
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Availability, Capacity, Membership, Municipality, Need, Plan, Pot

# Round numbers that nobody takes for a municipality that exists.
INHABITANTS = 10_000
DWELLINGS = 4_500
SOCIAL_STOCK = 1_000
CAPACITY = 60

MOST_PER_YEAR = {
    "social_new": CAPACITY,
    "social_transformation": CAPACITY,
    "social_topping_up": CAPACITY,
    "urgent_flex": CAPACITY,
    "clustered_new": 2 * PROJECT,
    "clustered_transformation": 2 * PROJECT,
    "clustered_mid": 2 * PROJECT,
    "care_new": 2 * PROJECT,
    "care_transformation": 2 * PROJECT,
    "care_adaptation": 10,
    "room_new": 10,
    "caravan_new": 10,
    "informal_care_unit": 10,
    "mid_rent_new": CAPACITY,
    "affordable_owner_new": CAPACITY,
    "market_new": CAPACITY,
}


def municipality(code: str, language: str) -> Scenario:
    """Return a runnable start for one municipality, to be filled in.

    Parameters
    ----------
    code
        CBS code, such as ``GM0262``; ``262`` is read as well.
    language
        Language of names and sources, ``"nl"`` or ``"en"``.

    Returns
    -------
    Scenario
        One municipality. Its own figures are placeholders, whatever the code; needs are
        the national figures for that many inhabitants.

    Raises
    ------
    CellError
        If ``code`` is not the code of one municipality.
    """
    read = str(MUNICIPALITY.read(code).value)
    if read == "*":
        raise CellError("not_a_municipality_code")
    # Of the example only the name is taken: its figures are assumptions.
    name = PLACES[read].name if read in PLACES else read
    rows: list[Row] = [
        *_place(read, name, language),
        *options(language),
        *price_indices(language),
        *realisation(language),
        *_supply(read, language),
        *_needs(read, language),
        *_money(language),
    ]
    return Scenario(settings(name, language), tables_of(rows))


def _fill_in(language: str) -> str:
    return sourced(language, "VUL IN: voorbeeldwaarde, geen cijfer", "FILL IN: placeholder, not a figure")


def _place(code: str, name: str, language: str) -> list[Row]:
    source = _fill_in(language)
    unknown = sourced(language, "onbekend, vul in", "unknown, fill in")
    size = sourced(
        language,
        "VUL IN: naam, en het aantal gemeenten van de regio. Zonder de andere gemeenten zijn de regels van "
        "de regio niet te toetsen",
        "FILL IN: name, and how many municipalities the region has. Without the other municipalities the "
        "rules of the region cannot be tested",
    )
    areas = sourced(language, "CBS, gebiedsindeling 2023", "CBS, areas of 2023")
    regions = [
        ("province", unknown, None, size),
        ("woningbouwregio", unknown, None, size),
        ("nation", "Nederland", NATION_MUNICIPALITIES, areas),
    ]
    return [
        Municipality(
            code=code,
            name=name,
            boundary_year=2023,
            inhabitants=INHABITANTS,
            dwelling_stock=DWELLINGS,
            social_stock=SOCIAL_STOCK,
            vacancies_per_year=rounded(SOCIAL_STOCK * TURNOVER),
            reference_year=2023,
            source=source,
        ),
        *(
            Membership(
                municipality_code=code,
                purpose=purpose,
                place=place,
                region_municipalities=number,
                source=text,
            )
            for purpose, place, number, text in regions
        ),
    ]


def _supply(code: str, language: str) -> list[Row]:
    source = _fill_in(language)
    hard = CAPACITY * (NEED_LAST_YEAR - FIRST_YEAR + 1)
    soft = CAPACITY * (LAST_YEAR - NEED_LAST_YEAR)
    plans = [
        (sourced(language, "harde plannen", "hard plans"), "hard", FIRST_YEAR, NEED_LAST_YEAR, hard),
        (sourced(language, "zachte plannen", "soft plans"), "soft", NEED_LAST_YEAR + 1, LAST_YEAR, soft),
    ]
    return [
        *(
            Availability(
                municipality_code=code, option=option, from_year=FIRST_YEAR, max_per_year=most, source=source
            )
            for option, most in MOST_PER_YEAR.items()
        ),
        Capacity(municipality_code=code, from_year=FIRST_YEAR, dwellings_per_year=CAPACITY, source=source),
        *(
            Plan(
                project=project,
                municipality_code=code,
                status=status,
                route="new_build",
                from_year=first,
                to_year=last,
                dwellings=dwellings,
                source=source,
            )
            for project, status, first, last, dwellings in plans
        ),
    ]


def _scaled(national: int) -> Fraction:
    """Return a national figure for this many inhabitants, in hundredths so that it reads well."""
    return Fraction(rounded(by_inhabitants(national, INHABITANTS) * 100), 100)


def _needs(code: str, language: str) -> list[Row]:
    scaled = sourced(
        language,
        f"{LETTER.nl}, landelijk per jaar x inwoners / 17.811.291; reken opnieuw met de eigen inwoners",
        f"{LETTER.en}, national figure a year x inhabitants / 17,811,291; recompute with your inhabitants",
    )
    rest = sourced(
        language,
        f"{scaled}. Rest boven de lage raming: aanpassing, kosten onbekend",
        f"{scaled}. Rest above the low estimate: adaptation, cost unknown",
    )
    rooms = sourced(
        language,
        "VUL IN als er mbo of hbo is: kamers worden niet naar inwoners verdeeld",
        "FILL IN if there are colleges: rooms are not divided by inhabitants",
    )
    flex = sourced(
        language,
        "VUL IN: flexwoningen voor urgente woningzoekenden",
        "FILL IN: flex dwellings for urgent seekers",
    )
    programme = sourced(
        language,
        "Landelijk doel van 100.000 per jaar x inwoners / 17.811.291; tot en met 2030 min de geclusterde en "
        "zorggeschikte woningen. Beter: het eigen woningbouwprogramma",
        "National aim of 100,000 a year x inhabitants / 17,811,291; to 2030 less the clustered and "
        "care-suitable dwellings. Better: your own programme",
    )
    clustered = NATIONAL_NEEDS["clustered"]
    care = NATIONAL_NEEDS["care_suitable"]
    caravan = NATIONAL_NEEDS["caravan"]
    informal = NATIONAL_NEEDS["informal_care_unit"]
    zero = Fraction(0)
    built = _scaled(care.low)
    total = _scaled(PROGRAMME_PER_YEAR)
    special = (_scaled(clustered.low) + _scaled(clustered.high)) / 2 + built

    def need(category: str, low: Fraction, high: Fraction, source: str, strength: str = "soft") -> Need:
        same = low == high
        return Need(
            need_id=category,
            purpose="municipality",
            place=code,
            need_category=category,
            from_year=FIRST_YEAR,
            to_year=NEED_LAST_YEAR,
            low=None if same else low,
            central=low if same else None,
            high=None if same else high,
            strength=strength,
            source=source,
        )

    def regular(from_year: int, to_year: int, amount: Fraction) -> Need:
        return Need(
            need_id="regular",
            purpose="municipality",
            place=code,
            need_category="regular",
            need_class="regular",
            from_year=from_year,
            to_year=to_year,
            central=amount,
            source=programme,
        )

    return [
        need("clustered", _scaled(clustered.low), _scaled(clustered.high), scaled),
        need("care_suitable", built, built, scaled),
        need("care_adaptation", zero, _scaled(care.high) - built, rest, "monitor"),
        need("caravan", _scaled(caravan.low), _scaled(caravan.high), scaled),
        need("room", zero, zero, rooms),
        need("informal_care_unit", _scaled(informal.low), _scaled(informal.high), scaled, "monitor"),
        need("urgent_flex", zero, zero, flex),
        regular(FIRST_YEAR, NEED_LAST_YEAR, total - special),
        regular(NEED_LAST_YEAR + 1, LAST_YEAR, total),
    ]


def _money(language: str) -> list[Row]:
    """Return own means without a limit: the plan then tells what it costs, nothing is refused."""
    payer = sourced(language, "Eigen middelen", "Own means")
    source = sourced(
        language,
        "VUL IN: betaalt nu alles; voeg budgetten toe om te zien wat niet past",
        "FILL IN: pays everything for now; add pots to see what does not fit",
    )
    return [
        Pot(pot_id=f"own_{kind}", payer=payer, kind=kind, carries_rest=True, source=source)
        for kind in ("extra_cost", "deficit")
    ]
