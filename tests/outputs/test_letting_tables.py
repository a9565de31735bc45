"""The tables of lettings, of plans written by hand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

Tables = Callable[..., dict[str, list[dict[str, Any]]]]


def _column(rows: list[dict[str, Any]], name: str, **values: Any) -> list[Any]:
    """Return a column of the rows that have these values."""
    return [row[name] for row in rows if all(row[key] == value for key, value in values.items())]


def _urgent(small: Any, households: int = 5, **values: Any) -> list[Any]:
    """Return homeless people, 1.5 persons a household, of whom so many come each year from region R."""
    return [
        small.group("homeless", persons_per_household=Fraction(3, 2)),
        small.flow("urgent", households, **values),
        small.fits("homeless"),
    ]


def test_without_flows_the_tables_of_lettings_are_left_out(small: Any, tables: Tables) -> None:
    """An input that is only about dwellings gives the eight tables that it always gave."""
    instance = small.instance(small.option("home"), small.offer(small.A, "home", 5), small.need("home", 5))
    names = {"plan", "needs", "rules", "funding", "finance", "fair_share", "stock", "assumptions"}
    assert set(tables(instance, x={(small.A, 2026, "home"): 5})) == names


def test_allocations_name_who_lets_what(small: Any, tables: Tables) -> None:
    """3 of what is vacated and 2 of what is built; 3 x 1.5 = 4.5 and 2 x 1.5 = 3 persons."""
    instance = small.instance(
        _urgent(small), small.vacating(small.A, 10), small.option("home"), small.offer(small.A, "home", 5)
    )
    made = tables(
        instance,
        x={(small.A, 2026, "home"): 5},
        a={(small.A, 2026, "urgent"): 3},
        p={(small.A, 2026, "urgent", "home"): 2},
    )
    columns = ("municipality_code", "year", "flow_id", "group", "source", "option", "households", "persons")
    assert [tuple(row[column] for column in columns) for row in made["allocations"]] == [
        (small.A, 2026, "urgent", "homeless", "new", "home", 2, 3.0),
        (small.A, 2026, "urgent", "homeless", "vacated", "", 3, 4.5),
    ]


def test_a_waiting_list_is_what_waited_and_came_less_who_is_housed(small: Any, tables: Tables) -> None:
    """4 wait and 5 come a year; 6 and 2 are housed: 4 + 5 - 6 = 3, then 3 + 5 - 2 = 6."""
    instance = small.instance(_urgent(small, waiting_at_start=4), small.vacating(small.A, 10), years=2)
    rows = tables(instance, a={(small.A, 2026, "urgent"): 6, (small.A, 2027, "urgent"): 2})["waiting_list"]
    assert _column(rows, "waiting_before") == [4.0, 3.0]
    assert _column(rows, "inflow") == [5.0, 5.0]
    assert _column(rows, "housed_vacated") == [6.0, 2.0]
    assert _column(rows, "waiting_after") == [3.0, 6.0]
    assert {(row["purpose"], row["place"], row["group"]) for row in rows} == {("agreement", "R", "homeless")}


@pytest.mark.parametrize(("returns", "back"), [(True, 3.0), (False, 0.0)])
def test_after_a_temporary_stay_they_wait_again(
    small: Any, tables: Tables, returns: bool, back: float
) -> None:
    """3 live in rooms for 2 years from 2026: in temporary in 2026 and 2027, back on the list in 2028."""
    instance = small.instance(
        small.group("homeless"),
        small.flow("urgent", 3, to_year=2026),
        small.fits("homeless", "room", stay_years=2, returns=returns),
        small.option("room", dwelling_type="room"),
        small.offer(small.A, "room", 3),
        years=3,
    )
    made = tables(instance, x={(small.A, 2026, "room"): 3}, p={(small.A, 2026, "urgent", "room"): 3})
    rows = made["waiting_list"]
    assert _column(rows, "in_temporary") == [3.0, 3.0, 0.0]
    assert _column(rows, "returns") == [0.0, 0.0, back]
    assert _column(rows, "waiting_after") == [0.0, 0.0, back]


@pytest.mark.parametrize("stay_years", [None, 5])
def test_nobody_outstays_a_temporary_dwelling(small: Any, tables: Tables, stay_years: int | None) -> None:
    """3 live in flex that stands for 2 years from 2026, whatever their stay: in 2028 they are on the list."""
    instance = small.instance(
        small.group("homeless"),
        small.flow("urgent", 3, to_year=2026),
        small.fits("homeless", "short_midstay", stay_years=stay_years),
        small.option("flex", dwelling_type="short_midstay", route="flex", service_life_years=2),
        small.offer(small.A, "flex", 3),
        years=3,
    )
    made = tables(instance, x={(small.A, 2026, "flex"): 3}, p={(small.A, 2026, "urgent", "flex"): 3})
    assert _column(made["waiting_list"], "in_temporary") == [3.0, 3.0, 0.0]
    assert _column(made["waiting_list"], "returns") == [0.0, 0.0, 3.0]
    assert _column(made["waiting_list"], "waiting_after") == [0.0, 0.0, 3.0]


def test_the_task_for_permit_holders_waits_per_municipality_in_households(small: Any, tables: Tables) -> None:
    """A: 6 persons and a backlog of 2, 2 per household: 4 households. B: 3 persons: 1.5. A houses 3, B 2.

    A has 1 left; B housed half a household more than its task.
    """
    instance = small.instance(
        small.group("permit_holders", "task", persons_per_household=Fraction(2)),
        small.fits("permit_holders"),
        small.vacating(small.A, 10),
        small.vacating(small.B, 10),
        small.task(small.A, 4),
        small.task(small.A, 2, half=2, backlog_persons=2),
        small.task(small.B, 3),
    )
    made = tables(instance, a={(small.A, 2026, "permit_holders"): 3, (small.B, 2026, "permit_holders"): 2})
    rows = made["waiting_list"]
    assert _column(rows, "place") == [small.A, small.B]
    assert _column(rows, "inflow") == [4.0, 1.5]
    assert _column(rows, "waiting_after") == [1.0, -0.5]
    assert "swaps" not in made  # nothing changes hands in this input


def test_swaps_keep_the_total_of_the_region(small: Any, tables: Tables) -> None:
    """A hands 3 over to B by agreement and 2 by plan: 10 - 3 - 2 = 5 and 4 + 3 + 2 = 9, together 14."""
    instance = small.instance(
        small.group("permit_holders", "task"),
        small.fits("permit_holders"),
        [small.task(small.A, 10), small.task(small.B, 4), small.swap(small.A, small.B, 3)],
        small.rule("permit_holders", "permit_holders", {"swap": "yes"}),
        years=2,
    )
    made = tables(instance, given={(small.A, 2027): 2}, taken={(small.B, 2027): 2})
    rows = made["swaps"]
    last = [row for row in rows if row["year"] == 2027]
    assert [tuple(row.values())[2:] for row in last] == [(10, 3, 0, 2, 0, 5), (4, 0, 3, 0, 2, 9)]
    assert _column(rows, "remaining_persons", year=2026) == [7, 7]
    # What is taken over is on the waiting list of who took it: 4 + 3 in 2026, and 2 in 2027.
    assert _column(made["waiting_list"], "inflow", place=small.B) == [7.0, 2.0]
    assert _column(made["waiting_list"], "inflow", place=small.A) == [7.0, -2.0]


def test_vacancies_say_what_is_left_for_regular_seekers(small: Any, tables: Tables) -> None:
    """1000 social dwellings, 2 % vacated: 20. 4 new social ones are let for the first time: 24 in all.

    3 vacated and 2 new go to urgents, 1 vacated to permit holders: 24 - 6 = 18 are left, 75 %. Designated
    is 90 % of 20. 90 registered seekers over 18 is 5 years. In 2027 there are 1004: 20.08 are vacated.
    """
    instance = small.instance(
        _urgent(small),
        small.group("permit_holders", "task"),
        small.fits("permit_holders"),
        small.task(small.A, 1),
        small.place(small.A, social_stock=1000, dwelling_stock=4000, registered_seekers=90),
        small.turnover(small.A, Fraction(1, 50), designated_share=Fraction(9, 10)),
        [small.option("home"), small.market("villa")],
        [small.offer(small.A, "home", 5), small.offer(small.A, "villa", 5)],
        years=2,
    )
    made = tables(
        instance,
        x={(small.A, 2026, "home"): 4, (small.A, 2026, "villa"): 5},
        a={(small.A, 2026, "urgent"): 3, (small.A, 2026, "permit_holders"): 1},
        p={(small.A, 2026, "urgent", "home"): 2},
    )
    first, second = made["vacancies"]
    assert first == {
        "municipality_code": small.A,
        "year": 2026,
        "social_stock": 1004.0,
        "vacated": 20.0,
        "designated": 18.0,
        "first_lettings": 4,
        "to_groups": 5,
        "to_groups_vacated": 3,
        "to_permit_holders": 1,
        "to_permit_holders_vacated": 1,
        "regular": 18.0,
        "regular_pct": 75.0,
        "waiting_years": 5.0,
    }
    assert second["vacated"] == 20.08
    assert second["regular_pct"] == 100.0


def test_first_lettings_are_permanent_dwellings_for_everybody(small: Any, tables: Tables) -> None:
    """Of 4 homes, 3 of care and 2 flex only the homes are let for the first time: 20 + 4 = 24, 1 of them let.

    All are social, and all may be let to groups: 1 + 3 + 2 = 6 households. Left are 23. In 2027 the stock
    of 1000 + 4 turns over, 20.08; care and flex do not, though the stock is 1009 and, without flex, 1007.
    """
    instance = small.instance(
        _urgent(small),
        small.vacating(small.A, 20),
        small.fits("homeless", "care_suitable"),
        small.fits("homeless", "short_midstay"),
        small.option("home"),
        small.option("care", dwelling_type="care_suitable"),
        small.option("flex", dwelling_type="short_midstay", route="flex", service_life_years=1),
        [small.offer(small.A, what, 5) for what in ("home", "care", "flex")],
        small.need("care", 3, need_class="special"),
        years=2,
    )
    built = {"home": 4, "care": 3, "flex": 2}
    made = tables(
        instance,
        x={(small.A, 2026, what): number for what, number in built.items()},
        p={(small.A, 2026, "urgent", what): n for what, n in (("home", 1), ("care", 3), ("flex", 2))},
    )
    first, second = made["vacancies"]
    assert (first["first_lettings"], first["to_groups"], first["regular"]) == (4, 6, 23.0)
    assert [first["social_stock"], second["social_stock"]] == [1009.0, 1007.0]
    assert (second["vacated"], second["regular"]) == (20.08, 20.08)


def test_a_place_for_a_stay_is_let_for_the_first_time_once(small: Any, tables: Tables) -> None:
    """4 homes: 3 are let for a year, 3 again in 2027, 1 in 2028: of the first lettings 3, and none later.

    20 + 4 - 3 = 21 are left, then all 20.08 vacated; in 2028 the 2 homes that groups leave are among these.
    """
    instance = small.instance(
        _urgent(small),
        small.vacating(small.A, 20),
        small.fits("homeless", route="new_build", stay_years=1),
        small.option("home"),
        small.offer(small.A, "home", 5),
        years=3,
    )
    let = {2026: 3, 2027: 3, 2028: 1}
    made = tables(
        instance,
        x={(small.A, 2026, "home"): 4},
        p={(small.A, year, "urgent", "home"): number for year, number in let.items()},
    )
    assert _column(made["vacancies"], "regular") == [21.0, 20.08, 20.08]
    assert _column(made["vacancies"], "to_groups") == [3, 3, 1]


@given(data=st.data())
def test_what_is_left_is_between_nothing_and_all(small: Any, tables: Tables, data: st.DataObject) -> None:
    """Whatever is let of what is vacated, completed or held by who left: 0 <= left <= vacated and first."""
    stay = data.draw(st.sampled_from([None, 1, 2]), "stay")
    instance = small.instance(
        _urgent(small),
        small.vacating(small.A, 20),
        small.fits("homeless", route="new_build", stay_years=stay),
        small.fits("homeless", "short_midstay"),
        small.option("home"),
        small.option("flex", dwelling_type="short_midstay", route="flex", service_life_years=2),
        [small.offer(small.A, "home", 9), small.offer(small.A, "flex", 9)],
        years=4,
    )
    numbers = st.integers(0, 9)
    built: dict[tuple[Any, ...], int] = {}
    vacated: dict[tuple[Any, ...], int] = {}
    let: dict[tuple[Any, ...], int] = {}
    for year in instance.years:
        built |= {(small.A, year, what): data.draw(numbers, what) for what in ("home", "flex")}
        vacated[small.A, year, "urgent"] = data.draw(st.integers(0, 20), "vacated")
        # Homes: completed now, or left by who came so many years ago; flex holds as many as it has.
        left = 0 if stay is None else let.get((small.A, year - stay, "urgent", "home"), 0)
        most = built[small.A, year, "home"] + left
        let[small.A, year, "urgent", "home"] = data.draw(st.integers(0, most), "homes")
        let[small.A, year, "urgent", "flex"] = data.draw(st.integers(0, built[small.A, year, "flex"]), "flex")
    for row in tables(instance, x=built, a=vacated, p=let)["vacancies"]:
        assert 0 <= row["regular"] <= row["vacated"] + row["first_lettings"] + 1e-9  # written as floats


def test_moving_on_sets_social_dwellings_free(small: Any, tables: Tables) -> None:
    """Half of 6 new middle dwellings sets a social dwelling free a year later; the stock is unknown: 7."""
    instance = small.instance(
        _urgent(small),
        small.place(small.A, vacancies_per_year=7),
        small.turnover(small.A),
        small.middle("mid"),
        small.offer(small.A, "mid", 6),
        small.moving_on("mid", Fraction(1, 2), lag_years=1),
        years=2,
    )
    rows = tables(instance, x={(small.A, 2026, "mid"): 6})["vacancies"]
    assert _column(rows, "vacated") == [7.0, 10.0]
    assert _column(rows, "social_stock") == [None, None]
    assert _column(rows, "waiting_years") == [None, None]  # nobody says how many are registered
