"""Tables of money: pots, who pays them, and how much a year."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from thuisplan.inputs.columns import CODE, EXACT, TEXT, WHOLE, YEAR, YESNO, Row, choice, column, several
from thuisplan.inputs.labels import DWELLING_TYPES, GROUPS, MONEY_KINDS, PURPOSES, Label
from thuisplan.inputs.tables.places import source_column, year_columns
from thuisplan.inputs.tables.supply import Option


def _window_year(nl: str, meaning: tuple[str, str], empty: tuple[str, str]) -> int | None:
    """Return a column with one end of a window in which dwellings must start or be completed."""
    return column(  # type: ignore[no-any-return]
        nl, YEAR, meaning, unit="year", empty=empty, minimum=1990, maximum=2100
    )


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
    groups: tuple[str, ...] = column(
        "doelgroepen",
        several(GROUPS),
        (
            "voor wie het geoormerkt is, gescheiden door |: het betaalt alleen woningen die het plan "
            "aan deze doelgroepen toewijst",
            "for whom it is earmarked, separated by |: it pays only for dwellings that the plan lets "
            "to these target groups",
        ),
        default=(),
        empty=("iedereen", "anyone"),
    )
    start_from: int | None = _window_year(
        "start_vanaf",
        (
            "eerste jaar van de start bouw waarvoor het betaalt; start = opleverjaar min bouwtijd",
            "first year of the start of building it pays for; start = year of completion less building time",
        ),
        ("geen grens", "no limit"),
    )
    start_to: int | None = _window_year(
        "start_tot_en_met",
        ("laatste jaar van de start bouw waarvoor het betaalt", "last year of the start it pays for"),
        ("geen grens", "no limit"),
    )
    finish_from: int | None = _window_year(
        "oplevering_vanaf",
        ("eerste jaar van oplevering waarvoor het betaalt", "first year of completion it pays for"),
        ("geen grens", "no limit"),
    )
    finish_to: int | None = _window_year(
        "oplevering_tot_en_met",
        ("laatste jaar van oplevering waarvoor het betaalt", "last year of completion it pays for"),
        ("geen grens", "no limit"),
    )
    minimum_use_years: int | None = column(
        "minimale_gebruiksduur_jaren",
        WHOLE,
        (
            "jaren die een woning er ten minste moet staan; blijvende woningen voldoen altijd",
            "years that a dwelling must stand at least; permanent dwellings always do",
        ),
        unit="years",
        minimum=1,
        maximum=100,
        empty=("geen eis", "no demand"),
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
        (
            "cofinanciering: hoogste deel van de kosten per woning dat dit budget draagt, naar beneden "
            "afgerond op hele euro's; de rest betalen andere budgetten",
            "co-funding: largest share of the cost per dwelling that this pot bears, rounded down to whole "
            "euros; other pots pay the rest",
        ),
        unit="share",
        minimum=0,
        maximum=1,
        empty=("geen grens", "no limit"),
    )
    price_year: int | None = column(
        "prijspeil",
        YEAR,
        (
            "prijspeil van de bedragen, ook van de budgetbedragen; met de instelling price_year worden ze "
            "omgerekend",
            "price year of the amounts, also of those in budgets; the setting price_year has them converted",
        ),
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

    def may_pay(self, option: Option, year: int) -> bool:
        """Return whether the pot may pay for an option completed in a year, wherever it stands.

        It must be of the types the pot is earmarked for, start and be completed within the pot's
        windows, and stand long enough. For whom it is (``groups``) depends on the plan.
        """
        start = year - option.building_years
        return (
            (not self.dwelling_types or option.dwelling_type in self.dwelling_types)
            and _within(self.start_from, start, self.start_to)
            and _within(self.finish_from, year, self.finish_to)
            and self.long_enough(option)
        )

    def long_enough(self, option: Option) -> bool:
        """Return whether an option stands as long as the pot asks; a permanent one does."""
        life = option.service_life_years
        return life is None or life >= (self.minimum_use_years or 0)


def _within(first: int | None, year: int, last: int | None) -> bool:
    return (first is None or first <= year) and (last is None or year <= last)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceIndex(Row):
    """The price level of a year, to convert amounts from one price year to another."""

    table: ClassVar[str] = "price_indices"
    nl: ClassVar[str] = "prijsindex"
    meaning: ClassVar[Label] = Label(
        "Prijspeil per jaar. Met de instelling price_year worden kosten en budgetten van een ander "
        "prijspeil omgerekend met de verhouding van de twee indexcijfers; zonder die instelling wordt "
        "niets omgerekend.",
        "Price level per year. With the setting price_year, costs and budgets of another price year are "
        "converted by the ratio of the two indices; without that setting nothing is converted.",
    )

    year: int = column("jaar", YEAR, ("jaar", "year"), unit="year", key=True, minimum=1990, maximum=2100)
    index: Fraction = column(
        "indexcijfer", EXACT, ("indexcijfer, meer dan nul", "index, above zero"), unit="index", minimum=0
    )
    source: str | None = source_column()
