"""What there is to say beside the numbers of a comparison of keys, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from thuisplan.inputs.compare_keys import KeyColumn, KeyComparison
from thuisplan.inputs.key_shares import Keys
from thuisplan.inputs.labels import KEY_BASES
from thuisplan.outputs.texts import text

LISTED = 12
"""Municipalities that a sentence names; of the rest it says how many."""


def key_name(column: KeyColumn, language: str) -> str:
    """Return what a key is called: its code, or the figure that a plain key follows."""
    return column.key.key_id if column.own else KEY_BASES.text(column.key.basis, language)


def notes(comparison: KeyComparison, known: Keys, language: str) -> tuple[str, ...]:
    """Return the sentences: per key what it follows, its bounds, agreements and ties, then what is missing.

    Parameters
    ----------
    comparison
        Keys side by side.
    known
        The keys with their factors.
    language
        ``nl`` or ``en``.
    """
    found = [line for column in comparison.keys for line in _of_key(comparison, known, column, language)]
    return (*found, *_missing(comparison, language))


def _of_key(comparison: KeyComparison, known: Keys, column: KeyColumn, language: str) -> Iterator[str]:
    key, division = column.key, column.division
    about: dict[str, Any] = {"key": key_name(column, language)}

    def say(name: str, **values: Any) -> str:
        return text(f"keys.{name}", language, **about, **values)

    if key.basis == "factors":
        rows = sorted(known.factors[key.key_id], key=lambda row: row.role == "factor")
        parts = [
            text(
                "keys.part_factor" if row.role == "factor" else "keys.part_share",
                language,
                basis=row.basis,
                weight=row.weight,
                low=row.low,
                high=row.high,
            )
            for row in rows
        ]
        yield say(f"factors_{key.method}", parts=parts)
    for bound in ("floor", "cap"):
        codes = [code for code, hit in sorted(division.hits.items()) if hit == bound]
        if codes:
            yield say(f"hit_{bound}", municipalities=_names(comparison, codes, language))
    if division.changes:
        changes = [
            text("keys.changed", language, name=comparison.names[code], sign="+" if n > 0 else "", change=n)
            for code, n in sorted(division.changes.items())
            if n
        ]
        name = "override" if key.total == column.total else "override_scaled"
        yield say(name, changes=changes, own=key.total, total=column.total)
    if key.start_basis is not None:
        yield say("path", first=key.path_first_year, last=key.path_last_year, basis=key.start_basis)
    elif key.basis == "shares" and _differs(known, column):
        yield say("years", year=comparison.settings.last_year)
    if key.apportionment == "webster":
        yield say("webster")
    if column.tied:
        yield say("tied", municipalities=_names(comparison, column.tied, language))


def _differs(known: Keys, column: KeyColumn) -> bool:
    first = known.listed_in(column.key, known.years[0])
    return any(known.listed_in(column.key, year) != first for year in known.years)


def _missing(comparison: KeyComparison, language: str) -> Iterator[str]:
    everyone = len(comparison.names)
    for key in comparison.without_total:
        yield text("keys.without_total", language, key=key)
    for basis, lacking in comparison.missing.items():
        name = "zero" if not lacking else "missing_everywhere" if len(lacking) == everyone else "missing"
        names = _names(comparison, lacking, language)
        yield text(f"keys.{name}", language, basis=basis, municipalities=names)
    for figure, known in (("today", comparison.today), ("vacated", comparison.vacated)):
        lacking = tuple(code for code in comparison.names if code not in known)
        if lacking:
            name = f"unknown_{figure}" + ("_everywhere" if len(lacking) == everyone else "")
            yield text(f"keys.{name}", language, municipalities=_names(comparison, lacking, language))
    if comparison.today and not comparison.settings.permit_holders_inside:
        yield text("keys.mixed", language)


def _names(comparison: KeyComparison, codes: Iterable[str], language: str) -> Sequence[str]:
    names = [comparison.names[code] for code in codes]
    if len(names) <= LISTED:
        return names
    return [*names[: LISTED - 1], text("keys.more", language, count=len(names) - LISTED + 1)]
