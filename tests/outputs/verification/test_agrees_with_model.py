"""The verifier and the model state the same rules: for random plans they agree on every line."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from thuisplan.inputs.examples import example
from thuisplan.inputs.families import FAMILIES
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.tables import (
    Budget,
    Commitment,
    Deviation,
    Exclusion,
    Exemption,
    Plan,
    Pot,
    PriceIndex,
    Rule,
    RuleParameter,
    StockChange,
)
from thuisplan.inputs.write import write_folder
from thuisplan.model.build import build
from thuisplan.model.evaluate import evaluate, measure_values
from thuisplan.model.stages import UNITS as MODEL_UNITS
from thuisplan.outputs.verification.judged import judge
from thuisplan.outputs.verification.measures import UNITS, measures
from thuisplan.outputs.verification.problems import Problem
from thuisplan.outputs.verification.resolved import read_settings, read_tables
from thuisplan.outputs.verification.tables import Tables

EUROS = Fraction(1, 1000)


def _random_values(instance: Any, problem: Any, chance: random.Random) -> list[Fraction | int]:
    """Return whole dwellings and payments at random, and what follows from them by definition."""
    position = {column.key: place for place, column in enumerate(problem.columns)}
    values: list[Fraction | int] = [0] * len(problem.columns)
    known = set()
    payers: dict[Any, list[Any]] = {}
    for key, place in position.items():
        if key[0] == "x":
            most = instance.offered.get(key[1:], instance.committed.get(key[1:], 0))
            values[place] = chance.choice((0, 0, chance.randint(0, most + 2)))
        elif key[0] == "y":
            payers.setdefault((instance.pots[key[1]].kind, *key[2:]), []).append(key)
    for (kind, *cell), keys in payers.items():
        left = instance.unit_cost(cell[2], kind) * values[position["x", *cell]]
        for key in keys:
            part = left if key == keys[-1] else chance.randint(0, int(left))
            values[position[key]] = part * EUROS
            left -= part
    for place, column in enumerate(problem.columns):
        if column.key[0] in ("x", "y"):
            known.add(place)
    for row, (form, _) in problem.exact_rows.items():
        made = [
            c for c in form.columns if c not in known and problem.columns[c].key[0] in ("total", "carried")
        ]
        if made:
            [column] = made
            zero = form.value(values)
            values[column] = 1
            values[column] = -zero / (form.value(values) - zero)
            known.add(column)
        assert form.value(values) <= 0, problem.rows[row].name
    return values


def _tables(instance: Any, problem: Any, values: list[Fraction | int], folder: Path) -> Tables:
    """Return the tables of the verifier, read from the written resolved input."""
    write_folder(instance.scenario, folder / "input" / "resolved", None)
    problems: list[Problem] = []
    settings, resolved = read_settings(folder, problems), read_tables(folder, problems)
    assert not problems
    assert settings is not None
    assert resolved is not None
    built = dict(instance.realised)
    paid = {}
    for column, value in zip(problem.columns, values, strict=True):
        if column.key[0] == "x":
            built[column.key[1:]] = int(value)
        elif column.key[0] == "y":
            paid[column.key[1:]] = int(value / EUROS)
    return Tables(settings, resolved, built, paid)


def _variant(number: int) -> Any:
    """Return the example with rules of every family added, resolved."""
    scenario = example("stedendriehoek", "en")
    tables: dict[str, tuple[Any, ...]] = dict(scenario.tables)
    instance = resolve(scenario)
    codes, options = tuple(instance.municipalities), tuple(instance.options)
    cells = sorted(instance.offered)
    chance = random.Random(number)
    extra = [
        ("x-mid", "mid_share", "municipality", None, "soft", {"side": "all", "periods": "year"}),
        ("x-affordable", "affordable_share", "municipality", None, "soft", {"periods": "horizon"}),
        ("x-feature", "feature_target", "agreement", None, "soft", {"route": "flex", "dwellings": "7"}),
        (
            "x-feature-share",
            "feature_target",
            "municipality",
            None,
            "soft",
            {"feature": "zero_step", "share": "1/3"},
        ),
        (
            "x-least",
            "minimum_contribution",
            "agreement",
            None,
            "soft",
            {"options": options[0], "dwellings": "4"},
        ),
        ("x-stock", "stock_share", "municipality", None, "soft", {"by_year": "2028"}),
        ("x-stock-mid", "stock_share", "agreement", None, "monitor", {"segment": "mid"}),
        ("x-steady", "steady_series", "agreement", None, "soft", {}),
        (
            "x-steady-some",
            "steady_series",
            "municipality",
            None,
            "soft",
            {"options": "|".join(chance.sample(options, 3)), "share": "1/3", "dwellings": "2"},
        ),
    ]
    for rule_id, family, purpose, place, strength, parameters in extra:
        tables["rules"] += (
            Rule(
                rule_id=rule_id, family=family, purpose=purpose, place=place, strength=strength,
                weight=Fraction(3, 2), valid_from=chance.choice((None, 2027)),
                valid_to=chance.choice((None, 2034)),
            ),
        )  # fmt: skip
        tables["rule_parameters"] += tuple(
            RuleParameter(rule_id=rule_id, parameter=name, value=value) for name, value in parameters.items()
        )
    tables["exemptions"] += (
        Exemption(rule_id="x-least", place=codes[0], value=None, agreed_by="all"),
        Exemption(rule_id="x-least", place=codes[1], value=Fraction(9), agreed_by="all"),
        Exemption(rule_id="x-mid", place=codes[2], value=Fraction(1, 7), agreed_by="all"),
    )
    place, year, option = chance.choice(cells)
    tables["exclusions"] += (Exclusion(municipality_code=place, option=option, from_year=year),)
    place, year, option = chance.choice(cells)
    if not any(row.key() == (place, option, year) for row in tables["commitments"]):
        tables["commitments"] += (Commitment(municipality_code=place, option=option, year=year, dwellings=2),)
    for kind in ("extra_cost", "deficit"):
        tables["pots"] += (
            Pot(
                pot_id=f"x-{kind}", payer="x", kind=kind, purpose="municipality", place=codes[0],
                max_per_dwelling_eur=900, max_share=Fraction(1, 3), carry_over=kind == "deficit",
            ),
            Pot(pot_id=f"y-{kind}", payer="y", kind=kind, carry_over=True),
            Pot(
                pot_id=f"z-{kind}", payer="z", kind=kind, carry_over=True, price_year=2019,
                start_from=chance.choice((None, 2026)), start_to=chance.choice((None, 2031)),
                finish_from=chance.choice((None, 2027)), finish_to=chance.choice((None, 2033)),
                minimum_use_years=chance.choice((None, 16)), max_per_dwelling_eur=chance.choice((None, 777)),
            ),
        )  # fmt: skip
        tables["budgets"] += tuple(
            Budget(pot_id=f"{pot}-{kind}", from_year=2026, amount_eur=123456) for pot in "yz"
        )
    tables["options"] = tuple(replace(row, building_years=chance.randint(0, 3)) for row in tables["options"])
    tables["price_indices"] = tuple(
        PriceIndex(year=year, index=Fraction(chance.randint(700, 1300), 7)) for year in range(2018, 2027)
    )
    tables["stock_changes"] += tuple(
        StockChange(
            municipality_code=codes[0], cause=cause, from_year=2027, dwellings_lost=gone,
            social_lost=chance.randint(0, 3),
        )
        for cause, gone in (("demolition", 3), ("sale", 0), ("liberalisation", 0))
    )  # fmt: skip
    tables["rules"] += (
        # The accounts of the pots run from the first open year all the same.
        Rule(rule_id="x-extra-cost", family="extra_cost", strength="soft", valid_from=2029),
    )
    # Of 2026 and 2027 all is fixed: plans of these years offer nothing more.
    changes = {"first_open_year": 2026 + 2 * (number % 2), "price_year": chance.choice((None, 2024, 2026))}
    settings = scenario.settings.model_copy(update=changes)
    opened = settings.first_open_year or 0
    tables["commitments"] = tuple(row for row in tables["commitments"] if row.year >= opened)
    tables["plans"] += (
        Plan(
            project="x", municipality_code=codes[0], status="hard", route="new_build", from_year=2026,
            to_year=2033, dwellings=57,
        ),
    )  # fmt: skip
    return resolve(replace(scenario, settings=settings, tables=MappingProxyType(tables)))


def _agreed(instance: Instance, chance: random.Random) -> Instance:
    """Return the input with deviations agreed for a part of all lines, some of them in several years."""
    rows = {}
    for line in build(instance).requirements:
        if FAMILIES[line.family].always or chance.random() > 0.2:
            continue
        period = f"{line.period}-2034" if line.period.isdigit() and chance.random() < 0.5 else line.period
        row = Deviation(
            rule_id=line.rule_id, place=line.place, subject=line.subject, period=period,
            amount=Fraction(chance.randint(1, 40), chance.choice((1, 1, 3))),
        )  # fmt: skip
        rows[row.key()] = row
    tables = {**instance.scenario.tables, Deviation.table: tuple(rows.values())}
    return Instance(replace(instance.scenario, tables=MappingProxyType(tables)))


@pytest.mark.parametrize("number", range(4))
def test_model_and_verifier_agree_on_every_line_and_measure(number: int, tmp_path: Path) -> None:
    """Both sides, margin, slack, verdict and percentages are the same fractions."""
    chance = random.Random(number)
    instance = _agreed(_variant(number), chance)
    problem = build(instance)
    values = _random_values(instance, problem, chance)
    lines = list(evaluate(instance, problem, values))
    tables = _tables(instance, problem, values, tmp_path)
    problems: list[Problem] = []
    judged = judge(tables, problems)
    assert problems == []
    columns = ("lhs", "rhs", "margin", "slack", "verdict", "binding", "value_pct", "norm_pct", "unit")
    columns += ("allowed",)
    described = ("purpose", "strength")
    model = {
        (r.rule_id, r.place, r.subject, r.period): [
            *(getattr(r, c) for c in described), str(r.sense), *(getattr(line, c) for c in columns)
        ]
        for line in lines
        for r in [line.requirement]
    }  # fmt: skip
    verifier = {
        (j.rule.rule_id, j.line.place, j.line.subject, j.line.period): [
            *(getattr(j.line, c) for c in described), j.line.operator, *(getattr(j.line, c) for c in columns)
        ]
        for j in judged
    }  # fmt: skip
    assert len({line.requirement.family for line in lines if line.allowed}) > 15
    assert len(model) == len(lines)
    assert len(verifier) == len(judged)
    assert set(model) == set(verifier)
    assert {k: (v, verifier[k]) for k, v in model.items() if v != verifier[k]} == {}
    ours, theirs = measures(tables, judged), measure_values(problem, lines, values)
    # The model knows measures for its own use as well, which no stage can name.
    # What changed from an earlier plan is checked apart: it takes that plan (tests/cli/test_reference.py).
    assert ours == {name: theirs[name] for name in MODEL_UNITS if name != "change"}
    assert set(ours) == set(UNITS) - {"change"}
    assert UNITS == MODEL_UNITS
