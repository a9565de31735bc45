"""Deficit (onrendabele top), absolute, fits the pots.

The formulas stand in ``money.py``: this is that rule for one kind of money.

Source: facts C3, C5 (amounts per type), K17 (never added to extra cost).
"""

from __future__ import annotations

from collections.abc import Iterator

from thuisplan.inputs.tables import Rule
from thuisplan.model.quantities import Quantities
from thuisplan.model.requirement import Requirement
from thuisplan.model.rules.money import requirements_of_kind


def requirements(rule: Rule, quantities: Quantities) -> Iterator[Requirement]:
    """Yield the lines of the pots for deficit."""
    yield from requirements_of_kind(rule, quantities, "deficit")
