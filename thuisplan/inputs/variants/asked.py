"""What is asked beside variants: draws from ranges, a frontier and least regret."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from thuisplan.inputs.labels import MEASURES, MONEY_KINDS, PLAN_STATUSES, Vocabulary
from thuisplan.inputs.tables import Need, Plan
from thuisplan.inputs.variants.base import Base
from thuisplan.inputs.variants.entry import Entry, read_number, value_text
from thuisplan.inputs.variants.file import Drawn, Frontier, LeastRegret, VariantsFile
from thuisplan.inputs.variants.named_figures import has_range
from thuisplan.inputs.variants.places import Report, Where
from thuisplan.inputs.variants.variant import Draws, Range, Regret


def read_draws(base: Base, asked: Drawn, report: Report) -> Draws | None:
    """Return what is drawn; None, and findings, if it is wrong or nothing is drawn."""
    before = len(report.findings)
    hold = _share(report, ("draws", "hold"), asked.hold)
    flows = None if asked.flows is None else _range(report, ("draws", "flows"), asked.flows, None)
    costs = _ranges(report, "costs", asked.costs, MONEY_KINDS, None)
    attrition = _ranges(report, "attrition", asked.attrition, PLAN_STATUSES, 1)
    if asked.needs and not any(map(has_range, base.given.rows(Need))):
        report.at("variants_no_levels", ("draws", "needs"), None, need="*")
    statuses = {row.status for row in base.given.rows(Plan)}
    for status in attrition:
        if status not in statuses:
            report.at("variants_no_plans", ("draws", "attrition", status), None, status=status)
    if not (asked.needs or flows or costs or attrition) and len(report.findings) == before:
        report.at("variants_nothing_drawn", ("draws",))
    if len(report.findings) > before or hold is None:
        return None
    return Draws(asked.count, asked.seed, hold, asked.needs, flows, costs, attrition)


def _ranges(
    report: Report, name: str, given: dict[str, Any], vocabulary: Vocabulary, most: int | None
) -> dict[str, Range]:
    result = {}
    for word, value in given.items():
        where: Where = ("draws", name, word)
        code = vocabulary.read_code(word)
        if code is None:
            report.unknown("variants_unknown_key", where, word, vocabulary.labels)
            continue
        found = _range(report, where, value, most)
        if found is not None:
            result[code] = found
    return result


def _range(report: Report, where: Where, given: Any, most: int | None) -> Range | None:
    """Return a range of two ends, or of a table with low, high and a shape."""
    if isinstance(given, list | tuple) and len(given) == 2:
        given = {"low": given[0], "high": given[1]}
    if not isinstance(given, dict):
        report.at("variants_bad_range", where)
        return None
    entry = Entry(where, given, report)
    if not entry.only("low", "central", "high", "beta"):
        return None
    low, high = entry.number("low", most=most), entry.number("high", most=most)
    central = entry.number("central", most=most) if "central" in given else None
    beta = given.get("beta")
    shape: tuple[float, float] | None = None
    if beta is not None:
        numbers = [read_number(value_text(one)) for one in beta] if isinstance(beta, list | tuple) else []
        if len(numbers) != 2 or any(one is None or one <= 0 for one in numbers) or central is not None:
            report.at("variants_bad_beta", (*where, "beta"))
            return None
        shape = (float(numbers[0] or 0), float(numbers[1] or 0))
    if low is None or high is None:
        return None
    if not low <= (low if central is None else central) <= high:
        report.at("variants_bad_range", where)
        return None
    return Range(low, high, central, shape)


def _share(report: Report, where: Where, given: Any) -> Fraction | None:
    shown = None if isinstance(given, dict | list | tuple) else given
    number = None if shown is None else read_number(value_text(shown))
    if number is None or not 0 <= number <= 1:
        report.at("variants_bad_value", where, shown, minimum=0, maximum=1)
        return None
    return number


def read_frontier(
    asked: Frontier, file: VariantsFile, report: Report
) -> tuple[tuple[str, ...], tuple[Fraction, ...]] | None:
    """Return the measures of a frontier and what they give back; None, and findings, if it is wrong."""
    before = len(report.findings)
    if file.run.stages == "first":
        report.at("variants_frontier_stages", ("run", "stages"), "first")
    measures = []
    for place, name in enumerate(asked.measures):
        code = MEASURES.read_code(name)
        if code is None:
            report.unknown("variants_unknown_measure", ("frontier", "measures", place), name, MEASURES.labels)
        elif code in measures:
            report.at("variants_twice", ("frontier", "measures", place), name, name=name)
        measures.append(code or name)
    keep = []
    for place, given in enumerate(asked.keep):
        part = _share(report, ("frontier", "keep", place), given)
        keep.append(Fraction(0) if part is None else part)
        if part in keep[:-1]:
            report.at("variants_twice", ("frontier", "keep", place), given, name=given)
    return None if len(report.findings) > before else (tuple(measures), tuple(keep))


def read_regret(base: Base, asked: LeastRegret, names: set[str], report: Report) -> Regret | None:
    """Return what is asked about regret; None, and findings, if it is wrong."""
    before = len(report.findings)
    for place, name in enumerate(asked.scenarios):
        where: Where = ("regret", "scenarios", place)
        if name not in names:
            report.unknown("variants_unknown_variant", where, name, names)
        elif name in asked.scenarios[:place]:
            report.at("variants_twice", where, name, name=name)
    settings = base.given.settings
    first, last = settings.open_year, settings.last_year - 1
    if not first <= asked.common_until <= last:
        limits = {"first": first, "last": last}
        report.at("variants_regret_year", ("regret", "common_until"), asked.common_until, **limits)
    if len(report.findings) > before:
        return None
    return Regret(asked.scenarios, asked.common_until, asked.time_limit)
