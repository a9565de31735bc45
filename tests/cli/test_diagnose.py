"""``diagnose``: the whole screen in both languages, the files of the ways out, and what a limit leaves."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from thuisplan.solvers.diagnosis import Diagnosis, Question

Run = Callable[..., Any]
Make = Callable[..., Path]
EXPECTED = Path(__file__).parent / "expected"

SETTINGS = """
format = 1
name = "Veluwe"
language = "nl"
first_year = 2027
last_year = 2028"""

# Heerde may complete 95 dwellings a year. Care costs 20,000 euros more, and the province pays 100,000 a year:
# five of the ten that are needed each year.
TABLES = {
    "municipalities": """
        code,name,boundary_year,dwelling_stock,social_stock
        GM0246,Heerde,2026,8000,2000""",
    "options": """
        option,dwelling_type,route,segment,unit,need_category,extra_cost_eur,deficit_eur,minimum_project
        care_new,care_suitable,new_build,social_rent,dwelling,care_suitable,20000,0,1
        clustered_new,clustered,new_build,social_rent,dwelling,clustered,0,0,1""",
    "availability": """
        municipality_code,option,from_year,to_year,max_per_year
        GM0246,care_new,2027,2028,10
        GM0246,clustered_new,2027,2028,150""",
    "capacity": """
        municipality_code,route,from_year,to_year,dwellings_per_year
        GM0246,,2027,2028,95""",
    "needs": """
        need_id,purpose,place,need_category,need_class,from_year,to_year,central
        care,municipality,GM0246,care_suitable,special,2027,2028,10""",
    "pots": """
        pot_id,payer,kind,purpose,place,dwelling_types,carry_over,carries_rest
        prov,Provincie Gelderland,extra_cost,,,care_suitable,no,no""",
    "budgets": """
        pot_id,from_year,to_year,amount_eur
        prov,2027,2028,100000""",
}
COMMITTED = """
    municipality_code,option,year,dwellings
    GM0246,clustered_new,2027,{dwellings}"""
# What is committed: 25 more than can be built, or little.
CASES = {"commitment": 120, "budget": 20}


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines()) + "\n"


@pytest.fixture(scope="session")
def make() -> Make:
    """Return a function that writes the input of a case; tables by name come on top."""

    def write(folder: Path, case: str, **tables: str) -> Path:
        folder.mkdir(parents=True)
        (folder / "scenario.toml").write_text(_lines(SETTINGS), encoding="utf-8")
        committed = COMMITTED.format(dwellings=CASES[case])
        for name, text in {**TABLES, "commitments": committed, **tables}.items():
            (folder / f"{name}.csv").write_text(_lines(text), encoding="utf-8")
        return folder

    return write


@pytest.fixture(scope="session")
def diagnosed(
    tmp_path_factory: pytest.TempPathFactory, make: Make, run: Run
) -> Callable[[str], tuple[Path, Path]]:
    """Return a function that gives the input and the published diagnosis of a case; not to be changed."""
    made: dict[str, tuple[Path, Path]] = {}

    def give(case: str) -> tuple[Path, Path]:
        if case not in made:
            folder = tmp_path_factory.mktemp(case)
            given = make(folder / "in", case)
            assert run("diagnose", given, "-o", folder / "out").code == 0
            made[case] = given, folder / "out"
        return made[case]

    return give


@pytest.fixture
def published(tmp_path: Path, diagnosed: Callable[[str], tuple[Path, Path]]) -> Path:
    """Return a copy of the diagnosis of the commitment."""
    return Path(shutil.copytree(diagnosed("commitment")[1], tmp_path / "out"))


# --- the screen -----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("case", list(CASES))
def test_the_whole_answer(case: str, language: str, tmp_path: Path, make: Make, run: Run) -> None:
    """All that is read: 120 dwellings on room for 95, and ten care homes on money for five."""
    given, out = make(tmp_path / "in", case), tmp_path / "out"
    outcome = run("diagnose", given, "-o", out, "--language", language)
    assert outcome.code == 0, outcome
    text = (EXPECTED / f"diagnose_{case}_{language}.txt").read_text(encoding="utf-8")
    assert outcome.out == text.replace("{input}", str(given)).replace("{out}", str(out))


def test_progress_elsewhere_is_plain_lines_beside_the_answer(tmp_path: Path, make: Make, start: Run) -> None:
    """Off a terminal what is found goes to standard error, a line each, so that the answer can be kept."""
    outcome = start("diagnose", make(tmp_path / "in", "commitment"), "--language", "en")
    assert outcome.code == 0
    lines = outcome.err.splitlines()
    assert lines[0] == "Computing ..."
    assert "Only capacity: 25 dwellings in 2027. Less is not enough." in lines
    assert "Way out 1 has been tested." in lines
    assert "\x1b" not in outcome.text
    assert "\r" not in outcome.text


def test_without_a_folder_nothing_is_written(tmp_path: Path, make: Make, run: Run, snapshot: Run) -> None:
    """The choice is shown without files, with how to get them."""
    given = make(tmp_path / "in", "commitment")
    before = snapshot(tmp_path)
    outcome = run("diagnose", given)
    assert outcome.code == 0
    assert outcome.out.endswith(
        "Met -o MAP wordt elke oplossing geschreven als een bestand dat bij de invoer kan.\n"
    )
    assert "overrides.csv" not in outcome.out
    assert snapshot(tmp_path) == before


def test_needs_met_asks_the_second_question_at_once(tmp_path: Path, make: Make, run: Run) -> None:
    """Then nothing is said about the hard rules by themselves."""
    outcome = run("diagnose", make(tmp_path / "in", "budget"), "--needs", "met", "--language", "en")
    assert outcome.code == 0
    assert "Can every need be met as well?" in outcome.out
    assert "Can all hard rules hold together?" not in outcome.out


def test_wrong_input_is_not_diagnosed(tmp_path: Path, make: Make, run: Run) -> None:
    """An input that cannot be read as one scenario: exit 2, and the error with its place."""
    given = make(tmp_path / "in", "budget", budgets="pot_id,from_year,amount_eur\nprov,2027,many")
    outcome = run("diagnose", given, "-o", tmp_path / "out")
    assert outcome.code == 2
    assert "budgets.csv, rij 2, kolom amount_eur, waarde 'many'" in outcome.err
    assert not (tmp_path / "out").exists()


# --- the folder -----------------------------------------------------------------------


@pytest.mark.parametrize("case", list(CASES))
@pytest.mark.parametrize("number", ["01", "02"])
def test_a_way_out_works_when_its_file_is_copied(
    case: str, number: str, tmp_path: Path, diagnosed: Run, run: Run
) -> None:
    """With the file beside the input the same question is answered with yes."""
    given, out = diagnosed(case)
    changed = Path(shutil.copytree(given, tmp_path / "in"))
    shutil.copy(out / "repairs" / number / "overrides.csv", changed)
    outcome = run("diagnose", changed, "--language", "en")
    assert outcome.code == 0, outcome
    question = (
        "Can all hard rules hold together?" if case == "commitment" else "Can every need be met as well?"
    )
    assert f"{question}\n- Yes: " in outcome.out


def test_the_folder_is_a_diagnosis_with_its_repairs(diagnosed: Run, manifest_of: Run) -> None:
    """The manifest says what it is and lists every file; the answer stands in it in two words."""
    _, out = diagnosed("commitment")
    manifest = manifest_of(out)
    assert manifest["kind"] == "diagnosis"
    assert manifest["status"] == {"rules": {"answer": "conflict", "unfinished": []}}
    tables = {"diagnosis.parquet", "diagnosis_lines.parquet", "repairs.parquet", "sentences.parquet"}
    repairs = {"repairs/01/overrides.csv", "repairs/02/overrides.csv"}
    assert {name for name in manifest["files"] if not name.startswith("input/")} == tables | repairs
    assert {row["repair"] for row in pq.read_table(out / "repairs.parquet").to_pylist()} == {1, 2}


def test_the_sentences_are_those_of_the_screen_in_both_languages(diagnosed: Run) -> None:
    """Every sentence of the screen is a row, apart from what to type next."""
    _, out = diagnosed("commitment")
    rows = pq.read_table(out / "sentences.parquet").to_pylist()
    for language in ("nl", "en"):
        text = (EXPECTED / f"diagnose_commitment_{language}.txt").read_text(encoding="utf-8")
        shown = [line.strip().removeprefix("- ") for line in text.splitlines()]
        assert [row[language] for row in rows if row[language] not in shown] == []


def test_a_diagnosis_can_be_replaced_and_read_again(tmp_path: Path, make: Make, run: Run) -> None:
    """A second diagnosis takes the place of the first, and its input is an input."""
    out = tmp_path / "out"
    assert run("diagnose", make(tmp_path / "one", "commitment"), "-o", out).code == 0
    assert run("diagnose", make(tmp_path / "two", "budget"), "-o", out).code == 0
    assert run("validate", out / "input").code == 0
    assert run("verify", out).code == 0


def test_overrides_of_the_input_are_kept(tmp_path: Path, make: Make, run: Run) -> None:
    """Five dwellings less by an override: thirty are missing, and the file says -5 + 30 = 25 in one row."""
    overrides = "table,key,column,operation,value\ncapacity,GM0246 - 2027,dwellings_per_year,add,-5"
    given = make(tmp_path / "in", "commitment", overrides=overrides)
    out = tmp_path / "out"
    outcome = run("diagnose", given, "-o", out)
    assert outcome.code == 0, outcome
    assert "Alleen plan- en bouwcapaciteit: 30 woningen in 2027. Minder kan niet." in outcome.out
    assert "De invoer heeft zelf al aanpassingen; die staan ook in elk bestand." in outcome.out
    files = sorted((out / "repairs").glob("*/overrides.csv"))
    texts = [path.read_text(encoding="utf-8-sig").splitlines() for path in files]
    assert all("capacity;GM0246 - 2027;dwellings_per_year;plus;'-5" in text for text in texts)
    shutil.copy(files[-1], given)
    assert "Kunnen alle harde regels samen gelden?\n- Ja: " in run("diagnose", given).out


def test_a_workbook_gets_its_rows_in_a_sheet(tmp_path: Path, make: Make, run: Run) -> None:
    """A file cannot be copied into a workbook: the rows go to a sheet, and the sentence says which."""
    from thuisplan.inputs.read import read_scenario
    from thuisplan.inputs.write_workbook import write_workbook

    scenario, _ = read_scenario(make(tmp_path / "in", "commitment"))
    book = tmp_path / "book.xlsx"
    write_workbook(scenario, book, "nl", None)
    outcome = run("diagnose", book, "-o", tmp_path / "out")
    assert outcome.code == 0, outcome
    assert f"in een blad 'aanpassingen' van {book}. Maak dan een plan:" in outcome.out


# --- verification ---------------------------------------------------------------------


def test_verify_says_what_it_checked(published: Path, run: Run) -> None:
    """Files and figures, and that the answer was not computed again."""
    outcome = run("verify", published)
    assert outcome.code == 0, outcome
    assert outcome.out.startswith("De diagnose is zoals zij is geschreven: ")
    assert "Wat er moet wijken is niet opnieuw berekend" in outcome.out


def test_verify_finds_another_size(published: Path, run: Run) -> None:
    """The size of the repair by capacity is the 25 of its line, and 26 is not."""
    path = published / "diagnosis.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    [row] = [row for row in rows if (row["step"], row["families"]) == ("alone", "capacity")]
    row["amount"] = 26.0
    pq.write_table(pa.Table.from_pylist(rows, table.schema), path)
    outcome = run("verify", published, "--language", "en")
    assert outcome.code == 6
    assert outcome.err.startswith("The diagnosis is not as it was written: 2 difference(s).\n")
    assert "The file diagnosis.parquet was changed after it was written." in outcome.err
    assert (
        f"amount of rules · alone · {row['number']} is 26 in diagnosis.parquet, recomputed 25." in outcome.err
    )


def test_verify_finds_a_changed_way_out_and_a_changed_input(published: Path, run: Run) -> None:
    """A row that is gone from a file of overrides, and another capacity in the input as it was used."""
    path = published / "repairs" / "01" / "overrides.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.splitlines()[0], encoding="utf-8-sig")
    capacity = published / "input" / "resolved" / "capacity.csv"
    capacity.write_text(capacity.read_text(encoding="utf-8").replace(",95,", ",96,"), encoding="utf-8")
    outcome = run("verify", published, "--language", "en")
    assert outcome.code == 6
    assert "The file repairs/01/overrides.csv was changed after it was written." in outcome.err
    assert "is missing from repairs/01/overrides.csv." in outcome.err
    assert "The input in input/resolved is not the one" in outcome.err


# --- limits ---------------------------------------------------------------------------


def _answer(monkeypatch: pytest.MonkeyPatch, status: str, keeps_model: bool = False) -> None:
    """Let the solver give up or contradict itself."""

    def diagnose(instance: Any, problem: Any, limits: Any, *_: Any) -> Diagnosis:
        if keeps_model:
            limits.model_file.write_text("the model", encoding="utf-8")
        kept = limits.model_file if keeps_model else None
        return Diagnosis((), Question("rules", status), None, kept)

    monkeypatch.setattr("thuisplan.solvers.diagnose.diagnose", diagnose)


def test_without_an_answer_the_exit_code_is_five(
    tmp_path: Path, make: Make, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too little time to know anything is said in so many words."""
    _answer(monkeypatch, "unknown")
    outcome = run("diagnose", make(tmp_path / "in", "commitment"), "-o", tmp_path / "out")
    assert outcome.code == 5
    assert "Dat is nog niet bekend: de tijd was te kort. Geef meer tijd met --time-limit." in outcome.out


