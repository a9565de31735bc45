"""The figures of one plan that plans are compared on, in one long table."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from thuisplan.outputs.comparison import subjects
from thuisplan.outputs.comparison.schemas import CELL, MEASURE_UNITS, comparison_to_arrow
from thuisplan.outputs.published import Published

MANIFEST = "manifest.json"
MUNICIPALITY = "municipality"

Figure = tuple[str, str, str, str, str, int | None, str, float]
"""Subject, purpose, place, kind, detail, year, unit, value."""


def summary(folder: Path) -> pa.Table:
    """Return what a plan comes to, from its own tables and the stages in its manifest.

    Parameters
    ----------
    folder
        A published plan.

    Returns
    -------
    pyarrow.Table
        The table ``summary``: a row per figure, in the order of its columns. Dwellings per municipality,
        type and year; needs per place, category and year; money per municipality, payer and year; fair
        share, waiting and social stock per year; lines of rules per rule and place; measures and bounds.
        Figures add up: there are no totals among them.
    """
    plan = Published(folder)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    names = _names(plan)
    totals: dict[tuple[Any, ...], float] = {}
    units: dict[tuple[Any, ...], str] = {}
    for *key, unit, value in (*_figures(plan), *_rules(plan), *_measures(manifest)):
        # What has no place or group is one thing, however its table says so.
        cell = (*(part or "" for part in key[:-1]), key[-1])
        totals[cell] = totals.get(cell, 0.0) + value
        units.setdefault(cell, unit)
    ordered = sorted(totals, key=lambda cell: (*cell[:5], cell[5] or 0))
    return comparison_to_arrow("summary", (_row(cell, units[cell], totals[cell], names) for cell in ordered))


def write_summary(folder: Path, target: Path) -> None:
    """Write the summary of a plan to a file, in one step.

    Parameters
    ----------
    folder
        A published plan.
    target
        The file; its folder is made when it is not there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    # Its own scratch file for each process: two may write the same summary.
    scratch = target.with_name(f".{target.name}.{os.getpid()}")
    pq.write_table(summary(folder), scratch)
    os.replace(scratch, target)


def _row(cell: tuple[Any, ...], unit: str, value: float, names: dict[str, str]) -> dict[str, Any]:
    values = dict(zip(CELL, cell, strict=True))
    code = values["place"] if values["purpose"] == MUNICIPALITY else None
    where = {"municipality_code": code, "municipality": None if code is None else names.get(code, code)}
    return {**values, **where, "unit": unit, "value": value}


def _names(plan: Published) -> dict[str, str]:
    """Return the names of municipalities, as far as the tables give them."""
    return {
        row["municipality_code"]: row["municipality"]
        for table in ("plan", "allocations")
        for row in plan.rows(table)
    }


def _figures(plan: Published) -> Iterator[Figure]:
    """Yield what the plan builds, leaves unmet and costs."""
    at = MUNICIPALITY
    for row in plan.rows("plan"):
        code, year = row["municipality_code"], row["year"]
        yield subjects.DWELLINGS, at, code, row["dwelling_type"], "", year, "dwellings", row["dwellings"]
        for kind in ("extra_cost", "deficit"):
            if row[f"{kind}_eur"]:
                yield subjects.COST, at, code, kind, "", year, "EUR", row[f"{kind}_eur"]
    for row in plan.rows("needs"):
        place, year = (row["purpose"], row["place"], row["need_category"], ""), row["year"]
        for subject in (subjects.REQUIRED, subjects.DELIVERED, subjects.SHORTFALL):
            yield subject, *place, year, "dwellings", row[subject]
    for row in plan.rows("funding"):
        code, year = row["municipality_code"], row["year"]
        yield subjects.PAID, at, code, row["payer"], row["kind"], year, "EUR", row["amount_eur"]
    for row in plan.rows("fair_share"):
        code, year = row["municipality_code"], row["year"]
        for subject, column in ((subjects.DEVIATION, "deviation"), (subjects.TARGET, "target")):
            yield subject, at, code, row["rule_id"], row["place"], year, "dwellings", row[column]
    for row in plan.rows("waiting_list"):
        place, year = (row["purpose"], row["place"], row["flow_id"], row["group"]), row["year"]
        yield subjects.WAITING, *place, year, "households", row["waiting_after"]
    for row in plan.rows("stock"):
        if row["social_share_pct"] is not None:
            share = row["social_share_pct"]
            yield subjects.SOCIAL_SHARE, at, row["municipality_code"], "", "", row["year"], "%", share


def _rules(plan: Published) -> Iterator[Figure]:
    """Yield per rule and place how many lines there are, hold just so, and are broken, and by how much."""
    strengths = {"hard": subjects.HARD, "soft": subjects.SOFT, "monitor": subjects.MONITOR}
    for row in plan.rows("rules"):
        where = (row["purpose"] or "", row["place"] or "", row["rule_id"], row["family"], None)
        yield strengths[row["strength"]], *where, "lines", 1
        if row["binding"]:
            yield subjects.BINDING, *where, "lines", 1
        if row["verdict"] == "broken":
            yield subjects.BROKEN, *where, "lines", 1
            if row["slack"]:
                yield subjects.SHORT, *where, row["unit"], row["slack"]


def _measures(manifest: Any) -> Iterator[Figure]:
    """Yield every measure, and of those that a stage minimised alone what no plan can be below."""
    everywhere = ("", "")
    values = dict(manifest.get("measures") or {})
    for stage in manifest["stages"]:
        values |= {part["measure"]: part["value_published"] for part in stage["measures"]}
    for name, value in values.items():
        yield subjects.MEASURE, *everywhere, name, "", None, MEASURE_UNITS[name], value
    told: set[str] = set()
    for stage in manifest["stages"]:
        measures = [part["measure"] for part in stage["measures"]]
        # Of a blend only the whole was proved; of a stage that was not run, nothing.
        if len(measures) > 1 or stage["stopped"] == "not_run" or stage["bound"] is None:
            continue
        [part] = stage["measures"]
        name, unit = part["measure"], MEASURE_UNITS[part["measure"]]
        # Minimised again it has the limit of its first stage: the first bound holds with the fewest.
        if name in told:
            continue
        told.add(name)
        # No measure can be below zero, and none above its bound by a rounding.
        bound = min(max(0.0, stage["bound"] / part["weight"]), values[name])
        yield subjects.BOUND, *everywhere, name, "", None, unit, bound
        yield subjects.STAGE, *everywhere, name, "", None, "", stage["stage"]
    if manifest.get("reproducible") is not None:
        yield subjects.REPEATS, *everywhere, "", "", None, "", float(manifest["reproducible"])
