"""The tables about alternatives, and their complete sentences in both languages."""

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
from thuisplan.outputs.alternatives import print_alternatives, sentences, write_alternatives
from thuisplan.outputs.answer import sentence_text
from thuisplan.solvers.alternatives import Alternative, Alternatives
from thuisplan.solvers.least_anywhere import LeastAnywhere
from thuisplan.solvers.solution import Solution, StageRecord

CLUSTERED, MARKET = "clustered", "market"


def _stage(number: int, measure: str) -> Stage:
    return Stage(number, {measure: 1.0}, 0.0, 0.0, 0.0, 0.0)


def _plan(unmet: float, cost: float, share: float) -> Solution:
    """Return a plan of which only the objectives matter."""
    measures: dict[str, Any] = {"unmet_special": unmet, "extra_cost": cost, "fair_share_max": share}
    records = (
        StageRecord(_stage(1, "unmet_special"), "closed", 20_613.0, 20_500.0, 20_716.25),
        StageRecord(_stage(2, "fair_share_max"), "closed", 0.25, 0.2, 0.255),
        StageRecord(_stage(3, "extra_cost"), "closed", 1_234.5, 1_200.0, 1_250.0),
    )
    return Solution({}, (), measures, records)


PLAN = _plan(20_613, 1_234.5, 0.25)


@pytest.fixture
def instance(small: Any) -> Instance:
    """Return Apeldoorn and Hattem."""

    def place(code: str, name: str) -> Municipality:
        return Municipality(code=code, name=name, boundary_year=2025)

    made: Instance = small.instance(
        [place(small.A, "Apeldoorn"), place(small.B, "Hattem")], small.option("home")
    )
    return made


@pytest.fixture
def found(small: Any) -> Alternatives:
    """Return two alternatives of a plan that builds 1,500 and 40 clustered, 20 and 10 market dwellings.

    The first has 300 clustered in Hattem instead of Apeldoorn, the second 100 of them.
    """
    cells = ((small.A, CLUSTERED), (small.A, MARKET), (small.B, CLUSTERED), (small.B, MARKET))
    first = Alternative(_plan(20_700, 1_240, 0.25), (1_200, 20, 340, 10), 300, 0, 300, 2.0, False)
    second = Alternative(_plan(20_613, 1_234.5, 0.25), (1_400, 25, 140, 5), 100, 0, 1_150, 3.0, True)
    return Alternatives(cells, (1_500, 20, 40, 10), (first, second), "all")


def _told(instance: Instance, found: Alternatives, language: str) -> list[str]:
    return [sentence_text(one, language) for one in sentences(instance, PLAN, found)]


