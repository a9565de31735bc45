"""The columns of a programme that is to be tested; a file of its own, not a table of an input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from thuisplan.inputs.columns import TEXT, WHOLE, YEAR, Row, column
from thuisplan.inputs.labels import Label
from thuisplan.inputs.tables.places import source_column


def _ignored(nl: str) -> Any:
    """Describe a column that a plan has as well and that is not read."""
    return column(nl, TEXT, ("wordt niet gelezen", "is not read"), empty=("niets", "nothing"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRow(Row):
    """One cell of a programme; a table of its own, not part of an input."""

    table: ClassVar[str] = "programme"
    nl: ClassVar[str] = "programma"
    meaning: ClassVar[Label] = Label(
        "Een programma om te toetsen: hoeveel woningen van welke optie in welk jaar.",
        "A programme to test: how many dwellings of which option in which year.",
    )

    municipality_code: str | None = column(
        "gemeentecode", TEXT, ("code, zoals GM0246", "code, such as GM0246"), empty=("de naam", "the name")
    )
    municipality: str | None = column("gemeente", TEXT, ("naam", "name"), empty=("de code", "the code"))
    year: int = column("jaar", YEAR, ("jaar van oplevering", "year of completion"), unit="year")
    option: str = column("optie", TEXT, ("code uit de tabel opties", "code from the table options"))
    dwellings: int = column(
        "woningen", WHOLE, ("opgeleverde woningen", "dwellings completed"), unit="dwellings", minimum=0
    )
    dwelling_type: str | None = _ignored("woningtype")
    route: str | None = _ignored("route")
    segment: str | None = _ignored("segment")
    unit: str | None = _ignored("eenheid")
    committed: str | None = _ignored("afgesproken")
    extra_cost_eur: str | None = _ignored("meerkosten_eur")
    deficit_eur: str | None = _ignored("onrendabele_top_eur")
    source: str | None = source_column()
