r"""A steady series, restated: no year far above or below the one before it.

$(1-\varphi)\,Y_{t-1} - \lambda \le Y_t \le (1+\varphi)\,Y_{t-1} + \lambda$ per region, for the planned years
after the first. Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.verification.line import AT_LEAST, AT_MOST, Line
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the two lines of every region and year of a ``steady_series`` rule."""
    options = rule.codes("options") or tables.options_with("in_programme")
    share, room = rule.number("share"), rule.number("dwellings")
    for region in tables.regions(rule.purpose, rule.place):
        per_year = {year: tables.total(region.members, (year,), options) for year in tables.open_years}
        for year in tables.valid_open_years(rule):
            if year - 1 not in per_year:
                continue
            change = share * per_year[year - 1] + room
            for subject, operator, norm in (
                ("most", AT_MOST, per_year[year - 1] + change),
                ("least", AT_LEAST, per_year[year - 1] - change),
            ):
                yield Line(
                    purpose=rule.purpose,
                    place=region.place,
                    subject=subject,
                    period=str(year),
                    lhs=per_year[year],
                    operator=operator,
                    rhs=norm,
                    strength=rule.strength,
                    testable=region.whole,
                    exempt=tables.is_exempt(rule, region.place),
                    reference=tables.most(region.members, (year,), options),
                )
