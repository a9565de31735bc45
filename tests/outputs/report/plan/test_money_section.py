"""Money in a report: equal to the published tables, and never of two kinds in one sum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest

from thuisplan.inputs.tables import Municipality
from thuisplan.outputs.report.content import State
from thuisplan.outputs.report.plan.money_section import money_section
from thuisplan.outputs.report.plan_view import PlanView
from thuisplan.outputs.tables import to_arrow

A, B = "GM0001", "GM0002"


def two_places(small: Any, *more: Any, **cost: Any) -> Any:
    """Return two municipalities that want 3 clustered and 4 rental dwellings a year, for three years."""
    return small.instance(
        Municipality(code=A, name="Aalst", boundary_year=2025),
        Municipality(code=B, name="Beek", boundary_year=2025),
        small.option("clustered", **{"dwelling_type": "clustered", "extra_cost_eur": 7000, **cost}),
        small.option("rent", deficit_eur=100_000),
        *(small.offer(code, what, 3) for code in (A, B) for what in ("clustered", "rent")),
        small.need("clustered", 3, need_class="special"),
        small.need("rent", 4, need_class="regular"),
        more,
        years=3,
    )


@pytest.fixture(scope="module")
def plan(small: Any, view_of: Callable[..., PlanView]) -> Callable[[str], PlanView]:
    """Return a function that views a solved plan with four pots, one of them without a limit."""
    instance = two_places(
        small,
        small.pot("state", "extra_cost", {2026: 15_000, 2027: 15_000, 2028: 15_000}),
        small.pot("reserve", "extra_cost", {2026: 1_000, 2027: 9_000, 2028: 9_000}, carry_over=True),
        small.pot("fund", "deficit", {2026: 250_000, 2027: 250_000, 2028: 250_000}),
        small.pot("own", "deficit", purpose="municipality", place=A, carries_rest=True),
    )
    solution = small.solve(instance)

    def view(language: str) -> PlanView:
        return view_of(instance, solution, language)

    return view


def cells(table: Any, *codes: str) -> list[tuple[Any, ...]]:
    """Return some columns of a table, row by row."""
    places = [[column.code for column in table.columns].index(code) for code in codes]
    return [tuple(row[place] for place in places) for row in table.rows]


@pytest.mark.parametrize("kind", ["extra_cost", "deficit"])
def test_totals_per_pot_are_sums_of_the_published_years(
    plan: Any, read: Any, table_of: Any, kind: str
) -> None:
    """Used, lapsed and left after the last year, recomputed with pandas; no limit, nothing available."""
    view = plan("en")
    finance = read(view, "finance")
    shown = cells(
        table_of(money_section(view), f"money_pots_{kind}"), "pot", "available", "used", "lapsed", "left"
    )
    expected = []
    for pot, part in finance[finance.kind == kind].groupby("pot_id", sort=False):
        available = None if pot == "own" else int(part.available_eur.sum())
        left = int(part[part.year == 2028].carried_out_eur.sum())
        expected.append((pot, available, int(part.used_eur.sum()), int(part.lapsed_eur.sum()), left))
    assert shown == expected
    assert expected


def test_years_of_pots_are_those_of_the_published_table(plan: Any, read: Any, table_of: Any) -> None:
    """Row by row, of extra cost before the deficit; what is available without limit is left empty."""
    view = plan("en")
    finance = read(view, "finance")
    table = table_of(money_section(view), "money_years")
    assert table.folded
    flows = ("available", "carried_in", "used", "carried_out", "lapsed")
    expected = {
        (row.pot_id, row.year): tuple(getattr(row, f"{name}_eur") for name in flows[1:])
        for row in finance.itertuples()
    }
    shown = cells(table, "pot", "year", *flows)
    assert {row[:2]: row[3:] for row in shown} == expected
    assert [row[2] for row in shown if row[0] == "own"] == [None, None, None]
    assert not any(column.adds_up for column in table.columns)


def test_cost_per_municipality_and_who_pays_are_those_of_plan_and_funding(
    plan: Any, read: Any, table_of: Any
) -> None:
    """Cost from the plan, payments from funding, both recomputed with pandas; rows lead to the pages."""
    view = plan("nl")
    table = table_of(money_section(view), "money_municipalities")
    cost = read(view, "plan").groupby("municipality_code")[["extra_cost_eur", "deficit_eur"]].sum()
    paid = read(view, "funding").groupby(["municipality_code", "kind", "payer"]).amount_eur.sum()
    headings = [column.heading for column in table.columns[3:]]
    assert headings == [
        "meerkosten van reserve",
        "meerkosten van state",
        "onrendabele top van fund",
        "onrendabele top van own",
    ]
    payers = [("extra_cost", "reserve"), ("extra_cost", "state"), ("deficit", "fund"), ("deficit", "own")]
    for row, (code, name) in zip(table.rows, ((A, "Aalst"), (B, "Beek")), strict=True):
        assert row[0] == name
        assert list(row[1:3]) == list(cost.loc[code])
        assert list(row[3:]) == [paid.get((code, *payer), 0) for payer in payers]
        # Nothing moves here, so that what is paid is what the dwellings cost.
        assert sum(row[3:5]) == row[1]
        assert sum(row[5:]) == row[2]
    assert table.links == {0: A, 1: B}


def test_the_charts_are_in_millions_and_only_limited_pots_have_a_line(
    plan: Any, read: Any, table_of: Any
) -> None:
    """Bars are what a payer pays in a year; the line is 0.25 million a year of the fund alone."""
    view = plan("en")
    finance, section = read(view, "finance"), money_section(view)
    chart = table_of(section, "money_deficit")
    bars = {series.label: series.values for series in chart.series}
    for payer in ("fund", "own"):
        part = finance[(finance.payer == payer) & (finance.kind == "deficit")]
        assert bars[payer] == pytest.approx(tuple(part.used_eur / 1_000_000))
    assert chart.lines == ("becomes available",)
    assert bars["becomes available"] == (0.25, 0.25, 0.25)
    assert chart.unit == "million euros"


def test_kinds_of_money_are_never_added(plan: Any) -> None:
    """No table and no chart has both kinds in a column that adds up."""
    section = money_section(plan("en"))
    for item in section.items:
        if hasattr(item, "rows") and any(column.code == "kind" for column in item.columns):
            assert not any(column.adds_up for column in item.columns)
    assert "Extra cost and deficit are two kinds of money with pots of their own; they are never added." in (
        section.lead
    )


# --- by hand ------------------------------------------------------------------------


def by_hand(
    view_of: Any, instance: Any, finance: list[tuple[Any, ...]], full: list[tuple[str, str]] = ()
) -> Any:
    """Return a view of finance written by hand: pot, kind, year, available, in, used, out, lapsed."""
    view = view_of(instance, language="en")
    names = ("pot_id", "kind", "year", "available", "carried_in", "used", "carried_out", "lapsed")
    rows = []
    for given in finance:
        row = dict(zip(names, given, strict=True))
        amounts = {f"{name}_eur": row.pop(name) for name in names[3:]}
        rows.append({**row, "payer": row["pot_id"], **amounts})
    pq.write_table(to_arrow("finance", rows), view.published.folder / "finance.parquet")
    schema = pq.read_schema(view.published.folder / "rules.parquet")
    lines = [
        {name: None for name in schema.names}
        | {"family": "extra_cost", "subject": pot, "period": year, "unit": "EUR", "binding": True}
        for pot, year in full
    ]
    pq.write_table(to_arrow("rules", lines), view.published.folder / "rules.parquet")
    return view


def test_what_lapses_is_left_and_runs_out_is_said_first(small: Any, view_of: Any, table_of: Any) -> None:
    """A lapsing pot: 100 + 100, used 100 + 40, so 60 lapses. A reserve: 50 + 50, used 30 + 0: 70 is left.

    170 of 300 is 56.66 %, shown as 56.6 %: rounded down. The lapsing pot binds in 2026.
    """
    instance = two_places(
        small,
        small.pot("state", "extra_cost", {2026: 100, 2027: 100}),
        small.pot("reserve", "extra_cost", {2026: 50, 2027: 50}, carry_over=True),
    )
    view = by_hand(
        view_of,
        instance,
        [
            ("state", "extra_cost", 2026, 100, 0, 100, 0, 0),
            ("state", "extra_cost", 2027, 100, 0, 40, 0, 60),
            ("reserve", "extra_cost", 2026, 50, 0, 30, 20, 0),
            ("reserve", "extra_cost", 2027, 50, 20, 0, 70, 0),
        ],
        [("state", "2026")],
    )
    section = money_section(view)
    assert section.lead == (
        "Extra cost: of the €300 that becomes available in 2026-2027, €170 is used (56.6%); €60 lapses and "
        "€70 is left at the end of 2027.",
        "Used up, or too little left for one dwelling more (extra cost): state in 2026.",
    )
    pots = table_of(section, "money_pots_extra_cost")
    assert cells(pots, "pot", "used", "lapsed", "left", "after_year", "full") == [
        ("state", 140, 60, 0, "lapses", "2026"),
        ("reserve", 30, 0, 70, "is carried over", ""),
    ]
    assert pots.states == {0: State.BINDING}
    years = cells(table_of(section, "money_years"), "pot", "year", "binding")
    assert [row[:2] for row in years if row[2]] == [("state", 2026)]


def test_all_used_nothing_there_and_no_limit_are_told_in_other_words(small: Any, view_of: Any) -> None:
    """10 of 10 is all; a pot that gets nothing holds nothing; who pays the rest has no share of anything."""
    pots = (
        small.pot("state", "extra_cost", {2026: 10}),
        small.pot("fund", "deficit", {2026: 0}),
        small.pot("own", "deficit", carries_rest=True),
    )
    view = by_hand(
        view_of,
        two_places(small, *pots),
        [
            ("state", "extra_cost", 2026, 10, 0, 10, 0, 0),
            ("fund", "deficit", 2026, 0, 0, 0, 0, 0),
            ("own", "deficit", 2026, 30, 0, 30, 0, 0),
        ],
    )
    assert money_section(view).lead[:3] == (
        "Extra cost: all of the €10 that becomes available in 2026 is used.",
        "Deficit: the pots with a limit hold nothing in 2026.",
        "Deficit without limit: own pays what others do not cover, €30 in all.",
    )


def test_an_unknown_cost_is_said_and_counts_for_nothing(small: Any, view_of: Any, table_of: Any) -> None:
    """5 clustered dwellings of unknown extra cost; no pot, and 2 rental dwellings of 100,000 euros."""
    instance = two_places(small, extra_cost_eur=None)
    built = {(A, 2026, "clustered"): 3, (B, 2026, "clustered"): 2, (A, 2027, "rent"): 2}
    section = money_section(view_of(instance, language="en", x=built))
    assert section.lead == (
        "The deficit is €200,000; the input names no pot for it, so who pays is not known.",
        "Of 5 housing units it is not known how much extra cost they ask; here they count for nothing.",
    )
    table = table_of(section, "money_municipalities")
    assert cells(table, "municipality", "extra_cost", "deficit") == [("Aalst", 0, 200_000), ("Beek", 0, 0)]
    assert [item.code for item in section.items] == ["money_municipalities"]


def test_a_plan_without_money_has_no_section(small: Any, view_of: Any) -> None:
    """No pots and nothing that costs anything: nothing to say."""
    instance = two_places(small, extra_cost_eur=0)
    assert money_section(view_of(instance, x={(A, 2026, "clustered"): 3})) is None
