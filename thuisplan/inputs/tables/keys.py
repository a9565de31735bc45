"""Tables of distribution keys: their factors, bounds, overrides and shares, and the figures they follow."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from thuisplan.inputs.columns import CODE, EXACT, TEXT, WHOLE, YEAR, Row, choice, column
from thuisplan.inputs.labels import (
    APPORTIONMENTS,
    FACTOR_ROLES,
    KEY_BASES,
    KEY_FIGURES,
    KEY_METHODS,
    Label,
)
from thuisplan.inputs.tables.places import municipality_column, source_column

LARGEST_TASK = 10_000_000
"""Dwellings a year; the nation has about eight million."""


def key_column() -> str:
    """Return a column with the code of a key."""
    return column(  # type: ignore[no-any-return]
        "sleutel",
        CODE,
        ("code uit de tabel sleutels", "code from the table keys"),
        key=True,
        refers="keys.key_id",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalityFigure(Row):
    """A figure of a municipality that has no column of its own."""

    table: ClassVar[str] = "municipality_figures"
    nl: ClassVar[str] = "gemeentecijfers"
    meaning: ClassVar[Label] = Label(
        "Eigen cijfers per gemeente, zoals marktdruk of arbeidsplaatsen; sleutels en regels kunnen ze "
        "volgen. Een cijfer staat er voor elke gemeente, of het is niet te gebruiken.",
        "Figures of your own per municipality, such as market pressure or jobs; keys and rules can follow "
        "them. A figure is there for every municipality, or it cannot be used.",
    )

    municipality_code: str = municipality_column()
    figure: str = column(
        "cijfer",
        choice(KEY_FIGURES),
        ("naam van het cijfer, een eigen code", "name of the figure, a code of your own"),
        key=True,
    )
    value: Fraction = column("waarde", EXACT, ("waarde", "value"), unit="figure", minimum=0)
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class Key(Row):
    """A distribution key, perhaps with a growth path towards it."""

    table: ClassVar[str] = "keys"
    nl: ClassVar[str] = "sleutels"
    meaning: ClassVar[Label] = Label(
        "Verdeelsleutels, zo nodig met een ingroeipad: van de beginverdeling lineair naar de sleutel. "
        "`thuisplan keys` zet ze naast elkaar.",
        "Distribution keys, if needed with a growth path: linear from the starting shares to the key. "
        "`thuisplan keys` shows them side by side.",
    )

    key_id: str = column("sleutel", CODE, ("code van de sleutel", "code of the key"), key=True)
    basis: str = column(
        "grondslag",
        choice(KEY_BASES),
        (
            "waarnaar verdeeld wordt; bij factoren volgt de sleutel uit de tabel sleutelfactoren",
            "what the shares follow; with factors the key follows from the table key_factors",
        ),
    )
    method: str = column(
        "methode",
        choice(KEY_METHODS),
        (
            "hoe factoren samengaan: gewogen aandelen opgeteld, of een basis maal scores",
            "how factors combine: weighted shares added up, or a baseline times scores",
        ),
        default="additive",
        empty=("optellend", "additive"),
    )
    start_basis: str | None = column(
        "begin_grondslag",
        choice(KEY_BASES),
        ("verdeling in het beginjaar", "shares in the starting year"),
        empty=("geen ingroeipad", "no growth path"),
    )
    path_first_year: int | None = column(
        "pad_beginjaar",
        YEAR,
        ("jaar waarin de beginverdeling nog geldt", "year in which the start still holds"),
        unit="year",
        empty=("geen ingroeipad", "no growth path"),
        minimum=1990,
        maximum=2100,
    )
    path_last_year: int | None = column(
        "pad_eindjaar",
        YEAR,
        ("jaar waarin de sleutel geheel geldt", "year in which the key holds in full"),
        unit="year",
        empty=("geen ingroeipad", "no growth path"),
        minimum=1990,
        maximum=2100,
    )
    total: int | None = column(
        "opgave_per_jaar",
        WHOLE,
        (
            "opgave die de sleutel verdeelt; nodig als er sleutelafspraken zijn",
            "task that the key divides; needed if there are key overrides",
        ),
        unit="dwellings/year",
        empty=("geef het bij `thuisplan keys` met --total", "give it to `thuisplan keys` with --total"),
        minimum=1,
        maximum=LARGEST_TASK,
    )
    apportionment: str = column(
        "afronding",
        choice(APPORTIONMENTS),
        ("hoe aandelen hele woningen worden", "how shares become whole dwellings"),
        default="largest_remainder",
        empty=("grootste rest", "largest remainder"),
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFactor(Row):
    """One figure that a key of basis ``factors`` follows."""

    table: ClassVar[str] = "key_factors"
    nl: ClassVar[str] = "sleutelfactoren"
    meaning: ClassVar[Label] = Label(
        "Waaruit een sleutel met grondslag factoren bestaat. Optellend: elk cijfer geeft een aandeel, "
        "gewogen opgeteld. Vermenigvuldigend: het aandeel volgens de basis, maal de score van elke factor "
        "(het cijfer recht omgerekend naar ondergrens-bovengrens), en dan samen weer 1.",
        "What a key of basis factors consists of. Additive: each figure gives a share, added up by weight. "
        "Multiplicative: the share by the baseline, times the score of each factor (the figure rescaled in a "
        "straight line to low-high), and then brought back to 1 together.",
    )

    key_id: str = key_column()
    basis: str = column(
        "grondslag",
        choice(KEY_FIGURES),
        (
            "cijfer uit de tabel gemeenten, of een cijfer uit gemeentecijfers",
            "figure of the table municipalities, or a figure of municipality_figures",
        ),
        key=True,
    )
    role: str = column(
        "rol",
        choice(FACTOR_ROLES),
        (
            "aandeel (optellend), basis of factor (vermenigvuldigend)",
            "share (additive), baseline or factor (multiplicative)",
        ),
        default="share",
        empty=("aandeel", "share"),
    )
    weight: Fraction = column(
        "gewicht",
        EXACT,
        ("gewicht van een aandeel of basis", "weight of a share or baseline"),
        unit="weight",
        minimum=0,
        default=Fraction(1),
        empty=("1", "1"),
    )
    low: Fraction | None = column(
        "ondergrens",
        EXACT,
        (
            "score van een factor bij het laagste cijfer, zoals 0,5; hoger dan de bovengrens keert hem om",
            "score of a factor at the lowest figure, such as 0.5; above high it turns the factor round",
        ),
        unit="score",
        minimum=0,
        empty=("alleen nodig bij een factor", "needed for a factor only"),
    )
    high: Fraction | None = column(
        "bovengrens",
        EXACT,
        (
            "score van een factor bij het hoogste cijfer, zoals 1,5",
            "score at the highest figure, such as 1.5",
        ),
        unit="score",
        minimum=0,
        empty=("alleen nodig bij een factor", "needed for a factor only"),
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyBound(Row):
    """The least and the most that a municipality gets from a key."""

    table: ClassVar[str] = "key_bounds"
    nl: ClassVar[str] = "sleutelgrenzen"
    meaning: ClassVar[Label] = Label(
        "Minimum en maximum van een gemeente in een sleutel. Wat daardoor vrijkomt of tekortkomt, wordt "
        "over de anderen verdeeld naar hun aandeel, tot alles past.",
        "Floor and cap of a municipality in a key. What this sets free or lacks is divided over the others "
        "by their shares, until everything fits.",
    )

    key_id: str = key_column()
    municipality_code: str = municipality_column()
    floor: Fraction | None = column(
        "minimum",
        EXACT,
        ("ten minste dit deel van de opgave", "at least this share of the task"),
        unit="share",
        minimum=0,
        maximum=1,
        empty=("geen minimum", "no floor"),
    )
    cap: Fraction | None = column(
        "maximum",
        EXACT,
        ("hoogstens dit deel van de opgave", "at most this share of the task"),
        unit="share",
        minimum=0,
        maximum=1,
        empty=("geen maximum", "no cap"),
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOverride(Row):
    """Dwellings that were negotiated from one municipality to another."""

    table: ClassVar[str] = "key_overrides"
    nl: ClassVar[str] = "sleutelafspraken"
    meaning: ClassVar[Label] = Label(
        "Wat gemeenten onderling afspreken boven op de sleutel: meer voor de een is minder voor de ander, "
        "dus per sleutel tellen de wijzigingen op tot nul. De opgave van de sleutel moet ingevuld zijn.",
        "What municipalities agree among themselves on top of the key: more for one is less for another, so "
        "the changes sum to zero per key. The total of the key must be filled in.",
    )

    key_id: str = key_column()
    municipality_code: str = municipality_column()
    change: int = column(
        "wijziging",
        WHOLE,
        ("woningen per jaar meer of minder", "dwellings a year more or fewer"),
        unit="dwellings/year",
    )
    agreed_by: str = column("overeengekomen_door", TEXT, ("wie dat afsprak", "who agreed to it"))
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyShare(Row):
    """The share of one municipality in a key of basis ``shares``."""

    table: ClassVar[str] = "key_shares"
    nl: ClassVar[str] = "sleutelaandelen"
    meaning: ClassVar[Label] = Label(
        "Aandelen van een sleutel met grondslag aandelen; ze tellen op tot 1.",
        "Shares of a key whose basis is shares; they sum to 1.",
    )

    key_id: str = key_column()
    municipality_code: str = municipality_column()
    year: int | None = column(
        "jaar",
        YEAR,
        ("jaar waarvoor het aandeel geldt", "year in which the share holds"),
        unit="year",
        key=True,
        empty=("alle jaren", "all years"),
    )
    share: Fraction = column(
        "aandeel", EXACT, ("aandeel in de opgave", "share of the task"), unit="share", minimum=0, maximum=1
    )
    source: str | None = source_column()
