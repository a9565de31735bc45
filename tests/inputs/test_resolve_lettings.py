"""Target groups in the resolved input: whole households, rows per municipality, needs from flows."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from thuisplan.inputs.checks import check
from thuisplan.inputs.findings import Severity
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.lettings import FlowSeries
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import (
    Assumption,
    Flow,
    FlowThrough,
    Group,
    Key,
    Membership,
    Municipality,
    Need,
    PermitTask,
    Rule,
    RuleParameter,
    Suitability,
    Turnover,
)

A, B = "GM0001", "GM0002"
Make = Callable[..., Scenario]


def _good(scenario: Scenario) -> Instance:
    assert [f for f in check(scenario) if f.severity is Severity.WRONG] == []
    return resolve(scenario)


def _flow(**values: Any) -> Flow:
    known: dict[str, Any] = dict(
        flow_id="homeless", group="homeless", purpose="agreement", place="R", from_year=2026,
        households=Fraction(20),
    )  # fmt: skip
    return Flow(**{**known, **values})


def _inflow(instance: Instance, flow: str = "homeless") -> list[int]:
    series: FlowSeries = instance.lettings.flows[flow]
    return [int(series.inflow[year]) for year in instance.years]


def _assumed(instance: Instance, table: str) -> dict[tuple[str, str], str]:
    rows = instance.rows(Assumption)
    return {
        (a.row_key, a.column_name): a.value for a in rows if a.table_name == table and a.origin == "default"
    }


def _rule(family: str, track: int = 1, **parameters: str) -> list[Any]:
    rule = Rule(rule_id="r", family=family, track=track, purpose="agreement", place="R")
    return [rule, *(RuleParameter(rule_id="r", parameter=n, value=v) for n, v in parameters.items())]


def _parameter(instance: Instance, name: str) -> Any:
    rule = next(rule for rule in instance.rules() if rule.rule_id == "r")
    return getattr(instance.parameters(rule), name)


# --- flows --------------------------------------------------------------------------------


def test_a_broken_flow_becomes_whole_households_that_keep_the_total(with_lettings: Make) -> None:
    """2.5 a year adds up to 2.5, 5, 7.5 and 10; rounded half up 3, 5, 8 and 10: 3, 2, 3 and 2 a year."""
    instance = _good(with_lettings(_flow(households=Fraction(5, 2), waiting_at_start=7)))
    assert _inflow(instance) == [3, 2, 3, 2]
    waiting = [row.waiting_at_start for row in instance.rows(Flow)]
    assert waiting == [7, 0, 0, 0]
    assert instance.lettings.flows["homeless"].asked(2027) == 7 + 3 + 2


def test_who_is_counted_elsewhere_is_not_counted_again(with_lettings: Make) -> None:
    """Of 20 a year, 1.5 are also students: 18.5, 37, 55.5 and 74, so 19, 18, 19 and 18."""
    instance = _good(with_lettings(_flow(counted_elsewhere=Fraction(3, 2))))
    assert _inflow(instance) == [19, 18, 19, 18]
    assert {row.counted_elsewhere for row in instance.rows(Flow)} == {0}


def test_rows_of_a_flow_hold_in_their_own_years(with_lettings: Make) -> None:
    """10 a year to 2027, and from 2028 on 4."""
    rows = _flow(households=Fraction(10), to_year=2027), _flow(households=Fraction(4), from_year=2028)
    assert _inflow(_good(with_lettings(*rows))) == [10, 10, 4, 4]


def test_permit_holders_inside_or_on_top_differ_by_exactly_their_households(with_lettings: Make) -> None:
    """The task of 2026 is 14 persons, which is 7 households of 2: 20 becomes 13 in that year only."""
    row = _flow(includes_permit_holders=True)
    on_top = _good(with_lettings(row))
    inside = _good(with_lettings(row, permit_holders_inside=True))
    assert _inflow(on_top) == [20, 20, 20, 20]
    assert _inflow(inside) == [13, 20, 20, 20]
    assert on_top.lettings.flows["permit_holders"].inflow == inside.lettings.flows["permit_holders"].inflow
    for instance, value in ((on_top, "no"), (inside, "yes")):
        assert _assumed(instance, "flows") == {("homeless 2026", "includes_permit_holders"): value}
        assert not instance.settings.permit_holders_inside


def test_only_the_permit_holders_of_the_origin_are_taken_off_and_no_backlog(with_lettings: Make) -> None:
    """The flow of B holds the 4 persons of B, so 2 households, not its backlog of 8 persons."""
    rows = (
        _flow(purpose="municipality", place=B, includes_permit_holders=True),
        PermitTask(municipality_code=B, year=2026, half=1, persons=4, backlog_persons=8),
    )
    assert _inflow(_good(with_lettings(*rows, permit_holders_inside=True))) == [18, 20, 20, 20]


def test_a_flow_from_outside_is_housed_where_it_says(with_lettings: Make) -> None:
    row = _flow(purpose="outside", place="Polen", housed_purpose="municipality", housed_place=B)
    series = _good(with_lettings(row)).lettings.flows["homeless"]
    assert (series.purpose, series.place, series.housed) == ("outside", "Polen", (B,))


# --- flows that become needs --------------------------------------------------------------------


def _places(**values: Any) -> Flow:
    return _flow(flow_id="places", need_category="clustered", **{"stay_years": 3, **values})


def test_a_flow_of_people_who_stay_becomes_a_need_for_places(with_lettings: Make) -> None:
    """10 a year x 3 years + 2 a year x 4 years - 6 = 32 places over four years: 8 a year."""
    row = _places(households=Fraction(10), growth=Fraction(2), in_use_today=6)
    instance = _good(with_lettings(row))
    assert instance.needs["places"].required == {2026: 8, 2027: 16, 2028: 24, 2029: 32}
    assert instance.needs["places"].row.need_class == "special"
    assert "places" not in instance.lettings.flows
    assert _assumed(instance, "needs") == {("places 2026", "central"): "8"}


def test_the_national_clustered_row_is_reproduced_over_its_seven_years(with_lettings: Make) -> None:
    """Facts b.1 and m.4: 8,800 a year, three years, 2024-2030; four of the seven years are planned.

    26,400 / 7 = 3,771.43 a year; rounded half up the sums are 3,771, 7,543, 11,314 and 15,086.
    """
    row = _places(households=Fraction(8_800), from_year=2024, to_year=2030)
    instance = _good(with_lettings(row))
    assert list(instance.needs["places"].required.values()) == [3_771, 7_543, 11_314, 15_086]


def test_enough_places_today_ask_for_nothing(with_lettings: Make) -> None:
    instance = _good(with_lettings(_places(households=Fraction(10), in_use_today=31)))
    assert set(instance.needs["places"].required.values()) == {0}


def test_a_need_of_a_flow_lies_where_they_may_live(with_lettings: Make) -> None:
    row = _places(purpose="outside", place="Polen", housed_purpose="municipality", housed_place=A)
    need = _good(with_lettings(row)).needs["places"].row
    assert (need.purpose, need.place) == ("municipality", A)


def test_a_fair_share_finds_the_need_that_a_flow_became(with_lettings: Make) -> None:
    """Only `places` asks for clustered dwellings in R; its yearly task is 10 x 3 / 4 = 7.5, in all 30."""
    rows = [
        _places(households=Fraction(10)),
        Key(key_id="k", basis="inhabitants"),
        *_rule("fair_share", key="k", options="clustered"),
    ]
    instance = _good(with_lettings(*rows))
    assert _parameter(instance, "needs") == ("places",)
    assert sum(instance.task_increments(("places",)).values()) == 30


# --- rows per municipality -------------------------------------------------------------------------


def test_the_turnover_follows_from_the_vacancies_and_a_name_beats_the_star(with_lettings: Make) -> None:
    """A has 40 vacancies of 400 dwellings: 1/10. B has a row of its own: 1/25, of which 3/4 designated."""
    own = Turnover(municipality_code=B, from_year=2027, rate=Fraction(1, 25), designated_share=Fraction(3, 4))
    instance = _good(with_lettings(own))
    found = {key: (row.rate, row.designated_share) for key, row in instance.lettings.turnover.items()}
    expected = {(A, year): (Fraction(1, 10), 1) for year in (2026, 2027, 2028, 2029)}
    expected |= {(B, year): (Fraction(1, 25), Fraction(3, 4)) for year in (2027, 2028, 2029)}
    assert found == expected
    assert _assumed(instance, "turnover") == {(f"{A} 2026", "rate"): "1/10"}


def test_a_municipality_of_unknown_stock_has_its_vacancies(with_lettings: Make) -> None:
    place = Municipality(code=A, name="Adorp", boundary_year=2026, vacancies_per_year=40)
    instance = _good(with_lettings(place))
    assert instance.lettings.vacated_from_start(A, 2026) == 40
    assert instance.lettings.turnover[A, 2026].rate is None


def test_suitability_and_moving_on_hold_in_every_municipality_but_where_one_is_named(
    with_lettings: Make,
) -> None:
    rows = [
        Suitability(group="homeless", dwelling_type="social_regular", municipality_code=B, fit=Fraction(0)),
        Suitability(group="homeless", dwelling_type="social_regular", route="flex", stay_years=2),
        FlowThrough(option="clustered", municipality_code="*", take_up=Fraction(1, 2)),
        FlowThrough(option="clustered", municipality_code=A, take_up=Fraction(1, 4)),
    ]
    lettings = _good(with_lettings(*rows)).lettings
    assert lettings.vacated_fit("homeless", A) is not None
    assert lettings.vacated_fit("homeless", B) is None
    for code in (A, B):  # the row with a route is not that of all routes
        fit = lettings.option_fit("homeless", code, "flex")
        assert fit is not None
        assert fit.stay_years == 2
    shares = {code: [row.take_up for row in rows_] for code, rows_ in lettings.flow_through.items()}
    assert shares == {A: [Fraction(1, 4)], B: [Fraction(1, 2)]}


# --- parameters --------------------------------------------------------------------------------------


def test_a_fair_share_of_lettings_divides_those_of_urgent_groups(with_lettings: Make) -> None:
    """Students are in the programme but not urgent; the dead band is one dwelling."""
    students = _flow(flow_id="students", group="students")
    rows = [students, Key(key_id="k", basis="inhabitants"), *_rule("fair_share", track=2, key="k")]
    instance = _good(with_lettings(*rows))
    assert _parameter(instance, "flows") == ("homeless",)
    assert _parameter(instance, "dead_band_dwellings") == 1
    assert _parameter(instance, "needs") == ()


PATH = {"share": "30 %", "path_first_year": "2025", "path_last_year": "2035"}


@pytest.mark.parametrize(
    ("permit_holders", "included", "share"),
    [
        ("no", True, Fraction(14, 70)),  # 8 + 6 of 40 + 30
        ("yes", True, Fraction(14, 70)),  # the 14 hold them already
        ("yes", False, Fraction(21, 70)),  # 4 + 3 more
        ("no", False, Fraction(14, 70)),
    ],
)
def test_a_growth_path_starts_at_the_share_of_today(
    with_lettings: Make, permit_holders: str, included: bool, share: Fraction
) -> None:
    rows = _rule("vacancy_share", **PATH, permit_holders=permit_holders)
    instance = _good(with_lettings(*rows, housed_today_includes_permit_holders=included))
    assert _parameter(instance, "start_share") == share
    assert _parameter(instance, "groups") == ("homeless",)
    assumed = {key[0]: value for key, value in _assumed(instance, "rule_parameters").items()}
    assert Fraction(assumed["r start_share"]) == share


@pytest.mark.parametrize(
    ("origin", "divided"),
    [
        (("agreement", "R"), True),
        (("municipality", A), True),
        (("wmo", "part"), True),  # of B alone
        (("province", "wide"), False),  # of A, B and C, which is not in R
        (("outside", "elsewhere"), False),
    ],
)
def test_a_fair_share_of_lettings_divides_who_comes_from_its_region(
    with_lettings: Make, origin: tuple[str, str], divided: bool
) -> None:
    """Who comes from R or from a part of it is divided; who comes from farther is not R's task alone."""
    far = _flow(
        flow_id="far", purpose=origin[0], place=origin[1], housed_purpose="agreement", housed_place="R"
    )
    other = Municipality(code="GM0003", name="Cehout", boundary_year=2026, vacancies_per_year=10)
    members = {("wmo", "part"): (B,), ("province", "wide"): (A, B, "GM0003")}
    rows = [
        Membership(municipality_code=code, purpose=purpose, place=place, region_municipalities=len(codes))
        for (purpose, place), codes in members.items()
        for code in codes
    ]
    key = Key(key_id="k", basis="vacancies_per_year")
    instance = resolve(with_lettings(far, other, *rows, key, *_rule("fair_share", track=2, key="k")))
    assert _parameter(instance, "flows") == (("far", "homeless") if divided else ("homeless",))


