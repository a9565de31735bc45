"""``evaluate``: for random plans of small instances it agrees with the verifier, line by line."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from thuisplan.inputs.columns import sorted_rows
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.tables import (
    TABLES,
    Budget,
    Key,
    Municipality,
    Need,
    Option,
    Pot,
    Realised,
    Rule,
    StockChange,
)
from thuisplan.inputs.write import write_folder
from thuisplan.model.build import build
from thuisplan.model.evaluate import evaluate, measure_values
from thuisplan.model.exact import broken_rows, exact_values
from thuisplan.model.problem import Problem
from thuisplan.model.requirement import EUROS
from thuisplan.model.rules import REQUIREMENTS
from thuisplan.outputs.verification.judged import judge
from thuisplan.outputs.verification.measures import measures
from thuisplan.outputs.verification.resolved import read_settings, read_tables
from thuisplan.outputs.verification.tables import Tables

FLEX, CLUSTERED = "flex_social", "clustered_new"


# --- variants of a generated region --------------------------------------------------


def _plain(small: Any, codes: list[str]) -> list[Any]:
    return []


def _agreements(small: Any, codes: list[str]) -> list[Any]:
    """Commitments below, at and above a project, exclusions, exemptions and other values."""
    rules = [
        small.rule("least", "minimum_contribution", {"options": f"{FLEX}|{CLUSTERED}", "dwellings": 5}),
        small.rule("zero", "feature_target", {"route": "flex", "dwellings": 3}, purpose="agreement"),
        small.rule(
            "part", "feature_target", {"route": "flex", "share": "1/7", "of_options": f"{FLEX}|room_new"}
        ),
    ]
    return [
        *rules,
        small.exempt("least", codes[0]),
        small.exempt("least", codes[1], 2),
        small.exempt("zero", "Region", 1),
        small.exempt("part", codes[0], Fraction(2, 9)),
        small.exempt("capacity", codes[1]),
        small.committed(codes[0], CLUSTERED, 5),
        small.committed(codes[1], CLUSTERED, 12, 2027),
        small.committed(codes[1], "mid_new", 3),
        small.excluded(codes[0], "market_new"),
        small.excluded(codes[1], "mid_new"),
    ]


def _plans(small: Any, codes: list[str]) -> list[Any]:
    """Plans for every segment, for some, and spread over years with attrition."""
    spread = replace(small.plan(codes[1], 41), to_year=2028, realisation=Fraction(2, 3))
    return [
        small.plan(codes[0], 30, "social_rent"),
        small.plan(codes[0], 20, "market", 2027),
        small.plan(codes[0], 10),
        spread,
        small.capacity(codes[1], 7, "flex"),
    ]


def _temporary(small: Any, codes: list[str]) -> list[Any]:
    """Flex that stands one year, and a first open year with realised figures."""
    return [
        *(Realised(municipality_code=code, option=FLEX, year=2026, dwellings=4) for code in codes),
        Realised(municipality_code=codes[0], option=CLUSTERED, year=2026, dwellings=7),
        small.rule("least", "minimum_contribution", {"options": FLEX, "dwellings": 5, "by_year": 2027}),
    ]


def _followed(small: Any, codes: list[str]) -> list[Any]:
    """Rules that are only followed or soft, in some of the years, and needs that do not decide."""
    extra = dict(purpose="agreement", place="Region", need_category="care")
    return [
        small.rule("capacity", "capacity", strength="monitor", valid_from=2027),
        small.rule("availability", "availability", strength="soft", weight=Fraction(5, 2)),
        small.rule("extra_cost", "extra_cost", strength="soft", valid_from=2027),
        small.rule("need", "need", {"surplus": 2}, valid_to=2027),
        Need(need_id="followed", from_year=2026, central=Fraction(7, 3), strength="monitor", **extra),
        Need(need_id="compared", from_year=2026, low=Fraction(1), high=Fraction(4), decides=False, **extra),
        small.rule("social-all", "social_share", {"side": "all", "periods": "year"}, strength="soft"),
        small.rule("stock", "stock_share", {"by_year": 2027}, strength="soft"),
        small.rule("stock-mid", "stock_share", {"segment": "mid"}, purpose="agreement"),
        StockChange(municipality_code=codes[0], from_year=2027, dwellings_lost=40, social_lost=25),
    ]


def _shares(small: Any, codes: list[str]) -> list[Any]:
    """Fair share of what is delivered with a dead band, a key of its own, and a region in part."""
    part = small.region("wmo", "W", codes[0], size=4)
    filled = {"key": "people", "options": f"{FLEX}|{CLUSTERED}", "dead_band_share": "1/9"}
    return [
        *part,
        Key(key_id="people", basis="inhabitants"),
        small.rule("delivered", "fair_share", {**filled, "basis": "delivered", "checkpoint_every": 1}),
        small.rule("part", "fair_share", {**filled, "needs": "flex|care"}, purpose="wmo"),
        small.rule("affordable-all", "affordable_share", {"periods": "2026 2027-2028"}, purpose="agreement"),
        small.rule("mid-all", "mid_share", {"side": "all"}, purpose="agreement", strength="soft"),
    ]


def _money(small: Any, codes: list[str]) -> list[Any]:
    """Pots with limits per dwelling, earmarks, places and a payer of the rest."""
    return [
        Pot(
            pot_id="capped", payer="x", kind="extra_cost", max_per_dwelling_eur=900, max_share=Fraction(1, 3)
        ),
        Budget(pot_id="capped", from_year=2026, amount_eur=54_321),
        Pot(pot_id="rest", payer="y", kind="extra_cost", carries_rest=True, max_share=Fraction(4, 5)),
        Pot(
            pot_id="earmarked",
            payer="z",
            kind="deficit",
            dwelling_types=("clustered", "room"),
            purpose="municipality",
            place=codes[0],
            carry_over=True,
        ),
        Budget(pot_id="earmarked", from_year=2027, amount_eur=77_777),
        small.rule("deficit", "deficit", strength="monitor"),
    ]


VARIANTS = {
    function.__name__.strip("_"): function
    for function in (_plain, _agreements, _plans, _temporary, _followed, _shares, _money)
}


def _instance(generate: Any, small: Any, variant: str, seed: int) -> Instance:
    """Return a generated region of two or three municipalities in three years with the variant's rows."""
    scenario = generate(2 + seed % 2, seed, 3)
    rows = {name: list(given) for name, given in scenario.tables.items()}
    codes = [row.code for row in scenario.rows(Municipality)]
    added = list(small.flat(VARIANTS[variant](small, codes)))
    for row in added:
        rows[row.table] = [old for old in rows[row.table] if old.key() != row.key()] + [row]
    settings = scenario.settings
    if variant == "temporary":
        rows[Option.table] = [
            replace(row, service_life_years=1 if row.option == FLEX else row.service_life_years)
            for row in scenario.rows(Option)
        ]
        settings = settings.model_copy(update={"first_open_year": 2027})
    tables = MappingProxyType({name: sorted_rows(rows[name]) for name in TABLES})
    return resolve(replace(scenario, settings=settings, tables=tables))


