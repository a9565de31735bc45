"""Checks on what keys are made of: figures, factors, bounds and overrides."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.columns import Row
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.key_shares import Division, Keys, Shares
from thuisplan.inputs.labels import KEY_FIGURES
from thuisplan.inputs.tables import (
    Key,
    KeyBound,
    KeyFactor,
    KeyOverride,
    KeyShare,
    Municipality,
    MunicipalityFigure,
)

KEY_TABLES: tuple[type[Row], ...] = (
    Municipality,
    MunicipalityFigure,
    Key,
    KeyFactor,
    KeyBound,
    KeyOverride,
    KeyShare,
)
"""Tables that decide on the shares of a key."""


def own_figures(context: Context) -> Iterator[Finding]:
    """Figures with the name of a column of the municipalities: nobody could tell which one is meant."""
    told: set[str] = set()
    for row in context.rows(MunicipalityFigure):
        if row.figure in KEY_FIGURES.labels and row.figure not in told:
            told.add(row.figure)
            yield context.at(Severity.WRONG, "figure_is_column", row, "figure", basis=row.figure)


def keys(context: Context) -> Iterator[Finding]:
    """Keys whose factors, bounds or overrides do not make shares of one whole."""
    if not context.complete(*KEY_TABLES):
        return
    known = Keys(context.scenario)
    for key in context.rows(Key):
        found = [*_factors(context, known, key), *_bounds(context, key), *_overrides(context, key)]
        yield from found
        if not any(finding.severity is Severity.WRONG for finding in found):
            yield from _outcome(context, known, key)


# --- factors ------------------------------------------------------------------------


def _factors(context: Context, known: Keys, key: Key) -> Iterator[Finding]:
    rows = _rows(context, KeyFactor, key)
    about = {"key": key.key_id, "basis": key.basis}
    if key.basis != "factors":
        if rows:
            yield context.at(Severity.WRONG, "factors_unused", rows[0], "key_id", **about)
        if key.method != "additive":
            yield context.at(Severity.WRONG, "method_without_factors", key, "method", **about)
        return
    if not rows:
        yield context.at(Severity.WRONG, "key_without_factors", key, "basis", **about)
    elif key.method == "multiplicative" and all(row.role != "baseline" for row in rows):
        yield context.at(Severity.WRONG, "key_without_baseline", key, "method", **about)
    for row in rows:
        yield from _role(context, key, row)
        yield from _figure(context, known, row)


def _role(context: Context, key: Key, row: KeyFactor) -> Iterator[Finding]:
    about: dict[str, Any] = {"key": key.key_id, "basis": row.basis}
    if (row.role == "share") != (key.method == "additive"):
        code = "role_in_additive_key" if key.method == "additive" else "share_in_multiplicative_key"
        yield context.at(Severity.WRONG, code, row, "role", **about, role=row.role)
        return
    if row.weight == 0:
        yield context.at(Severity.WRONG, "factor_without_weight", row, "weight", **about)
    ends = {"low": row.low, "high": row.high}
    empty = [name for name, end in ends.items() if end is None]
    if row.role == "factor" and empty:
        yield context.at(Severity.WRONG, "factor_without_range", row, empty[0], **about)
    if row.role == "factor" and row.weight not in (0, 1):
        yield context.at(Severity.WRONG, "weight_of_factor", row, "weight", **about)
    if row.role != "factor" and len(empty) < len(ends):
        column = next(name for name in ends if name not in empty)
        yield context.at(Severity.WRONG, "range_without_factor", row, column, **about, role=row.role)


def _figure(context: Context, known: Keys, row: KeyFactor) -> Iterator[Finding]:
    about: dict[str, Any] = {"key": row.key_id, "basis": row.basis}
    if row.basis not in KEY_FIGURES.labels and row.basis not in known.own_figures:
        names = (*KEY_FIGURES.labels, *known.own_figures)
        values = {**about, "nearest": context.nearest(row.basis, names)}
        yield context.at(Severity.WRONG, "unknown_figure", row, "basis", **values)
        return
    figures = known.figures(row.basis)
    missing = context.names(code for code, figure in figures.items() if figure is None)
    if missing:
        yield context.at(
            Severity.WRONG, "factor_figure_missing", row, "basis", **about, municipalities=missing
        )
    elif row.role != "factor" and not any(figures.values()):
        yield context.at(Severity.WRONG, "factor_total_zero", row, "basis", **about)


# --- bounds and overrides -----------------------------------------------------------


def _bounds(context: Context, key: Key) -> Iterator[Finding]:
    rows = _rows(context, KeyBound, key)
    for row in rows:
        about = {"key": key.key_id, "municipality": context.name(row.municipality_code)}
        if row.floor is None and row.cap is None:
            yield context.at(Severity.WRONG, "bound_empty", row, "cap", **about)
        elif row.floor is not None and row.cap is not None and row.floor > row.cap:
            values = {**about, "floor": row.floor, "cap": row.cap}
            yield context.at(Severity.WRONG, "bounds_cross", row, "floor", **values)
    least = sum((row.floor for row in rows if row.floor is not None), Fraction(0))
    if least > 1:
        yield context.at(Severity.WRONG, "floors_above_total", rows[0], "floor", key=key.key_id, sum=least)


def _overrides(context: Context, key: Key) -> Iterator[Finding]:
    rows = _rows(context, KeyOverride, key)
    if not rows:
        return
    if key.total is None:
        yield context.at(Severity.WRONG, "override_without_total", rows[0], "change", key=key.key_id)
    if total := sum(row.change for row in rows):
        signed = [row.change for row in rows]
        values = {"key": key.key_id, "sum": total, "changes": signed}
        yield context.at(Severity.WRONG, "overrides_do_not_sum", rows[-1], "change", **values)


# --- what comes of it -----------------------------------------------------------------


def _outcome(context: Context, known: Keys, key: Key) -> Iterator[Finding]:
    """Yield what shows only when the key is computed: caps that are too low, shares below zero."""
    ends = [(row.low, row.high) for row in _rows(context, KeyFactor, key) if row.role == "factor"]
    if not known.is_adjusted(key) and all(low and high for low, high in ends):
        return  # nothing can go wrong
    for year in context.years if key.basis == "shares" else context.years[:1]:
        try:
            unbounded = known.parts(key, year)
        except (ValueError, ZeroDivisionError):
            # A missing figure was told by another check; what is left is a product of zeros.
            if key.method == "multiplicative":
                yield context.at(Severity.WRONG, "key_leaves_nothing", key, "method", key=key.key_id)
            return
        shares: Shares = {}
        for part in unbounded.values():
            shares = {code: shares.get(code, Fraction(0)) + share for code, share in part.items()}
        if sum(shares.values(), Fraction(0)) != 1:
            return  # told by the check on listed shares
        if finding := _caps(context, key, shares):
            yield finding
            return
        problems = [*_changed(context, key, known.division(key, year))]
        yield from problems
        if problems:
            return


def _caps(context: Context, key: Key, shares: Shares) -> Finding | None:
    """Return a finding if all caps together are less than the whole."""
    rows = {row.municipality_code: row for row in _rows(context, KeyBound, key)}
    most = Fraction(0)
    for code in {*shares, *rows}:
        bound = rows.get(code)
        if shares.get(code):
            most += 1 if bound is None or bound.cap is None else bound.cap
        elif bound is not None and bound.floor is not None:
            most += bound.floor  # without a share of its own it gets no more than that
    if most >= 1:
        return None
    row = next(row for row in rows.values() if row.cap is not None)
    return context.at(Severity.WRONG, "caps_below_total", row, "cap", key=key.key_id, sum=most)


def _changed(context: Context, key: Key, division: Division) -> Iterator[Finding]:
    """Yield overrides that leave less than nothing, or go past a bound."""
    total = key.total or 1
    bounds = {row.municipality_code: row for row in _rows(context, KeyBound, key)}
    for row in _rows(context, KeyOverride, key):
        code = row.municipality_code
        share = division.shares[code]
        about = {"key": key.key_id, "municipality": context.name(code), "change": row.change}
        if share < 0:
            values = {**about, "before": division.bounded[code] * total}
            yield context.at(Severity.WRONG, "override_below_zero", row, "change", **values)
        elif (bound := bounds.get(code)) is not None and (
            (bound.floor is not None and share < bound.floor) or (bound.cap is not None and share > bound.cap)
        ):
            values = {**about, "share": share}
            yield context.at(Severity.WARNING, "override_past_bound", row, "change", **values)


def _rows(context: Context, row_type: type[Any], key: Key) -> list[Any]:
    return [row for row in context.rows(row_type) if row.key_id == key.key_id]


CHECKS = (own_figures, keys)
