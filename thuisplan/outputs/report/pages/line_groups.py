"""Lines of rules that are told together: those of one rule, place and subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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
        """The line whose figures are shown: the tested one with the least to spare, the first of equals.

        It is the period that the section about rules calls the tightest.
        """
        tested = [row for row in self.rows if row["verdict"] in ("met", "broken")]
        known = [row for row in tested or self.rows if row["margin"] is not None]
        return min(known, key=lambda row: float(row["margin"]), default=self.rows[0])


def state_of(row: Mapping[str, Any]) -> str:
    """Return the verdict on a line; ``binding`` where it is met with nothing to spare."""
    return "binding" if row["verdict"] == "met" and row["binding"] else str(row["verdict"])