def test_all_there_is_to_say(instance: Instance, found: Alternatives) -> None:
    """Limits in their unit, distances, the three largest differences each way, and what is common.

    Common are the least of 1,500, 1,200 and 1,400 and so on: 1,200 + 20 + 40 + 5 = 1,265 of 1,570.
    """
    assert _told(instance, found, "nl") == [
        "Elk alternatief haalt alle harde regels en blijft binnen wat elke fase aan latere fasen overlaat. "
        "Een woning telt als elders wanneer een woning van hetzelfde type in een andere gemeente staat; een "
        "ander type, een ander jaar of een woning extra telt niet.",
        "Fase 1, niet-ingevulde behoefte aandachtsgroepen: hooguit 20.716 woningjaren; het plan kwam aan "
        "het eind van die fase op 20.613.",
        "Fase 2, grootste afwijking van fair share: hooguit 25,5 % van de opgave; het plan kwam aan het eind "
        "van die fase op 25 %.",
        "Fase 3, meerkosten: hooguit € 1.250.000; het plan kwam aan het eind van die fase op € 1.234.500.",
        "Alternatief 1: 300 woningen staan in een andere gemeente dan in het plan, dat "
        "er het meest op lijkt; meer kan "
        "niet.",
        "Alternatief 2: 100 woningen staan in een andere gemeente dan in het plan, dat "
        "er het meest op lijkt; meer dan 1.150 kan niet.",
        "Alternatief 1, Hattem, geclusterde woning: 300 meer dan in het plan.",
        "Alternatief 1, Apeldoorn, geclusterde woning: 300 minder dan in het plan.",
        "Alternatief 2, Hattem, geclusterde woning: 100 meer dan in het plan.",
        "Alternatief 2, Apeldoorn, vrijesectorwoning: 5 meer dan in het plan.",
        "Alternatief 2, Apeldoorn, geclusterde woning: 100 minder dan in het plan.",
        "Alternatief 2, Hattem, vrijesectorwoning: 5 minder dan in het plan.",
        "Wat alle 3 plannen gemeen hebben: 1.265 woningen staan overal in dezelfde gemeente en zijn van "
        "hetzelfde type; het plan telt er 1.570.",
    ]
    assert _told(instance, found, "en") == [
        "Every alternative keeps all hard rules and stays within what each stage leaves to later stages. A "
        "dwelling counts as elsewhere when one of the same type stands in another municipality; another "
        "type, another year or a dwelling more does not count.",
        "Stage 1, unmet special need: at most 20,716 dwelling-years; the plan was at 20,613 when that stage "
        "ended.",
        "Stage 2, largest deviation from fair share: at most 25.5% of the task; the plan was at 25% when "
        "that stage "
        ""
        "ended.",
        "Stage 3, extra cost: at most €1,250,000; the plan was at €1,234,500 when that stage ended.",
        "Alternative 1: 300 dwellings stand in another municipality than in the plan, "
        "which is nearest to it; more is impossible.",
        "Alternative 2: 100 dwellings stand in another municipality than in the plan, "
        "which is nearest to it; more than 1,150 is "
        "impossible.",
        "Alternative 1, Hattem, clustered dwelling: 300 more than in the plan.",
        "Alternative 1, Apeldoorn, clustered dwelling: 300 fewer than in the plan.",
        "Alternative 2, Hattem, clustered dwelling: 100 more than in the plan.",
        "Alternative 2, Apeldoorn, market dwelling: 5 more than in the plan.",
        "Alternative 2, Apeldoorn, clustered dwelling: 100 fewer than in the plan.",
        "Alternative 2, Hattem, market dwelling: 5 fewer than in the plan.",
        "What all 3 plans have in common: 1,265 dwellings stand in the same municipality and are of the same "
        "type in each; the plan has 1,570.",
    ]


@pytest.mark.parametrize(
    ("change", "nl", "en"),
    [
        (
            {"bound": None},
            "Alternatief 1: 300 woningen staan in een andere gemeente dan in het plan, dat "
            "er het meest op lijkt. Of het er meer kunnen "
            "zijn, is niet bekend.",
            "Alternative 1: 300 dwellings stand in another municipality than in the plan, "
            "which is nearest to it. Whether there can "
            "be more is not known.",
        ),
        (
            {"nearest": 2, "bound": None},
            "Alternatief 1: 300 woningen staan in een andere gemeente dan in alternatief 2, dat er het meest "
            "op lijkt. Of het er meer kunnen zijn, is niet bekend.",
            "Alternative 1: 300 dwellings stand in another municipality than in alternative 2, which is most "
            "like it. Whether there can be more is not known.",
        ),
        (
            {"nearest": 2, "bound": 2_345},
            "Alternatief 1: 300 woningen staan in een andere gemeente dan in alternatief 2, dat er het meest "
            "op lijkt; meer dan 2.345 kan niet.",
            "Alternative 1: 300 dwellings stand in another municipality than in alternative 2, which is most "
            "like it; more than 2,345 is impossible.",
        ),
        (
            {"nearest": 2},
            "Alternatief 1: 300 woningen staan in een andere gemeente dan in alternatief 2, dat er het meest "
            "op lijkt; meer kan niet.",
            "Alternative 1: 300 dwellings stand in another municipality than in alternative 2, which is most "
            "like it; more is impossible.",
        ),
    ],
)
def test_how_far_an_alternative_is(
    instance: Instance, found: Alternatives, change: dict[str, Any], nl: str, en: str
) -> None:
    """From the plan or from another alternative; with a bound, without one, and proved."""
    one = replace(found.plans[0], **change)
    told = replace(found, plans=(one,))
    # After the sentence on tolerance and three limits.
    assert _told(instance, told, "nl")[4] == nl
    assert _told(instance, told, "en")[4] == en


