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

REPEATS = "reproducible"
"""1 where the same input gives the same plan, 0 where the clock ended a step."""

PROOF = frozenset((BOUND, STAGE, REPEATS))
"""Subjects that say how a plan was found and proved: no outcome of it, so never compared themselves."""
