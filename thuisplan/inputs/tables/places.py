"""Tables of municipalities and the regions they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from thuisplan.inputs.columns import MUNICIPALITY, TEXT, WHOLE, YEAR, Row, choice, column
from thuisplan.inputs.labels import LOSS_CAUSES, PROGRAMME_CHOICES, PURPOSES, Label

UNKNOWN = (
    "onbekend; regels die het nodig hebben zijn niet te toetsen",
    "unknown; rules that need it cannot be tested",
)


def source_column() -> str | None:
    """Return a fresh ``source`` column: every table with figures has one."""
    return column(  # type: ignore[no-any-return]
        "bron",
        TEXT,
        ("waar het gegeven op rust", "what the figure rests on"),
        empty=("geen bron opgegeven", "no source given"),
    )


def municipality_column(key: bool = True, star: bool = False) -> str:
    """Return a column with the code of a municipality in the input."""
    every = (" (* = alle niet genoemde)", " (* = all not named)") if star else ("", "")
    return column(  # type: ignore[no-any-return]
        "gemeentecode",
        MUNICIPALITY,
        (f"CBS-code, zoals GM0200{every[0]}", f"CBS code, such as GM0200{every[1]}"),
        key=key,
        refers="municipalities.code",
    )


def year_columns() -> tuple[int, int | None]:
    """Return the columns ``from_year`` and ``to_year`` of a period."""
    return (
        column(
            "vanaf_jaar",
            YEAR,
            ("eerste jaar", "first year"),
            unit="year",
            key=True,
            minimum=1990,
            maximum=2100,
        ),
        column(
            "tot_en_met_jaar",
            YEAR,
            ("laatste jaar", "last year"),
            unit="year",
            minimum=1990,
            maximum=2100,
            empty=("tot en met het laatste jaar van de planperiode", "to the last year of the horizon"),
        ),
    )


def figure(
    nl: str,
    meaning: tuple[str, str],
    unit: str = "dwellings",
    required: bool = False,
    empty: tuple[str, str] = UNKNOWN,
) -> int | None:
    """Return a column with a whole figure of zero or more."""
    return column(  # type: ignore[no-any-return]
        nl, WHOLE, meaning, unit=unit, minimum=0, empty=None if required else empty
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality(Row):
    """A municipality and what is known of it."""

    table: ClassVar[str] = "municipalities"
    nl: ClassVar[str] = "gemeenten"
    meaning: ClassVar[Label] = Label("De gemeenten van het plan.", "The municipalities of the plan.")
    required_table: ClassVar[bool] = True

    code: str = column(
        "gemeentecode", MUNICIPALITY, ("CBS-code, zoals GM0200", "CBS code, such as GM0200"), key=True
    )
    name: str = column("gemeente", TEXT, ("naam", "name"))
    boundary_year: int = column(
        "indelingsjaar",
        YEAR,
        ("jaar van de gemeentegrenzen", "year of the boundaries"),
        unit="year",
        minimum=1990,
        maximum=2100,
    )
    inhabitants: int | None = figure("inwoners", ("inwoners", "inhabitants"), "inhabitants")
    households: int | None = figure("huishoudens", ("huishoudens", "households"), "households")
    dwelling_stock: int | None = figure("woningvoorraad", ("woningen", "dwellings"))
    social_stock: int | None = figure(
        "sociale_voorraad",
        (
            "sociale huurwoningen, zonder de flexwoningen die er nu staan",
            "social rental dwellings, without the flex dwellings that stand today",
        ),
    )
    mid_stock: int | None = figure(
        "middenvoorraad", ("woningen in het middensegment", "dwellings in the middle segment")
    )
    vacancies_per_year: int | None = figure(
        "vrijkomend_per_jaar",
        ("sociale huurwoningen die per jaar vrijkomen", "social dwellings vacated a year"),
        "dwellings/year",
    )
    pitches: int | None = figure(
        "standplaatsen", ("bestaande woonwagenstandplaatsen", "existing caravan pitches"), "pitches"
    )
    urgent_lettings_today: int | None = figure(
        "toewijzingen_urgent_nu",
        ("toewijzingen per jaar aan urgente woningzoekenden", "lettings a year to urgent seekers"),
        "households/year",
        empty=("onbekend: geen verschil met nu", "unknown: no difference from today"),
    )
    permit_lettings_today: int | None = figure(
        "toewijzingen_vergunninghouders_nu",
        ("toewijzingen per jaar aan vergunninghouders", "lettings a year to permit holders"),
        "households/year",
        empty=("onbekend", "unknown"),
    )
    registered_seekers: int | None = figure(
        "ingeschreven_woningzoekenden",
        ("ingeschreven reguliere woningzoekenden", "registered regular seekers"),
        "households",
        empty=("onbekend: geen wachttijd", "unknown: no waiting time"),
    )
    programme_choice: str | None = column(
        "programmakeuze",
        choice(PROGRAMME_CHOICES),
        (
            "30 % sociaal of 40 % midden in het programma, voor regelsets die de keuze aan de gemeente laten",
            "30 % social or 40 % middle in the programme, for rule sets that leave it to the municipality",
        ),
        empty=("geen keuze gemaakt", "no choice made"),
    )
    reference_year: int | None = column(
        "peiljaar",
        YEAR,
        ("peiljaar van de cijfers", "year of the figures"),
        unit="year",
        empty=("onbekend", "unknown"),
        minimum=1990,
        maximum=2100,
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership(Row):
    """The region a municipality belongs to, for one purpose."""

    table: ClassVar[str] = "memberships"
    nl: ClassVar[str] = "indelingen"
    meaning: ClassVar[Label] = Label(
        "In welke regio een gemeente ligt, per doel; doelen overlappen en nestelen niet.",
        "Which region a municipality lies in, per purpose; purposes overlap and do not nest.",
    )

    municipality_code: str = municipality_column()
    purpose: str = column(
        "doel", choice(PURPOSES), ("doel van de indeling", "purpose of the region"), key=True
    )
    place: str = column("plaats", TEXT, ("naam van de regio", "name of the region"))
    region_municipalities: int | None = column(
        "gemeenten_in_regio",
        WHOLE,
        ("aantal gemeenten dat de hele regio telt", "how many municipalities the whole region has"),
        unit="municipalities",
        empty=(
            "onbekend; regels voor deze regio zijn dan niet te toetsen",
            "unknown; rules of this region cannot be tested",
        ),
        minimum=1,
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class StockChange(Row):
    """Dwellings that leave the stock."""

    table: ClassVar[str] = "stock_changes"
    nl: ClassVar[str] = "voorraadmutaties"
    meaning: ClassVar[Label] = Label(
        "Wat per jaar uit de voorraad gaat, desgewenst een rij per oorzaak; rijen worden opgeteld. Sloop "
        "verlaagt de woningvoorraad en het segment. Verkoop en liberalisatie verlagen alleen het segment: "
        "de woning blijft staan.",
        "What leaves the stock each year, if wanted a row per cause; rows are added up. Demolition lowers "
        "the dwelling stock and the segment. Sale and liberalisation lower only the segment: the dwelling "
        "remains.",
    )

    municipality_code: str = municipality_column()
    cause: str = column(
        "oorzaak",
        choice(LOSS_CAUSES),
        ("waardoor zij verdwijnen", "why they leave"),
        key=True,
        default="other",
        empty=("niet uitgesplitst", "not broken down"),
    )
    from_year: int = year_columns()[0]
    to_year: int | None = year_columns()[1]
    dwellings_lost: int = column(
        "woningen_af",
        WHOLE,
        ("verlies aan woningen per jaar", "dwellings lost a year"),
        unit="dwellings/year",
        minimum=0,
    )
    social_lost: int = column(
        "sociaal_af",
        WHOLE,
        ("verlies aan sociale huur per jaar", "social dwellings lost a year"),
        unit="dwellings/year",
        minimum=0,
        default=0,
        empty=("nul", "zero"),
    )
    mid_lost: int = column(
        "midden_af",
        WHOLE,
        ("verlies aan middensegment per jaar", "middle segment lost a year"),
        unit="dwellings/year",
        minimum=0,
        default=0,
        empty=("nul", "zero"),
    )
    source: str | None = source_column()
