"""The first screen of a plan: what it may say of what is missing, where it comes, what it costs, how good."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from thuisplan.outputs.report.content import State
from thuisplan.outputs.report.plan.plan_answer import PlanAnswer
from thuisplan.outputs.report.plan_view import PlanView

STAGE = {
    "stage": 1,
    "stopped": "closed",
    "unit": "dwelling-years",
    "gap_relative": 0.0071,
    "measures": [{"measure": "unmet_special"}],
}
TILES = ("many", "where", "missing", "cost", "trust")


def answer(view: PlanView, *stages: dict[str, Any]) -> PlanAnswer:
    """Return the answer of a plan with stages written by hand."""
    manifest = {"verification": {"requirements": 12}, "stages": list(stages or (STAGE,))}
    return PlanAnswer(replace(view, manifest=manifest))


def tile(told: PlanAnswer, which: str) -> Any:
    return told.tiles()[TILES.index(which)]


# --- what is missing ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said", "note"),
    [
        (
            "nl",
            "De behoefte en de wachtlijst van R (9 gemeenten) zijn niet te toetsen: "
            "1 gemeente staat in de invoer.",
            "niet te toetsen: R",
        ),
        (
            "en",
            "The need and the waiting list of R (9 municipalities) are not testable: "
            "1 municipality is in the input.",
            "not testable: R",
        ),
    ],
)
def test_of_an_area_that_is_not_whole_nothing_is_missing(
    small: Any, view_of: Any, language: str, said: str, note: str
) -> None:
    """One of nine municipalities of R is in the input: others build for its need and house from its list."""
    instance = small.instance(
        small.place(small.A, name="Aalst"),
        small.region("agreement", "R", small.A, size=9),
        small.option("clustered", dwelling_type="clustered"),
        small.option("home"),
        small.need("clustered", 4),
        small.group("homeless"),
        small.flow("streets", 9),
        small.fits("homeless", "social_regular"),
    )
    told = answer(view_of(instance, language=language))
    assert told.sentences()[1] == said
    found = tile(told, "missing")
    assert (found.value, found.note, found.state) == ("-", note, State.PLAIN)


def test_needs_that_can_be_tested_are_told_beside_those_that_cannot(small: Any, view_of: Any) -> None:
    """Of its own 2 a municipality builds 2: met, but the region's need keeps the tile from being green."""
    instance = small.instance(
        small.place(small.A, name="Aalst"),
        small.region("agreement", "R", small.A, size=2),
        small.option("clustered", dwelling_type="clustered"),
        small.need("clustered", 900),
        small.need("clustered", 2, need_id="own", purpose="municipality", place=small.A),
    )
    told = answer(view_of(instance, x={(small.A, 2026, "clustered"): 2}))
    assert told.sentences()[1] == (
        "Eind 2026 is de behoefte van aandachtsgroepen (2) ingevuld. De behoefte van R (2 gemeenten) is niet "
        "te toetsen: 1 gemeente staat in de invoer."
    )
    assert tile(told, "missing").value == "0 woonruimten"
    assert tile(told, "missing").state is State.PLAIN


@pytest.mark.parametrize(
    ("inflow", "said", "state"),
    [
        (3, "Eind 2026 wachten 3 huishoudens op een woning.", State.SHORT),
        (1, "Eind 2026 wacht 1 huishouden op een woning.", State.SHORT),
        (0, "Eind 2026 wacht niemand op een woning.", State.GOOD),
    ],
)
def test_who_waits_is_missing_too(small: Any, view_of: Any, inflow: int, said: str, state: State) -> None:
    """The need of 2 is met; the homeless, of whom none is a permit holder, are housed nowhere."""
    instance = small.instance(
        small.place(small.A, name="Aalst"),
        small.option("home", need_category="regular"),
        small.need("regular", 2, need_class="regular"),
        small.group("homeless"),
        small.flow("streets", inflow),
        small.fits("homeless"),
    )
    told = answer(view_of(instance, x={(small.A, 2026, "home"): 2}))
    assert told.sentences()[1] == f"Eind 2026 is het regulier programma (2) ingevuld. {said}"
    assert tile(told, "missing").state is state


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "ingevuld, al komt een deel later dan gevraagd."),
        ("en", "met, though part of it later than asked."),
    ],
)
def test_what_comes_late_is_told(small: Any, view_of: Any, language: str, said: str) -> None:
    """1 a year is asked; 2 come in the second year: one is a year late."""
    instance = small.instance(
        small.place(small.A),
        small.option("clustered", dwelling_type="clustered"),
        small.need("clustered", 1),
        years=2,
    )
    late = view_of(instance, language=language, x={(small.A, 2027, "clustered"): 2})
    assert answer(late).sentences()[1].endswith(said)
    ready = {(small.A, year, "clustered"): 1 for year in (2026, 2027)}
    assert not answer(view_of(instance, language=language, x=ready)).sentences()[1].endswith(said)


