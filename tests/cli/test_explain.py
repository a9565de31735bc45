"""``thuisplan explain``: what it prints and writes, and what it refuses."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

Run = Callable[..., Any]


def test_a_municipality_is_explained_by_code_or_by_name(plan: Path, run: Run) -> None:
    """Names do not depend on capitals; both give the same answer, and say where it is written."""
    by_code = run("explain", plan, "--municipality", "gm0001")
    by_name = run("explain", plan, "--municipality", "ADORP")
    assert by_code.code == by_name.code == 0
    assert by_code.out == by_name.out
    assert by_code.out.startswith(
        "Adorp, 2026-2027: why this number of housing units\nThe number\n- Adorp gets"
    )
    assert by_code.out.endswith(f"The explanation is in {plan / 'explained' / 'GM0001'}.\n")


def test_a_type_is_asked_by_code_or_label(plan: Path, run: Run) -> None:
    """``care_suitable`` is the "zorggeschikte woning"; a type has a folder of its own."""
    first = run("explain", plan, "--municipality", "Adorp", "--type", "care_suitable")
    again = run("explain", plan, "--municipality", "Adorp", "--type", "Zorggeschikte woning")
    assert first.code == again.code == 0
    assert first.out == again.out
    folder = plan / "explained" / "GM0001-care_suitable"
    assert sorted(path.stem for path in folder.iterdir()) == [
        "alternative_stages",
        "alternatives",
        "key_parts",
        "money",
        "number",
        "other_keys",
        "prices",
        "rules",
        "sentences",
    ]


def test_every_sentence_is_written_in_both_languages(plan: Path, run: Run) -> None:
    """What is printed in a language is what stands in its column, in the same order."""
    printed = run("explain", plan, "--municipality", "Adorp", "--language", "nl").out
    table = pq.read_table(plan / "explained" / "GM0001" / "sentences.parquet").to_pylist()
    said = [line.removeprefix("- ") for line in printed.splitlines() if line.startswith("- ")]
    assert said == [row["nl"] for row in table]
    assert all(row["en"] and row["en"] != row["nl"] for row in table)


def test_more_and_fewer_are_worked_out_on_request(plan: Path, run: Run) -> None:
    """Care comes in projects of three: a project more, and where there is one, a project fewer.

    A project more is found with one dwelling on top, and is told as what was found.
    """
    options = ("--municipality", "Adorp", "--type", "care_suitable", "--more-and-less")
    outcome = run("explain", plan, *options)
    assert outcome.code == 0
    assert "Still 2 to work out; that takes 60 s at most." in outcome.err
    assert "4 care-suitable dwellings more in Adorp (7 instead of 3)" in outcome.out
    assert "3 care-suitable dwellings fewer in Adorp" in outcome.out
    stages = pq.read_table(plan / "explained" / "GM0001-care_suitable" / "alternative_stages.parquet")
    assert {row["step"] for row in stages.to_pylist()} == {3, -3}


def test_a_price_is_solved_again_on_request(plan: Path, run: Run) -> None:
    """Asked for by its name, the pot of the province has a price with whole dwellings."""
    outcome = run("explain", plan, "--municipality", "Adorp", "--price", "prov", "--time-limit", "10")
    assert outcome.code == 0
    assert "The first stage was solved again for this, with whole dwellings" in outcome.out
    prices = pq.read_table(plan / "explained" / "GM0001" / "prices.parquet").to_pylist()
    assert {row["name"]: row["method"] for row in prices}["prov"] == "solved"


def test_the_plan_stays_whole(plan: Path, run: Run) -> None:
    """An explanation beside a plan is no part of it: it verifies, and can be explained again."""
    assert run("explain", plan, "--municipality", "Beveen").code == 0
    assert run("verify", plan).code == 0
    assert run("explain", plan, "--municipality", "Beveen").code == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--municipality", "Adrop"),
            "'Adrop' is no municipality in this plan. Did you mean 'Adorp'? Choose from: Adorp or Beveen.\n",
        ),
        (
            ("--municipality", "Adorp", "--type", "care"),
            "'care' is no dwelling type in this plan. Choose from: affordable owner-occupied dwelling, "
            "care-suitable dwelling or regular social rent.\n",
        ),
        (
            ("--municipality", "Adorp", "--price", "provv"),
            "'provv' is no pot, rule with a share or growth path here. Did you mean 'prov'? "
            "Choose from: prov or social-30.\n",
        ),
    ],
)
def test_a_wrong_name_gives_the_nearest(plan: Path, run: Run, options: tuple[str, ...], message: str) -> None:
    """Nothing is printed or written but one sentence, and the exit code is 2."""
    outcome = run("explain", plan, *options)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", message)
    assert not (plan / "explained").exists()


def test_a_changed_plan_is_refused(plan: Path, run: Run) -> None:
    """Whoever edits a table would read an explanation of a plan that nobody made."""
    shutil.copyfile(plan / "needs.parquet", plan / "plan.parquet")
    outcome = run("explain", plan, "--municipality", "Adorp")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "This plan was changed after it was published: plan.parquet. Make it again with `thuisplan solve`; "
        "`thuisplan verify` says what does not hold.\n"
    )


def test_what_is_no_plan_is_refused(tmp_path: Path, small: Path, run: Run) -> None:
    """An input, a folder that is not there, and a diagnosis: each is named for what it is."""
    for folder in (small, tmp_path / "nothing"):
        assert run("explain", folder, "--municipality", "Adorp").code == 2
    assert run("diagnose", small, "-o", tmp_path / "diagnosis", "--time-limit", "5").code == 0
    outcome = run("explain", tmp_path / "diagnosis", "--municipality", "Adorp")
    assert outcome.code == 2
    assert "does not hold a plan but another outcome (diagnosis)" in outcome.err


def test_the_municipality_must_be_named(plan: Path, run: Run) -> None:
    """Without a municipality there is nothing to explain."""
    outcome = run("explain", plan)
    assert outcome.code == 2
    assert "--municipality" in outcome.err
