"""The verifier and the model state the rules on people and places the same, for random small inputs.

Every input has flows, turnover, suitability, a task for permit holders with swaps, moving temporary
dwellings, neighbourhoods and care; the numbers differ, and so do the rules. Of random plans, also of
impossible ones, every line and every measure must be the same fraction on both sides.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from thuisplan.inputs.columns import sorted_rows
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.settings import Settings
from thuisplan.inputs.tables import (
    TABLES,
    Availability,
    Budget,
    CareCapacity,
    CareDemand,
    Commitment,
    Exemption,
    FlexStock,
    Flow,
    FlowThrough,
    Group,
    Key,
    KeyShare,
    Membership,
    Municipality,
    Need,
    Neighbourhood,
    Option,
    PermitSwap,
    PermitTask,
    Pot,
    Realised,
    Rule,
    RuleParameter,
    StockChange,
    Suitability,
    Turnover,
)
from thuisplan.inputs.write import write_folder
from thuisplan.model.build import build
from thuisplan.model.evaluate import evaluate, measure_values
from thuisplan.model.stages import UNITS as MODEL_UNITS
from thuisplan.outputs.verification.amounts import Amounts
from thuisplan.outputs.verification.judged import judge
from thuisplan.outputs.verification.measures import measures
from thuisplan.outputs.verification.problems import Problem
from thuisplan.outputs.verification.resolved import read_settings, read_tables
from thuisplan.outputs.verification.tables import Tables

EUROS = Fraction(1, 1000)
A, B, C, D = "GM0001", "GM0002", "GM0003", "GM0004"
PLACES = (A, B, C, D)
FIRST, LAST = 2026, 2031
LINE = ("lhs", "rhs", "margin", "slack", "verdict", "binding", "value_pct", "norm_pct", "unit")


def _places(chance: random.Random) -> Iterator[Any]:
    """Yield four municipalities, one of unknown stock, in a region that is whole and in part of another."""
    for code in PLACES:
        stock = None if code == C else chance.randint(20, 400)
        yield Municipality(
            code=code, name=code, boundary_year=2025, dwelling_stock=None if stock is None else 4 * stock,
            social_stock=stock, vacancies_per_year=chance.choice((None, 7, 30)),
            pitches=chance.choice((None, 3, 9)),
        )  # fmt: skip
        yield Membership(
            municipality_code=code, purpose="agreement", place="S" if code == D else "R",
            region_municipalities=2 if code == D else 3,
        )  # fmt: skip
        yield Membership(municipality_code=code, purpose="wmo", place="W", region_municipalities=4)
    yield StockChange(municipality_code=A, from_year=2027, dwellings_lost=4, social_lost=3, mid_lost=0)


def _supply(chance: random.Random, open_year: int) -> Iterator[Any]:
    """Yield options for good and for some years, also realised or agreed where they are not offered."""
    classes = (None, "first_cap", "liberalisation")
    for code, dwelling_type, route, segment, life, least in (
        ("rent", "social_regular", "new_build", "social_rent", None, 1),
        ("split", "social_regular", "splitting_sharing", "social_rent", None, 1),
        ("care", "care_suitable", "new_build", "social_rent", None, 3),
        ("flex", "short_midstay", "flex", "outside", 2, 1),
        ("unit", "room", "flex", "social_rent", 3, 1),
        ("pitch", "caravan", "new_build", "outside", None, 1),
    ):
        yield Option(
            option=code, dwelling_type=dwelling_type, route=route, segment=segment, need_category=code,
            service_life_years=life, minimum_project=least, extra_cost_eur=chance.choice((None, 0, 9000)),
            deficit_eur=chance.choice((0, 4001)), rent_class=chance.choice(classes),
        )  # fmt: skip
        for place in PLACES:
            most, year = chance.choice((0, 3, 8)), chance.choice((FIRST, 2028))
            if chance.random() < 0.8:
                yield Availability(municipality_code=place, option=code, from_year=year, max_per_year=most)
        if chance.random() < 0.5:
            year = chance.randint(open_year, LAST)
            yield Commitment(municipality_code=chance.choice(PLACES), option=code, year=year, dwellings=2)
        if open_year > FIRST:
            yield Realised(municipality_code=chance.choice(PLACES), option=code, year=FIRST, dwellings=4)
    for code, decides in (("care", True), ("flex", True), ("unit", False)):
        yield Need(
            need_id=code, purpose="agreement", place="R", need_category=code, from_year=FIRST,
            central=Fraction(chance.randint(1, 6)), decides=decides, weight=Fraction(chance.randint(1, 3), 2),
        )  # fmt: skip
    for place in (A, B):
        yield Need(
            need_id=f"pitch-{place}", purpose="municipality", place=place, need_category="pitch",
            need_class="regular", from_year=2027, central=Fraction(2), decides=False,
        )  # fmt: skip


def _people(chance: random.Random) -> Iterator[Any]:
    """Yield groups, flows from within and outside, what fits them, what is vacated, and the task."""
    for code, roles in (
        ("homeless", ("statutory",)),
        ("detention", ("regional", "programme")),
        ("labour_migrants", ("local",)),
        ("permit_holders", ("task",)),
    ):
        yield Group(
            group=code, roles=roles, persons_per_household=Fraction(chance.randint(2, 6), 2),
            large_family_share=chance.choice((Fraction(0), Fraction(1, 3))),
            rent_classes=chance.choice(((), ("first_cap", "second_cap"))),
        )  # fmt: skip
        for dwelling_type, route in (
            ("social_regular", None),
            ("social_regular", "splitting_sharing"),
            ("short_midstay", "flex"),
            ("room", None),
        ):
            for place in chance.choice((("*",), ("*", A), (B, C))):
                if chance.random() < 0.85:
                    vacated = dwelling_type == "social_regular" and route is None
                    yield Suitability(
                        group=code, dwelling_type=dwelling_type, route=route, municipality_code=place,
                        stay_years=None if vacated else chance.choice((None, 1, 2)),
                        fit=chance.choice((Fraction(1), Fraction(3, 4), Fraction(1), Fraction(0))),
                        returns=chance.random() < 0.7,
                    )  # fmt: skip
    for flow, group, origin in (
        ("one", "homeless", {"purpose": "agreement", "place": "R"}),
        ("two", "detention",
         {"purpose": "municipality", "place": A, "housed_purpose": "wmo", "housed_place": "W"}),
        ("own", "labour_migrants", {"purpose": "municipality", "place": B}),
        ("near", "labour_migrants",
         {"purpose": "municipality", "place": A, "housed_purpose": "agreement", "housed_place": "R"}),
        ("far", "labour_migrants",
         {"purpose": "outside", "place": "elsewhere", "housed_purpose": "wmo", "housed_place": "W"}),
    ):  # fmt: skip
        same: dict[str, Any] = {
            "flow_id": flow, "group": group, "weight": Fraction(chance.randint(1, 4), 2),
            "strength": chance.choice(("soft", "soft", "monitor")), "includes_permit_holders": flow == "one",
            **origin,
        }  # fmt: skip
        yield Flow(
            from_year=FIRST, to_year=2028, households=Fraction(chance.randint(1, 9), 2),
            waiting_at_start=chance.randint(0, 3), **same,
        )  # fmt: skip
        if chance.random() < 0.7:
            yield Flow(from_year=2029, households=Fraction(2), **same)
    for place in PLACES:
        if chance.random() < 0.9:
            known = place != C and chance.random() < 0.8
            yield Turnover(
                municipality_code=place, from_year=FIRST, to_year=chance.choice((None, 2030)),
                rate=Fraction(chance.randint(0, 12), 100) if known else None,
                designated_share=chance.choice((Fraction(1), Fraction(4, 5))),
                large_share=chance.choice((None, Fraction(1, 4))),
            )  # fmt: skip
    yield FlowThrough(option="care", municipality_code="*", take_up=Fraction(1, 2), lag_years=1)
    yield FlowThrough(option="rent", municipality_code=A, take_up=Fraction(1, 3), lag_years=0)
    for place in (A, B, D):
        for year in range(2025, LAST + 1):
            yield PermitTask(
                municipality_code=place, year=year, half=chance.choice((1, 2)), persons=chance.randint(0, 9),
                backlog_persons=chance.choice((0, 0, 2)),
            )  # fmt: skip
    yield PermitSwap(from_municipality=A, to_municipality=B, year=2028, persons=2, agreed_by="both")


def _nearby(chance: random.Random) -> Iterator[Any]:
    """Yield neighbourhoods, care, what temporary dwellings are there, and pots."""
    for place in (A, B):
        for name in ("north", "south", "east"):
            yield Neighbourhood(
                municipality_code=place, neighbourhood=name, max_special=chance.choice((None, 2, 5)),
                preferred=place == A and name != "east", minimum_scale=chance.choice((None, 3)),
                options=chance.choice(((), ("care",), ("flex", "unit"))),
            )  # fmt: skip
    yield CareDemand(subject="care", hours=Fraction(5, 2))
    yield CareDemand(subject="homeless", hours=Fraction(3))
    yield CareDemand(subject="permit_holders", hours=Fraction(1, 3))
    for purpose, place in (("agreement", "R"), ("wmo", "W"), ("agreement", "S")):
        yield CareCapacity(purpose=purpose, place=place, from_year=FIRST, to_year=2029, hours=Fraction(31, 2))
        yield CareCapacity(purpose=purpose, place=place, from_year=2030, hours=Fraction(40))
    yield FlexStock(municipality_code=A, option="flex", last_year=chance.randint(2024, 2028), dwellings=5)
    yield FlexStock(municipality_code=D, option="flex", last_year=2026, dwellings=2)
    for kind in ("extra_cost", "deficit"):
        yield Pot(
            pot_id=f"p-{kind}", payer="p", kind=kind, max_per_dwelling_eur=chance.choice((None, 3000)),
            max_share=Fraction(1, 3), carry_over=chance.random() < 0.5,
            groups=chance.choice(((), ("homeless", "permit_holders"))),
        )  # fmt: skip
        yield Pot(pot_id=f"r-{kind}", payer="r", kind=kind, carries_rest=True)
        yield Budget(pot_id=f"p-{kind}", from_year=FIRST, amount_eur=20000)


def _rules(chance: random.Random) -> Iterator[Any]:
    """Yield the automatic rules with chosen parameters, and all others, some soft or only for some years."""
    places = ({"place": "R"}, {"place": None}, {"purpose": "wmo", "place": "W"}, {"purpose": "municipality"})
    rules: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
        ("permit", "permit_holders", {},
         {"swap": chance.choice(("yes", "no")), "swap_share": chance.choice(("1", "1/2"))}),
        ("lettings", "lettings", {"strength": chance.choice((None, "soft"))}, {}),
        ("follow", "follow_up", {"strength": chance.choice((None, "soft"))}, {}),
        ("care", "care_capacity", {"strength": chance.choice((None, "soft"))}, {}),
        ("near", "neighbourhood", {"strength": chance.choice((None, "soft"))}, {"preferred_share": "2/3"}),
        ("flex", "flex_life", {"strength": chance.choice((None, "soft"))},
         {"life_years": chance.choice((3, 5, 7)), "delay_years": chance.choice((0, 1)), "move_cost_eur": 700,
          "kind": chance.choice(("extra_cost", "deficit"))}),
        ("mix", "workplace_mix", {"strength": "soft"},
         {"groups": "labour_migrants", "own_share": "4/5", "region_share": "1/10", "outside_share": "1/10"}),
        ("own", "own_first", {"strength": "soft"},
         {"options": "pitch", "needs": f"pitch-{A}|pitch-{B}",
          "stock": chance.choice(("pitches", "social_stock"))}),
    ]  # fmt: skip
    for base in ("vacated", "first_lettings", "all_lettings"):
        parameters: dict[str, Any] = {"form": chance.choice(("floor", "cap", "target")), "base": base}
        if chance.random() < 0.3:
            parameters["dwellings"] = 3
        else:
            parameters["share"] = "3/10"
            if chance.random() < 0.5:
                parameters |= {"start_share": "1/10", "path_first_year": 2026, "path_last_year": 2030}
        if chance.random() < 0.5:
            parameters["groups"] = "homeless|labour_migrants"
        parameters["permit_holders"] = chance.choice(("yes", "no"))
        rules.append((f"share-{base}", "vacancy_share", dict(chance.choice(places)), parameters))
    for basis in ("task", "delivered"):
        parameters = {"key": "k", "basis": basis, "checkpoint_every": 2, "dead_band_share": "1/10"}
        named = chance.choice((None, "one|two", "one|permit_holders", "near"))
        parameters |= {} if named is None else {"flows": named}
        rules.append((f"fair-{basis}", "fair_share", {"track": 2, "place": "R"}, parameters))
    for rule_id, family, values, parameters in rules:
        yield Rule(
            rule_id=rule_id, family=family, weight=Fraction(chance.randint(1, 3), 2),
            valid_from=chance.choice((None, None, 2028)), valid_to=chance.choice((None, 2030)), **values,
        )  # fmt: skip
        for name, value in parameters.items():
            yield RuleParameter(rule_id=rule_id, parameter=name, value=str(value))
    yield Key(key_id="k", basis="shares")
    for place, share in ((A, Fraction(1, 2)), (B, Fraction(1, 3)), (C, Fraction(1, 6))):
        yield KeyShare(key_id="k", municipality_code=place, share=share)
    yield Exemption(rule_id="share-vacated", place="R", value=Fraction(1, 5), agreed_by="all")
    yield Exemption(rule_id="permit", place=B, value=None, agreed_by="all")


def _instance(number: int) -> Any:
    chance = random.Random(number)
    settings = Settings(
        format=1, name="random", first_year=FIRST, last_year=LAST,
        first_open_year=chance.choice((FIRST, 2027)),
        permit_holder_priority=chance.random() < 0.7, permit_holders_inside=chance.random() < 0.4,
    )  # fmt: skip
    rows = [
        *_places(chance), *_supply(chance, settings.open_year), *_people(chance), *_nearby(chance),
        *_rules(chance),
    ]  # fmt: skip
    tables = {name: sorted_rows(row for row in rows if row.table == name) for name in TABLES}
    return resolve(Scenario(settings, MappingProxyType(tables)))


def _values(instance: Any, problem: Any, chance: random.Random) -> list[Fraction | int]:
    """Return whole amounts at random, and what follows from them by definition."""
    most = {"x": 5, "moved": 3, "a": 4, "p": 3, "given": 4, "taken": 4, "n": 4, "y": 30000}
    values: list[Fraction | int] = [0] * len(problem.columns)
    known = set()
    for place, column in enumerate(problem.columns):
        group = column.key[0]
        if group in most:
            amount = chance.choice((0, chance.randint(0, most[group])))
            values[place] = amount * EUROS if group == "y" else amount
            known.add(place)
    for form, _ in problem.exact_rows.values():
        made = [
            c for c in form.columns if c not in known and problem.columns[c].key[0] in ("total", "carried")
        ]
        if made:
            [column] = made
            zero = form.value(values)
            values[column] = 1
            values[column] = -zero / (form.value(values) - zero)
            known.add(column)
    return values


def _tables(instance: Any, problem: Any, values: list[Fraction | int], folder: Path) -> Tables:
    """Return the tables of the verifier, read from the written resolved input."""
    write_folder(instance.scenario, folder / "input" / "resolved", None)
    problems: list[Problem] = []
    settings, resolved = read_settings(folder, problems), read_tables(folder, problems)
    assert not problems
    assert settings is not None
    assert resolved is not None
    of: dict[str, dict[Any, int]] = {
        group: {} for group in ("x", "moved", "a", "p", "given", "taken", "n", "y")
    }
    for column, value in zip(problem.columns, values, strict=True):
        if value and column.key[0] in of:
            group, *key = column.key
            of[group][tuple(key)] = int(value / EUROS) if group == "y" else int(value)
    amounts = Amounts(
        vacated={(flow, place, year): n for (place, year, flow), n in of["a"].items()},
        placed={(flow, place, year, option): n for (place, year, flow, option), n in of["p"].items()},
        moved=of["moved"],
        given=of["given"],
        taken=of["taken"],
        sited=of["n"],
    )
    return Tables(settings, resolved, {**instance.realised, **of["x"]}, of["y"], amounts)


@pytest.mark.parametrize("number", range(12))
def test_model_and_verifier_agree_on_lettings(number: int, tmp_path: Path) -> None:
    """Both sides, margin, slack, verdict, percentages and measures are the same fractions."""
    chance = random.Random(number)
    instance = _instance(number)
    problem = build(instance)
    values = _values(instance, problem, chance)
    lines = list(evaluate(instance, problem, values))
    tables = _tables(instance, problem, values, tmp_path)
    problems: list[Problem] = []
    judged = judge(tables, problems)
    assert problems == []
    model = {
        (r.rule_id, r.place, r.subject, r.period): [
            r.purpose,
            r.strength,
            str(r.sense),
            *(getattr(line, c) for c in LINE),
        ]
        for line in lines
        for r in [line.requirement]
    }
    verifier = {
        (j.rule.rule_id, j.line.place, j.line.subject, j.line.period): [
            j.line.purpose, j.line.strength, j.line.operator, *(getattr(j.line, c) for c in LINE)
        ]
        for j in judged
    }  # fmt: skip
    assert len(model) == len(lines)
    assert len(verifier) == len(judged)
    assert sorted(set(model) - set(verifier)) == []
    assert sorted(set(verifier) - set(model)) == []
    assert {k: (v, verifier[k]) for k, v in model.items() if v != verifier[k]} == {}
    ours, theirs = measures(tables, judged), measure_values(problem, lines, values)
    # What changed from an earlier plan is checked apart: it takes that plan (tests/cli/test_reference.py).
    assert ours == {name: theirs[name] for name in MODEL_UNITS if name != "change"}
