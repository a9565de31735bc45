"""Parameters of the rules about who is housed where, and of what moves."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from thuisplan.inputs.columns import CODE, EXACT, WHOLE, YEAR, YESNO, choice, column, several
from thuisplan.inputs.labels import GROUP_ROLES, GROUPS, LETTING_BASES, MONEY_KINDS, SHARE_FORMS, Label
from thuisplan.inputs.parameters.base import Parameters, options_column


def _path_year(nl: str, meaning: tuple[str, str]) -> int | None:
    return column(  # type: ignore[no-any-return]
        nl,
        YEAR,
        meaning,
        unit="year",
        empty=("geen groeipad", "no growth path"),
        minimum=1990,
        maximum=2100,
    )


def _part(nl: str, meaning: tuple[str, str]) -> Fraction:
    return column(nl, EXACT, meaning, unit="share", minimum=0, maximum=1)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyShareParameters(Parameters):
    """Parameters of ``vacancy_share``."""

    table: ClassVar[str] = "vacancy_share"
    nl: ClassVar[str] = "aandeel vrijkomende woningen"
    meaning: ClassVar[Label] = Label("aandeel vrijkomende woningen", "share of vacated lettings")

    form: str = column(
        "vorm",
        choice(SHARE_FORMS),
        ("ondergrens, bovengrens of streefwaarde", "floor, cap or target"),
        default="target",
        empty=("streefwaarde", "target"),
    )
    share: Fraction | None = column(
        "aandeel",
        EXACT,
        ("deel van de grondslag", "share of the base"),
        unit="share",
        minimum=0,
        maximum=1,
        empty=("het aantal geldt", "the number holds"),
    )
    dwellings: int | None = column(
        "woningen",
        WHOLE,
        ("aantal per jaar", "number a year"),
        unit="dwellings/year",
        minimum=0,
        empty=("het aandeel geldt", "the share holds"),
    )
    groups: tuple[str, ...] = column(
        "doelgroepen",
        several(GROUPS),
        ("doelgroepen die tellen, gescheiden door |", "groups that count, separated by |"),
        default=(),
        empty=("de doelgroepen met een van de rollen", "the groups with one of the roles"),
    )
    roles: tuple[str, ...] = column(
        "rollen",
        several(GROUP_ROLES),
        (
            "rollen van de doelgroepen die tellen als er geen genoemd zijn, gescheiden door |",
            "roles of the groups that count if none are named, separated by |",
        ),
        default=("regional", "statutory"),
        empty=("wettelijk en regionaal urgent", "statutory and regional urgent"),
    )
    permit_holders: bool = column(
        "met_vergunninghouders",
        YESNO,
        ("of toewijzingen aan vergunninghouders meetellen", "whether lettings to permit holders count"),
        default=False,
        empty=("nee", "no"),
    )
    base: str = column(
        "grondslag",
        choice(LETTING_BASES),
        ("waarvan het een deel is", "what it is a share of"),
        default="designated",
        empty=("aangewezen vrijkomende woningen", "designated vacated dwellings"),
    )
    start_share: Fraction | None = column(
        "begin_aandeel",
        EXACT,
        ("aandeel waar het groeipad begint", "share at which the growth path starts"),
        unit="share",
        minimum=0,
        maximum=1,
        empty=("geen groeipad", "no growth path"),
    )
    path_first_year: int | None = _path_year(
        "pad_beginjaar", ("jaar van het beginaandeel", "year of the start")
    )
    path_last_year: int | None = _path_year(
        "pad_eindjaar", ("jaar waarin het aandeel geheel geldt", "year in which the share holds in full")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitHoldersParameters(Parameters):
    """Parameters of ``permit_holders``."""

    table: ClassVar[str] = "permit_holders"
    nl: ClassVar[str] = "taakstelling vergunninghouders"
    meaning: ClassVar[Label] = Label("taakstelling vergunninghouders", "permit-holder task")

    swap: bool = column(
        "uitruil",
        YESNO,
        (
            "of het plan taakstelling mag uitruilen binnen de regio",
            "whether the plan may swap tasks in the region",
        ),
        default=False,
        empty=("nee, alleen wat is afgesproken", "no, only what is agreed"),
    )
    swap_share: Fraction = column(
        "uitruil_aandeel",
        EXACT,
        (
            "hoogste deel van de taak dat een gemeente overdraagt",
            "largest part of a task that is handed over",
        ),
        unit="share",
        minimum=0,
        maximum=1,
        default=Fraction(1),
        empty=("alles", "all"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexLifeParameters(Parameters):
    """Parameters of ``flex_life``."""

    table: ClassVar[str] = "flex_life"
    nl: ClassVar[str] = "exploitatieduur flex"
    meaning: ClassVar[Label] = Label("exploitatieduur flex", "service life of flex")

    options: tuple[str, ...] = column(
        "opties",
        several(),
        (
            "opties die verplaatst kunnen worden, gescheiden door |",
            "options that may be moved, separated by |",
        ),
        default=(),
        empty=("alle tijdelijke flexwoningen", "all temporary flex dwellings"),
    )
    life_years: int = column(
        "levensduur_jaren",
        WHOLE,
        ("jaren dat een woning in totaal gebruikt wordt", "years a dwelling is used in total"),
        unit="years",
        minimum=1,
        maximum=100,
    )
    delay_years: int = column(
        "verplaatsing_jaren",
        WHOLE,
        ("jaren tussen het laatste jaar en de nieuwe plek", "years between the last year and the new site"),
        unit="years",
        minimum=0,
        maximum=20,
        default=1,
        empty=("1", "1"),
    )
    move_cost_eur: int = column(
        "verplaatskosten_eur",
        WHOLE,
        (
            "kosten van een verplaatsing, in het prijspeil van het scenario; wordt niet omgerekend",
            "cost of a move, in the price level of the scenario; it is not converted",
        ),
        unit="EUR/dwelling",
        minimum=0,
        default=0,
        empty=("0", "0"),
    )
    kind: str = column(
        "soort_geld",
        choice(MONEY_KINDS),
        ("waaruit de verplaatsing betaald wordt", "which money pays the move"),
        default="extra_cost",
        empty=("meerkosten", "extra cost"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkplaceMixParameters(Parameters):
    """Parameters of ``workplace_mix``."""

    table: ClassVar[str] = "workplace_mix"
    nl: ClassVar[str] = "verdeling naar werkplek"
    meaning: ClassVar[Label] = Label("verdeling naar werkplek", "mix by workplace")

    groups: tuple[str, ...] = column(
        "doelgroepen",
        several(GROUPS),
        ("doelgroepen die tellen, gescheiden door |", "groups that count, separated by |"),
        default=("labour_migrants",),
        empty=("arbeidsmigranten", "labour migrants"),
    )
    own_share: Fraction = _part(
        "eigen_aandeel",
        ("ten minste dit deel werkt in de gemeente", "at least this part works in the municipality"),
    )
    region_share: Fraction = _part(
        "regio_aandeel",
        ("hoogstens dit deel werkt elders in de regio", "at most this part works in the region"),
    )
    outside_share: Fraction = _part(
        "buiten_aandeel", ("hoogstens dit deel werkt buiten de regio", "at most this part works outside it")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFirstParameters(Parameters):
    """Parameters of ``own_first``."""

    table: ClassVar[str] = "own_first"
    nl: ClassVar[str] = "eigen gemeente eerst"
    meaning: ClassVar[Label] = Label("eigen gemeente eerst", "own municipality first")

    options: tuple[str, ...] = options_column()
    needs: tuple[str, ...] = column(
        "behoeften",
        several(),
        ("behoeften per gemeente, gescheiden door |", "needs of the municipalities, separated by |"),
    )
    stock: str = column(
        "voorraad",
        CODE,
        ("wat een gemeente al heeft: kolom of gemeentecijfer", "what a municipality has: column or figure"),
        default="pitches",
        empty=("standplaatsen", "pitches"),
    )
    per: str = column(
        "per",
        CODE,
        ("waarop het gemiddelde slaat: kolom of gemeentecijfer", "what the mean is per: column or figure"),
        default="dwelling_stock",
        empty=("woningvoorraad", "dwelling stock"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourhoodParameters(Parameters):
    """Parameters of ``neighbourhood``."""

    table: ClassVar[str] = "neighbourhood"
    nl: ClassVar[str] = "draagkracht van wijken"
    meaning: ClassVar[Label] = Label("draagkracht van wijken", "neighbourhood capacity")

    preferred_share: Fraction = column(
        "voorkeur_aandeel",
        EXACT,
        ("deel dat in voorkeurswijken hoort te komen", "part that belongs in preferred neighbourhoods"),
        unit="share",
        minimum=0,
        maximum=1,
        default=Fraction(1, 2),
        empty=("1/2", "1/2"),
    )
