r"""Dwellings with a feature or by a route, restated from the tables.

Per region and period: $\sum_{o\in\text{part}} X_o \ge n$, or $\ge \varphi \sum_{o\in\text{base}} X_o$
when the rule gives a share; the base is ``of_options``, else the new-build programme. Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.verification.line import AT_LEAST, Line
from thuisplan.outputs.verification.periods import period_text, periods
from thuisplan.outputs.verification.shares import share_line
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``feature_target`` rule."""
    feature, route = rule.parameters.get("feature"), rule.parameters.get("route")
    among = rule.codes("of_options")
    part = [
        code
        for code, row in tables.options.items()
        if (not among or code in among)
        and (feature is None or feature in row["features"])
        and (route is None or row["route"] == route)
    ]
    number = rule.optional("dwellings")
    for region in tables.regions(rule.purpose, rule.place):
        for period in periods(tables, rule):
            if number is None:
                base = among or tables.options_with("in_programme")
                yield share_line(tables, rule, region, period, part, base, rule.number("share"))
                continue
            agreed = tables.replaced(rule, region.place, number)
            yield Line(
                purpose=region.purpose,
                place=region.place,
                period=period_text(period),
                lhs=tables.total(region.members, period, part),
                operator=AT_LEAST,
                rhs=agreed,
                strength=rule.strength,
                testable=region.whole,
                exempt=tables.is_exempt(rule, region.place),
                reference=agreed,
            )
