"""Assumptions in a report: every listed figure, how many are defaults, and which are not settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest

from thuisplan.outputs.report.content import State
from thuisplan.outputs.report.plan.assumptions_section import assumptions_section
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.tables import to_arrow

COLUMNS = ("table", "key", "column", "value", "unit", "source", "year", "status", "origin")


@pytest.fixture
def written(small: Any, view_of: Callable[..., PlanView]) -> Callable[..., PlanView]:
    """Return a function that views assumptions written by hand, in the order of ``COLUMNS``."""

    def view(*rows: tuple[Any, ...], language: str = "en") -> PlanView:
        made = view_of(small.instance(small.place("GM0001")), language=language)
        table = to_arrow("assumptions", [dict(zip(COLUMNS, row, strict=True)) for row in rows])
        pq.write_table(table, made.published.folder / "assumptions.parquet")
        return made

    return view


def default(key: str, value: str = "no", column: str = "adds_mid") -> tuple[Any, ...]:
    """Return a default of an option."""
    return ("options", key, column, value, "", "model", None, "assumption", "default")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_counts_and_rows_are_those_of_the_published_list(
    three: Any, read: Any, table_of: Any, language: str
) -> None:
    """Per origin and status recomputed with pandas; the long table has every row, in order."""
    view = three(language)
    listed, section = read(view, "assumptions"), assumptions_section(view)
    statuses = table_of(section, "assumptions_statuses")
    totals = [int((listed.origin == origin).sum()) for origin in ("user", "default")]
    assert [statuses.total(position) for position in (1, 2, 3)] == [*totals, len(listed)]
    assert sorted(row[3] for row in statuses.rows) == sorted(listed.groupby("status").size())
    every = table_of(section, "assumptions_all")
    assert not every.on_page
    assert [(row[1], row[5]) for row in every.rows] == list(zip(listed.key, listed.source, strict=True))
    defaults = table_of(section, "assumptions_defaults")
    assert defaults.folded
    assert defaults.total(4) == totals[1]


def test_what_is_assumed_and_not_settled_is_said_first(written: Any, table_of: Any) -> None:
    """5 figures: 2 given (1 as input, 1 from a draft), 3 defaults, of which 2 of one kind."""
    section = assumptions_section(
        written(
            ("needs", "n 2026", "central", "4", "dwellings/year", "CBS", 2023, "input", "user"),
            ("rules", "social-30", "weight", "1", "", "bill of 2024", None, "draft", "user"),
            default("a"),
            default("b"),
            default("a", "yes", "adds_stock"),
        )
    )
    assert section.lead == (
        "The list has 5 figures and choices: 2 from the input, with their source, and 3 that Thuisplan "
        "filled in or converted because the input does not name them itself.",
        "3 of these have the status assumption: who has a better figure can put it in the input.",
        "1 figures stand as input: who gave them answers for them, and their source says how firm they are.",
        "Not settled yet: 1 with status draft. If that text changes, the outcome may change with it.",
        "The defaults are about adds mid in options (2) and adds stock in options (1).",
    )
    statuses = table_of(section, "assumptions_statuses")
    assert statuses.rows == (("draft", 1, 0, 1), ("assumption", 0, 3, 3), ("input", 1, 0, 1))
    assert statuses.states == {0: State.ATTENTION}


def test_rows_that_share_a_default_are_told_together(written: Any, table_of: Any) -> None:
    """Two options with "no" are one line; the one with "yes" another, in the words of the language."""
    view = written(default("a"), default("b"), default("c", "yes"), language="nl")
    table = table_of(assumptions_section(view), "assumptions_defaults")
    assert [row[:6] for row in table.rows] == [
        ("opties", "naar middenvoorraad", "nee", "", 2, "a, b"),
        ("opties", "naar middenvoorraad", "ja", "", 1, "c"),
    ]


def test_a_long_list_of_rows_is_cut_on_the_page_and_whole_in_the_workbook(
    written: Any, table_of: Any
) -> None:
    """200 options of 5 characters and a comma are 1,398 characters: cut after a whole name within 400."""
    keys = [f"opt{number:02}" if number < 100 else f"op{number}" for number in range(200)]
    section = assumptions_section(written(*(default(key) for key in keys)))
    [row] = table_of(section, "assumptions_defaults").rows
    shown = row[5].removesuffix(" ...").split(", ")
    assert shown == keys[: len(shown)]
    assert (len(row[5]) < 410, row[4]) == (True, 200)
    assert len(table_of(section, "assumptions_all").rows) == 200


def test_an_input_without_sources_is_told_so(written: Any) -> None:
    """Only defaults are listed: that says nothing of how firm the input is."""
    assert assumptions_section(written(default("a"))).lead[0] == (
        "The input names no source of any figure. The list only has the 1 figures and choices that Thuisplan "
        "filled in or converted."
    )


def test_tables_and_columns_that_are_unknown_are_their_own_words(written: Any, table_of: Any) -> None:
    """What is no column of the input is shown as it is written, not dropped."""
    row = ("other", "k", "thing", "1", "m2", "me", 2020, "own status", "user")
    section = assumptions_section(written(row))
    assert table_of(section, "assumptions_all").rows == (
        ("other", "k", "thing", "1", "m2", "me", 2020, "own status", "input"),
    )
    assert section.lead[-1] == "Not a single default was used."


def test_a_plan_without_a_list_has_no_section(written: Any) -> None:
    """Nothing listed, nothing said."""
    assert assumptions_section(written()) is None