def test_the_model_of_a_contradiction_is_kept(
    tmp_path: Path, make: Make, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the folder if there is one, else where the sentence says."""
    _answer(monkeypatch, "contradiction", keeps_model=True)
    given, out = make(tmp_path / "in", "commitment"), tmp_path / "out"
    outcome = run("diagnose", given, "-o", out, "--language", "en")
    assert outcome.code == 5
    assert "The solver contradicts itself" in outcome.out or "the solver contradicts itself" in outcome.out
    assert "with the file model.mps." in outcome.out
    assert (out / "model.mps").read_text(encoding="utf-8") == "the model"
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    outcome = run("diagnose", given, "--language", "en")
    [kept] = tmp_path.glob("thuisplan-*model.mps")
    assert f"with the file {kept}." in outcome.out


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT to one process")
def test_ctrl_c_prints_what_is_known(region: Run, command: list[str]) -> None:
    """Interrupted once: what was known by then, in sentences, without a traceback."""
    process = subprocess.Popen(
        [*command, "diagnose", str(region(20)), "--needs", "met", "--language", "en"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    while not process.stdout.readline().startswith("What can be seen"):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    printed, errors = process.communicate(timeout=60)
    assert "Finishing: what is known so far follows." in errors
    assert "Traceback" not in errors
    assert "Interrupted: this is what was known by then." in printed
    assert "Can every need be met as well?" in printed
    assert process.returncode in (0, 130)
