r"""Who came must be housed, restated from the tables.

Per flow and planned year: $\sum_{m,\tau\le t}(a + p) - \sum_{\tau\le t}\text{returns} \ge W_0 +
\sum_{\tau\le t} f_\tau$. What is short are the households that wait at the end of the year. The permit
holders have a family of their own. Unit: dwellings.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.outputs.verification.line import AT_LEAST, Line
from thuisplan.outputs.verification.permits import GROUP as PERMIT_HOLDERS
from thuisplan.outputs.verification.tables import Rule, Tables


def lines(tables: Tables, rule: Rule) -> Iterator[Line]:
    """Yield the lines of a ``waiting_list`` rule; each flow has its own strength."""
    for flow_id, flow in tables.housed.flows.items():
        if flow_id == PERMIT_HOLDERS:
            continue
        for year in tables.valid_open_years(rule):
            returned = tables.housed.returned_until(flow_id, flow.members, year)
            yield Line(
                purpose=flow.purpose,
                place=flow.place,
                subject=flow_id,
                period=str(year),
                lhs=tables.housed.let_until(flow_id, flow.members, year) - returned,
                operator=AT_LEAST,
                rhs=flow.asked(year),
                strength=flow.strength,
                testable=flow.whole,
                exempt=tables.is_exempt(rule, flow.place),
                reference=flow.asked(tables.years[-1]),
                unmet="special",
                unmet_weight=flow.weight,
            )
