"""``thuisplan keys`` as users call it: the numbers, the screen, the files, and what is refused."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

Run = Callable[..., Any]

# Inhabitants of CBS, 1 January 2023, together 464,176; 1,170 urgent seekers a year (Regional framework
# Stedendriehoek 2026). By largest remainder; test_examples computes the same by another way.
BY_INHABITANTS = {
    "Apeldoorn": 421, "Deventer": 259, "Zutphen": 122, "Lochem": 87, "Epe": 84, "Voorst": 64, "Brummen": 53,
    "Heerde": 48, "Hattem": 32,
}  # fmt: skip

# Adorp and Beveen with all that a key can have. Of 10 by inhabitants (6 : 4): capped at 50 % is 5 and 5,
# and one goes over to Adorp: 6 and 4. Mixed with jobs (1 : 3), equal weights: 4.25 and 5.75.
KEYS = {
    "municipalities": """
        code,name,boundary_year,inhabitants,vacancies_per_year,dwelling_stock,social_stock,urgent_lettings_today
        GM0001,=Adorp,2026,600,20,1000,200,3
        GM0002,Beveen,2026,400,10,1000,400,3""",
    "municipality_figures": """
        municipality_code,figure,value
        GM0001,jobs,1
        GM0002,jobs,3""",
    "keys": """
        key_id,basis,total,apportionment
        k,shares,10,
        capped,inhabitants,10,
        mixed,factors,10,webster""",
    "key_factors": """
        key_id,basis
        mixed,inhabitants
        mixed,jobs""",
    "key_bounds": """
        key_id,municipality_code,cap
        capped,GM0001,50 %""",
    "key_overrides": """
        key_id,municipality_code,change,agreed_by
        capped,GM0001,1,both
        capped,GM0002,-1,both""",
}


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the window wide enough for all keys side by side."""
    monkeypatch.setenv("COLUMNS", "160")


