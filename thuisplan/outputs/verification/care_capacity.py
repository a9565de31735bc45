r"""No more care than there are hours for, restated from the tables.

Per region and planned year: $\sum_o h_o D_{t,o} + \sum_g h_g\,\text{let}_{g,t} \le Z_t$: hours for
every place that stands and for every household housed in the year. Unit: hours a year.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from thuisplan.outputs.verification.line import AT_MOST, Line
from thuisplan.outputs.verification.tables import Region, Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``care_capacity`` rule."""
    for row in tables.rows("care_capacity"):
        [region] = tables.regions(row["purpose"], row["place"])
        for year in tables.valid_open_years(rule):
            if row["from_year"] <= year <= (row["to_year"] or year):
                yield Line(
                    purpose=row["purpose"],
                    place=row["place"],
                    period=str(year),
                    lhs=_hours(tables, region, year),
                    operator=AT_MOST,
                    rhs=row["hours"],
                    strength=rule.strength,
                    unit="hours",
                    testable=region.whole,
                    exempt=tables.is_exempt(rule, row["place"]),
                    reference=row["hours"],
                    step=min((r["hours"] for r in tables.rows("care_demand") if r["hours"] > 0), default=1),
                )


def _hours(tables: Tables, region: Region, year: int) -> Fraction:
    housed, result = tables.housed, Fraction(0)
    for row in tables.rows("care_demand"):
        subject, each = row["subject"], row["hours"]
        if subject in tables.options:
            result += each * tables.in_service(region.members, (subject,), year)
        for flow_id, flow in housed.flows.items():
            if flow.group == subject:
                result += each * sum(housed.let(flow_id, m, year) for m in region.members)
    return result
