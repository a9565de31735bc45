"""Ready sets of rules: what each rests on, what a scenario must bring, and the choice of a municipality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.checks import check
from thuisplan.inputs.examples import example, municipality
from thuisplan.inputs.families import FAMILIES, parameter_column
from thuisplan.inputs.findings import Severity
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.labels import PURPOSES, STATUSES, STRENGTHS
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.rule_sets import ALTERNATIVES, CHECK, KEY, NUMBERS, RULE_SETS, contradictions
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Assumption, Key, Municipality, Rule, RuleParameter
from thuisplan.outputs.texts import finding_text

RULES = [
    pytest.param(name, rule, id=f"{name}-{rule.rule_id}") for name, set_ in RULE_SETS.items() for rule in set_
]


def with_settings(scenario: Scenario, **settings: Any) -> Scenario:
    return Scenario(scenario.settings.model_copy(update=settings), scenario.tables)


def with_rows(scenario: Scenario, **tables: Any) -> Scenario:
    return Scenario(scenario.settings, {**scenario.tables, **tables})


def found(scenario: Scenario) -> dict[str, str]:
    return {f.code: finding_text(f, "nl") for f in check(scenario) if f.severity is Severity.WRONG}


# --- every rule of every set ---------------------------------------------------------------


def test_the_sets_of_the_documents_are_there() -> None:
    assert tuple(RULE_SETS) == (
        "draft-decree-2024",
        "draft-decree-2025",
        "stedendriehoek-2026",
        "gmr-2024",
        "legal-fallback",
    )
    assert set(NUMBERS) == set(RULE_SETS)
    assert set().union(*ALTERNATIVES) == set(RULE_SETS)


@pytest.mark.parametrize(("name", "rule"), RULES)
def test_every_rule_says_how_firm_it_is_since_when_and_on_what_it_rests(name: str, rule: Rule) -> None:
    assert rule.status in {"act", "bill", "draft", "agreement", "advice", "ambition"} <= set(STATUSES.labels)
    year, *month = (rule.status_date or "").split("-")
    assert 2021 <= int(year) <= 2026
    assert all(1 <= int(part) <= 31 for part in month)
    assert (rule.source or "").endswith(CHECK)
    assert len((rule.source or "").removesuffix(CHECK)) > 40
    assert "check the text in force" in CHECK


@pytest.mark.parametrize(("name", "rule"), RULES)
def test_every_rule_has_a_level_a_strength_and_numbers_that_its_family_knows(name: str, rule: Rule) -> None:
    assert rule.purpose in PURPOSES.labels
    assert rule.strength in STRENGTHS.labels
    assert rule.place is None
    numbers = {row.parameter: row.value for row in NUMBERS[name] if row.rule_id == rule.rule_id}
    assert numbers
    for parameter, value in numbers.items():
        column = parameter_column(rule.family, parameter)
        assert column is not None
        column.kind.read(value)
    required = {c.name for c in FAMILIES[rule.family].parameters.columns() if c.required}
    assert required <= set(numbers)


def test_a_rule_id_is_used_once_within_a_set_and_numbers_belong_to_its_rules() -> None:
    for name, rules in RULE_SETS.items():
        ids = [rule.rule_id for rule in rules]
        assert len(set(ids)) == len(ids)
        assert {row.rule_id for row in NUMBERS[name]} <= set(ids)


# --- named by a scenario ---------------------------------------------------------------------


def test_an_unknown_set_is_told_with_the_sets_that_exist() -> None:
    told = found(with_settings(example("gmr"), rule_sets=("gmr-2025",)))["unknown_rule_set"]
    for name in RULE_SETS:
        assert name in told


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("draft-decree-2024", "draft-decree-2025"), [("draft-decree-2024", "draft-decree-2025")]),
        (("gmr-2024", "draft-decree-2024"), []),
        (
            ("legal-fallback", "gmr-2024", "stedendriehoek-2026"),
            [("legal-fallback", "gmr-2024", "stedendriehoek-2026")],
        ),
        (("draft-decree-2024", "draft-decree-2024"), []),
    ],
)
def test_versions_and_agreements_exclude_each_other(
    names: tuple[str, ...], expected: list[tuple[str, ...]]
) -> None:
    assert list(contradictions(names)) == expected


def test_two_versions_of_the_decree_together_are_a_finding() -> None:
    made = with_settings(example("stedendriehoek"), rule_sets=("draft-decree-2024", "draft-decree-2025"))
    told = found(made)["rule_sets_contradict"]
    assert "draft-decree-2024" in told
    assert "draft-decree-2025" in told


def test_the_key_that_a_set_divides_by_must_be_there() -> None:
    made = example("gmr")
    (key,) = made.rows(Key)
    assert key.key_id == KEY
    told = found(with_rows(made, keys=(replace(key, key_id="people"),)))
    assert KEY in told["rule_set_key_missing"]
    own = RuleParameter(rule_id="fair-share-urgent", parameter="key", value="people")
    parameters = (*made.rows(RuleParameter), own)
    assert not found(with_rows(made, keys=(replace(key, key_id="people"),), rule_parameters=parameters))


def test_an_own_rule_and_an_own_number_replace_those_of_the_set() -> None:
    made = example("gmr")
    own = replace(RULE_SETS["gmr-2024"][0], strength="monitor", source="eigen")
    number = RuleParameter(rule_id=own.rule_id, parameter="aandeel", value="28 %")
    other = resolve(
        with_rows(made, rules=(*made.rows(Rule), own), rule_parameters=(*made.rows(RuleParameter), number))
    )
    rule = next(row for row in other.rows(Rule) if row.rule_id == own.rule_id)
    assert rule.strength == "monitor"
    assert other.parameters(rule).share == Fraction(28, 100)
    # What is not replaced stays as the set has it.
    assert (other.parameters(rule).form, other.parameters(rule).path_last_year) == ("target", 2026)


@pytest.mark.parametrize(
    ("name", "rule_id", "expected"),
    [
        (
            "stedendriehoek",
            "vacancies-30",
            {
                "form": "target",
                "share": Fraction(3, 10),
                "permit_holders": True,
                "path_last_year": 2035,
                "base": "vacated",
            },
        ),
        (
            "gmr",
            "vacancies-25",
            {
                "form": "target",
                "share": Fraction(1, 4),
                "permit_holders": False,
                "path_last_year": 2026,
                "base": "vacated",
            },
        ),
        (
            "legal-fallback",
            "vacancies-15",
            {
                "form": "floor",
                "share": Fraction(3, 20),
                "permit_holders": False,
                "path_last_year": None,
                # The law: 15 % of what is designated, for those who are urgent by law.
                "base": "designated",
                "roles": ("statutory",),
            },
        ),
        ("gmr", "fair-share-urgent", {"key": KEY, "flows": ("urgent_seekers",)}),
    ],
)
def test_numbers_are_those_of_the_texts(name: str, rule_id: str, expected: Mapping[str, Any]) -> None:
    # Facts (d.0): 15 % floor without permit holders, 25 % not stated, 30 % with them; E11, E12: paths to
    # 2035 and 2026.
    instance = resolve(example(name))
    rule = next(row for row in instance.rows(Rule) if row.rule_id == rule_id)
    parameters = instance.parameters(rule)
    assert {column: getattr(parameters, column) for column in expected} == expected


def test_a_path_of_a_set_starts_from_the_lettings_of_today() -> None:
    # 945 of 4,500 is 21 %.
    instance = resolve(example("gmr"))
    rule = next(row for row in instance.rows(Rule) if row.rule_id == "vacancies-25")
    assert instance.parameters(rule).start_share == Fraction(945, 4_500) == Fraction(21, 100)


# --- either 30 % social or 40 % middle ----------------------------------------------------------


def chosen(**columns: Any) -> Instance:
    made = municipality("GM0262", "nl")
    (place,) = made.rows(Municipality)
    made = with_rows(made, municipalities=(replace(place, **columns),))
    return resolve(with_settings(made, rule_sets=("draft-decree-2025",)))


@pytest.mark.parametrize(
    ("columns", "choice"),
    [
        # 1,000 of 4,500 is 22 %, below the national 25.9 %: social, unless the municipality says otherwise.
        ({}, "social"),
        ({"social_stock": 1_500}, "mid"),
        ({"programme_choice": "mid"}, "mid"),
        ({"social_stock": 1_500, "programme_choice": "social"}, "social"),
        ({"social_stock": None}, None),
        ({"social_stock": None, "programme_choice": "mid"}, "mid"),
    ],
)
def test_the_choice_is_that_of_the_municipality_else_of_its_side_of_the_average(
    columns: Mapping[str, Any], choice: str | None
) -> None:
    instance = chosen(**columns)
    assert instance.municipalities["GM0262"].programme_choice == choice
    assumed = {
        (row.table_name, row.column_name) for row in instance.rows(Assumption) if row.origin == "default"
    }
    filled_in = ("municipalities", "programme_choice") in assumed
    assert filled_in == ("programme_choice" not in columns)


def test_nothing_is_filled_in_where_no_rule_asks_for_a_choice() -> None:
    instance = resolve(municipality("GM0262", "nl"))
    assert instance.municipalities["GM0262"].programme_choice is None
