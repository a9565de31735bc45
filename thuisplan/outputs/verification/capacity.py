r"""Yearly production and cumulative plan capacity, restated from the tables.

Per municipality, route (or all routes) and planned year: $\sum_o x_{m,t,o} \le C_{m,r,t}$ over options
that XX a plan names a segment, the same for every set $S$ of segments:
options of $S$ fit in the plans of $S$ and those of any segment (Hall's condition). Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from thuisplan.outputs.verification.line import AT_MOST, Line
from thuisplan.outputs.verification.resolved import Row
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``capacity`` rule."""
    users = tables.options_with("uses_capacity")
    yearly = {
        (row["municipality_code"], row["route"], year): row["dwellings_per_year"]
        for row in tables.rows("capacity")
        for year in tables.valid_open_years(rule)
        if row["from_year"] <= year <= row["to_year"]
    }
    for (place, route, year), most in yearly.items():
        options = [o for o in users if route is None or tables.options[o]["route"] == route]
        yield _line(tables, rule, place, route or "all", year, tables.total((place,), (year,), options), most)
    by_place: dict[tuple[str, str], list[Row]] = {}
    for row in tables.rows("plans"):
        by_place.setdefault((row["municipality_code"], row["route"]), []).append(row)
    for (place, route), plans in by_place.items():
        for segments in _segment_sets(tables, route, plans):
            yield from _cumulative(tables, rule, place, route, plans, segments)


def _segment_sets(tables: Tables, route: str, plans: list[Row]) -> Iterator[tuple[str, ...] | None]:
    if all(plan["segment"] is None for plan in plans):
        yield None
        return
    rows = [tables.options[o] for o in sorted({o for _, _, o in tables.possible})]
    segments = sorted({row["segment"] for row in rows if row["uses_capacity"] and row["route"] == route})
    for size in range(1, len(segments) + 1):
        yield from combinations(segments, size)


def _cumulative(
    tables: Tables, rule: Rule, place: str, route: str, plans: list[Row], segments: tuple[str, ...] | None
) -> Iterator[Line]:
    options = [
        o
        for o in tables.options_with("uses_capacity")
        if tables.options[o]["route"] == route
        and (segments is None or tables.options[o]["segment"] in segments)
    ]
    usable = [plan for plan in plans if segments is None or plan["segment"] in (None, *segments)]
    subject = ":".join(("plans", route, *(() if segments is None else ("+".join(segments),))))
    first = tables.settings.first_open_year
    for year in tables.valid_open_years(rule):
        built = tables.total((place,), [t for t in tables.open_years if t <= year], options)
        planned = sum(plan["dwellings"] for plan in usable if first <= plan["from_year"] <= year)
        yield _line(tables, rule, place, subject, year, built, planned)


def _line(tables: Tables, rule: Rule, place: str, subject: str, year: int, built: int, most: int) -> Line:
    return Line(
        purpose=rule.purpose,
        place=place,
        subject=subject,
        period=str(year),
        lhs=built,
        operator=AT_MOST,
        rhs=most,
        strength=rule.strength,
        reference=most,
        exempt=tables.is_exempt(rule, place),
    )
