"""Table of needs: what must be delivered, where, by when."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from thuisplan.inputs.columns import CODE, EXACT, TEXT, YESNO, Row, choice, column
from thuisplan.inputs.labels import NEED_CLASSES, PURPOSES, STRENGTHS, Label
from thuisplan.inputs.tables.places import source_column, year_columns


def _amount(nl: str, meaning: tuple[str, str], empty: tuple[str, str]) -> Fraction | None:
    return column(nl, EXACT, meaning, unit="dwellings/year", minimum=0, empty=empty)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need(Row):
    """A need per year of one category in one place."""

    table: ClassVar[str] = "needs"
    nl: ClassVar[str] = "behoeften"
    meaning: ClassVar[Label] = Label(
        "Wat er per jaar bij moet komen. Het loopt over de jaren op tot hele woningen.",
        "What must be added each year. It adds up over the years to whole dwellings.",
    )
    required_table: ClassVar[bool] = True

    need_id: str = column("behoefte", CODE, ("code van de behoefte", "code of the need"), key=True)
    purpose: str = column("doel", choice(PURPOSES), ("soort plaats", "kind of place"))
    place: str = column("plaats", TEXT, ("regio, of gemeentecode", "region, or municipality code"))
    need_category: str = column(
        "behoeftecategorie", CODE, ("wat nodig is (zie opties)", "what is needed (see options)")
    )
    need_class: str = column(
        "soort_behoefte",
        choice(NEED_CLASSES),
        ("aandachtsgroepen of regulier programma", "special groups or the regular programme"),
        default="special",
        empty=("aandachtsgroepen", "special"),
    )
    from_year: int = year_columns()[0]
    to_year: int | None = year_columns()[1]
    low: Fraction | None = _amount(
        "laag", ("lage raming per jaar", "low estimate a year"), ("gelijk aan midden", "equal to central")
    )
    central: Fraction | None = _amount(
        "midden",
        ("middenraming per jaar", "central estimate a year"),
        ("het gemiddelde van laag en hoog", "the mean of low and high"),
    )
    high: Fraction | None = _amount(
        "hoog", ("hoge raming per jaar", "high estimate a year"), ("gelijk aan midden", "equal to central")
    )
    weight: Fraction = column(
        "gewicht",
        EXACT,
        ("gewicht van een tekort", "weight of a shortfall"),
        unit="weight",
        minimum=0,
        default=Fraction(1),
        empty=("1", "1"),
    )
    strength: str = column(
        "sterkte",
        choice(STRENGTHS),
        (
            "streefregel: het plan vult het zo veel mogelijk in; alleen volgen: het wordt gemeld",
            "soft: the plan meets as much as it can; monitor: it is only reported",
        ),
        default="soft",
        empty=("streefregel", "soft"),
    )
    decides: bool = column(
        "telt",
        YESNO,
        ("nee: een ruimere raming die alleen wordt vergeleken", "no: a wider estimate that is only compared"),
        default=True,
        empty=("ja", "yes"),
    )
    source: str | None = source_column()
