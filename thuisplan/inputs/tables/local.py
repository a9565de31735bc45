"""Tables below and beside the municipality: neighbourhoods, care, corporations, settlement."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from thuisplan.inputs.columns import CODE, EXACT, TEXT, WHOLE, YESNO, Row, choice, column, several
from thuisplan.inputs.labels import PURPOSES, Label
from thuisplan.inputs.tables.places import municipality_column, source_column, year_columns


def _hours(nl: str, meaning: tuple[str, str]) -> Fraction:
    return column(nl, EXACT, meaning, unit="hours/year", minimum=0)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True, kw_only=True)
class CareDemand(Row):
    """Hours of support that a place, or a household that is let to, asks in a year."""

    table: ClassVar[str] = "care_demand"
    nl: ClassVar[str] = "zorgvraag"
    meaning: ClassVar[Label] = Label(
        "Uren begeleiding: per plaats in gebruik van een optie, of per huishouden van een doelgroep in het "
        "jaar van toewijzing.",
        "Hours of support: per place in service of an option, or per household of a group in the year it "
        "is housed.",
    )

    subject: str = column("onderwerp", CODE, ("optie of doelgroep", "option or target group"), key=True)
    hours: Fraction = _hours("uren_per_jaar", ("uren begeleiding per jaar", "hours of support a year"))
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class CareCapacity(Row):
    """Hours of support that are available in a place."""

    table: ClassVar[str] = "care_capacity"
    nl: ClassVar[str] = "zorgcapaciteit"
    meaning: ClassVar[Label] = Label(
        "Uren begeleiding die er per jaar zijn in een gemeente of regio.",
        "Hours of support that are available each year in a municipality or region.",
    )

    purpose: str = column("doel", choice(PURPOSES), ("soort plaats", "kind of place"), key=True)
    place: str = column("plaats", TEXT, ("regio, of gemeentecode", "region, or municipality code"), key=True)
    from_year: int = year_columns()[0]
    to_year: int | None = year_columns()[1]
    hours: Fraction = _hours("uren_per_jaar", ("uren die er zijn", "hours that are available"))
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood(Row):
    """A neighbourhood or centre: what may be added there, and from what scale."""

    table: ClassVar[str] = "neighbourhoods"
    nl: ClassVar[str] = "wijken"
    meaning: ClassVar[Label] = Label(
        "Wijken en kernen van een gemeente. Heeft een gemeente wijken, dan krijgt elke woning voor "
        "aandachtsgroepen er een plek.",
        "Neighbourhoods and centres of a municipality. If a municipality has them, every dwelling for "
        "special groups gets a place in one.",
    )

    municipality_code: str = municipality_column()
    neighbourhood: str = column("wijk", TEXT, ("naam van de wijk", "name of the neighbourhood"), key=True)
    max_special: int | None = column(
        "hoogstens_bijzonder",
        WHOLE,
        (
            "hoeveel woningen voor aandachtsgroepen er ten hoogste bij komen; 0 = ontzien",
            "most dwellings for special groups that may be added; 0 = spared",
        ),
        unit="dwellings",
        minimum=0,
        empty=("geen grens", "no limit"),
    )
    preferred: bool = column(
        "voorkeur",
        YESNO,
        ("sterke wijk waar bij voorkeur gebouwd wordt", "strong neighbourhood that is preferred"),
        default=False,
        empty=("nee", "no"),
    )
    options: tuple[str, ...] = column(
        "opties",
        several(),
        ("opties die hier kunnen, gescheiden door |", "options that are possible here, separated by |"),
        default=(),
        empty=("elke optie", "any option"),
    )
    minimum_scale: int | None = column(
        "minimale_schaal",
        WHOLE,
        (
            "wordt een optie hier gebouwd, dan ten minste zoveel over de hele planperiode",
            "if an option is built here, at least so many over the whole horizon",
        ),
        unit="dwellings",
        minimum=1,
        empty=("geen minimum", "no minimum"),
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class Corporation(Row):
    """The social stock of one corporation in a municipality."""

    table: ClassVar[str] = "corporations"
    nl: ClassVar[str] = "corporaties"
    meaning: ClassVar[Label] = Label(
        "De sociale voorraad per corporatie; de taak van de gemeente wordt daarnaar verdeeld.",
        "The social stock of each corporation; the municipality's task is divided by it.",
    )

    municipality_code: str = municipality_column()
    corporation: str = column("corporatie", TEXT, ("naam", "name"), key=True)
    social_dwellings: int = column(
        "sociale_woningen",
        WHOLE,
        ("sociale huurwoningen", "social dwellings"),
        unit="dwellings",
        minimum=0,
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff(Row):
    """What a municipality pays or gets per dwelling of difference, in a settlement afterwards."""

    table: ClassVar[str] = "tariffs"
    nl: ClassVar[str] = "verrekentarieven"
    meaning: ClassVar[Label] = Label(
        "Vereffening achteraf: bedrag per woning die een gemeente meer of minder huisvest dan haar aandeel.",
        "Settlement afterwards: amount per dwelling that a municipality houses above or below its share.",
    )

    rule_id: str = column(
        "regel",
        CODE,
        ("fair-share-regel uit de tabel regels", "fair share rule from the table rules"),
        key=True,
        refers="rules.rule_id",
    )
    eur_per_dwelling: int = column(
        "eur_per_woning",
        WHOLE,
        (
            "bedrag per woning, in het prijspeil van het scenario; wordt niet omgerekend",
            "amount per dwelling, in the price level of the scenario; it is not converted",
        ),
        unit="EUR/dwelling",
        minimum=0,
    )
    source: str | None = source_column()
