"""The switches of the Stedendriehoek example: what they do to lettings and waiting lists, by how much.

Only the first stage is solved, mostly to one per cent: who has to wait is its outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pytest

from thuisplan.inputs.examples import example
from thuisplan.inputs.lettings import PERMIT_HOLDERS
from thuisplan.inputs.resolve import resolve
from thuisplan.inputs.rule_sets import RULE_SETS
from thuisplan.inputs.scenario import Scenario
from thuisplan.inputs.tables import Rule, RuleParameter, StageRow
from thuisplan.model.build import build
from thuisplan.model.stages import stages
from thuisplan.solvers.solution import Solution
from thuisplan.solvers.staged import Options, solve_stages

FLOW = "urgent_seekers"
YEARS = 10

# What the region can let: 5.71 % of 56,325 is 3,216, and somewhat more as social dwellings are added.
VACATED_AT_LEAST, VACATED_AT_MOST = 3_216, 3_600


@dataclass(frozen=True)
class Outcome:
    """Lettings over the horizon, and who still waits at its end."""

    vacated: int
    urgent_waiting: Fraction
    permit_waiting: Fraction
    permit_from_vacated: int


def solved(
    rule: Rule | None = None, numbers: Mapping[str, str] | None = None, gap: float = 0.01, **settings: Any
) -> Outcome:
    """Solve the first stage of the example with one rule, its numbers or a setting changed."""
    made = example("stedendriehoek")
    tables: dict[str, tuple[Any, ...]] = dict(made.tables)
    if rule is not None:
        tables["rules"] = (*(row for row in made.rows(Rule) if row.rule_id != rule.rule_id), rule)
        changed = {(rule.rule_id, name) for name in numbers or {}}
        kept = (row for row in made.rows(RuleParameter) if (row.rule_id, row.parameter) not in changed)
        own = (RuleParameter(rule_id=rule.rule_id, parameter=n, value=v) for n, v in (numbers or {}).items())
        tables["rule_parameters"] = (*kept, *own)
    tables["stages"] = tuple(row for row in made.rows(StageRow) if row.stage == 1)
    instance = resolve(Scenario(made.settings.model_copy(update=settings), tables))
    options = Options(seconds=60, gap=gap, threads=1, seed=0)
    found = solve_stages(instance, build(instance), stages(instance), options, None, None, None)
    assert isinstance(found, Solution)
    let = {
        (group, flow): sum(n for key, n in found.amounts[group].items() if key[2] == flow)
        for group in ("a", "p")
        for flow in instance.lettings.flows
    }
    asked = {flow: Fraction(series.asked(2035)) for flow, series in instance.lettings.flows.items()}
    waiting = {flow: asked[flow] - let["a", flow] - let["p", flow] for flow in asked}
    return Outcome(
        sum(n for (group, _), n in let.items() if group == "a"),
        waiting[FLOW],
        waiting[PERMIT_HOLDERS],
        let["a", PERMIT_HOLDERS],
    )


@pytest.fixture(scope="module")
def target() -> Outcome:
    """Return the example as it is: a target on its path, and 70 % that stays for regular seekers."""
    return solved()


def test_30_per_cent_is_not_enough_and_people_wait(target: Outcome) -> None:
    """E17: 30 % of vacancies is let, 1,518 are asked a year, and the waiting list grows."""
    assert 0.29 * YEARS * VACATED_AT_LEAST < target.vacated < 0.30 * YEARS * VACATED_AT_MOST
    assert target.urgent_waiting > 2_500
    # The statutory task comes first: 1 % of some 20,500 weighted dwelling-years is 205, and a permit holder
    # who waits for an urgent seeker costs 10 - 1, so at most 22 dwelling-years.
    assert target.permit_waiting <= 22


def test_the_path_as_a_cap_lets_fewer_and_more_people_wait(target: Outcome) -> None:
    """A target may be exceeded up to 30 %; as a cap the path starts at 25.7 % in 2026.

    On average (30 - 25.7) / 2 = 2.2 points of some 3,370 a year are not let: about 700 in ten years.
    """
    [rule] = [row for row in RULE_SETS["stedendriehoek-2026"] if row.rule_id == "vacancies-30"]
    cap = solved(replace(rule, strength="hard"), {"form": "cap"})
    assert 500 < target.vacated - cap.vacated < 900
    assert 500 < cap.urgent_waiting - target.urgent_waiting < 900


def test_the_348_inside_the_1170_shortens_the_waiting_list_by_as_many(target: Outcome) -> None:
    """348 fewer a year are asked, 3,480 in all: more than those who wait when they come on top."""
    # So few wait that one per cent of it takes long to prove; what is claimed is of any plan this close.
    inside = solved(gap=0.05, permit_holders_inside=True)
    assert target.urgent_waiting - inside.urgent_waiting > 2_500
    assert inside.urgent_waiting < 100


def test_without_priority_the_task_moves_to_what_is_built(target: Outcome) -> None:
    """Permit holders get no vacated dwelling; 30 % of some 600 first lettings a year is less than 348."""
    ban = solved(permit_holder_priority=False)
    assert ban.permit_from_vacated == 0
    assert ban.permit_waiting > 1_000
    assert ban.urgent_waiting < target.urgent_waiting
