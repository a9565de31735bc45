"""What the example region needs: national figures scaled by inhabitants where that makes sense."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from thuisplan.inputs.apportion import largest_remainder
from thuisplan.inputs.columns import Row
from thuisplan.inputs.examples.catalogue import (
    FIRST_YEAR,
    LAST_YEAR,
    LETTER,
    NATIONAL_NEEDS,
    NEED_LAST_YEAR,
    PROGRAMME_PER_YEAR,
    by_inhabitants,
    rounded,
    sourced,
)
from thuisplan.inputs.examples.stedendriehoek_places import (
    APELDOORN,
    DEVENTER,
    INHABITANTS,
    PLACES,
    REGION,
    REGION_INHABITANTS,
    ZUTPHEN,
)
from thuisplan.inputs.tables import Need

NEED_YEARS = NEED_LAST_YEAR - FIRST_YEAR + 1

PROGRAMME = rounded(by_inhabitants(PROGRAMME_PER_YEAR, REGION_INHABITANTS))
"""All segments together, a year: 2,606."""

REGIONAL_LOW = {
    name: rounded(by_inhabitants(need.low, REGION_INHABITANTS)) for name, need in NATIONAL_NEEDS.items()
}
REGIONAL_HIGH = {
    name: rounded(by_inhabitants(need.high, REGION_INHABITANTS)) for name, need in NATIONAL_NEEDS.items()
}

CLUSTERED = Fraction(REGIONAL_LOW["clustered"] + REGIONAL_HIGH["clustered"], 2)
CARE_BUILT = REGIONAL_LOW["care_suitable"]
"""The low end of care-suitable is built; the rest is expected from adapting dwellings."""

CARAVANS = REGIONAL_LOW["caravan"]
ROOMS = NATIONAL_NEEDS["room"].low // 100
"""A hundredth of the nation, rounded down: not by inhabitants, rooms go where students are."""

ROOM_SHARES = {DEVENTER: 70, APELDOORN: 20, ZUTPHEN: 10}

REGULAR = PROGRAMME - int(CLUSTERED) - CARE_BUILT
"""The special dwellings that count in the programme are not counted twice."""


def needs(language: str) -> list[Row]:
    """Return the needs of the region and of its municipalities, to 2030 except the regular one."""
    return [*_regional_needs(language), *_municipal_needs(language)]


def _regional_needs(language: str) -> list[Row]:
    def need(
        need_id: str,
        source: tuple[str, str],
        *,
        low: int | Fraction | None = None,
        central: int | Fraction | None = None,
        high: int | Fraction | None = None,
        strength: str = "soft",
        need_class: str = "special",
        from_year: int = FIRST_YEAR,
        to_year: int = NEED_LAST_YEAR,
    ) -> Need:
        return Need(
            need_id=need_id,
            purpose="agreement",
            place=REGION,
            need_category=need_id,
            need_class=need_class,
            from_year=from_year,
            to_year=to_year,
            low=None if low is None else Fraction(low),
            central=None if central is None else Fraction(central),
            high=None if high is None else Fraction(high),
            strength=strength,
            source=sourced(language, *source),
        )

    return [
        need(
            "clustered",
            (
                f"{LETTER.nl}: 3.770-4.070 per jaar, naar inwoners",
                f"{LETTER.en}: 3,770-4,070 a year, by inhabitants",
            ),
            low=REGIONAL_LOW["clustered"],
            high=REGIONAL_HIGH["clustered"],
        ),
        need(
            "care_suitable",
            (
                f"{LETTER.nl}: lage raming van 2.700 per jaar, naar inwoners; dat dit deel gebouwd wordt "
                "is een aanname",
                f"{LETTER.en}: low estimate of 2,700 a year, by inhabitants; that this part is built is "
                "an assumption",
            ),
            central=CARE_BUILT,
        ),
        need(
            "care_adaptation",
            (
                f"{LETTER.nl}: rest tot de hoge raming van 10.500 per jaar, naar inwoners; kosten "
                "onbekend, dus alleen volgen",
                f"{LETTER.en}: rest up to the high estimate of 10,500 a year, by inhabitants; cost "
                "unknown, so monitored",
            ),
            low=0,
            high=REGIONAL_HIGH["care_suitable"] - CARE_BUILT,
            strength="monitor",
        ),
        need(
            "regular",
            (
                "Landelijk doel van 100.000 per jaar, naar inwoners, min de geclusterde en zorggeschikte "
                "woningen die erin meetellen",
                "National aim of 100,000 a year, by inhabitants, less the clustered and care-suitable "
                "dwellings that count in it",
            ),
            central=REGULAR,
            need_class="regular",
        ),
        need(
            "regular",
            (
                "Landelijk doel van 100.000 per jaar, naar inwoners; na 2030 komt er geen bijzondere "
                "behoefte meer bij",
                "National aim of 100,000 a year, by inhabitants; after 2030 no special need is added",
            ),
            central=PROGRAMME,
            need_class="regular",
            from_year=NEED_LAST_YEAR + 1,
            to_year=LAST_YEAR,
        ),
    ]


def _municipal_needs(language: str) -> list[Row]:
    dwellings = {code: place.dwellings for code, place in PLACES.items()}
    low, high = REGIONAL_LOW["informal_care_unit"], REGIONAL_HIGH["informal_care_unit"]
    return [
        *_divided(
            "caravan",
            _total(CARAVANS),
            dwellings,
            sourced(
                language,
                f"{LETTER.nl}: 800 per jaar, naar inwoners; verdeeld naar woningen, want de bestaande "
                "standplaatsen zijn onbekend",
                f"{LETTER.en}: 800 a year, by inhabitants; divided by dwellings, as the existing pitches "
                "are unknown",
            ),
        ),
        *_divided(
            "room",
            _total(ROOMS),
            ROOM_SHARES,
            sourced(
                language,
                f"{LETTER.nl}: 3.350 per jaar; een honderdste daarvan, en alleen waar mbo of hbo is, is "
                "een aanname",
                f"{LETTER.en}: 3,350 a year; a hundredth of it, and only where there are colleges, is an "
                "assumption",
            ),
        ),
        *_divided(
            "informal_care_unit",
            _total(Fraction(low + high, 2)),
            INHABITANTS,
            sourced(
                language,
                f"{LETTER.nl}: 3.500-4.000 per jaar, naar inwoners; van wie het initiatief neemt, dus "
                "alleen volgen",
                f"{LETTER.en}: 3,500-4,000 a year, by inhabitants; built by whoever takes the initiative, "
                "so monitored",
            ),
            low=_total(low),
            high=_total(high),
            strength="monitor",
        ),
    ]


def _total(per_year: int | Fraction) -> int:
    return rounded(Fraction(per_year) * NEED_YEARS)


def _divided(
    category: str,
    total: int,
    weights: Mapping[str, int],
    source: str,
    *,
    low: int | None = None,
    high: int | None = None,
    strength: str = "soft",
) -> list[Row]:
    """Divide a total over municipalities: whole numbers over all years together, so none is lost."""
    parts = {
        level: largest_remainder(amount, weights)
        for level, amount in (("low", low), ("central", total), ("high", high))
        if amount is not None
    }
    return [
        Need(
            need_id=f"{category}_{code}",
            purpose="municipality",
            place=code,
            need_category=category,
            from_year=FIRST_YEAR,
            to_year=NEED_LAST_YEAR,
            low=Fraction(parts["low"][code], NEED_YEARS) if "low" in parts else None,
            central=Fraction(parts["central"][code], NEED_YEARS),
            high=Fraction(parts["high"][code], NEED_YEARS) if "high" in parts else None,
            strength=strength,
            source=source,
        )
        for code in weights
    ]
