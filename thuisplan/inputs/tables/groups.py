"""Tables of target groups: who they are, how many come, and what fits them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from thuisplan.inputs.columns import (
    CODE,
    EXACT,
    MUNICIPALITY,
    TEXT,
    WHOLE,
    YESNO,
    Row,
    choice,
    column,
    several,
)
from thuisplan.inputs.labels import (
    DWELLING_TYPES,
    FLOW_STRENGTHS,
    GROUP_ROLES,
    GROUPS,
    PURPOSES,
    RENT_CLASSES,
    ROUTES,
    STATUSES,
    Label,
)
from thuisplan.inputs.tables.places import source_column, year_columns


def group_column(key: bool = False) -> str:
    """Return a column with the code of a target group."""
    return column(  # type: ignore[no-any-return]
        "doelgroep",
        choice(GROUPS),
        ("code uit de tabel doelgroepen", "code from the table groups"),
        key=key,
        refers="groups.group",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Row):
    """A target group: its definition and its place in law and agreement."""

    table: ClassVar[str] = "groups"
    nl: ClassVar[str] = "doelgroepen"
    meaning: ClassVar[Label] = Label(
        "De doelgroepen: wie zij zijn, en of zij in het programma of bij de urgenten horen. "
        "Grote gezinnen die iets anders nodig hebben, zijn een eigen doelgroep met eigen instroom.",
        "The target groups: who they are, and whether they count in the programme or among the urgent. "
        "Large families that need something else are a group of their own with a flow of their own.",
    )

    group: str = column("doelgroep", choice(GROUPS), ("code van de doelgroep", "code of the group"), key=True)
    name: str | None = column(
        "naam", TEXT, ("naam", "name"), empty=("de naam bij de code", "the code's name")
    )
    definition: str | None = column(
        "omschrijving", TEXT, ("wie erbij horen", "who belong to it"), empty=("geen", "none")
    )
    roles: tuple[str, ...] = column(
        "rollen",
        several(GROUP_ROLES),
        (
            "waarin zij meetellen, gescheiden door |: programma, wettelijk urgent, regionaal urgent, "
            "lokaal urgent, taakstelling",
            "where they count, separated by |: programme, statutory urgent, regional urgent, "
            "local urgent, task",
        ),
        default=(),
        empty=("nergens", "nowhere"),
    )
    persons_per_household: Fraction = column(
        "personen_per_huishouden",
        EXACT,
        ("gemiddeld aantal personen per woning", "mean number of persons per dwelling"),
        unit="persons/household",
        minimum=Fraction(1, 100),
        maximum=20,
        default=Fraction(1),
        empty=("1", "1"),
    )
    large_family_share: Fraction = column(
        "aandeel_grote_gezinnen",
        EXACT,
        ("deel dat een grote woning nodig heeft", "part that needs a large dwelling"),
        unit="share",
        minimum=0,
        maximum=1,
        default=Fraction(0),
        empty=("0", "0"),
    )
    rent_classes: tuple[str, ...] = column(
        "huurklassen",
        several(RENT_CLASSES),
        (
            "huurklassen die zij kunnen betalen, gescheiden door |",
            "rent classes they can pay, separated by |",
        ),
        default=(),
        empty=("elke huurklasse", "any rent class"),
    )
    status: str | None = column(
        "status",
        choice(STATUSES),
        ("hoe vast de indeling staat", "how firm the classification is"),
        empty=("onbekend", "unknown"),
    )
    status_date: str | None = column(
        "statusdatum", TEXT, ("datum van de tekst", "date of the text"), empty=("onbekend", "unknown")
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Row):
    """Households of a group that need a home each year, from one place."""

    table: ClassVar[str] = "flows"
    nl: ClassVar[str] = "instroom"
    meaning: ClassVar[Label] = Label(
        "Hoeveel huishoudens van een doelgroep er per jaar een woning nodig hebben, en waar zij vandaan "
        "komen. Zonder behoeftecategorie worden zij gehuisvest door toewijzing; met behoeftecategorie "
        "wordt de instroom, maal de verblijfsduur, een behoefte aan plaatsen. Geef een behoefte als "
        "woningen of als instroom, nooit beide.",
        "How many households of a group need a home each year, and where they come from. Without a need "
        "category they are housed by lettings; with one the flow, times the stay, becomes a need for "
        "places. Give a need as dwellings or as a flow, never both.",
    )

    flow_id: str = column("instroomcode", CODE, ("code van de instroom", "code of the flow"), key=True)
    group: str = group_column()
    purpose: str = column(
        "doel",
        choice(PURPOSES),
        (
            "soort plaats van herkomst (of van het werk); 'buiten' is buiten de invoer",
            "kind of place of origin (or of work); 'outside' is outside the input",
        ),
    )
    place: str = column(
        "plaats", TEXT, ("herkomst: regio of gemeentecode", "origin: region or municipality code")
    )
    housed_purpose: str | None = column(
        "huisvesting_doel",
        choice(PURPOSES),
        ("soort plaats waar zij gehuisvest kunnen worden", "kind of place where they may be housed"),
        empty=("de herkomst zelf", "the origin itself"),
    )
    housed_place: str | None = column(
        "huisvesting_plaats",
        TEXT,
        ("regio of gemeentecode waar zij gehuisvest kunnen worden", "where they may be housed"),
        empty=("de herkomst zelf", "the origin itself"),
    )
    from_year: int = year_columns()[0]
    to_year: int | None = year_columns()[1]
    households: Fraction = column(
        "huishoudens_per_jaar",
        EXACT,
        ("huishoudens die er per jaar bij komen", "households that come each year"),
        unit="households/year",
        minimum=0,
    )
    counted_elsewhere: Fraction = column(
        "elders_geteld_per_jaar",
        EXACT,
        (
            "huishoudens hierin die ook bij een andere doelgroep horen en daar geteld zijn",
            "households in it that also belong to another group and are counted there",
        ),
        unit="households/year",
        minimum=0,
        default=Fraction(0),
        empty=("0", "0"),
    )
    includes_permit_holders: bool = column(
        "telt_vergunninghouders_mee",
        YESNO,
        (
            "dit getal kan vergunninghouders bevatten; de instelling permit_holders_inside beslist",
            "this figure may hold permit holders; the setting permit_holders_inside decides",
        ),
        default=False,
        empty=("nee", "no"),
    )
    waiting_at_start: int = column(
        "wachtend_bij_begin",
        WHOLE,
        ("huishoudens die bij het begin al wachten", "households already waiting at the start"),
        unit="households",
        minimum=0,
        default=0,
        empty=("0", "0"),
    )
    need_category: str | None = column(
        "behoeftecategorie",
        CODE,
        ("behoefte aan plaatsen waar zij verblijven (zie opties)", "need for places (see options)"),
        empty=("zij worden gehuisvest door toewijzing", "they are housed by lettings"),
    )
    stay_years: int | None = column(
        "verblijfsduur_jaren",
        WHOLE,
        (
            "gemiddelde verblijfsduur; plaatsen in gebruik = instroom x verblijfsduur",
            "mean stay; places in use = flow x stay",
        ),
        unit="years",
        minimum=1,
        maximum=100,
        empty=("alleen nodig met behoeftecategorie", "needed only with a need category"),
    )
    growth: Fraction = column(
        "groei_per_jaar",
        EXACT,
        ("plaatsen die er per jaar door groei bij moeten", "places a year that growth asks for"),
        unit="places/year",
        minimum=0,
        default=Fraction(0),
        empty=("0", "0"),
    )
    in_use_today: int = column(
        "plaatsen_nu_in_gebruik",
        WHOLE,
        ("plaatsen die er al zijn", "places that are there already"),
        unit="places",
        minimum=0,
        default=0,
        empty=("0", "0"),
    )
    weight: Fraction = column(
        "gewicht",
        EXACT,
        ("gewicht van een wachtend huishouden", "weight of a waiting household"),
        unit="weight",
        minimum=0,
        default=Fraction(1),
        empty=("1", "1"),
    )
    strength: str = column(
        "sterkte",
        choice(FLOW_STRENGTHS),
        ("streefregel, of alleen volgen", "soft, or monitor"),
        default="soft",
        empty=("streefregel", "soft"),
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suitability(Row):
    """Which places fit a group, how long they stay, and what part fits."""

    table: ClassVar[str] = "suitability"
    nl: ClassVar[str] = "geschiktheid"
    meaning: ClassVar[Label] = Label(
        "Welke woningen bij een doelgroep passen. Een regel voor reguliere sociale huur zonder route geldt "
        "ook voor vrijkomende woningen. Nabijheid (werk, school, voorzieningen) staat hier als het deel dat "
        "past: 0 is nergens, 1 is alles.",
        "Which dwellings fit a group. A row for regular social rent without a route also holds for vacated "
        "dwellings. Proximity (work, school, services) stands here as the part that fits: 0 is none, 1 all.",
    )

    group: str = group_column(key=True)
    dwelling_type: str = column(
        "woningtype", choice(DWELLING_TYPES), ("woningtype", "dwelling type"), key=True
    )
    route: str | None = column(
        "route", choice(ROUTES), ("route", "route"), key=True, empty=("elke route", "any route")
    )
    municipality_code: str = column(
        "gemeentecode",
        MUNICIPALITY,
        ("gemeente (* = alle niet genoemde)", "municipality (* = all not named)"),
        key=True,
        refers="municipalities.code",
        default="*",
        empty=("elke gemeente", "every municipality"),
    )
    stay_years: int | None = column(
        "verblijfsduur_jaren",
        WHOLE,
        ("gemiddelde verblijfsduur", "mean stay"),
        unit="years",
        minimum=1,
        maximum=100,
        empty=(
            "blijvend; in een tijdelijke woning: zolang die er staat",
            "permanent; in a temporary dwelling: as long as it stands",
        ),
    )
    fit: Fraction = column(
        "past",
        EXACT,
        ("hoogste deel van de plaatsen dat past", "largest part of the places that fits"),
        unit="share",
        minimum=0,
        maximum=1,
        default=Fraction(1),
        empty=("1", "1"),
    )
    returns: bool = column(
        "keert_terug",
        YESNO,
        ("staat na het verblijf weer op de wachtlijst", "is on the waiting list again after the stay"),
        default=True,
        empty=("ja", "yes"),
    )
    source: str | None = source_column()