@pytest.mark.parametrize(
    ("roles", "groups"),
    [
        ({}, ("homeless", "movers")),
        ({"roles": "statutory"}, ("homeless",)),
        ({"roles": "programme|regional"}, ("homeless", "movers", "students")),
        ({"roles": "statutory", "groups": "students"}, ("students",)),
    ],
)
def test_the_groups_that_count_are_those_with_a_role(
    with_lettings: Make, roles: dict[str, str], groups: tuple[str, ...]
) -> None:
    """Homeless: programme and statutory; movers: regional; students: programme. Named groups come first."""
    movers = Group(group="movers", roles=("regional",))
    instance = resolve(with_lettings(movers, *_rule("vacancy_share", share="15 %", **roles)))
    assert _parameter(instance, "groups") == groups


def test_a_growth_path_keeps_the_start_that_is_given(with_lettings: Make) -> None:
    rows = _rule("vacancy_share", **PATH, start_share="1/8")
    assert _parameter(_good(with_lettings(*rows)), "start_share") == Fraction(1, 8)


def test_a_share_without_a_growth_path_has_no_start(with_lettings: Make) -> None:
    rows = _rule("vacancy_share", share="15 %", groups="students")
    instance = _good(with_lettings(*rows, _flow(flow_id="students", group="students")))
    assert _parameter(instance, "start_share") is None
    assert _parameter(instance, "groups") == ("students",)


