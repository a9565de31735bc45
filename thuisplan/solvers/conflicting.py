"""Rules that cannot hold together and of which none can be left out: one is left out after another."""

from __future__ import annotations

import time

from thuisplan.solvers.diagnosis import ConflictingRules
from thuisplan.solvers.highs import Interrupt, Limits
from thuisplan.solvers.relax import Room
from thuisplan.solvers.target import Target

MOST_SECONDS = 5.0
"""Time to find out whether all rules but some hold."""


def conflicting_rules(target: Target, ends: float, interrupt: Interrupt) -> ConflictingRules | None:
    """Return rules that cannot hold together; those that say what exists are always among them.

    Parameters
    ----------
    target
        What cannot hold.
    ends
        Monotonic time at which to stop; what was not tried by then stays in the set.
    interrupt
        Flag that ends the search.

    Returns
    -------
    ConflictingRules or None
        None if there was no time to leave out any rule.
    """
    lines: dict[str, set[int]] = {}
    for rows in target.families.values():
        for row in rows:
            position = target.lines[row]
            lines.setdefault(target.problem.requirements[position].rule_id, set()).add(position)
    kept = sorted(lines)
    tried, least = 0, True
    for rule_id in sorted(lines):
        left = ends - time.monotonic()
        if left <= 0:
            least = False
            break
        without = [other for other in kept if other != rule_id]
        free = frozenset().union(*(lines[other] for other in lines if other not in without))
        limits = Limits(seconds=min(left, MOST_SECONDS))
        outcome = Room(target, (), free=free, interrupt=interrupt).least(limits).giving.outcome
        tried += 1
        if outcome == "cannot":
            kept = without
        least &= outcome != "unknown"
    return ConflictingRules(tuple(kept), least) if tried else None
