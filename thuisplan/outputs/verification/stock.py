"""The dwelling stock of a municipality year by year, as the rules about stock and turnover count it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thuisplan.outputs.verification.tables import Tables


def stock(tables: Tables, place: str, part: str, year: int) -> int | None:
    """Return the stock of a municipality in a year: ``dwelling``, ``social`` or ``mid``; None if unknown."""
    start: int | None = tables.municipalities[place][f"{part}_stock"]
    if start is None:
        return None
    adds, lost = {"dwelling": ("adds_stock", "dwellings_lost")}.get(part, (f"adds_{part}", f"{part}_lost"))
    return (
        start
        + tables.in_service((place,), tables.options_with(adds), year)
        - losses(tables, place, lost, year)
    )


def losses(tables: Tables, place: str, column: str, year: int) -> int:
    """Return what a column of the stock changes takes off in the horizon up to a year."""
    return sum(
        row[column]
        for row in tables.rows("stock_changes")
        for t in tables.years
        if row["municipality_code"] == place and row["from_year"] <= t <= min(row["to_year"], year)
    )