# --- where ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("built", "said", "note"),
    [
        (
            (9, 8, 7, 1),
            " De grootste aantallen in P1 9, P2 8 en P3 7.",
            "grootste aantallen: P1 9, P2 8, P3 7",
        ),
        # P2, P3 and P4 have as many as one another: only P1 stands out.
        ((9, 2, 2, 2), " Het grootste aantal in P1 9.", "grootste aantal: P1 9"),
        ((5, 5, 5, 5), "", ""),
        ((9, 8, 7, 0), "", "P1 9, P2 8, P3 7"),
    ],
)
def test_the_largest_are_named_where_they_stand_out(
    small: Any, view_of: Any, built: tuple[int, ...], said: str, note: str
) -> None:
    """Three of four are named, if the fourth has fewer; where no more than three build, all numbers stand."""
    codes = [f"GM{number:04d}" for number in range(1, 5)]
    instance = small.instance(
        [small.place(code, name=f"P{number}") for number, code in enumerate(codes, start=1)],
        small.option("home"),
    )
    made = {(code, 2026, "home"): count for code, count in zip(codes, built, strict=True)}
    told = answer(view_of(instance, x=made))
    assert told.sentences()[0].endswith(f"waarvan 0 hard afgesproken.{said}")
    assert tile(told, "where").note == note


def test_nothing_built_has_no_picture(small: Any, view_of: Any) -> None:
    """There are no years to show."""
    told = answer(view_of(small.instance(small.option("home"))))
    assert told.picture() is None
    assert tile(told, "where").note == "nergens"


# --- what it costs --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "unknown", "cost", "said", "value", "note"),
    [
        (
            2, 0, 0,
            "Volgens de invoer kost dit plan niets extra: meerkosten en onrendabele top zijn 0.",
            "€ 0", "0 volgens de invoer",
        ),
        (
            0, 3, 0,
            "Wat het kost, is niet bekend: de invoer noemt de kosten van geen enkele woonruimte in dit plan "
            "volledig.",
            "Onbekend", "de invoer noemt de kosten van geen enkele woonruimte volledig",
        ),
        (
            2, 3, 0,
            "Van 3 van de 5 woonruimten zijn de kosten niet of niet helemaal bekend; van de andere zijn ze "
            "volgens de invoer 0.",
            "€ 0", "van 3 van de 5 woonruimten onbekend",
        ),
        (
            2, 3, 500_000,
            "Het kost € 1.000.000 onrendabele top. Van 3 van de 5 woonruimten zijn de kosten niet of niet "
            "helemaal bekend.",
            "€ 1 mln", "onrendabele top; van 3 van de 5 woonruimten onbekend",
        ),
    ],
)  # fmt: skip
def test_unknown_costs_are_no_costs_of_nothing(
    small: Any, view_of: Any, known: int, unknown: int, cost: int, said: str, value: str, note: str
) -> None:
    """Costs of 0, costs that the input does not name, and some of both are told apart."""
    instance = small.instance(
        small.place(small.A),
        small.option("home", deficit_eur=cost),
        small.option("dear", deficit_eur=None, extra_cost_eur=None),
    )
    built = {(small.A, 2026, "home"): known, (small.A, 2026, "dear"): unknown}
    told = answer(view_of(instance, x=built))
    assert told.sentences()[2].startswith(f"{said} Elk getal")
    assert (tile(told, "cost").value, tile(told, "cost").note) == (value, note)


def test_unknown_costs_in_english(small: Any, view_of: Any) -> None:
    """The same in the other language."""
    instance = small.instance(
        small.place(small.A), small.option("dear", deficit_eur=None, extra_cost_eur=None)
    )
    told = answer(view_of(instance, language="en", x={(small.A, 2026, "dear"): 3}))
    assert told.sentences()[2].startswith("What it costs is not known: the input does not name")
    assert tile(told, "cost").value == "Unknown"


# --- how good -------------------------------------------------------------------------

FIRST = (
    "Elk getal is nagerekend uit de geschreven bestanden (12 regels). Het plan maakt eerst zo klein "
    "mogelijk: "
)
MEASURE = "niet-ingevulde behoefte aandachtsgroepen (in woningjaren)"


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        # 0.0071 is 0.71 %
        (0.0071, "volgens de rekenmethode kan dat hoogstens 0,71 % lager."),
        (0.0, "volgens de rekenmethode kan dat niet lager."),
        (None, "hoeveel lager dat kan, is niet bekend."),
    ],
)
def test_the_gap_says_of_what_it_is(small: Any, view_of: Any, gap: float | None, said: str) -> None:
    """What was made small first is named with its unit, so that it is no need at the end."""
    told = answer(view_of(small.instance(small.option("home"))), {**STAGE, "gap_relative": gap})
    assert told.sentences()[2].endswith(f"{FIRST}{MEASURE}; {said}")
    assert tile(told, "trust").state is State.GOOD


@pytest.mark.parametrize(
    ("language", "rest", "said", "note"),
    [
        (
            "nl", ["time_limit"],
            "Dit is een tussenstand: niet elke fase is afgemaakt, en een beter plan is mogelijk.",
            "tussenstand: niet elke fase is klaar",
        ),
        (
            "nl", ["time_limit", "not_run"],
            "Dit is een tussenstand, geen programma: fase 3 is niet uitgevoerd.",
            "tussenstand: niet elke fase is klaar",
        ),
        (
            "en", ["not_run", "not_run"],
            "This is an interim result, not a programme: stages 2 and 3 were not run.",
            "interim result: not every stage was closed",
        ),
    ],
)  # fmt: skip
def test_an_interim_result_is_called_one(
    small: Any, view_of: Any, language: str, rest: list[str], said: str, note: str
) -> None:
    """Whoever reads only the first screen reads that stages are not done, or were not run at all."""
    stages = [{**STAGE, "stage": number, "stopped": why} for number, why in enumerate(rest, start=2)]
    told = answer(view_of(small.instance(small.option("home")), language=language), STAGE, *stages)
    assert told.sentences()[2].endswith(said)
    assert tile(told, "trust").note.endswith(note)
    assert tile(told, "trust").state is State.BINDING
