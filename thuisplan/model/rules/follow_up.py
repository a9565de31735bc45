r"""Follow-up housing: whose temporary stay ends has a permanent home in the same year.

.. math:: \sum_m \Bigl(a_{f,m,t} + \sum_{o\,permanent} p_{f,m,t,o}\Bigr) \ge returned_{f,t}

per flow: those whose stay ends go before those who wait. A plan that offers temporary places without
permanent ones after them breaks this line: it is refused where the rule is hard and flagged where it is
soft [dwellings: one per household].

Source: facts A75 (temporary housing only with guaranteed permanent housing after it), A70, A79.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield one line per flow and open year in which a stay can end."""
    instance = quantities.instance
    for flow_id, flow in instance.lettings.flows.items():
        for year in instance.valid_years(rule):
            returned = quantities.housing.returned(flow_id, flow.housed, year)
            if isinstance(returned, int):
                continue
            permanent = sum(
                quantities.housing.let_vacated(flow_id, municipality, year)
                + sum(
                    quantities.housing.let_new(flow_id, municipality, year, option)
                    for option in quantities.housing.let_options(flow_id, municipality, year)
                    if quantities.housing.is_permanent(flow_id, municipality, option)
                )
                for municipality in flow.housed
            )
            yield line(
                instance,
                rule,
                purpose=flow.purpose,
                place=flow.place,
                subject=flow_id,
                period=str(year),
                lhs=permanent,
                sense=Sense.AT_LEAST,
                rhs=returned,
                reference=Fraction(flow.asked(instance.years[-1])),
                testable=flow.whole,
            )
