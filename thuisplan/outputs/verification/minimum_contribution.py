r"""At least so many per municipality, restated from the tables.

Per member of the region: $D_{m,t} \ge n_m$ in the year ``by_year``, else the last valid one; an exemption
lifts it or sets another number. Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.verification.line import AT_LEAST, Line
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``minimum_contribution`` rule."""
    valid = tables.valid_years(rule)
    if not valid:
        return
    by_year = rule.optional("by_year")
    year = valid[-1] if by_year is None else int(by_year)
    for region in tables.regions(rule.purpose, rule.place):
        for place in region.members:
            least = tables.replaced(rule, place, rule.number("dwellings"))
            yield Line(
                purpose=rule.purpose,
                place=place,
                period=str(year),
                lhs=tables.in_service((place,), rule.codes("options"), year),
                operator=AT_LEAST,
                rhs=least,
                strength=rule.strength,
                testable=region.whole,
                exempt=tables.is_exempt(rule, place),
                reference=least,
            )
