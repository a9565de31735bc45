"""The examples: their arithmetic, and that they resolve."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise

import pytest

from thuisplan.inputs.apportion import largest_remainder, on_growth_path
from thuisplan.inputs.columns import CellError
from thuisplan.inputs.examples import EXAMPLES, example, municipality
from thuisplan.inputs.examples.catalogue import (
    CARAVAN_EXTRA_EUR,
    CARE_EXTRA_EUR,
    CLUSTERED_EXTRA_EUR,
    NATION_INHABITANTS,
    NATIONAL_NEEDS,
    TURNOVER,
)
from thuisplan.inputs.examples.stedendriehoek_needs import CARAVANS, CARE_BUILT, CLUSTERED, PROGRAMME
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.rule_sets import KEY
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import (
    TABLES,
    Availability,
    Budget,
    Commitment,
    Flow,
    Municipality,
    Need,
    Option,
    PermitTask,
    Plan,
    Pot,
    Rule,
)

LANGUAGES = ("nl", "en")
NEED_YEARS = range(2026, 2031)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return example("Stedendriehoek")


@pytest.fixture(scope="module")
def instance(scenario: Scenario) -> Instance:
    return resolve(scenario)


@pytest.fixture(scope="module")
def inhabitants(scenario: Scenario) -> dict[str, int]:
    return {row.code: row.inhabitants or 0 for row in scenario.rows(Municipality)}


def total(scenario: Scenario, column: str) -> int:
    return sum(getattr(row, column) for row in scenario.rows(Municipality))


# --- oracles of the documents ---------------------------------------------------


def test_national_totals_are_seven_years_of_need() -> None:
    needs = NATIONAL_NEEDS
    assert needs["caravan"].low * 7 == 5_600
    assert (needs["care_suitable"].low * 7, needs["care_suitable"].high * 7) == (18_900, 73_500)
    assert (needs["informal_care_unit"].low * 7, needs["informal_care_unit"].high * 7) == (24_500, 28_000)


def test_rooms_are_nine_years_within_half_a_percent() -> None:
    assert abs(Fraction(30_000, 9) / NATIONAL_NEEDS["room"].low - 1) <= Fraction(1, 200)


@pytest.mark.parametrize(("stock", "per_year"), [(61_600, "low"), (66_500, "high")])
def test_clustered_fits_a_stay_of_three_years(stock: int, per_year: str) -> None:
    given = getattr(NATIONAL_NEEDS["clustered"], per_year)
    assert abs(Fraction(stock, 7) * Fraction(3, 7) - given) < 2


def test_ten_years_from_795_to_1170_rise_3_2_points_a_year() -> None:
    start = Fraction(795, 1_170)
    path = [on_growth_path(start, Fraction(1), 2025, 2035, year) for year in range(2025, 2036)]
    steps = {b - a for a, b in pairwise(path)}
    assert round(float(start), 3) == 0.679
    assert len(steps) == 1
    assert round(float(100 * steps.pop()), 1) == 3.2


def test_task_of_1170_by_inhabitants_loses_nobody(inhabitants: dict[str, int]) -> None:
    parts = largest_remainder(1_170, inhabitants)
    in_order = sorted(inhabitants, key=lambda code: -inhabitants[code])
    assert [parts[code] for code in in_order] == [421, 259, 122, 87, 84, 64, 53, 48, 32]
    assert sum(parts.values()) == 1_170


def test_region_can_hold_two_thirds_while_a_municipality_does_not() -> None:
    # Affordable and all new dwellings of two municipalities.
    first, second = (50, 100), (90, 100)
    region = Fraction(first[0] + second[0], first[1] + second[1])
    assert Fraction(*first) < Fraction(2, 3) < region


def test_exactly_at_the_national_average_the_setting_decides(scenario: Scenario) -> None:
    at = [
        row if row.code != "GM0213" else Municipality(
            code=row.code, name=row.name, boundary_year=2023, inhabitants=row.inhabitants,
            dwelling_stock=1_000, social_stock=259, vacancies_per_year=15,
        )
        for row in scenario.rows(Municipality)
    ]  # fmt: skip
    tables = {**scenario.tables, Municipality.table: tuple(at)}
    for side in ("below", "above"):
        settings = scenario.settings.model_copy(update={"at_average": side})
        assert resolve(Scenario(settings, tables)).side("GM0213") == side


# --- arithmetic of the example ----------------------------------------------------


def test_municipalities_add_up(scenario: Scenario) -> None:
    assert len(scenario.rows(Municipality)) == 9
    assert total(scenario, "inhabitants") == 464_176
    assert round(100 * 464_176 / NATION_INHABITANTS, 3) == 2.606
    assert total(scenario, "social_stock") == 56_325
    assert round(100 * 56_325 / total(scenario, "dwelling_stock"), 1) == 27.0


def test_vacancies_and_what_shares_of_them_house(scenario: Scenario) -> None:
    vacancies = total(scenario, "vacancies_per_year")
    assert vacancies == 3_216 == round(56_325 * TURNOVER)
    assert [round(vacancies * pct / 100) for pct in (15, 25, 30)] == [482, 804, 965]
    assert 965 < 1_170


def test_yearly_figures_of_the_region() -> None:
    assert Fraction(102) == CLUSTERED
    assert (CARE_BUILT, CARAVANS, PROGRAMME) == (70, 21, 2_606)


def test_two_thirds_of_the_extra_cost_is_covered(scenario: Scenario) -> None:
    asked = CLUSTERED * CLUSTERED_EXTRA_EUR + CARE_BUILT * CARE_EXTRA_EUR + CARAVANS * CARAVAN_EXTRA_EUR
    assert round(float(asked) / 1e6, 2) == 2.87
    kinds = {row.pot_id: row.kind for row in scenario.rows(Pot)}
    held: Counter[str] = Counter()
    for row in scenario.rows(Budget):
        held[kinds[row.pot_id]] += row.amount_eur
    assert round(held["extra_cost"] / 1e6, 2) == 1.90
    assert round(held["extra_cost"] / float(asked), 2) == 0.66
    assert held["deficit"] == 1_300 * 56_325
    assert round(held["deficit"] / 1e6) == 73


def test_municipalities_stand_on_both_sides_of_the_average(instance: Instance) -> None:
    above = {code for code in instance.municipalities if instance.side(code) == "above"}
    assert above == {"GM0150", "GM0200", "GM0301"}


def test_only_the_agreement_and_the_building_region_are_whole(instance: Instance) -> None:
    whole = {
        (purpose, region.place): (len(region.members), region.whole)
        for purpose in ("agreement", "province", "woningbouwregio", "nation")
        for region in instance.regions(purpose)
    }
    assert whole == {
        ("agreement", "Stedendriehoek"): (9, True),
        ("province", "Gelderland"): (8, False),
        ("province", "Overijssel"): (1, False),
        ("woningbouwregio", "Noord-Veluwe"): (1, False),
        ("woningbouwregio", "Stedendriehoek"): (7, True),
        ("woningbouwregio", "West-Overijssel"): (1, False),
        ("nation", "Nederland"): (9, False),
    }


# --- resolved -----------------------------------------------------------------------


def required(instance: Instance, category: str, year: int) -> int:
    return sum(
        series.required[year] for series in instance.needs.values() if series.row.need_category == category
    )


@pytest.mark.parametrize(
    ("category", "in_2030"),
    [
        ("clustered", 510),
        ("care_suitable", 350),
        ("care_adaptation", 510),
        ("caravan", 105),
        ("room", 165),
        ("informal_care_unit", 488),
    ],
)
def test_special_needs_reach_their_total_in_2030_and_stay_level(
    instance: Instance, category: str, in_2030: int
) -> None:
    assert required(instance, category, 2030) == in_2030
    assert required(instance, category, 2035) == in_2030


def test_regular_need_is_the_programme_less_what_counts_in_it(instance: Instance) -> None:
    special = required(instance, "clustered", 2030) + required(instance, "care_suitable", 2030)
    assert required(instance, "regular", 2030) + special == 5 * PROGRAMME
    assert required(instance, "regular", 2035) + special == 10 * PROGRAMME


@pytest.mark.parametrize(("level", "clustered", "care"), [("low", 490, 350), ("high", 530, 1_370)])
def test_low_and_high_estimates(scenario: Scenario, level: str, clustered: int, care: int) -> None:
    settings = scenario.settings.model_copy(update={"need_level": level})
    other = resolve(Scenario(settings, scenario.tables))
    assert required(other, "clustered", 2030) == clustered
    assert required(other, "care_suitable", 2030) + required(other, "care_adaptation", 2030) == care
    assert required(other, "informal_care_unit", 2030) == {"low": 455, "high": 520}[level]


def test_estimates_are_in_order(scenario: Scenario) -> None:
    for row in scenario.rows(Need):
        given = [value for value in (row.low, row.central, row.high) if value is not None]
        assert given
        assert given == sorted(given)


def test_fair_shares_sum_to_one_and_rise_a_tenth_of_the_way_a_year(instance: Instance) -> None:
    shares = instance.shares[KEY]
    vacancies = {code: row.vacancies_per_year or 0 for code, row in instance.municipalities.items()}
    people = {code: row.inhabitants or 0 for code, row in instance.municipalities.items()}
    for year in instance.years:
        assert sum(shares[code, year] for code in people) == 1
    for code in people:
        start = Fraction(vacancies[code], 3_216)
        end = Fraction(people[code], 464_176)
        for passed, year in enumerate(instance.years, start=1):
            assert shares[code, year] == start + (end - start) * Fraction(passed, 10)


def test_fair_share_divides_the_urgent_seekers_not_the_permit_holders(instance: Instance) -> None:
    rule = next(row for row in instance.rows(Rule) if row.rule_id == "fair-share-urgent")
    parameters = instance.parameters(rule)
    assert (rule.track, parameters.key, parameters.flows) == (2, KEY, ("urgent_seekers",))


def test_share_of_vacancies_rises_from_24_7_to_30_per_cent_in_2035(instance: Instance) -> None:
    # 795 / 3,216 is 24.7 %; eleven years later 30 %, hence 5.3 / 11 points a year.
    assert round(100 * 795 / 3_216, 1) == 24.7
    rule = next(row for row in instance.rows(Rule) if row.rule_id == "vacancies-30")
    shares = [instance.lettings.share_in(rule, year, Fraction(3, 10)) for year in instance.years]
    assert shares[0] == Fraction(247, 1000) + 2 * Fraction(53, 11_000)
    assert {after - before for before, after in pairwise(shares)} == {Fraction(53, 11_000)}
    assert shares[-1] == Fraction(3, 10)


def test_lettings_of_today_are_795_by_vacancies(scenario: Scenario) -> None:
    today = {row.code: row.urgent_lettings_today or 0 for row in scenario.rows(Municipality)}
    vacancies = {row.code: row.vacancies_per_year or 0 for row in scenario.rows(Municipality)}
    assert sum(today.values()) == 795
    for code, number in today.items():
        assert abs(number - Fraction(795 * vacancies[code], 3_216)) < 1


def test_task_for_permit_holders_is_348_dwellings_of_two_a_year(instance: Instance) -> None:
    persons: Counter[int] = Counter()
    for row in instance.rows(PermitTask):
        persons[row.year] += row.persons
    assert set(persons.values()) == {2 * 348}
    assert sum(instance.lettings.permit_task(code, 2026) for code in instance.municipalities) == 696


@pytest.mark.parametrize(("inside", "households"), [(False, 1_170), (True, 1_170 - 348)])
def test_the_348_come_on_top_unless_the_setting_puts_them_inside(
    scenario: Scenario, inside: bool, households: int
) -> None:
    settings = scenario.settings.model_copy(update={"permit_holders_inside": inside})
    made = resolve(Scenario(settings, scenario.tables))
    assert {row.households for row in made.rows(Flow)} == {households}


def test_new_build_plans_are_the_capacity_and_flex_plans_fall_short(instance: Instance) -> None:
    planned: Counter[tuple[str, int]] = Counter()
    for plan in instance.rows(Plan):
        planned[plan.route, plan.from_year] += plan.dwellings
    for year in instance.years:
        capacity = sum(dwellings for (_, _, at), dwellings in instance.capacity.items() if at == year)
        # Plans spread evenly over their years: halves are rounded per plan.
        assert abs(planned["new_build", year] - capacity) <= len(instance.municipalities)
    assert sum(number for (route, _), number in planned.items() if route == "flex") == 170


def test_heerde_has_room_after_2028(instance: Instance) -> None:
    assert [instance.capacity["GM0246", None, year] for year in (2026, 2028, 2029, 2035)] == [40, 40, 80, 80]


def test_commitments_fit(instance: Instance) -> None:
    per_year: Counter[tuple[str, int]] = Counter()
    for (code, year, option), dwellings in instance.committed.items():
        assert dwellings <= instance.offered[code, year, option]
        assert (code, year, option) not in instance.excluded
        assert dwellings == 0 or dwellings >= instance.options[option].minimum_project
        per_year[code, year] += dwellings
    for (code, year), dwellings in per_year.items():
        assert dwellings <= Fraction(9, 10) * instance.capacity[code, None, year]


def test_a_project_fits_in_what_is_offered(instance: Instance) -> None:
    for (_, _, option), most in instance.offered.items():
        assert most >= instance.options[option].minimum_project


# --- every template -----------------------------------------------------------------


def templates() -> list[tuple[str, Scenario]]:
    made = [(f"{name}-{lang}", one.make(lang)) for name, one in EXAMPLES.items() for lang in LANGUAGES]
    return made + [(f"GM0262-{lang}", municipality("GM0262", lang)) for lang in LANGUAGES]


@pytest.mark.parametrize("made", [pytest.param(made, id=name) for name, made in templates()])
class TestTemplates:
    """What holds for every scenario that ``thuisplan new`` writes."""

    def test_has_every_table_with_unique_keys(self, made: Scenario) -> None:
        assert set(made.tables) == set(TABLES)
        for rows in made.tables.values():
            keys = [row.key() for row in rows]
            assert len(set(keys)) == len(keys)

    def test_every_figure_has_a_source(self, made: Scenario) -> None:
        for row_type in TABLES.values():
            if "source" in {column.name for column in row_type.columns()}:
                assert all(getattr(row, "source", None) for row in made.rows(row_type))

    def test_resolving_again_changes_nothing(self, made: Scenario) -> None:
        once = resolve(made)
        again = resolve(once.scenario)
        assert again.scenario.tables == once.scenario.tables
        assert again.settings == once.settings

    def test_every_option_is_offered_and_every_need_can_be_served(self, made: Scenario) -> None:
        resolved = resolve(made)
        offered = {row.option for row in resolved.rows(Availability)}
        assert offered == {row.option for row in made.rows(Option)}
        for series in resolved.needs.values():
            assert resolved.options_for(series.row.need_category)


def test_languages_differ_in_words_only() -> None:
    for make in (*(one.make for one in EXAMPLES.values()), lambda language: municipality("GM0262", language)):
        dutch, english = (resolve(make(language)) for language in LANGUAGES)
        assert (dutch.settings.language, english.settings.language) == LANGUAGES
        assert dutch.offered == english.offered
        assert dutch.budgets == english.budgets
        assert {n: s.required for n, s in dutch.needs.items()} == {
            n: s.required for n, s in english.needs.items()
        }


def test_unknown_example() -> None:
    with pytest.raises(KeyError):
        example("atlantis")


# --- one municipality ----------------------------------------------------------------


@pytest.mark.parametrize(("code", "name"), [("GM0262", "Lochem"), ("262", "Lochem"), ("GM0363", "GM0363")])
def test_municipality_takes_only_the_name_from_the_example(code: str, name: str) -> None:
    (row,) = municipality(code, "nl").rows(Municipality)
    assert row.name == name
    assert row.inhabitants == 10_000
    assert (row.source or "").startswith("VUL IN")


@pytest.mark.parametrize("code", ["*", "Lochem", ""])
def test_municipality_refuses_what_is_no_code(code: str) -> None:
    with pytest.raises(CellError):
        municipality(code, "nl")


def test_municipality_scales_national_needs() -> None:
    made = municipality("GM0262", "nl")
    clustered = next(row for row in made.rows(Need) if row.need_id == "clustered")
    assert (clustered.low, clustered.high) == (Fraction(212, 100), Fraction(229, 100))
    assert all(pot.carries_rest for pot in made.rows(Pot))
    assert not made.rows(Budget)
    assert not made.rows(Commitment)


def test_municipality_cannot_test_rules_of_its_regions() -> None:
    made = resolve(municipality("GM0262", "nl"))
    for purpose in ("province", "woningbouwregio", "nation"):
        (region,) = made.regions(purpose)
        assert not region.whole
