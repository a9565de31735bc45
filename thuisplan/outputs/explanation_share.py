"""Which part of a task is this municipality's: the rules that divide it, and what the key consists of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from thuisplan.inputs.tables import Exemption, Key, KeyFactor, Rule
from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.explanation_subject import Subject, about_rule
from thuisplan.outputs.fair_share import LETTINGS_TRACK
from thuisplan.outputs.type_words import type_words

SHARE = "explain_share"

Rows = Iterator[dict[str, Any]]


def dividing_rules(subject: Subject) -> list[Rule]:
    """Return the fair-share rules that divide something these dwellings count for."""
    instance = subject.instance
    found = []
    for rule in instance.rules():
        if rule.family != "fair_share" or not instance.valid_years(rule):
            continue
        counts = instance.parameters(rule).options
        told = subject.dwelling_type is None or (
            rule.track != LETTINGS_TRACK and bool(subject.options & set(counts))
        )
        if told and any(subject.municipality in region.members for region in instance.regions_of(rule)):
            found.append(rule)
    return found


def at_the_end(subject: Subject, rule: Rule) -> dict[str, Any] | None:
    """Return the row of ``fair_share`` of a rule and this municipality in the last year."""
    rows = [
        row
        for row in subject.published.rows("fair_share")
        if row["rule_id"] == rule.rule_id and row["municipality_code"] == subject.municipality
    ]
    return max(rows, key=lambda row: int(row["year"]), default=None)


# --- what a share consists of -----------------------------------------------------------


def share_rows(subject: Subject) -> Rows:
    """Yield what every figure, bound and agreement contributes to the share, per rule that divides."""
    for rule in dividing_rules(subject):
        key = _key(subject, rule)
        if key is None or at_the_end(subject, rule) is None:
            continue
        for part in _parts(subject, key):
            yield {
                "rule_id": rule.rule_id,
                "key": key.key_id,
                "municipality_code": subject.municipality,
                "part": part.kind,
                "basis": part.basis,
                "figure": None if part.figure is None else float(part.figure),
                "total": None if part.total is None else float(part.total),
                "share": float(part.share),
            }


def _key(subject: Subject, rule: Rule) -> Key | None:
    return subject.keys.keys.get(subject.instance.parameters(rule).key)


@dataclass(frozen=True, slots=True)
class _Part:
    """What adds to a share: ``figure``, ``listed``, ``floor``, ``cap`` or ``agreed``; ``share`` is all of it.

    ``others_bounds`` is what bounds of others add. ``figure`` and ``total`` are here and everywhere, or what
    was agreed and the task it was agreed on.
    """

    kind: str
    share: Fraction
    basis: str | None = None
    figure: Fraction | None = None
    total: Fraction | None = None


def _parts(subject: Subject, key: Key) -> Iterator[_Part]:
    known, code, last = subject.keys, subject.municipality, subject.instance.years[-1]
    division = known.division(key, last)
    zero = Fraction(0)
    for basis, shares in division.parts.items():
        if key.basis == "shares":
            yield _Part("listed", shares.get(code, zero), basis)
            continue
        figures = known.figures(basis)
        whole = sum((figure or zero for figure in figures.values()), zero)
        yield _Part("figure", shares.get(code, zero), basis, figures[code], whole)
    before, after = division.unbounded.get(code, zero), division.bounded.get(code, zero)
    if before != after:
        yield _Part(division.hits.get(code, "others_bounds"), after - before)
    change = division.changes.get(code)
    if change:
        total = None if key.total is None else Fraction(key.total)
        yield _Part("agreed", division.shares[code] - after, None, Fraction(change), total)
    yield _Part("share", division.shares.get(code, zero))


# --- in sentences ---------------------------------------------------------------------


def share_sentences(subject: Subject) -> Iterator[Sentence]:
    """Yield per rule what it divides, the share and its parts, the growth path, and what came of it."""
    rules = dividing_rules(subject)
    if not rules:
        code = "none" if subject.dwelling_type is not None else "none_all"
        yield Sentence(SHARE, code, {"types": type_words(subject.dwelling_type)})
    for rule in rules:
        end = at_the_end(subject, rule)
        if end is None:
            continue
        unit = "households" if rule.track == LETTINGS_TRACK else "dwellings"
        values = {
            "rule": rule.rule_id,
            "about": about_rule(rule),
            "key": end["key"],
            "task": Sentence(SHARE, unit, {"amount": round(end["task"])}),
            "year": end["year"],
        }
        yield Sentence(SHARE, "divides" if end["basis"] == "task" else "divides_delivered", values)
        key = _key(subject, rule)
        if key is not None:
            yield from _share(subject, key, end)
        yield _outcome(subject, end)
    yield from _exemptions(subject)


def _share(subject: Subject, key: Key, end: dict[str, Any]) -> Iterator[Sentence]:
    """Yield what the share consists of: figures, bounds, agreements, and the path towards it."""
    code, last = subject.municipality, int(end["year"])
    known = subject.keys
    share = known.division(key, last).shares.get(code, Fraction(0))
    parts = list(_parts(subject, key))
    yield _figures(subject, key, [part for part in parts if part.kind == "figure"], share)
    for part in parts:
        yield from _bound_or_agreement(subject, key, part, share)
    if key.start_basis is not None and key.path_first_year is not None:
        path: dict[str, Any] = {
            "first": key.path_first_year,
            "last": key.path_last_year,
            "basis": key.start_basis,
            "start": known.proportional(key.start_basis)[code],
            "end": share,
        }
        yield Sentence(SHARE, "path", path)
    used = subject.instance.shares[key.key_id][code, last]
    if used != known.in_year(key, last).get(code):
        yield Sentence(SHARE, "overridden", {"year": last, "share": used})


def _figures(subject: Subject, key: Key, figures: list[_Part], share: Fraction) -> Sentence:
    known, code = subject.keys, subject.municipality
    factors = {row.basis: row for row in known.factors.get(key.key_id, ())}
    if key.basis == "shares":
        return Sentence(SHARE, "listed", {"name": subject.name, "share": share})
    if not factors:
        [only] = figures
        return Sentence(SHARE, "figure", {"name": subject.name, **_figure(only)})
    unbounded = known.division(key, subject.instance.years[-1]).unbounded.get(code, Fraction(0))
    words = [_factor(part, factors[part.basis or ""]) for part in figures]
    values = {"name": subject.name, "share": unbounded, "parts": words}
    return Sentence(SHARE, f"factors_{key.method}", values)


def _figure(part: _Part) -> dict[str, Any]:
    return {"basis": part.basis, "figure": part.figure, "total": part.total, "share": part.share}


def _factor(part: _Part, row: KeyFactor) -> Sentence:
    """Return what a factor adds; a score can take away."""
    values = {**_figure(part), "weight": row.weight, "low": row.low, "high": row.high}
    values["sign"] = "+" if part.share > 0 else ""
    return Sentence(SHARE, "part_factor" if row.role == "factor" else "part_share", values)


def _bound_or_agreement(subject: Subject, key: Key, part: _Part, share: Fraction) -> Iterator[Sentence]:
    known, code = subject.keys, subject.municipality
    division = known.division(key, subject.instance.years[-1])
    if part.kind in ("floor", "cap", "others_bounds"):
        before = division.unbounded.get(code, Fraction(0))
        yield Sentence(SHARE, part.kind, {"before": before, "after": division.bounded[code]})
    elif part.kind == "agreed":
        agreed = [row.agreed_by for row in known.overrides[key.key_id] if row.municipality_code == code]
        values = {"change": part.figure, "total": part.total, "agreed_by": agreed, "share": share}
        yield Sentence(SHARE, "more" if (part.figure or 0) > 0 else "fewer", values)


def _outcome(subject: Subject, end: dict[str, Any]) -> Sentence:
    deviation, tolerance = round(end["deviation"]), end["tolerance"]
    over = abs(end["deviation"]) > tolerance
    code = "within" if not over else "short" if end["deviation"] < 0 else "above"
    values = {
        "name": subject.name,
        "year": end["year"],
        "target": round(end["target"]),
        "delivered": round(end["delivered"]),
        "tolerance": round(tolerance),
        "deviation": abs(deviation),
    }
    return Sentence(SHARE, code, values)


def _exemptions(subject: Subject) -> Iterator[Sentence]:
    for row in subject.instance.rows(Exemption):
        if row.place == subject.municipality:
            code = "exempt" if row.value is None else "exempt_value"
            rule = subject.instance.rules_by_id[row.rule_id]
            values = {"about": about_rule(rule), "value": row.value, "agreed_by": row.agreed_by}
            yield Sentence(SHARE, code, {**values, "name": subject.name})
