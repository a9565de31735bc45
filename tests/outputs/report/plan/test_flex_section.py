"""What moves, changes hands and is settled in a report, from tables written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest

from thuisplan.outputs.report.content import State
from thuisplan.outputs.report.plan.flex_section import flex_section
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.tables import to_arrow

A, B = "GM0001", "GM0002"


@pytest.fixture
def written(small: Any, view_of: Callable[..., PlanView]) -> Callable[..., PlanView]:
    """Return a function that views tables written by hand, of two municipalities."""

    def view(language: str = "en", **tables: list[tuple[Any, ...]]) -> PlanView:
        instance = small.instance(
            small.place(A, name="Aalst"),
            small.place(B, name="Beek"),
            small.option("flex", route="flex", service_life_years=15),
        )
        made = view_of(instance, language=language)
        columns = {
            "flex": "municipality_code year completed moved_in left in_service pool option",
            "swaps": "municipality_code year task_persons agreed_out agreed_in planned_out planned_in "
            "remaining_persons",
            "settlement": "municipality_code target delivered difference persons tariff_eur amount_eur "
            "rule_id track year",
        }
        rest = {"flex": ("flex",), "swaps": (), "settlement": ("fair", 1, 2027)}
        for name, rows in tables.items():
            named = [dict(zip(columns[name].split(), (*row, *rest[name]), strict=True)) for row in rows]
            pq.write_table(to_arrow(name, named), made.published.folder / f"{name}.parquet")
        return made

    return view


def test_what_is_built_moves_and_stands_is_summed(written: Any, table_of: Any) -> None:
    """5 + 0 built in A, 2 of them leave for B in 2027: 3 and 2 stand, and 1 waits for a next site."""
    section = flex_section(
        written(
            flex=[
                (A, 2026, 5, 0, 0, 5, 0),
                (A, 2027, 0, 0, 3, 2, 1),
                (B, 2026, 0, 0, 0, 0, 0),
                (B, 2027, 0, 2, 0, 2, 0),
            ]
        )
    )
    assert section.lead == (
        "In 2026-2027 5 relocatable dwellings are built, 2 come from elsewhere and 3 leave their site; at "
        "the end of 2027 4 are in use.",
        "At the end of 2027 1 are ready for a next site that the plan does not have yet.",
    )
    assert table_of(section, "flex_places").rows == (
        ("Aalst", "regular social rent (flex)", 5, 0, 3, 2),
        ("Beek", "regular social rent (flex)", 0, 2, 0, 2),
    )
    assert table_of(section, "flex_places").links == {0: A, 1: B}
    long = table_of(section, "flex_all")
    assert (len(long.rows), long.on_page) == (4, False)
    assert not any(column.adds_up for column in long.columns)


def test_task_that_changes_hands_is_told_of_the_last_year(written: Any, table_of: Any) -> None:
    """Running totals: up to 2027 A hands over 4 by agreement and 2 in the plan; B takes them over."""
    section = flex_section(
        written(
            swaps=[
                (A, 2026, 10, 4, 0, 0, 0, 6),
                (B, 2026, 10, 0, 4, 0, 0, 14),
                (A, 2027, 20, 4, 0, 2, 0, 14),
                (B, 2027, 20, 0, 4, 0, 2, 26),
            ]
        )
    )
    assert section.lead == (
        "Up to 2027 a task of 4 persons goes to another municipality by agreement, and the plan chooses so "
        "for 2 persons.",
    )
    assert table_of(section, "swaps").rows == (("Aalst", 20, 4, 0, 2, 0, 14), ("Beek", 20, 0, 4, 0, 2, 26))
    assert len(table_of(section, "swaps_all").rows) == 4


def test_nothing_that_changes_hands_is_said(written: Any) -> None:
    """A plan that may swap and does not says so."""
    section = flex_section(written(swaps=[(A, 2026, 10, 0, 0, 0, 0, 10)]))
    assert section.lead == ("Up to 2026 no task changes hands.",)


def test_a_settlement_says_who_pays(written: Any, table_of: Any) -> None:
    """3 too few at 10,000 euros is 30,000 to pay; 2 too many is 20,000 to receive."""
    settled = [(A, 13.0, 10.0, -3.0, None, 10_000, -30_000), (B, 8.0, 10.0, 2.0, None, 10_000, 20_000)]
    section = flex_section(written(settlement=settled))
    assert section.lead == (
        "Afterwards 1 municipality(s) that did less than their share pay €30,000 in all; those that did more "
        "are entitled to €20,000.",
    )
    table = table_of(section, "settlement")
    assert table.rows[0] == ("Aalst", "fair", 2027, 13.0, 10.0, -3.0, None, 10_000, -30_000)
    assert (table.on_page, table.states, table.links) == (True, {0: State.BINDING}, {0: A, 1: B})


def test_without_a_tariff_the_settlement_stays_in_the_workbook(written: Any, table_of: Any) -> None:
    """Shares without a price: a sentence on the page, the figures in the workbook."""
    section = flex_section(written(settlement=[(A, 13.0, 10.0, -3.0, None, None, None)]))
    assert section.lead[0].startswith("No tariff is agreed")
    assert not table_of(section, "settlement").on_page


def test_a_tariff_that_nobody_pays_and_one_that_is_missing(written: Any) -> None:
    """A gave its share to the dwelling; for B nothing is agreed."""
    settled = [(A, 10.0, 10.0, 0.0, None, 10_000, 0), (B, 8.0, 10.0, 2.0, None, None, None)]
    assert flex_section(written(settlement=settled)).lead == (
        "A tariff is agreed, but nobody has to pay: everyone did its share.",
        "For 1 other differences no tariff is agreed.",
    )


def test_a_plan_with_nothing_that_moves_has_no_section(written: Any) -> None:
    """No flex, no swaps, no settlement."""
    assert flex_section(written()) is None
