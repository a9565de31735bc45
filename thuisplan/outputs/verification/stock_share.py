r"""Social rent or the middle segment in the stock, restated from the tables.

$S^0_m + \sum s_o D_{m,t,o} - \text{loss} \ge \varphi\,(H^0_m + \sum h_o D_{m,t,o} - \text{demolition})$ per
municipality and year, losses added up over the horizon. Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.verification.line import AT_LEAST, Line
from thuisplan.outputs.verification.stock import stock
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``stock_share`` rule; without stock figures both sides are empty."""
    first = rule.optional("by_year") or 0
    for region in tables.regions(rule.purpose, rule.place):
        for place in region.members:
            share = tables.replaced(rule, place, rule.number("share"))
            for year in tables.valid_years(rule):
                part = stock(tables, place, rule.text("segment"), year)
                whole = stock(tables, place, "dwelling", year)
                known = part is not None and whole is not None
                if year >= first:
                    yield Line(
                        purpose=rule.purpose,
                        place=place,
                        period=str(year),
                        lhs=part if known else None,
                        operator=AT_LEAST,
                        rhs=share * whole if known and whole is not None else None,
                        strength=rule.strength,
                        testable=region.whole and known,
                        exempt=tables.is_exempt(rule, place),
                        share=share,
                        base=whole if known else None,
                        reference=share * (tables.municipalities[place]["dwelling_stock"] or 0),
                    )
