"""Lines of rules that are told together: those of one rule, place and subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NEARLY = 0.95
"""A line is broken as much as another if its lack is at least this part of it."""


@dataclass(frozen=True, slots=True)
class LineGroup:
    """The lines of one rule, place and subject.

    Parameters
    ----------
    rows
        Rows of ``rules``, in order of period; at least one.
    """

    rows: tuple[Mapping[str, Any], ...]

    @property
    def first(self) -> Mapping[str, Any]:
        """A line that says what the rule is: its id, family, place, subject, status and source."""
        return self.rows[0]

    @property
    def state(self) -> str:
        """``broken, binding, met, not_testable`` or ``exempt``: what deserves most attention."""
        found = {state_of(row) for row in self.rows}
        order = ("broken", "binding", "met", "not_testable", "exempt")
        return next(state for state in order if state in found)

    def periods(self, state: str) -> list[str]:
        """Return the periods in which lines are in a state."""
        return [row["period"] for row in self.rows if state_of(row) == state]

    @property
    def telling(self) -> Mapping[str, Any]:
        """The line whose figures are shown: the most broken one, else the one with the least to spare.

        Of lines that are broken nearly as much it is the last: there most are counted.
        """
        state = self.state
        rows = [row for row in self.rows if state_of(row) == state]
        if state == "broken":
            worst = max(row["slack"] for row in rows)
            return next(row for row in reversed(rows) if row["slack"] >= NEARLY * worst)
        if state == "binding":
            return rows[-1]
        return min(rows, key=lambda row: (row["margin"] is None, row["margin"] or 0, row["period"]))


def state_of(row: Mapping[str, Any]) -> str:
    """Return the verdict on a line; ``binding`` where it is met with nothing to spare."""
    return "binding" if row["verdict"] == "met" and row["binding"] else str(row["verdict"])