# --- properties ----------------------------------------------------------------------------------------


@st.composite
def letting_rows(draw: st.DrawFn) -> list[Any]:
    """Flows, suitability, turnover and tasks that pass the checks."""
    rows: list[Any] = []
    parts = st.fractions(0, 30, max_denominator=12)
    for number in range(draw(st.integers(1, 3))):
        households = draw(parts) + 40
        place = draw(st.sampled_from([("agreement", "R"), ("municipality", A), ("municipality", B)]))
        rows.append(
            _flow(
                flow_id=f"f{number}",
                group=draw(st.sampled_from(["homeless", "students"])),
                purpose=place[0],
                place=place[1],
                from_year=draw(st.integers(2024, 2028)),
                households=households,
                counted_elsewhere=draw(parts),
                includes_permit_holders=number == 0 and draw(st.booleans()),
                waiting_at_start=draw(st.integers(0, 5)),
            )
        )
    if draw(st.booleans()):
        values: dict[str, Any] = {"households": draw(parts), "stay_years": draw(st.integers(1, 5))}
        values |= {"growth": draw(parts), "in_use_today": draw(st.integers(0, 50))}
        rows.append(_places(**values, from_year=draw(st.integers(2024, 2029)), to_year=2031))
    if draw(st.booleans()):
        rows.append(
            Turnover(municipality_code=A, from_year=2027, to_year=2028, rate=draw(st.fractions(0, 1)))
        )
    if draw(st.booleans()):
        route = draw(st.sampled_from([None, "flex"]))
        rows.append(
            Suitability(group="students", dwelling_type="social_regular", route=route, municipality_code=B)
        )
    if draw(st.booleans()):
        rows += _rule("vacancy_share", **PATH, permit_holders=draw(st.sampled_from(["yes", "no"])))
    elif draw(st.booleans()):
        rows += [Key(key_id="k", basis="inhabitants"), *_rule("fair_share", track=2, key="k", flows="f0")]
    return rows


