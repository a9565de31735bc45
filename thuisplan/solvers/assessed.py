"""What assessing a programme gives: a verdict per line, warnings, the smallest change that makes it fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from thuisplan.inputs.instance import Cell, Instance
from thuisplan.model.evaluate import Line
from thuisplan.solvers.solution import Solution

FREEDOMS = ("years", "types", "all")
"""What a change may move, from narrow to wide."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one line of a rule.

    Parameters
    ----------
    line
        The line with both sides as they are in this programme; its own verdict is that of this record.
    verdict
        ``met``, ``broken``, ``not_testable`` or ``exempt``.
    short
        By how much it is broken, zero otherwise [unit of the line].
    completed
        Whether it depends on what the programme does not say: who pays, who is housed where.
    others
        Whether it depends on what municipalities outside the programme do. Where their building decides,
        it is ``not_testable``.
    """

    line: Line
    verdict: str
    short: Fraction
    completed: bool
    others: bool

    @property
    def hard(self) -> bool:
        """Whether the rule is hard and is imposed here."""
        return self.line.requirement.strength == "hard" and self.line.requirement.imposed

    @property
    def misfit(self) -> bool:
        """Whether this is why the programme does not fit: a hard line that is broken."""
        return self.hard and self.verdict == "broken"


@dataclass(frozen=True, slots=True)
class Optimism:
    """A figure of the programme that is higher than what is likely; no rule is broken by it.

    Parameters
    ----------
    kind
        ``not_offered`` (the input does not offer this here), ``lead_time`` (completed before ``limit``, the
        first year in which it can be), ``offer`` (more than is offered), ``capacity`` (more than what the
        yearly capacity gives after attrition), ``pace`` (more a year than was completed in the years
        before), ``realised`` (the programme says another number than what was completed; the
        completed number is used).
    municipality
        Code.
    year, option, route
        When and what; None where it is about all of them.
    dwellings
        What the programme says [dwellings, or dwellings a year for ``pace``].
    limit
        What it is held against, in the same unit; for ``lead_time`` a year.
    """

    kind: str
    municipality: str
    year: int | None
    option: str | None
    route: str | None
    dwellings: Fraction
    limit: Fraction


@dataclass(frozen=True, slots=True)
class Impossible:
    """Dwellings that no plan can hold, whatever the rules say.

    Parameters
    ----------
    kind
        ``extra_cost`` or ``deficit`` (they ask money of this kind and no pot may pay for them), or
        ``neighbourhood`` (no neighbourhood of the municipality may take them).
    municipality, year, option, dwellings
        What the programme says.
    """

    kind: str
    municipality: str
    year: int
    option: str
    dwellings: int


@dataclass(frozen=True, slots=True)
class Assessed:
    """A programme, judged.

    Parameters
    ----------
    instance
        The input as it was judged: with an offer of zero for what the programme builds and the input does
        not offer, so that those dwellings count everywhere and break the rule of the offer.
    places
        Codes of the municipalities of the programme, in order.
    others
        ``none``: the other municipalities build what is committed, and what depends on more is not
        testable; ``plan``: the model chooses what they build; ``whole``: there are no others.
    programme
        (municipality, year, option) -> dwellings of the programme in open years, above zero.
    solution
        The whole plan as judged, with what others build and what was completed, its exact lines (with the
        verdicts below) and measures; ``stages`` is empty. What ``outputs/tables.py`` takes.
    verdicts
        One per line of ``solution.lines``, in that order.
    completion
        How what the programme does not say was filled in: ``nothing`` (there was nothing), ``best`` (the
        least violation, then the best first stage), ``found`` (the least violation; the first stage
        stopped at a limit), ``stopped`` (a limit came before the least violation was known: what is
        broken with ``completed`` may not have to be).
    impossible
        Dwellings that no plan can hold; with any the programme does not fit.
    warnings
        Where the programme is optimistic.
    seconds
        Wall time.
    """

    instance: Instance
    places: tuple[str, ...]
    others: str
    programme: Mapping[Cell, int]
    solution: Solution
    verdicts: tuple[Verdict, ...]
    completion: str
    impossible: tuple[Impossible, ...]
    warnings: tuple[Optimism, ...]
    seconds: float

    @property
    def fits(self) -> bool:
        """Whether no hard rule is broken, and a plan can hold every dwelling."""
        return not self.misfits and not self.impossible

    @property
    def misfits(self) -> tuple[Verdict, ...]:
        """The hard lines that are broken."""
        return tuple(verdict for verdict in self.verdicts if verdict.misfit)


@dataclass(frozen=True, slots=True)
class CellChange:
    """What a change does to one cell: so many dwellings more, or fewer if below zero."""

    municipality: str
    year: int
    option: str
    dwellings: int


@dataclass(frozen=True, slots=True)
class SmallestChange:
    """The smallest change of a programme that makes it fit.

    Parameters
    ----------
    may_move
        ``years`` (totals per municipality and option stay), ``types`` (totals per municipality stay) or
        ``all``.
    stopped
        ``closed``, ``infeasible`` (proved: no change within ``may_move`` makes it fit), ``time_limit``,
        ``interrupted``, ``failed`` (the solver ended in a state that is no answer) or ``inexact`` (what was
        found did not hold in whole dwellings and euros).
    size
        The larger of dwellings added and dwellings removed; None if no change was found.
    bound
        No change is smaller.
    changes
        What changes, in order of municipality, year and option.
    after
        The changed programme, judged in the same way; None if no change was found.
    stay
        Where ``infeasible``: the lines that stay broken in a programme within ``may_move`` that breaks
        little; without a proof that none breaks less.
    wider
        Where no change was found: what the next wider freedom gives; None after ``all``.
    seconds
        Wall time.
    """

    may_move: str
    stopped: str
    size: int | None
    bound: int
    changes: tuple[CellChange, ...] = ()
    after: Assessed | None = None
    stay: tuple[Verdict, ...] = ()
    wider: SmallestChange | None = None
    seconds: float = 0.0

    @property
    def proved(self) -> bool:
        """Whether the size is the least there is, or there is proof that no change does."""
        return self.stopped == "infeasible" or (self.size is not None and self.size <= self.bound)

    @property
    def added(self) -> int:
        """Dwellings that are added."""
        return sum(max(0, change.dwellings) for change in self.changes)

    @property
    def removed(self) -> int:
        """Dwellings that are taken away."""
        return sum(max(0, -change.dwellings) for change in self.changes)
