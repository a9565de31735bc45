r"""At least 40 % middle segment in the new-build programme of a municipality above the average.

.. math:: \sum_{t\in P}\sum_o (1_{mid}(o) - 0.40)\,b_o\,x_{m,t,o} \ge 0

with *mid* = mid rent and affordable owner-occupied, for every municipality :math:`m`
whose share of social rent in the stock is above the national average at the reference
date, and every period :math:`P` [dwellings].

Source: draft decree, letter of June 2024 (facts D2); check the text in force.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement
from thuisplan.model.rules.common import by_side

SEGMENTS = frozenset({"mid_rent", "affordable_owner"})


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield one line per municipality on the rule's side and per period."""
    yield from by_side(rule, quantities, SEGMENTS)