@pytest.fixture(scope="module")
def stedendriehoek(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """Return the example, written in Dutch."""
    folder = tmp_path_factory.mktemp("example") / "stedendriehoek"
    assert run("new", folder, "--example", "stedendriehoek").code == 0
    return folder


@pytest.fixture
def keyed(tmp_path: Path, write_small: Run) -> Path:
    """Return the small input with keys of every kind."""
    return Path(write_small(tmp_path / "keyed", **KEYS))


def cells(out: str, place: str) -> list[list[str]]:
    """Return the numbers of every line that begins with a place."""
    lines = [line for line in out.splitlines() if re.match(rf"{re.escape(place)}\s{{2}}", line)]
    return [line[len(place) :].split() for line in lines]


def test_the_task_of_the_stedendriehoek_by_inhabitants(stedendriehoek: Path, run: Run) -> None:
    """1,170 dwellings over nine municipalities, to the last one, and 482 / 804 / 965 for the groups.

    Vacated are 3,216 a year; 15, 25 and 30 % of that is 482.4, 804 and 964.8.
    """
    outcome = run("keys", stedendriehoek, "--total", 1170)
    assert (outcome.code, outcome.err) == (0, "")
    found = {place: int(cells(outcome.out, place)[0][0]) for place in BY_INHABITANTS}
    assert found == BY_INHABITANTS
    assert cells(outcome.out, "totaal")[0][0] == "1.170"
    [*_, shares] = cells(outcome.out, "totaal")
    assert shares == ["3.216", "482", "2.734", "804", "2.412", "965", "2.251"]
    columns = [cells(outcome.out, place)[-1] for place in BY_INHABITANTS]
    for place, whole in enumerate(shares):
        assert sum(int(row[place].replace(".", "")) for row in columns) == int(whole.replace(".", ""))


def test_the_heading_names_the_base_and_the_permit_holders(
    stedendriehoek: Path, run: Run, tmp_path: Path
) -> None:
    """What is divided by what, and the switch; turning the switch changes the words."""
    plain = " ".join(run("keys", stedendriehoek, "--total", 1170).out.split())
    assert "aangewezen sociale huurwoningen die per jaar vrijkomen" in plain
    assert "vergunninghouders komen erbovenop" in plain
    inside = tmp_path / "inside"
    inside.mkdir()
    for file in stedendriehoek.iterdir():
        (inside / file.name).write_bytes(file.read_bytes())
    settings = (inside / "scenario.toml").read_text(encoding="utf-8-sig")
    changed = settings.replace("permit_holders_inside = false", "permit_holders_inside = true")
    assert changed != settings
    (inside / "scenario.toml").write_text(changed, encoding="utf-8")
    turned = " ".join(run("keys", inside, "--total", 1170, "--language", "en").out.split())
    assert "permit holders are part of it" in turned
    assert "permit holders count in the share" in turned


def test_all_that_there_is_to_say_of_a_key(keyed: Path, run: Run) -> None:
    """Numbers by hand (above), the path, who hit a bound, what was agreed, factors, ties and differences."""
    outcome = run("keys", keyed)
    assert outcome.code == 0, outcome
    words = " ".join(outcome.out.split())
    # capped, k (two thirds), mixed, then the plain keys: inhabitants, dwelling stock, social stock, vacancies
    assert cells(outcome.out, "=Adorp")[0] == ["6", "7", "4", "6", "5", "3", "7", "3"]
    assert cells(outcome.out, "Beveen")[0] == ["4", "3", "6", "4", "5", "7", "3", "3"]
    assert cells(outcome.out, "=Adorp")[1][:3] == ["+3", "+4", "+1"]
    assert cells(outcome.out, "total")[1][:3] == ["+4", "+4", "+4"]
    assert "'capped': at the cap =Adorp" in words
    assert "'capped': agreed among themselves =Adorp +1 and Beveen -1, at a total of 10." in words
    assert "'mixed' adds up shares: inhabitants (weight 1) and jobs (weight 1)." in words
    assert "'mixed' is rounded by Webster" in words
    assert "No key by households: filled in for no municipality." in words
    scaled = " ".join(run("keys", keyed, "--total", 20).out.split())
    assert "at a total of 10; at 20 that is more or less in proportion" in scaled


def test_ties_are_reported(tmp_path: Path, write_small: Run, run: Run) -> None:
    """Seven over two equal halves: somebody gets the fourth, and it says who and why."""
    shares = "\n".join(("key_id,municipality_code,share", "k,GM0001,1/2", "k,GM0002,1/2"))
    given = write_small(tmp_path / "tied", key_shares=shares)
    words = " ".join(run("keys", given, "--total", 7).out.split())
    assert "'k': Adorp and Beveen have an equal claim on the last dwelling(s)" in words


@pytest.mark.parametrize("width", [40, 80, 100, 160])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_number_is_cut_off(width: int, language: str, stedendriehoek: Path, command: list[str]) -> None:
    """In a narrow window the keys are split over more tables; no line is longer than the window."""
    done = subprocess.run(
        [*command, "keys", str(stedendriehoek), "--total", "1170", "--language", language],
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=True,
        env={**os.environ, "COLUMNS": str(width), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    tables = [line for line in done.stdout.splitlines() if cells(line, "Apeldoorn")]
    assert max(map(len, tables)) <= width
    assert "…" not in done.stdout
    numbers = [number for line in tables for number in cells(line, "Apeldoorn")[0]]
    mark = "." if language == "nl" else ","
    assert "421" in numbers
    assert f"1{mark}006" in numbers


def read_csv(path: Path, separator: str) -> list[dict[str, str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


def test_parquet_has_fixed_types_and_every_figure(keyed: Path, tmp_path: Path, run: Run) -> None:
    """One row per key and municipality; what the figures, bounds and agreements add sums to the task."""
    path = tmp_path / "keys.parquet"
    assert run("keys", keyed, "-o", path).code == 0
    table = pq.read_table(path)
    types = {field.name: field.type for field in table.schema}
    assert {types[name] for name in ("key", "municipality_code", "municipality", "bound_hit")} == {
        pa.string()
    }
    assert {
        types[name] for name in ("total", "task", "difference", "vacated", "groups_15", "regular_30")
    } == {pa.int64()}
    assert {types[name] for name in ("share", "exact", "vacated_pct", "by_jobs")} == {pa.float64()}
    assert types["tied"] == pa.bool_()
    assert table.schema.field("task").metadata == {b"unit": b"dwellings/year"}
    rows = {(row["key"], row["municipality_code"]): row for row in table.to_pylist()}
    assert len(rows) == 2 * 7
    capped = rows["capped", "GM0001"]
    # 6 by inhabitants, one less by the cap, one more agreed
    assert [capped[name] for name in ("by_inhabitants", "by_bounds", "by_override", "exact", "task")] == [
        6.0, -1.0, 1.0, 6.0, 6,
    ]  # fmt: skip
    assert (capped["bound_hit"], capped["by_jobs"], capped["difference"]) == ("cap", None, 3)
    # 3 by inhabitants (half of 6), 1.25 by jobs (half of 2.5); Webster rounds 4.25 and 5.75
    mixed = rows["mixed", "GM0001"]
    assert [mixed[name] for name in ("by_inhabitants", "by_jobs", "exact", "task")] == [3.0, 1.25, 4.25, 4]
    assert (mixed["vacated"], mixed["vacated_pct"], mixed["left_regular"]) == (20, 20.0, 16)
    # 15 % of 30 is 4.5, so 5; exact 3 and 1.5: the half goes to Beveen
    assert (mixed["groups_15"], mixed["regular_15"], rows["mixed", "GM0002"]["groups_15"]) == (3, 17, 2)
    for row in rows.values():
        parts = [row[name] or 0.0 for name in table.column_names if name.startswith("by_")]
        assert sum(parts) == pytest.approx(row["exact"])


@pytest.mark.parametrize(("language", "separator", "decimal"), [("nl", ";", ","), ("en", ",", ".")])
def test_csv_is_that_of_the_language(
    language: str, separator: str, decimal: str, keyed: Path, tmp_path: Path, run: Run
) -> None:
    """The same columns and figures; Dutch Excel gets semicolons and decimal commas; no text is a formula."""
    path = tmp_path / "keys.csv"
    assert run("keys", keyed, "-o", path, "--language", language).code == 0
    rows = read_csv(path, separator)
    [mixed] = [row for row in rows if (row["key"], row["municipality_code"]) == ("mixed", "GM0001")]
    assert mixed["municipality"] == "'=Adorp"
    assert (mixed["exact"], mixed["task"]) == (f"4{decimal}25", "4")
    assert list(mixed) == pq.read_table(_parquet(keyed, tmp_path, run)).column_names


def _parquet(keyed: Path, tmp_path: Path, run: Run) -> Path:
    path = tmp_path / "keys.parquet"
    assert run("keys", keyed, "-o", path).code == 0
    return path


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_workbook_has_a_sheet_per_question_and_figure(
    language: str, keyed: Path, tmp_path: Path, run: Run
) -> None:
    """Keys side by side with the line of the region, all figures, what each figure adds, and the notes."""
    path = tmp_path / "keys.xlsx"
    assert run("keys", keyed, "-o", path, "--language", language).code == 0
    book = openpyxl.load_workbook(path)
    task, inhabitants = {"nl": ("opgave", "inwoners"), "en": ("task", "inhabitants")}[language]
    assert {task, "long", inhabitants, "jobs"} <= set(book.sheetnames)
    headings, *rows = book[task].iter_rows(values_only=True)
    assert rows[0][:5] == ("GM0001", "=Adorp", 6, 7, 4)
    assert rows[-1][2:5] == (10, 10, 10)
    assert "mixed" in headings[4]
    by_jobs = list(book["jobs"].iter_rows(values_only=True))
    assert [row[1:] for row in by_jobs] == [(by_jobs[0][1], "mixed"), ("=Adorp", 1.25), ("Beveen", 3.75)]
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"n", "s", "b"}


def test_the_same_input_gives_the_same_files(keyed: Path, tmp_path: Path, run: Run) -> None:
    """Byte-equal a second time, also over a file that is there; nothing else is left in the folder."""
    folder = tmp_path / "out"
    folder.mkdir()
    paths = [folder / f"keys.{suffix}" for suffix in ("csv", "xlsx", "parquet")]
    first = []
    for path in paths:
        assert run("keys", keyed, "-o", path).code == 0
        first.append(path.read_bytes())
        assert run("keys", keyed, "-o", path).code == 0
    assert [path.read_bytes() for path in paths] == first
    assert sorted(folder.iterdir()) == sorted(paths)


def test_a_plan_and_a_workbook_are_inputs_too(plan: Path, small: Path, tmp_path: Path, run: Run) -> None:
    """``keys PLAN/input`` shows the shares that the plan used: two thirds of 9 is 6."""
    outcome = run("keys", plan / "input", "--total", 9)
    assert outcome.code == 0, outcome
    assert cells(outcome.out, "Adorp")[0][0] == "6"


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "Geef haar met --total"), ("en", "Give it with --total")]
)
def test_without_a_total_it_asks_for_one(language: str, words: str, small: Path, run: Run) -> None:
    """No key has a total of its own: a sentence, and exit code 2."""
    outcome = run("keys", small, "--language", language)
    assert (outcome.code, outcome.out) == (2, "")
    assert words in outcome.err


@pytest.mark.parametrize("total", ["0", "-3", "1.5", "many", "10000001"])
def test_a_total_that_is_none_is_refused(total: str, small: Path, run: Run) -> None:
    """Only whole numbers from one up."""
    assert run("keys", small, f"--total={total}").code == 2


def test_a_place_to_write_that_is_none_is_refused(small: Path, tmp_path: Path, run: Run) -> None:
    """An unknown ending, the input itself, and a folder that is not there: a sentence and nothing written."""
    for name, words in (
        (tmp_path / "keys.txt", "does not end in"),
        (small / "keys.csv", "inside the input"),
        (tmp_path / "nowhere" / "keys.csv", "cannot be written"),
    ):
        before = sorted(path for path in tmp_path.rglob("*"))
        outcome = run("keys", small, "--total", 9, "-o", name, "--language", "en")
        assert outcome.code == 2
        assert words in outcome.err
        assert sorted(path for path in tmp_path.rglob("*")) == before


def test_wrong_keys_are_refused_with_their_place(keyed: Path, run: Run) -> None:
    """An override that does not sum to zero and a figure that is empty: both, in one go."""
    for name, old, new in (
        ("key_overrides", "GM0002,-1", "GM0002,-2"),
        ("municipality_figures", "GM0002,jobs,3\n", ""),
    ):
        path = keyed / f"{name}.csv"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    for command in (["keys", keyed, "--total", 10], ["validate", keyed]):
        outcome = run(*command)
        assert outcome.code == 2
        assert "key_overrides.csv, row 3" in outcome.err + outcome.out
        assert "sum to -1, not to zero" in outcome.err + outcome.out
        assert "not filled in for Beveen (GM0002)" in outcome.err + outcome.out


def test_a_key_with_everything_solves_and_verifies(keyed: Path, tmp_path: Path, run: Run) -> None:
    """A plan whose fair share follows such a key is verified, and gives itself again."""
    path = keyed / "rule_parameters.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("fair,key,k", "fair,key,capped"), encoding="utf-8")
    outcome = run("solve", keyed, "-o", tmp_path / "plan")
    assert outcome.code == 0, outcome
    assert run("verify", tmp_path / "plan").code == 0
    rows = pq.read_table(tmp_path / "plan" / "fair_share.parquet").to_pylist()
    assert {(row["municipality_code"], row["share"]) for row in rows} == {("GM0001", 0.6), ("GM0002", 0.4)}
    assert run("solve", tmp_path / "plan" / "input", "-o", tmp_path / "again").code == 0
