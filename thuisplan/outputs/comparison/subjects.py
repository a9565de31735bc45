"""What plans are compared on: the subjects of a summary, and what it means when one is not there."""

from __future__ import annotations

DWELLINGS = "dwellings"
REQUIRED, DELIVERED, SHORTFALL = "required", "delivered", "shortfall"
COST, PAID = "cost", "paid"
DEVIATION, TARGET = "fair_share_deviation", "fair_share_target"
WAITING = "waiting"
SOCIAL_SHARE = "social_share"
HARD, SOFT, MONITOR = "hard_lines", "soft_lines", "monitor_lines"
BINDING, BROKEN, SHORT = "binding_lines", "broken_lines", "rule_short"
MEASURE = "measure"
BOUND, STAGE = "bound", "stage"

COUNTED = frozenset(
    {DWELLINGS, REQUIRED, DELIVERED, SHORTFALL, COST, PAID, WAITING}
    | {HARD, SOFT, MONITOR, BINDING, BROKEN, SHORT}
)
"""Subjects of which nothing is zero: a plan without a row has none. Of the others it says nothing."""

PROOF = frozenset((BOUND, STAGE))
"""Subjects that say how far a measure was proved: no outcome of a plan, so never compared themselves."""
