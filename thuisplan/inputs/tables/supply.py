"""Tables of what can be built: options, availability, capacity, plans and what is agreed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from thuisplan.inputs.columns import (
    CODE,
    EXACT,
    TEXT,
    WHOLE,
    YEAR,
    YESNO,
    Row,
    choice,
    column,
    several,
)
from thuisplan.inputs.labels import (
    DWELLING_TYPES,
    FEATURES,
    PLAN_STATUSES,
    RENT_CLASSES,
    ROUTES,
    SEGMENTS,
    UNITS,
    Label,
)
from thuisplan.inputs.tables.places import municipality_column, source_column, year_columns

BY_ROUTE = ("volgt uit type en route (zie aannamen)", "follows from type and route (see assumptions)")
COST_UNKNOWN = (
    "onbekend: wordt niet meegeteld, en dat staat bij de aannamen",
    "unknown: not counted, and the assumptions say so",
)


def option_column(star: bool = False) -> str:
    """Return a column with the code of an option."""
    every = (" (* = alle niet genoemde)", " (* = all not named)") if star else ("", "")
    return column(  # type: ignore[no-any-return]
        "optie",
        CODE,
        (f"code uit de tabel opties{every[0]}", f"code from the table options{every[1]}"),
        key=True,
        refers="options.option",
    )


def dwellings_column(nl: str = "woningen", unit: str = "dwellings") -> int:
    """Return a column with a required number of dwellings."""
    return column(nl, WHOLE, ("aantal", "number"), unit=unit, minimum=0)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option(Row):
    """What can be built: dwelling type x route x segment."""

    table: ClassVar[str] = "options"
    nl: ClassVar[str] = "opties"
    meaning: ClassVar[Label] = Label(
        "Wat er gebouwd kan worden: woningtype x route x segment.",
        "What can be built: dwelling type x route x segment.",
    )
    required_table: ClassVar[bool] = True

    option: str = column("optie", CODE, ("code van de optie", "code of the option"), key=True)
    dwelling_type: str = column("woningtype", choice(DWELLING_TYPES), ("woningtype", "dwelling type"))
    route: str = column("route", choice(ROUTES), ("hoe het er komt", "how it comes about"))
    segment: str = column("segment", choice(SEGMENTS), ("prijssegment", "price segment"))
    unit: str = column(
        "eenheid",
        choice(UNITS),
        ("waarin geteld wordt", "what is counted"),
        default="dwelling",
        empty=("woning", "dwelling"),
    )
    need_category: str = column(
        "behoeftecategorie",
        CODE,
        ("de ene behoefte die deze optie invult", "the one need this option serves"),
        empty=("het woningtype", "the dwelling type"),
    )
    in_programme: bool | None = column(
        "telt_in_nieuwbouw",
        YESNO,
        ("telt mee in het nieuwbouwprogramma", "counts in the new-build programme"),
        empty=BY_ROUTE,
    )
    adds_social: bool | None = column(
        "naar_sociale_voorraad",
        YESNO,
        ("komt bij de sociale voorraad", "adds to the social stock"),
        empty=BY_ROUTE,
    )
    adds_mid: bool | None = column(
        "naar_middenvoorraad",
        YESNO,
        ("komt bij het middensegment", "adds to the middle segment"),
        empty=BY_ROUTE,
    )
    adds_stock: bool | None = column(
        "naar_voorraad",
        YESNO,
        ("komt bij de woningvoorraad", "adds to the dwelling stock"),
        empty=BY_ROUTE,
    )
    uses_capacity: bool | None = column(
        "vraagt_capaciteit",
        YESNO,
        ("gebruikt plan- en bouwcapaciteit", "uses plan and building capacity"),
        empty=BY_ROUTE,
    )
    extra_cost_eur: int | None = column(
        "meerkosten_eur",
        WHOLE,
        ("meerkosten boven een gewone sociale huurwoning", "extra cost above a regular social dwelling"),
        unit="EUR/dwelling",
        minimum=0,
        empty=COST_UNKNOWN,
    )
    extra_cost_price_year: int | None = column(
        "meerkosten_prijspeil",
        YEAR,
        ("prijspeil van de meerkosten", "price year of the extra cost"),
        unit="year",
        empty=("onbekend", "unknown"),
        minimum=1990,
        maximum=2100,
    )
    deficit_eur: int | None = column(
        "onrendabele_top_eur",
        WHOLE,
        ("onrendabele top, absoluut", "deficit, absolute"),
        unit="EUR/dwelling",
        minimum=0,
        empty=COST_UNKNOWN,
    )
    deficit_price_year: int | None = column(
        "onrendabele_top_prijspeil",
        YEAR,
        ("prijspeil van de onrendabele top", "price year of the deficit"),
        unit="year",
        empty=("onbekend", "unknown"),
        minimum=1990,
        maximum=2100,
    )
    rent_class: str | None = column(
        "huurklasse",
        choice(RENT_CLASSES),
        (
            "hoogste huurgrens waar de huur onder blijft; bepaalt voor welke doelgroepen zij betaalbaar is",
            "highest rent limit that the rent stays below; decides which target groups can afford it",
        ),
        empty=("onbekend: voor elke doelgroep", "unknown: for any target group"),
    )
    building_years: int = column(
        "bouwtijd_jaren",
        WHOLE,
        (
            "jaren van start bouw tot oplevering, voor budgetten die naar de start kijken",
            "years from start of building to completion, for pots that look at the start",
        ),
        unit="years",
        minimum=0,
        maximum=50,
        default=1,
        empty=("1", "1"),
    )
    minimum_project: int = column(
        "minimale_projectomvang",
        WHOLE,
        ("kleinste project dat in een jaar wordt opgeleverd", "smallest project completed in a year"),
        unit="dwellings",
        minimum=1,
        default=1,
        empty=("geen minimum", "no minimum"),
    )
    lead_time_years: int = column(
        "doorlooptijd_jaren",
        WHOLE,
        (
            "jaren van besluit tot oplevering, vanaf het eerste open jaar",
            "years from decision to completion, from the first open year",
        ),
        unit="years",
        minimum=0,
        maximum=50,
        default=0,
        empty=("nul", "zero"),
    )
    service_life_years: int | None = column(
        "exploitatieduur_jaren",
        WHOLE,
        ("jaren dat een tijdelijke woning er staat", "years that a temporary dwelling stands"),
        unit="years",
        minimum=1,
        maximum=100,
        empty=("blijvend", "permanent"),
    )
    first_year: int | None = column(
        "eerste_jaar",
        YEAR,
        ("eerste jaar van oplevering", "first year of completion"),
        unit="year",
        empty=("geen eigen grens", "no limit of its own"),
        minimum=1990,
        maximum=2100,
    )
    features: tuple[str, ...] = column(
        "kenmerken",
        several(FEATURES),
        ("kenmerken, gescheiden door |", "features, separated by |"),
        default=(),
        empty=("geen", "none"),
    )
    source: str | None = source_column()

    def stands(self, built: int, year: int) -> bool:
        """Return whether a dwelling completed in ``built`` is in service at the end of ``year``."""
        life = self.service_life_years
        return built <= year and (life is None or year < built + life)


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability(Row):
    """Which option is offered where, from when, at most how many a year."""

    table: ClassVar[str] = "availability"
    nl: ClassVar[str] = "aanbod"
    meaning: ClassVar[Label] = Label(
        "Welke optie waar kan, vanaf wanneer en hoeveel per jaar ten hoogste. "
        "Wat er niet staat, wordt niet aangeboden.",
        "Which option is possible where, from when, at most how many a year. "
        "What is not listed is not offered.",
    )
    required_table: ClassVar[bool] = True

    municipality_code: str = municipality_column(star=True)
    option: str = option_column(star=True)
    from_year: int = year_columns()[0]
    to_year: int | None = year_columns()[1]
    max_per_year: int | None = column(
        "hoogstens_per_jaar",
        WHOLE,
        ("hoogste aantal per jaar", "largest number a year"),
        unit="dwellings/year",
        minimum=0,
        empty=("niet aangeboden", "not offered"),
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity(Row):
    """How much a municipality can complete in a year."""

    table: ClassVar[str] = "capacity"
    nl: ClassVar[str] = "capaciteit"
    meaning: ClassVar[Label] = Label(
        "Hoeveel woningen een gemeente per jaar kan opleveren, per route of samen.",
        "How many dwellings a municipality can complete in a year, by route or together.",
    )

    municipality_code: str = municipality_column()
    route: str | None = column(
        "route",
        choice(ROUTES),
        ("route", "route"),
        key=True,
        empty=("alle routes samen die capaciteit vragen", "all routes together that use capacity"),
    )
    from_year: int = year_columns()[0]
    to_year: int | None = year_columns()[1]
    dwellings_per_year: int = dwellings_column("woningen_per_jaar", "dwellings/year")
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Row):
    """A building plan: what can be completed of it in total, and from when."""

    table: ClassVar[str] = "plans"
    nl: ClassVar[str] = "plannen"
    meaning: ClassVar[Label] = Label(
        "Bouwplannen. Staan er plannen van een gemeente en route, dan kan er opgeteld niet meer "
        "worden opgeleverd dan de plannen na uitval bieden, evenredig over hun jaren.",
        "Building plans. If a municipality has plans for a route, no more can be completed in total "
        "than the plans offer after attrition, spread evenly over their years.",
    )

    project: str = column("project", TEXT, ("naam van het plan", "name of the plan"), key=True)
    municipality_code: str = municipality_column()
    status: str = column("planstatus", choice(PLAN_STATUSES), ("hard of zacht", "hard or soft"))
    route: str = column("route", choice(ROUTES), ("route", "route"), key=True)
    segment: str | None = column(
        "segment",
        choice(SEGMENTS),
        ("segment", "segment"),
        key=True,
        empty=("elk segment", "any segment"),
    )
    from_year: int = year_columns()[0]
    to_year: int | None = year_columns()[1]
    dwellings: int = dwellings_column()
    realisation: Fraction | None = column(
        "realisatiegraad",
        EXACT,
        ("deel dat er komt", "part that is realised"),
        unit="share",
        minimum=0,
        maximum=1,
        empty=("uit de tabel planuitval, anders 1", "from the table realisation, else 1"),
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class Realisation(Row):
    """Which part of plans comes about, by route and status."""

    table: ClassVar[str] = "realisation"
    nl: ClassVar[str] = "planuitval"
    meaning: ClassVar[Label] = Label(
        "Welk deel van de plannen er komt, per route en planstatus.",
        "Which part of the plans is realised, by route and plan status.",
    )

    route: str = column("route", choice(ROUTES), ("route", "route"), key=True)
    status: str = column("planstatus", choice(PLAN_STATUSES), ("hard of zacht", "hard or soft"), key=True)
    factor: Fraction = column(
        "realisatiegraad",
        EXACT,
        ("deel dat er komt", "part that is realised"),
        unit="share",
        minimum=0,
        maximum=1,
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment(Row):
    """Dwellings that are firmly agreed."""

    table: ClassVar[str] = "commitments"
    nl: ClassVar[str] = "afspraken"
    meaning: ClassVar[Label] = Label(
        "Wat vaststaat: het plan bouwt ten minste dit.", "What is fixed: the plan builds at least this."
    )

    municipality_code: str = municipality_column()
    option: str = option_column()
    year: int = column(
        "jaar",
        YEAR,
        ("jaar van oplevering", "year of completion"),
        unit="year",
        key=True,
        minimum=1990,
        maximum=2100,
    )
    dwellings: int = dwellings_column()
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class Realised(Row):
    """Dwellings completed in years before the first open year."""

    table: ClassVar[str] = "realised"
    nl: ClassVar[str] = "gerealiseerd"
    meaning: ClassVar[Label] = Label(
        "Wat is opgeleverd in jaren voor het eerste open jaar; het plan verandert daar niets aan.",
        "What was completed in years before the first open year; the plan does not change it.",
    )

    municipality_code: str = municipality_column()
    option: str = option_column()
    year: int = column(
        "jaar",
        YEAR,
        ("jaar van oplevering", "year of completion"),
        unit="year",
        key=True,
        minimum=1990,
        maximum=2100,
    )
    dwellings: int = dwellings_column()
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion(Row):
    """An option that a municipality does not build."""

    table: ClassVar[str] = "exclusions"
    nl: ClassVar[str] = "uitsluitingen"
    meaning: ClassVar[Label] = Label(
        "Wat een gemeente in een periode niet bouwt.", "What a municipality does not build in a period."
    )

    municipality_code: str = municipality_column()
    option: str = option_column()
    from_year: int = year_columns()[0]
    to_year: int | None = year_columns()[1]
    source: str | None = source_column()
