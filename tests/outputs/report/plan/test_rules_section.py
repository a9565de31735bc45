"""Rules in a report: every line counted once, told honestly, and equal to the published table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest

from thuisplan.outputs.report.content import State
from thuisplan.outputs.report.plan.rules_section import rules_section
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.tables import to_arrow

LINE = {
    "rule_id": "social-30",
    "family": "social_share",
    "purpose": "municipality",
    "place": "GM0001",
    "subject": "",
    "period": "2026-2030",
    "strength": "hard",
    "lhs": 40.0,
    "operator": ">=",
    "rhs": 30.0,
    "allowed": None,
    "unit": "dwellings",
    "value_pct": None,
    "norm_pct": None,
    "margin": 10.0,
    "slack": 0.0,
    "verdict": "met",
    "binding": False,
    "valid_from": 2026,
    "valid_to": 2030,
    "status": "input",
    "source": "",
}


@pytest.fixture
def written(small: Any, view_of: Callable[..., PlanView]) -> Callable[..., PlanView]:
    """Return a function that views lines written by hand; each says how it differs from ``LINE``."""

    def view(*lines: dict[str, Any], language: str = "en", more: Any = ()) -> PlanView:
        made = view_of(
            small.instance(small.place("GM0001", name="Aalst"), small.place("GM0002", name="Beek"), more),
            language=language,
        )
        table = to_arrow("rules", [{**LINE, **line} for line in lines])
        pq.write_table(table, made.published.folder / "rules.parquet")
        return made

    return view


def columns(table: Any, *codes: str) -> list[tuple[Any, ...]]:
    """Return some columns of a table, row by row."""
    places = [[column.code for column in table.columns].index(code) for code in codes]
    return [tuple(row[place] for place in places) for row in table.rows]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_counts_per_rule_are_those_of_the_published_lines(
    three: Any, read: Any, table_of: Any, language: str
) -> None:
    """Every line is counted once, under its rule and strength: recomputed with pandas."""
    view = three(language)
    lines = read(view, "rules")
    table = table_of(rules_section(view), "rules_each")
    codes = ("lines", "met", "broken", "not_testable", "exempt", "binding")
    shown = {(row[1], row[2]): row[3:9] for row in table.rows}
    assert [column.code for column in table.columns][3:9] == list(codes)
    strengths = {
        "hard": {"nl": "harde eis", "en": "hard"},
        "soft": {"nl": "streefregel", "en": "soft"},
        "monitor": {"nl": "alleen volgen", "en": "monitor"},
    }
    expected = {}
    for (rule, strength), part in lines.groupby(["rule_id", "strength"]):
        counts = [int((part.verdict == verdict).sum()) for verdict in codes[1:5]]
        expected[rule, strengths[strength][language]] = (len(part), *counts, int(part.binding.sum()))
    assert shown == expected
    assert table.total(3) == len(lines)


def test_every_line_stands_in_the_workbook_with_its_figures(three: Any, read: Any, table_of: Any) -> None:
    """The long table has the rows of the parquet in its order, and is not on the page."""
    view = three("en")
    lines, table = read(view, "rules"), table_of(rules_section(view), "rules_all")
    assert not table.on_page
    codes = {
        "rule_id": "code",
        "place": "place_code",
        "subject": "subject_code",
        "period": "period",
        "lhs": "result",
        "rhs": "norm",
        "margin": "margin",
        "slack": "slack",
        "binding": "binding",
        "valid_from": "valid_from",
    }
    written = [
        tuple(None if value != value else value for value in row)
        for row in lines[list(codes)].itertuples(index=False)
    ]
    assert columns(table, *codes.values()) == written
    broken = {n for n, verdict in enumerate(lines.verdict) if verdict == "broken"}
    assert {n for n, state in table.states.items() if state is State.BROKEN} == broken


def test_the_smallest_margin_per_rule_is_that_of_the_municipality_that_has_it(
    three: Any, read: Any, table_of: Any
) -> None:
    """Per rule the smallest margin of tested lines in municipalities: recomputed with pandas."""
    view = three("en")
    lines = read(view, "rules")
    municipal = lines[lines.place.isin(list(view.names)) & lines.verdict.isin(["met", "broken"])]
    expected = {
        (rule, {"monitor": "monitor"}.get(strength, strength)): part.margin.min()
        for (rule, strength), part in municipal.groupby(["rule_id", "strength"])
    }
    table = table_of(rules_section(view), "rules_municipality")
    shown = {
        (code, strength): margin
        for code, strength, margin in columns(table, "code", "strength", "smallest")
        if margin is not None
    }
    assert shown == pytest.approx(expected)


def test_a_soft_rule_that_is_not_met_is_told_with_amount_and_place(written: Any) -> None:
    """Of three tests two are not met; the furthest off is Beek with 22 of 30: 8 too few."""
    soft = {"strength": "soft", "verdict": "broken"}
    view = written(
        {"strength": "soft"},
        {**soft, "lhs": 28.0, "margin": -2.0, "slack": 2.0, "period": "2031-2035"},
        {**soft, "place": "GM0002", "lhs": 22.0, "margin": -8.0, "slack": 8.0},
    )
    assert rules_section(view).lead == (
        "There are no hard rules to test.",
        "Of the 3 tests of soft rules 2 are not met:",
        "Social share of new build (social-30): 2 of the 3 tests not met. Furthest off: Beek in "
        "2026-2030, 22 where at least 30 is the norm; 8 dwellings too few.",
        "Nowhere is all room used: no rule binds.",
    )


def test_shares_and_a_most_are_told_as_such(written: Any) -> None:
    """35.04 % where at most 30 % is the norm is 2.1 dwellings too many; sides are no subject."""
    view = written(
        {
            "rule_id": "vacancies",
            "family": "vacancy_share",
            "subject": "most",
            "strength": "soft",
            "operator": "<=",
            "value_pct": 35.04,
            "norm_pct": 30.0,
            "margin": -2.1,
            "slack": 2.1,
            "verdict": "broken",
        }
    )
    assert rules_section(view).lead[2] == (
        "Share of vacated lettings (vacancies): 1 of the 1 tests not met. Furthest off: Aalst in "
        "2026-2030, 35% where at most 30% is the norm; 2.1 dwellings too many."
    )


def test_drafts_untested_exempt_and_idle_rules_are_named(written: Any, small: Any) -> None:
    """What binds nobody, what cannot be tested, what is exempt and what tests nothing: each is said."""
    view = written(
        {"status": "draft", "binding": True},
        {"rule_id": "two-thirds", "family": "affordable_share", "place": "N", "verdict": "not_testable"},
        {"verdict": "exempt"},
        more=small.rule("nobody", "steady_series", {"largest_change": "1/5"}, purpose="municipality"),
    )
    assert rules_section(view).lead == (
        "All hard rules that can be tested are met: 1 tests, computed again from the written files.",
        "Mind: social share of new build is a hard rule here, but the text behind it binds nobody yet "
        "(draft). Check the text in force.",
        "In 1 tests a rule binds: it is met, but there is no room for a dwelling, place, household or hour "
        "more or less. Most of them: social share of new build 1.",
        "Not testable, and therefore not imposed: 1 tests of two-thirds affordable. The area of the rule is "
        "not wholly in the input, or a figure is missing.",
        "Exempt (agreed exceptions): 1 tests.",
        "Without a single test, because nothing in the input falls under them: nobody.",
    )


def test_many_periods_of_a_region_are_told_by_the_tightest(written: Any, table_of: Any) -> None:
    """Of three years the second has the least room, -1; two periods would stand one by one."""
    region = {"purpose": "agreement", "place": "R", "strength": "soft"}
    years = [
        {**region, "period": "2026", "margin": 4.0},
        {**region, "period": "2027", "margin": -1.0, "slack": 1.0, "verdict": "broken"},
        {**region, "period": "2028", "margin": 0.0, "binding": True},
    ]
    table = table_of(rules_section(written(*years)), "rules_region")
    told = "tightest of 3 in 2026-2028 (met 2, broken 1, binding 1)"
    assert columns(table, "period", "margin", "together", "binding") == [("2027", -1.0, told, True)]
    assert table.states == {0: State.BROKEN}
    two = table_of(rules_section(written(*years[:2])), "rules_region")
    assert columns(two, "period") == [("2026",), ("2027",)]
    assert "together" not in [column.code for column in two.columns]


def test_a_level_with_very_many_lines_shows_what_matters_first(written: Any, table_of: Any) -> None:
    """Of 130 regions 120 are shown, in order; the last, that is not met, is one of them: 10 are left out."""
    region = {"purpose": "agreement", "strength": "soft"}
    lines = [{**region, "place": f"R{number:03}"} for number in range(129)]
    section = rules_section(written(*lines, {**region, "place": "R129", "slack": 1.0, "verdict": "broken"}))
    table = table_of(section, "rules_region")
    assert [row[0] for row in columns(table, "place")] == [f"R{number:03}" for number in (*range(119), 129)]
    assert table.states == {119: State.BROKEN}
    assert table.notes == (
        "Here are 120 lines: what is broken and what binds goes first. The other 10 are in the workbook.",
    )
    assert len(table_of(section, "rules_all").rows) == 130


def test_lines_of_needs_and_pots_are_not_repeated_above_the_municipality(written: Any, table_of: Any) -> None:
    """They stand with the needs and the money; the rule itself is still counted."""
    view = written(
        {"rule_id": "need", "family": "need", "purpose": "agreement", "place": "R", "subject": "x"},
        {"purpose": "agreement", "place": "R"},
    )
    section = rules_section(view)
    assert columns(table_of(section, "rules_region"), "code") == [("social-30",)]
    assert columns(table_of(section, "rules_each"), "code", "lines") == [("social-30", 1), ("need", 1)]
    assert table_of(section, "rules_region").notes == (
        "Rules on needs and on pots of money are with the needs and with the money.",
    )


def test_households_are_counted_as_households(written: Any, table_of: Any) -> None:
    """A waiting list is written in dwellings, one per household."""
    line = {"rule_id": "waiting_list", "family": "waiting_list", "strength": "soft", "verdict": "broken"}
    view = written({**line, "slack": 3.0, "margin": -3.0})
    assert rules_section(view).lead[2].endswith("3 households too few.")
    assert columns(table_of(rules_section(view), "rules_all"), "unit") == [("households",)]


def test_a_plan_without_lines_has_no_section(small: Any, view_of: Callable[..., PlanView]) -> None:
    """Nothing is said of rules where there are none."""
    assert rules_section(view_of(small.instance(small.place("GM0001")))) is None
