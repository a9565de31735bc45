"""A requirement line: left side, operator, right side, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from thuisplan.outputs.verification.tables import Number

AT_LEAST = ">="
AT_MOST = "<="
ZERO_OR_AT_LEAST = "0 or >="


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One requirement with the figures of the plan filled in.

    Parameters
    ----------
    purpose, place, subject, period
        Where, about what and when; with the rule they identify the line.
    lhs, rhs
        Sides in ``unit``; None when they cannot be known.
    operator
        ``>=``, ``<=`` or ``0 or >=``.
    strength
        ``hard``, ``soft`` or ``monitor``.
    testable, exempt
        Whether the region and its figures are complete; whether an exemption lifts the line.
    reference
        What a violation is divided by, in ``unit``; see ``relative``.
    share, base
        Norm and denominator of a share line.
    step
        A smaller margin than this makes the line binding.
    allowed
        What the line may be missed by, already in ``rhs``; None where nothing is agreed.
    unmet, unmet_weight
        For lines of what people need: the class of the need (``special``, ``regular``), and the weight of
        one unit that lacks.
    """

    purpose: str
    place: str
    subject: str = ""
    period: str
    lhs: Number | None
    operator: str
    rhs: Number | None
    strength: str
    unit: str = "dwellings"
    testable: bool = True
    exempt: bool = False
    reference: Number = 1
    share: Fraction | None = None
    base: Number | None = None
    step: Number = 1
    allowed: Fraction | None = None
    unmet: str | None = None
    unmet_weight: Fraction = Fraction(1)

    @property
    def margin(self) -> Number | None:
        """How far the plan stays on the right side; below zero it is broken.

        ``0 or >=`` is met where nothing is added: by a left side of zero, or below it where a
        commitment that is counted off is not built.
        """
        if self.lhs is None or self.rhs is None:
            return None
        if self.operator == AT_MOST:
            return self.rhs - self.lhs
        if self.operator == ZERO_OR_AT_LEAST and self.lhs <= 0:
            return 0
        return self.lhs - self.rhs

    @property
    def counts(self) -> bool:
        """Whether the line is testable and not exempt."""
        return self.testable and not self.exempt and self.margin is not None

    @property
    def verdict(self) -> str:
        """``met``, ``broken``, ``not_testable`` or ``exempt``."""
        if self.exempt:
            return "exempt"
        margin = self.margin
        if not self.testable or margin is None:
            return "not_testable"
        return "met" if margin >= 0 else "broken"

    @property
    def slack(self) -> Number:
        """How much the plan falls short; zero where the line does not count."""
        margin = self.margin
        return max(0, -margin) if self.counts and margin is not None else 0

    @property
    def relative(self) -> Fraction:
        """The slack as a part of the reference, which is at least one dwelling or a thousand euros."""
        least = 1000 if self.unit == "EUR" else 1
        return Fraction(self.slack) / max(Fraction(self.reference), Fraction(least))

    @property
    def binding(self) -> bool:
        """Whether the line is met with less to spare than one step."""
        margin = self.margin
        if self.verdict != "met" or self.strength == "monitor" or margin is None or self.lhs is None:
            return False
        return margin < self.step and (self.operator != ZERO_OR_AT_LEAST or self.lhs > 0)

    @property
    def value_pct(self) -> Fraction | None:
        """The left side as a percentage of the base, for share lines."""
        if self.share is None or self.lhs is None or not self.base:
            return None
        return 100 * Fraction(self.lhs) / Fraction(self.base)

    @property
    def norm_pct(self) -> Fraction | None:
        """The norm as a percentage, for share lines."""
        return None if self.share is None else 100 * self.share
