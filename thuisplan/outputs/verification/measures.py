"""Recomputes the measures of the stages and compares them with the manifest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from thuisplan.outputs.verification.judged import Judged
from thuisplan.outputs.verification.money import KINDS, unit_cost
from thuisplan.outputs.verification.problems import Problem, problem
from thuisplan.outputs.verification.resolved import read_number
from thuisplan.outputs.verification.tables import Tables

# The manifest gives values in floating point, some of them sums of many.
TOLERANCE = 1e-6


def measures(tables: Tables, judged: list[Judged]) -> dict[str, Fraction]:
    r"""Return the value of every measure that follows from the plan.

    ``unmet_*``: $\sum w_n u_{n,t}$ [dwelling-years]. ``rule_violation``: $\sum w\,\text{slack}/\text{ref}$
    of other soft lines. ``fair_share_max, fair_share_mean``: slack of soft fair-share lines as a part of
    the whole task of the municipality; the mean is per rule, over places and checkpoints.
    ``extra_cost, deficit``: $\sum c_o x$ [thousands of euros]. ``lateness``: $\sum (t - t_0)\,x$
    [dwelling-years]. ``change`` needs the reference plan, which is no part of the folder.
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
        if one.line.coverage:
            need = tables.needs[one.line.subject]
            result[f"unmet_{need['need_class']}"] += need["weight"] * slack
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
        kind: Fraction(
            sum(unit_cost(tables, option, kind) * n for (_, _, option), n in planned.items()), 1000
        )
        for kind in KINDS
    }
    return money | {"lateness": Fraction(sum((year - first) * n for (_, year, _), n in planned.items()))}


def check_stages(values: Mapping[str, Fraction], manifest: Mapping[str, Any], problems: list[Problem]) -> int:
    """Compare the published value of every measure and stage, and its limit; return how many."""
    compared = 0
    for stage in manifest.get("stages") or ():
        where = {"file": "manifest.json", "stage": stage.get("stage")}
        total: Fraction | None = Fraction(0)
        for row in stage.get("measures") or ():
            name = row.get("measure")
            value = values.get(name)
            if value is None:
                # The measure of change cannot be recomputed, and so neither can its stage.
                total = None
                if name != "change":
                    problems.append(problem("unknown_measure", **where, measure=name))
                continue
            compared += 1
            _compare(value, row.get("value_published"), {**where, "measure": name}, problems)
            if total is not None:
                total += _weight(row.get("weight", 1)) * value
        if total is None:
            continue
        compared += 1
        _compare(total, stage.get("value_published"), {**where, "measure": None}, problems)
        limit = stage.get("limit")
        if limit is not None and float(total) > limit + TOLERANCE * max(1, abs(limit)):
            problems.append(problem("limit_exceeded", **where, expected=limit, found=float(total)))
    return compared


def _compare(value: Fraction, found: Any, where: Mapping[str, Any], problems: list[Problem]) -> None:
    number = isinstance(found, int | float) and not isinstance(found, bool)
    if not number or not math.isclose(found, float(value), rel_tol=TOLERANCE, abs_tol=TOLERANCE):
        problems.append(problem("measure_differs", **where, expected=float(value), found=found))


def _weight(value: Any) -> Fraction:
    return read_number(value) if isinstance(value, str) else Fraction(repr(value))
