"""Parameters of the rules about what is built."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from thuisplan.inputs.columns import CODE, EXACT, TEXT, WHOLE, YEAR, choice, column, several
from thuisplan.inputs.labels import ROUTES, SIDES, TASK_BASES, Label, vocabulary
from thuisplan.inputs.parameters.base import Parameters, options_column

STOCK_SEGMENTS = vocabulary("stock_segment", social=("sociaal", "social"), mid=("midden", "mid"))


def _periods() -> str:
    return column(  # type: ignore[no-any-return]
        "perioden",
        TEXT,
        (
            "perioden waarover geteld wordt, zoals '2026-2030 2031-2035'; 'jaar' is elk jaar, "
            "'geheel' de hele planperiode",
            "periods that are counted, such as '2026-2030 2031-2035'; 'year' is each year, "
            "'horizon' the whole horizon",
        ),
        default="2030",
        empty=("tot en met 2030 en daarna", "to 2030 and after"),
    )


def _share(default: Fraction) -> Fraction:
    return column(  # type: ignore[no-any-return]
        "aandeel",
        EXACT,
        ("norm als aandeel", "norm as a share"),
        unit="share",
        minimum=0,
        maximum=1,
        default=default,
        empty=(str(default), str(default)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedParameters(Parameters):
    """Parameters of ``need``."""

    table: ClassVar[str] = "need"
    nl: ClassVar[str] = "woonbehoefte"
    meaning: ClassVar[Label] = Label("woonbehoefte", "need")

    surplus: int | None = column(
        "extra",
        WHOLE,
        ("hoeveel er boven een behoefte mag komen", "how much may exceed a need"),
        unit="dwellings",
        minimum=0,
        empty=("een project: de grootste minimale projectomvang", "one project: the largest minimum size"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SocialShareParameters(Parameters):
    """Parameters of ``social_share``."""

    table: ClassVar[str] = "social_share"
    nl: ClassVar[str] = "aandeel sociale huur"
    meaning: ClassVar[Label] = Label("aandeel sociale huur", "social share")

    share: Fraction = _share(Fraction(3, 10))
    side: str = column(
        "kant",
        choice(SIDES),
        (
            "voor gemeenten onder of boven het landelijk gemiddelde, of naar hun programmakeuze",
            "for municipalities below or above the national average, or as they chose",
        ),
        default="below",
        empty=("onder", "below"),
    )
    periods: str = _periods()


@dataclass(frozen=True, slots=True, kw_only=True)
class MidShareParameters(Parameters):
    """Parameters of ``mid_share``."""

    table: ClassVar[str] = "mid_share"
    nl: ClassVar[str] = "aandeel middensegment"
    meaning: ClassVar[Label] = Label("aandeel middensegment", "middle share")

    share: Fraction = _share(Fraction(2, 5))
    side: str = column(
        "kant",
        choice(SIDES),
        (
            "voor gemeenten onder of boven het landelijk gemiddelde, of naar hun programmakeuze",
            "for municipalities below or above the national average, or as they chose",
        ),
        default="above",
        empty=("boven", "above"),
    )
    periods: str = _periods()


@dataclass(frozen=True, slots=True, kw_only=True)
class AffordableShareParameters(Parameters):
    """Parameters of ``affordable_share``."""

    table: ClassVar[str] = "affordable_share"
    nl: ClassVar[str] = "twee derde betaalbaar"
    meaning: ClassVar[Label] = Label("twee derde betaalbaar", "two-thirds affordable")

    share: Fraction = _share(Fraction(2, 3))
    periods: str = _periods()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureTargetParameters(Parameters):
    """Parameters of ``feature_target``."""

    table: ClassVar[str] = "feature_target"
    nl: ClassVar[str] = "streefgetal voor een kenmerk"
    meaning: ClassVar[Label] = Label("streefgetal voor een kenmerk", "feature target")

    feature: str | None = column(
        "kenmerk", CODE, ("kenmerk dat telt", "feature that counts"), empty=("elk kenmerk", "any feature")
    )
    route: str | None = column(
        "route",
        choice(ROUTES),
        ("route die telt, zoals flex", "route that counts, such as flex"),
        empty=("elke route", "any route"),
    )
    of_options: tuple[str, ...] = column(
        "van_opties",
        several(),
        ("opties waarvan het een deel is", "options of which it is a part"),
        default=(),
        empty=("het hele nieuwbouwprogramma", "the whole new-build programme"),
    )
    share: Fraction | None = column(
        "aandeel",
        EXACT,
        ("norm als aandeel", "norm as a share"),
        unit="share",
        minimum=0,
        maximum=1,
        empty=("het aantal geldt", "the number holds"),
    )
    dwellings: int | None = column(
        "woningen",
        WHOLE,
        ("norm als aantal per periode", "norm as a number per period"),
        unit="dwellings",
        minimum=0,
        empty=("het aandeel geldt", "the share holds"),
    )
    periods: str = _periods()


@dataclass(frozen=True, slots=True, kw_only=True)
class FairShareParameters(Parameters):
    """Parameters of ``fair_share``."""

    table: ClassVar[str] = "fair_share"
    nl: ClassVar[str] = "fair share"
    meaning: ClassVar[Label] = Label("fair share", "fair share")

    key: str = column("sleutel", CODE, ("verdeelsleutel", "distribution key"), refers="keys.key_id")
    options: tuple[str, ...] = column(
        "opties",
        several(),
        ("opties die tellen, gescheiden door |", "options that count, separated by |"),
        default=(),
        empty=("alleen in spoor 2, dat naar instroom kijkt", "only in track 2, which looks at flows"),
    )
    basis: str = column(
        "grondslag",
        choice(TASK_BASES),
        ("verdeel de opgave of wat geleverd wordt", "divide the task or what is delivered"),
        default="task",
        empty=("opgave", "task"),
    )
    needs: tuple[str, ...] = column(
        "behoeften",
        several(),
        ("behoeften die samen de opgave zijn", "needs that make up the task"),
        default=(),
        empty=("de behoeften van de opties in deze plaats", "the needs of the options in this place"),
    )
    dead_band_share: Fraction = column(
        "marge_aandeel",
        EXACT,
        ("marge als deel van de opgave", "dead band as a share of the task"),
        unit="share",
        minimum=0,
        default=Fraction(0),
        empty=("0", "0"),
    )
    flows: tuple[str, ...] = column(
        "instroom",
        several(),
        (
            "instroom waarvan de toewijzing verdeeld wordt (spoor 2)",
            "flows whose lettings are divided (track 2)",
        ),
        default=(),
        empty=("alle urgente doelgroepen", "all urgent groups"),
    )
    dead_band_dwellings: int | None = column(
        "marge_woningen",
        WHOLE,
        ("marge in woningen", "dead band in dwellings"),
        unit="dwellings",
        minimum=0,
        empty=("het grootste minimale project; 1 in spoor 2", "the largest minimum project; 1 in track 2"),
    )
    checkpoint_every: int = column(
        "toets_elke",
        WHOLE,
        ("om de hoeveel jaar getoetst wordt", "tested every so many years"),
        unit="years",
        minimum=1,
        default=3,
        empty=("3, en het laatste jaar", "3, and the last year"),
    )
    group: str | None = column(
        "groep",
        TEXT,
        ("doelgroep waarvoor het geldt", "target group it concerns"),
        empty=("alle urgente groepen", "all urgent groups"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumContributionParameters(Parameters):
    """Parameters of ``minimum_contribution``."""

    table: ClassVar[str] = "minimum_contribution"
    nl: ClassVar[str] = "minimale bijdrage"
    meaning: ClassVar[Label] = Label("minimale bijdrage", "minimum contribution")

    options: tuple[str, ...] = options_column()
    dwellings: int = column(
        "woningen", WHOLE, ("minimum dat in gebruik is", "minimum in service"), unit="dwellings", minimum=0
    )
    by_year: int | None = column(
        "in_jaar",
        YEAR,
        ("jaar waarin het er moet zijn", "year by which it must be there"),
        unit="year",
        empty=("het laatste jaar", "the last year"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StockShareParameters(Parameters):
    """Parameters of ``stock_share``."""

    table: ClassVar[str] = "stock_share"
    nl: ClassVar[str] = "aandeel in de voorraad"
    meaning: ClassVar[Label] = Label("aandeel in de voorraad", "share of stock")

    segment: str = column(
        "segment",
        choice(STOCK_SEGMENTS),
        ("sociaal of midden", "social or mid"),
        default="social",
        empty=("sociaal", "social"),
    )
    share: Fraction = _share(Fraction(3, 10))
    by_year: int | None = column(
        "vanaf_jaar",
        YEAR,
        ("eerste jaar waarin het geldt", "first year in which it holds"),
        unit="year",
        empty=("het eerste jaar", "the first year"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SteadySeriesParameters(Parameters):
    """Parameters of ``steady_series``."""

    table: ClassVar[str] = "steady_series"
    nl: ClassVar[str] = "gelijkmatige bouwstroom"
    meaning: ClassVar[Label] = Label("gelijkmatige bouwstroom", "steady series")

    options: tuple[str, ...] = column(
        "opties",
        several(),
        ("opties die tellen, gescheiden door |", "options that count, separated by |"),
        default=(),
        empty=("het hele nieuwbouwprogramma", "the whole new-build programme"),
    )
    share: Fraction = column(
        "aandeel",
        EXACT,
        (
            "hoeveel meer of minder dan het jaar ervoor, als deel daarvan",
            "how much more or fewer than the year before, as a part of it",
        ),
        unit="share",
        minimum=0,
        maximum=1,
        default=Fraction(1, 5),
        empty=("1/5", "1/5"),
    )
    dwellings: int = column(
        "woningen",
        WHOLE,
        ("ruimte in woningen die daarbij komt", "room in dwellings on top of that"),
        unit="dwellings",
        minimum=0,
        default=12,
        empty=("12", "12"),
    )