@pytest.mark.parametrize(
    ("ended", "left", "nl", "en"),
    [
        (
            "no_other",
            None,
            "Meer alternatieven zijn er niet: geen ander plan binnen de grenzen zet een woning in een andere "
            "gemeente dan een van deze.",
            "There are no more alternatives: no other plan within the limits puts a dwelling in another "
            "municipality than one of these.",
        ),
        (
            "none_found",
            None,
            "Een volgend alternatief is niet gevonden. Dat zegt niet dat het er niet is.",
            "A next alternative was not found. That does not say there is none.",
        ),
        (
            "none_found",
            12,
            "Een volgend alternatief is niet gevonden. Dat zegt niet dat het er niet is; het zou hooguit 12 "
            "woningen elders hebben.",
            "A next alternative was not found. That does not say there is none; it would have at most 12 "
            "dwellings elsewhere.",
        ),
        (
            "time_limit",
            None,
            "De tijd was om na 0 alternatief/alternatieven: er kunnen er meer zijn.",
            "Time was up after 0 alternative(s): there may be more.",
        ),
        (
            "interrupted",
            None,
            "Onderbroken na 0 alternatief/alternatieven: er kunnen er meer zijn.",
            "Interrupted after 0 alternative(s): there may be more.",
        ),
    ],
)
def test_why_there_are_no_more(
    instance: Instance, found: Alternatives, ended: str, left: int | None, nl: str, en: str
) -> None:
    """None was found, and each reason has its sentence; nothing is said to be common."""
    none = replace(found, plans=(), ended=ended, left=left)
    assert _told(instance, none, "nl")[4:] == [nl]
    assert _told(instance, none, "en")[4:] == [en]


def test_the_least_number_in_any_plan(instance: Instance, found: Alternatives) -> None:
    """1,100 and 10 are proved; of the 40 in Hattem 30 is the bound; nothing is said of nothing."""
    proved = (LeastAnywhere(1_100, 1_100), LeastAnywhere(10, 10), LeastAnywhere(0, 0), LeastAnywhere(0, 0))
    told = replace(found, plans=(), ended="no_other", least=proved)
    assert _told(instance, told, "nl")[5:] == [
        "Wat elk plan binnen de grenzen gemeen heeft: 1.110 woningen per gemeente en type. Van alle 4 "
        "aantallen is bewezen dat het minder niet kan, en dat het zo laag kan.",
        "Apeldoorn, geclusterde woning: in elk plan binnen de grenzen ten minste 1.100, en er is een plan "
        "met niet meer.",
        "Apeldoorn, vrijesectorwoning: in elk plan binnen de grenzen ten minste 10, en er is een plan met "
        "niet meer.",
    ]
    open_ = replace(told, least=(*proved[:2], LeastAnywhere(30, 40), proved[3]))
    assert _told(instance, open_, "nl")[5::3] == [
        "Wat elk plan binnen de grenzen gemeen heeft: ten minste 1.140 woningen per gemeente en type. Van 1 "
        "van de 4 aantallen is niet uitgezocht of er niet meer vastligt.",
        "Hattem, geclusterde woning: in elk plan binnen de grenzen ten minste 30; het laagste dat gevonden "
        "is, is 40.",
    ]
    assert _told(instance, told, "en")[5:] == [
        "What every plan within the limits has in common: 1,110 dwellings by municipality and type. For all "
        "4 numbers it is proved that less is impossible, and that it can be so low.",
        "Apeldoorn, clustered dwelling: in every plan within the limits at least 1,100, and there is a plan "
        "with no more.",
        "Apeldoorn, market dwelling: in every plan within the limits at least 10, and there is a plan with "
        "no more.",
    ]
    assert _told(instance, open_, "en")[5::3] == [
        "What every plan within the limits has in common: at least 1,140 dwellings by municipality and type. "
        "For 1 of the 4 numbers it was not found out whether more is fixed.",
        "Hattem, clustered dwelling: in every plan within the limits at least 30; the lowest that was found "
        "is 40.",
    ]