# --- random plans ---------------------------------------------------------------------


def _random_values(instance: Instance, problem: Problem, chance: random.Random) -> list[Fraction | int]:
    """Return random dwellings within what is offered, random payments, and what is defined by them."""
    position = {column.key: place for place, column in enumerate(problem.columns)}
    values: list[Fraction | int] = [0] * len(problem.columns)
    payers: dict[Any, list[Any]] = {}
    for key, place in position.items():
        if key[0] == "x":
            agreed = instance.committed.get(key[1:], 0)
            most = max(agreed, instance.offered.get(key[1:], 0))
            # Below an agreed project the verifier calls the project broken, the model the agreement only.
            least = agreed if instance.options[key[3]].minimum_project > 1 else 0
            values[place] = max(least, chance.choice((0, 0, chance.randint(0, most))))
        elif key[0] == "y":
            payers.setdefault((instance.pots[key[1]].kind, *key[2:]), []).append(key)
    for (kind, *cell), keys in payers.items():
        left = instance.unit_cost(cell[2], kind) * int(values[position["x", *cell]])
        for key in keys:
            part = left if key == keys[-1] else chance.randint(0, left)
            values[position[key]] = part * EUROS
            left -= part
    names = {c.name: place for place, c in enumerate(problem.columns) if c.key[0] in ("total", "carried")}
    for row, (form, _) in problem.exact_rows.items():
        place = names.get(problem.rows[row].name)
        if place is not None:
            values[place] = 0
            rest = form.value(values)
            values[place] = 1
            values[place] = -rest / (form.value(values) - rest)
    return values


