"""What a comparison of variants says, in sentences: differences first, then prices, and what holds anyway."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.comparison.run_info import CLOSED, STOPPED
from thuisplan.outputs.comparison.words import (
    amount,
    apart,
    differs,
    dwellings_apart,
    is_less,
    is_within_gap,
)

MOST_TOLD = 12
"""Variants, rules or prices that are told one by one; the tables have them all."""

MOST_NAMED = 5
"""Variants that are named in one sentence."""

TOLD = ("unmet_special", "unmet_regular", "fair_share_max", "extra_cost", "deficit", "rule_violation")
"""Measures of which differences are told, in this order."""

VARIANT, DRAW, PRICE = "variant", "draw", "price"

Row = dict[str, Any]
Tables = Mapping[str, pa.Table]


def sentences(tables: Tables, reference: str, hold: Fraction) -> Iterator[Sentence]:
    """Yield what a comparison says, in order.

    Parameters
    ----------
    tables
        The tables of the comparison, without ``comparison`` itself.
    reference
        Name of the variant against which the others are held.
    hold
        Share of the draws in which a decision must hold.
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
    yield from _frontier(tables["frontier"].to_pylist())
    yield from _common(tables["common"], runs, reference)
    yield from _draws(tables, runs, hold)


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
    yield Sentence("compared", "counted", {"plans": plans, "variants": len(runs), "reference": reference})
    if base is None:
        yield Sentence("compared", "no_reference", {"reference": reference})
    stopped = [row["variant"] for row in runs if row["status"] == STOPPED]
    if stopped:
        yield Sentence("compared", "stopped", {"count": len(stopped), "variants": named(stopped)})


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
        parts, unclear = told_differences(row, base)
        values = {"variant": row["variant"], "parts": parts, "unclear": unclear}
        if parts:
            yield Sentence(section, "differs_and_unclear" if unclear else "differs", values)
        else:
            yield Sentence(section, "unclear" if unclear else "same", values)
    yield from _left(section, len(others))


def told_differences(row: Row, base: Row) -> tuple[list[Sentence], list[Sentence]]:
    """Return how a run differs from another: beyond what is unproved in both, and the measures within it.

    Parameters
    ----------
    row, base
        Rows of ``runs``.

    Returns
    -------
    tuple of lists
        A measure that no stage minimised in one of them is in neither: its value is a coincidence.
    """
    parts, unclear = [], []
    for name in TOLD:
        within = is_within_gap(row, base, name)
        if within is None or not differs(row[name], base[name]):
            continue
        if within:
            unclear.append(Sentence("compared_words", "measure", {"measure": name}))
        else:
            parts.append(apart(name, row[name], base[name]))
    if parts and row["dwellings"] != base["dwellings"]:
        parts.append(dwellings_apart(row["dwellings"], base["dwellings"]))
    return parts, unclear


def _axes(rows: list[Row]) -> Iterator[Sentence]:
    """Yield per choice what it changes, as far as that is proved in some pair."""
    section = "compared_axes"
    choices = list(dict.fromkeys((row["axis"], row["choice"]) for row in rows))
    for axis, choice in choices[:MOST_TOLD]:
        own = [row for row in rows if (row["axis"], row["choice"]) == (axis, choice)]
        known = _in_order(row for row in own if row["within_gap"] is not None and _moves(row))
        clear = [_along(row) for row in known if row["within_gap"] < row["pairs"]]
        names = [row["measure"] for row in known]
        values = {"axis": axis, "choice": choice, "against": own[0]["against"], "pairs": own[0]["pairs"]}
        code = "differs" if clear else "unclear" if known else "same"
        yield Sentence(section, code, {**values, "parts": clear, "measures": names})
    yield from _left(section, len(choices))


def _in_order(rows: Iterable[Row]) -> list[Row]:
    """Return the rows about measures that are told, in the order in which those are."""
    return sorted((row for row in rows if row["measure"] in TOLD), key=lambda row: TOLD.index(row["measure"]))


def _moves(row: Row) -> bool:
    return differs(row["least"], 0) or differs(row["most"], 0)


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
    clear = row["pairs"] - row["within_gap"]
    if clear == row["pairs"]:
        return part
    return Sentence(section, "partly", {"part": part, "clear": clear, "pairs": row["pairs"]})


