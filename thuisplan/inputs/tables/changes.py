"""Tables of what is changed by hand: overrides of figures, and lines that may be missed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from thuisplan.inputs.columns import CODE, EXACT, TEXT, Row, choice, column
from thuisplan.inputs.labels import OPERATIONS, Label
from thuisplan.inputs.tables.places import source_column


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(Row):
    """A change of a figure of the resolved input; rows are applied from top to bottom."""

    table: ClassVar[str] = "overrides"
    nl: ClassVar[str] = "aanpassingen"
    ordered: ClassVar[bool] = True
    meaning: ClassVar[Label] = Label(
        "Wijzigingen op de invoer, van boven naar beneden, nadat elke standaardwaarde is ingevuld en elk "
        "bedrag en aantal over de jaren is verdeeld. Zo blijft te zien wat afwijkt van de eigen cijfers.",
        "Changes of the input, from top to bottom, after every default is filled in and every figure is "
        "spread over its years. So it stays visible what departs from the figures themselves.",
    )

    table_name: str = column("tabel", TEXT, ("tabel", "table"), key=True, alias="table")
    row_key: str = column(
        "rij",
        TEXT,
        (
            "de sleutelkolommen van de rij, gescheiden door een spatie: - is leeg, * is elke waarde, een "
            'jaar mag 2028-2030 zijn, een naam met spaties staat tussen "aanhalingstekens"',
            "the key columns of the row, separated by a space: - is empty, * is any value, a year may be "
            '2028-2030, a name with spaces stands between "quotation marks"',
        ),
        key=True,
        alias="key",
    )
    column_name: str | None = column(
        "kolom",
        TEXT,
        ("kolom die verandert", "column that changes"),
        key=True,
        alias="column",
        empty=("de hele rij, bij vervalt", "the whole row, with remove"),
    )
    operation: str = column(
        "bewerking",
        choice(OPERATIONS),
        ("wat er met de waarde gebeurt", "what is done with the value"),
        key=True,
    )
    value: str | None = column(
        "waarde",
        TEXT,
        (
            "waarde, of wat erbij komt, of waarmee wordt vermenigvuldigd",
            "value, what is added, or the factor",
        ),
        empty=("leeg, of niet nodig", "empty, or not needed"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation(Row):
    """A line of a rule that may be missed by an agreed amount."""

    table: ClassVar[str] = "deviations"
    nl: ClassVar[str] = "afwijkingen"
    meaning: ClassVar[Label] = Label(
        "Afgesproken afwijkingen: hoeveel een regel op een plaats en in een periode mag worden gemist, in de "
        "eenheid van die regel. Regel, plaats, onderwerp en periode staan zo in `rules.parquet` van een "
        "plan. "
        "Gelden er meer rijen voor dezelfde toets, dan tellen ze op.",
        "Agreed deviations: by how much a rule may be missed in a place and period, in the unit of that "
        "rule. "
        "Rule, place, subject and period stand like this in `rules.parquet` of a plan. "
        "Several rows about the same line add up.",
    )

    rule_id: str = column(
        "regel",
        CODE,
        ("code uit de tabel regels", "code from the table rules"),
        key=True,
        refers="rules.rule_id",
    )
    place: str = column(
        "plaats",
        TEXT,
        ("regio, of gemeentecode", "region, or municipality code"),
        key=True,
        default="",
        empty=("een toets zonder plaats", "a line without a place"),
    )
    subject: str = column(
        "onderwerp",
        TEXT,
        (
            "waar de toets over gaat, zoals een optie of een behoefte",
            "what the line is about, such as an option",
        ),
        key=True,
        default="",
        empty=("een toets zonder onderwerp", "a line without a subject"),
    )
    period: str = column(
        "periode",
        TEXT,
        (
            "periode van de toets; 2028-2030 is ook elk jaar daarvan",
            "period of the line; 2028-2030 is also every year of it",
        ),
        key=True,
    )
    amount: Fraction = column(
        "hoeveel",
        EXACT,
        ("hoeveel de regel gemist mag worden", "by how much the rule may be missed"),
        unit="unit of the line",
        minimum=0,
    )
    agreed_by: str | None = column(
        "overeengekomen_door",
        TEXT,
        ("wie dat afsprak", "who agreed to it"),
        empty=("niet opgegeven", "not given"),
    )
    source: str | None = source_column()
