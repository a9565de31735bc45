"""Lettings in a report: who waits, who is housed, what is left; equal to the published tables."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.outputs.report.content import State
from thuisplan.outputs.report.plan.lettings_section import lettings_section
from thuisplan.outputs.report.plan_view import PlanView

A, B = "GM0001", "GM0002"


def cells(table: Any, *codes: str) -> list[tuple[Any, ...]]:
    """Return some columns of a table, row by row."""
    places = [[column.code for column in table.columns].index(code) for code in codes]
    return [tuple(row[place] for place in places) for row in table.rows]


def stock(small: Any, code: str, name: str) -> list[Any]:
    """Return a municipality of 1,000 social dwellings of which 1 % is vacated each year."""
    return [
        small.place(code, name=name, social_stock=1000, dwelling_stock=4000, registered_seekers=80),
        small.turnover(code, Fraction(1, 100)),
    ]


@pytest.fixture(scope="module")
def plan(small: Any, view_of: Callable[..., PlanView]) -> Callable[[str], PlanView]:
    """Return a function that views a solved plan with two groups and a task for permit holders.

    In A and B about 10 dwellings are vacated a year and some are built; 12 homeless households and 3 of
    another group come each year, and a task of 8 persons in A and 4 in B.
    """
    instance = small.instance(
        stock(small, A, "Aalst"),
        stock(small, B, "Beek"),
        small.option("home"),
        small.offer(A, "home", 4),
        small.offer(B, "home", 2),
        small.need("home", 5, need_class="regular"),
        small.group("homeless"),
        small.group("permit_holders", "task", persons_per_household=Fraction(2)),
        small.group("own", "regional", name="eigen groep"),
        small.flow("streets", 12, waiting_at_start=2),
        small.flow("others", 3, "own"),
        *(small.fits(code) for code in ("homeless", "permit_holders", "own")),
        *(small.task(code, persons, 2026 + t) for t in range(3) for code, persons in ((A, 8), (B, 4))),
        small.rule(
            "most",
            "vacancy_share",
            {"form": "cap", "share": "1/2", "base": "vacated", "permit_holders": "yes"},
            purpose="agreement",
            strength="hard",
        ),
        years=3,
        permit_holder_priority=True,
    )
    solution = small.solve(instance)

    def view(language: str) -> PlanView:
        return view_of(instance, solution, language)

    return view


def test_years_and_municipalities_are_sums_of_what_is_published(plan: Any, read: Any, table_of: Any) -> None:
    """Every figure and both shares, recomputed with pandas over municipalities and over years."""
    view = plan("en")
    section, vacancies = lettings_section(view), read(view, "vacancies")
    sums = ["vacated", "designated", "first_lettings", "to_groups", "to_permit_holders", "regular"]
    for code, column in (("lettings_years", "year"), ("lettings_municipalities", "municipality_code")):
        total = vacancies.groupby(column).sum(numeric_only=True)
        taken = total.to_groups_vacated + total.to_permit_holders_vacated
        total["vacated_pct"] = 100 * (total.vacated - taken) / total.vacated
        total["regular_pct"] = 100 * total.regular / (total.vacated + total.first_lettings)
        shown = cells(table_of(section, code), *sums, "vacated_pct", "regular_pct")
        wanted = total[[*sums, "vacated_pct", "regular_pct"]]
        assert len(shown) == len(wanted)
        for row, expected in zip(shown, wanted.itertuples(index=False), strict=True):
            assert row == pytest.approx(tuple(expected))
    assert table_of(section, "lettings_municipalities").links == {0: A, 1: B}


def test_waiting_lists_are_those_of_the_published_table(plan: Any, read: Any, table_of: Any) -> None:
    """Per group and place at the start and at the end of every year; still waiting at the end is marked."""
    view = plan("en")
    table, waiting = table_of(lettings_section(view), "waiting"), read(view, "waiting_list")
    expected = []
    for (_, _, _), part in waiting.groupby(["flow_id", "group", "place"], sort=False):
        ordered = part.sort_values("year")
        expected.append((ordered.waiting_before.iloc[0], *ordered.waiting_after))
    shown = cells(table, "at_start", "year_2026", "year_2027", "year_2028")
    assert [pytest.approx(row) for row in shown] == expected
    marked = {n for n, row in enumerate(expected) if round(row[-1]) > 0}
    assert {n for n, state in table.states.items() if state is State.SHORT} == marked
    assert marked


def test_groups_let_what_the_allocations_say(plan: Any, read: Any, table_of: Any) -> None:
    """Households from vacated and from new dwellings and persons, recomputed with pandas."""
    view = plan("nl")
    made = read(view, "allocations")
    names = {"homeless": "dak- en thuislozen", "permit_holders": "vergunninghouders", "own": "eigen groep"}
    table = table_of(lettings_section(view), "lettings_groups")
    shown = {row[0]: row[1:] for row in table.rows}
    for code, part in made.groupby("group"):
        by_source = part.groupby("source").households.sum()
        counts = (by_source.get("vacated", 0), by_source.get("new", 0))
        assert shown[names[code]] == (*counts, sum(counts), pytest.approx(part.persons.sum()))
    assert len(shown) == made.group.nunique()


def test_the_parts_of_the_chart_are_what_is_vacated_and_built(plan: Any, read: Any, table_of: Any) -> None:
    """Who gets it adds up to what is vacated and built, to half a dwelling per part."""
    view = plan("en")
    chart, vacancies = table_of(lettings_section(view), "left_chart"), read(view, "vacancies")
    whole = vacancies.groupby("year")[["vacated", "first_lettings"]].sum().sum(axis=1)
    for position, year in enumerate(chart.categories):
        parts = [series.values[position] for series in chart.series]
        assert sum(parts) == pytest.approx(whole[year], abs=len(parts) / 2)


def test_the_task_is_that_of_the_rule_in_the_last_year(plan: Any, read: Any, table_of: Any) -> None:
    """Task, done and still to house up to 2028: 24 and 12 persons."""
    view = plan("en")
    lines = read(view, "rules")
    lines = lines[(lines.family == "permit_holders") & (lines.subject == "task") & (lines.period == "2028")]
    shown = cells(
        table_of(lettings_section(view), "lettings_task"), "municipality", "task", "done", "to_house"
    )
    names = {A: "Aalst", B: "Beek"}
    expected = [(names[row.place], row.rhs, row.lhs, row.slack) for row in lines.itertuples()]
    assert shown == expected
    assert [row[1] for row in shown] == [24, 12]


def test_the_long_tables_are_the_published_ones(plan: Any, read: Any, table_of: Any) -> None:
    """As many rows, the same figures in the same order, and none on the page."""
    view = plan("en")
    section = lettings_section(view)
    for code, name, figures in (
        ("lettings_all", "vacancies", ("vacated", "designated", "to_groups_vacated", "regular")),
        ("allocations_all", "allocations", ("households", "persons")),
        ("waiting_all", "waiting_list", ("waiting_before", "inflow", "returns", "waiting_after")),
    ):
        table, written = table_of(section, code), read(view, name)
        assert not table.on_page
        assert cells(table, "year", *figures) == list(
            written[["year", *figures]].itertuples(index=False, name=None)
        )


# --- by hand ------------------------------------------------------------------------


def test_what_is_left_and_who_waits_is_said_first(small: Any, view_of: Any) -> None:
    """1 % of 1,000 is vacated: 10. 4 of the homeless get one of these, so 6 are left, 60 %.

    5 are built for everybody, of which 2 go to them: 6 + 3 = 9 of 15, 60 %. 9 came, 6 are housed, 3 wait.
    """
    instance = small.instance(
        stock(small, A, "Aalst"),
        small.place(B, name="Beek"),
        small.option("home"),
        small.offer(A, "home", 5),
        small.group("homeless"),
        small.flow("streets", 9),
        small.fits("homeless"),
    )
    made = {"x": {(A, 2026, "home"): 5}, "a": {(A, 2026, "streets"): 4}}
    section = lettings_section(view_of(instance, language="en", p={(A, 2026, "streets", "home"): 2}, **made))
    assert section.lead == (
        "In 2026 10 social rented dwellings are vacated. Of these 4 go to target groups and permit holders; "
        "6 (60%) are left for regular seekers.",
        "With the 5 new social rented dwellings for everybody, 9 are left (60%).",
        "At the end of 2026 3 households wait; at the start of 2026 it was 0. They are homeless people (3).",
        "In 2026 9 households come in, with those who return after a temporary place; 6 get a home.",
        "For 1 municipality(s) it is not filled in how much is vacated: Beek.",
    )


def test_nobody_waits_and_somebody_stays_temporarily(small: Any, view_of: Any, table_of: Any) -> None:
    """3 wait at the start and get a room for two years: nobody waits, 3 live there. Nothing is vacated."""
    instance = small.instance(
        small.place(A, name="Aalst"),
        small.option("room", dwelling_type="room"),
        small.offer(A, "room", 3),
        small.group("homeless"),
        small.flow("streets", 0, waiting_at_start=3),
        small.fits("homeless", "room", stay_years=2),
    )
    view = view_of(instance, language="en", x={(A, 2026, "room"): 3}, p={(A, 2026, "streets", "room"): 3})
    section = lettings_section(view)
    assert section.lead == (
        "At the end of 2026 nobody waits; at the start of 2026 3 households did.",
        "In 2026 0 households come in, with those who return after a temporary place; 3 get a home.",
        "At the end of 2026 3 households live in a temporary home; their follow-up housing falls after the "
        "years of the plan.",
    )
    assert table_of(section, "waiting").states == {}
    assert {item.code for item in section.items} == {
        "waiting_chart",
        "waiting",
        "lettings_groups",
        "allocations_all",
        "waiting_all",
    }


def test_a_plan_without_lettings_has_no_section(small: Any, view_of: Any) -> None:
    """An input that is only about dwellings says nothing of lettings."""
    instance = small.instance(small.option("home"), small.offer(A, "home", 5), small.need("home", 5))
    assert lettings_section(view_of(instance, x={(A, 2026, "home"): 5})) is None


def test_a_list_that_cannot_be_tested_is_not_said_to_wait(small: Any, view_of: Any, table_of: Any) -> None:
    """R has nine municipalities, of which one is in the input: of its 9 who come, others house some."""
    instance = small.instance(
        small.place(A, name="Aalst"),
        small.region("agreement", "R", A, size=9),
        small.option("home"),
        small.offer(A, "home", 5),
        small.group("homeless"),
        small.flow("streets", 9),
        small.fits("homeless"),
    )
    made = {"x": {(A, 2026, "home"): 2}, "p": {(A, 2026, "streets", "home"): 2}}
    section = lettings_section(view_of(instance, **made))
    assert section.lead == (
        "De wachtlijst van R (9 gemeenten) is niet te toetsen: 1 gemeente staat in de invoer.",
    )
    table = table_of(section, "waiting")
    # 9 come and 2 are housed
    assert table.rows == (("dak- en thuislozen (niet te toetsen)", "R", 0.0, 7.0),)
    assert table.states == {}
    assert "waiting_chart" not in {item.code for item in section.items}
