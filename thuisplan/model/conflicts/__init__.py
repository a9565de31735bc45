"""Hard lines of a Problem that cannot hold together, as far as can be seen without solving.

Every line, and what follows from lines by definition, is a sum that must not be negative (a claim).
A claim that is negative wherever its columns stand within their bounds is a conflict; so is one that
becomes so when other claims are added to it. No rule is restated: all of it is made of the compiled
lines, in fractions. What is reported is impossible; what is not reported may be impossible too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from thuisplan.model.conflicts.box import Box
from thuisplan.model.conflicts.claims import Claim, Either, hard_lines, inequalities
from thuisplan.model.conflicts.combine import Combiner
from thuisplan.model.conflicts.conflict import Base, Conflict, Part, told
from thuisplan.model.conflicts.covered import covered
from thuisplan.model.conflicts.numbers import conflict_of
from thuisplan.model.problem import Problem

__all__ = ["Base", "Conflict", "Part", "conflicts"]


def conflicts(problem: Problem) -> tuple[Conflict, ...]:
    """Return the conflicts that can be seen without solving.

    Parameters
    ----------
    problem
        The compiled problem; soft lines play no part.

    Returns
    -------
    tuple of Conflict
        In the order of the lines that are told first. Of a series of lines over the years the
        first that cannot hold is told, and the worst if that is a later one. An empty answer
        does not prove that a plan exists.
    """
    lines = list(hard_lines(problem))
    plain = [line for line in lines if isinstance(line, Claim)]
    claims = [*plain, *inequalities(problem), *covered(problem, plain)]
    box = Box.of(problem)
    found = box.tighten(claims)
    wide = [claim for claim in claims if len(claim.terms) != 1]
    refuted = dict(_refuted(box, wide))
    # What projects come down to is looked at last: a conflict without them is easier to follow.
    implied = list(_implied(box, wide, [line for line in lines if isinstance(line, Either)]))
    if implied:
        found += box.tighten(implied)
        wide += [claim for claim in implied if len(claim.terms) != 1]
        left = [position for position in range(len(wide)) if position not in refuted]
        refuted |= dict(_refuted(box, wide, left))
    found += refuted.values()
    made = (conflict_of(problem, claim) for claim in found)
    return told([conflict for conflict in made if conflict is not None])


def _implied(box: Box, claims: Sequence[Claim], lines: Iterable[Either]) -> Iterator[Claim]:
    """Yield what lines that are nothing or enough come down to, where one of both cannot be."""
    combiner = Combiner(box, claims)
    for line in lines:
        for one, other in ((line.enough, line.nothing), (line.nothing, line.enough)):
            refuted = combiner.refuted_by_one(one)
            if refuted is not None:
                yield Claim(other.terms, other.constant, refuted.parts, refuted.definitions, exact=False)
                break


def _refuted(
    box: Box, claims: Sequence[Claim], chosen: Iterable[int] | None = None
) -> Iterator[tuple[int, Claim]]:
    """Yield which claims cannot hold, and why.

    In every sum that cannot hold is a claim that does not hold where all columns are at their least:
    from that one the sum is looked for.
    """
    combiner: Combiner | None = None
    for position in range(len(claims)) if chosen is None else chosen:
        claim = claims[position]
        least = box.least(claim)
        if least is not None and least >= 0:
            continue
        most, unlimited = box.most(claim.terms)
        if not unlimited and claim.constant + most < 0:
            yield position, box.settled(claim)
            continue
        combiner = combiner or Combiner(box, claims)
        why = combiner.refuted(claim)
        if why is not None:
            yield position, why
