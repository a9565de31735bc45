"""The section about levels: sums of the plan per level, what is not whole, and what rules say there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow.parquet as pq
import pytest

from thuisplan.outputs.report.content import State
from thuisplan.outputs.report.plan.levels_section import levels_section

MEMBERS = {
    "W": ["GM0001", "GM0002"],
    "X": ["GM0003"],
    "R": ["GM0001", "GM0002", "GM0003"],
    "P": ["GM0001"],
    "Q": ["GM0002", "GM0003"],
    "N": ["GM0001", "GM0002", "GM0003"],
}
SEGMENTS = ["social_rent", "mid_rent", "affordable_owner", "market", "outside"]
PERIODS = {"2026-2030": (2026, 2030), "2031": (2031, 2031)}


def test_table_of_regions_holds_the_sums_of_the_plan(three: Any, read: Any, table_of: Any) -> None:
    """Dwellings per place, period and segment; affordable in the new-build programme: no flex, no rooms."""
    view = three("nl")
    plan = read(view, "plan")
    table = table_of(levels_section(view), "levels")
    assert [(row[0], row[5]) for row in table.rows] == [(p, period) for p in MEMBERS for period in PERIODS]
    for row in table.rows:
        first, last = PERIODS[row[5]]
        part = plan[plan.municipality_code.isin(MEMBERS[row[0]]) & plan.year.between(first, last)]
        assert row[6] == part.dwellings.sum()
        assert list(row[7:12]) == [part[part.segment == code].dwellings.sum() for code in SEGMENTS]
        programme = part[(part.segment != "outside") & (part.route != "flex")]
        assert row[12] == programme.dwellings.sum()
        affordable = programme[programme.segment.isin(SEGMENTS[:3])].dwellings.sum()
        assert row[13] == (100 * affordable / row[12] if row[12] else None)


def test_shares_are_those_of_the_rules(three: Any, read: Any, table_of: Any) -> None:
    """Where a rule of two thirds has a line with the same period, its percentage is the same."""
    view = three("nl")
    rules = read(view, "rules")
    lines = rules[rules.family == "affordable_share"].set_index(["place", "period"]).value_pct.to_dict()
    rows = {(row[0], row[5]): row[13] for row in table_of(levels_section(view), "levels").rows}
    shared = lines.keys() & rows.keys()
    assert {place for place, _ in shared} == {"W", "X", "N"}
    for key in shared:
        assert rows[key] == pytest.approx(lines[key])


def test_table_of_municipalities_adds_up_to_the_plan(three: Any, read: Any, table_of: Any) -> None:
    """Total of all rows and of every level is the plan."""
    view = three("nl")
    total = read(view, "plan").dwellings.sum()
    section = levels_section(view)
    assert table_of(section, "levels_municipality").total(2) == total
    table = table_of(section, "levels_sums")
    assert [row[0] for row in table.rows] == [
        "Gemeente",
        "Woningbouwregio",
        "Overeenkomst",
        "Provincie",
        "Land",
    ]
    assert {row[-2:] for row in table.rows} == {(total, 0)}
    assert [row[1:4] for row in table.rows] == [(3, 0, 3), (2, 1, 3), (1, 0, 3), (2, 1, 3), (1, 1, 3)]
    assert f"Elk niveau telt op tot hetzelfde aantal: {total} woonruimten." in section.lead


def test_the_lead_names_what_is_not_met_not_whole_and_not_testable(three: Any) -> None:
    """Need is short in R every year; X, Q and N miss municipalities; W and R lie in two provinces."""
    lead = levels_section(three("nl")).lead
    assert lead[0] == "Boven de gemeenten is niet gehaald: woonbehoefte in R (2026-2031)."
    assert lead[1].startswith(
        "Niet helemaal in de invoer: woningbouwregio X (1 van 4 gemeenten), provincie Q (2 van 9 gemeenten) "
        "en land N (3 van 342 gemeenten)."
    )
    assert lead[2].startswith("Twee derde betaalbaar is niet te toetsen in X en N:")
    assert "woningbouwregio W ligt in P en Q en overeenkomst R ligt in P en Q" in lead[3]


def test_lines_of_levels_that_are_open_are_listed(three: Any, read: Any, table_of: Any) -> None:
    """As many lines as rules.parquet has, above the municipality, that are broken or not testable."""
    view = three("nl")
    rules = read(view, "rules")
    above = rules[rules.place.isin(MEMBERS) & rules.verdict.isin(["broken", "not_testable"])]
    table = table_of(levels_section(view), "levels_rules")
    assert table.total(7) == len(above)
    expected = above.groupby(["place", "rule_id", "strength", "verdict"]).size()
    assert sorted(row[7] for row in table.rows) == sorted(expected)


def test_every_line_about_new_build_is_the_sum_of_its_municipalities(three: Any, read: Any) -> None:
    """What rules count is compared for all lines of shares of new build."""
    view = three("nl")
    rules = read(view, "rules")
    lines = rules[rules.family.isin(["affordable_share", "social_share", "mid_share"])].lhs.notna().sum()
    assert levels_section(view).lead[-1].startswith(f"Nagerekend bij de {lines} toetsen")


def test_a_line_that_counts_something_else_is_told(three: Any) -> None:
    """One more than the sum of the municipalities is written into the line of W in the first period."""
    view = three("en")
    path = view.published.folder / "rules.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    [line] = [row for row in rows if row["place"] == "W" and row["period"] == "2026-2030"]
    right = round(line["lhs"])
    line["lhs"] += 1
    pq.write_table(table.from_pylist(rows, schema=table.schema), path)
    last = levels_section(view).lead[-1]
    assert last.endswith(f"'two-thirds' in W, 2026-2030: {right + 1} against {right}.")
    assert last.startswith("In 1 of the ")


def test_a_municipality_without_a_region_is_a_gap(small: Any, view_of: Any, table_of: Any) -> None:
    """A and B have 3 and 2; only A has a province, of unknown size: 2 are not counted there."""
    instance = small.instance(
        small.place(small.A, name="Aalst"),
        small.place(small.B, name="Beek"),
        [small.region("agreement", "R", small.A, small.B), _unknown(small)],
        small.market("market"),
        small.option("room", dwelling_type="room", segment="outside"),
    )
    built = {(small.A, 2026, "room"): 3, (small.B, 2026, "market"): 2}
    section = levels_section(view_of(instance, x=built))
    assert section.lead[-1] == (
        "Niet elk niveau telt op tot alle 5 woonruimten, want niet elke gemeente heeft er een regio: geen "
        "provincie bij Beek."
    )
    assert "provincie P (1; hoeveel het er in het geheel zijn is niet ingevuld)" in section.lead[0]
    table = table_of(section, "levels_sums")
    assert [row[-2:] for row in table.rows] == [(5, 0), (5, 0), (3, -2)]
    assert [table.states[number] for number in range(3)] == [State.PLAIN, State.PLAIN, State.BROKEN]
    # A builds only rooms: no new-build programme to take a share of.
    rows = {(row[0], row[1]): row for row in table_of(section, "levels_municipality").rows}
    assert rows["Aalst", "2026"][-2:] == (0, None)
    assert rows["Beek", "2026"][-2:] == (2, 0.0)


def _unknown(small: Any) -> Any:
    [row] = small.region("province", "P", small.A)
    return replace(row, region_municipalities=None)


def test_periods_end_in_years_that_are_a_multiple_of_five(small: Any, view_of: Any, table_of: Any) -> None:
    """2024 to 2031 is 2024-2025, 2026-2030 and 2031."""
    instance = small.instance(small.place(small.A), small.option("rent"), first_year=2024, last_year=2031)
    rows = table_of(levels_section(view_of(instance)), "levels").rows
    assert [row[5] for row in rows] == ["2024-2025", "2026-2030", "2031"]