@given(rows=letting_rows(), inside=st.booleans(), included=st.booleans())
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_resolving_twice_is_resolving_once_and_totals_are_kept(
    with_lettings: Make, rows: list[Any], inside: bool, included: bool
) -> None:
    values = {"permit_holders_inside": inside, "housed_today_includes_permit_holders": included}
    scenario = with_lettings(*rows, **values)
    once = _good(scenario)
    twice = _good(once.scenario)
    assert twice.settings == once.settings
    assert dict(twice.scenario.tables) == dict(once.scenario.tables)
    size = next(g for g in once.rows(Group) if g.group == "permit_holders").persons_per_household
    for row in scenario.rows(Flow):
        if row.need_category is not None:
            continue
        years = [year for year in once.years if year >= row.from_year]
        own = (row.households - row.counted_elsewhere) * len(years)
        if inside and row.includes_permit_holders and 2026 in years:
            codes = [row.place] if row.purpose == "municipality" else [A, B]
            persons = [t.persons for t in scenario.rows(PermitTask) if t.municipality_code in codes]
            own -= sum(persons) / size
        total = sum(r.households for r in once.rows(Flow) if r.flow_id == row.flow_id)
        assert abs(total - own) <= Fraction(1, 2)  # the exact total, where it is whole
        assert total.denominator == 1
    assert {need.need_id for need in once.rows(Need)} <= {"rent", "places"}


def test_nothing_is_vacated_for_lettings_in_years_that_are_over(with_lettings: Make) -> None:
    """2026 is realised: its flow is no longer to be housed, who waits is still there."""
    lettings = _good(with_lettings(first_open_year=2027)).lettings
    assert {year for _, year in lettings.turnover} == {2027, 2028, 2029}
    assert lettings.flows["homeless"].asked(2027) == 7 + 20
