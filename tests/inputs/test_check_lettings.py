"""Checks on turnover and on the task for permit holders: every planted error is one sentence at its place."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.checks import check
from thuisplan.inputs.findings import Severity
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import (
    Flow,
    Group,
    Membership,
    Municipality,
    PermitSwap,
    PermitTask,
    Rule,
    Suitability,
    Turnover,
)
from thuisplan.outputs.texts import finding_text

A, B, C = "GM0001", "GM0002", "GM0003"
WRONG, WARNING, NOTICE = Severity.WRONG, Severity.WARNING, Severity.NOTICE
Make = Callable[..., Scenario]
Told = Callable[[Scenario], list[tuple[Any, ...]]]


def _place(code: str, **values: Any) -> Municipality:
    return Municipality(code=code, name=f"Dorp {code}", boundary_year=2026, **values)


def _swap(giver: str, taker: str, persons: int = 1, year: int = 2026) -> PermitSwap:
    return PermitSwap(
        from_municipality=giver, to_municipality=taker, year=year, persons=persons, agreed_by="regio"
    )


def _unfit(**values: Any) -> Suitability:
    return Suitability(group="permit_holders", dwelling_type="social_regular", fit=Fraction(0), **values)


ELSEWHERE = [
    _place(C, inhabitants=2000, dwelling_stock=900, social_stock=300, vacancies_per_year=20),
    Membership(municipality_code=C, purpose="agreement", place="S", region_municipalities=1),
]
CASES: dict[str, tuple[list[Any], tuple[Any, ...]]] = {
    "vacancies that nobody knows": (
        [_place(A, social_stock=400)], (WRONG, "turnover_unknown", "mutatie", "mutatiegraad"),
    ),
    "a rate of an unknown stock": (
        [_place(A), Turnover(municipality_code=A, from_year=2026, rate=Fraction(1, 10))],
        (WRONG, "turnover_unknown", "mutatie", "mutatiegraad"),
    ),
    "turnover of elsewhere": (
        [Turnover(municipality_code=C, from_year=2026)],
        (WRONG, "unknown_code", "mutatie", "gemeentecode"),
    ),
    "two rates in one year": (
        [Turnover(municipality_code=A, from_year=2026), Turnover(municipality_code=A, from_year=2028)],
        (WRONG, "years_overlap", "mutatie", "vanaf_jaar"),
    ),
    "a task after the horizon": (
        [PermitTask(municipality_code=A, year=2031, half=1, persons=1)],
        (WARNING, "years_outside_horizon", "taakstelling", "jaar"),
    ),
    "a task that can be housed nowhere": (
        [_unfit(municipality_code=B)],
        (WARNING, "permit_task_without_home", "taakstelling", "gemeentecode"),
    ),
    "permit holders whom nothing fits": (
        [_unfit()],
        (WRONG, "group_without_suitability", "taakstelling", None),
    ),
    "a swap with itself": ([_swap(A, A)], (WRONG, "swap_with_itself", "uitruil", "naar_gemeente")),
    "a swap with a municipality that is not there": (
        [_swap(A, C)], (WRONG, "unknown_code", "uitruil", "naar_gemeente"),
    ),
    "a swap with another region": (
        [*ELSEWHERE, _swap(A, C)], (WRONG, "swap_outside_region", "uitruil", "naar_gemeente"),
    ),
    "a swap outside the region of the rule": (
        [*ELSEWHERE, Rule(rule_id="p", family="permit_holders", purpose="agreement", place="S"), _swap(A, B)],
        (WRONG, "swap_outside_region", "uitruil", "naar_gemeente"),
    ),
    "a swap of more than the task": (  # the task of B is 4 persons
        [_swap(B, A, 5)], (WRONG, "swap_above_task", "uitruil", "personen"),
    ),
    "a swap with a municipality without task": (
        [*ELSEWHERE, _swap(A, C)], (WRONG, "swap_without_task", "uitruil", "naar_gemeente"),
    ),
    "a swap after the horizon": (
        [_swap(A, B, year=2031)], (WARNING, "years_outside_horizon", "uitruil", "jaar"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_planted_error_is_found_at_its_place(with_lettings: Make, told: Told, name: str) -> None:
    rows, expected = CASES[name]
    assert expected in told(with_lettings(*rows))


def test_vacancies_are_enough_without_a_stock(with_lettings: Make, told: Told) -> None:
    assert told(with_lettings(_place(A, vacancies_per_year=40, inhabitants=2000, dwelling_stock=900))) == []


def test_a_swap_names_both_municipalities_and_both_regions(with_lettings: Make) -> None:
    task = PermitTask(municipality_code=C, year=2026, half=1, persons=0)
    (finding,) = check(with_lettings(*ELSEWHERE, task, _swap(A, C)))
    assert finding_text(finding, "en").startswith(
        "uitruil, column naar_gemeente, value 'GM0003': Adorp (GM0001) lies in the region R and Dorp GM0003 "
        "(GM0003) in the region S (agreement); a swap is possible within one region only."
    )


def test_what_was_taken_over_may_be_handed_over_again(with_lettings: Make, told: Told) -> None:
    """B has 4 persons and takes 3 over, so 7 may go; 8 may not."""
    assert told(with_lettings(_swap(A, B, 3), _swap(B, A, 7, year=2027))) == []
    found = told(with_lettings(_swap(A, B, 3), _swap(B, A, 8, year=2027)))
    assert [code for _, code, _, _ in found] == ["swap_above_task"]


def test_a_task_of_years_that_are_over_is_told_with_its_persons(with_lettings: Make) -> None:
    """2026 is over: the 6 + 4 persons of A and the 4 of B do not count, and one sentence says so."""
    (finding,) = check(with_lettings(first_open_year=2027))
    assert (finding.severity, finding.code, finding.column) == (NOTICE, "permit_tasks_of_past", "personen")
    text = finding_text(finding, "en")
    assert "14 persons of the task (3 rows) are of years before the first open year 2027" in text
    assert "put those who are not housed yet in backlog_persons" in text
    assert "zet wie van hen nog niet gehuisvest is in achterstand_personen" in finding_text(finding, "nl")


def test_a_swap_of_a_year_that_is_over_does_not_count(with_lettings: Make, told: Told) -> None:
    """In 2027 B has a backlog of 3 and nothing of the 4 of 2026, and the swap of 2026 gives it nothing."""
    backlog = PermitTask(municipality_code=B, year=2027, half=1, persons=0, backlog_persons=3)
    over = (NOTICE, "permit_tasks_of_past", "taakstelling", "personen")
    rows = [backlog, _swap(A, B, 4), _swap(B, A, 3, year=2027)]
    found = told(with_lettings(*rows, first_open_year=2027))
    assert found == [over, (NOTICE, "swap_of_past", "uitruil", "jaar")]
    found = told(with_lettings(backlog, _swap(B, A, 4, year=2027), first_open_year=2027))
    assert found == [over, (WRONG, "swap_above_task", "uitruil", "personen")]


def test_a_task_without_its_group_counts_one_person_per_dwelling_and_says_so(
    with_lettings: Make, told: Told
) -> None:
    scenario = with_lettings(
        Group(group="homeless", roles=("statutory",)),
        Group(group="students"),
        Suitability(group="homeless", dwelling_type="social_regular"),
        without=(Group, Suitability),
    )
    found = told(scenario)
    assert (WARNING, "permit_group_missing", "taakstelling", None) in found


def test_without_priority_a_task_is_housed_in_what_is_built(with_lettings: Make, told: Told) -> None:
    """The options still fit, but nothing that is vacated; where they do not fit, that is said."""
    assert told(with_lettings(permit_holder_priority=False)) == []
    rows = [_unfit(route=route) for route in ("new_build", "flex")]
    assert told(with_lettings(*rows)) == []
    found = told(with_lettings(*rows, permit_holder_priority=False))
    assert [code for _, code, _, _ in found] == ["permit_task_without_priority"] * 2


def test_the_setting_that_keeps_permit_holders_out_is_named_as_the_cause(with_lettings: Make) -> None:
    """All that is built is unfit, and what is vacated would do: 40 and 30 a year.

    To fill in 'turnover' would not help then; where nothing is vacated, it is what to do.
    """
    rows = [_unfit(route=route) for route in ("new_build", "flex")]
    first, _ = check(with_lettings(*rows, permit_holder_priority=False))
    english = finding_text(first, "en")
    assert "by the setting permit_holder_priority = false permit holders get no vacated dwelling" in english
    assert "set permit_holder_priority to true" in english
    assert "turnover" not in english
    assert "mutatie" not in finding_text(first, "nl")
    found = check(with_lettings(*rows, without=(Turnover, Flow), permit_holder_priority=False))
    assert [f.code for f in found if f.code.startswith("permit_task")] == ["permit_task_without_home"] * 2


def _vacated(code: str, first: int, last: int | None = None) -> Turnover:
    return Turnover(municipality_code=code, from_year=first, to_year=last)


@pytest.mark.parametrize(
    ("rows", "names", "years"),
    [
        ([_vacated("*", 2026, 2027)], "Adorp (GM0001) and Beveen (GM0002)", "2028-2029"),
        # A row of its own takes the place of the one for all, also in the years it leaves out.
        ([_vacated("*", 2026), _vacated(B, 2027, 2028)], "Beveen (GM0002)", "2026, 2029"),
        ([_vacated(A, 2028), _vacated(A, 2026, 2026)], "Adorp (GM0001)", "2027"),
    ],
)
def test_years_in_which_nothing_is_vacated_are_named(
    with_lettings: Make, rows: list[Turnover], names: str, years: str
) -> None:
    """The horizon is 2026-2029; a municipality without any row is one where nothing is vacated."""
    (finding,) = check(with_lettings(*rows, without=(Turnover,)))
    assert (finding.severity, finding.code) == (WARNING, "turnover_years_missing")
    assert (finding.source, finding.column) == ("mutatie", "vanaf_jaar")
    text = finding_text(finding, "en")
    assert f"nothing is vacated in {names} in {years}, while people may be housed there" in text


def test_years_that_are_over_or_where_nobody_lives_need_no_turnover(with_lettings: Make, told: Told) -> None:
    """2026 is closed; and without flow and task nobody is housed in what is vacated."""
    later = told(with_lettings(_vacated("*", 2027), without=(Turnover,), first_open_year=2027))
    assert [code for _, code, _, _ in later] == ["permit_tasks_of_past"]
    nobody = told(with_lettings(_vacated("*", 2026, 2027), without=(Turnover, Flow, PermitTask)))
    assert "turnover_years_missing" not in [code for _, code, _, _ in nobody]