def test_the_tables(tmp_path: Path, instance: Instance, found: Alternatives) -> None:
    """One row per plan, per plan and stage, per plan and number, and per number what is common."""
    least = tuple(LeastAnywhere(bound, most) for bound, most in ((1_100, 1_200), (20, 20), (40, 40), (5, 5)))
    write_alternatives(tmp_path, instance, PLAN, replace(found, least=least))
    tables = {path.stem: pq.read_table(path).to_pylist() for path in (tmp_path / "alternatives").iterdir()}
    assert sorted(tables) == [
        "alternative_programmes",
        "alternative_stages",
        "alternatives",
        "common",
        "sentences",
    ]
    assert [tuple(row.values()) for row in tables["alternatives"]] == [
        (0, ".", 1_570, None, None, None, None),
        (1, "01", 1_570, 300, 0, 300, True),
        (2, "02", 1_570, 100, 0, 1_150, False),
    ]
    assert [tuple(row.values()) for row in tables["alternative_stages"][3:6]] == [
        (1, 1, "unmet_special", "dwelling-years", 20_700.0, 20_716.25),
        (1, 2, "fair_share_max", "share", 0.25, 0.255),
        (1, 3, "extra_cost", "kEUR", 1_240.0, 1_250.0),
    ]
    assert [tuple(row.values()) for row in tables["common"][:2]] == [
        ("GM0001", "Apeldoorn", "clustered", 1_500, 1_200, 1_500, 1_100, False),
        ("GM0001", "Apeldoorn", "market", 20, 20, 25, 20, True),
    ]
    assert [row["dwellings"] for row in tables["alternative_programmes"]] == [
        *(1_500, 20, 40, 10),
        *(1_200, 20, 340, 10),
        *(1_400, 25, 140, 5),
    ]
    assert tables["sentences"][0]["nl"].startswith("Elk alternatief")
    assert len(tables["sentences"]) == 13 + 1 + 4


def test_the_screen(instance: Instance, found: Alternatives) -> None:
    """Per municipality and per type the sum of each plan, and per stage its value and the limit."""
    stream = io.StringIO()
    print_alternatives(instance, PLAN, found, "en", Console(file=stream, width=300, color_system=None))
    # A title is as wide as its table: where it breaks is not what this is about.
    words = " ".join(stream.getvalue().replace("─", " ").split())
    told, tables = words.split("Dwellings by municipality and by type", 1)
    assert told.startswith("Alternatives - Every alternative keeps all hard rules")
    assert " Stage 1" not in told
    expected = [
        " in the open years, per plan",
        "plan alt. 1 alt. 2",
        "Apeldoorn 1,520 1,220 1,425",
        "Hattem 50 350 145",
        "clustered dwelling 1,540 1,540 1,540",
        "market dwelling 30 30 30",
        "Objectives: value per plan, and the limit that all plans are held to",
        "as small as possible plan alt. 1 alt. 2 at most",
        "1 unmet special need, dwelling-years 20,613 20,700 20,613 20,716",
        "2 largest deviation from fair share, part of the task 0.25 0.25 0.25 0.255",
        "3 extra cost, thousand euros 1,234 1,240 1,234 1,250",
    ]
    assert tables == " ".join(expected)