def _prices(rows: list[Row]) -> Iterator[Sentence]:
    """Yield what is proved of the absence of every rule, and of which rules nothing is."""
    section = "compared_prices"
    proved: list[tuple[int, Sentence]] = []
    unclear, nothing = [], []
    for rule in dict.fromkeys(row["rule_id"] for row in rows):
        own = _in_order(row for row in rows if row["rule_id"] == rule and row["gain_at_least"] is not None)
        clear = [row for row in own if _proved(row)]
        if clear:
            sentence = Sentence(section, "without", {"rule": rule, "parts": [price(row) for row in clear]})
            proved.append((TOLD.index(clear[0]["measure"]), sentence))
        elif any(differs(row[name], 0) for row in own for name in ("gain_at_least", "gain_at_most")):
            unclear.append(rule)
        elif own:
            nothing.append(rule)
    # What changes the first objectives is told first.
    proved.sort(key=lambda pair: pair[0])
    for _, sentence in proved[:MOST_TOLD]:
        yield sentence
    yield from _left(section, len(proved))
    for code, rules in (("unclear", unclear), ("nothing", nothing)):
        if rules:
            yield Sentence(section, code, {"rules": rules})


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
    unit, least, most = row["unit"], row["gain_at_least"], row["gain_at_most"]
    code = "part_lower" if least > 0 else "part_higher"
    low, high = sorted((least, most), key=abs)
    values = {"measure": row["measure"], "least": amount(low, unit), "most": amount(high, unit)}
    return Sentence("compared_prices", code + ("" if differs(least, most) else "_same"), values)


def _rules(rows: list[Row], runs: list[Row], reference: str) -> Iterator[Sentence]:
    """Yield the rules that variants break more than the reference, or no longer break."""
    section = "compared_rules"
    chosen = {row["variant"] for row in runs if row["kind"] == VARIANT and row["variant"] != reference}
    told = []
    for rule in dict.fromkeys(row["rule_id"] for row in rows):
        own = [row for row in rows if row["rule_id"] == rule and row["variant"] in chosen and row["strength"]]
        for code, sign in (("more_broken", 1), ("fewer_broken", -1)):
            those = [row for row in own if sign * (row["broken"] - row["reference_broken"]) > 0]
            if those:
                lines = sorted(row["broken"] for row in those)
                values = {"rule": rule, "reference": those[0]["reference_broken"], "least": lines[0]}
                names = named([row["variant"] for row in those])
                code += "" if lines[0] < lines[-1] else "_same"
                told.append(Sentence(section, code, {**values, "most": lines[-1], "variants": names}))
    yield from told[:MOST_TOLD]
    yield from _left(section, len(told))


def _frontier(rows: list[Row]) -> Iterator[Sentence]:
    points = {row["variant"]: row for row in rows}
    if not points:
        return
    measures = list(dict.fromkeys(row["measure"] for row in rows))
    dominated = [row for row in points.values() if row["dominated"]]
    doubtful = [row["variant"] for row in dominated if row["within_gap"]]
    values = {"points": len(points), "best": len(points) - len(dominated), "measures": measures}
    values["parts"] = [Sentence("compared_words", "measure", {"measure": name}) for name in measures]
    yield Sentence("compared_frontier", "points", values)
    if doubtful:
        values = {"count": len(doubtful), "variants": named(doubtful)}
        yield Sentence("compared_frontier", "doubtful", values)


def _common(common: pa.Table, runs: list[Row], reference: str) -> Iterator[Sentence]:
    """Yield how many dwellings of a type a municipality has in every variant, at least."""
    plans = [row["variant"] for row in runs if row["kind"] != DRAW and _has_plan(row)]
    if len(plans) < 2:
        return
    valid = pc.and_(pc.is_valid(common["municipality_code"]), pc.is_valid(common["dwelling_type"]))
    rows = common.filter(pc.and_(valid, pc.is_null(common["year"]))).to_pylist()
    least, same = sum(row["least"] for row in rows), sum(row["same_in_all"] for row in rows)
    values = {"plans": len(plans), "least": least, "numbers": len(rows), "same": same}
    if any(row["reference"] is None for row in rows):
        yield Sentence("compared_common", "core_alone", values)
    else:
        total = sum(row["reference"] for row in rows)
        yield Sentence("compared_common", "core", {**values, "total": total, "reference": reference})


def _draws(tables: Tables, runs: list[Row], hold: Fraction) -> Iterator[Sentence]:
    section = "compared_draws"
    drawn = [row for row in runs if row["kind"] == DRAW]
    with_plan = sum(_has_plan(row) for row in drawn)
    if not drawn:
        return
    yield Sentence(section, "counted", {"draws": len(drawn), "plans": with_plan})
    whole = _everything(tables["bandwidths"], "year")
    for row in whole:
        yield Sentence(section, "bandwidth" if row["p5"] < row["p95"] else "bandwidth_same", row)
    robust = _everything(tables["robust"], None)
    for row in robust[-1:]:
        yield Sentence(section, "robust", {**row, "hold": hold})


def _everything(table: pa.Table, column: str | None) -> list[Row]:
    """Return the rows about all municipalities and types, and all of another column."""
    chosen = pc.and_(pc.is_null(table["municipality_code"]), pc.is_null(table["dwelling_type"]))
    if column is not None:
        chosen = pc.and_(chosen, pc.is_null(table[column]))
    rows: Iterable[Row] = table.filter(chosen).to_pylist()
    return list(rows)
