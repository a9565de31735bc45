"""Extra cost (meerkosten) above a regular social dwelling fits the pots.

The formulas stand in ``money.py``: this is that rule for one kind of money.

Source: facts C1-C4 (amounts per type), C19 (co-funding is an input).
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement
from thuisplan.model.rules.money import requirements_of_kind


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield the lines of the pots for extra cost."""
    yield from requirements_of_kind(rule, quantities, "extra_cost")
