"""A diagnosis in sentences and tables: complete texts in both languages, of answers written by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from thuisplan.inputs.changes import apply
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.overrides import overridden
from thuisplan.inputs.read_change import Change
from thuisplan.inputs.tables import Override
from thuisplan.model.problem import Problem
from thuisplan.outputs.answer import sentence_text
from thuisplan.outputs.diagnosis import diagnosis_sentences, found_sentence
from thuisplan.outputs.diagnosis_tables import diagnosis_tables
from thuisplan.outputs.line_words import years
from thuisplan.outputs.repair_files import overrides, write_repairs
from thuisplan.solvers.diagnosis import (
    ConflictingRules,
    Diagnosis,
    Fall,
    Giving,
    Limited,
    Question,
    Repair,
)

EXPECTED = Path(__file__).parent / "expected"
MORE_ROOM = Change("capacity", "GM0001 - 2027", "dwellings_per_year", "add", "25")


@pytest.fixture(scope="module")
def heerde(small: Any) -> Instance:
    """Return Heerde: 120 clustered dwellings are committed in 2027, 95 can be built; care costs money."""
    made: Instance = small.instance(
        small.place(small.A, name="Heerde"),
        small.option("clustered", dwelling_type="clustered"),
        small.option("care", dwelling_type="care_suitable", extra_cost_eur=20_000),
        small.option("care_mid", dwelling_type="care_suitable", segment="mid_rent", need_category="care"),
        small.offer(small.A, "clustered", 150),
        small.offer(small.A, "care", 40),
        small.offer(small.A, "care_mid", 0),
        small.capacity(small.A, 95),
        small.committed(small.A, "clustered", 120, 2027),
        small.need("care", 10),
        small.pot("prov", "extra_cost", {year: 100_000 for year in range(2026, 2032)}),
        small.rule("social-30", "social_share", {"share": "3/10", "side": "all", "periods": "year"}),
        years=6,
    )
    return made


@pytest.fixture(scope="module")
def problem(small: Any, heerde: Instance) -> Problem:
    made: Problem = small.build(heerde)
    return made


def fall(problem: Problem, name: str, amount: Fraction | int) -> Fall:
    """Return that the line with a public name gives so much."""
    [position] = [p for p, line in enumerate(problem.requirements) if line.name == name]
    return Fall(position, problem.requirements[position], Fraction(amount))


def alone(*falls: Fall, bound: Fraction | int | None = None, proved: bool = True) -> Giving:
    """Return what one family gives; without a bound it is proved or nothing is known of it."""
    line = falls[0].requirement
    amount = sum((one.amount for one in falls), Fraction(0))
    least = amount if bound is None and proved else None if bound is None else Fraction(bound)
    relative = sum((one.amount / one.requirement.reference for one in falls), Fraction(0))
    return Giving((line.family,), "repaired", line.unit, amount, least, relative, None, falls)


def told(diagnosis: Diagnosis, instance: Instance, language: str) -> list[str]:
    """Return every sentence with its section, as one line each."""
    return [
        f"{sentence.section.removeprefix('diagnose_')}: {sentence_text(sentence, language)}"
        for sentence in diagnosis_sentences(diagnosis, instance)
    ]


def expected(name: str) -> list[str]:
    """Return the lines of a complete text."""
    return (EXPECTED / name).read_text(encoding="utf-8").splitlines()


@pytest.fixture
def conflict(problem: Problem) -> Diagnosis:
    """Return the conflict of Heerde: 120 - 95 = 25 dwellings too many in 2027."""
    capacity = alone(fall(problem, "capacity[GM0001,all,2027]", 25))
    commitment = alone(fall(problem, "commitment[GM0001,clustered,2027]", 25))
    helpless = tuple(Giving((family,), "cannot") for family in ("availability", "extra_cost"))
    return Diagnosis(
        (),
        Question(
            "rules",
            "conflict",
            alone=(*helpless, capacity, commitment),
            repairs=(
                Repair(
                    1,
                    commitment,
                    (),
                    (Change("commitments", "GM0001 clustered 2027", "dwellings", "add", "-25"),),
                    True,
                ),
                Repair(2, capacity, (), (MORE_ROOM,), True),
            ),
            conflicting=ConflictingRules(("capacity", "commitment"), True),
        ),
        None,
    )


def test_a_conflict_is_told_in_dutch(conflict: Diagnosis, heerde: Instance) -> None:
    """Who can give how much and where, who cannot, and the numbered choice; 25/120 is less than 25/95."""
    assert told(conflict, heerde, "nl") == expected("diagnosis_conflict_nl.txt")


def test_a_conflict_is_told_in_english(conflict: Diagnosis, heerde: Instance) -> None:
    """The same sentences in the other language."""
    assert told(conflict, heerde, "en") == expected("diagnosis_conflict_en.txt")


@pytest.fixture
def shortage(problem: Problem) -> Diagnosis:
    """Return needs that cannot be met, with every kind of outcome that a limit of time leaves."""
    need = [fall(problem, f"need[R,care,{year}]", 5) for year in range(2026, 2031)]
    pot = [fall(problem, f"extra_cost[prov,{year}]", Fraction(4001, 12)) for year in (2027, 2028, 2029)]
    share = fall(problem, "social-30[GM0001,2027]", Fraction(12, 5))
    mixed = (pot[0], share)
    pair = Giving(("extra_cost", "social_share"), "repaired", relative=Fraction(1, 3), falls=mixed)
    together = Giving(
        ("need",), "repaired", "dwellings", Fraction(25), Fraction(0), Fraction(1, 2), None, tuple(need)
    )
    return Diagnosis(
        (),
        Question("rules", "holds"),
        Question(
            "needs",
            "conflict",
            beyond=(fall(problem, "need[R,care,2026]", 1),),
            alone=(
                Giving(("capacity",), "unknown"),
                alone(*pot, bound=Fraction(1000)),
                alone(*need, proved=False),
                Giving(("commitment",), "cannot"),
            ),
            pairs=(pair,),
            together=(pair, together),
            limited=(
                Limited(need[0].requirement, (alone(*pot), alone(share))),
                Limited(need[1].requirement, ()),
                Limited(need[2].requirement, (Giving(("capacity",), "unknown"),)),
            ),
            repairs=(Repair(1, together, (), (), True), Repair(2, pair, (3,), (), False)),
            conflicting=ConflictingRules(("extra_cost", "need"), False),
            unfinished=("pairs", "repairs"),
        ),
    )


def test_what_is_not_proved_is_said_in_dutch(shortage: Diagnosis, heerde: Instance) -> None:
    """Sizes at a limit are "at most, at least"; of a running total the year says from when on.

    Three times 4001/12 thousand euros is 1,000,250; rounded up per year 333,417. Five needs of 5 are 25.
    """
    assert told(shortage, heerde, "nl") == expected("diagnosis_shortage_nl.txt")


def test_what_is_not_proved_is_said_in_english(shortage: Diagnosis, heerde: Instance) -> None:
    """The same sentences in the other language."""
    assert told(shortage, heerde, "en") == expected("diagnosis_shortage_en.txt")


@pytest.mark.parametrize(
    ("status", "kept", "expected"),
    [
        ("holds", None, "Ja: er is een plan dat aan alle harde regels voldoet."),
        ("unknown", None, "Dat is nog niet bekend: de tijd was te kort. Geef meer tijd met --time-limit."),
        (
            "contradiction",
            None,
            "Dat is niet te zeggen: de rekenmethode spreekt zichzelf tegen. Zij vindt geen plan, maar er "
            "hoeft ook geen regel te wijken. Meld dit, met de invoer erbij.",
        ),
        (
            "contradiction",
            Path("scratch/model.mps"),
            "Dat is niet te zeggen: de rekenmethode spreekt zichzelf tegen. Zij vindt geen plan, maar er "
            "hoeft ook geen regel te wijken. Meld dit, met het bestand model.mps erbij.",
        ),
    ],
)
def test_an_answer_without_a_conflict_is_one_sentence(
    status: str, kept: Path | None, expected: str, heerde: Instance
) -> None:
    """Nothing follows where nothing has to give or nothing is known."""
    diagnosis = Diagnosis((), Question("rules", status), None, kept)
    assert told(diagnosis, heerde, "nl") == [f"rules: {expected}"]


def test_what_cannot_be_met_whatever_gives_is_no_yes(problem: Problem, heerde: Instance) -> None:
    """All needs but one can be met: the answer names the one, and that it was left out."""
    question = Question("needs", "holds", beyond=(fall(problem, "need[R,care,2026]", 1),))
    assert told(Diagnosis((), None, question), heerde, "nl") == [
        "needs: Bijna: er is een plan dat alles vervult behalve wat hieronder staat, en aan alle harde "
        "regels voldoet.",
        "beyond: Dit is daar en dan niet te bouwen: er wordt niets aangeboden dat meetelt. In de rest van "
        "het antwoord is het weggelaten.",
        "beyond: R, care: tekort van 1 woning vanaf 2026",
    ]


def test_without_a_repair_it_says_whether_there_was_time(heerde: Instance) -> None:
    """No repair that stands is another answer than none that was found in time."""
    for unfinished, expected in (
        ((), "repairs: Er is geen oplossing gevonden die bij het narekenen standhoudt."),
        (("alone",), "repairs: Er is nog geen oplossing gevonden: de tijd was te kort."),
    ):
        diagnosis = Diagnosis((), Question("rules", "conflict", unfinished=unfinished), None)
        assert told(diagnosis, heerde, "nl")[1] == expected


def test_more_than_six_places_are_counted(problem: Problem, heerde: Instance) -> None:
    """Six pots of money are told and the seventh is counted; files are not named where none are written."""
    falls = [fall(problem, f"capacity[GM0001,all,{year}]", 1) for year in range(2026, 2032)]
    falls += [
        fall(problem, f"availability[GM0001,{option},2026]", 1)
        for option in ("care", "care_mid", "clustered")
    ]
    falls += [
        fall(problem, "commitment[GM0001,clustered,2027]", 1),
        fall(problem, "social-30[GM0001,2027]", 1),
    ]
    falls += [fall(problem, "extra_cost[prov,2026]", 1), fall(problem, "need[R,care,2026]", 1)]
    giving = Giving(("several",), "repaired", relative=Fraction(1), falls=tuple(falls))
    question = Question("rules", "conflict", repairs=(Repair(1, giving, (), (), True),))
    said = [
        sentence_text(sentence, "nl")
        for sentence in diagnosis_sentences(Diagnosis((), question, None), heerde, written=False)
    ]
    # Eight places: capacity, three offers, commitment, share, pot and need.
    assert said[-2] == "... en nog 2 andere, in diagnosis_lines.parquet"
    assert not any("overrides.csv" in line for line in said)


def test_each_outcome_is_a_sentence_before_the_answer_is_there(
    shortage: Diagnosis, conflict: Diagnosis, heerde: Instance
) -> None:
    """What is shown while the rest is computed: sizes, repairs, needs and sets of rules."""
    needs, rules = shortage.needs, conflict.rules
    assert needs is not None
    assert rules is not None
    assert rules.conflicting is not None
    found = [
        rules.alone[2],
        needs.pairs[0],
        rules.repairs[0],
        needs.repairs[1],
        needs.limited[1],
        rules.conflicting,
    ]
    assert [sentence_text(found_sentence(one, heerde), "nl") for one in found] == expected(
        "diagnosis_found_nl.txt"
    )


def test_years_in_a_row_are_one_period() -> None:
    """Years and periods in any order: what touches is told as one."""
    assert years(["2030", "2026", "2027-2028", "2032", ""]) == ["2026-2028", "2030", "2032"]
    assert years([]) == []


# --- tables ---------------------------------------------------------------------------


def test_the_tables_hold_every_outcome_with_where_it_falls(conflict: Diagnosis) -> None:
    """One row per question, set of rules, family and repair; lines and changes under the same number."""
    tables = {name: table.to_pylist() for name, table in diagnosis_tables(conflict, []).items()}
    assert [
        (
            row["step"],
            row["number"],
            row["families"],
            row["outcome"],
            row["amount"],
            row["bound"],
            row["unit"],
        )
        for row in tables["diagnosis"]
    ] == [
        ("question", 0, None, "conflict", None, None, None),
        ("conflicting", 0, None, "least", None, None, None),
        ("alone", 1, "availability", "cannot", None, None, None),
        ("alone", 2, "extra_cost", "cannot", None, None, None),
        ("alone", 3, "capacity", "repaired", 25.0, 25.0, "dwellings"),
        ("alone", 4, "commitment", "repaired", 25.0, 25.0, "dwellings"),
        ("repair", 1, "commitment", "repaired", 25.0, 25.0, "dwellings"),
        ("repair", 2, "capacity", "repaired", 25.0, 25.0, "dwellings"),
    ]
    assert all(row["proved"] for row in tables["diagnosis"])
    assert [
        (row["step"], row["number"], row["family"], row["place"], row["period"])
        for row in tables["diagnosis_lines"]
    ] == [
        ("alone", 3, "capacity", "GM0001", "2027"),
        ("alone", 4, "commitment", "GM0001", "2027"),
        ("repair", 1, "commitment", "GM0001", "2027"),
        ("repair", 2, "capacity", "GM0001", "2027"),
    ]
    assert tables["repairs"][1] == {
        "repair": 2,
        "table": "capacity",
        "key": "GM0001 - 2027",
        "column": "dwellings_per_year",
        "operation": "add",
        "value": "25",
    }


def test_money_is_in_euros_in_the_tables(shortage: Diagnosis) -> None:
    """1,000.25 thousand euros is 1,000,250 euros, and so is the sum of its three years."""
    tables = {name: table.to_pylist() for name, table in diagnosis_tables(shortage, []).items()}
    [row] = [r for r in tables["diagnosis"] if r["step"] == "alone" and r["families"] == "extra_cost"]
    assert (row["amount"], row["bound"], row["unit"], row["proved"]) == (
        1_000_250.0,
        1_000_000.0,
        "EUR",
        False,
    )
    falls = [
        r["amount"] for r in tables["diagnosis_lines"] if (r["step"], r["number"]) == ("alone", row["number"])
    ]
    assert sum(falls) == pytest.approx(1_000_250)


# --- files ----------------------------------------------------------------------------


def test_the_file_of_a_repair_changes_the_input_as_the_repair_does(
    conflict: Diagnosis, heerde: Instance, tmp_path: Path
) -> None:
    """95 and 25 are 120; in Dutch the table has Dutch headings and semicolons, as Excel wants it."""
    assert conflict.rules is not None
    write_repairs(tmp_path, conflict.rules.repairs, (), "nl")
    text = (tmp_path / "repairs" / "02" / "overrides.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines() == [
        "tabel;rij;kolom;bewerking;waarde",
        "capaciteit;GM0001 - 2027;woningen_per_jaar;plus;25",
    ]
    lowered = (tmp_path / "repairs" / "01" / "overrides.csv").read_text(encoding="utf-8-sig")
    # Without an apostrophe Excel would take -25 for a formula; reading takes it off.
    assert lowered.splitlines()[1] == "afspraken;GM0001 clustered 2027;woningen;plus;'-25"
    assert apply(heerde, [MORE_ROOM]).capacity["GM0001", None, 2027] == 120


def test_overrides_of_the_input_stay_in_the_file(heerde: Instance) -> None:
    """What is added twice to one cell is added up; behind a product it stays a row of its own."""
    added = Override(
        table_name="capacity",
        row_key="GM0001 - 2027",
        column_name="dwellings_per_year",
        operation="add",
        value="5",
    )
    assert [row.value for row in overrides([MORE_ROOM], [added], "en")] == ["30"]
    doubled = Override(
        table_name="capacity",
        row_key="GM0001 - 2027",
        column_name="dwellings_per_year",
        operation="multiply",
        value="2",
    )
    rows = overrides([MORE_ROOM], [added, doubled], "en")
    assert [(row.table_name, row.operation, row.value) for row in rows] == [
        ("capacity", "add", "5"),
        ("capacity", "multiply", "2"),
        ("capaciteit", "add", "25"),
    ]
    given = heerde.scenario
    changed = overridden(heerde, type(given)(given.settings, {**given.tables, "overrides": rows}, {}))
    # (95 + 5) x 2 + 25
    assert changed.capacity["GM0001", None, 2027] == 225
