"""Checks on distribution keys and the fair share rules that use them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from thuisplan.inputs import check_key_parts
from thuisplan.inputs.check_context import Context, as_ranges
from thuisplan.inputs.check_key_parts import KEY_TABLES
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.key_shares import Keys
from thuisplan.inputs.tables import (
    Key,
    KeyShare,
    Membership,
    Municipality,
    Need,
    Option,
    Rule,
    RuleParameter,
)


def growth_paths(context: Context) -> Iterator[Finding]:
    """Growth paths that are incomplete, run backwards, or stand beside shares."""
    for row in context.rows(Key):
        parts = {
            "start_basis": row.start_basis,
            "path_first_year": row.path_first_year,
            "path_last_year": row.path_last_year,
        }
        about = {"key": row.key_id}
        empty = [name for name, value in parts.items() if value is None]
        if row.basis == "shares":
            # The last year may stay: fair share is tested in it.
            if row.start_basis is not None or row.path_first_year is not None:
                column = "start_basis" if row.start_basis is not None else "path_first_year"
                yield context.at(Severity.WRONG, "path_beside_shares", row, column, **about)
        elif row.start_basis in ("shares", "factors"):
            values = {**about, "basis": row.start_basis}
            yield context.at(Severity.WRONG, "path_from_shares", row, "start_basis", **values)
        elif 0 < len(empty) < len(parts):
            yield context.at(Severity.WRONG, "path_incomplete", row, empty[0], **about)
        elif (row.path_first_year or 0) >= (row.path_last_year or 1):
            years = {"from_year": row.path_first_year, "to_year": row.path_last_year}
            yield context.at(Severity.WRONG, "path_reversed", row, "path_last_year", **about, **years)


def computed_keys(context: Context) -> Iterator[Finding]:
    """Keys that follow a figure that some municipality does not have."""
    told: set[tuple[str, str]] = set()
    for row in context.rows(Key):
        for basis in (row.basis, row.start_basis):
            if basis is None or basis in ("shares", "factors"):
                continue
            for code, municipality in context.municipalities.items():
                if getattr(municipality, basis) is None and (code, basis) not in told:
                    told.add((code, basis))
                    about = {"key": row.key_id, "basis": basis, "municipality": context.name(code)}
                    yield context.at(Severity.WRONG, "key_figure_missing", municipality, basis, **about)
            figures = [getattr(municipality, basis) for municipality in context.municipalities.values()]
            if figures and all(figure == 0 for figure in figures):
                yield context.at(Severity.WRONG, "key_total_zero", row, "basis", key=row.key_id, basis=basis)


def _shares(context: Context, key: str) -> dict[int, dict[str, Fraction]]:
    """Return year -> municipality -> share; a share for all years gives way to one for the year."""
    result: dict[int, dict[str, Fraction]] = {year: {} for year in context.years}
    rows = [row for row in context.rows(KeyShare) if row.key_id == key]
    for row in sorted(rows, key=lambda row: row.year is not None):
        for year in context.years if row.year is None else (row.year,):
            if year in result:
                result[year][row.municipality_code] = row.share
    return result


def sums(context: Context) -> Iterator[Finding]:
    """Shares that do not sum to one, told once per stretch of years with the same sum."""
    if not context.complete(KeyShare):
        return
    for key in context.rows(Key):
        shares = [row for row in context.rows(KeyShare) if row.key_id == key.key_id]
        if key.basis != "shares":
            if shares:
                about = {"key": key.key_id, "basis": key.basis}
                yield context.at(Severity.WARNING, "shares_unused", shares[0], "key_id", **about)
            continue
        if not shares:
            yield context.at(Severity.WRONG, "key_without_shares", key, "basis", key=key.key_id)
            continue
        by_sum: dict[Fraction, list[int]] = {}
        for year, parts in _shares(context, key.key_id).items():
            by_sum.setdefault(sum(parts.values(), Fraction(0)), []).append(year)
        for total, years in by_sum.items():
            if total != 1:
                row = min(shares, key=lambda r: (r.year not in years, r.year is not None))
                found = {"years": as_ranges(years), "sum": total, "difference": 1 - total}
                yield context.at(Severity.WRONG, "shares_do_not_sum", row, "share", key=key.key_id, **found)


def fair_shares(context: Context) -> Iterator[Finding]:
    """Fair share rules: every municipality has a share, and there is a task to divide."""
    if not context.complete(RuleParameter, Membership, Municipality):
        return
    keys = Keys(context.scenario)
    for rule in context.rules.values():
        if rule.family != "fair_share":
            continue
        if rule.place is None and len(context.places_of(rule)) > 1:
            yield context.at(
                Severity.WRONG, "fair_share_of_several_regions", rule, "place", rule=rule.rule_id
            )
        key = keys.keys.get(str(context.parameters(rule)["key"]))
        if key is not None and context.complete(*KEY_TABLES):
            yield from _members_of_key(context, keys, rule, key)
        if context.complete(Need, Option):
            yield from _task(context, rule)


def _members_of_key(context: Context, keys: Keys, rule: Rule, key: Key) -> Iterator[Finding]:
    shares = {year: _shares_in(keys, key, year) for year in context.years}
    for place, codes in context.places_of(rule).items():
        about = {"rule": rule.rule_id, "key": key.key_id, "place": place}
        for code in codes:
            years = [year for year, parts in shares.items() if parts and code not in parts]
            if years:
                missing = {"municipality": context.name(code), "years": as_ranges(years)}
                yield context.at(
                    Severity.WRONG, "key_without_municipality", key, "key_id", **about, **missing
                )
        sums_ = {
            sum((parts.get(code, Fraction(0)) for code in codes), Fraction(0))
            for parts in shares.values()
            if parts
        }
        if (least := min(sums_, default=Fraction(1))) < 1 and not _sum_is_wrong(context, key):
            yield context.at(Severity.WARNING, "key_wider_than_region", key, "key_id", **about, sum=least)


def _shares_in(keys: Keys, key: Key, year: int) -> Mapping[str, Fraction]:
    """Return the shares of a key where its path ends; none if they cannot be computed."""
    if key.basis == "shares" and not keys.is_adjusted(key):
        return keys.listed_in(key, year)
    try:
        return keys.division(key, year).shares
    except (ValueError, ZeroDivisionError):
        return {}  # told by the checks on keys


def _sum_is_wrong(context: Context, key: Key) -> bool:
    if key.basis != "shares":
        return False
    return any(sum(parts.values(), Fraction(0)) != 1 for parts in _shares(context, key.key_id).values())


def _task(context: Context, rule: Rule) -> Iterator[Finding]:
    """Yield what is wrong with the task that a rule divides."""
    parameters = context.parameters(rule)
    places = context.places_of(rule)
    codes = {code for members in places.values() for code in members}
    about = {"rule": rule.rule_id}
    named = [n for n in parameters["needs"] or () if n in context.needs]
    for need in named:
        row = context.needs[need][0]
        if codes and not context.members(row.purpose, row.place) <= codes:
            given = context.given[rule.rule_id]["needs"]
            yield context.at(
                Severity.WRONG, "need_outside_rule", given, "value", **about, need=need, place=row.place
            )
    if parameters["needs"] or parameters["basis"] == "delivered" or not parameters["options"]:
        return
    served = {
        context.options[o].need_category or context.options[o].dwelling_type
        for o in parameters["options"]
        if o in context.options
    }
    task = [
        rows[0].need_id
        for rows in context.needs.values()
        if rows[0].decides
        and rows[0].need_category in served
        and rows[0].purpose == context.purpose(rule)
        and rule.place in (None, rows[0].place)
    ]
    if served and not task:
        yield context.at(Severity.WRONG, "fair_share_without_task", rule, "family", **about)


CHECKS = (growth_paths, computed_keys, sums, *check_key_parts.CHECKS, fair_shares)
