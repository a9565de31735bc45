"""What a comparison of variants says, in sentences: differences first, then prices, and what holds anyway."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.comparison.run_info import CLOSED, STOPPED
from thuisplan.outputs.comparison.words import (
    APART,
    OPEN,
    UNPROVED,
    amount,
    between,
    counted,
    differs,
    is_less,
    possible_difference,
    standing,
)

MOST_TOLD = 12
"""Variants, rules or prices that are told one by one; the tables have them all."""

MOST_NAMED = 5
"""Variants that are named in one sentence."""

TOLD = ("unmet_special", "unmet_regular", "fair_share_max", "extra_cost", "deficit", "rule_violation")
"""Measures of which differences are told, in this order."""

FEW_DRAWS = 20
"""With fewer draws the lowest and highest 5 % are the least and the most of all."""

VARIANT, DRAW, PRICE = "variant", "draw", "price"

Row = dict[str, Any]
Tables = Mapping[str, pa.Table]


def sentences(tables: Tables, reference: str) -> Iterator[Sentence]:
    """Yield what a comparison says, in order.

    Parameters
    ----------
    tables
        The tables of the comparison, without ``comparison`` itself.
    reference
        Name of the variant against which the others are held.
    """
    runs = tables["runs"].to_pylist()
    base = next((row for row in runs if row["variant"] == reference and _has_plan(row)), None)
    yield from _counted(runs, reference, base)
    yield from _without_plan(runs)
    if base is not None:
        yield from _differences(runs, base)
        yield from _axes(tables["axes"].to_pylist())
        yield from _prices(tables["prices"].to_pylist())
        yield from _rules(tables["rules_compared"].to_pylist(), runs, reference)
    yield from _frontier(tables["frontier"].to_pylist(), runs)
    yield from _common(tables["common"], runs, reference)
    yield from _draws(tables, runs)


def _has_plan(row: Row) -> bool:
    return row["status"] in (CLOSED, STOPPED)


def named(names: list[str]) -> list[str | Sentence]:
    """Return names for one sentence: the first few, and how many more there are."""
    shown: list[str | Sentence] = [f"'{name}'" for name in names[:MOST_NAMED]]
    if len(names) > MOST_NAMED:
        shown.append(Sentence("compared", "others", {"count": len(names) - MOST_NAMED}))
    return shown


def _counted(runs: list[Row], reference: str, base: Row | None) -> Iterator[Sentence]:
    plans = sum(_has_plan(row) for row in runs)
    values = {"plans": plans, "variants": counted("variants", len(runs)), "reference": reference}
    yield Sentence("compared", "counted", values)
    if base is None:
        yield Sentence("compared", "no_reference", {"reference": reference})
    stopped = [row["variant"] for row in runs if row["status"] == STOPPED]
    if stopped:
        values = {"count": counted("variants", len(stopped)), "variants": named(stopped)}
        yield Sentence("compared", "stopped", values)
    clocked = sum(row["reproducible"] is False for row in runs)
    if clocked:
        yield Sentence("compared", "clocked", {"count": counted("variants", clocked)})


def _without_plan(runs: list[Row]) -> Iterator[Sentence]:
    failed = [row for row in runs if not _has_plan(row)]
    for row in failed[:MOST_TOLD]:
        code = row["status"] + ("" if row["reason"] else "_unknown")
        yield Sentence("compared_without", code, {"variant": row["variant"], "reason": row["reason"]})
    yield from _left("compared_without", len(failed))


def _left(section: str, count: int) -> Iterator[Sentence]:
    if count > MOST_TOLD:
        yield Sentence(section, "left", {"count": count - MOST_TOLD})


def _differences(runs: list[Row], base: Row) -> Iterator[Sentence]:
    section = "compared_differences"
    others = [row for row in runs if row["kind"] == VARIANT and _has_plan(row) and row is not base]
    if others:
        yield Sentence(section, "gap")
    for row in others[:MOST_TOLD]:
        if row["run"] == base["run"]:
            yield Sentence(section, "same_run", {"variant": row["variant"], "reference": base["variant"]})
            continue
        parts, unclear, same = told_differences(row, base)
        values = {"variant": row["variant"], "parts": parts, "unclear": unclear, "same": same}
        if parts:
            yield Sentence(section, "differs_and_unclear" if unclear else "differs", values)
        else:
            yield Sentence(section, "unclear" if unclear else "same" if same else "unproved", values)
    yield from _left(section, len(others))


def told_differences(row: Row, base: Row) -> tuple[list[Sentence], list[Sentence], list[Sentence]]:
    """Return how a run differs from another, as far as that is proved.

    Parameters
    ----------
    row, base
        Rows of ``runs``.

    Returns
    -------
    tuple of lists
        Differences that solving further cannot take away, measures that it decides on, and measures
        that are proved to be the same. A measure that no stage minimised in one of them is in none: its
        value is a coincidence, and so is the number of dwellings.
    """
    parts: list[Sentence] = []
    unclear: list[Sentence] = []
    same: list[Sentence] = []
    for name in TOLD:
        found = standing(row, base, name)
        possible = possible_difference(row, base, name)
        if found == APART and possible is not None:
            parts.append(between(name, *possible))
        elif found != UNPROVED:
            measure = Sentence("compared_words", "measure", {"measure": name})
            (unclear if found == OPEN else same).append(measure)
    return parts, unclear, same


def _axes(rows: list[Row]) -> Iterator[Sentence]:
    """Yield per choice what it changes, as far as that is proved in some pair."""
    section = "compared_axes"
    choices = list(dict.fromkeys((row["axis"], row["choice"]) for row in rows))
    if choices:
        yield Sentence(section, "found")
    for axis, choice in choices[:MOST_TOLD]:
        own = [row for row in rows if (row["axis"], row["choice"]) == (axis, choice)]
        known = _in_order(row for row in own if row["apart"] is not None)
        clear = [_along(row) for row in known if row["apart"]]
        # Without a difference and without a gap in any pair it is proved to be the same.
        open_ = [row["measure"] for row in known if row["within_gap"]]
        values = {"axis": axis, "choice": choice, "against": own[0]["against"]}
        values |= {"pairs": counted("pairs", own[0]["pairs"]), "parts": clear}
        values["measures"] = open_ or [row["measure"] for row in known]
        code = "differs" if clear else "unclear" if open_ else "same" if known else "unproved"
        yield Sentence(section, code, values)
    yield from _left(section, len(choices))


def _in_order(rows: Iterable[Row]) -> list[Row]:
    """Return the rows about measures that are told, in the order in which those are."""
    return sorted((row for row in rows if row["measure"] in TOLD), key=lambda row: TOLD.index(row["measure"]))


def _along(row: Row) -> Sentence:
    """Return how much lower or higher a measure is along an axis, over all pairs."""
    section, unit = "compared_axes", row["unit"]
    low, high = sorted((row["least"], row["most"]), key=abs)
    values = {name: amount(row[name], unit) for name in ("least", "mean", "most")}
    values |= {"low": amount(low, unit), "high": amount(high, unit)}
    if is_less(row["least"], 0) and is_less(0, row["most"]):
        code = "part_both"
    else:
        code = "part_lower" if row["mean"] < 0 else "part_higher"
        code += "" if differs(row["least"], row["most"]) else "_same"
    part = Sentence(section, code, {"measure": row["measure"], **values})
    if row["apart"] == row["pairs"]:
        return part
    values = {"part": part, "clear": row["apart"], "pairs": counted("pairs", row["pairs"])}
    return Sentence(section, "partly", values)


def _prices(rows: list[Row]) -> Iterator[Sentence]:
    """Yield what is proved of the absence of every rule, and of which rules nothing is."""
    section = "compared_prices"
    proved: list[tuple[int, Sentence]] = []
    unclear: list[str] = []
    nothing: dict[tuple[str, ...], list[str]] = {}
    for rule in dict.fromkeys(row["rule_id"] for row in rows):
        own = _in_order(row for row in rows if row["rule_id"] == rule and row["gain_at_least"] is not None)
        clear = [row for row in own if _proved(row)]
        if clear:
            sentence = Sentence(section, "without", {"rule": rule, "parts": [price(row) for row in clear]})
            proved.append((TOLD.index(clear[0]["measure"]), sentence))
        elif any(differs(row[name], 0) for row in own for name in ("gain_at_least", "gain_at_most")):
            unclear.append(rule)
        elif own:
            nothing.setdefault(tuple(row["measure"] for row in own), []).append(rule)
    # What changes the first objectives is told first.
    proved.sort(key=lambda pair: pair[0])
    if any(_proved(row) and row["stage"] != 1 for row in rows if row["gain_at_least"] is not None):
        yield Sentence(section, "later")
    for _, sentence in proved[:MOST_TOLD]:
        yield sentence
    yield from _left(section, len(proved))
    if unclear:
        yield Sentence(section, "unclear", {"rules": unclear})
    for measures, rules in nothing.items():
        yield Sentence(section, "nothing", {"measures": list(measures), "rules": rules})


def _proved(row: Row) -> bool:
    """Return whether the absence of a rule is proved to change a measure."""
    return is_less(0, row["gain_at_least"]) or is_less(row["gain_at_most"], 0)


def price(row: Row) -> Sentence:
    """Return how much lower or higher a measure is at least and at most without a rule.

    Parameters
    ----------
    row
        Of ``prices``, of a measure of which a change is proved.
    """
    return between(row["measure"], -row["gain_at_most"], -row["gain_at_least"])


def _rules(rows: list[Row], runs: list[Row], reference: str) -> Iterator[Sentence]:
    """Yield the rules that variants break more or less than the reference, or that only one side has."""
    section = "compared_rules"
    chosen = {row["variant"] for row in runs if row["kind"] == VARIANT and row["variant"] != reference}
    told = []
    for rule in dict.fromkeys(row["rule_id"] for row in rows):
        own = [row for row in rows if row["rule_id"] == rule and row["variant"] in chosen]
        for code, those in _by_change(own).items():
            if those:
                lines = sorted(row["broken"] for row in those)
                values = {"rule": rule, "least": lines[0], "most": counted("broken", lines[-1])}
                values["reference"] = counted("broken", those[0]["reference_broken"])
                values["variants"] = named([row["variant"] for row in those])
                code += "_same" if code in RANGED and lines[0] == lines[-1] else ""
                told.append(Sentence(section, code, values))
    yield from told[:MOST_TOLD]
    yield from _left(section, len(told))


RANGED = ("more_broken", "fewer_broken", "only_broken")
"""Sentences with the least and the most lines that are broken."""


def _by_change(rows: list[Row]) -> dict[str, list[Row]]:
    """Return the rows of one rule by what is otherwise than in the reference."""
    both = [row for row in rows if row["strength"] and row["reference_strength"]]
    only = [row for row in rows if row["strength"] and not row["reference_strength"]]
    return {
        "more_broken": [row for row in both if row["broken"] > row["reference_broken"]],
        "fewer_broken": [row for row in both if row["broken"] < row["reference_broken"]],
        "only": [row for row in only if not row["broken"]],
        "only_broken": [row for row in only if row["broken"]],
        "absent": [row for row in rows if not row["strength"] and row["reference_strength"]],
    }


def _frontier(rows: list[Row], runs: list[Row]) -> Iterator[Sentence]:
    points = distinct(rows, runs)
    if len(points) < 2:
        return
    measures = list(dict.fromkeys(row["measure"] for row in rows))
    dominated = [row for row in points if row["dominated"]]
    doubtful = [row["variant"] for row in dominated if row["within_gap"]]
    values = {"points": len(points), "best": len(points) - len(dominated), "measures": measures}
    values["parts"] = [Sentence("compared_words", "measure", {"measure": name}) for name in measures]
    yield Sentence("compared_frontier", "points", values)
    if doubtful:
        values = {"count": len(doubtful), "variants": named(doubtful)}
        yield Sentence("compared_frontier", "doubtful", values)


def distinct(rows: list[Row], runs: list[Row]) -> list[Row]:
    """Return the first row of every run: variants that share one are one plan.

    Parameters
    ----------
    rows
        Of a table with a column ``variant``.
    runs
        Rows of ``runs``.
    """
    run_of = {row["variant"]: row["run"] for row in runs}
    first: dict[str | None, Row] = {}
    for row in rows:
        first.setdefault(run_of[row["variant"]], row)
    return list(first.values())


def _common(common: pa.Table, runs: list[Row], reference: str) -> Iterator[Sentence]:
    """Yield how many dwellings of a type a municipality has in every variant, at least."""
    plans = {row["run"] for row in runs if row["kind"] != DRAW and _has_plan(row)}
    if len(plans) < 2:
        return
    valid = pc.and_(pc.is_valid(common["municipality_code"]), pc.is_valid(common["dwelling_type"]))
    rows = common.filter(pc.and_(valid, pc.is_null(common["year"]))).to_pylist()
    least, same = sum(row["least"] for row in rows), sum(row["same_in_all"] for row in rows)
    values = {"plans": len(plans), "least": amount(least, "dwellings"), "numbers": len(rows), "same": same}
    if any(row["reference"] is None for row in rows):
        yield Sentence("compared_common", "core_alone", values)
    else:
        total = sum(row["reference"] for row in rows)
        yield Sentence("compared_common", "core", {**values, "total": total, "reference": reference})
    yield Sentence("compared_common", "choice")


def _draws(tables: Tables, runs: list[Row]) -> Iterator[Sentence]:
    section = "compared_draws"
    drawn = [row for row in runs if row["kind"] == DRAW]
    with_plan = sum(_has_plan(row) for row in drawn)
    if not drawn:
        return
    yield Sentence(section, "counted", {"draws": counted("draws", len(drawn)), "plans": with_plan})
    whole = _everything(tables["bandwidths"], "year")
    for row in whole:
        code = "few" if row["draws"] < FEW_DRAWS else "bandwidth"
        code += "" if row["p5"] < row["p95"] else "_same"
        yield Sentence(section, code, {**row, "draws": counted("draws", row["draws"])})
    robust = _everything(tables["robust"], None)
    for row in robust[-1:]:
        values = {"at_least": amount(row["at_least"], "dwellings"), "draws": counted("draws", row["draws"])}
        yield Sentence(section, "robust", {**row, **values})
    if whole:
        yield Sentence(section, "choice")


def _everything(table: pa.Table, column: str | None) -> list[Row]:
    """Return the rows about all municipalities and types, and all of another column."""
    chosen = pc.and_(pc.is_null(table["municipality_code"]), pc.is_null(table["dwelling_type"]))
    if column is not None:
        chosen = pc.and_(chosen, pc.is_null(table[column]))
    rows: Iterable[Row] = table.filter(chosen).to_pylist()
    return list(rows)
