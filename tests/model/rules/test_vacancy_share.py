"""The family ``vacancy_share``: which part of what is let goes to the named groups."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.instance import Instance

Golden = Callable[[str, Instance], None]


def _rows(small: Any, households: int, vacated: int) -> list[Any]:
    """Return urgent households of region R (A), and what is vacated in A."""
    return [
        small.vacating(small.A, vacated),
        small.group("homeless"),
        small.flow("urgent", households),
        small.fits("homeless"),
    ]


def _share(small: Any, form: str, share: str, strength: str = "soft", **parameters: object) -> list[Any]:
    filled = {"form": form, "share": share, "groups": "homeless", **parameters}
    return list(small.rule("share", "vacancy_share", filled, strength=strength))


def test_hand_solved_a_cap_holds(small: Any) -> None:
    """12 come, 10 are vacated, at most 30 %: 3 are let and 9 wait."""
    plan = small.solved(_rows(small, 12, 10), _share(small, "cap", "30 %", "hard"))
    assert small.let(plan, "urgent") == 3
    found = small.line(plan, "share", "R", "most", 2026)
    assert small.outcome(found) == (3, "<=", 3, "met")
    assert (found.value_pct, found.norm_pct) == (30, 30)
    assert plan.measures["unmet_special"] == 9


def test_hand_solved_a_target_gives_way_to_need_and_says_so(small: Any) -> None:
    """The same as a target: need goes first, 10 are let; 3 were the aim, 4 with the dead band: 6 too many."""
    plan = small.solved(_rows(small, 12, 10), _share(small, "target", "30 %"))
    assert small.let(plan, "urgent") == 10
    assert small.line(plan, "share", "R", "most", 2026).slack == 6
    assert small.line(plan, "share", "R", "least", 2026).verdict == "met"


def test_hand_solved_what_vacancies_cannot_absorb_is_built(small: Any) -> None:
    """With 9 new dwellings on offer a target of 30 % is met: 3 or 4 of what is vacated, the rest is built."""
    homes = [small.option("home"), small.offer(small.A, "home", 9)]
    plan = small.solved(_rows(small, 12, 10), homes, _share(small, "target", "30 %"))
    assert small.let(plan, "urgent", source="a") in (3, 4)
    assert small.let(plan, "urgent") == 12
    assert plan.measures["rule_violation"] == 0


def test_hand_solved_a_floor_asks_for_lettings(small: Any) -> None:
    """A floor of 50 % on 10 vacated is met by 5 of the 12; the regular seeker keeps what the rest leaves."""
    plan = small.solved(_rows(small, 4, 10), _share(small, "floor", "1/2"))
    assert small.line(plan, "share", "R", "least", 2026).slack == 1  # only 4 come


def test_hand_solved_on_a_growth_path(small: Any) -> None:
    """From 20 % in 2026 to 40 % in 2028 on 10 vacated: 2, 3 and 4 are let."""
    path = {"start_share": "20 %", "path_first_year": 2026, "path_last_year": 2028}
    plan = small.solved(_rows(small, 12, 10), _share(small, "cap", "40 %", "hard", **path), years=3)
    assert [small.let(plan, "urgent", years=[year]) for year in (2026, 2027, 2028)] == [2, 3, 4]


def test_hand_solved_a_number_a_year(small: Any) -> None:
    """At most 4 a year, whatever is vacated."""
    cap = small.rule("share", "vacancy_share", {"form": "cap", "dwellings": 4, "groups": "homeless"})
    cap = [cap[0].__class__(**{**_fields(cap[0]), "strength": "hard"}), *cap[1:]]
    assert small.let(small.solved(_rows(small, 12, 10), cap), "urgent") == 4


def _fields(row: Any) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.columns()}


@pytest.mark.parametrize(("inside", "housed"), [(True, 3), (False, 6)])
def test_hand_solved_with_or_without_permit_holders(small: Any, inside: bool, housed: int) -> None:
    """30 % of 10 with permit holders is 3 for both; without them 3 for the urgent and 3 for the others."""
    rows = [
        _rows(small, 12, 10),
        small.group("permit_holders", "task"),
        small.fits("permit_holders"),
        small.task(small.A, 3),
        _share(small, "cap", "30 %", "hard", permit_holders="yes" if inside else "no"),
    ]
    plan = small.solved(rows)
    assert small.let(plan, "urgent", "permit_holders") == housed


def test_hand_solved_of_first_lettings(small: Any) -> None:
    """Of 10 new dwellings at most 30 % go to the urgent: 3, on top of the 10 that are vacated."""
    homes = [small.option("home"), small.offer(small.A, "home", 10)]
    homes.append(small.need("home", 10, need_class="regular"))
    cap = _share(small, "cap", "30 %", "hard", base="first_lettings")
    plan = small.solved(_rows(small, 20, 10), homes, cap)
    assert (small.let(plan, "urgent", source="a"), small.let(plan, "urgent", source="p")) == (10, 3)
    both = _share(small, "cap", "30 %", "hard", base="all_lettings")
    assert small.let(small.solved(_rows(small, 20, 10), homes, both), "urgent") == 6


def test_hand_solved_another_share_or_exempt(small: Any) -> None:
    """Agreed: 50 % in R instead of 30 %; exempt: no line at all counts."""
    rows = [_rows(small, 12, 10), _share(small, "cap", "30 %", "hard")]
    half = small.solved(rows, small.exempt("share", "R", Fraction(1, 2)))
    assert small.let(half, "urgent") == 5
    assert small.let(small.solved(rows, small.exempt("share", "R")), "urgent") == 10


def test_binds_at_the_cap(small: Any) -> None:
    """The cap binds at 3 of 3; for 2 households it does not."""
    cap = _share(small, "cap", "30 %", "hard")
    assert small.line(small.solved(_rows(small, 12, 10), cap), "share", "R", "most", 2026).binding
    assert not small.line(small.solved(_rows(small, 2, 10), cap), "share", "R", "most", 2026).binding


def test_broken_input_a_hard_floor_nobody_can_fill(small: Any) -> None:
    """A hard floor of 50 % on 10 vacated while 2 come: 3 are missing, and only the floor can give them."""
    found = small.giving(small.unsolved(_rows(small, 2, 10), _share(small, "floor", "1/2", "hard")))
    assert found["vacancy_share"] == 3
    assert "lettings" not in found


def test_golden_lp(small: Any, golden: Golden) -> None:
    """Both lines of a target, of vacated dwellings and of all lettings."""
    rows = [_rows(small, 12, 10), small.option("home"), small.offer(small.A, "home", 5)]
    golden(
        "vacancy_share", small.instance(rows, _share(small, "target", "30 %", base="all_lettings"), years=2)
    )


@settings(max_examples=12, deadline=None)
@given(come=st.integers(0, 9), vacated=st.integers(0, 9), tenths=st.integers(0, 10), years=st.integers(1, 3))
def test_property_a_cap_by_plain_sums(small: Any, come: int, vacated: int, tenths: int, years: int) -> None:
    """With a cap the best plan lets the least of list, what is vacated and the whole part of the cap."""
    plan = small.solved(
        _rows(small, come, vacated), _share(small, "cap", f"{tenths}/10", "hard"), years=years
    )
    waiting = 0
    for year in range(2026, 2026 + years):
        housed = min(waiting + come, vacated * tenths // 10)
        waiting += come - housed
        assert small.let(plan, "urgent", years=[year]) == housed


def test_hand_solved_of_what_is_designated_or_of_all(small: Any) -> None:
    """Half of 10 vacated is designated: 40 % of the designated is 2, of all that is vacated 4."""
    rows = _rows(small, 12, 10)
    rows[0] = small.vacating(small.A, 10, designated_share=Fraction(1, 2))
    assert small.let(small.solved(rows, _share(small, "cap", "2/5", "hard")), "urgent") == 2
    of_all = _share(small, "cap", "2/5", "hard", base="vacated")
    assert small.let(small.solved(rows, of_all), "urgent") == 4
