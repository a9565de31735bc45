"""What a diagnosis says: which rules cannot hold together, what would have to give, and what then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from thuisplan.model.requirement import Requirement

if TYPE_CHECKING:
    from thuisplan.inputs.changes import Change
    from thuisplan.model.conflicts import Conflict


@dataclass(frozen=True, slots=True)
class Fall:
    """Where a repair falls: one line gives by so much.

    Parameters
    ----------
    position
        Position of the line in ``Problem.requirements``.
    requirement
        The line: its rule, family, place, subject, period and unit.
    amount
        What it gives, above zero, in the unit of the line (``dwellings``, ``persons`` or ``kEUR``).
        A line that is a running total (``Requirement.carried``) gives so much in this period and
        all later ones: what comes on top of what gave before.
    """

    position: int
    requirement: Requirement
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Giving:
    """What some rule families would have to give together for everything else to hold.

    Parameters
    ----------
    families
        The families that may give, sorted; the others give nothing.
    outcome
        ``repaired``; ``cannot`` (proved: nothing that these families give is enough);
        ``unknown`` (the time was over before a plan was found).
    unit
        ``dwellings``, ``persons`` or ``kEUR``, of one family; None where the lines that may give
        differ in unit, and of pairs and larger sets: these are measured relatively.
    amount
        Least total that was found, in ``unit``; None without a unit or a plan.
    bound
        No repair by these families is smaller, in ``unit``; None without a unit, or if not known.
        Equal to ``amount`` where it is proved.
    relative
        The same relative to the references of the lines (1 is a whole capacity, commitment, budget);
        None without a plan. Least of all where ``unit`` is None, else that of the repair shown.
    relative_bound
        No repair by these families is relatively smaller; None if not known.
    falls
        Where it falls, by rule, place, subject and period.
    seconds
        Wall time.
    """

    families: tuple[str, ...]
    outcome: str
    unit: str | None = None
    amount: Fraction | None = None
    bound: Fraction | None = None
    relative: Fraction | None = None
    relative_bound: Fraction | None = None
    falls: tuple[Fall, ...] = ()
    seconds: float = 0.0

    @property
    def proved(self) -> bool:
        """Whether the size is a proved minimum, or it is proved that there is none."""
        if self.outcome != "repaired":
            return self.outcome == "cannot"
        if self.unit is not None:
            return self.bound is not None and self.bound == self.amount
        return self.relative_bound is not None and self.relative_bound == self.relative

    @property
    def by_unit(self) -> tuple[tuple[str, str, Fraction], ...]:
        """What each family gives in each unit: (family, unit, amount), sorted."""
        sums: dict[tuple[str, str], Fraction] = {}
        for fall in self.falls:
            key = fall.requirement.family, fall.requirement.unit
            sums[key] = sums.get(key, Fraction(0)) + fall.amount
        return tuple((family, unit, amount) for (family, unit), amount in sorted(sums.items()))


@dataclass(frozen=True, slots=True)
class Repair:
    """A way out: what gives, and the same as changes of the input.

    Parameters
    ----------
    number
        1, 2, ...: the first is relatively the smallest.
    giving
        What gives, and where.
    avoiding
        Positions of the lines that were kept closed, because an earlier repair of the same families
        used them; empty for the least repair of its families.
    changes
        The changes of the input that make these lines give.
    solves
        Whether the changed input was built and solved again and holds. Repairs that do not are not shown,
        so this is False only where time was over before it was tested.
    """

    number: int
    giving: Giving
    avoiding: tuple[int, ...]
    changes: tuple[Change, ...]
    solves: bool


@dataclass(frozen=True, slots=True)
class ConflictingRules:
    """Rules that cannot hold together; without any one of them the others can, if ``least``.

    Parameters
    ----------
    rules
        Ids of the rules.
    least
        Whether it was proved that no rule of the set can be left out.
    """

    rules: tuple[str, ...]
    least: bool


@dataclass(frozen=True, slots=True)
class Limited:
    """What keeps one need from being met, even if everything else that is asked makes way for it.

    Parameters
    ----------
    requirement
        The line of the need in the last period.
    giving
        What each family of rules alone would have to give for this need, sorted by family; only those
        that can, or that were tried and of which it is not known. None of them: it takes several families,
        unless ``limited`` is among what the time was too short for.
    """

    requirement: Requirement
    giving: tuple[Giving, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """The answer to one question.

    Parameters
    ----------
    code
        ``rules`` (can the hard rules hold together) or ``needs`` (can all that is asked be met as well:
        needs, the waiting list and the task for permit holders, where they decide).
    status
        ``holds`` (they can, but for ``beyond``: nothing has to give), ``conflict`` (they cannot),
        ``contradiction`` (the solver calls it infeasible and needs no violation to repair it) or
        ``unknown`` (the time was over before it was known).
    beyond
        For ``needs``: what is asked and cannot be met whatever gives, as nothing is offered there and
        then. It is left out of everything below.
    alone
        Each family alone, sorted by name.
    pairs
        Pairs of families that are relatively cheaper than each alone, or of which neither can; the cheapest
        first.
    together
        Larger sets, relatively least; only where no family and no pair is enough. For ``rules`` all
        families. For ``needs`` first all rules (so that all that is asked is met), then all that is
        asked (so that all rules hold). ``families`` are those that give something.
    limited
        For ``needs``, where no family alone is enough: the needs that cannot be met even if everything
        else that is asked makes way.
    repairs
        Repairs that were applied and solved again.
    conflicting
        A set of rules that cannot hold together; None if it was not looked for or not found.
    unfinished
        What the time was too short for: ``alone``, ``pairs``, ``together``, ``limited``, ``repairs``,
        ``conflicting``.
    seconds
        Wall time.
    """

    code: str
    status: str
    beyond: tuple[Fall, ...] = ()
    alone: tuple[Giving, ...] = ()
    pairs: tuple[Giving, ...] = ()
    together: tuple[Giving, ...] = ()
    limited: tuple[Limited, ...] = ()
    repairs: tuple[Repair, ...] = ()
    conflicting: ConflictingRules | None = None
    unfinished: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def helpless(self) -> tuple[str, ...]:
        """Families of which it is proved that they cannot repair it alone."""
        return tuple(g.families[0] for g in self.alone if g.outcome == "cannot")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The whole answer.

    Parameters
    ----------
    conflicts
        What can be seen without solving.
    rules
        Whether the hard rules can hold together; None if only the needs were asked for.
    needs
        Whether every need can be met too; None if it was not asked (the hard rules cannot hold
        together, or there was no time).
    model_file
        Where the model was kept because the solver contradicts itself; None if it does not.
    seconds
        Wall time.
    """

    conflicts: tuple[Conflict, ...]
    rules: Question | None
    needs: Question | None
    model_file: Path | None = None
    seconds: float = 0.0


Finding = tuple["Conflict", ...] | Giving | Repair | Limited | ConflictingRules
"""What is heard of before the whole answer is there."""

Listener = Callable[[str, Finding], None]
"""Hears (question, what was found) as soon as it is found; the conflicts first, with ``rules``."""
