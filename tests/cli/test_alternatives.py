"""``solve --alternatives``: whole verified plan folders, what is on screen, and what an interrupt leaves."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from thuisplan import commands
from thuisplan.outputs.plan_folder import PlanFolder

Run = Callable[..., Any]
needs_signals = pytest.mark.skipif(os.name == "nt", reason="sends SIGINT to one process")

# Without Adorp's key share there is no fair share to keep: care may stand in either place.
FREE = {
    "rules": """
        rule_id,family,track,purpose,place,strength,weight,valid_from,valid_to,status,source
        social-30,social_share,1,municipality,,hard,1,2026,2027,draft,letter""",
    "rule_parameters": """
        rule_id,parameter,value
        social-30,periods,year
        social-30,share,3/10
        social-30,side,below""",
}


@pytest.fixture(scope="session")
def several(tmp_path_factory: pytest.TempPathFactory, write_small: Run, run: Run) -> tuple[Path, Any]:
    """Return a plan of the small input with its alternatives, and what was printed; not to be changed."""
    folder = tmp_path_factory.mktemp("several")
    given = write_small(folder / "small", **FREE)
    outcome = run("solve", given, "-o", folder / "plan", "--alternatives", "2", "--prove")
    assert outcome.code == 0, outcome
    return folder / "plan", outcome


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def test_every_alternative_is_a_verified_plan_of_its_own(several: Any, run: Run, manifest_of: Run) -> None:
    """``verify`` takes the plan and each alternative; their manifests say what they are."""
    out, _ = several
    listed = _rows(out / "alternatives" / "alternatives.parquet")
    assert len(listed) > 1
    assert run("verify", out).code == 0
    for row in listed[1:]:
        folder = out / "alternatives" / row["folder"]
        assert run("verify", folder).code == 0
        manifest = manifest_of(folder)
        assert manifest["kind"] == "plan"
        assert manifest["alternative"] == {
            "number": row["plan"],
            "distance": row["distance"],
            "nearest": row["nearest"],
            "bound": row["bound"],
        }
        assert manifest["reproducible"] == row["reproducible"]
        assert manifest["input_hash"] == manifest_of(out)["input_hash"]


def test_the_tables_are_what_the_folders_hold(several: Any) -> None:
    """Dwellings per municipality and type, and what stands elsewhere, summed from each ``plan.parquet``."""
    out, _ = several
    folder = out / "alternatives"
    plans = []
    for row in _rows(folder / "alternatives.parquet"):
        counts: dict[tuple[str, str], int] = {}
        for cell in _rows((folder / row["folder"] / "plan.parquet") if row["plan"] else out / "plan.parquet"):
            key = cell["municipality_code"], cell["dwelling_type"]
            counts[key] = counts.get(key, 0) + cell["dwellings"]
        plans.append(counts)
        assert row["dwellings"] == sum(counts.values())
        if row["plan"]:
            assert row["distance"] == min(_elsewhere(counts, before) for before in plans[:-1])
    for row in _rows(folder / "alternative_programmes.parquet"):
        key = row["municipality_code"], row["dwelling_type"]
        assert plans[row["plan"]].get(key, 0) == row["dwellings"]
    for row in _rows(folder / "common.parquet"):
        numbers = [counts.get((row["municipality_code"], row["dwelling_type"]), 0) for counts in plans]
        assert (row["in_plan"], row["least"], row["most"]) == (numbers[0], min(numbers), max(numbers))
        assert row["least_in_any"] <= row["least"]


def _elsewhere(first: dict[tuple[str, str], int], second: dict[tuple[str, str], int]) -> int:
    result = 0
    for kind in {kind for _, kind in {*first, *second}}:
        keys = [key for key in {*first, *second} if key[1] == kind]
        changes = [first.get(key, 0) - second.get(key, 0) for key in keys]
        result += min(sum(c for c in changes if c > 0), -sum(c for c in changes if c < 0))
    return result


def test_values_of_the_stages_are_within_the_limits(several: Any, manifest_of: Run) -> None:
    """The table says of each plan what its own manifest says, and no value is above the limit."""
    out, _ = several
    for row in _rows(out / "alternatives" / "alternative_stages.parquet"):
        folder = out / "alternatives" / f"{row['plan']:02}" if row["plan"] else out
        [stage] = [s for s in manifest_of(folder)["stages"] if s["stage"] == row["stage"]]
        assert (row["value"], row["limit"]) == (stage["value_published"], stage["limit"])
        assert row["value"] <= row["limit"] + 1e-6


def test_what_is_on_screen(several: Any) -> None:
    """The plan comes first, then each alternative as it is found, then what they say."""
    out, outcome = several
    lines = outcome.out.splitlines()
    start = lines.index(f"The plan is in {out}.")
    assert lines[start + 1] == f"The plan is in {out}; looking for 2 alternative(s), at most 200 s."
    assert lines[start + 2].startswith("alternative 1: ")
    assert "Alternatives" in lines
    assert lines[-1] == f"The alternatives are in {out / 'alternatives'}, each in a folder of its own."


def test_sentences_are_written_in_both_languages(several: Any) -> None:
    """What is on screen in English is in the table, next to the Dutch."""
    out, outcome = several
    words = " ".join(outcome.out.split())
    rows = _rows(out / "alternatives" / "sentences.parquet")
    assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        assert row["nl"] != row["en"]
        assert row["en"] in words or row["code"].startswith("limit_")


def test_an_alternative_can_be_the_earlier_plan_of_the_next(several: Any, tmp_path: Path, run: Run) -> None:
    """Solved again with an alternative as reference, that alternative comes back: nothing changes."""
    out, _ = several
    given, chosen = out / "input", out / "alternatives" / "01"
    outcome = run("solve", given, "-o", tmp_path / "again", "--reference", chosen, "--language", "en")
    assert outcome.code == 0, outcome
    assert "Nothing changes" in outcome.out
    again, before = (_rows(folder / "plan.parquet") for folder in (tmp_path / "again", chosen))
    assert again == before


def test_solving_again_takes_the_old_alternatives_away(several: Any, tmp_path: Path, run: Run) -> None:
    """A new plan in the same folder has no alternatives of the old one."""
    out = Path(shutil.copytree(several[0], tmp_path / "plan"))
    assert run("solve", out / "input", "-o", out).code == 0
    assert not (out / "alternatives").exists()
    assert run("verify", out).code == 0


def test_prove_goes_with_alternatives(small: Path, tmp_path: Path, run: Run) -> None:
    """``--prove`` alone is wrong usage: exit 2, a sentence, and nothing written."""
    outcome = run("solve", small, "-o", tmp_path / "plan", "--prove", "--language", "en")
    assert outcome.code == 2
    assert outcome.err == "--prove goes with --alternatives: say how many alternatives there should be.\n"
    outcome = run("solve", small, "-o", tmp_path / "plan", "--prove", "--language", "nl")
    assert outcome.err == "--prove hoort bij --alternatives: noem hoeveel alternatieven er moeten komen.\n"
    assert not (tmp_path / "plan").exists()


@pytest.mark.parametrize("number", ["-1", "21", "many"])
def test_a_wrong_number_of_alternatives(small: Path, tmp_path: Path, run: Run, number: str) -> None:
    """At least none and at most 20: exit 2."""
    assert run("solve", small, "-o", tmp_path / "plan", "--alternatives", number).code == 2


def test_too_little_time_for_alternatives_is_said(
    small: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any time for them the plan is published and verified all the same: exit 4."""
    # The function ``solve`` hides its module of the same name.
    monkeypatch.setattr(sys.modules[commands.solve.__module__], "ALTERNATIVES_SHARE", 0.0)
    out = tmp_path / "plan"
    outcome = run("solve", small, "-o", out, "--alternatives", "2")
    assert outcome.code == 4, outcome
    assert "- Time was up after 0 alternative(s): there may be more." in outcome.out
    assert run("verify", out).code == 0
    assert [row["plan"] for row in _rows(out / "alternatives" / "alternatives.parquet")] == [0]


@needs_signals
@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupt_leaves_a_complete_plan(
    region: Run, tmp_path: Path, running: Run, run: Run, times: int
) -> None:
    """Interrupted once or twice while alternatives are sought: exit 4, the plan is there and verifies."""
    out = tmp_path / "plan"
    arguments = ["solve", region(4), "-o", out, "--time-limit", "120", "--gap", "1", "--alternatives", "20"]
    with running(*arguments) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            if "looking for 20 alternative(s)" in line:
                break
        process.send_signal(signal.SIGINT)
        if times == 2:
            while not process.stderr.readline().startswith("Finishing: "):
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
        printed, errors = process.communicate(timeout=60)
    assert process.returncode == 4, errors
    assert "Traceback" not in errors
    assert run("verify", out).code == 0
    for folder in (out / "alternatives").glob("[0-9]*"):
        assert run("verify", folder).code == 0
    # Nothing half is left that would keep the next plan from being published there.
    PlanFolder.check_target(out)
    if times == 1:
        assert "Interrupted after" in printed
    else:
        assert errors.endswith(
            f"Cut short. The plan is in {out}; of the alternatives, what is in the folder alternatives was "
            "written.\n"
        )
