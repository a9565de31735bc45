"""Keys side by side: the task, today, what is vacated and what is left, by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuisplan.inputs.columns import Row, sorted_rows
from thuisplan.inputs.compare_keys import SHARES, KeyComparison, NoTotal, compare_keys
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    TABLES,
    Flow,
    Group,
    Key,
    KeyBound,
    KeyOverride,
    KeyShare,
    Municipality,
    Turnover,
)

A, B, C = "GM0001", "GM0002", "GM0003"
F = Fraction
NAMES = {A: "Adorp", B: "Beveen", C: "Cehout"}


def compare(*rows: Row, total: int | None = 100, **settings: Any) -> KeyComparison:
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}
    for row in rows:
        tables[row.table].append(row)
    chosen = Settings(**{"format": 1, "name": "keys", "first_year": 2026, "last_year": 2028, **settings})
    made = Scenario(chosen, {name: sorted_rows(found) for name, found in tables.items()})
    return compare_keys(made, total)


def places(**figures: tuple[int | None, ...]) -> list[Row]:
    """Return three municipalities with these figures."""
    return [
        Municipality(
            code=code, name=name, boundary_year=2026, **{column: f[place] for column, f in figures.items()}
        )
        for place, (code, name) in enumerate(NAMES.items())
    ]


def tasks(comparison: KeyComparison) -> dict[str, list[int]]:
    return {column.key.key_id: [*column.task.values()] for column in comparison.keys}


def test_plain_keys_are_offered_where_everybody_has_the_figure() -> None:
    """Inhabitants 1 : 1 : 2 of 10 dwellings: 2.5, 2.5 and 5; Beveen's households are unknown.

    The rests are equal and the first code gets the one that is left; that is said.
    """
    found = compare(
        *places(inhabitants=(10, 10, 20), households=(5, None, 9), social_stock=(0, 0, 0)), total=10
    )
    assert tasks(found) == {"inhabitants": [3, 2, 5]}
    assert found.keys[0].tied == (A, B)
    assert not found.keys[0].own
    assert found.missing["households"] == (B,)
    assert found.missing["social_stock"] == ()  # zero everywhere
    assert found.missing["dwelling_stock"] == (A, B, C)


def test_a_key_of_the_input_takes_the_place_of_the_plain_one() -> None:
    """A key by inhabitants is shown once; with a cap it is another key, and the plain one stays."""
    people = Key(key_id="people", basis="inhabitants")
    rows = places(inhabitants=(50, 30, 20))
    assert tasks(compare(*rows, people)) == {"people": [50, 30, 20]}
    capped = KeyBound(key_id="people", municipality_code=A, cap=F(3, 10))
    assert tasks(compare(*rows, people, capped)) == {"people": [30, 42, 28], "inhabitants": [50, 30, 20]}


def test_a_path_is_shown_at_its_end_and_listed_shares_in_the_last_year() -> None:
    """The key by inhabitants counts in full, whatever it starts from; of shares those of 2028."""
    path = {"start_basis": "social_stock", "path_first_year": 2026, "path_last_year": 2035}
    shares = [
        KeyShare(key_id="own", municipality_code=A, year=None, share=F(1)),
        KeyShare(key_id="own", municipality_code=A, year=2028, share=F(1, 4)),
        KeyShare(key_id="own", municipality_code=B, year=2028, share=F(3, 4)),
    ]
    rows = places(inhabitants=(50, 30, 20), social_stock=(0, 0, 9))
    found = tasks(
        compare(
            *rows, Key(key_id="k", basis="inhabitants", **path), Key(key_id="own", basis="shares"), *shares
        )
    )
    assert found["k"] == [50, 30, 20]
    assert found["own"] == [25, 75]


def test_the_total_comes_from_the_question_else_from_the_keys() -> None:
    """--total wins; one total in the input holds for all keys; of two each for its own key."""
    rows = places(inhabitants=(50, 30, 20), social_stock=(1, 1, 2))
    own = [Key(key_id="k", basis="shares", total=40), KeyShare(key_id="k", municipality_code=A, share=F(1))]
    other = [Key(key_id="l", basis="shares", total=60), KeyShare(key_id="l", municipality_code=B, share=F(1))]
    assert {c.total for c in compare(*rows, *own, total=100).keys} == {100}
    assert {c.key.key_id: c.total for c in compare(*rows, *own, total=None).keys} == {
        "k": 40, "inhabitants": 40, "social_stock": 40,
    }  # fmt: skip
    found = compare(*rows, *own, *other, total=None)
    assert {c.key.key_id: c.total for c in found.keys} == {"k": 40, "l": 60}
    assert found.without_total == ("inhabitants", "social_stock")
    with pytest.raises(NoTotal):
        compare(*rows, total=None)


def test_an_override_is_the_same_part_of_another_total() -> None:
    """Agreed at 100: five from Beveen to Adorp. At 200 that is ten."""
    key = Key(key_id="k", basis="inhabitants", total=100)
    changes = [
        KeyOverride(key_id="k", municipality_code=code, change=n, agreed_by="both")
        for code, n in ((A, 5), (B, -5))
    ]
    rows = [*places(inhabitants=(50, 30, 20)), key, *changes]
    assert tasks(compare(*rows, total=None))["k"] == [55, 25, 20]
    assert tasks(compare(*rows, total=200))["k"] == [110, 50, 40]


@pytest.mark.parametrize(("included", "today"), [(True, [20, 10, 8]), (False, [26, 11, None])])
def test_the_difference_from_today(included: bool, today: list[int | None]) -> None:
    """Of 100 by inhabitants 50, 30 and 20; permit holders are added where the figure is without them.

    Where nobody knows how many those are, the difference is not known, and the region's neither.
    """
    rows = places(
        inhabitants=(50, 30, 20), urgent_lettings_today=(20, 10, 8), permit_lettings_today=(6, 1, None)
    )
    found = compare(*rows, housed_today_includes_permit_holders=included)
    [column] = found.keys
    expected = [None if now is None else task - now for task, now in zip((50, 30, 20), today, strict=True)]
    assert [found.difference(column, code) for code in NAMES] == expected
    assert found.region(found.today) == (38 if included else None)


def test_what_is_vacated_and_what_is_left() -> None:
    """Vacated 100, 60 and 40, of which Adorp designates 80 %; from 2027 it would be none.

    Task 50, 30 and 20; local urgency groups 4 in Adorp (5 less 1 who is counted elsewhere) and 3 in Cehout.
    Left: 80 - 50 - 4, 60 - 30 and 40 - 20 - 3. In Cehout the turnover says 5 % of 800 instead of 99.
    """
    rows = [
        *places(inhabitants=(50, 30, 20), vacancies_per_year=(100, 60, 99), social_stock=(900, 900, 800)),
        Turnover(municipality_code=A, from_year=2026, to_year=2026, designated_share=F(4, 5)),
        Turnover(municipality_code=A, from_year=2027, to_year=None, designated_share=F(0)),
        Turnover(municipality_code=C, from_year=2026, to_year=None, rate=F(1, 20)),
        Group(group="medical", roles=("local",)),
        Group(group="homeless", roles=("statutory",)),
    ]
    flow: dict[str, Any] = {"purpose": "municipality", "from_year": 2026, "to_year": None}
    rows += [
        Flow(flow_id="a", group="medical", place=A, households=F(5), counted_elsewhere=F(1), **flow),
        Flow(flow_id="c", group="medical", place=C, households=F(3), **flow),
        Flow(flow_id="not local", group="homeless", place=C, households=F(7), **flow),
        Flow(flow_id="in places", group="medical", place=C, households=F(7), need_category="room", **flow),
        Flow(flow_id="later", group="medical", place=C, households=F(7), **{**flow, "from_year": 2027}),
        Flow(
            flow_id="region", group="medical", place="R", households=F(7), **{**flow, "purpose": "agreement"}
        ),
    ]
    found = compare(*rows)
    column = found.keys[0]
    assert (found.year, found.vacated, found.local) == (2026, {A: 80, B: 60, C: 40}, {A: 4, C: 3})
    assert [found.left(column, code) for code in NAMES] == [26, 30, 17]
    assert [found.vacated_pct(column, code) for code in NAMES] == [F(50, 80), F(1, 2), F(1, 2)]


def test_unknown_vacancies_are_not_zero() -> None:
    """A municipality without the figure has no percentage, and the region has no total of all."""
    found = compare(*places(inhabitants=(50, 30, 20), vacancies_per_year=(100, None, 0)))
    column = found.keys[0]
    assert [found.left(column, code) for code in NAMES] == [50, None, -20]
    assert [found.vacated_pct(column, code) for code in NAMES] == [F(1, 2), None, None]
    assert found.region(found.vacated) is None


def test_the_shares_are_those_of_the_ready_sets() -> None:
    """Facts (d.0): 15 % by law, 25 % Groene Metropoolregio, 30 % Stedendriehoek."""
    assert [100 * share for share in SHARES] == [15, 25, 30]


@given(st.lists(st.integers(0, 3000), min_size=3, max_size=3))
def test_the_shares_of_the_vacancies_sum_to_the_region(vacated: list[int]) -> None:
    """15, 25 and 30 % per municipality sum to the rounded 15, 25 and 30 % of the whole."""
    found = compare(*places(inhabitants=(1, 1, 1), vacancies_per_year=tuple(vacated)))
    for share in SHARES:
        whole = share * sum(vacated)
        assert abs(sum(found.for_groups(share).values()) - whole) <= F(1, 2)
        assert all(n <= v for n, v in zip(found.for_groups(share).values(), vacated, strict=True))
