"""What the distribution keys of the resolved input must be, computed anew from the rows as given."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from fractions import Fraction
from math import prod
from typing import Any

from thuisplan.outputs.verification.original_rows import Original, as_text, texts
from thuisplan.outputs.verification.resolved import Texts

Shares = dict[str, Fraction]

_COLUMNS = (
    "inhabitants",
    "households",
    "dwelling_stock",
    "social_stock",
    "vacancies_per_year",
    "urgent_lettings_today",
)
"""Figures that stand in the table of municipalities; others stand in that of figures."""


def keys(original: Original, table: str) -> Iterator[Texts]:
    """Every key with its shares listed; the last year of a growth path stays."""
    for row in original.rows[table]:
        yield texts(row, basis="shares", method="additive", start_basis=None, path_first_year=None)


def key_shares(original: Original, table: str) -> Iterator[Texts]:
    """Listed shares per year; else from the shares at the start to those of the key, in a straight line."""
    for key in original.rows["keys"]:
        rows = _of(original, table, key)
        if key.basis == "shares" and not _of(original, "key_bounds", key) + _of(
            original, "key_overrides", key
        ):
            own = {(row.municipality_code, row.year) for row in rows}
            for row in rows:
                # A share of a year outside the horizon is kept, and divides nothing.
                every = [y for y in original.settings.years if (row.municipality_code, y) not in own]
                yield from (texts(row, year=year) for year in (every if row.year is None else [row.year]))
            continue
        for place, year, share in _path(original, key):
            yield {
                "key_id": key.key_id,
                "municipality_code": place,
                "year": as_text(year),
                "share": as_text(share),
                "source": as_text(key.source),
            }


def _of(original: Original, table: str, key: Any) -> list[Any]:
    return [row for row in original.rows[table] if row.key_id == key.key_id]


def _path(original: Original, key: Any) -> Iterator[tuple[str, int, Fraction]]:
    goal = _goal(original, key, original.settings.last_year)
    start = goal if key.start_basis is None else _fractions(original, key.start_basis)
    for year in original.settings.years:
        if key.basis == "shares":
            goal = start = _goal(original, key, year)
        along = Fraction(1)
        if key.start_basis is not None:
            span = key.path_last_year - key.path_first_year
            along = min(Fraction(1), max(Fraction(0), Fraction(year - key.path_first_year, span)))
        for place in goal:
            yield place, year, (1 - along) * start[place] + along * goal[place]


def _goal(original: Original, key: Any, year: int) -> Shares:
    """Return the shares within floors and caps, with what was negotiated as a part of the total."""
    shares = _plain(original, key, year)
    bounds = {row.municipality_code: row for row in _of(original, "key_bounds", key)}
    overrides = {row.municipality_code: row.change for row in _of(original, "key_overrides", key)}
    floors = {place: row.floor or Fraction(0) for place, row in bounds.items()}
    caps = {place: row.cap for place, row in bounds.items() if row.cap is not None}
    listed = {*shares, *overrides, *(place for place, row in bounds.items() if row.floor is not None)}
    everyone = {place: shares.get(place, Fraction(0)) for place in listed}
    fitted = _fitted(everyone, floors, caps) if bounds else everyone
    total = key.total if overrides else 1
    return {place: share + Fraction(overrides.get(place, 0), total) for place, share in fitted.items()}


def _fitted(shares: Shares, floors: Shares, caps: Shares) -> Shares:
    """Find the scale at which shares, cut off at floors and caps, sum to one: between two of their bends."""

    def cut(scale: Fraction) -> Shares:
        return {
            # Who has no share of its own gets no more than the floor.
            place: max(min(scale * share, caps.get(place, scale * share)), floors.get(place, Fraction(0)))
            for place, share in shares.items()
        }

    def whole(scale: Fraction) -> Fraction:
        return sum(cut(scale).values(), Fraction(0))

    ends = [(end, shares.get(place)) for bound in (floors, caps) for place, end in bound.items()]
    bends = sorted({Fraction(0), *(end / share for end, share in ends if share)})
    before = bends[max(0, bisect_right(bends, Fraction(1), key=whole) - 1)]
    at_bend = cut(before)
    growing = sum(
        share
        for place, share in shares.items()
        if at_bend[place] == before * share and (place not in caps or before * share < caps[place])
    )
    missing = 1 - sum(at_bend.values(), Fraction(0))
    return cut(before + missing / growing) if growing else at_bend


def _plain(original: Original, key: Any, year: int) -> Shares:
    """Return the shares before floors, caps and overrides."""
    if key.basis == "shares":
        rows = sorted(_of(original, "key_shares", key), key=lambda row: row.year is not None)
        return {row.municipality_code: row.share for row in rows if row.year in (None, year)}
    if key.basis != "factors":
        return _fractions(original, key.basis)
    rows = _of(original, "key_factors", key)
    base = [row for row in rows if row.role in ("share", "baseline")]
    scores = [_scores(original, row) for row in rows if row.role == "factor"]
    fractions = [(row.weight, _fractions(original, row.basis)) for row in base]
    product = {
        row.code: sum(weight * shares[row.code] for weight, shares in fractions)
        * prod((score[row.code] for score in scores), start=Fraction(1))
        for row in original.rows["municipalities"]
    }
    whole = sum(product.values())
    return {place: Fraction(value / whole) for place, value in product.items()}


def _scores(original: Original, row: Any) -> Shares:
    """Return the figures of a factor on a straight line from its low to its high."""
    figures = _figures(original, row.basis)
    least, most = min(figures.values()), max(figures.values())
    if least == most:
        return dict.fromkeys(figures, (row.low + row.high) / 2)
    along = {place: (figure - least) / (most - least) for place, figure in figures.items()}
    return {place: (1 - part) * row.low + part * row.high for place, part in along.items()}


def _figures(original: Original, basis: str) -> Shares:
    if basis in _COLUMNS:
        return {row.code: Fraction(getattr(row, basis)) for row in original.rows["municipalities"]}
    rows = original.rows["municipality_figures"]
    return {row.municipality_code: row.value for row in rows if row.figure == basis}


def _fractions(original: Original, basis: str) -> Shares:
    figures = _figures(original, basis)
    whole = sum(figures.values())
    return {place: Fraction(figure / whole) for place, figure in figures.items()}
