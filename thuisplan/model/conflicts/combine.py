"""Adding up claims until no plan can keep the sum.

What must not be negative, plus any number of times what else must not be negative, must not be
negative either. If the sum is negative wherever its columns stand in their bounds, the claims in it
cannot hold together. Of each other claim the best number of times is found exactly, one claim
after another; that may miss a contradiction, and never finds one that is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from thuisplan.model.conflicts.box import Box
from thuisplan.model.conflicts.claims import Claim, Number

LARGEST_CLEANED = 60
"""Claims in a sum up to which each is tried to be left out."""
_FAR = 10**12
"""How far a claim helps that limits a column which had no limit."""


class Combiner:
    """Finds sums of claims that cannot hold.

    Parameters
    ----------
    box
        Bounds of the columns.
    claims
        What may be added: the claims about more than one column.
    """

    def __init__(self, box: Box, claims: Sequence[Claim]) -> None:
        self._box = box
        self._claims = claims
        self._most = [box.most(claim.terms) for claim in claims]
        self._about: dict[int, list[int]] = {}
        for position, claim in enumerate(claims):
            for column in claim.terms:
                self._about.setdefault(column, []).append(position)

    def refuted(self, claim: Claim) -> Claim | None:
        """Return why a claim cannot hold: a sum with it that is negative; None if none is found."""
        helpful = self._helpful(claim)
        gains = {position: self._weight(claim, position)[1] for position in helpful}
        by_size = sorted(helpful, key=lambda p: (len(self._claims[p].terms), p))
        by_gain = sorted((p for p in helpful if gains[p] > 0), key=lambda p: (-gains[p], p))
        for order in (by_size, by_gain):
            found = self._summed(claim, order)
            if found is not None:
                return self._box.settled(self._cleaned(claim, found))
        return None

    def refuted_by_one(self, claim: Claim) -> Claim | None:
        """Return why a claim cannot hold, by itself or with one other; None if none is found."""
        most, unlimited = self._box.most(claim.terms)
        if not unlimited and claim.constant + most < 0:
            return self._box.settled(claim)
        for position in self._helpful(claim):
            weight, gain = self._weight(claim, position)
            if weight and (unlimited or claim.constant + most - gain < 0):
                total = claim.plus(self._claims[position], weight)
                highest, endless = self._box.most(total.terms)
                if not endless and total.constant + highest < 0:
                    return self._box.settled(total)
        return None

    def _helpful(self, claim: Claim) -> list[int]:
        """Return the claims that pull a column the other way."""
        found = set()
        for column, number in claim.terms.items():
            for position in self._about.get(column, ()):
                if (self._claims[position].terms[column] > 0) != (number > 0):
                    found.add(position)
        return sorted(found)

    def _summed(self, claim: Claim, order: Iterable[int]) -> list[tuple[int, Number]] | None:
        """Return which claims to add how many times for a sum that cannot hold."""
        taken: list[tuple[int, Number]] = []
        total = claim
        most, unlimited = self._box.most(claim.terms)
        for position in order:
            if not unlimited and total.constant + most < 0:
                return taken
            weight, _ = self._weight(total, position)
            if not weight:
                continue
            other = self._claims[position]
            before = {column: total.terms[column] for column in other.terms if column in total.terms}
            total = total.plus(other, weight)
            after = {column: total.terms[column] for column in other.terms if column in total.terms}
            old, new = self._box.most(before), self._box.most(after)
            most = weight.denominator * (most - old[0]) + new[0]
            unlimited += new[1] - old[1]
            taken.append((position, weight))
        return taken if not unlimited and total.constant + most < 0 else None

    def _cleaned(self, claim: Claim, taken: Sequence[tuple[int, Number]]) -> Claim:
        """Return the sum without the claims that it does not take."""
        needed = list(taken)
        for one in taken if len(taken) <= LARGEST_CLEANED else ():
            fewer = [other for other in needed if other is not one]
            total = self._sum(claim, fewer)
            most, unlimited = self._box.most(total.terms)
            if not unlimited and total.constant + most < 0:
                needed = fewer
        return self._sum(claim, needed)

    def _sum(self, claim: Claim, taken: Iterable[tuple[int, Number]]) -> Claim:
        for position, weight in taken:
            claim = claim.plus(self._claims[position], weight)
        return claim

    def _weight(self, claim: Claim, position: int) -> tuple[Number, Number]:
        """Return how many times another claim lowers the most of a sum furthest, and how far.

        The most of the sum is convex in that number; it bends where a column changes sides. So the
        slope is followed from bend to bend, until the sum no longer falls.
        """
        other = self._claims[position]
        slope: Number
        slope, unlimited = self._most[position]
        slope += other.constant
        endless = 0
        bends: list[tuple[Fraction, str, Number]] = []
        for column in _shared(claim, other):
            own, pull = claim.terms[column], other.terms[column]
            if (own > 0) == (pull > 0):
                continue
            low, high = self._box.low[column], self._box.high[column]
            at = Fraction(-own, 1) / pull
            if low is None:
                return 0, 0
            if high is not None:
                jump = (high - low) * (pull if pull > 0 else -pull)
                slope -= jump
                bends.append((at, "turns", jump))
            elif own > 0:
                endless += 1
                bends.append((at, "ends", 0))
            else:
                unlimited -= 1
                slope += pull * low
                bends.append((at, "wall", 0))
        if unlimited or (slope >= 0 and not endless):
            return 0, 0
        rank = endless * _FAR
        gained: Number = 0
        before = Fraction(0)
        for at, kind, jump in sorted(bends):
            gained -= slope * (at - before)
            before = at
            slope += jump
            endless -= kind == "ends"
            if kind == "wall" or (slope >= 0 and not endless):
                return (int(at) if at.denominator == 1 else at), gained + rank
        # It falls without end: the other claim cannot hold by itself, and is told as such.
        return 0, 0


def _shared(one: Claim, other: Claim) -> Iterable[int]:
    """Return the columns that two claims are both about."""
    small, large = sorted((one.terms, other.terms), key=len)
    return [column for column in small if column in large]
