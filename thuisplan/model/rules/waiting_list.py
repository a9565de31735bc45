r"""Waiting list: who needs a home is housed; who is not, waits.

.. math:: \sum_m H_{f,m,t} - \sum_{\tau\le t} returned_{f,\tau} + W_{f,t}
          = W_{f,0} + \sum_{\tau\le t} f_\tau, \qquad W_{f,t} \ge 0

with :math:`H` the households housed so far in vacated dwellings and in places of the plan,
:math:`returned` those whose stay in a temporary place ended, and :math:`f` those who come. The waiting
list :math:`W` is the slack of this line, one per household and year; nobody is housed twice, so that the
left side without :math:`W` never exceeds the right side [dwellings: one per household].

The task for permit holders is counted per municipality and in persons: ``permit_holders``.

Source: facts E17, E18 (demand exceeds supply: a waiting list), A69, A75; model.md, track 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement, Sense
from thuisplan.model.rules.common import line


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield one line per flow and open year."""
    instance = quantities.instance
    valid = instance.valid_years(rule)
    for flow_id, flow in instance.lettings.flows.items():
        if flow.is_permit_holders:
            continue
        for year in instance.lettings.open_years:
            settled = quantities.housing.settled(flow_id, flow.housed, year)
            quantities.at_most(f"housed_once[{flow_id},{year}]", settled - flow.asked(year))
            if year in valid:
                yield line(
                    instance,
                    rule,
                    purpose=flow.purpose,
                    place=flow.place,
                    subject=flow_id,
                    period=str(year),
                    lhs=settled,
                    sense=Sense.AT_LEAST,
                    rhs=flow.asked(year),
                    reference=Fraction(flow.asked(instance.years[-1])),
                    strength=flow.strength,
                    price=flow.weight,
                    measure="unmet_special",
                    testable=flow.whole,
                    carried=True,
                )
