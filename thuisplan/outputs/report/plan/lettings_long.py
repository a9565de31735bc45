"""Lettings of a plan as they are written, line by line: for the workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from thuisplan.inputs.labels import PURPOSES
from thuisplan.outputs.report.content import Kind, Table
from thuisplan.outputs.report.plan_view import PlanView, Words

SUMS = ("vacated", "designated", "first_lettings", "to_groups", "to_permit_holders", "regular")
TAKEN = ("to_groups_vacated", "to_permit_holders_vacated")
STOCK = ("social_stock", *SUMS[:4], TAKEN[0], SUMS[4], TAKEN[1], "regular")
LISTS = (
    "waiting_before",
    "inflow",
    "returns",
    "housed_vacated",
    "housed_new",
    "waiting_after",
    "in_temporary",
)


def long_tables(view: PlanView, words: Words, group: Callable[[str], str]) -> Iterator[Table]:
    """Yield the tables that are too long for a page, those that the plan has.

    Parameters
    ----------
    view
        The plan.
    words
        Words of the section.
    group
        Code of a target group -> its name.
    """
    if view.rows("vacancies"):
        yield _vacancies(view, words)
    if view.rows("allocations"):
        yield _allocations(view, words, group)
    if view.rows("waiting_list"):
        yield _waiting(view, words, group)


def _vacancies(view: PlanView, words: Words) -> Table:
    columns = [*words.columns("municipality"), *words.columns("year", kind=Kind.YEAR)]
    columns += words.columns(*STOCK, kind=Kind.NUMBER)
    columns += words.columns("regular_pct", kind=Kind.PERCENT)
    columns += words.columns("waiting_years", kind=Kind.NUMBER)
    rows = [
        [
            view.place(row["municipality_code"]),
            row["year"],
            *(row[name] for name in (*STOCK, "regular_pct", "waiting_years")),
        ]
        for row in view.rows("vacancies")
    ]
    return words.table("lettings_all", columns, rows, "vacancies.parquet", on_page=False)


def _allocations(view: PlanView, words: Words, group: Callable[[str], str]) -> Table:
    columns = [*words.columns("municipality"), *words.columns("year", kind=Kind.YEAR)]
    columns += words.columns("group", "flow", "what", "option")
    columns += words.columns("households", kind=Kind.WHOLE, adds_up=True)
    columns += words.columns("persons", kind=Kind.NUMBER, adds_up=True)
    rows = [
        [
            view.place(row["municipality_code"]),
            row["year"],
            group(row["group"]),
            row["flow_id"],
            words.say(row["source"]),
            row["option"],
            row["households"],
            row["persons"],
        ]
        for row in view.rows("allocations")
    ]
    return words.table("allocations_all", columns, rows, "allocations.parquet", on_page=False)


def _waiting(view: PlanView, words: Words, group: Callable[[str], str]) -> Table:
    columns = words.columns("group", "flow", "purpose", "place")
    columns += words.columns("year", kind=Kind.YEAR) + words.columns(*LISTS, kind=Kind.NUMBER)
    rows = [
        [
            group(row["group"]),
            row["flow_id"],
            view.label(PURPOSES, row["purpose"]),
            view.place(row["place"] or ""),
            row["year"],
            *(row[name] for name in LISTS),
        ]
        for row in view.rows("waiting_list")
    ]
    return words.table("waiting_all", columns, rows, "waiting_list.parquet", on_page=False)
