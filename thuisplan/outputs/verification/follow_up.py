r"""Who leaves a temporary place is housed for good, restated from the tables.

Per flow and planned year in which a stay may end: $\sum_m a + \sum_{m,o\text{ without stay}} p \ge$ the
households whose stay ends then and who ask again. Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.verification.line import AT_LEAST, Line
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``follow_up`` rule."""
    housed = tables.housed
    for flow_id, flow in housed.flows.items():
        lasting = [
            (place, option)
            for one, place, option in housed.fits
            if one == flow_id and housed.stay(one, place, option) is None
        ]
        for year in tables.valid_open_years(rule):
            if not housed.may_return(flow_id, year):
                continue
            vacated = sum(tables.amounts.vacated.get((flow_id, place, year), 0) for place in flow.members)
            placed = sum(tables.amounts.placed.get((flow_id, m, year, o), 0) for m, o in lasting)
            yield Line(
                purpose=flow.purpose,
                place=flow.place,
                subject=flow_id,
                period=str(year),
                lhs=vacated + placed,
                operator=AT_LEAST,
                rhs=housed.returned(flow_id, flow.members, year),
                strength=rule.strength,
                testable=flow.whole,
                exempt=tables.is_exempt(rule, flow.place),
                reference=flow.asked(tables.years[-1]),
            )
