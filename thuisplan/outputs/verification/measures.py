"""Recomputes the measures that the stages minimise."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from thuisplan.outputs.verification.judged import Judged
from thuisplan.outputs.verification.money import KINDS, cost
from thuisplan.outputs.verification.tables import Tables

UNITS: Mapping[str, str] = {
    "unmet_special": "dwelling-years",
    "unmet_regular": "dwelling-years",
    "rule_violation": "relative",
    "fair_share_max": "share",
    "fair_share_mean": "share",
    "extra_cost": "kEUR",
    "deficit": "kEUR",
    "change": "dwellings",
    "lateness": "dwelling-years",
    "swapped": "persons",
}
"""Measure -> its unit."""


def measures(tables: Tables, judged: list[Judged]) -> dict[str, Fraction]:
    r"""Return the value of every measure that follows from the plan.

    ``unmet_*``: $\sum w u_t$ over needs, flows and the task for permit holders, in households
    [dwelling-years]. ``rule_violation``: $\sum w\,\text{slack}/\text{ref}$ of other soft lines.
    ``fair_share_max, fair_share_mean``: slack of soft fair-share lines as a part of the whole task of the
    municipality; the mean is per rule, over places and checkpoints. ``extra_cost, deficit``:
    $\sum c_o x$ and the cost of moves [thousands of euros]. ``lateness``: $\sum (t - t_0)\,x$
    [dwelling-years]. ``swapped``: what the plan has municipalities hand over [persons].
    """
    result = dict.fromkeys(
        ("unmet_special", "unmet_regular", "rule_violation", "fair_share_max", "fair_share_mean"), Fraction(0)
    )
    combinations: dict[str, int] = {}
    for one in judged:
        if one.rule.family == "fair_share" and one.line.subject == "most":
            combinations[one.rule.rule_id] = combinations.get(one.rule.rule_id, 0) + 1
    for one in judged:
        slack = Fraction(one.line.slack)
        if one.line.strength != "soft" or not slack:
            continue
        relative = one.line.relative
        if one.line.unmet is not None:
            result[f"unmet_{one.line.unmet}"] += one.line.unmet_weight * slack
        elif one.rule.family == "fair_share":
            result["fair_share_max"] = max(result["fair_share_max"], relative)
            result["fair_share_mean"] += relative / combinations[one.rule.rule_id]
        else:
            result["rule_violation"] += one.rule.weight * relative
    return result | _of_the_programme(tables)


def _of_the_programme(tables: Tables) -> dict[str, Fraction]:
    planned = {cell: n for cell, n in tables.built.items() if cell[1] in tables.open_years}
    first = tables.settings.first_open_year
    money = {
        kind: Fraction(sum(cost(tables, cell, kind) for cell in {*planned, *tables.amounts.moved}), 1000)
        for kind in KINDS
    }
    lateness = sum((year - first) * n for (_, year, _), n in planned.items())
    return money | {"lateness": Fraction(lateness), "swapped": Fraction(sum(tables.amounts.given.values()))}
