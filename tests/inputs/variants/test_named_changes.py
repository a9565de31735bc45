"""Named changes on the example region: each gives the figures that hand work gives, and no others."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from thuisplan.inputs.examples import example
from thuisplan.inputs.examples.stedendriehoek_places import PLACES
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.overrides import appended
from thuisplan.inputs.read import read
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import TABLES, Budget, Flow, Key, Option, Override, Plan, Rule, RuleParameter
from thuisplan.inputs.variants.variant import VariantSet
from thuisplan.inputs.write import write_folder
from thuisplan.outputs.verification import Problem
from thuisplan.outputs.verification.original import check_original
from thuisplan.outputs.verification.resolved import read_settings, read_tables
from thuisplan.outputs.verification.tables import Tables

Changed = Callable[..., Instance]
ZUTPHEN, APELDOORN = "GM0301", "GM0200"


def _touched(before: Instance, after: Instance) -> list[str]:
    return [name for name in TABLES if before.scenario.tables[name] != after.scenario.tables[name]]


def _parameter(instance: Instance, rule: str, name: str) -> str:
    return {(r.rule_id, r.parameter): r.value for r in instance.rows(RuleParameter)}[rule, name]


@pytest.mark.parametrize(
    ("word", "strength"),
    [("off", "monitor"), ("uit", "monitor"), ("hard", "hard"), ("streefregel", "soft"), ("Zacht", "soft")],
)
def test_a_rule_gets_another_strength(base: Instance, changed: Changed, word: str, strength: str) -> None:
    """A rule that is off is followed: the plan is free of it. Only the table of rules changes."""
    after = changed(f'rule = "social-region-30"\nstrength = "{word}"')
    assert after.rules_by_id["social-region-30"].strength == strength
    assert _touched(base, after) == ([] if strength == "soft" else ["rules"])


def test_a_rule_gets_another_share_and_weight(base: Instance, changed: Changed) -> None:
    """35 % is 7/20; the column weight and the Dutch names of both work too."""
    after = changed('rule = "social-region-30"\nshare = "35%"\ngewicht = 2')
    assert _parameter(after, "social-region-30", "share") == "7/20"
    assert after.rules_by_id["social-region-30"].weight == 2
    assert _touched(base, after) == ["rules", "rule_parameters"]
    assert (
        _parameter(changed('rule = "social-region-30"\naandeel = 0.35'), "social-region-30", "share")
        == "7/20"
    )


def test_a_rule_divides_by_another_figure_on_the_same_path(changed: Changed) -> None:
    """By dwellings: in 2035, where the path ends, each has its part of the stock; in 2030 it is halfway.

    The path runs from the vacancies in 2025 to the key in 2035: in 2030 the share is the mean of the two.
    """
    after = changed('rule = "fair-share-urgent"\nkey = "dwelling_stock"')
    stock = sum(place.dwellings for place in PLACES.values())
    vacated = {row.code: row.vacancies_per_year or 0 for row in after.municipalities.values()}
    for code, place in PLACES.items():
        end = Fraction(place.dwellings, stock)
        start = Fraction(vacated[code], sum(vacated.values()))
        assert after.shares["dwelling_stock"][code, 2035] == end
        assert after.shares["dwelling_stock"][code, 2030] == (start + end) / 2
    assert _parameter(after, "fair-share-urgent", "key") == "dwelling_stock"
    assert {key.key_id: key.path_last_year for key in after.rows(Key)} == {
        "inhabitants": 2035,
        "dwelling_stock": 2035,
    }


def test_a_growth_path_ends_earlier(changed: Changed) -> None:
    """From 2025 to 2029 instead of 2035: in 2027 halfway, from 2029 on by inhabitants."""
    after = changed('key = "inhabitants"\npath_last_year = 2029')
    people = sum(place.inhabitants for place in PLACES.values())
    vacated = {row.code: row.vacancies_per_year or 0 for row in after.municipalities.values()}
    for code, place in PLACES.items():
        end = Fraction(place.inhabitants, people)
        start = Fraction(vacated[code], sum(vacated.values()))
        assert after.shares["inhabitants"][code, 2027] == (start + end) / 2
        assert after.shares["inhabitants"][code, 2029] == after.shares["inhabitants"][code, 2035] == end


def test_a_pot_gets_a_part_in_some_years(base: Instance, changed: Changed) -> None:
    """70 % of 900,000 euros is 630,000, in 2028 and 2029 only."""
    after = changed('pot = "state"\nfactor = 0.7\nyears = "2028-2029"')
    amounts = [after.budgets["state", year] for year in range(2026, 2031)]
    assert amounts == [900_000, 900_000, 630_000, 630_000, 900_000]
    assert _touched(base, after) == ["budgets"]


def test_a_pot_gets_an_amount(changed: Changed) -> None:
    """An amount holds in every year of the pot."""
    after = changed('pot = "state"\namount_eur = 500000')
    assert {row.amount_eur for row in after.rows(Budget) if row.pot_id == "state"} == {500_000}


@pytest.mark.parametrize(
    ("level", "yearly", "total"), [("low", 98, 490), ("central", 102, 510), ("high", 106, 530)]
)
def test_needs_at_a_level(base: Instance, changed: Changed, level: str, yearly: int, total: int) -> None:
    """Clustered dwellings: 98 to 106 a year in the source, for five years; the regular need has no range."""
    after = changed(f'needs = "{level}"')
    assert after.needs["clustered"].required[2026] == yearly
    assert after.needs["clustered"].required[2030] == total
    assert after.needs["regular"].required == base.needs["regular"].required
    assert _touched(base, after) == ([] if level == "central" else ["needs"])


def test_one_need_at_a_level_and_times_a_factor(base: Instance, changed: Changed) -> None:
    """106 x 1.1 = 116.6 a year, 583 in five; the other needs stay."""
    after = changed('needs = "high"\nneed = "clustered"\nfactor = 1.1')
    assert after.needs["clustered"].required[2030] == 583
    assert after.needs["care_adaptation"].required == base.needs["care_adaptation"].required


def test_all_needs_times_a_factor(changed: Changed) -> None:
    """Care-suitable: 70 a year, times 1.1 is 77; 385 in five years."""
    assert changed('needs = "*"\nfactor = "110%"').needs["care_suitable"].required[2030] == 385


def test_households_times_a_factor(base: Instance, changed: Changed) -> None:
    """A tenth more households: the running total is that of the base times 1.1, rounded half up."""
    after = changed('flows = "urgent_seekers"\nfactor = 1.1')
    before, now = (sum(row.households for row in one.rows(Flow)) for one in (base, after))
    assert now == int(before * Fraction(11, 10) + Fraction(1, 2))


def test_costs_times_a_factor(base: Instance, changed: Changed) -> None:
    """A tenth more for every option of which the cost is known, rounded half up; unknown stays unknown."""
    after = changed('cost = "extra_cost"\nfactor = 1.1')
    for row in base.rows(Option):
        expected = row.extra_cost_eur and int(
            Fraction(row.extra_cost_eur) * Fraction(11, 10) + Fraction(1, 2)
        )
        assert after.options[row.option].extra_cost_eur == expected
        assert after.options[row.option].deficit_eur == row.deficit_eur


def test_the_cost_of_one_option_is_an_amount(changed: Changed) -> None:
    """An amount also where the cost was unknown or zero."""
    after = changed('cost = "onrendabele top"\noption = "clustered_new"\namount_eur = 12345')
    assert after.options["clustered_new"].deficit_eur == 12_345


def test_less_capacity_in_one_municipality(base: Instance, changed: Changed) -> None:
    """Apeldoorn: 680 x 0.9 = 612 a year, and of 17 flex dwellings 15.3, so 15; elsewhere nothing changes."""
    after = changed('capacity = 0.9\nmunicipality = "apeldoorn"')
    assert after.capacity[APELDOORN, None, 2026] == 612
    plans = {row.key(): row for row in after.rows(Plan)}
    for row in base.rows(Plan):
        factor = Fraction(9, 10) if row.municipality_code == APELDOORN else 1
        assert plans[row.key()].dwellings == int(row.dwellings * factor + Fraction(1, 2))
    assert _touched(base, after) == ["capacity", "plans"]


def test_nothing_is_agreed(base: Instance, changed: Changed) -> None:
    """All commitments go; those of Zutphen alone leave the others."""
    assert not changed('commitments = "none"').committed
    left = changed('commitments = "geen"\nmunicipality = "GM0301"').committed
    assert left == {key: number for key, number in base.committed.items() if key[0] != ZUTPHEN}


def test_one_set_of_rules_for_another(changed: Changed) -> None:
    """The law for the agreement: 15 % per municipality, and what was said of the old rule goes."""
    after = changed('rule_set = "legal-fallback"\ninstead_of = "stedendriehoek-2026"')
    assert after.rules_by_id["vacancies-15"].strength == "soft"
    assert _parameter(after, "vacancies-15", "share") == "3/20"
    assert not {"vacancies-30", "fair-share-urgent"} & {rule.rule_id for rule in after.rows(Rule)}


def test_a_change_as_in_a_table(changed: Changed) -> None:
    """The five columns of the overrides, in Dutch or English; 900,000 less 100,000."""
    where = 'table = "budgetbedragen"\nkey = "state 2028"\ncolumn = "bedrag_eur"'
    after = changed(f'{where}\noperation = "plus"\nvalue = -100000')
    assert after.budgets["state", 2028] == 800_000


def test_changes_in_a_file(changed: Changed) -> None:
    """Dutch headings and wildcards; from top to bottom: 900,000 x 1/2 + 1 euro."""
    what = "budgetbedragen;state *;bedrag_eur"
    text = f"tabel;rij;kolom;bewerking;waarde\n{what};maal;1/2\n{what};plus;1\n"
    assert changed('file = "more.csv"', more=text).budgets["state", 2031] == 450_001


def test_a_list_of_changes_is_one_change(asked: Callable[..., VariantSet]) -> None:
    """Both parts, in their order."""
    found = asked(
        '[[changes.both]]\npot = "state"\nfactor = 0.5\n[[changes.both]]\nrule = "mid-40"\nstrength = "off"\n'
        '[[variant]]\nname = "v"\nchanges = ["both"]\n'
    )
    assert [change.table for change in found.named("v").changes] == ["budgets", "rules"]


def test_a_part_of_a_list_may_rest_on_the_part_before(changed: Changed) -> None:
    """A key of shares, and then its shares: neither is an input without the other."""
    rows = [
        ("keys", "ours", "basis", "set", "shares"),
        ("key_shares", "ours GM0200 2026-2035", "share", "set", "1"),
    ]
    names = ("table", "key", "column", "operation", "value")
    parts = ["\n".join(f"{name} = '{cell}'" for name, cell in zip(names, row, strict=True)) for row in rows]
    after = changed("\n[[changes.x]]\n".join(parts))
    assert set(after.shares["ours"].values()) == {1}


EACH = (
    'rule = "fair-share-urgent"\nstrength = "off"',
    'rule = "social-region-30"\nshare = "35%"',
    'rule = "fair-share-urgent"\nkey = "dwelling_stock"',
    'key = "inhabitants"\npath_last_year = 2032',
    'rule_set = "legal-fallback"\ninstead_of = "stedendriehoek-2026"',
    'pot = "*"\nfactor = 0.7',
    'needs = "high"',
    'flows = "*"\nfactor = 1.1',
    'cost = "deficit"\nfactor = 1.1',
    "capacity = 0.9",
    'commitments = "none"',
)


@pytest.mark.parametrize("change", EACH)
def test_the_input_of_a_run_is_the_variant(
    asked: Callable[..., VariantSet], base: Instance, tmp_path: Path, change: str
) -> None:
    """Each named change twice over the base, written as its overrides and read again, gives the variant;
    and the second statement of what overrides do says the same."""
    text = f'[changes.x]\n{change}\n[[variant]]\nname = "v"\nchanges = ["x", "x"]\n'
    twice = "rule_set" not in change and "commitments" not in change
    changes = asked(text).named("v").changes
    changes = changes if twice else changes[: len(changes) // 2]
    given = example("stedendriehoek", "en")
    tables: dict[str, Any] = {**given.tables, Override.table: appended((), changes)}
    original = tmp_path / "input" / "original"
    write_folder(Scenario(given.settings, tables), original, None)
    instance = read(original).instance
    write_folder(instance.scenario, tmp_path / "input" / "resolved", None)
    problems: list[Problem] = []
    settings, resolved = read_settings(tmp_path, problems), read_tables(tmp_path, problems)
    assert settings is not None
    assert resolved is not None
    assert check_original(tmp_path, Tables(settings, resolved, {}, {}), problems)
    assert problems == []
