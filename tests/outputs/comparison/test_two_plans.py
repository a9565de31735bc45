"""Two plans against each other: the second minus the first, in tables, sentences and on a screen."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from thuisplan.outputs.answer import sentence_text
from thuisplan.outputs.comparison.two_plans import TwoPlans, compare_two, write_two
from thuisplan.outputs.comparison.two_plans_screen import print_two_plans
from thuisplan.outputs.plan_folder import PlanFolder
from thuisplan.outputs.verification import verify

CLUSTERED, MARKET = "clustered", "market"


def _opened(runs: Any, name: str) -> PlanFolder:
    """Return a plan that was written by hand, with what its manifest would say besides."""
    folder = runs.out / "runs" / name
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    more = {"input_hash": name, "status": {"stopped": "closed"}, "files": {"plan.parquet": name}}
    return PlanFolder(folder, {**manifest, **more, "seconds": {"build": 1.0, "solve": 2.5}})


@pytest.fixture
def two(runs: Any, rule: Any) -> TwoPlans:
    """Return two plans: the second has 10 clustered less in A and 4 market more in B, and less money."""
    need = {"purpose": "municipality", "place": "A", "need_category": "care"}
    for name, clustered, market, short, euros, lines in (
        ("one", 30, 2, 5, 900_000, [rule("r", binding=True), rule("s", "soft")]),
        ("two", 20, 6, 9, 700_000, [rule("r"), rule("t", binding=True)]),
    ):
        runs.add(
            name,
            {("A", CLUSTERED, 2026): clustered, ("B", MARKET, 2027): market},
            {"unmet_special": (float(short), float(short)), "extra_cost": (euros / 1000, euros / 2000)},
            needs=[{**need, "year": year, "shortfall": short} for year in (2026, 2027)],
            funding=[
                {
                    "payer": "Rijk",
                    "kind": "deficit",
                    "municipality_code": "A",
                    "year": 2026,
                    "amount_eur": euros,
                }
            ],
            rules=lines,
        )
    return compare_two(_opened(runs, "one"), _opened(runs, "two"))


def test_what_the_second_does_otherwise_in_sentences(two: TwoPlans) -> None:
    """Unmet need 9 - 5 = 4 more, proved in both; of 900,000 at least 450,000 is needed: no difference.

    That there are 6 dwellings fewer is told as a choice of the plans: no stage minimised their number.
    """
    told = [sentence_text(one, "en") for one in two.told]
    assert told[1:] == [
        "The plans do not have the same input.",
        "A difference counts as one only if solving further cannot take it away, and of later objectives "
        "as long as the earlier ones stay as they are in each plan.",
        "The second plan: unmet special need 4 dwelling-years higher.",
        "Not to be told apart, as solving further decides: extra cost.",
        "Per municipality, type and year: 4 dwellings added and 10 taken away.",
        "No stage minimised the number of dwellings: how many there are, and where, is within the margins "
        "of the objectives a free choice of each plan.",
    ]


def test_the_screen_has_what_differs_and_nothing_else(two: TwoPlans) -> None:
    """Dwellings by municipality, type and year, the shortfall of the last year, who pays, and rules."""
    stream = io.StringIO()
    print_two_plans(two, "nl", Console(file=stream, width=110, soft_wrap=True))
    rows = [line.split() for line in stream.getvalue().splitlines()]
    for row in (
        ["Adorp", "30", "20", "-10"],
        ["Beveen", "2", "6", "+4"],
        ["2026", "30", "20", "-10"],
        ["2027", "2", "6", "+4"],
        # The years are the same need: only the last counts.
        ["care", "5", "9", "+4"],
        ["Rijk,", "onrendabele", "top", "900.000", "700.000", "-200.000"],
        ["r", "1", "0", "0", "0"],
        ["s", "0", "is", "er", "niet", "0", "is", "er", "niet"],
        ["t", "is", "er", "niet", "1", "is", "er", "niet", "0"],
    ):
        assert row in rows, row


def test_equal_plans_are_said_to_be_equal(runs: Any, two: TwoPlans) -> None:
    """A plan against itself has no difference in any figure, and no table on the screen."""
    one = _opened(runs, "one")
    same = compare_two(one, one)
    assert [sentence.code for sentence in same.told] == ["plans", "same_input", "identical"]
    assert set(same.tables["comparison"]["difference"].to_pylist()) == {0.0}
    stream = io.StringIO()
    print_two_plans(same, "en", Console(file=stream, width=110))
    assert "difference" not in stream.getvalue().replace("Differences are", "")


def test_what_is_written_verifies_from_its_own_files(runs: Any, two: TwoPlans) -> None:
    """The figures of both plans go along, so the tables can be computed again; a changed one is found."""
    out = runs.out / "two"

    def write(folder: Any) -> Any:
        return write_two(two, folder)

    folder = PlanFolder.publish(out, write, lambda folder: None)
    assert folder.manifest["plans"]["first"]["input_hash"] == "one"
    found = verify(out)
    assert found.problems == ()
    assert found.sums > 0
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    manifest["reference"] = "second"
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert not verify(out).passed


def test_what_differs_in_the_input_is_counted_per_table(runs: Any, two: TwoPlans) -> None:
    """One of two rows of capacity changed, and a plan is new: one row each; assumptions do not count."""
    for name, capacity, plans in (("one", ("60", "7"), ()), ("two", ("40", "7"), ("p;12",))):
        resolved = runs.out / "runs" / name / "input" / "resolved"
        resolved.mkdir(parents=True)
        (resolved / "capacity.csv").write_text("\n".join(("dwellings", *capacity)), encoding="utf-8")
        (resolved / "plans.csv").write_text("\n".join(("project;dwellings", *plans)), encoding="utf-8")
        (resolved / "assumptions.csv").write_text(name, encoding="utf-8")
    told = compare_two(_opened(runs, "one"), _opened(runs, "two")).told
    assert sentence_text(told[1], "nl") == (
        "De plannen hebben niet dezelfde invoer; er verschillen rijen in capaciteit (1) en plannen (1)."
    )
