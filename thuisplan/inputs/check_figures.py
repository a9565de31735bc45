"""Checks on figures that cannot be, or can hardly be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from statistics import median

from thuisplan.inputs.check_context import Context
from thuisplan.inputs.columns import write_exact
from thuisplan.inputs.findings import Finding, Severity
from thuisplan.inputs.tables import Availability, Capacity, Municipality, Need, StockChange

LARGE_MUNICIPALITY = 1_000_000
"""Inhabitants; Amsterdam, the largest, had 931,000 in 2024 (CBS)."""
HOUSEHOLD = (Fraction(6, 5), Fraction(4))
"""Inhabitants per dwelling that are not surprising; the nation has 2.2 (CBS 2023)."""
ABOVE_MEDIAN = 20
LARGE_SHARE = Fraction(1, 10)
"""Part of a stock that no municipality adds in one year."""

KEEPS_DWELLING = frozenset({"sale", "liberalisation"})
"""Causes by which a dwelling leaves its segment, but not the dwelling stock."""


def stocks(context: Context) -> Iterator[Finding]:
    """Parts that are larger than the whole."""
    pairs = (
        ("social_stock", "dwelling_stock"),
        ("mid_stock", "dwelling_stock"),
        ("vacancies_per_year", "social_stock"),
        ("households", "inhabitants"),
    )
    for row in context.rows(Municipality):
        for column, whole in pairs:
            part, all_ = getattr(row, column), getattr(row, whole)
            if part is not None and all_ is not None and part > all_:
                about = {"municipality": context.name(row.code), "part": part, "whole": all_}
                yield context.at(Severity.WRONG, f"{column}_above_{whole}", row, column, **about)


def inhabitants(context: Context) -> Iterator[Finding]:
    """Inhabitants that do not go with the dwellings, or with the neighbours."""
    rows = [row for row in context.rows(Municipality) if row.inhabitants is not None]
    people = median([row.inhabitants or 0 for row in rows]) if rows else 0
    known = [row.dwelling_stock for row in rows if row.dwelling_stock]
    dwellings = median(known) if known else 0
    for row in rows:
        number, stock = row.inhabitants or 0, row.dwelling_stock
        about = {"municipality": context.name(row.code), "inhabitants": number}
        if number > LARGE_MUNICIPALITY:
            yield context.at(Severity.WARNING, "absurd_inhabitants", row, "inhabitants", **about)
        elif stock and not HOUSEHOLD[0] <= (size := Fraction(number, stock)) <= HOUSEHOLD[1]:
            more = {"stock": stock, "size": round(size, 1)}
            yield context.at(Severity.WARNING, "absurd_household", row, "inhabitants", **about, **more)
        elif len(rows) > 2 and number > ABOVE_MEDIAN * people and (stock or 0) <= ABOVE_MEDIAN * dwellings:
            more = {"median": int(people)}
            yield context.at(
                Severity.WARNING, "inhabitants_above_median", row, "inhabitants", **about, **more
            )


def boundary_years(context: Context) -> Iterator[Finding]:
    """Municipalities with the boundaries of another year than most."""
    years = Counter(row.boundary_year for row in context.rows(Municipality))
    if len(years) < 2:
        return
    usual = max(years, key=lambda year: (years[year], year))
    for row in context.rows(Municipality):
        if row.boundary_year != usual:
            about = {"municipality": context.name(row.code), "year": row.boundary_year, "usual": usual}
            yield context.at(Severity.WARNING, "boundary_years_differ", row, "boundary_year", **about)


def _stock(context: Context, codes: frozenset[str]) -> int | None:
    """Return the dwellings of municipalities together; None if one is unknown."""
    figures = [
        context.municipalities[code].dwelling_stock for code in codes if code in context.municipalities
    ]
    return sum(f for f in figures if f) if figures and all(figures) else None


def needs(context: Context) -> Iterator[Finding]:
    """A need of more than a tenth of the stock in one year."""
    for row in context.rows(Need):
        stock = _stock(context, context.members(row.purpose, row.place))
        amount = max((value for value in (row.low, row.central, row.high) if value is not None), default=None)
        if stock and amount is not None and amount > LARGE_SHARE * stock:
            column = next(name for name in ("low", "central", "high") if getattr(row, name) == amount)
            about = {"need": row.need_id, "amount": amount, "stock": stock}
            yield context.at(Severity.WARNING, "absurd_need", row, column, **about)


def capacity(context: Context) -> Iterator[Finding]:
    """A capacity of more than a tenth of the stock in one year."""
    for row in context.rows(Capacity):
        stock = _stock(context, frozenset((row.municipality_code,)))
        if stock and row.dwellings_per_year > LARGE_SHARE * stock:
            about = {
                "municipality": context.name(row.municipality_code),
                "dwellings": row.dwellings_per_year,
                "stock": stock,
            }
            yield context.at(Severity.WARNING, "absurd_capacity", row, "dwellings_per_year", **about)


def options(context: Context) -> Iterator[Finding]:
    """Options that can never be completed: too late, or in too large projects."""
    settings = context.settings
    if not context.complete(Availability):
        return
    for row in context.options.values():
        first = max(row.first_year or 0, settings.open_year + row.lead_time_years)
        if first > settings.last_year:
            column = "first_year" if row.first_year == first else "lead_time_years"
            about = {"option": row.option, "first": first, "last": settings.last_year}
            yield context.at(Severity.WARNING, "option_too_late", row, column, **about)
            continue
        most = {code: context.most_offered(code, row.option) for code in context.municipalities}
        small = [code for code, number in most.items() if 0 < number < row.minimum_project]
        if small:
            about_size = {
                "option": row.option,
                "minimum": row.minimum_project,
                "municipalities": context.names(small),
            }
            yield context.at(Severity.WARNING, "project_never_fits", row, "minimum_project", **about_size)


def national_average(context: Context) -> Iterator[Finding]:
    """A national average that is not a share."""
    share = context.settings.national_social_share
    if not 0 <= share <= 1:
        shown = write_exact(share, context.settings.language)
        yield context.at_setting(
            Severity.WRONG, "national_share_not_a_share", "national_social_share", shown, share=share
        )


def losses(context: Context) -> Iterator[Finding]:
    """Losses whose parts do not go with their cause, or that are more than the stock."""
    columns = ("dwellings_lost", "social_lost", "mid_lost")
    lost: dict[tuple[str, str], int] = {}
    rows: dict[tuple[str, str], StockChange] = {}
    for row in context.rows(StockChange):
        about = {"cause": row.cause, "lost": row.dwellings_lost, "parts": row.social_lost + row.mid_lost}
        if row.cause in KEEPS_DWELLING and row.dwellings_lost:
            yield context.at(Severity.WRONG, "loss_keeps_dwelling", row, "dwellings_lost", **about)
        elif row.cause == "demolition" and row.social_lost + row.mid_lost > row.dwellings_lost:
            yield context.at(Severity.WRONG, "loss_parts_above_whole", row, "dwellings_lost", **about)
        for column in columns:
            key = (row.municipality_code, column)
            lost[key] = lost.get(key, 0) + getattr(row, column) * len(context.spread(row))
            rows.setdefault(key, row)
    stock_of = dict(zip(columns, ("dwelling_stock", "social_stock", "mid_stock"), strict=True))
    for (code, column), number in lost.items():
        stock = getattr(context.municipalities.get(code), stock_of[column], None)
        if stock is not None and number > stock:
            over = {"municipality": context.name(code), "lost": number, "stock": stock}
            yield context.at(Severity.WARNING, "losses_above_stock", rows[code, column], column, **over)


CHECKS = (stocks, inhabitants, boundary_years, needs, capacity, options, losses, national_average)
