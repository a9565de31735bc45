"""Tables of lettings: what is vacated, what moving on sets free, and the task for permit holders."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from thuisplan.inputs.columns import EXACT, MUNICIPALITY, TEXT, WHOLE, YEAR, Row, column
from thuisplan.inputs.labels import Label
from thuisplan.inputs.tables.places import municipality_column, source_column, year_columns
from thuisplan.inputs.tables.supply import option_column


def one_year() -> int:
    """Return a column with one year, part of the key."""
    return column(  # type: ignore[no-any-return]
        "jaar", YEAR, ("jaar", "year"), unit="year", key=True, minimum=1990, maximum=2100
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnover(Row):
    """Which part of the social stock is vacated each year, and what of it is designated."""

    table: ClassVar[str] = "turnover"
    nl: ClassVar[str] = "mutatie"
    meaning: ClassVar[Label] = Label(
        "Welk deel van de sociale voorraad per jaar vrijkomt, en welk deel daarvan de gemeente aanwijst. "
        "Zonder deze tabel komt er niets vrij voor toewijzing.",
        "Which part of the social stock is vacated each year, and which part of that the municipality "
        "designates. Without this table nothing is vacated for lettings.",
    )

    municipality_code: str = municipality_column(star=True)
    from_year: int = year_columns()[0]
    to_year: int | None = year_columns()[1]
    rate: Fraction | None = column(
        "mutatiegraad",
        EXACT,
        ("deel van de sociale voorraad dat per jaar vrijkomt", "part of the social stock vacated a year"),
        unit="share/year",
        minimum=0,
        maximum=1,
        empty=(
            "vrijkomende woningen gedeeld door de sociale voorraad van de gemeente",
            "the municipality's vacancies divided by its social stock",
        ),
    )
    designated_share: Fraction = column(
        "aangewezen_aandeel",
        EXACT,
        ("deel dat voor toewijzing is aangewezen", "part that is designated"),
        unit="share",
        minimum=0,
        maximum=1,
        default=Fraction(1),
        empty=("alles", "all"),
    )
    large_share: Fraction | None = column(
        "aandeel_grote_woningen",
        EXACT,
        ("deel dat groot genoeg is voor grote gezinnen", "part that is large enough for large families"),
        unit="share",
        minimum=0,
        maximum=1,
        empty=("grote woningen begrenzen niets", "large dwellings limit nothing"),
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowThrough(Row):
    """Social dwellings set free by people who move on to a dwelling of the plan."""

    table: ClassVar[str] = "flow_through"
    nl: ClassVar[str] = "doorstroming"
    meaning: ClassVar[Label] = Label(
        "Sociale huurwoningen die vrijkomen doordat mensen doorstromen naar een woning uit het plan.",
        "Social dwellings that are vacated because people move on to a dwelling of the plan.",
    )

    option: str = option_column()
    municipality_code: str = municipality_column(star=True)
    take_up: Fraction = column(
        "aandeel_doorstroom",
        EXACT,
        ("sociale huurwoningen die vrijkomen per woning", "social dwellings vacated per dwelling"),
        unit="dwellings/dwelling",
        minimum=0,
        maximum=1,
    )
    lag_years: int = column(
        "vertraging_jaren",
        WHOLE,
        ("jaren na oplevering", "years after completion"),
        unit="years",
        minimum=0,
        maximum=20,
        default=0,
        empty=("0", "0"),
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitTask(Row):
    """The statutory task for permit holders of a municipality in a half-year."""

    table: ClassVar[str] = "permit_tasks"
    nl: ClassVar[str] = "taakstelling"
    meaning: ClassVar[Label] = Label(
        "De wettelijke taakstelling voor vergunninghouders, in personen per halfjaar. Van jaren voor het "
        "eerste open jaar telt alleen de achterstand.",
        "The statutory task for permit holders, in persons per half-year. Of years before the first open "
        "year only the backlog counts.",
    )

    municipality_code: str = municipality_column()
    year: int = one_year()
    half: int = column("halfjaar", WHOLE, ("1 of 2", "1 or 2"), key=True, minimum=1, maximum=2)
    persons: int = column(
        "personen",
        WHOLE,
        (
            "te huisvesten personen; van een jaar voor het eerste open jaar telt dit niet",
            "persons to house; of a year before the first open year this does not count",
        ),
        unit="persons",
        minimum=0,
    )
    backlog_persons: int = column(
        "achterstand_personen",
        WHOLE,
        (
            "achterstand die hier bij komt: wie er uit eerdere jaren nog niet gehuisvest is",
            "backlog that is added here: those of earlier years who are not housed yet",
        ),
        unit="persons",
        minimum=0,
        default=0,
        empty=("0", "0"),
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitSwap(Row):
    """An agreed transfer of part of the task between two municipalities."""

    table: ClassVar[str] = "permit_swaps"
    nl: ClassVar[str] = "uitruil"
    meaning: ClassVar[Label] = Label(
        "Afgesproken uitruil of overname van taakstelling binnen de regio; het totaal blijft gelijk.",
        "Agreed swaps or transfers of the task within the region; the total stays the same.",
    )

    from_municipality: str = column(
        "van_gemeente",
        MUNICIPALITY,
        ("gemeente die taak overdraagt", "municipality that hands over"),
        key=True,
        refers="municipalities.code",
    )
    to_municipality: str = column(
        "naar_gemeente",
        MUNICIPALITY,
        ("gemeente die taak overneemt", "municipality that takes over"),
        key=True,
        refers="municipalities.code",
    )
    year: int = one_year()
    persons: int = column("personen", WHOLE, ("personen", "persons"), unit="persons", minimum=0)
    agreed_by: str = column("overeengekomen_door", TEXT, ("wie dat afsprak", "who agreed to it"))
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexStock(Row):
    """Temporary dwellings that stand today and leave their site."""

    table: ClassVar[str] = "flex_stock"
    nl: ClassVar[str] = "flexvoorraad"
    meaning: ClassVar[Label] = Label(
        "Flexwoningen die er nu staan en na hun laatste jaar verplaatst kunnen worden. Zij horen niet bij "
        "de sociale voorraad van de gemeente.",
        "Flex dwellings that stand today and may be moved after their last year. They are not part of the "
        "municipality's social stock.",
    )

    municipality_code: str = municipality_column()
    option: str = option_column()
    last_year: int = column(
        "laatste_jaar",
        YEAR,
        ("laatste jaar op deze plek", "last year on this site"),
        unit="year",
        key=True,
        minimum=1990,
        maximum=2100,
    )
    dwellings: int = column("woningen", WHOLE, ("aantal", "number"), unit="dwellings", minimum=0)
    source: str | None = source_column()
