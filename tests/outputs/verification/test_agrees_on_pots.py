"""Of solved plans the model and the verifier say the same of every pot, whatever is asked of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from thuisplan.inputs.tables import PriceIndex
from thuisplan.inputs.write import write_folder
from thuisplan.outputs.tables import plan_tables
from thuisplan.outputs.verification.amounts import Amounts
from thuisplan.outputs.verification.derived import check_funding
from thuisplan.outputs.verification.judged import judge
from thuisplan.outputs.verification.problems import Problem
from thuisplan.outputs.verification.resolved import read_settings, read_tables
from thuisplan.outputs.verification.tables import Tables

COLUMNS = ("lhs", "rhs", "margin", "slack", "verdict", "binding", "unit")

YEARS = (2026, 2027, 2028, 2029)


def _rows(small: Any, pot: dict[str, Any], budget: int, life: int, move: int) -> Iterator[Any]:
    """Yield homes and flex, who they are let to, a pot with strings and one that pays the rest."""
    yield small.option("home", extra_cost_eur=10_001, extra_cost_price_year=2021, building_years=2)
    yield small.option("flex", route="flex", service_life_years=life, extra_cost_eur=0, need_category="home")
    for code in (small.A, small.B):
        yield small.offer(code, "home", 3)
        yield small.offer(code, "flex", 2)
    yield small.need("home", 3)
    yield small.rule("move", "flex_life", {"life_years": 20, "move_cost_eur": move, "delay_years": 0})
    for group, coming in (("homeless", 2), ("students", 1)):
        yield [small.group(group), small.fits(group), small.flow(f"{group}-flow", coming, of=group)]
    yield [PriceIndex(year=year, index=Fraction(year - 1900)) for year in range(2019, 2027)]
    yield small.pot("strings", "extra_cost", dict.fromkeys(YEARS, budget), **pot)
    yield small.pot("rest", "extra_cost", carries_rest=True)


def _verified(instance: Any, plan: Any, folder: Path) -> Tables:
    """Return the tables of the verifier, of the written input and the amounts of a plan."""
    write_folder(instance.scenario, folder / "input" / "resolved", None)
    problems: list[Problem] = []
    settings_, resolved = read_settings(folder, problems), read_tables(folder, problems)
    assert settings_ is not None
    assert resolved is not None
    vacated = {(f, m, t): n for (m, t, f), n in plan.amounts.get("a", {}).items()}
    placed = {(f, m, t, o): n for (m, t, f, o), n in plan.amounts.get("p", {}).items()}
    amounts = Amounts(vacated=vacated, placed=placed, moved=plan.amounts.get("moved", {}))
    return Tables(settings_, resolved, plan.completed, plan.payments, amounts)


@settings(max_examples=10, deadline=None)
@given(
    pot=st.fixed_dictionaries(
        {},
        optional={
            "groups": st.sampled_from([("homeless",), ("homeless", "students"), ("older_people",)]),
            "start_from": st.integers(2024, 2026),
            "start_to": st.integers(2026, 2028),
            "finish_from": st.integers(2026, 2027),
            "finish_to": st.integers(2027, 2029),
            "minimum_use_years": st.integers(1, 3),
            "max_per_dwelling_eur": st.integers(0, 20_000),
            "max_share": st.fractions(0, 1, max_denominator=7),
            "price_year": st.integers(2019, 2025),
            "carry_over": st.booleans(),
        },
    ),
    budget=st.integers(0, 60_000),
    life=st.integers(1, 2),
    move=st.sampled_from([0, 500, 15_000]),
    price_year=st.none() | st.integers(2019, 2026),
    strength=st.sampled_from(["hard", "soft"]),
)
def test_property_model_and_verifier_agree_on_pots(
    small: Any, pot: dict[str, Any], budget: int, life: int, move: int, price_year: int | None, strength: str
) -> None:
    """Both sides, verdict and what binds are the same; the payments are allowed and cover every cost."""
    rows = [*_rows(small, pot, budget, life, move), small.rule("extra_cost", "extra_cost", strength=strength)]
    instance = small.instance(rows, years=len(YEARS), price_year=price_year)
    plan = small.solve(instance)
    with tempfile.TemporaryDirectory() as folder:
        tables = _verified(instance, plan, Path(folder))
    problems: list[Problem] = []
    verified = {
        (one.line.place, one.line.subject, one.line.period): [getattr(one.line, c) for c in COLUMNS]
        for one in judge(tables, problems)
        if one.rule.family == "extra_cost"
    }
    modelled = {
        (line.requirement.place, line.requirement.subject, line.requirement.period): [
            getattr(line, c) for c in COLUMNS
        ]
        for line in plan.lines
        if line.requirement.family == "extra_cost"
    }
    assert verified == modelled
    payments = plan_tables(instance, plan)["funding"].to_pylist()
    check_funding(tables, payments, problems)
    assert not problems
