r"""At least 30 % social rent in the new-build programme of a municipality below the average.

.. math:: \sum_{t\in P}\sum_o (1_{social}(o) - 0.30)\,b_o\,x_{m,t,o} \ge 0

for every municipality :math:`m` whose share of social rent in the stock is below the
national average at the reference date, and every period :math:`P` [dwellings].

Source: draft decree, letter of June 2024 (facts D3); a later amendment makes it
*either* 30 % social *or* 40 % middle, so check the text in force.
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement
from thuisplan.model.rules.common import by_side

SEGMENTS = frozenset({"social_rent"})


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield one line per municipality on the rule's side and per period."""
    yield from by_side(rule, quantities, SEGMENTS)
