"""Tables of agreements: rules, exemptions and the order of objectives."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from thuisplan.inputs.columns import CODE, EXACT, TEXT, WHOLE, YEAR, Row, choice, column
from thuisplan.inputs.labels import (
    FAMILY_LABELS,
    MEASURES,
    PURPOSES,
    STATUSES,
    STRENGTHS,
    Label,
)
from thuisplan.inputs.tables.places import source_column


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Row):
    """A rule that a plan must keep, aim at or report."""

    table: ClassVar[str] = "rules"
    nl: ClassVar[str] = "regels"
    meaning: ClassVar[Label] = Label(
        "De afspraken. De regels van de bouwstenen (capaciteit, budgetten ...) staan er vanzelf bij; "
        "noem ze alleen om hun sterkte te veranderen.",
        "The agreements. Rules of the building blocks (capacity, pots ...) are there by themselves; "
        "name them only to change their strength.",
    )

    rule_id: str = column("regel", CODE, ("code van de regel", "code of the rule"), key=True)
    family: str = column("familie", choice(FAMILY_LABELS), ("soort regel", "kind of rule"))
    track: int = column(
        "spoor",
        WHOLE,
        ("1 woningen, 2 toewijzing, 3 zorg", "1 dwellings, 2 allocation, 3 care"),
        minimum=1,
        maximum=3,
        default=1,
        empty=("1", "1"),
    )
    purpose: str | None = column(
        "doel", choice(PURPOSES), ("op welk niveau", "at which level"), empty=("gemeente", "municipality")
    )
    place: str | None = column(
        "plaats",
        TEXT,
        ("regio, of gemeentecode", "region, or municipality code"),
        empty=("elke plaats van dat niveau", "every place of that level"),
    )
    strength: str | None = column(
        "sterkte",
        choice(STRENGTHS),
        ("hard, streven of volgen", "hard, soft or monitor"),
        empty=("de sterkte die bij de familie hoort", "the strength that goes with the family"),
    )
    weight: Fraction = column(
        "gewicht",
        EXACT,
        ("gewicht als streefregel", "weight as a soft rule"),
        unit="weight",
        minimum=0,
        default=Fraction(1),
        empty=("1", "1"),
    )
    valid_from: int | None = column(
        "geldig_vanaf",
        YEAR,
        ("eerste jaar", "first year"),
        unit="year",
        empty=("het begin van de planperiode", "the start of the horizon"),
    )
    valid_to: int | None = column(
        "geldig_tot_en_met",
        YEAR,
        ("laatste jaar", "last year"),
        unit="year",
        empty=("het einde van de planperiode", "the end of the horizon"),
    )
    status: str = column(
        "status",
        choice(STATUSES),
        ("hoe vast de regel staat", "how firm the rule is"),
        default="assumption",
        empty=("aanname", "assumption"),
    )
    status_date: str | None = column(
        "statusdatum", TEXT, ("datum van de tekst", "date of the text"), empty=("onbekend", "unknown")
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleParameter(Row):
    """A number or choice of a rule."""

    table: ClassVar[str] = "rule_parameters"
    nl: ClassVar[str] = "regelparameters"
    meaning: ClassVar[Label] = Label(
        "Getallen en keuzes van een regel; wat ontbreekt krijgt de genoemde standaardwaarde.",
        "Numbers and choices of a rule; what is missing gets the default named with it.",
    )

    rule_id: str = column(
        "regel",
        CODE,
        ("code uit de tabel regels", "code from the table rules"),
        key=True,
        refers="rules.rule_id",
    )
    parameter: str = column("parameter", TEXT, ("naam van de parameter", "name of the parameter"), key=True)
    value: str = column("waarde", TEXT, ("waarde", "value"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption(Row):
    """A place that a rule does not bind, or binds with another value (maatwerk)."""

    table: ClassVar[str] = "exemptions"
    nl: ClassVar[str] = "maatwerk"
    meaning: ClassVar[Label] = Label(
        "Plaatsen waar een regel niet of met een andere waarde geldt.",
        "Places where a rule does not hold, or holds with another value.",
    )

    rule_id: str = column(
        "regel",
        CODE,
        ("code uit de tabel regels", "code from the table rules"),
        key=True,
        refers="rules.rule_id",
    )
    place: str = column("plaats", TEXT, ("regio, of gemeentecode", "region, or municipality code"), key=True)
    value: Fraction | None = column(
        "waarde",
        EXACT,
        ("waarde die in de plaats komt", "value that takes its place"),
        empty=("vrijgesteld", "exempt"),
        minimum=0,
    )
    agreed_by: str = column("overeengekomen_door", TEXT, ("wie dat afsprak", "who agreed to it"))
    compensated_in: str | None = column(
        "gecompenseerd_in",
        CODE,
        (
            "specialisatie: de fair-shareregel over meer soorten woningen waarin deze plaats wel haar deel "
            "levert, en dus van iets anders meer bouwt",
            "specialisation: the fair-share rule over more kinds of dwellings in which this place does give "
            "its part, and so builds more of something else",
        ),
        empty=("nergens", "nowhere"),
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow(Row):
    """One measure of one stage of the solution."""

    table: ClassVar[str] = "stages"
    nl: ClassVar[str] = "fasen"
    meaning: ClassVar[Label] = Label(
        "Doelen in volgorde. Zonder deze tabel geldt de standaardvolgorde.",
        "Objectives in order. Without this table the default order holds.",
    )

    stage: int = column("fase", WHOLE, ("volgorde", "order"), key=True, minimum=1)
    measure: str = column(
        "maat", choice(MEASURES), ("wat zo klein mogelijk wordt", "what is minimised"), key=True
    )
    weight: Fraction = column(
        "gewicht",
        EXACT,
        ("gewicht binnen de fase", "weight within the stage"),
        unit="weight",
        minimum=0,
        default=Fraction(1),
        empty=("1", "1"),
    )
    close_rel: Fraction = column(
        "sluit_relatief",
        EXACT,
        ("wanneer de fase klaar is, relatief", "when the stage is done, relative"),
        unit="share",
        minimum=0,
        default=Fraction(0),
        empty=("0", "0"),
    )
    close_abs: Fraction = column(
        "sluit_absoluut",
        EXACT,
        ("wanneer de fase klaar is, absoluut", "when the stage is done, absolute"),
        unit="measure",
        minimum=0,
        default=Fraction(0),
        empty=("0", "0"),
    )
    keep_rel: Fraction = column(
        "behoud_relatief",
        EXACT,
        ("wat latere fasen mogen teruggeven, relatief", "what later stages may give back, relative"),
        unit="share",
        minimum=0,
        default=Fraction(0),
        empty=("0", "0"),
    )
    keep_abs: Fraction = column(
        "behoud_absoluut",
        EXACT,
        ("wat latere fasen mogen teruggeven, absoluut", "what later stages may give back, absolute"),
        unit="measure",
        minimum=0,
        default=Fraction(0),
        empty=("0", "0"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption(Row):
    """A default that was used; written by Thuisplan, carried along when read."""

    table: ClassVar[str] = "assumptions"
    nl: ClassVar[str] = "aannamen"
    meaning: ClassVar[Label] = Label(
        "Standaardwaarden die gebruikt zijn; Thuisplan schrijft deze tabel zelf.",
        "Defaults that were used; Thuisplan writes this table itself.",
    )

    table_name: str = column("tabel", TEXT, ("tabel", "table"), key=True)
    row_key: str = column("rij", TEXT, ("sleutel van de rij", "key of the row"), key=True)
    column_name: str = column("kolom", TEXT, ("kolom", "column"), key=True)
    value: str = column("waarde", TEXT, ("waarde", "value"), default="", empty=("onbekend", "unknown"))
    unit: str = column("eenheid", TEXT, ("eenheid", "unit"), default="", empty=("geen", "none"))
    source: str = column("bron", TEXT, ("bron", "source"), default="", empty=("geen", "none"))
    year: int | None = column(
        "jaar", YEAR, ("jaar van de bron", "year of the source"), empty=("onbekend", "unknown")
    )
    status: str = column(
        "status",
        choice(STATUSES),
        ("status", "status"),
        default="assumption",
        empty=("aanname", "assumption"),
    )
    origin: str = column(
        "herkomst",
        TEXT,
        ("standaard of gebruiker", "default or user"),
        default="default",
        empty=("standaard", "default"),
    )
