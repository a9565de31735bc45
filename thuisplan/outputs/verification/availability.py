r"""At most what is offered, restated from the tables: $x_{m,t,o} \le A_{m,t,o}$, in dwellings a year."""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.verification.line import AT_MOST, Line
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of an ``availability`` rule: one per offered cell in its valid years."""
    valid = tables.valid_open_years(rule)
    for (place, year, option), most in tables.offered.items():
        if year in valid:
            yield Line(
                purpose=rule.purpose,
                place=place,
                subject=option,
                period=str(year),
                lhs=tables.built.get((place, year, option), 0),
                operator=AT_MOST,
                rhs=most,
                strength=rule.strength,
                exempt=tables.is_exempt(rule, place),
                reference=most,
            )