def _tables(instance: Instance, problem: Problem, values: list[Fraction | int], folder: Path) -> Tables:
    """Return what the verifier reads: the resolved input from its files, and the plan."""
    write_folder(instance.scenario, folder / "input" / "resolved", None)
    problems: list[Any] = []
    settings, resolved = read_settings(folder, problems), read_tables(folder, problems)
    assert problems == []
    assert settings is not None
    assert resolved is not None
    built, paid = dict(instance.realised), {}
    for column, value in zip(problem.columns, values, strict=True):
        if column.key[0] == "x":
            built[column.key[1:]] = int(value)
        elif column.key[0] == "y":
            paid[column.key[1:]] = int(value / EUROS)
    return Tables(settings, resolved, built, paid)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("variant", VARIANTS)
def test_model_and_verifier_agree_on_every_line(
    generate: Any, small: Any, variant: str, seed: int, tmp_path: Path
) -> None:
    """Sides, margin, slack, verdict and percentages are the same fractions, and so are the measures."""
    instance = _instance(generate, small, variant, seed)
    problem = build(instance)
    values = _random_values(instance, problem, random.Random(seed))
    lines = list(evaluate(instance, problem, values))
    tables = _tables(instance, problem, values, tmp_path)
    problems: list[Any] = []
    judged = judge(tables, problems)
    assert problems == []
    columns = ("lhs", "rhs", "margin", "slack", "verdict", "binding", "value_pct", "norm_pct", "unit")
    model = {
        (r.rule_id, r.place, r.subject, r.period): [
            r.purpose, r.strength, str(r.sense), *(getattr(line, c) for c in columns)
        ]
        for line in lines
        for r in [line.requirement]
    }  # fmt: skip
    verifier = {
        (one.rule.rule_id, one.line.place, one.line.subject, one.line.period): [
            one.line.purpose, one.line.strength, one.line.operator, *(getattr(one.line, c) for c in columns)
        ]
        for one in judged
    }  # fmt: skip
    assert len(model) == len(lines)
    assert model.keys() == verifier.keys()
    assert {key: (ours, verifier[key]) for key, ours in model.items() if ours != verifier[key]} == {}
    theirs = measure_values(problem, lines, values)
    assert measures(tables, judged) == {name: theirs[name] for name in measures(tables, judged)}


def test_variants_reach_every_family_of_the_programme(generate: Any, small: Any) -> None:
    """Together the variants have rules of all families about what is built; others have own tests."""
    families = {
        rule.family for variant in VARIANTS for rule in _instance(generate, small, variant, 1).rows(Rule)
    }
    about_people = {"lettings", "waiting_list", "vacancy_share", "permit_holders", "follow_up", "flex_life"}
    local = {"workplace_mix", "own_first", "neighbourhood", "care_capacity", "steady_series"}
    assert families >= set(REQUIREMENTS) - about_people - local


def test_broken_rows_are_those_of_hard_lines_and_definitions(small: Any) -> None:
    """2 more than the capacity of 3 break that row only; a total that is no sum breaks its definition."""
    made = small.instance(small.option("home"), small.offer(small.A, "home", 9), small.capacity(small.A, 3),
                          small.offer(small.B, "home", 9), small.need("home", 9))  # fmt: skip
    problem = build(made)
    values = small.values_of(problem, {(small.A, 2026, "home"): 5})
    assert [
        problem.rows[row].name for row in broken_rows(problem, values, list(evaluate(made, problem, values)))
    ] == ["capacity[GM0001,all,2026]"]
    values = small.values_of(problem, {(small.A, 2026, "home"): 2})
    assert broken_rows(problem, values, list(evaluate(made, problem, values))) == []
    names = [column.name for column in problem.columns]
    values[names.index("R[agreement:R,home,2026]")] += 1
    broken = {
        problem.rows[row].name for row in broken_rows(problem, values, list(evaluate(made, problem, values)))
    }
    assert broken == {"R[agreement:R,home,2026]", "D[agreement:R,home,2026]"}


def test_exact_values_are_whole_dwellings_and_euros(small: Any) -> None:
    """What the solver gives to six decimals becomes whole dwellings, and money whole euros."""
    made = small.instance(
        small.option("home", extra_cost_eur=12_345),
        small.offer(small.A, "home", 9),
        small.need("home", 2),
        small.pot("p", "extra_cost", {2026: 99_999}),
    )
    problem = build(made)
    rough = {"x": 1.9999997, "y": 24.6899998, "total": 2.0000002}
    exact = exact_values(problem, np.array([rough.get(column.key[0], 0.0) for column in problem.columns]))
    found = {column.key[0]: value for column, value in zip(problem.columns, exact, strict=True)}
    assert (found["x"], found["total"]) == (2, 2)
    assert found["y"] == Fraction(24_690, 1000)
