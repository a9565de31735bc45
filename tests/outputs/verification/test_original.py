"""What the resolved input derives from the original is recomputed, and named where it differs."""

from __future__ import annotations

from typing import Any

import pytest

from thuisplan.outputs.verification import verify

ORIGINAL = "input/original"


def _rewrite(plan_files: Any, table: str, text: str) -> None:
    lines = "\n".join(line.strip() for line in text.strip().splitlines()) + "\n"
    (plan_files.path / ORIGINAL / f"{table}.csv").write_text(lines, encoding="utf-8")


def _found(plan_files: Any, table: str, column: str) -> dict[str, tuple[str, str]]:
    """Return key -> (expected, found) of what differs in a column; nothing else may."""
    problems = [p for p in verify(plan_files.write()).problems if p.code == "derived_differs"]
    assert {(p.values["table"], p.values["column"]) for p in problems} <= {(table, column)}
    return {p.values["key"]: (p.values["expected"], p.values["found"]) for p in problems}


def test_needs_as_ranges_round_the_running_total_half_up(plan_files: Any) -> None:
    """Between 3 and 4 and a half is 3.75 a year; 3.75 becomes 4, 7.5 becomes 8: 4 more, not 2."""
    _rewrite(
        plan_files,
        "needs",
        """
        need_id,purpose,place,need_category,from_year,to_year,low,central,high
        care,agreement,R,care,2026,,3,,9/2""",
    )
    assert _found(plan_files, "needs", "central") == {"care · 2027": ("4", "2")}


def test_needs_of_three_a_year_fit_after_rounding(plan_files: Any) -> None:
    """3.5 and 2.4 a year add up to 3.5, rounded 4, and 5.9, rounded 6."""
    _rewrite(
        plan_files,
        "needs",
        """
        need_id,purpose,place,need_category,from_year,to_year,low,central,high
        care,agreement,R,care,2026,2026,,7/2,
        care,agreement,R,care,2027,2027,,12/5,""",
    )
    assert verify(plan_files.write()).passed


def test_the_low_estimate_is_taken_where_it_is_asked_for(plan_files: Any) -> None:
    """With the level low, 4 and 2 are the low ends of the ranges."""
    _rewrite(
        plan_files,
        "needs",
        """
        need_id,purpose,place,need_category,from_year,to_year,low,central,high
        care,agreement,R,care,2026,2026,4,5,9
        care,agreement,R,care,2027,2027,2,,9""",
    )
    plan_files.replace_in(f"{ORIGINAL}/scenario.toml", "central", "low")
    assert verify(plan_files.write()).passed


def test_a_growth_path_is_recomputed(plan_files: Any) -> None:
    """From the shares of social stock in 2025 halfway to those of all dwellings in 2026, there in 2027."""
    _rewrite(
        plan_files,
        "keys",
        """
        key_id,basis,start_basis,path_first_year,path_last_year
        k,dwelling_stock,social_stock,2025,2027""",
    )
    (plan_files.path / ORIGINAL / "key_shares.csv").unlink()
    plan_files.replace_in("input/resolved/keys.csv", "k,shares,additive,,,,", "k,shares,additive,,,2027,")
    # A has 20 of 60 social and 100 of 200 dwellings: 1/3 on its way to 1/2 is 5/12 in 2026.
    assert _found(plan_files, "key_shares", "share") == {
        "k · GM0001 · 2026": ("5/12", "2/3"),
        "k · GM0002 · 2026": ("7/12", "1/3"),
        "k · GM0001 · 2027": ("1/2", "2/3"),
        "k · GM0002 · 2027": ("1/2", "1/3"),
    }


def test_shares_that_do_not_sum_to_one_are_named(plan_files: Any) -> None:
    """2/3 and 1/4 leave a twelfth of the task with nobody."""
    for part in ("resolved", "original"):
        plan_files.replace_in(f"input/{part}/key_shares.csv", "k,GM0002,2027,1/3", "k,GM0002,2027,1/4")
    found = [p for p in verify(plan_files.write()).problems if p.code == "key_sum"]
    assert [(p.values["key"], p.values["period"]) for p in found] == [("k", "2027")]


