r"""At least what is firmly agreed, restated from the tables: $x_{m,t,o} \ge \hat x_{m,t,o}$, in dwellings."""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.verification.line import AT_LEAST, Line
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``commitment`` rule: one per committed cell in its valid years."""
    valid = tables.valid_open_years(rule)
    for (place, year, option), least in tables.committed.items():
        if year in valid:
            yield Line(
                purpose=rule.purpose,
                place=place,
                subject=option,
                period=str(year),
                lhs=tables.built.get((place, year, option), 0),
                operator=AT_LEAST,
                rhs=least,
                strength=rule.strength,
                exempt=tables.is_exempt(rule, place),
                reference=least,
            )
