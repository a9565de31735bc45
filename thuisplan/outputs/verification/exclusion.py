r"""Nothing where it is excluded, restated from the tables: $x_{m,t,o} \le 0$, in dwellings."""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.verification.line import AT_MOST, Line
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of an ``exclusion`` rule: one per excluded cell that is offered or committed."""
    valid = tables.valid_open_years(rule)
    for place, year, option in tables.possible:
        if year in valid and (place, year, option) in tables.excluded:
            yield Line(
                purpose=rule.purpose,
                place=place,
                subject=option,
                period=str(year),
                lhs=tables.built.get((place, year, option), 0),
                operator=AT_MOST,
                rhs=0,
                strength=rule.strength,
                exempt=tables.is_exempt(rule, place),
            )
