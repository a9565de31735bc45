r"""Two thirds of the new-build programme of a region, province or the nation is affordable.

.. math:: \sum_{t\in P}\sum_{m\in r}\sum_o (1_{affordable}(o) - \tfrac{2}{3})\,b_o\,x_{m,t,o} \ge 0

with *affordable* = social rent, mid rent and affordable owner-occupied, for every region
:math:`r` and period :math:`P` [dwellings]. It does not hold per municipality: one may stay
below as long as the region holds.

Source: draft decree, letter of June 2024 (facts D1); check the text in force.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement
from thuisplan.model.rules.common import programme_share

SEGMENTS = frozenset({"social_rent", "mid_rent", "affordable_owner"})


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield one line per region and period."""
    for region in quantities.instance.regions_of(rule):
        yield from programme_share(rule, quantities, region, SEGMENTS, testable=True)