def test_plans_after_attrition_are_recomputed(plan_files: Any) -> None:
    """70 % of 7 dwellings over 2 years: 2.45 is 2, 4.9 is 5, so 2 and 3; the input must say the same."""
    _rewrite(
        plan_files,
        "plans",
        """
        project,municipality_code,status,route,from_year,to_year,dwellings
        hill,GM0001,soft,flex,2026,2027,7""",
    )
    _rewrite(plan_files, "realisation", "route,status,factor\nflex,soft,7/10")
    (plan_files.path / "input" / "resolved" / "realisation.csv").write_text(
        "route,status,factor,source\nflex,soft,7/10,\n", encoding="utf-8"
    )
    heading = (
        "project,municipality_code,status,route,segment,from_year,to_year,dwellings,realisation,source\n"
    )
    resolved = heading + "hill,GM0001,soft,flex,,2026,2026,{},1,\nhill,GM0001,soft,flex,,2027,2027,{},1,\n"
    file = plan_files.path / "input" / "resolved" / "plans.csv"
    file.write_text(resolved.format(3, 3), encoding="utf-8")
    assert _found(plan_files, "plans", "dwellings") == {"hill · GM0001 · flex · 2026": ("2", "3")}
    file.write_text(resolved.format(2, 3), encoding="utf-8")
    assert _found(plan_files, "plans", "dwellings") == {}


def test_budgets_hold_in_every_year_of_their_row(plan_files: Any) -> None:
    """50 000 in both years is 30 000 more in 2027 than the plan had."""
    _rewrite(plan_files, "budgets", "pot_id,from_year,to_year,amount_eur\nprov,2026,,50000")
    assert _found(plan_files, "budgets", "amount_eur") == {"prov · 2027": ("50000", "20000")}


def test_another_horizon_is_one_problem(plan_files: Any) -> None:
    """What follows from it is not repeated."""
    plan_files.replace_in(f"{ORIGINAL}/scenario.toml", "first_year = 2026", "first_year = 2025")
    found = [p.values for p in verify(plan_files.write()).problems]
    assert [(v["column"], v["expected"], v["found"]) for v in found] == [("first_year", "2025", 2026)]


@pytest.mark.parametrize(
    ("setting", "old", "new"),
    [
        ("name", '"tiny"', '"small"'),
        ("language", '"nl"', '"en"'),
        ("rule_sets", "[]", '["draft-decree-2024"]'),
        ("need_level", '"central"', '"high"'),
        ("national_social_share", '"259/1000"', '"13/50"'),
        ("national_social_share_year", "2022", "2023"),
        ("at_average", '"below"', '"above"'),
    ],
)
def test_every_setting_must_be_that_of_the_original(
    plan_files: Any, setting: str, old: str, new: str
) -> None:
    """But the rule sets, which are among the rules now, and the level of the needs, which was taken."""
    plan_files.replace_in("input/resolved/scenario.toml", f"{setting} = {old}", f"{setting} = {new}")
    found = [p.values for p in verify(plan_files.write()).problems if p.code == "setting_differs"]
    assert [v["column"] for v in found] == [setting]


def test_an_original_with_a_row_that_cannot_be_read_is_named(plan_files: Any) -> None:
    """Reading goes on without the row; comparing would blame the resolved input for it."""
    plan_files.replace_in(f"{ORIGINAL}/commitments.csv", "rent,2026,2", "rent,2026,two")
    found = [(p.code, p.values["reason"]) for p in verify(plan_files.write()).problems]
    assert found == [("unreadable_file", "not_a_number")]


def test_an_original_that_cannot_be_read_is_named(plan_files: Any) -> None:
    """A broken setting is a problem, not a crash."""
    plan_files.replace_in(f"{ORIGINAL}/scenario.toml", "format = 1", "format = [")
    found = [p for p in verify(plan_files.write()).problems if p.code == "unreadable_file"]
    assert [p.values["file"] for p in found] == [ORIGINAL]
