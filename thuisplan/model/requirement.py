"""What a rule family yields: requirements, and nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

EUROS = Fraction(1, 1000)
"""One euro in the model's unit of money, thousands of euros."""


class Sense(StrEnum):
    """How the left side must relate to the right side."""

    AT_LEAST = ">="
    AT_MOST = "<="
    ZERO_OR_AT_LEAST = "0 or >="


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a rule: left side, sense, right side, in one place and period.

    Parameters
    ----------
    rule_id, family
        The rule it comes from, and its family.
    purpose, place, subject, period
        Where, about what (an option, a route, a need, a pot) and when.
    lhs, rhs
        Linear expressions of the quantities, in ``unit``.
    sense
        How they must relate.
    unit
        ``dwellings`` or ``kEUR``.
    reference
        Size by which a violation is divided, from data [``unit``].
    strength
        ``hard``, ``soft`` or ``monitor``.
    measure, price
        Measure that counts a violation, and its price per ``unit`` of violation.
    peak
        Where only the worst violation counts too: that measure, and its price per ``unit``.
    testable, exempt
        Whether it can be tested with this input; whether its place is exempt.
    step
        Least that one dwelling more changes; with less to spare a met line binds [``unit``].
    share, base
        For share rules: the norm, and the expression it is a share of.
    follows
        Names of definition rows that a violation of this row also loosens.
    carried
        Whether it is a running total or a level: what is missing in a year is still missing in later
        lines of the same rule, place and subject.
    allowed
        By how much it may be missed by agreement, None where nothing is agreed; the right side has
        given way by it [``unit``].
    figure
        Name of the figure of the input that it states, where other lines state it too: what the
        figure gives they give together.
    switch, ceiling
        For ``0 or >=``: the binary that opens it, and the most the left side can be.
    """

    rule_id: str
    family: str
    purpose: str
    place: str
    subject: str
    period: str
    lhs: Any
    sense: Sense
    rhs: Any
    unit: str
    reference: Fraction
    strength: str
    measure: str
    price: Fraction
    peak: tuple[str, Fraction] | None = None
    step: Fraction = Fraction(1)
    testable: bool = True
    exempt: bool = False
    share: Fraction | None = None
    base: Any = None
    follows: tuple[str, ...] = field(default=())
    carried: bool = False
    figure: tuple[str, ...] = ()
    allowed: Fraction | None = None
    switch: Any = None
    ceiling: int = 0

    @property
    def name(self) -> str:
        """Public name of the row."""
        parts = (self.place, self.subject, self.period)
        return f"{self.rule_id}[{','.join(part for part in parts if part)}]"

    @property
    def series(self) -> tuple[str, str, str, str]:
        """What its lines of all periods share: rule, kind of place, place and subject."""
        return self.rule_id, self.purpose, self.place, self.subject

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What names the line in ``rules.parquet``: rule, place, subject and period."""
        return self.rule_id, self.place, self.subject, self.period

    @property
    def gives_as(self) -> tuple[str, ...]:
        """What gives where its lines give: the figure that they state, or the lines of all periods."""
        return self.figure or self.series

    @property
    def imposed(self) -> bool:
        """Whether the row binds: hard or soft, testable and not exempt."""
        return self.strength != "monitor" and self.testable and not self.exempt
