"""The tables of a comparison of runs, with the arithmetic in words; its verification agrees every time."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pyarrow.parquet as pq
import pytest

from thuisplan.outputs.comparison.compare import compare_runs
from thuisplan.outputs.comparison.run_info import FAILED, INFEASIBLE, STOPPED, RunInfo
from thuisplan.outputs.comparison.schemas import COMPARISONS

CLUSTERED, MARKET = "clustered", "market"


def _table(runs: Any, name: str) -> list[dict[str, Any]]:
    return pq.read_table(runs.out / f"{name}.parquet").to_pylist()


def _by(rows: list[dict[str, Any]], *names: str) -> dict[Any, dict[str, Any]]:
    found = {tuple(row[name] for name in names): row for row in rows}
    assert len(found) == len(rows)
    return {key[0] if len(names) == 1 else key: row for key, row in found.items()}


def test_every_figure_stands_against_the_reference(runs: Any, check: Any) -> None:
    """What one plan has and the other has not, is zero there: +10, -5 and -7."""
    runs.add("base", {("A", CLUSTERED, 2026): 20, ("A", MARKET, 2026): 5, ("B", MARKET, 2027): 7})
    runs.add("more", {("A", CLUSTERED, 2026): 30})
    compare_runs(runs.out, runs.infos, "base")
    rows = _by(_table(runs, "comparison"), "variant", "place", "kind", "year")
    found = {key: (row["value"], row["reference"], row["difference"]) for key, row in rows.items()}
    assert found == {
        ("base", "A", CLUSTERED, 2026): (20, 20, 0),
        ("base", "A", MARKET, 2026): (5, 5, 0),
        ("base", "B", MARKET, 2027): (7, 7, 0),
        ("more", "A", CLUSTERED, 2026): (30, 20, 10),
        ("more", "A", MARKET, 2026): (0, 5, -5),
        ("more", "B", MARKET, 2027): (0, 7, -7),
    }
    assert rows["more", "B", MARKET, 2027]["municipality"] == "Beveen"
    assert rows["more", "B", MARKET, 2027]["within_gap"] is None
    assert check("base") == []


def test_what_only_one_plan_knows_has_no_difference(runs: Any, check: Any) -> None:
    """A fair share exists where there is a rule; without the rule it is unknown, not zero."""
    row = {"rule_id": "f", "place": "R", "municipality_code": "A", "year": 2026, "target": 8, "deviation": -2}
    runs.add("base", fair_share=[row])
    runs.add("none", {("A", MARKET, 2026): 1})
    compare_runs(runs.out, runs.infos, "base")
    rows = _by(_table(runs, "comparison"), "variant", "subject")
    found = rows["none", "fair_share_deviation"]
    assert (found["value"], found["reference"], found["difference"]) == (None, -2, None)
    assert check("base") == []


@pytest.mark.parametrize(
    ("value", "bound", "within"),
    [
        # The best of the reference is from 90 to 100.
        (89.0, 80.0, False),  # 89 was found: below all that the reference can reach
        (90.0, 80.0, True),  # the reference may reach 90 as well
        (95.0, 85.0, True),
        (108.0, 99.0, True),  # the variant may reach 99, the reference needs no more than 100
        (108.0, 101.0, False),  # the variant needs 101 at least, and the reference has 100
        (108.0, None, None),  # nothing is proved of the variant
    ],
)
def test_a_difference_that_solving_on_can_take_away_is_marked(
    runs: Any, check: Any, value: float, bound: float | None, within: bool | None
) -> None:
    """The best lies between bound and value: where both ranges meet, there may be no difference at all."""
    runs.add("base", measures={"unmet_special": (100.0, 90.0)})
    runs.add("other", measures={"unmet_special": (value, bound)})
    compare_runs(runs.out, runs.infos, "base")
    row = _by(_table(runs, "comparison"), "variant")["other"]
    assert (row["difference"], row["within_gap"]) == (value - 100, within)
    assert check("base") == []


def test_two_exact_values_that_are_the_same_do_not_differ(runs: Any, check: Any) -> None:
    """Both are proved to be 100: solving on changes nothing."""
    for name in ("base", "other"):
        runs.add(name, measures={"unmet_special": (100.0, 100.0)})
    compare_runs(runs.out, runs.infos, "base")
    assert {row["within_gap"] for row in _table(runs, "comparison")} == {False}
    assert check("base") == []


def test_runs_without_a_plan_are_listed_and_compared_nowhere(runs: Any, check: Any) -> None:
    """Failed and impossible variants keep their reason; two variants of one run have the same figures."""
    base = runs.add("base", {("A", MARKET, 2026): 4}, {"unmet_special": (10.0, 9.0), "deficit": (3.0, None)})
    runs.infos += [
        RunInfo("twin", "variant", (), base.run, STOPPED, 4),
        RunInfo("not", "variant", (), "gone", INFEASIBLE, 3, reason="Te weinig capaciteit."),
        RunInfo("fell", "variant", (), None, FAILED, 1),
    ]
    compare_runs(runs.out, runs.infos, "base")
    rows = _by(_table(runs, "runs"), "variant")
    assert [(row["status"], row["dwellings"], row["reason"]) for row in rows.values()] == [
        ("closed", 4, None),
        ("stopped", 4, None),
        ("infeasible", None, "Te weinig capaciteit."),
        ("failed", None, None),
    ]
    names = ("unmet_special", "unmet_special_bound", "deficit", "deficit_bound", "lateness")
    assert [rows["twin"][name] for name in names] == [10, 9, 3, None, None]
    assert {row["variant"] for row in _table(runs, "comparison")} == {"base", "twin"}
    assert check("base") == []


def test_without_a_plan_of_the_reference_there_are_no_differences(runs: Any, check: Any) -> None:
    """Values stand alone: no reference, no difference, no price."""
    runs.infos.append(RunInfo("base", "variant", (), "gone", INFEASIBLE, 3))
    runs.add("other", {("A", MARKET, 2026): 4}, {"unmet_special": (10.0, 9.0)})
    runs.add("price", {}, {"unmet_special": (10.0, 9.0)}, "price", [("without", "r")])
    compared = compare_runs(runs.out, runs.infos, "base")
    rows = _table(runs, "comparison")
    assert {(row["reference"], row["difference"], row["within_gap"]) for row in rows} == {(None, None, None)}
    assert _table(runs, "prices") == []
    assert "no_reference" in {one.code for one in compared.told}
    assert check("base") == []


def test_rules_show_where_they_bind_break_or_are_not_there(runs: Any, rule: Any, check: Any) -> None:
    """Two lines of a hard rule, one just met; softened it breaks once; without it there are no lines."""
    runs.add("base", rules=[rule("r"), rule("r", place="B", binding=True)])
    runs.add("soft", rules=[rule("r", "soft", "broken", slack=2.0), rule("r", "soft", place="B")])
    runs.add("none")
    compare_runs(runs.out, runs.infos, "base")
    names = ("strength", "lines", "binding", "broken", "reference_strength", "reference_binding")
    rows = _by(_table(runs, "rules_compared"), "variant")
    assert {name: tuple(row[one] for one in names) for name, row in rows.items()} == {
        "base": ("hard", 2, 1, 0, "hard", 1),
        "soft": ("soft", 2, 0, 1, "hard", 1),
        "none": (None, 0, 0, 0, "hard", 1),
    }
    assert check("base") == []


def test_the_price_of_a_rule_lies_between_two_bounds(runs: Any, rule: Any, check: Any) -> None:
    """What a soft rule costs, from both plans with their gaps.

    The best with the rule is from 90 to 100, without from 60 to 70: the gain is at least 90 - 70 = 20 and
    at most 100 - 60 = 40. In the second stage 5 to 6 against 7 to 8: at least 5 - 8 = -3, at most 6 - 7 = -1.
    Of the third measure no stage proved anything: only 3 - 1 = 2 was found.
    """
    runs.add(
        "base",
        measures={"unmet_special": (100.0, 90.0), "extra_cost": (6.0, 5.0), "deficit": (3.0, None)},
        rules=[rule("r", "soft")],
    )
    without = {"unmet_special": (70.0, 60.0), "extra_cost": (8.0, 7.0), "deficit": (1.0, None)}
    runs.add("zonder r", measures=without, kind="price", labels=[("without", "r")])
    compare_runs(runs.out, runs.infos, "base")
    rows = _by(_table(runs, "prices"), "measure")
    names = ("stage", "gain", "gain_at_least", "gain_at_most", "within_gap", "strength")
    assert {name: tuple(row[one] for one in names) for name, row in rows.items()} == {
        "unmet_special": (1, 30, 20, 40, False, "soft"),
        "extra_cost": (2, -2, -3, -1, None, "soft"),
        "deficit": (None, 2, None, None, None, "soft"),
    }
    assert check("base") == []


@pytest.mark.parametrize(("strength", "least"), [("hard", 0.0), ("soft", -15.0)])
def test_without_a_hard_rule_nothing_is_lost(
    runs: Any, rule: Any, check: Any, strength: str, least: float
) -> None:
    """Every plan with a hard rule is one without it: the first stage cannot become worse.

    From 90 to 100 with the rule and from 95 to 105 without: the gain is from 90 - 105 = -15 to
    100 - 95 = 5, and of a hard rule from 0.
    """
    runs.add("base", measures={"unmet_special": (100.0, 90.0)}, rules=[rule("r", strength)])
    runs.add("p", measures={"unmet_special": (105.0, 95.0)}, kind="price", labels=[("without", "r")])
    compare_runs(runs.out, runs.infos, "base")
    [row] = _table(runs, "prices")
    assert (row["gain_at_least"], row["gain_at_most"], row["within_gap"]) == (least, 5, True)
    assert check("base") == []


def test_what_is_common_is_the_least_and_most_of_all_but_draws(runs: Any, check: Any) -> None:
    """A builds 5 and 8 clustered: from 5 to 8; 3 market in both. B builds 4 once. Draws do not count."""
    runs.add("base", {("A", CLUSTERED, 2026): 5, ("A", MARKET, 2026): 3})
    runs.add("other", {("A", CLUSTERED, 2026): 8, ("A", MARKET, 2026): 3, ("B", MARKET, 2027): 4})
    runs.add("draw 1", {("A", CLUSTERED, 2026): 99}, kind="draw", labels=[("draw", "1")])
    compare_runs(runs.out, runs.infos, "base")
    rows = _by(_table(runs, "common"), "municipality_code", "dwelling_type", "year")
    names = ("reference", "least", "most", "same_in_all")

    def found(*key: Any) -> tuple[Any, ...]:
        return tuple(rows[key][name] for name in names)

    assert found("A", CLUSTERED, 2026) == (5, 5, 8, False)
    assert found("A", MARKET, None) == (3, 3, 3, True)
    assert found("B", None, None) == (0, 0, 4, False)
    # 5 + 3 = 8 against 8 + 3 + 4 = 15
    assert found(None, None, None) == (8, 8, 15, False)
    assert check("base") == []


def test_a_choice_on_an_axis_is_compared_with_all_else_the_same(runs: Any, check: Any) -> None:
    """Less money costs 130 - 100 = 30 and 165 - 140 = 25 dwelling-years: 27.5 on average.

    The best of 165 is from 138, and that of 140 up to 140: of that pair the difference may vanish.
    The variant that failed is in no pair, so only two of the three needs have one.
    """
    values = {
        ("base", "low"): (100.0, 99.0),
        ("base", "high"): (140.0, 139.0),
        ("less", "low"): (130.0, 129.0),
        ("less", "high"): (165.0, 138.0),
        ("base", "top"): (200.0, 199.0),
    }
    for (money, needs), value in values.items():
        labels = [("money", money), ("needs", needs)]
        runs.add(f"g: {money} + {needs}", measures={"unmet_special": value}, labels=labels)
    labels = (("money", "less"), ("needs", "top"))
    runs.infos.append(RunInfo("g: less + top", "variant", labels, None, FAILED, 1))
    compare_runs(runs.out, runs.infos, "g: base + low")
    rows = _by(_table(runs, "axes"), "axis", "choice")
    row = rows["money", "less"]
    names = ("against", "pairs", "within_gap", "least", "mean", "most")
    assert tuple(row[name] for name in names) == ("base", 2, 1, 25, 27.5, 30)
    # high against low: 140 - 100 and 165 - 130
    assert (rows["needs", "high"]["least"], rows["needs", "high"]["most"]) == (35, 40)
    assert rows["needs", "top"]["pairs"] == 1
    assert check("g: base + low") == []


def test_a_point_of_the_frontier_is_dominated_by_what_is_nowhere_worse(runs: Any, check: Any) -> None:
    """Four points of unmet need and cost.

    (10, 50) and (20, 40) trade off. (20, 45) loses to (20, 40): as much unmet and 5 dearer; its cost may
    still come down to 39, so solving on can bring it back. (30, 60) loses to all, and cannot come below
    (25, 55). The reference (12, 52) loses to (10, 50), and can come no lower than (11, 51).
    """
    points = {
        "p1": ((10.0, 10.0), (50.0, 50.0)),
        "p2": ((20.0, 20.0), (40.0, 40.0)),
        "p3": ((20.0, 20.0), (45.0, 39.0)),
        "p4": ((30.0, 25.0), (60.0, 55.0)),
    }
    runs.add("base", measures={"unmet_special": (12.0, 11.0), "extra_cost": (52.0, 51.0)})
    for name, (unmet, cost) in points.items():
        labels = [("order", "unmet_special > extra_cost"), ("keep", name)]
        runs.add(name, None, {"unmet_special": unmet, "extra_cost": cost}, "frontier", labels)
    compare_runs(runs.out, runs.infos, "base")
    rows = _by(_table(runs, "frontier"), "variant", "measure")
    found = {
        name: tuple(rows[name, "extra_cost"][one] for one in ("dominated", "dominated_by", "within_gap"))
        for name in ("base", *points)
    }
    assert found == {
        "base": (True, "p1", False),
        "p1": (False, None, None),
        "p2": (False, None, None),
        "p3": (True, "p2", True),
        "p4": (True, "p1", False),
    }
    assert (rows["p3", "extra_cost"]["value"], rows["p3", "extra_cost"]["bound"]) == (45, 39)
    assert check("base") == []


def test_bandwidths_and_what_holds_in_most_draws(runs: Any, check: Any) -> None:
    """Ten draws build 1, 2, ... 10 in 2026 and 10 each in 2027.

    A quantile is the least number that at least so many draws do not exceed: 5 % of ten draws is one draw
    (1), 25 % three (3), half five (5), 75 % eight (8), 95 % ten (10). In nine of ten draws there are at
    least 2 by 2026, and 2 + 10 = 12 by 2027; in every draw 1 and 11.
    """
    runs.add("base", {("A", CLUSTERED, 2026): 6, ("A", CLUSTERED, 2027): 10})
    for number in (3, 7, 1, 10, 2, 9, 4, 8, 5, 6):
        built = {("A", CLUSTERED, 2026): number, ("A", CLUSTERED, 2027): 10}
        runs.add(f"draw {number}", built, kind="draw", labels=[("draw", str(number))])
    compare_runs(runs.out, runs.infos, "base", Fraction(9, 10))
    rows = _by(_table(runs, "bandwidths"), "municipality_code", "dwelling_type", "year")
    names = ("draws", "reference", "p5", "p25", "median", "p75", "p95")
    assert tuple(rows["A", CLUSTERED, 2026][name] for name in names) == (10, 6, 1, 3, 5, 8, 10)
    assert tuple(rows["A", CLUSTERED, 2027][name] for name in names[2:]) == (10, 10, 10, 10, 10)
    assert tuple(rows[None, None, None][name] for name in names[1:3]) == (16, 11)
    robust = _by(_table(runs, "robust"), "municipality_code", "dwelling_type", "by_year")
    names = ("reference", "at_least", "holds_in", "in_every_draw")
    assert tuple(robust["A", CLUSTERED, 2026][name] for name in names) == (6, 2, 9, 1)
    assert tuple(robust["A", None, 2027][name] for name in names) == (16, 12, 9, 11)
    assert check("base") == []


def test_a_decision_of_one_draw_in_ten_is_not_robust(runs: Any, check: Any) -> None:
    """One of ten draws builds: in nine of ten there is nothing, so there is no row."""
    runs.add("base", {("A", MARKET, 2026): 1})
    for number in range(10):
        runs.add(f"draw {number}", {("A", MARKET, 2026): 5} if number == 4 else {}, kind="draw")
    compare_runs(runs.out, runs.infos, "base")
    assert _table(runs, "robust") == []
    assert check("base") == []


def test_all_tables_have_their_schemas(runs: Any) -> None:
    """Each table is written with its columns, types and units, also when it is empty."""
    runs.add("base", {("A", MARKET, 2026): 1})
    compared = compare_runs(runs.out, runs.infos, "base")
    for name in COMPARISONS.keys() - {"summary"}:
        assert pq.read_schema(runs.out / f"{name}.parquet").equals(COMPARISONS[name], check_metadata=True), (
            name
        )
    assert set(compared.tables) == set(COMPARISONS) - {"summary", "comparison"}


def test_a_summary_that_is_there_is_used_and_one_that_was_cut_off_is_made_again(runs: Any) -> None:
    """The first time it is made; a file of half a table is replaced."""
    runs.add("base", {("A", MARKET, 2026): 1})
    compare_runs(runs.out, runs.infos, "base")
    file = runs.out / "summaries" / "base.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    compare_runs(runs.out, runs.infos, "base")
    assert file.read_bytes() == whole
