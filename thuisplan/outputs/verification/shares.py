r"""What the share families have in common: a part of the programme against a share of it.

$\sum_{o\in\text{part}} X_o \ge \varphi \sum_{o\in\text{base}} X_o$, $X_o = \sum_{t\in P}\sum_m x_{m,t,o}$,
in dwellings, with both sides also as percentages of the base.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction

from thuisplan.outputs.verification.line import AT_LEAST, Line
from thuisplan.outputs.verification.periods import period_text, periods
from thuisplan.outputs.verification.tables import Region, Rule, Tables


def share_line(
    tables: Tables,
    rule: Rule,
    region: Region,
    period: range,
    part: Collection[str],
    base: Collection[str],
    share: Fraction,
    known: bool = True,
) -> Line:
    """Return the line of one region and period; an agreed value takes the place of ``share``."""
    agreed = tables.replaced(rule, region.place, share)
    whole = tables.total(region.members, period, base)
    return Line(
        purpose=region.purpose,
        place=region.place,
        period=period_text(period),
        lhs=tables.total(region.members, period, part),
        operator=AT_LEAST,
        rhs=agreed * whole,
        strength=rule.strength,
        testable=region.whole and known,
        exempt=tables.is_exempt(rule, region.place),
        reference=agreed * tables.most(region.members, period, base),
        share=agreed,
        base=whole,
    )


def segment_lines(tables: Tables, rule: Rule, segments: Collection[str]) -> Iterator[Line]:
    """Yield the lines of a rule about segments of the new-build programme, wherever it applies."""
    base = tables.options_with("in_programme")
    part = [o for o in base if tables.options[o]["segment"] in segments]
    for region in tables.regions(rule.purpose, rule.place):
        applies = _on_its_side(tables, rule, region)
        if applies is not False:
            for period in periods(tables, rule):
                known = applies is not None
                yield share_line(tables, rule, region, period, part, base, rule.number("share"), known)


def _on_its_side(tables: Tables, rule: Rule, region: Region) -> bool | None:
    """Whether the rule is for a municipality, by its stock or its choice; None if that is unknown."""
    side = rule.parameters.get("side", "all")
    if rule.purpose != "municipality" or side == "all":
        return True
    if side == "chosen":
        choice = tables.municipalities[region.place]["programme_choice"]
        return None if choice is None else choice == rule.family.removesuffix("_share")
    share = tables.stock_share(region.place)
    if share is None:
        return None
    average = tables.settings.national_social_share
    stands = tables.settings.at_average if share == average else "below" if share < average else "above"
    return side == stands
