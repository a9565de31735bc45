"""What single lines leave of each column: the least and the most it can be, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, isfinite

from thuisplan.model.conflicts.claims import Claim, Number, added
from thuisplan.model.problem import Problem


@dataclass(slots=True)
class Box:
    """Bounds of columns, tightened by the claims about one column each.

    Parameters
    ----------
    low, high
        Least and most of every column; None where there is no limit.
    floors, ceilings
        Column -> the claim that set its bound; absent where the column's own bound holds.
    """

    low: list[Number | None]
    high: list[Number | None]
    whole: list[bool]
    floors: dict[int, Claim] = field(default_factory=dict)
    ceilings: dict[int, Claim] = field(default_factory=dict)
    _about: dict[int, list[Claim]] = field(default_factory=dict)
    _empty: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, problem: Problem) -> Box:
        """Return the bounds that the columns have of themselves."""
        return cls(
            [
                Fraction(x) if isfinite(x) and x else (0 if isfinite(x) else None)
                for x in problem.lower.tolist()
            ],
            [Fraction(x) if isfinite(x) else None for x in problem.upper.tolist()],
            problem.integral.tolist(),
        )

    def tighten(self, claims: Iterable[Claim]) -> list[Claim]:
        """Take in the claims about one column; return, for each column left empty, why it is.

        Of such a column the floor stays, so that one mistake is not told everywhere.
        """
        touched: dict[int, None] = {}
        for claim in claims:
            if len(claim.terms) == 1:
                [column] = claim.terms
                self._about.setdefault(column, []).append(claim)
                self._take(column, claim)
                touched[column] = None
        why: list[Claim] = []
        for column in touched:
            low, high = self.low[column], self.high[column]
            if low is None or high is None or low <= high:
                continue
            if column not in self._empty:
                why += self._contradictions(column, low, high)
                self._empty.add(column)
            self.high[column] = low
        return why

    def _take(self, column: int, claim: Claim) -> None:
        bound = self._bound(column, claim)
        low, high = self.low[column], self.high[column]
        if claim.terms[column] > 0:
            if low is None or bound > low:
                self.low[column], self.floors[column] = bound, claim
        elif high is None or bound < high:
            self.high[column], self.ceilings[column] = bound, claim

    def _bound(self, column: int, claim: Claim) -> Number:
        """Return the least or the most that a claim about one column leaves of it."""
        bound = Fraction(-claim.constant) / claim.terms[column]
        if not self.whole[column]:
            return bound
        return ceil(bound) if claim.terms[column] > 0 else floor(bound)

    def _contradictions(self, column: int, low: Number, high: Number) -> Iterator[Claim]:
        """Yield each ceiling below the highest floor, and each lower floor above the lowest ceiling."""
        floor_, ceiling = self.floors.get(column), self.ceilings.get(column)
        for claim in self._about[column]:
            bound = self._bound(column, claim)
            if claim.terms[column] < 0 and bound < low:
                yield self._contradiction(column, claim, floor_, low)
            elif claim.terms[column] > 0 and bound > high and claim is not floor_:
                yield self._contradiction(column, ceiling, claim, bound)
        if ceiling is None:
            yield self._contradiction(column, None, floor_, low)

    def _contradiction(self, column: int, ceiling: Claim | None, floor_: Claim | None, low: Number) -> Claim:
        """Return the sum of a ceiling and a floor of a column: a negative number.

        The ceiling is told first, or the floor if the ceiling is no line of its own; what that one
        misses is counted without rounding its own bound.
        """
        high = self.high[column]
        assert high is not None
        order = [ceiling, floor_]
        if ceiling is not None and (ceiling.exact or floor_ is None):
            high = Fraction(-ceiling.constant) / ceiling.terms[column]
        elif floor_ is not None:
            low = Fraction(-floor_.constant) / floor_.terms[column]
            order.reverse()
        both = Claim({}, high - low)
        for claim in order:
            if claim is not None:
                weight = 1 / abs(Fraction(claim.terms[column]))
                parts = added(both.parts, claim.parts, weight)
                both = Claim({}, both.constant, parts, both.definitions | claim.definitions)
        return both

    def least(self, claim: Claim) -> Number | None:
        """Return what a sum is with every column at its least; None if one has none."""
        total = claim.constant
        for column, number in claim.terms.items():
            low = self.low[column]
            if low is None:
                return None
            if low:
                total += number * low
        return total

    def most(self, terms: Mapping[int, Number]) -> tuple[Number, int]:
        """Return the most that terms can be: the finite part, and how many columns have no limit."""
        total: Number = 0
        unlimited = 0
        for column, number in terms.items():
            best = self.high[column] if number > 0 else self.low[column]
            if best is None:
                unlimited += 1
            elif best:
                total += number * best
        return total, unlimited

    def settled(self, claim: Claim) -> Claim:
        """Return a claim with every column at its best: a number, and every line that it takes."""
        constant, parts, definitions = claim.constant, dict(claim.parts), claim.definitions
        for column, number in claim.terms.items():
            best = self.high[column] if number > 0 else self.low[column]
            assert best is not None
            constant += number * best
            reason = (self.ceilings if number > 0 else self.floors).get(column)
            if reason is not None:
                weight = abs(Fraction(number) / reason.terms[column])
                parts = added(parts, reason.parts, weight)
                definitions |= reason.definitions
        return Claim({}, constant, parts, definitions)
