"""The tables about the least regret, its complete sentences in both languages, and the screen."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from rich.console import Console

from thuisplan.inputs.instance import Instance
from thuisplan.inputs.tables import Municipality
from thuisplan.model.stages import Stage
from thuisplan.outputs.answer import sentence_text
from thuisplan.outputs.regret_tables import (
    REGRETS,
    print_regret,
    regret_sentences,
    regret_step,
    regret_tables,
    write_regret,
)
from thuisplan.outputs.texts import LANGUAGES
from thuisplan.solvers.regretted import Imposed, OwnBest, Regretted, ScenarioRegret
from thuisplan.solvers.solution import Solution, StageRecord

PLAN = Solution({}, (), {}, ())


def _stage(measure: str, number: int = 1) -> Stage:
    return Stage(number, {measure: 1.0}, 0.0, 0.0, 0.0, 0.0)


UNMET = _stage("unmet_special")


@pytest.fixture
def base(small: Any) -> Instance:
    """Return Apeldoorn and Hattem, and clustered homes."""

    def place(code: str, name: str) -> Municipality:
        return Municipality(code=code, name=name, boundary_year=2025)

    made: Instance = small.instance(
        [place(small.A, "Apeldoorn"), place(small.B, "Hattem")],
        small.option("home", dwelling_type="clustered"),
    )
    return made


@pytest.fixture
def found(small: Any) -> Regretted:
    """Return two scenarios: low has a regret of 1,034 - 1,000 = 34 (at most 76), high one of 11 (at most 11).

    The plan of low is not possible in high; that of high gives 40 to 90 in low.
    """
    return Regretted(
        stage=UNMET,
        common_until=2028,
        ended="time_limit",
        scenarios=(
            ScenarioRegret("low", OwnBest(1_000.0, 958.0), 1_034.0, PLAN),
            ScenarioRegret("high", OwnBest(2_000.0, 2_000.0), 2_011.0, PLAN),
        ),
        decisions={(small.A, 2027, "home"): 1_200, (small.B, 2028, "home"): 40, (small.B, 2027, "home"): 0},
        bound=5.0,
        imposed=(
            Imposed("low", "low", "plan", 1_000.0, 958.0, 0.0, 42.0),
            Imposed("low", "high", "impossible"),
            Imposed("high", "low", "plan", 1_048.0, 1_040.0, 40.0, 90.0),
            Imposed("high", "high", "plan", 2_000.0, 2_000.0, 0.0, 0.0),
        ),
        stages=(
            StageRecord(_stage("regret"), "time_limit", 34.0, 5.0, 34.0),
            StageRecord(UNMET, "closed", 3_045.0, 3_045.0, 3_045.0),
            StageRecord(_stage("extra_cost", 2), "time_limit", 10.0, 5.0, 10.0),
        ),
        seconds=12.0,
    )


def _told(found: Regretted, language: str) -> list[str]:
    return [sentence_text(one, language) for one in regret_sentences(found)]


def test_all_there_is_to_say(found: Regretted) -> None:
    """What is decided, the regret in all and per scenario, what deciding for one means, and what was cut."""
    assert _told(found, "nl") == [
        "Tot en met 2028 wordt overal hetzelfde opgeleverd, welk scenario het ook wordt; betalingen, "
        "toewijzingen en latere jaren passen zich aan. Spijt is hoeveel slechter een scenario dan uitkomt "
        "dan met het beste plan voor dat scenario alleen, gemeten aan: niet-ingevulde behoefte "
        "aandachtsgroepen.",
        "De gezamenlijke beslissingen tot en met 2028: 1.240 woningen, in 2 aantallen per gemeente, jaar en "
        "optie.",
        "De grootste spijt is 34 woningjaren tegenover de beste plannen die gevonden zijn, en ten hoogste 76 "
        "woningjaren tegenover wat per scenario hoe dan ook niet beter kan. Dat hij nooit kleiner kan dan 5 "
        "woningjaren, is bewezen.",
        "'low': 1.034 woningjaren; het beste plan dat voor dit scenario alleen gevonden is, komt op 1.000 "
        "woningjaren. De spijt is 34 woningjaren, en ten hoogste 76 woningjaren.",
        "'high': 2.011 woningjaren; voor dit scenario alleen 2.000 woningjaren. De spijt is 11 woningjaren.",
        "Wie de eerste jaren beslist zoals in het plan dat voor 'low' gevonden is, heeft geen plan meer als "
        "het 'high' wordt: dan kunnen de harde regels niet meer gelden. Een ander plan voor 'low' laat "
        "misschien wel een plan over.",
        "Wie de eerste jaren beslist zoals in het plan dat voor 'high' gevonden is, heeft in het "
        "ongunstigste andere scenario een spijt van ten minste 40 woningjaren en ten hoogste 90 woningjaren.",
        "De tijd was om: met meer tijd kan de spijt kleiner worden, en het bewijs scherper.",
        "De doelen na het eerste zijn daarna zo ver verbeterd als de tijd toeliet; met meer tijd kunnen ze "
        "beter.",
    ]
    assert _told(found, "en") == [
        "Until 2028 the same is completed everywhere, whichever scenario comes; payments, lettings and later "
        "years adapt. Regret is how much worse a scenario then comes out than with the best plan for it "
        "alone, measured by: unmet special need.",
        "The common decisions until 2028: 1,240 dwellings, in 2 numbers by municipality, year and option.",
        "The largest regret is 34 dwelling-years against the best plans that were found, and at most 76 "
        "dwelling-years against what cannot be better per scenario in any case. That it can never be smaller "
        "than 5 dwelling-years is proved.",
        "'low': 1,034 dwelling-years; the best plan that was found for this scenario alone comes to 1,000 "
        "dwelling-years. The regret is 34 dwelling-years, and at most 76 dwelling-years.",
        "'high': 2,011 dwelling-years; for this scenario alone 2,000 dwelling-years. The regret is 11 "
        "dwelling-years.",
        "Who decides the first years as in the plan that was found for 'low' has no plan left if 'high' "
        "comes: the hard rules can then hold no longer. Another plan for 'low' may leave one.",
        "Who decides the first years as in the plan that was found for 'high' has a regret of at least 40 "
        "dwelling-years and at most 90 dwelling-years in the worst of the others.",
        "Time was up: with more time the regret may become smaller, and the proof sharper.",
        "The objectives after the first were then improved as far as time allowed; with more time they can "
        "be better.",
    ]


def test_money_is_told_in_euros(found: Regretted) -> None:
    """A regret of 34 thousand euros is told as €34,000."""
    told = _told(replace(found, stage=_stage("extra_cost")), "en")
    assert "The regret is €34,000, and at most €76,000." in told[3]


def test_what_is_proved_is_told_as_such(found: Regretted) -> None:
    """Where nothing can be better than the bound that is said, and no time was short."""
    proved = replace(
        found,
        scenarios=found.scenarios[1:],
        bound=11.0,
        ended="closed",
        imposed=(),
        stages=found.stages[1:2] * 2,
    )
    assert _told(proved, "en")[2:] == [
        "The largest regret is 11 dwelling-years. It cannot be smaller: that is proved.",
        "'high': 2,011 dwelling-years; for this scenario alone 2,000 dwelling-years. The regret is 11 "
        "dwelling-years.",
    ]
    assert "nothing left to decide" in _told(replace(proved, decisions={}), "en")[1]


def test_that_nothing_is_below_zero_is_not_told(found: Regretted) -> None:
    """A bound of zero proves nothing: what is told is the most that the regret can be."""
    imposed = (replace(found.imposed[2], at_least=0.0), found.imposed[3])
    told = _told(replace(found, bound=0.0, imposed=imposed), "en")
    assert told[2].endswith("Whether it can be smaller is not proved.")
    assert told[5] == (
        "Who decides the first years as in the plan that was found for 'high' has a regret of at most 90 "
        "dwelling-years in the worst of the others."
    )


def test_where_there_are_no_common_decisions_that_is_all(found: Regretted) -> None:
    """Pairs that exclude each other are named; where no pair does, that is said of more than two."""
    scenarios = tuple(replace(one, value=None, solution=None) for one in found.scenarios)
    none = replace(
        found, scenarios=scenarios, ended="impossible", stages=(), imposed=(), decisions={}, bound=None
    )
    pair = replace(none, conflicting=(("low", "high"),))
    assert _told(pair, "en")[1:] == [
        "No decisions until 2028 exist that are possible in every scenario: the hard rules of the scenarios "
        "exclude each other. This is proved, also without presolve.",
        "'low' and 'high' by themselves cannot do the same until 2028.",
    ]
    third = replace(none, scenarios=(*scenarios, replace(scenarios[0], name="third")))
    assert _told(third, "en")[2].startswith("Every two scenarios")
    assert len(_told(none, "en")) == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "ended",
    ["time_limit", "interrupted", "failed", "inexact", "no_plan", "impossible", "impossible_unconfirmed"],
)
def test_every_end_has_a_sentence(found: Regretted, ended: str, language: str) -> None:
    """However the search ended, a whole sentence says so."""
    scenarios = tuple(replace(one, value=None, solution=None) for one in found.scenarios)
    last = _told(replace(found, scenarios=scenarios, ended=ended, stages=(), imposed=()), language)[-1]
    assert last.endswith((".", "`"))
    assert "{" not in last


def test_a_scenario_without_a_plan_is_named(found: Regretted) -> None:
    """Its own hard rules are the problem, whatever the others need."""
    scenarios = (found.scenarios[0], ScenarioRegret("wrong", OwnBest(None, 0.0, True)))
    told = _told(replace(found, scenarios=scenarios, ended="scenario_impossible", imposed=()), "nl")
    assert told[-1] == (
        "'wrong' heeft op zichzelf al geen plan: de harde regels kunnen niet alle gelden. "
        "`thuisplan diagnose` zegt welke moeten wijken."
    )


def test_the_tables_hold_it_all(base: Instance, found: Regretted, tmp_path: Path) -> None:
    """Every table has its schema; regrets are differences, also where they are zero decisions are there."""
    tables = regret_tables(base, found, {"low": "regret/low", "high": "regret/high"})
    assert set(tables) == set(REGRETS)
    write_regret(tmp_path, tables)
    rows = {name: pq.read_table(tmp_path / f"{name}.parquet").to_pylist() for name in REGRETS}
    assert [(row["regret"], row["regret_at_most"]) for row in rows["regret"]] == [(34, 76), (11, 11)]
    assert [(row["municipality"], row["year"], row["dwellings"]) for row in rows["common_decisions"]] == [
        ("Apeldoorn", 2027, 1_200),
        ("Hattem", 2027, 0),
        ("Hattem", 2028, 40),
    ]
    assert [row["outcome"] for row in rows["regret_imposed"]] == ["plan", "impossible", "plan", "plan"]
    assert [row["measures"] for row in rows["regret_stages"]] == ["regret", "unmet_special", "extra_cost"]
    assert [row["en"] for row in rows["regret_sentences"]] == _told(found, "en")
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", ["own", "imposed", "largest", "sum", "later"])
def test_who_waits_hears_of_every_step(step: str, language: str) -> None:
    """Every step of the search has a line in both languages."""
    assert regret_step(step, language).startswith(("Minste spijt: ", "Least regret: "))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screen(base: Instance, found: Regretted, language: str) -> None:
    """Sentences, the regret of each scenario, and the decisions by municipality and year with their sums."""
    stream = io.StringIO()
    print_regret(base, found, language, Console(file=stream, width=120))
    lines = [line.split() for line in stream.getvalue().splitlines()]
    point = "." if language == "nl" else ","
    assert ["low", f"1{point}000", "958", f"1{point}034", "34", "76"] in lines
    assert ["Apeldoorn", f"1{point}200", "0", f"1{point}200"] in lines
    assert ["Hattem", "0", "40", "40"] in lines
    assert [f"1{point}200", "40", f"1{point}240"] in [line[1:] for line in lines]
