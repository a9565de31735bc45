"""Checks what the manifest says of the stages and of the plan as a whole.

The stages are those of the resolved input. Their values, limits and gaps are recomputed. When a stage
ended and which bound was proved is the solver's word: that is only checked for not contradicting itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from thuisplan.outputs.verification.measures import UNITS
from thuisplan.outputs.verification.problems import Problem, problem
from thuisplan.outputs.verification.resolved import Row
from thuisplan.outputs.verification.tables import Tables

FILE = "manifest.json"

# The manifest gives values in floating point, some of them sums of many.
TOLERANCE = 1e-6
# Solvers prove a bound up to their own tolerances, over many rows.
BOUND_TOLERANCE = 1e-4

# What later stages may give back of the change from an earlier plan, unless the input says otherwise.
_KEPT = {"keep_rel": Fraction(0), "keep_abs": Fraction(0)}

_CLOSED = frozenset({"closed", "at_bound"})


def check_manifest(
    tables: Tables,
    values: Mapping[str, Fraction],
    lines: int,
    manifest: Mapping[str, Any],
    found: list[Problem],
) -> int:
    """Check stages and status; return how many figures were compared.

    Parameters
    ----------
    tables
        The resolved input and the plan.
    values
        Measure -> value, recomputed.
    lines
        How many requirement lines there are.
    manifest
        As written.
    found
        What differs is added to it.
    """
    written: dict[Any, Mapping[str, Any]] = {}
    for stage in manifest.get("stages") or ():
        number = stage.get("stage")
        if number in written:
            found.append(problem("stage_unexpected", file=FILE, stage=number))
        written[number] = stage
    rows: dict[int, list[Row]] = {}
    for row in _listed(tables.rows("stages"), manifest):
        rows.setdefault(row["stage"], []).append(row)
    if (manifest.get("options") or {}).get("stages") == "first":
        # Of a variant the first stage alone may have been asked.
        rows = {number: rows[number] for number in sorted(rows)[:1]}
    for number in (n for n in written if n not in rows):
        found.append(problem("stage_unexpected", file=FILE, stage=number))
    compared = 0
    for number, parts in sorted(rows.items()):
        if number not in written:
            found.append(problem("stage_missing", file=FILE, stage=number))
            continue
        for differing in _stage(parts, values, written[number]):
            compared += 1
            found += [differing] if differing is not None else []
    found += _status(list(written.values()), lines, manifest)
    for name, said in (manifest.get("measures") or {}).items():
        compared += 1
        if name not in values or not _close(said, values[name]):
            expected = float(values[name]) if name in values else None
            shown = {"column": f"measures.{name}", "expected": expected, "found": said}
            found.append(problem("status_differs", file=FILE, **shown))
    return compared


def _listed(stages: Sequence[Row], manifest: Mapping[str, Any]) -> list[Row]:
    """Return the rows of the stages; with an earlier plan, the change from it comes before lateness.

    Unless the input itself says where. Every stage from there on has the next number.
    """
    if manifest.get("reference") is None or any(row["measure"] == "change" for row in stages):
        return list(stages)
    late = [row["stage"] for row in stages if row["measure"] == "lateness"]
    number = min(late, default=max((row["stage"] for row in stages), default=0) + 1)
    moved = [{**row, "stage": row["stage"] + (row["stage"] >= number)} for row in stages]
    return [*moved, {"stage": number, "measure": "change", "weight": Fraction(1), **_KEPT}]


def _stage(
    parts: list[Row], values: Mapping[str, Fraction], stage: Mapping[str, Any]
) -> Iterator[Problem | None]:
    """Yield a problem, or None, for every figure of a stage."""
    where = {"file": FILE, "stage": parts[0]["stage"]}
    unknown = [row["measure"] for row in parts if row["measure"] not in values]
    if unknown:
        yield from (problem("unknown_measure", **where, measure=name) for name in unknown)
        return
    given = {row.get("measure"): row for row in stage.get("measures") or ()}
    wanted = sorted(row["measure"] for row in parts)
    listed = sorted(str(row.get("measure")) for row in stage.get("measures") or ())
    yield _differs(where, "measures", wanted, listed)
    if wanted != listed:
        return
    total = Fraction(0)
    for row in parts:
        name, value = row["measure"], values[row["measure"]]
        total += row["weight"] * value
        yield _differs(where, f"weight {name}", row["weight"], given[name].get("weight"))
        published = given[name].get("value_published")
        differs = {**where, "measure": name, "expected": float(value), "found": published}
        yield None if _close(published, value) else problem("measure_differs", **differs)
    unit = UNITS[parts[0]["measure"]] if len(parts) == 1 else "blend"
    yield _differs(where, "unit", unit, stage.get("unit"))
    yield _differs(where, "value_published", total, stage.get("value_published"))
    yield from _limit(where, parts, float(total), stage)
    yield from _gap(where, float(total), stage)


def _limit(
    where: Mapping[str, Any], parts: list[Row], total: float, stage: Mapping[str, Any]
) -> Iterator[Problem | None]:
    """Yield what differs in the limit: the value at the end of the stage, plus what may be given back."""
    closed, limit = stage.get("value_closed"), stage.get("limit")
    expected = None
    if closed is not None:
        relative = max(float(row["keep_rel"]) for row in parts)
        expected = closed + max(relative * abs(closed), max(float(row["keep_abs"]) for row in parts))
    yield _differs(where, "limit", expected, limit)
    above = limit is not None and total > limit + _room(limit, TOLERANCE)
    yield problem("limit_exceeded", **where, expected=limit, found=total) if above else None


def _gap(where: Mapping[str, Any], total: float, stage: Mapping[str, Any]) -> Iterator[Problem | None]:
    """Yield what differs in the gap, and a bound above a value: no plan can be better than the bound."""
    bound, closed, published = (stage.get(name) for name in ("bound", "value_closed", "value_published"))
    absolute, relative = stage.get("gap_absolute"), stage.get("gap_relative")
    if bound is None:
        yield _differs(where, "gap_absolute", None, absolute)
        yield _differs(where, "gap_relative", None, relative)
        return
    for value, tolerance in ((closed, TOLERANCE), (total, BOUND_TOLERANCE)):
        above = value is not None and bound > value + _room(value, tolerance)
        yield problem("bound_above_value", **where, expected=value, found=bound) if above else None
    # A small difference of large figures: only those that were written give it exactly.
    gap = published - bound
    yield _differs(where, "gap_absolute", gap, absolute)
    expected = 0.0 if gap <= 0 else gap / abs(published) if published else None
    yield _differs(where, "gap_relative", expected, relative)


def _status(stages: list[Mapping[str, Any]], lines: int, manifest: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what does not go with how the stages ended, and another number of requirements."""
    stopped = [stage.get("stopped") for stage in stages if stage.get("stopped") not in _CLOSED]
    status = manifest.get("status") or {}
    reproducible = manifest.get("reproducible")
    expected = {
        "status.stopped": (stopped[0] if stopped else "closed", status.get("stopped")),
        "status.holds": ("plan" if stopped else "optimum within tolerances", status.get("holds")),
        # A plan may be hard to repeat for other reasons; it is when the clock ended a stage.
        "reproducible": (reproducible is True and not stopped, reproducible),
        "verification.requirements": (lines, (manifest.get("verification") or {}).get("requirements")),
    }
    for column, (wanted, written) in expected.items():
        if wanted != written or isinstance(wanted, bool) != isinstance(written, bool):
            values = {"column": column, "expected": wanted, "found": written}
            yield problem("status_differs", file=FILE, **values)


def _differs(where: Mapping[str, Any], column: str, expected: Any, found: Any) -> Problem | None:
    numbers = isinstance(expected, int | float | Fraction)
    if _close(found, expected) if numbers else found == expected:
        return None
    shown = float(expected) if numbers else expected
    return problem("stage_differs", **where, column=column, expected=shown, found=found)


def _close(found: Any, expected: Any) -> bool:
    number = isinstance(found, int | float | Fraction) and not isinstance(found, bool)
    return number and math.isclose(found, float(expected), rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _room(value: float, tolerance: float) -> float:
    return tolerance * max(1.0, abs(value))
