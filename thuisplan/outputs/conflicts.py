"""Conflicts in sentences: what is agreed, what stands in the way, where both stand, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from thuisplan.inputs.figures import Figures, places
from thuisplan.inputs.instance import Instance
from thuisplan.inputs.labels import MONEY_KINDS
from thuisplan.model.requirement import EUROS, Requirement, Sense
from thuisplan.outputs.answer import Sentence
from thuisplan.outputs.line_words import SIDES, Words, about, amount, place, years
from thuisplan.outputs.texts import LANGUAGES, has_text

if TYPE_CHECKING:
    from thuisplan.model.conflicts import Conflict, Part

SECTION = "conflicts"
MONEY = frozenset(MONEY_KINDS.labels)
"""Families of rules about money: one per kind."""
DEMANDS = ("minimum_contribution", "feature_target")
"""Families that ask for a number of dwellings."""
ROWS = 20
"""Lines of one conflict of which the rows are looked up."""
SHOWN = 6
"""Agreed options, and rows of a file, that one sentence names."""


def conflict_sentences(instance: Instance, found: Iterable[Conflict]) -> list[Sentence]:
    """Return each conflict as a sentence, with what to do.

    Parameters
    ----------
    instance
        The resolved input, for names and the rows of figures.
    found
        What ``model.conflicts.conflicts`` found in its problem.
    """
    figures = Figures(instance)
    return [_Telling(instance, figures, one).sentence() for one in found]


class _Telling:
    """One conflict, and what its sentence needs."""

    def __init__(self, instance: Instance, figures: Figures, conflict: Conflict) -> None:
        self.instance = instance
        self.figures = figures
        self.conflict = conflict
        self.agreed = [part for part in conflict.lines if part.is_agreed]
        self.rest = [part for part in conflict.lines if part not in self.agreed]

    def sentence(self) -> Sentence:
        """Return the sentence of the kind that says it best."""
        families = {part.line.family for part in self.rest}
        if self.agreed and not self.rest:
            return self._unpaid() if self.conflict.definitions else self._any()
        if self.agreed and len(self.rest) == 1:
            [family] = families
            if family in _AGAINST and self._fits(self.rest[0]):
                return self._agreed_against(self.rest[0])
        if self.agreed and families <= MONEY and len(families) == 1:
            return self._money()
        if self.agreed and families == {"neighbourhood"}:
            return self._neighbourhoods()
        for family in DEMANDS:
            asking = [part for part in self.rest if part.line.family == family]
            if len(asking) == 1 and asking[0].line.share is None:
                return self._demand(asking[0])
        shares = [part for part in self.rest if part.line.share is not None]
        if len(shares) == 1 and families - {shares[0].line.family} <= _SUPPLY | MONEY:
            return self._share(shares[0]) or self._any()
        if len(shares) == 2 and len(self.rest) == 2:
            return self._shares(*shares)
        return self._any()

    # --- what is agreed against one line ----------------------------------------------

    def _fits(self, part: Part) -> bool:
        """Whether all agreements are where the line is: the sentence names one place."""
        return all(one.line.place == part.line.place for one in self.agreed)

    def _agreed_against(self, part: Part) -> Sentence:
        line = part.line
        code, values = line.family, self._agreement(line)
        if line.family == "capacity":
            code = "capacity" if line.subject == "all" else "route_capacity"
            values["route"] = line.subject
            if line.subject.startswith("plans:"):
                _, values["route"], *segments = line.subject.split(":")
                code = "plans_of_segments" if segments else "plans"
                values["segments"] = segments[0].split("+") if segments else []
        return self._say(code, **values, most=floor(part.amount), limit_at=self._at([part]))

    def _agreement(self, line: Requirement) -> dict[str, Any]:
        """Return the values that tell what is agreed, in the place and period of a line."""
        total = sum((part.amount for part in self.agreed), Fraction(0))
        return {
            "place": place(self.instance, line.place),
            "period": line.period,
            "committed": amount(total, "dwellings"),
            "total": total,
            "parts": self._parts(),
        }

    def _parts(self) -> Sentence:
        """Return what is agreed per option, and where it stands."""
        per_option: dict[str, Fraction] = {}
        for part in self.agreed:
            option = part.line.subject
            per_option[option] = per_option.get(option, Fraction(0)) + part.amount
        largest = sorted(per_option, key=lambda option: (-per_option[option], option))
        parts = [
            Sentence("conflicts_part", "option", {"dwellings": per_option[option], "option": option})
            for option in largest[:SHOWN]
        ]
        if len(largest) > SHOWN:
            parts.append(Sentence("conflicts_part", "more", {"count": len(largest) - SHOWN}))
        at = self._at(self.agreed)
        return Sentence("conflicts_part", "parts_at" if at else "parts", {"parts": parts, "at": at})

    def _neighbourhoods(self) -> Sentence:
        line = self.rest[0].line
        most = sum((part.amount for part in self.rest), Fraction(0))
        names = [part.line.subject for part in self.rest]
        at = self._at(self.rest)
        values = self._agreement(line)
        return self._say("neighbourhood", **values, most=floor(most), neighbourhoods=names, limit_at=at)

    # --- money --------------------------------------------------------------------------

    def _unpaid(self) -> Sentence:
        """What is agreed and no pot may pay."""
        line = self.agreed[0].line
        kind = self.conflict.definitions[0].partition("[")[2].partition(",")[0]
        cost = self.instance.unit_cost(line.subject, kind)
        return self._say("unpaid", **self._agreement(line), kind=kind, cost=cost)

    def _money(self) -> Sentence:
        budgets = [part for part in self.rest if ":" not in part.line.subject]
        kind = self.rest[0].line.family
        if not budgets:
            return self._underfunded(kind)
        short = ceil(self.conflict.short_of(budgets[0]) / EUROS)
        available = floor(sum((part.amount for part in budgets), Fraction(0)) / EUROS)
        largest = max(self.agreed, key=lambda part: (self._cost(part, kind), -part.requirement))
        line = largest.line
        values = {
            "period": self._spans(budgets),
            "kind": kind,
            "asked": available + short,
            "available": available,
            "short": short,
            "count": len(self.agreed),
            "pots": self._pots(budgets),
            "place": place(self.instance, line.place),
            "year": line.period,
            "parts": Sentence(
                "conflicts_part", "option", {"dwellings": largest.amount, "option": line.subject}
            ),
            "limit_at": self._at(budgets),
            "at": self._at([largest]),
        }
        return self._say("budget" if len(self.agreed) > 1 else "budget_one", **values)

    def _pots(self, budgets: Iterable[Part]) -> list[Words]:
        """Return the pots by name, each once."""
        lines = {part.line.subject: part.line for part in budgets}
        return [about(self.instance, line, where=False, rule=False) for line in lines.values()]

    def _cost(self, part: Part, kind: str) -> Fraction:
        return part.amount * self.instance.unit_cost(part.line.subject, kind)

    def _underfunded(self, kind: str) -> Sentence:
        """What is agreed and pots may not pay in full."""
        line = self.agreed[0].line
        cost = self.instance.unit_cost(line.subject, kind)
        most = Fraction(0)
        for part in self.rest:
            if part.line.place == line.place:
                most += part.most_of_one / EUROS
        if most >= cost:
            return self._any()
        at = self._at(self.rest)
        return self._say("underfunded", **self._agreement(line), kind=kind, cost=cost, most=most, limit_at=at)

    # --- what rules ask -----------------------------------------------------------------

    def _demand(self, part: Part) -> Sentence:
        """A number that cannot be reached."""
        line = part.line
        others = [one for one in self.conflict.lines if one is not part]
        most = part.amount - self.conflict.short_of(part)
        code = "demand" if most > 0 or others else "demand_of_nothing"
        return self._say(
            code,
            place=place(self.instance, line.place),
            period=line.period,
            rule=line.rule_id,
            asked=amount(part.amount, "dwellings"),
            most=floor(most),
            limits=self._limits(others),
            at=self._at([part]),
        )

    def _share(self, part: Part) -> Sentence | None:
        """A share that leaves too little room for what is agreed besides; None if numbers say otherwise."""
        line = part.line
        assert line.share is not None
        assert part.base is not None
        other = part.base.besides
        fixed = [one for one in self.agreed if one.requirement in part.base.agreed]
        if not other or line.sense is not Sense.AT_LEAST or line.share >= 1:
            return None
        most = (line.share * other - self.conflict.short_of(part)) / (1 - line.share)
        if most < 0:
            return None
        others = [one for one in self.rest if one is not part]
        return self._say(
            "share",
            place=place(self.instance, line.place),
            period=line.period,
            rule=line.rule_id,
            share=line.share,
            most=floor(most),
            other=amount(other, "dwellings"),
            limits=self._limits(others),
            at=self._at([part, *fixed]),
        )

    def _shares(self, one: Part, other: Part) -> Sentence:
        """Two shares that together are more than all there is."""
        first, second = one.line, other.line
        if (first.place, first.period) != (second.place, second.period) or Sense.AT_MOST in (
            first.sense,
            second.sense,
        ):
            return self._any()
        assert one.base is not None
        fixed = sum((part.amount for part in self.agreed), one.base.constant)
        return self._say(
            "shares",
            place=place(self.instance, first.place),
            period=first.period,
            rule=first.rule_id,
            share=first.share,
            other=second.rule_id,
            other_share=second.share,
            fixed=amount(fixed, "dwellings"),
            at=self._at([one, other]),
        )

    def _any(self) -> Sentence:
        """Any other conflict: the line that is told first, by how much, and what it meets."""
        part = next(iter(self.rest), self.conflict.line)
        line = part.line
        short = self.conflict.short_of(part)
        others = [one for one in self.conflict.lines if one is not part]
        code = "short"
        limit = part.amount
        if part.is_number and line.sense is not Sense.ZERO_OR_AT_LEAST:
            code = "at_most" if line.sense is Sense.AT_MOST else "at_least"
        possible = limit + short if line.sense is Sense.AT_MOST else limit - short
        return self._say(
            code,
            # The sentence says itself whether it is a least or a most.
            about=about(
                self.instance, replace(line, subject="") if line.subject in SIDES else line, rule=False
            ),
            period=line.period,
            family=line.family,
            rule=line.rule_id,
            asked=amount(limit, line.unit, line.family, up=line.sense is not Sense.AT_MOST),
            possible=amount(possible, line.unit, line.family, up=line.sense is Sense.AT_MOST),
            short=amount(short, line.unit, line.family),
            limits=self._limits(others),
            at=self._at([part]),
        )

    # --- pieces -------------------------------------------------------------------------

    def _limits(self, parts: Sequence[Part]) -> list[Sentence]:
        """Return what stands in the way: per rule the years, and what it comes to."""
        by_rule: dict[tuple[str, str], list[Part]] = {}
        for part in parts:
            line = part.line
            by_rule.setdefault((line.family, line.rule_id), []).append(part)
        result = []
        for (family, rule), some in by_rule.items():
            units = {part.line.unit for part in some}
            total = sum((part.amount for part in some), Fraction(0))
            tells = len(units) == 1 and family != "exclusion" and all(part.is_number for part in some)
            at = self._at(some)
            code = ("one" if len(some) == 1 else "together") if tells else "named"
            result.append(
                Sentence(
                    "conflicts_limit",
                    code + ("_at" if at else ""),
                    {
                        "name": self._name(family),
                        "rule": rule if rule != family else None,
                        "period": self._spans(some),
                        "amount": amount(total, units.pop(), family) if tells else None,
                        "at": at,
                    },
                )
            )
        return result

    def _name(self, family: str) -> Sentence:
        code = family if has_text(f"conflicts_name.{family}", LANGUAGES[0]) else "other"
        return Sentence("conflicts_name", code, {"family": family})

    def _spans(self, parts: Iterable[Part]) -> list[str]:
        return years(part.line.period for part in parts)

    def _at(self, parts: Sequence[Part]) -> list[Sentence]:
        """Return the files and rows of the figures behind lines, as far as they are known."""
        cells = [cell for part in parts[:ROWS] for cell in self.figures.behind(part.line)]
        result = []
        for source, rows in places(cells).items():
            code = "row" if len(rows) == 1 else "rows" if len(rows) <= SHOWN else "many_rows"
            result.append(Sentence("conflicts_at", code, {"source": source, "rows": rows[:SHOWN]}))
        return result

    def _say(self, code: str, **values: Any) -> Sentence:
        return Sentence(SECTION, code, values)


_AGAINST = frozenset({"availability", "exclusion", "capacity"})
"""Families of which one line against agreements has a sentence of its own."""
_SUPPLY = frozenset({"availability", "exclusion", "capacity", "project_size"})
