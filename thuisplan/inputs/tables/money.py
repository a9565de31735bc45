"""Tables of money: pots, who pays them, and how much a year."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from thuisplan.inputs.columns import CODE, EXACT, TEXT, WHOLE, YEAR, YESNO, Row, choice, column, several
from thuisplan.inputs.labels import DWELLING_TYPES, MONEY_KINDS, PURPOSES, Label
from thuisplan.inputs.tables.places import source_column, year_columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Pot(Row):
    """A sum of money of one payer, for one kind of cost."""

    table: ClassVar[str] = "pots"
    nl: ClassVar[str] = "budgetten"
    meaning: ClassVar[Label] = Label(
        "Budgetten: wie betaalt, waarvoor en waar. Meerkosten en onrendabele top worden nooit opgeteld.",
        "Pots: who pays, for what and where. Extra cost and deficit are never added.",
    )

    pot_id: str = column("budget", CODE, ("code van het budget", "code of the pot"), key=True)
    payer: str = column("financier", TEXT, ("wie betaalt", "who pays"))
    kind: str = column(
        "soort_geld", choice(MONEY_KINDS), ("meerkosten of onrendabele top", "extra cost or deficit")
    )
    purpose: str | None = column(
        "doel", choice(PURPOSES), ("soort plaats", "kind of place"), empty=("overal", "everywhere")
    )
    place: str | None = column(
        "plaats",
        TEXT,
        ("waar het geld besteed mag worden", "where the money may be spent"),
        empty=("overal", "everywhere"),
    )
    dwelling_types: tuple[str, ...] = column(
        "woningtypen",
        several(DWELLING_TYPES),
        ("waarvoor het geoormerkt is, gescheiden door |", "what it is earmarked for, separated by |"),
        default=(),
        empty=("elk type", "any type"),
    )
    max_per_dwelling_eur: int | None = column(
        "hoogstens_per_woning_eur",
        WHOLE,
        ("hoogste bijdrage per woning", "largest amount per dwelling"),
        unit="EUR/dwelling",
        minimum=0,
        empty=("geen grens", "no limit"),
    )
    max_share: Fraction | None = column(
        "hoogstens_aandeel",
        EXACT,
        ("hoogste deel van de kosten", "largest share of the cost"),
        unit="share",
        minimum=0,
        maximum=1,
        empty=("geen grens", "no limit"),
    )
    price_year: int | None = column(
        "prijspeil",
        YEAR,
        ("prijspeil van de bedragen", "price year of the amounts"),
        unit="year",
        empty=("onbekend", "unknown"),
        minimum=1990,
        maximum=2100,
    )
    carry_over: bool = column(
        "doorschuiven",
        YESNO,
        ("wat over is gaat naar het volgende jaar", "what is left goes to the next year"),
        default=False,
        empty=("nee, het vervalt", "no, it lapses"),
    )
    carries_rest: bool = column(
        "draagt_de_rest",
        YESNO,
        ("betaalt zonder grens wat anderen niet dekken", "pays without limit what others do not cover"),
        default=False,
        empty=("nee", "no"),
    )
    source: str | None = source_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget(Row):
    """How much a pot has in a year."""

    table: ClassVar[str] = "budgets"
    nl: ClassVar[str] = "budgetbedragen"
    meaning: ClassVar[Label] = Label("Hoeveel een budget per jaar bevat.", "How much a pot holds each year.")

    pot_id: str = column(
        "budget",
        CODE,
        ("code uit de tabel budgetten", "code from the table pots"),
        key=True,
        refers="pots.pot_id",
    )
    from_year: int = year_columns()[0]
    to_year: int | None = year_columns()[1]
    amount_eur: int = column(
        "bedrag_eur", WHOLE, ("bedrag per jaar", "amount a year"), unit="EUR/year", minimum=0
    )
    source: str | None = source_column()
